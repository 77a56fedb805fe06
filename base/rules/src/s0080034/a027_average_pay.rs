//! # Average pay (平均俸（薪）額)
//!
//! ## The law says
//! Article 27 II (teachers 28 II): the pay averaged over the years annex 1 names for the year of retirement; 細則 27 (teachers 28): back from the day
//! before the effective day, by the day, at the pay on which contributions were made; what does not count is skipped and filled from before;
//! who served fewer years, over all of them. Who retired before the act, or was entitled before it, keeps the last pay (27 I, III).
//!
//! ## How we read it
//! Each day of the window counts with the monthly pay of that day. The window is counted back by the calendar; after a gap the rest of it goes
//! on, thirty odd days making a month. What becomes of the decimals is an open point (`average-pay-decimals`).
//!
//! ## Left out
//! Pay by tables other than the civil servants' must be given as amounts of the same rank.
//!
//! ## Example
//! Retired on 2018-07-01, 40,000 until 2016-01-01 and 42,000 since: five years.

use kernel::Refusal;
use statute::{Rational, Rounding};
use time::Date;

use crate::facts::{Facts, Level, PaySpell};
use crate::length::{Length, months_before};
use crate::months::Span;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Silent, Stop, names};

crate::law::values! {
    /// Years of the window.
    years: u32 = "s0080034/a027/average-years", "h0150049/a028/average-years";
    /// Odd days that make a month.
    days_a_month: u32 = "s0080035/a027/days-a-month", "h0150051/a028/days-a-month";
    /// What becomes of the decimals.
    decimals: Rounding = "s0080034/rounding/average-pay";
    /// First day of the act.
    act_from: Date = "s0080034/a095/in-force", "h0150049/a100/in-force";
}

/// The average.
pub static AVERAGE: Rule = Rule {
    id: "s0080034/a027_average_pay",
    title: ("平均俸（薪）額", "average pay"),
    law: &["s0080034/27/2", "s0080035/27", "h0150049/28/2", "h0150051/28"],
    formula: (
        "自 {window-from} 起 {average-years} 內逐日計算，共 {pay-days}",
        "day by day over {average-years} from {window-from}, {pay-days}",
    ),
};

/// The last pay instead.
pub static LAST_PAY: Rule = Rule {
    id: "s0080034/a027_average_pay",
    title: ("以最後在職俸（薪）額為計算基準", "the last pay as base"),
    law: &["s0080034/27/1", "s0080034/27/3", "h0150049/28/1", "h0150049/28/3"],
    formula: ("{last-pay}", "{last-pay}"),
};

/// The average as the facts state it.
pub static STATED: Rule = Rule {
    id: "s0080034/a027_average_pay",
    title: ("平均俸（薪）額（依所填金額，未逐日計算）", "average pay as stated, not worked out"),
    law: &["s0080034/27/2", "h0150049/28/2"],
    formula: ("{average-pay}", "{average-pay}"),
};

/// What the average depends on beside the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// The last pay, NT dollars.
    pub last_pay: i64,
    /// Whether somebody was entitled before the act.
    pub entitled_before: bool,
    /// All credited months.
    pub credited_months: u32,
}

/// The pay that the benefits are computed on, NT dollars.
///
/// # Errors
/// The history of pay does not reach back far enough; a rank no table has; no value was in force.
pub fn average_pay(law: &SchemeLaw, facts: &Facts, base: Base, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let values = &law.a027_average_pay;
    let on = facts.effective_on;
    if on < act_from(law)? || base.entitled_before {
        let last = base.last_pay;
        ledger.write(|| LAST_PAY.gives(Quantity::Money(last)).given(names::LAST_PAY, Quantity::Money(last)));
        return Ok(last);
    }
    if let Some(average) = facts.pay.average {
        let stated = Quantity::Money(average);
        ledger.write(|| STATED.gives(stated.clone()).given(names::AVERAGE_PAY, stated));
        return Ok(average);
    }
    let years = values.years.on(on)?;
    let days_a_month = values.days_a_month.on(on)?.value;
    let window = Length { months: years.value * kernel::calendar::MONTHS_A_YEAR, days: 0 };
    let sum = sum_of(law, facts, (window, days_a_month))?;
    let covered = Length { months: window.months - sum.missing.months, days: 0 };
    if sum.days == 0 || !sum.missing.is_none() && covered.months < base.credited_months {
        return Err(too_short(law, years.value, window, sum.missing));
    }
    let exact = Rational::new(sum.dollar_days, sum.days);
    let decimals = values.decimals.on(on)?;
    let average = decimals.value.dollars(exact);
    ledger.write(|| {
        let step = AVERAGE.gives(Quantity::Money(average)).given(names::WINDOW_FROM, Quantity::Day(sum.from));
        let step = step.given(names::PAY_DAYS, Quantity::Days(u32::try_from(sum.days).unwrap_or(u32::MAX)));
        step.given(names::EXACT_AVERAGE, Quantity::Dollars(exact)).uses(years).rounded(decimals)
    });
    Ok(average)
}

/// The first day of the act.
///
/// # Errors
/// The edition is older than the act.
pub fn act_from(law: &SchemeLaw) -> Result<Date, Stop> {
    Ok(law.a027_average_pay.act_from.on(Date::MAX)?.value)
}

fn too_short(law: &SchemeLaw, years: u32, window: Length, missing: Length) -> Stop {
    let missing = missing.text();
    let zh =
        format!("平均俸額應計算{years}年（{}個月），俸額資料尚缺{}；請補齊或填明平均俸額", window.months, missing.zh);
    let en = format!("The pay is averaged over {years} years; {} are missing in the history", missing.en);
    let place = law.cited("s0080034/27/2", "h0150049/28/2");
    Refusal::new("pension/pay-history", zh, en).field("pay").cite(place).into()
}

/// Pay summed over the days of the window.
struct Sum {
    dollar_days: i64,
    days: i64,
    from: Date,
    missing: Length,
}

fn sum_of(law: &SchemeLaw, facts: &Facts, (window, days_a_month): (Length, u32)) -> Result<Sum, Stop> {
    let mut sum = Sum { dollar_days: 0, days: 0, from: facts.effective_on, missing: window };
    while let Some(run) = run_before(&facts.pay.history, sum.from) {
        if sum.missing.is_none() {
            break;
        }
        let wanted = back(run.until, sum.missing);
        let start = wanted.max(run.from);
        let part = Span { from: start, until: run.until };
        sum.missing = match wanted >= run.from {
            true => Length::default(),
            false => sum.missing.less(Length::of(part), days_a_month),
        };
        for spell in &facts.pay.history {
            if let Some(common) = part.overlap(Span { from: spell.from, until: spell.until }) {
                sum.dollar_days += dollar_days(law, spell.level, common)?;
                sum.days += common.days();
            }
        }
        sum.from = start;
    }
    Ok(sum)
}

/// The day so much before a day.
fn back(until: Date, length: Length) -> Date {
    months_before(until, length.months).saturating_sub(time::Duration::days(length.days.into()))
}

/// The last time without a gap that ends on or before a day.
fn run_before(history: &[PaySpell], before: Date) -> Option<Span> {
    let ends = history.iter().filter(|spell| spell.from < before);
    let until = ends.map(|spell| spell.until.min(before)).max()?;
    let mut from = until;
    while let Some(spell) = history.iter().find(|spell| spell.from < from && spell.until >= from) {
        from = spell.from;
    }
    Some(Span { from, until })
}

/// Monthly pay times days, from column to column of the pay table.
fn dollar_days(law: &SchemeLaw, level: Level, span: Span) -> Result<i64, Stop> {
    let (mut from, mut sum) = (span.from, 0);
    while from < span.until {
        let change = match level {
            Level::Amount(_) => None,
            Level::Point(_) | Level::Salary(_) => law.pay_point.column.next_change(from),
        };
        let until = change.map_or(span.until, |change| change.min(span.until));
        sum += level.amount(law, from, &mut Silent)? * Span { from, until }.days();
        from = until;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Steps};

    fn average(on: Date, history: &str, base: Base) -> Result<(i64, Steps), Stop> {
        let facts: Facts = toml::from_str(&format!(
            "scheme = \"civil\"\nborn_on = 1960-01-01\neffective_on = {on}\nground = \"voluntary\"\nbenefit = \"lump\"\n\
             credited = {{ new = 300 }}\n[pay]\nlast = {{ amount = 42000 }}\nhistory = [{history}]"
        ))
        .unwrap();
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let mut steps = Steps::default();
        average_pay(law.of(facts.scheme), &facts, base, &mut steps).map(|average| (average, steps))
    }

    const BASE: Base = Base { last_pay: 42_000, entitled_before: false, credited_months: 300 };

    fn spell(from: &str, until: &str, amount: i64) -> String {
        format!("{{ from = {from}, until = {until}, level = {{ amount = {amount} }} }},")
    }

    #[test]
    fn day_by_day_over_the_years_of_annex_1() {
        let history = spell("2010-01-01", "2016-01-01", 40_000) + &spell("2016-01-01", "2018-07-01", 42_000);
        let (average, steps) = average(date!(2018 - 07 - 01), &history, BASE).unwrap();
        let (before, since) =
            (date!(2016 - 01 - 01) - date!(2013 - 07 - 01), date!(2018 - 07 - 01) - date!(2016 - 01 - 01));
        let (before, since) = (before.whole_days(), since.whole_days());
        let exact = Rational::new(40_000 * before + 42_000 * since, before + since);
        assert_eq!(average, exact.round().to_integer());
        let step = steps.0.last().unwrap();
        assert_eq!(step.given[0].value, Quantity::Day(date!(2013 - 07 - 01)));
        assert!(!step.is_confirmed(), "the decimals are unknown");
    }

    #[test]
    fn the_window_grows_with_the_year_of_retirement() {
        let history = spell("2000-01-01", "2040-01-01", 40_000);
        let from = |on| average(on, &history, BASE).unwrap().1.0.last().unwrap().given[0].value.clone();
        assert_eq!(from(date!(2019 - 12 - 31)), Quantity::Day(date!(2014 - 12 - 31)));
        for (year, years) in [
            (2020, 6),
            (2021, 7),
            (2022, 8),
            (2023, 9),
            (2024, 10),
            (2025, 11),
            (2026, 12),
            (2027, 13),
            (2028, 14),
            (2029, 15),
            (2035, 15),
        ] {
            let on = Date::from_calendar_date(year, time::Month::January, 1).unwrap();
            assert_eq!(from(on), Quantity::Day(on.replace_year(year - years).unwrap()));
        }
    }

    #[test]
    fn gaps_are_filled_from_before() {
        let history = spell("2000-01-01", "2015-01-01", 30_000) + &spell("2016-01-01", "2018-07-01", 42_000);
        let (_, steps) = average(date!(2018 - 07 - 01), &history, BASE).unwrap();
        assert_eq!(
            steps.0.last().unwrap().given[0].value,
            Quantity::Day(date!(2012 - 07 - 01)),
            "two and a half years before the gap"
        );
    }

    #[test]
    fn shorter_service_is_averaged_over_all_of_it() {
        let history = spell("2016-07-01", "2018-07-01", 42_000);
        let base = Base { credited_months: 24, ..BASE };
        assert_eq!(average(date!(2018 - 07 - 01), &history, base).unwrap().0, 42_000);
        let Err(Stop::Refused(why)) = average(date!(2018 - 07 - 01), &history, Base { credited_months: 25, ..BASE })
        else {
            panic!("a month of the history is missing")
        };
        assert_eq!((why.code, why.field.as_deref()), ("pension/pay-history", Some("pay")));
        assert!(average(date!(2018 - 07 - 01), "", BASE).is_err());
    }

    #[test]
    fn who_was_entitled_or_retired_before_the_act_keeps_the_last_pay() {
        let base = Base { entitled_before: true, ..BASE };
        assert_eq!(average(date!(2026 - 07 - 01), "", base).unwrap().0, 42_000);
        assert_eq!(average(date!(2018 - 06 - 30), "", BASE).unwrap().0, 42_000);
        assert!(average(date!(2018 - 07 - 01), "", BASE).is_err());
    }

    #[test]
    fn a_point_is_worth_what_its_column_says() {
        let history = "{ from = 2000-01-01, until = 2018-07-01, level = { point = 590 } }";
        let (average, _) = average(date!(2018 - 07 - 01), history, BASE).unwrap();
        let (old, new) = (date!(2018 - 01 - 01) - date!(2013 - 07 - 01), date!(2018 - 07 - 01) - date!(2018 - 01 - 01));
        let exact = Rational::new(39_090 * old.whole_days() + 40_270 * new.whole_days(), (old + new).whole_days());
        assert_eq!(average, exact.round().to_integer());
    }

    #[test]
    fn a_stated_average_is_told_as_stated() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let facts: Facts = toml::from_str(
            "scheme = \"civil\"\nborn_on = 1960-01-01\neffective_on = 2020-07-16\nground = \"voluntary\"\nbenefit = \"lump\"\n\
             credited = { new = 300 }\n[pay]\nlast = { amount = 42000 }\naverage = 41000",
        )
        .unwrap();
        let mut steps = Steps::default();
        assert_eq!(average_pay(law.of(facts.scheme), &facts, BASE, &mut steps), Ok(41_000));
        assert_eq!(steps.0[0].outcome, Quantity::Money(41_000));
    }
}
