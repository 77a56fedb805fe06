//! The statements of this module.

use crate::model::{Office, Reach, Role};
use db::{DbError, Pool, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, PersonId};
use time::{Date, OffsetDateTime};

pub(crate) async fn challenge_insert(pool: &Pool, nonce: &[u8], at: OffsetDateTime) -> Result<(), DbError> {
    query("INSERT INTO access.challenge (nonce, issued_at) VALUES ($1, $2)").bind(nonce).bind(at).execute(pool).await?;
    Ok(())
}

/// Uses up a challenge issued after `not_before`; false if there is none. One statement, so two answers cannot both win.
pub(crate) async fn challenge_use(
    tx: &mut Tx,
    nonce: &[u8],
    at: OffsetDateTime,
    not_before: OffsetDateTime,
) -> Result<bool, DbError> {
    let done =
        query("UPDATE access.challenge SET used_at = $2 WHERE nonce = $1 AND used_at IS NULL AND issued_at >= $3")
            .bind(nonce)
            .bind(at)
            .bind(not_before)
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn challenge_sweep(pool: &Pool, before: OffsetDateTime) -> Result<u64, DbError> {
    let done = query("DELETE FROM access.challenge WHERE issued_at < $1").bind(before).execute(pool).await?;
    Ok(done.rows_affected())
}

pub(crate) async fn card_insert(
    tx: &mut Tx,
    fingerprint: &[u8],
    (person, holder): (PersonId, &str),
    agency: Option<&AgencyCode>,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO access.card (fingerprint, person, holder, registered_at, agency) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (fingerprint) DO NOTHING",
    )
    .bind(fingerprint)
    .bind(person.0)
    .bind(holder)
    .bind(at)
    .bind(agency.map(AgencyCode::as_str))
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a card and every session opened with it.
pub(crate) async fn card_end(tx: &mut Tx, fingerprint: &[u8], at: OffsetDateTime) -> Result<bool, DbError> {
    query(
        "UPDATE access.session SET ended_at = $2, ended_why = 'card_ended' WHERE fingerprint = $1 AND ended_at IS NULL",
    )
    .bind(fingerprint)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    let done = query("UPDATE access.card SET ended_at = $2 WHERE fingerprint = $1 AND ended_at IS NULL")
        .bind(fingerprint)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whom a card was registered for, the name on it, and whether it still counts.
pub(crate) async fn card_holder(tx: &mut Tx, fingerprint: &[u8]) -> Result<Option<(i64, String, bool)>, DbError> {
    query_as("SELECT person, holder, ended_at IS NULL FROM access.card WHERE fingerprint = $1")
        .bind(fingerprint)
        .fetch_optional(&mut **tx)
        .await
}

/// Ends an office on a day. One that began that day never counted and is removed.
pub(crate) async fn office_end(tx: &mut Tx, person: PersonId, office: &Office, on: Date) -> Result<bool, DbError> {
    let gone = query(
        "DELETE FROM access.office WHERE person = $1 AND agency = $2 AND role = $3 AND until_on IS NULL AND from_on >= $4",
    )
    .bind(person.0)
    .bind(office.reach.agency().as_str())
    .bind(office.role.code())
    .bind(on)
    .execute(&mut **tx)
    .await?;
    let done = query(
        "UPDATE access.office SET until_on = $4 WHERE person = $1 AND agency = $2 AND role = $3 AND until_on IS NULL",
    )
    .bind(person.0)
    .bind(office.reach.agency().as_str())
    .bind(office.role.code())
    .bind(on)
    .execute(&mut **tx)
    .await?;
    Ok(gone.rows_affected() + done.rows_affected() == 1)
}

pub(crate) async fn offices(pool: &Pool, person: i64, on: Date) -> Result<Vec<Office>, DbError> {
    let rows: Vec<(String, String, bool)> = query_as(
        "SELECT role, agency, with_subordinates FROM access.office WHERE person = $1 AND from_on <= $2 \
         AND (until_on IS NULL OR until_on > $2) ORDER BY agency, role",
    )
    .bind(person)
    .bind(on)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(|(role, agency, below)| office(&role, &agency, below)).collect())
}

fn office(role: &str, agency: &str, with_subordinates: bool) -> Option<Office> {
    let agency = AgencyCode::parse(agency).ok()?;
    let reach = if with_subordinates { Reach::Subtree(agency) } else { Reach::Agency(agency) };
    Some(Office::own(Role::parse(role)?, reach))
}

/// Who holds a role for an agency itself on a day.
pub(crate) async fn office_holders(pool: &Pool, role: &str, agency: &str, on: Date) -> Result<Vec<PersonId>, DbError> {
    let people: Vec<i64> = query_scalar(
        "SELECT DISTINCT person FROM access.office WHERE role = $1 AND agency = $2 AND from_on <= $3 \
         AND (until_on IS NULL OR until_on > $3) ORDER BY person LIMIT 100",
    )
    .bind(role)
    .bind(agency)
    .bind(on)
    .fetch_all(pool)
    .await?;
    Ok(people.into_iter().map(PersonId).collect())
}
