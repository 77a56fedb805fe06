//! The statements about mandates.

use super::model::{Mandate, MandateAct, Topic, Way};
use super::ops::NewMandate;
use db::{DbError, Pool, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, PersonId};
use time::{Date, OffsetDateTime};

/// Number, principal and name, agent and name, agency, topics, first day, end, days, way, witness, conflict, confirmed, revoked.
type MandateRow = (
    i64,
    i64,
    String,
    Option<i64>,
    String,
    String,
    Vec<String>,
    Date,
    Date,
    i32,
    String,
    String,
    bool,
    Option<OffsetDateTime>,
    Option<OffsetDateTime>,
);

const MANDATE: &str = "SELECT id, principal, principal_name, agent, agent_name, agency, topics, from_on, until_on, days, way, \
    witness_name, conflict, confirmed_at, revoked_at FROM access.mandate ";

fn mandate(row: MandateRow) -> Option<Mandate> {
    let (
        id,
        principal,
        name,
        agent,
        agent_name,
        agency,
        topics,
        from_on,
        until_on,
        days,
        way,
        witness,
        conflict,
        confirmed_at,
        revoked_at,
    ) = row;
    Some(Mandate {
        id,
        principal: (PersonId(principal), name),
        agent: agent.map(|agent| (PersonId(agent), agent_name)),
        agency: AgencyCode::parse(&agency).ok(),
        topics: topics.iter().filter_map(|code| Topic::parse(code)).collect(),
        from_on,
        until_on,
        days: days.into(),
        way: Way::parse(&way)?,
        witness,
        conflict,
        confirmed_at,
        revoked_at,
    })
}

fn mandates(rows: Vec<MandateRow>) -> Vec<Mandate> {
    rows.into_iter().filter_map(mandate).collect()
}

/// The mandates of an agent that count on a day.
pub(crate) async fn counting(pool: &Pool, agent: i64, on: Date) -> Result<Vec<Mandate>, DbError> {
    let sql =
        format!("{MANDATE} WHERE agent = $1 AND revoked_at IS NULL AND from_on <= $2 AND until_on > $2 ORDER BY id");
    Ok(mandates(query_as(db::AssertSqlSafe(sql)).bind(agent).bind(on).fetch_all(pool).await?))
}

pub(crate) async fn of_agent(tx: &mut Tx, agent: PersonId) -> Result<Vec<Mandate>, DbError> {
    let sql = format!("{MANDATE} WHERE agent = $1 ORDER BY id DESC LIMIT 200");
    Ok(mandates(query_as(db::AssertSqlSafe(sql)).bind(agent.0).fetch_all(&mut **tx).await?))
}

pub(crate) async fn of_principal(tx: &mut Tx, principal: PersonId) -> Result<Vec<Mandate>, DbError> {
    let sql = format!("{MANDATE} WHERE principal = $1 ORDER BY id DESC LIMIT 200");
    Ok(mandates(query_as(db::AssertSqlSafe(sql)).bind(principal.0).fetch_all(&mut **tx).await?))
}

pub(crate) async fn of_agencies(tx: &mut Tx, agencies: &[String]) -> Result<Vec<Mandate>, DbError> {
    let sql = format!("{MANDATE} WHERE agency = ANY($1) ORDER BY id DESC LIMIT 200");
    Ok(mandates(query_as(db::AssertSqlSafe(sql)).bind(agencies).fetch_all(&mut **tx).await?))
}

/// A mandate that nobody has taken up yet.
pub(crate) struct Offered {
    pub id: i64,
    pub principal: i64,
    pub agency: String,
    /// The officer who saw it given.
    pub witness: Option<i64>,
}

/// An offered mandate by the hash of its code, locked.
pub(crate) async fn offered(tx: &mut Tx, code_hash: &[u8], on: Date) -> Result<Option<Offered>, DbError> {
    let row: Option<(i64, i64, String, Option<i64>)> = query_as(
        "SELECT id, principal, agency, witness FROM access.mandate WHERE code_hash = $1 AND agent IS NULL \
         AND revoked_at IS NULL AND until_on > $2 FOR UPDATE",
    )
    .bind(code_hash)
    .bind(on)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(id, principal, agency, witness)| Offered { id, principal, agency, witness }))
}

pub(crate) async fn fetch(tx: &mut Tx, id: i64) -> Result<Option<Mandate>, DbError> {
    let sql = format!("{MANDATE} WHERE id = $1");
    let row: Option<MandateRow> = query_as(db::AssertSqlSafe(sql)).bind(id).fetch_optional(&mut **tx).await?;
    Ok(row.and_then(mandate))
}

pub(crate) async fn insert(
    tx: &mut Tx,
    new: &NewMandate<'_>,
    code_hash: &[u8],
    at: OffsetDateTime,
) -> Result<i64, DbError> {
    let topics: Vec<&str> = new.topics.iter().map(|topic| topic.code()).collect();
    let (witness, witness_name) = new.witness.map_or((None, ""), |(person, name)| (Some(person.0), name));
    query_scalar(
        "INSERT INTO access.mandate (principal, principal_name, agency, topics, from_on, until_on, days, way, evidence, witness, \
         witness_name, code_hash, given_at) VALUES ($1, $2, $3, $4, $5, $6, $6::date - $5::date, $7, $8, $9, $10, $11, $12) RETURNING id",
    )
    .bind(new.principal.0)
    .bind(new.name)
    .bind(new.agency)
    .bind(topics)
    .bind(new.from_on)
    .bind(new.until_on)
    .bind(new.way.code())
    .bind(new.evidence)
    .bind(witness)
    .bind(witness_name)
    .bind(code_hash)
    .bind(at)
    .fetch_one(&mut **tx)
    .await
}

/// An agent takes a mandate up.
pub(crate) async fn take(
    tx: &mut Tx,
    id: i64,
    agent: (PersonId, &str),
    conflict: bool,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query("UPDATE access.mandate SET agent = $2, agent_name = $3, conflict = $4, taken_at = $5 WHERE id = $1")
        .bind(id)
        .bind(agent.0.0)
        .bind(agent.1)
        .bind(conflict)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// For how many people an agent may act at most: a promise of this service, kept by the operator.
pub(crate) async fn principals_max(tx: &mut Tx) -> Result<i64, DbError> {
    query_scalar("SELECT principals_max FROM access.mandate_limit").fetch_one(&mut **tx).await
}

pub(crate) async fn principals_max_set(pool: &Pool, most: i64) -> Result<(), DbError> {
    query("UPDATE access.mandate_limit SET principals_max = $1").bind(most).execute(pool).await?;
    Ok(())
}

/// Mandates that end by a day, or ended since another, of which the principal was not told.
pub(crate) async fn to_tell(tx: &mut Tx, today: Date, by: Date, since: Date) -> Result<Vec<Mandate>, DbError> {
    let sql = format!(
        "{MANDATE} WHERE agent IS NOT NULL AND revoked_at IS NULL AND (\
         (until_on > $1 AND until_on <= $2 AND until_on - from_on > $2 - $1 AND told_before IS DISTINCT FROM until_on) \
         OR (until_on <= $1 AND until_on > $3 AND told_after IS DISTINCT FROM until_on)) \
         ORDER BY until_on, id LIMIT 500 FOR UPDATE SKIP LOCKED"
    );
    let rows = query_as(db::AssertSqlSafe(sql)).bind(today).bind(by).bind(since).fetch_all(&mut **tx).await?;
    Ok(mandates(rows))
}

/// The principal was told of this end, before or after it.
pub(crate) async fn told(tx: &mut Tx, id: i64, until_on: Date, is_over: bool) -> Result<(), DbError> {
    let statement = match is_over {
        true => "UPDATE access.mandate SET told_after = $2 WHERE id = $1",
        false => "UPDATE access.mandate SET told_before = $2 WHERE id = $1",
    };
    query(statement).bind(id).bind(until_on).execute(&mut **tx).await?;
    Ok(())
}

/// How many other principals an agent has on a day, within a lock on the agent.
pub(crate) async fn principals(tx: &mut Tx, agent: PersonId, besides: i64, on: Date) -> Result<i64, DbError> {
    query("SELECT pg_advisory_xact_lock(hashtextextended('access.mandate', $1))")
        .bind(agent.0)
        .execute(&mut **tx)
        .await?;
    query_scalar(
        "SELECT count(DISTINCT principal) FROM access.mandate WHERE agent = $1 AND principal <> $2 AND revoked_at IS NULL \
         AND until_on > $3",
    )
    .bind(agent.0)
    .bind(besides)
    .bind(on)
    .fetch_one(&mut **tx)
    .await
}

/// Whether a person may act as personnel officer of an agency on a day: by an office that reaches it, or as deputy named for one.
pub(crate) async fn is_officer(tx: &mut Tx, person: PersonId, agency: &str, on: Date) -> Result<bool, DbError> {
    query_scalar(
        "SELECT EXISTS (SELECT FROM access.office o WHERE o.role = 'officer' AND o.from_on <= $3 \
         AND (o.until_on IS NULL OR o.until_on > $3) AND (o.agency = $2 OR (o.with_subordinates \
             AND EXISTS (SELECT FROM scope.below b WHERE b.above = o.agency AND b.node = $2))) \
         AND (o.person = $1 OR EXISTS (SELECT FROM access.deputy d WHERE d.office = o.id AND d.person = $1 \
             AND d.ended_at IS NULL)))",
    )
    .bind(person.0)
    .bind(agency)
    .bind(on)
    .fetch_one(&mut **tx)
    .await
}

/// Takes a mandate back; false if it is over or taken back already.
pub(crate) async fn revoke(tx: &mut Tx, id: i64, by: PersonId, at: OffsetDateTime) -> Result<bool, DbError> {
    let done = query("UPDATE access.mandate SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL")
        .bind(id)
        .bind(at)
        .bind(by.0)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A mandate of a principal that was taken up counts from today for as many days as it was given.
pub(crate) async fn renew(tx: &mut Tx, id: i64, principal: PersonId, today: Date) -> Result<bool, DbError> {
    let done = query(
        "UPDATE access.mandate SET until_on = $3::date + days WHERE id = $1 AND principal = $2 AND revoked_at IS NULL \
         AND agent IS NOT NULL AND until_on < $3::date + days",
    )
    .bind(id)
    .bind(principal.0)
    .bind(today)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A principal confirms a mandate that was given before an officer and taken up.
pub(crate) async fn confirm(tx: &mut Tx, id: i64, principal: PersonId, at: OffsetDateTime) -> Result<bool, DbError> {
    let done = query(
        "UPDATE access.mandate SET confirmed_at = $3 WHERE id = $1 AND principal = $2 AND way <> 'online' \
         AND agent IS NOT NULL AND confirmed_at IS NULL AND revoked_at IS NULL",
    )
    .bind(id)
    .bind(principal.0)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn act_insert(
    tx: &mut Tx,
    (mandate, principal, agent): (i64, PersonId, PersonId),
    topic: Topic,
    what: &str,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query(
        "INSERT INTO access.mandate_act (mandate, principal, agent, topic, what, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(mandate)
    .bind(principal.0)
    .bind(agent.0)
    .bind(topic.code())
    .bind(what)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The newest acts of agents for a principal.
pub(crate) async fn acts(tx: &mut Tx, principal: PersonId) -> Result<Vec<MandateAct>, DbError> {
    let rows: Vec<(String, String, String, OffsetDateTime)> = query_as(
        "SELECT m.agent_name, a.topic, a.what, a.at FROM access.mandate_act a JOIN access.mandate m ON m.id = a.mandate \
         WHERE a.principal = $1 ORDER BY a.at DESC, a.id DESC LIMIT 200",
    )
    .bind(principal.0)
    .fetch_all(&mut **tx)
    .await?;
    let act = |(agent_name, topic, what, at): (String, String, String, OffsetDateTime)| {
        Some(MandateAct { agent_name, topic: Topic::parse(&topic)?, what, at })
    };
    Ok(rows.into_iter().filter_map(act).collect())
}
