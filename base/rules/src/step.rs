//! A figure and its reasons are one value: each rule writes a step as it gives its outcome.

use kernel::{Refusal, SourceStatus, Text};
use statute::{Citation, Rational, Readings, Rounding, StatuteFault, Unit, Valued, YearDay};
use time::Date;

/// What a figure is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// Stable name, lower case with hyphens; formulas and JSON use it.
    pub id: &'static str,
    /// The statute's term.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// A figure with what it counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// NT dollars as paid.
    Money(i64),
    /// NT dollars before rounding.
    Dollars(Rational),
    /// A share of a whole, printed as percent.
    Share(Rational),
    /// Base numbers (基數).
    Bases(Rational),
    /// A number without unit.
    Number(Rational),
    /// Calendar days.
    Days(u32),
    /// Calendar months.
    Months(u32),
    /// Whole years.
    Years(u32),
    /// An age in whole years.
    Age(u32),
    /// A civil date.
    Day(Date),
    /// Yes or no.
    Yes(bool),
    /// Words.
    Words(Text),
    /// How something is rounded.
    Rounding(Rounding),
}

/// A legal rule: what is printed of it beside a figure. One for each file of rules.
#[derive(Debug)]
pub struct Rule {
    /// Its path under `base/rules/src` without `.rs`.
    pub id: &'static str,
    /// What it gives.
    pub title: (&'static str, &'static str),
    /// Where it stands, as `act/article/paragraph/subparagraph`, civil servants first.
    pub law: &'static [&'static str],
    /// The calculation in words and signs; `{name}` stands for a figure by its id or by the last part of a value's key,
    /// `{name:plain}` for the same without its unit.
    pub formula: (&'static str, &'static str),
}

impl Rule {
    /// A step of this rule with its outcome.
    pub fn gives(&'static self, outcome: Quantity) -> Step {
        Step { rule: self, given: Vec::new(), used: Vec::new(), rounding: None, readings: Vec::new(), outcome }
    }

    /// The articles it stands in.
    ///
    /// # Panics
    /// If a place is not written as described; a test reads every rule.
    pub fn citations(&self) -> impl Iterator<Item = Citation> {
        self.law.iter().map(|place| Citation::parse(place).unwrap_or_else(|| panic!("{}: {place}", self.id)))
    }
}

/// A fact or an earlier outcome that a step started from.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// What it is.
    pub name: Name,
    /// The figure.
    pub value: Quantity,
}

/// A value of law that a step used.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Path of its file under `law/`.
    pub key: &'static str,
    /// Where it stands.
    pub citation: Citation,
    /// How well its source is known.
    pub status: SourceStatus,
    /// First day it governs.
    pub from: Date,
    /// Promulgation or announcement that set it.
    pub reference: &'static str,
    /// The value.
    pub value: Quantity,
}

/// An open point of law that a step depended on, with the answer taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// The point: `law/readings/<name>.toml`.
    pub name: &'static str,
    /// The answer.
    pub answer: &'static str,
}

/// One rule applied once.
#[derive(Debug, Clone)]
pub struct Step {
    /// The rule.
    pub rule: &'static Rule,
    /// What it started from.
    pub given: Vec<Given>,
    /// The values of law it used.
    pub used: Vec<Used>,
    /// How the outcome was rounded.
    pub rounding: Option<Used>,
    /// Open points whose answer made a difference here.
    pub readings: Vec<Read>,
    /// What came out.
    pub outcome: Quantity,
}

impl Step {
    /// A fact or an earlier outcome.
    #[must_use]
    pub fn given(mut self, name: Name, value: Quantity) -> Self {
        self.given.push(Given { name, value });
        self
    }

    /// A value of law.
    #[must_use]
    pub fn uses<T: Shown>(mut self, value: &Valued<T>) -> Self {
        self.used.push(used(value));
        self
    }

    /// The rounding of the outcome.
    #[must_use]
    pub fn rounded(mut self, rounding: &Valued<Rounding>) -> Self {
        self.rounding = Some(used(rounding));
        self
    }

    /// An open point of law whose answer makes a difference here.
    #[must_use]
    pub fn reads(mut self, readings: &Readings, name: &'static str) -> Self {
        self.readings.push(Read { name, answer: readings.answer(name) });
        self
    }

    /// The figure a formula names: by the id of what was given, or by the last part of the key of a value used.
    pub fn find(&self, id: &str) -> Option<&Quantity> {
        let given = self.given.iter().find(|given| given.name.id == id).map(|given| &given.value);
        let is_named = |used: &&Used| used.key.rsplit('/').next() == Some(id);
        given.or_else(|| self.used.iter().find(is_named).map(|used| &used.value))
    }

    /// Whether everything it used is confirmed, and no open point decided it.
    pub fn is_confirmed(&self) -> bool {
        self.readings.is_empty() && self.used.iter().chain(&self.rounding).all(|used| used.status.is_confirmed())
    }
}

fn used<T: Shown>(valued: &Valued<T>) -> Used {
    let Valued { value, key, unit, citation, status, from, reference } = valued;
    let value = value.shown(*unit);
    Used { key, citation: *citation, status: *status, from: *from, reference, value }
}

/// A value of law that can be printed in a step.
pub trait Shown {
    /// The value as a figure.
    fn shown(&self, unit: Unit) -> Quantity;
}

impl Shown for u32 {
    fn shown(&self, unit: Unit) -> Quantity {
        match unit {
            Unit::Days => Quantity::Days(*self),
            Unit::Months => Quantity::Months(*self),
            Unit::Ages => Quantity::Age(*self),
            _ => Quantity::Years(*self),
        }
    }
}

impl Shown for i64 {
    fn shown(&self, _: Unit) -> Quantity {
        Quantity::Money(*self)
    }
}

impl Shown for Rational {
    fn shown(&self, unit: Unit) -> Quantity {
        match unit {
            Unit::Percent => Quantity::Share(*self),
            Unit::Bases => Quantity::Bases(*self),
            Unit::Dollars => Quantity::Dollars(*self),
            _ => Quantity::Number(*self),
        }
    }
}

impl Shown for Date {
    fn shown(&self, _: Unit) -> Quantity {
        Quantity::Day(*self)
    }
}

impl Shown for Text {
    fn shown(&self, _: Unit) -> Quantity {
        Quantity::Words(self.clone())
    }
}

impl Shown for Rounding {
    fn shown(&self, _: Unit) -> Quantity {
        Quantity::Rounding(*self)
    }
}

impl Shown for YearDay {
    fn shown(&self, _: Unit) -> Quantity {
        Quantity::Words(self.text())
    }
}

/// Where steps are written: kept, or not made at all when only the figure is wanted.
pub trait Ledger {
    /// Writes a step; it is made only if it is kept.
    fn write(&mut self, step: impl FnOnce() -> Step);
}

/// Keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Ledger for Silent {
    #[inline]
    fn write(&mut self, _: impl FnOnce() -> Step) {}
}

/// Keeps every step in the order the rules were applied.
#[derive(Debug, Clone, Default)]
pub struct Steps(pub Vec<Step>);

impl Ledger for Steps {
    fn write(&mut self, step: impl FnOnce() -> Step) {
        let step = step();
        debug_assert!(
            !crate::render::filled(&step, kernel::Lang::Zh).contains('{')
                && !crate::render::filled(&step, kernel::Lang::En).contains('{'),
            "{}: the formula of `{}` names a figure that the step was not given",
            step.rule.id,
            step.rule.title.1,
        );
        self.0.push(step);
    }
}

/// Why there is no figure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Stop {
    /// The facts contradict the law or each other.
    #[error(transparent)]
    Refused(#[from] Box<Refusal>),
    /// A value of law is needed that is not known, or was not in force that day: nothing is guessed in its place.
    #[error("a value of law is missing: {0}")]
    Missing(#[from] StatuteFault),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
