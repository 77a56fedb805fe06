//! Erasures: the leaf by which an authority says that it destroyed what an order says, and the public statement it commits to.

mod store;

use crate::{
    error::Fault,
    log::{self, Staged},
};
use db::Tx;
use tlog::{
    erasure::Erasure,
    leaf::{Id, Kind, Leaf},
    state::fold,
};

/// Stages the type 8 leaf of an order and keeps the statement it commits to, in the caller's transaction.
///
/// # Errors
/// When the leaf is not that of the statement, or may not be staged (see [`log::stage`]).
pub async fn stage(tx: &mut Tx, staged: Staged, erasure: &Erasure) -> Result<(), Fault> {
    let fits = staged.kind == Kind::Erasure && staged.id == erasure.id && staged.commitment == erasure.commitment();
    if !fits {
        return Err(Fault::Unstageable("the leaf is not that of the erasure"));
    }
    log::stage(tx, &[staged]).await?;
    store::insert(tx, erasure).await
}

/// What was said of the erasure of an order, whether or not its leaf is in the log yet.
///
/// # Errors
/// When what is stored is not a statement, or the database is away.
pub async fn statement(tx: &mut Tx, id: &Id) -> Result<Option<Erasure>, Fault> {
    let Some(text) = store::fetch(tx, id).await? else { return Ok(None) };
    Erasure::parse(&text).map(Some).ok_or_else(|| Fault::damaged("an erasure statement does not read back".to_owned()))
}

/// The orders of which the log says that they were erased: a type 8 leaf under their id counts.
///
/// # Errors
/// When the database is away.
pub async fn erased(tx: &mut Tx) -> Result<Vec<Id>, Fault> {
    let mut erased = Vec::new();
    for id in store::candidates(tx).await? {
        if is_erased(tx, &id).await? {
            erased.push(id);
        }
    }
    Ok(erased)
}

/// Whether a type 8 leaf of this order is in the log and counts.
///
/// # Errors
/// When the database is away.
pub async fn is_erased(tx: &mut Tx, id: &Id) -> Result<bool, Fault> {
    let leaves: Vec<Leaf> =
        log::events(tx, id).await?.into_iter().filter_map(|event| event.entry).map(|entry| entry.leaf).collect();
    let counted = fold(leaves.iter()).map(|folded| folded.counted).unwrap_or_default();
    Ok(counted.into_iter().any(|at| leaves[at].kind == Kind::Erasure))
}

/// The public file about an order, in the shard of the erasure and not of the order. It is served once its leaf is in the log: before
/// that nobody could check it.
pub(crate) async fn file(tx: &mut Tx, shard: u16, id: &Id) -> Result<Option<String>, Fault> {
    store::fetch_logged(tx, shard, id).await
}

/// The orders about which a file is served in this shard.
pub(crate) async fn files(tx: &mut Tx, shard: u16) -> Result<Vec<Id>, Fault> {
    store::list_logged(tx, shard).await
}

/// Keeps a statement that came with a copy of the log.
pub(crate) async fn keep(tx: &mut Tx, erasure: &Erasure) -> Result<(), Fault> {
    store::insert(tx, erasure).await
}
