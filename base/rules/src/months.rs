//! Counting months between days, as 行政程序法 §48 and 民法 §121 count a period.

use kernel::calendar::{MONTHS_A_YEAR, end_of_months};
use time::Date;

/// Days of a period: the first counts, the end does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub until: Date,
}

impl Span {
    /// Days in it; none if it ends before it begins.
    pub fn days(self) -> i64 {
        (self.until - self.from).whole_days().max(0)
    }

    /// What two periods have in common; `None` if nothing.
    pub fn overlap(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (both.from < both.until).then_some(both)
    }

    /// Whole months in it.
    pub fn whole_months(self) -> u32 {
        let near = (self.until.year() - self.from.year()) * MONTHS_A_YEAR.cast_signed()
            + i32::from(u8::from(self.until.month()))
            - i32::from(u8::from(self.from.month()));
        let near = u32::try_from(near).unwrap_or(0);
        if near > 0 && after(self.from, near) > self.until { near - 1 } else { near }
    }

    /// Months in it, a broken month counted as one.
    pub fn months_begun(self) -> u32 {
        let whole = self.whole_months();
        if after(self.from, whole) < self.until { whole + 1 } else { whole }
    }
}

/// A state of affairs that lasts, perhaps until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasting {
    /// First day.
    pub from: Date,
    /// Day after the last, if it is over.
    pub until: Option<Date>,
}

impl Lasting {
    /// Whether it lasts on a day.
    pub fn holds(self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on < until)
    }
}

/// The day after a period of months whose first day is `from`.
pub fn after(from: Date, months: u32) -> Date {
    let before = from.previous_day().unwrap_or(from);
    let last = end_of_months(before, months);
    if months == 0 { from } else { last.next_day().unwrap_or(last) }
}

/// The day somebody reaches an age.
pub fn birthday(born: Date, years: u32) -> Date {
    after(born, years.saturating_mul(MONTHS_A_YEAR))
}

/// The first day of the month after a day's.
pub fn next_month(day: Date) -> Date {
    after(day.replace_day(1).unwrap_or(day), 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn span(from: Date, until: Date) -> Span {
        Span { from, until }
    }

    #[test]
    fn a_month_ends_the_day_before_its_counterpart() {
        assert_eq!(span(date!(2026 - 01 - 16), date!(2026 - 02 - 15)).whole_months(), 0);
        assert_eq!(span(date!(2026 - 01 - 16), date!(2026 - 02 - 16)).whole_months(), 1);
        assert_eq!(span(date!(2026 - 01 - 31), date!(2026 - 03 - 01)).whole_months(), 1, "no 31 February");
        assert_eq!(span(date!(2026 - 01 - 16), date!(2026 - 02 - 16)).months_begun(), 1);
        assert_eq!(span(date!(2026 - 01 - 16), date!(2026 - 02 - 17)).months_begun(), 2);
        assert_eq!(span(date!(2026 - 02 - 16), date!(2026 - 02 - 16)).months_begun(), 0);
        assert_eq!(span(date!(2026 - 02 - 16), date!(2025 - 02 - 16)).whole_months(), 0, "ends before it begins");
    }

    #[test]
    fn what_lasts_holds_from_its_first_day_to_its_last() {
        let over = Lasting { from: date!(2026 - 02 - 01), until: Some(date!(2026 - 03 - 01)) };
        let holds = |day| over.holds(day);
        assert_eq!((holds(date!(2026 - 01 - 31)), holds(date!(2026 - 02 - 01))), (false, true));
        assert_eq!((holds(date!(2026 - 02 - 28)), holds(date!(2026 - 03 - 01))), (true, false));
        assert!(Lasting { until: None, ..over }.holds(date!(2126 - 01 - 01)));
    }

    #[test]
    fn an_age_is_reached_on_the_birthday() {
        assert_eq!(birthday(date!(1970 - 05 - 03), 55), date!(2025 - 05 - 03));
        assert_eq!(birthday(date!(2004 - 02 - 29), 18), date!(2022 - 03 - 01));
        assert_eq!(next_month(date!(2026 - 12 - 31)), date!(2027 - 01 - 01));
    }

    proptest! {
        #[test]
        fn whole_months_fit_and_one_more_does_not(start in 0_i64..20_000, length in 0_i64..20_000) {
            let from = date!(1980 - 01 - 01).saturating_add(time::Duration::days(start));
            let span = span(from, from.saturating_add(time::Duration::days(length)));
            let whole = span.whole_months();
            prop_assert!(after(span.from, whole) <= span.until);
            prop_assert!(after(span.from, whole + 1) > span.until);
            prop_assert!(span.months_begun() - whole <= 1);
        }
    }
}
