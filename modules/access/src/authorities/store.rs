//! The statements about revocation.

use db::{Db, DbError, Pool, query, query_as};
use seal::CardSigned;
use seal::revocation::crl::Crl;
use seal::revocation::ocsp::{Answer, Status};
use time::OffsetDateTime;

/// By what an authority names a card: the digest of the authority's key, and the serial number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub authority_key: Vec<u8>,
    pub serial: Vec<u8>,
}

/// Notes by what its authority names a card, if the card is registered.
pub(super) async fn card_named(pool: &Pool, card: &CardSigned, place: &Place) -> Result<(), DbError> {
    query(
        "UPDATE access.card SET authority = $2, authority_key = $3, serial = $4 \
         WHERE fingerprint = $1 AND (authority, authority_key, serial) IS DISTINCT FROM ($2, $3, $4)",
    )
    .bind(card.certificate.fingerprint.as_slice())
    .bind(&card.authority)
    .bind(&place.authority_key)
    .bind(&place.serial)
    .execute(pool)
    .await?;
    Ok(())
}

/// Whether any list names the certificate.
pub(super) async fn is_listed(pool: &Pool, place: &Place) -> Result<bool, DbError> {
    let (found,): (bool,) =
        query_as("SELECT EXISTS (SELECT 1 FROM access.revoked_card WHERE authority_key = $1 AND serial = $2)")
            .bind(&place.authority_key)
            .bind(&place.serial)
            .fetch_one(pool)
            .await?;
    Ok(found)
}

/// Whether a list that still counts after `counts_after` speaks of the certificates that name these addresses.
pub(super) async fn has_list(
    pool: &Pool,
    authority_key: &[u8],
    points: &[String],
    counts_after: OffsetDateTime,
) -> Result<bool, DbError> {
    let (found,): (bool,) = query_as(
        "SELECT EXISTS (SELECT 1 FROM access.revocation_list \
         WHERE authority_key = $1 AND next_update > $3 AND (points = '{}' OR points && $2))",
    )
    .bind(authority_key)
    .bind(points)
    .bind(counts_after)
    .fetch_one(pool)
    .await?;
    Ok(found)
}

/// What was last answered about a card, and until when that counts.
pub(super) async fn answer_fetch(pool: &Pool, place: &Place) -> Result<Option<(String, OffsetDateTime)>, DbError> {
    query_as("SELECT status, next_update FROM access.revocation_answer WHERE authority_key = $1 AND serial = $2")
        .bind(&place.authority_key)
        .bind(&place.serial)
        .fetch_optional(pool)
        .await
}

/// Keeps an answer, unless one is kept that says what was known later.
pub(super) async fn answer_keep(
    pool: &Pool,
    place: &Place,
    answer: &Answer,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    let status = match answer.status {
        Status::Good => "good",
        Status::Revoked(..) => "revoked",
        Status::Unknown => "unknown",
    };
    query(
        "INSERT INTO access.revocation_answer AS kept \
         (authority_key, serial, status, this_update, next_update, checked_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (authority_key, serial) DO UPDATE SET status = $3, this_update = $4, next_update = $5, checked_at = $6 \
         WHERE kept.this_update <= $4",
    )
    .bind(&place.authority_key)
    .bind(&place.serial)
    .bind(status)
    .bind(answer.period.this_update)
    .bind(answer.period.next_update)
    .bind(at)
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets answers that count no longer and were not asked for again.
pub(super) async fn answer_sweep(pool: &Pool, before: OffsetDateTime) -> Result<(), DbError> {
    query("DELETE FROM access.revocation_answer WHERE next_update < $1 AND checked_at < $1")
        .bind(before)
        .execute(pool)
        .await?;
    Ok(())
}

/// Cards of an authority with open sessions about which nothing was asked since `before`.
pub(super) async fn open_cards(pool: &Pool, authority: &str, before: OffsetDateTime) -> Result<Vec<Place>, DbError> {
    let rows: Vec<(Vec<u8>, Vec<u8>)> = query_as(
        "SELECT DISTINCT c.authority_key, c.serial FROM access.card c JOIN access.session s USING (fingerprint) \
         LEFT JOIN access.revocation_answer a ON a.authority_key = c.authority_key AND a.serial = c.serial \
         WHERE s.ended_at IS NULL AND c.authority = $1 AND c.serial IS NOT NULL \
         AND (a.checked_at IS NULL OR a.checked_at <= $2)",
    )
    .bind(authority)
    .bind(before)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|(authority_key, serial)| Place { authority_key, serial }).collect())
}

/// Takes the turn of fetching from an address: true for one instance, when the last try is long enough ago. After a failure, or when the
/// list there counts no longer, it is tried again sooner.
pub(super) async fn source_claim(
    pool: &Pool,
    url: &str,
    now: OffsetDateTime,
    tried_before: OffsetDateTime,
    retried_before: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO access.revocation_source AS s (url, tried_at) VALUES ($1, $2) \
         ON CONFLICT (url) DO UPDATE SET tried_at = $2 WHERE s.tried_at <= $3 OR (s.tried_at <= $4 AND (s.fault IS NOT NULL \
         OR EXISTS (SELECT 1 FROM access.revocation_list l WHERE l.url = s.url AND l.next_update <= $2)))",
    )
    .bind(url)
    .bind(now)
    .bind(tried_before)
    .bind(retried_before)
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How the last try ended.
pub(super) async fn source_note(
    pool: &Pool,
    url: &str,
    now: OffsetDateTime,
    fault: Option<u16>,
) -> Result<(), DbError> {
    query(
        "UPDATE access.revocation_source SET fault = $3, \
         fetched_at = CASE WHEN $3::smallint IS NULL THEN $2 ELSE fetched_at END WHERE url = $1",
    )
    .bind(url)
    .bind(now)
    .bind(fault.and_then(|number| i16::try_from(number).ok()))
    .execute(pool)
    .await?;
    Ok(())
}

/// Puts a list in the place of the one kept under its address. False, and nothing changes, if the kept one is younger.
pub(super) async fn list_replace(
    db: &Db,
    url: &str,
    authority_key: &[u8],
    list: &Crl,
    digest: &[u8],
) -> Result<bool, DbError> {
    let mut tx = db.begin().await?;
    let kept: Option<(OffsetDateTime, Vec<u8>)> =
        query_as("SELECT this_update, digest FROM access.revocation_list WHERE url = $1 FOR UPDATE")
            .bind(url)
            .fetch_optional(&mut *tx)
            .await?;
    match kept {
        Some((_, same)) if same == digest => return Ok(true),
        Some((this_update, _)) if this_update > list.period.this_update => return Ok(false),
        _ => {}
    }
    query("DELETE FROM access.revocation_list WHERE url = $1").bind(url).execute(&mut *tx).await?;
    query(
        "INSERT INTO access.revocation_list (url, authority_key, this_update, next_update, points, digest) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(url)
    .bind(authority_key)
    .bind(list.period.this_update)
    .bind(list.period.next_update)
    .bind(&list.points)
    .bind(digest)
    .execute(&mut *tx)
    .await?;
    for part in list.entries.chunks(5000) {
        let serials: Vec<&[u8]> = part.iter().map(|entry| entry.serial.as_slice()).collect();
        let revoked: Vec<OffsetDateTime> = part.iter().map(|entry| entry.revoked_at).collect();
        let reasons: Vec<i16> = part.iter().map(|entry| i16::from(entry.reason)).collect();
        query(
            "INSERT INTO access.revoked_card (authority_key, serial, url, revoked_at, reason) \
             SELECT $1, serial, $2, revoked_at, reason \
             FROM UNNEST($3::bytea[], $4::timestamptz[], $5::smallint[]) AS t (serial, revoked_at, reason) \
             ON CONFLICT DO NOTHING",
        )
        .bind(authority_key)
        .bind(url)
        .bind(serials)
        .bind(revoked)
        .bind(reasons)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Ends the sessions of cards that a list or an answer calls revoked.
pub(super) async fn sessions_end_revoked(pool: &Pool, at: OffsetDateTime) -> Result<u64, DbError> {
    let done = query(
        "UPDATE access.session SET ended_at = $1, ended_why = 'card_ended' WHERE ended_at IS NULL AND fingerprint IN ( \
         SELECT c.fingerprint FROM access.card c JOIN access.revoked_card r USING (authority_key, serial) \
         UNION SELECT c.fingerprint FROM access.card c JOIN access.revocation_answer a USING (authority_key, serial) \
         WHERE a.status = 'revoked')",
    )
    .bind(at)
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}
