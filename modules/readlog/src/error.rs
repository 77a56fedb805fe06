//! Refusals and faults of this module.

use kernel::Refusal;

/// Why the read log did not do what it was asked. After an error of [`crate::record`] the caller shows nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database did not answer.
    #[error("the read log cannot be read or written")]
    Store(#[from] db::DbError),
    /// The register could not be read or written.
    #[error("the register cannot be read or written")]
    Register(#[from] register::Fault),
    /// The day of the read is closed: the clock of this machine is behind by more than a day's closing allows.
    #[error("the read log of {0} is closed; is the clock of this machine right?")]
    Closed(time::Date),
    /// A stored entry does not read back as it was written.
    #[error("entry {0} of the read log is damaged in the database")]
    Damaged(i64),
}
