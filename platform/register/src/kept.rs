//! Tiles that are kept in memory, so that a proof costs no question to the database.
//!
//! A full tile is kept under its own hash, which stands in the tile above it, and the unfinished tiles of a tree under its size and root.
//! So what is kept cannot be that of another shard or of another database, and is never out of date: a log that was rebuilt asks for
//! other hashes where it differs. A row is kept only if it is what its name says; one that is not is told here as damage.
//!
//! Nothing that looks for damage reads here: [`crate::scrub`] and [`crate::fsck`] read the rows.

use crate::{
    error::Fault,
    log::{Tree, within},
    store,
};
use db::Tx;
use quick_cache::sync::Cache;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};
use tlog::{
    hash::Hash,
    tile::{Edge, TILE_WIDTH, Tile, TileSet, split_hashes},
    tree::Node,
};

/// Full tiles kept, each of 16 kB with the hashes inside it: 64 MB, the tiles of a million leaves.
const TILES_MAX: usize = 4096;
/// Trees of which the unfinished tiles are kept: the newest of each shard, those that were anchored, and those before them for a while.
const TREES_MAX: usize = 64;

static TILES: LazyLock<Cache<Hash, Arc<Tile>>> = LazyLock::new(|| Cache::new(TILES_MAX));
static EDGES: LazyLock<Cache<(u64, Hash), Unfinished>> = LazyLock::new(|| Cache::new(TREES_MAX));

/// The unfinished tiles of a tree, each with its level and number.
type Unfinished = Arc<[(u8, u64, Arc<Tile>)]>;

/// These tiles of a tree, with those above them.
pub(crate) async fn tiles(tx: &mut Tx, tree: &Tree, wanted: impl Iterator<Item = (u8, u64)>) -> Result<TileSet, Fault> {
    let mut set = TileSet::default();
    for (level, n, tile) in edge(tx, tree).await?.iter() {
        set.share(*level, *n, Arc::clone(tile));
    }
    let mut named: BTreeMap<u8, BTreeSet<u64>> = BTreeMap::new();
    for (mut level, mut n) in wanted {
        // Up to one that is at hand. The tile at the top of a tree is unfinished, or the only one and of its leaves: it is in the edge.
        while level < 8 && !set.holds(level, n) && named.entry(level).or_default().insert(n) {
            (level, n) = (level + 1, n >> 8);
        }
    }
    // From the top down: the name of a tile stands in the one above it.
    for (level, numbers) in named.into_iter().rev() {
        let mut absent = BTreeMap::new();
        for n in numbers {
            let above = Node { level: 8 * (level + 1), index: n };
            let name = set.hash(above).ok_or_else(|| damaged(level, n))?;
            match TILES.get(&name) {
                Some(tile) => set.share(level, n, tile),
                None => {
                    absent.insert((level, n), name);
                }
            }
        }
        fetch(tx, tree.shard, &absent, &mut set).await?;
    }
    Ok(set)
}

async fn fetch(tx: &mut Tx, shard: u16, absent: &BTreeMap<(u8, u64), Hash>, set: &mut TileSet) -> Result<(), Fault> {
    if absent.is_empty() {
        return Ok(());
    }
    let wanted: Vec<(u8, u64)> = absent.keys().copied().collect();
    for (level, n, bytes) in store::tiles_fetch(tx, shard, &wanted).await? {
        let tile = split_hashes(&bytes).map(Tile::new).filter(|tile| tile.root().as_ref() == absent.get(&(level, n)));
        let tile = Arc::new(tile.ok_or_else(|| damaged(level, n))?);
        TILES.insert(absent[&(level, n)], Arc::clone(&tile));
        set.share(level, n, tile);
    }
    match wanted.into_iter().find(|(level, n)| !set.holds(*level, *n)) {
        Some((level, n)) => Err(damaged(level, n)),
        None => Ok(()),
    }
}

/// The unfinished tiles of a tree.
async fn edge(tx: &mut Tx, tree: &Tree) -> Result<Unfinished, Fault> {
    if let Some(kept) = EDGES.get(&(tree.size, tree.root)) {
        return Ok(kept);
    }
    within(tx, tree.shard, tree.size).await?;
    let edge = load(tx, tree).await?.filter(|edge| edge.root() == tree.root);
    let astray = || Fault::damaged(format!("the tiles do not lead to the root of the tree of {} leaves", tree.size));
    let edge = edge.ok_or_else(astray)?;
    let tiles: Unfinished =
        edge.partial().map(|(level, n, hashes)| (level, n, Arc::new(Tile::new(hashes.to_vec())))).collect();
    EDGES.insert((tree.size, tree.root), Arc::clone(&tiles));
    Ok(tiles)
}

/// The edge of a tree, from rows that may have grown since.
async fn load(tx: &mut Tx, &Tree { shard, size, .. }: &Tree) -> Result<Option<Edge>, Fault> {
    let hashes = |level: u8| size >> (u32::from(level) * 8);
    let wanted: Vec<(u8, u64)> = (0..8).map(|level| (level, hashes(level) >> 8)).collect();
    let rows = store::tiles_fetch(tx, shard, &wanted).await?;
    Ok(Edge::from_tiles(size, |level| {
        let row = rows.iter().find(|row| row.0 == level).and_then(|row| split_hashes(&row.2));
        let mut tile = row.unwrap_or_default();
        tile.truncate(usize::try_from(hashes(level) % TILE_WIDTH as u64).expect("below 256"));
        tile
    }))
}

fn damaged(level: u8, n: u64) -> Fault {
    Fault::damaged(format!("tile {n} of level {level} is not the one that the tree has"))
}
