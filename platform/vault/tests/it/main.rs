//! Tests of the vault from outside.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod ring;
mod values;
