//! Publication: the log as public files in a folder or an S3 store, for mirrors, caches and the day on which this program is gone.
//!
//! The rows are the truth and the files follow them. The order of writes is the one that a crash cannot hurt: what a checkpoint speaks
//! of is there before the checkpoint. Whoever starts again begins at the size of the published checkpoint and writes the same bytes.

use crate::{
    error::Fault,
    log::{self, Head},
    pack,
    serve::{self, Resource},
    standing::{Standing, standing},
    store,
};
use db::{Db, Tx};
use objects::{Objects, Version};
use tlog::{
    erasure::Erasure,
    leaf::{Entry, Kind},
    tile::{TILE_WIDTH, TilePath, entries_of, tiles_of},
};

/// What one publication did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Size of the log that was published before.
    pub from: u64,
    /// Size that is published now.
    pub to: u64,
    /// Files written.
    pub files: usize,
    /// Whether somebody else published meanwhile, so that the checkpoint was left to them.
    pub busy: bool,
}

/// Brings what is published up to the log, shard after shard. What is told is of the running one.
///
/// # Errors
/// [`Fault::Ahead`] when the published log has more than this database or is another: nothing is written then, and nothing may be
/// signed before it is known why. When the place or the database fails, what is published stays whole; the next call goes on.
pub async fn publish(db: &Db, objects: &Objects) -> Result<Published, Fault> {
    let mut tx = db.begin().await?;
    store::freeze(&mut tx).await?;
    let heads = log::heads(&mut tx).await?;
    let mut work = Work { tx, objects, folder: String::new(), files: 0 };
    let mut published = Err(Fault::NoLog);
    for head in &heads {
        work.folder = serve::folder(head);
        published = Ok(work.shard(head).await?);
    }
    work.tx.commit().await?;
    published
}

/// How what is published stands to the log; `None` if nothing is.
///
/// # Errors
/// When what is there is not a checkpoint of our key, or the place or the database fails.
pub async fn published_standing(db: &Db, objects: &Objects) -> Result<Option<Standing>, Fault> {
    let mut tx = db.begin().await?;
    let head = log::head(&mut tx).await?;
    let Some((note, _)) = published(objects, &serve::folder(&head)).await? else { return Ok(None) };
    let found = standing(&mut tx, &note).await?;
    tx.commit().await?;
    Ok(Some(found))
}

async fn published(objects: &Objects, folder: &str) -> Result<Option<(String, Version)>, Fault> {
    let Some(there) = objects.get(&format!("{folder}checkpoint")).await? else { return Ok(None) };
    let note = String::from_utf8(there.bytes).map_err(|_| Fault::NotOurs("it is not text".to_owned()))?;
    Ok(Some((note, there.version)))
}

/// The checkpoint as it is served, cosignatures included.
async fn checkpoint_file(tx: &mut Tx, head: &Head) -> Result<Vec<u8>, Fault> {
    Ok(serve::within(tx, head, "checkpoint").await?.map(|file| file.bytes).unwrap_or_default())
}

struct Work<'a> {
    tx: Tx,
    objects: &'a Objects,
    /// Of the shard at hand, with `/` at its end.
    folder: String,
    files: usize,
}

impl Work<'_> {
    async fn shard(&mut self, head: &Head) -> Result<Published, Fault> {
        let (size, note) = (head.checkpoint.size, checkpoint_file(&mut self.tx, head).await?);
        let there = published(self.objects, &self.folder).await?;
        let from = match &there {
            None => 0,
            Some((published, _)) => match standing(&mut self.tx, published).await? {
                Standing::Behind(size) => size,
                Standing::Same if published.as_bytes() == note => {
                    return Ok(Published { from: size, to: size, files: self.files, busy: false });
                }
                Standing::Same => size,
                danger => return Err(Fault::Ahead { place: "the published log".to_owned(), standing: danger }),
            },
        };
        self.bring(head, note, (from, there.map(|(_, version)| version))).await
    }

    /// `seen` is what was published: its size and the state of its checkpoint.
    async fn bring(&mut self, head: &Head, note: Vec<u8>, seen: (u64, Option<Version>)) -> Result<Published, Fault> {
        let (from, over) = seen;
        let to = head.checkpoint.size;
        // 1. Key statements, key events and the statements of erasures: nothing speaks of them yet. Found by a restart: files that no
        //    published leaf names, and that will be written again with the same bytes.
        for path in self.new_statements(head, from).await? {
            self.copy(head, &path).await?;
        }
        // 2. Entries and hashes, full tiles and those of the present width. Found by a restart: some of them beyond the published
        //    size, which nobody asks for; each is written again with the same bytes, because a leaf in the log never changes.
        for path in entries_of(to).chain(tiles_of(to)).filter(|path| grows(*path, from)) {
            self.copy(head, &path.to_string()).await?;
        }
        // 3. The policy, the newest status snapshot and the beginning of the pack, which stand at one address. Found by a restart: a
        //    snapshot newer than the published checkpoint; who reads both asks for the checkpoint again.
        self.copy(head, "policy.txt").await?;
        self.copy(head, &serve::status_path(head)).await?;
        let name = format!("{}{}", self.folder, pack::FILE);
        let there = self.objects.get(&name).await?;
        let there = there.as_ref().map(|there| there.bytes.as_slice());
        if let Some(pack) = pack::newer_than(&mut self.tx, head.shard, there).await? {
            self.objects.put(&name, pack.canonical().into_bytes()).await?;
            self.files += 1;
        }
        // 4. The checkpoint, over the one that was seen at the beginning. Everything it speaks of is durable by now. Found by a
        //    restart: the old one or the new one.
        let stored = self.objects.replace(&format!("{}checkpoint", self.folder), note, over.as_ref()).await?;
        self.files += usize::from(stored);
        // 5. Unfinished tiles whose full one is there. Found by a restart: some of them, which do no harm.
        if stored {
            for path in entries_of(from).chain(tiles_of(from)).filter(|path| usize::from(path.width) < TILE_WIDTH) {
                self.clear(path, to).await?;
            }
        }
        Ok(Published { from, to, files: self.files, busy: !stored })
    }

    async fn copy(&mut self, head: &Head, path: &str) -> Result<(), Fault> {
        if let Some(Resource { bytes, .. }) = serve::within(&mut self.tx, head, path).await? {
            self.objects.put(&format!("{}{path}", self.folder), bytes).await?;
            self.files += 1;
        }
        Ok(())
    }

    /// The statements whose leaves are among the new ones.
    async fn new_statements(&mut self, head: &Head, from: u64) -> Result<Vec<String>, Fault> {
        let (shard, to) = (head.shard, head.checkpoint.size);
        let keys = store::leaves_of_kind(&mut self.tx, shard, Kind::Key, from, to).await?;
        let erasures = store::leaves_of_kind(&mut self.tx, shard, Kind::Erasure, from, to).await?;
        let path = |Entry { index, leaf }: Entry| match (leaf.kind, leaf.issuer) {
            (Kind::Erasure, _) => Erasure::path(&leaf.id),
            (_, 0) => format!("key-events/{index}.json"),
            (_, number) => format!("issuers/{number}.json"),
        };
        Ok(keys.into_iter().chain(erasures).map(path).collect())
    }

    /// Removes every unfinished state of a tile that is full in a log of `size`.
    async fn clear(&mut self, path: TilePath, size: u64) -> Result<(), Fault> {
        let full = TilePath { width: 256, ..path };
        if !fits(full, size) {
            return Ok(());
        }
        let folder = format!("{}{full}.p", self.folder);
        for name in self.objects.list(&folder).await? {
            self.objects.remove(&format!("{folder}/{name}")).await?;
        }
        Ok(())
    }
}

/// Whether a tile or bundle holds more than a log of `size` has of it.
fn grows(path: TilePath, size: u64) -> bool {
    !fits(path, size)
}

/// Whether a log of `size` has all of a tile or bundle.
fn fits(path: TilePath, size: u64) -> bool {
    let there = size.checked_shr(u32::from(path.level.unwrap_or(0)) * 8).unwrap_or(0);
    path.n * 256 + u64::from(path.width) <= there
}
