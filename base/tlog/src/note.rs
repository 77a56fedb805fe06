//! C2SP signed-note: a text with signature lines, and the keys that make and check them.

use crate::hash::{ed25519_verify, sha256_of};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt, str::FromStr};

/// Signature type of plain Ed25519.
const ED25519: u8 = 1;
/// Largest note that is read.
const NOTE_BYTES_MAX: usize = 1 << 20;
/// Most signature lines that are read.
const SIGNATURES_MAX: usize = 100;

/// Why a text is not a note, or a note is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not in the form of a signed note.
    #[error("the text is not a signed note")]
    Malformed,
    /// A verifier key that is not one.
    #[error("the text is not an Ed25519 verifier key")]
    Key,
    /// None of the signatures is by the trusted key.
    #[error("the note carries no signature by a trusted key")]
    Unsigned,
    /// A signature claims to be by the trusted key and is not.
    #[error("a signature under the name of a trusted key is false")]
    False,
}

/// A verifier key: `<name>+<8 hex key hash>+<b64(0x01 ‖ Ed25519 public key)>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vkey {
    name: String,
    key: [u8; 32],
}

impl Vkey {
    /// The key under this name.
    ///
    /// # Errors
    /// When the name is empty or has a space, a control character or a `+` in it.
    pub fn new(name: &str, key: [u8; 32]) -> Result<Self, NoteError> {
        if is_name(name) { Ok(Self { name: name.to_owned(), key }) } else { Err(NoteError::Key) }
    }

    /// Name of the key; for a log its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The raw Ed25519 public key.
    #[must_use]
    pub const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The four bytes that name this key in a signature line.
    #[must_use]
    pub fn hash(&self) -> [u8; 4] {
        let hash = sha256_of(&[self.name.as_bytes(), b"\n", &[ED25519], &self.key]);
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = [ED25519; 33];
        key[1..].copy_from_slice(&self.key);
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.hash()), STANDARD.encode(key))
    }
}

impl FromStr for Vkey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, rest) = text.split_once('+').ok_or(NoteError::Key)?;
        let (_, key) = rest.split_once('+').ok_or(NoteError::Key)?;
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let key: [u8; 33] = key.try_into().map_err(|_| NoteError::Key)?;
        let (kind, key) = key.split_first().expect("33 bytes have a first");
        let vkey = Self::new(name, key.try_into().map_err(|_| NoteError::Key)?)?;
        // The hash in the text and the type byte are right exactly if the key is written as it was read.
        if *kind == ED25519 && vkey.to_string() == text { Ok(vkey) } else { Err(NoteError::Key) }
    }
}

/// The key with which a log signs its checkpoints. It has no printable form.
pub struct LogKey {
    vkey: Vkey,
    pair: Ed25519KeyPair,
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({})", self.vkey)
    }
}

impl LogKey {
    /// The key of the log `origin` from its 32-byte Ed25519 seed. Where the seed is kept is the caller's matter.
    ///
    /// # Errors
    /// When `origin` cannot be the name of a key.
    pub fn from_seed(origin: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::Key)?;
        let key = pair.public_key().as_ref().try_into().map_err(|_| NoteError::Key)?;
        Ok(Self { vkey: Vkey::new(origin, key)?, pair })
    }

    /// What others need to check this key's signatures.
    #[must_use]
    pub const fn vkey(&self) -> &Vkey {
        &self.vkey
    }

    /// The note of `text`, which ends with a line feed, with one signature.
    ///
    /// # Errors
    /// When `text` is not the text of a note.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        if !is_text(text) {
            return Err(NoteError::Malformed);
        }
        let mut line = self.vkey.hash().to_vec();
        line.extend_from_slice(self.pair.sign(text.as_bytes()).as_ref());
        Ok(format!("{text}\n— {} {}\n", self.vkey.name, STANDARD.encode(line)))
    }
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    name: String,
    hash: [u8; 4],
    signature: Vec<u8>,
}

/// A note that has the right form; nothing is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    lines: Vec<Line>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// When it does not have the form of one.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Malformed);
        }
        // The text may itself hold empty lines: the signatures come after the last one.
        let at = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
        let (text, signatures) = (&note[..=at], &note[at + 2..]);
        if !is_text(text) || !is_text(signatures) {
            return Err(NoteError::Malformed);
        }
        let lines: Vec<Line> = signatures.lines().map(parse_line).collect::<Option<_>>().ok_or(NoteError::Malformed)?;
        if lines.len() > SIGNATURES_MAX {
            return Err(NoteError::Malformed);
        }
        Ok(Self { text: text.to_owned(), lines })
    }

    /// The text, if `key` signed it. Signatures by other keys are passed over.
    ///
    /// # Errors
    /// When no line is by `key`, or one that says so is false.
    pub fn verify(&self, key: &Vkey) -> Result<&str, NoteError> {
        let hash = key.hash();
        let mut found = Err(NoteError::Unsigned);
        for line in self.lines.iter().filter(|line| line.name == key.name && line.hash == hash) {
            let signature = line.signature.as_slice().try_into().map_err(|_| NoteError::False)?;
            if !ed25519_verify(&key.key, self.text.as_bytes(), signature) {
                return Err(NoteError::False);
            }
            found = Ok(self.text.as_str());
        }
        found
    }

    /// Whether a signature line bears this name, true or not.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.lines.iter().any(|line| line.name == name)
    }

    /// The text although nobody was asked who signed it.
    #[must_use]
    pub fn text_unverified(&self) -> &str {
        &self.text
    }
}

fn parse_line(line: &str) -> Option<Line> {
    let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
    let signature = STANDARD.decode(signature).ok()?;
    let (hash, signature) = signature.split_first_chunk::<4>()?;
    (is_name(name) && !signature.is_empty()).then(|| Line {
        name: name.to_owned(),
        hash: *hash,
        signature: signature.to_vec(),
    })
}

/// Lines, each ended, without control characters.
fn is_text(text: &str) -> bool {
    text.ends_with('\n') && text.chars().all(|c| c == '\n' || (c >= ' ' && c != '\u{7f}'))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c > ' ' && c != '\u{7f}' && c != '+' && !c.is_whitespace())
}
