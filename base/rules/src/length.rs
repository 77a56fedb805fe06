//! How long service lasted: whole months by the calendar, and odd days that may add up to months.

use kernel::{Text, calendar::MONTHS_A_YEAR};
use time::Date;

use crate::months::{Span, after};

/// Whole months by the calendar and odd days beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Length {
    /// Whole months.
    pub months: u32,
    /// Odd days, not yet made into months.
    pub days: u32,
}

impl Length {
    /// Whole months that begin on the first day of a time, then the days left.
    pub fn of(span: Span) -> Self {
        if span.until <= span.from {
            return Self::default();
        }
        let months = span.whole_months();
        let rest = Span { from: after(span.from, months), until: span.until };
        Self { months, days: u32::try_from(rest.days()).unwrap_or(0) }
    }

    /// Both together, odd days beside odd days.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { months: self.months.saturating_add(other.months), days: self.days.saturating_add(other.days) }
    }

    /// Whether there is nothing.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// What is left after taking a shorter length away; a month is broken into so many days where it must be.
    #[must_use]
    pub fn less(self, other: Self, days_a_month: u32) -> Self {
        let days = |length: Self| u64::from(length.months) * u64::from(days_a_month) + u64::from(length.days);
        if days(self) <= days(other) {
            return Self::default();
        }
        match self.days.checked_sub(other.days) {
            Some(odd) => Self { months: self.months.saturating_sub(other.months), days: odd },
            None => {
                let borrowed = (other.days - self.days).div_ceil(days_a_month.max(1));
                let days = borrowed.saturating_mul(days_a_month).saturating_sub(other.days - self.days);
                Self { months: self.months.saturating_sub(other.months.saturating_add(borrowed)), days }
            }
        }
    }

    /// Odd days made into months of so many days.
    #[must_use]
    pub fn carried(self, days_a_month: u32) -> Self {
        let days_a_month = days_a_month.max(1);
        Self { months: self.months.saturating_add(self.days / days_a_month), days: self.days % days_a_month }
    }

    /// Months, a broken one counted as whole.
    pub fn rounded_up(self, days_a_month: u32) -> u32 {
        self.months.saturating_add(self.days.div_ceil(days_a_month.max(1)))
    }

    /// Whole years.
    pub fn years(self) -> u32 {
        self.months / MONTHS_A_YEAR
    }

    /// As decisions print it.
    pub fn text(self) -> Text {
        let (years, months, days) = (self.years(), self.months % MONTHS_A_YEAR, self.days);
        Text::new(format!("{years}年{months}月{days}日"), format!("{years} y {months} m {days} d"))
    }
}

/// The day so many calendar months before a day; the last of its month where that has no such day.
pub fn months_before(until: Date, months: u32) -> Date {
    let a_year = i64::from(MONTHS_A_YEAR);
    let index = i64::from(until.year()) * a_year + i64::from(u8::from(until.month())) - 1 - i64::from(months);
    let year = i32::try_from(index.div_euclid(a_year)).unwrap_or(i32::MIN);
    let month = u8::try_from(index.rem_euclid(a_year) + 1).ok().and_then(|month| time::Month::try_from(month).ok());
    let month = month.unwrap_or(time::Month::January);
    Date::from_calendar_date(year, month, until.day().min(month.length(year))).unwrap_or(Date::MIN)
}

/// Age in whole years, counted in full from the day of birth (退撫法 90).
pub fn age(born_on: Date, on: Date) -> u32 {
    Length::of(Span { from: born_on, until: on }).years()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{Duration, macros::date};

    use super::*;

    fn length(from: Date, until: Date) -> (u32, u32) {
        let Length { months, days } = Length::of(Span { from, until });
        (months, days)
    }

    #[test]
    fn months_begin_on_the_first_day() {
        assert_eq!(length(date!(2000 - 01 - 01), date!(2000 - 01 - 31)), (0, 30));
        assert_eq!(length(date!(2000 - 01 - 01), date!(2000 - 02 - 01)), (1, 0));
        assert_eq!(length(date!(1980 - 03 - 15), date!(1995 - 07 - 01)), (183, 16));
        assert_eq!(length(date!(2000 - 01 - 02), date!(2000 - 01 - 01)), (0, 0));
    }

    #[test]
    fn thirty_odd_days_make_a_month() {
        let days = |days| Length { months: 1, days };
        assert_eq!((days(29).carried(30), days(30).carried(30)), (days(29), Length { months: 2, days: 0 }));
        assert_eq!([0, 1, 30, 31].map(|odd| days(odd).rounded_up(30)), [1, 2, 2, 3]);
    }

    #[test]
    fn an_age_is_counted_in_full() {
        let born = date!(1960 - 03 - 01);
        assert_eq!((age(born, date!(2025 - 02 - 28)), age(born, date!(2025 - 03 - 01))), (64, 65));
        assert_eq!(age(date!(1960 - 02 - 29), date!(2025 - 02 - 28)), 64);
    }

    #[test]
    fn the_longest_length_is_not_wrapped_into_a_short_one() {
        let most = Length { months: u32::MAX, days: u32::MAX };
        assert_eq!((most.and(most), most.carried(30).months, most.rounded_up(30)), (most, u32::MAX, u32::MAX));
        assert_eq!(most.less(Length { months: 1, days: 0 }, 30).months, u32::MAX - 1);
    }

    #[test]
    fn back_by_calendar_months() {
        assert_eq!(months_before(date!(2026 - 01 - 16), 12), date!(2025 - 01 - 16));
        assert_eq!(months_before(date!(2026 - 01 - 16), 1), date!(2025 - 12 - 16));
        assert_eq!(months_before(date!(2026 - 03 - 31), 1), date!(2026 - 02 - 28));
    }

    proptest! {
        #[test]
        fn a_longer_time_is_never_shorter(start in 0_i64..20_000, length in 0_i64..16_000) {
            let from = date!(1970 - 01 - 01) + Duration::days(start);
            let until = from + Duration::days(length);
            let weight = |from, until| {
                let length = Length::of(Span { from, until });
                assert!(length.days <= 30);
                length.months * 30 + length.days
            };
            let here = weight(from, until);
            prop_assert!(here <= weight(from, until + Duration::DAY));
            prop_assert!(here <= weight(from - Duration::DAY, until));
        }
    }
}
