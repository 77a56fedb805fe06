//! # How long the monthly benefit runs (月撫卹金給與月數)
//!
//! ## The law says
//! Article 56: a number of months by the cause of death. A child who is a minor when they end goes on until majority, a child that
//! still studies until a first degree; a child disabled and unable to work for life. The enforcement rules (細則 87): the child was
//! enrolled in a school of this country in the last month of the term, within its regular years of study; (細則 97): the first month is
//! the month after the death.
//!
//! ## How we read it
//! The days of study given are those within the regular years. Majority is that of the day of death. It rests on the text alone: no
//! worked example was found.
//!
//! ## Left out
//! Who graduated in the last month and studies on in the same year, changed school or came back from a break (細則 87 I (3)): the benefit
//! goes on, but it is not foreseen here. The yearly proof of income.
//!
//! ## Example
//! Illness in March 2026: April 2026 to March 2036; a child born on 2020-07-01 goes on until 2038-07-01.

use time::Date;

use super::a053_cause::Cause;
use crate::months::{Span, after, birthday, next_month};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months after a rescue.
    rescue: u32 = "s0080034/a056/months-heroic", "h0150049/a056/months-heroic";
    /// Months after an accident on duty.
    duty: u32 = "s0080034/a056/months-duty", "h0150049/a056/months-duty";
    /// Months after sudden illness or overwork.
    sudden: u32 = "s0080034/a056/months-sudden", "h0150049/a056/months-sudden";
    /// Months after an accident on the way to or from a rescue.
    rescue_way: u32 = "s0080034/a056/months-way-heroic", "h0150049/a056/months-way-heroic";
    /// Months after illness or accident.
    illness: u32 = "s0080034/a056/months-illness", "h0150049/a056/months-illness";
    /// Age of majority.
    majority: u32 = "civil-code/a012/majority";
    /// Monthly basic wage.
    basic_wage: i64 = "basic-wage/monthly";
}

/// The months.
pub static MONTHS: Rule = Rule {
    id: "s0080034/a056_months",
    title: ("月撫卹金給與月數", "months of the monthly benefit"),
    law: &["s0080034/56/1", "h0150049/56/1"],
    formula: ("依死亡原因給與月數", "months by the cause of death"),
};

/// For life.
pub static FOR_LIFE: Rule = Rule {
    id: "s0080034/a056_months",
    title: ("無工作能力子女終身給卹", "the benefit of a child unable to work runs for life"),
    law: &["s0080034/56/4", "s0080035/86/3", "h0150049/56/4", "h0150051/86/3"],
    formula: (
        "未成年，或每月所得 {monthly-income} 未逾 {monthly}",
        "a minor, or {monthly-income} a month, at most {monthly}",
    ),
};

/// The last day for one survivor.
pub static UNTIL: Rule = Rule {
    id: "s0080034/a056_months",
    title: ("月撫卹金給與期間之末日之翌日", "day after the last of the monthly benefit"),
    law: &["s0080034/56/2", "s0080034/56/3", "s0080034/56/4", "h0150049/56/2", "h0150049/56/3", "h0150049/56/4"],
    formula: (
        "{term-months} 屆滿；未成年子女至 {majority}；在學子女至取得學士學位",
        "the end of {term-months}; a minor child {majority}; a child in study its first degree",
    ),
};

/// Who draws the monthly benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// Anybody but a child.
    Other,
    /// A child.
    Child {
        /// Day of birth.
        born: Date,
        /// Regular years of study that are going on in the last month of the term, up to a first degree.
        study: Option<Span>,
        /// A severe disability or a guardianship is proved; average monthly income of the year before, NT dollars.
        unable_with: Option<i64>,
    },
}

/// Months of the monthly benefit.
///
/// # Errors
/// No value was in force that day.
pub fn months(law: &SchemeLaw, cause: Cause, died_on: Date, ledger: &mut impl Ledger) -> Result<u32, Stop> {
    let values = &law.a056_months;
    let series = match cause {
        Cause::Rescue => &values.rescue,
        Cause::Duty => &values.duty,
        Cause::RescueWay => &values.rescue_way,
        Cause::Sudden | Cause::Way | Cause::Preparation | Cause::Overwork => &values.sudden,
        Cause::Illness => &values.illness,
    };
    let months = series.on(died_on)?;
    ledger.write(|| MONTHS.gives(Quantity::Months(months.value)).uses(months));
    Ok(months.value)
}

/// The day after the last for one survivor; for life if not given.
///
/// # Errors
/// No value was in force that day.
pub fn until(
    law: &SchemeLaw,
    (cause, recipient): (Cause, Recipient),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<Option<Date>, Stop> {
    let months = months(law, cause, died_on, ledger)?;
    let end = after(next_month(died_on), months);
    let Recipient::Child { born, study, unable_with } = recipient else { return Ok(Some(end)) };
    let values = &law.a056_months;
    let majority = values.majority.on(died_on)?;
    let adult_on = birthday(born, majority.value);
    if let Some(income) = unable_with {
        let wage = values.basic_wage.on(died_on)?;
        if adult_on > died_on || income <= wage.value {
            ledger.write(|| {
                let step = FOR_LIFE.gives(Quantity::Yes(true)).given(names::DIED_ON, Quantity::Day(died_on));
                step.given(names::MONTHLY_INCOME, Quantity::Money(income)).uses(wage).uses(majority)
            });
            return Ok(None);
        }
    }
    let last_month = Span { from: last_month_of(end), until: end };
    let studied = study.filter(|study| study.overlap(last_month).is_some()).map_or(end, |study| study.until);
    let until = end.max(adult_on).max(studied);
    ledger.write(|| {
        let step = UNTIL.gives(Quantity::Day(until)).given(names::TERM_MONTHS, Quantity::Months(months));
        step.given(names::DIED_ON, Quantity::Day(died_on)).uses(majority)
    });
    Ok(Some(until))
}

/// The first day of the month before a first of a month.
fn last_month_of(end: Date) -> Date {
    let before = end.previous_day().unwrap_or(end);
    before.replace_day(1).unwrap_or(before)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const DIED: Date = date!(2026 - 03 - 05);

    fn of(cause: Cause, recipient: Recipient) -> Option<Date> {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        until(law.of(Scheme::Civil), (cause, recipient), DIED, &mut Steps::default()).unwrap()
    }

    fn child(born: Date, study: Option<Span>, unable_with: Option<i64>) -> Recipient {
        Recipient::Child { born, study, unable_with }
    }

    #[test]
    fn months_by_cause() {
        let law = Law::on(DIED).unwrap();
        let of = |cause| months(law.of(Scheme::Teacher), cause, DIED, &mut Steps::default()).unwrap();
        assert_eq!((of(Cause::Rescue), of(Cause::Duty), of(Cause::RescueWay)), (240, 180, 180));
        for cause in [Cause::Sudden, Cause::Way, Cause::Preparation, Cause::Overwork, Cause::Illness] {
            assert_eq!(of(cause), 120);
        }
    }

    #[test]
    fn from_the_month_after() {
        assert_eq!(of(Cause::Illness, Recipient::Other), Some(date!(2036 - 04 - 01)));
        assert_eq!(of(Cause::Rescue, Recipient::Other), Some(date!(2046 - 04 - 01)));
    }

    #[test]
    fn a_minor_goes_on_to_majority() {
        assert_eq!(of(Cause::Illness, child(date!(2018 - 04 - 01), None, None)), Some(date!(2036 - 04 - 01)));
        assert_eq!(of(Cause::Illness, child(date!(2018 - 04 - 02), None, None)), Some(date!(2036 - 04 - 02)));
    }

    #[test]
    fn study_goes_on_if_there_in_the_last_month() {
        let born = date!(2014 - 01 - 01);
        let study = |from, until| of(Cause::Illness, child(born, Some(Span { from, until }), None));
        let degree = date!(2038 - 07 - 01);
        assert_eq!(study(date!(2036 - 03 - 31), degree), Some(degree));
        assert_eq!(study(date!(2036 - 04 - 01), degree), Some(date!(2036 - 04 - 01)));
        assert_eq!(study(date!(2034 - 09 - 01), date!(2036 - 03 - 01)), Some(date!(2036 - 04 - 01)), "over before");
    }

    #[test]
    fn for_life_if_unable_to_work() {
        let grown = date!(1990 - 01 - 01);
        assert_eq!(of(Cause::Illness, child(grown, None, Some(29_500))), None);
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let mut steps = Steps::default();
        let facts = (Cause::Illness, child(grown, None, Some(29_500)));
        assert_eq!(until(law.of(Scheme::Teacher), facts, DIED, &mut steps), Ok(None));
        assert_eq!(steps.0.last().map(|step| step.rule.title), Some(FOR_LIFE.title), "the step says why");
        assert_eq!(of(Cause::Illness, child(grown, None, Some(29_501))), Some(date!(2036 - 04 - 01)));
        assert_eq!(
            of(Cause::Illness, child(date!(2015 - 01 - 01), None, Some(90_000))),
            None,
            "a minor proves no income"
        );
    }
}
