//! # Compensation for service of both schemes (補償金)
//!
//! ## The law says
//! Article 34: who retired within a year of the act still gets the compensation of the former act, Article 30. II there: with less than
//! fifteen old-scheme years and fifteen in all, half a base number at once or 1/200 of a base each month for each year missing to fifteen. III: with
//! less than twenty old-scheme years, half a base number for every six months of new-scheme service, at most three, up to twenty years in all; beyond
//! twenty, half a base number less for each year up to twenty-six. Article 34 III: who draws it monthly gets what the amount at once exceeds all
//! that was and will be drawn, unless the ceiling of the last column still leaves some of it (細則 33 V).
//!
//! ## How we read it
//! Paid with a monthly pension only, in the part drawn monthly. A base is twice the average pay: the former act does not say so (from memory).
//! Odd months of the years missing are an open point: reading `compensation-odd-months`. The former act of teachers reads alike; its text is
//! not kept.
//!
//! ## Left out
//! The payer of each part, which is data of the case.
//!
//! ## Example
//! 10 old-scheme and 15 new-scheme years, average pay 50,000: 250,000 at once or 2,500 a month, and 50,000 from the fund.

use statute::{Rational, Valued};
use time::Date;

use super::a029_new_scheme::Credited;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

/// Reading: what of odd months of the years missing.
pub const ODD_MONTHS: &str = "compensation-odd-months";

crate::law::values! {
    /// Last day of retirement that still has it.
    retired_until: Date = "s0080034/a034/retired-until", "h0150049/a034/retired-until";
    /// Old-scheme months below which it is given.
    old_below: u32 = "s0080001/a030/old-months-below";
    /// Months of all service that are needed.
    total: u32 = "s0080001/a030/total-months";
    /// Base numbers at once for each year missing.
    once_per_year: Rational = "s0080001/a030/once-per-year";
    /// Part of a base each month for each year missing.
    monthly_per_year: Rational = "s0080001/a030/monthly-per-year";
    /// Old-scheme months below which the fund pays its part.
    fund_old_below: u32 = "s0080001/a030/fund-old-months-below";
    /// New-scheme months of each step.
    fund_step_months: u32 = "s0080001/a030/fund-step-months";
    /// Base numbers of each step.
    fund_step: Rational = "s0080001/a030/fund-step";
    /// The most base numbers.
    fund_max: Rational = "s0080001/a030/fund-max";
    /// Months of all service up to which they grow.
    fund_until: u32 = "s0080001/a030/fund-until-months";
    /// Base numbers lost for each year beyond.
    fund_less: Rational = "s0080001/a030/fund-less-per-year";
    /// Months of all service up to which they fall.
    fund_less_until: u32 = "s0080001/a030/fund-less-until-months";
    /// How many times the pay a base is.
    base_times: Rational = "s0080001/a030/base-times";
}

/// The amount at once.
pub static ONCE: Rule = Rule {
    id: "s0080034/a034_compensation",
    title: ("一次補償金", "compensation at once"),
    law: &["s0080001/30/2/1", "s0080034/34/1", "h0150049/34/1"],
    formula: (
        "{average-pay} × {base-times} × 未滿 {old-months-below} 之年數 {years-missing} × {once-per-year} × {part}",
        "{average-pay} × {base-times} × {years-missing} years missing to {old-months-below} × {once-per-year} × {part}",
    ),
};

/// The monthly amount.
pub static MONTHLY: Rule = Rule {
    id: "s0080034/a034_compensation",
    title: ("月補償金", "monthly compensation"),
    law: &["s0080001/30/2/2", "s0080034/34/1", "h0150049/34/1"],
    formula: (
        "{average-pay} × {base-times} × 未滿 {old-months-below} 之年數 {years-missing} × {monthly-per-year} × {part}",
        "{average-pay} × {base-times} × {years-missing} years missing to {old-months-below} × {monthly-per-year} × {part}",
    ),
};

/// The fund's amount.
pub static FUND: Rule = Rule {
    id: "s0080034/a034_compensation",
    title: ("退撫基金支給之補償金", "compensation paid by the fund"),
    law: &["s0080001/30/3", "s0080034/34/1", "h0150049/34/1"],
    formula: (
        "{average-pay} × {base-times} × 增減後 {bases} × {part}",
        "{average-pay} × {base-times} × {bases} gained and lost × {part}",
    ),
};

/// What is given back.
pub static REST: Rule = Rule {
    id: "s0080034/a034_compensation",
    title: ("補償金餘額", "rest of the compensation"),
    law: &["s0080034/34/3", "s0080035/33/5", "h0150049/34/3", "h0150051/34/5"],
    formula: ("{due-once} − {received}", "{due-once} − {received}"),
};

/// What the compensation depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// First day of the pension.
    pub retired_on: Date,
    /// Credited months of both schemes.
    pub credited: Credited,
    /// Average pay, or the last where the act exempts from averaging.
    pub average_pay: i64,
    /// Part drawn monthly.
    pub part: Rational,
}

fn nothing() -> Rational {
    Rational::from_integer(0)
}

fn years(months: u32) -> Rational {
    Rational::new(months.into(), kernel::calendar::MONTHS_A_YEAR.into())
}

/// Years missing to the old-scheme service that the former act takes for full; none for who has no right to it.
fn years_missing(law: &SchemeLaw, facts: Facts) -> Result<Rational, Stop> {
    let (values, on) = (&law.a034_compensation, facts.retired_on);
    let credited = facts.credited;
    let below = values.old_below.on(on)?.value;
    let entitled = credited.old > 0 && credited.new > 0 && credited.total() >= values.total.on(on)?.value;
    if !entitled || too_late(law, facts)? {
        return Ok(nothing());
    }
    let missing = years(below.saturating_sub(credited.old));
    Ok(if law.readings.answer(ODD_MONTHS) == "pro-rata" { missing } else { missing.trunc() })
}

fn too_late(law: &SchemeLaw, facts: Facts) -> Result<bool, Stop> {
    let until = &law.a034_compensation.retired_until;
    let until = until.on(super::a004_floor::pay_standard_on(law, facts.retired_on))?;
    Ok(facts.retired_on > until.value)
}

fn amount(
    law: &SchemeLaw,
    facts: Facts,
    (rule, bases, used, missing): (&'static Rule, Rational, &[&Valued<Rational>], Option<Rational>),
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    if bases <= nothing() {
        return Ok(0);
    }
    let on = facts.retired_on;
    let times = law.a034_compensation.base_times.on(on)?;
    let below = law.a034_compensation.old_below.on(on)?;
    let in_act = super::a004_floor::pay_standard_on(law, on);
    let (rounding, until) = (law.rounding.amount.on(in_act)?, law.a034_compensation.retired_until.on(in_act)?);
    let due = rounding.value.dollars(times.value * facts.average_pay * bases * facts.part);
    ledger.write(|| {
        let step = rule.gives(Quantity::Money(due)).given(names::AVERAGE_PAY, Quantity::Money(facts.average_pay));
        let step = step.given(names::OLD_MONTHS, Quantity::Months(facts.credited.old));
        let step = step.given(names::NEW_MONTHS, Quantity::Months(facts.credited.new));
        let step = step.given(names::RETIRED_ON, Quantity::Day(on)).uses(until);
        let step = step.given(names::PART, Quantity::Share(facts.part));
        let step = match missing {
            Some(years) => {
                let step = step.given(names::YEARS_MISSING, Quantity::Number(years));
                let whole = facts.credited.old.is_multiple_of(kernel::calendar::MONTHS_A_YEAR);
                if whole { step } else { step.reads(&law.readings, ODD_MONTHS) }
            }
            None => step.given(names::BASES, Quantity::Bases(bases)),
        };
        used.iter().fold(step.uses(times).uses(below), |step, used| step.uses(used)).rounded(rounding)
    });
    Ok(due)
}

/// The amount at once, NT dollars; nothing without a right to it.
///
/// # Errors
/// No value was in force that day.
pub fn once(law: &SchemeLaw, facts: Facts, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let per_year = law.a034_compensation.once_per_year.on(facts.retired_on)?;
    let missing = years_missing(law, facts)?;
    amount(law, facts, (&ONCE, missing * per_year.value, &[per_year], Some(missing)), ledger)
}

/// The monthly amount, NT dollars; nothing without a right to it.
///
/// # Errors
/// No value was in force that day.
pub fn monthly(law: &SchemeLaw, facts: Facts, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let per_year = law.a034_compensation.monthly_per_year.on(facts.retired_on)?;
    let missing = years_missing(law, facts)?;
    amount(law, facts, (&MONTHLY, missing * per_year.value, &[per_year], Some(missing)), ledger)
}

/// The fund's amount at once, NT dollars; nothing without a right to it.
///
/// # Errors
/// No value was in force that day.
pub fn from_fund(law: &SchemeLaw, facts: Facts, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let (values, on) = (&law.a034_compensation, facts.retired_on);
    let (credited, total) = (facts.credited, facts.credited.total());
    let has_both = credited.old > 0 && credited.new > 0;
    let below = values.fund_old_below.on(on)?.value;
    if !has_both || credited.old >= below || total < values.total.on(on)?.value || too_late(law, facts)? {
        return Ok(0);
    }
    let (step, most, less) = (values.fund_step.on(on)?, values.fund_max.on(on)?, values.fund_less.on(on)?);
    let until = values.fund_until.on(on)?.value;
    let growing = credited.new.min(until.saturating_sub(credited.old));
    let steps = growing / values.fund_step_months.on(on)?.value;
    let gained = most.value.min(step.value * Rational::from_integer(steps.into()));
    let beyond = total.min(values.fund_less_until.on(on)?.value).saturating_sub(until);
    let lost = less.value * years(beyond).trunc();
    amount(law, facts, (&FUND, gained - lost, &[step, most, less], None), ledger)
}

/// What the amount at once exceeds all that was and will be drawn monthly, NT dollars; nothing for whom the last column still leaves some
/// of the monthly compensation.
pub fn rest(due_once: i64, received: i64, keeps_drawing: bool, ledger: &mut impl Ledger) -> i64 {
    let rest = if keeps_drawing { 0 } else { (due_once - received).max(0) };
    ledger.write(|| {
        let step = REST.gives(Quantity::Money(rest)).given(names::DUE_ONCE, Quantity::Money(due_once));
        let step = step.given(names::RECEIVED, Quantity::Money(received));
        step.given(names::KEEPS_DRAWING, Quantity::Yes(keeps_drawing))
    });
    rest
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const TODAY: Date = date!(2026 - 11 - 23);

    fn facts(old: u32, new: u32) -> Facts {
        let part = Rational::from_integer(1);
        Facts { retired_on: date!(2019 - 01 - 16), credited: Credited { old, new }, average_pay: 50_000, part }
    }

    #[test]
    fn it_ends_with_who_retired_within_a_year_of_the_act() {
        let law = Law::on(TODAY).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let at =
                |retired_on| monthly(law.of(scheme), Facts { retired_on, ..facts(120, 180) }, &mut Steps::default());
            for (day, due) in [
                (date!(2015 - 01 - 16), 2500),
                (date!(2018 - 07 - 01), 2500),
                (date!(2019 - 06 - 30), 2500),
                (date!(2019 - 07 - 01), 0),
            ] {
                assert_eq!(at(day), Ok(due), "{day}");
            }
        }
    }

    #[test]
    fn it_is_measured_by_the_years_missing() {
        let law = Law::on(TODAY).unwrap();
        let law = law.of(Scheme::Civil);
        let due = |old, new| {
            let facts = facts(old, new);
            (once(law, facts, &mut Steps::default()).unwrap(), monthly(law, facts, &mut Steps::default()).unwrap())
        };
        for (old, new, expected) in [
            (0, 300, (0, 0)),
            (1, 300, (700_000, 7000)),
            (120, 59, (0, 0)),
            (120, 60, (250_000, 2500)),
            (168, 180, (50_000, 500)),
            (169, 180, (0, 0)),
            (180, 180, (0, 0)),
        ] {
            assert_eq!(due(old, new), expected, "{old} {new}");
        }
        let readings = Readings::default().choose("compensation-odd-months/pro-rata").unwrap();
        let other = Law::of_edition(Edition { readings, ..Edition::of(TODAY) }).unwrap();
        assert_eq!(monthly(other.of(Scheme::Civil), facts(174, 180), &mut Steps::default()), Ok(250));
    }

    #[test]
    fn the_fund_pays_for_six_months_each_and_less_beyond_twenty_years() {
        let law = Law::on(TODAY).unwrap();
        let due = |old, new| from_fund(law.of(Scheme::Civil), facts(old, new), &mut Steps::default()).unwrap();
        for (old, new, expected) in [
            (179, 1, 0),
            (176, 5, 0),
            (175, 5, 0),
            (174, 6, 50_000),
            (174, 11, 50_000),
            (174, 12, 100_000),
            (180, 35, 250_000),
            (180, 36, 300_000),
            (180, 60, 300_000),
            (180, 71, 300_000),
            (180, 72, 250_000),
            (180, 131, 50_000),
            (180, 132, 0),
            (180, 200, 0),
            (239, 60, 0),
            (240, 60, 0),
        ] {
            assert_eq!(due(old, new), expected, "{old} {new}");
        }
        assert_eq!(rest(300_000, 299_999, false, &mut Steps::default()), 1);
        assert_eq!(rest(300_000, 300_001, false, &mut Steps::default()), 0);
        assert_eq!(rest(300_000, 0, true, &mut Steps::default()), 0);
    }
}
