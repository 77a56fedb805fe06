//! 適用法規代碼.

use std::sync::LazyLock;

use kernel::{Refusal, SourceStatus, Text};
use serde::Deserialize;

use crate::table;

/// The code of the rule an award rests on. The name in the file counts; the code is for statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegalBasis {
    /// A code whose name we know.
    Listed {
        /// Two capital letters.
        code: String,
        /// The rule's name.
        name: Text,
        /// How well the name is known.
        status: SourceStatus,
    },
    /// Two capital letters not in our list, which is far from complete: worth a warning, never a refusal.
    Unlisted {
        /// Two capital letters.
        code: String,
    },
}

#[derive(Deserialize)]
struct Row {
    code: String,
    zh: String,
    en: String,
    status: SourceStatus,
}

static LISTED: LazyLock<Vec<Row>> =
    LazyLock::new(|| table::rows("legal-bases", include_str!("../../../tables/legal-bases.csv")));

impl LegalBasis {
    /// Reads a code of two capital letters.
    ///
    /// # Errors
    /// `code.legal_basis` for any other shape.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(Refusal::new(
                "code.legal_basis",
                format!("適用法規代碼「{code}」應為二碼半形大寫英文字母"),
                format!("A code of a legal basis is two capital letters, not \"{code}\""),
            ));
        }
        let code = code.to_owned();
        Ok(match LISTED.iter().find(|row| row.code == code) {
            Some(row) => Self::Listed { code, name: Text::new(row.zh.as_str(), row.en.as_str()), status: row.status },
            None => Self::Unlisted { code },
        })
    }

    /// The two letters.
    pub fn code(&self) -> &str {
        match self {
            Self::Listed { code, .. } | Self::Unlisted { code } => code,
        }
    }

    /// What to tell the officer about a code we do not know.
    pub fn warning(&self) -> Option<Text> {
        match self {
            Self::Listed { .. } => None,
            Self::Unlisted { code } => Some(Text::new(
                format!("適用法規代碼「{code}」不在已知清單內，請確認；以適用法規名稱為準"),
                format!("The legal basis code \"{code}\" is not in our list; please check. The name given counts"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_codes_warn_and_bad_shapes_are_refused() {
        assert_eq!(LegalBasis::parse("CA").unwrap().warning(), None);
        let unlisted = LegalBasis::parse("ZZ").unwrap();
        assert_eq!(unlisted, LegalBasis::Unlisted { code: "ZZ".into() });
        assert!(unlisted.warning().unwrap().zh.contains("「ZZ」"));
        for bad in ["", "C", "CAB", "ca", "C1", "中"] {
            assert_eq!(LegalBasis::parse(bad).unwrap_err().code, "code.legal_basis", "{bad}");
        }
    }
}
