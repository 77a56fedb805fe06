//! What a calculation comes to, in the order a reader asks: what do I get, how does it go on, what else could I choose, what would change it.

use kernel::{Lang, Text};
use rules::estimate::{self, Difference, Estimate, Horizon, Row, UntilReassessed};
use rules::facts::Facts;
use rules::income::Income;
use rules::render;
use rules::{Law, Quantity, SchemeLaw, Step, Steps, Stop};
use statute::{Edition, Readings};
use time::Date;
use webkit::Page;

use super::chart::{self, Chart, PAYERS};
use super::laws::law as law_of;
use super::left::{self, Left};
use super::steps::{self, Shown};

/// Years that are looked ahead unless the reader says otherwise, and most.
pub const YEARS: (i64, i64) = (25, 60);

/// What is asked about one person.
#[derive(Clone)]
pub struct Question {
    /// The person.
    pub facts: Facts,
    /// The day whose law is taken.
    pub law: Date,
    /// Another day, to compare with.
    pub compare: Option<Date>,
    /// The payment that is compared.
    pub day: Date,
    /// Last day looked at.
    pub until: Date,
    /// Other answers to open points.
    pub readings: Readings,
    /// A day of death, to see what survivors could choose between.
    pub died_on: Option<Date>,
}

/// An amount with the step that gave it.
pub struct Figure {
    /// What it is.
    pub name: Text,
    /// In words, with its unit.
    pub amount: String,
    /// The step.
    pub steps: Vec<Shown>,
}

/// The income from one day on.
pub struct Stretch {
    /// First day.
    pub from: String,
    /// All of it.
    pub total: String,
    /// What each payer pays, in the order of the picture.
    pub parts: Vec<String>,
    /// The ceiling; a dash where none holds.
    pub ceiling: String,
    /// What is not known here.
    pub missing: Option<String>,
    /// All steps of this payment.
    pub steps: Vec<Shown>,
}

/// One choice beside the others.
pub struct Offer {
    /// First day of retirement.
    pub on: String,
    /// Why that day.
    pub when: Text,
    /// Kind.
    pub kind: Text,
    /// Whether it is the one in the facts.
    pub is_chosen: bool,
    /// What it gives, or why nothing.
    pub gives: Result<Gives, String>,
}

/// What a choice gives.
pub struct Gives {
    /// Paid once.
    pub once: String,
    /// All of it in the time looked at.
    pub total: String,
    /// First monthly payment and its day; none if nothing is paid monthly.
    pub monthly: Option<(String, String)>,
    /// The steps that are others than those of the choice in the facts.
    pub steps: Vec<Shown>,
    /// What survivors could choose between; none if no death is assumed.
    pub left: Option<Result<Left, String>>,
}

/// One payment under one of two laws.
pub struct Side {
    /// Day of the law.
    pub law: String,
    /// What is paid.
    pub total: String,
    /// The ceiling.
    pub ceiling: String,
    /// All steps.
    pub steps: Vec<Shown>,
}

/// One payment under two laws.
pub struct Compared {
    /// Day of the payment.
    pub day: String,
    /// Before and after.
    pub sides: [Side; 2],
    /// The steps whose values of law are others: before and after.
    pub causes: Vec<[Shown; 2]>,
    /// What is paid until a case is assessed anew: amount, words, reference.
    pub until_reassessed: Option<(String, Text, &'static str)>,
}

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

/// All of it.
pub struct Outcome {
    /// The day whose law was taken.
    pub law: String,
    /// The kind calculated.
    pub kind: Text,
    /// The figures of the choice.
    pub figures: Vec<Figure>,
    /// All steps of the choice.
    pub steps: Vec<Shown>,
    /// The picture.
    pub chart: Option<Chart>,
    /// The same as a table.
    pub line: Vec<Stretch>,
    /// What else may be chosen.
    pub offers: Vec<Offer>,
    /// What is not confirmed.
    pub doubts: Vec<(render::UsedView, String)>,
    /// Two laws.
    pub compared: Option<Compared>,
    /// What would change it.
    pub effects: Vec<Effect>,
    /// The last day looked at.
    pub until: String,
    /// The day of death that is assumed, if one is.
    pub died_on: Option<String>,
}

impl Outcome {
    /// Calculates everything the page shows.
    ///
    /// # Errors
    /// All that is wrong with the facts, or why there is no figure.
    pub fn new(page: &Page, question: &Question) -> Result<Self, Vec<Stop>> {
        let law = law_of(question.law, &question.readings).map_err(|stop| vec![stop])?;
        let facts = &question.facts;
        let problems = facts.check(law.of(facts.scheme)).map_err(|stop| vec![stop])?;
        if problems.is_empty() {
            Self::calculated(page, question, &law).map_err(|stop| vec![stop])
        } else {
            Err(problems.into_iter().map(Stop::from).collect())
        }
    }

    fn calculated(page: &Page, question: &Question, law: &Law) -> Result<Self, Stop> {
        let facts = &question.facts;
        let own = law.of(facts.scheme);
        let mut ledger = Steps::default();
        let estimate = estimate::estimate(own, facts, question.until, &mut ledger)?;
        let steps = steps::shown(&ledger, facts.scheme, page.lang);
        let line =
            estimate.line.iter().map(|income| stretch(page, own, facts, income)).collect::<Result<Vec<_>, _>>()?;
        let doubts = steps::doubts(line.iter().flat_map(|stretch| &stretch.steps).chain(&steps));
        Ok(Self {
            law: page.date(law.edition.law),
            kind: facts.benefit.text(),
            figures: figures(page, &estimate, &ledger, facts),
            chart: chart::draw(page, &estimate.line, question.until),
            line,
            offers: offers(page, own, question, &steps)?,
            doubts,
            compared: question.compare.map(|other| compared(page, law, question, other)).transpose()?,
            effects: effects(page, law, question)?,
            until: page.date(question.until),
            died_on: question.died_on.map(|day| page.date(day)),
            steps,
        })
    }
}

/// The open points under which the figures would be others.
fn effects(page: &Page, law: &Law, question: &Question) -> Result<Vec<Effect>, Stop> {
    let of = |edition: Edition| law_of(edition.law, &edition.readings);
    let answer = |answered: estimate::Answered| Answer {
        meaning: answered.text,
        is_used: answered.is_used,
        gives: answered
            .figures
            .map(|found| (dollars(page.lang, found.once), dollars(page.lang, found.monthly)))
            .map_err(|stop| render::stop(&stop, page.lang)),
    };
    let found = estimate::effects(law, of, &question.facts, question.until)?.into_iter();
    Ok(found
        .map(|effect| Effect { question: effect.question, answers: effect.answers.into_iter().map(answer).collect() })
        .collect())
}

/// An amount with its unit.
pub fn dollars(lang: Lang, amount: i64) -> String {
    render::figure(&Quantity::Money(amount), lang)
}

/// The first payment of the pension itself: what comes before it is interest.
fn first(estimate: &Estimate) -> Option<&Income> {
    let is_first = |income: &&Income| estimate.starts_on.is_none_or(|day| income.paid_for >= day);
    estimate.line.iter().find(is_first).filter(|income| income.total() > 0)
}

/// What is paid once and what monthly at first, each with its step.
fn figures(page: &Page, estimate: &Estimate, ledger: &Steps, facts: &Facts) -> Vec<Figure> {
    let once = estimate.once;
    let named = [
        (Text::new("一次給付：退撫新制實施前年資", "Once, for old-scheme service"), once.old),
        (Text::new("一次給付：退撫新制實施後年資", "Once, for new-scheme service"), once.new),
        (Text::new("其他現金給與補償金", "Compensation for other cash"), once.cash),
        (Text::new("一次補償金", "Compensation paid at once"), once.compensation),
        (Text::new("因公傷病加發之一次退休金", "Lump sum on top, by injury on duty"), once.injury),
    ];
    let monthly = first(estimate).map(|income| {
        let from = page.date(income.paid_for);
        (Text::new(format!("每月（自{from}起）"), format!("A month, from {from}")), income.total())
    });
    let paid = named.into_iter().filter(|(_, amount)| *amount > 0).chain(monthly);
    paid.map(|(name, amount)| figure(page, name, amount, ledger, facts)).collect()
}

fn figure(page: &Page, name: Text, amount: i64, ledger: &Steps, facts: &Facts) -> Figure {
    let step = ledger.0.iter().rev().find(|step| step.outcome == Quantity::Money(amount));
    let steps = step.map(|step| steps::one(render::view(step, Some(facts.scheme), page.lang)));
    Figure { name, amount: dollars(page.lang, amount), steps: steps.into_iter().collect() }
}

fn stretch(page: &Page, law: &SchemeLaw, facts: &Facts, income: &Income) -> Result<Stretch, Stop> {
    let mut ledger = Steps::default();
    estimate::income_on(law, facts, income.paid_for, &mut ledger)?;
    Ok(Stretch {
        from: page.date(income.paid_for),
        total: dollars(page.lang, income.total()),
        parts: PAYERS.map(|payer| dollars(page.lang, income.paid_by(payer))).into(),
        ceiling: ceiling(page, income),
        missing: income.missing.clone().map(|fault| render::stop(&Stop::Missing(fault), page.lang)),
        steps: steps::shown(&ledger, facts.scheme, page.lang),
    })
}

fn ceiling(page: &Page, income: &Income) -> String {
    chart::ceiling(income).map_or_else(|| "—".to_owned(), |amount| dollars(page.lang, amount))
}

fn offers(page: &Page, law: &SchemeLaw, question: &Question, own: &[Shown]) -> Result<Vec<Offer>, Stop> {
    let horizon = Horizon { until: question.until, died_on: question.died_on };
    let rows = estimate::table(law, &question.facts, horizon)?;
    Ok(rows.iter().map(|row| offer(page, law, question, row, own)).collect())
}

fn offer(page: &Page, law: &SchemeLaw, question: &Question, row: &Row, own: &[Shown]) -> Offer {
    let facts = Facts { benefit: row.benefit, ..row.candidate.facts.clone() };
    let asked = &question.facts;
    Offer {
        on: page.date(row.candidate.on),
        when: row.candidate.when.text(),
        kind: row.benefit.text(),
        is_chosen: (row.benefit, row.candidate.on) == (asked.benefit, asked.effective_on),
        gives: match &row.outcome {
            Ok(outcome) => Ok(gives(page, law, (&facts, question), outcome, own)),
            Err(stop) => Err(render::stop(stop, page.lang)),
        },
    }
}

fn gives(
    page: &Page,
    law: &SchemeLaw,
    (facts, question): (&Facts, &Question),
    outcome: &estimate::Outcome,
    own: &[Shown],
) -> Gives {
    let mut ledger = Steps::default();
    // It was calculated without steps a moment ago: it cannot stop now.
    let _ = estimate::estimate(law, facts, question.until, &mut ledger);
    let steps = steps::shown(&ledger, facts.scheme, page.lang);
    Gives {
        once: dollars(page.lang, outcome.once),
        total: dollars(page.lang, outcome.total),
        monthly: first(&outcome.estimate)
            .map(|income| (dollars(page.lang, income.total()), page.date(income.paid_for))),
        steps: steps.into_iter().filter(|step| !own.contains(step)).collect(),
        left: question.died_on.map(|day| left::left(page, law, facts, day)),
    }
}

fn compared(page: &Page, law: &Law, question: &Question, other: Date) -> Result<Compared, Stop> {
    let facts = &question.facts;
    let days = (other.min(law.edition.law), other.max(law.edition.law));
    let (before, after) = (law_of(days.0, &question.readings)?, law_of(days.1, &question.readings)?);
    let difference = estimate::difference((&before, &after), facts, question.day)?;
    let until_reassessed = estimate::until_reassessed(&after, &difference, facts, question.day)?;
    let side = |law: &Law, side: &estimate::Side| Side {
        law: page.date(law.edition.law),
        total: dollars(page.lang, side.income.as_ref().map_or(0, Income::total)),
        ceiling: side.income.as_ref().map_or_else(|| "—".to_owned(), |income| ceiling(page, income)),
        steps: steps::shown(&side.steps, facts.scheme, page.lang),
    };
    Ok(Compared {
        day: page.date(question.day),
        sides: [side(&before, &difference.before), side(&after, &difference.after)],
        causes: causes(page, &difference, facts),
        until_reassessed: until_reassessed
            .map(|UntilReassessed { paid, words }| (dollars(page.lang, paid), words.value, words.reference)),
    })
}

fn causes(page: &Page, difference: &Difference, facts: &Facts) -> Vec<[Shown; 2]> {
    let shown = |step: &Step| steps::one(render::view(step, Some(facts.scheme), page.lang));
    difference.causes().into_iter().map(|(before, after)| [shown(before), shown(after)]).collect()
}
