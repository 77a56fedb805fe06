//! Delivery: into the inbox by consent, otherwise by the officer on paper.

use super::consent::consent_in;
use super::mail;
use super::store;
use crate::OrdersError;
use crate::error::refuse;
use crate::model::{Delivery, Issued};
use db::{Db, Tx, Uuid};
use kernel::{AgencyCode, OrderId, Random, Refusal, office_date, roc};
use std::collections::BTreeSet;
use time::{Date, OffsetDateTime};

/// Most orders delivered in one pass.
const PASS_MAX: i64 = 500;
/// Most orders of one paper queue.
const QUEUE_MAX: i64 = 1000;
/// Longest name of a receiver, in characters.
const RECEIVER_CHARS_MAX: usize = 100;

/// Lets orders that are in the register, and witnessed where its policy asks for that, enter their inbox, and queues the notice mail, in one transaction. Whoever stopped electronic
/// delivery since the order was sealed gets it on paper. Returns how many. Safe to
/// run twice and by several instances: rows another instance works on are skipped.
///
/// # Errors
/// When the database or the register is away; the orders wait then.
pub async fn deliver(db: &Db, random: &dyn Random, now: OffsetDateTime) -> Result<usize, OrdersError> {
    let mut tx = db.begin().await?;
    let due = store::delivery_due(&mut tx, PASS_MAX).await?;
    let ids: Vec<[u8; 16]> = due.iter().map(|(id, _)| *id.as_bytes()).collect();
    let entries = register::log::locate(&mut tx, &ids).await?;
    // What is handed over comes with its receipt, and there is none above the newest witnessed checkpoint.
    let provable = register::witness::provable(&mut tx).await?;
    // The shards before it are witnessed to their end.
    let entries = entries.into_iter().flatten().filter(|entry| entry.shard < provable.shard || entry.is_in(&provable));
    let registered: BTreeSet<[u8; 16]> = entries.map(|entry| entry.leaf.id).collect();
    let mut entered: Vec<Uuid> = Vec::new();
    for (id, address) in due.into_iter().filter(|(id, _)| registered.contains(id.as_bytes())) {
        let Some(order) = crate::store::issued_fetch(&mut tx, crate::store::order_id(id)).await? else { continue };
        let (agency, family) = (&order.agency, order.family);
        if !consent_in(&mut tx, agency, family, order.person, office_date(now)).await?.is_electronic() {
            store::delivery_to_paper(&mut tx, id).await?;
            continue;
        }
        entered.push(id);
        if let Some(address) = address.filter(|address| mail::is_address(address)) {
            announce(&mut tx, random, &order, &address, now).await?;
        }
    }
    store::delivery_enter(&mut tx, &entered, now).await?;
    let subjects: Vec<String> = entered.iter().map(|id| crate::store::order_id(*id).to_string()).collect();
    db::events(&mut tx, now, "OrderDelivered", &subjects).await?;
    tx.commit().await?;
    Ok(entered.len())
}

/// Queues the notice mail of an order that entered its inbox.
async fn announce(
    tx: &mut Tx,
    random: &dyn Random,
    order: &Issued,
    address: &str,
    now: OffsetDateTime,
) -> Result<(), OrdersError> {
    let code = mail::draw_code(random);
    let (subject, body) = (subject(order), body(order, &code));
    let (person, order) = (order.person, Some(order.id));
    let new = store::NewMail { code: &code, person, order, address, subject: &subject, body: &body };
    store::mail_insert(tx, &new, now).await?;
    Ok(())
}

/// The fixed form: (核定機關)(核定日期)個人獎勵令通知信(非社交工程演練).
fn subject(order: &Issued) -> String {
    format!(
        "{}{}個人{}通知信(非社交工程演練)",
        order.text(crate::field::ISSUING_AGENCY),
        roc::long(order.issued_on),
        order.family.label().zh
    )
}

fn body(order: &Issued, code: &str) -> String {
    format!(
        "{name}君您好：\n\n{agency}於{date}發布{what}（{number}），已送達您的個人資料服務網。\n\
         請自行登入個人資料服務網，於「我的令」閱覽、下載或列印。\n\n\
         查驗碼：{code}\n本信不含登入連結，亦不要求任何資料。請於個人資料服務網「查驗通知信」輸入查驗碼，即可確認本信真偽。\n",
        name = order.text(crate::field::RECIPIENT),
        agency = order.text(crate::field::ISSUING_AGENCY),
        date = roc::long(order.issued_on),
        what = what(order),
        number = order.number,
    )
}

/// What the mail announces: the order, or what it does to an earlier one.
fn what(order: &Issued) -> String {
    let family = order.family.label().zh;
    match order.amends {
        Some((_, amendment)) => format!("{}您先前{family}之令", amendment.label().zh),
        None => format!("您的{family}"),
    }
}

/// How an order reached, or is to reach, its person.
///
/// # Errors
/// When the database is away.
pub async fn service(db: &Db, id: OrderId) -> Result<Option<Delivery>, OrdersError> {
    Ok(store::delivery_fetch(&mut db.begin().await?, id).await?)
}

/// Notes that the person opened the order; only the first time counts.
///
/// # Errors
/// When the database is away.
pub async fn note_opened(db: &Db, id: OrderId, now: OffsetDateTime) -> Result<(), OrdersError> {
    let mut tx = db.begin().await?;
    store::delivery_opened(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Orders of some agencies that wait to be printed and handed over, with what was done so far. 1,000 at most.
///
/// # Errors
/// When the database is away.
pub async fn paper_queue(db: &Db, agencies: &[AgencyCode]) -> Result<Vec<(Issued, Delivery)>, OrdersError> {
    let codes: Vec<String> = agencies.iter().map(|code| code.as_str().to_owned()).collect();
    let mut queue = Vec::new();
    for id in store::paper_list(&mut db.begin().await?, &codes, QUEUE_MAX).await? {
        let id = crate::store::order_id(id);
        let order = crate::store::issued_fetch(&mut db.begin().await?, id).await?;
        let delivery = store::delivery_fetch(&mut db.begin().await?, id).await?;
        queue.extend(order.zip(delivery));
    }
    queue.sort_by(|(a, _), (b, _)| (&a.number, a.part).cmp(&(&b.number, b.part)));
    Ok(queue)
}

/// How many orders of some agencies wait to be handed over.
///
/// # Errors
/// When the database is away.
pub async fn paper_waiting(db: &Db, agencies: &[AgencyCode]) -> Result<i64, OrdersError> {
    let codes: Vec<String> = agencies.iter().map(|code| code.as_str().to_owned()).collect();
    Ok(store::paper_count(&mut db.begin().await?, &codes).await?)
}

/// Notes that the officer printed an order for handing over.
///
/// # Errors
/// A refusal when the order is not in the paper queue.
pub async fn mark_printed(tx: &mut Tx, id: OrderId, now: OffsetDateTime) -> Result<(), OrdersError> {
    if !store::paper_printed(tx, id, now).await? {
        return refuse(not_in_queue());
    }
    db::event(tx, now, "OrderPrinted", &id.to_string(), &serde_json::json!({})).await?;
    Ok(())
}

/// Records service on paper: the day and who signed for it (簽收).
///
/// # Errors
/// Refusals: not in the queue, served before, a day before issue or in the future, no receiver.
pub async fn record_service(
    tx: &mut Tx,
    order: &Issued,
    served_on: Date,
    receiver: &str,
    now: OffsetDateTime,
) -> Result<(), OrdersError> {
    let receiver = receiver.trim();
    if receiver.is_empty() || receiver.chars().count() > RECEIVER_CHARS_MAX {
        return refuse(
            Refusal::new("orders/receiver", "請填寫簽收人。", "Please say who signed for it.").field("receiver"),
        );
    }
    if served_on < order.issued_on || served_on > office_date(now) {
        return refuse(
            Refusal::new(
                "orders/service-date",
                "送達日期應在發文日期以後，且不得晚於今日。",
                "The day of service is not before the day of issue and not in the future.",
            )
            .field("served_on"),
        );
    }
    if !store::paper_served(tx, order.id, served_on, receiver).await? {
        return refuse(not_in_queue());
    }
    db::event(
        tx,
        now,
        "OrderServed",
        &order.id.to_string(),
        &serde_json::json!({ "served_on": served_on.to_string() }),
    )
    .await?;
    Ok(())
}

fn not_in_queue() -> Refusal {
    Refusal::new(
        "orders/not-in-paper-queue",
        "此令不在書面送達清單內，或已完成送達。",
        "This order is not in the paper queue, or it was served already.",
    )
}
