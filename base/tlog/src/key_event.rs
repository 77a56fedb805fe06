//! Key events in which the log itself speaks: what shard this one follows, the keys of the next one, and the end of this one
//! (`docs/verification.md`, section 13).

use crate::{
    hash::{Hash, ZERO, sha256_of},
    issuer::{canonical, fixed},
    leaf::{Kind, Leaf},
};
use serde::{Deserialize, Serialize};

/// What the log says about keys or about itself. The members stand in the order of JCS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", deny_unknown_fields)]
pub enum KeyEvent {
    /// The keys that will sign the next shard.
    #[serde(rename = "renshi-next-shard/1")]
    NextShard(NextShard),
    /// The last leaf of a shard.
    #[serde(rename = "renshi-close/1")]
    Close(Close),
    /// What shard this one follows.
    #[serde(rename = "renshi-open/1")]
    Open(Open),
}

/// The whole shard before, its close leaf included. Only leaves of key statements stand before this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// Origin of the shard before.
    pub origin: String,
    /// Its root, base64url.
    pub root: String,
    /// How many leaves it has.
    pub size: u64,
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
            Self::NextShard(next) => {
                let key =
                    |text: &String| text.parse::<crate::note::Vkey>().is_ok_and(|key| key.name() == next.next_origin);
                !next.vkeys.is_empty() && next.vkeys.iter().all(key)
            }
            Self::Close(close) => fixed::<32>(&close.root).is_some() && close.origin != close.next_origin,
            Self::Open(open) => fixed::<32>(&open.root).is_some(),
        }
    }

    /// What the leaf commits to.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        sha256_of(&[b"gov-order/k1", self.canonical().as_bytes()])
    }

    /// The leaf, at `time_ms`, after the key event of the log whose leaf hash is `prev` (zeros for the first).
    #[must_use]
    pub fn leaf(&self, time_ms: u64, prev: Hash) -> Leaf {
        Leaf { kind: Kind::Key, issuer: 0, time_ms, id: [0; 16], commitment: self.commitment(), prev, auth: ZERO }
    }

    /// Checks that `leaf` is the leaf of this event.
    ///
    /// # Errors
    /// When it is not.
    pub fn check_leaf(&self, leaf: &Leaf) -> Result<(), KeyEventError> {
        let commits = leaf.kind == Kind::Key && leaf.issuer == 0 && leaf.commitment == self.commitment();
        if commits { Ok(()) } else { Err(KeyEventError::Leaf) }
    }
}
