//! One look is written down.

use crate::error::Error;
use crate::model::{Read, ReadId, SUBJECTS_MAX};
use crate::store;
use db::Db;
use kernel::{Random, office_date};

/// Writes a look into the log, durably, before it answers; the number of the (first) entry, or none where there was nothing to write:
/// no person, or a person at their own data.
///
/// The caller shows what was read only after this has answered well. The look is written in a transaction of its own: it has happened
/// even if the caller's work is undone.
///
/// # Errors
/// When the entry cannot be written. The caller then shows nothing.
pub async fn record(db: &Db, random: &dyn Random, read: &Read<'_>) -> Result<Option<ReadId>, Error> {
    if read.is_only_of_oneself() {
        return Ok(None);
    }
    let mut subjects: Vec<i64> = read.subjects.iter().map(|person| person.0).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let read_on = office_date(read.at);
    let mut first = None;
    for part in subjects.chunks(SUBJECTS_MAX) {
        let mut secret = [0; 32];
        random.fill(&mut secret);
        let no = store::entry_insert(db, read, read_on, part, &secret).await?.ok_or(Error::Closed(read_on))?;
        first.get_or_insert(ReadId(no));
    }
    Ok(first)
}
