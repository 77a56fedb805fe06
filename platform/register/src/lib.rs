//! The register: a tamper-evident log of what was ordered.
//!
//! Owns:     schema `register` (leaves, tiles, the checkpoint, key statements, the newest status snapshot).
//! Promises: a staged leaf enters the log exactly once and never changes; whatever a checkpoint was signed for can be proved from
//!           rows; the same bytes are served by every instance and written by an export.
//! Never:    learns what an order says: a leaf is random ids, hashes and a time.
//! Serves:   `platform/seal` (formats), `modules/orders` (stage, prove), `edges` (serve, export, verify).
//! Start at: [`leaf::Leaf`], [`log::stage`], [`sequence::sequence`], `docs/verification.md`.

pub mod audit;
pub mod checkpoint;
mod error;
pub mod fsck;
pub mod hash;
pub mod issuer;
pub mod leaf;
pub mod log;
pub mod note;
pub mod policy;
pub mod sequence;
pub mod serve;
pub mod state;
pub mod status;
mod store;
pub mod survey;
pub mod tile;
pub mod tree;

pub use error::Fault;

/// The register's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        module: "register",
        name: "create_register",
        sql: include_str!("../migrations/create_register.sql"),
    },
    db::Migration { module: "register", name: "take_digests", sql: include_str!("../migrations/take_digests.sql") },
    db::Migration { module: "register", name: "hold_reach", sql: include_str!("../migrations/hold_reach.sql") },
];
