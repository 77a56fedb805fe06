//! Refusals and faults of this module.

use kernel::Refusal;

/// Why an operation on orders did not happen.
#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database did not answer.
    #[error("the tables of orders cannot be read or written")]
    Store(#[from] db::DbError),
    /// The register could not be read or written.
    #[error("the register cannot be read or written")]
    Register(#[from] register::Fault),
    /// A stored order does not read back as it was written.
    #[error("order {0} is damaged in the database: {1}")]
    Damaged(kernel::OrderId, String),
    /// The paper could not be rendered or sealed.
    #[error("the paper cannot be made")]
    Paper(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Shorthand for a refusal as an error.
pub(crate) fn refuse<T>(refusal: Refusal) -> Result<T, OrdersError> {
    Err(OrdersError::Refused(refusal))
}
