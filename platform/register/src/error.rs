//! What the register could not do.

use db::DbError;

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
    /// An origin that does not end in a year.
    #[error("the origin `{0}` does not end in `/` and a year")]
    Origin(String),
    /// A leaf that may not be staged.
    #[error("the leaf cannot be staged: {0}")]
    Unstageable(&'static str),
    /// The event does not follow the newest event of its id, or that one is still on its way into the log.
    #[error("the event does not follow the newest event of `{0}`")]
    NotNewest(db::Uuid),
    /// A leaf or size outside the log.
    #[error(transparent)]
    Proof(#[from] tlog::tree::TreeError),
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
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}
