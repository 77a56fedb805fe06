//! The approval of a batch: one signature by card over the tree of all content roots, provable for each order alone
//! (docs/verification.md, section 3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use kernel::Text;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tlog::hash::Hash;
use tlog::tree::{Node, data_hash, empty_root, inclusion_spans, node_hash, prove, span_hash, verify_inclusion};

use crate::cms::{CmsFault, Signed, verify_unchangeable};

/// The format of a statement by whoever holds the office, and of one by a deputy.
const FORMAT: &str = "renshi-approval/1";
const FORMAT_ACTING: &str = "renshi-approval/2";

/// What the approver signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Agency code.
    pub agency: String,
    /// The agency's own designation of the case.
    pub case: String,
    /// Tree root over the content roots of the batch.
    pub root: Hash,
    /// Number of orders in the batch.
    pub size: u64,
    /// Whether a deputy (職務代理人) signs for the head of the agency.
    pub acting: bool,
}

/// The members in the order of JCS, which is that of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(skip_serializing_if = "Option::is_none")]
    acting_for: Option<String>,
    agency: String,
    case: String,
    format: String,
    root: String,
    size: u64,
}

impl Statement {
    /// The canonical bytes, which are what is signed.
    pub fn canonical(&self) -> String {
        let members = Members {
            acting_for: self.acting_for(),
            agency: self.agency.clone(),
            case: self.case.clone(),
            format: if self.acting { FORMAT_ACTING } else { FORMAT }.to_owned(),
            root: B64U.encode(self.root),
            size: self.size,
        };
        serde_json_canonicalizer::to_string(&members).expect("texts and whole numbers always have a canonical form")
    }

    /// The office a deputy signs for, such as `head of 376480000A`: the office and not its holder, because this is public.
    #[must_use]
    pub fn acting_for(&self) -> Option<String> {
        self.acting.then(|| format!("head of {}", self.agency))
    }

    /// The same statement, signed by a deputy if `acting`.
    #[must_use]
    pub fn by_deputy(self, acting: bool) -> Self {
        Self { acting, ..self }
    }

    /// Reads the canonical bytes. `None` unless they are exactly what [`Statement::canonical`] writes.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let members: Members = serde_json::from_slice(bytes).ok()?;
        let root = B64U.decode(&members.root).ok()?.try_into().ok()?;
        let acting = members.acting_for.is_some();
        let statement = Self { agency: members.agency, case: members.case, root, size: members.size, acting };
        (statement.canonical().as_bytes() == bytes).then_some(statement)
    }
}

/// The tree over the content roots of a batch, with all hashes kept: paths for every order cost one look-up each.
#[derive(Clone, Debug)]
pub struct Batch {
    /// `levels[l][i]` is the hash of the perfect subtree over leaves `i << l` to `(i + 1) << l`.
    levels: Vec<Vec<Hash>>,
}

impl Batch {
    /// The tree of these content roots, in the order of the batch.
    pub fn new(content_roots: &[Hash]) -> Self {
        let mut levels = vec![content_roots.iter().map(|root| data_hash(root)).collect::<Vec<_>>()];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let above = below.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
            levels.push(above);
        }
        Self { levels }
    }

    /// Number of orders.
    pub fn size(&self) -> u64 {
        self.levels[0].len() as u64
    }

    /// The tree root.
    pub fn root(&self) -> Hash {
        if self.size() == 0 {
            return empty_root();
        }
        span_hash(&(0..self.size()), &|node| self.read(node)).expect("every perfect subtree was hashed")
    }

    /// The audit path of order `index` (0-based). `None` if there is no such order.
    pub fn path(&self, index: u64) -> Option<Vec<Hash>> {
        let spans = inclusion_spans(index, self.size()).ok()?;
        Some(prove(&spans, &|node| self.read(node)).expect("every perfect subtree was hashed"))
    }

    fn read(&self, node: Node) -> Option<Hash> {
        let level = self.levels.get(usize::from(node.level))?;
        level.get(usize::try_from(node.index).ok()?).copied()
    }

    /// The statement for the approver to sign.
    pub fn statement(&self, agency: &str, case: &str) -> Statement {
        Statement {
            agency: agency.to_owned(),
            case: case.to_owned(),
            root: self.root(),
            size: self.size(),
            acting: false,
        }
    }
}

/// What proves the approval of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The approver's CMS with the statement inside, DER.
    pub cms: Vec<u8>,
    /// Position of the order in the batch.
    pub index: u64,
    /// Audit path of the order's content root.
    pub path: Vec<Hash>,
}

/// An approval that was proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    /// What was signed.
    pub statement: Statement,
    /// Who signed, and when by their own account.
    pub signed: Signed,
}

/// Why an approval is not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalFault {
    /// The signature itself.
    #[error(transparent)]
    Cms(#[from] CmsFault),
    /// What was signed is not an approval statement, or not the one that was asked for.
    #[error("what was signed is not this approval statement")]
    Statement,
    /// The order is not in the approved tree.
    #[error("the order is not part of what was approved")]
    Path,
}

impl ApprovalFault {
    /// The reason in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Cms(fault) => fault.text(),
            Self::Statement => Text::new("所簽署的內容不是這份核定聲明", self.to_string()),
            Self::Path => Text::new("本件不在所核定的範圍內", self.to_string()),
        }
    }
}

/// Checks the answer of the approver's card to `statement`, by the same rules a stranger will apply to it later.
/// `card_ca` is the SHA-256 of the CA certificate named in the agency's key statement, `at` the present time.
///
/// # Errors
/// If the answer would not prove this approval.
pub fn accept(cms: &[u8], statement: &Statement, card_ca: Hash, at: OffsetDateTime) -> Result<Signed, ApprovalFault> {
    let signed = verify_unchangeable(cms, card_ca, at)?;
    if signed.content != statement.canonical().as_bytes() {
        return Err(ApprovalFault::Statement);
    }
    Ok(signed)
}

impl Proof {
    /// Checks that an order with this content root was approved by a card of `card_ca` that was valid at `at`.
    ///
    /// # Errors
    /// The first reason why this is not proved.
    pub fn verify(&self, content_root: &Hash, card_ca: Hash, at: OffsetDateTime) -> Result<Approved, ApprovalFault> {
        let signed = verify_unchangeable(&self.cms, card_ca, at)?;
        let statement = Statement::parse(&signed.content).ok_or(ApprovalFault::Statement)?;
        let leaf = data_hash(content_root);
        if !verify_inclusion(&leaf, self.index, statement.size, &self.path, &statement.root) {
            return Err(ApprovalFault::Path);
        }
        Ok(Approved { statement, signed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{Authority, CardSubject};
    use kernel::{Random, SeededRandom};
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-03-02 01:00 UTC);

    fn roots(count: usize) -> Vec<Hash> {
        let random = SeededRandom::new(9);
        let mut roots = vec![[0; 32]; count];
        roots.iter_mut().for_each(|root| random.fill(root));
        roots
    }

    #[test]
    fn every_order_of_a_batch_of_any_size_has_its_path() {
        for count in (1..=33).chain([100]) {
            let roots = roots(count);
            let batch = Batch::new(&roots);
            for (index, root) in (0u64..).zip(&roots) {
                let path = batch.path(index).unwrap();
                assert!(verify_inclusion(&data_hash(root), index, batch.size(), &path, &batch.root()));
            }
            assert_eq!(batch.path(count as u64), None);
        }
        assert_eq!(Batch::new(&[]).root(), empty_root());
    }

    #[test]
    fn a_statement_has_one_encoding() {
        let statement = Batch::new(&roots(3)).statement("376470000A", "獎\"1\"");
        let text = statement.canonical();
        assert!(text.starts_with(r#"{"agency":"376470000A","case":"獎\"1\"","format":"renshi-approval/1","root":""#));
        assert_eq!(Statement::parse(text.as_bytes()), Some(statement));
        for other in [text.replace(':', ": "), text.replace("\"size\":3", "\"size\":3.0"), text.replace("/1", "/2")] {
            assert_eq!(Statement::parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_deputy_s_statement_says_for_which_office_and_is_of_another_format() {
        let own = Batch::new(&roots(3)).statement("376480000A", "award-case-1");
        let acting = own.clone().by_deputy(true);
        let text = acting.canonical();
        let start = r#"{"acting_for":"head of 376480000A","agency":"376480000A","case":"award-case-1","format":"renshi-approval/2","root":""#;
        assert!(text.starts_with(start), "{text}");
        assert_eq!(Statement::parse(text.as_bytes()), Some(acting.clone()));
        assert_eq!(acting.by_deputy(false).canonical(), own.canonical(), "without a deputy nothing changes");
        let others = [
            text.replace("approval/2", "approval/1"),
            text.replace("head of 3", "head of 4"),
            text.replace("head of", "mayor of"),
            text.replace("\"head of 376480000A\"", "null"),
            own.canonical().replace("approval/1", "approval/2"),
        ];
        for other in others {
            assert_eq!(Statement::parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn one_card_signature_approves_each_order_of_the_batch_and_no_other() {
        let random = SeededRandom::new(3);
        let ca = Authority::create(&random, "示範憑證機構", NOW).unwrap();
        let subject = CardSubject { name: "陳校長", serial_number: "TP00000001", organization: "" };
        let card = ca.issue_card(&random, &subject, NOW).unwrap();
        let roots = roots(5);
        let batch = Batch::new(&roots);
        let statement = batch.statement("376470000A", "115-獎-1");
        let cms = card.sign(statement.canonical().as_bytes(), true, NOW);
        assert_eq!(accept(&cms, &statement, ca.fingerprint(), NOW).unwrap().certificate.name, "陳校長");
        let other = Batch::new(&roots[..4]).statement("376470000A", "115-獎-1");
        assert_eq!(accept(&cms, &other, ca.fingerprint(), NOW), Err(ApprovalFault::Statement));
        for (index, root) in (0u64..).zip(&roots) {
            let proof = Proof { cms: cms.clone(), index, path: batch.path(index).unwrap() };
            let approved = proof.verify(root, ca.fingerprint(), NOW).unwrap();
            assert_eq!(approved.statement, statement);
            assert_eq!(proof.verify(&[7; 32], ca.fingerprint(), NOW), Err(ApprovalFault::Path));
            let elsewhere = proof.verify(root, [7; 32], NOW);
            assert_eq!(elsewhere, Err(ApprovalFault::Cms(CmsFault::Issuer)));
        }
    }
}
