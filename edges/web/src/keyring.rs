//! The authorities' keys in files, one PEM file per agency, readable by the program only.

use kernel::AgencyCode;
use seal::keys::{AgencyKeys, KeyFault};
use std::collections::HashMap;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Why an authority's keys are not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingFault {
    /// No file for this agency.
    #[error("agency {0} has no keys here")]
    Missing(AgencyCode),
    /// The file cannot be read or written.
    #[error("the key file `{path}` cannot be read or written")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is no key file.
    #[error("the key file `{path}` is damaged")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: KeyFault,
    },
}

/// A folder of key files. Keys are read once and kept.
pub struct KeyRing {
    folder: PathBuf,
    read: Mutex<HashMap<AgencyCode, Arc<AgencyKeys>>>,
}

impl KeyRing {
    /// The key files in `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, read: Mutex::default() }
    }

    fn path(&self, agency: AgencyCode) -> PathBuf {
        self.folder.join(format!("{agency}.pem"))
    }

    /// Whether there is a file for this agency.
    #[must_use]
    pub fn has(&self, agency: AgencyCode) -> bool {
        self.path(agency).exists()
    }

    /// The keys of an agency.
    ///
    /// # Errors
    /// When there is no file or it is damaged.
    pub fn keys(&self, agency: AgencyCode) -> Result<Arc<AgencyKeys>, KeyRingFault> {
        let mut read = self.read.lock().expect("nothing panics while the ring is held");
        if let Some(keys) = read.get(&agency) {
            return Ok(Arc::clone(keys));
        }
        let path = self.path(agency);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Err(KeyRingFault::Missing(agency)),
            Err(source) => return Err(KeyRingFault::Io { path, source }),
        };
        let keys = AgencyKeys::from_pem(&text).map_err(|source| KeyRingFault::Damaged { path, source })?;
        Ok(Arc::clone(read.entry(agency).or_insert_with(|| Arc::new(keys))))
    }

    /// Keeps new keys of an agency. A file that exists is never overwritten.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn keep(&self, agency: AgencyCode, keys: &AgencyKeys) -> Result<(), KeyRingFault> {
        let path = self.path(agency);
        write_secret(&path, &keys.to_pem()).map_err(|source| KeyRingFault::Io { path, source })
    }
}

/// Writes a new file that only its owner may read, whole or not at all: another program sees no file or the finished one.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let unfinished = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A link, unlike a rename, never replaces what is there.
    let linked = std::fs::hard_link(&unfinished, path);
    std::fs::remove_file(&unfinished)?;
    linked?;
    std::fs::File::open(folder)?.sync_all()
}
