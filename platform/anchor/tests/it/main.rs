//! The sinks against what they really talk to, and the worker that is stopped, lied to and kept waiting.
#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod anvil;
mod chain;
mod config;
mod faults;
mod plain;
mod stamp;
mod world;
