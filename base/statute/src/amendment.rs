//! Changes to the law that nobody has made yet: what a reform would put in, beside what is in `law/`.

use std::collections::BTreeMap;

use serde::Deserialize;
use time::Date;

use crate::{
    Readings,
    value::{Dated, civil_date, value_file},
};

/// The law to calculate by: as it stood on a day, under chosen readings, with proposed changes.
#[derive(Debug, Clone)]
pub struct Edition {
    /// What came into force later is not known.
    pub law: Date,
    /// Answers to the open points.
    pub readings: Readings,
    /// Proposed changes; they hold as if they were in force.
    pub amendments: Amendments,
}

impl Edition {
    /// The law as it stood on a day, open points answered by default.
    pub fn of(law: Date) -> Self {
        Self { law, readings: Readings::default(), amendments: Amendments::default() }
    }
}

/// Proposed values of law, by key.
#[derive(Debug, Clone, Default)]
pub struct Amendments {
    /// What the proposal is called.
    pub title: String,
    values: BTreeMap<String, Vec<Dated>>,
}

/// Why a file of changes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AmendmentFault {
    /// It is not written as described.
    #[error("the file of changes is not well formed: {0}")]
    Form(#[from] toml::de::Error),
    /// It changes a value that is not in `law/`.
    #[error("change {number}: law/{key}.toml does not exist")]
    NoSuchValue {
        /// Which change, from 1.
        number: usize,
        /// The key as written.
        key: String,
    },
    /// The value does not fit the unit of the file it changes.
    #[error("change {number}: not a value that law/{key}.toml can hold")]
    Misfit {
        /// Which change, from 1.
        number: usize,
        /// The key as written.
        key: String,
    },
    /// A reading that does not exist.
    #[error("there is no reading {0}")]
    NoSuchReading(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    #[serde(default)]
    law: Option<toml::value::Datetime>,
    #[serde(default)]
    readings: Vec<String>,
    #[serde(default, rename = "change")]
    changes: Vec<toml::Table>,
}

impl Edition {
    /// Reads a file of changes: `title`, optionally `law` (the day whose law is changed; `law` given here otherwise), `readings`, and
    /// `[[change]]` with the `key` of a value and an entry as value files write it (`from`, `value` or `pieces` or `csv`, `reference`).
    ///
    /// # Errors
    /// The first thing in the file that cannot be used.
    pub fn parse(text: &str, law: Date) -> Result<Self, AmendmentFault> {
        let file: File = toml::from_str(text)?;
        let law = file.law.as_ref().and_then(civil_date).unwrap_or(law);
        let mut readings = Readings::default();
        for choice in file.readings {
            readings = readings.choose(&choice).ok_or(AmendmentFault::NoSuchReading(choice))?;
        }
        let mut amendments = Amendments { title: file.title, values: BTreeMap::new() };
        for (number, mut change) in (1..).zip(file.changes) {
            let key = change.remove("key").and_then(|key| key.as_str().map(str::to_owned)).unwrap_or_default();
            // Through text: a table that was read already gives its dates as words.
            amendments.add(number, key, &change.to_string())?;
        }
        Ok(Self { law, readings, amendments })
    }

    /// The same edition with one more proposed value, an entry as value files write it.
    ///
    /// # Errors
    /// There is no such value, or it cannot hold the entry.
    pub fn changed(mut self, key: &str, entry: &str) -> Result<Self, AmendmentFault> {
        let number = self.amendments.values.len() + 1;
        self.amendments.add(number, key.to_owned(), entry)?;
        Ok(self)
    }
}

impl Amendments {
    fn add(&mut self, number: usize, key: String, entry: &str) -> Result<(), AmendmentFault> {
        let Some((_, held)) = value_file(&key) else { return Err(AmendmentFault::NoSuchValue { number, key }) };
        let entry: Dated = toml::from_str(entry)?;
        if !entry.fits(held.unit, &key) {
            return Err(AmendmentFault::Misfit { number, key });
        }
        self.values.entry(key).or_default().push(entry);
        Ok(())
    }

    /// Proposed entries of one value.
    pub(crate) fn of(&self, key: &str) -> &[Dated] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    /// Keys of the values that are changed, ascending.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}
