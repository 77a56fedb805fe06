//! Civil dates as facts write them: `"1964-03-01"` in JSON, and the same or a native date in TOML.

use std::fmt;

use serde::{Deserialize, Deserializer, Serializer, de};
use time::{Date, format_description::well_known::Iso8601};

struct Visit;

impl<'de> de::Visitor<'de> for Visit {
    type Value = Date;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a date like 1964-03-01")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
        Date::parse(text, &Iso8601::DATE).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    /// A native date of TOML arrives as a map with one text.
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Date, A::Error> {
        match map.next_entry::<String, String>()? {
            Some((_, text)) => self.visit_str(&text),
            None => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
        }
    }
}

pub fn serialize<S: Serializer>(date: &Date, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(date)
}

pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Date, D::Error> {
    input.deserialize_any(Visit)
}

/// The same for a date that may be missing.
pub mod optional {
    use super::{Date, Deserialize, Deserializer, Serializer};

    #[derive(Deserialize)]
    struct Wrapped(#[serde(with = "super")] Date);

    pub fn serialize<S: Serializer>(date: &Option<Date>, out: S) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => out.collect_str(date),
            None => out.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Date>, D::Error> {
        Ok(Option::<Wrapped>::deserialize(input)?.map(|wrapped| wrapped.0))
    }
}
