//! The statements of erasure.

use super::ops::{Erasure, ErasureRule, NewErasure, Person};
use crate::model::Issued;
use crate::store::{order_id, uuid};
use db::{DbError, Row, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, DocumentNumber, OrderId, PersonId};
use time::{Date, OffsetDateTime};

pub(super) async fn rule(tx: &mut Tx) -> Result<ErasureRule, DbError> {
    let row: (bool, Option<i32>) =
        query_as("SELECT enabled, backup_days FROM orders.erasure_rule").fetch_one(&mut **tx).await?;
    Ok(ErasureRule { enabled: row.0, backup_days: row.1.map(i32::unsigned_abs) })
}

pub(super) async fn rule_update(tx: &mut Tx, rule: &ErasureRule) -> Result<(), DbError> {
    query("UPDATE orders.erasure_rule SET enabled = $1, backup_days = $2")
        .bind(rule.enabled)
        .bind(rule.backup_days.map(|days| i32::try_from(days).unwrap_or(i32::MAX)))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// None if one waits already.
pub(super) async fn insert(
    tx: &mut Tx,
    order: &Issued,
    by: &Person,
    new: &NewErasure,
    at: OffsetDateTime,
) -> Result<Option<i64>, DbError> {
    query_scalar(
        "INSERT INTO orders.erasure (order_id, agency, person, basis, reason, proposed_by, proposed_by_name, proposed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(uuid(order.id))
    .bind(order.agency.as_str())
    .bind(order.person.0)
    .bind(new.basis.trim())
    .bind(new.reason.trim())
    .bind(by.id.0)
    .bind(&by.name)
    .bind(at)
    .fetch_optional(&mut **tx)
    .await
}

pub(super) async fn decide(
    tx: &mut Tx,
    id: i64,
    by: &Person,
    at: OffsetDateTime,
    done: Option<Date>,
) -> Result<(), DbError> {
    query(
        "UPDATE orders.erasure SET decided_by = $2, decided_by_name = $3, decided_at = $4, confirmed = $5, \
         backups_until = $6 WHERE id = $1",
    )
    .bind(id)
    .bind(by.id.0)
    .bind(&by.name)
    .bind(at)
    .bind(done.is_some())
    .bind(done)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Destroys what an order says, what opens it, and what was written about it to anybody. Returns the numbers of the mails.
pub(super) async fn destroy(tx: &mut Tx, id: OrderId, at: OffsetDateTime) -> Result<Vec<i64>, DbError> {
    // Nobody may read the mail of others, so the reader's reach would spare it.
    let outside = db::step_out(tx).await?;
    query(
        "UPDATE orders.issued SET fields = '[]', masked_id = '', salts = '', view_key = '', erased_at = $2 WHERE id = $1",
    )
    .bind(uuid(id))
    .bind(at)
    .execute(&mut **tx)
    .await?;
    query("UPDATE orders.delivery SET email = NULL, receiver = NULL WHERE order_id = $1")
        .bind(uuid(id))
        .execute(&mut **tx)
        .await?;
    let mails = query_scalar("DELETE FROM orders.mail WHERE order_id = $1 RETURNING id")
        .bind(uuid(id))
        .fetch_all(&mut **tx)
        .await?;
    db::step_back(tx, outside).await?;
    Ok(mails)
}

type PgRow = <db::Postgres as db::Database>::Row;

fn read(row: &PgRow) -> Result<Erasure, DbError> {
    let id: i64 = row.try_get("id")?;
    let damaged = |what: &str| DbError::Decode(format!("orders.erasure {id}: {what}").into());
    let person = |id: i64, name: String| Person { id: PersonId(id), name };
    let by: Option<i64> = row.try_get("decided_by")?;
    let name: Option<String> = row.try_get("decided_by_name")?;
    let at: Option<OffsetDateTime> = row.try_get("decided_at")?;
    let confirmed: Option<bool> = row.try_get("confirmed")?;
    let (roc_year, serial): (i16, i32) = (row.try_get("roc_year")?, row.try_get("serial")?);
    let number = DocumentNumber::new(row.try_get::<String, _>("word")?, roc_year.unsigned_abs(), serial.unsigned_abs());
    Ok(Erasure {
        id,
        order: order_id(row.try_get("order_id")?),
        number: number.map_err(|_| damaged("number"))?,
        agency: AgencyCode::parse(row.try_get("agency")?).map_err(|_| damaged("agency"))?,
        person: PersonId(row.try_get("person")?),
        basis: row.try_get("basis")?,
        reason: row.try_get("reason")?,
        proposed_by: person(row.try_get("proposed_by")?, row.try_get("proposed_by_name")?),
        proposed_at: row.try_get("proposed_at")?,
        decided: by.zip(name).zip(at.zip(confirmed)).map(|((id, name), (at, yes))| (person(id, name), at, yes)),
        backups_until: row.try_get("backups_until")?,
    })
}

macro_rules! erasures {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.order_id, e.agency, e.person, e.basis, e.reason, e.proposed_by, e.proposed_by_name, e.proposed_at, \
             e.decided_by, e.decided_by_name, e.decided_at, e.confirmed, e.backups_until, i.word, i.roc_year, i.serial \
             FROM orders.erasure e JOIN orders.issued i ON i.id = e.order_id ",
            $rest
        )
    };
}

pub(super) async fn fetch(tx: &mut Tx, id: i64, lock: bool) -> Result<Option<Erasure>, DbError> {
    let statement = if lock { erasures!("WHERE e.id = $1 FOR UPDATE OF e, i") } else { erasures!("WHERE e.id = $1") };
    let row = query(statement).bind(id).fetch_optional(&mut **tx).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn of_order(tx: &mut Tx, order: OrderId) -> Result<Option<Erasure>, DbError> {
    let row = query(erasures!("WHERE e.order_id = $1 AND e.confirmed IS NOT FALSE"))
        .bind(uuid(order))
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn list(tx: &mut Tx, agencies: Option<&[String]>, limit: i64) -> Result<Vec<Erasure>, DbError> {
    let rows = query(erasures!("WHERE $1::text[] IS NULL OR e.agency = ANY($1) ORDER BY e.id DESC LIMIT $2"))
        .bind(agencies)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(read).collect()
}
