//! `renshi pension estimate`: one person's pension, its steps, and what another law makes of it.

use super::{law, law_of, read, today};
use crate::args::PensionEstimate;
use kernel::{Lang, roc};
use rules::estimate::{self, Choice, Difference, Estimate, Provisional};
use rules::facts::Facts;
use rules::income::{Income, Payer};
use rules::{Law, Step, Steps, Stop, render};
use serde_json::{Value, json};
use statute::Edition;
use std::process::ExitCode;
use time::{Date, Month};

/// Calculates what the file of facts asks for.
///
/// # Errors
/// The facts or the law asked for cannot be read.
pub fn run(asked: &PensionEstimate) -> Result<ExitCode, String> {
    let law = law(&asked.law)?;
    let facts = facts(asked)?;
    match facts.check(law.of(facts.scheme)) {
        Ok(problems) if problems.is_empty() => {}
        Ok(problems) => return Ok(refused(asked, &problems.into_iter().map(Stop::from).collect::<Vec<_>>())),
        Err(stop) => return Ok(refused(asked, &[stop])),
    }
    let done = match asked.compare {
        Some(other) => compare(asked, &law, &facts, other)?,
        None if asked.options => options(asked, &law, &facts),
        None => one(asked, &law, &facts),
    };
    Ok(done.unwrap_or_else(|stop| refused(asked, &[stop])))
}

fn facts(asked: &PensionEstimate) -> Result<Facts, String> {
    let text = String::from_utf8(read(&asked.facts)?).map_err(|_| "the facts are not UTF-8".to_owned())?;
    let is_json = asked.facts.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let facts = match is_json {
        true => serde_json::from_str(&text).map_err(|error| error.to_string()),
        false => toml::from_str(&text).map_err(|error| error.to_string()),
    };
    facts.map_err(|error| format!("`{}`: {error}", asked.facts.display()))
}

fn refused(asked: &PensionEstimate, stops: &[Stop]) -> ExitCode {
    if asked.json {
        let told =
            stops.iter().map(|stop| json!({ "zh": render::stop(stop, Lang::Zh), "en": render::stop(stop, Lang::En) }));
        println!("{:#}", json!({ "refused": told.collect::<Vec<_>>() }));
    } else {
        stops.iter().for_each(|stop| eprintln!("{}\n  {}", render::stop(stop, Lang::Zh), render::stop(stop, Lang::En)));
    }
    ExitCode::FAILURE
}

fn until(asked: &PensionEstimate) -> Date {
    Date::from_calendar_date(asked.until, Month::December, 31).unwrap_or(Date::MAX)
}

fn one(asked: &PensionEstimate, law: &Law, facts: &Facts) -> Result<ExitCode, Stop> {
    let mut steps = Steps::default();
    let estimate = estimate::estimate(law.of(facts.scheme), facts, until(asked), &mut steps)?;
    if asked.json {
        let steps: Vec<Value> = steps.0.iter().map(|step| render::json(step, Some(facts.scheme))).collect();
        println!("{:#}", json!({ "law": law.edition.law.to_string(), "estimate": answer(&estimate), "steps": steps }));
    } else {
        println!("依{}之法規計算\n", roc::long(law.edition.law));
        println!("{}", explained(&steps, facts));
        print(&estimate);
    }
    Ok(ExitCode::SUCCESS)
}

fn options(asked: &PensionEstimate, law: &Law, facts: &Facts) -> Result<ExitCode, Stop> {
    let options = estimate::options(law.of(facts.scheme), facts, until(asked))?;
    if asked.json {
        let answers: Vec<Value> = options
            .iter()
            .map(|Choice { benefit, estimate }| {
                let refused = estimate.as_ref().err().map(|stop| render::stop(stop, Lang::Zh));
                json!({ "benefit": benefit, "estimate": estimate.as_ref().ok().map(answer), "refused": refused })
            })
            .collect();
        println!("{:#}", json!({ "law": law.edition.law.to_string(), "options": answers }));
        return Ok(ExitCode::SUCCESS);
    }
    for Choice { benefit, estimate } in &options {
        println!("【{}】", benefit.text().zh);
        match estimate {
            Ok(estimate) => print(estimate),
            Err(stop) => println!("{}\n", render::stop(stop, Lang::Zh)),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn compare(asked: &PensionEstimate, law: &Law, facts: &Facts, other: Date) -> Result<Result<ExitCode, Stop>, String> {
    let other = law_of(Edition { law: other, ..law.edition.clone() })?;
    let day = asked.day.unwrap_or_else(|| today().max(facts.effective_on));
    let compared_under = || {
        let difference = estimate::difference((law, &other), facts, day)?;
        let provisional = estimate::provisional(&other, &difference, facts, day)?;
        let found = (&difference, provisional.as_ref());
        match asked.json {
            true => println!("{:#}", compared(found, (law, &other), facts, day)),
            false => print_difference(found, (law, &other), facts, day),
        }
        Ok(ExitCode::SUCCESS)
    };
    Ok(compared_under())
}

fn compared(
    (difference, provisional): (&Difference, Option<&Provisional>),
    laws: (&Law, &Law),
    facts: &Facts,
    day: Date,
) -> Value {
    let side = |law: &Law, side: &estimate::Side| {
        let steps: Vec<Value> = side.steps.0.iter().map(|step| render::json(step, Some(facts.scheme))).collect();
        json!({ "law": law.edition.law.to_string(), "income": side.income.as_ref().map(income), "steps": steps })
    };
    let causes = difference.causes().into_iter().map(|(before, after)| {
        json!({ "before": render::json(before, Some(facts.scheme)), "after": render::json(after, Some(facts.scheme)) })
    });
    let until = provisional.map(|Provisional { paid, words }| {
        json!({ "paid": paid, "zh": words.value.zh, "en": words.value.en, "reference": words.reference })
    });
    json!({
        "paid_for": day.to_string(), "before": side(laws.0, &difference.before), "after": side(laws.1, &difference.after),
        "causes": causes.collect::<Vec<_>>(), "until_reassessed": until,
    })
}

fn print_difference(
    (difference, provisional): (&Difference, Option<&Provisional>),
    laws: (&Law, &Law),
    facts: &Facts,
    day: Date,
) {
    println!("{}應給付之每月退休所得\n", roc::long(day));
    for (law, side) in [(laws.0, &difference.before), (laws.1, &difference.after)] {
        let total = side.income.as_ref().map_or(0, Income::total);
        let ceiling = side.income.as_ref().map_or(0, |income| income.ceiling);
        println!("　依{}之法規：{}（上限金額{}）", roc::long(law.edition.law), dollars(total), dollars(ceiling));
    }
    let causes = difference.causes();
    if causes.is_empty() {
        println!("\n兩者適用之法定數值相同。");
    }
    for (before, after) in causes {
        let views = [before, after].map(|step| render::view(step, Some(facts.scheme), Lang::Zh));
        println!("\n差異來自「{}」（{}）", views[1].title, views[1].articles.join("、"));
        for (view, law) in views.iter().zip([laws.0, laws.1]) {
            println!("　{}：{}，{}", roc::long(law.edition.law), view.formula, view.outcome);
            for value in changed(before, after, view) {
                println!("　　{}：{}（自{}起；{}）", value.name, value.value, value.from, value.reference);
            }
        }
    }
    if let Some(Provisional { paid, words }) = provisional {
        println!("\n重新審定前，發放機關仍按{}發給。", dollars(*paid));
        println!("{}\n（{}）", words.value.zh, words.reference);
    }
    for (law, side) in [(laws.0, &difference.before), (laws.1, &difference.after)] {
        println!("\n──── 依{}之法規，逐步計算 ────\n{}", roc::long(law.edition.law), explained(&side.steps, facts));
    }
}

/// Of the values a step used those that are others than under the other law.
fn changed<'a>(before: &Step, after: &Step, view: &'a render::View) -> impl Iterator<Item = &'a render::UsedView> {
    let same: Vec<&str> = before.used.iter().filter(|used| after.used.contains(used)).map(|used| used.key).collect();
    view.used.iter().filter(move |used| !same.contains(&used.key))
}

fn explained(steps: &Steps, facts: &Facts) -> String {
    let views: Vec<_> = steps.0.iter().map(|step| render::view(step, Some(facts.scheme), Lang::Zh)).collect();
    render::text(&views, Lang::Zh)
}

fn print(estimate: &Estimate) {
    let once = estimate.once;
    for (name, amount) in [
        ("一次退休金（退撫新制實施前年資）", once.old),
        ("一次退休金（退撫新制實施後年資）", once.new),
        ("其他現金給與補償金", once.cash),
    ] {
        if amount > 0 {
            println!("{name}：{}", dollars(amount));
        }
    }
    if let Some(starts_on) = estimate.starts_on {
        println!("月退休金自{}起", roc::long(starts_on));
    }
    for income in estimate.line.iter().filter(|income| income.total() > 0) {
        println!(
            "　{}起　每月{}（上限金額{}）{}",
            roc::long(income.paid_for),
            dollars(income.total()),
            dollars(income.ceiling),
            payers(income)
        );
        if let Some(fault) = &income.missing {
            println!("　　{}", render::stop(&Stop::Missing(fault.clone()), Lang::Zh));
        }
    }
    println!();
}

fn payers(income: &Income) -> String {
    let parts = Payer::ALL.iter().filter(|payer| income.paid_by(**payer) > 0);
    parts.map(|payer| format!("　{}{}", payer_name(*payer), dollars(income.paid_by(*payer)))).collect()
}

fn payer_name(payer: Payer) -> &'static str {
    match payer {
        Payer::Bank => "優存利息",
        Payer::OldScheme => "舊制",
        Payer::Fund => "新制",
        Payer::Insurer => "保險年金",
    }
}

fn answer(estimate: &Estimate) -> Value {
    let entitlement = &estimate.entitlement;
    let once = estimate.once;
    json!({
        "credited_months": { "old": entitlement.credited.old, "new": entitlement.credited.new },
        "average_pay": entitlement.average_pay,
        "last_pay": entitlement.last_pay,
        "starting": entitlement.starting.map(|s| json!({ "age": s.age, "on": s.on.to_string(), "early_months": s.early_months })),
        "once": { "old": once.old, "new": once.new, "cash": once.cash },
        "starts_on": estimate.starts_on.map(|day| day.to_string()),
        "line": estimate.line.iter().map(income).collect::<Vec<_>>(),
    })
}

fn income(income: &Income) -> Value {
    json!({
        "paid_for": income.paid_for.to_string(),
        "total": income.total(),
        "ceiling": income.ceiling,
        "floor": income.floor,
        "bank": income.paid_by(Payer::Bank),
        "old_scheme": income.paid_by(Payer::OldScheme),
        "fund": income.paid_by(Payer::Fund),
        "insurer": income.paid_by(Payer::Insurer),
        "missing": income.missing.as_ref().map(ToString::to_string),
    })
}

fn dollars(amount: i64) -> String {
    render::figure(&rules::Quantity::Money(amount), Lang::Zh)
}
