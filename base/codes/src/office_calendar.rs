//! The published office calendar (政府行政機關辦公日曆表).

use std::{collections::BTreeSet, sync::LazyLock};

use kernel::OfficeCalendar;
use serde::Deserialize;
use time::{Date, format_description::well_known::Iso8601};

use crate::table;

#[derive(Deserialize)]
struct Day {
    date: String,
    holiday: u8,
}

static CALENDAR: LazyLock<OfficeCalendar> = LazyLock::new(|| {
    let days: Vec<Day> = table::rows("office-calendar", include_str!("../../../tables/office-calendar.csv"));
    let dated = days.iter().map(|day| {
        let date = Date::parse(&day.date, &Iso8601::DATE).expect("the table is embedded and tested");
        (date, day.holiday == 1)
    });
    let dated: Vec<(Date, bool)> = dated.collect();
    let years: BTreeSet<i32> = dated.iter().map(|(date, _)| date.year()).collect();
    OfficeCalendar::new(years, dated.into_iter().filter_map(|(date, rest)| rest.then_some(date)))
});

/// The calendar of the years in `tables/office-calendar.csv`. A deadline in any other year says `calendar_known: false`.
pub fn office_calendar() -> &'static OfficeCalendar {
    &CALENDAR
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn whole_years_are_known() {
        assert!(office_calendar().years().eq(2017..=2025));
        let days: Vec<Day> = table::rows("office-calendar", include_str!("../../../tables/office-calendar.csv"));
        assert_eq!(days.len(), 9 * 365 + 2, "a missing day would pass for a working day");
        assert!(days.iter().all(|day| day.holiday <= 1));
    }

    #[test]
    fn holidays_make_up_days_and_unknown_years() {
        let calendar = office_calendar();
        assert_eq!(calendar.is_working_day(date!(2024 - 02 - 12)), Some(false), "春節");
        assert_eq!(calendar.is_working_day(date!(2024 - 02 - 17)), Some(true), "a Saturday of make-up work");
        assert_eq!(calendar.is_working_day(date!(2026 - 01 - 01)), None);
    }

    #[test]
    fn a_remedy_period_over_new_year_holidays() {
        // Served 11 January 2024: day 30 is Saturday 10 February, the first day of 春節; offices open again on 15 February.
        let deadline = office_calendar().last_day(date!(2024 - 01 - 11), 30);
        assert_eq!((deadline.on, deadline.extended_from), (date!(2024 - 02 - 15), Some(date!(2024 - 02 - 10))));
        assert!(deadline.calendar_known);
        assert!(!office_calendar().last_day(date!(2026 - 11 - 23), 30).calendar_known);
    }
}
