//! # Ceiling of the monthly income (退休所得替代率上限)
//!
//! ## The law says
//! Articles 37 and 38: the monthly income may not exceed twice the last pay of the grade times a rate that annex 3 gives by credited years
//! and by calendar year. The amendment of 2025-12-26 stops the yearly fall: since 2025-12-28 one column holds for everybody.
//!
//! ## How we read it
//! The column is a dated value, so that the amendment is one more entry and both laws can be asked about one payment. A day that the amendment does
//! not govern (2024, 2025) keeps its column: the ministry pays nothing back. Odd months are taken in proportion between two rows of the
//! annex; service under the first row counts as the first row, over the last row as the last.
//!
//! ## Example
//! 48,505, 33 years, paid in 2020: 70.5 %, 68,392.05, printed as 68,393.

use statute::{Rational, Table, Valued};
use time::Date;

use super::rounding::{self, Printed};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Annex 3: the rate by credited years and column.
    rates: Table = "s0080034/a037/replacement-rate", "h0150049/a037/replacement-rate";
    /// The column that holds for a payment, as annex 3 heads it.
    column: u32 = "s0080034/a037/column", "h0150049/a037/column";
    /// The last column, which Article 36 asks for.
    last_column: u32 = "s0080034/a036/last-column", "h0150049/a036/last-column";
    /// Day from which the ceiling falls no more.
    frozen_from: Date = "s0080034/a037/frozen-from", "h0150049/a037/frozen-from";
    /// How many times the last pay the rate is taken of.
    base_times: Rational = "s0080034/a004/income-base-times", "h0150049/a004/income-base-times";
    /// The most years that count for who retired before the act.
    years_max_before: u32 = "s0080034/a037/years-max-before", "h0150049/a037/years-max-before";
    /// First day of the act: who retired before it comes under Article 37, later under 38.
    act_from: Date = "s0080034/a095/in-force", "h0150049/a100/in-force";
}

/// The rate.
pub static RATE: Rule = Rule {
    id: "s0080034/a037_replacement_rate",
    title: ("退休所得替代率上限", "ceiling rate of the monthly income"),
    law: &["s0080034/37/3", "s0080034/38/3", "h0150049/37/3", "h0150049/38/3"],
    formula: (
        "附表三 {column:plain} 年度欄，{total-months} 之替代率 {replacement-rate}",
        "annex 3, column {column:plain}, for {total-months}: {replacement-rate}",
    ),
};

/// The ceiling.
pub static CEILING: Rule = Rule {
    id: "s0080034/a037_replacement_rate",
    title: ("每月退休所得替代率上限金額", "ceiling of the monthly income"),
    law: &["s0080034/37/1", "s0080034/38/1", "h0150049/37/1", "h0150049/38/1"],
    formula: (
        "{last-pay} × {income-base-times} × {replacement} × {part}",
        "{last-pay} × {income-base-times} × {replacement} × {part}",
    ),
};

/// The rate of the last column, which Article 36 asks for.
pub static LAST_RATE: Rule = Rule {
    id: "s0080034/a037_replacement_rate",
    title: ("附表三最末年替代率", "rate of the last column of annex 3"),
    law: &["s0080034/36/2", "s0080034/37/3", "h0150049/36/2", "h0150049/37/3"],
    formula: (
        "附表三 {last-column:plain} 年度欄，{total-months} 之替代率 {replacement-rate}",
        "annex 3, column {last-column:plain}, for {total-months}: {replacement-rate}",
    ),
};

/// The ceiling of the last column: a target of deposits, not what limits the income.
pub static LAST_CEILING: Rule = Rule {
    id: "s0080034/a037_replacement_rate",
    title: (
        "附表三最末年替代率上限金額（優存利息補足之標準）",
        "ceiling of the last column of annex 3, up to which interest fills",
    ),
    law: &["s0080034/36/2", "h0150049/36/2"],
    formula: CEILING.formula,
};

/// Reading: which column is the last since the yearly fall was stopped.
pub const LAST_COLUMN: &str = "last-column";

/// What the ceiling depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// All credited months.
    pub months: u32,
    /// First day of the pension.
    pub retired_on: Date,
    /// Day of the payment.
    pub paid_for: Date,
}

/// The rate for a payment, exact.
///
/// # Errors
/// No column was in force that day, or annex 3 has no such row.
pub fn rate(law: &SchemeLaw, facts: Facts, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let column = law.a037_replacement_rate.column.on(facts.paid_for)?;
    rate_in(law, facts, column, ledger)
}

/// The rate of a named column: Article 36 asks for the last one.
///
/// # Errors
/// Annex 3 has no such row or column.
pub fn rate_in(
    law: &SchemeLaw,
    facts: Facts,
    column: &Valued<u32>,
    ledger: &mut impl Ledger,
) -> Result<Rational, Stop> {
    let values = &law.a037_replacement_rate;
    let annex = values.rates.on(facts.paid_for)?;
    let act_from = values.act_from.on(facts.paid_for)?;
    let months_a_year = kernel::calendar::MONTHS_A_YEAR;
    let mut months = facts.months;
    if facts.retired_on < act_from.value {
        months = months.min(values.years_max_before.on(facts.paid_for)?.value * months_a_year);
    }
    let missing = || statute::StatuteFault::NotInForce { key: values.rates.key().to_owned(), on: facts.paid_for };
    let (first, last) = annex.value.rows().next().zip(annex.value.rows().next_back()).ok_or_else(missing)?;
    let months = months.clamp(first * months_a_year, last * months_a_year);
    let row = |years: u32| annex.value.cell(years, column.value).ok_or_else(missing);
    let (years, odd) = (months / months_a_year, months % months_a_year);
    let whole = row(years)?;
    let number = Printed::Percent(match odd {
        0 => whole,
        odd => whole + (row(years + 1)? - whole) * Rational::new(odd.into(), months_a_year.into()),
    });
    let rate = rounding::computed(law, number, facts.paid_for)?;
    ledger.write(|| {
        let holds = column.key == values.column.key();
        let step = if holds { &RATE } else { &LAST_RATE }
            .gives(Quantity::Share(rate))
            .given(names::TOTAL_MONTHS, Quantity::Months(facts.months));
        let step = step.given(names::PAID_FOR, Quantity::Day(facts.paid_for));
        let step = rounding::told(step.uses(column).uses(&annex.part(|_| rate)), law, number, facts.paid_for);
        let is_open = !holds && values.frozen_from.get(facts.paid_for).is_some();
        if is_open { step.reads(&law.readings, LAST_COLUMN) } else { step }
    });
    Ok(rate)
}

/// The ceiling of the monthly income, NT dollars; `part` is the part drawn monthly.
///
/// # Errors
/// As [`rate`].
pub fn ceiling(law: &SchemeLaw, drawn: (i64, Rational), facts: Facts, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    ceiling_in(law, drawn, facts, law.a037_replacement_rate.column.on(facts.paid_for)?, ledger)
}

/// The ceiling by a named column, NT dollars.
///
/// # Errors
/// As [`rate_in`].
pub fn ceiling_in(
    law: &SchemeLaw,
    drawn: (i64, Rational),
    facts: Facts,
    column: &Valued<u32>,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let rate = rate_in(law, facts, column, ledger)?;
    let holds = column.key == law.a037_replacement_rate.column.key();
    let rule = if holds { &CEILING } else { &LAST_CEILING };
    ceiling_by(law, (rule, drawn), rate, facts.paid_for, ledger)
}

/// The ceiling at a rate, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn ceiling_at(
    law: &SchemeLaw,
    drawn: (i64, Rational),
    rate: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    ceiling_by(law, (&CEILING, drawn), rate, on, ledger)
}

fn ceiling_by(
    law: &SchemeLaw,
    (rule, (last_pay, part)): (&'static Rule, (i64, Rational)),
    rate: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let times = law.a037_replacement_rate.base_times.on(on)?;
    let rounding = law.rounding.amount.on(on)?;
    let ceiling = rounding.value.dollars(times.value * last_pay * rate * part);
    ledger.write(|| {
        let step = rule.gives(Quantity::Money(ceiling)).given(names::LAST_PAY, Quantity::Money(last_pay));
        let step = step.given(names::REPLACEMENT, Quantity::Share(rate)).given(names::PART, Quantity::Share(part));
        step.uses(times).rounded(rounding)
    });
    Ok(ceiling)
}

#[cfg(test)]
mod tests {
    use statute::rational;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Silent, Steps};

    #[test]
    fn one_payment_under_two_laws() {
        let facts = Facts { months: 360, retired_on: date!(2020 - 02 - 01), paid_for: date!(2026 - 06 - 01) };
        let rate = |law| {
            let law = Law::on(law).unwrap();
            rate(law.of(Scheme::Civil), facts, &mut Silent).unwrap()
        };
        assert_eq!(rate(date!(2025 - 12 - 27)), rational("0.57").unwrap());
        assert_eq!(rate(date!(2025 - 12 - 28)), rational("0.615").unwrap());
    }

    #[test]
    fn the_figure_and_its_reasons_come_from_one_run() {
        let law = Law::on(date!(2021 - 01 - 01)).unwrap();
        let facts = Facts { months: 33 * 12, retired_on: date!(2017 - 08 - 01), paid_for: date!(2020 - 02 - 01) };
        let mut steps = Steps::default();
        let whole = Rational::from_integer(1);
        assert_eq!(ceiling(law.of(Scheme::Teacher), (48_505, whole), facts, &mut steps), Ok(68_393));
        let [rate, ceiling] = steps.0.as_slice() else { panic!("two rules were applied") };
        assert_eq!(rate.outcome, Quantity::Share(rational("0.705").unwrap()));
        assert_eq!((ceiling.outcome.clone(), ceiling.is_confirmed()), (Quantity::Money(68_393), false));
    }

    #[test]
    fn the_target_of_deposits_is_not_told_as_the_ceiling() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let law = law.of(Scheme::Civil);
        let facts = Facts { months: 397, retired_on: date!(2018 - 07 - 16), paid_for: date!(2018 - 07 - 16) };
        let (mut steps, half) = (Steps::default(), Rational::new(1, 2));
        let last = law.a037_replacement_rate.last_column.on(facts.paid_for).unwrap();
        assert_eq!(ceiling_in(law, (40_000, half), facts, last, &mut steps), Ok(22_850));
        assert_eq!(ceiling(law, (40_000, half), facts, &mut steps), Ok(28_850));
        let titles: Vec<_> = steps.0.iter().map(|step| step.rule.title.0).collect();
        assert_eq!(titles, [LAST_RATE.title.0, LAST_CEILING.title.0, RATE.title.0, CEILING.title.0]);
        let told = crate::render::filled(&steps.0[0], kernel::Lang::Zh);
        assert!(told.starts_with("附表三 118 年度欄，"), "{told}");
    }
}
