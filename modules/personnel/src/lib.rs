//! personnel: people, and award cases from a file to the head's approval.
//!
//! Owns:     the roster (as far as the first journey needs), uploads, award cases and rows, the award record.
//! Promises: nothing is half taken in; every fault of a row is named by line and column; a batch can be undone until it is approved;
//!           the effect on a person's record is written in the transaction that seals the order.
//! Never:    numbers, seals or delivers a paper: that is `orders`.
//! Serves:   the edges.
//! Start at: [`check_file`], [`take`], [`approve`].

mod award_check;
mod decide;
mod error;
mod finding;
mod model;
mod ops;
mod paper;
mod people;
mod rows;
mod store;

pub use award_check::{
    CheckedRow, Facts, HEADINGS as AWARD_HEADINGS, LONG_CHARS_MAX, REASON_CHARS_MAX, RawRow, check as check_award_rows,
};
pub use decide::{grid, step};
pub use error::PersonnelError;
pub use finding::Finding;
pub use model::{
    AwardCase, AwardRow, CaseLine, CaseState, Change, Command, CommitteeDecision, Confirmation, Details, Person, Route,
    state_label,
};
pub use ops::*;
pub use people::{
    HEADINGS as PEOPLE_HEADINGS, ImportedPeople, PeopleQuery, agencies_with_people, import_people, people, person,
    person_by_national_id,
};

/// The tables of this module.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        module: "personnel",
        name: "create_personnel",
        sql: include_str!("../migrations/create_personnel.sql"),
    },
    db::Migration {
        module: "personnel",
        name: "keep_what_the_committee_said",
        sql: include_str!("../migrations/keep_what_the_committee_said.sql"),
    },
];
