//! # Pensions follow prices (定期退撫給與隨物價調整)
//!
//! ## The law says
//! Article 67 and the enforcement rules, Articles 103 and 104: when the yearly growth of prices adds up to 5 %, or at a review every four years,
//! pensions are adjusted; each step is taken of the amount being paid at that time, for the old- and the new-scheme payer each. Since 2025-12-28 a
//! growth of 5 % is applied as it is, and no growth or a fall changes nothing; before, the rate was decided and a fall counted too.
//!
//! ## How we read it
//! The steps made so far are values of law. Who retired on or after a step's day does not get it. Open: whether the fixed 930 and the
//! compensation are raised (`price-step-base`), whether 2019 counts in the sum (`price-sum-start`), what becomes of a raise when the ceiling falls
//! further (`price-step-later`).
//!
//! ## Example
//! 2 % of 55,257 without 7,236: 961.

use statute::{Rational, Valued};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

/// Reading: what a step is taken of.
pub const STEP_BASE: &str = "price-step-base";
/// Reading: what becomes of a raise when the amount falls later.
pub const STEP_LATER: &str = "price-step-later";

crate::law::values! {
    /// The steps made.
    steps: Rational = "s0080034/a067/steps", "h0150049/a067/steps";
    /// Growth at which pensions are raised.
    growth_above: Rational = "s0080034/a067/growth-above", "h0150049/a067/growth-above";
    /// Fall at which they are adjusted, while the law had it.
    growth_below: Rational = "s0080034/a067/growth-below", "h0150049/a067/growth-below";
    /// Part of the growth applied without a further decision.
    part_of_growth: Rational = "s0080034/a067/part-of-growth", "h0150049/a067/part-of-growth";
    /// Months between reviews.
    review_months: u32 = "s0080034/a067/review-months", "h0150049/a067/review-months";
    /// Growth of prices by year.
    yearly_growth: Rational = "price-index/yearly-growth";
    /// Day from which the growth is summed.
    sum_from: Date = "s0080035/a103/sum-from", "h0150051/a103/sum-from";
    /// Rounding of the sum.
    growth_rounding: statute::Rounding = "s0080035/a103/growth-rounding", "h0150051/a103/growth-rounding";
    /// Rounding of an increase.
    increase_rounding: statute::Rounding = "s0080035/a104/increase-rounding", "h0150051/a104/increase-rounding";
}

/// One step.
pub static STEP: Rule = Rule {
    id: "s0080034/a067_price_steps",
    title: ("物價調整增加金額", "increase by a price step"),
    law: &["s0080034/67/1", "s0080035/104/1", "h0150049/67/1", "h0150051/104/1"],
    formula: ("（{being-paid} − {left-out}）× {rate}", "({being-paid} − {left-out}) × {rate}"),
};

/// The sum of growth.
pub static GROWTH: Rule = Rule {
    id: "s0080034/a067_price_steps",
    title: ("消費者物價指數累計成長率", "cumulative growth of prices"),
    law: &["s0080034/67/1", "s0080035/103/2", "h0150049/67/1", "h0150051/103/2"],
    formula: ("各年年增率合計", "the sum of the yearly rates"),
};

/// The increase of an amount by a rate, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn increase(
    law: &SchemeLaw,
    (being_paid, left_out): (i64, i64),
    rate: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    increased(law, (being_paid, left_out), (rate, None), on, ledger)
}

/// The increase of an amount by a step that was made, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn step(
    law: &SchemeLaw,
    (being_paid, left_out): (i64, i64),
    (on, step): (Date, &Valued<Rational>),
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    increased(law, (being_paid, left_out), (step.value, Some(step)), on, ledger)
}

fn increased(
    law: &SchemeLaw,
    (being_paid, left_out): (i64, i64),
    (rate, step_made): (Rational, Option<&Valued<Rational>>),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let rounding = law.a067_price_steps.increase_rounding.on(on)?;
    let base = (being_paid - left_out).max(0);
    let increase = rounding.value.dollars(rate * base);
    ledger.write(|| {
        let step = STEP.gives(Quantity::Money(increase)).given(names::BEING_PAID, Quantity::Money(being_paid));
        let step = step.given(names::LEFT_OUT, Quantity::Money(left_out)).given(names::RATE, Quantity::Share(rate));
        let step = step.given(names::PAID_FOR, Quantity::Day(on)).rounded(rounding);
        match step_made {
            Some(made) => step.uses(made).reads(&law.readings, STEP_BASE).reads(&law.readings, STEP_LATER),
            None => step,
        }
    });
    Ok(increase)
}

/// The steps that reach somebody by a day: who retired before the step's day.
pub fn steps(law: &SchemeLaw, retired_on: Date, by: Date) -> impl Iterator<Item = (Date, &Valued<Rational>)> {
    law.a067_price_steps.steps.entries().filter(move |(from, _)| retired_on < *from && *from <= by)
}

/// An amount with all steps up to a day, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn raised(
    law: &SchemeLaw,
    (amount, left_out): (i64, i64),
    (retired_on, by): (Date, Date),
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let mut raised = amount;
    for made in steps(law, retired_on, by) {
        raised += step(law, (raised, left_out), made, ledger)?;
    }
    Ok(raised)
}

/// The sum of yearly rates, rounded as the enforcement rules say.
///
/// # Errors
/// No value was in force that day.
pub fn sum(law: &SchemeLaw, rates: &[Rational], on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let rounding = law.a067_price_steps.growth_rounding.on(on)?;
    let sum = rounding.value.apply(rates.iter().sum());
    ledger.write(|| {
        let step = GROWTH.gives(Quantity::Share(sum));
        rates.iter().fold(step, |step, rate| step.given(names::RATE, Quantity::Share(*rate))).rounded(rounding)
    });
    Ok(sum)
}

/// The growth added up by a day since the sum was last restarted, of the years whose rate was out by then.
///
/// # Errors
/// No value was in force that day.
pub fn cumulative(law: &SchemeLaw, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let values = &law.a067_price_steps;
    let from = values.sum_from.on(on)?;
    let rounding = values.growth_rounding.on(on)?;
    let years = || values.yearly_growth.entries().filter(|(year, _)| *year >= from.value && year.year() < on.year());
    let sum = rounding.value.apply(years().map(|(_, growth)| growth.value).sum());
    ledger.write(|| {
        let step = GROWTH.gives(Quantity::Share(sum)).uses(from);
        years().fold(step, |step, (_, growth)| step.uses(growth)).rounded(rounding)
    });
    Ok(sum)
}

/// What the law asks for at a cumulative growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing, until the review.
    Nothing,
    /// An adjustment whose rate is to be decided.
    Decision,
    /// A raise by this rate.
    Raise(Rational),
}

/// What the law asks for on a day at a cumulative growth.
///
/// # Errors
/// No value was in force that day.
pub fn due(law: &SchemeLaw, growth: Rational, on: Date) -> Result<Due, Stop> {
    let values = &law.a067_price_steps;
    if growth >= values.growth_above.on(on)?.value {
        return Ok(values.part_of_growth.get(on).map_or(Due::Decision, |part| Due::Raise(growth * part.value)));
    }
    let fallen = values.growth_below.get(on).is_some_and(|below| growth <= below.value);
    Ok(if fallen { Due::Decision } else { Due::Nothing })
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings, rational};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const TODAY: Date = date!(2026 - 11 - 23);

    fn law(readings: Readings) -> Law {
        Law::of_edition(Edition { readings, ..Edition::of(TODAY) }).unwrap()
    }

    #[test]
    fn a_step_reaches_who_retired_before_its_day() {
        let law = law(Readings::default());
        let law = law.of(Scheme::Civil);
        let at = |retired, by| raised(law, (10_000, 0), (retired, by), &mut Steps::default()).unwrap();
        let early = date!(2019 - 01 - 16);
        for (by, amount) in [
            (date!(2022 - 06 - 30), 10_000),
            (date!(2022 - 07 - 01), 10_200),
            (date!(2023 - 12 - 31), 10_200),
            (date!(2024 - 01 - 01), 10_608),
            (TODAY, 10_608),
        ] {
            assert_eq!(at(early, by), amount, "{by}");
        }
        assert_eq!(at(date!(2022 - 06 - 30), TODAY), 10_608);
        assert_eq!(at(date!(2022 - 07 - 01), TODAY), 10_400);
        assert_eq!(at(date!(2023 - 12 - 31), TODAY), 10_400);
        assert_eq!(at(date!(2024 - 01 - 01), TODAY), 10_000);
    }

    #[test]
    fn a_step_that_takes_the_place_of_another_is_not_added_to_it() {
        let entry = "from = 2024-01-01\nvalue = \"3\"\nreference = \"x\"\n";
        let changed = Law::of_edition(Edition::of(TODAY).changed("s0080034/a067/steps", entry).unwrap()).unwrap();
        let times = (date!(2019 - 01 - 16), TODAY);
        assert_eq!(raised(changed.of(Scheme::Civil), (10_000, 0), times, &mut Steps::default()), Ok(10_506));
    }

    #[test]
    fn the_law_of_2025_raises_by_the_growth_and_never_lowers() {
        let law = law(Readings::default());
        let law = law.of(Scheme::Teacher);
        let rate = |text| rational(text).unwrap() / 100;
        let (before, after) = (date!(2025 - 12 - 27), date!(2025 - 12 - 28));
        for (growth, old, new) in [
            ("4.99", Due::Nothing, Due::Nothing),
            ("5", Due::Decision, Due::Raise(rate("5"))),
            ("5.01", Due::Decision, Due::Raise(rate("5.01"))),
            ("0", Due::Nothing, Due::Nothing),
            ("-4.99", Due::Nothing, Due::Nothing),
            ("-5", Due::Decision, Due::Nothing),
        ] {
            assert_eq!(due(law, rate(growth), before), Ok(old), "{growth}");
            assert_eq!(due(law, rate(growth), after), Ok(new), "{growth}");
        }
    }

    #[test]
    fn the_sum_starts_again_in_the_year_of_a_step() {
        let at = |choice: Option<&str>, on| {
            let readings = choice.map_or_else(Readings::default, |choice| Readings::default().choose(choice).unwrap());
            let mut steps = Steps::default();
            let sum = cumulative(law(readings).of(Scheme::Civil), on, &mut steps).unwrap();
            assert!(steps.0.iter().any(|step| !step.is_confirmed()), "most years are from memory");
            sum * 100
        };
        assert_eq!(Some(at(None, date!(2022 - 06 - 30))), rational("2.28"));
        assert_eq!(Some(at(Some("price-sum-start/from-2020"), date!(2022 - 06 - 30))), rational("1.73"));
        assert_eq!(Some(at(None, date!(2023 - 12 - 31))), rational("2.95"));
        assert_eq!(Some(at(None, date!(2026 - 06 - 01))), rational("3.84"));
    }
}
