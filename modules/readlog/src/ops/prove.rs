//! What a person can take away: the proof that an entry about them is under its day's digest, and that in the register.

use crate::canon::{b64u, day_commitment, day_statement, entry_hash, jcs, statement, subject_hashes, subject_salt};
use crate::error::Error;
use crate::model::{Entry, ReadId};
use crate::store;
use db::Db;
use kernel::PersonId;
use serde_json::json;
use tlog::hash::Hash;
use tlog::tile::split_hashes;
use tlog::tree::{Node, inclusion_spans, node_hash, prove};

/// Whether there is a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The entry's day is not over, or its digest is not in the register yet.
    NotYet,
    /// The file `renshi-read-proof/1`.
    Ready(String),
}

/// The proof of an entry for one of the persons it is about; none if it is about others or does not exist.
///
/// # Errors
/// When the database is away, or what is stored does not fit together.
pub async fn proof_of(db: &Db, person: PersonId, id: ReadId) -> Result<Option<Proof>, Error> {
    let Some(entry) = store::entry_fetch(db, id).await?.filter(|entry| entry.subjects.contains(&person)) else {
        return Ok(None);
    };
    let mut tx = db.begin().await?;
    store::freeze(&mut tx).await?;
    let Some((count, root)) = store::day_fetch(&mut tx, entry.read_on).await?.and_then(|day| day.digest) else {
        return Ok(Some(Proof::NotYet));
    };
    let commitment = day_commitment(entry.read_on, count, &root);
    let Some(leaf) = register::log::digest_of(&mut tx, &commitment).await? else { return Ok(Some(Proof::NotYet)) };
    let head = register::witness::provable_of(&mut tx, leaf.shard).await?;
    if !leaf.is_in(&head) {
        return Ok(Some(Proof::NotYet));
    }
    let inclusion = register::log::inclusion(&mut tx, &head.tree(), leaf.index).await?;
    let tiles = store::tiles_of_day(&mut tx, entry.read_on).await?;
    tx.commit().await?;
    let damaged = || Error::Damaged(id.0);
    let at = tiles.iter().flat_map(|tile| &tile.entries).position(|no| *no == id.0).ok_or_else(damaged)?;
    let hashes: Option<Vec<Vec<Hash>>> = tiles.iter().map(|tile| split_hashes(&tile.hashes)).collect();
    let hashes = hashes.ok_or_else(damaged)?.concat();
    if hashes.get(at) != Some(&entry_hash(&entry)) {
        return Err(damaged());
    }
    let (who, among) = subject_path(&entry, person).ok_or_else(damaged)?;
    let texts = |path: Vec<Hash>| path.iter().map(|hash| b64u(hash)).collect::<Vec<_>>();
    Ok(Some(Proof::Ready(jcs(&json!({
        "checkpoint": head.note,
        "day": day_statement(entry.read_on, count, &root),
        "entry": statement(&entry),
        "format": "renshi-read-proof/1",
        "inclusion": texts(inclusion),
        "index": at,
        "leaf": b64u(&leaf.leaf.encode()),
        "leaf_index": leaf.index,
        "path": texts(path_of(&hashes, at).ok_or_else(damaged)?),
        "person": person.0,
        "person_index": who,
        "person_path": texts(among),
        "person_salt": b64u(&subject_salt(&entry, person)),
    })))))
}

fn subject_path(entry: &Entry, person: PersonId) -> Option<(usize, Vec<Hash>)> {
    let hashes = subject_hashes(entry);
    let at = hashes.iter().position(|(_, who)| *who == person)?;
    let hashes: Vec<Hash> = hashes.into_iter().map(|(hash, _)| hash).collect();
    Some((at, path_of(&hashes, at)?))
}

/// The audit path of one of these leaf hashes.
fn path_of(hashes: &[Hash], at: usize) -> Option<Vec<Hash>> {
    let mut levels = vec![hashes.to_vec()];
    while let Some(below) = levels.last().filter(|below| below.len() > 1) {
        let above = below.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
        levels.push(above);
    }
    let read = |node: Node| levels.get(usize::from(node.level))?.get(usize::try_from(node.index).ok()?).copied();
    let spans = inclusion_spans(at as u64, hashes.len() as u64).ok()?;
    prove(&spans, &read).ok()
}
