//! A witness of transparency logs (C2SP tlog-witness): a small program that anyone can run beside a log that is not theirs.
//!
//! Owns: a key, the newest checkpoint it cosigned of each log, and the HTTP in front of both.
//! Promises: of one log it never cosigns a checkpoint that does not extend the one before; what it cosigned is on disk before the
//! cosignature leaves; it does not start on a state it cannot trust.
//! Never: reads entries, decides what belongs in a log, forgets a log it once cosigned.
//! Start at: [`Witness::add`], then `state.rs`.

mod evidence;
mod key;
mod limit;
mod logs;
mod serve;
mod state;
mod witness;

pub use key::{KeyFault, WitnessKey};
pub use limit::Limit;
pub use logs::{Logs, LogsFault};
pub use serve::{Limits, router, serve};
pub use state::StateFault;
pub use witness::{Answer, Fault, Witness, create, create_in_token, vkeys};
