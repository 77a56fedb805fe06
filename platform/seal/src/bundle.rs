//! The bundle: one file that proves one order (docs/verification.md, section 6).
//!
//! There is one encoding. A bundle is read into its parts and written again, and only a file that comes out byte for
//! byte the same is a bundle; so members, order, number forms, escapes and base64 have no second form to hide in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use serde::{Deserialize, Serialize};
use tlog::hash::Hash;
use tlog::issuer;
use tlog::leaf::{Kind, Leaf};

use crate::approval;
use crate::keys::Signature;
use crate::record::{FIELDS_MAX, SALT_BYTES, digest_of, is_content, open_disclosure, root_of};

/// Largest bundle read, in bytes.
pub const BUNDLE_BYTES_MAX: usize = 1024 * 1024;
/// Longest audit path read: a tree has fewer than 2^64 leaves.
pub const PATH_MAX: usize = 64;

const FORMAT: &str = "renshi-bundle/1";

/// Everything that proves one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The disclosures shown, in the order of the paper (base64url text each).
    pub disclosures: Vec<String>,
    /// The digests of the fields not shown, sorted (base64url text each).
    pub withheld: Vec<String>,
    /// The summary, CBOR.
    pub summary: Vec<u8>,
    /// Its salt.
    pub summary_salt: [u8; SALT_BYTES],
    /// The type 1 leaf and where it is.
    pub logged: Logged,
    /// The agency's signature over it.
    pub signature: Signature,
    /// The signed note all paths lead to.
    pub checkpoint: String,
    /// The key statement.
    pub issuer: IssuerProof,
    /// The approval.
    pub approval: approval::Proof,
    /// The order this one corrects, if it does: the leaf under that order's id, whose type says how.
    pub amends: Option<Logged>,
}

/// A leaf and the proof that it is in the tree of the checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The leaf.
    pub leaf: Leaf,
    /// Its index.
    pub index: u64,
    /// RFC 6962 audit path for the size of the checkpoint.
    pub inclusion: Vec<Hash>,
}

/// The key statement of the issuing authority and what fixes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerProof {
    /// The statement.
    pub statement: issuer::Statement,
    /// Its signature by its own seal key.
    pub signature: Signature,
    /// The type 7 leaf.
    pub logged: Logged,
}

/// The bytes are no bundle in its one encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a bundle in canonical form")]
pub struct NotABundle;

/// The file, members in the order of JCS, which is that of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    amends: Option<AmendsMembers>,
    approval: ApprovalMembers,
    checkpoint: String,
    disclosures: Vec<String>,
    format: String,
    inclusion: Vec<String>,
    index: u64,
    issuer: IssuerMembers,
    leaf: String,
    signature: String,
    summary: String,
    summary_salt: String,
    withheld: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AmendsMembers {
    inclusion: Vec<String>,
    index: u64,
    kind: u8,
    leaf: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalMembers {
    cms: String,
    index: u64,
    path: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuerMembers {
    inclusion: Vec<String>,
    index: u64,
    leaf: String,
    signature: String,
    statement: String,
}

impl Bundle {
    /// The file.
    pub fn canonical(&self) -> Vec<u8> {
        let file = File {
            amends: self.amends.as_ref().map(AmendsMembers::of),
            approval: ApprovalMembers {
                cms: B64U.encode(&self.approval.cms),
                index: self.approval.index,
                path: texts(&self.approval.path),
            },
            checkpoint: self.checkpoint.clone(),
            disclosures: self.disclosures.clone(),
            format: FORMAT.to_owned(),
            inclusion: texts(&self.logged.inclusion),
            index: self.logged.index,
            issuer: IssuerMembers::of(&self.issuer),
            leaf: B64U.encode(self.logged.leaf.encode()),
            signature: B64U.encode(self.signature),
            summary: B64U.encode(&self.summary),
            summary_salt: B64U.encode(self.summary_salt),
            withheld: self.withheld.clone(),
        };
        serde_json_canonicalizer::to_vec(&file).expect("texts and whole numbers always have a canonical form")
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it is not exactly what [`Bundle::canonical`] writes.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotABundle> {
        if bytes.len() > BUNDLE_BYTES_MAX {
            return Err(NotABundle);
        }
        let file: File = serde_json::from_slice(bytes).map_err(|_| NotABundle)?;
        let bundle = Self::of(file).ok_or(NotABundle)?;
        let fits = bundle.disclosures.len() + bundle.withheld.len() <= FIELDS_MAX;
        if fits && bundle.canonical() == bytes { Ok(bundle) } else { Err(NotABundle) }
    }

    fn of(file: File) -> Option<Self> {
        (file.format == FORMAT).then_some(())?;
        Some(Self {
            disclosures: file.disclosures,
            withheld: file.withheld,
            summary: B64U.decode(file.summary).ok()?,
            summary_salt: fixed(&file.summary_salt)?,
            logged: Logged::of(&file.leaf, file.index, &file.inclusion)?,
            signature: fixed(&file.signature)?,
            checkpoint: file.checkpoint,
            issuer: file.issuer.read()?,
            approval: approval::Proof {
                cms: B64U.decode(file.approval.cms).ok()?,
                index: file.approval.index,
                path: hashes(&file.approval.path)?,
            },
            amends: match file.amends {
                Some(members) => Some(members.read()?),
                None => None,
            },
        })
    }

    /// Root over all fields, shown or not.
    #[must_use]
    pub fn fields_root(&self) -> Hash {
        let shown: Vec<_> = self.disclosures.iter().map(|text| digest_of(text.as_bytes())).collect();
        let withheld = self.withheld.iter().map(|digest| digest.as_bytes());
        root_of(shown.iter().map(|digest| &digest[..]).chain(withheld).collect())
    }

    /// Withholds the field of this name: its disclosure gives way to its digest, everything else stays provable.
    /// `false` if it is not shown, or is one of the two that are always shown.
    pub fn withhold(&mut self, name: &str) -> bool {
        let named = |text: &String| open_disclosure(text).is_some_and(|field| field.name == name);
        let Some(at) = self.disclosures.iter().position(named).filter(|_| is_content(name)) else { return false };
        let digest = digest_of(self.disclosures.remove(at).as_bytes());
        let digest = String::from_utf8(digest.to_vec()).expect("base64url is ASCII");
        let place = self.withheld.partition_point(|other| *other < digest);
        self.withheld.insert(place, digest);
        true
    }
}

impl AmendsMembers {
    fn of(logged: &Logged) -> Self {
        Self {
            inclusion: texts(&logged.inclusion),
            index: logged.index,
            kind: logged.leaf.kind.number(),
            leaf: B64U.encode(logged.leaf.encode()),
        }
    }

    fn read(&self) -> Option<Logged> {
        let kind = Kind::from_number(self.kind).filter(|kind| kind.is_correction())?;
        Logged::of(&self.leaf, self.index, &self.inclusion).filter(|logged| logged.leaf.kind == kind)
    }
}

impl IssuerMembers {
    fn of(issuer: &IssuerProof) -> Self {
        Self {
            inclusion: texts(&issuer.logged.inclusion),
            index: issuer.logged.index,
            leaf: B64U.encode(issuer.logged.leaf.encode()),
            signature: B64U.encode(issuer.signature),
            statement: B64U.encode(issuer.statement.canonical()),
        }
    }

    pub(crate) fn read(&self) -> Option<IssuerProof> {
        let statement = String::from_utf8(B64U.decode(&self.statement).ok()?).ok()?;
        Some(IssuerProof {
            statement: issuer::Statement::parse(&statement).ok()?,
            signature: fixed(&self.signature)?,
            logged: Logged::of(&self.leaf, self.index, &self.inclusion)?,
        })
    }
}

impl Logged {
    pub(crate) fn of(leaf: &str, index: u64, inclusion: &[String]) -> Option<Self> {
        let leaf = Leaf::decode(&B64U.decode(leaf).ok()?).ok()?;
        Some(Self { leaf, index, inclusion: hashes(inclusion)? })
    }
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| B64U.encode(hash)).collect()
}

fn hashes(texts: &[String]) -> Option<Vec<Hash>> {
    if texts.len() > PATH_MAX {
        return None;
    }
    texts.iter().map(|text| fixed(text)).collect()
}

pub(crate) fn fixed<const N: usize>(text: &str) -> Option<[u8; N]> {
    B64U.decode(text).ok()?.try_into().ok()
}
