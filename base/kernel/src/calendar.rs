//! The office calendar (政府行政機關辦公日曆表) and the end of a period.
//!
//! Periods follow 行政程序法 §48: the day of the event does not count (II); a period of months ends the day before the day that
//! corresponds to its first day, or on the last day of a month that has no such day (III); a last day that is a day of rest moves to
//! the next working day (IV). §48 IV ends a period whose last day is a Saturday on the following Monday forenoon; deadlines here are
//! whole days, in favour of the citizen, and Monday must itself be a working day.

use std::collections::BTreeSet;

use time::{Date, Weekday};

/// Months of a year.
pub const MONTHS_A_YEAR: u32 = 12;

/// Which days are days of rest, for the years that have been published.
#[derive(Debug, Clone, Default)]
pub struct OfficeCalendar {
    years: BTreeSet<i32>,
    rest_days: BTreeSet<Date>,
}

/// The last day of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deadline {
    /// The last day on which the act is in time.
    pub on: Date,
    /// The day the period would have ended, if that is a day of rest and `on` is later.
    pub extended_from: Option<Date>,
    /// False if a day that was looked at lies in a year whose calendar is not loaded: then Saturdays and Sundays were taken as days of
    /// rest and all others as working days, and the page must say so.
    pub calendar_known: bool,
}

impl OfficeCalendar {
    /// A calendar of whole `years` (AD). `rest_days` are all days off in them, weekends included, so that a Saturday of make-up work is
    /// a working day by not being named. Days outside `years` are ignored.
    pub fn new(years: impl IntoIterator<Item = i32>, rest_days: impl IntoIterator<Item = Date>) -> Self {
        let years: BTreeSet<i32> = years.into_iter().collect();
        let rest_days = rest_days.into_iter().filter(|day| years.contains(&day.year())).collect();
        Self { years, rest_days }
    }

    /// Whether offices work on that day; `None` if the calendar of that year is not loaded.
    pub fn is_working_day(&self, day: Date) -> Option<bool> {
        self.years.contains(&day.year()).then(|| !self.rest_days.contains(&day))
    }

    /// The years loaded, ascending (AD).
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }

    /// Last day of a period of `days` that runs from the day after `start_after`, e.g. the day of service.
    pub fn last_day(&self, start_after: Date, days: u32) -> Deadline {
        self.or_next_working_day(start_after.saturating_add(time::Duration::days(i64::from(days))))
    }

    /// Last day of a period of `months` that runs from the day after `start_after`.
    pub fn last_day_of_months(&self, start_after: Date, months: u32) -> Deadline {
        self.or_next_working_day(end_of_months(start_after, months))
    }

    /// The last of `days` working days that follow `start_after`: how offices count when they promise to act.
    pub fn last_working_day(&self, start_after: Date, days: u32) -> Deadline {
        let first = Deadline { on: start_after, extended_from: None, calendar_known: true };
        (0..days).fold(first, |before, _| {
            let next = self.or_next_working_day(before.on.saturating_add(time::Duration::DAY));
            Deadline { on: next.on, extended_from: None, calendar_known: before.calendar_known && next.calendar_known }
        })
    }

    /// The day itself, or the next working day if it is a day of rest.
    fn or_next_working_day(&self, due: Date) -> Deadline {
        let mut deadline = Deadline { on: due, extended_from: None, calendar_known: true };
        loop {
            let known = self.is_working_day(deadline.on);
            deadline.calendar_known &= known.is_some();
            let works = known.unwrap_or(!matches!(deadline.on.weekday(), Weekday::Saturday | Weekday::Sunday));
            match deadline.on.next_day() {
                Some(next) if !works => deadline = Deadline { on: next, extended_from: Some(due), ..deadline },
                _ => return deadline,
            }
        }
    }
}

/// Last day of a period of `months` that runs from the day after `start_after`, before any day of rest is looked at
/// (行政程序法 §48 II, III; 民法 §121 says the same).
///
/// ```
/// # use {kernel::calendar::end_of_months, time::macros::date};
/// assert_eq!(end_of_months(date!(2026-03-02), 3), date!(2026-06-02));
/// assert_eq!(end_of_months(date!(2026-11-29), 3), date!(2027-02-28)); // 30 November has no counterpart in February
/// assert_eq!(end_of_months(date!(2026-02-28), 3), date!(2026-05-31)); // whole months from 1 March
/// ```
pub fn end_of_months(start_after: Date, months: u32) -> Date {
    let first = start_after.saturating_add(time::Duration::DAY);
    let months_since_zero = i64::from(first.year()) * 12 + i64::from(u8::from(first.month())) - 1 + i64::from(months);
    let year = i32::try_from(months_since_zero.div_euclid(12)).unwrap_or(i32::MAX);
    let month = u8::try_from(months_since_zero.rem_euclid(12) + 1).expect("a remainder of twelve plus one");
    let month = time::Month::try_from(month).expect("1 to 12");
    match Date::from_calendar_date(year, month, first.day()) {
        Ok(counterpart) => counterpart.previous_day().unwrap_or(counterpart),
        Err(_) => Date::from_calendar_date(year, month, month.length(year)).unwrap_or(Date::MAX),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    /// October 2024: 10 is a holiday (Thursday); 12/13 a weekend; 31 is off by typhoon.
    fn october() -> OfficeCalendar {
        let weekends =
            [5, 6, 12, 13, 19, 20, 26, 27].map(|d| Date::from_calendar_date(2024, time::Month::October, d).unwrap());
        OfficeCalendar::new(
            [2024],
            weekends.into_iter().chain([date!(2024 - 10 - 10), date!(2024 - 10 - 31), date!(2025 - 01 - 01)]),
        )
    }

    #[test]
    fn a_working_day_stays() {
        let deadline = october().last_day(date!(2024 - 09 - 09), 30);
        assert_eq!(deadline, Deadline { on: date!(2024 - 10 - 09), extended_from: None, calendar_known: true });
    }

    #[test]
    fn rest_days_move_the_end() {
        let holiday = october().last_day(date!(2024 - 09 - 10), 30);
        assert_eq!((holiday.on, holiday.extended_from), (date!(2024 - 10 - 11), Some(date!(2024 - 10 - 10))));
        let saturday = october().last_day(date!(2024 - 09 - 12), 30);
        assert_eq!((saturday.on, saturday.extended_from), (date!(2024 - 10 - 14), Some(date!(2024 - 10 - 12))));
    }

    #[test]
    fn an_unknown_year_rests_on_weekends_and_says_so() {
        assert_eq!(october().is_working_day(date!(2025 - 01 - 01)), None);
        let deadline = october().last_day(date!(2026 - 11 - 12), 30);
        assert_eq!(
            deadline,
            Deadline { on: date!(2026 - 12 - 14), extended_from: Some(date!(2026 - 12 - 12)), calendar_known: false }
        );
    }

    #[test]
    fn working_days_are_counted_one_by_one() {
        // Wednesday 9 October: Thursday is a holiday, so Friday, Monday, Tuesday.
        let promised = october().last_working_day(date!(2024 - 10 - 09), 3);
        assert_eq!(promised, Deadline { on: date!(2024 - 10 - 15), extended_from: None, calendar_known: true });
        assert_eq!(october().last_working_day(date!(2024 - 10 - 09), 0).on, date!(2024 - 10 - 09));
        assert!(!october().last_working_day(date!(2026 - 11 - 12), 1).calendar_known);
        let _ = october().last_working_day(Date::MAX, 3);
    }

    #[test]
    fn months_end_before_the_corresponding_day() {
        for (event, months, end) in [
            (date!(2026 - 03 - 02), 3, date!(2026 - 06 - 02)),
            (date!(2026 - 02 - 28), 3, date!(2026 - 05 - 31)),
            (date!(2024 - 02 - 28), 3, date!(2024 - 05 - 28)),
            (date!(2026 - 01 - 30), 1, date!(2026 - 02 - 28)),
            (date!(2026 - 11 - 30), 3, date!(2027 - 02 - 28)),
            (date!(2026 - 12 - 31), 12, date!(2027 - 12 - 31)),
            (date!(2026 - 05 - 05), 24, date!(2028 - 05 - 05)),
        ] {
            assert_eq!(end_of_months(event, months), end, "{event} + {months}");
        }
    }

    proptest! {
        #[test]
        fn an_end_is_a_working_day_not_before_the_period(start in 0i64..20_000, days in 0u32..400) {
            let start = date!(1990 - 01 - 01) + time::Duration::days(start);
            let deadline = october().last_day(start, days);
            let due = start + time::Duration::days(days.into());
            prop_assert!(deadline.on >= due && deadline.on <= due + time::Duration::days(4));
            prop_assert_ne!(october().is_working_day(deadline.on), Some(false));
            prop_assert_eq!(deadline.extended_from, (deadline.on != due).then_some(due));
        }

        #[test]
        fn months_never_end_early_or_late(start in 0i64..20_000, months in 1u32..40) {
            let start = date!(1990 - 01 - 01) + time::Duration::days(start);
            let length = (end_of_months(start, months) - start).whole_days();
            let months = i64::from(months);
            prop_assert!(length >= months * 30 - months / 2 - 3 && length <= months * 31 + 1, "{}", length);
        }

        #[test]
        fn extremes_do_not_panic(months: u32, days: u32) {
            let _ = (end_of_months(Date::MAX, months), end_of_months(Date::MIN, months));
            let _ = (OfficeCalendar::default().last_day(Date::MAX, days), OfficeCalendar::default().last_day(Date::MIN, days));
        }
    }
}
