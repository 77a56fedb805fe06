//! One order's way from record to verdict, and what a stranger's file may do to the readers.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod bundles;
mod cards;
mod cases;
mod cms;
mod forks;
mod keys;
mod pdf;
mod revocation;
mod verdicts;
mod world;
