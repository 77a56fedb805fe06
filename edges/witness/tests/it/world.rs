//! A log in memory that can show two faces, and a witness in a folder of its own.

use kernel::{FixedClock, SeededRandom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use time::OffsetDateTime;
use tlog::checkpoint::Checkpoint;
use tlog::hash::Hash;
use tlog::note::{LogKey, Vkey};
use tlog::tile::root_of;
use tlog::tree::{Node, consistency_spans, data_hash, prove};
use tlog::witness::AddCheckpoint;
use witness::{Logs, Witness};

pub(crate) const ORIGIN: &str = "orders.example/2026";
pub(crate) const NOW: i64 = 1_772_413_200;

/// A log: its key, and leaves that say which face they belong to from `forks_at` on.
pub(crate) struct Log {
    pub key: LogKey,
    face: u8,
    forks_at: u64,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { key: LogKey::from_seed(ORIGIN, &[7; 32]).unwrap(), face: 0, forks_at: 0 }
    }

    /// The same log with other leaves from an index on.
    pub(crate) fn fork(at: u64) -> Self {
        Self { face: 1, forks_at: at, ..Self::new() }
    }

    pub(crate) fn vkey(&self) -> Vkey {
        self.key.vkey().clone()
    }

    fn leaves(&self, size: u64) -> Vec<Hash> {
        let face = |index| if index < self.forks_at { 0 } else { self.face };
        (0..size).map(|index| data_hash(&[&index.to_be_bytes()[..], &[face(index)]].concat())).collect()
    }

    pub(crate) fn root(&self, size: u64) -> Hash {
        root_of(&self.leaves(size))
    }

    pub(crate) fn note(&self, size: u64) -> String {
        Checkpoint { origin: ORIGIN.into(), size, root: self.root(size) }.sign(&self.key).unwrap()
    }

    /// What this log says when it grows from one size to another.
    pub(crate) fn ask(&self, old: u64, size: u64) -> AddCheckpoint {
        let leaves = self.leaves(size);
        let hash = |node: Node| {
            let from = usize::try_from(node.index << node.level).unwrap();
            leaves.get(from..from + (1 << node.level)).map(root_of)
        };
        let proof = if old == 0 { vec![] } else { prove(&consistency_spans(old, size).unwrap(), &hash).unwrap() };
        AddCheckpoint { old, proof, checkpoint: self.note(size) }
    }

    pub(crate) fn body(&self, old: u64, size: u64) -> Vec<u8> {
        self.ask(old, size).to_string().into_bytes()
    }
}

/// A folder of its own that goes away.
pub(crate) struct Folder(pub PathBuf);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Folder {
    pub(crate) fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("renshi-witness-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    /// A folder in which a witness begins.
    pub(crate) fn begun() -> Self {
        let folder = Self::new();
        witness::create(&folder.0, "archives.example/w1", false, &SeededRandom::new(3)).unwrap();
        folder
    }

    pub(crate) fn state(&self) -> String {
        std::fs::read_to_string(self.0.join("state.json")).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn open_at(folder: &Path, second: i64) -> Witness {
    let clock = FixedClock(OffsetDateTime::from_unix_timestamp(second).unwrap());
    Witness::open(folder, Logs::new([Log::new().vkey()]).unwrap(), Arc::new(clock)).unwrap()
}

pub(crate) fn open(folder: &Folder) -> Witness {
    open_at(&folder.0, NOW)
}

/// Address of the newest checkpoint of the log.
pub(crate) fn origin_hash() -> String {
    tlog::hash::sha256(ORIGIN.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Size and root that the witness shows.
pub(crate) fn shown(witness: &Witness) -> Option<(u64, Hash)> {
    let note = witness.newest(&origin_hash())?;
    let checkpoint = Checkpoint::open(&note, &Log::new().vkey()).unwrap();
    Some((checkpoint.size, checkpoint.root))
}
