//! The ROC calendar (民國) at the rim: what files and forms hold on one side, a civil date on the other.
//!
//! AD year = ROC year + 1911. Nothing inside the system stores a ROC year.

use time::{Date, Month};

use crate::Text;

/// AD year before ROC year 1.
const EPOCH: i32 = 1911;

/// Why a text is no date. Quotes the input: a date alone names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RocDateFault {
    /// None of the forms this module reads.
    #[error("\"{0}\" is not a date")]
    Form(String),
    /// The form is right but the calendar has no such day.
    #[error("ROC {roc_year}-{month}-{day} does not exist")]
    NoSuchDay {
        /// ROC year as read.
        roc_year: i32,
        /// Month as read.
        month: u32,
        /// Day as read.
        day: u32,
    },
    /// A day before 1912-01-01, which the seven digits cannot hold.
    #[error("\"{0}\" is before ROC year 1")]
    BeforeEpoch(String),
}

impl RocDateFault {
    /// What to tell the reader.
    pub fn text(&self) -> Text {
        match self {
            Self::Form(found) => Text::new(
                format!("「{found}」不是日期，請用7碼民國日期，如1150302"),
                format!("\"{found}\" is not a date; write seven digits of the ROC calendar, e.g. 1150302"),
            ),
            Self::NoSuchDay { roc_year, month, day } => Text::new(
                format!("民國{roc_year}年{month}月{day}日不存在"),
                format!("There is no day {}-{month:02}-{day:02} (ROC {roc_year})", roc_year + EPOCH),
            ),
            Self::BeforeEpoch(found) => {
                Text::new(format!("「{found}」早於民國元年"), format!("\"{found}\" is before ROC year 1 (1912)"))
            }
        }
    }
}

/// Reads a date as the personnel files write it: `1150302`, with leading zeros lost as Excel loses them (`910102`, `10102`),
/// `115/03/02`, `115.3.2`, `115-3-2`, `民國115年3月2日`, or with an AD year of four digits `2026-03-02`. Empty, `0` and `0000000` mean
/// "not known" and give `None`. Surrounding blanks do not count.
///
/// ```
/// # use kernel::roc;
/// assert_eq!(roc::parse("910102"), roc::parse("091/01/02"));
/// assert_eq!(roc::parse("0000000"), Ok(None));
/// assert_eq!(roc::parse("1150229").unwrap_err().text().zh, "民國115年2月29日不存在");
/// ```
pub fn parse(text: &str) -> Result<Option<Date>, RocDateFault> {
    let text = text.trim();
    if text.bytes().all(|b| b == b'0') {
        return Ok(None);
    }
    let form = || RocDateFault::Form(text.to_owned());
    let (year, month, day) =
        compact_parts(text).or_else(|| chinese_parts(text)).or_else(|| separated_parts(text)).ok_or_else(form)?;
    let (year, month, day) = (number(year, 4), number(month, 2), number(day, 2));
    let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(form()) };
    // Four digits with separators are an AD year: a ROC year has at most three.
    let roc_year = if year.1 == 4 { year.0 as i32 - EPOCH } else { year.0 as i32 };
    if roc_year < 1 {
        return Err(RocDateFault::BeforeEpoch(text.to_owned()));
    }
    date(roc_year, month.0, day.0).map(Some)
}

fn date(roc_year: i32, month: u32, day: u32) -> Result<Date, RocDateFault> {
    let civil = || {
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        Date::from_calendar_date(roc_year + EPOCH, month, u8::try_from(day).ok()?).ok()
    };
    civil().ok_or(RocDateFault::NoSuchDay { roc_year, month, day })
}

/// Value and number of digits, at most `digits_max`.
fn number(text: &str, digits_max: usize) -> Option<(u32, usize)> {
    let plain = (1..=digits_max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if plain { Some((text.parse().ok()?, text.len())) } else { None }
}

/// Five to seven digits: the last four are month and day.
fn compact_parts(text: &str) -> Option<(&str, &str, &str)> {
    let digits = (5..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| {
        let (year, rest) = text.split_at(text.len() - 4);
        (year, &rest[..2], &rest[2..])
    })
}

fn chinese_parts(text: &str) -> Option<(&str, &str, &str)> {
    let rest = text.strip_prefix("中華民國").or_else(|| text.strip_prefix("民國"))?;
    let (year, rest) = rest.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    Some((year, month, rest.strip_suffix('日')?)).filter(|(year, ..)| year.len() <= 3)
}

fn separated_parts(text: &str) -> Option<(&str, &str, &str)> {
    let separator = ['/', '.', '-'].into_iter().find(|c| text.contains(*c))?;
    let mut parts = text.split(separator);
    let parts = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    parts.3.is_none().then_some((parts.0, parts.1, parts.2))
}

/// ROC year of a date; 0 for any date before 1912, which has none.
pub fn year(date: Date) -> u16 {
    u16::try_from(date.year() - EPOCH).unwrap_or(0)
}

/// The last day of a ROC year.
pub fn last_day(year: u16) -> Option<Date> {
    Date::from_calendar_date(i32::from(year) + EPOCH, Month::December, Month::December.length(0)).ok()
}

/// As documents print it: 中華民國115年3月2日.
pub fn long(date: Date) -> String {
    format!("中華民國{}年{}月{}日", year(date), u8::from(date.month()), date.day())
}

/// As tables print it: 115/03/02.
pub fn slash(date: Date) -> String {
    format!("{:03}/{:02}/{:02}", year(date), u8::from(date.month()), date.day())
}

/// As files hold it: 1150302.
pub fn compact(date: Date) -> String {
    format!("{:03}{:02}{:02}", year(date), u8::from(date.month()), date.day())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    #[test]
    fn reads_every_form_in_use() {
        let day = Ok(Some(date!(2026 - 03 - 02)));
        for text in [
            "1150302",
            " 1150302 ",
            "115/03/02",
            "115/3/2",
            "115.3.2",
            "115-03-02",
            "民國115年3月2日",
            "中華民國115年03月02日",
            "2026-03-02",
            "2026/3/2",
        ] {
            assert_eq!(parse(text), day, "{text}");
        }
        assert_eq!(parse("910102"), Ok(Some(date!(2002 - 01 - 02))));
        assert_eq!(parse("10102"), Ok(Some(date!(1912 - 01 - 02))));
        for unknown in ["", " ", "0", "0000000", "000000"] {
            assert_eq!(parse(unknown), Ok(None), "{unknown}");
        }
    }

    #[test]
    fn prints_each_form() {
        let day = date!(2010 - 03 - 02);
        assert_eq!(
            (long(day), slash(day), compact(day)),
            ("中華民國99年3月2日".into(), "099/03/02".into(), "0990302".into())
        );
        assert_eq!((year(date!(2026 - 11 - 23)), year(date!(1911 - 12 - 31))), (115, 0));
    }

    #[test]
    fn impossible_days_are_named() {
        for (text, roc_year, month, day) in [
            ("1150229", 115, 2, 29),
            ("1151301", 115, 13, 1),
            ("1150431", 115, 4, 31),
            ("115/0/10", 115, 0, 10),
            ("2026-02-30", 115, 2, 30),
        ] {
            assert_eq!(parse(text), Err(RocDateFault::NoSuchDay { roc_year, month, day }), "{text}");
        }
        assert_eq!(parse("1130229"), Ok(Some(date!(2024 - 02 - 29))));
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "1101",
            "11503021",
            "115年3月2日",
            "民國2026年3月2日",
            "115/3",
            "115/3/2/1",
            "115/+3/2",
            "１１５０３０２",
            "昨天",
            "1e5",
            "-1150302",
            "/./",
        ] {
            assert_eq!(parse(text), Err(RocDateFault::Form(text.to_owned())), "{text}");
        }
        assert_eq!(parse("1911-12-31"), Err(RocDateFault::BeforeEpoch("1911-12-31".to_owned())));
        assert_eq!(parse("0000101"), Err(RocDateFault::BeforeEpoch("0000101".to_owned())));
    }

    proptest! {
        #[test]
        fn printed_dates_read_back(ordinal in 1u16..=365, roc_year in 1i32..1000) {
            let day = Date::from_ordinal_date(roc_year + EPOCH, ordinal).unwrap();
            prop_assert_eq!(parse(&compact(day)), Ok(Some(day)));
            prop_assert_eq!(parse(&slash(day)), Ok(Some(day)));
            prop_assert_eq!(parse(&long(day)), Ok(Some(day)));
            let lost = compact(day);
            prop_assert_eq!(parse(lost.trim_start_matches('0')), Ok(Some(day)));
        }

        #[test]
        fn never_panics(text in "\\PC*|[0-9/.年月日民國-]{0,12}") {
            let _ = parse(&text);
        }
    }
}
