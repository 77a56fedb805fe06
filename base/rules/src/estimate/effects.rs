//! What would change an estimate: open points of law answered otherwise.

use std::sync::Arc;

use kernel::Text;
use statute::Edition;
use time::Date;

use super::estimate;
use crate::{Law, Silent, Steps, Stop, facts::Facts};

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
    /// The first month of the pension.
    pub monthly: i64,
}

/// The open points that the calculation meets and that change its figures. `of` reads the law of an edition; whoever asks often keeps
/// what it gave.
///
/// # Errors
/// The law as it is taken gives no figures, or `of` gives no law.
pub fn effects(
    law: &Law,
    of: impl Fn(Edition) -> Result<Arc<Law>, Stop>,
    facts: &Facts,
    until: Date,
) -> Result<Vec<Effect>, Stop> {
    let mut steps = Steps::default();
    estimate(law.of(facts.scheme), facts, until, &mut steps)?;
    let is_met = |name: &str| steps.0.iter().any(|step| step.readings.iter().any(|read| read.name == name));
    let mut effects = Vec::new();
    for (name, point) in statute::readings().filter(|(name, _)| is_met(name)) {
        let mut answers = Vec::new();
        for option in &point.options {
            let choice = format!("{name}/{}", option.name);
            let taken = &law.edition.readings;
            let Some(readings) = taken.clone().choose(&choice) else { continue };
            let other = of(Edition { readings, ..law.edition.clone() })?;
            answers.push(Answered {
                text: Text::new(option.zh.as_str(), option.en.as_str()),
                is_used: taken.takes(&choice),
                figures: figures(&other, facts, until),
            });
        }
        if answers.iter().any(|answer| answer.figures != answers[0].figures) {
            effects.push(Effect { point: name, question: point.question(), answers });
        }
    }
    Ok(effects)
}

fn figures(law: &Law, facts: &Facts, until: Date) -> Result<Figures, Stop> {
    let estimate = estimate(law.of(facts.scheme), facts, until, &mut Silent)?;
    Ok(Figures { once: estimate.once.total(), monthly: estimate.first_monthly() })
}
