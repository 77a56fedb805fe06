//! An award file: read, checked, shown with its faults, then taken in (all rows, or the good ones) or left.

use crate::award_check::{CheckedRow, Facts, HEADINGS, Known, RawRow, check};
use crate::error::refuse;
use crate::finding::Finding;
use crate::model::Person;
use crate::{PersonnelError, rows, store};
use db::{Db, Tx};
use kernel::{AgencyCode, BatchId, CaseId, PersonId, Refusal, office_date};
use sheet::{Columns, Limits, OdsSheet, SheetRow, Table, Wanted, write_ods};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use time::{Date, Duration, Month, OffsetDateTime};

/// Most rows of one file.
pub const AWARD_ROWS_MAX: usize = 20_000;
/// Hours an upload waits for its officer to decide.
const UPLOAD_HOURS_MAX: i64 = 72;

/// A file that was read and checked.
#[derive(Debug)]
pub struct UploadCheck {
    /// Its name.
    pub file_name: String,
    /// The file as read.
    pub table: Table,
    /// The rows that passed.
    pub checked: Vec<CheckedRow>,
    /// What was found, in the order of the rows.
    pub findings: Vec<Finding>,
}

impl UploadCheck {
    /// Lines with at least one fault.
    #[must_use]
    pub fn refused_lines(&self) -> BTreeSet<u32> {
        self.findings.iter().filter(|finding| !finding.warning).map(|finding| finding.line).collect()
    }
}

/// What taking in a file made.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The batch, which can be undone as one.
    pub batch: BatchId,
    /// Its cases, one for each agency (and each 4,096 rows of one).
    pub cases: Vec<CaseId>,
    /// Rows taken in.
    pub rows: usize,
}

/// Reads and checks a file for an officer of the agencies in `scope`. Writes nothing.
///
/// # Errors
/// When the file cannot be read, lacks columns, is empty or too long.
pub async fn check_file(
    db: &Db,
    scope: &BTreeSet<AgencyCode>,
    name: &str,
    bytes: &[u8],
    today: Date,
) -> Result<UploadCheck, PersonnelError> {
    let (table, rows) = read(name, bytes)?;
    let listed = listed(db, &rows, today).await?;
    let facts = facts(&mut db.begin().await?, &rows, listed, scope, today).await?;
    let (checked, findings) = check(&rows, &facts);
    Ok(UploadCheck { file_name: name.to_owned(), table, checked, findings })
}

/// The file and the sixteen cells of each row.
fn read(name: &str, bytes: &[u8]) -> Result<(Table, Vec<RawRow>), PersonnelError> {
    let table = sheet::read(name, bytes, &Limits::default())?;
    let rows = raw_rows(&table)?;
    if rows.is_empty() || rows.len() > AWARD_ROWS_MAX {
        return refuse(Refusal::new(
            "award/size",
            format!("檔案有{}列，應為1至{AWARD_ROWS_MAX}列。", rows.len()),
            format!("The file has {} rows; 1 to {AWARD_ROWS_MAX} are allowed.", rows.len()),
        ));
    }
    Ok((table, rows))
}

/// The sixteen cells of each row, found by heading.
fn raw_rows(table: &Table) -> Result<Vec<RawRow>, PersonnelError> {
    let columns = columns(table)?;
    let cells =
        |row: &SheetRow| HEADINGS.map(|name| columns.cell(row, name).trim_matches([' ', '\u{3000}']).to_owned());
    Ok(table.rows.iter().map(|row| RawRow { line: row.line, cells: cells(row) }).collect())
}

fn columns(table: &Table) -> Result<Columns, PersonnelError> {
    let wanted = HEADINGS.map(|name| match name {
        "獎懲事由(更新資料庫)" => Wanted::required(name).or(&["獎懲事由"]),
        "獎懲事由(長)(非必填，建議不使用)" => Wanted::optional(name).or(&["獎懲事由(長)"]),
        "其他事項" => Wanted::optional(name),
        "身分證號" => Wanted::required(name).or(&["身分證統一編號"]),
        _ => Wanted::required(name),
    });
    Ok(Columns::find(&table.header, &wanted)?)
}

/// Agencies of the list: name, and whether it is closed.
pub(crate) type Listed = HashMap<AgencyCode, (String, bool)>;

/// The agencies these rows name. Read before a transaction begins: whoever holds one never waits for a second connection.
pub(crate) async fn listed(db: &Db, rows: &[RawRow], today: Date) -> Result<Listed, PersonnelError> {
    let codes: Vec<AgencyCode> = codes(rows).into_iter().collect();
    let agencies = org::agencies(db, &codes).await?;
    Ok(agencies.into_iter().map(|a| (a.code, (a.name.clone(), a.is_closed(today)))).collect())
}

fn codes(rows: &[RawRow]) -> BTreeSet<AgencyCode> {
    rows.iter().filter_map(|row| AgencyCode::parse(&row.cells[2]).ok()).collect()
}

/// What is on file about the people and agencies of these rows.
pub(crate) async fn facts(
    tx: &mut Tx,
    rows: &[RawRow],
    agencies: Listed,
    scope: &BTreeSet<AgencyCode>,
    today: Date,
) -> Result<Facts, PersonnelError> {
    let ids: BTreeSet<String> = rows.iter().map(|row| row.cells[0].clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let found = crate::people::store::people_by_national_id(tx, &ids, &codes_of(scope)).await?;
    let persons: Vec<i64> = found.iter().map(|person| person.id.0).collect();
    let known = known(tx, &persons, scope, today).await?;
    let mut people: HashMap<String, Vec<Person>> = HashMap::new();
    for person in found {
        people.entry(person.national_id.as_str().to_owned()).or_default().push(person);
    }
    Ok(Facts { people, agencies, scope: scope.clone(), known })
}

/// The facts for a transaction that adds rows: nobody else adds rows of these agencies until it ends, so that what is not known now is
/// not known when it commits either.
pub(crate) async fn facts_to_add(
    tx: &mut Tx,
    rows: &[RawRow],
    agencies: Listed,
    scope: &BTreeSet<AgencyCode>,
    today: Date,
) -> Result<Facts, PersonnelError> {
    store::agencies_lock(tx, &codes(rows)).await?;
    facts(tx, rows, agencies, scope, today).await
}

fn codes_of(agencies: &BTreeSet<AgencyCode>) -> Vec<String> {
    agencies.iter().map(|code| code.as_str().to_owned()).collect()
}

/// The awards of these people by these agencies that are under way or were issued this year and stand. What other agencies granted is theirs
/// to know.
pub(crate) async fn known(
    tx: &mut Tx,
    people: &[i64],
    agencies: &BTreeSet<AgencyCode>,
    today: Date,
) -> Result<BTreeSet<Known>, PersonnelError> {
    let new_year =
        Date::from_calendar_date(today.year(), Month::January, 1).expect("every year has a first of January");
    Ok(rows::store::rows_known(tx, people, &codes_of(agencies), new_year).await?)
}

/// Keeps a file until the officer decides what to do with it. Returns its id.
///
/// # Errors
/// When the database is away.
pub async fn keep_upload(
    db: &Db,
    officer: PersonId,
    name: &str,
    bytes: &[u8],
    now: OffsetDateTime,
) -> Result<i64, PersonnelError> {
    let mut tx = db.begin().await?;
    let id = store::upload_insert(&mut tx, officer, name, bytes, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// The officer's kept file, checked again against what is on file now. None if there is no such file of this officer.
///
/// # Errors
/// As [`check_file`].
pub async fn upload(
    db: &Db,
    id: i64,
    officer: PersonId,
    scope: &BTreeSet<AgencyCode>,
    today: Date,
) -> Result<Option<UploadCheck>, PersonnelError> {
    match store::upload_fetch(&mut db.begin().await?, id, officer).await? {
        Some((name, bytes)) => Ok(Some(check_file(db, scope, &name, &bytes, today).await?)),
        None => Ok(None),
    }
}

/// Leaves a kept file: nothing of it is taken in.
///
/// # Errors
/// When the database is away.
pub async fn drop_upload(db: &Db, id: i64, officer: PersonId) -> Result<(), PersonnelError> {
    let mut tx = db.begin().await?;
    store::upload_take(&mut tx, id, officer).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes files nobody decided about.
///
/// # Errors
/// When the database is away.
pub async fn sweep_uploads(db: &Db, now: OffsetDateTime) -> Result<u64, PersonnelError> {
    let mut tx = db.begin().await?;
    let gone = store::uploads_sweep(&mut tx, now - Duration::hours(UPLOAD_HOURS_MAX)).await?;
    tx.commit().await?;
    Ok(gone)
}

/// The same file as ODS, with the reasons beside the cells.
///
/// # Errors
/// When the sheet cannot be written.
pub fn refused_ods(check: &UploadCheck) -> Result<Vec<u8>, PersonnelError> {
    let columns = columns(&check.table)?;
    let mut by_line: HashMap<u32, Vec<&Finding>> = HashMap::new();
    for finding in &check.findings {
        by_line.entry(finding.line).or_default().push(finding);
    }
    let found = |row: &SheetRow| by_line.get(&row.line).map_or(&[][..], Vec::as_slice);
    let place = |finding: &&Finding| finding.column.and_then(|name| columns.at(name));
    let sheet = OdsSheet {
        name: "獎懲資料".to_owned(),
        header: check.table.header.clone(),
        rows: check.table.rows.iter().map(|row| row.cells.clone()).collect(),
        remarks: check.table.rows.iter().map(|row| remark(found(row))).collect(),
        faulty: check.table.rows.iter().map(|row| found(row).iter().filter_map(place).collect()).collect(),
    };
    Ok(write_ods(&sheet)?)
}

fn remark(findings: &[&Finding]) -> Option<String> {
    let line = |finding: &&Finding| {
        let kind = if finding.warning { "提醒" } else { "錯誤" };
        format!("【{kind}】{}：{}", finding.column.unwrap_or("整列"), finding.text.zh)
    };
    (!findings.is_empty()).then(|| findings.iter().map(line).collect::<Vec<_>>().join("　"))
}

/// Takes in the officer's kept file: all rows, or with `good_only` those that pass. All or nothing either way.
///
/// # Errors
/// Refusals: no such file (any more), faults while not taking the good rows only, no good row at all.
pub async fn take(
    db: &Db,
    id: i64,
    officer: PersonId,
    scope: &BTreeSet<AgencyCode>,
    good_only: bool,
    now: OffsetDateTime,
) -> Result<Taken, PersonnelError> {
    let today = office_date(now);
    let Some((name, bytes)) = store::upload_fetch(&mut db.begin().await?, id, officer).await? else {
        return refuse(no_upload());
    };
    let (table, rows) = read(&name, &bytes)?;
    let listed = listed(db, &rows, today).await?;
    let mut tx = db.begin().await?;
    if !store::upload_take(&mut tx, id, officer).await? {
        return refuse(no_upload());
    }
    let (checked, findings) = check(&rows, &facts_to_add(&mut tx, &rows, listed, scope, today).await?);
    let check = UploadCheck { file_name: name, table, checked, findings };
    let taken = take_checked(&mut tx, officer, &check, good_only, now).await?;
    tx.commit().await?;
    Ok(taken)
}

fn no_upload() -> Refusal {
    Refusal::new(
        "award/no-upload",
        "此檔案已處理或已逾保留期間，請重新上傳。",
        "This file was dealt with or kept too long. Please upload it again.",
    )
}

/// Takes in a file at once, without keeping it first.
///
/// # Errors
/// As [`take`]; refused too if an award of it was taken in since it was checked.
pub async fn take_file(
    db: &Db,
    officer: PersonId,
    check: &UploadCheck,
    good_only: bool,
    now: OffsetDateTime,
) -> Result<Taken, PersonnelError> {
    let mut tx = db.begin().await?;
    let agencies = check.checked.iter().map(|row| row.agency).collect();
    store::agencies_lock(&mut tx, &agencies).await?;
    let people: Vec<i64> = check.checked.iter().map(|row| row.person.0).collect();
    let known = known(&mut tx, &people, &agencies, office_date(now)).await?;
    let is_known =
        |row: &&CheckedRow| known.contains(&(row.person, row.agency, row.category.clone(), row.reason.clone()));
    if let Some(row) = check.checked.iter().find(is_known) {
        return refuse(Refusal::new(
            "award/known",
            format!("第{}列之獎懲已在辦理中或本年度已發布，未匯入任何資料。", row.line),
            format!("The award of line {} is being handled or was issued this year; nothing was taken in.", row.line),
        ));
    }
    let taken = take_checked(&mut tx, officer, check, good_only, now).await?;
    tx.commit().await?;
    Ok(taken)
}

async fn take_checked(
    tx: &mut Tx,
    officer: PersonId,
    check: &UploadCheck,
    good_only: bool,
    now: OffsetDateTime,
) -> Result<Taken, PersonnelError> {
    let refused = check.refused_lines().len();
    if check.checked.is_empty() || (refused > 0 && !good_only) {
        return refuse(Refusal::new(
            "award/faults",
            format!("檔案有{refused}列錯誤，未匯入任何資料。"),
            format!("{refused} rows have faults; nothing was taken in."),
        ));
    }
    let batch = store::batch_insert(tx, officer, &check.file_name, now).await?;
    let cases = make_cases(tx, batch, &check.checked).await?;
    let payload = serde_json::json!({ "rows": check.checked.len(), "cases": cases.len() });
    db::event(tx, now, "AwardBatchTaken", &batch.to_string(), &payload).await?;
    Ok(Taken { batch, cases, rows: check.checked.len() })
}

/// One case for each authority, in the order of their codes; an approval covers at most [`orders::PAPERS_MAX`] rows.
async fn make_cases(tx: &mut Tx, batch: BatchId, rows: &[CheckedRow]) -> Result<Vec<CaseId>, PersonnelError> {
    let mut by_agency: BTreeMap<AgencyCode, Vec<&CheckedRow>> = BTreeMap::new();
    for row in rows {
        by_agency.entry(row.agency).or_default().push(row);
    }
    let mut cases = Vec::new();
    for (agency, rows) in by_agency {
        for chunk in rows.chunks(orders::PAPERS_MAX) {
            let case = store::case_insert(tx, batch, &agency, None).await?;
            rows::store::rows_copy(tx, case, chunk).await?;
            cases.push(case);
        }
    }
    Ok(cases)
}
