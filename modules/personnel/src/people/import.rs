//! Taking in a list of people, and finding them.

use super::check::{self, HEADINGS, PEOPLE_ROWS_MAX};
use super::store;
use crate::PersonnelError;
use crate::error::refuse;
use crate::finding::Finding;
use crate::model::Person;
use db::Db;
use kernel::{AgencyCode, PersonId, Refusal, office_date};
use sheet::{Columns, Limits, Table, Wanted};
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// What taking in a list did, or would not do.
#[derive(Clone, Debug, Default)]
pub struct ImportedPeople {
    /// Rows of the file.
    pub rows: usize,
    /// People who were not on the agency's roster.
    pub added: i64,
    /// People whose data changed.
    pub changed: i64,
    /// The agencies whose people they are.
    pub agencies: Vec<AgencyCode>,
    /// What was found. With a finding that is no warning nothing was taken in.
    pub findings: Vec<Finding>,
}

impl ImportedPeople {
    /// Whether the list was taken in.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.findings.iter().all(|finding| finding.warning)
    }
}

/// Takes in a list of people, whole or not at all. With a scope, only people of these agencies may be in it. Whoever is not on the roster
/// of the agency a row names is added to it, wherever else they are on file: the answer is the same, and the officer there is asked whether the
/// person left ([`crate::arrived_elsewhere`]).
///
/// # Errors
/// When the file cannot be read or lacks columns, or the database is away.
pub async fn import_people(
    db: &Db,
    scope: Option<&BTreeSet<AgencyCode>>,
    name: &str,
    bytes: &[u8],
    now: OffsetDateTime,
) -> Result<ImportedPeople, PersonnelError> {
    let table = sheet::read(name, bytes, &Limits::default())?;
    let rows = cells(&table)?;
    if rows.is_empty() || rows.len() > PEOPLE_ROWS_MAX {
        return refuse(Refusal::new(
            "people/size",
            format!("檔案有{}列，應為1至{PEOPLE_ROWS_MAX}列。", rows.len()),
            format!("The file has {} rows; 1 to {PEOPLE_ROWS_MAX} are allowed.", rows.len()),
        ));
    }
    let codes: BTreeSet<AgencyCode> = rows.iter().filter_map(|(_, cells)| AgencyCode::parse(&cells[4]).ok()).collect();
    let codes: Vec<AgencyCode> = codes.into_iter().collect();
    let known = org::agencies(db, &codes).await?.into_iter().map(|agency| agency.code).collect();
    let mut tx = db.begin().await?;
    store::people_lock(&mut tx).await?;
    let (people, findings) = check::check(&rows, &known, scope, office_date(now));
    let mut imported = ImportedPeople { rows: rows.len(), findings, agencies: codes, ..ImportedPeople::default() };
    if imported.is_taken() {
        (imported.added, imported.changed) = store::people_upsert(&mut tx, &people, now).await?;
        let payload = serde_json::json!({ "added": imported.added, "changed": imported.changed });
        db::event(&mut tx, now, "PeopleImported", "people", &payload).await?;
        tx.commit().await?;
    }
    Ok(imported)
}

fn cells(table: &Table) -> Result<Vec<(u32, [String; 13])>, PersonnelError> {
    let optional = ["機關名稱", "單位代碼", "單位", "俸點", "到職日期", "電子郵件"];
    let wanted =
        HEADINGS.map(|name| if optional.contains(&name) { Wanted::optional(name) } else { Wanted::required(name) });
    let columns = Columns::find(&table.header, &wanted)?;
    let row = |row: &sheet::SheetRow| (row.line, HEADINGS.map(|name| columns.cell(row, name).trim().to_owned()));
    Ok(table.rows.iter().map(row).collect())
}

/// A page of people.
#[derive(Clone, Debug)]
pub struct PeopleQuery<'a> {
    /// Of these agencies.
    pub agencies: &'a [AgencyCode],
    /// Words in name, title or unit; empty for all. A national id finds nobody: see [`person_at_by_national_id`].
    pub words: &'a str,
    /// At most so many.
    pub limit: u32,
    /// After so many.
    pub offset: u32,
}

/// People who serve at some agencies, and how many there are in all.
///
/// # Errors
/// When the database is away.
pub async fn people(db: &Db, query: PeopleQuery<'_>) -> Result<(Vec<Person>, i64), PersonnelError> {
    let codes = codes(query.agencies);
    let words = query.words.trim().replace(['%', '_', '\\'], "");
    let mut tx = db.begin().await?;
    let count = store::people_count(&mut tx, &codes, &words).await?;
    let page = store::people_list(&mut tx, &codes, &words, query.limit.into(), query.offset.into()).await?;
    Ok((page, count))
}

fn codes(agencies: &[AgencyCode]) -> Vec<String> {
    agencies.iter().map(|code| code.as_str().to_owned()).collect()
}

/// A person's main entry: where they have served longest, or where they left last if they serve nowhere. An agency that takes somebody in who
/// serves elsewhere gets no say in what is theirs by it. For the person's own pages and the program's own work; pages of an agency ask
/// [`person_at`].
///
/// # Errors
/// When the database is away.
pub async fn person(db: &Db, id: PersonId) -> Result<Option<Person>, PersonnelError> {
    Ok(store::entries_fetch(&mut db.begin().await?, id).await?.into_iter().next())
}

/// All entries of a person: those where they serve, the oldest first, then those where they left, the newest first. For the person's own
/// pages and the program's own work.
///
/// # Errors
/// When the database is away.
pub async fn entries(db: &Db, id: PersonId) -> Result<Vec<Person>, PersonnelError> {
    Ok(store::entries_fetch(&mut db.begin().await?, id).await?)
}

/// The person as one of these agencies has them, also after they left it.
///
/// # Errors
/// When the database is away.
pub async fn person_at(db: &Db, agencies: &[AgencyCode], id: PersonId) -> Result<Option<Person>, PersonnelError> {
    Ok(store::entry_at(&mut db.begin().await?, &codes(agencies), id).await?)
}

/// Who serves at one of these agencies under this national id. Whoever asks in an office has the search logged.
///
/// # Errors
/// When the database is away.
pub async fn person_at_by_national_id(
    db: &Db,
    agencies: &[AgencyCode],
    id: &str,
) -> Result<Option<Person>, PersonnelError> {
    let ids = [id.to_owned()];
    let found = store::people_by_national_id(&mut db.begin().await?, &ids, &codes(agencies)).await?;
    Ok(found.into_iter().next())
}

/// The main entry ([`person`]) of whoever has this national id, at whatever agency: for the operator's commands only.
///
/// # Errors
/// When the database is away.
pub async fn person_by_national_id(db: &Db, id: &str) -> Result<Option<Person>, PersonnelError> {
    let mut tx = db.begin().await?;
    let Some(person) = store::person_number(&mut tx, id).await? else { return Ok(None) };
    Ok(store::entries_fetch(&mut tx, person).await?.into_iter().next())
}

/// The agencies that have people on file, by code.
///
/// # Errors
/// When the database is away.
pub async fn agencies_with_people(db: &Db) -> Result<Vec<AgencyCode>, PersonnelError> {
    let codes = store::people_agencies(&mut db.begin().await?).await?;
    Ok(codes.iter().filter_map(|code| AgencyCode::parse(code).ok()).collect())
}
