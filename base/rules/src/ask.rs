//! A question of a program about one person, and its answer as JSON: the same at the command line, by interface and from the page.

use kernel::{Lang, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};
use statute::{Edition, Readings};
use time::Date;

use crate::estimate::{self, Choice, Difference, Estimate, Side, Survivors, UntilReassessed};
use crate::facts::{Facts, Ground, date, read};
use crate::income::{Income, Payer};
use crate::{Law, Scheme, Steps, Stop, render};

/// What is asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The person.
    pub facts: Facts,
    /// The day whose law is taken; today's if not given.
    #[serde(default, with = "date::optional")]
    pub law: Option<Date>,
    /// A second day: one payment under the law of both days.
    #[serde(default, with = "date::optional")]
    pub compare: Option<Date>,
    /// The payment that is compared; today's, or the first, if not given.
    #[serde(default, with = "date::optional")]
    pub day: Option<Date>,
    /// Last year of the income over the years; every change known if not given.
    #[serde(default)]
    pub until: Option<i32>,
    /// Every kind that may be chosen instead of the one in the facts.
    #[serde(default)]
    pub options: bool,
    /// Other answers to open points, `name/answer`.
    #[serde(default)]
    pub readings: Vec<String>,
}

/// A question in JSON.
///
/// # Errors
/// As [`read::json`].
pub fn question(text: &str) -> Result<Asked, Refusal> {
    read::from_json(text)
}

impl Asked {
    /// The law asked for.
    ///
    /// # Errors
    /// There is no such open point or answer.
    pub fn law(&self, today: Date) -> Result<Law, Stop> {
        let mut readings = Readings::default();
        for choice in &self.readings {
            readings = readings.choose(choice).ok_or_else(|| no_such_reading(choice))?;
        }
        Ok(Law::of_edition(Edition { readings, ..Edition::of(self.law.unwrap_or(today)) })?)
    }

    /// The last day of the income over the years.
    pub fn until(&self) -> Date {
        let new_year = self.until.and_then(|year| Date::from_ordinal_date(year.saturating_add(1), 1).ok());
        new_year.and_then(Date::previous_day).unwrap_or(Date::MAX)
    }
}

fn no_such_reading(choice: &str) -> Refusal {
    let (zh, en) = (format!("沒有「{choice}」這個解釋選項"), format!("There is no reading \"{choice}\""));
    Refusal::new("pension/no-such-reading", zh, en).field("readings")
}

/// The answer: one kind with its steps, every kind that may be chosen, or one payment under two laws.
///
/// # Errors
/// Everything that is wrong with the facts, or why there is no figure.
pub fn answer(asked: &Asked, today: Date) -> Result<Value, Vec<Stop>> {
    let law = asked.law(today).map_err(one)?;
    let facts = &asked.facts;
    let problems = facts.check(law.of(facts.scheme)).map_err(one)?;
    if !problems.is_empty() {
        return Err(problems.into_iter().map(Stop::from).collect());
    }
    if facts.ground == Ground::Death {
        return in_service(&law, facts).map_err(one);
    }
    match asked.compare {
        Some(other) => compared(asked, &law, other, asked.day.unwrap_or(today.max(facts.effective_on))),
        None if asked.options => options(asked, &law),
        None => chosen(asked, &law),
    }
    .map_err(one)
}

fn one(stop: impl Into<Stop>) -> Vec<Stop> {
    vec![stop.into()]
}

/// Why there is no figure: `{refused: [{code, field, citation, zh, en}]}`.
pub fn refused(stops: &[Stop]) -> Value {
    json!({ "refused": stops.iter().map(refusal).collect::<Vec<_>>() })
}

fn refusal(stop: &Stop) -> Value {
    let (code, field, citation) = match stop {
        Stop::Refused(refusal) => (refusal.code, refusal.field.as_deref(), refusal.citation.as_deref()),
        Stop::Missing(_) => ("pension/value-missing", None, None),
    };
    let (zh, en) = (render::stop(stop, Lang::Zh), render::stop(stop, Lang::En));
    json!({ "code": code, "field": field, "citation": citation, "zh": zh, "en": en })
}

fn chosen(asked: &Asked, law: &Law) -> Result<Value, Stop> {
    let facts = &asked.facts;
    let mut steps = Steps::default();
    let estimate = estimate::estimate(law.of(facts.scheme), facts, asked.until(), &mut steps)?;
    let steps = explained(&steps, facts.scheme);
    Ok(json!({ "law": law.edition.law.to_string(), "estimate": estimated(&estimate), "steps": steps }))
}

fn options(asked: &Asked, law: &Law) -> Result<Value, Stop> {
    let options = estimate::options(law.of(asked.facts.scheme), &asked.facts, asked.until())?;
    let answers = options.iter().map(|Choice { benefit, estimate }| {
        let refused = estimate.as_ref().err().map(refusal);
        json!({ "benefit": benefit, "estimate": estimate.as_ref().ok().map(estimated), "refused": refused })
    });
    Ok(json!({ "law": law.edition.law.to_string(), "options": answers.collect::<Vec<_>>() }))
}

fn compared(asked: &Asked, law: &Law, other: Date, day: Date) -> Result<Value, Stop> {
    let facts = &asked.facts;
    let other = Law::of_edition(Edition { law: other, ..law.edition.clone() })?;
    let difference = estimate::difference((law, &other), facts, day)?;
    let until_reassessed = estimate::until_reassessed(&other, &difference, facts, day)?;
    Ok(two_laws((&difference, until_reassessed.as_ref()), (law, &other), facts.scheme, day))
}

fn two_laws(
    (difference, until_reassessed): (&Difference, Option<&UntilReassessed>),
    laws: (&Law, &Law),
    scheme: Scheme,
    day: Date,
) -> Value {
    let side = |law: &Law, side: &Side| {
        let (income, steps) = (side.income.as_ref().map(income), explained(&side.steps, scheme));
        json!({ "law": law.edition.law.to_string(), "income": income, "steps": steps })
    };
    let causes = difference.causes().into_iter().map(|(before, after)| {
        json!({ "before": render::json(before, Some(scheme)), "after": render::json(after, Some(scheme)) })
    });
    let until = until_reassessed.map(|UntilReassessed { paid, words }| {
        json!({ "paid": paid, "zh": words.value.zh, "en": words.value.en, "reference": words.reference })
    });
    json!({
        "paid_for": day.to_string(),
        "before": side(laws.0, &difference.before),
        "after": side(laws.1, &difference.after),
        "causes": causes.collect::<Vec<_>>(),
        "until_reassessed": until,
    })
}

fn explained(steps: &Steps, scheme: Scheme) -> Vec<Value> {
    steps.0.iter().map(|step| render::json(step, Some(scheme))).collect()
}

fn estimated(estimate: &Estimate) -> Value {
    let entitlement = &estimate.entitlement;
    let once = estimate.once;
    let starting = entitlement.starting.map(
        |starting| json!({ "age": starting.age, "on": starting.on.to_string(), "early_months": starting.early_months }),
    );
    json!({
        "credited_months": { "old": entitlement.credited.old, "new": entitlement.credited.new },
        "average_pay": entitlement.average_pay,
        "last_pay": entitlement.last_pay,
        "starting": starting,
        "once": { "old": once.old, "new": once.new, "cash": once.cash, "compensation": once.compensation, "injury": once.injury, "lost": once.lost, "divorce": once.divorce },
        "starts_on": estimate.starts_on.map(|day| day.to_string()),
        "line": estimate.line.iter().map(income).collect::<Vec<_>>(),
        "survivors": estimate.survivors.as_ref().map(left),
    })
}

/// What is left to survivors.
fn left(left: &Survivors) -> Value {
    let each = left.each.iter().map(|due| {
        let annuity = due.annuity.as_ref().ok().map(|annuity| {
            let until = annuity.until.map(|day| day.to_string());
            json!({ "monthly": annuity.monthly, "from": annuity.from.to_string(), "until": until })
        });
        let refused = due.annuity.as_ref().err().map(refusal);
        json!({ "survivor": due.survivor, "share": due.share.to_string(), "lump": due.lump, "annuity": annuity, "refused": refused })
    });
    json!({
        "died_on": left.died_on.to_string(), "pension": left.pension, "one_time": left.one_time, "drawn": left.drawn,
        "lump": left.lump, "each": each.collect::<Vec<_>>(),
    })
}

fn in_service(law: &Law, facts: &Facts) -> Result<Value, Stop> {
    let mut steps = Steps::default();
    let died = estimate::death_in_service(law.of(facts.scheme), facts, &mut steps)?;
    let each = died.each.iter().map(|due| {
        let until = due.until.map(|day| day.to_string());
        json!({ "survivor": due.survivor, "share": due.share.to_string(), "lump": due.lump, "monthly": due.monthly, "until": until })
    });
    let due = died.benefit;
    Ok(json!({
        "law": law.edition.law.to_string(),
        "death": {
            "died_on": died.died_on.to_string(), "average_pay": died.average_pay, "months": due.months, "lump": due.lump, "extra": due.extra,
            "monthly": due.monthly, "monthly_for": due.monthly_for, "minors": due.minors, "funeral": due.funeral,
            "each": each.collect::<Vec<_>>(),
        },
        "steps": explained(&steps, facts.scheme),
    }))
}

fn income(income: &Income) -> Value {
    let taken =
        income.taken.iter().map(|taken| json!({ "why": taken.why, "from": taken.from, "amount": taken.amount }));
    json!({
        "paid_for": income.paid_for.to_string(),
        "total": income.total(),
        "ceiling": income.ceiling,
        "floor": income.floor,
        "bank": income.paid_by(Payer::Bank),
        "old_scheme": income.paid_by(Payer::OldScheme),
        "fund": income.paid_by(Payer::Fund),
        "insurer": income.paid_by(Payer::Insurer),
        "taken": taken.collect::<Vec<_>>(),
        "missing": income.missing.as_ref().map(ToString::to_string),
    })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 23);

    fn asked(more: &str) -> Asked {
        let facts = r#"{"scheme":"civil","born_on":"1958-05-20","effective_on":"2023-07-16","ground":"mandatory","benefit":"monthly",
            "credited":{"old":60,"new":336},"entitled_before_act":false,"pay":{"last":{"amount":48505},"average":47000}}"#;
        question(&format!("{{\"facts\":{facts}{more}}}")).unwrap()
    }

    #[test]
    fn one_kind_every_kind_and_two_laws_are_answered() {
        let one = answer(&asked(""), TODAY).unwrap();
        assert_eq!(one["law"], "2026-11-23");
        assert!(one["estimate"]["line"][0]["total"].as_i64() > Some(0) && !one["steps"].as_array().unwrap().is_empty());
        let every = answer(&asked(r#","options":true"#), TODAY).unwrap();
        assert_eq!(every["options"][1]["benefit"], "monthly");
        let two = answer(&asked(r#","law":"2025-12-27","compare":"2025-12-28","day":"2026-06-01""#), TODAY).unwrap();
        assert!(two["after"]["income"]["total"].as_i64() > two["before"]["income"]["total"].as_i64());
        assert_eq!(two["until_reassessed"]["paid"], two["before"]["income"]["total"]);
    }

    #[test]
    fn a_year_bounds_the_line_and_a_reading_changes_the_law() {
        let short = answer(&asked(r#","until":2023"#), TODAY).unwrap();
        assert_eq!(short["estimate"]["line"].as_array().unwrap().len(), 1);
        let (name, reading) = statute::readings().next().unwrap();
        let choice = format!("{name}/{}", reading.options.last().unwrap().name);
        let law = asked(&format!(r#","readings":["{choice}"]"#)).law(TODAY).unwrap();
        assert!(law.edition.readings.takes(&choice));
    }

    #[test]
    fn what_is_refused_names_its_field_and_code() {
        let unknown = answer(&asked(r#","readings":["no-such/answer"]"#), TODAY).unwrap_err();
        let told = refused(&unknown);
        assert_eq!(told["refused"][0]["field"], "readings");
        let mut wrong = asked("");
        wrong.facts.born_on = date!(2024 - 01 - 01);
        let told = refused(&answer(&wrong, TODAY).unwrap_err());
        assert_eq!(told["refused"][0]["code"], "pension/retired-before-born");
        assert_eq!(told["refused"][0]["field"], "effective_on");
        let unread = question(r#"{"facts":{"scheme":"civil"}}"#).unwrap_err();
        assert_eq!(unread.field.as_deref(), Some("facts.born_on"));
    }
}
