//! The statements about sessions, tokens and attempts.

use super::list::{AttemptLine, SessionLine};
use super::model::{Method, Outcome, Session, Visit};
use super::open::New;
use db::{Db, DbError, Pool, Tx, query, query_as, query_scalar};
use kernel::PersonId;
use time::OffsetDateTime;

/// A token and the session it belongs to, unless that was ended.
pub(crate) struct Found {
    pub person: PersonId,
    pub holder: String,
    pub session: Session,
    pub seen_at: OffsetDateTime,
    pub is_used: bool,
    pub replaced_at: Option<OffsetDateTime>,
    pub is_successor_used: bool,
}

pub(crate) async fn session_insert(
    tx: &mut Tx,
    new: &New<'_>,
    visit: &Visit,
    at: OffsetDateTime,
) -> Result<i64, DbError> {
    query_scalar(
        "INSERT INTO access.session (person, holder, method, fingerprint, device, address, opened_at, seen_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id",
    )
    .bind(new.person.0)
    .bind(new.holder)
    .bind(new.method.code())
    .bind(new.card.map(|card| &card[..]))
    .bind(&visit.device)
    .bind(visit.address_text())
    .bind(at)
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn token_insert(
    tx: &mut Tx,
    token_hash: &[u8],
    session: i64,
    card_at: Option<OffsetDateTime>,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query("INSERT INTO access.session_token (token_hash, session, issued_at, card_at) VALUES ($1, $2, $3, $4)")
        .bind(token_hash)
        .bind(session)
        .bind(at)
        .bind(card_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Marks a token as replaced; false if it was before. One statement, so of several requests one wins.
pub(crate) async fn token_replace(tx: &mut Tx, token_hash: &[u8], at: OffsetDateTime) -> Result<bool, DbError> {
    let done = query("UPDATE access.session_token SET replaced_at = $2 WHERE token_hash = $1 AND replaced_at IS NULL")
        .bind(token_hash)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes a token whose successors nobody used the token of the session again.
pub(crate) async fn token_restore(db: &Db, session: i64, token_hash: &[u8]) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    query("DELETE FROM access.session_token WHERE session = $1 AND used_at IS NULL AND token_hash <> $2")
        .bind(session)
        .bind(token_hash)
        .execute(&mut *tx)
        .await?;
    query("UPDATE access.session_token SET replaced_at = NULL WHERE token_hash = $1")
        .bind(token_hash)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

pub(crate) async fn token_used(pool: &Pool, token_hash: &[u8], at: OffsetDateTime) -> Result<(), DbError> {
    query("UPDATE access.session_token SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL")
        .bind(token_hash)
        .bind(at)
        .execute(pool)
        .await?;
    Ok(())
}

/// A session opened without a card counts only while its person has one: the card is what ties person and account together.
pub(crate) async fn session_fetch(pool: &Pool, token_hash: &[u8]) -> Result<Option<Found>, DbError> {
    type Row = (
        (i64, i64, String, String, Option<Vec<u8>>, OffsetDateTime, OffsetDateTime),
        (OffsetDateTime, Option<OffsetDateTime>, bool, Option<OffsetDateTime>, bool),
    );
    let row = query(
        "SELECT s.id, s.person, s.holder, s.method, s.fingerprint, s.opened_at, s.seen_at, \
         t.issued_at, t.card_at, t.used_at IS NOT NULL, t.replaced_at, \
         EXISTS (SELECT 1 FROM access.session_token n WHERE n.session = s.id AND n.token_hash <> t.token_hash \
                 AND n.issued_at >= t.replaced_at AND n.used_at IS NOT NULL) \
         FROM access.session_token t JOIN access.session s ON s.id = t.session \
         WHERE t.token_hash = $1 AND s.ended_at IS NULL AND EXISTS (SELECT 1 FROM access.card c \
         WHERE c.ended_at IS NULL AND c.person = s.person AND (s.fingerprint IS NULL OR c.fingerprint = s.fingerprint))",
    )
    .bind(token_hash)
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    use db::Row as _;
    let ((id, person, holder, method, card, opened_at, seen_at), (token_at, card_at, is_used, replaced_at, next)): Row = (
        (
            row.try_get(0)?,
            row.try_get(1)?,
            row.try_get(2)?,
            row.try_get(3)?,
            row.try_get(4)?,
            row.try_get(5)?,
            row.try_get(6)?,
        ),
        (row.try_get(7)?, row.try_get(8)?, row.try_get(9)?, row.try_get(10)?, row.try_get(11)?),
    );
    let Some(method) = Method::parse(&method) else { return Ok(None) };
    let card = card.and_then(|card| card.try_into().ok());
    let session = Session { id, method, opened_at, card_at, card, token_at };
    Ok(Some(Found {
        person: PersonId(person),
        holder,
        session,
        seen_at,
        is_used,
        replaced_at,
        is_successor_used: next,
    }))
}

pub(crate) async fn session_seen(pool: &Pool, id: i64, at: OffsetDateTime) -> Result<(), DbError> {
    query("UPDATE access.session SET seen_at = $2 WHERE id = $1 AND seen_at < $2")
        .bind(id)
        .bind(at)
        .execute(pool)
        .await?;
    Ok(())
}

/// Ties the session to the card that answered: when the card ends, so does the session.
pub(crate) async fn session_card(tx: &mut Tx, id: i64, card: &[u8]) -> Result<(), DbError> {
    query("UPDATE access.session SET fingerprint = $2 WHERE id = $1").bind(id).bind(card).execute(&mut **tx).await?;
    Ok(())
}

pub(crate) async fn session_end(
    tx: &mut Tx,
    person: PersonId,
    id: i64,
    why: &str,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query(
        "UPDATE access.session SET ended_at = $4, ended_why = $3 WHERE id = $2 AND person = $1 AND ended_at IS NULL",
    )
    .bind(person.0)
    .bind(id)
    .bind(why)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn session_end_others(
    tx: &mut Tx,
    person: PersonId,
    keep: i64,
    at: OffsetDateTime,
) -> Result<u64, DbError> {
    let done = query(
        "UPDATE access.session SET ended_at = $3, ended_why = 'ended' \
         WHERE person = $1 AND id <> $2 AND ended_at IS NULL",
    )
    .bind(person.0)
    .bind(keep)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn session_end_by_token(pool: &Pool, token_hash: &[u8], at: OffsetDateTime) -> Result<(), DbError> {
    query(
        "UPDATE access.session SET ended_at = $2, ended_why = 'signed_out' FROM access.session_token t \
         WHERE t.token_hash = $1 AND t.session = access.session.id AND ended_at IS NULL",
    )
    .bind(token_hash)
    .bind(at)
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn session_list(pool: &Pool, person: PersonId) -> Result<Vec<SessionLine>, DbError> {
    let rows: Vec<(i64, String, OffsetDateTime, OffsetDateTime, String, String)> = query_as(
        "SELECT id, method, opened_at, seen_at, device, address FROM access.session \
         WHERE person = $1 AND ended_at IS NULL ORDER BY seen_at DESC, id DESC LIMIT 200",
    )
    .bind(person.0)
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, method, opened_at, seen_at, device, address)| {
            Some(SessionLine { id, method: Method::parse(&method)?, opened_at, seen_at, device, address })
        })
        .collect())
}

pub(crate) async fn session_sweep(pool: &Pool, opened_before: OffsetDateTime) -> Result<u64, DbError> {
    let done = query("DELETE FROM access.session WHERE opened_at < $1").bind(opened_before).execute(pool).await?;
    Ok(done.rows_affected())
}

/// Notes an attempt; its number is what the refused are told.
pub(crate) async fn attempt_insert(
    tx: &mut Tx,
    at: OffsetDateTime,
    (method, outcome): (Method, Outcome),
    person: Option<PersonId>,
    visit: &Visit,
) -> Result<i64, DbError> {
    query_scalar(
        "INSERT INTO access.attempt (at, method, outcome, person, device, address) \
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
    )
    .bind(at)
    .bind(method.code())
    .bind(outcome.code())
    .bind(person.map(|person| person.0))
    .bind(&visit.device)
    .bind(visit.address_text())
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn attempt_list(pool: &Pool, person: PersonId, limit: i64) -> Result<Vec<AttemptLine>, DbError> {
    let rows: Vec<(i64, OffsetDateTime, String, String, String, String)> = query_as(
        "SELECT id, at, method, outcome, device, address FROM access.attempt \
         WHERE person = $1 ORDER BY at DESC, id DESC LIMIT $2",
    )
    .bind(person.0)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, at, method, outcome, device, address)| {
            let (method, outcome) = (Method::parse(&method)?, Outcome::parse(&outcome)?);
            Some(AttemptLine { id, at, method, outcome, device, address })
        })
        .collect())
}

pub(crate) async fn attempt_sweep(pool: &Pool, before: OffsetDateTime) -> Result<u64, DbError> {
    let done = query("DELETE FROM access.attempt WHERE at < $1").bind(before).execute(pool).await?;
    Ok(done.rows_affected())
}

/// Until when the longest wait among these keys lasts, if any does.
pub(crate) async fn backoff_until(pool: &Pool, keys: &[Vec<u8>]) -> Result<Option<OffsetDateTime>, DbError> {
    query_scalar("SELECT max(until_at) FROM access.backoff WHERE key = ANY($1)").bind(keys).fetch_one(pool).await
}

/// One more failure for a key; failures from before `forgotten_before` no longer count. Returns how many in a row.
pub(crate) async fn backoff_failed(
    tx: &mut Tx,
    key: &[u8],
    at: OffsetDateTime,
    forgotten_before: OffsetDateTime,
) -> Result<i32, DbError> {
    query_scalar(
        "INSERT INTO access.backoff (key, failures, failed_at, until_at) VALUES ($1, 1, $2, $2) \
         ON CONFLICT (key) DO UPDATE SET failed_at = $2, \
         failures = CASE WHEN access.backoff.failed_at < $3 THEN 1 ELSE access.backoff.failures + 1 END \
         RETURNING failures",
    )
    .bind(key)
    .bind(at)
    .bind(forgotten_before)
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn backoff_wait(tx: &mut Tx, key: &[u8], until: OffsetDateTime) -> Result<(), DbError> {
    query("UPDATE access.backoff SET until_at = $2 WHERE key = $1").bind(key).bind(until).execute(&mut **tx).await?;
    Ok(())
}

pub(crate) async fn backoff_clear(tx: &mut Tx, key: &[u8]) -> Result<(), DbError> {
    query("DELETE FROM access.backoff WHERE key = $1").bind(key).execute(&mut **tx).await?;
    Ok(())
}

pub(crate) async fn backoff_sweep(pool: &Pool, before: OffsetDateTime) -> Result<u64, DbError> {
    let done = query("DELETE FROM access.backoff WHERE failed_at < $1").bind(before).execute(pool).await?;
    Ok(done.rows_affected())
}

/// Failed attempts in the person's name, and copies of tokens, since the last sign-in.
pub(crate) async fn attempt_warnings(tx: &mut Tx, person: PersonId) -> Result<i64, DbError> {
    query_scalar(
        "SELECT count(*) FROM access.attempt WHERE person = $1 AND outcome IN ('refused', 'held', 'reused') \
         AND id > coalesce((SELECT max(id) FROM access.attempt WHERE person = $1 AND outcome = 'in'), 0)",
    )
    .bind(person.0)
    .fetch_one(&mut **tx)
    .await
}
