//! One payment under two laws: what differs, why, and what is paid until a case has been assessed anew.

use kernel::Text;
use statute::{StatuteFault, Valued};
use time::Date;

use super::income_on;
use crate::{
    Law, Rule, Silent, Step, Steps, Stop,
    facts::Facts,
    income::{self, Income},
};

/// One payment under two laws.
#[derive(Debug, Clone)]
pub struct Difference {
    /// By the law before.
    pub before: Side,
    /// By the law after.
    pub after: Side,
}

/// One payment under one law.
#[derive(Debug, Clone)]
pub struct Side {
    /// The income; `None` if nothing is paid monthly.
    pub income: Option<Income>,
    /// All steps.
    pub steps: Steps,
}

/// What two laws make of one payment.
///
/// # Errors
/// As [`income_on`], under either law.
pub fn difference(laws: (&Law, &Law), facts: &Facts, day: Date) -> Result<Difference, Stop> {
    let side = |law: &Law| {
        let mut steps = Steps::default();
        let income = income_on(law.of(facts.scheme), facts, day, &mut steps)?;
        Ok::<_, Stop>(Side { income, steps })
    };
    Ok(Difference { before: side(laws.0)?, after: side(laws.1)? })
}

impl Difference {
    /// Why the figures differ: the steps of one rule whose values of law are others, before and after, in the order they were applied. The
    /// first step of a rule is held against the first, the second against the second: one law may cut where the other does not.
    pub fn causes(&self) -> Vec<(&Step, &Step)> {
        let is_of = |rule: &'static Rule| move |step: &&Step| std::ptr::eq(step.rule, rule);
        let before = &self.before.steps.0;
        let pairs = before.iter().enumerate().filter_map(|(at, step)| {
            let nth = before[..at].iter().filter(is_of(step.rule)).count();
            Some((step, self.after.steps.0.iter().filter(is_of(step.rule)).nth(nth)?))
        });
        pairs.filter(|(before, after)| before.used != after.used).collect()
    }
}

/// What payers go on paying until a case has been assessed anew under the amendment of 2025, and the letter that says so.
#[derive(Debug, Clone, PartialEq)]
pub struct UntilReassessed {
    /// What is paid meanwhile, NT dollars a month.
    pub paid: i64,
    /// In words, with the letter.
    pub words: Valued<Text>,
}

/// What payers go on paying, where the column of annex 3 is what differs under the later law.
///
/// # Errors
/// As [`income_on`].
pub fn until_reassessed(
    after: &Law,
    difference: &Difference,
    facts: &Facts,
    day: Date,
) -> Result<Option<UntilReassessed>, Stop> {
    let causes = difference.causes();
    let column = causes.iter().flat_map(|(_, after)| &after.used).find(|used| used.key.ends_with(COLUMN));
    let (Some(column), Some(law)) = (column, income::until_reassessed(after)?) else { return Ok(None) };
    let words = match statute::text(&format!("{}/{UNTIL_REASSESSED}", column.citation.act.folder()), day, &[]) {
        // What is paid beyond the year the letter speaks of nobody has said.
        Err(StatuteFault::Unknown { .. }) => return Ok(None),
        words => words?,
    };
    let income = income_on(law.of(facts.scheme), facts, day, &mut Silent)?;
    Ok(income.map(|income| UntilReassessed { paid: income.total(), words }))
}

/// The column of annex 3, in the folder of either act.
const COLUMN: &str = "a037/column";
/// What is paid until a case has been re-assessed, in the folder of either act.
const UNTIL_REASSESSED: &str = "a037/until-reassessed";
