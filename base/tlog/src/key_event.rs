//! Key events in which the log itself speaks: a key that ends, the keys of the next shard, the end of this one
//! (`docs/verification.md`, section 13).

use crate::{
    hash::{Hash, ZERO, ed25519_verify, sha256_of},
    issuer::{canonical, fixed},
    leaf::{Kind, Leaf},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// What the log says about keys or about itself. The members stand in the order of JCS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", deny_unknown_fields)]
pub enum KeyEvent {
    /// A key statement of an authority ends.
    #[serde(rename = "renshi-key-end/1")]
    End(End),
    /// The keys that will sign the next shard.
    #[serde(rename = "renshi-next-shard/1")]
    NextShard(NextShard),
    /// The last leaf of a shard.
    #[serde(rename = "renshi-close/1")]
    Close(Close),
}

/// From when on a key statement is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Agency code of the statement that ends.
    pub agency: String,
    /// Milliseconds since 1970 UTC. A planned end has the time of its own leaf or a later one; an emergency may reach back.
    pub from_ms: u64,
    /// Number of the statement that ends.
    pub issuer: u16,
    /// Why.
    pub reason: Reason,
    /// Number of the statement of the same authority that follows, if there is one.
    pub successor: Option<u16>,
}

/// Why a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was due: the key itself agrees.
    Planned,
    /// It is lost, or somebody else may have it.
    Emergency,
}

/// What signs the next shard. It is announced before this one is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextShard {
    /// Origin of the next shard.
    pub next_origin: String,
    /// Its verifier keys, in the order of the text.
    pub vkeys: Vec<String>,
}

/// Nothing comes after this leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Close {
    /// Origin of the next shard.
    pub next_origin: String,
    /// Origin of this shard.
    pub origin: String,
    /// Root over all leaves before this one, base64url.
    pub root: String,
    /// Index of this leaf: how many stand before it.
    pub size: u64,
}

/// Why something is not a key event, or not the one in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyEventError {
    /// Not a statement in canonical form.
    #[error("not a key event in canonical form")]
    Form,
    /// The leaf commits to something else.
    #[error("the leaf does not commit to this key event")]
    Leaf,
    /// A planned end that the ending key did not sign, or another event with a signature.
    #[error("the key that ends did not agree to it")]
    Consent,
}

/// The text of `keys/<index>.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    signature: Option<String>,
    statement: KeyEvent,
}

impl KeyEvent {
    /// The canonical text.
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical(self)
    }

    /// Reads the canonical text.
    ///
    /// # Errors
    /// When it is not one, byte for byte.
    pub fn parse(text: &str) -> Result<Self, KeyEventError> {
        let event: Self = serde_json::from_str(text).map_err(|_| KeyEventError::Form)?;
        if event.canonical() == text && event.is_sound() { Ok(event) } else { Err(KeyEventError::Form) }
    }

    fn is_sound(&self) -> bool {
        match self {
            Self::End(end) => end.issuer > 0 && end.successor.is_none_or(|next| next > 0 && next != end.issuer),
            Self::NextShard(next) => {
                let key =
                    |text: &String| text.parse::<crate::note::Vkey>().is_ok_and(|key| key.name() == next.next_origin);
                !next.vkeys.is_empty() && next.vkeys.iter().all(key)
            }
            Self::Close(close) => fixed::<32>(&close.root).is_some() && close.origin != close.next_origin,
        }
    }

    /// What the leaf commits to.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        sha256_of(&[b"gov-order/k1", self.canonical().as_bytes()])
    }

    /// The bytes with which a key agrees to its planned end: `"gov-order/k2" ‖ statement`.
    #[must_use]
    pub fn consent_bytes(&self) -> Vec<u8> {
        [b"gov-order/k2", self.canonical().as_bytes()].concat()
    }

    /// The leaf, at `time_ms`, after the key event of the log whose leaf hash is `prev` (zeros for the first).
    #[must_use]
    pub fn leaf(&self, time_ms: u64, prev: Hash) -> Leaf {
        Leaf { kind: Kind::Key, issuer: 0, time_ms, id: [0; 16], commitment: self.commitment(), prev, auth: ZERO }
    }

    /// The text of `keys/<index>.json`.
    #[must_use]
    pub fn file(&self, consent: Option<&[u8; 64]>) -> String {
        let signature = consent.map(|consent| URL_SAFE_NO_PAD.encode(consent));
        canonical(&File { signature, statement: self.clone() })
    }

    /// Reads `keys/<index>.json`.
    ///
    /// # Errors
    /// When it is not in canonical form.
    pub fn parse_file(text: &str) -> Result<(Self, Option<[u8; 64]>), KeyEventError> {
        let file: File = serde_json::from_str(text).map_err(|_| KeyEventError::Form)?;
        let consent = match file.signature {
            None => None,
            Some(text) => Some(fixed(&text).ok_or(KeyEventError::Form)?),
        };
        let event = Self::parse(&file.statement.canonical())?;
        if event.file(consent.as_ref()) == text { Ok((event, consent)) } else { Err(KeyEventError::Form) }
    }

    /// Checks that `leaf` is the leaf of this event, and that the key that ends, `ending`, agreed if that is planned.
    ///
    /// # Errors
    /// When it is not.
    pub fn check_leaf(
        &self,
        leaf: &Leaf,
        consent: Option<&[u8; 64]>,
        ending: Option<&[u8; 32]>,
    ) -> Result<(), KeyEventError> {
        if leaf.kind != Kind::Key || leaf.issuer != 0 || leaf.commitment != self.commitment() {
            return Err(KeyEventError::Leaf);
        }
        let planned = matches!(self, Self::End(End { reason: Reason::Planned, .. }));
        let agreed = match (planned, consent, ending) {
            (false, None, _) => true,
            (true, Some(consent), Some(key)) => ed25519_verify(key, &self.consent_bytes(), consent),
            _ => false,
        };
        if agreed { Ok(()) } else { Err(KeyEventError::Consent) }
    }
}

/// How far a leaf that names a key statement is to be believed, seen from the statement's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    /// It stands before the end.
    Sound,
    /// It was in the log before the end was, but at a time from which the key is not believed any more.
    InDoubt,
    /// It entered after the end and does not count.
    Ended,
}

impl End {
    /// How far the leaf at `index`, which names this issuer, is to be believed when the end is leaf `end_index`.
    #[must_use]
    pub const fn belief(&self, end_index: u64, index: u64, time_ms: u64) -> Belief {
        if time_ms < self.from_ms {
            Belief::Sound
        } else if index > end_index {
            Belief::Ended
        } else {
            Belief::InDoubt
        }
    }
}
