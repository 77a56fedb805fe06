//! 教示條款.

use kernel::Refusal;

/// Whose notice of remedy the order carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RemedyClause {
    /// `1`: 公務人員, 復審 to 保訓會.
    CivilServant,
    /// `2`: 教育人員, 申訴 to 教師申訴評議委員會.
    Teacher,
}

impl RemedyClause {
    /// Reads the code in the file.
    ///
    /// # Errors
    /// `code.remedy_clause` if it is neither `1` nor `2`.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        match code {
            "1" => Ok(Self::CivilServant),
            "2" => Ok(Self::Teacher),
            _ => Err(Refusal::new(
                "code.remedy_clause",
                format!("教示條款「{code}」應為1（公務人員）或2（教育人員）"),
                format!("The notice of remedy is 1 (civil servants) or 2 (teachers), not \"{code}\""),
            )),
        }
    }

    /// The code in the file.
    pub fn code(self) -> &'static str {
        match self {
            Self::CivilServant => "1",
            Self::Teacher => "2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_two_only() {
        for clause in [RemedyClause::CivilServant, RemedyClause::Teacher] {
            assert_eq!(RemedyClause::parse(clause.code()), Ok(clause));
        }
        for bad in ["", "0", "3", "9", "01", "１"] {
            assert_eq!(RemedyClause::parse(bad).unwrap_err().code, "code.remedy_clause", "{bad}");
        }
    }
}
