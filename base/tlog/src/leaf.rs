//! The leaf: 124 bytes that fix one event on one order (`docs/verification.md`, section 2).

use crate::hash::{Hash, ZERO, key_id, sha256, sha256_of};
use std::collections::BTreeMap;

/// Length of an encoded leaf.
pub const LEAF_BYTES: usize = 124;

/// The random id that all events on one order share; zeros where the log itself speaks.
pub type Id = [u8; 16];

/// What a leaf records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// An order is issued.
    Issue = 1,
    /// A later order replaces this one (更正).
    Supersede = 2,
    /// This order is revoked or cancelled from the start (撤銷, 註銷).
    Revoke = 3,
    /// This order is repealed from a date on (廢止).
    Repeal = 4,
    /// A rendition, e.g. the hash of a PDF.
    Rendition = 5,
    /// A snapshot of all states; the log speaks.
    Status = 6,
    /// A key statement of an authority.
    Key = 7,
    /// The content behind the commitment was erased.
    Erasure = 8,
    /// Padding; the log speaks.
    Padding = 9,
    /// The digest of a record that is kept apart, such as the day of a read log; the log speaks.
    Digest = 10,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Issue,
        Self::Supersede,
        Self::Revoke,
        Self::Repeal,
        Self::Rendition,
        Self::Status,
        Self::Key,
        Self::Erasure,
        Self::Padding,
        Self::Digest,
    ];

    /// The kind with this number (1–10).
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The number that stands in the leaf.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether this event changes the state of an order: types 2, 3 and 4.
    #[must_use]
    pub const fn is_correction(self) -> bool {
        matches!(self, Self::Supersede | Self::Revoke | Self::Repeal)
    }

    /// Whether this event belongs to an order: types 1–5 and 8.
    #[must_use]
    pub const fn is_of_an_order(self) -> bool {
        !self.is_of_the_log() && !matches!(self, Self::Key)
    }

    /// Whether the log itself speaks and no authority signs: types 6, 9 and 10.
    #[must_use]
    pub const fn is_of_the_log(self) -> bool {
        matches!(self, Self::Status | Self::Padding | Self::Digest)
    }
}

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What happened.
    pub kind: Kind,
    /// Number of the authority's key statement; 0 where the log speaks.
    pub issuer: u16,
    /// Milliseconds since 1970 UTC when the leaf entered the log.
    pub time_ms: u64,
    /// The order's random id.
    pub id: Id,
    /// What the event commits to.
    pub commitment: Hash,
    /// Leaf hash of the event before this one with the same id, or zeros.
    pub prev: Hash,
    /// SHA-256(agency signature ‖ key id), or zeros where the log speaks.
    pub auth: Hash,
}

/// Why bytes are not a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Not 124 bytes.
    #[error("a leaf has 124 bytes, not {0}")]
    Length(usize),
    /// A version other than 1.
    #[error("leaf version {0} is unknown")]
    Version(u8),
    /// A type outside 1–10.
    #[error("leaf type {0} is unknown")]
    Kind(u8),
    /// A leaf of the log with an issuer, an authority or an id where zeros must stand, or the reverse.
    #[error("a leaf of type {0} must {1}")]
    Shape(u8, &'static str),
}

impl Leaf {
    /// The 124 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; LEAF_BYTES] {
        let mut out = [0; LEAF_BYTES];
        out[0] = 1;
        out[1] = self.kind.number();
        out[2..4].copy_from_slice(&self.issuer.to_be_bytes());
        out[4..12].copy_from_slice(&self.time_ms.to_be_bytes());
        out[12..28].copy_from_slice(&self.id);
        out[28..60].copy_from_slice(&self.commitment);
        out[60..92].copy_from_slice(&self.prev);
        out[92..124].copy_from_slice(&self.auth);
        out
    }

    /// Reads the 124 bytes.
    ///
    /// # Errors
    /// When length, version or type are wrong, or zeros stand where none may or are missing where they must.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafError> {
        let fixed: &[u8; LEAF_BYTES] = bytes.try_into().map_err(|_| LeafError::Length(bytes.len()))?;
        if fixed[0] != 1 {
            return Err(LeafError::Version(fixed[0]));
        }
        let kind = Kind::from_number(fixed[1]).ok_or(LeafError::Kind(fixed[1]))?;
        let leaf = Self {
            kind,
            issuer: u16::from_be_bytes([fixed[2], fixed[3]]),
            time_ms: u64::from_be_bytes(part(fixed, 4)),
            id: part(fixed, 12),
            commitment: part(fixed, 28),
            prev: part(fixed, 60),
            auth: part(fixed, 92),
        };
        leaf.check_shape()?;
        Ok(leaf)
    }

    /// Zeros stand exactly where the log speaks.
    fn check_shape(&self) -> Result<(), LeafError> {
        let number = self.kind.number();
        let (zero_id, zero_auth) = (self.id == [0; 16], self.auth == ZERO);
        if self.kind.is_of_the_log() {
            if self.issuer != 0 || !zero_id || !zero_auth {
                return Err(LeafError::Shape(number, "have zeros as issuer, id and auth"));
            }
        } else if self.is_of_the_log() {
            if !zero_id || !zero_auth {
                return Err(LeafError::Shape(number, "have zeros as id and auth where the log speaks"));
            }
        } else if self.issuer == 0 || zero_id {
            return Err(LeafError::Shape(number, "name an issuer and an id"));
        }
        Ok(())
    }

    /// Whether the log itself speaks: by the kind, or in a key event of issuer 0.
    #[must_use]
    pub fn is_of_the_log(&self) -> bool {
        self.kind.is_of_the_log() || (self.kind == Kind::Key && self.issuer == 0)
    }

    /// RFC 6962 leaf hash: SHA-256(0x00 ‖ leaf).
    #[must_use]
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.encode())
    }
}

/// A leaf and its place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its index.
    pub index: u64,
    /// The leaf.
    pub leaf: Leaf,
}

/// Entries in the order of the log, apart by id.
#[must_use]
pub fn by_id(entries: Vec<Entry>) -> BTreeMap<Id, Vec<Entry>> {
    let mut chains: BTreeMap<Id, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        chains.entry(entry.leaf.id).or_default().push(entry);
    }
    chains
}

/// RFC 6962 leaf hash of already encoded data.
#[must_use]
pub fn leaf_hash(data: &[u8; LEAF_BYTES]) -> Hash {
    let mut buffer = [0; LEAF_BYTES + 1];
    buffer[1..].copy_from_slice(data);
    sha256(&buffer)
}

/// The bytes an authority signs for a leaf: `"gov-order/l1" ‖ type ‖ issuer ‖ id ‖ commitment ‖ prev`.
#[must_use]
pub fn signed_bytes(kind: Kind, issuer: u16, id: &Id, commitment: &Hash, prev: &Hash) -> [u8; 95] {
    let mut out = [0; 95];
    out[..12].copy_from_slice(b"gov-order/l1");
    out[12] = kind.number();
    out[13..15].copy_from_slice(&issuer.to_be_bytes());
    out[15..31].copy_from_slice(id);
    out[31..63].copy_from_slice(commitment);
    out[63..95].copy_from_slice(prev);
    out
}

/// What a leaf carries of the agency signature: SHA-256(signature ‖ key id).
#[must_use]
pub fn auth(signature: &[u8; 64], public_key: &[u8; 32]) -> Hash {
    sha256_of(&[signature, &key_id(public_key)])
}

fn part<const N: usize>(bytes: &[u8; LEAF_BYTES], from: usize) -> [u8; N] {
    bytes[from..from + N].try_into().expect("the offsets of the fields lie inside 124 bytes")
}
