//! The log as its writers and readers see it: begin it, stage leaves with a change, look events up, prove them.

use crate::{
    error::Fault,
    kept,
    shard::store::status_fetch,
    store::{self, IssuerRow, LogRow},
};
use db::{Tx, Uuid};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use tlog::{
    checkpoint::{Checkpoint, year_of},
    hash::{Hash, ZERO},
    issuer::Statement,
    leaf::{Entry, Id, Kind, by_id},
    note::{LogKey, Vkey},
    state::fold,
    tile::{TileSet, split_hashes, tile_for},
    tree::{TreeError, consistency_spans, empty_root, inclusion_spans, nodes_of, prove},
};

// An authority's first key statement is one of the things that are put into the log; what replaces it stands in a file of its own.
pub use crate::issuer::{NewIssuer, add_issuer};

/// Leaves written by one statement.
const STAGE_CHUNK: usize = 4096;
/// Proofs made from one set of tiles: at most 16 MB of hashes when the leaves lie far apart.
const PROOF_CHUNK: usize = 1000;

/// A leaf before it has an index and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staged {
    /// What happened; never a kind in which the log itself speaks.
    pub kind: Kind,
    /// Number of the authority's key statement.
    pub issuer: u16,
    /// The order's random id.
    pub id: Id,
    /// What the event commits to.
    pub commitment: Hash,
    /// Leaf hash of the newest event with this id, or zeros for the first.
    pub prev: Hash,
    /// SHA-256(agency signature ‖ key id), see [`tlog::leaf::auth`].
    pub auth: Hash,
}

/// A leaf in the log. Indices of different shards have nothing to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// Number of the shard in which it stands, 0 for the first.
    pub shard: u16,
    /// Leaf and index there.
    pub entry: Entry,
}

impl std::ops::Deref for Located {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.entry
    }
}

impl Located {
    /// Whether the tree of a head holds it.
    #[must_use]
    pub const fn is_in(&self, head: &Head) -> bool {
        self.shard == head.shard && self.entry.index < head.checkpoint.size
    }
}

/// One event on an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// Leaf and place, once it is in the log.
    pub entry: Option<Located>,
}

/// The head of a shard.
#[derive(Clone, Debug)]
pub struct Head {
    /// Number of the shard, 0 for the first.
    pub shard: u16,
    /// Whether it is closed: nothing is appended to it any more.
    pub closed: bool,
    /// Origin, size and root.
    pub checkpoint: Checkpoint,
    /// The signed note, as served.
    pub note: String,
    /// The log's key.
    pub vkey: Vkey,
    /// Time of the newest leaf, in milliseconds since 1970 UTC; 0 for an empty log.
    pub time_ms: u64,
}

impl Head {
    /// The tree that it is signed for.
    #[must_use]
    pub const fn tree(&self) -> Tree {
        Tree { shard: self.shard, size: self.checkpoint.size, root: self.checkpoint.root }
    }
}

/// A tree of the log that was signed or anchored: the first `size` leaves of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Number of the shard.
    pub shard: u16,
    /// How many leaves.
    pub size: u64,
    /// The hash over all of them.
    pub root: Hash,
}

/// A key statement and its leaf.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// The statement; its canonical text is what the leaf commits to.
    pub statement: Statement,
    /// The agency signature of the type 7 leaf, by the statement's own seal key.
    pub signature: [u8; 64],
    /// The type 7 leaf, once it is in the log. Every shard that follows begins with the same one.
    pub entry: Option<Located>,
}

/// Begins the log of `key` in this database. False if it was begun before, with the same key.
///
/// # Errors
/// When another log was begun here, or the key's origin does not end in a year.
pub async fn create(tx: &mut Tx, key: &LogKey) -> Result<bool, Fault> {
    let origin = key.vkey().name().to_owned();
    if year_of(&origin).is_none() {
        return Err(Fault::Origin(origin));
    }
    // Begun before: nothing to sign, and a key in a token need not be asked.
    if let Some(stored) = store::log_fetch(tx).await? {
        return if stored.vkey == key.vkey().to_string() { Ok(false) } else { Err(Fault::OtherKey(stored.vkey)) };
    }
    let head = Checkpoint { origin: origin.clone(), size: 0, root: empty_root() };
    let checkpoint = head.sign(key).map_err(Fault::unsigned)?;
    let (vkey, root) = (key.vkey().to_string(), head.root);
    let row = LogRow { shard: 0, closed: false, origin, vkey, size: 0, root, time_ms: 0, checkpoint };
    let new = store::log_insert(tx, &row).await?;
    let stored = store::log_fetch(tx).await?.ok_or(Fault::NoLog)?;
    if stored.vkey == row.vkey { Ok(new) } else { Err(Fault::OtherKey(stored.vkey)) }
}

/// The head of the running shard.
///
/// # Errors
/// When there is no log, or what is stored is not its signed head.
pub async fn head(tx: &mut Tx) -> Result<Head, Fault> {
    head_of_row(store::log_fetch(tx).await?.ok_or(Fault::NoLog)?)
}

/// The head of a shard.
///
/// # Errors
/// When there is no such shard, or what is stored is not its signed head.
pub async fn head_of(tx: &mut Tx, shard: u16) -> Result<Head, Fault> {
    head_of_row(store::log_of(tx, shard).await?.ok_or(Fault::NoLog)?)
}

/// The heads of all shards, the first one first.
///
/// # Errors
/// When what is stored is not their signed heads.
pub async fn heads(tx: &mut Tx) -> Result<Vec<Head>, Fault> {
    store::log_list(tx).await?.into_iter().map(head_of_row).collect()
}

pub(crate) fn head_of_row(row: LogRow) -> Result<Head, Fault> {
    let vkey: Vkey = row.vkey.parse().map_err(|_| Fault::damaged("the log's key cannot be read"))?;
    let checkpoint =
        Checkpoint::open(&row.checkpoint, &vkey).map_err(|error| Fault::damaged(format!("checkpoint: {error}")))?;
    let LogRow { shard, closed, checkpoint: note, time_ms, .. } = row;
    Ok(Head { shard, closed, checkpoint, note, vkey, time_ms })
}

/// Puts leaves on their way into the log, in the caller's transaction: they enter it if and only if that commits.
///
/// A first event (zeros in `prev`) must have an id of its own. A later one must follow the newest event of its id, and that must
/// already be in the log, because its hash holds the time at which it entered.
///
/// # Errors
/// When a leaf may not be staged, or does not follow the newest event of its id.
pub async fn stage(tx: &mut Tx, staged: &[Staged]) -> Result<(), Fault> {
    let mut ids = HashSet::new();
    for leaf in staged {
        if leaf.kind.is_of_the_log() {
            return Err(Fault::Unstageable("in types 6, 9 and 10 the log itself speaks"));
        }
        if leaf.kind == Kind::Key && leaf.prev != ZERO {
            return Err(Fault::Unstageable("a key statement is replaced by `replace_issuer` only"));
        }
        if leaf.issuer == 0 || leaf.id == [0; 16] || leaf.auth == ZERO {
            return Err(Fault::Unstageable("issuer, id and auth may not be zeros"));
        }
        if !ids.insert(leaf.id) {
            return Err(Fault::NotNewest(Uuid::from_bytes(leaf.id)));
        }
    }
    check_not_replaced(tx, staged).await?;
    let later: Vec<&Staged> = staged.iter().filter(|leaf| leaf.prev != ZERO).collect();
    if !later.is_empty() {
        check_newest(tx, &later).await?;
    }
    for chunk in staged.chunks(STAGE_CHUNK) {
        store::staged_insert(tx, chunk).await?;
    }
    Ok(())
}

/// Puts the digest of a record that is kept apart on its way into the log, in the caller's transaction. The sequencer links it to the
/// digest before it.
///
/// # Errors
/// When the database is away.
pub async fn stage_digest(tx: &mut Tx, commitment: Hash) -> Result<(), Fault> {
    let staged = Staged { kind: Kind::Digest, issuer: 0, id: [0; 16], commitment, prev: ZERO, auth: ZERO };
    store::staged_insert(tx, &[staged]).await
}

/// Every digest of a record kept apart, in the order of the log: one a day and record, a few hundred a year.
///
/// # Errors
/// When the database is away.
pub async fn digests(tx: &mut Tx) -> Result<Vec<Located>, Fault> {
    store::digests(tx).await
}

/// The digest leaf with this commitment, once it is in the log.
///
/// # Errors
/// When the database is away.
pub async fn digest_of(tx: &mut Tx, commitment: &Hash) -> Result<Option<Located>, Fault> {
    store::digest_of(tx, commitment).await
}

/// The commitments of the digests that are on their way into the log.
///
/// # Errors
/// When the database is away.
pub async fn digests_waiting(tx: &mut Tx) -> Result<Vec<Hash>, Fault> {
    let waiting = store::staged_of(tx, &[[0; 16]]).await?;
    Ok(waiting.iter().map(|staged| staged.commitment).collect())
}

/// Old keys end with the leaf of the statement that replaces theirs: whoever replaces it waits for this transaction, and after it
/// nothing is staged under the old number any more.
async fn check_not_replaced(tx: &mut Tx, staged: &[Staged]) -> Result<(), Fault> {
    let numbers: BTreeSet<u16> = staged.iter().map(|leaf| leaf.issuer).collect();
    let numbers: Vec<u16> = numbers.into_iter().collect();
    store::issuers_share(tx, &numbers).await?;
    match store::issuer_replaced(tx, &numbers).await? {
        None => Ok(()),
        Some(_) => Err(Fault::Unstageable("the keys of the issuer have been replaced")),
    }
}

async fn check_newest(tx: &mut Tx, later: &[&Staged]) -> Result<(), Fault> {
    let ids: Vec<Id> = later.iter().map(|leaf| leaf.id).collect();
    // The lock comes in a statement of its own, so that the next ones see what the one before us committed.
    store::leaves_lock(tx, &ids).await?;
    // Staged before sequenced: a leaf that enters the log between the two statements is seen twice and not missed.
    let waiting: HashSet<Id> = store::staged_of(tx, &ids).await?.iter().map(|leaf| leaf.id).collect();
    let chains = by_id(entries(store::leaves_of(tx, &ids).await?));
    for leaf in later {
        let chain = chains.get(&leaf.id).map_or(&[][..], Vec::as_slice);
        let newest = fold(chain.iter().map(|entry| &entry.leaf))
            .and_then(|folded| folded.counted.last().map(|at| chain[*at].leaf.hash()));
        if waiting.contains(&leaf.id) || newest != Some(leaf.prev) {
            return Err(Fault::NotNewest(Uuid::from_bytes(leaf.id)));
        }
    }
    Ok(())
}

/// The leaves alone, whatever shard they stand in.
pub(crate) fn entries(located: Vec<Located>) -> Vec<Entry> {
    located.into_iter().map(|located| located.entry).collect()
}

/// Wakes whoever listens on the channel `register_staged` when this transaction commits.
///
/// # Errors
/// When the database is away.
pub async fn wake(tx: &mut Tx) -> Result<(), Fault> {
    store::staged_notify(tx).await
}

/// How many leaves are on their way into the log.
///
/// # Errors
/// When the database is away.
pub async fn waiting(tx: &mut Tx) -> Result<u64, Fault> {
    store::staged_count(tx).await
}

/// The events on one id: those in the log in its order, then those on their way.
///
/// # Errors
/// When the database is away.
pub async fn events(tx: &mut Tx, id: &Id) -> Result<Vec<Event>, Fault> {
    // Staged first, see `check_newest`; whatever arrived in between is then left out of the second list.
    let waiting = store::staged_of(tx, &[*id]).await?;
    let entries = store::leaves_of(tx, &[*id]).await?;
    let arrived =
        |staged: &Staged| entries.iter().any(|entry| entry.leaf.auth == staged.auth && entry.leaf.prev == staged.prev);
    let still: Vec<Event> = waiting
        .iter()
        .filter(|staged| !arrived(staged))
        .map(|staged| Event { kind: staged.kind, entry: None })
        .collect();
    let sequenced = entries.iter().map(|entry| Event { kind: entry.leaf.kind, entry: Some(*entry) });
    Ok(sequenced.chain(still).collect())
}

/// The type 1 leaf of each id, in the order asked for; `None` where it is not in the log.
///
/// # Errors
/// When the database is away.
pub async fn locate(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Option<Located>>, Fault> {
    let mut found = HashMap::with_capacity(ids.len());
    for entry in store::leaves_of(tx, ids).await? {
        if entry.leaf.kind == Kind::Issue {
            found.entry(entry.leaf.id).or_insert(entry);
        }
    }
    Ok(ids.iter().map(|id| found.get(id).copied()).collect())
}

/// The audit path of leaf `index` in a tree.
///
/// # Errors
/// When the leaf lies outside the tree, or the tree is none of this log.
pub async fn inclusion(tx: &mut Tx, tree: &Tree, index: u64) -> Result<Vec<Hash>, Fault> {
    Ok(inclusions(tx, tree, &[index]).await?.remove(0))
}

/// The audit paths of many leaves in a tree, in the order asked for. Leaves near each other share their tiles: ask for neighbours together.
///
/// # Errors
/// When a leaf lies outside the tree, or the tree is none of this log.
pub async fn inclusions(tx: &mut Tx, tree: &Tree, indices: &[u64]) -> Result<Vec<Vec<Hash>>, Fault> {
    let mut paths = Vec::with_capacity(indices.len());
    for chunk in indices.chunks(PROOF_CHUNK) {
        let spans = chunk.iter().map(|index| inclusion_spans(*index, tree.size)).collect::<Result<Vec<_>, _>>()?;
        let tiles = kept::tiles(tx, tree, spans.iter().flatten().flat_map(nodes_of).map(tile_for)).await?;
        for spans in &spans {
            paths.push(prove(spans, &|node| tiles.hash(node))?);
        }
    }
    Ok(paths)
}

/// The proof that the tree of `size` leaves begins with that of `old` leaves; empty where there is nothing to prove.
///
/// # Errors
/// When a size lies outside the log.
pub async fn consistency(tx: &mut Tx, shard: u16, old: u64, size: u64) -> Result<Vec<Hash>, Fault> {
    within(tx, shard, size).await?;
    if old == 0 || old == size {
        return Ok(Vec::new());
    }
    let spans = consistency_spans(old, size)?;
    let wanted: BTreeSet<_> = spans.iter().flat_map(nodes_of).map(tile_for).collect();
    let tiles = tile_set(tx, shard, &wanted.into_iter().collect::<Vec<_>>()).await?;
    Ok(prove(&spans, &|node| tiles.hash(node))?)
}

pub(crate) async fn within(tx: &mut Tx, shard: u16, size: u64) -> Result<(), Fault> {
    let present = store::log_of(tx, shard).await?.ok_or(Fault::NoLog)?.size;
    if size > present { Err(TreeError::Outside(size, present).into()) } else { Ok(()) }
}

pub(crate) async fn tile_set(tx: &mut Tx, shard: u16, wanted: &[(u8, u64)]) -> Result<TileSet, Fault> {
    let mut tiles = TileSet::default();
    for (level, n, bytes) in store::tiles_fetch(tx, shard, wanted).await? {
        let hashes = split_hashes(&bytes).ok_or_else(|| Fault::damaged(format!("tile {n} of level {level}")))?;
        tiles.insert(level, n, hashes);
    }
    Ok(tiles)
}

/// The key statement with this number, and where it stands in the running shard.
///
/// # Errors
/// When what is stored is not a key statement.
pub async fn issuer(tx: &mut Tx, number: u16) -> Result<Option<Issuer>, Fault> {
    let Some(row) = store::issuer_fetch(tx, number).await? else { return Ok(None) };
    Ok(Some(issuer_of_row(tx, row, None).await?))
}

/// The key statement with this number, and where it stands in a shard.
///
/// # Errors
/// When what is stored is not a key statement.
pub async fn issuer_in(tx: &mut Tx, shard: u16, number: u16) -> Result<Option<Issuer>, Fault> {
    let Some(row) = store::issuer_fetch(tx, number).await? else { return Ok(None) };
    Ok(Some(issuer_of_row(tx, row, Some(shard)).await?))
}

/// The newest key statement of an agency.
///
/// # Errors
/// When what is stored is not a key statement.
pub async fn issuer_of(tx: &mut Tx, agency: &str) -> Result<Option<Issuer>, Fault> {
    let Some(row) = store::issuer_newest_of(tx, agency).await? else { return Ok(None) };
    Ok(Some(issuer_of_row(tx, row, None).await?))
}

/// The key statements in the order of their numbers, at most `limit` after the first `offset`, and how many there are in all.
///
/// # Errors
/// When what is stored is not a key statement.
pub async fn issuers(tx: &mut Tx, offset: u16, limit: u16) -> Result<(Vec<Issuer>, u16), Fault> {
    issuers_in(tx, None, offset, limit).await
}

/// The same, with their places in one shard; without one, in the newest that has them.
pub(crate) async fn issuers_in(
    tx: &mut Tx,
    shard: Option<u16>,
    offset: u16,
    limit: u16,
) -> Result<(Vec<Issuer>, u16), Fault> {
    let (rows, found) = store::issuer_page(tx, offset, limit).await?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut entries: HashMap<u16, Located> = HashMap::new();
    let of = |entry: &Located| entry.leaf.kind == Kind::Key && shard.is_none_or(|shard| entry.shard == shard);
    for entry in store::leaves_of(tx, &ids).await?.into_iter().filter(of) {
        entries.insert(entry.leaf.issuer, entry);
    }
    let issuer = |row: IssuerRow| {
        let statement = parsed(&row)?;
        Ok(Issuer { statement, signature: row.signature, entry: entries.get(&row.number).copied() })
    };
    Ok((rows.into_iter().map(issuer).collect::<Result<_, Fault>>()?, found))
}

/// The key statements that replaced those of these numbers, under the number they replaced.
///
/// # Errors
/// When what is stored is not a key statement.
pub async fn replacements(tx: &mut Tx, numbers: &[u16]) -> Result<BTreeMap<u16, Statement>, Fault> {
    let mut found = BTreeMap::new();
    for row in store::issuer_later(tx, numbers).await? {
        let statement = parsed(&row)?;
        if let Some(old) = statement.replaces {
            found.insert(old.issuer, statement);
        }
    }
    Ok(found)
}

pub(crate) fn parsed(row: &IssuerRow) -> Result<Statement, Fault> {
    Statement::parse(&row.statement).map_err(|error| Fault::damaged(format!("key statement {}: {error}", row.number)))
}

async fn issuer_of_row(tx: &mut Tx, row: IssuerRow, shard: Option<u16>) -> Result<Issuer, Fault> {
    let statement = parsed(&row)?;
    let leaves = store::leaves_of(tx, &[row.id]).await?;
    let of = |entry: &&Located| entry.leaf.kind == Kind::Key && entry.leaf.issuer == row.number;
    let entry = leaves.iter().filter(of).rfind(|entry| shard.is_none_or(|shard| entry.shard == shard)).copied();
    Ok(Issuer { statement, signature: row.signature, entry })
}

/// How many leaves say that an order was issued, those on their way included.
///
/// # Errors
/// When the database is away.
pub async fn issues(tx: &mut Tx) -> Result<u64, Fault> {
    store::issue_count(tx).await
}

/// The leaf of the newest status snapshot of a shard, if one was taken.
///
/// # Errors
/// When the database is away.
pub async fn newest_status(tx: &mut Tx, shard: u16) -> Result<Option<Entry>, Fault> {
    let Some(row) = status_fetch(tx, shard).await? else { return Ok(None) };
    Ok(store::leaves_at(tx, shard, &[row.index]).await?.pop())
}
