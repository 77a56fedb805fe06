//! What is stored is read again before something new is signed on top of it: a flipped bit in a row is found while the last checkpoint
//! still tells what should be there, and not by a stranger years later.
//!
//! Each signing pass checks the head, the unfinished tiles and the newest snapshot whole, and some of the finished bundles, one after
//! the other, up to the signed root. [`crate::fsck`] checks everything at once.

use crate::{
    error::Fault,
    shard::store::{status_fetch, status_file},
    store::{self, LogRow},
};
use db::Tx;
use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};
use tlog::{
    checkpoint::{Checkpoint, year_number},
    hash::Hash,
    note::Vkey,
    status::StatusFile,
    tile::{Edge, TILE_WIDTH, root_of, split_hashes},
};

/// Finished bundles that one pass reads again: a log of half a million leaves is through after 250 passes, about a minute.
const BUNDLES: u64 = 8;

/// Checks what the next checkpoint will be signed on top of.
pub(crate) async fn before_signing(tx: &mut Tx, head: &LogRow, edge: &Edge) -> Result<(), Fault> {
    let vkey: Vkey = head.vkey.parse().map_err(|_| Fault::damaged("the log's key cannot be read"))?;
    let signed = Checkpoint::open(&head.checkpoint, &vkey)
        .map_err(|error| Fault::damaged(format!("the newest checkpoint: {error}")))?;
    if (signed.size, signed.root) != (head.size, head.root) {
        return Err(Fault::damaged("the head is not what the newest checkpoint says"));
    }
    if edge.root() != head.root {
        return Err(Fault::damaged("the unfinished tiles do not lead to the root of the newest checkpoint"));
    }
    unfinished_bundle(tx, head, edge).await?;
    finished_bundles(tx, head, edge).await?;
    snapshot(tx, head).await
}

async fn unfinished_bundle(tx: &mut Tx, &LogRow { shard, size, .. }: &LogRow, edge: &Edge) -> Result<(), Fault> {
    let Some((_, _, hashes)) = edge.partial().find(|(level, _, _)| *level == 0) else { return Ok(()) };
    let width = hashes.len() as u64;
    let leaves = leaf_hashes(tx, shard, size - width, width).await?;
    if leaves == hashes { Ok(()) } else { Err(Fault::damaged(format!("the leaves from {} on", size - width))) }
}

async fn finished_bundles(tx: &mut Tx, &LogRow { shard, size, .. }: &LogRow, edge: &Edge) -> Result<(), Fault> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let finished = size / TILE_WIDTH as u64;
    if finished == 0 {
        return Ok(());
    }
    let mut tiles =
        Tiles { shard, edge: edge.partial().map(|(level, n, hashes)| ((level, n), hashes.to_vec())).collect() };
    let first = NEXT.fetch_add(BUNDLES.min(finished), Ordering::Relaxed);
    for n in (0..BUNDLES.min(finished)).map(|i| (first + i) % finished) {
        let leaves = leaf_hashes(tx, shard, n * TILE_WIDTH as u64, TILE_WIDTH as u64).await?;
        tiles.check(tx, n, leaves).await?;
    }
    Ok(())
}

/// Tiles that were read in this pass; those of the edge have been compared with the signed root.
struct Tiles {
    shard: u16,
    edge: HashMap<(u8, u64), Vec<Hash>>,
}

impl Tiles {
    /// Compares the hashes of a finished tile with what is stored, level by level up to the edge.
    async fn check(&mut self, tx: &mut Tx, n: u64, leaves: Vec<Hash>) -> Result<(), Fault> {
        let (mut n, mut expected) = (n, leaves);
        for level in 0..8_u8 {
            let rows = store::tiles_fetch(tx, self.shard, &[(level, n)]).await?;
            let stored = rows.first().and_then(|row| split_hashes(&row.2)).unwrap_or_default();
            if stored != expected {
                return Err(Fault::damaged(format!("tile {n} of level {level} is not that of its leaves")));
            }
            let root = root_of(&stored);
            let (above, place) = (n / TILE_WIDTH as u64, usize::try_from(n % TILE_WIDTH as u64).expect("below 256"));
            if let Some(hashes) = self.edge.get(&(level + 1, above)) {
                let fits = hashes.get(place) == Some(&root);
                return if fits { Ok(()) } else { Err(Fault::damaged(format!("tile {n} of level {level}"))) };
            }
            let rows = store::tiles_fetch(tx, self.shard, &[(level + 1, above)]).await?;
            let Some(hashes) = rows.first().and_then(|row| split_hashes(&row.2)) else {
                return Err(Fault::damaged(format!("tile {above} of level {} is missing", level + 1)));
            };
            if hashes.get(place) != Some(&root) {
                return Err(Fault::damaged(format!("tile {n} of level {level}")));
            }
            (n, expected) = (above, hashes);
        }
        Ok(())
    }
}

async fn leaf_hashes(tx: &mut Tx, shard: u16, from: u64, count: u64) -> Result<Vec<Hash>, Fault> {
    Ok(store::leaves_from(tx, shard, from, count).await?.iter().map(|entry| entry.leaf.hash()).collect())
}

async fn snapshot(tx: &mut Tx, head: &LogRow) -> Result<(), Fault> {
    let Some(row) = status_fetch(tx, head.shard).await? else { return Ok(()) };
    let file = status_file(tx, head.shard).await?.unwrap_or_default();
    let leaf = store::leaves_at(tx, head.shard, &[row.index]).await?.pop();
    let year = year_number(&head.origin).unwrap_or(0);
    let fits = leaf.is_some_and(|entry| {
        StatusFile::open(&file, &entry.leaf.commitment, year, row.index).is_some()
            && entry.leaf.hash() == row.leaf_hash
            && entry.leaf.time_ms == row.time_ms
    });
    if fits { Ok(()) } else { Err(Fault::damaged("the status snapshot is not what its leaf commits to")) }
}
