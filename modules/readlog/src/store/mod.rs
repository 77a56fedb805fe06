//! The read log's SQL.

pub(crate) mod audit;
pub(crate) mod questions;

use crate::error::Error;
use crate::model::{Entry, Named, Period, Purpose, Read, ReadId, Reader, ReaderKind, ViaKind};
use db::{AssertSqlSafe, Db, DbError, Row, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, PersonId};
use time::{Date, OffsetDateTime};
use tlog::hash::Hash;

/// Longest text of a purpose or name, in characters; more is left out.
const WORDS_MAX: usize = 200;

fn short(words: &str) -> &str {
    words.char_indices().nth(WORDS_MAX).map_or(words, |(at, _)| &words[..at])
}

fn named(who: Option<&Named>) -> (Option<i64>, Option<&str>) {
    (who.map(|who| who.person.0), who.map(|who| short(&who.name)))
}

/// Writes an entry unless its day is closed. The condition sees the fence of a day: whoever closes it waits for the inserts under way
/// and lets the next begin only when the fence stands.
pub(crate) async fn entry_insert(
    db: &Db,
    read: &Read<'_>,
    read_on: Date,
    subjects: &[i64],
    secret: &[u8; 32],
) -> Result<Option<i64>, Error> {
    let (via_kind, via) = read.via.parts();
    let (acting_for, acting_for_name) = named(read.reader.acting_for.as_ref());
    let (agent_of, agent_of_name) = named(read.reader.agent_of.as_ref());
    let no = query_scalar(
        "INSERT INTO readlog.entry (at, read_on, reader_kind, via_kind, reader, acting_for, agent_of, secret, reader_name, role, \
         role_name, agency, agency_name, acting_for_name, agent_of_name, purpose, purpose_words, via, request, fields, subjects) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21 \
         WHERE NOT EXISTS (SELECT 1 FROM readlog.day WHERE read_on >= $2) RETURNING no",
    )
    .bind(read.at)
    .bind(read_on)
    .bind(read.reader.kind.number())
    .bind(via_kind.number())
    .bind(read.reader.person.map(|person| person.0))
    .bind(acting_for)
    .bind(agent_of)
    .bind(secret.as_slice())
    .bind(short(&read.reader.name))
    .bind(&read.reader.role)
    .bind(&read.reader.role_name)
    .bind(read.reader.agency.map(|code| code.to_string()))
    .bind(short(&read.reader.agency_name))
    .bind(acting_for_name)
    .bind(agent_of_name)
    .bind(&read.purpose.code)
    .bind(short(&read.purpose.words))
    .bind(short(via))
    .bind(read.request)
    .bind(read.fields)
    .bind(subjects)
    .fetch_optional(db.pool())
    .await?;
    Ok(no)
}

const COLUMNS: &str = "no, at, read_on, reader_kind, via_kind, reader, acting_for, agent_of, secret, reader_name, role, role_name, \
     agency, agency_name, acting_for_name, agent_of_name, purpose, purpose_words, via, request, fields, subjects";

fn entry_row(row: &db::PgRow) -> Result<Entry, Error> {
    let no: i64 = row.try_get("no")?;
    let damaged = || Error::Damaged(no);
    let named = |id: &str, name: &str| -> Result<Option<Named>, DbError> {
        let (person, name): (Option<i64>, Option<String>) = (row.try_get(id)?, row.try_get(name)?);
        Ok(person.map(|person| Named { person: PersonId(person), name: name.unwrap_or_default() }))
    };
    let agency: Option<String> = row.try_get("agency")?;
    let reader = Reader {
        kind: ReaderKind::from_number(row.try_get("reader_kind")?).ok_or_else(damaged)?,
        person: row.try_get::<Option<i64>, _>("reader")?.map(PersonId),
        name: row.try_get("reader_name")?,
        role: row.try_get("role")?,
        role_name: row.try_get("role_name")?,
        agency: agency.map(|code| AgencyCode::parse(&code)).transpose().map_err(|_| damaged())?,
        agency_name: row.try_get("agency_name")?,
        acting_for: named("acting_for", "acting_for_name")?,
        agent_of: named("agent_of", "agent_of_name")?,
    };
    Ok(Entry {
        id: ReadId(no),
        at: row.try_get("at")?,
        reader,
        purpose: Purpose { code: row.try_get("purpose")?, words: row.try_get("purpose_words")? },
        fields: row.try_get("fields")?,
        via: ViaKind::from_number(row.try_get("via_kind")?).ok_or_else(damaged)?,
        via_name: row.try_get("via")?,
        request: row.try_get("request")?,
        subjects: row.try_get::<Vec<i64>, _>("subjects")?.into_iter().map(PersonId).collect(),
        read_on: row.try_get("read_on")?,
        secret: row.try_get("secret")?,
    })
}

/// The entries of a person in a period, newest first. The index of subjects is asked first and alone: left to itself, the planner
/// walks the whole log backwards for the newest few.
pub(crate) async fn entry_list(
    db: &Db,
    person: PersonId,
    period: Period,
    limit: i64,
    offset: i64,
) -> Result<Vec<Entry>, Error> {
    let text = format!(
        "WITH mine AS MATERIALIZED (SELECT no, read_on FROM readlog.entry WHERE subjects @> ARRAY[$1::int8]), \
         page AS (SELECT no FROM mine WHERE ($2::date IS NULL OR read_on >= $2) AND ($3::date IS NULL OR read_on <= $3) \
         ORDER BY no DESC LIMIT $4 OFFSET $5) \
         SELECT {COLUMNS} FROM readlog.entry WHERE no IN (SELECT no FROM page) ORDER BY no DESC"
    );
    let rows = query(AssertSqlSafe(text))
        .bind(person.0)
        .bind(period.from)
        .bind(period.until)
        .bind(limit)
        .bind(offset)
        .fetch_all(db.pool())
        .await?;
    rows.iter().map(entry_row).collect()
}

/// How many entries of a person there are in a period.
pub(crate) async fn entry_count(db: &Db, person: PersonId, period: Period) -> Result<i64, Error> {
    let found = query_scalar(
        "SELECT count(*) FROM readlog.entry WHERE subjects @> ARRAY[$1::int8] \
         AND ($2::date IS NULL OR read_on >= $2) AND ($3::date IS NULL OR read_on <= $3)",
    )
    .bind(person.0)
    .bind(period.from)
    .bind(period.until)
    .fetch_one(db.pool())
    .await?;
    Ok(found)
}

pub(crate) async fn entry_fetch(db: &Db, id: ReadId) -> Result<Option<Entry>, Error> {
    let text = format!("SELECT {COLUMNS} FROM readlog.entry WHERE no = $1");
    query(AssertSqlSafe(text)).bind(id.0).fetch_optional(db.pool()).await?.as_ref().map(entry_row).transpose()
}

/// Up to `max` entries of a day after a number, ascending.
pub(crate) async fn entries_of_day(tx: &mut Tx, day: Date, after: i64, max: usize) -> Result<Vec<Entry>, Error> {
    let text = format!("SELECT {COLUMNS} FROM readlog.entry WHERE read_on = $1 AND no > $2 ORDER BY no LIMIT $3");
    let rows = query(AssertSqlSafe(text))
        .bind(day)
        .bind(after)
        .bind(i64::try_from(max).unwrap_or(i64::MAX))
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(entry_row).collect()
}

/// A day that was fenced, and its digest once there is one: how many entries, which root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DayRow {
    pub read_on: Date,
    pub digest: Option<(u64, Hash)>,
}

type DayTuple = (Date, Option<i64>, Option<Vec<u8>>);

fn day_row((read_on, entries, root): DayTuple) -> DayRow {
    let digest = entries.zip(root).and_then(|(entries, root)| Some((entries.try_into().ok()?, root.try_into().ok()?)));
    DayRow { read_on, digest }
}

/// The first day before `today` that has entries and is not fenced.
pub(crate) async fn day_open(db: &Db, today: Date) -> Result<Option<Date>, Error> {
    let day = query_scalar(
        "SELECT min(read_on) FROM readlog.entry WHERE read_on < $1 \
         AND read_on > coalesce((SELECT max(read_on) FROM readlog.day), '-infinity')",
    )
    .bind(today)
    .fetch_one(db.pool())
    .await?;
    Ok(day)
}

/// Fences a day. Every insert of an entry reads the table of days: the lock waits for those under way, and the next see the fence.
pub(crate) async fn day_fence(tx: &mut Tx, day: Date, now: OffsetDateTime) -> Result<(), Error> {
    query("LOCK TABLE readlog.day IN ACCESS EXCLUSIVE MODE").execute(&mut **tx).await?;
    query("INSERT INTO readlog.day (read_on, fenced_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(day)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The first fenced day without a digest that no other instance works on.
pub(crate) async fn day_take(tx: &mut Tx) -> Result<Option<Date>, Error> {
    let day = query_scalar(
        "SELECT read_on FROM readlog.day WHERE root IS NULL ORDER BY read_on LIMIT 1 FOR UPDATE SKIP LOCKED",
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(day)
}

pub(crate) async fn day_close(tx: &mut Tx, day: Date, entries: u64, root: &Hash) -> Result<(), Error> {
    query("UPDATE readlog.day SET entries = $2, root = $3 WHERE read_on = $1")
        .bind(day)
        .bind(i64::try_from(entries).unwrap_or(i64::MAX))
        .bind(root.as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn day_fetch(tx: &mut Tx, day: Date) -> Result<Option<DayRow>, Error> {
    let row: Option<DayTuple> = query_as("SELECT read_on, entries, root FROM readlog.day WHERE read_on = $1")
        .bind(day)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(day_row))
}

pub(crate) async fn day_list(tx: &mut Tx) -> Result<Vec<DayRow>, Error> {
    let rows: Vec<DayTuple> =
        query_as("SELECT read_on, entries, root FROM readlog.day ORDER BY read_on").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(day_row).collect())
}

/// Days with entries that lie before the newest fenced day and are not fenced themselves.
pub(crate) async fn days_without_digest(tx: &mut Tx) -> Result<Vec<Date>, Error> {
    let days = query_scalar(
        "SELECT DISTINCT read_on FROM readlog.entry e WHERE read_on <= (SELECT max(read_on) FROM readlog.day) \
         AND NOT EXISTS (SELECT 1 FROM readlog.day d WHERE d.read_on = e.read_on) ORDER BY read_on",
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(days)
}

/// Up to 256 entries of a closed day and their leaf hashes.
pub(crate) struct TileRow {
    pub entries: Vec<i64>,
    pub hashes: Vec<u8>,
}

pub(crate) async fn tile_insert(tx: &mut Tx, day: Date, n: i32, entries: &[i64], hashes: &[u8]) -> Result<(), Error> {
    query("INSERT INTO readlog.tile (read_on, n, entries, hashes) VALUES ($1, $2, $3, $4)")
        .bind(day)
        .bind(n)
        .bind(entries)
        .bind(hashes)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn tiles_of_day(tx: &mut Tx, day: Date) -> Result<Vec<TileRow>, Error> {
    let rows: Vec<(Vec<i64>, Vec<u8>)> =
        query_as("SELECT entries, hashes FROM readlog.tile WHERE read_on = $1 ORDER BY n")
            .bind(day)
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows.into_iter().map(|(entries, hashes)| TileRow { entries, hashes }).collect())
}

/// Makes all reads of this transaction see one moment; to be called first.
pub(crate) async fn freeze(tx: &mut Tx) -> Result<(), Error> {
    query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut **tx).await?;
    Ok(())
}
