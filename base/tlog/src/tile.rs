//! C2SP tlog-tiles: paths, entry bundles, and the hashes of a tree kept as tiles of 256.

use crate::{
    hash::Hash,
    leaf::LEAF_BYTES,
    tree::{Node, empty_root, node_hash},
};
use std::{collections::HashMap, fmt, str::FromStr, sync::Arc};

/// Hashes in a full tile.
pub const TILE_WIDTH: usize = 256;
/// Levels of the tree that one tile covers.
const HEIGHT: u8 = 8;
/// Length of an entry in a bundle: two bytes of length and the leaf.
pub const ENTRY_BYTES: usize = 2 + LEAF_BYTES;

/// Which tile a path means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    /// Level of the hashes in tiles (0 holds leaf hashes); `None` for the entries themselves.
    pub level: Option<u8>,
    /// Position among the tiles of this level.
    pub n: u64,
    /// Hashes or entries in it, 1–256.
    pub width: u16,
}

/// A text that is not the path of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
pub struct TilePathError;

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(f, "tile/{level}")?,
            None => write!(f, "tile/entries")?,
        }
        // A number of 64 bits has seven groups of three digits at most.
        let groups = std::iter::successors(Some(self.n), |n| Some(n / 1000).filter(|n| *n > 0));
        let groups: Vec<u64> = groups.map(|n| n % 1000).collect();
        for (place, group) in groups.iter().enumerate().rev() {
            let mark = if place == 0 { "" } else { "x" };
            write!(f, "/{mark}{group:03}")?;
        }
        if usize::from(self.width) < TILE_WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;

    /// Accepts exactly what [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let path = parse_path(text).ok_or(TilePathError)?;
        if path.to_string() == text { Ok(path) } else { Err(TilePathError) }
    }
}

fn parse_path(text: &str) -> Option<TilePath> {
    let (level, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let level = if level == "entries" { None } else { Some(level.parse::<u8>().ok().filter(|l| *l < 64)?) };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|w| (1..256).contains(w))?),
        None => (rest, 256),
    };
    let mut n = 0_u64;
    for digits in number.split('/') {
        let digits: u64 = digits.trim_start_matches('x').parse().ok()?;
        n = n.checked_mul(1000)?.checked_add(digits)?;
    }
    Some(TilePath { level, n, width })
}

/// Every tile of a tree of `size` leaves: hashes of all levels, full and partial, from level 0 up.
pub fn tiles_of(size: u64) -> impl Iterator<Item = TilePath> {
    (0_u8..8)
        .map(move |level| (level, size.checked_shr(u32::from(level * HEIGHT)).unwrap_or(0)))
        .take_while(|(_, count)| *count > 0)
        .flat_map(|(level, count)| cut(Some(level), count))
}

/// Every entry bundle of a log of `size` leaves.
pub fn entries_of(size: u64) -> impl Iterator<Item = TilePath> {
    cut(None, size)
}

fn cut(level: Option<u8>, count: u64) -> impl Iterator<Item = TilePath> {
    (0..count.div_ceil(256)).map(move |n| {
        let width = u16::try_from((count - n * 256).min(256)).expect("at most 256");
        TilePath { level, n, width }
    })
}

/// The bundle of some leaves: each with its length in two bytes before it.
#[must_use]
pub fn bundle_entries<'a>(leaves: impl IntoIterator<Item = &'a [u8; LEAF_BYTES]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(TILE_WIDTH * ENTRY_BYTES);
    for leaf in leaves {
        out.extend_from_slice(&[0, 124]);
        out.extend_from_slice(leaf);
    }
    out
}

/// The leaves of a bundle; `None` if a length is not 124 or the bundle ends inside an entry.
pub fn split_entries(bundle: &[u8]) -> Option<Vec<&[u8; LEAF_BYTES]>> {
    let (entries, rest) = bundle.as_chunks::<ENTRY_BYTES>();
    if !rest.is_empty() {
        return None;
    }
    entries.iter().map(|entry| entry.strip_prefix(&[0, 124])?.try_into().ok()).collect()
}

/// The hashes of a tile's bytes; `None` unless there are 1–256 whole ones.
#[must_use]
pub fn split_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    (rest.is_empty() && (1..=TILE_WIDTH).contains(&hashes.len())).then(|| hashes.to_vec())
}

/// The tile that holds what is needed for a node's hash: its level and number.
#[must_use]
pub const fn tile_for(node: Node) -> (u8, u64) {
    (node.level / HEIGHT, node.index >> (HEIGHT - node.level % HEIGHT))
}

/// A tile with the hashes inside it worked out once, so that many proofs share the work.
#[derive(Debug, PartialEq, Eq)]
pub struct Tile {
    levels: Vec<Vec<Hash>>,
}

impl Tile {
    /// The tile of 1–256 hashes.
    #[must_use]
    pub fn new(hashes: Vec<Hash>) -> Self {
        let mut levels = vec![hashes];
        for _ in 1..HEIGHT {
            let below = levels.last().expect("it begins with one level");
            let above = below.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
            levels.push(above);
        }
        Self { levels }
    }

    /// The hash over a full tile, which stands in the tile above it; `None` if it is not full.
    #[must_use]
    pub fn root(&self) -> Option<Hash> {
        match self.levels.last()?.as_slice() {
            [left, right] => Some(node_hash(left, right)),
            _ => None,
        }
    }
}

/// Tiles at hand, to make proofs from.
#[derive(Debug, Default)]
pub struct TileSet {
    tiles: HashMap<(u8, u64), Arc<Tile>>,
}

impl TileSet {
    /// Adds a tile of 1–256 hashes.
    pub fn insert(&mut self, level: u8, n: u64, hashes: Vec<Hash>) {
        self.share(level, n, Arc::new(Tile::new(hashes)));
    }

    /// Adds a tile that others have too.
    pub fn share(&mut self, level: u8, n: u64, tile: Arc<Tile>) {
        self.tiles.insert((level, n), tile);
    }

    /// Whether a tile is here.
    #[must_use]
    pub fn holds(&self, level: u8, n: u64) -> bool {
        self.tiles.contains_key(&(level, n))
    }

    /// The hash of a perfect subtree, if its tile is here and wide enough.
    #[must_use]
    pub fn hash(&self, node: Node) -> Option<Hash> {
        let tile = tile_for(node);
        let inside = node.level % HEIGHT;
        let place = node.index - (tile.1 << (HEIGHT - inside));
        self.tiles.get(&tile)?.levels.get(usize::from(inside))?.get(usize::try_from(place).ok()?).copied()
    }
}

/// The right edge of a tree: the unfinished tile of every level. All that is needed to append leaves and to know the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    tiles: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The edge of a tree of `size`, from its unfinished tiles by level; `None` if their widths do not fit the size.
    pub fn from_tiles(size: u64, mut tile: impl FnMut(u8) -> Vec<Hash>) -> Option<Self> {
        let tiles: Vec<_> =
            edge_widths(size).map(|(level, width)| (width, if width > 0 { tile(level) } else { vec![] })).collect();
        let fits = tiles.iter().all(|(width, hashes)| *width == hashes.len());
        fits.then(|| Self { size, tiles: tiles.into_iter().map(|(_, hashes)| hashes).collect() })
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf hash. Each tile that becomes full is given to `full` (level, number, 256 hashes) and leaves the edge.
    pub fn push(&mut self, leaf: Hash, mut full: impl FnMut(u8, u64, &[Hash])) {
        self.size += 1;
        let mut carry = leaf;
        for level in 0.. {
            if self.tiles.len() == level {
                self.tiles.push(Vec::with_capacity(TILE_WIDTH));
            }
            let tile = &mut self.tiles[level];
            tile.push(carry);
            if tile.len() < TILE_WIDTH {
                return;
            }
            carry = fold(tile, None).expect("a full tile is not empty");
            let level_number = u8::try_from(level).expect("2^64 leaves need 8 levels of tiles");
            full(level_number, (self.size >> (8 * (level + 1))) - 1, tile);
            tile.clear();
        }
    }

    /// The unfinished tiles: level, number, hashes.
    pub fn partial(&self) -> impl Iterator<Item = (u8, u64, &[Hash])> {
        edge_widths(self.size)
            .zip(&self.tiles)
            .filter(|((_, width), _)| *width > 0)
            .map(|((level, _), tile)| (level, self.size >> (u32::from(level) * 8) >> 8, tile.as_slice()))
    }

    /// The root hash.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.tiles.iter().fold(None, |right, tile| fold(tile, right)).unwrap_or_else(empty_root)
    }
}

/// For each level of the edge of a tree of `size`: how many hashes its unfinished tile holds (0–255).
fn edge_widths(size: u64) -> impl Iterator<Item = (u8, usize)> {
    (0_u8..8)
        .map(move |level| (level, size >> (u32::from(level) * 8)))
        .take_while(|(_, count)| *count > 0)
        .map(|(level, count)| (level, usize::try_from(count & 255).expect("below 256")))
}

/// The hash of some neighbouring subtrees of one level with everything to the right of them.
fn fold(hashes: &[Hash], right: Option<Hash>) -> Option<Hash> {
    if hashes.is_empty() {
        return right;
    }
    let (left, rest) = hashes.split_at(1 << hashes.len().ilog2());
    let right = fold(rest, right);
    let left = perfect(left);
    Some(right.map_or(left, |right| node_hash(&left, &right)))
}

/// The root over a power of two of hashes.
fn perfect(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    level[0]
}

/// The root of a small tree in memory.
#[must_use]
pub fn root_of(leaves: &[Hash]) -> Hash {
    fold(leaves, None).unwrap_or_else(empty_root)
}

/// The root of a tree whose full tiles have these roots (`tops`), with these leaf hashes after them (`rest`, fewer than 256).
#[must_use]
pub fn root_over(tops: &[Hash], rest: &[Hash]) -> Hash {
    fold(tops, fold(rest, None)).unwrap_or_else(empty_root)
}
