//! The statements about rows and records.

use crate::award_check::{CheckedRow, Known};
use crate::model::{AwardRow, Details, Person};
use crate::people::store::people_of_case;
use crate::store::damaged;
use db::{CopyRows, DbError, Tx, Uuid, query, query_as, query_scalar};
use kernel::{AgencyCode, CaseId, OrderId, PersonId, RowId};
use std::collections::BTreeSet;
use time::Date;

/// New rows of these people in open cases of these agencies, and their awards since `since` that still stand, corrected ones as they were
/// corrected.
pub(crate) async fn rows_known(
    tx: &mut Tx,
    people: &[i64],
    agencies: &[String],
    since: Date,
) -> Result<BTreeSet<Known>, DbError> {
    let rows: Vec<(i64, String, String, String)> = query_as(
        "SELECT r.person, r.agency, r.category, r.reason FROM personnel.award_row r JOIN personnel.award_case c ON c.id = r.award_case \
         WHERE r.person = ANY($1) AND r.agency = ANY($3) AND r.returned IS NULL \
         AND ((c.state IN ('draft', 'in_review', 'awaiting_head') AND c.amends IS NULL) OR EXISTS (SELECT FROM personnel.award_record a \
              WHERE a.order_id = r.order_id AND a.issued_on >= $2 AND a.ended_by IS NULL))",
    )
    .bind(people)
    .bind(since)
    .bind(agencies)
    .fetch_all(&mut **tx)
    .await?;
    let known = |(person, agency, category, reason): (i64, String, String, String)| {
        let agency = AgencyCode::parse(&agency).map_err(|_| damaged("agency code"))?;
        Ok((PersonId(person), agency, category, reason))
    };
    rows.into_iter().map(known).collect()
}

pub(crate) async fn rows_copy(tx: &mut Tx, case: CaseId, rows: &[&CheckedRow]) -> Result<u64, DbError> {
    let mut copy = CopyRows::new();
    for row in rows {
        copy.plain(case)
            .plain(row.line)
            .plain(row.person)
            .text(row.agency.as_str())
            .text(&row.reason)
            .text(&row.outcome.code);
        copy.text(&row.category).text(&serde_json::to_string(&row.details).expect("texts are JSON")).end();
    }
    copy.send(
        tx,
        "COPY personnel.award_row (award_case, line, person, agency, reason, outcome, category, details) FROM STDIN",
    )
    .await
}

/// Moves the returned rows of a case that is being issued into a draft of their own, of the same batch and agency, with the
/// remarks, and with the committee's refusal if there is one. None if no row was returned.
pub(crate) async fn returned_split(tx: &mut Tx, case: CaseId) -> Result<Option<CaseId>, DbError> {
    let id: Option<i64> = query_scalar(
        "INSERT INTO personnel.award_case (batch, agency, state, numbering, committee_on, committee_outcome) \
         SELECT c.batch, c.agency, 'draft', c.numbering, CASE c.committee_outcome WHEN 'refused' THEN c.committee_on END, \
         nullif(c.committee_outcome, 'agreed') FROM personnel.award_case c \
         WHERE c.id = $1 AND EXISTS (SELECT FROM personnel.award_row r WHERE r.award_case = c.id AND r.returned IS NOT NULL) \
         RETURNING id",
    )
    .bind(case.0)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(id) = id else { return Ok(None) };
    query("UPDATE personnel.award_row SET award_case = $2 WHERE award_case = $1 AND returned IS NOT NULL")
        .bind(case.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(Some(CaseId(id)))
}

type RowRow = (i64, i32, i64, String, String, String, String, Option<String>, Option<Uuid>);

/// The rows of a case in the order of the file; with `kept_only`, those that were not returned.
pub(crate) async fn rows_fetch(tx: &mut Tx, case: CaseId, kept_only: bool) -> Result<Vec<AwardRow>, DbError> {
    let rows: Vec<RowRow> = query_as(
        "SELECT id, line, person, reason, outcome, category, details, returned, order_id FROM personnel.award_row \
         WHERE award_case = $1 AND (NOT $2 OR returned IS NULL) ORDER BY line, id",
    )
    .bind(case.0)
    .bind(kept_only)
    .fetch_all(&mut **tx)
    .await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let people = people_of_case(tx, &ids, case).await?;
    let people: std::collections::HashMap<i64, Person> = people.into_iter().map(|p| (p.id.0, p)).collect();
    let row = |(id, line, person, reason, outcome, category, details, returned, order): RowRow| {
        let details: Details = serde_json::from_str(&details).map_err(|_| damaged("award row"))?;
        Ok(AwardRow {
            id: RowId(id),
            line: line.unsigned_abs(),
            person: people.get(&person).cloned().ok_or_else(|| damaged("person"))?,
            reason,
            outcome,
            category,
            details,
            returned,
            order: order.map(|id| OrderId(*id.as_bytes())),
        })
    };
    rows.into_iter().map(row).collect()
}

pub(crate) async fn rows_return(tx: &mut Tx, case: CaseId, rows: &[i64], remark: &str) -> Result<u64, DbError> {
    let done = query(
        "UPDATE personnel.award_row SET returned = $3 WHERE award_case = $1 AND id = ANY($2) AND returned IS NULL",
    )
    .bind(case.0)
    .bind(rows)
    .bind(remark)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// Puts a returned row back into its case, with its texts as corrected.
pub(crate) async fn row_mend(tx: &mut Tx, case: CaseId, row: RowId, new: &CheckedRow) -> Result<bool, DbError> {
    let done = query(
        "UPDATE personnel.award_row SET returned = NULL, reason = $3, outcome = $4, category = $5, details = $6 \
         WHERE id = $2 AND award_case = $1 AND returned IS NOT NULL AND order_id IS NULL",
    )
    .bind(case.0)
    .bind(row.0)
    .bind(&new.reason)
    .bind(&new.outcome.code)
    .bind(&new.category)
    .bind(serde_json::to_string(&new.details).expect("texts are JSON"))
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes which order each row became, and the record it makes.
pub(crate) async fn rows_issued(
    tx: &mut Tx,
    rows: &[i64],
    orders: &[Uuid],
    people: &[i64],
    issued_on: Date,
) -> Result<(), DbError> {
    query("UPDATE personnel.award_row r SET order_id = u.o FROM unnest($1::int8[], $2::uuid[]) AS u(r, o) WHERE r.id = u.r")
        .bind(rows)
        .bind(orders)
        .execute(&mut **tx)
        .await?;
    query(
        "INSERT INTO personnel.award_record (order_id, person, row, issued_on, agency) \
         SELECT o, p, r, $4, (SELECT agency FROM personnel.award_row WHERE id = r) FROM unnest($2::uuid[], $3::int8[], $1::int8[]) AS u(o, p, r)",
    )
    .bind(rows)
    .bind(orders)
    .bind(people)
    .bind(issued_on)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) async fn row_issued(tx: &mut Tx, row: RowId, order: OrderId) -> Result<(), DbError> {
    query("UPDATE personnel.award_row SET order_id = $2 WHERE id = $1")
        .bind(row.0)
        .bind(Uuid::from_bytes(order.0))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the record an order made. False if it was ended before.
pub(crate) async fn record_end(tx: &mut Tx, order: OrderId, by: OrderId, on: Date) -> Result<bool, DbError> {
    let done = query(
        "UPDATE personnel.award_record SET ended_by = $2, ended_on = $3 WHERE order_id = $1 AND ended_by IS NULL",
    )
    .bind(Uuid::from_bytes(order.0))
    .bind(Uuid::from_bytes(by.0))
    .bind(on)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn row_of_order(tx: &mut Tx, order: OrderId) -> Result<Option<(i64, i64)>, DbError> {
    query_as("SELECT id, award_case FROM personnel.award_row WHERE order_id = $1")
        .bind(Uuid::from_bytes(order.0))
        .fetch_optional(&mut **tx)
        .await
}

/// Whether a change of this order is on its way to a decision.
pub(crate) async fn change_is_open(tx: &mut Tx, order: OrderId) -> Result<bool, DbError> {
    query_scalar(
        "SELECT EXISTS (SELECT FROM personnel.award_case WHERE amends = $1 AND state IN ('draft', 'in_review', 'awaiting_head'))",
    )
    .bind(Uuid::from_bytes(order.0))
    .fetch_one(&mut **tx)
    .await
}

/// Whether the case of this order was issued first and waits for the committee.
pub(crate) async fn confirmation_is_due(tx: &mut Tx, order: OrderId) -> Result<bool, DbError> {
    query_scalar(
        "SELECT EXISTS (SELECT FROM personnel.award_case c JOIN personnel.award_row r ON r.award_case = c.id \
         WHERE r.order_id = $1 AND c.confirm_by IS NOT NULL AND c.confirmation IS NULL)",
    )
    .bind(Uuid::from_bytes(order.0))
    .fetch_one(&mut **tx)
    .await
}

/// Destroys what a row says, and what drafts of the same award or of a change of it say that were given up. The row keeps its place, its
/// person and its order. The record that the order made goes with it.
pub(crate) async fn row_erase(tx: &mut Tx, order: OrderId, nothing: &str) -> Result<(), DbError> {
    let outside = db::step_out(tx).await?;
    let id = Uuid::from_bytes(order.0);
    query("DELETE FROM personnel.award_record WHERE order_id = $1").bind(id).execute(&mut **tx).await?;
    let erased: Vec<i64> = query_scalar(
        "WITH own AS (SELECT person, agency, reason FROM personnel.award_row WHERE order_id = $1) \
         UPDATE personnel.award_row r SET reason = '', outcome = '', category = '', details = $2, \
         returned = CASE WHEN r.returned IS NOT NULL THEN '' END \
         FROM personnel.award_case c WHERE c.id = r.award_case AND (r.order_id = $1 OR (r.order_id IS NULL AND c.state = 'undone' \
         AND (c.amends = $1 OR (r.person, r.agency, r.reason) IN (SELECT person, agency, reason FROM own)))) \
         RETURNING r.award_case",
    )
    .bind(id)
    .bind(nothing)
    .fetch_all(&mut **tx)
    .await?;
    // What was written about the case as a whole may speak of any of its rows; it goes with the last of them.
    query(
        "UPDATE personnel.award_case c SET remark = NULL, ground = CASE WHEN ground IS NOT NULL THEN '' END, \
         amendment_reason = CASE WHEN amendment_reason IS NOT NULL THEN '' END WHERE c.id = ANY($1) \
         AND NOT EXISTS (SELECT FROM personnel.award_row r WHERE r.award_case = c.id AND r.reason <> '')",
    )
    .bind(erased)
    .execute(&mut **tx)
    .await?;
    db::step_back(tx, outside).await
}

/// The records of a person, of one agency if it is named.
pub(crate) async fn records_of(
    tx: &mut Tx,
    person: PersonId,
    agency: Option<&AgencyCode>,
) -> Result<Vec<(Uuid, String, Date, Option<Date>)>, DbError> {
    query_as(
        "SELECT a.order_id, r.outcome, a.issued_on, a.ended_on FROM personnel.award_record a \
         JOIN personnel.award_row r ON r.id = a.row WHERE a.person = $1 \
         AND ($2::text IS NULL OR a.agency = $2) ORDER BY a.issued_on DESC, a.row DESC LIMIT 500",
    )
    .bind(person.0)
    .bind(agency.map(AgencyCode::as_str))
    .fetch_all(&mut **tx)
    .await
}
