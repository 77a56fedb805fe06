//! personnel: people, and award cases from a file to the head's approval.
//!
//! Owns:     who somebody is, the roster of each agency, uploads, award cases and rows, the award record.
//! Promises: an agency's officer learns nothing of whether somebody is on file at another; nothing is half taken in; every fault of a row is named by line and column; a batch can be undone until it is approved;
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
mod sections;
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
    HEADINGS as PEOPLE_HEADINGS, ImportedPeople, PeopleQuery, agencies_with_people, arrived_elsewhere, entries,
    everybody_at, import_people, leave, names_at, people, person, person_at, person_at_by_national_id,
    person_by_national_id, serves, stay,
};

pub use sections::{
    Field, FieldFault, FieldKind, Kept, NewSection, OpenSection, PURPOSE_CHARS_MAX, Purpose, RELATIVES_MAX, Rewrapped,
    Row, Section, SectionMark, check_section, erase_sections, keep_section, open_section, rewrap_keys, section_marks,
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
    db::Migration {
        module: "personnel",
        name: "keep_a_roster_for_each_agency",
        sql: include_str!("../migrations/keep_a_roster_for_each_agency.sql"),
    },
    db::Migration { module: "personnel", name: "hold_reach", sql: include_str!("../migrations/hold_reach.sql") },
    db::Migration { module: "personnel", name: "seal_sections", sql: include_str!("../migrations/seal_sections.sql") },
    db::Migration { module: "personnel", name: "hold_within", sql: include_str!("../migrations/hold_within.sql") },
];
