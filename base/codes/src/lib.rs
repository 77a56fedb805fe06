//! codes: the code lists of the personnel files, kept as tables in `tables/` and embedded.
//!
//! Owns: award results, award categories, 教示條款, codes of legal bases, postal codes, the office calendar.
//! Promises: each list names its source and how well it is known; a code that is refused says why.
//! Never: knows a person or a file; which codes go together in one row is decided by the module that owns the row.
//! Start at: [`AwardResult::parse`], [`AwardCategory::parse`], [`LegalBasis::parse`], [`RemedyClause::parse`], [`office_calendar`].

mod award_category;
mod award_result;
mod legal_basis;
mod office_calendar;
mod postal;
mod remedy_clause;
mod table;

pub use award_category::AwardCategory;
pub use award_result::{AwardRank, AwardResult};
pub use legal_basis::LegalBasis;
pub use office_calendar::office_calendar;
pub use postal::{PostalArea, PostalCode};
pub use remedy_clause::RemedyClause;

use serde::Deserialize;

/// Reward (獎) or penalty (懲).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AwardKind {
    /// 獎勵.
    Reward,
    /// 懲處.
    Penalty,
}
