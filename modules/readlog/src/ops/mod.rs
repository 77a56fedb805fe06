//! The operations, one file each.

mod check;
mod close;
mod list;
mod prove;
mod record;

pub use check::{Checked, check};
pub use close::close_days;
pub use list::{read_of, reads_of};
pub use prove::{Proof, proof_of};
pub use record::record;
