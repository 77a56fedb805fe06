//! All that is kept under one key, as a reviewer reads it beside the article: every dated entry, whatever kind of value it is.

use kernel::{SourceStatus, Text};
use time::Date;

use crate::{
    Act, Citation, Rational, Rounding, Scale, Table, Unit, YearDay, keys,
    value::{Dated, LawValue, ValueFile, note, value_file},
};

/// A value file.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its path under `law/`, without `.toml`.
    pub key: &'static str,
    /// What it is.
    pub description: Text,
    /// What must be known besides the number.
    pub note: Option<Text>,
    /// What it counts.
    pub unit: Unit,
    /// Where it stands.
    pub citation: Citation,
    /// Its entries, in the order of the file.
    pub entries: Vec<KeptEntry>,
}

/// One dated entry.
#[derive(Debug, Clone)]
pub struct KeptEntry {
    /// First day it governs.
    pub from: Date,
    /// Day it became law.
    pub in_force: Date,
    /// How well its source is known.
    pub status: SourceStatus,
    /// `name/option` of the open point whose answer brings it.
    pub reading: Option<&'static str>,
    /// Promulgation or announcement that set it.
    pub reference: &'static str,
    /// What it says.
    pub content: Content,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Days, months or years.
    Whole(u32),
    /// Dollars, a share (1 is the whole), bases or a number.
    Number(Rational),
    /// A civil date.
    Day(Date),
    /// A sentence.
    Words(Text),
    /// How a figure is rounded.
    Rounding(Rounding),
    /// A benefit by months of service.
    Scale(Scale),
    /// An annex table.
    Table(Table),
    /// There is no such value any more.
    Ended,
    /// The law has it; its source was not found.
    Unknown,
}

/// What is kept under a key.
pub fn kept(key: &str) -> Option<Kept> {
    let (key, file) = value_file(key)?;
    let entries = file.values.iter().map(|dated| entry((key, file), dated)).collect();
    let (description, citation) = (file.described(), place(key)?);
    Some(Kept { key, description, note: note(key), unit: file.unit, citation, entries })
}

/// Where a value stands.
pub fn place(key: &str) -> Option<Citation> {
    let (key, file) = value_file(key)?;
    Some(file.citation(Act::in_folder(key.split('/').next()?)?))
}

/// What is kept of one article, ascending by paragraph and then by key; article 0 is what stands in no article.
pub fn kept_of(act: Act, article: u16, branch: u16) -> Vec<Kept> {
    let is_here = |place: Citation| (place.act, place.article, place.branch) == (act, article, branch);
    let mut values: Vec<Kept> = keys().filter(|key| place(key).is_some_and(is_here)).filter_map(kept).collect();
    values.sort_by_key(|value| (value.citation, value.key));
    values
}

fn entry((key, file): (&'static str, &'static ValueFile), dated: &'static Dated) -> KeptEntry {
    KeptEntry {
        from: dated.from,
        in_force: dated.in_force.or(file.in_force).unwrap_or(dated.from),
        status: dated.status.unwrap_or(file.status),
        reading: dated.reading.as_deref(),
        reference: &dated.reference,
        content: content(file.unit, key, dated),
    }
}

fn content(unit: Unit, key: &str, dated: &Dated) -> Content {
    let (folder, _) = key.rsplit_once('/').unwrap_or((key, ""));
    if dated.ended {
        return Content::Ended;
    }
    // A number of days, months or years is a whole number, and no other unit reads as one.
    let whole = || u32::read(unit, dated, folder).map(Content::Whole);
    let number = || Rational::read(unit, dated, folder).map(Content::Number);
    let day = || Date::read(unit, dated, folder).map(Content::Day);
    let words = || Text::read(unit, dated, folder).map(Content::Words);
    let rounding = || Rounding::read(unit, dated, folder).map(Content::Rounding);
    let scale = || Scale::read(unit, dated, folder).map(Content::Scale);
    let table = || Table::read(unit, dated, folder).map(Content::Table);
    let year_day = || YearDay::read(unit, dated, folder).map(|day| Content::Words(day.text()));
    let known = whole()
        .or_else(number)
        .or_else(day)
        .or_else(words)
        .or_else(rounding)
        .or_else(year_day)
        .or_else(scale)
        .or_else(table);
    known.unwrap_or(Content::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_every_file_can_be_read() {
        for key in keys() {
            for entry in kept(key).unwrap().entries {
                let unknown = entry.content == Content::Unknown;
                assert_eq!(unknown, unknown && entry.status == SourceStatus::Unknown, "{key} from {}", entry.from);
            }
        }
        assert!(kept("s0080034/none").is_none());
    }

    #[test]
    fn an_article_has_its_values_with_all_their_days() {
        let values = kept_of(Act::S0080034, 37, 0);
        let column = values.iter().find(|value| value.key == "s0080034/a037/column").unwrap();
        assert_eq!(column.citation.to_string(), "公務人員退休資遣撫卹法第37條第3項");
        let frozen = column.entries.last().unwrap();
        assert_eq!((&frozen.content, frozen.in_force.to_string().as_str()), (&Content::Whole(112), "2025-12-28"));
        assert!(values.iter().any(|value| matches!(value.entries[0].content, Content::Table(_))));
        assert!(kept_of(Act::S0080034, 2, 0).is_empty());
    }
}
