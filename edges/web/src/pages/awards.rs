//! The officer's award cases.

use crate::pages::committee::{Names, sample_line, sample_names};
use crate::pages::review::{days_left, tag, title};
use crate::pages::work::{confirm_by, source};
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::State;
use kernel::Text;
use personnel::{CaseLine, CaseState};
use time::Date;
use webkit::{Answer, Cell, Choice, Form, Link, Page, Pager, Sample, Table, html};

/// Cases on one page.
const PER_PAGE: usize = 50;
/// The stages that can be asked for, as `personnel::cases` calls them.
const STATES: [&str; 5] = ["draft", "in_review", "awaiting_head", "issued", "undone"];

/// The list.
#[derive(Template)]
#[template(path = "awards.html")]
pub struct AwardsPage {
    page: Page,
    form: Form,
    states: Vec<Choice>,
    table: Table,
    pager: Pager,
}

impl AwardsPage {
    fn new(page: Page, form: Form, lines: &[CaseLine], names: &Names, today: Date) -> Self {
        let page = page.titled(Text::new("獎懲案", "Award cases"));
        let state = form.value("state");
        let href = if state.is_empty() { "/awards".to_owned() } else { format!("/awards?state={state}") };
        let pager = Pager::new(form.value("page").parse().unwrap_or(1), PER_PAGE, lines.len(), &href);
        let shown: Vec<&CaseLine> = lines.iter().skip(pager.offset(PER_PAGE)).take(PER_PAGE).collect();
        Self { states: states(), table: table(&page, &shown, names, today), pager, form, page }
    }
}

fn states() -> Vec<Choice> {
    vec![
        Choice::new("", Text::new("辦理中及已發布", "All but those taken back")),
        Choice::new("draft", Text::new("擬辦及退回", "Drafts and returned")),
        Choice::new("in_review", Text::new("初核中", "With the committee")),
        Choice::new("awaiting_head", Text::new("待核定", "Awaiting approval")),
        Choice::new("issued", Text::new("已發布", "Issued")),
        Choice::new("undone", Text::new("已撤回", "Taken back")),
    ]
}

fn table(page: &Page, lines: &[&CaseLine], names: &Names, today: Date) -> Table {
    let heads = vec![
        Text::new("案件", "Case"),
        Text::new("狀態", "State"),
        Text::new("人數", "People"),
        Text::new("退回", "Returned"),
        Text::new("期限", "Due"),
        Text::new("機關", "Agency"),
        Text::new("來源", "From"),
        Text::new("建案時間", "Begun"),
    ];
    let mut table = Table::new(Text::new("獎懲案", "Award cases"), heads).figures(2).figures(3).when_empty(Text::new(
        "沒有案件。可上傳獎懲建議檔，或線上填寫。",
        "No cases. Upload an award file, or type a row.",
    ));
    for line in lines {
        let due = confirm_by(&line.case.state).map_or_else(|| Cell::from("—"), |day| days_left(day, today).into());
        let cells = vec![
            Link::new(format!("/awards/case/{}", line.case.id), title(line.case.id)).into(),
            tag(&line.case.state).into(),
            Cell::Figure(page.number(line.kept)),
            Cell::Figure(page.number(line.returned)),
            due,
            names.get(&line.case.agency).map_or("", String::as_str).into(),
            source(&line.source).into(),
            Cell::Code(page.moment(line.taken_at)),
        ];
        table.row(line.case.id, line.case.id, cells);
    }
    table
}

impl Sample for AwardsPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let today = kernel::office_date(page.now);
        let lines = [
            sample_line(9, CaseState::Draft { remark: None }, page),
            sample_line(8, CaseState::Draft { remark: Some("請補正".into()) }, page),
            sample_line(7, CaseState::InReview { submitted_at: page.now }, page),
            sample_line(6, super::case_sample::issued_first(page), page),
            sample_line(5, CaseState::Undone, page),
        ];
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &lines, &sample_names(), today)),
            ("empty", Self::new(page.clone(), Form::of([("state", "draft")]), &[], &sample_names(), today)),
        ]
    }
}

/// `GET /awards?state=&page=`
pub async fn show(State(app): State<App>, me: Me, page: Page, form: Form) -> Answer {
    let agencies = scope::agencies(&me, Action::PrepareCase);
    let asked = STATES.iter().position(|state| *state == form.value("state"));
    let states = asked.map_or(&STATES[..4], |at| &STATES[at..=at]);
    let lines = personnel::cases(&me.db, &agencies, states).await.map_err(told("list cases"))?;
    let names = scope::names(&app, &agencies).await?;
    html(&AwardsPage::new(page, form, &lines, &names, app.today()))
}
