//! The outbox: what happened, written in the transaction in which it happened.
//!
//! Payloads hold ids and codes, never a person's data.

use crate::{DbError, Pool, Tx, query, query_as};
use time::OffsetDateTime;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Position in the outbox.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// Past tense, e.g. `OrderSealed`.
    pub kind: String,
    /// What it happened to, e.g. an order id.
    pub subject: String,
    /// Ids and codes a reader needs.
    pub payload: serde_json::Value,
}

/// Writes one event.
///
/// # Errors
/// When the database refuses.
pub async fn event(
    tx: &mut Tx,
    at: OffsetDateTime,
    kind: &str,
    subject: &str,
    payload: &serde_json::Value,
) -> Result<(), DbError> {
    query("INSERT INTO outbox.event (at, kind, subject, payload) VALUES ($1, $2, $3, $4::jsonb)")
        .bind(at)
        .bind(kind)
        .bind(subject)
        .bind(payload.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes one event of the same kind for each subject.
///
/// # Errors
/// When the database refuses.
pub async fn events(tx: &mut Tx, at: OffsetDateTime, kind: &str, subjects: &[String]) -> Result<(), DbError> {
    query("INSERT INTO outbox.event (at, kind, subject) SELECT $1, $2, s FROM unnest($3::text[]) s")
        .bind(at)
        .bind(kind)
        .bind(subjects)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// At most `limit` events after position `after`, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn events_since(pool: &Pool, after: i64, limit: i64) -> Result<Vec<Event>, DbError> {
    let rows: Vec<(i64, OffsetDateTime, String, String, String)> =
        query_as("SELECT id, at, kind, subject, payload::text FROM outbox.event WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(after)
            .bind(limit)
            .fetch_all(pool)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(id, at, kind, subject, payload)| Event {
            id,
            at,
            kind,
            subject,
            payload: serde_json::from_str(&payload).unwrap_or_default(),
        })
        .collect())
}
