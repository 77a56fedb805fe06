//! The statements about machines.

use super::NewMachine;
use crate::model::Reach;
use db::{DbError, Pool, Tx, query, query_as};
use kernel::AgencyCode;
use time::{Date, OffsetDateTime};

pub(super) async fn machine_insert(tx: &mut Tx, new: &NewMachine, at: OffsetDateTime) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO access.machine (fingerprint, name, agency, with_subordinates, from_on, until_on, registered_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(new.fingerprint.as_slice())
    .bind(&new.name)
    .bind(new.reach.agency().as_str())
    .bind(new.reach.with_subordinates())
    .bind(new.from_on)
    .bind(new.until_on)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn machine_end(tx: &mut Tx, fingerprint: &[u8; 32], at: OffsetDateTime) -> Result<bool, DbError> {
    let done = query("UPDATE access.machine SET ended_at = $2 WHERE fingerprint = $1 AND ended_at IS NULL")
        .bind(fingerprint.as_slice())
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn machine_fetch(
    pool: &Pool,
    fingerprint: &[u8; 32],
    today: Date,
) -> Result<Option<(String, Reach)>, DbError> {
    let row: Option<(String, String, bool)> = query_as(
        "SELECT name, agency, with_subordinates FROM access.machine WHERE fingerprint = $1 AND ended_at IS NULL \
         AND from_on <= $2 AND (until_on IS NULL OR until_on > $2)",
    )
    .bind(fingerprint.as_slice())
    .bind(today)
    .fetch_optional(pool)
    .await?;
    Ok(row.and_then(|(name, agency, below)| {
        let agency = AgencyCode::parse(&agency).ok()?;
        Some((name, if below { Reach::Subtree(agency) } else { Reach::Agency(agency) }))
    }))
}
