//! Postal codes: three digits name a district; five (3+2) and six (3+3) digits name a stretch of street within it.

use std::sync::LazyLock;

use kernel::Refusal;
use serde::Deserialize;

use crate::table;

/// A district with its three-digit code. One code may serve several districts (300 新竹市, 600 嘉義市).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PostalArea {
    /// Three digits.
    #[serde(rename = "postal_code")]
    pub code: String,
    /// 縣市.
    pub county: String,
    /// 鄉鎮市區.
    pub district: String,
}

/// A postal code of three, five or six digits in a known district.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PostalCode(String);

static AREAS: LazyLock<Vec<PostalArea>> =
    LazyLock::new(|| table::rows("postal-codes", include_str!("../../../tables/postal-codes.csv")));

impl PostalCode {
    /// Checks the shape and that the first three digits are in use. The other digits are not checked: their list is not kept here.
    ///
    /// # Errors
    /// `code.postal_code`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let digits = matches!(text.len(), 3 | 5 | 6) && text.bytes().all(|b| b.is_ascii_digit());
        let code = Self(text.to_owned());
        if digits && !code.areas().is_empty() {
            return Ok(code);
        }
        Err(Refusal::new(
            "code.postal_code",
            format!("郵遞區號「{text}」應為3、5或6碼數字，且前3碼為使用中之區號"),
            format!("A postal code has 3, 5 or 6 digits and begins with a code in use, unlike \"{text}\""),
        ))
    }

    /// The digits as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The districts its first three digits stand for.
    pub fn areas(&self) -> Vec<&'static PostalArea> {
        AREAS.iter().filter(|area| self.0.starts_with(&area.code)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_are_read() {
        for text in ["100", "10051", "100051"] {
            let code = PostalCode::parse(text).unwrap();
            assert_eq!((code.areas()[0].county.as_str(), code.areas()[0].district.as_str()), ("臺北市", "中正區"));
        }
        assert!(PostalCode::parse("300").unwrap().areas().len() > 1);
        assert_eq!(AREAS.len(), 371);
    }

    #[test]
    fn other_text_is_refused() {
        for bad in ["", "10", "1000", "1000511", "999", "10a", "１００", "一百"] {
            assert_eq!(PostalCode::parse(bad).unwrap_err().code, "code.postal_code", "{bad}");
        }
    }
}
