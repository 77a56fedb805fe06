//! The register: a tamper-evident log of what was ordered.
//!
//! Owns:     schema `register` (leaves, tiles, the checkpoint, key and erasure statements, the newest status snapshot, the policy, what witnesses
//!           signed). The formats are `base/tlog`'s.
//! Promises: a staged leaf enters the log exactly once and never changes; whatever a checkpoint was signed for can be proved from
//!           rows; the same bytes are served by every instance and written by an export.
//! Never:    learns what an order says; believes a witness more than the log's own signature: a leaf is random ids, hashes and a time.
//! Serves:   `platform/seal` (audit), `modules/orders` (stage, prove), `edges` (serve, export, verify).
//! Start at: [`log::stage`], [`sequence::sequence`], `docs/verification.md`.

pub mod audit;
pub mod erasure;
mod error;
pub mod fsck;
pub mod issuer;
mod kept;
pub mod log;
mod pack;
pub mod publish;
pub mod rebuild;
mod scrub;
pub mod sequence;
pub mod serve;
pub mod shard;
pub mod standing;
mod store;
pub mod witness;

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
    db::Migration { module: "register", name: "ask_witnesses", sql: include_str!("../migrations/ask_witnesses.sql") },
    db::Migration { module: "register", name: "link_issuers", sql: include_str!("../migrations/link_issuers.sql") },
    db::Migration { module: "register", name: "keep_erasures", sql: include_str!("../migrations/keep_erasures.sql") },
    db::Migration { module: "register", name: "open_shards", sql: include_str!("../migrations/open_shards.sql") },
    db::Migration { module: "register", name: "lift_refusals", sql: include_str!("../migrations/lift_refusals.sql") },
    db::Migration {
        module: "register",
        name: "say_why_keys_ended",
        sql: include_str!("../migrations/say_why_keys_ended.sql"),
    },
];
