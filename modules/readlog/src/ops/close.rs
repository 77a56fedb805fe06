//! Days that are over get their digest, a leaf of the register.

use crate::canon::{day_commitment, entry_hash};
use crate::error::Error;
use crate::store;
use db::{Db, Tx};
use kernel::office_date;
use time::{Date, Duration, OffsetDateTime};
use tlog::hash::Hash;
use tlog::tile::root_of;

/// Entries hashed in one go; also the width of a tile.
pub(crate) const TILE: usize = 256;
/// How long a day stays open after its end: instances whose clocks differ by less lose no entry.
const GRACE: Duration = Duration::minutes(10);
/// Most days closed in one call.
const DAYS_MAX: usize = 31;

/// Closes the days that are over: keeps later entries out, hashes what is there, stages the leaf. How many were closed.
///
/// Safe to run twice and on several instances at once. A crash between the two steps leaves a fenced day, and the next call goes on.
///
/// # Errors
/// When the database is away. A day is then closed by a later call.
pub async fn close_days(db: &Db, now: OffsetDateTime) -> Result<usize, Error> {
    let today = office_date(now - GRACE);
    let mut closed = 0;
    while closed < DAYS_MAX {
        if let Some(day) = store::day_open(db, today).await? {
            let mut tx = db.begin().await?;
            store::day_fence(&mut tx, day, now).await?;
            tx.commit().await?;
        }
        let mut tx = db.begin().await?;
        let Some(day) = store::day_take(&mut tx).await? else {
            tx.commit().await?;
            break;
        };
        digest(&mut tx, day).await?;
        tx.commit().await?;
        closed += 1;
    }
    Ok(closed)
}

async fn digest(tx: &mut Tx, day: Date) -> Result<(), Error> {
    let mut hashes: Vec<Hash> = Vec::new();
    let mut after = 0;
    for n in 0.. {
        let entries = store::entries_of_day(tx, day, after, TILE).await?;
        let Some(last) = entries.last() else { break };
        after = last.id.0;
        let numbers: Vec<i64> = entries.iter().map(|entry| entry.id.0).collect();
        let new: Vec<Hash> = entries.iter().map(entry_hash).collect();
        store::tile_insert(tx, day, n, &numbers, &new.concat()).await?;
        hashes.extend(new);
    }
    let (count, root) = (hashes.len() as u64, root_of(&hashes));
    store::day_close(tx, day, count, &root).await?;
    register::log::stage_digest(tx, day_commitment(day, count, &root)).await?;
    Ok(())
}
