//! Tests of the formats from outside: exact, strict, and against the definitions and the published vectors.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod cosignatures;
mod exports;
mod formats;
mod fuzz;
mod key_events;
mod others;
mod policies;
mod proofs;
mod shards;
mod sizes;
mod vectors;
mod witnesses;
mod world;
