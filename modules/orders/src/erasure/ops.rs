//! Proposing an erasure, and the second person's decision.

use super::decide::{intact, may_be_erased, may_decide, may_propose};
use super::store;
use crate::error::refuse;
use crate::model::Issued;
use crate::{OrdersError, ops, store as rows};
use db::{Db, Tx};
use kernel::{AgencyCode, DocumentNumber, OrderId, PersonId, Refusal, office_date};
use register::log::Staged;
use seal::keys::{AgencyKeys, Event};
use std::path::Path;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};
use tlog::erasure::Erasure as Statement;
use tlog::leaf::Kind;

/// Most erasures of one listing.
const LIST_MAX: i64 = 1000;

/// Whether orders can be erased on this platform, and how long its backups hold what was destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasureRule {
    /// Off until the operator turns it on.
    pub enabled: bool,
    /// Days for which a backup is kept; none until the operator has said so.
    pub backup_days: Option<u32>,
}

/// Who did something, and the name they had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The person.
    pub id: PersonId,
    /// The name.
    pub name: String,
}

/// What is said about an erasure that is proposed. Both texts stay.
#[derive(Clone, Debug)]
pub struct NewErasure {
    /// Act and article; public.
    pub basis: String,
    /// Why; for the record of the agency.
    pub reason: String,
}

/// An erasure: proposed, refused or done.
#[derive(Clone, Debug)]
pub struct Erasure {
    /// Its number.
    pub id: i64,
    /// The order.
    pub order: OrderId,
    /// Number of the document, which stays.
    pub number: DocumentNumber,
    /// The authority.
    pub agency: AgencyCode,
    /// Whom the order is about.
    pub person: PersonId,
    /// Act and article.
    pub basis: String,
    /// Why.
    pub reason: String,
    /// Who proposed it.
    pub proposed_by: Person,
    /// When.
    pub proposed_at: OffsetDateTime,
    /// Who decided, when, and whether the content was destroyed.
    pub decided: Option<(Person, OffsetDateTime, bool)>,
    /// The last day on which a backup may hold the content; none unless it was destroyed.
    pub backups_until: Option<Date>,
}

/// What stays known to everybody of an erasure that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// The day.
    pub on: Date,
    /// Act and article.
    pub basis: String,
    /// The last day on which a backup may hold the content.
    pub backups_until: Date,
}

/// What was destroyed in a transaction, and what is to follow when it has ended.
#[derive(Clone, Debug)]
pub struct Destroyed {
    /// The order.
    pub order: OrderId,
    /// Numbers of the mails about it, whose files may lie in the outbox folder: see [`forget_mail`].
    pub mails: Vec<i64>,
}

/// The operator's rule.
///
/// # Errors
/// When the database is away.
pub async fn erasure_rule(db: &Db) -> Result<ErasureRule, OrdersError> {
    Ok(store::rule(&mut db.begin().await?).await?)
}

/// Keeps the operator's rule.
///
/// # Errors
/// A refusal when it is turned on and nobody ever said for how many days backups are kept, or the days are not from 1 to 3650.
pub async fn keep_erasure_rule(db: &Db, enabled: bool, backup_days: Option<u32>) -> Result<ErasureRule, OrdersError> {
    let mut tx = db.begin().await?;
    let backup_days = backup_days.or(store::rule(&mut tx).await?.backup_days);
    if (enabled && backup_days.is_none()) || backup_days.is_some_and(|days| !(1..=3650).contains(&days)) {
        return refuse(Refusal::new(
            "orders/erasure-backup-days",
            "開啟內容銷毀前，應先指定備份保存日數（1至3650日）。",
            "Say for how many days backups are kept (1 to 3650) before erasure is turned on.",
        ));
    }
    let rule = ErasureRule { enabled, backup_days };
    store::rule_update(&mut tx, &rule).await?;
    tx.commit().await?;
    Ok(rule)
}

/// Proposes the erasure of an order. Returns its number.
///
/// # Errors
/// Refusals: turned off, erased or proposed before, not yet registered or served, one's own order, no legal basis or reason, a text that
/// repeats what is to be destroyed.
pub async fn propose_erasure(
    tx: &mut Tx,
    order: &Issued,
    by: &Person,
    new: &NewErasure,
    now: OffsetDateTime,
) -> Result<i64, OrdersError> {
    erasable(tx, order, now).await?;
    may_propose(order, by.id, new)?;
    let Some(id) = store::insert(tx, order, by, new, now).await? else {
        return refuse(Refusal::new(
            "orders/erasure-proposed",
            "此令已有銷毀案待確認。",
            "The erasure of this order has been proposed already.",
        ));
    };
    db::event(tx, now, "ErasureProposed", &order.id.to_string(), &serde_json::json!({ "erasure": id })).await?;
    Ok(id)
}

async fn erasable(tx: &mut Tx, order: &Issued, now: OffsetDateTime) -> Result<(), OrdersError> {
    intact(order)?;
    let rule = store::rule(tx).await?;
    let standing = ops::standing_in(tx, order.id).await?;
    let service = crate::delivery::store::delivery_fetch(tx, order.id).await?.and_then(|way| way.service_date());
    let remedy = service.map(|day| ops::remedy(order, day).map(|(deadline, _)| deadline.on));
    Ok(may_be_erased(&rule, standing, remedy, office_date(now))?)
}

/// Refuses a proposal; the order stays as it is.
///
/// # Errors
/// Refusals: decided before, one's own order or proposal.
pub async fn refuse_erasure(tx: &mut Tx, id: i64, by: &Person, now: OffsetDateTime) -> Result<(), OrdersError> {
    let erasure = locked(tx, id).await?;
    may_decide(&erasure, by.id)?;
    store::decide(tx, id, by, now, None).await?;
    db::event(tx, now, "ErasureRefused", &erasure.order.to_string(), &serde_json::json!({ "erasure": id })).await?;
    Ok(())
}

/// Confirms a proposal: in the caller's transaction the content, the salts, the view key and the mail are destroyed, and a leaf of the
/// authority that commits to the erasure is on its way into the register. All or nothing.
///
/// # Errors
/// Refusals: as when it was proposed, decided before, one's own order or proposal, the order was changed a moment ago.
pub async fn confirm_erasure(
    tx: &mut Tx,
    id: i64,
    by: &Person,
    keys: &AgencyKeys,
    now: OffsetDateTime,
) -> Result<(Erasure, Destroyed), OrdersError> {
    let erasure = locked(tx, id).await?;
    may_decide(&erasure, by.id)?;
    let order = rows::issued_fetch(tx, erasure.order).await?;
    let order = order.ok_or_else(|| OrdersError::Damaged(erasure.order, "it is gone".into()))?;
    erasable(tx, &order, now).await?;
    let days = store::rule(tx).await?.backup_days.unwrap_or_default();
    let today = office_date(now);
    let until = today.checked_add(Duration::days(days.into())).unwrap_or(Date::MAX);
    let statement = Statement {
        agency: order.agency.as_str().to_owned(),
        backups_until: until.to_string(),
        basis: erasure.basis.clone(),
        erased_on: today.to_string(),
        id: order.id.0,
    };
    stage(tx, &order, keys, &statement).await?;
    store::decide(tx, id, by, now, Some(until)).await?;
    let mails = store::destroy(tx, order.id, now).await?;
    db::event(tx, now, "OrderErased", &order.id.to_string(), &serde_json::json!({ "erasure": id })).await?;
    let done = Erasure { decided: Some((by.clone(), now, true)), backups_until: Some(until), ..erasure };
    Ok((done, Destroyed { order: order.id, mails }))
}

/// The orders whose content is here although the register says that it was destroyed: the database was restored from an older backup.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn here_again(db: &Db) -> Result<Vec<OrderId>, OrdersError> {
    let mut tx = db.begin().await?;
    let mut again = Vec::new();
    for id in register::erasure::erased(&mut tx).await? {
        let order = rows::issued_fetch(&mut tx, OrderId(id)).await?;
        again.extend(order.filter(|order| order.erased_at.is_none()).map(|order| order.id));
    }
    Ok(again)
}

/// Destroys again, in the caller's transaction, what a restored backup brought back. Nobody is asked: two people agreed, and the leaf in
/// the register is their word. None if there is nothing to destroy.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn erase_again(tx: &mut Tx, id: OrderId, now: OffsetDateTime) -> Result<Option<Destroyed>, OrdersError> {
    let order = rows::issued_fetch(tx, id).await?.filter(|order| order.erased_at.is_none());
    if order.is_none() || !register::erasure::is_erased(tx, &id.0).await? {
        return Ok(None);
    }
    let mails = store::destroy(tx, id, now).await?;
    db::event(tx, now, "OrderErasedAgain", &id.to_string(), &serde_json::json!({})).await?;
    Ok(Some(Destroyed { order: id, mails }))
}

/// Removes from the outbox folder what was written about a destroyed order and not fetched yet. Called when the transaction has ended.
///
/// # Errors
/// When a file that is there cannot be removed.
pub fn forget_mail(folder: &Path, destroyed: &Destroyed) -> std::io::Result<()> {
    for mail in &destroyed.mails {
        crate::delivery::forget(folder, *mail)?;
    }
    Ok(())
}

/// What is public of the erasure of an order; none if the order was not erased, or a rebuilt register does not know what was said.
///
/// # Errors
/// When the database is away or the statement does not read back.
pub async fn erased(db: &Db, order: &Issued) -> Result<Option<Erased>, OrdersError> {
    if order.erased_at.is_none() {
        return Ok(None);
    }
    let statement = register::erasure::statement(&mut db.begin().await?, &order.id.0).await?;
    Ok(statement.and_then(|said| {
        let day = |text: &str| Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
        Some(Erased { on: day(&said.erased_on)?, backups_until: day(&said.backups_until)?, basis: said.basis })
    }))
}

/// The proposal, locked, so that two people who decide at once take turns.
async fn locked(tx: &mut Tx, id: i64) -> Result<Erasure, OrdersError> {
    match store::fetch(tx, id, true).await? {
        Some(erasure) => Ok(erasure),
        None => refuse(Refusal::new("orders/no-erasure", "查無此銷毀案。", "There is no such erasure.")),
    }
}

/// Stages the leaf behind the newest one under the order's id.
async fn stage(tx: &mut Tx, order: &Issued, keys: &AgencyKeys, erasure: &Statement) -> Result<(), OrdersError> {
    let commitment = erasure.commitment();
    let issuer = register::log::issuer_of(tx, order.agency.as_str()).await?;
    let issuing = issuer.map(|issuer| issuer.statement).filter(|s| s.seal_key == keys.seal_key());
    let issuer = issuing.ok_or_else(|| ops::no_keys(&order.agency))?.issuer;
    let events = register::log::events(tx, &order.id.0).await?;
    let folded = tlog::state::fold(events.iter().filter_map(|event| event.entry.as_ref().map(|entry| &entry.leaf)));
    let entries: Vec<_> = events.iter().filter_map(|event| event.entry).collect();
    let newest = folded.and_then(|folded| folded.counted.last().map(|at| entries[*at]));
    let prev = newest.ok_or_else(|| OrdersError::Damaged(order.id, "it has no leaf".into()))?.leaf.hash();
    let event = Event { kind: Kind::Erasure, issuer, id: order.id.0, commitment, prev };
    let auth = keys.sign_event(&event)?.auth;
    let staged = Staged { kind: Kind::Erasure, issuer, id: order.id.0, commitment, prev, auth };
    register::erasure::stage(tx, staged, erasure).await.map_err(|fault| match fault {
        register::Fault::NotNewest(_) => OrdersError::Refused(Refusal::new(
            "orders/not-registered-yet",
            "此令尚有登錄中之變更，請稍後數秒再辦理。",
            "A change of this order is still entering the register. Please try again in a few seconds.",
        )),
        other => other.into(),
    })?;
    Ok(register::log::wake(tx).await?)
}

/// The erasure with this number.
///
/// # Errors
/// When the database is away or the row does not read back.
pub async fn erasure(db: &Db, id: i64) -> Result<Option<Erasure>, OrdersError> {
    Ok(store::fetch(&mut db.begin().await?, id, false).await?)
}

/// The erasure of an order, waiting or done.
///
/// # Errors
/// When the database is away or the row does not read back.
pub async fn erasure_of(db: &Db, order: OrderId) -> Result<Option<Erasure>, OrdersError> {
    Ok(store::of_order(&mut db.begin().await?, order).await?)
}

/// The erasures of some agencies, newest first, 1,000 at most.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn erasures_of_agencies(db: &Db, agencies: &[AgencyCode]) -> Result<Vec<Erasure>, OrdersError> {
    let codes: Vec<String> = agencies.iter().map(|code| code.as_str().to_owned()).collect();
    Ok(store::list(&mut db.begin().await?, Some(&codes), LIST_MAX).await?)
}

/// The erasures of all agencies, for the operator, newest first, 1,000 at most.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn erasures(db: &Db) -> Result<Vec<Erasure>, OrdersError> {
    Ok(store::list(&mut db.begin().await?, None, LIST_MAX).await?)
}
