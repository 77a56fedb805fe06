//! `renshi import agencies|people FILE`.

use crate::Failure;
use crate::args::{Import, Imported};
use crate::assemble::open_storage;
use crate::chance::SystemClock;
use db::Db;
use kernel::{Clock, office_date, roc};
use personnel::{Finding, ImportedPeople};
use std::process::ExitCode;
use time::Date;

/// Most lines printed of one kind.
const LINES_MAX: usize = 200;

/// Takes in a file, whole or not at all, and says what changed.
///
/// # Errors
/// When the file cannot be taken in, with every row and its reason.
pub async fn run(import: Import) -> Result<ExitCode, Failure> {
    let (cluster, db) = open_storage(&import.storage).await?;
    let bytes = std::fs::read(&import.file).map_err(|e| format!("`{}` cannot be read: {e}", import.file.display()))?;
    let name = import.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let result = match import.what {
        Imported::Agencies => agencies(&db, &import, &name, &bytes).await,
        Imported::People => {
            let imported = people(&db, &name, &bytes).await?;
            println!("{} rows: {} added, {} changed", imported.rows, imported.added, imported.changed);
            Ok(())
        }
    };
    db.close().await;
    drop(cluster);
    result.map(|()| ExitCode::SUCCESS)
}

async fn agencies(db: &Db, import: &Import, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let published_on = match &import.published {
        Some(text) => roc::parse(text).ok().flatten().ok_or_else(|| format!("\"{text}\" is not a date"))?,
        None => office_date(SystemClock.now()),
    };
    if import.dry_run {
        let upload = org::Upload { file_name: name, bytes, published_on };
        let preview = org::preview(db, upload).await.map_err(|error| rows(&error))?;
        print_diff(&preview.diff);
        return preview.refusal.map_or(Ok(()), |refusal| Err(refusal.text.to_string().into()));
    }
    take_agencies(db, name, bytes, published_on, import.accept_missing).await
}

/// Takes in an edition of the agency list and prints what changed.
///
/// # Errors
/// When the edition cannot be taken in, with every row and its reason.
pub async fn take_agencies(
    db: &Db,
    name: &str,
    bytes: &[u8],
    published_on: Date,
    accept_missing: bool,
) -> Result<(), Failure> {
    let upload = org::Upload { file_name: name, bytes, published_on };
    let confirmation =
        org::Confirmation { by: "renshi import", at: SystemClock.now(), base: org::Base::Newest, accept_missing };
    match org::import(db, upload, confirmation).await.map_err(|error| rows(&error))? {
        org::Outcome::Unchanged { edition } => println!("the same file as edition {}: nothing to change", edition.id),
        org::Outcome::Imported { diff, .. } => print_diff(&diff),
    }
    Ok(())
}

/// How many of each kind, then each change in a line.
fn print_diff(diff: &org::Diff) {
    let counts = diff.counts();
    println!(
        "{} agencies: {} added, {} changed ({} closed, {} renamed), {} missing, {} listed again",
        counts.rows, counts.added, counts.changed, counts.closed, counts.renamed, counts.missing, counts.returned
    );
    for change in diff.changed.iter().take(LINES_MAX) {
        let fields: Vec<String> =
            change.fields.iter().map(|f| format!("{} {:?} -> {:?}", f.field.column(), f.old, f.new)).collect();
        println!("  changed {} {}: {}", change.after.code, change.after.name, fields.join(", "));
    }
    for agency in diff.missing.iter().take(LINES_MAX) {
        println!("  missing {} {}", agency.code, agency.name);
    }
}

fn rows(error: &org::Error) -> Failure {
    match error {
        org::Error::Rows(findings) => {
            for finding in findings.iter().take(LINES_MAX) {
                let column = finding.column.unwrap_or("-");
                eprintln!("row {}, {column}: {}", finding.row, finding.reason.text);
            }
            format!("{} rows cannot be taken; nothing was written", findings.len()).into()
        }
        other => crate::chain(other).into(),
    }
}

/// Takes in a list of people.
///
/// # Errors
/// When a row cannot be taken in, with every row and its reason.
pub async fn people(db: &Db, name: &str, bytes: &[u8]) -> Result<ImportedPeople, Failure> {
    let imported =
        personnel::import_people(db, None, name, bytes, SystemClock.now()).await.map_err(|error| words(&error))?;
    print_findings(&imported.findings);
    if imported.is_taken() {
        return Ok(imported);
    }
    let lines = imported.findings.iter().filter(|finding| !finding.warning).count();
    Err(format!("the list of people has {lines} faults; nothing was written").into())
}

/// Prints findings by line and column, on standard error.
pub fn print_findings(findings: &[Finding]) {
    for finding in findings.iter().take(LINES_MAX) {
        let kind = if finding.warning { "warning" } else { "refused" };
        let column = finding.column.unwrap_or("-");
        eprintln!("{kind}: line {}, {column}: {}", finding.line, finding.text);
    }
}

/// A module's error in words, both languages where it has them.
pub fn words(error: &personnel::PersonnelError) -> Failure {
    match error {
        personnel::PersonnelError::Refused(refusal) => refusal.text.to_string().into(),
        personnel::PersonnelError::File(fault) => fault.text().to_string().into(),
        other => crate::chain(other).into(),
    }
}
