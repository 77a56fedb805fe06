//! # Months early (提前月數)
//!
//! ## The law says
//! 細則 31 II (teachers 32 II): from the day before the starting age back to the effective day, by the calendar; odd days make a month of thirty,
//! and a rest of fewer counts as one month.
//!
//! ## How we read it
//! Whole months are counted back from the day the starting age is reached.
//!
//! ## Example
//! 65 on 2031-05-20, retired on 2026-07-16: 4 years, 10 months and 4 days early, 59 months.

use time::Date;

use crate::length::{Length, months_before};
use crate::months::{Span, birthday};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Odd days that make a month.
    days_a_month: u32 = "s0080035/a031/days-a-month", "h0150051/a032/days-a-month";
}

/// Months from the effective day to the starting age.
pub static MONTHS_EARLY: Rule = Rule {
    id: "s0080034/a031_months_early",
    title: ("減額月退休金提前月數", "months early of a reduced pension"),
    law: &["s0080034/31/4/3", "s0080035/31/2", "h0150049/32/4/3", "h0150051/32/2"],
    formula: (
        "自 {starts-on} 前一日逆算至 {effective-on}，畸零日以 {days-a-month} 折算一個月，不足者以一個月計",
        "back from the day before {starts-on} to {effective-on}; {days-a-month} make a month, a rest counts as one",
    ),
};

/// Months from the effective day to the day of the starting age; none if it is reached.
///
/// # Errors
/// No value was in force that day.
pub fn months_early(
    law: &SchemeLaw,
    (born_on, starting_age): (Date, u32),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<u32, Stop> {
    let starts_on = birthday(born_on, starting_age);
    let days_a_month = law.a031_months_early.days_a_month.on(on)?;
    let mut months = Span { from: on, until: starts_on }.months_begun();
    while months > 0 && months_before(starts_on, months) < on {
        months -= 1;
    }
    let odd = Span { from: on, until: months_before(starts_on, months) };
    let early = Length { months, days: u32::try_from(odd.days()).unwrap_or(0) }.rounded_up(days_a_month.value);
    ledger.write(|| {
        let step = MONTHS_EARLY.gives(Quantity::Months(early)).given(names::STARTS_ON, Quantity::Day(starts_on));
        step.given(names::EFFECTIVE_ON, Quantity::Day(on)).uses(days_a_month)
    });
    Ok(early)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    fn early(born_on: Date, age: u32, on: Date) -> u32 {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        months_early(law.of(Scheme::Civil), (born_on, age), on, &mut Steps::default()).unwrap()
    }

    #[test]
    fn counted_back_by_the_calendar() {
        let born = date!(1966 - 05 - 20);
        assert_eq!(early(born, 65, date!(2026 - 07 - 16)), 59);
        assert_eq!(early(born, 65, date!(2026 - 07 - 20)), 58);
        assert_eq!(early(born, 65, date!(2026 - 07 - 21)), 58, "57 months and 29 or 30 days are 58");
        assert_eq!(early(born, 65, date!(2026 - 05 - 20)), 60, "five years");
        assert_eq!(early(born, 65, date!(2026 - 05 - 19)), 61, "a day more is a month more");
        assert_eq!(early(born, 65, date!(2031 - 05 - 19)), 1);
        assert_eq!(early(born, 65, date!(2031 - 05 - 20)), 0);
        assert_eq!(early(born, 65, date!(2032 - 01 - 01)), 0);
    }
}
