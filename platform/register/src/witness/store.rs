//! The SQL of witnesses.

use crate::error::Fault;
use crate::store::numbered;
use db::{Tx, query, query_as, query_scalar};

/// PostgreSQL's form of a size or a time.
fn signed(value: u64) -> i64 {
    i64::try_from(value).expect("2^63 leaves or seconds are out of reach")
}

fn whole(value: i64) -> Result<u64, Fault> {
    u64::try_from(value).map_err(|_| Fault::damaged(format!("{value} is negative")))
}

pub(crate) async fn policy_fetch(tx: &mut Tx, shard: u16) -> Result<Option<String>, Fault> {
    let policy = query_scalar("SELECT policy FROM register.policy WHERE shard = $1").bind(numbered(shard));
    Ok(policy.fetch_optional(&mut **tx).await?)
}

pub(crate) async fn policy_replace(tx: &mut Tx, shard: u16, policy: &str) -> Result<(), Fault> {
    query(
        "INSERT INTO register.policy (policy, shard) VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE SET policy = excluded.policy",
    )
        .bind(policy)
        .bind(numbered(shard))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What is stored of a witness.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WitnessRow {
    pub vkey: String,
    pub size: u64,
    pub signed: Option<(u64, u64)>,
    pub asked_at: Option<u64>,
    pub fault: Option<String>,
}

type WitnessTuple = (String, i64, Option<i64>, Option<i64>, Option<i64>, Option<String>);

pub(crate) async fn witness_list(tx: &mut Tx, shard: u16) -> Result<Vec<WitnessRow>, Fault> {
    let rows: Vec<WitnessTuple> =
        query_as("SELECT vkey, size, signed_size, signed_at, asked_at, fault FROM register.witness WHERE shard = $1")
            .bind(numbered(shard))
            .fetch_all(&mut **tx)
            .await?;
    let row = |(vkey, size, signed_size, signed_at, asked_at, fault): WitnessTuple| {
        let signed = match signed_size.zip(signed_at) {
            Some((size, at)) => Some((whole(size)?, whole(at)?)),
            None => None,
        };
        Ok(WitnessRow { vkey, size: whole(size)?, signed, asked_at: asked_at.map(whole).transpose()?, fault })
    };
    rows.into_iter().map(row).collect()
}

/// Notes how a question went. `size` is what the witness told, if it told anything.
pub(crate) async fn witness_note(
    tx: &mut Tx,
    shard: u16,
    vkey: &str,
    size: Option<u64>,
    at: u64,
    fault: Option<&str>,
) -> Result<(), Fault> {
    query(
        "INSERT INTO register.witness AS w (vkey, size, asked_at, fault, shard) VALUES ($1, coalesce($2, 0), $3, $4, $5) \
         ON CONFLICT (shard, vkey) DO UPDATE SET size = coalesce($2, w.size), asked_at = $3, fault = $4",
    )
    .bind(vkey)
    .bind(size.map(signed))
    .bind(signed(at))
    .bind(fault)
    .bind(numbered(shard))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A cosignature of the checkpoint of one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cosigned {
    pub vkey: String,
    pub at: u64,
    pub line: String,
}

pub(crate) async fn cosignatures(tx: &mut Tx, shard: u16, size: u64) -> Result<Vec<Cosigned>, Fault> {
    let rows: Vec<(String, i64, String)> =
        query_as("SELECT vkey, at, line FROM register.cosignature WHERE shard = $2 AND size = $1 ORDER BY vkey")
            .bind(signed(size))
            .bind(numbered(shard))
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(|(vkey, at, line)| Ok(Cosigned { vkey, at: whole(at)?, line })).collect()
}

/// Keeps a cosignature, of two by one witness the later.
pub(crate) async fn cosignature_keep(tx: &mut Tx, shard: u16, size: u64, new: &Cosigned) -> Result<(), Fault> {
    query(
        "INSERT INTO register.cosignature AS c (size, vkey, at, line, shard) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (shard, size, vkey) \
         DO UPDATE SET at = excluded.at, line = excluded.line WHERE c.at < excluded.at",
    )
    .bind(signed(size))
    .bind(&new.vkey)
    .bind(signed(new.at))
    .bind(&new.line)
    .bind(numbered(shard))
    .execute(&mut **tx)
    .await?;
    query(
        "INSERT INTO register.witness AS w (vkey, size, signed_size, signed_at, shard) VALUES ($2, $1, $1, $3, $4) \
         ON CONFLICT (shard, vkey) DO UPDATE SET size = greatest(w.size, $1), signed_size = $1, signed_at = $3 WHERE coalesce(w.signed_at, 0) <= $3",
    )
    .bind(signed(size))
    .bind(&new.vkey)
    .bind(signed(new.at))
    .bind(numbered(shard))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) async fn witnessed_fetch(tx: &mut Tx, shard: u16) -> Result<Option<(u64, String)>, Fault> {
    let row: Option<(i64, String)> = query_as("SELECT size, note FROM register.witnessed WHERE shard = $1")
        .bind(numbered(shard))
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|(size, note)| Ok((whole(size)?, note))).transpose()
}

/// Moves the newest witnessed checkpoint on; a smaller one changes nothing. Cosignatures below it have done their work.
pub(crate) async fn witnessed_advance(tx: &mut Tx, shard: u16, size: u64, note: &str) -> Result<(), Fault> {
    query(
        "INSERT INTO register.witnessed AS w (size, note, shard) VALUES ($1, $2, $3) ON CONFLICT (shard) \
         DO UPDATE SET size = excluded.size, note = excluded.note WHERE w.size <= excluded.size",
    )
    .bind(signed(size))
    .bind(note)
    .bind(numbered(shard))
    .execute(&mut **tx)
    .await?;
    query(
        "DELETE FROM register.cosignature WHERE shard = $1 AND size < (SELECT size FROM register.witnessed WHERE shard = $1)",
    )
        .bind(numbered(shard))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn witnessed_forget(tx: &mut Tx, shard: u16) -> Result<(), Fault> {
    query("DELETE FROM register.witnessed WHERE shard = $1").bind(numbered(shard)).execute(&mut **tx).await?;
    Ok(())
}

pub(crate) async fn refusal_fetch(tx: &mut Tx) -> Result<Option<(u64, String, String)>, Fault> {
    let row: Option<(i64, String, String)> =
        query_as("SELECT at, zh, en FROM register.refusal").fetch_optional(&mut **tx).await?;
    row.map(|(at, zh, en)| Ok((whole(at)?, zh, en))).transpose()
}

/// Stores why nothing may be signed; the first moment stays.
pub(crate) async fn refusal_put(tx: &mut Tx, at: u64, zh: &str, en: &str) -> Result<(), Fault> {
    query(
        "INSERT INTO register.refusal (at, zh, en) VALUES ($1, $2, $3) ON CONFLICT (the_only) \
         DO UPDATE SET zh = excluded.zh, en = excluded.en",
    )
    .bind(signed(at))
    .bind(zh)
    .bind(en)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) async fn refusal_lift(tx: &mut Tx) -> Result<(), Fault> {
    query("DELETE FROM register.refusal").execute(&mut **tx).await?;
    Ok(())
}

/// A refusal that was lifted by hand: since when it was, what it said, when it was lifted, why.
type LiftedTuple = (i64, String, i64, String);

pub(crate) async fn lifted_insert(
    tx: &mut Tx,
    refused_at: u64,
    en: &str,
    lifted_at: u64,
    reason: &str,
) -> Result<(), Fault> {
    query("INSERT INTO register.lifted (refused_at, en, lifted_at, reason) VALUES ($1, $2, $3, $4)")
        .bind(signed(refused_at))
        .bind(en)
        .bind(signed(lifted_at))
        .bind(reason)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The newest first.
pub(crate) async fn lifted_list(tx: &mut Tx) -> Result<Vec<(u64, String, u64, String)>, Fault> {
    let rows: Vec<LiftedTuple> =
        query_as("SELECT refused_at, en, lifted_at, reason FROM register.lifted ORDER BY no DESC")
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(|(from, en, at, reason)| Ok((whole(from)?, en, whole(at)?, reason))).collect()
}
