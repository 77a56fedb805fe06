//! readlog: who looked at my data (誰看過我的資料).
//!
//! Owns:     schema `readlog`: one entry for each look at or export of personal data, the closed days and their
//!           digests, the questions people ask about entries and the answers of agencies.
//! Promises: [`record`] has written the entry when it answers, and a caller that shows nothing without it shows nothing unseen; no
//!           entry is changed or removed without the digest of its day, a leaf of the register, showing it.
//! Never:    asks another module anything: names, roles and purposes are handed in, in the words the reader saw; keeps what was read.
//! Serves:   the edges.
//! Start at: [`record`], [`Read`].

mod canon;
mod error;
mod model;
mod ops;
mod question;
mod store;

pub use canon::masked_name;
pub use error::Error;
pub use model::{Entry, Named, Period, Purpose, Read, ReadId, Reader, ReaderKind, SUBJECTS_MAX, Via, ViaKind};
pub use ops::{
    AUDIT_MAX, AuditQuery, Checked, Proof, answer, answer_days, ask, asked, check, close_days, overdue,
    promise_answer_days, proof_of, question, questions_to, read_of, reads_at, reads_of, record, reminded,
};
pub use question::{ANSWER_CHARS_MAX, Answer, QUESTION_CHARS_MAX, Question, may_answer};

/// The tables of this module.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { module: "readlog", name: "create_readlog", sql: include_str!("../migrations/create_readlog.sql") },
    db::Migration { module: "readlog", name: "keep_digests", sql: include_str!("../migrations/keep_digests.sql") },
    db::Migration {
        module: "readlog",
        name: "create_question",
        sql: include_str!("../migrations/create_question.sql"),
    },
    db::Migration {
        module: "readlog",
        name: "show_to_auditors",
        sql: include_str!("../migrations/show_to_auditors.sql"),
    },
];
