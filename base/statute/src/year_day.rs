//! A day of every year, as the acts name the days on which somebody retires at the latest.

use kernel::Text;
use time::{Date, Month};

/// Month and day without a year. The days the law names are in every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearDay {
    /// The month, 1 to 12.
    month: u8,
    /// The day.
    day: u8,
}

impl YearDay {
    /// Reads `07-16`; 29 February is no day of every year.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        let year_day = Self { month: month.parse().ok()?, day: day.parse().ok()? };
        Date::from_calendar_date(2001, year_day.month().ok()?, year_day.day).ok()?;
        Some(year_day)
    }

    /// The day of the year of a date.
    pub fn of(date: Date) -> Self {
        Self { month: date.month().into(), day: date.day() }
    }

    /// The first such day on or after a date.
    pub fn on_or_after(self, date: Date) -> Date {
        let years = if Self::of(date) <= self { 0 } else { 1 };
        self.in_year(date.year() + years).unwrap_or(Date::MAX)
    }

    /// As the acts write it, and English.
    pub fn text(self) -> Text {
        let month = self.month().map_or_else(|_| String::new(), |month| month.to_string());
        Text::new(format!("{}月{}日", self.month, self.day), format!("{} {month}", self.day))
    }

    fn month(self) -> Result<Month, time::error::ComponentRange> {
        Month::try_from(self.month)
    }

    fn in_year(self, year: i32) -> Option<Date> {
        Date::from_calendar_date(year, self.month().ok()?, self.day).ok()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_next_such_day_is_this_year_or_the_next() {
        let day = YearDay::parse("07-16").unwrap();
        assert_eq!(day.on_or_after(date!(2026 - 07 - 16)), date!(2026 - 07 - 16));
        assert_eq!(day.on_or_after(date!(2026 - 07 - 17)), date!(2027 - 07 - 16));
        assert_eq!(day.text(), Text::new("7月16日", "16 July"));
        for bad in ["02-29", "13-01", "1", "x-1"] {
            assert_eq!(YearDay::parse(bad), None, "{bad}");
        }
    }
}
