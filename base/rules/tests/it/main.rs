//! Tests of the rules against files of examples.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first thing that is not as it should be")]

mod cases;
mod income;
mod vectors;
