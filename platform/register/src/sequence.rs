//! The sequencer: gives staged leaves their indices and times and signs the new head, all in one transaction.

use crate::{
    error::Fault,
    log::{Located, Staged},
    scrub,
    shard::{
        self,
        store::{StatusRow, key_event_insert, key_events, status_fetch, status_replace},
    },
    store::{self, LogRow, TileRow},
    witness,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Db, Tx};
use kernel::Clock;
use std::collections::{BTreeMap, BTreeSet};
use tlog::{
    checkpoint::Checkpoint,
    hash::{Hash, ZERO},
    key_event::{Close, KeyEvent, NextShard},
    leaf::{Entry, Id, Kind, Leaf},
    note::LogKey,
    state::fold,
    status::StatusFile,
    tile::{Edge, TILE_WIDTH, split_hashes},
};

/// A snapshot of all states follows every hour in which the log grew.
const SNAPSHOT_EVERY_MS: u64 = 60 * 60 * 1000;

/// What one pass of the sequencer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequenced {
    /// Size of the log before the pass.
    pub from: u64,
    /// Size after it; equal to `from` if there was nothing to do.
    pub to: u64,
    /// Whether the pass was full, so that there may be more to do at once.
    pub more: bool,
    /// Whether another instance was at work, so that nothing was looked at.
    pub busy: bool,
    /// Whether nothing may be signed at present, see [`crate::witness::refusal`].
    pub refused: bool,
    /// Whether the shard is closed, so that leaves wait until the next is opened, see [`crate::shard`].
    pub closed: bool,
}

impl Sequenced {
    const fn nothing(row: &LogRow) -> Self {
        Self { from: row.size, to: row.size, more: false, busy: false, refused: false, closed: row.closed }
    }
}

/// What a pass appends, before it is written.
pub(crate) struct Pass {
    pub edge: Edge,
    leaves: Vec<Leaf>,
    tiles: Vec<TileRow>,
    time_ms: u64,
    closed: bool,
}

impl Pass {
    pub(crate) const fn new(edge: Edge, time_ms: u64) -> Self {
        Self { edge, leaves: vec![], tiles: vec![], time_ms, closed: false }
    }

    /// Appends a key event of the log itself and keeps what it says. Returns its leaf hash.
    pub(crate) async fn say(&mut self, tx: &mut Tx, shard: u16, event: &KeyEvent, prev: Hash) -> Result<Hash, Fault> {
        key_event_insert(tx, shard, self.edge.size(), &event.canonical()).await?;
        let leaf = event.leaf(self.time_ms, prev);
        self.append(leaf);
        Ok(leaf.hash())
    }

    fn pad(&mut self) {
        while !self.edge.size().is_multiple_of(TILE_WIDTH as u64) {
            self.append(Leaf {
                kind: Kind::Padding,
                issuer: 0,
                time_ms: self.time_ms,
                id: [0; 16],
                commitment: ZERO,
                prev: ZERO,
                auth: ZERO,
            });
        }
    }

    pub(crate) fn append(&mut self, leaf: Leaf) {
        self.edge.push(leaf.hash(), |level, n, hashes| self.tiles.push((level, n, hashes.concat())));
        self.leaves.push(leaf);
    }
}

/// One pass: up to `max` staged leaves enter the log (and a status snapshot, when one is due), and the checkpoint is signed anew.
///
/// Any number of instances may call this: one works, the others are told that it does. A program that dies in between leaves the
/// database as it was before the pass.
///
/// # Errors
/// When there is no log, `key` is not its key, or what is stored does not fit together. Nothing is changed then.
pub async fn sequence(db: &Db, clock: &dyn Clock, key: &LogKey, max: usize) -> Result<Sequenced, Fault> {
    run(db, clock, key, max, End::Plain).await
}

/// A pass that ends with padding leaves (type 9), at most 255, so that the last tile is full: from then on every order has a code that
/// is checked without a network. Does nothing where the tile is full already.
///
/// # Errors
/// As [`sequence`].
pub async fn pad(db: &Db, clock: &dyn Clock, key: &LogKey, max: usize) -> Result<Sequenced, Fault> {
    run(db, clock, key, max, End::Pad).await
}

/// How a pass ends.
pub(crate) enum End<'a> {
    /// With the last leaf that waits.
    Plain,
    /// With padding.
    Pad,
    /// With the leaf after which there is none in this shard.
    Close(&'a NextShard),
}

pub(crate) async fn run(
    db: &Db,
    clock: &dyn Clock,
    key: &LogKey,
    max: usize,
    end: End<'_>,
) -> Result<Sequenced, Fault> {
    let mut tx = db.begin().await?;
    let Some(old) = store::log_lock(&mut tx).await? else {
        let row = store::log_fetch(&mut tx).await?.ok_or(Fault::NoLog)?;
        return Ok(Sequenced { busy: true, ..Sequenced::nothing(&row) });
    };
    if old.vkey != key.vkey().to_string() {
        tx.commit().await?;
        return Err(Fault::OtherKey(old.vkey));
    }
    let refused = witness::store::refusal_fetch(&mut tx).await?.is_some();
    if refused || old.closed {
        tx.commit().await?;
        return Ok(Sequenced { refused, ..Sequenced::nothing(&old) });
    }
    let staged = store::staged_take(&mut tx, max).await?;
    let more = staged.len() == max;
    let time_ms = now_ms(clock).max(old.time_ms);
    let mut pass = Pass::new(load_edge(&mut tx, old.shard, old.size).await?, time_ms);
    // What waits goes first: the two leaves of one change never stand in different shards.
    let end = if more && matches!(end, End::Close(_)) { End::Plain } else { end };
    if !staged.is_empty() || !matches!(end, End::Plain) {
        scrub::before_signing(&mut tx, &old, &pass.edge).await?;
    }
    append_staged(&mut tx, old.shard, staged, &mut pass).await?;
    snapshot_if_due(&mut tx, &old, &mut pass, matches!(end, End::Close(_))).await?;
    match end {
        End::Plain => {}
        End::Pad => pass.pad(),
        End::Close(next) => close(&mut tx, &old, &mut pass, next).await?,
    }
    let (from, to, closed) = (old.size, pass.edge.size(), pass.closed);
    if to > from {
        write(&mut tx, &old, pass, key).await?;
    }
    // Also where nothing was written: a transaction that is merely dropped keeps the head locked until somebody uses its connection.
    tx.commit().await?;
    Ok(Sequenced { from, to, more, busy: false, refused: false, closed })
}

/// The leaf that names the keys of the next shard, and the last leaf of this one.
async fn close(tx: &mut Tx, old: &LogRow, pass: &mut Pass, next: &NextShard) -> Result<(), Fault> {
    let said = key_events(tx, old.shard).await?;
    let mut prev = match said.last() {
        Some((index, _)) => store::leaves_at(tx, old.shard, &[*index]).await?.pop().map(|entry| entry.leaf.hash()),
        None => Some(ZERO),
    }
    .ok_or_else(|| Fault::damaged("a key event has no leaf"))?;
    prev = pass.say(tx, old.shard, &KeyEvent::NextShard(next.clone()), prev).await?;
    let close = Close {
        next_origin: next.next_origin.clone(),
        origin: old.origin.clone(),
        root: URL_SAFE_NO_PAD.encode(pass.edge.root()),
        size: pass.edge.size(),
    };
    pass.say(tx, old.shard, &KeyEvent::Close(close), prev).await?;
    pass.closed = true;
    Ok(())
}

/// Gives the staged leaves their time, and a digest the hash of the digest before it: only here is that known.
async fn append_staged(tx: &mut Tx, shard: u16, staged: Vec<Staged>, pass: &mut Pass) -> Result<(), Fault> {
    let mut digest = None;
    let time_ms = pass.time_ms;
    for Staged { kind, issuer, id, commitment, mut prev, auth } in staged {
        if kind == Kind::Digest {
            prev = match digest {
                Some(before) => before,
                None => store::digest_newest(tx, shard).await?.map_or(ZERO, |before| before.leaf.hash()),
            };
        }
        let leaf = Leaf { kind, issuer, time_ms, id, commitment, prev, auth };
        if kind == Kind::Digest {
            digest = Some(leaf.hash());
        }
        pass.append(leaf);
    }
    Ok(())
}

pub(crate) fn now_ms(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap_or(0)
}

/// The right edge of the tree from the unfinished tile of each level.
pub(crate) async fn load_edge(tx: &mut Tx, shard: u16, size: u64) -> Result<Edge, Fault> {
    let wanted: Vec<(u8, u64)> = (0..8_u8).map(|level| (level, size >> (u32::from(level) * 8) >> 8)).collect();
    let rows = store::tiles_fetch(tx, shard, &wanted).await?;
    let tile =
        |level: u8| rows.iter().find(|row| row.0 == level).and_then(|row| split_hashes(&row.2)).unwrap_or_default();
    Edge::from_tiles(size, tile).ok_or_else(|| Fault::damaged(format!("the tiles do not make a tree of {size} leaves")))
}

pub(crate) async fn write(tx: &mut Tx, old: &LogRow, pass: Pass, key: &LogKey) -> Result<(), Fault> {
    let Pass { edge, leaves, mut tiles, time_ms, closed } = pass;
    tiles.extend(edge.partial().map(|(level, n, hashes)| (level, n, hashes.concat())));
    let head = Checkpoint { origin: old.origin.clone(), size: edge.size(), root: edge.root() };
    let checkpoint = head.sign(key).map_err(Fault::unsigned)?;
    let new = LogRow { size: head.size, root: head.root, time_ms, checkpoint, closed, ..old.clone() };
    store::leaves_insert(tx, old.shard, old.size, &leaves).await?;
    store::tiles_upsert(tx, old.shard, tiles).await?;
    if store::log_advance(tx, old, &new).await? {
        Ok(())
    } else {
        Err(Fault::damaged("the head of the log moved although it was locked"))
    }
}

/// Appends a status snapshot if the pass holds a correction or closes the shard, or the log grew and the newest snapshot is an hour old or
/// missing.
async fn snapshot_if_due(tx: &mut Tx, head: &LogRow, pass: &mut Pass, closing: bool) -> Result<(), Fault> {
    let newest = status_fetch(tx, head.shard).await?;
    let corrected: BTreeSet<Id> =
        pass.leaves.iter().filter(|leaf| leaf.kind.is_correction()).map(|leaf| leaf.id).collect();
    let (grown, old) = newest.as_ref().map_or((pass.edge.size() > 0, true), |newest| {
        (pass.edge.size() > newest.index + 1, pass.time_ms >= newest.time_ms + SNAPSHOT_EVERY_MS)
    });
    if corrected.is_empty() && !(grown && old) && !closing {
        return Ok(());
    }
    if pass.leaves.is_empty() && !closing {
        scrub::before_signing(tx, head, &pass.edge).await?;
    }
    let file = states(tx, head, pass, corrected).await?;
    let leaf = Leaf {
        kind: Kind::Status,
        issuer: 0,
        time_ms: pass.time_ms,
        id: [0; 16],
        commitment: file.commitment(),
        prev: newest.map_or(ZERO, |newest| newest.leaf_hash),
        auth: ZERO,
    };
    let row = StatusRow { index: pass.edge.size(), time_ms: pass.time_ms, leaf_hash: leaf.hash() };
    pass.append(leaf);
    status_replace(tx, head.shard, &row, &file.bytes()).await
}

/// The states of the newest snapshot, carried on to the end of the pass. Only corrected orders can differ: every correction makes a
/// snapshot at once, and an order without one is valid.
async fn states(tx: &mut Tx, head: &LogRow, pass: &Pass, corrected: BTreeSet<Id>) -> Result<StatusFile, Fault> {
    let (mut earlier, mut own) = shard::status(tx, head).await?.into_parts();
    own.leaves = pass.edge.size();
    own.bits.grow(own.leaves);
    let ids: Vec<Id> = corrected.iter().copied().collect();
    let mut chains: BTreeMap<Id, Vec<Located>> = BTreeMap::new();
    for located in store::leaves_of(tx, &ids).await? {
        chains.entry(located.leaf.id).or_default().push(located);
    }
    for (leaf, index) in pass.leaves.iter().zip(head.size..).filter(|(leaf, _)| corrected.contains(&leaf.id)) {
        let entry = Entry { index, leaf: *leaf };
        chains.entry(leaf.id).or_default().push(Located { shard: head.shard, entry });
    }
    for chain in chains.values() {
        let Some(folded) = fold(chain.iter().map(|located| &located.leaf)) else { continue };
        let issue = chain[folded.counted[0]];
        match earlier.get_mut(usize::from(issue.shard)) {
            Some(section) => section.bits.set(issue.index, folded.state),
            None => own.bits.set(issue.index, folded.state),
        }
    }
    Ok(StatusFile::new(earlier, own))
}
