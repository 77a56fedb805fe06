//! The paper queue: orders to be printed, handed over and signed for.

use crate::pages::document::file;
use crate::pages::order_sample::{orders as sample_orders, served};
use crate::pages::orders::delivery_tag;
use crate::pages::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{OrderId, Text, roc};
use orders::{Delivery, Issued, OrdersError, PaperSetting, field};
use std::collections::BTreeSet;
use webkit::{Answer, Cell, Form, Link, Notice, Page, Sample, Table, WebError, done, html, html_with, same};

/// The queue.
#[derive(Template)]
#[template(path = "paper.html")]
pub struct PaperPage {
    page: Page,
    form: Form,
    queue: Table,
}

type Waiting = (Issued, Delivery);

impl PaperPage {
    fn new(page: Page, form: Form, queue: &[Waiting]) -> Self {
        let page = page.titled(Text::new("書面送達", "On paper")).checked(&form);
        Self { queue: table(&page, queue, &form), form, page }
    }
}

fn table(page: &Page, queue: &[Waiting], form: &Form) -> Table {
    let heads = vec![
        Text::new("發文字號", "Number"),
        Text::new("受文者", "To"),
        Text::new("服務單位", "Unit"),
        Text::new("發文日期", "Issued"),
        Text::new("狀態", "State"),
        Text::new("列印時間", "Printed"),
    ];
    let mut table = Table::new(Text::new("待書面送達的令", "Orders to be served on paper"), heads)
        .choose("order", queue.len())
        .chosen_in(form)
        .when_empty(Text::new("沒有待書面送達的令。", "No order waits to be served on paper."));
    for (order, delivery) in queue {
        let printed = delivery.printed_at.map_or_else(|| "—".to_owned(), |at| page.moment(at));
        let cells = vec![
            Link::new(format!("/paper/{}", order.id), same(order.label())).into(),
            order.text(field::RECIPIENT).into(),
            [order.text(field::SERVING_AGENCY), order.text(field::SERVING_UNIT)].concat().into(),
            Cell::Code(page.date(order.issued_on)),
            delivery_tag(delivery).into(),
            Cell::Code(printed),
        ];
        table.row(order.id, format!("{} {}", order.label(), order.text(field::RECIPIENT)), cells);
    }
    table
}

impl Sample for PaperPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let waits = |printed| Delivery { served_on: None, receiver: None, printed_at: printed, ..served() };
        let queue: Vec<Waiting> =
            sample_orders().into_iter().zip([waits(None), waits(Some(page.now)), waits(None)]).collect();
        let mut faulty = Form::of([("served_on", "115/13/45")]);
        faulty.date("served_on");
        faulty.fault("order", choose());
        let today = Form::new().with("served_on", roc::slash(kernel::office_date(page.now)));
        vec![
            ("usual", Self::new(page.clone(), today, &queue)),
            ("faulty", Self::new(page.clone(), faulty, &queue)),
            ("empty", Self::new(page.clone(), Form::new(), &[])),
        ]
    }
}

async fn queue(me: &Me) -> Result<Vec<Waiting>, WebError> {
    let agencies = scope::agencies(me, Action::ServePaper);
    orders::paper_queue(&me.db, &agencies).await.map_err(told("list the paper queue"))
}

async fn looks(me: &Me, queue: &[Waiting]) -> Result<(), WebError> {
    me.looks_at(sights::orders(queue.iter().map(|(order, _)| order), "paper", "辦理書面送達")).await
}

/// `GET /paper`
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let form = Form::new().with("served_on", roc::slash(app.today()));
    let queue = queue(&me).await?;
    looks(&me, &queue).await?;
    html(&PaperPage::new(page, form, &queue))
}

/// `POST /paper`: of the chosen orders prints the list on which receivers sign, or with `do=serve` records that each was handed to
/// its person.
pub async fn act(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let queue = queue(&me).await?;
    let chosen = chosen(&queue, &form);
    scope::done_for(&me, Action::ServePaper, chosen.iter().map(|order| order.agency));
    if chosen.is_empty() {
        form.fault("order", choose());
    } else if form.value("do") == "serve" {
        if let Some(count) = serve(&app, &me, &chosen, &mut form).await? {
            let said = Text::new(format!("已登錄{count}件送達。"), format!("{count} services were recorded."));
            return Ok(done("/paper", &Notice::success(said)));
        }
    } else {
        return receipts(&app, &me, chosen).await;
    }
    looks(&me, &queue).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &PaperPage::new(page, form, &queue))
}

fn choose() -> Text {
    Text::new("請勾選要辦理的令。", "Choose the orders.")
}

fn chosen(queue: &[Waiting], form: &Form) -> Vec<Issued> {
    let ids: BTreeSet<[u8; 16]> = form.parsed::<OrderId>("order").into_iter().map(|id| id.0).collect();
    let all = form.sent("order_all");
    queue.iter().filter(|(order, _)| all || ids.contains(&order.id.0)).map(|(order, _)| order.clone()).collect()
}

/// Records that each order was handed to its own person, all of them or none. Returns how many, or nothing if the form was refused.
async fn serve(app: &App, me: &Me, chosen: &[Issued], form: &mut Form) -> Result<Option<usize>, WebError> {
    let Some(served_on) = form.date("served_on") else {
        if form.error("served_on").is_none() {
            form.fault("served_on", Text::new("請填寫送達日期。", "Give the day of service."));
        }
        return Ok(None);
    };
    let mut tx = me.db.begin().await.map_err(WebError::fault("reach the database"))?;
    for order in chosen {
        let receiver = order.text(field::RECIPIENT);
        if let Err(error) = orders::record_service(&mut tx, order, served_on, receiver, app.now()).await {
            on_form(form, "record service", naming(order, error))?;
            return Ok(None);
        }
    }
    tx.commit().await.map_err(WebError::fault("record service"))?;
    Ok(Some(chosen.len()))
}

/// A refusal in a list says which order it is about.
fn naming(order: &Issued, error: OrdersError) -> OrdersError {
    match error {
        OrdersError::Refused(mut no) => {
            no.text =
                Text::new(format!("{}：{}", order.label(), no.text.zh), format!("{}: {}", order.label(), no.text.en));
            OrdersError::Refused(no)
        }
        other => other,
    }
}

async fn receipts(app: &App, me: &Me, mut chosen: Vec<Issued>) -> Answer {
    // A list is one agency's: its name stands above it.
    let first = chosen[0].agency;
    chosen.retain(|order| order.agency == first);
    let name = format!("送達簽收單_{}.pdf", roc::compact(app.today()));
    me.takes(&name, sights::orders(&chosen, "paper", "列印送達簽收單")).await?;
    let print = app.clone();
    let printing = tokio::task::spawn_blocking(move || {
        let setting =
            PaperSetting { address: "", watermark: print.watermark(), banner: print.banner(), now: print.now() };
        orders::receipt_list_pdf(&print.press, &chosen, setting)
    });
    let bytes = printing.await.map_err(WebError::fault("print a list"))?.map_err(told("print a list"))?;
    Ok(file(&name, "application/pdf", true, bytes))
}
