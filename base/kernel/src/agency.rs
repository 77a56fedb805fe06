//! The code of an agency (機關代碼).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Text;

/// The ten characters of an agency code, e.g. `A58000000A`. Opaque: in 30 % of the published rows a child does not begin with its
/// parent's digits, so nothing but equality may be read from it; hierarchy comes from 主管機關代碼.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgencyCode([u8; 10]);

/// The text is not ten characters `0-9A-Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an agency code is ten characters 0-9 A-Z")]
pub struct AgencyCodeFault;

impl AgencyCodeFault {
    /// What to tell the reader.
    pub fn text(&self) -> Text {
        Text::new(
            "機關代碼應為十碼半形數字或大寫英文字母",
            "An agency code is ten characters, digits or capital letters",
        )
    }
}

impl AgencyCode {
    /// Checks the shape only; whether the agency exists is asked of the agency list.
    pub fn parse(text: &str) -> Result<Self, AgencyCodeFault> {
        let code: [u8; 10] = text.as_bytes().try_into().map_err(|_| AgencyCodeFault)?;
        let allowed = code.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if allowed { Ok(Self(code)) } else { Err(AgencyCodeFault) }
    }

    /// The ten characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("parse admits ASCII only")
    }
}

impl fmt::Display for AgencyCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for AgencyCode {
    type Err = AgencyCodeFault;

    fn from_str(text: &str) -> Result<Self, AgencyCodeFault> {
        Self::parse(text)
    }
}

impl TryFrom<String> for AgencyCode {
    type Error = AgencyCodeFault;

    fn try_from(text: String) -> Result<Self, AgencyCodeFault> {
        Self::parse(&text)
    }
}

impl From<AgencyCode> for String {
    fn from(code: AgencyCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_capitals_or_digits() {
        for good in ["A58000000A", "376480000A", "3764855001"] {
            assert_eq!(AgencyCode::parse(good).unwrap().to_string(), good);
        }
        for bad in ["", "A5800000A", "A580000000A", "a58000000A", "A58000000Ａ", "A58000 00A"] {
            assert_eq!(AgencyCode::parse(bad), Err(AgencyCodeFault), "{bad}");
        }
    }
}
