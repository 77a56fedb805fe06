//! The statements of questions and answers.

use crate::error::Error;
use crate::model::ReadId;
use crate::question::{Answer, Question};
use db::{AssertSqlSafe, Db, PgRow, Row, Tx, query, query_scalar};
use kernel::{AgencyCode, PersonId};
use time::{Date, OffsetDateTime};

const COLUMNS: &str = "no, entry, person, agency, asked_at, words, due_on, calendar_known, answered_at, answered_by, \
     answered_by_name, answered_as, answer";

fn question_row(row: &PgRow) -> Result<Question, Error> {
    let entry: i64 = row.try_get("entry")?;
    let agency: String = row.try_get("agency")?;
    let answered_at: Option<OffsetDateTime> = row.try_get("answered_at")?;
    let answer = match answered_at {
        None => None,
        Some(at) => Some(Answer {
            at,
            by: PersonId(row.try_get("answered_by")?),
            name: row.try_get("answered_by_name")?,
            role_name: row.try_get("answered_as")?,
            words: row.try_get("answer")?,
        }),
    };
    Ok(Question {
        no: row.try_get("no")?,
        entry: ReadId(entry),
        person: PersonId(row.try_get("person")?),
        agency: AgencyCode::parse(&agency).map_err(|_| Error::Damaged(entry))?,
        asked_at: row.try_get("asked_at")?,
        words: row.try_get("words")?,
        due_on: row.try_get("due_on")?,
        calendar_known: row.try_get("calendar_known")?,
        answer,
    })
}

fn codes(agencies: &[AgencyCode]) -> Vec<String> {
    agencies.iter().map(ToString::to_string).collect()
}

pub(crate) async fn promise_fetch(db: &Db) -> Result<u32, Error> {
    let days: i32 = query_scalar("SELECT answer_days FROM readlog.promise").fetch_one(db.pool()).await?;
    Ok(days.unsigned_abs())
}

pub(crate) async fn promise_set(db: &Db, days: u32) -> Result<(), Error> {
    query("UPDATE readlog.promise SET answer_days = $1")
        .bind(i32::try_from(days).unwrap_or(i32::MAX))
        .execute(db.pool())
        .await?;
    Ok(())
}

/// None if the person asked about this entry before.
pub(crate) async fn question_insert(db: &Db, question: &Question) -> Result<Option<i64>, Error> {
    let no = query_scalar(
        "INSERT INTO readlog.question (entry, person, agency, asked_at, words, due_on, calendar_known) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (entry, person) DO NOTHING RETURNING no",
    )
    .bind(question.entry.0)
    .bind(question.person.0)
    .bind(question.agency.to_string())
    .bind(question.asked_at)
    .bind(&question.words)
    .bind(question.due_on)
    .bind(question.calendar_known)
    .fetch_optional(db.pool())
    .await?;
    Ok(no)
}

pub(crate) async fn questions_of(db: &Db, person: PersonId, ids: &[ReadId]) -> Result<Vec<Question>, Error> {
    let text = format!("SELECT {COLUMNS} FROM readlog.question WHERE person = $1 AND entry = ANY($2)");
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = query(AssertSqlSafe(text)).bind(person.0).bind(ids).fetch_all(db.pool()).await?;
    rows.iter().map(question_row).collect()
}

pub(crate) async fn questions_to(
    db: &Db,
    agencies: &[AgencyCode],
    limit: u32,
    offset: u32,
) -> Result<(Vec<Question>, u64), Error> {
    let found: i64 = query_scalar("SELECT count(*) FROM readlog.question WHERE agency = ANY($1)")
        .bind(codes(agencies))
        .fetch_one(db.pool())
        .await?;
    let text = format!(
        "SELECT {COLUMNS} FROM readlog.question WHERE agency = ANY($1) \
         ORDER BY answered_at IS NOT NULL, CASE WHEN answered_at IS NULL THEN due_on END, no DESC LIMIT $2 OFFSET $3"
    );
    let rows = query(AssertSqlSafe(text))
        .bind(codes(agencies))
        .bind(i64::from(limit))
        .bind(i64::from(offset))
        .fetch_all(db.pool())
        .await?;
    let questions = rows.iter().map(question_row).collect::<Result<_, _>>()?;
    Ok((questions, u64::try_from(found).unwrap_or(0)))
}

pub(crate) async fn question_fetch(db: &Db, no: i64) -> Result<Option<Question>, Error> {
    let text = format!("SELECT {COLUMNS} FROM readlog.question WHERE no = $1");
    query(AssertSqlSafe(text)).bind(no).fetch_optional(db.pool()).await?.as_ref().map(question_row).transpose()
}

/// False if it has been answered.
pub(crate) async fn question_answer(db: &Db, no: i64, answer: &Answer) -> Result<bool, Error> {
    let done = query(
        "UPDATE readlog.question SET answered_at = $2, answered_by = $3, answered_by_name = $4, answered_as = $5, answer = $6 \
         WHERE no = $1 AND answered_at IS NULL",
    )
    .bind(no)
    .bind(answer.at)
    .bind(answer.by.0)
    .bind(&answer.name)
    .bind(&answer.role_name)
    .bind(&answer.words)
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn question_overdue(
    tx: &mut Tx,
    today: Date,
    quiet_since: OffsetDateTime,
) -> Result<Vec<Question>, Error> {
    let text = format!(
        "SELECT {COLUMNS} FROM readlog.question WHERE answered_at IS NULL AND due_on < $1 \
         AND (reminded_at IS NULL OR reminded_at <= $2) ORDER BY due_on, no LIMIT 500 FOR UPDATE SKIP LOCKED"
    );
    let rows = query(AssertSqlSafe(text)).bind(today).bind(quiet_since).fetch_all(&mut **tx).await?;
    rows.iter().map(question_row).collect()
}

pub(crate) async fn question_reminded(tx: &mut Tx, no: i64, now: OffsetDateTime) -> Result<(), Error> {
    query("UPDATE readlog.question SET reminded_at = $2 WHERE no = $1").bind(no).bind(now).execute(&mut **tx).await?;
    Ok(())
}
