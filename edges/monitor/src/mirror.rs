//! A full copy of a log, brought up to what is served, and only if all of it fits.

use crate::{
    MonitorError, Source,
    evidence::{Evidence, Fork},
    unreadable,
};
use objects::{Objects, Place};
use register::audit::{Audited, read_log};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use tlog::{
    checkpoint::{Checkpoint, year_of},
    erasure::Erasure,
    hash::Hash,
    leaf::{Kind, Leaf},
    policy::Policy,
    tile::{TILE_WIDTH, TilePath, TileSet, entries_of, split_entries, split_hashes, tile_for, tiles_of},
    tree::{consistency_spans, nodes_of, prove, span_hash, verify_consistency},
};

/// A copy of a log in a folder.
#[derive(Clone, Debug)]
pub struct Mirror {
    folder: PathBuf,
    objects: Objects,
}

/// What bringing the copy up did.
#[derive(Debug)]
pub struct Copied {
    /// The copy, read whole and found right; `None` if the source had nothing that could be taken over and nothing was here.
    pub audited: Option<Audited>,
    /// Size before.
    pub from: u64,
    /// Size of the older checkpoint that the source served, if it did.
    pub older: Option<u64>,
    /// Witnesses that cosigned what the copy has, and witnesses of the policy.
    pub witnesses: (usize, usize),
    /// A fork.
    pub evidence: Vec<Evidence>,
}

impl Mirror {
    /// The copy in `folder`, which is made if there is none.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self, MonitorError> {
        let objects = Objects::open(&Place::Folder(folder.to_owned()))?;
        Ok(Self { folder: folder.to_owned(), objects })
    }

    /// The copy of a later shard, in the folder named with `/` at its end.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn below(&self, folder: &str) -> Result<Self, MonitorError> {
        Self::open(&self.folder.join(folder))
    }

    /// Takes over what the source has and the copy has not, of the shard that follows those `before`. Everything is checked before the
    /// copy's checkpoint moves.
    ///
    /// # Errors
    /// When the source cannot be read, is not signed as the policy asks, or does not fit its own checkpoint.
    pub async fn bring(&self, source: &Source, policy: &Policy, before: &[&Audited]) -> Result<Copied, MonitorError> {
        let served = Signed::read(text(source.need("checkpoint").await?)?, policy)?;
        let mine = match self.objects.get("checkpoint").await? {
            Some(object) => Some(Signed::read(text(object.bytes)?, policy)?),
            None => None,
        };
        let mut copied = Copied {
            audited: None,
            from: mine.as_ref().map_or(0, |mine| mine.checkpoint.size),
            older: None,
            witnesses: served.witnesses,
            evidence: vec![],
        };
        if let Some(mine) = &mine {
            if served.checkpoint.size < mine.checkpoint.size {
                copied.older = Some(served.checkpoint.size);
            }
            // The tiles of the larger tree tell; where an older checkpoint is served, that is the copy.
            let larger = if copied.older.is_some() { &Source::folder(self.objects.clone()) } else { source };
            if let Some(fork) = forked(larger, mine, &served).await? {
                copied.evidence.push(Evidence::Fork(fork));
                return Ok(copied);
            }
            if served.checkpoint.size <= mine.checkpoint.size {
                copied.audited = Some(self.audit(&mine.note, policy, before)?);
                return Ok(copied);
            }
        }
        if !served.quorum_met {
            let (signed, all) = served.witnesses;
            let words = format!("{signed} of {all} witnesses signed it, and the policy asks for more");
            return Err(MonitorError::Unbelieved(words));
        }
        let brought = self.fetch(source, copied.from, &served).await?;
        let audited = match self.audit(&served.note, policy, before).and_then(fits) {
            Ok(audited) => audited,
            // What was wrong must not stand in the way of what is right the next time.
            Err(wrong) => return self.take_back(brought).await.and(Err(wrong)),
        };
        // Last: until now whoever starts again finds the old checkpoint and fetches the rest once more.
        self.objects.put("checkpoint", served.note.into_bytes()).await?;
        copied.audited = Some(audited);
        Ok(copied)
    }

    /// Whether there is a copy already.
    pub(crate) async fn has_begun(&self) -> Result<bool, MonitorError> {
        Ok(self.objects.get("checkpoint").await?.is_some())
    }

    /// Returns the files that stand at one address, each with what stood there before.
    async fn fetch(&self, source: &Source, from: u64, served: &Signed) -> Result<Vec<Brought>, MonitorError> {
        let mut brought = Vec::new();
        let to = served.checkpoint.size;
        for path in entries_of(to).chain(tiles_of(to)).filter(|path| !has(from, *path)) {
            let (path, bytes) = tile(source, path).await?;
            self.fetch_erasures(source, path, &bytes).await?;
            for index in key_events(path, &bytes) {
                let name = format!("key-events/{index}.json");
                self.objects.put(&name, source.need(&name).await?).await?;
            }
            self.objects.put(&path.to_string(), bytes).await?;
        }
        for number in 1..=u16::MAX {
            let path = format!("issuers/{number}.json");
            if self.objects.get(&path).await?.is_some() {
                continue;
            }
            let Some(bytes) = source.get(&path).await? else { break };
            self.objects.put(&path, bytes).await?;
            brought.push((path, None));
        }
        let status = format!("status/{}.bits", year_of(&served.checkpoint.origin).unwrap_or("0000"));
        for path in [status, "policy.txt".to_owned()] {
            let before = self.objects.get(&path).await?.map(|object| object.bytes);
            match source.get(&path).await? {
                Some(bytes) => self.objects.put(&path, bytes).await?,
                // An old one that stays would look like a false one.
                None => self.objects.remove(&path).await?,
            }
            brought.push((path, before));
        }
        Ok(brought)
    }

    async fn take_back(&self, brought: Vec<Brought>) -> Result<(), MonitorError> {
        for (path, before) in brought {
            match before {
                Some(bytes) => self.objects.put(&path, bytes).await?,
                None => self.objects.remove(&path).await?,
            }
        }
        Ok(())
    }

    /// What the erasures among these entries commit to. Nobody needs it to check the log, so one that is not served does no harm.
    async fn fetch_erasures(&self, source: &Source, path: TilePath, bytes: &[u8]) -> Result<(), MonitorError> {
        for (_, leaf) in leaves(path, bytes).filter(|(_, leaf)| leaf.kind == Kind::Erasure) {
            let path = Erasure::path(&leaf.id);
            let Some(statement) = source.get(&path).await? else { continue };
            // What is not what the leaf commits to is not kept: it would stand there for ever.
            if str::from_utf8(&statement).ok().and_then(Erasure::parse).is_some_and(|erasure| erasure.is_of(&leaf)) {
                self.objects.put(&path, statement).await?;
            }
        }
        Ok(())
    }

    fn audit(&self, note: &str, policy: &Policy, before: &[&Audited]) -> Result<Audited, MonitorError> {
        read_log(&self.folder, note.to_owned(), policy, before).map_err(unreadable)
    }
}

/// A file that was fetched, and the bytes that stood in its place.
type Brought = (String, Option<Vec<u8>>);

/// A status file that is there is the one of the newest snapshot. Between two answers a new one may have taken its place: then the next
/// round sees both.
fn fits(audited: Audited) -> Result<Audited, MonitorError> {
    match audited.snapshot() {
        Some(_) if audited.status().is_none() => {
            Err(MonitorError::Unfit("the status file is not the one of the newest snapshot".to_owned()))
        }
        _ => Ok(audited),
    }
}

/// A checkpoint that a log key of the policy signed. Without its witnesses it is not taken over, and a fork is a fork all the same.
struct Signed {
    note: String,
    checkpoint: Checkpoint,
    witnesses: (usize, usize),
    quorum_met: bool,
}

impl Signed {
    fn read(note: String, policy: &Policy) -> Result<Self, MonitorError> {
        let judged = policy.judge(&note).map_err(|error| MonitorError::Unbelieved(error.to_string()))?;
        let witnesses = (judged.cosigned.len(), policy.witnesses().count());
        Ok(Self { note, checkpoint: judged.checkpoint, witnesses, quorum_met: judged.quorum_met })
    }
}

/// Whether two checkpoints signed by one key cannot both be true. `larger` has the tiles of the larger one.
async fn forked(larger: &Source, mine: &Signed, served: &Signed) -> Result<Option<Fork>, MonitorError> {
    let (a, b) = (&mine.checkpoint, &served.checkpoint);
    if a.size == b.size {
        return Ok((a.root != b.root).then(|| Fork::same_size(&mine.note, &served.note)));
    }
    let (old, new) = if a.size < b.size { (mine, served) } else { (served, mine) };
    let (small, large) = (old.checkpoint.size, new.checkpoint.size);
    if small == 0 {
        return Ok(None);
    }
    let tiles = tiles(larger, small, large).await?;
    let read = |node| tiles.hash(node);
    let unfit = |_| MonitorError::Unfit("tiles of the served size are missing".to_owned());
    let spans = consistency_spans(small, large).map_err(unfit)?;
    let proof = prove(&spans, &read).map_err(unfit)?;
    let (old_root, new_root) = (&old.checkpoint.root, &new.checkpoint.root);
    if verify_consistency(small, large, &proof, old_root, new_root) {
        return Ok(None);
    }
    let theirs: Hash = span_hash(&(0..small), &read).map_err(unfit)?;
    if theirs != *old_root && verify_consistency(small, large, &proof, &theirs, new_root) {
        return Ok(Some(Fork::grown(&old.note, &new.note, theirs, proof)));
    }
    Err(MonitorError::Unfit("its tiles do not lead to its root".to_owned()))
}

/// The served tiles that lead from a tree of `small` leaves to one of `large`.
async fn tiles(source: &Source, small: u64, large: u64) -> Result<TileSet, MonitorError> {
    let unfit = || MonitorError::Unfit("a tile has the wrong length".to_owned());
    let spans = consistency_spans(small, large).map_err(|_| unfit())?;
    let wanted: BTreeSet<(u8, u64)> = spans.iter().chain([&(0..small)]).flat_map(nodes_of).map(tile_for).collect();
    let mut tiles = TileSet::default();
    for (level, n) in wanted {
        let there = large >> (u32::from(level) * 8);
        let width = u16::try_from((there - n * 256).min(256)).map_err(|_| unfit())?;
        let (_, mut bytes) = tile(source, TilePath { level: Some(level), n, width }).await?;
        bytes.truncate(usize::from(width) * 32);
        tiles.insert(level, n, split_hashes(&bytes).ok_or_else(unfit)?);
    }
    Ok(tiles)
}

/// A tile as it is served: the wanted width, or the full tile where the log has grown past it.
async fn tile(source: &Source, path: TilePath) -> Result<(TilePath, Vec<u8>), MonitorError> {
    if let Some(bytes) = source.get(&path.to_string()).await? {
        return Ok((path, bytes));
    }
    let full = TilePath { width: TILE_WIDTH as u16, ..path };
    Ok((full, source.need(&full.to_string()).await?))
}

/// The leaves of a bundle, each with its index; none of a tile. Whether it is a bundle is seen when all is checked.
fn leaves(path: TilePath, bytes: &[u8]) -> impl Iterator<Item = (u64, Leaf)> {
    let leaves = split_entries(bytes).filter(|_| path.level.is_none()).unwrap_or_default();
    let leaves = (path.n * 256..).zip(leaves);
    leaves.filter_map(|(index, leaf)| Some((index, Leaf::decode(leaf).ok()?)))
}

/// Indices of the leaves of a bundle in which the log itself speaks of keys.
fn key_events(path: TilePath, bytes: &[u8]) -> Vec<u64> {
    let spoken = leaves(path, bytes).filter(|(_, leaf)| leaf.kind == Kind::Key && leaf.is_of_the_log());
    spoken.map(|(index, _)| index).collect()
}

/// Whether a log of `size` has all of a tile.
fn has(size: u64, path: TilePath) -> bool {
    let there = size.checked_shr(u32::from(path.level.unwrap_or(0)) * 8).unwrap_or(0);
    path.n * 256 + u64::from(path.width) <= there
}

fn text(bytes: Vec<u8>) -> Result<String, MonitorError> {
    String::from_utf8(bytes).map_err(|_| MonitorError::Unbelieved("it is not text".to_owned()))
}
