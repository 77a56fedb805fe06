//! The verdict on a file: all seven checks of docs/verification.md, section 9, said in plain words.

use kernel::Text;
use register::audit::{AuditError, Audited, Standing};
use register::log::Located;
use time::OffsetDateTime;
use tlog::checkpoint::Checkpoint;
use tlog::leaf::Kind;
use tlog::policy::{Log, Policy};
use tlog::state::State;

use crate::bundle::{Bundle, Logged};
use crate::check::{Check, Checked, Failed};
use crate::pades;

/// The log a verifier has at hand.
#[derive(Clone, Copy, Debug)]
pub enum LogAtHand<'a> {
    /// None.
    None,
    /// There is one, but it is not sound or cannot be read.
    Unusable(&'a AuditError),
    /// One whose every entry was rehashed to the signed root.
    Sound(&'a Audited),
}

/// What is to be said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Truly issued, and it stood when the newest leaf of the log was written.
    Valid {
        /// Time of the newest leaf.
        as_of: OffsetDateTime,
    },
    /// A check failed.
    NotValid(Failed),
    /// Nothing speaks against it, but something is missing to say more; or the file holds no order.
    Undecided {
        /// What is missing.
        why: Text,
    },
    /// Truly issued, but it stands no longer.
    Changed {
        /// Superseded, revoked or repealed.
        state: State,
        /// When the last event entered the log.
        since: OffsetDateTime,
        /// Time of the newest leaf.
        as_of: OffsetDateTime,
    },
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be made.
    Open,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckLine {
    /// Which check.
    pub check: Check,
    /// How it went.
    pub mark: Mark,
    /// What was found.
    pub detail: Text,
}

impl CheckLine {
    /// The line for machines.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let mark = match self.mark {
            Mark::Passed => "passed",
            Mark::Failed => "failed",
            Mark::Open => "open",
        };
        let Self { check, detail, .. } = self;
        serde_json::json!({ "check": check.number(), "title": check.title(), "mark": mark, "detail": detail })
    }
}

/// The verdict, and what it rests on.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What is to be said.
    pub outcome: Outcome,
    /// The seven checks in order.
    pub lines: Vec<CheckLine>,
    /// What was proved, if checks 1 to 6 found no fault.
    pub order: Option<Checked>,
    /// The events on this order that count, in the order of the log, if a log was at hand. Shards are counted from that of the order.
    pub events: Vec<Located>,
}

/// Judges a file: a bundle, or a PDF with one inside. `policy` names the trusted log keys; without one, the key that
/// the log at hand was checked with is trusted.
pub fn judge(file: &[u8], policy: Option<&Policy>, log: LogAtHand<'_>) -> Verdict {
    let own = match log {
        LogAtHand::Sound(log) => Some(with_later_shards(policy, log)),
        _ => None,
    };
    match open(file, own.as_ref().or(policy)) {
        Ok(Some(checked)) => judge_state(checked, log),
        Ok(None) => Verdict::without_order(),
        Err(failed) => Verdict::failed(failed, None),
    }
}

/// The policy, and the keys of the shards that follow the one at hand: that one announced them, if its own key is trusted.
fn with_later_shards(policy: Option<&Policy>, log: &Audited) -> Policy {
    let base = policy.map_or_else(|| Policy::of(log.key().clone()), Clone::clone);
    if !base.keys_of(&log.checkpoint().origin).any(|key| key == log.key()) {
        return base;
    }
    let later = log.shards().skip(1).map(|shard| Log { vkey: shard.key().clone(), url: None });
    base.with_logs(base.logs().iter().cloned().chain(later).collect())
}

/// Checks 1 to 6. `None` if the file is neither a bundle nor a signed order, damaged or not.
fn open(file: &[u8], policy: Option<&Policy>) -> Result<Option<Checked>, Failed> {
    if is_like_a_bundle(file) {
        return read_bundle(file)?.check(policy).map(Some);
    }
    if !pades::has_marks(file) {
        return Ok(None);
    }
    let signed = pades::open(file).map_err(|fault| Failed { check: Check::File, why: fault.text() })?;
    let bundle = read_bundle(&signed.bundle)?;
    if bundle.issuer.statement.document_certificate != signed.certificate.der {
        return Err(Failed::new(
            Check::File,
            "PDF 不是由發文機關的憑證簽署",
            "the PDF is not signed with the certificate of the issuing agency",
        ));
    }
    bundle.check(policy).map(Some)
}

/// Either mark is enough, so that no single damage makes a bundle look like something else.
fn is_like_a_bundle(file: &[u8]) -> bool {
    let mark = b"\"renshi-bundle/";
    file.starts_with(b"{\"amends\":")
        || (!file.starts_with(b"%PDF-") && file.windows(mark.len()).any(|window| window == mark))
}

fn read_bundle(bytes: &[u8]) -> Result<Bundle, Failed> {
    Bundle::parse(bytes).map_err(|_| {
        Failed::new(Check::File, "檔案不完整或已被改動", "the file is incomplete or was changed: it is not canonical")
    })
}

fn judge_state(checked: Checked, log: LogAtHand<'_>) -> Verdict {
    if !checked.trusted && !matches!(log, LogAtHand::Sound(_)) {
        let why = Text::new("手邊沒有這個登記簿的可信公鑰，無法確認", "no trusted key of this register is at hand");
        return Verdict::undecided(checked, why);
    }
    let audited = match log {
        LogAtHand::Sound(audited) if checked.trusted => audited,
        LogAtHand::Sound(_) => {
            let why =
                Text::new("手邊的登記簿不是本件所登載的登記簿", "the register at hand is another one than the order's");
            return Verdict::undecided(checked, why);
        }
        LogAtHand::Unusable(error) => {
            let why = Text::new(
                format!("手邊的登記簿無法使用：{error}"),
                format!("the register at hand cannot be used: {error}"),
            );
            return Verdict::undecided(checked, why);
        }
        // A receipt leaves the register only once it is witnessed. One that is not has nothing but the log's key behind it, and that key
        // can sign two registers.
        LogAtHand::None if !checked.witnessed => {
            let (signed, all) = checked.witnesses;
            let why = Text::new(
                format!(
                    "檢查點未達政策所定的見證人數（{all}個見證者中有{signed}個簽署），這份證明不足採信；如持有登記簿，請以登記簿查驗"
                ),
                format!(
                    "the quorum of the policy is not met: {signed} of {all} witnesses cosigned the checkpoint, and this receipt is not to be \
                     relied on; with the register at hand (--log) it can be judged by that"
                ),
            );
            return Verdict::failed(Failed { check: Check::Log, why }, Some(checked));
        }
        LogAtHand::None => {
            let why = Text::new(
                "確為所載機關核發，但手邊沒有登記簿，無法得知目前是否仍然有效",
                "truly issued, but without the register at hand nobody can tell whether it still stands",
            );
            return Verdict::undecided(checked, why);
        }
    };
    let further: Vec<&Logged> = [&checked.keys].into_iter().chain(&checked.amends).collect();
    match standing(&checked.logged, &further, &checked.checkpoint, audited) {
        Ok(standing) => Verdict::of_standing(checked, standing, instant(audited.newest().newest_ms())),
        Err(Standstill::Failed(failed)) => Verdict::failed(failed, Some(checked)),
        Err(Standstill::Undecided(why)) => Verdict::undecided(checked, why),
    }
}

/// Why the log does not answer.
pub(crate) enum Standstill {
    Failed(Failed),
    Undecided(Text),
}

/// Asks the log for the state, after making sure that it holds this very leaf and the `further` ones where the file says, and grew out of
/// the checkpoint of the file.
pub(crate) fn standing(
    logged: &Logged,
    further: &[&Logged],
    checkpoint: &Checkpoint,
    log: &Audited,
) -> Result<Standing, Standstill> {
    let changed = |error: AuditError| {
        Standstill::Undecided(Text::new(
            format!("讀取登記簿時發生問題：{error}"),
            format!("reading the register: {error}"),
        ))
    };
    let Some(log) = log.shard_of(&checkpoint.origin) else {
        return Err(Standstill::Undecided(Text::new(
            "手邊的登記簿不是本件所登載的登記簿",
            "the register at hand is another one than the order's",
        )));
    };
    let failed = |zh, en| Err(Standstill::Failed(Failed::new(Check::State, zh, en)));
    for place in [logged].into_iter().chain(further.iter().copied()) {
        if log.checkpoint().size <= place.index {
            return Err(Standstill::Undecided(Text::new(
                "手邊的登記簿早於本件，請取得較新的登記簿",
                "the register at hand ends before this order: get a newer one",
            )));
        }
        if log.leaf_at(place.index).map_err(changed)? != Some(place.leaf) {
            return failed("登記簿在該位置登載的不是本件", "the register holds another entry in this order's place");
        }
    }
    if log.root_at(checkpoint.size).map_err(changed)?.is_some_and(|root| root != checkpoint.root) {
        return failed(
            "本件的檢查點不是這本登記簿的：同一把金鑰簽署了兩本不同的登記簿",
            "the checkpoint of the receipt is not one of this register: one key signed two registers",
        );
    }
    let standing = log.state_of(&logged.leaf.id).map_err(changed)?;
    if standing.events.first().map(|event| event.index) != Some(logged.index) {
        return failed("登記簿不承認本件的登載", "the register does not count this entry as the issue of the order");
    }
    Ok(standing)
}

impl Verdict {
    /// The exit code: 0 valid, 1 not valid, 2 cannot decide, 3 truly issued but changed since.
    pub fn exit_code(&self) -> u8 {
        match self.outcome {
            Outcome::Valid { .. } => 0,
            Outcome::NotValid(_) => 1,
            Outcome::Undecided { .. } => 2,
            Outcome::Changed { .. } => 3,
        }
    }

    /// The word for machines: `valid`, `not_valid`, `undecided`, `superseded`, `revoked` or `repealed`.
    pub fn word(&self) -> &'static str {
        match &self.outcome {
            Outcome::Valid { .. } => State::Valid.word(),
            Outcome::NotValid(_) => "not_valid",
            Outcome::Undecided { .. } => "undecided",
            Outcome::Changed { state, .. } => state.word(),
        }
    }

    /// The verdict in one sentence.
    pub fn sentence(&self) -> Text {
        match &self.outcome {
            Outcome::Valid { as_of } => Text::new(
                format!("有效：確為所載機關核發，截至{}仍然有效。", said(*as_of)),
                format!("Valid: truly issued, and in force as of {}.", written(*as_of)),
            ),
            Outcome::NotValid(failed) => {
                Text::new(format!("不符：{}。", failed.why.zh), format!("Not valid: {}.", failed.why.en))
            }
            Outcome::Undecided { why } => {
                Text::new(format!("無法判定：{}。", why.zh), format!("Cannot decide: {}.", why.en))
            }
            Outcome::Changed { state, since, as_of } => {
                let (zh, en) = changed(*state);
                Text::new(
                    format!("確為所載機關核發，但已於{}{zh}（截至{}）。", said(*since), said(*as_of)),
                    format!("Truly issued, but {en} on {} (as of {}).", written(*since), written(*as_of)),
                )
            }
        }
    }

    /// The report for machines.
    pub fn to_json(&self) -> serde_json::Value {
        let as_of = match &self.outcome {
            Outcome::Valid { as_of } | Outcome::Changed { as_of, .. } => Some(written(*as_of)),
            _ => None,
        };
        serde_json::json!({
            "format": "renshi-verdict/1",
            "verdict": self.word(),
            "exit": self.exit_code(),
            "sentence": self.sentence(),
            "as_of": as_of,
            "checks": self.lines.iter().map(CheckLine::to_json).collect::<Vec<_>>(),
            "order": self.order.as_ref().map(order_json),
            "events": self.events.iter().map(event_json).collect::<Vec<_>>(),
        })
    }

    fn without_order() -> Self {
        let why = Text::new("這個檔案不是公文書，也不含查驗資料", "the file holds no order");
        let lines = lines(None, Check::File, Mark::Open, &why);
        Self { outcome: Outcome::Undecided { why }, lines, order: None, events: Vec::new() }
    }

    fn failed(failed: Failed, order: Option<Checked>) -> Self {
        let lines = lines(order.as_ref(), failed.check, Mark::Failed, &failed.why);
        Self { outcome: Outcome::NotValid(failed), lines, order, events: Vec::new() }
    }

    fn undecided(checked: Checked, why: Text) -> Self {
        let first_open = if checked.trusted && checked.witnessed { Check::State } else { Check::Log };
        let lines = lines(Some(&checked), first_open, Mark::Open, &why);
        Self { outcome: Outcome::Undecided { why }, lines, order: Some(checked), events: Vec::new() }
    }

    fn of_standing(checked: Checked, standing: Standing, as_of: OffsetDateTime) -> Self {
        let last = standing.events.iter().rfind(|event| event.leaf.kind.is_correction());
        let state = standing.state.unwrap_or(State::Valid);
        let (outcome, mark, detail) = match last {
            Some(event) if state != State::Valid => {
                let since = instant(event.leaf.time_ms);
                let (zh, en) = changed(state);
                (Outcome::Changed { state, since, as_of }, Mark::Failed, Text::new(format!("已{zh}"), en))
            }
            _ if standing.events.iter().any(|event| event.leaf.kind == Kind::Erasure) => (
                Outcome::Valid { as_of },
                Mark::Passed,
                Text::new(
                    "有效，無更正、撤銷或廢止；機關已依法銷毀其留存之內容",
                    "in force, never changed; the agency has destroyed what it kept of the content",
                ),
            ),
            _ => (
                Outcome::Valid { as_of },
                Mark::Passed,
                Text::new("有效，無更正、撤銷或廢止", "in force, never changed"),
            ),
        };
        let lines = lines(Some(&checked), Check::State, mark, &detail);
        Self { outcome, lines, order: Some(checked), events: standing.events }
    }
}

/// The seven lines: checks before `at` passed, `at` went as `mark` says, those after it were not made.
fn lines(order: Option<&Checked>, at: Check, mark: Mark, detail: &Text) -> Vec<CheckLine> {
    let line = |check: Check| match check.cmp(&at) {
        std::cmp::Ordering::Less => CheckLine { check, mark: Mark::Passed, detail: found(check, order) },
        std::cmp::Ordering::Equal => CheckLine { check, mark, detail: detail.clone() },
        std::cmp::Ordering::Greater => {
            CheckLine { check, mark: Mark::Open, detail: Text::new("未查驗", "not checked") }
        }
    };
    Check::ALL.into_iter().map(line).collect()
}

/// What a check that passed found out.
fn found(check: Check, order: Option<&Checked>) -> Text {
    let Some(order) = order else { return Text::new("相符", "holds") };
    let (issuer, signer) = (&order.issuer, &order.approval.signed.certificate);
    match check {
        Check::File | Check::State => Text::new("相符", "holds"),
        Check::Content => Text::new(
            format!("揭露{}欄，保留{}欄", order.fields.len(), order.withheld),
            format!("{} fields shown, {} withheld", order.fields.len(), order.withheld),
        ),
        Check::Agency => {
            Text::new(format!("{}（{}）", issuer.name, issuer.agency), format!("{} ({})", issuer.name, issuer.agency))
        }
        Check::Keys => {
            Text::new(format!("金鑰聲明第{}號", issuer.issuer), format!("key statement no. {}", issuer.issuer))
        }
        Check::Approval if order.approval.statement.acting => Text::new(
            format!("由職務代理人核定：{}以憑證代理機關首長核定", signer.name),
            format!("approved by {}, acting for the head of the agency", signer.name),
        ),
        Check::Approval => Text::new(format!("由{}以憑證核定", signer.name), format!("approved by {}", signer.name)),
        Check::Log => Text::new(
            format!("{}，第{}筆，{}登載", order.checkpoint.origin, order.logged.index, said(order.entered_at)),
            format!("{}, entry {}, entered {}", order.checkpoint.origin, order.logged.index, written(order.entered_at)),
        ),
    }
}

/// What became of it, as the end of a sentence.
pub(crate) fn changed(state: State) -> (&'static str, &'static str) {
    match state {
        State::Superseded => ("由後令更正", "superseded by a later order"),
        State::Revoked => ("撤銷或註銷", "revoked or cancelled"),
        State::Repealed => ("廢止", "repealed"),
        State::Valid => ("恢復", "in force"),
    }
}

fn order_json(order: &Checked) -> serde_json::Value {
    let signer = &order.approval.signed.certificate;
    let field = |field: &crate::record::Field| serde_json::json!({"name": field.name, "value": field.value});
    serde_json::json!({
        "id": hex(&order.logged.leaf.id),
        "index": order.logged.index,
        "entered_at": written(order.entered_at),
        "origin": order.checkpoint.origin,
        "checkpoint_size": order.checkpoint.size,
        "agency": {"code": order.issuer.agency, "name": order.issuer.name},
        "approver": {
            "name": signer.name, "serial_number": signer.serial_number, "acting_for": order.approval.statement.acting_for(),
        },
        "case": order.approval.statement.case,
        "fields": order.fields.iter().map(field).collect::<Vec<_>>(),
        "withheld": order.withheld,
        "amends": order.amends.as_ref().map(|amends| serde_json::json!({
            "kind": kind_word(amends.leaf.kind), "id": hex(&amends.leaf.id), "index": amends.index,
        })),
    })
}

fn event_json(event: &Located) -> serde_json::Value {
    serde_json::json!({
        "kind": kind_word(event.leaf.kind), "index": event.index, "at": written(instant(event.leaf.time_ms)),
    })
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Issue => "issue",
        Kind::Supersede => "supersede",
        Kind::Revoke => "revoke",
        Kind::Repeal => "repeal",
        Kind::Rendition => "rendition",
        Kind::Status => "status",
        Kind::Key => "key",
        Kind::Erasure => "erasure",
        Kind::Padding => "padding",
        Kind::Digest => "digest",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Leaves of a sound log carry times of this age of the world; a number outside of it is shown as its beginning.
pub(crate) fn instant(ms: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// `2026-03-02T01:00:00Z`.
pub(crate) fn written(at: OffsetDateTime) -> String {
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", u8::from(month))
}

/// 中華民國115年3月2日9時0分, in Taipei.
pub(crate) fn said(at: OffsetDateTime) -> String {
    let taipei = time::UtcOffset::from_hms(8, 0, 0).expect("eight hours is a valid offset");
    let at = at.to_offset(taipei);
    format!("{}{}時{}分", kernel::roc::long(at.date()), at.hour(), at.minute())
}
