//! 請假: one's own leave, and for whoever keeps deputies that of the agency. Leave starts deputising, and its end ends it.

use crate::pages::deputy_new::{chosen, find, people};
use crate::pages::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::{Absence, AbsenceKind, Action, NewAbsence};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{PersonId, Text};
use personnel::Person;
use time::Date;
use webkit::{
    Answer, Cell, Choice, Form, Link, Notice, Page, Sample, Table, Tag, Tone, WebError, done, html, html_with,
};

/// The page, for oneself or for an agency.
#[derive(Template)]
#[template(path = "leave.html")]
pub struct LeavePage {
    page: Page,
    form: Form,
    /// Where the forms go: `/leave` or `/deputies/leave`.
    base: &'static str,
    /// Whether it is about other people.
    of_agency: bool,
    people: Vec<Choice>,
    kinds: Vec<Choice>,
    table: Table,
    /// Leave that can be ended.
    open: Vec<Choice>,
    /// Acts of deputies not seen yet.
    fresh: usize,
}

/// What the page shows.
struct Shown<'a> {
    absences: &'a [Absence],
    found: &'a [Person],
    fresh: usize,
}

impl LeavePage {
    fn new(page: Page, form: Form, of_agency: bool, shown: &Shown<'_>) -> Self {
        let (base, title) = if of_agency {
            ("/deputies/leave", Text::new("登記請假", "Leave of the agency's people"))
        } else {
            ("/leave", Text::new("請假與代理", "Leave and deputies"))
        };
        let parent = match of_agency {
            true => Link::new("/deputies", Text::new("職務代理", "Deputies")),
            false => Link::new("/mydata", Text::new("我的資料", "MyData")),
        };
        let page = page.titled(title).under(parent).checked(&form);
        let table = table(&page, shown.absences);
        let line = |absence: &Absence| {
            let (from, last) = days(&page, absence);
            let kind = absence.kind.label();
            Choice::new(
                absence.id,
                Text::new(
                    format!("{}　{}　{from}至{last}", absence.name, kind.zh),
                    format!("{}: {}, {from} to {last}", absence.name, kind.en),
                ),
            )
        };
        let open = shown.absences.iter().map(line).collect();
        let kinds = AbsenceKind::ALL.map(|kind| Choice::new(kind.code(), kind.label())).into();
        Self { people: people(shown.found), fresh: shown.fresh, base, of_agency, kinds, table, open, form, page }
    }
}

/// First and last day, worded.
fn days(page: &Page, absence: &Absence) -> (String, String) {
    (page.date(absence.from_on), page.date(absence.until_on.previous_day().unwrap_or(absence.until_on)))
}

/// A table of leave.
pub fn table(page: &Page, absences: &[Absence]) -> Table {
    let heads = vec![
        Text::new("姓名", "Name"),
        Text::new("事由", "Why"),
        Text::new("起日", "First day"),
        Text::new("迄日（含）", "Last day"),
        Text::new("狀態", "State"),
    ];
    let today = kernel::office_date(page.now);
    let mut table = Table::new(Text::new("已登記之請假", "Leave on file"), heads)
        .when_empty(Text::new("沒有登記中的請假。", "No leave is on file."));
    for absence in absences {
        let (from, last) = days(page, absence);
        let state = match absence.covers(today) {
            true => Tag::new(Tone::Waiting, Text::new("請假中", "Away")),
            false => Tag::new(Tone::Plain, Text::new("尚未開始", "To come")),
        };
        let cells = vec![
            absence.name.as_str().into(),
            absence.kind.label().into(),
            Cell::Code(from),
            Cell::Code(last),
            state.into(),
        ];
        table.row(absence.id, &absence.name, cells);
    }
    table
}

/// The period of a form, from the first day until, not including, the day after the last; the last day may be left open if it need not
/// be given. Nothing with the reason on the form.
pub fn period(form: &mut Form, today: Date, must_end: bool) -> Option<(Date, Option<Date>)> {
    let from_on = if form.trimmed("from_on").is_empty() { Some(today) } else { day(form, "from_on") };
    if !must_end && form.trimmed("until_on").is_empty() {
        return Some((from_on?, None));
    }
    let after = day(form, "until_on")?.next_day();
    if after.is_none() {
        form.fault("until_on", Text::new("期間不得超過三年。", "A period is at most three years."));
    }
    Some((from_on?, Some(after?)))
}

/// A day that must be given.
fn day(form: &mut Form, name: &str) -> Option<Date> {
    let day = form.date(name);
    if day.is_none() && form.error(name).is_none() {
        form.fault(name, Text::new("請填寫日期，例如 115/03/02。", "Give the day, such as 115/03/02."));
    }
    day
}

impl Sample for LeavePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let today = kernel::office_date(page.now);
        let absences = super::deputies::sample_file(today).absences;
        let case = super::case_sample::file(page, personnel::CaseState::Undone);
        let found: Vec<Person> = case.rows.into_iter().take(3).map(|row| row.person).collect();
        let mut faulty = Form::of([("kind", "leave"), ("from_on", "115/11/30"), ("until_on", "115/11/01")]);
        faulty.fault("until_on", Text::new("迄日應在起日之後，且不得早於今日。", "The last day is before the first."));
        let draw = |form, of_agency, absences: &[Absence], found: &[Person], fresh| {
            Self::new(page.clone(), form, of_agency, &Shown { absences, found, fresh })
        };
        vec![
            ("own", draw(Form::new(), false, &absences, &[], 3)),
            ("empty", draw(Form::new(), false, &[], &[], 0)),
            ("agency", draw(Form::of([("q", "林")]), true, &absences, &found, 0)),
            ("faulty", draw(faulty, false, &[], &[], 0)),
        ]
    }
}

async fn own(me: &Me, today: Date) -> Result<(Vec<Absence>, usize), WebError> {
    let absences = access::absences_of(&me.db, me.person, today).await.map_err(WebError::fault("list own leave"))?;
    let acts = access::acts_for(&me.db, me.person).await.map_err(WebError::fault("count acts of deputies"))?;
    Ok((absences, acts.iter().filter(|act| act.seen_at.is_none()).count()))
}

/// `GET /leave`
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let (absences, fresh) = own(&me, app.today()).await?;
    html(&LeavePage::new(page, Form::new(), false, &Shown { absences: &absences, found: &[], fresh }))
}

/// `POST /leave`: one's own leave entered, or ended.
pub async fn keep(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    if let Ok(id) = form.value("back").parse() {
        return back(&app, &me, me.person, id, "/leave").await;
    }
    let person = personnel::person(&me.db, me.person).await.map_err(told("find oneself"))?.ok_or(WebError::NotFound)?;
    if enter(&app, &me, &person, &mut form).await? {
        return Ok(done("/leave", &Notice::success(entered())));
    }
    let (absences, fresh) = own(&me, app.today()).await?;
    let again = LeavePage::new(page, form, false, &Shown { absences: &absences, found: &[], fresh });
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// `GET /deputies/leave?q=`
pub async fn show_agency(State(app): State<App>, me: Me, page: Page, form: Form) -> Answer {
    html(&of_agency(&app, &me, page, form).await?)
}

async fn of_agency(app: &App, me: &Me, page: Page, form: Form) -> Result<LeavePage, WebError> {
    let agencies = scope::agencies(me, Action::KeepDeputies);
    let absences = access::absences_of_agencies(&me.db, &agencies, app.today())
        .await
        .map_err(WebError::fault("list the agency's leave"))?;
    let words = form.trimmed("q").to_owned();
    let found = find(me, &agencies, &words).await?;
    me.looks_at(sights::searched(&found, "leave", "登記請假")).await?;
    me.looks_at(sights::absences(&absences, "登記請假")).await?;
    Ok(LeavePage::new(page, form, true, &Shown { absences: &absences, found: &found, fresh: 0 }))
}

/// `POST /deputies/leave`: somebody's leave entered or ended by whoever keeps the agency's deputies.
pub async fn keep_agency(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let agencies = scope::agencies(&me, Action::KeepDeputies);
    if let Ok(id) = form.value("back").parse::<i64>() {
        let absences = access::absences_of_agencies(&me.db, &agencies, app.today())
            .await
            .map_err(WebError::fault("list the agency's leave"))?;
        let absence = absences.iter().find(|absence| absence.id == id).ok_or(WebError::NotAllowed)?;
        return back(&app, &me, absence.person, id, "/deputies/leave").await;
    }
    if let Some(person) = chosen(&me, &agencies, &mut form).await?
        && enter(&app, &me, &person, &mut form).await?
    {
        return Ok(done("/deputies/leave", &Notice::success(entered())));
    }
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &of_agency(&app, &me, page, form).await?)
}

fn entered() -> Text {
    Text::new(
        "已登記。請假期間由代理人依順序代理，銷假日起自動終止。",
        "Kept. Deputies act in their order until the day back.",
    )
}

async fn enter(app: &App, me: &Me, person: &Person, form: &mut Form) -> Result<bool, WebError> {
    let kind = AbsenceKind::parse(form.value("kind"));
    if kind.is_none() {
        form.fault("kind", Text::new("請選擇事由。", "Please choose why."));
    }
    let (Some((from_on, Some(until_on))), Some(kind)) = (period(form, app.today(), true), kind) else {
        return Ok(false);
    };
    let new = NewAbsence { person: person.id, name: &person.name, agency: &person.agency, kind, from_on, until_on };
    match access::enter_absence(&me.db, &new, me.person, app.now()).await {
        Ok(()) => Ok(true),
        Err(error) => {
            on_form(form, "enter leave", error)?;
            Ok(false)
        }
    }
}

async fn back(app: &App, me: &Me, person: PersonId, id: i64, next: &str) -> Answer {
    let ended = access::end_absence(&me.db, person, id, app.today(), app.now()).await;
    if !ended.map_err(WebError::fault("end leave"))? {
        return Err(WebError::NotAllowed);
    }
    let words = Text::new("已銷假，代理權限即刻終止。", "The leave has ended, and with it deputising.");
    Ok(done(next, &Notice::success(words)))
}
