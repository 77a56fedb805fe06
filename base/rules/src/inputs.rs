//! Facts as worked examples write them: one JSON object, read exactly, where a key that is missing is zero.

use kernel::Refusal;
use serde_json::{Map, Value};
use statute::{Rational, fact};
use time::Date;

/// The facts of one example. A value that cannot be read, or a key that nobody asks for, is refused with its name.
pub(crate) struct Inputs {
    values: Map<String, Value>,
}

fn unreadable(key: &str, zh: &str, en: &str) -> Refusal {
    Refusal::new("pension/input", format!("輸入「{key}」{zh}"), format!("input \"{key}\" {en}")).field(key)
}

impl Inputs {
    /// Reads the object and holds its keys against those a quantity knows.
    pub(crate) fn read(json: &str, known: impl Fn(&str) -> bool) -> Result<Self, Refusal> {
        let Ok(Value::Object(values)) = serde_json::from_str(json) else {
            let (zh, en) = ("輸入不是JSON物件", "the inputs are not a JSON object");
            return Err(Refusal::new("pension/input", zh, en).field("inputs"));
        };
        match values.keys().find(|key| !known(key)) {
            Some(key) => Err(unreadable(key, "不是此項目的輸入", "is not known to this quantity")),
            None => Ok(Self { values }),
        }
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// A number.
    pub(crate) fn number(&self, key: &str) -> Result<Rational, Refusal> {
        self.values.get(key).map_or_else(|| Ok(Rational::from_integer(0)), |value| exact(key, value))
    }

    /// A number, or another if the key is missing.
    pub(crate) fn number_or(&self, key: &str, other: Rational) -> Result<Rational, Refusal> {
        if self.has(key) { self.number(key) } else { Ok(other) }
    }

    /// Whole NT dollars, not negative.
    pub(crate) fn money(&self, key: &str) -> Result<i64, Refusal> {
        let number = self.number(key)?;
        if number.is_integer() && *number.numer() >= 0 {
            Ok(number.to_integer())
        } else {
            Err(unreadable(key, "不是整數元", "is not whole dollars"))
        }
    }

    /// A whole number from zero.
    pub(crate) fn count(&self, key: &str) -> Result<u32, Refusal> {
        let number = self.number(key)?;
        let whole = number.is_integer().then(|| u16::try_from(number.to_integer()).ok()).flatten();
        whole.map(u32::from).ok_or_else(|| unreadable(key, "不是自然數", "is not a whole number from zero"))
    }

    /// A duration: `years` and `months`, each with a prefix such as `before_`.
    pub(crate) fn months(&self, prefix: &str) -> Result<u32, Refusal> {
        let years = self.count(&format!("{prefix}years"))?;
        Ok(years * kernel::calendar::MONTHS_A_YEAR + self.count(&format!("{prefix}months"))?)
    }

    /// A yes or no.
    pub(crate) fn yes(&self, key: &str) -> Result<bool, Refusal> {
        match self.values.get(key) {
            None => Ok(false),
            Some(Value::Bool(yes)) => Ok(*yes),
            Some(_) => Err(unreadable(key, "不是true或false", "is neither true nor false")),
        }
    }

    /// One of some words, the first of them if the key is missing.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<T, Refusal> {
        let named = |word: &str| words.iter().find(|(name, _)| *name == word).map(|(_, meant)| *meant);
        let found = match self.values.get(key) {
            None => words.first().map(|(_, meant)| *meant),
            Some(Value::String(word)) => named(word),
            Some(_) => None,
        };
        found.ok_or_else(|| {
            let words = words.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            unreadable(key, &format!("應為下列之一：{words}"), &format!("is none of {words}"))
        })
    }

    /// A list of numbers.
    pub(crate) fn numbers(&self, key: &str) -> Result<Vec<Rational>, Refusal> {
        match self.values.get(key) {
            Some(Value::Array(values)) => values.iter().map(|value| exact(key, value)).collect(),
            _ => Err(unreadable(key, "不是數列", "is not a list of numbers")),
        }
    }

    /// A civil date, `YYYY-MM-DD`.
    pub(crate) fn day(&self, key: &str) -> Result<Option<Date>, Refusal> {
        let Some(value) = self.values.get(key) else { return Ok(None) };
        let format = time::macros::format_description!("[year]-[month]-[day]");
        let day = value.as_str().and_then(|text| Date::parse(text, format).ok());
        day.map(Some).ok_or_else(|| unreadable(key, "不是日期（YYYY-MM-DD）", "is not a date (YYYY-MM-DD)"))
    }

    /// The last day of a ROC year.
    pub(crate) fn roc_year(&self, key: &str) -> Result<Option<Date>, Refusal> {
        if !self.has(key) {
            return Ok(None);
        }
        let year = u16::try_from(self.count(key)?).ok().filter(|year| *year > 0);
        let day = year.and_then(kernel::roc::last_day);
        day.map(Some).ok_or_else(|| unreadable(key, "不是民國年", "is not a ROC year"))
    }
}

/// A number written as JSON number or as text, never through floating point.
fn exact(key: &str, value: &Value) -> Result<Rational, Refusal> {
    let number = match value {
        Value::Number(number) => fact(&number.to_string()),
        Value::String(text) => fact(text),
        _ => None,
    };
    number.ok_or_else(|| unreadable(key, "不是數字，或超出範圍", "is not a number, or beyond all bounds"))
}
