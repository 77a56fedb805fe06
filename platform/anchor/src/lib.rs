//! Anchors: checkpoints of the register held fast where the register's operator has no hand.
//!
//! Owns:     schema `anchor` (which checkpoints are due, what each sink made of them), the payload, the sinks, the evidence.
//! Promises: a due checkpoint is anchored once in each sink, however often the program stops on the way; what is sent is stored
//!           before it is sent; no sink keeps another one or the register waiting; answers from outside are bounded and believed
//!           only as far as they were checked.
//! Never:    a part of issuing: whatever happens here, orders go on entering the register.
//! Serves:   `edges` (the worker, the public files, the command line).
//! Start at: [`Sink`], [`pass`], [`Anchors::read`], `docs/verification.md`, section 15.

mod config;
mod due;
mod error;
mod evidence;
pub mod evm;
mod file;
mod http;
mod payload;
pub mod rfc3161;
mod serve;
mod sink;
mod store;
mod work;

pub use config::{Anchors, ConfigFault};
pub use due::{Reason, due, due_by_time};
pub use error::{Away, Fault};
pub use evidence::{Checked, Trust, Wrong, check};
pub use file::FileSink;
pub use http::{Confirmation, HttpSetting, HttpSink};
pub use payload::{Head, PAYLOAD_BYTES};
pub use serve::{PublicFile, paths, resource};
pub use sink::{Answer, Confirmed, Kind, Seen, Sink};
pub use store::{Covering, Row, State, covering, list};
pub use work::pass;

/// The tables of the anchors.
pub const MIGRATIONS: &[db::Migration] =
    &[db::Migration { module: "anchor", name: "create_anchor", sql: include_str!("../migrations/create_anchor.sql") }];
