//! # Reduced monthly pension (減額月退休金)
//!
//! ## The law says
//! Article 31 IV (3) (teachers 32 IV (3)): who draws the monthly pension before its starting age loses a share for every year, at most for
//! so many years.
//!
//! ## How we read it
//! Odd months count in proportion. The reduction is taken from the full pension, before the ceiling, and for life (細則 31, 35).
//! Drawing earlier than the act allows is refused.
//!
//! ## Example
//! 49,902, thirty years, four years and ten months early: 48,306.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Share lost for each year early.
    per_year: Rational = "s0080034/a031/reduction-per-year", "h0150049/a032/reduction-per-year";
    /// The most months early.
    max_months: u32 = "s0080034/a031/reduction-months-max", "h0150049/a032/reduction-months-max";
}

/// The part of the full pension that is left.
pub static RULE: Rule = Rule {
    id: "s0080034/a031_early_reduction",
    title: ("減額月退休金支領比率", "part of the monthly pension left when drawn early"),
    law: &["s0080034/31/4/3", "h0150049/32/4/3"],
    formula: ("1 − {reduction-per-year} × {early-months} ÷ 12", "1 − {reduction-per-year} × {early-months} ÷ 12"),
};

/// The part of the full monthly pension that is left, so many months early.
///
/// # Errors
/// More months early than the act allows; no value in force that day.
pub fn part_left(law: &SchemeLaw, early_months: u32, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let values = &law.a031_early_reduction;
    let (per_year, most) = (values.per_year.on(on)?, values.max_months.on(on)?);
    if early_months > most.value {
        let (years, citation) = (most.value / kernel::calendar::MONTHS_A_YEAR, most.citation);
        let zh = format!("減額月退休金最多得提前{years}年，所選生效日提前{early_months}個月");
        let en = format!(
            "A reduced pension may start at most {years} years early; the chosen day is {early_months} months early"
        );
        return Err(Refusal::new("pension/too-early", zh, en).cite(citation).into());
    }
    let lost = per_year.value * Rational::new(early_months.into(), kernel::calendar::MONTHS_A_YEAR.into());
    let left = Rational::from_integer(1) - lost;
    ledger.write(|| {
        let step = RULE.gives(Quantity::Share(left)).given(names::EARLY_MONTHS, Quantity::Months(early_months));
        step.uses(per_year).uses(most)
    });
    Ok(left)
}
