//! Reading orders, their standing and their remedy period.

use crate::model::{Amendment, Delivery, Issued, Standing};
use crate::{OrdersError, field, store};
use codes::RemedyClause;
use db::{Db, Tx, Uuid};
use kernel::{AgencyCode, Deadline, OrderId, PersonId};
use register::log::Event;
use statute::Citation;
use std::collections::HashMap;
use time::Date;
use tlog::{
    leaf::Kind,
    state::{State, fold},
};

/// Most orders of one person that are listed.
const OF_PERSON_MAX: i64 = 500;

/// The order with this id.
///
/// # Errors
/// When the database is away or the row does not read back.
pub async fn order(db: &Db, id: OrderId) -> Result<Option<Issued>, OrdersError> {
    Ok(store::issued_fetch(&mut db.begin().await?, id).await?)
}

/// The order with this id, within the transaction that changes it.
///
/// # Errors
/// When the database is away or the row does not read back.
pub async fn order_in(tx: &mut Tx, id: OrderId) -> Result<Option<Issued>, OrdersError> {
    Ok(store::issued_fetch(tx, id).await?)
}

/// The standing of an order, within the transaction that changes it.
///
/// # Errors
/// When the register cannot be read.
pub async fn standing_in(tx: &mut Tx, id: OrderId) -> Result<Standing, OrdersError> {
    Ok(standing_of(&register::log::events(tx, &id.0).await?))
}

/// The orders of a person, newest first, 500 at most.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn orders_of_person(db: &Db, person: PersonId) -> Result<Vec<Issued>, OrdersError> {
    Ok(store::issued_by_person(&mut db.begin().await?, person, OF_PERSON_MAX).await?)
}

/// What a person may read: the orders that entered the inbox or were served on paper, newest first, 500 at most.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn inbox(db: &Db, person: PersonId) -> Result<Vec<(Issued, Delivery)>, OrdersError> {
    let orders = store::issued_by_person(&mut db.begin().await?, person, OF_PERSON_MAX).await?;
    let mut deliveries: HashMap<OrderId, Delivery> =
        crate::delivery::store::delivery_by_person(&mut db.begin().await?, person, OF_PERSON_MAX)
            .await?
            .into_iter()
            .collect();
    let pairs = orders.into_iter().filter_map(|order| deliveries.remove(&order.id).map(|delivery| (order, delivery)));
    Ok(pairs.filter(|(_, delivery)| delivery.service_date().is_some()).collect())
}

/// The orders of some agencies, newest first, one page of at most `limit` from `offset`.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn orders_of_agencies(
    db: &Db,
    agencies: &[AgencyCode],
    limit: u32,
    offset: u32,
) -> Result<Vec<Issued>, OrdersError> {
    Ok(store::issued_by_agency(&mut db.begin().await?, &codes(agencies), limit.into(), offset.into()).await?)
}

/// How many orders some agencies have issued.
///
/// # Errors
/// When the database is away.
pub async fn count_of_agencies(db: &Db, agencies: &[AgencyCode]) -> Result<i64, OrdersError> {
    Ok(store::issued_count(&mut db.begin().await?, &codes(agencies)).await?)
}

fn codes(agencies: &[AgencyCode]) -> Vec<String> {
    agencies.iter().map(|code| code.as_str().to_owned()).collect()
}

/// The orders issued by the approval with this reference, in the order of their numbers.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn orders_of_approval(db: &Db, reference: &str) -> Result<Vec<Issued>, OrdersError> {
    Ok(store::issued_by_approval(&mut db.begin().await?, reference).await?)
}

/// The orders that change this one, oldest first.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn amendments(db: &Db, id: OrderId) -> Result<Vec<Issued>, OrdersError> {
    Ok(store::issued_amending(&mut db.begin().await?, id).await?)
}

/// The ids of all orders, a page of at most `limit` after `after`.
///
/// # Errors
/// When the database is away.
pub async fn order_ids(db: &Db, after: Option<OrderId>, limit: u32) -> Result<Vec<OrderId>, OrdersError> {
    let after = after.map_or(Uuid::nil(), store::uuid);
    let ids = store::issued_ids(&mut db.begin().await?, after, limit.into()).await?;
    Ok(ids.into_iter().map(store::order_id).collect())
}

/// Every order of an agency and its state, worked out from the orders on file and not from the register: what a monitor holds against
/// the register.
///
/// # Errors
/// When the database is away.
pub async fn own_list(db: &Db, agency: &AgencyCode) -> Result<Vec<(OrderId, State)>, OrdersError> {
    let mut tx = db.begin().await?;
    let rows = store::amended_by_agency(&mut tx, agency.as_str()).await?;
    tx.commit().await?;
    let state = |amendments: Vec<String>| {
        let amendments = amendments.iter().filter_map(|code| Amendment::parse(code));
        amendments.fold(State::Valid, |state, amendment| match amendment {
            Amendment::Correct => state.after(Kind::Supersede),
            Amendment::Revoke => state.after(Kind::Revoke),
            Amendment::Repeal => state.after(Kind::Repeal),
            // Its paper goes; the state it was in stays.
            Amendment::Cancel => state,
        })
    };
    Ok(rows.into_iter().map(|(id, amendments)| (store::order_id(id), state(amendments))).collect())
}

/// What the register says of an order.
///
/// # Errors
/// When the register cannot be read.
pub async fn standing(db: &Db, id: OrderId) -> Result<Standing, OrdersError> {
    let mut tx = db.begin().await?;
    standing_in(&mut tx, id).await
}

/// The standing that follows from the leaves under an order's id. Leaves that wait for their place do not count yet, but hold further
/// changes back.
pub(crate) fn standing_of(events: &[Event]) -> Standing {
    if events.iter().any(|event| event.entry.is_none()) {
        return Standing::Staged;
    }
    match fold(events.iter().filter_map(|event| event.entry.as_ref().map(|entry| &entry.leaf)))
        .map(|folded| folded.state)
    {
        Some(State::Valid) => Standing::Valid,
        Some(State::Superseded) => Standing::Superseded,
        Some(State::Repealed) => Standing::Repealed,
        Some(State::Revoked) => Standing::Revoked,
        _ => Standing::Staged,
    }
}

/// The last day to seek remedy for an order served on `service`, on the office calendar, and the article that sets the days: 復審 for
/// civil servants, 申訴 for teachers, as the order's 教示 says. None if the law in force that day is not loaded.
#[must_use]
pub fn remedy(order: &Issued, service: Date) -> Option<(Deadline, Citation)> {
    let key = match RemedyClause::parse(order.text(field::REMEDY_CLAUSE)) {
        Ok(RemedyClause::Teacher) => statute::TEACHER_REMEDY_DAYS,
        _ => statute::REMEDY_DAYS,
    };
    let days = statute::days(key, service).ok()?;
    Some((codes::office_calendar().last_day(service, days.value), days.citation))
}
