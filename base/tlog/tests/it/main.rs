//! Tests of the formats from outside: exact, strict, and against the definitions and the published vectors.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod formats;
mod proofs;
mod vectors;
mod world;
