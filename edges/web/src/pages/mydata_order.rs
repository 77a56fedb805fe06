//! One order as the person reads it: what it says, what it means for them now, and what can be taken home.

use crate::App;
use crate::pages::document::{bundle_of, file, pdf_of};
use crate::pages::sights;
use crate::refusal::page as told;
use crate::session::Me;
use access::{Action, Scope, permits};
use askama::Template;
use axum::extract::{Path, State};
use codes::RemedyClause;
use kernel::{Deadline, Text, roc};
use orders::{Amendment, Delivery, Erased, Issued, Standing, field};
use time::Date;
use webkit::{Answer, Cell, Link, Page, Sample, SummaryRow, Tag, Tone, WebError, html, same};

/// The order.
#[derive(Template)]
#[template(path = "mydata_order.html")]
pub struct MyDataOrderPage {
    page: Page,
    id: String,
    tag: Tag,
    /// Whether a deputy approved it.
    by_deputy: bool,
    /// What became of it, if it does not stand as it is.
    changed: Option<Changed>,
    /// The order it changes, if the person may read that one.
    amends: Option<Link>,
    content: Vec<SummaryRow>,
    remedy: Option<Remedy>,
    delivery: Vec<SummaryRow>,
    /// The page of the QR code, with the key that opens the content.
    verify: String,
    /// What is said of its erasure, if its content was destroyed.
    erased: Option<Vec<SummaryRow>>,
}

/// What became of the order.
struct Changed {
    words: Text,
    by: Vec<Link>,
}

/// Until when, and how, the person can seek a remedy.
struct Remedy {
    /// The last day, in words.
    until: String,
    days_left: i64,
    what: Text,
    /// The day before it was moved off a day of rest.
    moved_from: Option<String>,
    calendar_known: bool,
    citation: Text,
}

/// Everything the page shows.
struct Shown {
    order: Issued,
    delivery: Delivery,
    standing: Standing,
    /// Orders that change this one and lie in the person's inbox too.
    amendments: Vec<Issued>,
    original: Option<Issued>,
    address: String,
    erased: Option<Erased>,
}

impl MyDataOrderPage {
    fn new(page: Page, shown: &Shown) -> Self {
        let Shown { order, delivery, standing, amendments, original, address, erased } = shown;
        let named = Text::new(
            format!("{}　令", order.text(field::ISSUING_AGENCY)),
            format!("Order of {}", order.text(field::ISSUING_AGENCY)),
        );
        let title = if order.erased_at.is_some() { Text::new("令", "Order") } else { named };
        let page = page.titled(title).under(Link::new("/mydata", Text::new("我的資料", "MyData")));
        Self {
            id: order.id.to_string(),
            tag: standing_tag(*standing),
            by_deputy: !order.deputy().is_empty(),
            changed: changed(*standing, amendments),
            amends: original.as_ref().map(|old| link(old, same(old.label()))),
            content: content(&page, order),
            remedy: remedy(&page, order, delivery.service_date()).filter(|_| still_contested(*standing)),
            delivery: delivery_facts(&page, delivery),
            verify: address.find("/Q/").map_or_else(|| "/verify".to_owned(), |at| address[at..].to_owned()),
            erased: erased_facts(&page, order, erased.as_ref()),
            page,
        }
    }
}

/// What stays known of an erasure that was carried out; nothing of one that waits. Who did it is the agency's to know.
pub fn erased_facts(page: &Page, order: &Issued, erased: Option<&Erased>) -> Option<Vec<SummaryRow>> {
    order.erased_at?;
    let facts = erased.map(|Erased { on, basis, backups_until }| {
        vec![
            SummaryRow::new(Text::new("銷毀日期", "Destroyed on"), page.long_date(*on)),
            SummaryRow::new(Text::new("法令依據", "Legal basis"), basis.as_str()),
            SummaryRow::new(
                Text::new("備份最遲留存至", "Backups hold it until, at the latest"),
                page.long_date(*backups_until),
            ),
        ]
    });
    Some(facts.unwrap_or_default())
}

fn link(order: &Issued, label: Text) -> Link {
    Link::new(format!("/mydata/orders/{}", order.id), label)
}

/// The standing of an order with its colour.
pub fn standing_tag(standing: Standing) -> Tag {
    let tone = match standing {
        Standing::Staged => Tone::Waiting,
        Standing::Valid => Tone::Good,
        Standing::Superseded | Standing::Repealed => Tone::Warn,
        Standing::Revoked => Tone::Bad,
    };
    Tag::new(tone, standing.label())
}

/// Of an order that was replaced or taken back there is nothing left to seek a remedy against; the new order has its own period.
fn still_contested(standing: Standing) -> bool {
    !matches!(standing, Standing::Superseded | Standing::Revoked)
}

fn changed(standing: Standing, amendments: &[Issued]) -> Option<Changed> {
    let words = match standing {
        Standing::Staged | Standing::Valid => return None,
        Standing::Superseded => Text::new(
            "本令已更正，請以更正後之令為準。",
            "This order was corrected; the corrected order is the one that counts.",
        ),
        Standing::Repealed => Text::new(
            "本令已廢止，自廢止生效日起失其效力。",
            "This order was repealed and has no effect from that day on.",
        ),
        Standing::Revoked => {
            Text::new("本令已撤銷或註銷，不再有效。", "This order was revoked or cancelled and is no longer in force.")
        }
    };
    let by = |order: &Issued| {
        let verb = order.amends.map_or_else(|| Text::new("", ""), |(_, amendment)| amendment.label());
        let on = roc::slash(order.issued_on);
        let label = Text::new(
            format!("{on} {}之令：{}", verb.zh, order.label()),
            format!("{on} {}: {}", verb.en, order.label()),
        );
        link(order, label)
    };
    Some(Changed { words, by: amendments.iter().map(by).collect() })
}

/// The order as it is written, in the order of the paper; lines without text are left out. The national id is masked.
pub fn content(page: &Page, order: &Issued) -> Vec<SummaryRow> {
    let place = [field::SERVING_AGENCY, field::SERVING_UNIT, field::TITLE].map(|name| order.text(name)).join("　");
    let effective = roc::parse(order.text(field::EFFECTIVE_ON)).ok().flatten().map(|day| page.long_date(day));
    let head = [field::HEAD_TITLE, field::HEAD_NAME, field::HEAD_ABSENCE].map(|name| order.text(name)).join("　");
    let recipient = match order.text(field::RECIPIENT) {
        "" => String::new(),
        name => format!("{name}君"),
    };
    let lines = [
        (Text::new("發文日期", "Date of issue"), page.long_date(order.issued_on)),
        (Text::new("發文字號", "Number"), order.label()),
        (Text::new("受文者", "To"), recipient),
        (Text::new("主旨", "Subject"), order.text(field::SUBJECT).to_owned()),
        (Text::new("身分證統一編號", "National ID"), order.masked_id.clone()),
        (Text::new("服務機關（單位）及職稱", "Agency, unit and title"), place.trim_matches('　').to_owned()),
        (Text::new("官職等", "Grade"), order.text(field::GRADE).to_owned()),
        (Text::new("變更", "Change"), order.text(field::AMENDMENT).to_owned()),
        (Text::new("變更之令", "Changes order"), order.text(field::AMENDS_NUMBER).to_owned()),
        (Text::new("變更理由", "Why"), order.text(field::AMENDMENT_REASON).to_owned()),
        (Text::new("廢止生效日期", "Repealed from"), effective.unwrap_or_default()),
        (Text::new("獎懲事由", "Reason"), order.text(field::REASON).to_owned()),
        (Text::new("獎懲結果", "Outcome"), order.text(field::OUTCOME).to_owned()),
        (Text::new("法令依據", "Legal basis"), order.text(field::LEGAL_BASIS).to_owned()),
        (Text::new("其他事項", "Other"), order.text(field::OTHER).to_owned()),
        (Text::new("教示", "Remedy"), order.text(field::REMEDY).to_owned()),
        (Text::new("副本", "Copies to"), order.text(field::COPIES_TO).to_owned()),
        (Text::new("署名", "Signed"), head.trim_matches('　').to_owned()),
        (Text::new("代行（職務代理人核定）", "Approved by a deputy"), order.deputy()),
    ];
    lines.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| SummaryRow::new(key, text)).collect()
}

fn remedy(page: &Page, order: &Issued, service: Option<Date>) -> Option<Remedy> {
    let (Deadline { on, extended_from, calendar_known }, citation) = orders::remedy(order, service?)?;
    let agency = order.text(field::ISSUING_AGENCY);
    let what = match RemedyClause::parse(order.text(field::REMEDY_CLAUSE)) {
        Ok(RemedyClause::Teacher) => Text::new(
            "以書面向教師申訴評議委員會提起申訴。",
            "file a written complaint with the teachers' complaint review committee.",
        ),
        _ => Text::new(
            format!("寫復審書送到{agency}，由機關轉送公務人員保障暨培訓委員會；以機關收到之日為準。"),
            format!(
                "send a written appeal to {agency}, which passes it to the Civil Service Protection and Training Commission. The day it is received counts."
            ),
        ),
    };
    Some(Remedy {
        until: page.long_date(on),
        days_left: (on - kernel::office_date(page.now)).whole_days(),
        what,
        moved_from: extended_from.map(|day| page.date(day)),
        calendar_known,
        citation: Text::new(citation.to_string(), citation.english()),
    })
}

/// How and when the order reached the person, as far as it did.
pub fn delivery_facts(page: &Page, delivery: &Delivery) -> Vec<SummaryRow> {
    let moment = |key, at: Option<time::OffsetDateTime>| at.map(|at| SummaryRow::new(key, Cell::Code(page.moment(at))));
    let served = delivery
        .served_on
        .map(|on| SummaryRow::new(Text::new("書面送達", "Served on paper"), Cell::Code(page.date(on))));
    let receiver = delivery.receiver.clone().map(|name| SummaryRow::new(Text::new("簽收人", "Signed for by"), name));
    [
        moment(Text::new("送達（進入本系統）", "Served (arrived here)"), delivery.entered_at),
        moment(Text::new("首次開啟", "First opened"), delivery.opened_at),
        served,
        receiver,
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Sample for MyDataOrderPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        use super::order_sample::{correction, delivered, order, served};
        let old = order("谷辣斯·尤達卡·示範", 12_345);
        let new = correction(&old);
        let shown = |order: &Issued, delivery, standing, amendments: &[Issued], original| Shown {
            order: order.clone(),
            delivery,
            standing,
            amendments: amendments.to_vec(),
            original,
            address: "HTTPS://EXAMPLE.GOV.TW/Q/06C03#06C03".into(),
            erased: None,
        };
        let mut teacher = old.clone();
        teacher.fields.iter_mut().filter(|f| f.name == field::REMEDY_CLAUSE).for_each(|f| f.value = "2".into());
        let acting = super::order_sample::by_deputy(&old);
        let gone = super::order_sample::erased(&old);
        let mut erased = shown(&gone, delivered(true), Standing::Valid, &[], None);
        erased.erased = Some(super::order_sample::destroyed());
        let draw = |shown| Self::new(page.clone(), &shown);
        vec![
            ("usual", draw(shown(&old, delivered(true), Standing::Valid, &[], None))),
            ("by_deputy", draw(shown(&acting, delivered(true), Standing::Valid, &[], None))),
            ("corrected", draw(shown(&old, delivered(true), Standing::Superseded, std::slice::from_ref(&new), None))),
            ("correction", draw(shown(&new, delivered(true), Standing::Valid, &[], Some(old.clone())))),
            ("erased", draw(erased)),
            ("on_paper", draw(shown(&teacher, served(), Standing::Revoked, &[], None))),
        ]
    }
}

/// The order with this id, if it is the person's own and was delivered or served.
pub(super) async fn own(me: &Me, id: &str) -> Result<(Issued, Delivery), WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let order = orders::order(&me.db, id).await.map_err(told("open an order"))?.ok_or(WebError::NotFound)?;
    let delivery = orders::service(&me.db, id).await.map_err(told("open an order"))?.ok_or(WebError::NotFound)?;
    let mine = permits(Some(me), Action::ReadOwnRecord, Scope::Person(order.person, None));
    if mine && delivery.service_date().is_some() { Ok((order, delivery)) } else { Err(WebError::NotAllowed) }
}

/// `GET /mydata/orders/{id}`: also notes the first opening.
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (order, mut delivery) = own(&me, &id).await?;
    if delivery.entered_at.is_some() && delivery.opened_at.is_none() {
        orders::note_opened(&me.db, order.id, app.now()).await.map_err(told("note the first opening"))?;
        delivery.opened_at = Some(app.now());
    }
    let standing = orders::standing(&me.db, order.id).await.map_err(told("read the register"))?;
    let address = match order.erased_at {
        // Without the key there is nothing to open; what is public of the order is there all the same.
        Some(_) => seal::qr::path(&order.id.0),
        None => orders::address(&me.db, &order, &app.public).await.map_err(told("make the address of the QR code"))?,
    };
    let erased = orders::erased(&me.db, &order).await.map_err(told("look for an erasure"))?;
    let mut amendments = orders::amendments(&me.db, order.id).await.map_err(told("list changes of an order"))?;
    let inbox = orders::inbox(&me.db, me.person).await.map_err(told("list own orders"))?;
    amendments.retain(|new| inbox.iter().any(|(order, _)| order.id == new.id));
    let original = order.amends.and_then(|(old, _): (_, Amendment)| {
        inbox.iter().find(|(order, _)| order.id == old).map(|(order, _)| order.clone())
    });
    html(&MyDataOrderPage::new(page, &Shown { order, delivery, standing, amendments, original, address, erased }))
}

/// `GET /mydata/orders/{id}/order.pdf`
pub async fn pdf(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let (order, _) = own(&me, &id).await?;
    let (name, bytes) = (format!("{}.pdf", order.label()), pdf_of(&app, &order).await?);
    me.takes(&name, sights::order(&order, "own_file", "取得自己的令")).await?;
    Ok(file(&name, "application/pdf", true, bytes))
}

/// `GET /mydata/orders/{id}/order.json`: the bundle that proves the order to a stranger.
pub async fn bundle(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let (order, _) = own(&me, &id).await?;
    let (name, bytes) = (format!("{}.json", order.label()), bundle_of(&app, &order).await?);
    me.takes(&name, sights::order(&order, "own_file", "取得自己的令")).await?;
    Ok(file(&name, "application/json", false, bytes))
}
