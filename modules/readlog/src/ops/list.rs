//! The entries about one person.

use crate::error::Error;
use crate::model::{Entry, Period, ReadId};
use crate::store;
use db::Db;
use kernel::PersonId;

/// The entries about a person in a period, newest first, at most `limit` after the first `offset`; and how many there are in all.
///
/// # Errors
/// When the database is away or an entry is damaged.
pub async fn reads_of(
    db: &Db,
    person: PersonId,
    period: Period,
    limit: u32,
    offset: u32,
) -> Result<(Vec<Entry>, u64), Error> {
    let found = store::entry_count(db, person, period).await?;
    let entries = store::entry_list(db, person, period, limit.into(), offset.into()).await?;
    Ok((entries, u64::try_from(found).unwrap_or(0)))
}

/// The entry with this number, if it is about this person.
///
/// # Errors
/// When the database is away or the entry is damaged.
pub async fn read_of(db: &Db, person: PersonId, id: ReadId) -> Result<Option<Entry>, Error> {
    Ok(store::entry_fetch(db, id).await?.filter(|entry| entry.subjects.contains(&person)))
}
