//! The hierarchy of agencies, one level at a time.

use crate::App;
use crate::refusal::page as told;
use askama::Template;
use axum::extract::{Query, State};
use kernel::{AgencyCode, Text};
use org::Node;
use serde::Deserialize;
use webkit::{Answer, Cell, Link, Page, Sample, Table, WebError, html, same};

/// One level.
#[derive(Template)]
#[template(path = "agency_tree.html")]
pub struct AgencyTreePage {
    page: Page,
    /// From the top down to the agency whose level is shown.
    path: Vec<Link>,
    /// Its own page.
    own: Option<Link>,
    table: Table,
}

impl AgencyTreePage {
    fn new(page: Page, path: &[(AgencyCode, String)], nodes: &[Node]) -> Self {
        let title = path.last().map_or_else(
            || Text::new("依隸屬瀏覽機關", "Agencies by superior"),
            |(_, name)| Text::new(format!("{name}所屬機關"), format!("Agencies under {name}")),
        );
        let page = page.titled(title).under(Link::new("/agencies", Text::new("機關", "Agencies")));
        let own = path.last().map(|(code, name)| Link::new(format!("/agencies/{code}"), same(name)));
        let table = table(&page, nodes);
        Self { path: path.iter().map(|(code, name)| level(*code, name)).collect(), own, table, page }
    }
}

fn level(code: AgencyCode, name: &str) -> Link {
    Link::new(format!("/agencies/tree?under={code}"), same(name))
}

/// Agencies of one level, each with the way down.
pub fn table(page: &Page, nodes: &[Node]) -> Table {
    let heads = vec![
        Text::new("機關名稱", "Name"),
        Text::new("機關代碼", "Code"),
        Text::new("所屬機關", "Below it"),
        Text::new("其中已裁撤", "Closed ones"),
    ];
    let mut table = Table::new(Text::new("所屬機關", "Agencies below"), heads)
        .figures(2)
        .figures(3)
        .when_empty(Text::new("沒有所屬機關。", "There is no agency below it."));
    for node in nodes {
        let below = node.below_open + node.below_closed;
        let href =
            if below > 0 { format!("/agencies/tree?under={}", node.code) } else { format!("/agencies/{}", node.code) };
        let link = Link::new(href, same(&node.name));
        let name = if node.closed { Cell::LinkTag(link, super::agencies::closed()) } else { Cell::Link(link) };
        let cells = vec![
            name,
            Cell::Code(node.code.to_string()),
            Cell::Figure(page.number(below)),
            Cell::Figure(page.number(node.below_closed)),
        ];
        table.row(node.code, &node.name, cells);
    }
    table
}

impl Sample for AgencyTreePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let code = |text: &str| AgencyCode::parse(text).expect("a well-formed code");
        let node = |at: &str, name: &str, closed, below_open| Node {
            code: code(at),
            name: name.into(),
            closed,
            closed_on: None,
            below_open,
            below_closed: 3,
        };
        let path = [(code("A00000000A"), "範例院".to_owned()), (code("A58000000A"), "範例市政府".to_owned())];
        let long = "範例市原住民族文化發展及部落永續推動事務所與所屬各聯合服務中心籌備處";
        let nodes = [
            node("A58010000A", "範例局", false, 12_345),
            node("A58020000A", long, false, 0),
            node("A58030000A", "舊局", true, 0),
        ];
        vec![
            ("usual", Self::new(page.clone(), &path, &nodes)),
            ("top", Self::new(page.clone(), &[], &nodes)),
            ("empty", Self::new(page.clone(), &path, &[])),
        ]
    }
}

/// Under which agency, in `?under=`; empty for the top.
#[derive(Deserialize)]
pub struct Under {
    #[serde(default)]
    under: String,
}

/// `GET /agencies/tree?under=`
pub async fn show(State(app): State<App>, page: Page, Query(Under { under }): Query<Under>) -> Answer {
    let under = match under.as_str() {
        "" => None,
        text => Some(AgencyCode::parse(text).map_err(|_| WebError::NotFound)?),
    };
    let path = match under {
        Some(code) => org::path(&app.db, code).await.map_err(told("find the superiors"))?,
        None => Vec::new(),
    };
    if under.is_some() && path.is_empty() {
        return Err(WebError::NotFound);
    }
    let nodes = org::children(&app.db, under, app.today()).await.map_err(told("list agencies below"))?;
    html(&AgencyTreePage::new(page, &path, &nodes))
}
