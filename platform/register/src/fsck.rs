//! The check of the stored log: everything is read and worked out again, nothing is believed, nothing is changed.

use crate::{
    error::Fault,
    shard::store::{key_events, status_fetch, status_file},
    store::{self, LogRow},
};
use db::{Db, Tx};
use std::collections::{BTreeMap, BTreeSet};
use tlog::{
    checkpoint::{Checkpoint, year_number},
    hash::sha256,
    issuer::Statement,
    leaf::{Entry, Id, Kind},
    shard::{Links, check_follows, links},
    status::StatusFile,
    survey::Survey,
    tile::tiles_of,
};

/// Leaves fetched at once.
const CHUNK: u64 = 4096;
/// Problems that are spelled out; a log that is broken throughout is reported as such and not leaf by leaf.
const PROBLEMS_MAX: usize = 100;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Leaves in the log.
    pub leaves: u64,
    /// Leaves on their way into it; no problem in themselves.
    pub staged: u64,
    /// Key statements.
    pub issuers: u64,
    /// Each a sentence; empty if all is well.
    pub problems: Vec<String>,
    /// The shard at hand, where it is not the first: its origin is named in the sentences.
    shard: Option<String>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    fn problem(&mut self, sentence: String) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(match &self.shard {
                Some(origin) => format!("{origin}: {sentence}"),
                None => sentence,
            });
        }
    }

    fn unless(&mut self, fine: bool, sentence: impl Into<String>) {
        if !fine {
            self.problem(sentence.into());
        }
    }
}

/// Tiles as worked out from the leaves, by level and number: their SHA-256, so that a log of any size fits.
type TileHashes = BTreeMap<(u8, u64), [u8; 32]>;

/// Reads the whole register again, as it is at one moment.
///
/// # Errors
/// When there is no log or the database is away. What is wrong with the log itself is in the report.
pub async fn fsck(db: &Db) -> Result<Report, Fault> {
    let mut tx = db.begin().await?;
    store::freeze(&mut tx).await?;
    let rows = store::log_list(&mut tx).await?;
    if rows.is_empty() {
        return Err(Fault::NoLog);
    }
    let mut report = Report { staged: store::staged_count(&mut tx).await?, ..Report::default() };
    let mut before: Option<Shard> = None;
    for (row, expected) in rows.iter().zip(0_u16..) {
        report.unless(row.shard == expected, format!("shard {expected} is missing: {} follows", row.shard));
        report.shard = (expected > 0).then(|| row.origin.clone());
        let last = usize::from(expected) + 1 == rows.len();
        match examine(&mut tx, row, before.as_ref(), last, &mut report).await {
            // A row that cannot even be read as a leaf ends the reading, and is a finding.
            Err(Fault::Damaged(what)) => report.problem(what),
            other => before = Some(other?),
        }
    }
    report.shard = None;
    Ok(report)
}

/// A shard that was read.
struct Shard {
    survey: Survey,
    links: Links,
    head: Checkpoint,
}

async fn examine(
    tx: &mut Tx,
    row: &LogRow,
    before: Option<&Shard>,
    last: bool,
    report: &mut Report,
) -> Result<Shard, Fault> {
    let earlier = before.map_or_else(Vec::new, |before| before.survey.sections());
    let mut survey = Survey::after(earlier, year_number(&row.origin).unwrap_or(0));
    let mut tiles = TileHashes::new();
    read_leaves(tx, row.shard, report, &mut survey, &mut tiles).await?;
    check_head(row, report, &survey);
    check_tiles(tx, report, &tiles, row).await?;
    read_chains(tx, row.shard, &mut survey).await?;
    for (index, oddity) in survey.oddities() {
        report.problem(oddity.sentence(*index));
    }
    check_issuers(tx, last, report, &survey).await?;
    check_status(tx, row, report, &survey).await?;
    let said = key_events(tx, row.shard).await?;
    report.unless(said.len() == survey.events().len(), "the statements of key events are not those of the leaves");
    let links = links(&survey, &row.origin, |index| {
        Ok::<_, Fault>(said.iter().find(|(at, _)| *at == index).map(|(_, statement)| statement.clone()))
    })?;
    let links = match links {
        Ok(links) => links,
        Err((index, error)) => {
            report.problem(format!("leaf {index}: {error}"));
            Links::default()
        }
    };
    report.unless(row.closed == links.next.is_some(), "the head is closed and the log is not, or the reverse");
    let head = Checkpoint { origin: row.origin.clone(), size: survey.edge().size(), root: survey.edge().root() };
    let follows = match before {
        Some(Shard { survey: old, links: ended, head }) => {
            check_follows((old, ended, head), (&survey, &links, &row.origin)).is_ok()
        }
        None => links.open.is_none(),
    };
    report.unless(follows, "the shard does not begin with the end of the one before it");
    Ok(Shard { survey, links, head })
}

async fn read_leaves(
    tx: &mut Tx,
    shard: u16,
    report: &mut Report,
    survey: &mut Survey,
    tiles: &mut TileHashes,
) -> Result<(), Fault> {
    let mut next = 0;
    loop {
        let entries = store::leaves_from(tx, shard, next, CHUNK).await?;
        let Some(last) = entries.last() else { break };
        next = last.index + 1;
        for Entry { index, leaf } in &entries {
            let expected = survey.edge().size();
            report.unless(*index == expected, format!("leaf {expected} is missing: leaf {index} follows"));
            survey.read(&leaf.encode(), leaf, |level, n, hashes| {
                tiles.insert((level, n), sha256(hashes.as_flattened()));
            });
        }
    }
    tiles.extend(survey.edge().partial().map(|(level, n, hashes)| ((level, n), sha256(hashes.as_flattened()))));
    report.leaves += survey.edge().size();
    Ok(())
}

fn check_head(row: &LogRow, report: &mut Report, survey: &Survey) {
    let edge = survey.edge();
    report.unless(row.size == edge.size(), format!("the head says {} leaves, there are {}", row.size, edge.size()));
    report.unless(row.root == edge.root(), "the root in the head is not that of the leaves");
    report.unless(row.time_ms == survey.newest_ms(), "the time in the head is not that of the newest leaf");
    match row.vkey.parse().map(|key| Checkpoint::open(&row.checkpoint, &key)) {
        Err(_) => report.problem("the log's key cannot be read".to_owned()),
        Ok(Err(error)) => report.problem(format!("checkpoint: {error}")),
        Ok(Ok(checkpoint)) => {
            let same = checkpoint.origin == row.origin && checkpoint.size == edge.size();
            report.unless(same && checkpoint.root == edge.root(), "the signed checkpoint is not that of the leaves");
        }
    }
}

async fn check_tiles(tx: &mut Tx, report: &mut Report, tiles: &TileHashes, row: &LogRow) -> Result<(), Fault> {
    let mut seen = 0;
    let mut after = None;
    loop {
        let rows = store::tiles_after(tx, row.shard, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some((last.0, last.1));
        for (level, n, hashes) in rows {
            seen += 1;
            let fine = tiles.get(&(level, n)) == Some(&sha256(&hashes));
            report.unless(fine, format!("tile {n} of level {level} is not that of the leaves"));
        }
    }
    let expected = tiles_of(row.size).count();
    report.unless(seen == expected, format!("there are {seen} tiles where {expected} should be"));
    Ok(())
}

async fn read_chains(tx: &mut Tx, shard: u16, survey: &mut Survey) -> Result<(), Fault> {
    let chains = survey.chains();
    for chunk in chains.chunks(1000) {
        let entries = store::leaves_at(tx, shard, &chunk.concat()).await?;
        let ids: BTreeSet<Id> = entries.iter().map(|entry| entry.leaf.id).collect();
        let mut before = Vec::new();
        if shard > 0 {
            let ids: Vec<Id> = ids.into_iter().collect();
            let all = store::leaves_of(tx, &ids).await?;
            let earlier = all.into_iter().filter(|located| located.shard < shard);
            before.extend(earlier.map(|located| (usize::from(located.shard), located.entry)));
        }
        survey.read_chain_after(&before, &entries);
    }
    Ok(())
}

/// Whatever is not in the last shard is nowhere, because each begins with the key statements of the one before it.
async fn check_issuers(tx: &mut Tx, last: bool, report: &mut Report, survey: &Survey) -> Result<(), Fault> {
    let mut stored = Vec::new();
    // The newest statement of each authority, by the id of its key events.
    let mut newest: BTreeMap<Id, Statement> = BTreeMap::new();
    for (row, expected) in store::issuer_list(tx).await?.into_iter().zip(1_u16..) {
        let number = row.number;
        stored.push(number);
        report.unless(number == expected, format!("key statement {expected} is missing: {number} follows"));
        let statement = match Statement::parse(&row.statement) {
            Ok(statement) if statement.issuer == number && statement.agency == row.agency => statement,
            _ => {
                report.problem(format!("key statement {number}: not a statement of this number and agency"));
                continue;
            }
        };
        let before = newest.insert(row.id, statement.clone());
        let follows = match &before {
            Some(old) => statement.check_succession(old).is_ok(),
            None => statement.replaces.is_none(),
        };
        report.unless(follows, format!("key statement {number} does not replace the one before it of its authority"));
        if let Some(entry) = survey.keys().get(&number) {
            let checked = statement.check_leaf(&entry.leaf, &row.signature);
            report.unless(
                checked.is_ok() && entry.leaf.id == row.id,
                format!("key statement {number} is not that of leaf {}", entry.index),
            );
        } else if last {
            let waiting = store::staged_of(tx, &[row.id]).await?;
            let there =
                waiting.iter().any(|staged| staged.kind == Kind::Key && staged.commitment == statement.commitment());
            report.unless(there, format!("key statement {number} is neither in the log nor on its way"));
        }
    }
    for (number, entry) in survey.keys().iter().filter(|(number, _)| !stored.contains(number)) {
        report.problem(format!("leaf {}: key statement {number} is missing", entry.index));
    }
    report.issuers = stored.len() as u64;
    Ok(())
}

async fn check_status(tx: &mut Tx, head: &LogRow, report: &mut Report, survey: &Survey) -> Result<(), Fault> {
    let row = status_fetch(tx, head.shard).await?;
    let (Some(row), Some(snapshot)) = (&row, survey.snapshot()) else {
        let neither = row.is_none() && survey.snapshot().is_none();
        report.unless(neither, "the status snapshot and its leaf do not both exist");
        return Ok(());
    };
    let bytes = status_file(tx, head.shard).await?.unwrap_or_default();
    let fits =
        row.index == snapshot.index && row.time_ms == snapshot.leaf.time_ms && row.leaf_hash == snapshot.leaf.hash();
    report.unless(fits, format!("the stored status snapshot is not that of leaf {}", snapshot.index));
    let year = year_number(&head.origin).unwrap_or(0);
    let file = StatusFile::open(&bytes, &snapshot.leaf.commitment, year, snapshot.index);
    report.unless(file.is_some(), "the status file is not what its leaf commits to");
    let fold = survey.status().is_some_and(|expected| expected.bytes() == bytes);
    report.unless(fold, "the status file does not say what the leaves say");
    Ok(())
}
