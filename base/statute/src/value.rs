//! Dated values of law: one file each under `law/`, looked up by key and by the day the decision is made for.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use kernel::{SourceStatus as Status, Text};
use serde::{Deserialize, Deserializer};
use time::{Date, Month};

use crate::{
    Act, Citation, Edition, Rational, Rounding, Scale, Series, Table, YearDay,
    embedded::{self, FILES},
    rational,
    scale::PieceFile,
};

/// What a value counts or is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Calendar days.
    Days,
    /// Calendar months; a year is twelve.
    Months,
    /// Whole years: of service, or a year of the ROC calendar as the annexes head their columns.
    Years,
    /// Ages in whole years.
    Ages,
    /// A civil date.
    Date,
    /// A sentence in both languages.
    Text,
    /// NT dollars.
    Dollars,
    /// Percent in the file, a share (1 is the whole) in the program.
    Percent,
    /// Base numbers (基數).
    Bases,
    /// A number without unit: a factor, a share written as a fraction.
    Number,
    /// How a figure is rounded.
    Rounding,
    /// A day of every year, as `07-16`.
    Yearday,
}

/// A value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued<T> {
    /// The value in force on the day asked for.
    pub value: T,
    /// Path of its file under `law/`, without `.toml`.
    pub key: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// The article it stands in.
    pub citation: Citation,
    /// How well its source is known.
    pub status: Status,
    /// First day it governs.
    pub from: Date,
    /// Promulgation or announcement that set it.
    pub reference: &'static str,
}

impl<T> Valued<T> {
    /// The same source for something computed from the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Valued<U> {
        let Self { value, key, unit, citation, status, from, reference } = self;
        Valued { value: change(value), key, unit, citation, status, from, reference }
    }

    /// The same source for a part of the value: the cell of a table, the point of a scale.
    pub fn part<U>(&self, part: impl FnOnce(&T) -> U) -> Valued<U> {
        let Self { value, key, unit, citation, status, from, reference } = self;
        let (key, unit, citation, status, from, reference) = (*key, *unit, *citation, *status, *from, *reference);
        Valued { value: part(value), key, unit, citation, status, from, reference }
    }
}

/// Why a value cannot be given. The first is a fault of the program or its data, the others are limits of what is known.
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
    /// The law needs it and its source was not found.
    #[error("{key} on {on} is needed and not known")]
    Unknown {
        /// The value asked for.
        key: String,
        /// The day asked for.
        on: Date,
    },
}

impl StatuteFault {
    /// The value asked for.
    pub fn key(&self) -> &str {
        match self {
            Self::NoSuchValue(key) | Self::NotInForce { key, .. } | Self::Unknown { key, .. } => key,
        }
    }
}

/// A kind of value that a file under `law/` can hold.
pub trait LawValue: Sized {
    /// Reads one dated entry; `None` if the file holds something else.
    #[doc(hidden)]
    fn read(unit: Unit, entry: &Dated, folder: &str) -> Option<Self>;
}

/// What a value file says around its values.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValueFile {
    pub description: String,
    pub description_en: String,
    pub unit: Unit,
    pub status: Status,
    #[serde(default)]
    article: u16,
    #[serde(default)]
    branch: u16,
    #[serde(default)]
    paragraph: u16,
    #[serde(default)]
    subparagraph: u16,
    #[serde(default)]
    item: u16,
    #[serde(default, rename = "text_sha256")]
    _text_sha256: String,
    /// Day the whole series became law, where its entries begin to govern later.
    #[serde(default, deserialize_with = "some_date")]
    pub in_force: Option<Date>,
    /// What must be known about it besides the number.
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub note_en: String,
    pub values: Vec<Dated>,
}

impl ValueFile {
    /// Where it stands in its act.
    pub fn citation(&self, act: Act) -> Citation {
        let article = act.cite().article(self.article, self.branch);
        article.paragraph(self.paragraph).subparagraph(self.subparagraph).item(self.item)
    }

    /// What it is, in both languages.
    pub fn described(&'static self) -> Text {
        Text::new(self.description.as_str(), self.description_en.as_str())
    }
}

/// One dated entry of a value file.
#[doc(hidden)]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    /// First day it governs.
    #[serde(deserialize_with = "toml_date")]
    pub(crate) from: Date,
    /// Day it became law: `from` unless said otherwise.
    #[serde(default, deserialize_with = "some_date")]
    pub(crate) in_force: Option<Date>,
    /// Day of the gazette that published it.
    #[serde(default, rename = "gazetted", deserialize_with = "some_date")]
    _gazetted: Option<Date>,
    /// If it differs from the file's.
    pub(crate) status: Option<Status>,
    /// `name/option` of the reading it belongs to; taken only when that option is chosen.
    pub(crate) reading: Option<String>,
    value: Option<toml::Value>,
    zh: Option<String>,
    en: Option<String>,
    #[serde(default)]
    pieces: Vec<PieceFile>,
    max: Option<String>,
    /// File of the annex table, beside the value file.
    table: Option<String>,
    /// The annex table itself, in a file of changes.
    csv: Option<String>,
    /// From that day there is no such value any more.
    #[serde(default)]
    pub(crate) ended: bool,
    pub(crate) reference: String,
}

static VALUES: LazyLock<BTreeMap<&str, ValueFile>> = LazyLock::new(|| {
    let values = FILES.iter().filter_map(|(path, file)| {
        let key = path.strip_suffix(".toml").filter(|key| !key.ends_with("/act") && !key.starts_with("readings/"))?;
        if !key.contains('/') {
            return None;
        }
        Some((key, toml::from_str(file).unwrap_or_else(|e| panic!("law/{path} is embedded and tested: {e}"))))
    });
    values.collect()
});

/// Keys of all values, ascending.
pub fn keys() -> impl Iterator<Item = &'static str> {
    VALUES.keys().copied()
}

/// What a value is, in both languages.
pub fn description(key: &str) -> Option<Text> {
    VALUES.get(key).map(ValueFile::described)
}

/// What must be known about a value besides its number, if anything must.
pub fn note(key: &str) -> Option<Text> {
    let file = VALUES.get(key).filter(|file| !file.note.is_empty())?;
    Some(Text::new(file.note.as_str(), file.note_en.as_str()))
}

pub(crate) fn value_file(key: &str) -> Option<(&'static str, &'static ValueFile)> {
    VALUES.get_key_value(key).map(|(key, file)| (*key, file))
}

/// The values under one key, by the law of an edition.
///
/// # Errors
/// An unknown key, or a value of another kind.
pub fn series<T: LawValue>(key: &str, edition: &Edition) -> Result<Series<T>, StatuteFault> {
    let no_such = || StatuteFault::NoSuchValue(key.to_owned());
    let (key, file) = value_file(key).ok_or_else(no_such)?;
    let act = key.split('/').next().and_then(Act::in_folder).ok_or_else(no_such)?;
    let citation = file.citation(act);
    let mut entries = Vec::new();
    for dated in &file.values {
        let became_law = dated.in_force.or(file.in_force).unwrap_or(dated.from);
        let taken = dated.reading.as_deref().is_none_or(|reading| edition.readings.takes(reading));
        if became_law <= edition.law && taken {
            let value = dated.give((key, file), citation, dated.reference.as_str()).ok_or_else(no_such)?;
            entries.push((became_law, dated.from, value));
        }
    }
    // What is proposed wins over what is law: it stands after everything that is.
    for dated in edition.amendments.of(key) {
        let value = dated.give((key, file), citation, PROPOSED).ok_or_else(no_such)?;
        let value = value.map(|valued| Valued { status: Status::Unconfirmed, ..valued });
        entries.push((Date::MAX, dated.from, value));
    }
    entries.sort_by_key(|(became_law, from, _)| (*became_law, *from));
    Ok(Series::new(key, entries.into_iter().map(|(_, from, value)| (from, value)).collect()))
}

/// What stands for the promulgation of a change that is only proposed.
const PROPOSED: &str = "本次試算改用之數值（非現行法）";

/// Why an entry gives no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// The law took it away.
    Ended,
    /// The law has it; we could not find it.
    Unknown,
}

/// A number of calendar days in force on a day.
///
/// # Errors
/// An unknown key, a value of another unit, or a day before the first version kept. The same holds for the functions below.
pub fn days(key: &str, on: Date) -> Result<Valued<u32>, StatuteFault> {
    of_unit(key, on, Unit::Days)
}

/// A number of calendar months in force on a day; years are kept as months.
pub fn months(key: &str, on: Date) -> Result<Valued<u32>, StatuteFault> {
    of_unit(key, on, Unit::Months)
}

/// A civil date in force on a day.
pub fn date(key: &str, on: Date) -> Result<Valued<Date>, StatuteFault> {
    of_unit(key, on, Unit::Date)
}

/// A sentence in force on a day, each `{name}` in it replaced by its value in `fills`. A name without a value stays as it is.
pub fn text(key: &str, on: Date, fills: &[(&str, &str)]) -> Result<Valued<Text>, StatuteFault> {
    let sentence: Valued<Text> = of_unit(key, on, Unit::Text)?;
    Ok(sentence.map(|text| Text::new(fill(&text.zh, fills), fill(&text.en, fills))))
}

fn of_unit<T: LawValue + Clone>(key: &str, on: Date, unit: Unit) -> Result<Valued<T>, StatuteFault> {
    let series = series(key, &Edition::of(on))?;
    let valued: &Valued<T> = series.on(on)?;
    match valued.unit == unit {
        true => Ok(valued.clone()),
        false => Err(StatuteFault::NoSuchValue(key.to_owned())),
    }
}

impl Dated {
    fn is_empty(&self) -> bool {
        self.value.is_none() && self.zh.is_none() && self.pieces.is_empty() && self.table.is_none()
    }

    /// What it gives; `None` if it does not hold what is asked for.
    fn give<T: LawValue>(
        &self,
        (key, file): (&'static str, &ValueFile),
        citation: Citation,
        reference: &'static str,
    ) -> Option<Result<Valued<T>, Gap>> {
        let status = self.status.unwrap_or(file.status);
        if self.ended {
            return Some(Err(Gap::Ended));
        }
        if status == Status::Unknown && self.is_empty() {
            return Some(Err(Gap::Unknown));
        }
        let (folder, _) = key.rsplit_once('/')?;
        let value = T::read(file.unit, self, folder)?;
        Some(Ok(Valued { value, key, unit: file.unit, citation, status, from: self.from, reference }))
    }

    /// Whether it holds something that a file of this unit can hold.
    pub(crate) fn fits(&self, unit: Unit, key: &str) -> bool {
        let Some((folder, _)) = key.rsplit_once('/') else { return false };
        self.ended
            || u32::read(unit, self, folder).is_some()
            || i64::read(unit, self, folder).is_some()
            || Rational::read(unit, self, folder).is_some()
            || Date::read(unit, self, folder).is_some()
            || Text::read(unit, self, folder).is_some_and(|text| !text.zh.is_empty() && !text.en.is_empty())
            || Scale::read(unit, self, folder).is_some()
            || Table::read(unit, self, folder).is_some()
            || Rounding::read(unit, self, folder).is_some()
            || YearDay::read(unit, self, folder).is_some()
    }

    fn number(&self) -> Option<Rational> {
        match self.value.as_ref()? {
            toml::Value::Integer(whole) => Some(Rational::from_integer(*whole)),
            toml::Value::String(text) => rational(text),
            _ => None,
        }
    }
}

/// What a number in the file is divided by to be the number in the program.
fn divisor(unit: Unit) -> Option<i64> {
    match unit {
        Unit::Percent => Some(crate::PERCENT),
        Unit::Bases | Unit::Number | Unit::Dollars => Some(1),
        _ => None,
    }
}

impl LawValue for u32 {
    fn read(unit: Unit, entry: &Dated, _: &str) -> Option<Self> {
        matches!(unit, Unit::Days | Unit::Months | Unit::Years | Unit::Ages).then_some(())?;
        entry.value.as_ref()?.as_integer()?.try_into().ok()
    }
}

impl LawValue for i64 {
    fn read(unit: Unit, entry: &Dated, _: &str) -> Option<Self> {
        (unit == Unit::Dollars).then_some(())?;
        entry.value.as_ref()?.as_integer()
    }
}

impl LawValue for Rational {
    fn read(unit: Unit, entry: &Dated, _: &str) -> Option<Self> {
        Some(entry.number()? / divisor(unit)?)
    }
}

impl LawValue for Date {
    fn read(unit: Unit, entry: &Dated, _: &str) -> Option<Self> {
        (unit == Unit::Date).then_some(())?;
        civil_date(entry.value.as_ref()?.as_datetime()?)
    }
}

impl LawValue for Text {
    fn read(unit: Unit, entry: &Dated, _: &str) -> Option<Self> {
        (unit == Unit::Text).then_some(())?;
        Some(Text::new(entry.zh.clone()?, entry.en.clone()?))
    }
}

impl LawValue for Scale {
    fn read(unit: Unit, entry: &Dated, _: &str) -> Option<Self> {
        Self::from_pieces(&entry.pieces, entry.max.as_deref(), divisor(unit)?)
    }
}

impl LawValue for Table {
    fn read(unit: Unit, entry: &Dated, folder: &str) -> Option<Self> {
        let csv = match &entry.csv {
            Some(csv) => csv,
            None => embedded::file(&format!("{folder}/{}", entry.table.as_ref()?))?,
        };
        Self::from_csv(csv, divisor(unit)?)
    }
}

impl LawValue for Rounding {
    fn read(unit: Unit, entry: &Dated, _: &str) -> Option<Self> {
        (unit == Unit::Rounding).then_some(())?;
        Rounding::parse(entry.value.as_ref()?.as_str()?)
    }
}

fn fill(sentence: &str, fills: &[(&str, &str)]) -> Cow<'static, str> {
    let filled =
        fills.iter().fold(sentence.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
    Cow::Owned(filled)
}

impl LawValue for YearDay {
    fn read(unit: Unit, entry: &Dated, _: &str) -> Option<Self> {
        (unit == Unit::Yearday).then_some(())?;
        Self::parse(entry.value.as_ref()?.as_str()?)
    }
}

pub(crate) fn civil_date(datetime: &toml::value::Datetime) -> Option<Date> {
    let date = datetime.date?;
    Date::from_calendar_date(date.year.into(), Month::try_from(date.month).ok()?, date.day).ok()
}

pub(crate) fn toml_date<'de, D: Deserializer<'de>>(input: D) -> Result<Date, D::Error> {
    let datetime = toml::value::Datetime::deserialize(input)?;
    civil_date(&datetime).ok_or_else(|| serde::de::Error::custom("not a civil date"))
}

pub(crate) fn some_date<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Date>, D::Error> {
    toml_date(input).map(Some)
}

#[cfg(test)]
mod tests {
    use time::macros::date as day;

    use super::*;
    use crate::*;

    const TODAY: Date = day!(2026 - 11 - 23);

    #[test]
    fn every_file_holds_what_its_unit_says() {
        for key in keys() {
            let (_, file) = value_file(key).unwrap();
            assert!(
                !file.values.is_empty() && !file.description.is_empty() && !file.description_en.is_empty(),
                "{key}"
            );
            for entry in &file.values {
                let status = entry.status.unwrap_or(file.status);
                let empty = entry.ended || status == Status::Unknown && entry.is_empty();
                assert!(empty || entry.fits(file.unit, key), "{key} from {}", entry.from);
                assert!(entry.csv.is_none(), "{key} from {}: an annex has a file of its own", entry.from);
                assert!(!entry.reference.is_empty(), "{key} from {}", entry.from);
                if let Some(reading) = &entry.reading {
                    assert!(Readings::default().choose(reading).is_some(), "{key}: {reading}");
                }
            }
            let quoted = !file._text_sha256.is_empty();
            assert_eq!(file.status == Status::Text, quoted && file.unit != Unit::Text, "{key}");
        }
    }

    #[test]
    fn every_annex_table_has_a_value_file_that_names_it() {
        let named: Vec<String> = keys()
            .flat_map(|key| {
                let (folder, _) = key.rsplit_once('/').unwrap();
                let tables = value_file(key).unwrap().1.values.iter().filter_map(|entry| entry.table.as_ref());
                tables.map(move |table| format!("{folder}/{table}"))
            })
            .collect();
        for (path, _) in FILES.iter().filter(|(path, _)| path.ends_with(".csv")) {
            assert!(named.iter().any(|name| name == path), "{path}");
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

    #[test]
    fn a_proposal_wins_over_the_law_from_its_day_on() {
        let file = "title = \"x\"\n[[change]]\nkey = \"s0080034/a037/column\"\nfrom = 2027-01-01\nvalue = 110\nreference = \"草案\"\n";
        let edition = Edition::parse(file, TODAY).unwrap();
        let series = series::<u32>("s0080034/a037/column", &edition).unwrap();
        let column = |on| series.on(on).unwrap().value;
        assert_eq!(
            (column(day!(2026 - 12 - 31)), column(day!(2027 - 01 - 01)), column(day!(2030 - 01 - 01))),
            (112, 110, 110)
        );
        assert_eq!(edition.amendments.keys().collect::<Vec<_>>(), ["s0080034/a037/column"]);
    }

    #[test]
    fn a_proposal_that_does_not_fit_is_named() {
        let file = |key: &str, value: &str| {
            let file = format!(
                "title = \"x\"\n[[change]]\nkey = \"{key}\"\nfrom = 2027-01-01\nvalue = {value}\nreference = \"x\"\n"
            );
            Edition::parse(&file, TODAY).map(drop).map_err(|fault| fault.to_string())
        };
        assert_eq!(file("s0080034/a037/column", "110"), Ok(()));
        assert!(file("s0080034/none", "1").unwrap_err().starts_with("change 1: law/s0080034/none.toml"));
        assert!(file("s0080034/a037/column", "\"x\"").unwrap_err().starts_with("change 1: not a value"));
        assert!(Edition::parse("title = \"x\"\nreadings = [\"none/x\"]", TODAY).is_err());
    }

    #[test]
    fn an_amendment_governs_only_those_who_ask_after_it() {
        let column = |law| {
            let series = series::<u32>("s0080034/a037/column", &Edition::of(law)).unwrap();
            series.on(day!(2026 - 06 - 01)).unwrap().value
        };
        assert_eq!((column(day!(2025 - 12 - 27)), column(day!(2025 - 12 - 28))), (115, 112));
    }
}
