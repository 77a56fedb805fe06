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

impl From<seal::Unsigned> for OrdersError {
    fn from(_: seal::Unsigned) -> Self {
        Self::Refused(Refusal::new(
            "orders/key-away",
            "存放機關金鑰的載具目前無法簽章，尚未發布任何令，資料均已保留。請稍後再試，或洽系統管理者。",
            "The token with the agency's key does not sign at present. Nothing was issued and nothing is lost: please try again later, or ask \
             the operator.",
        ))
    }
}

/// Shorthand for a refusal as an error.
pub(crate) fn refuse<T>(refusal: Refusal) -> Result<T, OrdersError> {
    Err(OrdersError::Refused(refusal))
}
