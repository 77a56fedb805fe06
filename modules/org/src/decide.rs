//! What an edition of the list changes on file. Pure: the dry run and the import both ask here.

use crate::model::{Agency, Counts, Edition, Field};
use kernel::{AgencyCode, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use time::Date;

/// Of the agencies on file, an edition may leave out at most one in this many before it needs an explicit word: a list cut
/// off at the end of a row looks well formed.
pub const MISSING_SHARE_MAX: usize = 20;

/// The agencies on file before an edition is taken.
#[derive(Debug, Clone, Default)]
pub struct OnFile {
    /// Newest known values by code.
    pub agencies: BTreeMap<AgencyCode, Agency>,
    /// Codes that an earlier edition left out.
    pub missing: BTreeSet<AgencyCode>,
}

/// The difference between the agencies on file and an edition. Each list is in code order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Not on file before.
    pub added: Vec<Agency>,
    /// On file with other values.
    pub changed: Vec<Change>,
    /// On file, and left out by this edition for the first time. They are kept.
    pub missing: Vec<Agency>,
    /// Left out by an earlier edition and listed again.
    pub returned: Vec<AgencyCode>,
    /// How many are on file as listed.
    pub unchanged: usize,
}

/// One agency whose values differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As on file.
    pub before: Agency,
    /// As in the edition.
    pub after: Agency,
    /// Which values, in column order; never empty.
    pub fields: Vec<FieldChange>,
}

/// One changed value, as the list prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub field: Field,
    /// Value on file.
    pub old: String,
    /// Value in the edition.
    pub new: String,
}

impl Change {
    /// The edition gives another name.
    pub fn is_renamed(&self) -> bool {
        self.before.name != self.after.name
    }

    /// The edition closes the agency, by mark or by date.
    pub fn is_closed(&self) -> bool {
        let closing = |agency: &Agency| agency.closed || agency.closed_on.is_some();
        closing(&self.after) && !closing(&self.before)
    }

    /// The edition puts the agency under another superior.
    pub fn is_moved(&self) -> bool {
        self.before.parent != self.after.parent
    }
}

impl Diff {
    /// Whether the edition says nothing new.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.missing.is_empty() && self.returned.is_empty()
    }

    /// Agencies that the edition closes.
    pub fn closed(&self) -> impl Iterator<Item = &Change> {
        self.changed.iter().filter(|change| change.is_closed())
    }

    /// Agencies that the edition renames.
    pub fn renamed(&self) -> impl Iterator<Item = &Change> {
        self.changed.iter().filter(|change| change.is_renamed())
    }

    /// The same in numbers.
    pub fn counts(&self) -> Counts {
        let count = |n: usize| i32::try_from(n).expect("a table has at most sheet::Limits::rows_max rows");
        Counts {
            rows: count(self.added.len() + self.changed.len() + self.unchanged),
            added: count(self.added.len()),
            changed: count(self.changed.len()),
            closed: count(self.closed().count()),
            renamed: count(self.renamed().count()),
            missing: count(self.missing.len()),
            returned: count(self.returned.len()),
        }
    }
}

/// Compares an edition with what is on file. An edition without the English column says nothing about English names, so
/// those on file stay.
pub fn diff(on_file: &OnFile, list: &[Agency]) -> Diff {
    let mut diff = Diff::default();
    let mut listed = BTreeSet::new();
    for agency in list {
        listed.insert(&agency.code);
        match on_file.agencies.get(&agency.code) {
            None => diff.added.push(agency.clone()),
            Some(before) => {
                match change(before, agency) {
                    Some(change) => diff.changed.push(change),
                    None => diff.unchanged += 1,
                }
                if on_file.missing.contains(&agency.code) {
                    diff.returned.push(agency.code);
                }
            }
        }
    }
    let left_out = |code: &AgencyCode| !listed.contains(code) && !on_file.missing.contains(code);
    diff.missing = on_file.agencies.values().filter(|agency| left_out(&agency.code)).cloned().collect();
    diff.added.sort_by_key(|agency| agency.code);
    diff.changed.sort_by_key(|change| change.after.code);
    diff.returned.sort();
    diff
}

fn change(before: &Agency, listed: &Agency) -> Option<Change> {
    let mut after = listed.clone();
    if after.english_name.is_none() {
        after.english_name = before.english_name.clone();
    }
    let fields = changes(before, &after);
    (!fields.is_empty()).then(|| Change { before: before.clone(), after, fields })
}

/// The values that differ, in column order.
pub fn changes(before: &Agency, after: &Agency) -> Vec<FieldChange> {
    let differs = |field: Field| {
        let (old, new) = (field.value(before), field.value(after));
        (old != new).then_some(FieldChange { field, old, new })
    };
    Field::ALL.into_iter().filter_map(differs).collect()
}

/// On which state of the file a change was decided: what was shown is what is done, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Whatever is newest (an operator at the command line).
    Newest,
    /// No edition had been imported.
    Empty,
    /// This edition was the newest.
    After(i64),
}

/// Whether an edition may follow the newest one on file.
pub fn may_follow(
    newest: Option<&Edition>,
    base: Base,
    published_on: Date,
    diff: &Diff,
    on_file: usize,
    accept_missing: bool,
) -> Result<(), Refusal> {
    let expected = match (base, newest) {
        (Base::Newest, _) | (Base::Empty, None) => true,
        (Base::After(id), Some(edition)) => id == edition.id,
        _ => false,
    };
    if !expected {
        return Err(Refusal::new(
            "org.edition_moved_on",
            "您預覽之後，已有人匯入另一版機關清單，請重新預覽。",
            "Another edition was imported after your preview. Look at the preview again.",
        ));
    }
    if let Some(edition) = newest
        && published_on < edition.published_on
    {
        return Err(Refusal::new(
            "org.edition_older",
            format!("這一版的日期早於現有版本（{}）。", kernel::roc::slash(edition.published_on)),
            format!("This edition is older than the one on file ({}).", edition.published_on),
        )
        .field("published_on"));
    }
    if !accept_missing && diff.missing.len() * MISSING_SHARE_MAX > on_file {
        return Err(Refusal::new(
            "org.edition_shrinks",
            format!("這一版少了 {} 個現有機關，檔案可能不完整；確認無誤後請勾選「仍要匯入」。", diff.missing.len()),
            format!(
                "This edition leaves out {} agencies on file; it may be cut off. Confirm to import it anyway.",
                diff.missing.len()
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
