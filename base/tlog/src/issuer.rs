//! Key statements of authorities (`docs/verification.md`, section 4).

use crate::{
    hash::{Hash, ZERO, ed25519_verify, sha256_of},
    leaf::{Kind, Leaf, auth, signed_bytes},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// The `format` of an authority's first key statement.
const FORMAT: &str = "renshi-issuer/1";
/// The `format` of one that replaces another.
const FORMAT_SUCCESSOR: &str = "renshi-issuer/2";
/// Larger whole numbers are not the same in every reader of JSON.
const WHOLE_MAX: u64 = (1 << 53) - 1;

/// An authority's keys, as fixed in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Agency code.
    pub agency: String,
    /// SHA-256 of the DER certificate of the CA whose cards may approve.
    pub card_ca: Hash,
    /// DER certificate (P-256) that signs documents.
    pub document_certificate: Vec<u8>,
    /// Number of this statement in the log.
    pub issuer: u16,
    /// Name of the agency.
    pub name: String,
    /// Which statement of the same authority this one replaces; none for the first.
    pub replaces: Option<Replaces>,
    /// Ed25519 public key that signs leaves.
    pub seal_key: [u8; 32],
}

/// The statement that a later one replaces. From the later one's leaf on, no leaf may name the replaced number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaces {
    /// Its number.
    pub issuer: u16,
    /// How the old keys come to an end.
    pub end: End,
}

/// How old keys come to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As planned: the old seal key signed [`Statement::endorsed_bytes`].
    Endorsed([u8; 64]),
    /// In an emergency: the old keys are lost or in false hands. What entered the log under them at this time (milliseconds since 1970
    /// UTC) or later is not the authority's word.
    RevokedFrom(u64),
}

/// The members in the order of JCS, which is that of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    agency: String,
    card_ca: String,
    document_certificate: String,
    /// The outer `Option` is whether the member is there, the inner one `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    endorsement: Option<Option<String>>,
    format: String,
    issuer: u16,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked_from: Option<Option<u64>>,
    seal_key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    signature: String,
    statement: Members,
}

/// Why something is not a key statement or not the one in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Not a statement in canonical form.
    #[error("not a key statement in canonical form")]
    Form,
    /// The leaf is not of type 7, or of another number, or commits to something else.
    #[error("the key leaf does not commit to this key statement")]
    Leaf,
    /// The signature is not by the statement's own seal key, or is not the one in the leaf.
    #[error("the key statement is not signed by its own seal key")]
    Signature,
    /// It does not replace the statement it names: another authority's, or not endorsed by its seal key.
    #[error("the key statement does not replace the one it names")]
    Succession,
}

impl Statement {
    /// The canonical text.
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical(&self.members())
    }

    fn members(&self) -> Members {
        Members {
            agency: self.agency.clone(),
            card_ca: URL_SAFE_NO_PAD.encode(self.card_ca),
            document_certificate: URL_SAFE_NO_PAD.encode(&self.document_certificate),
            endorsement: self.replaces.map(|old| match old.end {
                End::Endorsed(signature) => Some(URL_SAFE_NO_PAD.encode(signature)),
                End::RevokedFrom(_) => None,
            }),
            format: if self.replaces.is_some() { FORMAT_SUCCESSOR } else { FORMAT }.to_owned(),
            issuer: self.issuer,
            name: self.name.clone(),
            replaces: self.replaces.map(|old| old.issuer),
            revoked_from: self.replaces.map(|old| match old.end {
                End::Endorsed(_) => None,
                End::RevokedFrom(time_ms) => Some(time_ms),
            }),
            seal_key: URL_SAFE_NO_PAD.encode(self.seal_key),
        }
    }

    fn from_members(members: Members) -> Option<Self> {
        // Whether members are missing or doubled shows when the canonical text is compared.
        let end = match (members.endorsement.flatten(), members.revoked_from.flatten()) {
            (None, None) => None,
            (Some(signature), None) => Some(End::Endorsed(fixed(&signature)?)),
            (None, Some(time_ms)) if time_ms <= WHOLE_MAX => Some(End::RevokedFrom(time_ms)),
            _ => return None,
        };
        let replaces = match (members.format.as_str(), members.replaces, end) {
            (FORMAT, None, None) => None,
            (FORMAT_SUCCESSOR, Some(issuer), Some(end)) if issuer < members.issuer => Some(Replaces { issuer, end }),
            _ => return None,
        };
        Some(Self {
            replaces,
            card_ca: fixed(&members.card_ca)?,
            document_certificate: URL_SAFE_NO_PAD.decode(&members.document_certificate).ok()?,
            seal_key: fixed(&members.seal_key)?,
            agency: members.agency,
            issuer: members.issuer,
            name: members.name,
        })
    }

    /// Reads the canonical text.
    ///
    /// # Errors
    /// When it is not one, byte for byte.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let members = serde_json::from_str(text).map_err(|_| IssuerError::Form)?;
        let statement = Self::from_members(members).ok_or(IssuerError::Form)?;
        if statement.canonical() == text { Ok(statement) } else { Err(IssuerError::Form) }
    }

    /// What the type 7 leaf commits to.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        sha256_of(&[b"gov-order/k1", self.canonical().as_bytes()])
    }

    /// What the old seal key signs to endorse this statement: the statement with nothing in the place of the endorsement.
    #[must_use]
    pub fn endorsed_bytes(&self) -> Vec<u8> {
        let members = Members { endorsement: Some(None), ..self.members() };
        [b"gov-order/e1", canonical(&members).as_bytes()].concat()
    }

    /// Checks that this statement rightly replaces `old`: of the same authority, and endorsed by its seal key where it says so. An
    /// emergency needs no word of the old key; that it was one is for the authority to say.
    ///
    /// # Errors
    /// When it does not.
    pub fn check_succession(&self, old: &Self) -> Result<(), IssuerError> {
        let right = match self.replaces {
            Some(Replaces { issuer, end }) if issuer == old.issuer && self.agency == old.agency => match end {
                End::Endorsed(signature) => ed25519_verify(&old.seal_key, &self.endorsed_bytes(), &signature),
                End::RevokedFrom(_) => self.seal_key != old.seal_key,
            },
            _ => false,
        };
        if right { Ok(()) } else { Err(IssuerError::Succession) }
    }

    /// The text of `issuers/<n>.json`.
    #[must_use]
    pub fn file(&self, signature: &[u8; 64]) -> String {
        canonical(&File { signature: URL_SAFE_NO_PAD.encode(signature), statement: self.members() })
    }

    /// Reads `issuers/<n>.json`.
    ///
    /// # Errors
    /// When it is not in canonical form.
    pub fn parse_file(text: &str) -> Result<(Self, [u8; 64]), IssuerError> {
        let file: File = serde_json::from_str(text).map_err(|_| IssuerError::Form)?;
        let signature = fixed(&file.signature).ok_or(IssuerError::Form)?;
        let statement = Self::from_members(file.statement).ok_or(IssuerError::Form)?;
        if statement.file(&signature) == text { Ok((statement, signature)) } else { Err(IssuerError::Form) }
    }

    /// Checks that `leaf` is the type 7 leaf of this statement, signed by its own seal key.
    ///
    /// # Errors
    /// When it is not.
    pub fn check_leaf(&self, leaf: &Leaf, signature: &[u8; 64]) -> Result<(), IssuerError> {
        if leaf.kind != Kind::Key || leaf.issuer != self.issuer || leaf.commitment != self.commitment() {
            return Err(IssuerError::Leaf);
        }
        // The first of an authority follows nothing, every other one the leaf of the statement it replaces.
        if (leaf.prev == ZERO) != self.replaces.is_none() {
            return Err(IssuerError::Leaf);
        }
        let signed = signed_bytes(leaf.kind, leaf.issuer, &leaf.id, &leaf.commitment, &leaf.prev);
        let opens = leaf.auth == auth(signature, &self.seal_key);
        if opens && ed25519_verify(&self.seal_key, &signed, signature) { Ok(()) } else { Err(IssuerError::Signature) }
    }
}

pub(crate) fn canonical(value: &impl Serialize) -> String {
    serde_json_canonicalizer::to_string(value).expect("texts and whole numbers always have a canonical form")
}

pub(crate) fn fixed<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
