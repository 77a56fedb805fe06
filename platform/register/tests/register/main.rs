//! Tests of the register from outside: formats and proofs in memory, then the log in a database and as a folder.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod concurrency;
mod database;
mod folder;
mod formats;
mod proofs;
mod tampering;
mod third_verifier;
mod vectors;
mod world;
