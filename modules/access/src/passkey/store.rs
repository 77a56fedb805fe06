//! The statements about passkeys and the ceremonies around them.

use super::PasskeyLine;
use db::{DbError, Pool, Tx, Uuid, query, query_as, query_scalar};
use kernel::PersonId;
use time::OffsetDateTime;

/// A passkey about to be kept.
pub(crate) struct PasskeyRow<'a> {
    pub label: &'a str,
    pub id: &'a [u8],
    pub credential: &'a str,
}

/// A passkey on file.
pub(crate) struct Found {
    pub id: i64,
    pub person: PersonId,
    pub holder: String,
    pub credential: String,
}

/// The handle of a person; `new` becomes it if there is none yet.
pub(crate) async fn user_handle(pool: &Pool, person: PersonId, new: Uuid) -> Result<Uuid, DbError> {
    query("INSERT INTO access.passkey_user (person, handle) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING")
        .bind(person.0)
        .bind(new)
        .execute(pool)
        .await?;
    query_scalar("SELECT handle FROM access.passkey_user WHERE person = $1").bind(person.0).fetch_one(pool).await
}

pub(crate) async fn ceremony_insert(
    pool: &Pool,
    ticket_hash: &[u8],
    person: Option<PersonId>,
    state: &str,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query("INSERT INTO access.passkey_ceremony (ticket_hash, person, state, begun_at) VALUES ($1, $2, $3, $4)")
        .bind(ticket_hash)
        .bind(person.map(|person| person.0))
        .bind(state)
        .bind(at)
        .execute(pool)
        .await?;
    Ok(())
}

/// Uses up a ceremony begun after `not_before`; one statement, so of two answers one wins.
pub(crate) async fn ceremony_use(
    pool: &Pool,
    ticket_hash: &[u8],
    at: OffsetDateTime,
    not_before: OffsetDateTime,
) -> Result<Option<(Option<PersonId>, String)>, DbError> {
    let row: Option<(Option<i64>, String)> = query_as(
        "UPDATE access.passkey_ceremony SET used_at = $2 WHERE ticket_hash = $1 AND used_at IS NULL AND begun_at >= $3 \
         RETURNING person, state",
    )
    .bind(ticket_hash)
    .bind(at)
    .bind(not_before)
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|(person, state)| (person.map(PersonId), state)))
}

/// False if the credential is registered already.
pub(crate) async fn passkey_insert(
    tx: &mut Tx,
    (person, holder): (PersonId, &str),
    row: &PasskeyRow<'_>,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO access.passkey (person, holder, label, credential_id, credential, registered_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential_id) DO NOTHING",
    )
    .bind(person.0)
    .bind(holder)
    .bind(row.label)
    .bind(row.id)
    .bind(row.credential)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A passkey of the person with this handle, if the person still has a card.
pub(crate) async fn passkey_fetch(pool: &Pool, handle: Uuid, id: &[u8]) -> Result<Option<Found>, DbError> {
    let row: Option<(i64, i64, String, String)> = query_as(
        "SELECT k.id, k.person, k.holder, k.credential FROM access.passkey k \
         JOIN access.passkey_user u ON u.person = k.person WHERE k.credential_id = $2 AND u.handle = $1 \
         AND EXISTS (SELECT 1 FROM access.card c WHERE c.person = k.person AND c.ended_at IS NULL)",
    )
    .bind(handle)
    .bind(id)
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|(id, person, holder, credential)| Found { id, person: PersonId(person), holder, credential }))
}

pub(crate) async fn passkey_used(tx: &mut Tx, id: i64, credential: &str, at: OffsetDateTime) -> Result<(), DbError> {
    query("UPDATE access.passkey SET credential = $2, used_at = $3 WHERE id = $1")
        .bind(id)
        .bind(credential)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn passkey_credentials(pool: &Pool, person: PersonId) -> Result<Vec<Vec<u8>>, DbError> {
    query_scalar("SELECT credential_id FROM access.passkey WHERE person = $1").bind(person.0).fetch_all(pool).await
}

pub(crate) async fn passkey_list(pool: &Pool, person: PersonId) -> Result<Vec<PasskeyLine>, DbError> {
    let rows: Vec<(i64, String, OffsetDateTime, Option<OffsetDateTime>)> =
        query_as("SELECT id, label, registered_at, used_at FROM access.passkey WHERE person = $1 ORDER BY id")
            .bind(person.0)
            .fetch_all(pool)
            .await?;
    let line = |(id, label, registered_at, used_at)| PasskeyLine { id, label, registered_at, used_at };
    Ok(rows.into_iter().map(line).collect())
}

pub(crate) async fn passkey_rename(pool: &Pool, person: PersonId, id: i64, label: &str) -> Result<bool, DbError> {
    let done = query("UPDATE access.passkey SET label = $3 WHERE person = $1 AND id = $2")
        .bind(person.0)
        .bind(id)
        .bind(label)
        .execute(pool)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn passkey_delete(
    tx: &mut Tx,
    person: PersonId,
    id: i64,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query("DELETE FROM access.passkey WHERE person = $1 AND id = $2")
        .bind(person.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    query(
        "UPDATE access.session SET ended_at = $2, ended_why = 'ended' \
         WHERE person = $1 AND method = 'passkey' AND ended_at IS NULL AND $3",
    )
    .bind(person.0)
    .bind(at)
    .bind(done.rows_affected() == 1)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
