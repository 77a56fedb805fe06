//! # Old-scheme base numbers after re-employment (再任者退撫新制實施前年資基數之接續)
//!
//! ## The law says
//! Article 15 III (1) (teachers 16): old-scheme years not yet paid are measured after those paid before, by the scale that holds there.
//!
//! ## How we read it
//! The scale is continued, not begun again: what all old-scheme years together give, less the base numbers paid before. A court let stand
//! 61 − 44 = 17 for eight years after twenty-two (臺北高等行政法院 100年度訴字第290號).
//!
//! ## Example
//! 44 base numbers paid for 22 years, 30 years in all: 17.

use statute::Rational;
use time::Date;

use super::a028_old_scheme;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

/// The base numbers still due.
pub static RULE: Rule = Rule {
    id: "s0080034/a015_continued_bases",
    title: ("再任年資接續計給之基數", "base numbers continued after re-employment"),
    law: &["s0080034/15/3/1", "h0150049/16/3/1"],
    formula: ("{bases} − {bases-paid}", "{bases} − {bases-paid}"),
};

/// Base numbers still due for all old-scheme months, after those paid before.
///
/// # Errors
/// No scale was in force that day.
pub fn bases(
    law: &SchemeLaw,
    (paid, old_months): (Rational, u32),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Rational, Stop> {
    let all = a028_old_scheme::lump_bases(law, old_months, on, ledger)?;
    let due = (all - paid).max(Rational::from_integer(0));
    ledger.write(|| {
        let step = RULE.gives(Quantity::Bases(due)).given(names::BASES, Quantity::Bases(all));
        step.given(names::BASES_PAID, Quantity::Bases(paid))
    });
    Ok(due)
}
