//! Award cases against a real database: files, faults, the way to the head, changes, and two people at once.

#![allow(clippy::unwrap_used, reason = "a helper of a test that cannot go on has failed")]

mod changes;
mod files;
mod lifecycle;
mod rosters;
mod sections;
mod world;
