//! C2SP tlog-cosignature: what a witness signs about a checkpoint, with Ed25519 or ML-DSA-44, and the keys that do.

use crate::{
    checkpoint::Checkpoint,
    hash::ed25519_verify,
    note::{Line, NoteError, Vkey, is_text},
};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING, PqdsaKeyPair};
use std::{fmt, ops::Range};

/// Length of a raw ML-DSA-44 public key.
pub const ML_DSA_44_KEY_BYTES: usize = 1312;
/// Length of an ML-DSA-44 signature.
pub const ML_DSA_44_SIGNATURE_BYTES: usize = 2420;

/// The kinds of signatures on notes that this register knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// 0x01: Ed25519 over the text of the note.
    Ed25519,
    /// 0x04: Ed25519 over a time and the text, `cosignature/v1`.
    CosignatureV1,
    /// 0x06: ML-DSA-44 over name, time, origin, size and root, `subtree/v1`.
    MlDsa44,
}

impl Algorithm {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Ed25519, Self::CosignatureV1, Self::MlDsa44];

    /// The byte that stands for it in keys.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::CosignatureV1 => 4,
            Self::MlDsa44 => 6,
        }
    }

    /// The kind of this byte.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.byte() == byte)
    }

    /// Whether its signatures carry a time, so that a witness may make them.
    #[must_use]
    pub const fn is_timestamped(self) -> bool {
        !matches!(self, Self::Ed25519)
    }

    /// Length of its public keys.
    #[must_use]
    pub const fn key_bytes(self) -> usize {
        if matches!(self, Self::MlDsa44) { ML_DSA_44_KEY_BYTES } else { 32 }
    }
}

/// The bytes that are signed; `None` if the text or the time cannot be signed in this way.
#[must_use]
pub fn message(algorithm: Algorithm, name: &str, time: u64, text: &str) -> Option<Vec<u8>> {
    if i64::try_from(time).is_err() {
        return None;
    }
    match algorithm {
        Algorithm::Ed25519 => Some(text.as_bytes().to_vec()),
        Algorithm::CosignatureV1 => {
            // A witness speaks of checkpoints only: about another text it has nothing to say.
            Checkpoint::of_text(text)?;
            Some(format!("cosignature/v1\ntime {time}\n{text}").into_bytes())
        }
        Algorithm::MlDsa44 => {
            let checkpoint = Checkpoint::of_text(text)?;
            subtree_message(name, time, &checkpoint.origin, 0..checkpoint.size, &checkpoint.root)
        }
    }
}

/// The `cosigned_message` of a subtree: the leaves of `range` of the log `origin`. A checkpoint is the subtree that begins at 0; only
/// such a one may have a time. `None` if a name is empty or too long, or a subtree within the log has a time.
#[must_use]
pub fn subtree_message(name: &str, time: u64, origin: &str, range: Range<u64>, root: &[u8; 32]) -> Option<Vec<u8>> {
    if range.start != 0 && time != 0 {
        return None;
    }
    let mut out = b"subtree/v1\n\0".to_vec();
    for (word, number) in [(name, time), (origin, range.start)] {
        out.push(u8::try_from(word.len()).ok().filter(|length| *length > 0)?);
        out.extend_from_slice(word.as_bytes());
        out.extend_from_slice(&number.to_be_bytes());
    }
    out.extend_from_slice(&range.end.to_be_bytes());
    out.extend_from_slice(root);
    Some(out)
}

/// A key that signs notes: a witness's, or one of a log. It has no printable form.
pub struct Cosigner {
    vkey: Vkey,
    pair: Pair,
}

/// An Ed25519 key that is kept elsewhere, such as in a token, and signs there.
pub trait Signer: Send + Sync {
    /// The Ed25519 signature over the message; `None` if the key cannot be reached.
    fn sign(&self, message: &[u8]) -> Option<[u8; 64]>;
}

enum Pair {
    Elsewhere(Box<dyn Signer>),
    Ed25519(Box<Ed25519KeyPair>),
    MlDsa44(Box<PqdsaKeyPair>),
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({})", self.vkey.name())
    }
}

impl Cosigner {
    /// The key `name` from its 32-byte seed (RFC 8032, FIPS 204). Where the seed is kept is the caller's matter.
    ///
    /// # Errors
    /// When `name` cannot be the name of a key.
    pub fn from_seed(name: &str, algorithm: Algorithm, seed: &[u8; 32]) -> Result<Self, NoteError> {
        if algorithm == Algorithm::MlDsa44 {
            let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, seed).map_err(|_| NoteError::Key)?;
            let vkey = Vkey::of(name, algorithm, pair.public_key().as_ref())?;
            return Ok(Self { vkey, pair: Pair::MlDsa44(Box::new(pair)) });
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::Key)?;
        let vkey = Vkey::of(name, algorithm, pair.public_key().as_ref())?;
        Ok(Self { vkey, pair: Pair::Ed25519(Box::new(pair)) })
    }

    /// The Ed25519 key `name` that is kept elsewhere, with its public key: of a log, or of a witness, as `algorithm` says.
    ///
    /// # Errors
    /// When `name` cannot be the name of a key, or the algorithm is not one of Ed25519.
    pub fn elsewhere(
        name: &str,
        algorithm: Algorithm,
        public: &[u8; 32],
        signer: Box<dyn Signer>,
    ) -> Result<Self, NoteError> {
        let vkey = Vkey::of(name, algorithm, public)?;
        Ok(Self { vkey, pair: Pair::Elsewhere(signer) })
    }

    /// What others need to check this key's signatures.
    #[must_use]
    pub const fn vkey(&self) -> &Vkey {
        &self.vkey
    }

    /// The signature line over the text of a note. `time` is in seconds since 1970 UTC; a plain Ed25519 signature has none.
    ///
    /// # Errors
    /// When the text is not one that this kind of key signs, or the time is not below 2^63.
    pub fn sign(&self, text: &str, time: u64) -> Result<Line, NoteError> {
        let message = message(self.vkey.algorithm(), self.vkey.name(), time, text).filter(|_| is_text(text));
        let message = message.ok_or(NoteError::Malformed)?;
        let mut signature = if self.vkey.algorithm().is_timestamped() { time.to_be_bytes().to_vec() } else { vec![] };
        match &self.pair {
            Pair::Elsewhere(signer) => {
                let made = signer.sign(&message).ok_or(NoteError::Away)?;
                let key = self.vkey.key().try_into().map_err(|_| NoteError::Key)?;
                // What signs elsewhere may be another key by now: nothing false leaves here.
                if !ed25519_verify(key, &message, &made) {
                    return Err(NoteError::False);
                }
                signature.extend_from_slice(&made);
            }
            Pair::Ed25519(pair) => signature.extend_from_slice(pair.sign(&message).as_ref()),
            Pair::MlDsa44(pair) => {
                let mut bytes = [0; ML_DSA_44_SIGNATURE_BYTES];
                let length = pair.sign(&message, &mut bytes).map_err(|_| NoteError::Malformed)?;
                signature.extend_from_slice(&bytes[..length]);
            }
        }
        Ok(Line::of(&self.vkey, signature))
    }
}
