//! How a checkpoint that somebody else holds stands to the log in this database.
//!
//! A database that was restored from an older copy looks whole and is not: others have seen more. Signing on from there would fork
//! the log. So whoever holds a checkpoint of ours (a published folder, a mirror, a witness) is asked before anything is signed.

use crate::{error::Fault, log};
use db::Tx;
use std::collections::BTreeSet;
use tlog::{
    checkpoint::Checkpoint,
    hash::Hash,
    tile::tile_for,
    tree::{nodes_of, span_hash},
};

/// How the log of another stands to ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It ends at this size, and ours begins with it.
    Behind(u64),
    /// It is ours.
    Same,
    /// It has more leaves than ours: our database is not the newest.
    Ahead(u64),
    /// At this size it is another log, signed with our key.
    Forked(u64),
}

impl Standing {
    /// Whether signing on would fork the log.
    #[must_use]
    pub const fn is_dangerous(self) -> bool {
        matches!(self, Self::Ahead(_) | Self::Forked(_))
    }
}

/// How a signed note of our log stands to the log in this database. Cosignatures on it do not matter.
///
/// # Errors
/// [`Fault::NotOurs`] when it is not a checkpoint signed by our key; when the database is away.
pub async fn standing(tx: &mut Tx, note: &str) -> Result<Standing, Fault> {
    let not_ours = |error: &dyn ToString| Fault::NotOurs(error.to_string());
    let origin = Checkpoint::read_unverified(note).map_err(|error| not_ours(&error))?.origin;
    let head = log::heads(tx).await?.into_iter().find(|head| head.checkpoint.origin == origin);
    let head = head.ok_or_else(|| not_ours(&"it is of another log"))?;
    let theirs = Checkpoint::open(note, &head.vkey).map_err(|error| not_ours(&error))?;
    let ours = &head.checkpoint;
    if theirs.size > ours.size {
        return Ok(Standing::Ahead(theirs.size));
    }
    if root_at(tx, head.shard, theirs.size).await? != theirs.root {
        return Ok(Standing::Forked(theirs.size));
    }
    Ok(if theirs.size == ours.size { Standing::Same } else { Standing::Behind(theirs.size) })
}

/// The root of the tree of the first `size` leaves of a shard, from the tiles.
///
/// # Errors
/// When a tile is missing.
pub async fn root_at(tx: &mut Tx, shard: u16, size: u64) -> Result<Hash, Fault> {
    let span = 0..size;
    let wanted: BTreeSet<(u8, u64)> = nodes_of(&span).into_iter().map(tile_for).collect();
    let tiles = log::tile_set(tx, shard, &wanted.into_iter().collect::<Vec<_>>()).await?;
    Ok(span_hash(&span, &|node| tiles.hash(node))?)
}
