//! The keys of people's sections: wrapped anew after the ring got a new key, and destroyed.

use super::keep::owner;
use super::store;
use crate::PersonnelError;
use db::{Db, Tx};
use kernel::{AgencyCode, PersonId, Random};
use time::OffsetDateTime;
use vault::{KeyWrap, rewrap};

/// Keys wrapped anew in one transaction.
const BATCH_MAX: i64 = 500;

/// What wrapping anew did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrapped {
    /// Keys that are under the current key now and were not before.
    pub keys: usize,
    /// Older keys of the ring that still wrap something, with how much: another run holds it.
    pub left: Vec<(i32, i64)>,
}

/// Wraps every key that is under an older key of the ring under the current one, some hundreds in a transaction. Whatever was done before
/// a crash is done; it may run again, and beside another run. What the keys sealed stays as it is.
///
/// # Errors
/// When the database is away, or a key does not unwrap.
pub async fn rewrap_keys(db: &Db, ring: &dyn KeyWrap, random: &dyn Random) -> Result<Rewrapped, PersonnelError> {
    let current = ring.current()?;
    let mut keys = 0;
    loop {
        let mut tx = db.begin().await?;
        let batch = store::keys_to_rewrap(&mut tx, current, BATCH_MAX).await?;
        if batch.is_empty() {
            let mut left = store::keys_by_ring(&mut tx).await?;
            left.retain(|(number, _)| u32::try_from(*number) != Ok(current));
            return Ok(Rewrapped { keys, left });
        }
        for (agency, person, wrapped) in &batch {
            if let Some(new) = rewrap(ring, random, &owner(agency, *person), wrapped)? {
                store::key_write(&mut tx, agency, *person, &new).await?;
            }
        }
        tx.commit().await?;
        keys += batch.len();
    }
}

/// Destroys the key of a person at an agency: their sections there can never be opened again, not from a backup of the tables either once
/// backups with the key are gone. False if there was none.
///
/// # Errors
/// When the database is away.
pub async fn erase_sections(
    tx: &mut Tx,
    agency: &AgencyCode,
    person: PersonId,
    now: OffsetDateTime,
) -> Result<bool, PersonnelError> {
    let done = store::key_delete(tx, agency, person).await?;
    if done {
        let payload = serde_json::json!({ "agency": agency.as_str() });
        db::event(tx, now, "SectionsErased", &person.to_string(), &payload).await?;
    }
    Ok(done)
}
