//! Reading cases.

use crate::model::{AwardCase, AwardRow, CaseLine};
use crate::{PersonnelError, rows, store};
use db::Db;
use kernel::{AgencyCode, CaseId, OrderId, PersonId};
use time::Date;

/// Most cases of one listing.
const CASES_MAX: i64 = 500;

/// A case with its rows.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The case.
    pub case: AwardCase,
    /// All its rows, returned ones included, in the order of the file.
    pub rows: Vec<AwardRow>,
}

/// A case with its rows; none if it is not of one of these agencies.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn case_file(db: &Db, agencies: &[AgencyCode], id: CaseId) -> Result<Option<CaseFile>, PersonnelError> {
    let found = store::case_fetch(&mut db.begin().await?, id).await?;
    let Some(case) = found.filter(|case| agencies.contains(&case.agency)) else { return Ok(None) };
    let mut tx = db.begin().await?;
    let rows = rows::store::rows_fetch(&mut tx, id, false).await?;
    Ok(Some(CaseFile { case, rows }))
}

/// The agency of a case; none if there is no such case.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn agency_of_case(db: &Db, id: CaseId) -> Result<Option<AgencyCode>, PersonnelError> {
    Ok(store::case_fetch(&mut db.begin().await?, id).await?.map(|case| case.agency))
}

/// The cases of some agencies in these states (`draft`, `in_review`, `awaiting_head`, `issued`, `undone`), newest first, 500 at most.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn cases(db: &Db, agencies: &[AgencyCode], states: &[&str]) -> Result<Vec<CaseLine>, PersonnelError> {
    let codes: Vec<String> = agencies.iter().map(|code| code.as_str().to_owned()).collect();
    let states: Vec<String> = states.iter().map(|&state| state.to_owned()).collect();
    Ok(store::cases_list(&mut db.begin().await?, &codes, &states, false, CASES_MAX).await?)
}

/// The cases of some agencies that were issued first and wait for the committee to confirm them (考績法施行細則 §13), those whose last
/// day comes first at the top, 500 at most.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn cases_to_confirm(db: &Db, agencies: &[AgencyCode]) -> Result<Vec<CaseLine>, PersonnelError> {
    let codes: Vec<String> = agencies.iter().map(|code| code.as_str().to_owned()).collect();
    Ok(store::cases_list(&mut db.begin().await?, &codes, &["issued".to_owned()], true, CASES_MAX).await?)
}

/// The awards and penalties on a person's record: order, outcome code, day of issue, and the day it was ended if it was.
///
/// # Errors
/// When the database is away.
pub async fn records(db: &Db, person: PersonId) -> Result<Vec<(OrderId, String, Date, Option<Date>)>, PersonnelError> {
    let rows = rows::store::records_of(&mut db.begin().await?, person, None).await?;
    Ok(rows.into_iter().map(|(id, outcome, issued, ended)| (OrderId(*id.as_bytes()), outcome, issued, ended)).collect())
}

/// The same, of what one agency granted.
///
/// # Errors
/// When the database is away.
pub async fn records_at(
    db: &Db,
    agency: &AgencyCode,
    person: PersonId,
) -> Result<Vec<(OrderId, String, Date, Option<Date>)>, PersonnelError> {
    let rows = rows::store::records_of(&mut db.begin().await?, person, Some(agency)).await?;
    Ok(rows.into_iter().map(|(id, outcome, issued, ended)| (OrderId(*id.as_bytes()), outcome, issued, ended)).collect())
}
