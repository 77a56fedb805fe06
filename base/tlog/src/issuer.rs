//! Key statements of authorities (`docs/verification.md`, section 4).

use crate::{
    hash::{Hash, ed25519_verify, sha256_of},
    leaf::{Kind, Leaf, auth, signed_bytes},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// The `format` of a key statement.
const FORMAT: &str = "renshi-issuer/1";

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
    /// Ed25519 public key that signs leaves.
    pub seal_key: [u8; 32],
}

/// The members in the order of JCS, which is that of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    agency: String,
    card_ca: String,
    document_certificate: String,
    format: String,
    issuer: u16,
    name: String,
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
            format: FORMAT.to_owned(),
            issuer: self.issuer,
            name: self.name.clone(),
            seal_key: URL_SAFE_NO_PAD.encode(self.seal_key),
        }
    }

    fn from_members(members: Members) -> Option<Self> {
        (members.format == FORMAT).then_some(())?;
        Some(Self {
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
