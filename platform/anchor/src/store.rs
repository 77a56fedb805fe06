//! The SQL of the anchors.

use crate::{due::Reason, error::Fault, payload::Head, sink::Confirmed, sink::Kind};
use db::{Db, Tx, query, query_as, query_scalar};
use serde_json::Value;
use time::OffsetDateTime;

/// Where an anchor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing has been made yet.
    Due,
    /// What will be sent is stored, and has perhaps been sent.
    Prepared,
    /// It was sent.
    Sent,
    /// It stands.
    Confirmed,
    /// It cannot be done.
    Failed,
}

impl State {
    const ALL: [Self; 5] = [Self::Due, Self::Prepared, Self::Sent, Self::Confirmed, Self::Failed];

    /// Its word in rows and lists.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Prepared => "prepared",
            Self::Sent => "sent",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
        }
    }
}

/// An anchor as stored.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number.
    pub no: i64,
    /// The checkpoint.
    pub head: Head,
    /// Why the checkpoint was due.
    pub reason: String,
    /// When the checkpoint became due.
    pub due_at: OffsetDateTime,
    /// Name of the sink.
    pub sink: String,
    /// What kind of sink.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// What the sink keeps on the way.
    pub(crate) kept: Option<Value>,
    /// What a stranger checks, once it stands.
    pub evidence: Option<Value>,
    /// Where it is, once it stands.
    pub place: Option<String>,
    /// When the other side says it was there.
    pub proved_at: Option<OffsetDateTime>,
    /// When we saw that it stands.
    pub confirmed_at: Option<OffsetDateTime>,
    /// How often in a row it could not be done.
    pub attempts: i32,
    /// Why not, the last time.
    pub fault: Option<String>,
}

const COLUMNS: &str = "a.no, d.origin, d.size, d.root, d.checkpoint, d.reason, d.due_at, a.sink, a.kind, a.state, a.kept, a.evidence, \
    a.place, a.proved_at, a.confirmed_at, a.attempts, a.fault";

fn row(found: &db::PgRow) -> Result<Row, Fault> {
    use db::Row as _;
    let damaged = |what: &str| Fault::Damaged(what.to_owned());
    let json = |column: &str| -> Result<Option<Value>, Fault> {
        let text: Option<String> = found.try_get(column)?;
        text.map(|text| serde_json::from_str(&text).map_err(|_| damaged(column))).transpose()
    };
    let root: Vec<u8> = found.try_get("root")?;
    let state: String = found.try_get("state")?;
    Ok(Row {
        no: found.try_get("no")?,
        head: Head {
            origin: found.try_get("origin")?,
            size: u64::try_from(found.try_get::<i64, _>("size")?).map_err(|_| damaged("size"))?,
            root: root.try_into().map_err(|_| damaged("root"))?,
            checkpoint: found.try_get("checkpoint")?,
        },
        reason: found.try_get("reason")?,
        due_at: found.try_get("due_at")?,
        sink: found.try_get("sink")?,
        kind: Kind::of(&found.try_get::<String, _>("kind")?).ok_or_else(|| damaged("kind"))?,
        state: State::ALL.into_iter().find(|known| known.word() == state).ok_or_else(|| damaged("state"))?,
        kept: json("kept")?,
        evidence: json("evidence")?,
        place: found.try_get("place")?,
        proved_at: found.try_get("proved_at")?,
        confirmed_at: found.try_get("confirmed_at")?,
        attempts: found.try_get("attempts")?,
        fault: found.try_get("fault")?,
    })
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).expect("2^63 leaves are out of reach")
}

pub(crate) async fn due_insert(tx: &mut Tx, head: &Head, reason: Reason, now: OffsetDateTime) -> Result<bool, Fault> {
    let done = query(
        "INSERT INTO anchor.due (origin, size, root, checkpoint, reason, due_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(&head.origin)
    .bind(signed(head.size))
    .bind(head.root.as_slice())
    .bind(&head.checkpoint)
    .bind(reason.word())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Size and time of the newest due checkpoint of a log.
pub(crate) async fn due_newest(tx: &mut Tx, origin: &str) -> Result<Option<(u64, OffsetDateTime)>, Fault> {
    let newest: Option<(i64, OffsetDateTime)> =
        query_as("SELECT size, due_at FROM anchor.due WHERE origin = $1 ORDER BY no DESC LIMIT 1")
            .bind(origin)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(newest.map(|(size, at)| (size.unsigned_abs(), at)))
}

/// Gives a sink its rows: for every due checkpoint since its first; a sink that is new begins with the newest.
pub(crate) async fn rows_for(db: &Db, sink: &str, kind: Kind, now: OffsetDateTime) -> Result<(), Fault> {
    query(
        "INSERT INTO anchor.anchor (due, sink, kind, next_at) \
         SELECT d.no, $1, $2, $3 FROM anchor.due d \
         WHERE d.no >= coalesce((SELECT min(due) FROM anchor.anchor WHERE sink = $1), (SELECT max(no) FROM anchor.due)) \
         AND NOT EXISTS (SELECT FROM anchor.anchor a WHERE a.due = d.no AND a.sink = $1) \
         ORDER BY d.no ON CONFLICT DO NOTHING",
    )
    .bind(sink)
    .bind(kind.word())
    .bind(now)
    .execute(db.pool())
    .await?;
    Ok(())
}

// Times that lie further ahead than any pause were written by a clock that ran ahead, and keep nothing waiting.

/// Takes the oldest unfinished anchor of a sink in hand until `until`; none if it is not its time or another instance has it.
pub(crate) async fn take(
    db: &Db,
    sink: &str,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Option<Row>, Fault> {
    let no: Option<i64> = query_scalar(
        "UPDATE anchor.anchor SET held_until = $3 WHERE no = (SELECT no FROM anchor.anchor \
         WHERE sink = $1 AND state IN ('due', 'prepared', 'sent') ORDER BY due LIMIT 1) \
         AND state IN ('due', 'prepared', 'sent') AND (next_at <= $2 OR next_at > $2 + interval '1 day') \
         AND (held_until IS NULL OR held_until <= $2 OR held_until > $2 + interval '1 hour') RETURNING no",
    )
    .bind(sink)
    .bind(now)
    .bind(until)
    .fetch_optional(db.pool())
    .await?;
    match no {
        Some(no) => fetch(db, no).await,
        None => Ok(None),
    }
}

/// Takes a confirmed anchor in hand that is to be looked at again.
pub(crate) async fn take_recheck(
    db: &Db,
    sink: &str,
    now: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Option<Row>, Fault> {
    let no: Option<i64> = query_scalar(
        "UPDATE anchor.anchor SET held_until = $3 WHERE no = (SELECT no FROM anchor.anchor \
         WHERE sink = $1 AND state = 'confirmed' AND (recheck_at <= $2 OR recheck_at > $2 + interval '8 days') \
         ORDER BY recheck_at LIMIT 1) AND (held_until IS NULL OR held_until <= $2 OR held_until > $2 + interval '1 hour') RETURNING no",
    )
    .bind(sink)
    .bind(now)
    .bind(until)
    .fetch_optional(db.pool())
    .await?;
    match no {
        Some(no) => fetch(db, no).await,
        None => Ok(None),
    }
}

pub(crate) async fn fetch(db: &Db, no: i64) -> Result<Option<Row>, Fault> {
    let text = format!("SELECT {COLUMNS} FROM anchor.anchor a JOIN anchor.due d ON d.no = a.due WHERE a.no = $1");
    query(db::AssertSqlSafe(text)).bind(no).fetch_optional(db.pool()).await?.as_ref().map(row).transpose()
}

/// Stores where an anchor in hand stands now; false if it is no longer in our hand.
pub(crate) async fn keep(
    db: &Db,
    no: i64,
    until: OffsetDateTime,
    state: State,
    kept: Option<&Value>,
) -> Result<bool, Fault> {
    let done = query("UPDATE anchor.anchor SET state = $3, kept = $4 WHERE no = $1 AND held_until = $2")
        .bind(no)
        .bind(until)
        .bind(state.word())
        .bind(kept.map(Value::to_string))
        .execute(db.pool())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts an anchor out of hand until `next_at`, with what kept it from going on.
pub(crate) async fn release(
    db: &Db,
    no: i64,
    until: OffsetDateTime,
    next_at: OffsetDateTime,
    fault: Option<&str>,
) -> Result<(), Fault> {
    query(
        "UPDATE anchor.anchor SET held_until = NULL, next_at = $3, fault = $4, \
         attempts = CASE WHEN $4 IS NULL THEN 0 ELSE attempts + 1 END WHERE no = $1 AND held_until = $2",
    )
    .bind(no)
    .bind(until)
    .bind(next_at)
    .bind(fault)
    .execute(db.pool())
    .await?;
    Ok(())
}

pub(crate) async fn confirm(
    db: &Db,
    no: i64,
    until: OffsetDateTime,
    confirmed: &Confirmed,
    now: OffsetDateTime,
    recheck_at: Option<OffsetDateTime>,
) -> Result<bool, Fault> {
    let done = query(
        "UPDATE anchor.anchor SET state = 'confirmed', evidence = $3, place = $4, proved_at = $5, confirmed_at = $6, recheck_at = $7, \
         attempts = 0, fault = NULL, held_until = NULL WHERE no = $1 AND held_until = $2",
    )
    .bind(no)
    .bind(until)
    .bind(confirmed.evidence.to_string())
    .bind(&confirmed.place)
    .bind(confirmed.time)
    .bind(now)
    .bind(recheck_at)
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn fail(db: &Db, no: i64, until: OffsetDateTime, why: &str) -> Result<(), Fault> {
    query("UPDATE anchor.anchor SET state = 'failed', fault = $3, held_until = NULL WHERE no = $1 AND held_until = $2")
        .bind(no)
        .bind(until)
        .bind(why)
        .execute(db.pool())
        .await?;
    Ok(())
}

/// After another look at a confirmed anchor: it stands, and is looked at again at `recheck_at` if at all.
pub(crate) async fn rechecked(
    db: &Db,
    no: i64,
    until: OffsetDateTime,
    recheck_at: Option<OffsetDateTime>,
) -> Result<(), Fault> {
    query("UPDATE anchor.anchor SET recheck_at = $3, held_until = NULL WHERE no = $1 AND held_until = $2")
        .bind(no)
        .bind(until)
        .bind(recheck_at)
        .execute(db.pool())
        .await?;
    Ok(())
}

/// A confirmed anchor does not stand any more: it is as if it had just been sent.
pub(crate) async fn unconfirm(db: &Db, no: i64, until: OffsetDateTime, now: OffsetDateTime) -> Result<(), Fault> {
    query(
        "UPDATE anchor.anchor SET state = 'sent', evidence = NULL, place = NULL, proved_at = NULL, confirmed_at = NULL, \
         recheck_at = NULL, held_until = NULL, next_at = $3, fault = 'what it stood on is gone' WHERE no = $1 AND held_until = $2",
    )
    .bind(no)
    .bind(until)
    .bind(now)
    .execute(db.pool())
    .await?;
    Ok(())
}

/// The newest anchors first, at most `limit`.
///
/// # Errors
/// When the database is away or a row is damaged.
pub async fn list(tx: &mut Tx, limit: u32) -> Result<Vec<Row>, Fault> {
    let text = format!(
        "SELECT {COLUMNS} FROM anchor.anchor a JOIN anchor.due d ON d.no = a.due ORDER BY d.no DESC, a.no DESC LIMIT $1"
    );
    let rows = query(db::AssertSqlSafe(text)).bind(i64::from(limit)).fetch_all(&mut **tx).await?;
    rows.iter().map(row).collect()
}

/// A confirmed anchor by its number.
pub(crate) async fn confirmed(tx: &mut Tx, no: i64) -> Result<Option<Row>, Fault> {
    let text = format!(
        "SELECT {COLUMNS} FROM anchor.anchor a JOIN anchor.due d ON d.no = a.due WHERE a.no = $1 AND a.state = 'confirmed'"
    );
    query(db::AssertSqlSafe(text)).bind(no).fetch_optional(&mut **tx).await?.as_ref().map(row).transpose()
}

/// An anchor whose checkpoint covers a leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covering {
    /// Its number.
    pub no: i64,
    /// Name of the sink.
    pub sink: String,
    /// What kind of sink.
    pub kind: Kind,
    /// Size of the anchored tree.
    pub size: u64,
    /// Its root.
    pub root: [u8; 32],
    /// Where it is.
    pub place: String,
    /// When the other side says it was there.
    pub proved_at: OffsetDateTime,
}

/// For each sink the first confirmed anchor of the log whose tree holds leaf `index`, the earliest first.
///
/// # Errors
/// When the database is away or a row is damaged.
pub async fn covering(tx: &mut Tx, origin: &str, index: u64) -> Result<Vec<Covering>, Fault> {
    let text = format!(
        "SELECT DISTINCT ON (a.sink) {COLUMNS} FROM anchor.anchor a JOIN anchor.due d ON d.no = a.due \
         WHERE a.state = 'confirmed' AND d.origin = $1 AND d.size > $2 ORDER BY a.sink, d.size"
    );
    let rows = query(db::AssertSqlSafe(text)).bind(origin).bind(signed(index)).fetch_all(&mut **tx).await?;
    let mut found = Vec::new();
    for row in rows.iter().map(row) {
        let Row { no, head, sink, kind, place, proved_at, .. } = row?;
        if let (Some(place), Some(proved_at)) = (place, proved_at) {
            found.push(Covering { no, sink, kind, size: head.size, root: head.root, place, proved_at });
        }
    }
    found.sort_by_key(|covering| (covering.proved_at, covering.no));
    Ok(found)
}
