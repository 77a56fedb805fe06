//! One value of law through time.

use time::Date;

use crate::{StatuteFault, Valued, value::Gap};

/// The values under one key, as the law stood on one day.
///
/// An entry governs from its first day on. Where an amendment governs a day that an older enactment had already provided for
/// (附表三 fixed its columns up to 2029 in 2018; the amendment of 2025 froze them), the younger enactment wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series<T> {
    key: &'static str,
    /// Ascending by the day it became law, then by the first day it governs.
    entries: Vec<(Date, Result<Valued<T>, Gap>)>,
}

impl<T> Series<T> {
    pub(crate) fn new(key: &'static str, entries: Vec<(Date, Result<Valued<T>, Gap>)>) -> Self {
        Self { key, entries }
    }

    /// What governs a day.
    ///
    /// # Errors
    /// Nothing was in force that day, or what was is not known.
    pub fn on(&self, on: Date) -> Result<&Valued<T>, StatuteFault> {
        match self.entries.iter().rev().find(|(from, _)| *from <= on) {
            Some((_, Ok(valued))) => Ok(valued),
            Some((_, Err(Gap::Unknown))) => Err(StatuteFault::Unknown { key: self.key.to_owned(), on }),
            Some((_, Err(Gap::Ended))) | None => Err(StatuteFault::NotInForce { key: self.key.to_owned(), on }),
        }
    }

    /// What governs a day, if anything does and it is known.
    pub fn get(&self, on: Date) -> Option<&Valued<T>> {
        self.on(on).ok()
    }

    /// The days on which what governs may change, ascending.
    pub fn changes(&self) -> Vec<Date> {
        let mut days: Vec<Date> = self.entries.iter().map(|(from, _)| *from).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The known values with the first day each governs, as the law stood: for what adds up through time, such as yearly rates. What a younger
    /// entry of the same day took the place of is left out.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (Date, &Valued<T>)> {
        let replaced = |at: usize, from: Date| self.entries.iter().skip(at + 1).any(|(day, _)| *day == from);
        let standing = self.entries.iter().enumerate().filter(move |(at, (from, _))| !replaced(*at, *from));
        standing.filter_map(|(_, (from, valued))| Some((*from, valued.as_ref().ok()?)))
    }

    /// The first day after a day on which what governs may change.
    pub fn next_change(&self, after: Date) -> Option<Date> {
        self.entries.iter().map(|(from, _)| *from).filter(|from| *from > after).min()
    }

    /// Path of the file under `law/`, without `.toml`.
    pub fn key(&self) -> &'static str {
        self.key
    }
}
