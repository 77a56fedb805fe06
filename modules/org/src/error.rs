//! Why an operation of this module did not happen.

use crate::model::Finding;
use kernel::Refusal;

/// Refused (the first two) or failed (the last).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no to the whole request.
    #[error("{}: {}", .0.code, .0.text.en)]
    Refused(Refusal),
    /// The file has rows that cannot be taken; nothing of it was written. In row order.
    #[error("{} rows of the list cannot be taken", .0.len())]
    Rows(Vec<Finding>),
    /// The database could not do it.
    #[error("the agency list could not be read or written")]
    Fault(#[from] db::DbError),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(refusal)
    }
}
