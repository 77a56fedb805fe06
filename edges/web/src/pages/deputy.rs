//! One duty: its deputies in order, who acts, starting and ending by hand.

use crate::App;
use crate::pages::deputies::{mine, sample_file, today_tag};
use crate::pages::deputy_words::{limit_of, power};
use crate::pages::sights;
use crate::refusal::on_form;
use crate::session::Me;
use access::{Action, Deputising, Deputy, DeputyError, DutyFile, NewDeputising};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::Text;
use time::Date;
use webkit::{Answer, Form, Link, Notice, Page, Sample, SummaryRow, Table, WebError, done, html, html_with};

/// The page.
#[derive(Template)]
#[template(path = "deputy.html")]
pub struct DeputyPage {
    page: Page,
    form: Form,
    id: i64,
    facts: Vec<SummaryRow>,
    deputies: Vec<Line>,
    absences: Table,
    /// What was started by hand, in words.
    started: Option<Text>,
}

/// A deputy in the list.
struct Line {
    id: i64,
    first: bool,
    name: String,
    powers: Vec<Text>,
    /// What awards may be approved; none if nothing may be approved.
    limit: Option<Text>,
    warnings: Vec<Text>,
}

impl Line {
    fn new(place: usize, deputy: &Deputy) -> Self {
        let approves = deputy.powers.contains(&Action::ApproveCase);
        Self {
            id: deputy.id,
            first: place == 0,
            name: deputy.name.clone(),
            powers: deputy.powers.iter().map(|action| power(*action)).collect(),
            limit: approves.then(|| limit_of(deputy.outcomes.as_deref())),
            warnings: deputy.warnings.iter().map(|warning| warning.label()).collect(),
        }
    }
}

impl DeputyPage {
    fn new(page: Page, form: Form, file: &DutyFile, agency: &str, today: Date) -> Self {
        let role = file.duty.office.role.label();
        let name = &file.duty.name;
        let title = Text::new(
            format!("{}（{name}）之代理人", role.zh),
            format!("Deputies of {name}, {}", role.en.to_lowercase()),
        );
        let page = page.titled(title).under(parent()).checked(&form);
        let facts = vec![
            SummaryRow::new(Text::new("機關", "Agency"), agency),
            SummaryRow::new(Text::new("職務", "Duty"), role),
            SummaryRow::new(Text::new("本人", "Holder"), name.as_str()),
            SummaryRow::new(Text::new("今日", "Today"), today_tag(file, today)),
        ];
        let deputies = file.deputies.iter().enumerate().map(|(place, deputy)| Line::new(place, deputy)).collect();
        let started = file.started.first().map(|started| started_words(&page, started));
        let absences = super::leave::table(&page, &file.absences);
        Self { facts, deputies, absences, started, id: file.duty.id, form, page }
    }
}

fn parent() -> Link {
    Link::new("/deputies", Text::new("職務代理", "Deputies"))
}

fn started_words(page: &Page, started: &Deputising) -> Text {
    let from = page.date(started.from_on);
    let last = started.until_on.and_then(Date::previous_day).map(|day| page.date(day));
    match last {
        Some(last) => Text::new(
            format!("{from}起至{last}止，事由：{}", started.reason),
            format!("From {from} to {last}: {}", started.reason),
        ),
        None => Text::new(
            format!("{from}起，至人工結束為止，事由：{}", started.reason),
            format!("From {from} until ended by hand: {}", started.reason),
        ),
    }
}

impl Sample for DeputyPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let today = kernel::office_date(page.now);
        let file = sample_file(today);
        let mut by_hand = file.clone();
        by_hand.absences.clear();
        by_hand.started.push(Deputising { id: 1, reason: "公出".into(), from_on: today, until_on: None });
        let mut bare = file.clone();
        bare.deputies.clear();
        let mut faulty = Form::of([("from_on", "115/13/40")]);
        faulty.fault("reason", Text::new("請填寫事由。", "Please give the reason."));
        let draw = |form, file: &DutyFile| Self::new(page.clone(), form, file, "範例市政府人事處", today);
        vec![
            ("usual", draw(Form::new(), &file)),
            ("by_hand", draw(Form::new(), &by_hand)),
            ("bare", draw(Form::new(), &bare)),
            ("faulty", draw(faulty, &file)),
        ]
    }
}

/// `GET /deputies/{office}`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (file, agency) = mine(&app, &me, &id).await?;
    me.looks_at(sights::absences(&file.absences, "職務代理")).await?;
    html(&DeputyPage::new(page, Form::new(), &file, &agency, app.today()))
}

/// `POST /deputies/{office}`: a deputy one place forward, or no longer one; deputising started or ended by hand.
pub async fn act(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, agency) = mine(&app, &me, &id).await?;
    let said = change(&app, &me, &file, &mut form).await?;
    match said {
        Some(words) => Ok(done(&format!("/deputies/{id}"), &Notice::success(words))),
        None => {
            me.looks_at(sights::absences(&file.absences, "職務代理")).await?;
            let again = DeputyPage::new(page, form, &file, &agency, app.today());
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
    }
}

/// Does what the button says; what was done, or nothing with the reason on the form.
async fn change(app: &App, me: &Me, file: &DutyFile, form: &mut Form) -> Result<Option<Text>, WebError> {
    let now = app.now();
    if let Ok(entry) = form.value("up").parse() {
        let moved = access::promote_deputy(&me.db, &file.duty, entry, (me.person, now)).await;
        let said = Text::new("已調整代理順序。", "The order was changed.");
        return told(form, "order deputies", moved.map(|_| said));
    }
    if let Ok(entry) = form.value("end").parse() {
        let ended = access::end_deputy(&me.db, &file.duty, entry, (me.person, now)).await;
        let said = Text::new("已取消指定，立即失其代理權限。", "The deputy was removed at once.");
        return told(form, "end a deputy", ended.map(|_| said));
    }
    if form.sent("stop") {
        let ended = access::end_deputising(&me.db, &file.duty, app.today(), now);
        ended.await.map_err(WebError::fault("end deputising"))?;
        return Ok(Some(Text::new("已結束代理，自即刻起由本人辦理。", "Deputising has ended.")));
    }
    start(app, me, file, form).await
}

async fn start(app: &App, me: &Me, file: &DutyFile, form: &mut Form) -> Result<Option<Text>, WebError> {
    let Some((from_on, until_on)) = super::leave::period(form, app.today(), false) else { return Ok(None) };
    let reason = form.trimmed("reason").to_owned();
    let new = NewDeputising { reason: &reason, from_on, until_on };
    let started = access::start_deputising(&me.db, file, &new, me.person, app.now()).await;
    told(form, "start deputising", started.map(|()| Text::new("已啟動代理。", "Deputising was started.")))
}

/// What was done, or nothing with the refusal on the form.
fn told(form: &mut Form, doing: &'static str, done: Result<Text, DeputyError>) -> Result<Option<Text>, WebError> {
    match done {
        Ok(said) => Ok(Some(said)),
        Err(error) => {
            on_form(form, doing, error)?;
            Ok(None)
        }
    }
}
