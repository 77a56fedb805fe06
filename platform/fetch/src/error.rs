//! Why there is no answer.

/// A request that brought no answer. None of these carries what was sent or received.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The client could not be made.
    #[error("the HTTP client cannot be made: {0}")]
    Setting(String),
    /// The address is no HTTP or HTTPS address, or carries a user name.
    #[error("`{0}` is not an address that can be asked")]
    Address(String),
    /// The host is not among those the operator named.
    #[error("the host `{0}` is not among those that may be asked")]
    Host(String),
    /// No connection, no TLS, or the deadline passed.
    #[error("`{host}` did not answer")]
    Unreachable {
        /// Which host.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The answer is larger than the limit.
    #[error("`{host}` answered with more than {bytes_max} bytes")]
    TooLarge {
        /// Which host.
        host: String,
        /// The limit.
        bytes_max: usize,
    },
    /// The answer has another status than one of success.
    #[error("`{host}` answered with status {status}")]
    Status {
        /// Which host.
        host: String,
        /// The status.
        status: u16,
    },
}
