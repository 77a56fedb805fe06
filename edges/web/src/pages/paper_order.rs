//! One order of the paper queue: printed here, and the day of service recorded with who signed.

use crate::App;
use crate::pages::document::{file, pdf_of};
use crate::pages::order::open;
use crate::pages::order_sample::{order as sample_order, served};
use crate::pages::orders::delivery_tag;
use crate::pages::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Text, roc};
use orders::{Delivery, Issued, field};
use webkit::{Answer, Cell, Form, Link, Notice, Page, Sample, SummaryRow, Tag, WebError, done, html, html_with, same};

/// The order.
#[derive(Template)]
#[template(path = "paper_order.html")]
pub struct PaperOrderPage {
    page: Page,
    form: Form,
    id: String,
    tag: Tag,
    facts: Vec<SummaryRow>,
    /// Service was recorded.
    served: bool,
}

impl PaperOrderPage {
    fn new(page: Page, form: Form, order: &Issued, delivery: &Delivery) -> Self {
        let page = page
            .titled(same(order.label()))
            .under(Link::new("/paper", Text::new("書面送達", "On paper")))
            .checked(&form);
        Self {
            id: order.id.to_string(),
            tag: delivery_tag(delivery),
            facts: facts(&page, order, delivery),
            served: delivery.served_on.is_some(),
            form,
            page,
        }
    }
}

fn facts(page: &Page, order: &Issued, delivery: &Delivery) -> Vec<SummaryRow> {
    let place = [order.text(field::SERVING_AGENCY), order.text(field::SERVING_UNIT)].concat();
    let mut rows = vec![
        SummaryRow::new(Text::new("受文者", "To"), format!("{}君", order.text(field::RECIPIENT))),
        SummaryRow::new(Text::new("服務單位", "Unit"), place),
        SummaryRow::new(Text::new("獎懲結果", "Outcome"), order.text(field::OUTCOME)),
        SummaryRow::new(Text::new("發文日期", "Issued"), Cell::Code(page.date(order.issued_on))),
    ];
    if let Some(at) = delivery.printed_at {
        rows.push(SummaryRow::new(Text::new("列印時間", "Printed"), Cell::Code(page.moment(at))));
    }
    if let Some(on) = delivery.served_on {
        rows.push(SummaryRow::new(Text::new("送達日期", "Served"), Cell::Code(page.date(on))));
        rows.push(SummaryRow::new(Text::new("簽收人", "Signed by"), delivery.receiver.clone().unwrap_or_default()));
    }
    rows
}

impl Sample for PaperOrderPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let order = sample_order("谷辣斯·尤達卡·示範", 12_345);
        let waits = Delivery { served_on: None, receiver: None, printed_at: None, ..served() };
        let mut faulty = Form::of([("served_on", "115/13/45")]);
        faulty.date("served_on");
        faulty.fault("receiver", Text::new("請填寫簽收人。", "Please say who signed for it."));
        vec![
            ("usual", Self::new(page.clone(), Form::of([("receiver", "谷辣斯·尤達卡·示範")]), &order, &waits)),
            ("faulty", Self::new(page.clone(), faulty, &order, &waits)),
            ("served", Self::new(page.clone(), Form::new(), &order, &served())),
        ]
    }
}

/// An order that is served on paper.
async fn on_paper(me: &Me, id: &str) -> Result<(Issued, Delivery), WebError> {
    let order = open(me, Action::ServePaper, id).await?;
    let delivery = orders::service(&me.db, order.id).await.map_err(told("read a delivery"))?;
    Ok((order, delivery.filter(|delivery| !delivery.electronic).ok_or(WebError::NotFound)?))
}

/// `GET /paper/{id}`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (order, delivery) = on_paper(&me, &id).await?;
    let form = Form::new().with("served_on", roc::slash(app.today())).with("receiver", order.text(field::RECIPIENT));
    me.looks_at(sights::order(&order, "paper", "辦理書面送達")).await?;
    html(&PaperOrderPage::new(page, form, &order, &delivery))
}

/// `POST /paper/{id}/print`: the PDF; the time of printing is kept.
pub async fn print(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let (order, delivery) = on_paper(&me, &id).await?;
    let (name, bytes) = (format!("{}.pdf", order.label()), pdf_of(&app, &order).await?);
    me.takes(&name, sights::order(&order, "paper", "列印書面送達的令")).await?;
    // An order that was served may be printed again, but its delivery is closed.
    if delivery.served_on.is_none() {
        let mut tx = me.db.begin().await.map_err(WebError::fault("reach the database"))?;
        orders::mark_printed(&mut tx, order.id, app.now()).await.map_err(told("note the printing"))?;
        tx.commit().await.map_err(WebError::fault("note the printing"))?;
    }
    Ok(file(&name, "application/pdf", true, bytes))
}

/// `POST /paper/{id}/serve`: the day of service and who signed.
pub async fn serve(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (order, delivery) = on_paper(&me, &id).await?;
    let served_on = form.date("served_on");
    if served_on.is_none() && form.error("served_on").is_none() {
        form.fault("served_on", Text::new("請填寫送達日期。", "Give the day of service."));
    }
    if let (Some(served_on), true) = (served_on, form.is_clean()) {
        let mut tx = me.db.begin().await.map_err(WebError::fault("reach the database"))?;
        match orders::record_service(&mut tx, &order, served_on, form.trimmed("receiver"), app.now()).await {
            Ok(()) => {
                tx.commit().await.map_err(WebError::fault("record service"))?;
                let said = Text::new("已登錄送達。", "Service was recorded.");
                return Ok(done("/paper", &Notice::success(said)));
            }
            Err(error) => on_form(&mut form, "record service", error)?,
        }
    }
    me.looks_at(sights::order(&order, "paper", "辦理書面送達")).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &PaperOrderPage::new(page, form, &order, &delivery))
}
