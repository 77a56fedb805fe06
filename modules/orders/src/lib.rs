//! orders: papers from approval to service and to what becomes of them.
//!
//! Owns:     letterheads, numbers, approvals, sealed orders, consent, delivery, notice mail, erasures.
//! Promises: approving a batch writes numbers, sealed records, register leaves and events in one transaction or nothing; numbers have
//!           no gaps and a voided number says why; a person's paper shows that person's part only.
//! Never:    knows a personnel rule: what an award is, who may get one. The module that owns the meaning makes the papers and writes
//!           the effect in the same transaction.
//! Serves:   `modules/personnel`, the edges.
//! Start at: [`prepare`], [`issue`], [`bundle`].

mod decide;
mod delivery;
mod draw;
mod erasure;
mod error;
pub mod field;
mod model;
mod ops;
mod store;

pub use decide::{amend, changeable, consent_on, grid};
pub use delivery::{
    Genuine, Said, check_code, consent_history, consent_now, deliver, give_consent, mark_printed, note_opened, notify,
    paper_queue, paper_waiting, queue_mail, record_service, service, spool, unnotified,
};
pub use erasure::{
    Destroyed, Erased, Erasure, ErasureRule, NewErasure, Person, confirm_erasure, erase_again, erased, erasure,
    erasure_of, erasure_rule, erasures, erasures_of_agencies, forget_mail, here_again, intact, keep_erasure_rule,
    propose_erasure, refuse_erasure,
};
pub use error::OrdersError;
pub use model::{Amendment, Consent, Delivery, Family, Issued, Letterhead, Numbering, Paper, Standing};
pub use ops::*;

/// The tables of this module.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { module: "orders", name: "create_orders", sql: include_str!("../migrations/create_orders.sql") },
    db::Migration { module: "orders", name: "hold_reach", sql: include_str!("../migrations/hold_reach.sql") },
    db::Migration {
        module: "orders",
        name: "say_in_whose_place",
        sql: include_str!("../migrations/say_in_whose_place.sql"),
    },
    db::Migration { module: "orders", name: "hold_within", sql: include_str!("../migrations/hold_within.sql") },
    db::Migration { module: "orders", name: "erase_content", sql: include_str!("../migrations/erase_content.sql") },
];

/// Most papers one approval covers.
pub const PAPERS_MAX: usize = 4096;
