//! An order as the agency sees it: its text, where it stands in the register, how it reached the person, and what may be done to it.

use crate::App;
use crate::pages::document::{bundle_of, file, pdf_of, waits_for_witnesses};
use crate::pages::mydata_order::{content, delivery_facts, erased_facts, standing_tag};
use crate::pages::order_sample::{correction, delivered, order as sample_order, served};
use crate::pages::orders::delivery_tag;
use crate::pages::sights;
use crate::refusal::page as told;
use crate::scope;
use crate::session::Me;
use access::{Action, Decision, Scope, decide, permits};
use askama::Template;
use axum::extract::{Path, State};
use kernel::{Deadline, Text};
use orders::{Amendment, Delivery, Erased, Issued, Standing};
use time::OffsetDateTime;
use tlog::leaf::Kind;
use webkit::{Answer, Cell, Happening, Link, Page, Sample, SummaryRow, Tag, Tone, WebError, html, same};

/// The order.
#[derive(Template)]
#[template(path = "order.html")]
pub struct OrderPage {
    page: Page,
    id: String,
    tags: Vec<Tag>,
    content: Vec<SummaryRow>,
    /// Orders that change this one, and the one it changes.
    related: Vec<Link>,
    register: Vec<SummaryRow>,
    events: Vec<Happening>,
    delivery: Vec<SummaryRow>,
    /// What may be done to it by this reader.
    changes: Vec<Link>,
    /// It is still on its way into the register.
    staged: bool,
    /// It is in the register, and the witnesses have not seen it yet.
    unwitnessed: bool,
    /// Where it is printed and handed over.
    paper: Option<Link>,
    /// What is said of its erasure, if its content was destroyed.
    erased: Option<Vec<SummaryRow>>,
    /// Where its erasure is proposed, or waits.
    erasing: Option<Link>,
}

/// One leaf under the order's id.
struct Leaf {
    kind: Kind,
    /// Index and time, once it is in the register.
    place: Option<(u64, OffsetDateTime)>,
}

/// Everything the page is drawn from.
struct Shown {
    order: Issued,
    standing: Standing,
    delivery: Option<Delivery>,
    leaves: Vec<Leaf>,
    /// Leaves in the register, its root and its origin.
    head: (u64, String, String),
    amended_by: Vec<Issued>,
    amends: Option<Issued>,
    /// In the register, and not seen by its witnesses.
    unwitnessed: bool,
    /// The reader prepares cases for the agency.
    may_change: bool,
    erasure: Option<orders::Erasure>,
    erased: Option<Erased>,
    /// The reader may propose an erasure on this platform.
    may_erase: bool,
}

impl OrderPage {
    fn new(page: Page, shown: &Shown) -> Self {
        let Shown { order, standing, delivery, .. } = shown;
        let page = page.titled(same(order.label())).under(Link::new("/orders", Text::new("令", "Orders")));
        let waits = delivery.as_ref().is_some_and(|delivery| !delivery.electronic && delivery.served_on.is_none());
        let paper =
            || Link::new(format!("/paper/{}", order.id), Text::new("列印並登錄送達", "Print and record service"));
        Self {
            id: order.id.to_string(),
            tags: [
                Some(standing_tag(*standing)),
                witness_tag(shown),
                deputy_tag(order),
                delivery.as_ref().map(delivery_tag),
            ]
            .into_iter()
            .flatten()
            .collect(),
            content: content(&page, order),
            related: related(shown),
            register: register_facts(&page, shown),
            events: shown.leaves.iter().map(|leaf| happening(&page, leaf)).collect(),
            delivery: service_facts(&page, order, delivery.as_ref()),
            changes: changes(shown),
            staged: *standing == Standing::Staged,
            unwitnessed: shown.unwitnessed,
            paper: (waits && shown.may_change).then(paper),
            erased: erased_facts(&page, &shown.order, shown.erased.as_ref()),
            erasing: erasing(shown),
            page,
        }
    }
}

/// Says that the receipt waits.
fn witness_tag(shown: &Shown) -> Option<Tag> {
    shown.unwitnessed.then(|| Tag::new(Tone::Warn, Text::new("尚未見證", "Not yet witnessed")))
}

/// The way to an erasure that is on record, or to the form of a new one.
fn erasing(shown: &Shown) -> Option<Link> {
    match &shown.erasure {
        Some(erasure) => {
            Some(Link::new(format!("/erasures/{}", erasure.id), Text::new("內容銷毀案", "The erasure of this order")))
        }
        None if shown.may_erase && shown.order.erased_at.is_none() && shown.standing != Standing::Staged => Some(
            Link::new(format!("/orders/{}/erase", shown.order.id), Text::new("擬辦內容銷毀", "Propose an erasure")),
        ),
        None => None,
    }
}

/// Says that a deputy approved.
fn deputy_tag(order: &Issued) -> Option<Tag> {
    (!order.deputy().is_empty()).then(|| Tag::new(Tone::Plain, Text::new("代理核定", "Approved by a deputy")))
}

fn related(shown: &Shown) -> Vec<Link> {
    let link = |order: &Issued, zh: &str, en: &str| {
        let (label, on) = (order.label(), kernel::roc::slash(order.issued_on));
        Link::new(
            format!("/orders/{}", order.id),
            Text::new(format!("{on} {zh}：{label}"), format!("{} {en}: {label}", order.issued_on)),
        )
    };
    let by = shown.amended_by.iter().map(|order| {
        let verb = order.amends.map_or_else(|| Text::new("變更", "Changed"), |(_, amendment)| amendment.label());
        link(order, &format!("{}本令", verb.zh), &format!("{} this order", verb.en))
    });
    let of = shown.amends.iter().map(|order| link(order, "被本令變更之令", "The order this one changes"));
    by.chain(of).collect()
}

fn register_facts(page: &Page, shown: &Shown) -> Vec<SummaryRow> {
    let (size, root, origin) = &shown.head;
    vec![
        SummaryRow::new(Text::new("登錄編號", "Id in the register"), shown.order.id.to_string()),
        SummaryRow::new(Text::new("登錄簿", "Register"), origin.as_str()),
        SummaryRow::new(Text::new("目前筆數", "Entries now"), page.number(*size)),
        SummaryRow::new(Text::new("目前樹根", "Root now"), root.as_str()),
    ]
}

/// A leaf kind in words.
fn kind_label(kind: Kind) -> Text {
    match kind {
        Kind::Issue => Text::new("發布", "Issued"),
        Kind::Supersede => Text::new("更正（由新令取代）", "Corrected: replaced by a new order"),
        Kind::Revoke => Text::new("撤銷或註銷", "Revoked or cancelled"),
        Kind::Repeal => Text::new("廢止", "Repealed"),
        Kind::Erasure => Text::new("內容已依法銷毀", "Content destroyed under the law"),
        other => same(format!("{other:?}")),
    }
}

fn happening(page: &Page, leaf: &Leaf) -> Happening {
    let (when, body) = match leaf.place {
        Some((index, at)) => {
            let n = page.number(index);
            (page.moment(at), Text::new(format!("登錄序號 {n}"), format!("Leaf {n}")))
        }
        None => (page.t("登錄中", "being registered").to_owned(), Text::new("", "")),
    };
    Happening { title: kind_label(leaf.kind), when, who: String::new(), body }
}

fn service_facts(page: &Page, order: &Issued, delivery: Option<&Delivery>) -> Vec<SummaryRow> {
    let Some(delivery) = delivery else { return Vec::new() };
    let way = if delivery.electronic {
        Text::new("電子送達（MyData 信箱）", "Electronic, to the MyData inbox")
    } else {
        Text::new("書面送達", "On paper")
    };
    let mut rows = vec![SummaryRow::new(Text::new("方式", "Way"), way)];
    rows.extend(
        delivery.printed_at.map(|at| SummaryRow::new(Text::new("列印時間", "Printed"), Cell::Code(page.moment(at)))),
    );
    rows.extend(delivery_facts(page, delivery));
    rows.extend(delivery.service_date().and_then(|on| remedy(page, orders::remedy(order, on)?)));
    rows
}

fn remedy(page: &Page, (deadline, citation): (Deadline, statute::Citation)) -> Option<SummaryRow> {
    let Deadline { on, extended_from, calendar_known } = deadline;
    let mut words = Text::new(
        format!("至{}止（{citation}）", kernel::roc::long(on)),
        format!("Until {on} ({})", citation.english()),
    );
    if let Some(day) = extended_from {
        words = join(
            words,
            Text::new(
                format!("原末日{}為放假日，順延。", page.date(day)),
                format!("Moved from {}, a day of rest.", page.date(day)),
            ),
        );
    }
    if !calendar_known {
        words = join(
            words,
            Text::new(
                "該年度辦公日曆表尚未載入，末日如遇放假日將再順延。",
                "The office calendar of that year is not loaded; a day of rest would move it further.",
            ),
        );
    }
    Some(SummaryRow::new(Text::new("救濟期間", "Remedy period"), words))
}

fn join(a: Text, b: Text) -> Text {
    Text::new(format!("{}\n{}", a.zh, b.zh), format!("{}\n{}", a.en, b.en))
}

/// The changes that the standing allows, if the reader may make any.
fn changes(shown: &Shown) -> Vec<Link> {
    if !shown.may_change
        || orders::intact(&shown.order).is_err()
        || orders::changeable(shown.order.amends.map(|(_, own)| own)).is_err()
    {
        return Vec::new();
    }
    let possible = Amendment::ALL.into_iter().filter(|amendment| orders::amend(shown.standing, *amendment).is_ok());
    possible.map(|one| Link::new(format!("/orders/{}/change/{}", shown.order.id, one.code()), one.label())).collect()
}

impl Sample for OrderPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let old = sample_order("谷辣斯·尤達卡·示範", 12_345);
        let new = correction(&old);
        let leaf = |kind, index| Leaf { kind, place: Some((index, page.now)) };
        let shown = |order: &Issued, standing, delivery| Shown {
            order: order.clone(),
            standing,
            delivery: Some(delivery),
            leaves: vec![leaf(Kind::Issue, 123_456)],
            head: (234_567, "5f".repeat(32), "orders.example.gov.tw/2026".into()),
            amended_by: Vec::new(),
            amends: None,
            unwitnessed: false,
            may_change: true,
            erasure: None,
            erased: None,
            may_erase: true,
        };
        let usual = shown(&old, Standing::Valid, delivered(true));
        let mut corrected = shown(&old, Standing::Superseded, delivered(true));
        corrected.leaves.push(leaf(Kind::Supersede, 123_999));
        corrected.amended_by = vec![new.clone()];
        let mut staged = shown(&new, Standing::Staged, delivered(false));
        staged.leaves = vec![Leaf { kind: Kind::Issue, place: None }];
        staged.amends = Some(old.clone());
        let paper = shown(&old, Standing::Valid, Delivery { served_on: None, receiver: None, ..served() });
        let mut unwitnessed = shown(&old, Standing::Valid, delivered(false));
        unwitnessed.unwitnessed = true;
        let mut erased = shown(&super::order_sample::erased(&old), Standing::Valid, delivered(true));
        erased.leaves.push(leaf(Kind::Erasure, 124_001));
        erased.erasure = Some(super::order_sample::erasure(&old, true));
        erased.erased = Some(super::order_sample::destroyed());
        let draw = |shown| Self::new(page.clone(), &shown);
        let drawn = [("usual", usual), ("corrected", corrected), ("staged", staged), ("unwitnessed", unwitnessed)];
        let more = [("erased", erased), ("paper", paper)];
        drawn.into_iter().chain(more).map(|(name, shown)| (name, draw(shown))).collect()
    }
}

/// The order with this id, if the person may read the cases of its agency.
///
/// # Errors
/// What may not be known does not exist.
pub async fn open(me: &Me, action: Action, id: &str) -> Result<Issued, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let order = orders::order(&me.db, id).await.map_err(told("open an order"))?.ok_or(WebError::NotFound)?;
    scope::check(me, action, &order.agency)?;
    Ok(order)
}

/// `GET /orders/{id}`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let order = open(&me, Action::ReadCases, &id).await?;
    let db = &me.db;
    let amends = match order.amends {
        Some((old, _)) => orders::order(db, old).await.map_err(told("find the order that is changed"))?,
        None => None,
    };
    let (leaves, head) = in_register(&me, &order).await?;
    let shown = Shown {
        standing: orders::standing(db, order.id).await.map_err(told("read the register"))?,
        delivery: orders::service(db, order.id).await.map_err(told("read a delivery"))?,
        amended_by: orders::amendments(db, order.id).await.map_err(told("list changes of an order"))?,
        may_change: permits(Some(&me), Action::PrepareCase, Scope::Agency(&order.agency)),
        may_erase: may_erase(&me, &order).await?,
        erasure: orders::erasure_of(db, order.id).await.map_err(told("look for an erasure"))?,
        erased: orders::erased(db, &order).await.map_err(told("look for an erasure"))?,
        leaves,
        head,
        amends,
        unwitnessed: waits_for_witnesses(&app, &order).await?,
        order,
    };
    me.looks_at(sights::order(&shown.order, "order", "查閱令")).await?;
    html(&OrderPage::new(page, &shown))
}

/// Whether the platform knows erasure and the reader may propose it, if need be with the card shown again.
async fn may_erase(me: &Me, order: &Issued) -> Result<bool, WebError> {
    let rule = orders::erasure_rule(&me.db).await.map_err(told("read the rule of erasure"))?;
    let allowed = decide(Some(me), Action::ProposeErasure, Scope::Agency(&order.agency)) != Decision::Refuse;
    Ok(rule.enabled && allowed)
}

async fn in_register(me: &Me, order: &Issued) -> Result<(Vec<Leaf>, (u64, String, String)), WebError> {
    let mut tx = me.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let events = register::log::events(&mut tx, &order.id.0).await.map_err(WebError::fault("read the register"))?;
    // The shard of the order, which may be closed by now.
    let head = match events.iter().find_map(|event| event.entry) {
        Some(issue) => register::log::head_of(&mut tx, issue.shard).await,
        None => register::log::head(&mut tx).await,
    };
    let head = head.map_err(WebError::fault("read the register"))?;
    let at = |ms: u64| OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(i64::try_from(ms).unwrap_or(0));
    let leaf = |event: register::log::Event| Leaf {
        kind: event.kind,
        place: event.entry.map(|entry| (entry.index, at(entry.leaf.time_ms))),
    };
    let root: String = head.checkpoint.root.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((events.into_iter().map(leaf).collect(), (head.checkpoint.size, root, head.vkey.name().to_owned())))
}

/// `GET /orders/{id}/order.pdf`
pub async fn pdf(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let order = open(&me, Action::ReadCases, &id).await?;
    let (name, bytes) = (format!("{}.pdf", order.label()), pdf_of(&app, &order).await?);
    me.takes(&name, sights::order(&order, "order_file", "取得令的檔案")).await?;
    Ok(file(&name, "application/pdf", true, bytes))
}

/// `GET /orders/{id}/order.json`: the bundle that proves the order to a stranger.
pub async fn bundle(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let order = open(&me, Action::ReadCases, &id).await?;
    let (name, bytes) = (format!("{}.json", order.label()), bundle_of(&app, &order).await?);
    me.takes(&name, sights::order(&order, "order_file", "取得令的檔案")).await?;
    Ok(file(&name, "application/json", false, bytes))
}
