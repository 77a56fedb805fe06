//! Rows typed in the page: new ones, and returned ones put right.

use super::amend::{corrected, row_of};
use super::upload::{facts_to_add, listed};
use crate::award_check::{CheckedRow, RawRow, check};
use crate::error::{no_case, refuse, stale};
use crate::finding::Finding;
use crate::model::{CaseState, Change};
use crate::{PersonnelError, rows, store};
use db::{Db, Tx};
use kernel::{AgencyCode, CaseId, PersonId, Refusal, RowId, office_date};
use orders::Amendment;
use std::collections::BTreeSet;
use time::{Date, OffsetDateTime};

/// What became of a typed row.
#[derive(Debug)]
pub enum Typed {
    /// It stands in this case.
    Kept(CaseId),
    /// It has faults; nothing was written.
    Faulty(Vec<Finding>),
}

/// Checks a typed row and adds it to a draft case, or begins a case with it.
///
/// # Errors
/// Refusals: no such case, not a draft any more, of another agency, full.
pub async fn type_row(
    db: &Db,
    officer: PersonId,
    scope: &BTreeSet<AgencyCode>,
    case: Option<CaseId>,
    cells: [String; 16],
    now: OffsetDateTime,
) -> Result<Typed, PersonnelError> {
    let row = RawRow { line: 1, cells };
    let rows = std::slice::from_ref(&row);
    let today = office_date(now);
    let listed = listed(db, rows, today).await?;
    let mut tx = db.begin().await?;
    let (checked, findings) = check(rows, &facts_to_add(&mut tx, rows, listed, scope, today).await?);
    let Some(mut row) = checked.into_iter().next() else { return Ok(Typed::Faulty(findings)) };
    let case = match case {
        Some(case) => {
            row.line = next_line(&mut tx, case, &row.agency, scope).await?;
            case
        }
        None => {
            let batch = store::batch_insert(&mut tx, officer, "typed", now).await?;
            store::case_insert(&mut tx, batch, &row.agency, None).await?
        }
    };
    rows::store::rows_copy(&mut tx, case, &[&row]).await?;
    db::event(&mut tx, now, "AwardRowTyped", &case.to_string(), &serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(Typed::Kept(case))
}

async fn next_line(
    tx: &mut Tx,
    case: CaseId,
    agency: &AgencyCode,
    scope: &BTreeSet<AgencyCode>,
) -> Result<u32, PersonnelError> {
    let Some(mut case) = store::case_lock(tx, case).await?.filter(|case| scope.contains(&case.agency)) else {
        return refuse(no_case());
    };
    if !matches!(case.state, CaseState::Draft { .. }) || case.change.is_some() {
        return refuse(stale());
    }
    if case.agency != *agency {
        return refuse(Refusal::new(
            "award/other-case-agency",
            "此員之服務機關與本案之機關不同，請另立新案。",
            "This person serves at another agency than the case is about. Please begin another case.",
        ));
    }
    let rows = rows::store::rows_fetch(tx, case.id, false).await?;
    if rows.len() >= orders::PAPERS_MAX {
        return refuse(Refusal::new(
            "award/case-full",
            format!("一案以{}人為限，請另立新案。", orders::PAPERS_MAX),
            format!("A case holds at most {} people. Please begin another.", orders::PAPERS_MAX),
        ));
    }
    case.state = CaseState::Draft { remark: None };
    store::case_write(tx, &case).await?;
    Ok(rows.iter().map(|row| row.line).max().unwrap_or(0) + 1)
}

/// Checks a returned row as corrected and puts it back into its case. The person stays the same. In a case that corrects an order the
/// row must still be a correction of it; one that revokes, repeals or cancels an order has no text to mend.
///
/// # Errors
/// Refusals: no such row, the case is not with the officer, another person, no correction.
pub async fn mend_row(
    db: &Db,
    scope: &BTreeSet<AgencyCode>,
    case: CaseId,
    row: RowId,
    cells: [String; 16],
    now: OffsetDateTime,
) -> Result<Typed, PersonnelError> {
    let raw = RawRow { line: 1, cells };
    let rows = std::slice::from_ref(&raw);
    let today = office_date(now);
    let listed = listed(db, rows, today).await?;
    let mut tx = db.begin().await?;
    let found = store::case_lock(&mut tx, case).await?.filter(|case| scope.contains(&case.agency));
    let Some(found) = found else { return refuse(no_case()) };
    if !matches!(found.state, CaseState::Draft { .. }) {
        return refuse(stale());
    }
    let (checked, findings) = match &found.change {
        None => check(rows, &facts_to_add(&mut tx, rows, listed, scope, today).await?),
        Some(change) => mend_change(&mut tx, change, raw.cells.clone(), today).await?,
    };
    let Some(new) = checked.into_iter().next() else { return Ok(Typed::Faulty(findings)) };
    let old = rows::store::rows_fetch(&mut tx, case, false).await?.into_iter().find(|old| old.id == row);
    let same_person = old.is_some_and(|old| old.person.id == new.person);
    if !same_person || !rows::store::row_mend(&mut tx, case, row, &new).await? {
        return refuse(Refusal::new(
            "award/no-such-row",
            "查無此退回之列，或人員已變更。",
            "There is no such returned row, or it is about another person.",
        ));
    }
    store::case_write(&mut tx, &found).await?;
    db::event(&mut tx, now, "AwardRowMended", &case.to_string(), &serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(Typed::Kept(case))
}

/// The row of a correction that came back, as mended.
async fn mend_change(
    tx: &mut Tx,
    change: &Change,
    cells: [String; 16],
    today: Date,
) -> Result<(Vec<CheckedRow>, Vec<Finding>), PersonnelError> {
    if change.amendment != Amendment::Correct {
        return refuse(Refusal::new(
            "personnel/no-text-to-mend",
            "撤銷、廢止、註銷案無可修正之內容；如須變更，請撤回本案後重新辦理。",
            "A case that revokes, repeals or cancels has no text to mend. Please take it back and draft it again.",
        ));
    }
    let Some(order) = orders::order_in(tx, change.order).await? else { return refuse(no_case()) };
    let Some(old) = row_of(tx, change.order).await? else { return refuse(no_case()) };
    corrected(tx, &order, &old, Some(cells), today).await
}
