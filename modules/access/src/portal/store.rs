//! The statements about people on the way to the portal, and accounts there.

use super::ask::Secrets;
use db::{DbError, Pool, Tx, query, query_as, query_scalar};
use kernel::PersonId;
use time::OffsetDateTime;

/// Somebody who went to the portal.
pub(crate) struct Flow {
    pub nonce: String,
    pub verifier: String,
    /// Whom to link, if that was the purpose.
    pub person: Option<PersonId>,
    pub next: String,
}

pub(crate) async fn flow_insert(
    pool: &Pool,
    state_hash: &[u8],
    secrets: &Secrets,
    person: Option<PersonId>,
    next: &str,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query(
        "INSERT INTO access.portal_flow (state_hash, nonce, verifier, person, next, begun_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(state_hash)
    .bind(&secrets.nonce)
    .bind(&secrets.verifier)
    .bind(person.map(|person| person.0))
    .bind(next)
    .bind(at)
    .execute(pool)
    .await?;
    Ok(())
}

/// Uses up a flow begun after `not_before`; one statement, so of two answers one wins.
pub(crate) async fn flow_use(
    pool: &Pool,
    state_hash: &[u8],
    at: OffsetDateTime,
    not_before: OffsetDateTime,
) -> Result<Option<Flow>, DbError> {
    let row: Option<(String, String, Option<i64>, String)> = query_as(
        "UPDATE access.portal_flow SET used_at = $2 WHERE state_hash = $1 AND used_at IS NULL AND begun_at >= $3 \
         RETURNING nonce, verifier, person, next",
    )
    .bind(state_hash)
    .bind(at)
    .bind(not_before)
    .fetch_optional(pool)
    .await?;
    let flow = |(nonce, verifier, person, next): (_, _, Option<i64>, _)| Flow {
        nonce,
        verifier,
        person: person.map(PersonId),
        next,
    };
    Ok(row.map(flow))
}

/// The person an account is linked with, if the person still has a card; notes that it was used.
pub(crate) async fn account_holder(
    tx: &mut Tx,
    account: &[u8],
    at: OffsetDateTime,
) -> Result<Option<(PersonId, String)>, DbError> {
    let row: Option<(i64, String)> = query_as(
        "UPDATE access.portal_account a SET used_at = $2 WHERE account = $1 \
         AND EXISTS (SELECT 1 FROM access.card c WHERE c.person = a.person AND c.ended_at IS NULL) \
         RETURNING person, holder",
    )
    .bind(account)
    .bind(at)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(person, holder)| (PersonId(person), holder)))
}

/// Links an account; linking it again with the same person is good, with another it is not.
pub(crate) async fn account_insert(
    tx: &mut Tx,
    account: &[u8],
    person: PersonId,
    holder: &str,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO access.portal_account (account, person, holder, linked_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account) DO UPDATE SET holder = excluded.holder WHERE access.portal_account.person = excluded.person",
    )
    .bind(account)
    .bind(person.0)
    .bind(holder)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Unlinks a person's accounts and ends the sessions opened through them.
pub(crate) async fn account_delete(tx: &mut Tx, person: PersonId, at: OffsetDateTime) -> Result<bool, DbError> {
    query(
        "UPDATE access.session SET ended_at = $2, ended_why = 'ended' \
         WHERE person = $1 AND method = 'portal' AND ended_at IS NULL",
    )
    .bind(person.0)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    let done = query("DELETE FROM access.portal_account WHERE person = $1").bind(person.0).execute(&mut **tx).await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) async fn account_linked_at(pool: &Pool, person: PersonId) -> Result<Option<OffsetDateTime>, DbError> {
    query_scalar("SELECT max(linked_at) FROM access.portal_account WHERE person = $1")
        .bind(person.0)
        .fetch_one(pool)
        .await
}

/// Removes flows nobody can come back from and ceremonies nobody can finish.
pub(crate) async fn sweep(pool: &Pool, before: OffsetDateTime) -> Result<u64, DbError> {
    let flows = query("DELETE FROM access.portal_flow WHERE begun_at < $1").bind(before).execute(pool).await?;
    let ceremonies =
        query("DELETE FROM access.passkey_ceremony WHERE begun_at < $1").bind(before).execute(pool).await?;
    Ok(flows.rows_affected() + ceremonies.rows_affected())
}
