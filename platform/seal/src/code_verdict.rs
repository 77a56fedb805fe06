//! The verdict on a code of mode J or M, from a level-1 pack and nothing else (docs/verification.md, section 11).

use kernel::Text;
use time::OffsetDateTime;
use tlog::leaf::Leaf;
use tlog::pack::{Inclusion, Pack};

use crate::check::{Check, Failed};
use crate::code::Code;
use crate::keys::leaf_is_signed;
use crate::summary::Summary;
use crate::verdict::{CheckLine, Mark, said, written};

/// What is to be said of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeOutcome {
    /// Truly issued, and it stood at that time.
    Valid {
        /// Time of the status snapshot, or of the entry if that is newer.
        as_of: OffsetDateTime,
    },
    /// Truly issued, but it stands no longer.
    Changed {
        /// Whether a correction took its place; revoked or repealed otherwise (the status file does not tell which).
        superseded: bool,
        /// Time of the status snapshot.
        as_of: OffsetDateTime,
    },
    /// A check failed.
    NotValid(Failed),
    /// Something is missing to say more.
    Undecided {
        /// What is missing.
        why: Text,
    },
}

/// The verdict, and what it rests on.
#[derive(Clone, Debug)]
pub struct CodeVerdict {
    /// What is to be said.
    pub outcome: CodeOutcome,
    /// The checks that a code allows, in order.
    pub lines: Vec<CheckLine>,
    /// What the code says, if it could be read: to be compared with the paper.
    pub summary: Option<Summary<'static>>,
}

/// The checks a code allows: all but the approval, which it does not carry.
const CHECKS: [(Check, &str, &str); 6] = [
    (Check::File, "條碼完整", "the code is complete"),
    (Check::Keys, "機關金鑰聲明已登載", "the agency's key statement is in the register"),
    (Check::Agency, "由該機關金鑰簽章", "signed with the key of the agency"),
    (Check::Log, "已登載於離線資料所載之登記簿", "in the register of the pack"),
    (Check::Content, "條碼內容即登載之內容", "what the code says is what was registered"),
    (Check::State, "有效，無更正、撤銷或廢止", "in force, never changed"),
];

/// Judges the text of a code. Without a pack it can only be read.
#[must_use]
pub fn judge_code(text: &str, pack: Result<&Pack, Text>) -> CodeVerdict {
    let Some(code) = Code::read(text) else {
        let failed = Failed::new(Check::File, "條碼內容不完整或已被改動", "the code is incomplete or was changed");
        return CodeVerdict::new(CodeOutcome::NotValid(failed), Check::File, None);
    };
    let summary = code.summary().map(Summary::into_owned);
    let (outcome, at) = match pack {
        Err(why) => (CodeOutcome::Undecided { why }, Check::Keys),
        Ok(pack) => outcome(&code, pack),
    };
    CodeVerdict::new(outcome, at, summary)
}

/// What is to be said, and the check it was decided at.
fn outcome(code: &Code, pack: &Pack) -> (CodeOutcome, Check) {
    let undecided = |at, zh, en| (CodeOutcome::Undecided { why: Text::new(zh, en) }, at);
    let failed = |at, zh, en| (CodeOutcome::NotValid(Failed::new(at, zh, en)), at);
    let origin = &pack.judged().checkpoint.origin;
    if tlog::checkpoint::year_of(origin) != Some(&format!("{:04}", code.year)) {
        return undecided(Check::Keys, "離線資料是另一年度的登記簿", "the pack is of the register of another year");
    }
    let Some(issuer) = pack.issuer(code.issuer) else {
        return undecided(
            Check::Keys,
            "離線資料沒有這個機關的金鑰，請更新",
            "the pack lacks the key of this agency: fetch a newer one",
        );
    };
    let leaf = code.leaf(&issuer.seal_key);
    if !leaf_is_signed(&leaf, &code.signature, &issuer.seal_key) {
        return failed(Check::Agency, "發文機關簽章驗證不符", "the agency's signature does not verify");
    }
    match pack.inclusion(&leaf.hash(), code.index, code.path.as_ref()) {
        Inclusion::Held => (standing(code, &leaf, pack), Check::State),
        Inclusion::Other => {
            failed(Check::Log, "登記簿在該位置登載的不是本件", "the register holds another entry in this order's place")
        }
        Inclusion::Beyond => {
            undecided(Check::Log, "離線資料早於本件，請更新", "the pack ends before this order: fetch a newer one")
        }
        Inclusion::WithoutPath => undecided(
            Check::Log,
            "由該機關簽章；條碼不含登載證明，離線無法確認已登載，請改掃另一個條碼或連線查驗",
            "signed by the agency; this code carries no proof of entry, so use the other code or check on line",
        ),
    }
}

fn standing(code: &Code, leaf: &Leaf, pack: &Pack) -> CodeOutcome {
    let as_of = instant(pack.as_of_ms().max(leaf.time_ms));
    match pack.bits(code.index).unwrap_or(0) {
        0 => CodeOutcome::Valid { as_of },
        1 => CodeOutcome::Changed { superseded: false, as_of },
        2 => CodeOutcome::Changed { superseded: true, as_of },
        _ => CodeOutcome::Undecided {
            why: Text::new("狀態檔載為停止執行", "the status file says it is suspended")
        },
    }
}

/// An instant as verdicts write it: `2026-03-02T01:00:00Z`.
#[must_use]
pub fn moment(ms: u64) -> String {
    written(instant(ms))
}

fn instant(ms: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

impl CodeVerdict {
    fn new(outcome: CodeOutcome, at: Check, summary: Option<Summary<'static>>) -> Self {
        let (mark, detail) = match &outcome {
            CodeOutcome::Valid { .. } => (Mark::Passed, None),
            CodeOutcome::Changed { superseded, .. } => (Mark::Failed, Some(changed(*superseded))),
            CodeOutcome::NotValid(failed) => (Mark::Failed, Some(failed.why.clone())),
            CodeOutcome::Undecided { why } => (Mark::Open, Some(why.clone())),
        };
        let place = CHECKS.iter().position(|(check, ..)| *check == at).unwrap_or_default();
        let line = |(number, (check, zh, en)): (usize, (Check, &'static str, &'static str))| match number.cmp(&place) {
            std::cmp::Ordering::Less => CheckLine { check, mark: Mark::Passed, detail: Text::new(zh, en) },
            std::cmp::Ordering::Equal => {
                CheckLine { check, mark, detail: detail.clone().unwrap_or_else(|| Text::new(zh, en)) }
            }
            std::cmp::Ordering::Greater => {
                CheckLine { check, mark: Mark::Open, detail: Text::new("未查驗", "not checked") }
            }
        };
        let lines = CHECKS.into_iter().enumerate().map(line).collect();
        Self { outcome, lines, summary }
    }

    /// The exit code: 0 valid, 1 not valid, 2 cannot decide, 3 truly issued but changed since.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self.outcome {
            CodeOutcome::Valid { .. } => 0,
            CodeOutcome::NotValid(_) => 1,
            CodeOutcome::Undecided { .. } => 2,
            CodeOutcome::Changed { .. } => 3,
        }
    }

    /// The word for machines: `valid`, `not_valid`, `undecided`, `superseded` or `revoked_or_repealed`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self.outcome {
            CodeOutcome::Valid { .. } => "valid",
            CodeOutcome::NotValid(_) => "not_valid",
            CodeOutcome::Undecided { .. } => "undecided",
            CodeOutcome::Changed { superseded: true, .. } => "superseded",
            CodeOutcome::Changed { superseded: false, .. } => "revoked_or_repealed",
        }
    }

    /// The verdict in one sentence.
    #[must_use]
    pub fn sentence(&self) -> Text {
        match &self.outcome {
            CodeOutcome::Valid { as_of } => Text::new(
                format!("有效：確為所載機關核發，截至{}仍然有效。", said(*as_of)),
                format!("Valid: truly issued, and in force as of {}.", written(*as_of)),
            ),
            CodeOutcome::Changed { superseded, as_of } => {
                let Text { zh, en } = changed(*superseded);
                Text::new(
                    format!("確為所載機關核發，但{zh}（截至{}）。", said(*as_of)),
                    format!("Truly issued, but {en} (as of {}).", written(*as_of)),
                )
            }
            CodeOutcome::NotValid(failed) => {
                Text::new(format!("不符：{}。", failed.why.zh), format!("Not valid: {}.", failed.why.en))
            }
            CodeOutcome::Undecided { why } => {
                Text::new(format!("無法判定：{}。", why.zh), format!("Cannot decide: {}.", why.en))
            }
        }
    }

    /// The report for machines.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let as_of = match &self.outcome {
            CodeOutcome::Valid { as_of } | CodeOutcome::Changed { as_of, .. } => Some(written(*as_of)),
            _ => None,
        };
        serde_json::json!({
            "format": "renshi-verdict/1",
            "verdict": self.word(),
            "exit": self.exit_code(),
            "sentence": self.sentence(),
            "as_of": as_of,
            "checks": self.lines.iter().map(CheckLine::to_json).collect::<Vec<_>>(),
            "summary": self.summary.as_ref().map(Summary::texts),
        })
    }
}

fn changed(superseded: bool) -> Text {
    if superseded {
        Text::new("已更正", "superseded")
    } else {
        Text::new("已撤銷、註銷或廢止", "revoked or repealed")
    }
}
