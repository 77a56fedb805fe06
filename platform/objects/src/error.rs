//! Why bytes are not where they should be.

use std::{error::Error, fmt::Write};

/// What went wrong with a place for objects.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// The address means no place.
    #[error("`{0}` is neither a folder nor an address s3://bucket/prefix")]
    Address(String),
    /// An S3 store was named without what is needed to ask it.
    #[error("the S3 store cannot be used: {0}")]
    Setting(String),
    /// A folder that cannot be used.
    #[error("the folder `{path}` cannot be used: {source}")]
    Folder {
        /// Which folder.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A name with a part that is empty, `.` or `..`.
    #[error("`{0}` is no name of an object")]
    Name(String),
    /// The place refused, or did not answer in time.
    #[error("`{path}`: {reason}")]
    Place {
        /// Which object.
        path: String,
        /// In the words of the place.
        reason: String,
    },
}

/// The fault of a place, with its causes in one line.
pub(crate) fn fault(path: &str, source: object_store::Error) -> ObjectsError {
    let mut reason = source.to_string();
    let mut cause = source.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !reason.contains(&text) {
            write!(reason, ": {text}").expect("a String takes everything");
        }
        cause = error.source();
    }
    ObjectsError::Place { path: path.to_owned(), reason }
}
