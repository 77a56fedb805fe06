//! Steps as JSON.

use kernel::Lang;
use serde_json::{Value, json};
use statute::Citation;

use super::{exact, figure, filled, kind, places};
use crate::{Quantity, Read, Scheme, Step, Used};

/// A step for programs. The shape is stable; keys are added, never renamed:
///
/// ```text
/// rule       path of the rule: "s0080034/a037_replacement_rate"
/// title      {zh, en}
/// formula    {zh, en}, filled in
/// citations  [citation]
/// given      [{name, title: {zh, en}, value: figure}]
/// used       [value of law]
/// rounding   value of law or null
/// readings   [open point] whose answer made a difference
/// outcome    figure
/// confirmed  whether every value is, and no open point decided it
///
/// citation      {act, article, branch, paragraph, subparagraph, item, text: {zh, en}}; 0 where not given
/// value of law  {key, title: {zh, en}, citation, status, confirmed, from: "YYYY-MM-DD", reference, value: figure}
/// open point    {name, answer, question: {zh, en}}
/// figure        {kind, exact, shown: {zh, en}}; `exact` is a number for money, days, months and years, "n" or "n/d" for
///               dollars, shares, bases and numbers, "YYYY-MM-DD" for a date, true or false, {zh, en} for words
/// ```
pub fn json(step: &Step, scheme: Option<Scheme>) -> Value {
    let rule = step.rule;
    let given = step.given.iter().map(|given| {
        let title = both(given.name.zh, given.name.en);
        json!({ "name": given.name.id, "title": title, "value": quantity(&given.value) })
    });
    json!({
        "rule": rule.id,
        "title": both(rule.title.0, rule.title.1),
        "formula": { "zh": filled(step, Lang::Zh), "en": filled(step, Lang::En) },
        "citations": places(step, scheme).map(citation).collect::<Vec<_>>(),
        "given": given.collect::<Vec<_>>(),
        "used": step.used.iter().map(used).collect::<Vec<_>>(),
        "rounding": step.rounding.as_ref().map(used),
        "readings": step.readings.iter().map(read).collect::<Vec<_>>(),
        "outcome": quantity(&step.outcome),
        "confirmed": step.is_confirmed(),
    })
}

fn read(read: &Read) -> Value {
    let question = statute::readings().find(|(name, _)| *name == read.name).map(|(_, point)| point.question());
    let question = question.map(|question| both(&question.zh, &question.en));
    json!({ "name": read.name, "answer": read.answer, "question": question })
}

fn used(used: &Used) -> Value {
    let title = statute::description(used.key);
    json!({
        "key": used.key,
        "title": title.map(|title| both(&title.zh, &title.en)),
        "citation": citation(used.citation),
        "status": used.status.name(),
        "confirmed": used.status.is_confirmed(),
        "from": used.from.to_string(),
        "reference": used.reference,
        "value": quantity(&used.value),
    })
}

fn quantity(quantity: &Quantity) -> Value {
    let shown = json!({ "zh": figure(quantity, Lang::Zh), "en": figure(quantity, Lang::En) });
    json!({ "kind": kind(quantity), "exact": exact(quantity), "shown": shown })
}

fn citation(place: Citation) -> Value {
    json!({
        "act": place.act.folder(),
        "article": place.article,
        "branch": place.branch,
        "paragraph": place.paragraph,
        "subparagraph": place.subparagraph,
        "item": place.item,
        "text": both(&place.to_string(), &place.english()),
    })
}

fn both(zh: &str, en: &str) -> Value {
    json!({ "zh": zh, "en": en })
}
