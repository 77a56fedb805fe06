//! What the register could not do.

use db::DbError;
use tlog::{checkpoint::CheckpointError, note::NoteError};

/// A failure of the register: never the reader's doing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database did not do what it was asked.
    #[error("the register's database did not answer")]
    Database(#[from] DbError),
    /// There is no log yet.
    #[error("the register has no log yet")]
    NoLog,
    /// The log in this database was begun with another key.
    #[error("the log in this database belongs to the key `{0}`")]
    OtherKey(String),
    /// A key that is kept elsewhere, such as in a token, cannot be reached. Nothing was changed, and what is staged waits.
    #[error("the signing key cannot be reached; nothing is lost, and it is gone on when the key is back")]
    KeyAway,
    /// An origin that does not end in a year.
    #[error("the origin `{0}` does not end in `/` and a year")]
    Origin(String),
    /// A policy that cannot be put in force.
    #[error("the policy cannot be used: {0}")]
    Policy(String),
    /// A leaf that may not be staged.
    #[error("the leaf cannot be staged: {0}")]
    Unstageable(&'static str),
    /// The event does not follow the newest event of its id, or that one is still on its way into the log.
    #[error("the event does not follow the newest event of `{0}`")]
    NotNewest(db::Uuid),
    /// Leaves that must be in the log first are still on their way.
    #[error("leaves that must be in the log first are still on their way; try again")]
    Waiting,
    /// A leaf or size outside the log.
    #[error(transparent)]
    Proof(#[from] tlog::tree::TreeError),
    /// A note that is not a checkpoint signed by the log's key.
    #[error("it is not a checkpoint of this log: {0}")]
    NotOurs(String),
    /// Somebody holds a checkpoint of ours that this database cannot have signed: it was restored from an older copy, or forked.
    #[error("{place} does not agree with this database ({standing:?}); see `renshi register rebuild`")]
    Ahead {
        /// Who holds it.
        place: String,
        /// How it stands to the log here.
        standing: crate::standing::Standing,
    },
    /// The log cannot be taken over from a copy.
    #[error("the log cannot be rebuilt: {0}")]
    Rebuild(String),
    /// A refusal to sign cannot be lifted by hand.
    #[error("it cannot be lifted: {0}")]
    Lift(&'static str),
    /// The place of publication did not do what it was asked.
    #[error("the public files cannot be written")]
    Place(#[from] objects::ObjectsError),
    /// What is stored cannot be right.
    #[error("the stored register is damaged: {0}")]
    Damaged(String),
    /// A file could not be written.
    #[error("`{path}` cannot be written")]
    File {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Fault {
    /// Why a checkpoint could not be signed.
    pub(crate) fn unsigned(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Note(NoteError::Away) => Self::KeyAway,
            other => Self::damaged(other.to_string()),
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}
