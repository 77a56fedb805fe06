//! Giving offices and ending them: two people give one, one person may end it, a move ends all. The operator gives alone what nobody else
//! can give yet.

mod alone;
mod decide;
mod ops;
pub(crate) mod store;

pub use alone::{Emergency, emergencies_at, grant_alone};
pub use ops::{
    NewProposal, OfficeError, Proposal, REASON_CHARS_MAX, Verdict, decide_proposal, end_offices_at, end_one,
    offices_at, proposal, proposals_at, propose,
};
