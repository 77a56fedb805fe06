//! The pension estimate: facts in, every figure with its steps out. Open to everybody; nothing is read of anybody on file, nothing is kept.

mod chart;
mod example;
mod form;
pub mod json;
mod laws;
mod left;
mod result;
mod steps;
mod words;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use kernel::{Lang, Refusal, Text};
use rules::facts::{Facts, read};
use rules::{Stop, render};
use statute::Readings;
use time::{Date, Duration};
use webkit::{Answer, Form, Link, Page, Sample, Upload, WebError, html, html_with};

use crate::App;
use result::{Outcome, Question, YEARS};
use words::Offered;

/// Largest file that is read at all; a larger one is thrown away.
const UPLOAD_MAX: usize = 1 << 20;
/// Largest file of facts, in bytes: that of a long life stays below a half of it.
const FACTS_MAX: usize = 16 << 10;
/// Most problems told at once.
const TOLD_MAX: usize = 20;
/// A year ahead, in days, as far as a picture goes.
const YEAR: i64 = 365;

/// One row of service or pay: the names of its fields.
pub struct Row {
    kind: String,
    from: String,
    last: String,
    standing: String,
    level: String,
    born: String,
}

fn rows(form: &Form, name: &str) -> Vec<Row> {
    let named = |part: &str, at: usize| format!("{name}_{part}_{at}");
    let row = |at| Row {
        kind: named("kind", at),
        from: named("from", at),
        last: named("last", at),
        standing: named("standing", at),
        level: named("level", at),
        born: named("born", at),
    };
    (0..form::rows(form, name)).map(row).collect()
}

/// What the fields of the form need.
pub struct Fields {
    form: Form,
    offered: Offered,
    service: Vec<Row>,
    pay: Vec<Row>,
    family: Vec<Row>,
}

impl Fields {
    fn new(form: Form) -> Self {
        Self {
            offered: Offered::new(),
            service: rows(&form, "service"),
            pay: rows(&form, "pay"),
            family: rows(&form, "family"),
            form,
        }
    }

    /// Whether one of these fields was filled in or refused, so that it must be seen.
    fn is_used(&self, names: &[&str]) -> bool {
        names.iter().any(|name| !self.form.trimmed(name).is_empty() || self.form.error(name).is_some())
    }

    fn is_special(&self) -> bool {
        self.is_used(&[
            "indigenous",
            "hazardous_voluntary_age",
            "hazardous_mandatory_age",
            "condition",
            "severance",
            "top_step_since",
            "left_on",
            "filed_on",
            "disability_benefit",
            "special_reason",
            "extended",
            "foreign",
            "other_sector_months",
            "private_school_months",
            "more",
        ])
    }

    fn is_saving(&self) -> bool {
        self.is_used(&[
            "deposit_insurance",
            "deposit_lump",
            "insurance_months",
            "insurance_old_months",
            "insurance_credited_months",
            "insurance_lump",
            "insurance_annuity",
        ])
    }

    fn is_family(&self) -> bool {
        self.is_used(&["family_kind_0", "assumed_death"])
    }

    fn is_other_law(&self) -> bool {
        let points = self.offered.points.iter().any(|(field, ..)| !self.form.trimmed(field).is_empty());
        points || self.is_used(&["law", "compare", "day"])
    }
}

/// The form.
#[derive(Template)]
#[template(path = "pension.html")]
pub struct PensionPage {
    page: Page,
    fields: Fields,
    examples: Vec<Link>,
}

impl PensionPage {
    fn new(page: Page, form: Form) -> Self {
        let page = page.titled(title()).checked(&form);
        let examples = example::examples();
        let link =
            |example: &example::Example| Link::new(format!("/pension?example={}", example.name), example.label.clone());
        Self { examples: examples.iter().map(link).collect(), fields: Fields::new(form), page }
    }
}

fn title() -> Text {
    Text::new("退休金試算", "Pension estimate")
}

/// The figures.
#[derive(Template)]
#[template(path = "pension_result.html")]
pub struct PensionResultPage {
    page: Page,
    fields: Fields,
    outcome: Outcome,
}

impl PensionResultPage {
    fn new(page: Page, form: Form, outcome: Outcome) -> Self {
        let page = page.titled(Text::new("試算結果", "Your estimate")).under(Link::new("/pension", title()));
        Self { page, fields: Fields::new(form), outcome }
    }

    /// The names of the payers, in the order of the columns.
    fn payers(&self) -> Vec<Text> {
        chart::PAYERS.iter().map(|payer| chart::payer(*payer).1).collect()
    }
}

/// Reads the form; what is wrong is noted on it.
fn asked(form: &mut Form, today: Date) -> Option<Question> {
    let (law, compare, day) = (form.date("law"), form.date("compare"), form.date("day"));
    let years = form::number(form, "years").unwrap_or(YEARS.0).clamp(1, YEARS.1);
    let died_on = form.date("assumed_death");
    let points: Vec<String> = statute::readings().map(|(name, _)| format!("reading_{name}")).collect();
    // What is no answer was never offered and changes nothing.
    let readings = points
        .iter()
        .fold(Readings::default(), |readings, field| readings.clone().choose(form.trimmed(field)).unwrap_or(readings));
    let facts = form::facts(form)?;
    let until = facts.effective_on.saturating_add(Duration::days(years * YEAR));
    let day = day.unwrap_or_else(|| today.max(facts.effective_on));
    Some(Question { law: law.unwrap_or(today), compare, day, until, readings, died_on, facts })
}

/// The form with an example in it.
fn begun(page: &Page, name: &str) -> Form {
    let examples = example::examples();
    let Some(example) = examples.iter().find(|example| example.name == name) else { return Form::new() };
    let form = read::toml(example.facts).map_or_else(|_| Form::new(), |facts| form::filled(&facts, page));
    let compare = example.compare.and_then(|day| kernel::roc::parse(day).ok().flatten());
    compare.map_or(form.clone(), |day| form.with("compare", page.date(day)))
}

/// `GET /pension?example=`
pub async fn show(page: Page, form: Form) -> Answer {
    let form = begun(&page, form.trimmed("example"));
    html(&PensionPage::new(page, form))
}

/// `POST /pension`: the figures, or the form again with what is wrong, or with more rows.
pub async fn calculate(State(app): State<App>, page: Page, mut form: Form) -> Answer {
    if form.sent("more_service") || form.sent("more_pay") {
        return html(&PensionPage::new(page, form));
    }
    if let Some(question) = asked(&mut form, app.today()) {
        let reader = page.clone();
        let calculated = tokio::task::spawn_blocking(move || Outcome::new(&reader, &question)).await;
        match calculated.map_err(WebError::fault("calculate a pension"))? {
            Ok(outcome) => return html(&PensionResultPage::new(page, form, outcome)),
            Err(stops) => stops.iter().take(TOLD_MAX).for_each(|stop| tell(&mut form, stop)),
        }
    }
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &PensionPage::new(page, form))
}

/// Notes why there is no figure, beside the field it is about.
fn tell(form: &mut Form, stop: &Stop) {
    match stop {
        Stop::Refused(refusal) => form::refuse(form, refusal),
        Stop::Missing(_) => {
            let words = (render::stop(stop, Lang::Zh), render::stop(stop, Lang::En));
            form.refuse(&Refusal::new("pension/value-missing", words.0, words.1));
        }
    }
}

/// `POST /pension/file`: a file of facts fills the form.
pub async fn load(page: Page, mut sent: Upload<UPLOAD_MAX>) -> Answer {
    let file = sent.file("file");
    let read = file.map(|file| facts_of(&file.name, &file.bytes));
    let mut form = match &read {
        Some(Ok(facts)) => return html(&PensionPage::new(page.clone(), form::filled(facts, &page))),
        _ => sent.form,
    };
    if let Some(Err(refusal)) = read {
        form.fault("file", refusal.text);
    }
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &PensionPage::new(page, form))
}

fn facts_of(name: &str, bytes: &[u8]) -> Result<Facts, Refusal> {
    let code = "pension/unreadable";
    if bytes.len() > FACTS_MAX {
        return Err(Refusal::new(code, "檔案太大，最多 16 KB。", "The file is too large. The most is 16 KB."));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Refusal::new(code, "檔案不是 UTF-8 文字。", "The file is not text in UTF-8."))?;
    let is_json = name.rsplit('.').next().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if is_json { read::json(text) } else { read::toml(text) }
}

/// `POST /pension/facts.toml`: what was typed, as a file that can be loaded again.
pub async fn facts(page: Page, mut form: Form) -> Answer {
    match form::facts(&mut form) {
        Some(facts) => {
            let headers = [
                (CONTENT_TYPE, "application/toml; charset=utf-8"),
                (CONTENT_DISPOSITION, "attachment; filename=\"pension-facts.toml\""),
            ];
            Ok((headers, read::to_toml(&facts)).into_response())
        }
        None => html_with(StatusCode::UNPROCESSABLE_ENTITY, &PensionPage::new(page, form)),
    }
}

impl Sample for PensionPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let mut faulty = begun(page, "mandatory").with("more", "x = [");
        let _ = form::facts(&mut faulty);
        let wrong =
            Refusal::new("pension/overlapping-service", "年資重疊，應擇一採計", "Service overlaps").field("service");
        form::refuse(&mut faulty, &wrong);
        let mut empty = Form::new();
        let _ = form::facts(&mut empty);
        vec![
            ("usual", Self::new(page.clone(), Form::new())),
            ("example", Self::new(page.clone(), begun(page, "mandatory"))),
            ("compare", Self::new(page.clone(), begun(page, "amendment"))),
            ("faulty", Self::new(page.clone(), faulty)),
            ("missing", Self::new(page.clone(), empty)),
        ]
    }
}

impl Sample for PensionResultPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let draw = |name: &'static str| {
            let mut form = begun(page, name);
            let question = asked(&mut form, kernel::office_date(page.now))?;
            let outcome = Outcome::new(page, &question).ok()?;
            Some((name, Self::new(page.clone(), form, outcome)))
        };
        ["mandatory", "early", "amendment", "teacher"].into_iter().filter_map(draw).collect()
    }
}
