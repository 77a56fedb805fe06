//! A key ring in files: one key a file, named by its number.

use crate::wrap::{KeyWrap, WrappedKey};
use crate::{DataKey, VaultError, cipher};
use kernel::Random;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::RwLock;
use zeroize::Zeroizing;

type Keys = BTreeMap<u32, Zeroizing<[u8; 32]>>;

/// Key-encryption keys in a folder, `1.key`, `2.key` and so on, each readable by its owner only. The highest number is the current one.
/// Instances that share the folder find each other's new keys when they first meet one; what was wrapped under an older key opens for as long as its
/// file is there.
pub struct FileRing {
    folder: PathBuf,
    keys: RwLock<Keys>,
}

impl FileRing {
    /// Opens the ring in `folder`; the first key is made if there is none.
    ///
    /// # Errors
    /// When the folder cannot be read or written, a key file is damaged, or others may read it.
    pub fn open(folder: impl Into<PathBuf>, random: &dyn Random) -> Result<Self, VaultError> {
        let folder = folder.into();
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        if read(&folder)?.is_empty() {
            add(&folder, 1, random)?;
        }
        let keys = RwLock::new(read(&folder)?);
        Ok(Self { folder, keys })
    }

    /// Adds a key, which is the current one from now on, and returns its number. Keys that are wrapped already stay as they are until they
    /// are wrapped again ([`crate::rewrap`]).
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn rotate(&self, random: &dyn Random) -> Result<u32, VaultError> {
        self.reload()?;
        add(&self.folder, self.current()?.saturating_add(1), random)?;
        self.reload()?;
        self.current()
    }

    /// The numbers of all keys, oldest first.
    #[must_use]
    pub fn numbers(&self) -> Vec<u32> {
        self.keys.read().expect("no holder of the lock panics").keys().copied().collect()
    }

    fn reload(&self) -> Result<(), VaultError> {
        let found = read(&self.folder)?;
        *self.keys.write().expect("no holder of the lock panics") = found;
        Ok(())
    }

    fn key(&self, number: u32) -> Option<Zeroizing<[u8; 32]>> {
        self.keys.read().expect("no holder of the lock panics").get(&number).cloned()
    }

    /// The key of this number; the folder is read again for one that another instance may have added.
    fn find(&self, number: u32) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        if let Some(key) = self.key(number) {
            return Ok(key);
        }
        self.reload()?;
        self.key(number).ok_or(VaultError::NoRingKey(number))
    }
}

impl std::fmt::Debug for FileRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileRing").field("folder", &self.folder).field("numbers", &self.numbers()).finish()
    }
}

impl KeyWrap for FileRing {
    fn current(&self) -> Result<u32, VaultError> {
        self.numbers().last().copied().ok_or(VaultError::NoRingKey(1))
    }

    fn wrap(&self, random: &dyn Random, owner: &str, key: &DataKey) -> Result<WrappedKey, VaultError> {
        let ring_key = self.current()?;
        let bytes = cipher::seal(&*self.find(ring_key)?, random, &bound(ring_key, owner), key.expose());
        Ok(WrappedKey { ring_key, bytes })
    }

    fn unwrap(&self, owner: &str, wrapped: &WrappedKey) -> Result<DataKey, VaultError> {
        let ring = self.find(wrapped.ring_key)?;
        let plain = cipher::open(&ring, &bound(wrapped.ring_key, owner), &wrapped.bytes)?;
        let mut key = Zeroizing::new([0; 32]);
        if plain.len() != key.len() {
            return Err(VaultError::Truncated);
        }
        key.copy_from_slice(&plain);
        Ok(DataKey::from_bytes(key))
    }
}

fn bound(ring_key: u32, owner: &str) -> Vec<u8> {
    [b"renshi-vault/key".as_slice(), &ring_key.to_be_bytes(), owner.as_bytes()].concat()
}

fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number}.key"))
}

fn read(folder: &Path) -> Result<Keys, VaultError> {
    let mut keys = Keys::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let named = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".key"));
        let Some(number) = named.and_then(|name| name.parse().ok()) else { continue };
        let damaged = || VaultError::Damaged(path.display().to_string());
        if std::fs::metadata(&path)?.permissions().mode() & 0o077 != 0 {
            let why = format!("the key file `{}` may be read by others; make it 0600", path.display());
            return Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, why).into());
        }
        let bytes = Zeroizing::new(std::fs::read(&path)?);
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(damaged());
        }
        key.copy_from_slice(&bytes);
        keys.insert(number, key);
    }
    Ok(keys)
}

/// Writes a new key. A crash leaves no half key: the file gets its name by a link when its content is on the disk, and a link never replaces
/// what another instance put there first; then that one counts.
fn add(folder: &Path, number: u32, random: &dyn Random) -> Result<(), VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    random.fill(key.as_mut());
    let mut mark = [0; 8];
    random.fill(&mut mark);
    let unfinished = folder.join(format!("{:016x}.tmp", u64::from_be_bytes(mark)));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(key.as_ref())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&unfinished, path(folder, number));
    std::fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(std::fs::File::open(folder)?.sync_all()?),
    }
}
