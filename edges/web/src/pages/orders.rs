//! The orders issued by the reader's agencies.

use crate::pages::mydata_order::standing_tag;
use crate::pages::order_sample::{correction, delivered, orders as sample_orders, served};
use crate::pages::sights;
use crate::refusal::page as told;
use crate::scope;
use crate::session::Me;
use access::Action;
use askama::Template;
use axum::extract::Query;
use kernel::Text;
use orders::{Delivery, Issued, Standing, field};
use webkit::{Answer, Cell, Link, Page, Pager, Sample, Table, Tag, Tone, WebError, html, same};

/// Orders on one page.
const PER_PAGE: usize = 25;

/// The list.
#[derive(Template)]
#[template(path = "orders.html")]
pub struct OrdersPage {
    page: Page,
    table: Table,
    pager: Pager,
}

/// An order with where it stands and how it is delivered.
type Line = (Issued, Standing, Option<Delivery>);

impl OrdersPage {
    fn new(page: Page, lines: &[Line], pager: Pager) -> Self {
        let page = page.titled(Text::new("令", "Orders"));
        Self { table: table(&page, lines), pager, page }
    }
}

fn table(page: &Page, lines: &[Line]) -> Table {
    let heads = vec![
        Text::new("發文字號", "Number"),
        Text::new("發文日期", "Issued"),
        Text::new("受文者", "To"),
        Text::new("獎懲結果", "Outcome"),
        Text::new("效力", "Standing"),
        Text::new("送達", "Delivery"),
        Text::new("機關", "Agency"),
    ];
    let mut table = Table::new(Text::new("已發布的令", "Orders issued"), heads)
        .when_empty(Text::new("還沒有發布任何令。", "No order was issued yet."));
    for (order, standing, delivery) in lines {
        let cells = vec![
            Link::new(format!("/orders/{}", order.id), same(order.label())).into(),
            Cell::Code(page.date(order.issued_on)),
            or_dash(order.text(field::RECIPIENT)),
            outcome(order).into(),
            standing_tag(*standing).into(),
            delivery.as_ref().map_or_else(|| Cell::from("—"), |delivery| delivery_tag(delivery).into()),
            or_dash(order.text(field::ISSUING_AGENCY)),
        ];
        table.row(order.id, order.label(), cells);
    }
    table
}

/// A text; a dash where what the order says was destroyed.
fn or_dash(text: &str) -> Cell {
    if text.is_empty() { "—".into() } else { text.into() }
}

/// What the order grants or does.
fn outcome(order: &Issued) -> Text {
    if order.erased_at.is_some() {
        return super::review::outcome_name("");
    }
    match order.amends {
        Some((_, amendment)) => {
            let (done, outcome) = (amendment.label(), order.text(field::OUTCOME));
            Text::new(format!("{}（{outcome}）", done.zh), format!("{} ({outcome})", done.en))
        }
        None => same(order.text(field::OUTCOME)),
    }
}

/// How far the delivery got.
pub fn delivery_tag(delivery: &Delivery) -> Tag {
    match delivery {
        Delivery { electronic: true, opened_at: Some(_), .. } => {
            Tag::new(Tone::Good, Text::new("電子，已開啟", "Opened"))
        }
        Delivery { electronic: true, entered_at: Some(_), .. } => {
            Tag::new(Tone::Good, Text::new("電子，已送達", "In the inbox"))
        }
        Delivery { electronic: true, .. } => Tag::new(Tone::Waiting, Text::new("電子，送達中", "On its way")),
        Delivery { served_on: Some(_), .. } => Tag::new(Tone::Good, Text::new("書面，已簽收", "Signed for")),
        Delivery { printed_at: Some(_), .. } => Tag::new(Tone::Waiting, Text::new("書面，已列印", "Printed")),
        _ => Tag::new(Tone::Waiting, Text::new("書面，待列印", "To be printed")),
    }
}

impl Sample for OrdersPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let [a, b, c] = <[Issued; 3]>::try_from(sample_orders()).expect("three samples");
        let lines = [
            (correction(&a), Standing::Staged, Some(delivered(false))),
            (a, Standing::Superseded, Some(delivered(true))),
            (b, Standing::Valid, Some(served())),
            (c, Standing::Revoked, None),
        ];
        vec![
            ("usual", Self::new(page.clone(), &lines, Pager::new(1, PER_PAGE, 1_248, "/orders"))),
            ("empty", Self::new(page.clone(), &[], Pager::new(1, PER_PAGE, 0, "/orders"))),
        ]
    }
}

/// `GET /orders?page=`
pub async fn show(me: Me, Query(at): Query<super::review::At>, page: Page) -> Answer {
    let agencies = scope::agencies(&me, Action::ReadCases);
    let found = orders::count_of_agencies(&me.db, &agencies).await.map_err(told("count orders"))?;
    let pager = Pager::new(at.number(), PER_PAGE, usize::try_from(found).unwrap_or(0), "/orders");
    let (limit, offset) =
        (u32::try_from(PER_PAGE).expect("a page is short"), u32::try_from(pager.offset(PER_PAGE)).unwrap_or(0));
    let orders = orders::orders_of_agencies(&me.db, &agencies, limit, offset).await.map_err(told("list orders"))?;
    me.looks_at(sights::orders(&orders, "orders", "查閱已發布的令")).await?;
    html(&OrdersPage::new(page, &lines(&me, orders).await?, pager))
}

async fn lines(me: &Me, orders: Vec<Issued>) -> Result<Vec<Line>, WebError> {
    let mut lines = Vec::with_capacity(orders.len());
    for order in orders {
        let standing = orders::standing(&me.db, order.id).await.map_err(told("read the register"))?;
        let delivery = orders::service(&me.db, order.id).await.map_err(told("read a delivery"))?;
        lines.push((order, standing, delivery));
    }
    Ok(lines)
}
