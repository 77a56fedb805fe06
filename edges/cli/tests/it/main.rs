//! The program from outside: its verbs, its exit codes, and what it survives.

#![allow(clippy::unwrap_used, reason = "a helper of a test that cannot go on has failed")]

mod county;
mod doctor;
mod erasure;
mod faults;
mod instances;
mod keep;
mod keys;
mod program;
mod register;
mod token_keys;
mod verdicts;
