//! One file per operation.

pub(crate) mod import;
pub(crate) mod look_up;
pub(crate) mod search;
pub(crate) mod show;
pub(crate) mod tree;
pub(crate) mod upload;
