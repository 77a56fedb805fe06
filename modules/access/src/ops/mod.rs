//! One file per operation.

mod cards;
mod holders;
mod sign_in;

pub use cards::{end_card, end_office, grant_office, register_card};
pub use holders::holders;
pub use sign_in::{Opened, challenge, sign_in, sign_in_again};

use aws_lc_rs::digest::{SHA256, digest};

/// SHA-256, for tokens: the database never holds a token that opens a session.
pub(crate) fn hash(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}
