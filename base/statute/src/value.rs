//! Dated values of law: one file each under `law/`, looked up by key and by the day the decision is made for.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use kernel::{SourceStatus as Status, Text};
use serde::{Deserialize, Deserializer};
use time::{Date, Month};

use crate::{Act, Citation, embedded::VALUES};

/// What a value counts or is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Calendar days.
    Days,
    /// Calendar months; a year is twelve.
    Months,
    /// A civil date.
    Date,
    /// A sentence in both languages.
    Text,
}

/// A value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued<T> {
    /// The value in force on the day asked for.
    pub value: T,
    /// The article it stands in.
    pub citation: Citation,
    /// How well its source is known.
    pub status: Status,
    /// First day it was in force.
    pub from: Date,
    /// Promulgation or announcement that set it.
    pub reference: &'static str,
}

impl<T> Valued<T> {
    /// The same source for something computed from the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Valued<U> {
        let Self { value, citation, status, from, reference } = self;
        Valued { value: change(value), citation, status, from, reference }
    }
}

/// Why a value cannot be given. Both are faults of the program or its data, not of the reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatuteFault {
    /// No file of that name under `law/`, or it is of another unit.
    #[error("law/{0}.toml does not hold such a value")]
    NoSuchValue(String),
    /// No version kept was in force that day.
    #[error("no version of {key} kept here was in force on {on}")]
    NotInForce {
        /// The value asked for.
        key: String,
        /// The day asked for.
        on: Date,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueFile {
    #[serde(rename = "description")]
    _description: String,
    #[serde(rename = "description_en")]
    _description_en: String,
    unit: Unit,
    status: Status,
    #[serde(default)]
    article: u16,
    #[serde(default)]
    branch: u16,
    #[serde(default)]
    paragraph: u16,
    #[serde(default)]
    subparagraph: u16,
    #[serde(default, rename = "text_sha256")]
    _text_sha256: String,
    values: Vec<Dated>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dated {
    #[serde(deserialize_with = "toml_date")]
    from: Date,
    value: Option<toml::Value>,
    zh: Option<String>,
    en: Option<String>,
    reference: String,
}

static FILES: LazyLock<BTreeMap<&str, ValueFile>> = LazyLock::new(|| {
    let read = |(key, file): (&'static str, &str)| {
        (key, toml::from_str(file).unwrap_or_else(|e| panic!("law/{key}.toml is embedded and tested: {e}")))
    };
    VALUES.into_iter().map(read).collect()
});

/// Keys of all values, ascending.
pub fn keys() -> impl Iterator<Item = &'static str> {
    FILES.keys().copied()
}

/// A number of calendar days in force on a day.
///
/// # Errors
/// An unknown key, a value of another unit, or a day before the first version kept. The same holds for the functions below.
pub fn days(key: &str, on: Date) -> Result<Valued<u32>, StatuteFault> {
    find(key, Unit::Days, on, whole_number)
}

/// A number of calendar months in force on a day; years are kept as months.
pub fn months(key: &str, on: Date) -> Result<Valued<u32>, StatuteFault> {
    find(key, Unit::Months, on, whole_number)
}

/// A civil date in force on a day.
pub fn date(key: &str, on: Date) -> Result<Valued<Date>, StatuteFault> {
    find(key, Unit::Date, on, |dated| civil_date(dated.value.as_ref()?.as_datetime()?))
}

/// A sentence in force on a day, each `{name}` in it replaced by its value in `fills`. A name without a value stays as it is.
pub fn text(key: &str, on: Date, fills: &[(&str, &str)]) -> Result<Valued<Text>, StatuteFault> {
    find(key, Unit::Text, on, |dated| {
        Some(Text::new(fill(dated.zh.as_deref()?, fills), fill(dated.en.as_deref()?, fills)))
    })
}

fn find<T>(key: &str, unit: Unit, on: Date, read: impl FnOnce(&Dated) -> Option<T>) -> Result<Valued<T>, StatuteFault> {
    let no_such = || StatuteFault::NoSuchValue(key.to_owned());
    let file = FILES.get(key).filter(|file| file.unit == unit).ok_or_else(no_such)?;
    let in_force = file.values.iter().filter(|dated| dated.from <= on).max_by_key(|dated| dated.from);
    let dated = in_force.ok_or_else(|| StatuteFault::NotInForce { key: key.to_owned(), on })?;
    let value = read(dated).ok_or_else(no_such)?;
    let act = key.split('/').next().and_then(Act::in_folder).ok_or_else(no_such)?;
    let citation =
        act.cite().article(file.article, file.branch).paragraph(file.paragraph).subparagraph(file.subparagraph);
    Ok(Valued { value, citation, status: file.status, from: dated.from, reference: &dated.reference })
}

fn whole_number(dated: &Dated) -> Option<u32> {
    u32::try_from(dated.value.as_ref()?.as_integer()?).ok()
}

fn fill(sentence: &str, fills: &[(&str, &str)]) -> Cow<'static, str> {
    let filled =
        fills.iter().fold(sentence.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
    Cow::Owned(filled)
}

fn civil_date(datetime: &toml::value::Datetime) -> Option<Date> {
    let date = datetime.date?;
    Date::from_calendar_date(date.year.into(), Month::try_from(date.month).ok()?, date.day).ok()
}

pub(crate) fn toml_date<'de, D: Deserializer<'de>>(input: D) -> Result<Date, D::Error> {
    let datetime = toml::value::Datetime::deserialize(input)?;
    civil_date(&datetime).ok_or_else(|| serde::de::Error::custom("not a civil date"))
}

#[cfg(test)]
mod tests {
    use time::macros::date as day;

    use super::*;
    use crate::*;

    const TODAY: Date = day!(2026 - 11 - 23);

    #[test]
    fn every_file_gives_its_value_today() {
        for key in keys() {
            let file = &FILES[key];
            let found = match file.unit {
                Unit::Days => days(key, TODAY).map(|v| v.value > 0),
                Unit::Months => months(key, TODAY).map(|v| v.value > 0),
                Unit::Date => date(key, TODAY).map(|v| v.value > v.from),
                Unit::Text => text(key, TODAY, &[]).map(|v| !v.value.zh.is_empty() && !v.value.en.is_empty()),
            };
            assert_eq!(found, Ok(true), "{key}");
            assert!(file.values.is_sorted_by_key(|dated| dated.from), "{key}");
            assert_eq!(file.status == Status::Text, !file._text_sha256.is_empty() && file.unit != Unit::Text, "{key}");
        }
    }

    #[test]
    fn the_numbers_of_the_journey() {
        let remedy = days(REMEDY_DAYS, TODAY).unwrap();
        assert_eq!((remedy.value, remedy.status, remedy.from), (30, Status::Text, day!(2003 - 05 - 30)));
        assert_eq!(days(TEACHER_REMEDY_DAYS, TODAY).unwrap().value, 30);
        let confirm = months(CONFIRMATION_MONTHS, TODAY).unwrap();
        assert_eq!((confirm.value, confirm.citation.to_string().as_str()), (3, "公務人員考績法施行細則第13條第6項"));
        assert_eq!(months(MISSING_NOTICE_MONTHS, TODAY).unwrap().value, 12);
        assert_eq!(months(REVOCATION_MONTHS, TODAY).unwrap().value, 24);
        let repeal = months(REPEAL_MONTHS, TODAY).unwrap();
        assert_eq!((repeal.value, repeal.citation.to_string().as_str()), (24, "行政程序法第124條"));
        let old_form = date(OLD_RESIDENCE_NUMBER_UNTIL, TODAY).unwrap();
        assert_eq!((old_form.value, old_form.status.is_confirmed()), (day!(2031 - 01 - 01), false));
    }

    #[test]
    fn the_notice_names_days_and_agency() {
        let fills = [("days", "30"), ("agency", "範例市政府")];
        let notice = text(REMEDY_NOTICE, TODAY, &fills).unwrap();
        assert!(
            notice.value.zh.contains("次日起30日內，繕具復審書經由範例市政府（原處分機關）向公務人員保障暨培訓委員會")
        );
        assert!(!notice.value.en.contains('{'));
        assert_eq!(notice.status, Status::Fitted);
    }

    #[test]
    fn the_day_before_force_has_no_value() {
        assert!(days(REMEDY_DAYS, day!(2003 - 05 - 30)).is_ok());
        let before = days(REMEDY_DAYS, day!(2003 - 05 - 29));
        assert_eq!(before, Err(StatuteFault::NotInForce { key: REMEDY_DAYS.into(), on: day!(2003 - 05 - 29) }));
        assert_eq!(months(REMEDY_DAYS, TODAY), Err(StatuteFault::NoSuchValue(REMEDY_DAYS.into())));
        assert_eq!(days("s0120001/none", TODAY), Err(StatuteFault::NoSuchValue("s0120001/none".into())));
    }
}
