//! 獎懲類別 (統計分類).

use std::sync::LazyLock;

use kernel::{Refusal, SourceStatus, Text};
use serde::Deserialize;

use crate::{AwardKind, table};

/// Statistical category: a letter (A reward, B penalty) and two digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardCategory {
    /// E.g. `A02`.
    pub code: String,
    /// What the letter says.
    pub kind: AwardKind,
    /// Name, where it is known: all of B and A11 onward exist elsewhere without names we could find.
    pub name: Option<Text>,
    /// How well the name is known; `Unknown` without one.
    pub status: SourceStatus,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    zh: String,
    en: String,
    status: SourceStatus,
}

static NAMED: LazyLock<Vec<Row>> =
    LazyLock::new(|| table::rows("award-categories", include_str!("../../../tables/award-categories.csv")));

impl AwardCategory {
    /// The category of a code: letter A or B and 01 to 99.
    ///
    /// # Errors
    /// `code.award_category` for any other shape.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        let kind = match code.as_bytes() {
            [b'A', digits @ ..] if is_number(digits) => AwardKind::Reward,
            [b'B', digits @ ..] if is_number(digits) => AwardKind::Penalty,
            _ => return Err(refusal(code)),
        };
        let row = NAMED.iter().find(|row| row.code == code);
        let name = row.map(|row| Text::new(row.zh.as_str(), row.en.as_str()));
        let status = row.map_or(SourceStatus::Unknown, |row| row.status);
        Ok(Self { code: code.to_owned(), kind, name, status })
    }

    /// The categories with a name, for a form's choices.
    pub fn named() -> Vec<Self> {
        NAMED.iter().filter_map(|row| Self::parse(&row.code).ok()).collect()
    }
}

fn is_number(digits: &[u8]) -> bool {
    digits.len() == 2 && digits.iter().all(u8::is_ascii_digit) && digits != b"00"
}

fn refusal(code: &str) -> Refusal {
    Refusal::new(
        "code.award_category",
        format!("獎懲類別「{code}」不存在；獎勵為A加二碼數字，懲處為B加二碼數字"),
        format!("There is no award category \"{code}\"; rewards are A and two digits, penalties B and two digits"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_tells_the_kind() {
        let category = AwardCategory::parse("A02").unwrap();
        assert_eq!((category.kind, category.name.unwrap().zh.as_ref()), (AwardKind::Reward, "工作績優"));
        let unnamed = AwardCategory::parse("B02").unwrap();
        assert_eq!((unnamed.kind, unnamed.name, unnamed.status), (AwardKind::Penalty, None, SourceStatus::Unknown));
        assert_eq!(AwardCategory::named().len(), 10);
    }

    #[test]
    fn other_shapes_are_refused() {
        for bad in ["", "A", "A2", "A002", "C01", "a02", "A00", "A0２", "Ａ02"] {
            assert_eq!(AwardCategory::parse(bad).unwrap_err().code, "code.award_category", "{bad}");
        }
    }
}
