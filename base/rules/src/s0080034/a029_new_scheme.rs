//! # Pension for service since the new scheme (退撫新制實施後年資之退休金)
//!
//! ## The law says
//! Article 29 (teachers 30): a lump sum of base numbers for each year, an amount named for the full thirty-five years, less for each year
//! of all credited service beyond; a monthly percentage likewise. Article 27 (teachers 28): the base is twice the pay.
//!
//! ## How we read it
//! Old-scheme service fills the first years of the credited total, so it decides from which new-scheme month on the lower amount
//! counts. Odd months count in proportion. Whether the amount named for thirty-five years, which is half a base more than the yearly
//! amounts add up to, also falls to mixed service is open: reading `mixed-half-base`.
//!
//! ## Example
//! 16 years after 17 years of old-scheme service: 32 %; a pay of 48,505 gives 31,043.2, printed as 31,044.

use statute::{Rational, Valued};
use time::Date;

use super::rounding::{self, Printed};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Base numbers for each year of service.
    lump_per_year: Rational = "s0080034/a029/lump-per-year", "h0150049/a030/lump-per-year";
    /// Base numbers named for full service.
    lump_full: Rational = "s0080034/a029/lump-full", "h0150049/a030/lump-full";
    /// Base numbers for each further year.
    lump_per_year_beyond: Rational = "s0080034/a029/lump-per-year-beyond", "h0150049/a030/lump-per-year-beyond";
    /// The most base numbers.
    lump_max: Rational = "s0080034/a029/lump-max", "h0150049/a030/lump-max";
    /// Share of the base for each year of service.
    monthly_per_year: Rational = "s0080034/a029/monthly-per-year", "h0150049/a030/monthly-per-year";
    /// Share of the base for each further year.
    monthly_per_year_beyond: Rational = "s0080034/a029/monthly-per-year-beyond", "h0150049/a030/monthly-per-year-beyond";
    /// The largest share.
    monthly_max: Rational = "s0080034/a029/monthly-max", "h0150049/a030/monthly-max";
    /// Months of all credited service at which the lower amounts begin.
    full_months: u32 = "s0080034/a029/full-months", "h0150049/a030/full-months";
    /// How many times the pay the base is.
    base_times: Rational = "s0080034/a027/base-times", "h0150049/a028/base-times";
}

/// Base numbers of the lump sum.
pub static LUMP_BASES: Rule = Rule {
    id: "s0080034/a029_new_scheme",
    title: ("退撫新制實施後年資一次退休金基數", "base numbers of the new-scheme lump sum"),
    law: &["s0080034/29/1/1", "h0150049/30/1/1"],
    formula: (
        "合計 {full-months} 以內每年 {lump-per-year}，逾此每年 {lump-per-year-beyond}，最高 {lump-max}",
        "{lump-per-year} a year up to {full-months} in all, then {lump-per-year-beyond}, at most {lump-max}",
    ),
};

/// The lump sum.
pub static LUMP: Rule = Rule {
    id: "s0080034/a029_new_scheme",
    title: ("退撫新制實施後年資一次退休金", "new-scheme lump sum"),
    law: &["s0080034/29/1/1", "h0150049/30/1/1"],
    formula: ("{average-pay} × {base-times} × {bases} × {part}", "{average-pay} × {base-times} × {bases} × {part}"),
};

/// Percentage of the monthly pension.
pub static MONTHLY_RATE: Rule = Rule {
    id: "s0080034/a029_new_scheme",
    title: ("退撫新制實施後年資月退休金百分比", "rate of the new-scheme monthly pension"),
    law: &["s0080034/29/1/2", "h0150049/30/1/2"],
    formula: (
        "合計 {full-months} 以內每年 {monthly-per-year}，逾此每年 {monthly-per-year-beyond}，最高 {monthly-max}",
        "{monthly-per-year} a year up to {full-months} in all, then {monthly-per-year-beyond}, at most {monthly-max}",
    ),
};

/// The monthly pension.
pub static MONTHLY: Rule = Rule {
    id: "s0080034/a029_new_scheme",
    title: ("退撫新制實施後年資月退休金", "new-scheme monthly pension"),
    law: &["s0080034/29/1/2", "h0150049/30/1/2"],
    formula: ("{average-pay} × {base-times} × {rate} × {part}", "{average-pay} × {base-times} × {rate} × {part}"),
};

/// Name of the open point about the amount named for full service.
pub const MIXED_HALF_BASE: &str = "mixed-half-base";

/// Credited months: old scheme, new scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credited {
    /// Before the new scheme; they come first.
    pub old: u32,
    /// Since the new scheme.
    pub new: u32,
}

impl Credited {
    /// All credited months.
    pub fn total(self) -> u32 {
        self.old + self.new
    }

    /// New-scheme months within so many months of all service, and those beyond.
    fn split(self, full: u32) -> (u32, u32) {
        let within = self.new.min(full.saturating_sub(self.old));
        (within, self.new - within)
    }
}

/// Base numbers for new-scheme months, exact.
///
/// # Errors
/// No value was in force that day.
pub fn lump_bases(law: &SchemeLaw, credited: Credited, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let values = &law.a029_new_scheme;
    let (per_year, beyond) = (values.lump_per_year.on(on)?, values.lump_per_year_beyond.on(on)?);
    let (full_months, full) = (values.full_months.on(on)?, values.lump_full.on(on)?);
    let max = values.lump_max.on(on)?;
    let (months, months_beyond) = credited.split(full_months.value);
    let reaches_full = match law.readings.answer(MIXED_HALF_BASE) {
        "new-only" => months == full_months.value,
        _ => credited.total() >= full_months.value && months > 0,
    };
    let yearly = years(months) * per_year.value;
    let named = full.value - years(full_months.value) * per_year.value;
    let within = if reaches_full { yearly + named } else { yearly };
    let number = Printed::Bases(max.value.min(within + years(months_beyond) * beyond.value));
    let bases = rounding::computed(law, number, on)?;
    ledger.write(|| {
        let step = LUMP_BASES.gives(Quantity::Bases(bases));
        let is_mixed = credited.old > 0 && months > 0 && credited.total() >= full_months.value;
        let step = if is_mixed { step.reads(&law.readings, MIXED_HALF_BASE) } else { step };
        let step = rounding::told(step, law, number, on);
        credited_given(step, credited).uses(per_year).uses(full_months).uses(full).uses(beyond).uses(max)
    });
    Ok(bases)
}

/// Share of the base for new-scheme months, exact.
///
/// # Errors
/// No value was in force that day.
pub fn monthly_rate(law: &SchemeLaw, credited: Credited, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let values = &law.a029_new_scheme;
    let (per_year, beyond) = (values.monthly_per_year.on(on)?, values.monthly_per_year_beyond.on(on)?);
    let (full_months, max) = (values.full_months.on(on)?, values.monthly_max.on(on)?);
    let (months, months_beyond) = credited.split(full_months.value);
    let number = Printed::Percent(max.value.min(years(months) * per_year.value + years(months_beyond) * beyond.value));
    let rate = rounding::computed(law, number, on)?;
    ledger.write(|| {
        let step = rounding::told(MONTHLY_RATE.gives(Quantity::Share(rate)), law, number, on);
        credited_given(step, credited).uses(per_year).uses(full_months).uses(beyond).uses(max)
    });
    Ok(rate)
}

/// The lump sum for new-scheme service, NT dollars; `part` is the part drawn.
///
/// # Errors
/// No value was in force that day.
pub fn lump(
    law: &SchemeLaw,
    (average_pay, credited, part): (i64, Credited, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let bases = lump_bases(law, credited, on, ledger)?;
    amount(law, (&LUMP, average_pay, bases, part), on, ledger)
}

/// The monthly pension for new-scheme service, NT dollars; `part` is the part drawn.
///
/// # Errors
/// No value was in force that day.
pub fn monthly(
    law: &SchemeLaw,
    (average_pay, credited, part): (i64, Credited, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let rate = monthly_rate(law, credited, on, ledger)?;
    amount(law, (&MONTHLY, average_pay, rate, part), on, ledger)
}

fn amount(
    law: &SchemeLaw,
    (rule, average_pay, due, part): (&'static Rule, i64, Rational, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let times: &Valued<Rational> = law.a029_new_scheme.base_times.on(on)?;
    let rounding = law.rounding.amount.on(on)?;
    let paid = rounding.value.dollars(times.value * average_pay * due * part);
    ledger.write(|| {
        let (name, due) = match std::ptr::eq(rule, &LUMP) {
            true => (names::BASES, Quantity::Bases(due)),
            false => (names::RATE, Quantity::Share(due)),
        };
        let step = rule.gives(Quantity::Money(paid)).given(names::AVERAGE_PAY, Quantity::Money(average_pay));
        step.given(name, due).given(names::PART, Quantity::Share(part)).uses(times).rounded(rounding)
    });
    Ok(paid)
}

fn credited_given(step: crate::Step, credited: Credited) -> crate::Step {
    step.given(names::OLD_MONTHS, Quantity::Months(credited.old))
        .given(names::NEW_MONTHS, Quantity::Months(credited.new))
}

/// Months as an exact number of years.
fn years(months: u32) -> Rational {
    Rational::new(months.into(), kernel::calendar::MONTHS_A_YEAR.into())
}
