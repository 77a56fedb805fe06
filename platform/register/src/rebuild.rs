//! Bringing a database that was restored from an older copy up to the log that others hold.
//!
//! Leaves, tiles, key and erasure statements and the newest snapshot come from a copy of the log that was checked whole ([`crate::audit`]). Orders,
//! people and cases do not: they are not in the log. `renshi register fsck` names the orders that are in the log and not on file.

use crate::{
    audit::Audited,
    erasure,
    error::Fault,
    log::Head,
    log::{self, Staged},
    sequence::load_edge,
    shard::store::{StatusRow, key_event_insert, status_replace},
    store::{self, IssuerRow, LogRow, TileRow},
    witness,
};
use db::{Db, Tx};
use std::collections::HashSet;
use tlog::{
    checkpoint::Checkpoint,
    leaf::{Kind, Leaf},
    note::LogKey,
    tile::{Edge, TILE_WIDTH},
    tree::empty_root,
};

/// What a rebuild did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Size before, of the shard that ran.
    pub from: u64,
    /// Size after it, of the shard that runs now.
    pub to: u64,
    /// Leaves that waited in this database and stood in the log already.
    pub arrived: u64,
}

/// Takes over every leaf that the checked copy has and this database has not, in one transaction: of the running shard, and of those that
/// were opened after it. `keys` are the keys of all these shards; `copy` begins with the first shard or the running one.
///
/// # Errors
/// [`Fault::Rebuild`] when the copy is of another log or does not begin with what is here, a key is missing, or another program is at
/// work. Nothing is changed then.
pub async fn rebuild(db: &Db, keys: &[&LogKey], copy: &Audited) -> Result<Rebuilt, Fault> {
    let mut tx = db.begin().await?;
    let rebuilt = within(&mut tx, keys, copy).await;
    // Given up before this ends: whoever tries again finds the log free.
    if rebuilt.is_ok() {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    rebuilt
}

async fn within(tx: &mut Tx, keys: &[&LogKey], copy: &Audited) -> Result<Rebuilt, Fault> {
    let mut old = store::log_lock(tx).await?.ok_or_else(|| refuse("another program sequences; stop it first"))?;
    let here = copy.shard_of(&old.origin).ok_or_else(|| refuse("the copy is not of the log in this database"))?;
    let mut rebuilt = Rebuilt { from: old.size, to: 0, arrived: 0 };
    for shard in here.shards() {
        if shard.checkpoint().origin != old.origin {
            old = begin(tx, &old, key_of(keys, shard)?).await?;
        }
        rebuilt.arrived += bring(tx, &old, shard, key_of(keys, shard)?).await?;
        rebuilt.to = shard.checkpoint().size;
        old = store::log_of(tx, old.shard).await?.ok_or(Fault::NoLog)?;
    }
    Ok(rebuilt)
}

fn key_of<'a>(keys: &[&'a LogKey], copy: &Audited) -> Result<&'a LogKey, Fault> {
    let found = keys.iter().find(|key| copy.key() == key.vkey());
    found.copied().ok_or_else(|| refuse(&format!("the key of `{}` is not here", copy.checkpoint().origin)))
}

/// The row of the shard that follows a closed one, with the policy of that.
async fn begin(tx: &mut Tx, before: &LogRow, key: &LogKey) -> Result<LogRow, Fault> {
    let head = Checkpoint { origin: key.vkey().name().to_owned(), size: 0, root: empty_root() };
    let checkpoint = head.sign(key).map_err(Fault::unsigned)?;
    let Checkpoint { origin, size, root } = head;
    let (shard, time_ms, vkey) = (before.shard + 1, before.time_ms, key.vkey().to_string());
    let row = LogRow { shard, closed: false, origin, vkey, size, root, time_ms, checkpoint };
    store::log_insert(tx, &row).await?;
    let policy = witness::policy_text(tx, &log::head_of_row(before.clone())?).await?;
    witness::store::policy_replace(tx, shard, &witness::policy_for(&policy, key.vkey())).await?;
    Ok(row)
}

/// Brings one shard up to the copy of it. Returns how many leaves waited here and stand in it already.
async fn bring(tx: &mut Tx, old: &LogRow, copy: &Audited, key: &LogKey) -> Result<u64, Fault> {
    let theirs = copy.checkpoint();
    if old.vkey != key.vkey().to_string() || old.origin != theirs.origin {
        return Err(refuse("the copy is not of the log in this database"));
    }
    if theirs.size < old.size {
        return Err(refuse("the copy has fewer leaves than this database"));
    }
    let mut pass = Rebuilding { edge: load_edge(tx, old.shard, old.size).await?, tiles: vec![], leaves: vec![] };
    pass.read(copy, old.size)?;
    if pass.edge.root() != theirs.root {
        return Err(refuse("the copy does not begin with the leaves in this database"));
    }
    if old.closed {
        return Ok(0);
    }
    let arrived = pass.write(tx, old.shard, old.size).await?;
    issuers(tx, copy, &pass.leaves).await?;
    erasures(tx, copy, &pass.leaves).await?;
    for (index, event) in copy.key_events().map_err(|error| Fault::Rebuild(error.to_string()))? {
        if index >= old.size {
            key_event_insert(tx, old.shard, index, &event.canonical()).await?;
        }
    }
    if let Some((entry, bits)) = copy.snapshot() {
        let row = StatusRow { index: entry.index, time_ms: entry.leaf.time_ms, leaf_hash: entry.leaf.hash() };
        status_replace(tx, old.shard, &row, bits).await?;
    }
    advance(tx, old, copy, key).await?;
    Ok(arrived)
}

fn refuse(why: &str) -> Fault {
    Fault::Rebuild(why.to_owned())
}

struct Rebuilding {
    edge: Edge,
    tiles: Vec<TileRow>,
    leaves: Vec<Leaf>,
}

impl Rebuilding {
    fn read(&mut self, copy: &Audited, from: u64) -> Result<(), Fault> {
        let width = TILE_WIDTH as u64;
        let mut at = from / width * width;
        while at < copy.checkpoint().size {
            let leaves = copy.bundle(at / width).map_err(|error| Fault::Rebuild(error.to_string()))?;
            for leaf in leaves.into_iter().zip(at..).filter(|(_, index)| *index >= from).map(|(leaf, _)| leaf) {
                self.edge.push(leaf.hash(), |level, n, hashes| self.tiles.push((level, n, hashes.concat())));
                self.leaves.push(leaf);
            }
            at += width;
        }
        self.tiles.extend(self.edge.partial().map(|(level, n, hashes)| (level, n, hashes.concat())));
        Ok(())
    }

    /// Writes leaves and tiles; what waited here and stands in the log already does not wait any more. Returns how many did.
    async fn write(&mut self, tx: &mut Tx, shard: u16, from: u64) -> Result<u64, Fault> {
        store::leaves_insert(tx, shard, from, &self.leaves).await?;
        store::tiles_upsert(tx, shard, std::mem::take(&mut self.tiles)).await?;
        let known: HashSet<_> = self.leaves.iter().map(|leaf| (leaf.kind.number(), leaf.id, leaf.commitment)).collect();
        let mut arrived = 0;
        let all = usize::try_from(store::staged_count(tx).await?).unwrap_or(usize::MAX);
        // Taken and put back, in their order: the numbers of the rows do not matter, their order does.
        let mut waiting: Vec<Staged> = store::staged_take(tx, all).await?;
        waiting.retain(|staged| {
            let here = known.contains(&(staged.kind.number(), staged.id, staged.commitment));
            arrived += u64::from(here);
            !here
        });
        store::staged_insert(tx, &waiting).await?;
        Ok(arrived)
    }
}

/// The key statements of the new leaves.
async fn issuers(tx: &mut Tx, copy: &Audited, leaves: &[Leaf]) -> Result<(), Fault> {
    for leaf in leaves.iter().filter(|leaf| leaf.kind == Kind::Key) {
        let number = leaf.issuer;
        let Some((statement, signature)) = copy.issuer(number) else { continue };
        let (agency, text) = (statement.agency.clone(), statement.canonical());
        match store::issuer_fetch(tx, number).await? {
            None => {
                let row = IssuerRow { number, agency, statement: text, signature: *signature, id: leaf.id };
                store::issuer_insert(tx, &row).await?;
            }
            Some(row) if row.statement == text && row.id == leaf.id => {}
            Some(_) => {
                return Err(refuse(&format!(
                    "key statement {number} was made anew in this database; the log has another"
                )));
            }
        }
    }
    Ok(())
}

/// What the new leaves about erasures commit to, as far as the copy has it.
async fn erasures(tx: &mut Tx, copy: &Audited, leaves: &[Leaf]) -> Result<(), Fault> {
    for leaf in leaves.iter().filter(|leaf| leaf.kind == Kind::Erasure) {
        if let Some(erasure) = copy.erasure(leaf) {
            erasure::keep(tx, &erasure).await?;
        }
    }
    Ok(())
}

/// Signs the head: the signature over the same bytes is the one that the copy has.
async fn advance(tx: &mut Tx, old: &LogRow, copy: &Audited, key: &LogKey) -> Result<(), Fault> {
    let (to, closed) = (copy.checkpoint(), copy.links().next.is_some());
    let checkpoint = to.sign(key).map_err(Fault::unsigned)?;
    let new = LogRow { size: to.size, root: to.root, time_ms: copy.newest_ms(), checkpoint, closed, ..old.clone() };
    if store::log_advance(tx, old, &new).await? {
        return Ok(());
    }
    let Head { checkpoint, .. } = log::head(tx).await?;
    Err(Fault::damaged(format!("the head of the log is at {} although it was locked at {}", checkpoint.size, old.size)))
}
