//! Questions to an agency about who looked, and their answers.

use crate::pages::reads::{question_tag, sample, sentence};
use crate::pages::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kernel::{AgencyCode, Text};
use readlog::{Entry, Question};
use std::collections::BTreeMap;
use webkit::{
    Answer, Cell, Form, Link, Notice, Page, Pager, Sample, SummaryRow, Table, Tag, WebError, done, html, html_with,
};

/// Questions on one page.
const PER_PAGE: usize = 50;

/// The list.
#[derive(Template)]
#[template(path = "read_questions.html")]
pub struct ReadQuestionsPage {
    page: Page,
    table: Table,
    pager: Pager,
    days: u32,
}

type Names = BTreeMap<AgencyCode, String>;

impl ReadQuestionsPage {
    fn new(page: Page, questions: &[Question], names: &Names, pager: Pager, days: u32) -> Self {
        let page = page.titled(Text::new("查閱原因的詢問", "Questions about who looked"));
        let heads = vec![
            Text::new("詢問", "Question"),
            Text::new("機關", "Agency"),
            Text::new("詢問時間", "Asked"),
            Text::new("狀態", "State"),
        ];
        let mut table = Table::new(Text::new("詢問", "Questions"), heads)
            .when_empty(Text::new("沒有人詢問。", "Nobody has asked."));
        let today = kernel::office_date(page.now);
        for question in questions {
            let link = Link::new(format!("/reads/questions/{}", question.no), title(question));
            let cells = vec![
                link.into(),
                names.get(&question.agency).map_or("", String::as_str).into(),
                Cell::Code(page.moment(question.asked_at)),
                question_tag(&page, question, today).into(),
            ];
            table.row(question.no, question.no, cells);
        }
        Self { table, pager, days, page }
    }
}

fn title(question: &Question) -> Text {
    Text::new(format!("第{}號詢問", question.no), format!("Question {}", question.no))
}

/// One question.
#[derive(Template)]
#[template(path = "read_question.html")]
pub struct ReadQuestionPage {
    page: Page,
    form: Form,
    no: i64,
    tag: Tag,
    rows: Vec<SummaryRow>,
    /// Why this person may not answer, or that they may.
    barred: Option<Text>,
    answered: bool,
}

impl ReadQuestionPage {
    fn new(page: Page, form: Form, question: &Question, entry: &Entry, barred: Option<Text>) -> Self {
        let parent = Link::new("/reads/questions", Text::new("查閱原因的詢問", "Questions about who looked"));
        let page = page.titled(title(question)).under(parent).checked(&form);
        let rows = question_rows(&page, question, entry);
        let tag = question_tag(&page, question, kernel::office_date(page.now));
        Self { no: question.no, tag, rows, barred, answered: question.answer.is_some(), form, page }
    }
}

fn question_rows(page: &Page, question: &Question, entry: &Entry) -> Vec<SummaryRow> {
    let words = if question.words.is_empty() {
        Cell::from(Text::new("（未附說明）", "(no words)"))
    } else {
        question.words.as_str().into()
    };
    let mut rows = vec![
        SummaryRow::new(Text::new("查閱紀錄", "Entry"), sentence(page, entry)),
        SummaryRow::new(Text::new("查閱人", "Reader"), entry.reader.name.as_str()),
        SummaryRow::new(Text::new("詢問時間", "Asked"), Cell::Code(page.moment(question.asked_at))),
        SummaryRow::new(Text::new("問題", "Question"), words),
        SummaryRow::new(Text::new("承諾答覆日", "Promised by"), Cell::Code(page.date(question.due_on))),
    ];
    if let Some(answer) = &question.answer {
        rows.push(SummaryRow::new(Text::new("答覆時間", "Answered"), Cell::Code(page.moment(answer.at))));
        rows.push(SummaryRow::new(Text::new("答覆人", "By"), format!("{} {}", answer.role_name, answer.name)));
        rows.push(SummaryRow::new(Text::new("答覆", "Answer"), answer.words.as_str()));
    }
    rows
}

impl Sample for ReadQuestionsPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let names = crate::pages::committee::sample_names();
        let id = sample::entries(page)[0].id;
        let questions = [
            sample::question(page, 12, id, -2, false),
            sample::question(page, 14, id, 5, false),
            sample::question(page, 9, id, -9, true),
        ];
        let pager = |found| Pager::new(1, PER_PAGE, found, "/reads/questions");
        vec![
            ("usual", Self::new(page.clone(), &questions, &names, pager(3), 10)),
            ("empty", Self::new(page.clone(), &[], &names, pager(0), 10)),
        ]
    }
}

impl Sample for ReadQuestionPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let entry = &sample::entries(page)[1];
        let question = |days, answered| sample::question(page, 12, entry.id, days, answered);
        let barred = readlog::may_answer(&question(5, false), entry, kernel::PersonId(7)).err().map(|no| no.text);
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &question(5, false), entry, None)),
            ("reader", Self::new(page.clone(), Form::new(), &question(-2, false), entry, barred)),
            ("answered", Self::new(page.clone(), Form::new(), &question(-2, true), entry, None)),
        ]
    }
}

/// `GET /reads/questions`
pub async fn list(State(app): State<App>, me: Me, Query(at): Query<super::review::At>, page: Page) -> Answer {
    let mine = scope::agencies(&me, Action::AnswerQuestions);
    let limit = u32::try_from(PER_PAGE).expect("a page is short");
    let offset = u32::try_from(PER_PAGE.saturating_mul(at.number().saturating_sub(1))).unwrap_or(u32::MAX);
    let (questions, found) =
        readlog::questions_to(&app.db, &mine, limit, offset).await.map_err(told("list questions"))?;
    let pager = Pager::new(at.number(), PER_PAGE, usize::try_from(found).unwrap_or(0), "/reads/questions");
    let days = readlog::answer_days(&app.db).await.map_err(told("read the promise"))?;
    let names = scope::names(&app, &mine).await?;
    html(&ReadQuestionsPage::new(page, &questions, &names, pager, days))
}

/// The question of an address, if it went to an agency of the person who asks.
async fn mine(app: &App, me: &Me, no: &str) -> Result<(Question, Entry), WebError> {
    let no = no.parse().map_err(|_| WebError::NotFound)?;
    let agencies = scope::agencies(me, Action::AnswerQuestions);
    let found = readlog::question(&app.db, &agencies, no).await.map_err(told("find a question"))?;
    let (question, entry) = found.ok_or(WebError::NotFound)?;
    scope::check(me, Action::AnswerQuestions, &question.agency)?;
    Ok((question, entry))
}

fn drawn(me: &Me, page: Page, form: Form, question: &Question, entry: &Entry) -> ReadQuestionPage {
    let barred = readlog::may_answer(question, entry, me.person).err().map(|no| no.text);
    ReadQuestionPage::new(page, form, question, entry, barred)
}

/// `GET /reads/questions/{no}`
pub async fn show(State(app): State<App>, me: Me, Path(no): Path<String>, page: Page) -> Answer {
    let (question, entry) = mine(&app, &me, &no).await?;
    me.looks_at(sights::question(&question, &entry)).await?;
    html(&drawn(&me, page, Form::new(), &question, &entry))
}

/// `POST /reads/questions/{no}`
pub async fn answer(State(app): State<App>, me: Me, Path(no): Path<String>, page: Page, mut form: Form) -> Answer {
    let (question, entry) = mine(&app, &me, &no).await?;
    let given = readlog::Answer {
        at: app.now(),
        by: me.person,
        name: me.name.clone(),
        role_name: me.role_label().zh.into_owned(),
        words: form.trimmed("answer").to_owned(),
    };
    match readlog::answer(&app.db, &[question.agency], question.no, given).await {
        Ok(true) => {
            let said = Text::new("已答覆，詢問人現在就看得到。", "Answered; whoever asked sees it now.");
            Ok(done("/reads/questions", &Notice::success(said)))
        }
        Ok(false) => Err(WebError::NotFound),
        Err(error) => {
            on_form(&mut form, "answer a question", error)?;
            me.looks_at(sights::question(&question, &entry)).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn(&me, page, form, &question, &entry))
        }
    }
}
