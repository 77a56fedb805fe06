//! 獎懲結果代碼.

use std::sync::LazyLock;

use kernel::{Refusal, SourceStatus, Text};
use serde::Deserialize;

use crate::{AwardKind, table};

/// How high an award or penalty is; later variants are higher. The exception of 考績法施行細則 §13 VI (issue first, confirm later)
/// reaches up to [`AwardRank::Merit`] (「記功（過）以下」).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwardRank {
    /// 嘉獎, 申誡.
    Commendation,
    /// 記功, 記過.
    Merit,
    /// 記大功, 記大過.
    MajorMerit,
    /// 勳章, 獎章 and other awards that are not counted.
    Decoration,
}

/// What an order awards, by its four-digit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardResult {
    /// Four digits, e.g. `4010`.
    pub code: String,
    /// Reward or penalty.
    pub kind: AwardKind,
    /// How high.
    pub rank: AwardRank,
    /// How many of that rank; 0 where it does not apply.
    pub times: u8,
    /// Worth in 嘉獎 or 申誡 (考績法 §12: three to one); `None` for 專案考績 and decorations, which do not count together with the others.
    pub weight: Option<u8>,
    /// As the order prints it, e.g. 記功一次.
    pub name: Text,
    /// How well code and name are known.
    pub status: SourceStatus,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    kind: AwardKind,
    rank: AwardRank,
    times: u8,
    weight: Option<u8>,
    zh: String,
    en: String,
    status: SourceStatus,
}

static RESULTS: LazyLock<Vec<AwardResult>> = LazyLock::new(|| {
    let rows: Vec<Row> = table::rows("award-results", include_str!("../../../tables/award-results.csv"));
    rows.into_iter().map(AwardResult::from).collect()
});

impl From<Row> for AwardResult {
    fn from(row: Row) -> Self {
        let Row { code, kind, rank, times, weight, zh, en, status } = row;
        Self { code, kind, rank, times, weight, name: Text::new(zh, en), status }
    }
}

impl AwardResult {
    /// The result of a code. Codes 9000 to 9999 are decorations, taken without a name of their own.
    ///
    /// # Errors
    /// `code.award_result` if the code is not listed.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        let listed = RESULTS.iter().find(|result| result.code == code).cloned();
        listed.or_else(|| decoration(code)).ok_or_else(|| {
            Refusal::new(
                "code.award_result",
                format!("獎懲結果代碼「{code}」不存在；獎勵為4001、4002、4010、4020、4100、4200，懲處為5001至5200，勳獎為9開頭四碼"),
                format!("There is no award result \"{code}\"; rewards are 4001, 4002, 4010, 4020, 4100, 4200, penalties 5001 to 5200, decorations four digits from 9000"),
            )
        })
    }

    /// The listed results in the order of the table, for a form's choices.
    pub fn all() -> &'static [Self] {
        &RESULTS
    }

    /// 一次記二大功 or 一次記二大過: 專案考績 (考績法 §12 I 2), not part of 平時考核.
    pub fn is_special_evaluation(&self) -> bool {
        self.rank == AwardRank::MajorMerit && self.times == 2
    }
}

fn decoration(code: &str) -> Option<AwardResult> {
    let shape = code.len() == 4 && code.starts_with('9') && code.bytes().all(|b| b.is_ascii_digit());
    shape.then(|| AwardResult {
        code: code.to_owned(),
        kind: AwardKind::Reward,
        rank: AwardRank::Decoration,
        times: 0,
        weight: None,
        name: Text::new("勳章、獎章或其他獎勵", "decoration, medal or other award"),
        status: SourceStatus::Unconfirmed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_follow_the_three_to_one_rule() {
        for result in AwardResult::all() {
            let unit = match result.rank {
                AwardRank::Commendation => 1,
                AwardRank::Merit => 3,
                AwardRank::MajorMerit => 9,
                AwardRank::Decoration => unreachable!("the table lists none"),
            };
            let expected = (!result.is_special_evaluation()).then_some(unit * result.times);
            assert_eq!(result.weight, expected, "{}", result.code);
            let kind = if result.code.starts_with('4') { AwardKind::Reward } else { AwardKind::Penalty };
            assert_eq!(result.kind, kind, "{}", result.code);
        }
        assert_eq!(AwardResult::all().len(), 12);
    }

    #[test]
    fn codes_and_names() {
        assert_eq!(AwardResult::parse("4010").unwrap().name.zh, "記功一次");
        assert_eq!(AwardResult::parse("9101").unwrap().rank, AwardRank::Decoration);
        for bad in ["", "4003", "40010", "4010 ", "9", "900a", "九〇〇一", "6001"] {
            let refusal = AwardResult::parse(bad).unwrap_err();
            assert_eq!(refusal.code, "code.award_result");
            assert!(refusal.text.zh.contains(&format!("「{bad}」")));
        }
    }

    #[test]
    fn issue_first_reaches_up_to_merit() {
        let reach = |code| AwardResult::parse(code).unwrap().rank <= AwardRank::Merit;
        assert_eq!(["4001", "4020", "5020", "4100", "9001"].map(reach), [true, true, true, false, false]);
    }
}
