//! The read log against its digests in the register.

use crate::canon::{day_commitment, entry_hash, written};
use crate::error::Error;
use crate::model::Entry;
use crate::ops::close::TILE;
use crate::store::{self, DayRow, TileRow};
use db::{Db, Tx};
use kernel::office_date;
use std::collections::BTreeSet;
use time::Date;
use tlog::hash::Hash;
use tlog::tile::{root_of, split_hashes};

/// What a check of the read log found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Closed days.
    pub days: usize,
    /// Entries in them.
    pub entries: u64,
    /// Each a sentence that names the day and the first entry that differs; empty if all is well.
    pub problems: Vec<String>,
}

/// Works the digest of every closed day out again from the entries and compares it with the leaf in the register.
///
/// # Errors
/// When the database is away. What is wrong with the log is in the answer.
pub async fn check(db: &Db) -> Result<Checked, Error> {
    let mut tx = db.begin().await?;
    store::freeze(&mut tx).await?;
    let mut checked = Checked::default();
    let days = store::day_list(&mut tx).await?;
    let mut known = BTreeSet::new();
    for day in &days {
        check_day(&mut tx, day, &mut checked).await?;
        if let Some((count, root)) = day.digest {
            known.insert(day_commitment(day.read_on, count, &root));
        }
    }
    check_leaves(&mut tx, &days, &known, &mut checked).await?;
    for day in store::days_without_digest(&mut tx).await? {
        checked
            .problems
            .push(format!("read log, {}: entries on a day that was never closed before a later one", written(day)));
    }
    tx.commit().await?;
    Ok(checked)
}

/// Every digest in the register is of a day on file, and every day's digest is in the register or on its way. The read log is the one
/// record whose digests stand there.
async fn check_leaves(
    tx: &mut Tx,
    days: &[DayRow],
    known: &BTreeSet<Hash>,
    checked: &mut Checked,
) -> Result<(), Error> {
    let leaves = register::log::digests(tx).await?;
    let mut there: BTreeSet<Hash> = leaves.iter().map(|entry| entry.leaf.commitment).collect();
    for entry in leaves.iter().filter(|entry| !known.contains(&entry.leaf.commitment)) {
        checked.problems.push(format!("read log: leaf {} is the digest of no day on file", entry.index));
    }
    there.extend(register::log::digests_waiting(tx).await?);
    for day in days {
        if let Some((count, root)) = day.digest
            && !there.contains(&day_commitment(day.read_on, count, &root))
        {
            checked.problems.push(format!("read log, {}: the register does not hold its digest", written(day.read_on)));
        }
    }
    Ok(())
}

async fn check_day(tx: &mut Tx, day: &DayRow, checked: &mut Checked) -> Result<(), Error> {
    checked.days += 1;
    let Some((count, root)) = day.digest else { return Ok(()) };
    let name = written(day.read_on);
    let tiles = store::tiles_of_day(tx, day.read_on).await?;
    let hashes: Option<Vec<Vec<Hash>>> = tiles.iter().map(|tile| split_hashes(&tile.hashes)).collect();
    let hashes = hashes.unwrap_or_default().concat();
    if hashes.len() as u64 != count || root_of(&hashes) != root {
        checked.problems.push(format!("read log, {name}: the kept hashes are not those of the digest"));
    }
    let numbers: Vec<i64> = tiles.iter().flat_map(|TileRow { entries, .. }| entries.iter().copied()).collect();
    let kept: Vec<(i64, Hash)> = numbers.into_iter().zip(hashes).collect();
    let (seen, first) = first_difference(tx, day.read_on, &kept).await?;
    checked.entries += seen;
    if let Some(what) = first {
        checked.problems.push(format!("read log, {name}: {what}"));
    }
    Ok(())
}

/// How many entries the day has, and what the first that differs from the kept hashes is.
async fn first_difference(tx: &mut Tx, day: Date, kept: &[(i64, Hash)]) -> Result<(u64, Option<String>), Error> {
    let (mut seen, mut after, mut first) = (0, 0, None);
    let mut expected = kept.iter();
    loop {
        let entries = match store::entries_of_day(tx, day, after, TILE).await {
            Err(Error::Damaged(no)) => return Ok((seen, Some(format!("entry {no} cannot be read")))),
            other => other?,
        };
        let Some(last) = entries.last() else { break };
        after = last.id.0;
        seen += entries.len() as u64;
        for entry in &entries {
            if first.is_none() {
                first = difference(entry, expected.next());
            }
        }
    }
    let missing = || expected.next().map(|(no, _)| format!("entry {no} was removed"));
    Ok((seen, first.or_else(missing)))
}

fn difference(entry: &Entry, expected: Option<&(i64, Hash)>) -> Option<String> {
    let no = entry.id.0;
    match expected {
        Some((number, _)) if *number < no => Some(format!("entry {number} was removed")),
        Some((number, hash)) if *number == no => {
            let same = entry_hash(entry) == *hash && office_date(entry.at) == entry.read_on;
            (!same).then(|| format!("entry {no} was altered"))
        }
        _ => Some(format!("entry {no} was added")),
    }
}
