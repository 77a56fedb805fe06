//! access: who signs in, and who may do what.
//!
//! Owns:     cards, sign-in challenges, sessions, offices (roles held for an agency), the permission table.
//! Promises: nobody gets in without a card's signature over a fresh challenge; a challenge is good once; an office counts only
//!           from its first to its last day; [`permits`] is the one place where a permission is decided.
//! Never:    stores a password; knows a page. What another module reads for somebody is limited by [`reach_of`] in the database.
//! Serves:   the edges.
//! Start at: `policy/policies.cedar`, [`decide`], [`sign_in`].

mod authorities;
mod error;
mod grid;
mod model;
mod ops;
mod permission;
mod store;
mod tree;

pub use authorities::{Authorities, Family};
pub use error::{AccessError, SignInRefusal};
pub use grid::grid;
pub use model::{
    ActingFor, Actor, AgentFor, Assurance, Hat, Held, Office, Reach, Role, SESSION_HOURS_MAX, SESSION_IDLE_MINUTES_MAX,
};
pub use ops::{actor_of, challenge, end_card, end_office, grant_office, register_card, sign_in, sign_out, sweep};
pub use permission::{Action, Decision, Scope, agencies_of, decide, permits, reach_of};
pub use tree::Tree;

/// The tables of this module.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { module: "access", name: "create_sign_in", sql: include_str!("../migrations/create_sign_in.sql") },
    db::Migration { module: "access", name: "reach_further", sql: include_str!("../migrations/reach_further.sql") },
];
