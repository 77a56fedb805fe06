//! The sequencer: gives staged leaves their indices and times and signs the new head, all in one transaction.

use crate::{
    error::Fault,
    log::Staged,
    scrub,
    store::{self, LogRow, StatusRow, TileRow},
    witness,
};
use db::{Db, Tx};
use kernel::Clock;
use std::collections::BTreeSet;
use tlog::{
    checkpoint::Checkpoint,
    hash::{ZERO, sha256},
    leaf::{Entry, Id, Kind, Leaf, by_id},
    note::LogKey,
    state::fold,
    status::StatusBits,
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
}

/// What a pass appends, before it is written.
struct Pass {
    edge: Edge,
    leaves: Vec<Leaf>,
    tiles: Vec<TileRow>,
    time_ms: u64,
}

impl Pass {
    fn append(&mut self, leaf: Leaf) {
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
    run(db, clock, key, max, false).await
}

/// A pass that ends with padding leaves (type 9), at most 255, so that the last tile is full: from then on every order has a code that
/// is checked without a network. Does nothing where the tile is full already.
///
/// # Errors
/// As [`sequence`].
pub async fn pad(db: &Db, clock: &dyn Clock, key: &LogKey, max: usize) -> Result<Sequenced, Fault> {
    run(db, clock, key, max, true).await
}

async fn run(db: &Db, clock: &dyn Clock, key: &LogKey, max: usize, pad: bool) -> Result<Sequenced, Fault> {
    let mut tx = db.begin().await?;
    let Some(old) = store::log_lock(&mut tx).await? else {
        let size = store::log_fetch(&mut tx).await?.ok_or(Fault::NoLog)?.size;
        return Ok(Sequenced { from: size, to: size, more: false, busy: true, refused: false });
    };
    if old.vkey != key.vkey().to_string() {
        return Err(Fault::OtherKey(old.vkey));
    }
    if witness::store::refusal_fetch(&mut tx).await?.is_some() {
        tx.commit().await?;
        return Ok(Sequenced { from: old.size, to: old.size, more: false, busy: false, refused: true });
    }
    let staged = store::staged_take(&mut tx, max).await?;
    let more = staged.len() == max;
    let time_ms = now_ms(clock).max(old.time_ms);
    let mut pass = Pass { edge: load_edge(&mut tx, old.size).await?, leaves: vec![], tiles: vec![], time_ms };
    if pad || !staged.is_empty() {
        scrub::before_signing(&mut tx, &old, &pass.edge).await?;
    }
    append_staged(&mut tx, staged, &mut pass).await?;
    snapshot_if_due(&mut tx, &old, &mut pass).await?;
    while pad && !pass.edge.size().is_multiple_of(TILE_WIDTH as u64) {
        pass.append(Leaf {
            kind: Kind::Padding,
            issuer: 0,
            time_ms,
            id: [0; 16],
            commitment: ZERO,
            prev: ZERO,
            auth: ZERO,
        });
    }
    let (from, to) = (old.size, pass.edge.size());
    if to > from {
        write(&mut tx, &old, pass, key).await?;
    }
    // Also where nothing was written: a transaction that is merely dropped keeps the head locked until somebody uses its connection.
    tx.commit().await?;
    Ok(Sequenced { from, to, more, busy: false, refused: false })
}

/// Gives the staged leaves their time, and a digest the hash of the digest before it: only here is that known.
async fn append_staged(tx: &mut Tx, staged: Vec<Staged>, pass: &mut Pass) -> Result<(), Fault> {
    let mut digest = None;
    let time_ms = pass.time_ms;
    for Staged { kind, issuer, id, commitment, mut prev, auth } in staged {
        if kind == Kind::Digest {
            prev = match digest {
                Some(before) => before,
                None => store::digest_newest(tx).await?.map_or(ZERO, |before| before.leaf.hash()),
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

fn now_ms(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap_or(0)
}

/// The right edge of the tree from the unfinished tile of each level.
pub(crate) async fn load_edge(tx: &mut Tx, size: u64) -> Result<Edge, Fault> {
    let wanted: Vec<(u8, u64)> = (0..8_u8).map(|level| (level, size >> (u32::from(level) * 8) >> 8)).collect();
    let rows = store::tiles_fetch(tx, &wanted).await?;
    let tile =
        |level: u8| rows.iter().find(|row| row.0 == level).and_then(|row| split_hashes(&row.2)).unwrap_or_default();
    Edge::from_tiles(size, tile).ok_or_else(|| Fault::damaged(format!("the tiles do not make a tree of {size} leaves")))
}

async fn write(tx: &mut Tx, old: &LogRow, pass: Pass, key: &LogKey) -> Result<(), Fault> {
    let Pass { edge, leaves, mut tiles, time_ms } = pass;
    tiles.extend(edge.partial().map(|(level, n, hashes)| (level, n, hashes.concat())));
    let head = Checkpoint { origin: old.origin.clone(), size: edge.size(), root: edge.root() };
    let checkpoint = head.sign(key).map_err(Fault::unsigned)?;
    let new = LogRow { size: head.size, root: head.root, time_ms, checkpoint, ..old.clone() };
    store::leaves_insert(tx, old.size, &leaves).await?;
    store::tiles_upsert(tx, tiles).await?;
    if store::log_advance(tx, old, &new).await? {
        Ok(())
    } else {
        Err(Fault::damaged("the head of the log moved although it was locked"))
    }
}

/// Appends a status snapshot if the pass holds a correction, or the log grew and the newest snapshot is an hour old or missing.
async fn snapshot_if_due(tx: &mut Tx, head: &LogRow, pass: &mut Pass) -> Result<(), Fault> {
    let newest = store::status_fetch(tx).await?;
    let corrected: BTreeSet<Id> =
        pass.leaves.iter().filter(|leaf| leaf.kind.is_correction()).map(|leaf| leaf.id).collect();
    let (grown, old) = newest.as_ref().map_or((pass.edge.size() > 0, true), |newest| {
        (pass.edge.size() > newest.index + 1, pass.time_ms >= newest.time_ms + SNAPSHOT_EVERY_MS)
    });
    if corrected.is_empty() && !(grown && old) {
        return Ok(());
    }
    if pass.leaves.is_empty() {
        scrub::before_signing(tx, head, &pass.edge).await?;
    }
    let bits = corrected_bits(tx, head.size, pass, corrected).await?;
    let leaf = Leaf {
        kind: Kind::Status,
        issuer: 0,
        time_ms: pass.time_ms,
        id: [0; 16],
        commitment: sha256(bits.bytes()),
        prev: newest.map_or(ZERO, |newest| newest.leaf_hash),
        auth: ZERO,
    };
    let row = StatusRow { index: pass.edge.size(), time_ms: pass.time_ms, leaf_hash: leaf.hash() };
    pass.append(leaf);
    store::status_replace(tx, &row, bits.bytes()).await
}

/// The bits of the newest snapshot, carried on to the end of the pass. Only corrected orders can differ: every correction makes a
/// snapshot at once, and an order without one is valid.
async fn corrected_bits(tx: &mut Tx, from: u64, pass: &Pass, corrected: BTreeSet<Id>) -> Result<StatusBits, Fault> {
    let mut bits = StatusBits::from_bytes(store::status_bits(tx).await?.unwrap_or_default());
    bits.grow(pass.edge.size());
    let ids: Vec<Id> = corrected.iter().copied().collect();
    let mut entries = store::leaves_of(tx, &ids).await?;
    let new = pass.leaves.iter().zip(from..).filter(|(leaf, _)| corrected.contains(&leaf.id));
    entries.extend(new.map(|(leaf, index)| Entry { index, leaf: *leaf }));
    for chain in by_id(entries).values() {
        if let Some(folded) = fold(chain.iter().map(|entry| &entry.leaf)) {
            bits.set(chain[folded.counted[0]].index, folded.state);
        }
    }
    Ok(bits)
}
