//! The committee secretary's list: cases to review, and cases issued first that the committee has still to confirm.

use crate::pages::review::{days_left, tag};
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::State;
use kernel::{AgencyCode, BatchId, CaseId, Text};
use orders::Numbering;
use personnel::{AwardCase, CaseLine, CaseState, Confirmation, Route};
use std::collections::BTreeMap;
use time::{Date, Duration};
use webkit::{Answer, Cell, Link, Page, Sample, Table, WebError, html};

/// The list.
#[derive(Template)]
#[template(path = "committee.html")]
pub struct CommitteePage {
    page: Page,
    due: Table,
    review: Table,
}

/// Names of agencies by code.
pub type Names = BTreeMap<AgencyCode, String>;

/// The names of the agencies of some cases.
///
/// # Errors
/// When the agency list cannot be read.
pub async fn names(app: &App, lines: &[CaseLine]) -> Result<Names, WebError> {
    let mut names = Names::new();
    for line in lines {
        let code = line.case.agency;
        if let std::collections::btree_map::Entry::Vacant(place) = names.entry(code) {
            place.insert(app.agency_name(code).await.map_err(told("name an agency"))?);
        }
    }
    Ok(names)
}

impl CommitteePage {
    fn new(page: Page, due: &[CaseLine], review: &[CaseLine], names: &Names, today: Date) -> Self {
        let page = page.titled(Text::new("考績委員會", "Evaluation committee"));
        Self { due: due_table(&page, due, names, today), review: review_table(&page, review, names), page }
    }
}

fn due_table(page: &Page, lines: &[CaseLine], names: &Names, today: Date) -> Table {
    let heads = vec![
        Text::new("案件", "Case"),
        Text::new("機關", "Agency"),
        Text::new("人數", "People"),
        Text::new("發布日期", "Issued"),
        Text::new("提會期限", "Confirm by"),
        Text::new("剩餘", "Left"),
    ];
    let mut table = Table::new(Text::new("先行發布，待提會確認", "Issued first, to be confirmed"), heads)
        .figures(2)
        .when_empty(Text::new("沒有待提會確認的案件。", "No case waits for confirmation."));
    for line in lines {
        let CaseState::Issued { approved_at, confirmation: Confirmation::Due(by), .. } = &line.case.state else {
            continue;
        };
        let cells = vec![
            case_link(line).into(),
            name(names, line).into(),
            Cell::Figure(page.number(line.kept)),
            Cell::Code(page.date(kernel::office_date(*approved_at))),
            Cell::Code(page.date(by)),
            days_left(*by, today).into(),
        ];
        table.row(line.case.id, line.case.id, cells);
    }
    table
}

fn review_table(page: &Page, lines: &[CaseLine], names: &Names) -> Table {
    let heads = vec![
        Text::new("案件", "Case"),
        Text::new("機關", "Agency"),
        Text::new("人數", "People"),
        Text::new("送案時間", "Put on"),
        Text::new("狀態", "State"),
    ];
    let mut table = Table::new(Text::new("待初核", "To be reviewed"), heads)
        .figures(2)
        .when_empty(Text::new("沒有待初核的案件。", "No case waits for review."));
    for line in lines {
        let CaseState::InReview { submitted_at } = &line.case.state else { continue };
        let cells = vec![
            case_link(line).into(),
            name(names, line).into(),
            Cell::Figure(page.number(line.kept)),
            Cell::Code(page.moment(submitted_at)),
            tag(&line.case.state).into(),
        ];
        table.row(line.case.id, line.case.id, cells);
    }
    table
}

fn case_link(line: &CaseLine) -> Link {
    Link::new(format!("/committee/case/{}", line.case.id), super::review::title(line.case.id))
}

fn name<'a>(names: &'a Names, line: &CaseLine) -> &'a str {
    names.get(&line.case.agency).map_or("", String::as_str)
}

/// A case for samples.
pub fn sample_line(id: i64, state: CaseState, page: &Page) -> CaseLine {
    let case = AwardCase {
        id: CaseId(id),
        batch: BatchId(1),
        agency: sample_agency(),
        version: 1,
        state,
        committee: None,
        numbering: Numbering::OneEach,
        change: None,
    };
    CaseLine { case, kept: 1_248, returned: 3, taken_at: page.now, source: "115年3月獎懲建議.csv".into() }
}

/// The agency of samples.
pub fn sample_agency() -> AgencyCode {
    AgencyCode::parse("A58000000A").expect("a well-formed code")
}

/// Its name, as long as names get.
pub fn sample_names() -> Names {
    Names::from([(sample_agency(), "範例市政府文化觀光暨原住民族事務局及所屬各機構聯合人事室".to_owned())])
}

impl Sample for CommitteePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let today = page.now.date();
        let due = |id, days| {
            let state = CaseState::Issued {
                approved_at: page.now - Duration::days(90 - days),
                route: Route::IssueFirst { ground: "前有同類案件".into() },
                confirmation: Confirmation::Due(today + Duration::days(days)),
            };
            sample_line(id, state, page)
        };
        let review = sample_line(12, CaseState::InReview { submitted_at: page.now }, page);
        let names = sample_names();
        vec![
            ("usual", Self::new(page.clone(), &[due(3, -2), due(4, 9), due(5, 60)], &[review], &names, today)),
            ("empty", Self::new(page.clone(), &[], &[], &names, today)),
        ]
    }
}

/// `GET /committee`
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let mine = scope::agencies(&me, Action::ReviewCase);
    let due = personnel::cases_to_confirm(&me.db, &mine).await.map_err(told("list cases to confirm"))?;
    let review = personnel::cases(&me.db, &mine, &["in_review"]).await.map_err(told("list cases to review"))?;
    let names = names(&app, &[due.as_slice(), &review].concat()).await?;
    html(&CommitteePage::new(page, &due, &review, &names, app.today()))
}
