//! Objects: named bytes in a folder or in an S3 store, written so that what was acknowledged stays.
//!
//! Owns: [`Objects`], the one way to either kind of place, and what its faults mean.
//! Promises: a write that returned is durable (file and directory are synced; S3 answers after it has stored); a reader sees the old
//! bytes or the new ones, never a part; [`Objects::replace`] writes only over what the caller has read.
//! Never: knows what the bytes say; retries for longer than its time limit; follows an address that the operator did not give.
//! Start at: [`Place`], [`Objects::open`].

mod error;
mod place;

pub use error::ObjectsError;
pub use place::{Keys, Place};

use error::fault;
use object_store::{
    ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion, local::LocalFileSystem,
    path::Path as Name,
};
use std::{
    fs::{self, File},
    path::PathBuf,
    sync::Arc,
};

/// Bytes and which state of their object they are.
#[derive(Clone, Debug)]
pub struct Object {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// For [`Objects::replace`].
    pub version: Version,
}

/// The state an object was read in.
#[derive(Clone, Debug)]
pub struct Version(UpdateVersion);

/// A place for objects. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    /// The folder, where it is one: object stores compare and write in one step, a file system needs a lock for it.
    folder: Option<PathBuf>,
}

impl Objects {
    /// The objects at a place. A folder is made if there is none.
    ///
    /// # Errors
    /// When the address cannot be understood or the folder cannot be made.
    pub fn open(place: &Place) -> Result<Self, ObjectsError> {
        match place {
            Place::Folder(folder) => {
                fs::create_dir_all(folder)
                    .map_err(|source| ObjectsError::Folder { path: folder.display().to_string(), source })?;
                let store = LocalFileSystem::new_with_prefix(folder).map_err(|source| fault("", source))?;
                let store = Arc::new(store.with_fsync(true));
                Ok(Self { store, prefix: String::new(), folder: Some(folder.clone()) })
            }
            Place::S3 { prefix, .. } => {
                Ok(Self { store: Arc::new(place::s3(place)?), prefix: prefix.clone(), folder: None })
            }
        }
    }

    fn name(&self, path: &str) -> Result<Name, ObjectsError> {
        let whole = if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) };
        Name::parse(whole).map_err(|_| ObjectsError::Name(path.to_owned()))
    }

    /// The object at `path`; `None` if there is none.
    ///
    /// # Errors
    /// When the place does not answer.
    pub async fn get(&self, path: &str) -> Result<Option<Object>, ObjectsError> {
        let got = match self.store.get(&self.name(path)?).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(source) => return Err(fault(path, source)),
        };
        let version = Version(UpdateVersion { e_tag: got.meta.e_tag.clone(), version: got.meta.version.clone() });
        let bytes = got.bytes().await.map_err(|source| fault(path, source))?.to_vec();
        Ok(Some(Object { bytes, version }))
    }

    /// Writes `bytes` at `path`, whatever is there.
    ///
    /// # Errors
    /// When they could not be stored durably.
    pub async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), ObjectsError> {
        let name = self.name(path)?;
        self.store.put(&name, PutPayload::from(bytes)).await.map_err(|source| fault(path, source))?;
        Ok(())
    }

    /// Writes `bytes` at `path` if nothing is there (`over` is `None`) or what is there is still `over`. False, and nothing written,
    /// if not.
    ///
    /// # Errors
    /// When they could not be stored durably.
    pub async fn replace(&self, path: &str, bytes: Vec<u8>, over: Option<&Version>) -> Result<bool, ObjectsError> {
        let name = self.name(path)?;
        let put = |mode| self.store.put_opts(&name, PutPayload::from(bytes), PutOptions::from(mode));
        let stored = match (over, &self.folder) {
            (None, _) => put(PutMode::Create).await,
            (Some(over), None) => put(PutMode::Update(over.0.clone())).await,
            (Some(over), Some(folder)) => {
                // Held until the new file stands: whoever else replaces waits and then finds another version.
                let _held = lock(folder).await?;
                match self.get(path).await? {
                    Some(there) if there.version.0.e_tag == over.0.e_tag => put(PutMode::Overwrite).await,
                    _ => return Ok(false),
                }
            }
        };
        match stored {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => Ok(false),
            Err(source) => Err(fault(path, source)),
        }
    }

    /// The names of the objects directly below `folder`, in order.
    ///
    /// # Errors
    /// When the place does not answer.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>, ObjectsError> {
        let listed =
            self.store.list_with_delimiter(Some(&self.name(folder)?)).await.map_err(|source| fault(folder, source))?;
        let names = listed.objects.iter().filter_map(|object| object.location.filename().map(str::to_owned));
        let mut names: Vec<String> = names.collect();
        names.sort();
        Ok(names)
    }

    /// Removes the object at `path`; nothing happens if there is none.
    ///
    /// # Errors
    /// When the place does not answer.
    pub async fn remove(&self, path: &str) -> Result<(), ObjectsError> {
        match self.store.delete(&self.name(path)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(fault(path, source)),
        }
    }
}

/// The lock of a folder; given back when the file is closed, also when the program dies.
async fn lock(folder: &std::path::Path) -> Result<File, ObjectsError> {
    let path = folder.to_owned();
    let locked = tokio::task::spawn_blocking(move || {
        // Of the folder itself, so that no file of ours stands among what is public.
        let file = File::open(&path)?;
        file.lock()?;
        Ok(file)
    });
    let locked = locked.await.unwrap_or_else(|gone| Err(std::io::Error::other(gone)));
    locked.map_err(|source| ObjectsError::Folder { path: folder.display().to_string(), source })
}
