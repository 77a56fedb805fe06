//! The checks 1 to 6 of a bundle (docs/verification.md, section 9). The seventh, the state, needs the log: [`crate::verdict`].

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use kernel::Text;
use time::OffsetDateTime;
use tlog::checkpoint::Checkpoint;
use tlog::hash::{Hash, ZERO};
use tlog::issuer;
use tlog::leaf::Kind;
use tlog::policy::{JudgeError, Judged, Policy};
use tlog::tree::verify_inclusion;

use crate::approval::Approved;
use crate::bundle::{Bundle, Logged};
use crate::keys::leaf_is_signed;
use crate::record::{self, Field, commitment, digest_of, is_content, name, open_disclosure, root_of, summary_commit};
use crate::summary::{REPEATED, Summary};

/// The numbered checks of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Check {
    /// 1: the file is canonical and complete; for a PDF also its signature and certificate.
    File = 1,
    /// 2: fields, summary and commitment agree.
    Content = 2,
    /// 3: the agency signed.
    Agency = 3,
    /// 4: the agency's keys are fixed in the log.
    Keys = 4,
    /// 5: the approval.
    Approval = 5,
    /// 6: the order is in the log, and the checkpoint is of the trusted log.
    Log = 6,
    /// 7: the order stands.
    State = 7,
}

impl Check {
    /// All checks in order.
    pub const ALL: [Self; 7] =
        [Self::File, Self::Content, Self::Agency, Self::Keys, Self::Approval, Self::Log, Self::State];

    /// The number in the contract.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// What is checked, in a few words.
    pub fn title(self) -> Text {
        match self {
            Self::File => Text::new("檔案完整", "The file is complete"),
            Self::Content => Text::new("內容與承諾值相符", "The content is what was committed to"),
            Self::Agency => Text::new("發文機關簽章", "Signature of the issuing agency"),
            Self::Keys => Text::new("機關金鑰已公開登記", "The agency's keys are on the register"),
            Self::Approval => Text::new("核定人簽章", "Signature of the approver"),
            Self::Log => Text::new("已登載於公開登記簿", "Entered in the public register"),
            Self::State => Text::new("目前效力", "Present state"),
        }
    }
}

/// A check that failed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Which check.
    pub check: Check,
    /// Why, in both languages.
    pub why: Text,
}

impl Failed {
    pub(crate) fn new(check: Check, zh: &'static str, en: &'static str) -> Self {
        Self { check, why: Text::new(zh, en) }
    }
}

/// A bundle that holds in itself.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The fields shown, in the order of the paper.
    pub fields: Vec<Field>,
    /// How many fields are not shown.
    pub withheld: usize,
    /// The summary.
    pub summary: Summary<'static>,
    /// The key statement of the issuing authority.
    pub issuer: issuer::Statement,
    /// The leaf of the order, and its index.
    pub logged: Logged,
    /// The leaf of the key statement, and its index.
    pub keys: Logged,
    /// When the leaf entered the log.
    pub entered_at: OffsetDateTime,
    /// Who approved what.
    pub approval: Approved,
    /// What the checkpoint says.
    pub checkpoint: Checkpoint,
    /// Whether a trusted key signed the checkpoint; `false` only if the policy names no key for this log.
    pub trusted: bool,
    /// Whether the witnesses that the policy asks for cosigned it.
    pub witnessed: bool,
    /// How many witnesses of the policy cosigned it, and how many the policy knows.
    pub witnesses: (usize, usize),
    /// The leaf under the id of the order this one corrects.
    pub amends: Option<Logged>,
}

impl Checked {
    /// The shown field of this name.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }
}

/// What check 2 finds.
struct Content {
    fields: Vec<Field>,
    content_root: Hash,
    summary: Summary<'static>,
}

impl Bundle {
    /// Finishes check 1 (parsing was most of it) and does checks 2 to 6. Without a policy, or if it does not name the log, the checkpoint's
    /// signature stays unjudged and `trusted` is false.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn check(&self, policy: Option<&Policy>) -> Result<Checked, Failed> {
        let entered_at = self.entered_at()?;
        let checkpoint = self.read_checkpoint()?;
        let content = self.check_content()?;
        self.check_agency()?;
        self.check_keys(&checkpoint)?;
        let approval = self.check_approval(&content.content_root, entered_at)?;
        self.check_log(&checkpoint)?;
        let judged = self.check_trust(policy)?;
        Ok(Checked {
            fields: content.fields,
            withheld: self.withheld.len(),
            summary: content.summary,
            issuer: self.issuer.statement.clone(),
            logged: self.logged.clone(),
            keys: self.issuer.logged.clone(),
            entered_at,
            approval,
            checkpoint,
            trusted: judged.is_some(),
            witnessed: judged.as_ref().is_some_and(|judged| judged.quorum_met),
            witnesses: (
                judged.map_or(0, |judged| judged.cosigned.len()),
                policy.map_or(0, |policy| policy.witnesses().count()),
            ),
            amends: self.amends.clone(),
        })
    }

    fn entered_at(&self) -> Result<OffsetDateTime, Failed> {
        let nanos = i128::from(self.logged.leaf.time_ms) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos)
            .map_err(|_| Failed::new(Check::File, "登載時間不是有效的時間", "the time of entry is no time"))
    }

    fn check_content(&self) -> Result<Content, Failed> {
        let fail = |zh, en| Failed::new(Check::Content, zh, en);
        let fields: Option<Vec<Field>> = self.disclosures.iter().map(|text| open_disclosure(text)).collect();
        let fields = fields.ok_or_else(|| fail("欄位資料格式不正確", "a disclosed field is malformed"))?;
        for required in [name::DOCUMENT_NUMBER, name::ISSUED_ON] {
            if fields.iter().filter(|field| field.name == required).count() != 1 {
                return Err(fail("缺少發文字號或發文日期", "document number or date of issue is not shown once"));
            }
        }
        let shown: Vec<_> = self.disclosures.iter().map(|text| digest_of(text.as_bytes())).collect();
        self.check_digests(&shown, &fields)?;
        let withheld = || self.withheld.iter().map(|digest| digest.as_bytes());
        let all = shown.iter().map(|digest| &digest[..]).chain(withheld()).collect();
        let content = shown.iter().zip(&fields).filter(|(_, field)| is_content(&field.name));
        let content_root = root_of(content.map(|(digest, _)| &digest[..]).chain(withheld()).collect());
        let summary_commit = summary_commit(&self.summary_salt, &self.summary);
        if commitment(&summary_commit, &root_of(all)) != self.logged.leaf.commitment {
            return Err(fail("內容與登載時不同", "the content is not what was entered in the register"));
        }
        let summary = self.check_summary(&fields)?;
        Ok(Content { fields, content_root, summary })
    }

    /// Every digest once, every name once, the withheld ones sorted and well formed.
    fn check_digests(&self, shown: &[[u8; record::DIGEST_CHARS]], fields: &[Field]) -> Result<(), Failed> {
        let sound = |digest: &String| B64U.decode(digest).is_ok_and(|bytes| bytes.len() == 32);
        let sorted = self.withheld.is_sorted_by(|a, b| a < b) && self.withheld.iter().all(sound);
        let apart = shown.iter().all(|digest| self.withheld.iter().all(|other| other.as_bytes() != digest));
        let named_once = (1..fields.len()).all(|at| fields[..at].iter().all(|other| other.name != fields[at].name));
        if sorted && apart && named_once {
            return Ok(());
        }
        Err(Failed::new(
            Check::Content,
            "欄位重複或未依序",
            "fields are doubled, or the withheld ones are out of order",
        ))
    }

    fn check_summary(&self, fields: &[Field]) -> Result<Summary<'static>, Failed> {
        let summary = Summary::parse(&self.summary)
            .ok_or_else(|| Failed::new(Check::Content, "摘要格式不正確", "the summary is malformed"))?;
        for (text, repeated) in summary.texts().into_iter().zip(REPEATED) {
            let field = repeated.and_then(|name| fields.iter().find(|field| field.name == name));
            if field.is_some_and(|field| field.value != text) {
                return Err(Failed::new(
                    Check::Content,
                    "摘要與欄位內容不一致",
                    "the summary says something else than the fields",
                ));
            }
        }
        Ok(summary.into_owned())
    }

    fn check_agency(&self) -> Result<(), Failed> {
        let fail = |zh, en| Err(Failed::new(Check::Agency, zh, en));
        let leaf = &self.logged.leaf;
        if leaf.kind != Kind::Issue || leaf.prev != ZERO {
            return fail("登載的不是發布事件", "the leaf is not that of an issue");
        }
        if leaf.issuer != self.issuer.statement.issuer {
            return fail("發文機關編號不一致", "the leaf names another authority");
        }
        if !leaf_is_signed(leaf, &self.signature, &self.issuer.statement.seal_key) {
            return fail("發文機關簽章驗證不符", "the agency's signature does not verify");
        }
        Ok(())
    }

    fn read_checkpoint(&self) -> Result<Checkpoint, Failed> {
        let fail = || Failed::new(Check::File, "登記簿檢查點格式不正確", "the checkpoint is malformed");
        let checkpoint = Checkpoint::read_unverified(&self.checkpoint).map_err(|_| fail())?;
        // A checkpoint that no key of its own name signed is damaged, whoever is trusted.
        let signed = self.checkpoint.contains(&format!("\n— {} ", checkpoint.origin));
        if signed { Ok(checkpoint) } else { Err(fail()) }
    }

    fn check_keys(&self, checkpoint: &Checkpoint) -> Result<(), Failed> {
        let issuer = &self.issuer;
        let fail = |zh, en| Err(Failed::new(Check::Keys, zh, en));
        if issuer.statement.check_leaf(&issuer.logged.leaf, &issuer.signature).is_err() {
            return fail("機關金鑰聲明與登載不符", "the key statement is not the one in its leaf");
        }
        if !issuer.logged.is_in(checkpoint) || issuer.logged.index >= self.logged.index {
            return fail("機關金鑰聲明未先登載於登記簿", "the key statement is not in the log before the order");
        }
        Ok(())
    }

    fn check_approval(&self, content_root: &Hash, at: OffsetDateTime) -> Result<Approved, Failed> {
        let statement = &self.issuer.statement;
        let approved = self.approval.verify(content_root, statement.card_ca, at);
        let approved = approved.map_err(|fault| Failed { check: Check::Approval, why: fault.text() })?;
        if approved.statement.agency != statement.agency {
            return Err(Failed::new(Check::Approval, "核定機關與發文機關不同", "another agency approved"));
        }
        Ok(approved)
    }

    fn check_log(&self, checkpoint: &Checkpoint) -> Result<(), Failed> {
        if !self.logged.is_in(checkpoint) {
            return Err(Failed::new(Check::Log, "本件不在登記簿內", "the order is not in the log"));
        }
        let Some(amends) = &self.amends else { return Ok(()) };
        let leaf = &amends.leaf;
        let points_here = leaf.commitment == self.logged.leaf.commitment && leaf.id != self.logged.leaf.id;
        if points_here && leaf.auth != ZERO && leaf.prev != ZERO && amends.is_in(checkpoint) {
            return Ok(());
        }
        Err(Failed::new(Check::Log, "對原令的更正未登載於登記簿", "the correction of the old order is not in the log"))
    }

    /// Is the checkpoint signed by a key the policy names for its log, and cosigned by its quorum? `None` if it names no key.
    fn check_trust(&self, policy: Option<&Policy>) -> Result<Option<Judged>, Failed> {
        match policy.map(|policy| policy.judge(&self.checkpoint)) {
            None | Some(Err(JudgeError::UnknownLog)) => Ok(None),
            Some(Ok(judged)) => Ok(Some(judged)),
            Some(Err(JudgeError::False(_))) => Err(Failed::new(
                Check::Log,
                "檢查點不是由所信任的登記簿簽署，或見證簽章不實",
                "the checkpoint is not signed by the trusted log key, or a witness's signature on it is false",
            )),
        }
    }
}

impl Logged {
    /// Is the leaf in the tree of this checkpoint?
    pub fn is_in(&self, checkpoint: &Checkpoint) -> bool {
        verify_inclusion(&self.leaf.hash(), self.index, checkpoint.size, &self.inclusion, &checkpoint.root)
    }
}
