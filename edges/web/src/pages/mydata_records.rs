//! The awards and penalties on a person's own record.

use crate::pages::review::outcome_name;
use crate::refusal::page as told;
use crate::session::Me;
use askama::Template;
use kernel::{OrderId, Text};
use orders::{Issued, field};
use std::collections::BTreeMap;
use time::Date;
use webkit::{Answer, Cell, Link, Page, Sample, Table, Tag, Tone, html, same};

/// The list.
#[derive(Template)]
#[template(path = "mydata_records.html")]
pub struct MyDataRecordsPage {
    page: Page,
    records: Table,
}

/// A line of the record with its order.
type Line<'a> = (&'a Issued, String, Date, Option<Date>);

impl MyDataRecordsPage {
    fn new(page: Page, lines: &[Line<'_>]) -> Self {
        let parent = Link::new("/mydata", Text::new("我的資料", "MyData"));
        let page = page.titled(Text::new("我的獎懲紀錄", "My awards and penalties")).under(parent);
        let heads = vec![
            Text::new("獎懲", "Outcome"),
            Text::new("事由", "Reason"),
            Text::new("核定日期", "Decided"),
            Text::new("令", "Order"),
            Text::new("狀態", "State"),
        ];
        let mut records = Table::new(Text::new("獎懲紀錄", "Awards and penalties"), heads)
            .when_empty(Text::new("沒有已送達的獎懲。", "No award or penalty was delivered yet."));
        for (order, outcome, on, ended) in lines {
            let link = Link::new(format!("/mydata/orders/{}", order.id), same(order.label()));
            let cells = vec![
                outcome_name(outcome).into(),
                order.text(field::REASON).into(),
                Cell::Code(page.date(on)),
                link.into(),
                state(&page, *ended).into(),
            ];
            records.row(order.id, order.label(), cells);
        }
        Self { page, records }
    }
}

fn state(page: &Page, ended: Option<Date>) -> Tag {
    match ended {
        None => Tag::new(Tone::Good, Text::new("有效", "In force")),
        Some(on) => Tag::new(
            Tone::Faded,
            Text::new(format!("{}起變更", page.date(on)), format!("Changed from {}", page.date(on))),
        ),
    }
}

impl Sample for MyDataRecordsPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let orders = super::order_sample::orders();
        let today = page.now.date();
        let lines: Vec<Line<'_>> = orders
            .iter()
            .zip([("4010", None), ("4001", Some(today)), ("5001", None)])
            .map(|(order, (outcome, ended))| (order, outcome.to_owned(), today, ended))
            .collect();
        vec![("usual", Self::new(page.clone(), &lines)), ("empty", Self::new(page.clone(), &[]))]
    }
}

/// `GET /mydata/records`: only what was delivered, for a decision takes effect on the person when it is served.
pub async fn show(me: Me, page: Page) -> Answer {
    let records = personnel::records(&me.db, me.person).await.map_err(told("read own record"))?;
    let inbox = orders::inbox(&me.db, me.person).await.map_err(told("list own orders"))?;
    let by_id: BTreeMap<OrderId, &Issued> = inbox.iter().map(|(order, _)| (order.id, order)).collect();
    let lines: Vec<Line<'_>> = records
        .into_iter()
        .filter_map(|(id, outcome, on, ended)| Some((*by_id.get(&id)?, outcome, on, ended)))
        .collect();
    html(&MyDataRecordsPage::new(page, &lines))
}
