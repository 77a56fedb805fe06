//! The statements of consent, delivery and mail.

use crate::model::{Consent, Delivery, Family};
use crate::store::{order_id, uuid};
use db::{CopyRows, DbError, Tx, Uuid, query, query_as, query_scalar};
use kernel::{AgencyCode, OrderId, PersonId};
use time::{Date, OffsetDateTime};

// Consent ---------------------------------------------------------------------------------------------------------------

pub(crate) async fn consent_insert(
    tx: &mut Tx,
    person: PersonId,
    family: Family,
    agreed: bool,
    from_on: Date,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query("INSERT INTO orders.consent (person, family, choice, from_on, recorded_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(person.0)
        .bind(family.code())
        .bind(if agreed { "agreed" } else { "stopped" })
        .bind(from_on)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// For each person the choice said last and its day, and the last day to object after a notice of this agency.
pub(crate) type ConsentRow = (i64, Option<String>, Option<Date>, Option<Date>);

pub(crate) async fn consents(
    tx: &mut Tx,
    agency: &AgencyCode,
    family: Family,
    persons: &[i64],
) -> Result<Vec<ConsentRow>, DbError> {
    // What somebody said stays theirs to read; here it only chooses the way an order takes.
    let outside = db::step_out(tx).await?;
    let rows = query_as(
        "SELECT p, c.choice, c.from_on, n.object_until FROM unnest($1::int8[]) p \
         LEFT JOIN LATERAL (SELECT choice, from_on FROM orders.consent WHERE person = p AND family = $2 \
                            ORDER BY id DESC LIMIT 1) c ON true \
         LEFT JOIN orders.notice n ON n.person = p AND n.agency = $3 AND n.family = $2 AND EXISTS ( \
           SELECT FROM orders.letterhead h WHERE h.agency = $3 AND h.delivery_rule = 'notice')",
    )
    .bind(persons)
    .bind(family.code())
    .bind(agency.as_str())
    .fetch_all(&mut **tx)
    .await?;
    db::step_back(tx, outside).await?;
    Ok(rows)
}

pub(crate) fn said(choice: Option<&str>, from_on: Option<Date>) -> Option<(Consent, Date)> {
    let choice = match choice? {
        "agreed" => Consent::Agreed,
        _ => Consent::Stopped,
    };
    Some((choice, from_on?))
}

pub(crate) async fn consent_history(
    tx: &mut Tx,
    person: PersonId,
) -> Result<Vec<(String, String, Date, OffsetDateTime)>, DbError> {
    query_as(
        "SELECT family, choice, from_on, recorded_at FROM orders.consent WHERE person = $1 ORDER BY id DESC LIMIT 50",
    )
    .bind(person.0)
    .fetch_all(&mut **tx)
    .await
}

pub(crate) async fn notice_insert(
    tx: &mut Tx,
    agency: &AgencyCode,
    family: Family,
    person: PersonId,
    at: OffsetDateTime,
    object_until: Date,
) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO orders.notice (person, agency, family, sent_at, object_until) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
    )
    .bind(person.0)
    .bind(agency.as_str())
    .bind(family.code())
    .bind(at)
    .bind(object_until)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

// Delivery --------------------------------------------------------------------------------------------------------------

/// Locks up to `limit` orders that wait to enter an inbox, oldest first (they are in the register first); another instance skips them.
pub(crate) async fn delivery_due(tx: &mut Tx, limit: i64) -> Result<Vec<(Uuid, Option<String>)>, DbError> {
    query_as(
        "SELECT d.order_id, d.email FROM orders.delivery d JOIN orders.issued i ON i.id = d.order_id \
         WHERE d.channel = 'inbox' AND d.entered_at IS NULL ORDER BY i.sealed_at LIMIT $1 FOR UPDATE OF d SKIP LOCKED",
    )
    .bind(limit)
    .fetch_all(&mut **tx)
    .await
}

/// Sends an order that has not entered the inbox to the paper queue: the person stopped electronic delivery meanwhile.
pub(crate) async fn delivery_to_paper(tx: &mut Tx, id: Uuid) -> Result<(), DbError> {
    query("UPDATE orders.delivery SET channel = 'paper', email = NULL WHERE order_id = $1 AND entered_at IS NULL")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn delivery_enter(tx: &mut Tx, ids: &[Uuid], at: OffsetDateTime) -> Result<(), DbError> {
    query("UPDATE orders.delivery SET entered_at = $2, email = NULL WHERE order_id = ANY($1) AND entered_at IS NULL")
        .bind(ids)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

type DeliveryRow =
    (String, Option<OffsetDateTime>, Option<OffsetDateTime>, Option<OffsetDateTime>, Option<Date>, Option<String>);

fn delivery((channel, entered_at, opened_at, printed_at, served_on, receiver): DeliveryRow) -> Delivery {
    Delivery { electronic: channel == "inbox", entered_at, opened_at, printed_at, served_on, receiver }
}

pub(crate) async fn delivery_fetch(tx: &mut Tx, id: OrderId) -> Result<Option<Delivery>, DbError> {
    let row: Option<DeliveryRow> = query_as(
        "SELECT channel, entered_at, opened_at, printed_at, served_on, receiver FROM orders.delivery WHERE order_id = $1",
    )
    .bind(uuid(id))
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(delivery))
}

/// How the orders of a person reached them, those of [`issued_by_person`].
pub(crate) async fn delivery_by_person(
    tx: &mut Tx,
    person: PersonId,
    limit: i64,
) -> Result<Vec<(OrderId, Delivery)>, DbError> {
    type Row = (
        Uuid,
        String,
        Option<OffsetDateTime>,
        Option<OffsetDateTime>,
        Option<OffsetDateTime>,
        Option<Date>,
        Option<String>,
    );
    let rows: Vec<Row> = query_as(
        "SELECT d.order_id, d.channel, d.entered_at, d.opened_at, d.printed_at, d.served_on, d.receiver \
         FROM orders.issued i JOIN orders.delivery d ON d.order_id = i.id \
         WHERE i.person = $1 ORDER BY i.sealed_at DESC, i.serial DESC LIMIT $2",
    )
    .bind(person.0)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    let read = |(id, channel, entered, opened, printed, served, receiver): Row| {
        (order_id(id), delivery((channel, entered, opened, printed, served, receiver)))
    };
    Ok(rows.into_iter().map(read).collect())
}

pub(crate) async fn delivery_opened(tx: &mut Tx, id: OrderId, at: OffsetDateTime) -> Result<bool, DbError> {
    let done = query(
        "UPDATE orders.delivery SET opened_at = $2 WHERE order_id = $1 AND entered_at IS NOT NULL AND opened_at IS NULL",
    )
    .bind(uuid(id))
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn paper_list(tx: &mut Tx, agencies: &[String], limit: i64) -> Result<Vec<Uuid>, DbError> {
    query_scalar(
        "SELECT order_id FROM orders.delivery WHERE channel = 'paper' AND served_on IS NULL AND agency = ANY($1) \
         ORDER BY agency, order_id LIMIT $2",
    )
    .bind(agencies)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await
}

pub(crate) async fn paper_count(tx: &mut Tx, agencies: &[String]) -> Result<i64, DbError> {
    query_scalar(
        "SELECT count(*) FROM orders.delivery WHERE channel = 'paper' AND served_on IS NULL AND agency = ANY($1)",
    )
    .bind(agencies)
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn paper_printed(tx: &mut Tx, id: OrderId, at: OffsetDateTime) -> Result<bool, DbError> {
    let done = query(
        "UPDATE orders.delivery SET printed_at = coalesce(printed_at, $2) WHERE order_id = $1 AND channel = 'paper'",
    )
    .bind(uuid(id))
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn paper_served(tx: &mut Tx, id: OrderId, served_on: Date, receiver: &str) -> Result<bool, DbError> {
    let done = query(
        "UPDATE orders.delivery SET served_on = $2, receiver = $3, email = NULL \
         WHERE order_id = $1 AND channel = 'paper' AND served_on IS NULL",
    )
    .bind(uuid(id))
    .bind(served_on)
    .bind(receiver)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

// Mail ------------------------------------------------------------------------------------------------------------------

/// A mail to queue.
pub(crate) struct NewMail<'a> {
    pub code: &'a str,
    pub person: PersonId,
    pub order: Option<OrderId>,
    pub address: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
}

pub(crate) async fn mail_insert(tx: &mut Tx, mail: &NewMail<'_>, at: OffsetDateTime) -> Result<(), DbError> {
    query(
        "INSERT INTO orders.mail (code, person, order_id, address, subject, body, queued_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(mail.code)
    .bind(mail.person.0)
    .bind(mail.order.map(uuid))
    .bind(mail.address)
    .bind(mail.subject)
    .bind(mail.body)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A mail waiting to go: id, address, subject, body, queued at.
pub(crate) type MailRow = (i64, String, String, String, OffsetDateTime);

pub(crate) async fn mail_waiting(tx: &mut Tx, limit: i64) -> Result<Vec<MailRow>, DbError> {
    query_as(
        "SELECT id, coalesce(address, ''), subject, body, queued_at FROM orders.mail WHERE sent_at IS NULL \
         ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED",
    )
    .bind(limit)
    .fetch_all(&mut **tx)
    .await
}

pub(crate) async fn mail_sent(tx: &mut Tx, ids: &[i64], at: OffsetDateTime) -> Result<(), DbError> {
    query("UPDATE orders.mail SET sent_at = $2, address = NULL, body = '' WHERE id = ANY($1)")
        .bind(ids)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn mail_by_code(
    tx: &mut Tx,
    person: PersonId,
    code: &str,
) -> Result<Option<(String, OffsetDateTime, Option<Uuid>)>, DbError> {
    query_as("SELECT subject, queued_at, order_id FROM orders.mail WHERE code = $1 AND person = $2")
        .bind(code)
        .bind(person.0)
        .fetch_optional(&mut **tx)
        .await
}

pub(crate) async fn delivery_copy(tx: &mut Tx, rows: CopyRows) -> Result<u64, DbError> {
    rows.send(tx, "COPY orders.delivery (order_id, agency, person, channel, email) FROM STDIN").await
}
