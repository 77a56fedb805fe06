//! Finds agencies by name, short name, former name, English name or code.

use crate::{error::Error, names, names::TermKind, store};
use db::Db;
use kernel::AgencyCode;
use time::Date;

/// Most hits of one search.
pub const HITS_MAX: i64 = 200;
/// Longest search text that is looked at, in characters.
const TEXT_CHARS_MAX: usize = 60;

/// The best hits, and how many there are in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Best first.
    pub hits: Vec<Hit>,
    /// All matching agencies.
    pub total: i64,
}

/// One agency found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// 機關代碼.
    pub code: AgencyCode,
    /// 機關名稱.
    pub name: String,
    /// Name of the superior, where it is on file: many agencies share a name.
    pub superior: Option<String>,
    /// Closed on the day asked for.
    pub closed: bool,
    /// 機關裁撤日期, where known.
    pub closed_on: Option<Date>,
    /// What matched.
    pub matched: TermKind,
    /// The matching term, folded ([`names::fold`]): shown for short and former names.
    pub term: String,
}

/// Searches; `on` is the day that decides who counts as closed. An empty text finds nothing. Where nothing contains the text,
/// its characters are looked for in their order, as officials abbreviate (北市府).
///
/// # Errors
/// When the database fails.
pub async fn search(db: &Db, text: &str, on: Date, limit: i64) -> Result<Found, Error> {
    let text: String = names::fold(text).chars().take(TEXT_CHARS_MAX).collect();
    if text.is_empty() {
        return Ok(Found::default());
    }
    let limit = limit.clamp(1, HITS_MAX);
    let mut rows = store::term_search(&mut db.begin().await?, &text, on, limit).await?;
    if rows.is_empty() && text.chars().count() > 1 {
        rows = store::term_abbreviated(&mut db.begin().await?, &in_order(&text), on, limit).await?;
    }
    let total = rows.first().map_or(0, |row| row.7);
    Ok(Found { hits: rows.into_iter().filter_map(hit).collect(), total })
}

/// The LIKE pattern for "these characters in this order".
fn in_order(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
        pattern.push('%');
    }
    pattern
}

fn hit((code, name, superior, closed, closed_on, kind, term, _): store::HitRow) -> Option<Hit> {
    let code = AgencyCode::parse(&code).ok()?;
    Some(Hit { code, name, superior, closed, closed_on, matched: TermKind::from_number(kind), term })
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_abbreviation_is_not_a_pattern_of_the_reader() {
        assert_eq!(super::in_order("北%府"), r"%北%\%%府%");
    }
}
