//! What the tiles alone do not tell a verifier without a network: `pack.json` (docs/verification.md, section 11).

use crate::{error::Fault, log, store, witness};
use db::Tx;
use tlog::{
    leaf::Entry,
    pack::{PackIndex, PackIssuer, Placed},
};

/// Its name.
pub(crate) const FILE: &str = tlog::pack::INDEX_FILE;

/// The file of this moment, for the newest checkpoint that enough witnesses cosigned. What entered the log after it is left
/// out. `None` before the first is.
pub(crate) async fn index(tx: &mut Tx) -> Result<Option<PackIndex>, Fault> {
    let head = witness::provable(tx).await?;
    let size = head.checkpoint.size;
    if head.note.is_empty() {
        return Ok(None);
    }
    let (issuers, _) = log::issuers(tx, 0, u16::MAX).await?;
    let status = log::newest_status(tx).await?.filter(|entry| entry.index < size);
    let keys: Vec<_> = issuers
        .into_iter()
        .filter_map(|issuer| Some((issuer.entry.filter(|entry| entry.index < size)?, issuer)))
        .collect();
    let entries: Vec<Entry> = keys.iter().map(|(entry, _)| *entry).chain(status).collect();
    let indices: Vec<u64> = entries.iter().map(|entry| entry.index).collect();
    let paths = log::inclusions(tx, &indices, size).await?;
    let mut placed =
        entries.into_iter().zip(paths).map(|(Entry { index, leaf }, inclusion)| Placed { leaf, index, inclusion });
    let issuers = keys
        .into_iter()
        .zip(&mut placed)
        .map(|((_, issuer), placed)| PackIssuer { statement: issuer.statement, signature: issuer.signature, placed })
        .collect();
    Ok(Some(PackIndex { checkpoint: head.note, issuers, status: placed.next() }))
}

/// Whether a pack made for a log of `from` leaves lacks a key statement or a status snapshot that the log has now.
pub(crate) async fn is_due(tx: &mut Tx, from: u64) -> Result<bool, Fault> {
    Ok(from == 0 || store::status_fetch(tx).await?.is_some_and(|newest| newest.index >= from))
}
