//! Whether orders and register agree: every order has its leaf, and the leaf commits to what is stored.

use super::bundle::secrets;
use super::issue::summary;
use crate::{OrdersError, store};
use db::{Db, Tx};
use kernel::OrderId;
use seal::keys::leaf_is_signed;
use seal::record::Scribe;
use tlog::leaf::{Entry, Kind};

/// What is wrong with these orders, one sentence each. An order on its way into the register is no fault.
///
/// # Errors
/// When the database is away.
pub async fn check(db: &Db, ids: &[OrderId]) -> Result<Vec<String>, OrdersError> {
    let mut tx = db.begin().await?;
    let raw: Vec<[u8; 16]> = ids.iter().map(|id| id.0).collect();
    let entries = register::log::locate(&mut tx, &raw).await?;
    let mut faults = Vec::new();
    for (id, entry) in ids.iter().zip(entries) {
        let fault = match entry {
            Some(entry) => check_one(&mut tx, *id, &entry).await?,
            None if register::log::events(&mut tx, &id.0).await?.is_empty() => Some("it has no leaf"),
            None => None,
        };
        faults.extend(fault.map(|what| format!("order {id}: {what}")));
    }
    Ok(faults)
}

async fn check_one(tx: &mut Tx, id: OrderId, entry: &Entry) -> Result<Option<&'static str>, OrdersError> {
    let Some(order) = store::issued_fetch(tx, id).await? else { return Ok(Some("it is gone")) };
    if order.erased_at.is_some() {
        return check_erased(tx, id, entry).await;
    }
    // A database restored from a backup knows again what was destroyed since; the register does not forget that it was.
    if register::erasure::is_erased(tx, &id.0).await? {
        return Ok(Some("its content was destroyed, and is here again"));
    }
    let secrets = secrets(tx, &order).await?;
    let sealed = Scribe::default().seal(&order.fields, &secrets.salts, &summary(&order.fields, &order.masked_id));
    let issuer = register::log::issuer(tx, secrets.issuer).await?;
    Ok(match issuer {
        _ if sealed.commitment != entry.leaf.commitment => Some("its record is not what its leaf commits to"),
        None => Some("its issuer has no key statement"),
        Some(issuer) if !leaf_is_signed(&entry.leaf, &secrets.signature, &issuer.statement.seal_key) => {
            Some("its signature does not open its leaf")
        }
        Some(_) => None,
    })
}

/// Of an erased order there is no content to compare: its signature still opens its leaf, and the erasure is in the register.
async fn check_erased(tx: &mut Tx, id: OrderId, entry: &Entry) -> Result<Option<&'static str>, OrdersError> {
    let Some((number, .., signature)) = store::secrets_fetch(tx, id).await? else { return Ok(Some("it is gone")) };
    let (Ok(number), Ok(signature)) = (number.try_into(), signature.try_into()) else {
        return Ok(Some("its signature is damaged"));
    };
    let Some(issuer) = register::log::issuer(tx, number).await? else {
        return Ok(Some("its issuer has no key statement"));
    };
    if !leaf_is_signed(&entry.leaf, &signature, &issuer.statement.seal_key) {
        return Ok(Some("its signature does not open its leaf"));
    }
    let wanted = register::erasure::statement(tx, &id.0).await?.map(|said| said.commitment());
    let events = register::log::events(tx, &id.0).await?;
    let registered = events.iter().filter(|event| event.kind == Kind::Erasure).any(|event| match event.entry {
        Some(entry) => wanted.is_none_or(|wanted| entry.leaf.commitment == wanted),
        None => wanted.is_some(),
    });
    Ok((!registered).then_some("its content is gone and the register does not say why"))
}
