//! What the tiles alone do not tell a verifier without a network: `pack.json` (docs/verification.md, section 11).

use crate::{error::Fault, log, witness};
use db::Tx;
use tlog::{
    leaf::Entry,
    pack::{PackIndex, PackIssuer, Placed},
};

/// Its name.
pub(crate) const FILE: &str = tlog::pack::INDEX_FILE;

/// The file of this moment, for the newest checkpoint that enough witnesses cosigned. What entered the log after it is left
/// out. `None` before the first is.
pub(crate) async fn index(tx: &mut Tx, shard: u16) -> Result<Option<PackIndex>, Fault> {
    let head = witness::provable_of(tx, shard).await?;
    let size = head.checkpoint.size;
    if head.note.is_empty() {
        return Ok(None);
    }
    let (issuers, _) = log::issuers_in(tx, Some(shard), 0, u16::MAX).await?;
    let status = log::newest_status(tx, shard).await?.filter(|entry| entry.index < size);
    let keys: Vec<_> = issuers
        .into_iter()
        .filter_map(|issuer| Some((issuer.entry.filter(|entry| entry.index < size)?.entry, issuer)))
        .collect();
    let entries: Vec<Entry> = keys.iter().map(|(entry, _)| *entry).chain(status).collect();
    let indices: Vec<u64> = entries.iter().map(|entry| entry.index).collect();
    let paths = log::inclusions(tx, &head.tree(), &indices).await?;
    let mut placed =
        entries.into_iter().zip(paths).map(|(Entry { index, leaf }, inclusion)| Placed { leaf, index, inclusion });
    let issuers = keys
        .into_iter()
        .zip(&mut placed)
        .map(|((_, issuer), placed)| PackIssuer { statement: issuer.statement, signature: issuer.signature, placed })
        .collect();
    Ok(Some(PackIndex { checkpoint: head.note, issuers, status: placed.next() }))
}

/// The pack of this moment, if the one that is `published` lacks a key statement or a status snapshot that it has. What is published is
/// looked at itself: the snapshot of a checkpoint can be shown only once witnesses have seen it, and that is after the checkpoint.
pub(crate) async fn newer_than(tx: &mut Tx, shard: u16, published: Option<&[u8]>) -> Result<Option<PackIndex>, Fault> {
    let Some(index) = index(tx, shard).await? else { return Ok(None) };
    let there = published.and_then(|bytes| std::str::from_utf8(bytes).ok()).and_then(PackIndex::parse);
    let holds = |pack: &PackIndex| (pack.issuers.len(), pack.status.as_ref().map(|placed| placed.index));
    // One with an older snapshot does not stay either: the status file of that one has been written over.
    Ok(there.is_none_or(|there| holds(&there) != holds(&index)).then_some(index))
}
