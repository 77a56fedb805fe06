//! Registering cards and offices, and ending them: acts of the personnel office.

use crate::{model::Office, store};
use db::{DbError, Tx};
use kernel::{AgencyCode, PersonId};
use time::{Date, OffsetDateTime};

/// Registers the card with this certificate fingerprint for a person, at the agency whose officers list and end it; without one it is the
/// operator's to end. False if the card was registered before.
///
/// # Errors
/// When the database refuses.
pub async fn register_card(
    tx: &mut Tx,
    fingerprint: &[u8; 32],
    person: PersonId,
    holder: &str,
    agency: Option<&AgencyCode>,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let new = store::card_insert(tx, fingerprint, (person, holder), agency, at).await?;
    if new {
        db::event(tx, at, "CardRegistered", &person.to_string(), &serde_json::json!({})).await?;
    }
    Ok(new)
}

/// Gives a person an office from a day on. False if they hold it already.
///
/// # Errors
/// When the database refuses.
pub async fn grant_office(
    tx: &mut Tx,
    person: PersonId,
    office: &Office,
    from_on: Date,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let new = crate::offices::store::office_insert(tx, person, office, (from_on, None), None).await?;
    if new {
        let payload = serde_json::json!({ "role": office.role.code(), "agency": office.reach.agency().as_str() });
        db::event(tx, at, "OfficeGranted", &person.to_string(), &payload).await?;
    }
    Ok(new)
}

/// Ends a card (lost, replaced, its holder left): it signs nobody in from now on, and sessions opened with it are over. False if there
/// is no such card.
///
/// # Errors
/// When the database refuses.
pub async fn end_card(tx: &mut Tx, fingerprint: &[u8; 32], at: OffsetDateTime) -> Result<bool, DbError> {
    let ended = store::card_end(tx, fingerprint, at).await?;
    if ended {
        db::event(tx, at, "CardEnded", "card", &serde_json::json!({})).await?;
    }
    Ok(ended)
}

/// Ends an office: it no longer counts on `on`. False if the person does not hold it.
///
/// # Errors
/// When the database refuses.
pub async fn end_office(
    tx: &mut Tx,
    person: PersonId,
    office: &Office,
    on: Date,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let ended = store::office_end(tx, person, office, on).await?;
    if ended {
        let payload = serde_json::json!({ "role": office.role.code(), "agency": office.reach.agency().as_str() });
        db::event(tx, at, "OfficeEnded", &person.to_string(), &payload).await?;
    }
    Ok(ended)
}
