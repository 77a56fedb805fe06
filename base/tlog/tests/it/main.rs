//! Tests of the formats from outside: exact, strict, and against the definitions and the published vectors.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod cosignatures;
mod formats;
mod policies;
mod proofs;
mod vectors;
mod witnesses;
mod world;
