//! The statements about sealed sections and the keys they are sealed with.

use super::field::Section;
use crate::store::damaged;
use db::{DbError, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, PersonId};
use time::OffsetDateTime;
use vault::WrappedKey;

type Key = (i32, Vec<u8>);

fn wrapped((ring_key, bytes): Key) -> Result<WrappedKey, DbError> {
    Ok(WrappedKey { ring_key: u32::try_from(ring_key).map_err(|_| damaged("key number"))?, bytes })
}

fn number(key: &WrappedKey) -> i32 {
    i32::try_from(key.ring_key).unwrap_or(i32::MAX)
}

pub(crate) async fn key_fetch(
    tx: &mut Tx,
    agency: &AgencyCode,
    person: PersonId,
) -> Result<Option<WrappedKey>, DbError> {
    let row: Option<Key> =
        query_as("SELECT ring_key, wrapped FROM personnel.person_key WHERE agency = $1 AND person = $2")
            .bind(agency.as_str())
            .bind(person.0)
            .fetch_optional(&mut **tx)
            .await?;
    row.map(wrapped).transpose()
}

pub(crate) async fn key_insert(
    tx: &mut Tx,
    agency: &AgencyCode,
    person: PersonId,
    key: &WrappedKey,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query("INSERT INTO personnel.person_key (agency, person, ring_key, wrapped, made_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(agency.as_str())
        .bind(person.0)
        .bind(number(key))
        .bind(&key.bytes)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keys that are wrapped under another key of the ring, held until the transaction ends; those another transaction holds are its own.
pub(crate) async fn keys_to_rewrap(
    tx: &mut Tx,
    current: u32,
    limit: i64,
) -> Result<Vec<(String, i64, WrappedKey)>, DbError> {
    let rows: Vec<(String, i64, i32, Vec<u8>)> = query_as(
        "SELECT agency, person, ring_key, wrapped FROM personnel.person_key WHERE ring_key <> $1 \
         ORDER BY ring_key, agency, person LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(i32::try_from(current).unwrap_or(i32::MAX))
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|(agency, person, ring, bytes)| Ok((agency, person, wrapped((ring, bytes))?))).collect()
}

pub(crate) async fn key_write(tx: &mut Tx, agency: &str, person: i64, key: &WrappedKey) -> Result<(), DbError> {
    query("UPDATE personnel.person_key SET ring_key = $3, wrapped = $4 WHERE agency = $1 AND person = $2")
        .bind(agency)
        .bind(person)
        .bind(number(key))
        .bind(&key.bytes)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Which keys of the ring wrap something, and how much.
pub(crate) async fn keys_by_ring(tx: &mut Tx) -> Result<Vec<(i32, i64)>, DbError> {
    query_as("SELECT ring_key, count(*) FROM personnel.person_key GROUP BY ring_key ORDER BY ring_key")
        .fetch_all(&mut **tx)
        .await
}

/// Destroys a key, and with it everything sealed under it.
pub(crate) async fn key_delete(tx: &mut Tx, agency: &AgencyCode, person: PersonId) -> Result<bool, DbError> {
    let done = query("DELETE FROM personnel.person_key WHERE agency = $1 AND person = $2")
        .bind(agency.as_str())
        .bind(person.0)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) type Mark = (String, i32, String, OffsetDateTime);

pub(crate) async fn section_marks(tx: &mut Tx, agency: &AgencyCode, person: PersonId) -> Result<Vec<Mark>, DbError> {
    query_as("SELECT kind, version, changer, changed_at FROM personnel.section WHERE agency = $1 AND person = $2")
        .bind(agency.as_str())
        .bind(person.0)
        .fetch_all(&mut **tx)
        .await
}

pub(crate) type Sealed = (Vec<u8>, i32, String, OffsetDateTime);

pub(crate) async fn section_fetch(
    tx: &mut Tx,
    agency: &AgencyCode,
    person: PersonId,
    section: Section,
) -> Result<Option<Sealed>, DbError> {
    query_as(
        "SELECT sealed, version, changer, changed_at FROM personnel.section WHERE agency = $1 AND person = $2 AND kind = $3",
    )
    .bind(agency.as_str())
    .bind(person.0)
    .bind(section.code())
    .fetch_optional(&mut **tx)
    .await
}

/// Whose section is kept, and which.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub agency: &'a AgencyCode,
    pub person: PersonId,
    pub section: Section,
}

/// Writes a section over version `seen` (0: the first one). None if it is at another version by now.
pub(crate) async fn section_write(
    tx: &mut Tx,
    at: At<'_>,
    seen: i32,
    sealed: &[u8],
    by: (PersonId, &str),
    now: OffsetDateTime,
) -> Result<Option<i32>, DbError> {
    query_scalar(
        "INSERT INTO personnel.section AS s (agency, person, kind, version, sealed, changed_by, changer, changed_at) \
         SELECT $1, $2, $3, 1, $5, $6, $7, $8 WHERE $4 = 0 OR EXISTS (SELECT FROM personnel.section o WHERE o.agency = $1 \
         AND o.person = $2 AND o.kind = $3) \
         ON CONFLICT (agency, person, kind) DO UPDATE SET version = s.version + 1, sealed = $5, changed_by = $6, changer = $7, \
         changed_at = $8 WHERE s.version = $4 RETURNING version",
    )
    .bind(at.agency.as_str())
    .bind(at.person.0)
    .bind(at.section.code())
    .bind(seen)
    .bind(sealed)
    .bind(by.0.0)
    .bind(by.1)
    .bind(now)
    .fetch_optional(&mut **tx)
    .await
}
