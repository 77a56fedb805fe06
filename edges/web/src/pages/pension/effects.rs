//! What would change the figures: each open point of law under each of its answers.

use kernel::Text;
use rules::{Silent, Stop, estimate, render};
use webkit::Page;

use super::laws;
use super::result::{Question, dollars};
use super::steps::Shown;

/// One answer to an open point.
pub struct Answer {
    /// What it means.
    pub meaning: Text,
    /// Whether the figures above were calculated with it.
    pub is_used: bool,
    /// Paid once, and monthly at first; or why nothing.
    pub gives: Result<(String, String), String>,
}

/// An open point that matters here.
pub struct Effect {
    /// What is asked.
    pub question: Text,
    /// The answers, each with what it gives.
    pub answers: Vec<Answer>,
}

/// The open points that the steps met and under which the figures would be others.
///
/// # Errors
/// A value of law is missing.
pub fn effects(page: &Page, question: &Question, steps: &[Shown]) -> Result<Vec<Effect>, Stop> {
    let is_met = |name: &str| steps.iter().any(|step| step.view.readings.iter().any(|read| read.name == name));
    let mut found = Vec::new();
    for (name, point) in statute::readings().filter(|(name, _)| is_met(name)) {
        let mut outcomes = Vec::new();
        let others: Vec<String> =
            question.readings.iter().filter(|choice| choice.split('/').next() != Some(name)).cloned().collect();
        let own = laws::law(question.law, &question.readings)?;
        for answer in &point.options {
            let choice = format!("{name}/{}", answer.name);
            let is_used = own.edition.readings.takes(&choice);
            let choices: Vec<String> = others.iter().cloned().chain([choice]).collect();
            let law = laws::law(question.law, &choices)?;
            let facts = &question.facts;
            let estimate = estimate::estimate(law.of(facts.scheme), facts, question.until, &mut Silent);
            let gives = match estimate {
                Ok(estimate) => Ok((estimate.once.total(), estimate.first_monthly())),
                Err(stop) => Err(render::stop(&stop, page.lang)),
            };
            outcomes.push((answer, is_used, gives));
        }
        if outcomes.windows(2).any(|pair| pair[0].2 != pair[1].2) {
            let answers = outcomes.into_iter().map(|(answer, is_used, gives)| Answer {
                meaning: Text::new(answer.zh.as_str(), answer.en.as_str()),
                is_used,
                gives: gives.map(|(once, monthly)| (dollars(page.lang, once), dollars(page.lang, monthly))),
            });
            found.push(Effect { question: point.question(), answers: answers.collect() });
        }
    }
    Ok(found)
}
