//! Takes an edition of the published list: shows what it would change, and then does exactly that or nothing.

use crate::decide::{self, Base, Diff, OnFile};
use crate::error::Error;
use crate::list::{self, List};
use crate::model::{Agency, Edition, Finding};
use crate::names::{TermKind, fold, short_names};
use crate::store;
use db::{Db, Tx};
use kernel::{AgencyCode, Refusal};
use serde::Deserialize;
use sheet::Limits;
use std::collections::{BTreeMap, BTreeSet};
use time::{Date, OffsetDateTime};

/// A file with an edition of the list.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'a> {
    /// Its name, for the record.
    pub file_name: &'a str,
    /// Its bytes: CSV in CP950 or UTF-8, ODS or XLSX.
    pub bytes: &'a [u8],
    /// The day the edition stands for; changes count from it.
    pub published_on: Date,
}

/// What an import would do. Nothing has been written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The state it was compared with; hand it to [`import`] so that what was shown is what is done.
    pub base: Base,
    /// What would change.
    pub diff: Diff,
    /// What is odd in the file.
    pub remarks: Vec<Finding>,
    /// Set when the newest edition on file has the very same bytes.
    pub same_as: Option<Edition>,
    /// Why [`import`] would say no, unless told to accept missing agencies.
    pub refusal: Option<Refusal>,
}

/// Who imports, when, and on which preview.
#[derive(Debug, Clone, Copy)]
pub struct Confirmation<'a> {
    /// Name of the officer, or of the operator at the command line.
    pub by: &'a str,
    /// Now.
    pub at: OffsetDateTime,
    /// From the preview, or [`Base::Newest`].
    pub base: Base,
    /// Take an edition that leaves out unusually many agencies.
    pub accept_missing: bool,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The edition was recorded; `diff` may be empty when another file says the same.
    Imported {
        /// As recorded.
        edition: Edition,
        /// What changed.
        diff: Diff,
        /// What is odd in the file.
        remarks: Vec<Finding>,
    },
    /// The same file as the newest edition: nothing was written.
    Unchanged {
        /// The edition on file.
        edition: Edition,
    },
}

/// Shows what importing the file would change.
///
/// # Errors
/// [`Error::Refused`] for a file that is no table, [`Error::Rows`] for rows that cannot be taken.
pub async fn preview(db: &Db, upload: Upload<'_>) -> Result<Preview, Error> {
    let List { agencies, remarks } = read(upload)?;
    let mut tx = db.begin().await?;
    let newest = newest(&mut tx).await?;
    let on_file = store::agency_all(&mut tx).await?;
    let diff = decide::diff(&on_file, &agencies);
    let base = newest.as_ref().map_or(Base::Empty, |edition| Base::After(edition.id));
    let verdict = decide::may_follow(newest.as_ref(), base, upload.published_on, &diff, on_file.agencies.len(), false);
    let sha256 = sha256(upload.bytes);
    let same_as = newest.filter(|edition| edition.sha256 == sha256);
    Ok(Preview { sha256, base, diff, remarks, refusal: verdict.err(), same_as })
}

/// Imports the file in one transaction.
///
/// # Errors
/// As [`preview`], and [`Error::Refused`] when the edition is older than the one on file, leaves out unusually many agencies, or
/// another edition came in after the preview.
pub async fn import(db: &Db, upload: Upload<'_>, confirmation: Confirmation<'_>) -> Result<Outcome, Error> {
    let List { agencies, remarks } = read(upload)?;
    let sha256 = sha256(upload.bytes);
    let mut tx = db.begin().await?;
    store::import_lock(&mut tx).await?;
    let newest = newest(&mut tx).await?;
    if let Some(edition) = newest.clone().filter(|edition| edition.sha256 == sha256) {
        return Ok(Outcome::Unchanged { edition });
    }
    let on_file = store::agency_all(&mut tx).await?;
    let diff = decide::diff(&on_file, &agencies);
    decide::may_follow(
        newest.as_ref(),
        confirmation.base,
        upload.published_on,
        &diff,
        on_file.agencies.len(),
        confirmation.accept_missing,
    )?;
    let mut edition = Edition {
        id: 0,
        published_on: upload.published_on,
        file_name: upload.file_name.to_owned(),
        sha256: sha256.to_vec(),
        recorded_at: confirmation.at,
        recorded_by: confirmation.by.to_owned(),
        counts: diff.counts(),
    };
    let remarks_json = serde_json::to_string(&remarks).expect("findings are plain text and numbers");
    edition.id = store::edition_insert(&mut tx, &edition, &remarks_json).await?;
    write(&mut tx, &edition, &diff, on_file).await?;
    let payload = serde_json::json!({ "edition": edition.id, "counts": edition.counts });
    db::event(&mut tx, confirmation.at, "AgencyListImported", &edition.id.to_string(), &payload).await?;
    tx.commit().await?;
    Ok(Outcome::Imported { edition, diff, remarks })
}

fn read(upload: Upload<'_>) -> Result<List, Error> {
    let table = sheet::read(upload.file_name, upload.bytes, &Limits::default()).map_err(|fault| fault.refusal())?;
    list::read(&table)
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

async fn newest(tx: &mut Tx) -> Result<Option<Edition>, Error> {
    Ok(store::edition_list(tx, 1).await?.pop())
}

/// Versions of what is new or changed, marks on what is missing or back, and all search terms.
async fn write(tx: &mut Tx, edition: &Edition, diff: &Diff, on_file: OnFile) -> Result<(), Error> {
    let added = diff.added.iter().map(|agency| (agency, agency.effective_on));
    let changed = diff.changed.iter().map(|change| (&change.after, Some(edition.published_on)));
    store::version_insert(tx, edition.id, added.chain(changed)).await?;
    let missing: Vec<AgencyCode> = diff.missing.iter().map(|agency| agency.code).collect();
    store::agency_missing(tx, &missing, Some(edition.published_on)).await?;
    store::agency_missing(tx, &diff.returned, None).await?;
    let mut present = on_file.agencies;
    let newer = diff.added.iter().chain(diff.changed.iter().map(|change| &change.after));
    present.extend(newer.map(|agency| (agency.code, agency.clone())));
    db::replace_tree(tx, at_or_below(&present).into_iter()).await?;
    let terms = terms(&present, store::name_all(tx).await?);
    Ok(store::term_replace(tx, terms.into_iter()).await?)
}

/// Every agency with itself and with each agency above it. An agency whose superior is not in the list is at the top, and so is one that
/// would close a circle (agencies gone from the list keep the superior they had).
fn at_or_below(present: &BTreeMap<AgencyCode, Agency>) -> BTreeSet<(String, String)> {
    let mut pairs = BTreeSet::new();
    for code in present.keys() {
        let mut above = Some(*code).filter(|code| present.contains_key(code));
        while let Some(node) = above {
            if !pairs.insert((node.to_string(), code.to_string())) {
                break;
            }
            above = present[&node].parent.filter(|parent| present.contains_key(parent));
        }
    }
    pairs
}

/// What each agency is searched by; one kind per term, the best.
fn terms(
    present: &BTreeMap<AgencyCode, Agency>,
    names_ever: Vec<(AgencyCode, String)>,
) -> BTreeSet<(AgencyCode, i16, String)> {
    let mut kinds: BTreeMap<(AgencyCode, String), TermKind> = BTreeMap::new();
    let mut add = |code: AgencyCode, kind: TermKind, text: &str| {
        let term = fold(text);
        if !term.is_empty() {
            kinds.entry((code, term)).and_modify(|known| *known = kind.min(*known)).or_insert(kind);
        }
    };
    for agency in present.values() {
        add(agency.code, TermKind::Code, agency.code.as_str());
        add(agency.code, TermKind::Name, &agency.name);
        add(agency.code, TermKind::English, agency.english_name.as_deref().unwrap_or_default());
        add(agency.code, TermKind::Former, agency.predecessor.as_ref().map_or("", |link| &link.name));
        let superior = agency.parent.and_then(|parent| present.get(&parent));
        for short in short_names(&agency.name, superior.map_or("", |superior| &superior.name)) {
            add(agency.code, TermKind::Short, &short);
        }
    }
    for (code, name) in names_ever {
        add(code, TermKind::Former, &name);
    }
    kinds.into_iter().map(|((code, term), kind)| (code, kind as i16, term)).collect()
}

/// Editions on file, newest first.
///
/// # Errors
/// When the database fails.
pub async fn editions(db: &Db, limit: i64) -> Result<Vec<Edition>, Error> {
    Ok(store::edition_list(&mut db.begin().await?, limit.clamp(1, 1000)).await?)
}

/// Something odd in an edition, as stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Remark {
    /// Row of the file, the heading row is 1.
    pub row: u32,
    /// Heading of the column, where it is about one cell.
    pub column: Option<String>,
    /// The cell's text.
    pub value: String,
    /// What is odd.
    pub reason: RemarkReason,
}

/// Stable code and text of a remark.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RemarkReason {
    /// Stable code.
    pub code: String,
    /// The text in both languages.
    pub text: RemarkText,
}

/// A remark's text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RemarkText {
    /// Traditional Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What was odd in an edition, in row order; empty for an unknown edition.
///
/// # Errors
/// When the database fails.
pub async fn remarks(db: &Db, edition: i64) -> Result<Vec<Remark>, Error> {
    let stored = store::edition_remarks(&mut db.begin().await?, edition).await?.unwrap_or_else(|| "[]".to_owned());
    Ok(serde_json::from_str(&stored).expect("remarks are stored by `import` in this shape"))
}

#[cfg(test)]
#[path = "../import_tests.rs"]
mod tests;
