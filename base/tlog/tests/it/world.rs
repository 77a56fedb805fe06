//! Leaves without a log, and files that are kept.

use std::path::{Path, PathBuf};
use tlog::{
    hash::ZERO,
    leaf::{Kind, Leaf},
};

/// A leaf that carries authority, without a log.
pub(crate) fn leaf(kind: Kind, issuer: u16, seed: u8) -> Leaf {
    Leaf { kind, issuer, time_ms: 1_772_413_200_000, id: [1; 16], commitment: [seed; 32], prev: ZERO, auth: [0xaa; 32] }
}

/// A file of this crate.
pub(crate) fn crate_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Compares with a kept file; with `RENSHI_BLESS=1` writes it instead.
pub(crate) fn golden(path: &Path, text: &str) {
    if std::env::var_os("RENSHI_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == text,
        "{} reads differently now; if that is meant, run with RENSHI_BLESS=1:\n{text}",
        path.display()
    );
}
