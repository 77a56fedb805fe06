//! # Monthly income (每月退休所得)
//!
//! ## The law says
//! Article 4 V: the monthly pension with the compensation, and the deposit interest or the social insurance annuity; for who draws a lump
//! sum, its interest.
//!
//! ## How we read it
//! A plain sum of what is paid, after every part was rounded for itself by its payer.
//!
//! ## Example
//! 55,257 and a raise of 961: 56,218.

use crate::{Ledger, Name, Quantity, Rule};

/// The sum.
pub static RULE: Rule = Rule {
    id: "s0080034/a004_monthly_income",
    title: ("每月退休所得", "monthly income"),
    law: &["s0080034/4/1/5", "h0150049/4/1/5"],
    formula: ("各項合計", "the sum of the parts"),
};

/// The sum of what is paid, NT dollars; what is nothing is not told.
pub fn total(parts: &[(Name, i64)], ledger: &mut impl Ledger) -> i64 {
    let total = parts.iter().map(|(_, part)| part).sum();
    ledger.write(|| {
        let paid = parts.iter().filter(|(_, part)| *part != 0);
        paid.fold(RULE.gives(Quantity::Money(total)), |step, (name, part)| step.given(*name, Quantity::Money(*part)))
    });
    total
}
