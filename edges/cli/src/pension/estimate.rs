//! `renshi pension estimate`: one person's pension, its steps, and what another law makes of it.

use super::{law, law_of, read, today};
use crate::args::{LawArgs, PensionEstimate};
use kernel::{Lang, roc};
use rules::ask::{self, Asked};
use rules::estimate::{self, Choice, Difference, Estimate, Survivors, UntilReassessed};
use rules::facts::{self, Facts};
use rules::income::{Income, Payer};
use rules::{Law, Step, Steps, Stop, render};
use statute::Edition;
use std::process::ExitCode;
use std::sync::Arc;
use time::{Date, Month};

/// Calculates what the file of facts asks for.
///
/// # Errors
/// The facts or the law asked for cannot be read.
pub fn run(asked: &PensionEstimate) -> Result<ExitCode, String> {
    let law = law(&asked.law)?;
    let facts = facts(asked)?;
    if asked.json {
        return Ok(in_json(asked, facts));
    }
    match facts.check(law.of(facts.scheme)) {
        Ok(problems) if problems.is_empty() => {}
        Ok(problems) => return Ok(refused(&problems.into_iter().map(Stop::from).collect::<Vec<_>>())),
        Err(stop) => return Ok(refused(&[stop])),
    }
    let done = match asked.compare {
        _ if facts.ground == facts::Ground::Death => in_service(&law, &facts),
        Some(other) => compare(asked, &law, &facts, other)?,
        None if asked.options => options(asked, &law, &facts),
        None => one(asked, &law, &facts),
    };
    Ok(done.unwrap_or_else(|stop| refused(&[stop])))
}

fn facts(asked: &PensionEstimate) -> Result<Facts, String> {
    let text = String::from_utf8(read(&asked.facts)?).map_err(|_| "the facts are not UTF-8".to_owned())?;
    let is_json = asked.facts.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let facts = if is_json { facts::read::json(&text) } else { facts::read::toml(&text) };
    facts.map_err(|refusal| format!("`{}`: {}", asked.facts.display(), refusal.text))
}

/// The answer for programs: the same that the interface gives.
fn in_json(options: &PensionEstimate, facts: Facts) -> ExitCode {
    let LawArgs { law, reading } = options.law.clone();
    let PensionEstimate { compare, day, until, options, .. } = *options;
    let asked = Asked { facts, law, compare, day, until: Some(until), options, readings: reading };
    let (answer, code) = match ask::answer(&asked, today()) {
        Ok(answer) => (answer, ExitCode::SUCCESS),
        Err(stops) => (ask::refused(&stops), ExitCode::FAILURE),
    };
    println!("{answer:#}");
    code
}

fn refused(stops: &[Stop]) -> ExitCode {
    stops.iter().for_each(|stop| eprintln!("{}\n  {}", render::stop(stop, Lang::Zh), render::stop(stop, Lang::En)));
    ExitCode::FAILURE
}

fn until(asked: &PensionEstimate) -> Date {
    Date::from_calendar_date(asked.until, Month::December, 31).unwrap_or(Date::MAX)
}

fn one(asked: &PensionEstimate, law: &Law, facts: &Facts) -> Result<ExitCode, Stop> {
    let mut steps = Steps::default();
    let estimate = estimate::estimate(law.of(facts.scheme), facts, until(asked), &mut steps)?;
    println!("依{}之法規計算\n", roc::long(law.edition.law));
    println!("{}", explained(&steps, facts));
    print(&estimate);
    print_effects(law, facts, until(asked))?;
    Ok(ExitCode::SUCCESS)
}

/// The open points under which the figures would be others.
fn print_effects(law: &Law, facts: &Facts, until: Date) -> Result<(), Stop> {
    let of = |edition| Ok(Arc::new(Law::of_edition(edition)?));
    for effect in estimate::effects(law, of, facts, until)? {
        println!("\n條文未明：{}（law/readings/{}.toml）", effect.question.zh, effect.point);
        for answer in effect.answers {
            let figures = match answer.figures {
                Ok(found) => format!("一次{}，第一個月{}", dollars(found.once), dollars(found.monthly)),
                Err(stop) => render::stop(&stop, Lang::Zh),
            };
            println!("　{}：{figures}{}", answer.text.zh, if answer.is_used { "（上面採用）" } else { "" });
        }
    }
    Ok(())
}

fn options(asked: &PensionEstimate, law: &Law, facts: &Facts) -> Result<ExitCode, Stop> {
    let options = estimate::options(law.of(facts.scheme), facts, until(asked))?;
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
        let until_reassessed = estimate::until_reassessed(&other, &difference, facts, day)?;
        let found = (&difference, until_reassessed.as_ref());
        print_difference(found, (law, &other), facts, day);
        Ok(ExitCode::SUCCESS)
    };
    Ok(compared_under())
}

fn print_difference(
    (difference, until_reassessed): (&Difference, Option<&UntilReassessed>),
    laws: (&Law, &Law),
    facts: &Facts,
    day: Date,
) {
    println!("{}應給付之每月退休所得\n", roc::long(day));
    for (law, side) in [(laws.0, &difference.before), (laws.1, &difference.after)] {
        let total = side.income.as_ref().map_or(0, Income::total);
        let ceiling = side.income.as_ref().map(|income| format!("（上限金額{}）", limit(income)));
        println!("　依{}之法規：{}{}", roc::long(law.edition.law), dollars(total), ceiling.unwrap_or_default());
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
    if let Some(UntilReassessed { paid, words }) = until_reassessed {
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
        ("補償金（一次發給）", once.compensation),
        ("因公傷病加發之一次退休金", once.injury),
        ("減：涉貪瀆罪減少", once.lost),
        ("減：離婚配偶分配", once.divorce),
    ] {
        if amount > 0 {
            println!("{name}：{}", dollars(amount));
        }
    }
    if let Some(starts_on) = estimate.starts_on {
        println!("月退休金自{}起", roc::long(starts_on));
    }
    for income in estimate.line.iter().filter(|income| income.due() > 0) {
        println!(
            "　{}起　每月{}（上限金額{}）{}",
            roc::long(income.paid_for),
            dollars(income.total()),
            limit(income),
            payers(income)
        );
        for taken in &income.taken {
            println!("　　減：{}　{}", taken.why.text().zh, dollars(taken.amount));
        }
        if let Some(fault) = &income.missing {
            println!("　　{}", render::stop(&Stop::Missing(fault.clone()), Lang::Zh));
        }
    }
    if let Some(left) = &estimate.survivors {
        print_survivors(left);
    }
    println!();
}

fn print_survivors(left: &Survivors) {
    println!("{}亡故：遺屬一次金{}", roc::long(left.died_on), dollars(left.lump));
    for due in &left.each {
        let annuity = match &due.annuity {
            Ok(annuity) => format!("或遺屬年金每月{}，自{}起", dollars(annuity.monthly), roc::long(annuity.from)),
            Err(stop) => render::stop(stop, Lang::Zh),
        };
        println!("　遺族{}：遺屬一次金{}；{annuity}", due.survivor + 1, dollars(due.lump));
    }
}

fn in_service(law: &Law, facts: &Facts) -> Result<ExitCode, Stop> {
    let mut steps = Steps::default();
    let died = estimate::death_in_service(law.of(facts.scheme), facts, &mut steps)?;
    println!("依{}之法規計算\n\n{}", roc::long(law.edition.law), explained(&steps, facts));
    let due = died.benefit;
    for (name, amount) in [
        ("一次撫卹金", due.lump),
        ("因公加給一次撫卹金", due.extra),
        ("殮葬補助費", due.funeral),
        ("月撫卹金", due.monthly),
        ("未成年子女每月加發", due.minors),
    ] {
        if amount > 0 {
            println!("{name}：{}", dollars(amount));
        }
    }
    for each in &died.each {
        println!("　遺族{}：一次{}，每月{}", each.survivor + 1, dollars(each.lump), dollars(each.monthly));
    }
    Ok(ExitCode::SUCCESS)
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

fn limit(income: &Income) -> String {
    income.ceiling.map_or_else(|| "不適用".to_owned(), dollars)
}

fn dollars(amount: i64) -> String {
    render::figure(&rules::Quantity::Money(amount), Lang::Zh)
}
