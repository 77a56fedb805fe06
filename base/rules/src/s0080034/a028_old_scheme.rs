//! # Pension for service before the new scheme (退撫新制實施前年資之退休金)
//!
//! ## The law says
//! Article 28 I (teachers 29 I): a lump sum of base numbers that grow with the years, or a monthly percentage of the pay; Article 27
//! (teachers 28): the base is the pay plus a fixed amount for the lump sum, the pay for the monthly pension with the fixed amount on top.
//!
//! ## How we read it
//! Odd months count in proportion. The fixed amount is paid in full and divided only with the part drawn (兼領).
//! Base numbers below five years, which arise only together with new-scheme service, follow the annex of the enforcement rules.
//!
//! ## Example
//! 16 years and 11 months give 34.8333… bases; 銓敘部 printed 34.8334.

use statute::{Rational, Scale, Valued};
use time::Date;

use super::rounding::{self, Printed};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Base numbers of the lump sum by months.
    lump_bases: Scale = "s0080034/a028/old-lump-bases", "h0150049/a029/old-lump-bases";
    /// Share of the pay by months.
    monthly_rate: Scale = "s0080034/a028/old-monthly-rate", "h0150049/a029/old-monthly-rate";
    /// Fixed amount in the base, NT dollars.
    fixed_amount: i64 = "s0080034/a027/fixed-amount", "h0150049/a028/fixed-amount";
}

/// Base numbers of the lump sum.
pub static LUMP_BASES: Rule = Rule {
    id: "s0080034/a028_old_scheme",
    title: ("退撫新制實施前年資一次退休金基數", "base numbers of the old-scheme lump sum"),
    law: &["s0080034/28/1/1", "h0150049/29/1/1"],
    formula: ("依 {old-months} 計給基數", "bases for {old-months}"),
};

/// The lump sum.
pub static LUMP: Rule = Rule {
    id: "s0080034/a028_old_scheme",
    title: ("退撫新制實施前年資一次退休金", "old-scheme lump sum"),
    law: &["s0080034/28/1/1", "h0150049/29/1/1"],
    formula: (
        "（{average-pay} + {fixed-amount}）× {bases} × {part}",
        "({average-pay} + {fixed-amount}) × {bases} × {part}",
    ),
};

/// Percentage of the monthly pension.
pub static MONTHLY_RATE: Rule = Rule {
    id: "s0080034/a028_old_scheme",
    title: ("退撫新制實施前年資月退休金百分比", "rate of the old-scheme monthly pension"),
    law: &["s0080034/28/1/2", "h0150049/29/1/2"],
    formula: ("依 {old-months} 計給百分比", "rate for {old-months}"),
};

/// The monthly pension.
pub static MONTHLY: Rule = Rule {
    id: "s0080034/a028_old_scheme",
    title: ("退撫新制實施前年資月退休金", "old-scheme monthly pension"),
    law: &["s0080034/28/1/2", "h0150049/29/1/2"],
    formula: (
        "（{average-pay} × {rate} + {fixed-amount}）× {part}",
        "({average-pay} × {rate} + {fixed-amount}) × {part}",
    ),
};

/// Base numbers for old-scheme months, exact.
///
/// # Errors
/// No scale was in force that day.
pub fn lump_bases(law: &SchemeLaw, months: u32, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let bases = law.a028_old_scheme.lump_bases.on(on)?.part(|scale| scale.at(months));
    scaled(law, (&LUMP_BASES, months, Printed::Bases(bases.value)), (bases, on), ledger)
}

/// Share of the pay for old-scheme months, exact.
///
/// # Errors
/// No scale was in force that day.
pub fn monthly_rate(law: &SchemeLaw, months: u32, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let rate = law.a028_old_scheme.monthly_rate.on(on)?.part(|scale| scale.at(months));
    scaled(law, (&MONTHLY_RATE, months, Printed::Percent(rate.value)), (rate, on), ledger)
}

fn scaled(
    law: &SchemeLaw,
    (rule, months, number): (&'static Rule, u32, Printed),
    (due, on): (Valued<Rational>, Date),
    ledger: &mut impl Ledger,
) -> Result<Rational, Stop> {
    let computed = rounding::computed(law, number, on)?;
    ledger.write(|| {
        let step = rule.gives(crate::Shown::shown(&computed, due.unit));
        rounding::told(step.given(names::OLD_MONTHS, Quantity::Months(months)).uses(&due), law, number, on)
    });
    Ok(computed)
}

/// The lump sum for old-scheme service, NT dollars; `part` is the part drawn.
///
/// # Errors
/// No value was in force that day.
pub fn lump(
    law: &SchemeLaw,
    (average_pay, months, part): (i64, u32, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let bases = lump_bases(law, months, on, ledger)?;
    lump_of(law, (average_pay, bases, part), on, ledger)
}

/// The lump sum for base numbers, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn lump_of(
    law: &SchemeLaw,
    (average_pay, bases, part): (i64, Rational, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let fixed = law.a028_old_scheme.fixed_amount.on(on)?;
    let rounding = law.rounding.amount.on(on)?;
    let due = rounding.value.dollars(bases * (average_pay + fixed.value) * part);
    ledger.write(|| {
        let step = LUMP.gives(Quantity::Money(due)).given(names::AVERAGE_PAY, Quantity::Money(average_pay));
        let step = step.given(names::BASES, Quantity::Bases(bases)).given(names::PART, Quantity::Share(part));
        step.uses(fixed).rounded(rounding)
    });
    Ok(due)
}

/// The monthly pension for old-scheme service, NT dollars; `part` is the part drawn. No service, no fixed amount.
///
/// # Errors
/// No value was in force that day.
pub fn monthly(
    law: &SchemeLaw,
    (average_pay, months, part): (i64, u32, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    if months == 0 {
        return Ok(0);
    }
    let rate = monthly_rate(law, months, on, ledger)?;
    monthly_of(law, (average_pay, rate, part), on, ledger)
}

/// The monthly pension at a rate, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn monthly_of(
    law: &SchemeLaw,
    (average_pay, rate, part): (i64, Rational, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let fixed = law.a028_old_scheme.fixed_amount.on(on)?;
    let rounding = law.rounding.amount.on(on)?;
    let due = rounding.value.dollars((rate * average_pay + fixed.value) * part);
    ledger.write(|| {
        let step = MONTHLY.gives(Quantity::Money(due)).given(names::AVERAGE_PAY, Quantity::Money(average_pay));
        let step = step.given(names::RATE, Quantity::Share(rate)).given(names::PART, Quantity::Share(part));
        step.uses(fixed).rounded(rounding)
    });
    Ok(due)
}
