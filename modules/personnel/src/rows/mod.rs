//! The rows of cases, and the records that their orders make.

pub(crate) mod store;
