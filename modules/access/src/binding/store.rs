//! The statements about codes and the cards that wait for them.

use super::NewCode;
use db::{DbError, Pool, Tx, query, query_as};
use kernel::{AgencyCode, PersonId};
use seal::CardSigned;
use time::OffsetDateTime;

/// A card registered for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredCard {
    /// SHA-256 of its certificate.
    pub fingerprint: [u8; 32],
    /// The name of its authority, once the card has answered.
    pub authority: Option<String>,
    /// Since when.
    pub registered_at: OffsetDateTime,
    /// Until when, if it was ended.
    pub ended_at: Option<OffsetDateTime>,
}

/// A code that was given out and not used yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCode {
    /// When.
    pub issued_at: OffsetDateTime,
    /// Until when it counts.
    pub until_at: OffsetDateTime,
}

/// The cards of a person at an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardsOf {
    /// Newest first, the ended ones too.
    pub cards: Vec<RegisteredCard>,
    /// The code that is open.
    pub code: Option<OpenCode>,
}

type CardRow = (Vec<u8>, Option<String>, OffsetDateTime, Option<OffsetDateTime>);

pub(super) async fn cards_of(
    pool: &Pool,
    (agency, person): (&AgencyCode, PersonId),
    now: OffsetDateTime,
) -> Result<CardsOf, DbError> {
    let rows: Vec<CardRow> = query_as(
        "SELECT fingerprint, authority, registered_at, ended_at FROM access.card WHERE person = $1 AND agency = $2 \
         ORDER BY registered_at DESC, fingerprint",
    )
    .bind(person.0)
    .bind(agency.as_str())
    .fetch_all(pool)
    .await?;
    let code: Option<(OffsetDateTime, OffsetDateTime)> = query_as(
        "SELECT issued_at, until_at FROM access.registration \
         WHERE person = $1 AND agency = $2 AND used_at IS NULL AND withdrawn_at IS NULL AND until_at > $3",
    )
    .bind(person.0)
    .bind(agency.as_str())
    .bind(now)
    .fetch_optional(pool)
    .await?;
    let card = |(fingerprint, authority, registered_at, ended_at): CardRow| RegisteredCard {
        fingerprint: fingerprint.try_into().expect("the table admits 32 bytes only"),
        authority,
        registered_at,
        ended_at,
    };
    let code = code.map(|(issued_at, until_at)| OpenCode { issued_at, until_at });
    Ok(CardsOf { cards: rows.into_iter().map(card).collect(), code })
}

pub(super) async fn code_withdraw(
    tx: &mut Tx,
    (agency, person): (&AgencyCode, PersonId),
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query(
        "UPDATE access.registration SET withdrawn_at = $3 WHERE person = $1 AND agency = $2 AND used_at IS NULL \
         AND withdrawn_at IS NULL",
    )
    .bind(person.0)
    .bind(agency.as_str())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn code_insert(
    tx: &mut Tx,
    new: &NewCode<'_>,
    (code_hash, fragment_hash): ([u8; 32], [u8; 32]),
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<(), DbError> {
    query(
        "INSERT INTO access.registration (person, holder, code_hash, fragment_hash, issued_by, issued_at, until_at, agency) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.person.0)
    .bind(new.holder)
    .bind(code_hash.as_slice())
    .bind(fragment_hash.as_slice())
    .bind(new.by.0)
    .bind(now)
    .bind(until)
    .bind(new.agency.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A code that counts, held until the transaction ends.
pub(super) struct Code {
    id: i64,
    pub person: PersonId,
    holder: String,
    pub fragment_hash: Vec<u8>,
    agency: Option<String>,
}

type CodeRow = (i64, i64, String, Vec<u8>, Option<String>);

pub(super) async fn code_lock(tx: &mut Tx, code_hash: &[u8], now: OffsetDateTime) -> Result<Option<Code>, DbError> {
    let row: Option<CodeRow> = query_as(
        "SELECT id, person, holder, fragment_hash, agency FROM access.registration \
         WHERE code_hash = $1 AND used_at IS NULL AND withdrawn_at IS NULL AND until_at > $2 FOR UPDATE",
    )
    .bind(code_hash)
    .bind(now)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(id, person, holder, fragment_hash, agency)| Code {
        id,
        person: PersonId(person),
        holder,
        fragment_hash,
        agency,
    }))
}

/// The card waits from now on under this ticket; wrong codes it tried stay counted until they are `forgotten`.
pub(super) async fn pending_put(
    pool: &Pool,
    card: &CardSigned,
    ticket_hash: &[u8],
    fragment_asked: bool,
    (now, forgotten): (OffsetDateTime, OffsetDateTime),
) -> Result<(), DbError> {
    query(
        "INSERT INTO access.pending_card AS p (fingerprint, ticket_hash, fragment_asked, fragment, seen_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (fingerprint) DO UPDATE SET ticket_hash = $2, fragment_asked = $3, \
         fragment = $4, seen_at = $5, wrong = CASE WHEN p.wrong_since > $6 THEN p.wrong ELSE 0 END",
    )
    .bind(card.certificate.fingerprint.as_slice())
    .bind(ticket_hash)
    .bind(fragment_asked)
    .bind(&card.fragment)
    .bind(now)
    .bind(forgotten)
    .execute(pool)
    .await?;
    Ok(())
}

/// A card that waits.
pub(super) struct Pending {
    pub fingerprint: Vec<u8>,
    pub fragment_asked: bool,
    pub fragment: Option<String>,
    pub wrong: i32,
    pub wrong_since: Option<OffsetDateTime>,
}

type PendingRow = (Vec<u8>, bool, Option<String>, i32, Option<OffsetDateTime>);

pub(super) async fn pending_lock(
    tx: &mut Tx,
    ticket_hash: &[u8],
    since: OffsetDateTime,
) -> Result<Option<Pending>, DbError> {
    let row: Option<PendingRow> = query_as(
        "SELECT fingerprint, fragment_asked, fragment, wrong, wrong_since FROM access.pending_card \
         WHERE ticket_hash = $1 AND seen_at > $2 FOR UPDATE",
    )
    .bind(ticket_hash)
    .bind(since)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(fingerprint, fragment_asked, fragment, wrong, wrong_since)| Pending {
        fingerprint,
        fragment_asked,
        fragment,
        wrong,
        wrong_since,
    }))
}

pub(super) async fn pending_wrong(
    tx: &mut Tx,
    fingerprint: &[u8],
    wrong: i32,
    now: OffsetDateTime,
) -> Result<(), DbError> {
    query(
        "UPDATE access.pending_card SET wrong = $2, wrong_since = CASE WHEN $2 = 1 THEN $3 ELSE wrong_since END \
         WHERE fingerprint = $1",
    )
    .bind(fingerprint)
    .bind(wrong)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes cards that waited too long; those with wrong codes stay, without what their certificate says, until these are forgotten.
pub(super) async fn pending_sweep(
    pool: &Pool,
    (seen, wrong): (OffsetDateTime, OffsetDateTime),
) -> Result<u64, DbError> {
    query("UPDATE access.pending_card SET fragment = NULL WHERE seen_at <= $1 AND fragment IS NOT NULL")
        .bind(seen)
        .execute(pool)
        .await?;
    let done = query(
        "DELETE FROM access.pending_card WHERE seen_at <= $1 AND (wrong = 0 OR wrong_since IS NULL OR wrong_since <= $2)",
    )
    .bind(seen)
    .bind(wrong)
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

/// Registers the card for the person of the code and uses the code up. False if the card is somebody else's. A card of the same person
/// that was ended begins anew.
pub(super) async fn card_bind(
    tx: &mut Tx,
    fingerprint: &[u8],
    code: &Code,
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO access.card AS c (fingerprint, person, holder, registered_at, agency) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (fingerprint) DO UPDATE SET registered_at = $4, ended_at = NULL, agency = $5 \
         WHERE c.person = $2 AND c.ended_at IS NOT NULL",
    )
    .bind(fingerprint)
    .bind(code.person.0)
    .bind(&code.holder)
    .bind(now)
    .bind(&code.agency)
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    query("UPDATE access.registration SET used_at = $2 WHERE id = $1")
        .bind(code.id)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    query("DELETE FROM access.pending_card WHERE fingerprint = $1").bind(fingerprint).execute(&mut **tx).await?;
    Ok(true)
}
