//! One look at the person's data: what is known about it, the question why, and the proof.

use crate::App;
use crate::pages::document;
use crate::pages::reads::{question_tag, sample, sentence, via, who};
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Refusal, Text};
use readlog::{Entry, Proof, Question, ReadId, ReaderKind};
use webkit::{Answer, Cell, Form, Link, Notice, Page, Sample, SummaryRow, Tag, WebError, done, html, html_with};

/// The page.
#[derive(Template)]
#[template(path = "mydata_read.html")]
pub struct MyDataReadPage {
    page: Page,
    form: Form,
    id: ReadId,
    sentence: Text,
    rows: Vec<SummaryRow>,
    /// Whether the person may ask why, and how many working days the answer may take.
    ask: Option<u32>,
    question: Option<Asked>,
}

/// A question as shown.
struct Asked {
    tag: Tag,
    rows: Vec<SummaryRow>,
    calendar_known: bool,
}

impl MyDataReadPage {
    fn new(page: Page, form: Form, entry: &Entry, question: Option<&Question>, days: u32) -> Self {
        let parent = Link::new("/mydata/reads", Text::new("誰看過我的資料", "Who looked at my data"));
        let page = page.titled(Text::new(format!("第{}筆紀錄", entry.id), format!("Entry {}", entry.id)));
        let page = page.under(parent).checked(&form);
        let may_ask = question.is_none() && entry.reader.kind != ReaderKind::Own;
        Self {
            id: entry.id,
            sentence: sentence(&page, entry),
            rows: rows(&page, entry),
            ask: may_ask.then_some(days),
            question: question.map(|question| asked(&page, question)),
            form,
            page,
        }
    }
}

fn rows(page: &Page, entry: &Entry) -> Vec<SummaryRow> {
    vec![
        SummaryRow::new(Text::new("誰", "Who"), who(entry)),
        SummaryRow::new(Text::new("何時", "When"), Cell::Code(page.moment(entry.at))),
        SummaryRow::new(Text::new("為什麼", "Why"), entry.purpose.words.as_str()),
        SummaryRow::new(Text::new("看了哪些資料", "Which data"), entry.fields.join("、")),
        SummaryRow::new(Text::new("經由", "Through"), via(entry)),
        SummaryRow::new(
            Text::new("同時涉及", "Also about"),
            match entry.subjects.len() {
                0 | 1 => Text::new("只有您", "You only"),
                n => Text::new(format!("您和其他{}人", n - 1), format!("You and {} others", n - 1)),
            },
        ),
    ]
}

fn asked(page: &Page, question: &Question) -> Asked {
    let words = if question.words.is_empty() {
        Cell::from(Text::new("（未附說明）", "(no words)"))
    } else {
        question.words.as_str().into()
    };
    let mut rows = vec![
        SummaryRow::new(Text::new("詢問時間", "Asked"), Cell::Code(page.moment(question.asked_at))),
        SummaryRow::new(Text::new("您的問題", "Your question"), words),
        SummaryRow::new(Text::new("承諾答覆日", "Promised by"), Cell::Code(page.date(question.due_on))),
    ];
    if let Some(answer) = &question.answer {
        let by = format!("{} {}", answer.role_name, readlog::masked_name(&answer.name));
        rows.push(SummaryRow::new(Text::new("答覆時間", "Answered"), Cell::Code(page.moment(answer.at))));
        rows.push(SummaryRow::new(Text::new("答覆人", "By"), by));
        rows.push(SummaryRow::new(Text::new("答覆", "Answer"), answer.words.as_str()));
    }
    let tag = question_tag(page, question, kernel::office_date(page.now));
    Asked { tag, rows, calendar_known: question.calendar_known }
}

impl Sample for MyDataReadPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let entries = sample::entries(page);
        let new = |entry: usize, question: Option<Question>| {
            Self::new(page.clone(), Form::new(), &entries[entry], question.as_ref(), 10)
        };
        let question =
            |entry: usize, days, answered| Some(sample::question(page, 1, entries[entry].id, days, answered));
        vec![
            ("usual", new(0, None)),
            ("asked", new(1, question(1, 5, false))),
            ("answered", new(2, question(2, 5, true))),
            ("overdue", new(4, question(4, -3, false))),
            ("own", new(5, None)),
        ]
    }
}

/// The entry of an address, if it is about the person who asks. Whatever is about others only does not exist.
async fn mine(app: &App, me: &Me, id: &str) -> Result<Entry, WebError> {
    let id: ReadId = id.parse().map_err(|_| WebError::NotFound)?;
    let found = readlog::read_of(&app.db, me.person, id).await.map_err(told("find an entry of the read log"))?;
    found.ok_or(WebError::NotFound)
}

async fn drawn(app: &App, me: &Me, page: Page, form: Form, entry: &Entry) -> Result<MyDataReadPage, WebError> {
    let asked = readlog::asked(&app.db, me.person, &[entry.id]).await.map_err(told("find own questions"))?;
    let days = readlog::answer_days(&app.db).await.map_err(told("read the promise"))?;
    Ok(MyDataReadPage::new(page, form, entry, asked.first(), days))
}

/// `GET /mydata/reads/{id}`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let entry = mine(&app, &me, &id).await?;
    html(&drawn(&app, &me, page, Form::new(), &entry).await?)
}

/// `POST /mydata/reads/{id}`: asks why.
pub async fn ask(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let entry = mine(&app, &me, &id).await?;
    let Some(agency) = asked_agency(&app, &me, &entry).await? else {
        return Err(nobody_to_ask().into());
    };
    let words = form.trimmed("words").to_owned();
    let calendar = codes::office_calendar();
    match readlog::ask(&app.db, calendar, (me.person, entry.id), agency, &words, app.now()).await {
        Ok(Some(question)) => {
            let day = page.date(question.due_on);
            let said = Text::new(
                format!("已送出詢問，機關會在{day}前答覆。"),
                format!("Your question was sent; the agency answers by {day}."),
            );
            Ok(done(&format!("/mydata/reads/{}", entry.id), &Notice::success(said)))
        }
        Ok(None) => Err(WebError::NotFound),
        Err(error) => {
            on_form(&mut form, "ask why", error)?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn(&app, &me, page, form, &entry).await?)
        }
    }
}

/// The agency that is asked: the reader's, or the person's own where a system without an agency read.
async fn asked_agency(app: &App, me: &Me, entry: &Entry) -> Result<Option<kernel::AgencyCode>, WebError> {
    if entry.reader.agency.is_some() {
        return Ok(entry.reader.agency);
    }
    let person = personnel::person(&app.db, me.person).await.map_err(told("find the person"))?;
    Ok(person.map(|person| person.agency))
}

fn nobody_to_ask() -> Refusal {
    Refusal::new(
        "question.nobody",
        "這一筆是平臺的作業，而您目前沒有服務機關，請洽平臺服務窗口。",
        "The platform itself made this entry and you serve no agency at present; please ask the help desk.",
    )
}

/// `GET /mydata/reads/{id}/proof.json`
pub async fn proof(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let id: ReadId = id.parse().map_err(|_| WebError::NotFound)?;
    match readlog::proof_of(&app.db, me.person, id).await.map_err(told("make a proof"))? {
        None => Err(WebError::NotFound),
        Some(Proof::NotYet) => Err(not_yet().into()),
        Some(Proof::Ready(text)) => {
            Ok(document::file(&format!("read-{id}.json"), "application/json", false, text.into_bytes()))
        }
    }
}

fn not_yet() -> Refusal {
    Refusal::new(
        "read.not-registered-yet",
        "當日的紀錄在次日凌晨登錄，登錄後才有證明，請明天再下載。",
        "The entries of a day are registered after midnight; the proof exists from then on. Please download it tomorrow.",
    )
}
