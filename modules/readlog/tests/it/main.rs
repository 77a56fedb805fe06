//! The read log against a real database.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod digests;
mod entries;
mod questions;
mod world;
