//! The component as pages meet it, over its addresses; cards in software and in SoftHSM.
#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod requests;
mod tokens;
mod world;
