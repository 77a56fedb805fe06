//! The authorities' keys in files, readable by the program only: `<agency>.pem` has the present keys of one, `<agency>.next.pem` those
//! that are about to replace them, `<agency>.<n>.pem` those of its replaced key statement `n`, with which papers of that time are
//! printed. Of keys in a token a file holds the addresses.

use kernel::AgencyCode;
use seal::keys::{AgencyKeys, KeyElsewhere, KeyFault};
use std::collections::HashMap;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
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
    /// Others than the program may read or write the file.
    #[error("the key file `{path}` is open to others (mode {mode:o}); find out who had it, then `chmod 600` it")]
    Open {
        /// Which file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
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

/// A folder of key files. A file is read once and again when another took its place.
pub struct KeyRing {
    folder: PathBuf,
    open: Open,
    read: Mutex<HashMap<PathBuf, (Stamp, Arc<AgencyKeys>)>>,
}

/// Finds a key by its address in a token, without asking anything of the token.
pub type Open = fn(&str) -> Result<Box<dyn KeyElsewhere>, String>;

/// What changes when another file takes the place of one: its number in the file system, and when its content was written.
type Stamp = (u64, i64, i64);

impl KeyRing {
    /// The key files in `folder`, which need not exist yet. `open` finds the keys that are in a token: the file then has their addresses.
    #[must_use]
    pub fn new(folder: PathBuf, open: Open) -> Self {
        Self { folder, open, read: Mutex::default() }
    }

    fn path(&self, agency: AgencyCode) -> PathBuf {
        self.folder.join(format!("{agency}.pem"))
    }

    fn next_path(&self, agency: AgencyCode) -> PathBuf {
        self.folder.join(format!("{agency}.next.pem"))
    }

    /// Whether there is a file for this agency.
    #[must_use]
    pub fn has(&self, agency: AgencyCode) -> bool {
        self.path(agency).exists()
    }

    /// Refuses key files that others may read.
    ///
    /// # Errors
    /// The first that is open to others.
    pub fn check(&self) -> Result<(), KeyRingFault> {
        let Ok(files) = std::fs::read_dir(&self.folder) else { return Ok(()) };
        files.flatten().try_for_each(|file| {
            closed(&file.path()).map(drop).or_else(|fault| match fault {
                // Gone between the two looks: another program finished writing.
                KeyRingFault::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => Ok(()),
                fault => Err(fault),
            })
        })
    }

    /// The keys of an agency.
    ///
    /// # Errors
    /// When there is no file, others may read it, or it is damaged.
    pub fn keys(&self, agency: AgencyCode) -> Result<Arc<AgencyKeys>, KeyRingFault> {
        self.read(self.path(agency))?.ok_or(KeyRingFault::Missing(agency))
    }

    /// The keys of an agency whose document certificate is this one: the present ones, or replaced ones.
    ///
    /// # Errors
    /// As [`KeyRing::keys`]; missing when no file has them.
    pub fn keys_with(&self, agency: AgencyCode, certificate: &[u8]) -> Result<Arc<AgencyKeys>, KeyRingFault> {
        let present = self.keys(agency)?;
        if present.document_certificate() == certificate {
            return Ok(present);
        }
        let io = |source| KeyRingFault::Io { path: self.folder.clone(), source };
        for file in std::fs::read_dir(&self.folder).map_err(io)? {
            let path = file.map_err(io)?.path();
            if is_replaced(&path, agency)
                && let Some(keys) = self.read(path)?
                && keys.document_certificate() == certificate
            {
                return Ok(keys);
            }
        }
        Err(KeyRingFault::Missing(agency))
    }

    fn read(&self, path: PathBuf) -> Result<Option<Arc<AgencyKeys>>, KeyRingFault> {
        let stamp = match closed(&path) {
            Ok(stamp) => stamp,
            Err(KeyRingFault::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let mut read = self.read.lock().expect("nothing panics while the ring is held");
        if let Some((_, keys)) = read.get(&path).filter(|(known, _)| *known == stamp) {
            return Ok(Some(Arc::clone(keys)));
        }
        let text = std::fs::read_to_string(&path).map_err(|source| KeyRingFault::Io { path: path.clone(), source })?;
        let keys = AgencyKeys::from_text(&text, self.open);
        let keys = Arc::new(keys.map_err(|source| KeyRingFault::Damaged { path: path.clone(), source })?);
        read.insert(path, (stamp, Arc::clone(&keys)));
        Ok(Some(keys))
    }

    /// Keeps new keys of an agency. A file that exists is never overwritten.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn keep(&self, agency: AgencyCode, keys: &AgencyKeys) -> Result<(), KeyRingFault> {
        let path = self.path(agency);
        write_secret(&path, &keys.to_text()).map_err(|source| KeyRingFault::Io { path, source })
    }

    /// The keys that are about to replace an agency's, if [`KeyRing::prepare`] kept some.
    ///
    /// # Errors
    /// As [`KeyRing::keys`].
    pub fn next(&self, agency: AgencyCode) -> Result<Option<Arc<AgencyKeys>>, KeyRingFault> {
        self.read(self.next_path(agency))
    }

    /// Keeps keys that are about to replace an agency's, before anybody is told of them.
    ///
    /// # Errors
    /// When there are such keys already, or the file cannot be written.
    pub fn prepare(&self, agency: AgencyCode, keys: &AgencyKeys) -> Result<(), KeyRingFault> {
        let path = self.next_path(agency);
        write_secret(&path, &keys.to_text()).map_err(|source| KeyRingFault::Io { path, source })
    }

    /// Drops prepared keys that nobody was told of.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn forget_next(&self, agency: AgencyCode) -> Result<(), KeyRingFault> {
        let path = self.next_path(agency);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(KeyRingFault::Io { path, source }),
            _ => Ok(()),
        }
    }

    /// Puts the prepared keys into the place of the present ones, which are kept under the number of their statement. Cut off at any
    /// point, it is finished by the next call.
    ///
    /// # Errors
    /// When a file cannot be moved.
    pub fn turn(&self, agency: AgencyCode, old: u16) -> Result<(), KeyRingFault> {
        let (path, kept) = (self.path(agency), self.folder.join(format!("{agency}.{old}.pem")));
        // A link never replaces: after a restart the old file is there already. A lost one cannot be kept.
        match std::fs::hard_link(&path, &kept) {
            Err(source)
                if !matches!(source.kind(), std::io::ErrorKind::AlreadyExists | std::io::ErrorKind::NotFound) =>
            {
                return Err(KeyRingFault::Io { path: kept, source });
            }
            _ => {}
        }
        let moved = std::fs::rename(self.next_path(agency), &path);
        moved
            .and_then(|()| std::fs::File::open(&self.folder)?.sync_all())
            .map_err(|source| KeyRingFault::Io { path, source })
    }
}

/// Whether the file is `<agency>.<n>.pem`.
fn is_replaced(path: &Path, agency: AgencyCode) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let number = name.and_then(|name| name.strip_prefix(&format!("{agency}."))?.strip_suffix(".pem"));
    number.is_some_and(|number| number.parse::<u16>().is_ok())
}

/// Refuses a file that others may read or write.
fn closed(path: &Path) -> Result<Stamp, KeyRingFault> {
    let found = std::fs::metadata(path).map_err(|source| KeyRingFault::Io { path: path.to_owned(), source })?;
    match found.mode() & 0o777 {
        mode if mode & 0o077 != 0 => Err(KeyRingFault::Open { path: path.to_owned(), mode }),
        _ => Ok((found.ino(), found.mtime(), found.mtime_nsec())),
    }
}

/// Reads a file that only its owner may read or write.
///
/// # Errors
/// When it cannot be read, or others may read or write it.
pub fn read_secret(path: &Path) -> Result<String, KeyRingFault> {
    closed(path)?;
    std::fs::read_to_string(path).map_err(|source| KeyRingFault::Io { path: path.to_owned(), source })
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
