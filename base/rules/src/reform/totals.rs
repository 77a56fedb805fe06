//! What a reform comes to for everybody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Compared, Reform};

/// Sums over a population. Two parts of one can be added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// By year, from the first.
    pub years: Vec<YearTotals>,
    /// People by what the change brings a month on average over the months paid: how many gain or lose less than each edge, and beyond
    /// the last; edges ascend, losses first.
    pub spread: Vec<u64>,
    /// People calculated.
    pub people: u64,
    /// People for whom the law needs a value that is not known, by value.
    pub missing: BTreeMap<String, u64>,
}

/// Sums of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct YearTotals {
    /// People who are paid.
    pub paid: u64,
    /// Paid by the law before, NT dollars.
    pub before: i64,
    /// Paid by the law after, NT dollars.
    pub after: i64,
    /// People who get more.
    pub gain: u64,
    /// People who get less.
    pub lose: u64,
}

impl Totals {
    /// Nothing yet, for the years of a reform and the edges of the spread.
    pub fn new(reform: &Reform, edges: &[i64]) -> Self {
        let years = vec![YearTotals::default(); reform.span().1];
        Self { years, spread: vec![0; edges.len() + 1], ..Self::default() }
    }

    /// Adds one person.
    pub fn add(&mut self, compared: &Compared, edges: &[i64]) {
        self.people += 1;
        for (at, year) in self.years.iter_mut().enumerate() {
            let (before, after) = (compared.before[at], compared.after[at]);
            year.before += before;
            year.after += after;
            year.paid += u64::from(compared.months[at] > 0);
            year.gain += u64::from(after > before);
            year.lose += u64::from(after < before);
        }
        let months: u32 = compared.months.iter().sum();
        if months > 0 {
            let monthly = compared.gain() / i64::from(months);
            self.spread[edges.partition_point(|edge| *edge <= monthly)] += 1;
        }
    }

    /// Adds somebody who could not be calculated because a value is not known.
    pub fn add_missing(&mut self, key: &str) {
        *self.missing.entry(key.to_owned()).or_default() += 1;
    }

    /// Adds another part of the population.
    pub fn merge(&mut self, other: &Self) {
        self.people += other.people;
        for (year, more) in self.years.iter_mut().zip(&other.years) {
            year.paid += more.paid;
            year.before += more.before;
            year.after += more.after;
            year.gain += more.gain;
            year.lose += more.lose;
        }
        for (count, more) in self.spread.iter_mut().zip(&other.spread) {
            *count += more;
        }
        for (key, count) in &other.missing {
            *self.missing.entry(key.clone()).or_default() += count;
        }
    }
}
