//! The operations, one file each.

mod ask;
mod audit;
mod check;
mod close;
mod list;
mod prove;
mod record;

pub use ask::{answer, answer_days, ask, asked, overdue, promise_answer_days, question, questions_to, reminded};
pub use audit::{AUDIT_MAX, AuditQuery, reads_at};
pub use check::{Checked, check};
pub use close::close_days;
pub use list::{read_of, reads_of};
pub use prove::{Proof, proof_of};
pub use record::record;
