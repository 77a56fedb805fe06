//! Refusals and faults of this module.

use kernel::Refusal;

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum PersonnelError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The file itself cannot be read.
    #[error("the file cannot be read")]
    File(#[from] sheet::SheetFault),
    /// The database did not answer.
    #[error("the personnel tables cannot be read or written")]
    Store(#[from] db::DbError),
    /// The agency list could not be read.
    #[error("the agency list cannot be read")]
    Agencies(#[from] org::Error),
    /// A section cannot be sealed or opened.
    #[error("a sealed section cannot be written or opened")]
    Vault(#[from] vault::VaultError),
    /// The orders module said no or failed.
    #[error(transparent)]
    Orders(orders::OrdersError),
}

impl From<orders::OrdersError> for PersonnelError {
    fn from(error: orders::OrdersError) -> Self {
        match error {
            orders::OrdersError::Refused(refusal) => Self::Refused(refusal),
            other => Self::Orders(other),
        }
    }
}

/// Shorthand for a refusal as an error.
pub(crate) fn refuse<T>(refusal: Refusal) -> Result<T, PersonnelError> {
    Err(PersonnelError::Refused(refusal))
}

/// The case changed since the page was opened.
pub(crate) fn stale() -> Refusal {
    Refusal::new(
        "personnel/stale-case",
        "本案已由他人處理，請重新整理後再辦理。",
        "Somebody else worked on this case meanwhile. Please reload the page.",
    )
}

/// There is no such case, or none the asking person may know of.
pub(crate) fn no_case() -> Refusal {
    Refusal::new("personnel/no-such-case", "查無此案。", "There is no such case.")
}
