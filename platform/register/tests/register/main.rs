//! Tests of the register from outside: the log in a database and as a folder.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod concurrency;
mod database;
mod faults;
mod folder;
mod kept;
mod keys;
mod publish;
mod shards;
mod tampering;
mod third_verifier;
mod witnesses;
mod world;
