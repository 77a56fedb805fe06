//! The SQL of what a shard says of itself: its newest snapshot and its key events.

use crate::{
    error::Fault,
    store::{hash, numbered, signed, whole},
};
use db::{Tx, query, query_as, query_scalar};
use tlog::hash::Hash;

/// The newest snapshot as stored; the bits are fetched only where they are needed.
#[derive(Clone, Debug)]
pub(crate) struct StatusRow {
    pub index: u64,
    pub time_ms: u64,
    pub leaf_hash: Hash,
}

pub(crate) async fn status_fetch(tx: &mut Tx, shard: u16) -> Result<Option<StatusRow>, Fault> {
    let row: Option<(i64, i64, Vec<u8>)> =
        query_as("SELECT idx, time_ms, leaf_hash FROM register.status WHERE shard = $1")
            .bind(numbered(shard))
            .fetch_optional(&mut **tx)
            .await?;
    row.map(|(index, time_ms, leaf_hash)| {
        Ok(StatusRow { index: whole(index)?, time_ms: whole(time_ms)?, leaf_hash: hash(&leaf_hash)? })
    })
    .transpose()
}

/// The file as it is served.
pub(crate) async fn status_file(tx: &mut Tx, shard: u16) -> Result<Option<Vec<u8>>, Fault> {
    let file = query_scalar("SELECT bits FROM register.status WHERE shard = $1").bind(numbered(shard));
    Ok(file.fetch_optional(&mut **tx).await?)
}

pub(crate) async fn status_replace(tx: &mut Tx, shard: u16, row: &StatusRow, file: &[u8]) -> Result<(), Fault> {
    query(
        "INSERT INTO register.status (idx, time_ms, leaf_hash, bits, shard) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (shard) \
         DO UPDATE SET idx = excluded.idx, time_ms = excluded.time_ms, leaf_hash = excluded.leaf_hash, bits = excluded.bits",
    )
    .bind(signed(row.index))
    .bind(signed(row.time_ms))
    .bind(row.leaf_hash.as_slice())
    .bind(file)
    .bind(numbered(shard))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps what a key event of the log says.
pub(crate) async fn key_event_insert(tx: &mut Tx, shard: u16, index: u64, statement: &str) -> Result<(), Fault> {
    query("INSERT INTO register.key_event (shard, idx, statement) VALUES ($1, $2, $3)")
        .bind(numbered(shard))
        .bind(signed(index))
        .bind(statement)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The key events of a shard, in the order of its log: index and statement.
pub(crate) async fn key_events(tx: &mut Tx, shard: u16) -> Result<Vec<(u64, String)>, Fault> {
    let rows: Vec<(i64, String)> =
        query_as("SELECT idx, statement FROM register.key_event WHERE shard = $1 ORDER BY idx")
            .bind(numbered(shard))
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(|(index, statement)| Ok((whole(index)?, statement))).collect()
}
