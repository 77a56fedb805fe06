//! The statements about uploads, batches and cases.

use crate::model::{AwardCase, CaseLine, CaseState, Change, CommitteeDecision, Confirmation, Route};
use db::{DbError, Row, Tx, Uuid, query, query_as, query_scalar};
use kernel::{AgencyCode, BatchId, CaseId, OrderId, PersonId};
use orders::{Amendment, Numbering};
use std::collections::BTreeSet;
use time::{Date, OffsetDateTime};

pub(crate) fn damaged(what: impl std::fmt::Display) -> DbError {
    DbError::Decode(format!("a stored {what} does not read back").into())
}

// Uploads ---------------------------------------------------------------------------------------------------------------

pub(crate) async fn upload_insert(
    tx: &mut Tx,
    officer: PersonId,
    name: &str,
    content: &[u8],
    at: OffsetDateTime,
) -> Result<i64, DbError> {
    query_scalar(
        "INSERT INTO personnel.upload (officer, file_name, content, uploaded_at) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(officer.0)
    .bind(name)
    .bind(content)
    .bind(at)
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn upload_fetch(
    tx: &mut Tx,
    id: i64,
    officer: PersonId,
) -> Result<Option<(String, Vec<u8>)>, DbError> {
    query_as("SELECT file_name, content FROM personnel.upload WHERE id = $1 AND officer = $2")
        .bind(id)
        .bind(officer.0)
        .fetch_optional(&mut **tx)
        .await
}

/// Takes an upload away: whoever gets it is the one who takes it in.
pub(crate) async fn upload_take(tx: &mut Tx, id: i64, officer: PersonId) -> Result<bool, DbError> {
    let done = query("DELETE FROM personnel.upload WHERE id = $1 AND officer = $2")
        .bind(id)
        .bind(officer.0)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn uploads_sweep(tx: &mut Tx, before: OffsetDateTime) -> Result<u64, DbError> {
    let done = query("DELETE FROM personnel.upload WHERE uploaded_at < $1").bind(before).execute(&mut **tx).await?;
    Ok(done.rows_affected())
}

// Cases -----------------------------------------------------------------------------------------------------------------

/// Lets one transaction at a time look at the awards of these agencies and add to them; the locks end with the transaction. Agencies
/// share 256 locks, taken in ascending order, so that a file about all of them neither fills the lock table nor waits in a circle.
pub(crate) async fn agencies_lock(tx: &mut Tx, agencies: &BTreeSet<AgencyCode>) -> Result<(), DbError> {
    let codes: Vec<&str> = agencies.iter().map(AgencyCode::as_str).collect();
    query(
        "SELECT pg_advisory_xact_lock(hashtext('personnel.award_case'), lock) FROM (SELECT DISTINCT hashtext(code) & 255 AS lock \
         FROM unnest($1::text[]) AS code ORDER BY lock) AS locks",
    )
    .bind(codes)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) async fn batch_insert(
    tx: &mut Tx,
    officer: PersonId,
    source: &str,
    at: OffsetDateTime,
) -> Result<BatchId, DbError> {
    let id: i64 =
        query_scalar("INSERT INTO personnel.award_batch (officer, source, taken_at) VALUES ($1, $2, $3) RETURNING id")
            .bind(officer.0)
            .bind(source)
            .bind(at)
            .fetch_one(&mut **tx)
            .await?;
    Ok(BatchId(id))
}

pub(crate) async fn case_insert(
    tx: &mut Tx,
    batch: BatchId,
    agency: &AgencyCode,
    change: Option<&Change>,
) -> Result<CaseId, DbError> {
    let id: i64 = query_scalar(
        "INSERT INTO personnel.award_case (batch, agency, state, amends, amendment, amendment_reason, known_on, effective_on) \
         VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(batch.0)
    .bind(agency.as_str())
    .bind(change.map(|change| Uuid::from_bytes(change.order.0)))
    .bind(change.map(|change| change.amendment.code()))
    .bind(change.map(|change| change.reason.as_str()))
    .bind(change.and_then(|change| change.known_on))
    .bind(change.and_then(|change| change.effective_on))
    .fetch_one(&mut **tx)
    .await?;
    Ok(CaseId(id))
}

macro_rules! case_columns {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.batch, c.agency, c.version, c.state, c.remark, c.submitted_at, c.route, c.committee_on, c.committee_outcome, c.ground, \
             c.numbering, c.approved_at, c.confirm_by, c.confirmed_on, c.confirmation, c.amends, c.amendment, \
             c.amendment_reason, c.known_on, c.effective_on ",
            $rest
        )
    };
}

type PgRow = <db::Postgres as db::Database>::Row;

fn case(row: &PgRow) -> Result<AwardCase, DbError> {
    let agency: String = row.try_get("agency")?;
    let numbering: String = row.try_get("numbering")?;
    Ok(AwardCase {
        id: CaseId(row.try_get("id")?),
        batch: BatchId(row.try_get("batch")?),
        agency: AgencyCode::parse(&agency).map_err(|_| damaged("agency code"))?,
        version: row.try_get("version")?,
        state: state(row)?,
        committee: committee(row)?,
        numbering: Numbering::parse(&numbering).ok_or_else(|| damaged("numbering"))?,
        change: change(row)?,
    })
}

fn state(row: &PgRow) -> Result<CaseState, DbError> {
    let name: String = row.try_get("state")?;
    Ok(match name.as_str() {
        "draft" => CaseState::Draft { remark: row.try_get("remark")? },
        "in_review" => CaseState::InReview { submitted_at: row.try_get("submitted_at")? },
        "awaiting_head" => CaseState::AwaitingHead { route: route(row)? },
        "issued" => CaseState::Issued {
            approved_at: row.try_get("approved_at")?,
            route: route(row)?,
            confirmation: confirmation(row)?,
        },
        "undone" => CaseState::Undone,
        _ => return Err(damaged("case state")),
    })
}

fn committee(row: &PgRow) -> Result<Option<CommitteeDecision>, DbError> {
    let outcome: Option<String> = row.try_get("committee_outcome")?;
    let Some(outcome) = outcome else { return Ok(None) };
    Ok(Some(CommitteeDecision { on: row.try_get("committee_on")?, agreed: outcome == "agreed" }))
}

fn route(row: &PgRow) -> Result<Route, DbError> {
    let name: Option<String> = row.try_get("route")?;
    Ok(match name.as_deref() {
        Some("committee") => Route::Committee { on: row.try_get("committee_on")? },
        Some("issue_first") => Route::IssueFirst { ground: row.try_get("ground")? },
        Some("clerical") => Route::Clerical,
        _ => return Err(damaged("route")),
    })
}

fn confirmation(row: &PgRow) -> Result<Confirmation, DbError> {
    let said: Option<String> = row.try_get("confirmation")?;
    let by: Option<Date> = row.try_get("confirm_by")?;
    Ok(match (said.as_deref(), by) {
        (Some("agreed"), _) => Confirmation::Agreed(row.try_get("confirmed_on")?),
        (Some(_), _) => Confirmation::Refused(row.try_get("confirmed_on")?),
        (None, Some(day)) => Confirmation::Due(day),
        (None, None) => Confirmation::NotNeeded,
    })
}

fn change(row: &PgRow) -> Result<Option<Change>, DbError> {
    let Some(order) = row.try_get::<Option<Uuid>, _>("amends")? else { return Ok(None) };
    let amendment: String = row.try_get("amendment")?;
    Ok(Some(Change {
        order: OrderId(*order.as_bytes()),
        amendment: Amendment::parse(&amendment).ok_or_else(|| damaged("amendment"))?,
        reason: row.try_get::<Option<String>, _>("amendment_reason")?.unwrap_or_default(),
        known_on: row.try_get("known_on")?,
        effective_on: row.try_get("effective_on")?,
    }))
}

pub(crate) async fn case_fetch(tx: &mut Tx, id: CaseId) -> Result<Option<AwardCase>, DbError> {
    let row = query(case_columns!("FROM personnel.award_case c WHERE c.id = $1"))
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(case).transpose()
}

/// Locks a case for the transaction that changes it.
pub(crate) async fn case_lock(tx: &mut Tx, id: CaseId) -> Result<Option<AwardCase>, DbError> {
    let row = query(case_columns!("FROM personnel.award_case c WHERE c.id = $1 FOR UPDATE"))
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(case).transpose()
}

pub(crate) async fn case_write(tx: &mut Tx, case: &AwardCase) -> Result<(), DbError> {
    let s = Stored::of(&case.state);
    query(
        "UPDATE personnel.award_case SET version = version + 1, state = $2, remark = $3, submitted_at = $4, \
         route = $5, committee_on = $6, committee_outcome = $7, ground = $8, numbering = $9, approved_at = $10, \
         confirm_by = coalesce($11, confirm_by), confirmed_on = $12, confirmation = $13 WHERE id = $1",
    )
    .bind(case.id.0)
    .bind(s.state)
    .bind(s.remark)
    .bind(s.submitted_at)
    .bind(s.route.map(Route::code))
    .bind(case.committee.map(|said| said.on))
    .bind(case.committee.map(|said| outcome(said.agreed)))
    .bind(s.ground)
    .bind(case.numbering.code())
    .bind(s.approved_at)
    .bind(s.confirm_by)
    .bind(s.confirmed.map(|(day, _)| day))
    .bind(s.confirmed.map(|(_, agreed)| outcome(agreed)))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

const fn outcome(agreed: bool) -> &'static str {
    if agreed { "agreed" } else { "refused" }
}

/// A state spread over its columns. The day of a committee's agreement is not among them: it stays when the state goes on.
#[derive(Default)]
struct Stored<'a> {
    state: &'static str,
    remark: Option<&'a str>,
    submitted_at: Option<OffsetDateTime>,
    route: Option<&'a Route>,
    ground: Option<&'a str>,
    approved_at: Option<OffsetDateTime>,
    confirm_by: Option<Date>,
    confirmed: Option<(Date, bool)>,
}

impl<'a> Stored<'a> {
    fn of(state: &'a CaseState) -> Self {
        match state {
            CaseState::Draft { remark } => Self { state: "draft", remark: remark.as_deref(), ..Self::default() },
            CaseState::InReview { submitted_at } => {
                Self { state: "in_review", submitted_at: Some(*submitted_at), ..Self::default() }
            }
            CaseState::AwaitingHead { route } => Self { state: "awaiting_head", ..Self::with_route(route) },
            CaseState::Issued { approved_at, route, confirmation } => {
                let (confirm_by, confirmed) = match *confirmation {
                    Confirmation::NotNeeded => (None, None),
                    Confirmation::Due(day) => (Some(day), None),
                    Confirmation::Agreed(day) => (None, Some((day, true))),
                    Confirmation::Refused(day) => (None, Some((day, false))),
                };
                let approved_at = Some(*approved_at);
                Self { state: "issued", approved_at, confirm_by, confirmed, ..Self::with_route(route) }
            }
            CaseState::Undone => Self { state: "undone", ..Self::default() },
        }
    }

    fn with_route(route: &'a Route) -> Self {
        let ground = match route {
            Route::IssueFirst { ground } => Some(ground.as_str()),
            Route::Committee { .. } | Route::Clerical => None,
        };
        Self { route: Some(route), ground, ..Self::default() }
    }
}

pub(crate) async fn cases_list(
    tx: &mut Tx,
    agencies: &[String],
    states: &[String],
    unconfirmed: bool,
    limit: i64,
) -> Result<Vec<CaseLine>, DbError> {
    let rows = query(case_columns!(
        ", b.source, b.taken_at, count(r.id) FILTER (WHERE r.returned IS NULL) AS kept, \
         count(r.id) FILTER (WHERE r.returned IS NOT NULL) AS returned \
         FROM personnel.award_case c JOIN personnel.award_batch b ON b.id = c.batch \
         LEFT JOIN personnel.award_row r ON r.award_case = c.id \
         WHERE c.agency = ANY($1) AND c.state = ANY($2) \
         AND (NOT $3 OR (c.confirm_by IS NOT NULL AND c.confirmation IS NULL)) GROUP BY c.id, b.id \
         ORDER BY CASE WHEN $3 THEN c.confirm_by END, c.id DESC LIMIT $4"
    ))
    .bind(agencies)
    .bind(states)
    .bind(unconfirmed)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(line).collect()
}

fn line(row: &PgRow) -> Result<CaseLine, DbError> {
    Ok(CaseLine {
        case: case(row)?,
        kept: row.try_get("kept")?,
        returned: row.try_get("returned")?,
        taken_at: row.try_get("taken_at")?,
        source: row.try_get("source")?,
    })
}

/// Who took a batch in, from where, and when.
pub(crate) async fn batch_fetch(tx: &mut Tx, id: BatchId) -> Result<Option<(i64, String, OffsetDateTime)>, DbError> {
    query_as("SELECT officer, source, taken_at FROM personnel.award_batch WHERE id = $1")
        .bind(id.0)
        .fetch_optional(&mut **tx)
        .await
}

pub(crate) async fn lines_of_batch(tx: &mut Tx, id: BatchId) -> Result<Vec<CaseLine>, DbError> {
    let rows = query(case_columns!(
        ", b.source, b.taken_at, count(r.id) FILTER (WHERE r.returned IS NULL) AS kept, \
         count(r.id) FILTER (WHERE r.returned IS NOT NULL) AS returned \
         FROM personnel.award_case c JOIN personnel.award_batch b ON b.id = c.batch \
         LEFT JOIN personnel.award_row r ON r.award_case = c.id WHERE c.batch = $1 GROUP BY c.id, b.id ORDER BY c.id DESC"
    ))
    .bind(id.0)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(line).collect()
}

pub(crate) async fn cases_of_batch(tx: &mut Tx, batch: BatchId) -> Result<Vec<AwardCase>, DbError> {
    let rows = query(case_columns!("FROM personnel.award_case c WHERE c.batch = $1 ORDER BY c.id FOR UPDATE"))
        .bind(batch.0)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(case).collect()
}

pub(crate) async fn batch_undo(tx: &mut Tx, batch: BatchId, at: OffsetDateTime) -> Result<(), DbError> {
    query("UPDATE personnel.award_batch SET undone_at = $2 WHERE id = $1")
        .bind(batch.0)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn batch_officer(tx: &mut Tx, batch: BatchId) -> Result<Option<i64>, DbError> {
    query_scalar("SELECT officer FROM personnel.award_batch WHERE id = $1")
        .bind(batch.0)
        .fetch_optional(&mut **tx)
        .await
}

// Chasing ---------------------------------------------------------------------------------------------------------------

/// Cases to be confirmed by `horizon` that nobody was reminded of since `quiet_since` and whose officer has an address: case, officer,
/// address, last day.
pub(crate) async fn confirmations_due(
    tx: &mut Tx,
    horizon: Date,
    quiet_since: OffsetDateTime,
) -> Result<Vec<(i64, i64, String, Date)>, DbError> {
    query_as(
        "SELECT c.id, b.officer, p.email, c.confirm_by FROM personnel.award_case c \
         JOIN personnel.award_batch b ON b.id = c.batch JOIN LATERAL (SELECT e.email FROM personnel.roster e \
         WHERE e.person = b.officer AND e.left_on IS NULL AND e.email IS NOT NULL ORDER BY e.id DESC LIMIT 1) p ON true \
         WHERE c.state = 'issued' AND c.confirm_by <= $1 AND c.confirmation IS NULL \
         AND (c.reminded_at IS NULL OR c.reminded_at < $2) ORDER BY c.id LIMIT 500 FOR UPDATE OF c SKIP LOCKED",
    )
    .bind(horizon)
    .bind(quiet_since)
    .fetch_all(&mut **tx)
    .await
}

pub(crate) async fn case_reminded(tx: &mut Tx, case: i64, at: OffsetDateTime) -> Result<(), DbError> {
    query("UPDATE personnel.award_case SET reminded_at = $2 WHERE id = $1")
        .bind(case)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
