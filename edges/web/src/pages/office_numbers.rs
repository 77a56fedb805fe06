//! 發文字號登記簿: every number that was given, with the order that has it or the reason why it is void.

use crate::App;
use crate::pages::office::mine;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{AgencyCode, DocumentNumber, OrderId, Text};
use orders::NumberLine;
use webkit::{Answer, Cell, Form, Link, Notice, Page, Sample, Table, Tag, Tone, WebError, done, html, html_with, same};

/// The register of one agency.
#[derive(Template)]
#[template(path = "office_numbers.html")]
pub struct OfficeNumbersPage {
    page: Page,
    form: Form,
    code: AgencyCode,
    /// Series whose numbers do not add up.
    gaps: Vec<String>,
    numbers: Table,
}

impl OfficeNumbersPage {
    fn new(page: Page, form: Form, (code, name): (AgencyCode, &str), lines: &[NumberLine], gaps: Vec<String>) -> Self {
        let page = page
            .titled(Text::new("發文字號登記簿", "Register of document numbers"))
            .under(Link::new("/office", Text::new("機關設定", "Agency settings")))
            .under(Link::new(format!("/office/{code}"), same(name)))
            .checked(&form);
        Self { numbers: table(&page, lines), gaps, form, code, page }
    }
}

fn table(page: &Page, lines: &[NumberLine]) -> Table {
    let heads = vec![
        Text::new("發文字號", "Number"),
        Text::new("狀態", "State"),
        Text::new("時間", "Time"),
        Text::new("作廢原因", "Why void"),
    ];
    let mut table =
        Table::new(Text::new("最近的字號（新的在前，至多 1,000 筆）", "Newest numbers first, at most 1,000"), heads)
            .when_empty(Text::new("還沒有用過任何字號。", "No number was given yet."));
    for line in lines {
        let label = if line.part > 1 { format!("{}-{}", line.number, line.part) } else { line.number.to_string() };
        let (number, state) = match line.order {
            Some(order) => (
                Link::new(format!("/orders/{order}"), same(&label)).into(),
                Tag::new(Tone::Good, Text::new("已發布", "Issued")),
            ),
            None => (Cell::Code(label.clone()), Tag::new(Tone::Faded, Text::new("作廢", "Void"))),
        };
        let cells = vec![
            number,
            state.into(),
            Cell::Code(page.moment(line.at)),
            line.void_reason.clone().unwrap_or_default().into(),
        ];
        table.row(&label, &label, cells);
    }
    table
}

impl Sample for OfficeNumbersPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let agency = (super::committee::sample_agency(), "範例市政府");
        let number = |serial| DocumentNumber::new("範府人考", 115, serial).expect("a well-formed number");
        let line = |serial, void: Option<&str>| NumberLine {
            number: number(serial),
            part: 1,
            order: void.is_none().then_some(OrderId([7; 16])),
            void_reason: void.map(str::to_owned),
            at: page.now,
        };
        let lines = [line(12_346, None), line(12_345, Some("承辦人誤取字號，未製作公文"))];
        let gap = "series 範府人考 of A58000000A in ROC year 115: 12346 numbers given, 12345 accounted for".to_owned();
        let mut faulty = Form::new();
        faulty.fault(
            "reason",
            Text::new("請敘明作廢原因（200字以內）。", "Please say why the number is void (200 characters at most)."),
        );
        vec![
            ("usual", Self::new(page.clone(), Form::new(), agency, &lines, Vec::new())),
            ("gap", Self::new(page.clone(), faulty, agency, &lines, vec![gap])),
            ("empty", Self::new(page.clone(), Form::new(), agency, &[], Vec::new())),
        ]
    }
}

async fn drawn(
    me: &Me,
    page: Page,
    form: Form,
    (code, name): (AgencyCode, &str),
) -> Result<OfficeNumbersPage, WebError> {
    let lines = orders::numbers(&me.db, &code).await.map_err(told("list numbers"))?;
    let mut gaps = orders::number_gaps(&me.db).await.map_err(told("check the numbers"))?;
    gaps.retain(|sentence| sentence.contains(code.as_str()));
    Ok(OfficeNumbersPage::new(page, form, (code, name), &lines, gaps))
}

/// `GET /office/{agency}/numbers`
pub async fn show(State(app): State<App>, me: Me, Path(code): Path<String>, page: Page) -> Answer {
    let (code, name) = mine(&app, &me, &code).await?;
    html(&drawn(&me, page, Form::new(), (code, &name)).await?)
}

/// `POST /office/{agency}/numbers`: takes the next number and makes it void.
pub async fn void(State(app): State<App>, me: Me, Path(code): Path<String>, page: Page, mut form: Form) -> Answer {
    let (code, name) = mine(&app, &me, &code).await?;
    let mut tx = me.db.begin().await.map_err(WebError::fault("reach the database"))?;
    match orders::void_number(&mut tx, &code, form.value("reason"), me.person, app.now()).await {
        Ok(number) => {
            tx.commit().await.map_err(WebError::fault("void a number"))?;
            let said = Text::new(format!("{number}已作廢。"), format!("{number} is void."));
            return Ok(done(&format!("/office/{code}/numbers"), &Notice::success(said)));
        }
        Err(error) => on_form(&mut form, "void a number", error)?,
    }
    drop(tx);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn(&me, page, form, (code, &name)).await?)
}
