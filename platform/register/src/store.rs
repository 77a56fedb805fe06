//! The register's SQL.

use crate::{
    error::Fault,
    log::{Located, Staged},
};
use db::{AssertSqlSafe, Tx, Uuid, query, query_as, query_scalar};
use tlog::{
    hash::{Hash, ZERO},
    leaf::{Entry, Id, Kind, Leaf},
};

/// The head of a shard as stored.
#[derive(Clone, Debug)]
pub(crate) struct LogRow {
    pub shard: u16,
    pub closed: bool,
    pub origin: String,
    pub vkey: String,
    pub size: u64,
    pub root: Hash,
    pub time_ms: u64,
    pub checkpoint: String,
}

type LogTuple = (i16, bool, String, String, i64, Vec<u8>, i64, String);

fn log_row((shard, closed, origin, vkey, size, root, time_ms, checkpoint): LogTuple) -> Result<LogRow, Fault> {
    let (shard, size, root, time_ms) = (number(shard)?, whole(size)?, hash(&root)?, whole(time_ms)?);
    Ok(LogRow { shard, closed, origin, vkey, size, root, time_ms, checkpoint })
}

/// The number of a shard, from PostgreSQL's form.
fn number(shard: i16) -> Result<u16, Fault> {
    u16::try_from(shard).map_err(|_| Fault::damaged(format!("shard {shard}")))
}

/// PostgreSQL's form of the number of a shard.
pub(crate) fn numbered(shard: u16) -> i16 {
    i16::try_from(shard).expect("shards are years, and 2^15 of them are out of reach")
}

/// A whole number that the schema keeps from being negative.
pub(crate) fn whole(value: i64) -> Result<u64, Fault> {
    u64::try_from(value).map_err(|_| Fault::damaged(format!("{value} is negative")))
}

/// PostgreSQL's form of a size, an index or a time.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).expect("2^63 leaves or milliseconds are out of reach")
}

pub(crate) fn hash(bytes: &[u8]) -> Result<Hash, Fault> {
    bytes.try_into().map_err(|_| Fault::damaged(format!("a hash of {} bytes", bytes.len())))
}

fn or_null(hash: &Hash) -> Option<&[u8]> {
    (*hash != ZERO).then_some(hash.as_slice())
}

pub(crate) async fn log_insert(tx: &mut Tx, row: &LogRow) -> Result<bool, Fault> {
    let done = query(
        "INSERT INTO register.log (origin, vkey, size, root, time_ms, checkpoint, shard) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT DO NOTHING",
    )
    .bind(&row.origin)
    .bind(&row.vkey)
    .bind(signed(row.size))
    .bind(row.root.as_slice())
    .bind(signed(row.time_ms))
    .bind(&row.checkpoint)
    .bind(numbered(row.shard))
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

const LOGS: &str = "SELECT shard, closed, origin, vkey, size, root, time_ms, checkpoint FROM register.log";

/// The head of the running shard.
pub(crate) async fn log_fetch(tx: &mut Tx) -> Result<Option<LogRow>, Fault> {
    let text = format!("{LOGS} ORDER BY shard DESC LIMIT 1");
    query_as(AssertSqlSafe(text)).fetch_optional(&mut **tx).await?.map(log_row).transpose()
}

/// The heads of all shards, the first one first.
pub(crate) async fn log_list(tx: &mut Tx) -> Result<Vec<LogRow>, Fault> {
    let text = format!("{LOGS} ORDER BY shard");
    let rows: Vec<LogTuple> = query_as(AssertSqlSafe(text)).fetch_all(&mut **tx).await?;
    rows.into_iter().map(log_row).collect()
}

/// The head of a shard.
pub(crate) async fn log_of(tx: &mut Tx, shard: u16) -> Result<Option<LogRow>, Fault> {
    let text = format!("{LOGS} WHERE shard = $1");
    query_as(AssertSqlSafe(text)).bind(numbered(shard)).fetch_optional(&mut **tx).await?.map(log_row).transpose()
}

/// The head of the running shard with its lock, or nothing if another program holds it. Whoever held it may have opened the next shard:
/// then it is that of a closed one, and nothing may be done with it.
pub(crate) async fn log_lock(tx: &mut Tx) -> Result<Option<LogRow>, Fault> {
    let text = format!("{LOGS} WHERE shard = (SELECT max(shard) FROM register.log) FOR UPDATE SKIP LOCKED");
    query_as(AssertSqlSafe(text)).fetch_optional(&mut **tx).await?.map(log_row).transpose()
}

/// Moves the head from `old` to `new`; false if it was not at `old`.
pub(crate) async fn log_advance(tx: &mut Tx, old: &LogRow, new: &LogRow) -> Result<bool, Fault> {
    let done = query(
        "UPDATE register.log SET size = $1, root = $2, time_ms = $3, checkpoint = $4, closed = $8 \
         WHERE size = $5 AND root = $6 AND shard = $7 AND NOT closed",
    )
    .bind(signed(new.size))
    .bind(new.root.as_slice())
    .bind(signed(new.time_ms))
    .bind(&new.checkpoint)
    .bind(signed(old.size))
    .bind(old.root.as_slice())
    .bind(numbered(old.shard))
    .bind(new.closed)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn staged_insert(tx: &mut Tx, staged: &[Staged]) -> Result<(), Fault> {
    let kinds: Vec<i16> = staged.iter().map(|s| i16::from(s.kind.number())).collect();
    let issuers: Vec<i32> = staged.iter().map(|s| i32::from(s.issuer)).collect();
    let ids: Vec<Uuid> = staged.iter().map(|s| Uuid::from_bytes(s.id)).collect();
    let commitments: Vec<&[u8]> = staged.iter().map(|s| s.commitment.as_slice()).collect();
    let prevs: Vec<Option<&[u8]>> = staged.iter().map(|s| or_null(&s.prev)).collect();
    let auths: Vec<&[u8]> = staged.iter().map(|s| s.auth.as_slice()).collect();
    query(
        "INSERT INTO register.staged (kind, issuer, id, commitment, prev, auth) \
         SELECT * FROM unnest($1::int2[], $2::int4[], $3::uuid[], $4::bytea[], $5::bytea[], $6::bytea[])",
    )
    .bind(kinds)
    .bind(issuers)
    .bind(ids)
    .bind(commitments)
    .bind(prevs)
    .bind(auths)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

type StagedTuple = (i64, i16, i32, Uuid, Vec<u8>, Option<Vec<u8>>, Vec<u8>);

fn staged_row((no, kind, issuer, id, commitment, prev, auth): StagedTuple) -> Result<(i64, Staged), Fault> {
    let leaf = leaf_row((0, kind, issuer, 0, id, commitment, prev, Some(auth)))?.leaf;
    let Leaf { kind, issuer, id, commitment, prev, auth, .. } = leaf;
    Ok((no, Staged { kind, issuer, id, commitment, prev, auth }))
}

/// Removes up to `max` staged leaves and gives them in the order in which they were staged. Only the holder of the head's lock may.
/// By their places: a join would be planned for the nearly empty table of the last statistics, and take seconds for a full one.
pub(crate) async fn staged_take(tx: &mut Tx, max: usize) -> Result<Vec<Staged>, Fault> {
    let rows: Vec<StagedTuple> = query_as(
        "DELETE FROM register.staged WHERE ctid = ANY (ARRAY (SELECT ctid FROM register.staged ORDER BY no LIMIT $1)) \
         RETURNING no, kind, issuer, id, commitment, prev, auth",
    )
    .bind(signed(max as u64))
    .fetch_all(&mut **tx)
    .await?;
    let mut staged = rows.into_iter().map(staged_row).collect::<Result<Vec<_>, _>>()?;
    staged.sort_unstable_by_key(|(no, _)| *no);
    Ok(staged.into_iter().map(|(_, staged)| staged).collect())
}

pub(crate) async fn staged_count(tx: &mut Tx) -> Result<u64, Fault> {
    whole(query_scalar("SELECT count(*) FROM register.staged").fetch_one(&mut **tx).await?)
}

pub(crate) async fn issue_count(tx: &mut Tx) -> Result<u64, Fault> {
    whole(
        query_scalar(
            "SELECT (SELECT count(*) FROM register.staged WHERE kind = 1) \
             + (SELECT count(*) FROM register.leaf WHERE kind = 1)",
        )
        .fetch_one(&mut **tx)
        .await?,
    )
}

pub(crate) async fn staged_of(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Staged>, Fault> {
    let rows: Vec<StagedTuple> = query_as(
        "SELECT no, kind, issuer, id, commitment, prev, auth FROM register.staged WHERE id = ANY($1) ORDER BY no",
    )
    .bind(uuids(ids))
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok(staged_row(row)?.1)).collect()
}

/// Tells whoever listens on `register_staged`, when the transaction commits, that there is work.
pub(crate) async fn staged_notify(tx: &mut Tx) -> Result<(), Fault> {
    query("SELECT pg_notify('register_staged', '')").execute(&mut **tx).await?;
    Ok(())
}

fn uuids(ids: &[Id]) -> Vec<Uuid> {
    ids.iter().copied().map(Uuid::from_bytes).collect()
}

type LeafTuple = (i64, i16, i32, i64, Uuid, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);

fn leaf_row((idx, kind, issuer, time_ms, id, commitment, prev, auth): LeafTuple) -> Result<Entry, Fault> {
    let wrong = |what: &str| Fault::damaged(format!("the row of leaf {idx} has no {what}"));
    let leaf = Leaf {
        kind: u8::try_from(kind).ok().and_then(Kind::from_number).ok_or_else(|| wrong("known type"))?,
        issuer: u16::try_from(issuer).map_err(|_| wrong("known issuer"))?,
        time_ms: whole(time_ms)?,
        id: id.into_bytes(),
        commitment: hash(&commitment)?,
        prev: prev.as_deref().map_or(Ok(ZERO), hash)?,
        auth: auth.as_deref().map_or(Ok(ZERO), hash)?,
    };
    Ok(Entry { index: whole(idx)?, leaf })
}

/// A row of [`LEAVES`] and the number of its shard.
type LocatedTuple = (i64, i16, i32, i64, Uuid, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>, i16);

fn located_row(
    (idx, kind, issuer, time_ms, id, commitment, prev, auth, shard): LocatedTuple,
) -> Result<Located, Fault> {
    let entry = leaf_row((idx, kind, issuer, time_ms, id, commitment, prev, auth))?;
    Ok(Located { shard: number(shard)?, entry })
}

pub(crate) async fn leaves_insert(tx: &mut Tx, shard: u16, from: u64, leaves: &[Leaf]) -> Result<(), Fault> {
    let times: Vec<i64> = leaves.iter().map(|leaf| signed(leaf.time_ms)).collect();
    let kinds: Vec<i16> = leaves.iter().map(|leaf| i16::from(leaf.kind.number())).collect();
    let issuers: Vec<i32> = leaves.iter().map(|leaf| i32::from(leaf.issuer)).collect();
    let ids: Vec<Uuid> = leaves.iter().map(|leaf| Uuid::from_bytes(leaf.id)).collect();
    let commitments: Vec<&[u8]> = leaves.iter().map(|leaf| leaf.commitment.as_slice()).collect();
    let prevs: Vec<Option<&[u8]>> = leaves.iter().map(|leaf| or_null(&leaf.prev)).collect();
    let auths: Vec<Option<&[u8]>> = leaves.iter().map(|leaf| or_null(&leaf.auth)).collect();
    query(
        "INSERT INTO register.leaf (shard, idx, kind, issuer, time_ms, id, commitment, prev, auth) \
         SELECT $9, $1 + at - 1, kind, issuer, time_ms, id, commitment, prev, auth \
         FROM unnest($2::int2[], $3::int4[], $4::int8[], $5::uuid[], $6::bytea[], $7::bytea[], $8::bytea[]) \
         WITH ORDINALITY AS new (kind, issuer, time_ms, id, commitment, prev, auth, at)",
    )
    .bind(signed(from))
    .bind(kinds)
    .bind(issuers)
    .bind(times)
    .bind(ids)
    .bind(commitments)
    .bind(prevs)
    .bind(auths)
    .bind(numbered(shard))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Up to `max` leaves from index `from` on.
pub(crate) async fn leaves_from(tx: &mut Tx, shard: u16, from: u64, max: u64) -> Result<Vec<Entry>, Fault> {
    let rows: Vec<LeafTuple> = query_as(
        "SELECT idx, kind, issuer, time_ms, id, commitment, prev, auth FROM register.leaf \
         WHERE shard = $3 AND idx >= $1 ORDER BY idx LIMIT $2",
    )
    .bind(signed(from))
    .bind(signed(max))
    .bind(numbered(shard))
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(leaf_row).collect()
}

/// All leaves of these ids, shard after shard and each in the order of its log.
pub(crate) async fn leaves_of(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Located>, Fault> {
    let rows: Vec<LocatedTuple> = query_as(
        "SELECT idx, kind, issuer, time_ms, id, commitment, prev, auth, shard FROM register.leaf WHERE id = ANY($1) \
         ORDER BY shard, idx",
    )
    .bind(uuids(ids))
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(located_row).collect()
}

/// The leaves of one type with an index in `from..to`, in the order of the log.
pub(crate) async fn leaves_of_kind(
    tx: &mut Tx,
    shard: u16,
    kind: Kind,
    from: u64,
    to: u64,
) -> Result<Vec<Entry>, Fault> {
    let rows: Vec<LeafTuple> = query_as(
        "SELECT idx, kind, issuer, time_ms, id, commitment, prev, auth FROM register.leaf \
         WHERE shard = $4 AND idx >= $1 AND idx < $2 AND kind = $3 ORDER BY idx",
    )
    .bind(signed(from))
    .bind(signed(to))
    .bind(i16::from(kind.number()))
    .bind(numbered(shard))
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(leaf_row).collect()
}

pub(crate) async fn leaves_at(tx: &mut Tx, shard: u16, indices: &[u64]) -> Result<Vec<Entry>, Fault> {
    let rows: Vec<LeafTuple> = query_as(
        "SELECT idx, kind, issuer, time_ms, id, commitment, prev, auth FROM register.leaf \
         WHERE shard = $2 AND idx = ANY($1) ORDER BY idx",
    )
    .bind(indices.iter().copied().map(signed).collect::<Vec<_>>())
    .bind(numbered(shard))
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(leaf_row).collect()
}

const DIGESTS: &str =
    "SELECT idx, kind, issuer, time_ms, id, commitment, prev, auth, shard FROM register.leaf WHERE kind = 10";

/// The leaves of type 10, in the order of the log.
pub(crate) async fn digests(tx: &mut Tx) -> Result<Vec<Located>, Fault> {
    let text = format!("{DIGESTS} ORDER BY shard, idx");
    let rows: Vec<LocatedTuple> = query_as(AssertSqlSafe(text)).fetch_all(&mut **tx).await?;
    rows.into_iter().map(located_row).collect()
}

/// The newest of one shard.
pub(crate) async fn digest_newest(tx: &mut Tx, shard: u16) -> Result<Option<Located>, Fault> {
    let text = format!("{DIGESTS} AND shard = $1 ORDER BY idx DESC LIMIT 1");
    query_as(AssertSqlSafe(text)).bind(numbered(shard)).fetch_optional(&mut **tx).await?.map(located_row).transpose()
}

pub(crate) async fn digest_of(tx: &mut Tx, commitment: &Hash) -> Result<Option<Located>, Fault> {
    let text = format!("{DIGESTS} AND commitment = $1 ORDER BY shard, idx LIMIT 1");
    let row = query_as(AssertSqlSafe(text)).bind(commitment.as_slice()).fetch_optional(&mut **tx).await?;
    row.map(located_row).transpose()
}

/// Lets only one transaction at a time stage a later event on these ids. Not a lock on the rows: for that the database asks for the right
/// to change them, which nobody who approves has. The locks are few and taken in one order, so that large batches neither run out of them
/// nor wait for each other in a circle.
pub(crate) async fn leaves_lock(tx: &mut Tx, ids: &[Id]) -> Result<(), Fault> {
    query(
        "SELECT pg_advisory_xact_lock(hashtext('register.leaf'), lock) FROM (SELECT DISTINCT hashtext(id::text) & 255 AS lock \
         FROM unnest($1::uuid[]) AS id ORDER BY lock) AS locks",
    )
    .bind(uuids(ids))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A tile to write: level, number, hashes.
pub(crate) type TileRow = (u8, u64, Vec<u8>);

pub(crate) async fn tiles_upsert(tx: &mut Tx, shard: u16, tiles: Vec<TileRow>) -> Result<(), Fault> {
    let levels: Vec<i16> = tiles.iter().map(|(level, _, _)| i16::from(*level)).collect();
    let numbers: Vec<i64> = tiles.iter().map(|(_, n, _)| signed(*n)).collect();
    let hashes: Vec<Vec<u8>> = tiles.into_iter().map(|(_, _, hashes)| hashes).collect();
    query(
        "INSERT INTO register.tile (level, n, hashes, shard) \
         SELECT level, n, hashes, $4 FROM unnest($1::int2[], $2::int8[], $3::bytea[]) AS new (level, n, hashes) \
         ON CONFLICT (shard, level, n) DO UPDATE SET hashes = excluded.hashes",
    )
    .bind(levels)
    .bind(numbers)
    .bind(hashes)
    .bind(numbered(shard))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) async fn tiles_fetch(tx: &mut Tx, shard: u16, wanted: &[(u8, u64)]) -> Result<Vec<TileRow>, Fault> {
    let levels: Vec<i16> = wanted.iter().map(|(level, _)| i16::from(*level)).collect();
    let numbers: Vec<i64> = wanted.iter().map(|(_, n)| signed(*n)).collect();
    let rows: Vec<(i16, i64, Vec<u8>)> = query_as(
        "SELECT t.level, t.n, t.hashes FROM unnest($1::int2[], $2::int8[]) AS wanted (level, n) \
         JOIN register.tile t ON t.shard = $3 AND t.level = wanted.level AND t.n = wanted.n",
    )
    .bind(levels)
    .bind(numbers)
    .bind(numbered(shard))
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(tile_row).collect()
}

fn tile_row((level, n, hashes): (i16, i64, Vec<u8>)) -> Result<TileRow, Fault> {
    let level = u8::try_from(level).map_err(|_| Fault::damaged(format!("a tile at level {level}")))?;
    Ok((level, whole(n)?, hashes))
}

/// Up to 64 tiles after a position in the order of level and number.
pub(crate) async fn tiles_after(tx: &mut Tx, shard: u16, after: Option<(u8, u64)>) -> Result<Vec<TileRow>, Fault> {
    let (level, n) = after.map_or((-1, -1), |(level, n)| (i16::from(level), signed(n)));
    let rows: Vec<(i16, i64, Vec<u8>)> = query_as(
        "SELECT level, n, hashes FROM register.tile WHERE shard = $3 AND (level, n) > ($1, $2) ORDER BY level, n LIMIT 64",
    )
    .bind(level)
    .bind(n)
    .bind(numbered(shard))
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(tile_row).collect()
}

/// A key statement as stored.
pub(crate) struct IssuerRow {
    pub number: u16,
    pub agency: String,
    pub statement: String,
    pub signature: [u8; 64],
    pub id: Id,
}

type IssuerTuple = (i32, String, String, Vec<u8>, Uuid);

fn issuer_row((number, agency, statement, signature, id): IssuerTuple) -> Result<IssuerRow, Fault> {
    let wrong = |what: &str| Fault::damaged(format!("the row of issuer {number} has no {what}"));
    Ok(IssuerRow {
        number: u16::try_from(number).map_err(|_| wrong("known number"))?,
        agency,
        statement,
        signature: signature.try_into().map_err(|_| wrong("signature"))?,
        id: id.into_bytes(),
    })
}

/// The number of the next key statement; others who add one wait.
pub(crate) async fn issuer_next(tx: &mut Tx) -> Result<Option<u16>, Fault> {
    query("LOCK TABLE register.issuer IN EXCLUSIVE MODE").execute(&mut **tx).await?;
    let next: i32 =
        query_scalar("SELECT coalesce(max(number), 0) + 1 FROM register.issuer").fetch_one(&mut **tx).await?;
    Ok(u16::try_from(next).ok())
}

/// Holds these issuer numbers open until the transaction ends: whoever replaces one of them waits.
pub(crate) async fn issuers_share(tx: &mut Tx, numbers: &[u16]) -> Result<(), Fault> {
    query(
        "SELECT pg_advisory_xact_lock_shared(hashtext('register.issuer'), n) FROM unnest($1::int4[]) AS n ORDER BY n",
    )
    .bind(numbers.iter().map(|n| i32::from(*n)).collect::<Vec<_>>())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Waits for all who hold this number open, and keeps others from it until the transaction ends.
pub(crate) async fn issuer_close(tx: &mut Tx, number: u16) -> Result<(), Fault> {
    query("SELECT pg_advisory_xact_lock(hashtext('register.issuer'), $1)")
        .bind(i32::from(number))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// One of these numbers that a later key statement of the same authority replaced.
pub(crate) async fn issuer_replaced(tx: &mut Tx, numbers: &[u16]) -> Result<Option<i32>, Fault> {
    let found = query_scalar(
        "SELECT old.number FROM register.issuer old JOIN register.issuer new ON new.id = old.id AND new.number > old.number \
         WHERE old.number = ANY($1) LIMIT 1",
    )
    .bind(numbers.iter().map(|n| i32::from(*n)).collect::<Vec<_>>());
    Ok(found.fetch_optional(&mut **tx).await?)
}

/// How many leaves under this number are on their way.
pub(crate) async fn staged_under(tx: &mut Tx, number: u16) -> Result<i64, Fault> {
    let count = query_scalar("SELECT count(*) FROM register.staged WHERE issuer = $1").bind(i32::from(number));
    Ok(count.fetch_one(&mut **tx).await?)
}

/// The orders that entered the log under this number at this time or later.
pub(crate) async fn issued_under(tx: &mut Tx, number: u16, time_ms: u64) -> Result<Vec<Id>, Fault> {
    let ids: Vec<Uuid> = query_scalar(
        "SELECT id FROM register.leaf WHERE issuer = $1 AND kind = 1 AND time_ms >= $2 ORDER BY shard, idx",
    )
    .bind(i32::from(number))
    .bind(signed(time_ms))
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().map(Uuid::into_bytes).collect())
}

pub(crate) async fn issuer_insert(tx: &mut Tx, row: &IssuerRow) -> Result<(), Fault> {
    query("INSERT INTO register.issuer (number, agency, statement, signature, id) VALUES ($1, $2, $3, $4, $5)")
        .bind(i32::from(row.number))
        .bind(&row.agency)
        .bind(&row.statement)
        .bind(row.signature.as_slice())
        .bind(Uuid::from_bytes(row.id))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn issuer_fetch(tx: &mut Tx, number: u16) -> Result<Option<IssuerRow>, Fault> {
    query_as("SELECT number, agency, statement, signature, id FROM register.issuer WHERE number = $1")
        .bind(i32::from(number))
        .fetch_optional(&mut **tx)
        .await?
        .map(issuer_row)
        .transpose()
}

pub(crate) async fn issuer_list(tx: &mut Tx) -> Result<Vec<IssuerRow>, Fault> {
    let rows: Vec<IssuerTuple> =
        query_as("SELECT number, agency, statement, signature, id FROM register.issuer ORDER BY number")
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(issuer_row).collect()
}

/// Numbers run from 1 without a gap, so the highest is also how many there are.
pub(crate) async fn issuer_page(tx: &mut Tx, offset: u16, limit: u16) -> Result<(Vec<IssuerRow>, u16), Fault> {
    let rows: Vec<IssuerTuple> = query_as(
        "SELECT number, agency, statement, signature, id FROM register.issuer WHERE number > $1 ORDER BY number LIMIT $2",
    )
    .bind(i32::from(offset))
    .bind(i64::from(limit))
    .fetch_all(&mut **tx)
    .await?;
    let found: i32 = query_scalar("SELECT coalesce(max(number), 0) FROM register.issuer").fetch_one(&mut **tx).await?;
    let found = u16::try_from(found).map_err(|_| Fault::damaged("an issuer number beyond 65535".to_owned()))?;
    Ok((rows.into_iter().map(issuer_row).collect::<Result<_, _>>()?, found))
}

/// Keeps why the statement before this one was revoked.
pub(crate) async fn issuer_reason(tx: &mut Tx, number: u16, reason: &str) -> Result<(), Fault> {
    query("UPDATE register.issuer SET reason = $2 WHERE number = $1")
        .bind(i32::from(number))
        .bind(reason)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The statements of these agencies that revoked the one before, with why; the newest first.
pub(crate) async fn issuers_with_reason(tx: &mut Tx, agencies: &[String]) -> Result<Vec<(IssuerRow, String)>, Fault> {
    let rows: Vec<(i32, String, String, Vec<u8>, Uuid, String)> = query_as(
        "SELECT number, agency, statement, signature, id, reason FROM register.issuer \
         WHERE reason IS NOT NULL AND agency = ANY($1) ORDER BY number DESC",
    )
    .bind(agencies)
    .fetch_all(&mut **tx)
    .await?;
    let one = |(number, agency, statement, signature, id, reason)| {
        Ok((issuer_row((number, agency, statement, signature, id))?, reason))
    };
    rows.into_iter().map(one).collect()
}

/// The key statements that came after one of these under the same authority.
pub(crate) async fn issuer_later(tx: &mut Tx, numbers: &[u16]) -> Result<Vec<IssuerRow>, Fault> {
    let rows: Vec<IssuerTuple> = query_as(
        "SELECT DISTINCT new.number, new.agency, new.statement, new.signature, new.id FROM register.issuer old \
         JOIN register.issuer new ON new.id = old.id AND new.number > old.number WHERE old.number = ANY($1)",
    )
    .bind(numbers.iter().map(|n| i32::from(*n)).collect::<Vec<_>>())
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(issuer_row).collect()
}

pub(crate) async fn issuer_newest_of(tx: &mut Tx, agency: &str) -> Result<Option<IssuerRow>, Fault> {
    query_as(
        "SELECT number, agency, statement, signature, id FROM register.issuer WHERE agency = $1 \
         ORDER BY number DESC LIMIT 1",
    )
    .bind(agency)
    .fetch_optional(&mut **tx)
    .await?
    .map(issuer_row)
    .transpose()
}

/// Makes all reads of this transaction see one moment; to be called first.
pub(crate) async fn freeze(tx: &mut Tx) -> Result<(), Fault> {
    query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut **tx).await?;
    Ok(())
}
