//! What would change an estimate: open points of law answered otherwise, and values that are not confirmed.

use kernel::Text;
use statute::{Edition, StatuteFault};
use time::Date;

use super::{estimate, income_on};
use crate::{Law, Silent, Steps, Stop, Used, facts::Facts};

/// The law under every other answer to an open point, ready for many estimates.
#[derive(Debug, Clone)]
pub struct Alternatives {
    law: Law,
    others: Vec<(&'static str, &'static str, Law)>,
}

/// An open point whose answers give different figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// Its name.
    pub point: &'static str,
    /// What is asked.
    pub question: Text,
    /// Each answer with its figures, in the order of the file.
    pub answers: Vec<Answered>,
}

/// The figures under one answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub text: Text,
    /// Whether the estimate takes it.
    pub is_used: bool,
    /// What it gives, or why nothing.
    pub figures: Result<Figures, Stop>,
}

/// What an estimate comes to, NT dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// What is paid once.
    pub once: i64,
    /// The payment of the day asked for.
    pub monthly: i64,
    /// The lump sum of the survivors, if the facts tell of a death.
    pub survivors: Option<i64>,
}

impl Alternatives {
    /// Loads the law under every other answer.
    ///
    /// # Errors
    /// As [`Law::of_edition`].
    pub fn new(law: &Law) -> Result<Self, StatuteFault> {
        let mut others = Vec::new();
        for (name, point) in statute::readings() {
            for option in &point.options {
                let choice = format!("{name}/{}", option.name);
                let readings = law.edition.readings.clone();
                let Some(readings) = readings.choose(&choice).filter(|_| !law.edition.readings.takes(&choice)) else {
                    continue;
                };
                others.push((
                    name,
                    option.name.as_str(),
                    Law::of_edition(Edition { readings, ..law.edition.clone() })?,
                ));
            }
        }
        Ok(Self { law: law.clone(), others })
    }

    /// The open points that change a figure of somebody, with the figures under each answer.
    ///
    /// # Errors
    /// The law as it is taken gives no figures.
    pub fn effects(&self, facts: &Facts, day: Date) -> Result<Vec<Effect>, Stop> {
        let used = figures(&self.law, facts, day)?;
        let mut effects = Vec::new();
        for (name, point) in statute::readings() {
            let answered = point.options.iter().map(|option| {
                let other =
                    self.others.iter().find(|(point, answer, _)| (*point, *answer) == (name, option.name.as_str()));
                let figures = other.map_or(Ok(used), |(_, _, law)| figures(law, facts, day));
                let text = Text::new(option.zh.as_str(), option.en.as_str());
                Answered { name: option.name.as_str(), text, is_used: other.is_none(), figures }
            });
            let answers: Vec<_> = answered.collect();
            if answers.iter().any(|answer| answer.figures != Ok(used)) {
                effects.push(Effect { point: name, question: point.question(), answers });
            }
        }
        Ok(effects)
    }
}

fn figures(law: &Law, facts: &Facts, day: Date) -> Result<Figures, Stop> {
    let law = law.of(facts.scheme);
    let estimate = estimate(law, facts, facts.effective_on, &mut Silent)?;
    let income = income_on(law, facts, day.max(facts.effective_on), &mut Silent)?;
    Ok(Figures {
        once: estimate.once.total(),
        monthly: income.map_or(0, |income| income.total()),
        survivors: estimate.survivors.map(|left| left.lump),
    })
}

/// The values that steps used and that are not confirmed, each once, in the order of their use.
pub fn unconfirmed(steps: &Steps) -> Vec<&Used> {
    let mut found: Vec<&Used> = Vec::new();
    for used in steps.0.iter().flat_map(|step| step.used.iter().chain(&step.rounding)) {
        let is_known = found.iter().any(|other| other.key == used.key && other.from == used.from);
        if !used.status.is_confirmed() && !is_known {
            found.push(used);
        }
    }
    found
}
