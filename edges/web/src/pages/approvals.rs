//! The head's list: cases that wait for approval, and what was approved lately.

use crate::pages::committee::{Names, names, sample_line, sample_names};
use crate::pages::review::{route_label, title};
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::State;
use kernel::Text;
use personnel::{CaseLine, CaseState, Confirmation, Route};
use webkit::{Answer, Cell, Link, Page, Sample, Table, html};

/// Approved cases shown below the waiting ones.
const LATELY: usize = 10;

/// The list.
#[derive(Template)]
#[template(path = "approvals.html")]
pub struct ApprovalsPage {
    page: Page,
    waiting: Table,
    lately: Table,
}

impl ApprovalsPage {
    fn new(page: Page, waiting: &[CaseLine], lately: &[CaseLine], names: &Names) -> Self {
        let page = page.titled(Text::new("核定", "Approval"));
        Self { waiting: waiting_table(&page, waiting, names), lately: lately_table(&page, lately, names), page }
    }
}

fn waiting_table(page: &Page, lines: &[CaseLine], names: &Names) -> Table {
    let heads = vec![
        Text::new("案件", "Case"),
        Text::new("機關", "Agency"),
        Text::new("人數", "People"),
        Text::new("核定途徑", "Route"),
    ];
    let mut table = Table::new(Text::new("待核定", "Waiting for approval"), heads)
        .figures(2)
        .when_empty(Text::new("沒有待核定的案件。", "No case waits for approval."));
    for line in lines {
        let CaseState::AwaitingHead { route } = &line.case.state else { continue };
        let cells = vec![
            case_link(line).into(),
            agency(names, line).into(),
            Cell::Figure(page.number(line.kept)),
            route_label(page, route).into(),
        ];
        table.row(line.case.id, line.case.id, cells);
    }
    table
}

fn lately_table(page: &Page, lines: &[CaseLine], names: &Names) -> Table {
    let heads = vec![
        Text::new("案件", "Case"),
        Text::new("機關", "Agency"),
        Text::new("人數", "People"),
        Text::new("核定時間", "Approved"),
    ];
    let mut table = Table::new(Text::new("最近核定", "Approved lately"), heads)
        .figures(2)
        .when_empty(Text::new("尚無已核定的案件。", "Nothing was approved yet."));
    for line in lines.iter().take(LATELY) {
        let CaseState::Issued { approved_at, .. } = &line.case.state else { continue };
        let cells = vec![
            case_link(line).into(),
            agency(names, line).into(),
            Cell::Figure(page.number(line.kept)),
            Cell::Code(page.moment(approved_at)),
        ];
        table.row(line.case.id, line.case.id, cells);
    }
    table
}

fn case_link(line: &CaseLine) -> Link {
    Link::new(format!("/approvals/case/{}", line.case.id), title(line.case.id))
}

fn agency<'a>(names: &'a Names, line: &CaseLine) -> &'a str {
    names.get(&line.case.agency).map_or("", String::as_str)
}

impl Sample for ApprovalsPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let waiting = |id, route| sample_line(id, CaseState::AwaitingHead { route }, page);
        let lines = [
            waiting(12, Route::Committee { on: page.now.date() }),
            waiting(11, Route::IssueFirst { ground: "前有同類案件，標準明確".into() }),
            waiting(9, Route::Clerical),
        ];
        let issued =
            CaseState::Issued { approved_at: page.now, route: Route::Clerical, confirmation: Confirmation::NotNeeded };
        let names = sample_names();
        vec![
            ("usual", Self::new(page.clone(), &lines, &[sample_line(8, issued, page)], &names)),
            ("empty", Self::new(page.clone(), &[], &[], &names)),
        ]
    }
}

/// `GET /approvals`
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let mine = scope::agencies(&me, Action::ApproveCase);
    let waiting = personnel::cases(&me.db, &mine, &["awaiting_head"]).await.map_err(told("list cases to approve"))?;
    let mut lately = personnel::cases(&me.db, &mine, &["issued"]).await.map_err(told("list approved cases"))?;
    lately.truncate(LATELY);
    let names = names(&app, &[waiting.as_slice(), &lately].concat()).await?;
    html(&ApprovalsPage::new(page, &waiting, &lately, &names))
}
