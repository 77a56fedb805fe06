//! The state on disk: of every log the checkpoint cosigned last, in one file that is replaced as a whole.
//!
//! One file and not one for each log, so that a log that was cosigned cannot be forgotten by losing a file: without the file the
//! witness does not start, and it is made only together with the key.

use crate::key::WitnessKey;
use crate::logs::Logs;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use tlog::checkpoint::Checkpoint;

const FORMAT: &str = "renshi-witness/1";
const FILE: &str = "state.json";
const UNFINISHED: &str = "state.json.new";

/// The newest cosigned note of each log, by its origin.
pub(crate) type Notes = BTreeMap<String, String>;

/// A state that cannot be relied on. The witness answers nothing then.
#[derive(Debug, thiserror::Error)]
pub enum StateFault {
    /// No file.
    #[error(
        "`{0}` is not there; a witness that forgot what it cosigned must not go on: make a new key (--new-key) in a new folder"
    )]
    Missing(PathBuf),
    /// Another witness works on the folder.
    #[error("another witness is at work on this folder")]
    Busy,
    /// The file says what it cannot say.
    #[error(
        "`{path}` is not to be relied on: {why}; a witness that may have forgotten what it cosigned must not go on"
    )]
    Inconsistent {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The disk did not do what it was asked.
    #[error("the disk: {0}")]
    Disk(#[from] io::Error),
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: String,
    /// Verifier keys of the witness: the state of another witness is not ours.
    witness: Vec<String>,
    logs: Notes,
}

/// The folder of a state, held by this process alone.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held locked; the lock goes with the process, however it ends.
    _lock: File,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, StateFault> {
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StateFault::Busy),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    pub(crate) fn evidence(&self) -> PathBuf {
        self.path.join("evidence")
    }

    /// The state as it is on disk: written through to it first, because what is only in memory of the system could be lost after somebody
    /// was told of it.
    pub(crate) fn load(&self, key: &WitnessKey, logs: &Logs) -> Result<Notes, StateFault> {
        let path = self.path.join(FILE);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StateFault::Missing(path)),
            file => file?,
        };
        file.sync_all()?;
        File::open(&self.path)?.sync_all()?;
        let text = io::read_to_string(&file)?;
        let wrong = |why: String| StateFault::Inconsistent { path: path.clone(), why };
        let stored: Stored = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if stored.format != FORMAT {
            return Err(wrong(format!("its format is `{}`", stored.format)));
        }
        if stored.witness != key.vkeys() {
            return Err(wrong("it is the state of another witness".to_owned()));
        }
        for (origin, note) in &stored.logs {
            check(origin, note, key, logs).map_err(|why| wrong(format!("{origin}: {why}")))?;
        }
        Ok(stored.logs)
    }

    /// Replaces the state. When this returns, the new state is on disk; after a fault it is either the old or the new one, and the caller
    /// has to [`Folder::load`] before it trusts either.
    pub(crate) fn store(&self, key: &WitnessKey, logs: &Notes) -> io::Result<()> {
        let stored = Stored { format: FORMAT.to_owned(), witness: key.vkeys(), logs: logs.clone() };
        let text = serde_json::to_string_pretty(&stored)?;
        let unfinished = self.path.join(UNFINISHED);
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        // A restart finds the old state, and an unfinished file that nothing reads.
        file.write_all(text.as_bytes())?;
        // The same.
        file.sync_all()?;
        // The same, the unfinished file being whole; it is still not read.
        fs::rename(&unfinished, self.path.join(FILE))?;
        // A restart finds the new state, a power failure the old or the new one. No cosignature has left.
        File::open(&self.path)?.sync_all()
        // Whatever happens now, the new state is found.
    }
}

/// The state of a witness that saw nothing yet. Only for a key that was made now.
pub(crate) fn begin(path: &Path, key: &WitnessKey) -> Result<(), StateFault> {
    let folder = Folder::open(path)?;
    Ok(folder.store(key, &Notes::new())?)
}

/// Is this the note of that log, cosigned by us and, if the log is still configured, signed by it?
fn check(origin: &str, note: &str, key: &WitnessKey, logs: &Logs) -> Result<Checkpoint, String> {
    let checkpoint = Checkpoint::read_unverified(note).map_err(|error| error.to_string())?;
    if checkpoint.origin != origin {
        return Err("the checkpoint is of another log".to_owned());
    }
    key.check(note)?;
    let mut keys = logs.keys_of(origin).peekable();
    if keys.peek().is_some() && !keys.any(|log| Checkpoint::open(note, log).is_ok()) {
        return Err("no key that is believed of the log signed the checkpoint".to_owned());
    }
    Ok(checkpoint)
}
