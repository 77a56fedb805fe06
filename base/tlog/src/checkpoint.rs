//! C2SP tlog-checkpoint: origin, size and root of a log, signed as a note.

use crate::{
    hash::Hash,
    note::{LogKey, Note, NoteError, Vkey},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log, `orders.<host>/<year>`.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root hash over them.
    pub root: Hash,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note is malformed or not signed by the key.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The signed text is not a checkpoint.
    #[error("the signed text is not a checkpoint")]
    Text,
    /// The checkpoint is of another log than the key.
    #[error("the checkpoint is of another log than the key")]
    Origin,
}

impl Checkpoint {
    /// The note: three lines and the signatures of `key`.
    ///
    /// # Errors
    /// When the origin is not the key's.
    pub fn sign(&self, key: &LogKey) -> Result<String, CheckpointError> {
        if key.vkey().name() != self.origin {
            return Err(CheckpointError::Origin);
        }
        Ok(key.sign(&self.text())?)
    }

    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// The checkpoint in a note, if it is signed by `key` and of its log. Extension lines are signed with it and passed over.
    ///
    /// # Errors
    /// When it is not.
    pub fn open(note: &str, key: &Vkey) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        let checkpoint = Self::parse(note.verify(key)?)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::Origin) }
    }

    /// What a note says although nobody was asked who signed it. It must at least claim to be signed by its own log: a checkpoint
    /// whose origin was altered is false, and not merely one of a log that nobody knows.
    ///
    /// # Errors
    /// When it is not the note of a checkpoint, or no signature line bears the name of its origin.
    pub fn read_unverified(note: &str) -> Result<Self, CheckpointError> {
        let note = Note::parse(note)?;
        let checkpoint = Self::parse(note.text_unverified())?;
        if note.names(&checkpoint.origin) { Ok(checkpoint) } else { Err(NoteError::Unsigned.into()) }
    }

    /// What the text of a note says; `None` if it is not that of a checkpoint.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split_terminator('\n');
        let mut next = || lines.next().filter(|line| !line.is_empty()).ok_or(CheckpointError::Text);
        let (origin, size, root) = (next()?, next()?, next()?);
        let number: u64 = size.parse().map_err(|_| CheckpointError::Text)?;
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok()).ok_or(CheckpointError::Text)?;
        if number.to_string() != size || lines.any(str::is_empty) {
            return Err(CheckpointError::Text);
        }
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }
}

/// The year at the end of an origin `orders.<host>/<year>`.
#[must_use]
pub fn year_of(origin: &str) -> Option<&str> {
    let (_, year) = origin.rsplit_once('/')?;
    (year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit())).then_some(year)
}

/// The same year, as a number.
#[must_use]
pub fn year_number(origin: &str) -> Option<u16> {
    year_of(origin)?.parse().ok()
}
