//! The verdict on an order whose content was destroyed: what is public of it (docs/verification.md, section 8) against a log at hand.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use kernel::Text;
use register::audit::Audited;
use serde::Deserialize;
use serde_json::Value;
use tlog::checkpoint::Checkpoint;
use tlog::erasure::Erasure;
use tlog::hash::ZERO;
use tlog::leaf::Kind;
use tlog::state::State;

use crate::bundle::{BUNDLE_BYTES_MAX, IssuerMembers, IssuerProof, Logged, fixed};
use crate::check::{Check, Failed};
use crate::keys::{Signature, leaf_is_signed};
use crate::verdict::{CheckLine, LogAtHand, Mark, Outcome, Standstill, changed, instant, said, standing, written};

const FORMAT: &str = "renshi-proof/1";

/// The verdict, and what it rests on.
#[derive(Clone, Debug)]
pub struct ErasedVerdict {
    /// What is to be said.
    pub outcome: Outcome,
    /// The checks that can be made without the content, in order.
    pub lines: Vec<CheckLine>,
    /// What the authority said of the erasure, if it is what the register holds.
    pub erasure: Option<Erasure>,
}

/// The checks that are left: all but the approval, which covers the content.
const CHECKS: [(Check, &str, &str); 6] = [
    (Check::File, "公開資料完整", "what is public of the order is complete"),
    (Check::Agency, "由該機關金鑰簽章", "signed with the key of the agency"),
    (Check::Keys, "機關金鑰聲明已先登載", "the agency's key statement was in the register before it"),
    (Check::Log, "已登載於登記簿", "in the register"),
    (Check::Content, "內容已依法銷毀，無從核對", "destroyed under the law: there is nothing to compare"),
    (Check::State, "有效，無更正、撤銷或廢止", "in force, never changed"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(rename = "anchors")]
    _anchors: Value,
    checkpoint: String,
    erasure: Option<String>,
    #[serde(rename = "events")]
    _events: Value,
    format: String,
    inclusion: Vec<String>,
    index: u64,
    issuer: IssuerMembers,
    leaf: String,
    sealed_summary: Option<String>,
    signature: String,
    #[serde(rename = "status")]
    _status: Value,
}

/// What is public of an erased order, as far as a log at hand does not say it better.
struct Proof {
    logged: Logged,
    signature: Signature,
    issuer: IssuerProof,
    checkpoint: Checkpoint,
    /// None where a rebuilt register does not know what was said.
    erasure: Option<Erasure>,
}

/// Whether the file is what a register answers about an erased order; whether it holds is another question.
#[must_use]
pub fn is_meant(file: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(file).ok().filter(|_| file.len() <= BUNDLE_BYTES_MAX);
    value.is_some_and(|value| value["format"] == FORMAT && value.get("erasure").is_some())
}

/// Judges what is public of an erased order. Without a log nothing can be decided.
#[must_use]
pub fn judge_erased(file: &[u8], log: LogAtHand<'_>) -> ErasedVerdict {
    let Some(proof) = Proof::parse(file) else {
        let failed = Failed::new(Check::File, "檔案不完整或已被改動", "the file is incomplete or was changed");
        return ErasedVerdict::new(Outcome::NotValid(failed), Check::File, None);
    };
    let undecided = |at, why| ErasedVerdict::new(Outcome::Undecided { why }, at, None);
    let audited = match log {
        LogAtHand::Sound(audited) => audited,
        LogAtHand::None => {
            let why = Text::new("手邊沒有登記簿，請以 --log 指定", "the register is not at hand: name it with `--log`");
            return undecided(Check::Agency, why);
        }
        LogAtHand::Unusable(error) => {
            let why = Text::new(
                format!("手邊的登記簿無法使用：{error}"),
                format!("the register at hand cannot be used: {error}"),
            );
            return undecided(Check::Agency, why);
        }
    };
    match proof.check(audited) {
        Ok((outcome, erasure)) => ErasedVerdict::new(outcome, Check::State, Some(erasure)),
        Err(Standing::Failed(failed)) => {
            let at = failed.check;
            ErasedVerdict::new(Outcome::NotValid(failed), at, None)
        }
        Err(Standing::Undecided(at, why)) => undecided(at, why),
    }
}

/// Where the checks ended.
enum Standing {
    Failed(Failed),
    Undecided(Check, Text),
}

fn failed<T>(check: Check, zh: &'static str, en: &'static str) -> Result<T, Standing> {
    Err(Standing::Failed(Failed::new(check, zh, en)))
}

impl Proof {
    fn parse(file: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(file).ok().filter(|_| file.len() <= BUNDLE_BYTES_MAX)?;
        (serde_json_canonicalizer::to_vec(&value).ok()? == file && value.get("erasure").is_some()).then_some(())?;
        let members: Members = serde_json::from_value(value).ok()?;
        // What was destroyed is not there any more.
        (members.format == FORMAT && members.sealed_summary.is_none()).then_some(())?;
        let erasure = match &members.erasure {
            None => None,
            Some(text) => Some(Erasure::parse(&String::from_utf8(B64U.decode(text).ok()?).ok()?)?),
        };
        Some(Self {
            logged: Logged::of(&members.leaf, members.index, &members.inclusion)?,
            signature: fixed(&members.signature)?,
            issuer: members.issuer.read()?,
            checkpoint: Checkpoint::read_unverified(&members.checkpoint).ok()?,
            erasure,
        })
    }

    fn check(self, log: &Audited) -> Result<(Outcome, Erasure), Standing> {
        self.check_agency()?;
        self.check_keys(log)?;
        if !self.logged.is_in(&self.checkpoint) {
            return failed(Check::Log, "本件不在登記簿內", "the order is not in the log");
        }
        let found =
            standing(&self.logged, &[&self.issuer.logged], &self.checkpoint, log).map_err(|still| match still {
                Standstill::Failed(failed) => Standing::Failed(failed),
                Standstill::Undecided(why) => Standing::Undecided(Check::Log, why),
            })?;
        let erasures: Vec<_> = found.events.iter().filter(|event| event.leaf.kind == Kind::Erasure).collect();
        let open = |zh, en| Err(Standing::Undecided(Check::Content, Text::new(zh, en)));
        let Some(erasure) = self.erasure else {
            return open(
                "內容已銷毀，登記簿沒有保存銷毀紀錄的文字",
                "the content is destroyed; the register does not have the words of that",
            );
        };
        if erasure.id != self.logged.leaf.id || erasure.agency != self.issuer.statement.agency {
            return failed(Check::Content, "銷毀紀錄不屬於這份令", "the erasure is not of this order");
        }
        if erasures.is_empty() {
            return open(
                "內容已銷毀，手邊的登記簿早於該筆登載，請取得較新的登記簿",
                "the content is destroyed; the register at hand ends before the entry of that: get a newer one",
            );
        }
        if !erasures.iter().any(|event| erasure.is_of(&event.leaf)) {
            return failed(Check::Content, "銷毀紀錄和登記簿不同", "the erasure is not what was registered");
        }
        let as_of = instant(log.newest().newest_ms());
        let state = found.state.unwrap_or(State::Valid);
        let last = found.events.iter().rfind(|event| event.leaf.kind.is_correction());
        let outcome = match last {
            Some(event) if state != State::Valid => {
                Outcome::Changed { state, since: instant(event.leaf.time_ms), as_of }
            }
            _ => Outcome::Valid { as_of },
        };
        Ok((outcome, erasure))
    }

    fn check_agency(&self) -> Result<(), Standing> {
        let leaf = &self.logged.leaf;
        if leaf.kind != Kind::Issue || leaf.prev != ZERO {
            return failed(Check::Agency, "登載的不是發布事件", "the leaf is not that of an issue");
        }
        let statement = &self.issuer.statement;
        if leaf.issuer != statement.issuer || !leaf_is_signed(leaf, &self.signature, &statement.seal_key) {
            return failed(Check::Agency, "發文機關簽章驗證不符", "the agency's signature does not verify");
        }
        Ok(())
    }

    /// The key statement is the register's own, and was there before the order.
    fn check_keys(&self, log: &Audited) -> Result<(), Standing> {
        let Some(own) = log.shard_of(&self.checkpoint.origin) else {
            let why =
                Text::new("手邊的登記簿不是本件所登載的登記簿", "the register at hand is another one than the order's");
            return Err(Standing::Undecided(Check::Keys, why));
        };
        let Some((statement, _)) = own.issuer(self.issuer.statement.issuer) else {
            let why = Text::new(
                "手邊的登記簿沒有這個機關的金鑰，請取得較新的登記簿",
                "the register at hand lacks the key of this agency: get a newer one",
            );
            return Err(Standing::Undecided(Check::Keys, why));
        };
        let first = self.issuer.logged.index < self.logged.index && self.issuer.logged.is_in(&self.checkpoint);
        let own = self.issuer.statement.check_leaf(&self.issuer.logged.leaf, &self.issuer.signature).is_ok();
        if *statement != self.issuer.statement || !own || !first {
            return failed(Check::Keys, "機關金鑰聲明與登載不符", "the key statement is not the one in the register");
        }
        Ok(())
    }
}

impl ErasedVerdict {
    fn new(outcome: Outcome, at: Check, erasure: Option<Erasure>) -> Self {
        let (mark, detail) = match &outcome {
            Outcome::Valid { .. } => (Mark::Passed, None),
            Outcome::Changed { state, .. } => {
                let (zh, en) = changed(*state);
                (Mark::Failed, Some(Text::new(format!("已{zh}"), en)))
            }
            Outcome::NotValid(failed) => (Mark::Failed, Some(failed.why.clone())),
            Outcome::Undecided { why } => (Mark::Open, Some(why.clone())),
        };
        let place = CHECKS.iter().position(|(check, ..)| *check == at).unwrap_or_default();
        let line = |(number, (check, zh, en)): (usize, (Check, &'static str, &'static str))| {
            let (mark, detail) = match number.cmp(&place) {
                std::cmp::Ordering::Less => (Mark::Passed, Text::new(zh, en)),
                std::cmp::Ordering::Equal => (mark, detail.clone().unwrap_or_else(|| Text::new(zh, en))),
                std::cmp::Ordering::Greater => (Mark::Open, Text::new("未查驗", "not checked")),
            };
            CheckLine { check, mark, detail }
        };
        Self { lines: CHECKS.into_iter().enumerate().map(line).collect(), outcome, erasure }
    }

    /// The exit code: 0 valid, 1 not valid, 2 cannot decide, 3 truly issued but changed since.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self.outcome {
            Outcome::Valid { .. } => 0,
            Outcome::NotValid(_) => 1,
            Outcome::Undecided { .. } => 2,
            Outcome::Changed { .. } => 3,
        }
    }

    /// The verdict in one sentence.
    #[must_use]
    pub fn sentence(&self) -> Text {
        let (basis, on) = self.erasure.as_ref().map_or(("", ""), |erasure| (&erasure.basis, &erasure.erased_on));
        let (zh, en) = (
            format!("內容已於{on}依「{basis}」銷毀，登載事實業經證明"),
            format!("its content was destroyed on {on} under {basis}, its inclusion in the register is proven"),
        );
        match &self.outcome {
            Outcome::Valid { as_of } => Text::new(
                format!("有效：確為所載機關核發，截至{}仍然有效；{zh}。", said(*as_of)),
                format!("Valid: truly issued, and in force as of {}; {en}.", written(*as_of)),
            ),
            Outcome::Changed { state, since, as_of } => {
                let (became_zh, became) = changed(*state);
                Text::new(
                    format!("確為所載機關核發，但已於{}{became_zh}（截至{}）；{zh}。", said(*since), said(*as_of)),
                    format!("Truly issued, but {became} on {} (as of {}); {en}.", written(*since), written(*as_of)),
                )
            }
            Outcome::NotValid(failed) => {
                Text::new(format!("不符：{}。", failed.why.zh), format!("Not valid: {}.", failed.why.en))
            }
            Outcome::Undecided { why } => {
                Text::new(format!("無法判定：{}。", why.zh), format!("Cannot decide: {}.", why.en))
            }
        }
    }

    /// The report for machines.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (word, as_of) = match &self.outcome {
            Outcome::Valid { as_of } => (State::Valid.word(), Some(written(*as_of))),
            Outcome::Changed { state, as_of, .. } => (state.word(), Some(written(*as_of))),
            Outcome::NotValid(_) => ("not_valid", None),
            Outcome::Undecided { .. } => ("undecided", None),
        };
        serde_json::json!({
            "format": "renshi-verdict/1",
            "verdict": word,
            "exit": self.exit_code(),
            "sentence": self.sentence(),
            "as_of": as_of,
            "checks": self.lines.iter().map(CheckLine::to_json).collect::<Vec<_>>(),
            "erasure": self.erasure.as_ref().map(|erasure| serde_json::json!({
                "agency": erasure.agency, "basis": erasure.basis, "erased_on": erasure.erased_on,
                "backups_until": erasure.backups_until,
            })),
        })
    }
}
