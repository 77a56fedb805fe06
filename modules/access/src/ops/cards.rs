//! Registering cards and offices: the one-time act at the personnel office.

use crate::{model::Office, store};
use db::{Db, DbError, Tx};
use kernel::PersonId;
use time::{Date, OffsetDateTime};

/// Registers the card with this certificate fingerprint for a person. False if the card was registered before.
///
/// # Errors
/// When the database refuses.
pub async fn register_card(
    tx: &mut Tx,
    fingerprint: &[u8; 32],
    person: PersonId,
    holder: &str,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let new = store::card_insert(tx, fingerprint, person, holder, at).await?;
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
    let new = store::office_insert(tx, person, office, from_on).await?;
    if new {
        let payload = serde_json::json!({ "role": office.role.code(), "agency": office.agency.as_str() });
        db::event(tx, at, "OfficeGranted", &person.to_string(), &payload).await?;
    }
    Ok(new)
}

/// The offices a person holds on a day.
///
/// # Errors
/// When the database is away.
pub async fn offices_of(db: &Db, person: PersonId, on: Date) -> Result<Vec<Office>, DbError> {
    store::offices(db.pool(), person.0, on).await
}

/// The persons for whom a card is registered.
///
/// # Errors
/// When the database is away.
pub async fn persons_with_cards(db: &Db) -> Result<Vec<PersonId>, DbError> {
    Ok(store::persons_with_cards(db.pool()).await?.into_iter().map(PersonId).collect())
}

/// The person whose registered card has this fingerprint; none if it is not registered or ended.
///
/// # Errors
/// When the database is away.
pub async fn signer_of(tx: &mut Tx, fingerprint: &[u8; 32]) -> Result<Option<PersonId>, DbError> {
    Ok(store::card_holder(tx, fingerprint).await?.map(|(person, _)| PersonId(person)))
}
