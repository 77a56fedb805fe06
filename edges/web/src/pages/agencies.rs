//! Finding agencies: by name, short name, former name or code.

use crate::App;
use crate::refusal::page as told;
use crate::session::Me;
use access::{Action, Scope, permits};
use askama::Template;
use axum::extract::State;
use kernel::{AgencyCode, Text};
use org::{Found, Hit, TermKind};
use webkit::{Answer, Cell, Form, Link, Page, Sample, Table, Tag, Tone, html, same};

/// Most hits shown; a reader with more narrows the search.
const SHOWN_MAX: i64 = 60;

/// The search.
#[derive(Template)]
#[template(path = "agencies.html")]
pub struct AgenciesPage {
    page: Page,
    form: Form,
    table: Table,
    /// Found in all; none before a search.
    total: Option<i64>,
    /// Whether not all found are shown.
    cut: bool,
    imports: bool,
}

impl AgenciesPage {
    fn new(page: Page, form: Form, found: Option<Found>, imports: bool) -> Self {
        let page = page.titled(Text::new("機關", "Agencies"));
        let total = found.as_ref().map(|found| found.total);
        let hits = found.map(|found| found.hits).unwrap_or_default();
        let cut = total.is_some_and(|total| total > SHOWN_MAX);
        Self { table: table(&hits), total, cut, imports, form, page }
    }
}

fn table(hits: &[Hit]) -> Table {
    let heads = vec![
        Text::new("機關名稱", "Name"),
        Text::new("機關代碼", "Code"),
        Text::new("主管機關", "Superior"),
        Text::new("相符之處", "Found by"),
    ];
    let mut table = Table::new(Text::new("找到的機關", "Agencies found"), heads).when_empty(Text::new(
        "沒有相符的機關。請試簡稱、舊名或代碼的一部分。",
        "No agency found. Try a short or former name, or part of the code.",
    ));
    for hit in hits {
        let cells = vec![
            name(hit),
            Cell::Code(hit.code.to_string()),
            hit.superior.clone().unwrap_or_default().into(),
            matched(hit).into(),
        ];
        table.row(hit.code, &hit.name, cells);
    }
    table
}

fn name(hit: &Hit) -> Cell {
    let link = Link::new(format!("/agencies/{}", hit.code), same(&hit.name));
    if hit.closed { Cell::LinkTag(link, closed()) } else { Cell::Link(link) }
}

/// The mark of an agency that no longer exists.
pub fn closed() -> Tag {
    Tag::new(Tone::Faded, Text::new("已裁撤", "Closed"))
}

fn matched(hit: &Hit) -> Text {
    match hit.matched {
        TermKind::Code => Text::new("代碼", "Code"),
        TermKind::Name => Text::new("名稱", "Name"),
        TermKind::English => Text::new("英文名稱", "English name"),
        TermKind::Short => Text::new(format!("簡稱「{}」", hit.term), format!("Short name {}", hit.term)),
        TermKind::Former => Text::new(format!("舊名「{}」", hit.term), format!("Former name {}", hit.term)),
    }
}

impl Sample for AgenciesPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let hit = |code: &str, name: &str, closed, matched, term: &str| Hit {
            code: AgencyCode::parse(code).expect("a well-formed code"),
            name: name.into(),
            superior: Some("範例市政府".into()),
            closed,
            closed_on: None,
            matched,
            term: term.into(),
        };
        let long = "範例市原住民族文化發展及部落永續推動事務所與所屬各聯合服務中心籌備處";
        let hits = vec![
            hit("A58000000A", "範例市政府人事處", false, TermKind::Name, "人事處"),
            hit("376480000A", long, false, TermKind::Short, "範例所"),
            hit("376480300A", "範例市舊局", true, TermKind::Former, "人事局"),
        ];
        let found = Found { hits, total: 1_248 };
        let query = Form::of([("q", "人事")]);
        vec![
            ("usual", Self::new(page.clone(), query, Some(found), true)),
            ("before", Self::new(page.clone(), Form::new(), None, false)),
            ("empty", Self::new(page.clone(), Form::of([("q", "查無")]), Some(Found::default()), false)),
        ]
    }
}

/// `GET /agencies?q=`
pub async fn show(State(app): State<App>, me: Me, page: Page, form: Form) -> Answer {
    let words = form.trimmed("q").to_owned();
    let found = match words.as_str() {
        "" => None,
        words => Some(org::search(&app.db, words, app.today(), SHOWN_MAX).await.map_err(told("search agencies"))?),
    };
    html(&AgenciesPage::new(page, form, found, permits(Some(&me), Action::ImportAgencies, Scope::Any)))
}
