//! # How service is counted (任職年資之計算)
//!
//! ## The law says
//! 細則 10 (teachers 10): service counts by the day, except for the limits (14) and the benefit scales (28, 29), where a broken month counts as
//! one month.
//!
//! ## How we read it
//! What a person served in all is counted over times without a gap, whatever kinds and schemes they were. Odd days of several times are added
//! up, and thirty of them make a month, as 細則 27 and 31 say for what they count; whether thirty odd days of one time do is an open point
//! (`thirty-days`). For the scales the rest of each scheme counts as one month; whether the rests of both schemes are merged first is an open
//! point (`odd-days`).
//!
//! ## Example
//! 18 years and 15 days are credited as 18 years and 1 month (103 年度簡上字第 87 號).

use time::Date;

use crate::facts::{Facts, Months, Spell};
use crate::length::Length;
use crate::months::Span;
use crate::s0080034::{a011_old_service, a012_new_service};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Odd days that make a month.
    days_a_month: u32 = "s0080035/a010/days-a-month";
}

/// Months for the limits and scales.
pub static CREDITED: Rule = Rule {
    id: "s0080035/a010_day_count",
    title: ("核計年資（未滿一個月以一個月計）", "service for limits and scales, a broken month counted as one"),
    law: &["s0080035/10", "s0080034/28", "s0080034/29", "h0150051/10", "h0150049/29", "h0150049/30"],
    formula: ("{old-service} 及 {new-service}", "{old-service} and {new-service}"),
};

/// Whether thirty odd days of one time without a gap make a month.
pub const THIRTY_DAYS: &str = "thirty-days";

/// What becomes of odd days of both schemes.
pub const ODD_DAYS: &str = "odd-days";

/// Actual service of both schemes, odd days made into months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Served {
    /// Before the new scheme.
    pub old: Length,
    /// Since the new scheme.
    pub new: Length,
    /// In all, counted over times without a gap: a month that the new scheme began in is not broken by it.
    pub total: Length,
}

impl Served {
    /// From credited months, where nothing else is known.
    pub fn credited(months: Months) -> Self {
        let length = |months| Length { months, days: 0 };
        Self { old: length(months.old), new: length(months.new), total: length(months.total()) }
    }
}

/// Actual service to the day before `until`, odd days made into months.
///
/// # Errors
/// No value was in force on the effective day.
pub fn actual(law: &SchemeLaw, facts: &Facts, until: Date, ledger: &mut impl Ledger) -> Result<Served, Stop> {
    let days = law.a010_day_count.days_a_month.on(facts.effective_on)?.value;
    let old = a011_old_service::old_service(law, facts, until, ledger)?.carried(days);
    let new = a012_new_service::new_service(law, facts, until, ledger)?.carried(days);
    let (mut total, mut broken_times) = (Length::default(), 0);
    for spell in &facts.service {
        let Some(counted) = counted(law, spell, (facts.effective_on, until))? else { continue };
        if preceded(law, facts, counted.from, until)? {
            continue;
        }
        let time = Length::of(Span { from: counted.from, until: end_of_run(law, facts, counted, until)? });
        broken_times += u32::from(time.days > 0);
        total = total.and(time);
    }
    let is_one_time = broken_times == 1 && total.days >= days;
    let kept = is_one_time && law.readings.answer(THIRTY_DAYS) != "always";
    Ok(Served { old, new, total: if kept { total } else { total.carried(days) } })
}

/// The part of a spell that counts under either scheme.
fn counted(law: &SchemeLaw, spell: &Spell, ends: (Date, Date)) -> Result<Option<Span>, Stop> {
    let old = match a011_old_service::counts(law, spell, ends.0)? {
        true => a011_old_service::old_part(law, spell, ends)?,
        false => None,
    };
    let new = match a012_new_service::counts(spell) {
        true => a012_new_service::new_part(law, spell, ends)?,
        false => None,
    };
    Ok(match (old, new) {
        (Some(old), Some(new)) => Some(Span { from: old.from, until: new.until }),
        (old, new) => old.or(new),
    })
}

/// Whether service that counts ends right before a day, so that what begins there goes on with it.
fn preceded(law: &SchemeLaw, facts: &Facts, from: Date, until: Date) -> Result<bool, Stop> {
    for spell in &facts.service {
        if counted(law, spell, (facts.effective_on, until))?.is_some_and(|span| span.until == from) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The day on which service without a gap ends.
fn end_of_run(law: &SchemeLaw, facts: &Facts, first: Span, until: Date) -> Result<Date, Stop> {
    let mut end = first.until;
    // Each spell can go on once at most.
    for _ in &facts.service {
        for spell in &facts.service {
            if let Some(next) = counted(law, spell, (facts.effective_on, until))?
                && next.from == end
            {
                end = next.until;
            }
        }
    }
    Ok(end)
}

/// Months of each scheme for the limits and the scales.
///
/// # Errors
/// No value was in force that day.
pub fn months(law: &SchemeLaw, served: Served, on: Date, ledger: &mut impl Ledger) -> Result<Months, Stop> {
    let days_a_month = law.a010_day_count.days_a_month.on(on)?;
    let days = days_a_month.value;
    let (old, new) = (served.old.carried(days), served.new.carried(days));
    let carries = new.months > 0 || new.days > 0;
    let months = match law.readings.answer(ODD_DAYS) {
        "carried-over" if carries => {
            let moved = Length { months: 0, days: old.days };
            Months { old: old.months, new: new.and(moved).rounded_up(days) }
        }
        _ => Months { old: old.rounded_up(days), new: new.rounded_up(days) },
    };
    ledger.write(|| {
        let step = CREDITED.gives(Quantity::Months(months.total()));
        let step = step.given(names::OLD_SERVICE, Quantity::Words(old.text()));
        let step = step.given(names::NEW_SERVICE, Quantity::Words(new.text()));
        let step = step.given(names::OLD_MONTHS, Quantity::Months(months.old));
        let step = step.given(names::NEW_MONTHS, Quantity::Months(months.new)).uses(days_a_month);
        if old.days > 0 && carries { step.reads(&law.readings, ODD_DAYS) } else { step }
    });
    Ok(months)
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Silent};

    const ON: Date = date!(2026 - 01 - 16);

    fn counted(reading: Option<&str>, old: (u32, u32), new: (u32, u32)) -> (u32, u32) {
        let mut edition = Edition::of(ON);
        if let Some(reading) = reading {
            edition.readings = Readings::default().choose(reading).unwrap();
        }
        let law = Law::of_edition(edition).unwrap();
        let length = |(months, days)| Length { months, days };
        let served = Served { old: length(old), new: length(new), total: Length::default() };
        let months = months(law.of(Scheme::Civil), served, ON, &mut Silent).unwrap();
        (months.old, months.new)
    }

    #[test]
    fn a_broken_month_counts_as_one() {
        assert_eq!(counted(None, (0, 0), (216, 15)), (0, 217), "18 y 15 d is 18 y 1 m");
        assert_eq!(counted(None, (0, 0), (216, 0)), (0, 216));
        assert_eq!(counted(None, (0, 0), (216, 30)), (0, 217), "thirty days are a month");
        assert_eq!(counted(None, (0, 0), (216, 31)), (0, 218));
    }

    #[test]
    fn a_day_less_than_a_year_is_no_year() {
        let served = |reading: Option<&str>, service: &str| {
            let facts: Facts = toml::from_str(&format!(
                "scheme = \"civil\"\nborn_on = 1970-01-01\neffective_on = 2026-01-01\nground = \"voluntary\"\nbenefit = \"lump\"\n\
                 service = [{service}]\npay = {{ last = {{ amount = 50000 }} }}"
            ))
            .unwrap();
            let mut edition = Edition::of(ON);
            if let Some(reading) = reading {
                edition.readings = Readings::default().choose(reading).unwrap();
            }
            let law = Law::of_edition(edition).unwrap();
            let Length { months, days } =
                actual(law.of(Scheme::Civil), &facts, facts.effective_on, &mut Silent).unwrap().total;
            (months, days)
        };
        let one = "{ from = 2001-01-02, until = 2026-01-01, kind = \"civil\" }";
        assert_eq!(served(None, one), (299, 30), "December has thirty-one days");
        assert_eq!(served(Some("thirty-days/always"), one), (300, 0));
        assert_eq!(served(None, &one.replace("01-02", "01-01")), (300, 0));
        let two = "{ from = 2001-01-01, until = 2001-01-16, kind = \"civil\" }, { from = 2001-02-01, until = 2001-02-16, kind = \"civil\" }";
        assert_eq!(served(None, two), (1, 0), "fifteen and fifteen are added up");
    }

    #[test]
    fn odd_days_of_both_schemes_are_kept_apart_or_merged() {
        assert_eq!(counted(None, (183, 16), (294, 14)), (184, 295));
        assert_eq!(counted(Some("odd-days/carried-over"), (183, 16), (294, 14)), (183, 295));
        assert_eq!(counted(Some("odd-days/carried-over"), (183, 16), (294, 15)), (183, 296));
        assert_eq!(counted(Some("odd-days/carried-over"), (183, 16), (0, 0)), (184, 0), "nowhere to carry them");
    }
}
