//! The statements of erasure, as rows.

use crate::{error::Fault, store::numbered};
use db::{Tx, Uuid, query, query_scalar};
use tlog::{erasure::Erasure, leaf::Id};

pub(super) async fn insert(tx: &mut Tx, erasure: &Erasure) -> Result<(), Fault> {
    query("INSERT INTO register.erasure (id, commitment, statement) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(Uuid::from_bytes(erasure.id))
        .bind(erasure.commitment().as_slice())
        .bind(erasure.canonical())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn fetch(tx: &mut Tx, id: &Id) -> Result<Option<String>, Fault> {
    let found = query_scalar("SELECT statement FROM register.erasure WHERE id = $1").bind(Uuid::from_bytes(*id));
    Ok(found.fetch_optional(&mut **tx).await?)
}

pub(super) async fn fetch_logged(tx: &mut Tx, shard: u16, id: &Id) -> Result<Option<String>, Fault> {
    let found = query_scalar(
        "SELECT e.statement FROM register.erasure e WHERE e.id = $1 AND EXISTS (SELECT FROM register.leaf l \
         WHERE l.id = e.id AND l.kind = 8 AND l.commitment = e.commitment AND l.shard = $2)",
    )
    .bind(Uuid::from_bytes(*id))
    .bind(numbered(shard));
    Ok(found.fetch_optional(&mut **tx).await?)
}

pub(super) async fn list_logged(tx: &mut Tx, shard: u16) -> Result<Vec<Id>, Fault> {
    let ids: Vec<Uuid> = query_scalar(
        "SELECT e.id FROM register.erasure e WHERE EXISTS (SELECT FROM register.leaf l \
         WHERE l.id = e.id AND l.kind = 8 AND l.commitment = e.commitment AND l.shard = $1) ORDER BY e.id",
    )
    .bind(numbered(shard))
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().map(Uuid::into_bytes).collect())
}

/// Every id with a type 8 leaf, whether or not the leaf counts.
pub(super) async fn candidates(tx: &mut Tx) -> Result<Vec<Id>, Fault> {
    let ids: Vec<Uuid> =
        query_scalar("SELECT DISTINCT id FROM register.leaf WHERE kind = 8 ORDER BY id").fetch_all(&mut **tx).await?;
    Ok(ids.into_iter().map(Uuid::into_bytes).collect())
}
