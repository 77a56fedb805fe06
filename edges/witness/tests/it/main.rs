//! A witness as a log meets it, and as a machine may leave it.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod answers;
mod faults;
mod http;
mod start;
mod world;
