//! The operations, one file each.

mod list;
mod record;

pub use list::{read_of, reads_of};
pub use record::record;
