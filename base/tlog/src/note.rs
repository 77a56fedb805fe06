//! C2SP signed-note: a text with signature lines, and the keys that make and check them.

use crate::{
    cosignature::{Algorithm, Cosigner, Signer, message},
    hash::{ed25519_verify, ml_dsa_44_verify, sha256_of},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt, str::FromStr};

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
    #[error("the text is not a verifier key of a known kind")]
    Key,
    /// None of the signatures is by the trusted key.
    #[error("the note carries no signature by a trusted key")]
    Unsigned,
    /// The key is kept elsewhere and cannot be reached.
    #[error("the key that should sign cannot be reached")]
    Away,
    /// A signature claims to be by the trusted key and is not.
    #[error("a signature under the name of a trusted key is false")]
    False,
}

/// A verifier key: `<name>+<8 hex key hash>+<b64(type ‖ public key)>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vkey {
    name: String,
    algorithm: Algorithm,
    key: Vec<u8>,
}

impl Vkey {
    /// The plain Ed25519 key under this name: a log's.
    ///
    /// # Errors
    /// When the name is empty or has a space, a control character or a `+` in it.
    pub fn new(name: &str, key: [u8; 32]) -> Result<Self, NoteError> {
        Self::of(name, Algorithm::Ed25519, &key)
    }

    /// The key of any kind under this name.
    ///
    /// # Errors
    /// When the name cannot be one, or the key has another length than its kind.
    pub fn of(name: &str, algorithm: Algorithm, key: &[u8]) -> Result<Self, NoteError> {
        // What ML-DSA-44 signs has one byte for the length of the name.
        let short = algorithm != Algorithm::MlDsa44 || name.len() <= 255;
        if is_name(name) && short && key.len() == algorithm.key_bytes() {
            Ok(Self { name: name.to_owned(), algorithm, key: key.to_vec() })
        } else {
            Err(NoteError::Key)
        }
    }

    /// Name of the key; for a log its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which kind of signature it makes.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The raw public key.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// The four bytes that name this key in a signature line.
    #[must_use]
    pub fn hash(&self) -> [u8; 4] {
        let hash = sha256_of(&[self.name.as_bytes(), b"\n", &[self.algorithm.byte()], &self.key]);
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// Whether a line bears the name and the hash of this key.
    #[must_use]
    pub fn claims(&self, line: &Line) -> bool {
        line.name == self.name && line.hash == self.hash()
    }

    /// The time in a signature of this key over the text of a note (0 where its kind has none); `None` if it is false.
    fn time_in(&self, text: &str, signature: &[u8]) -> Option<u64> {
        let (time, signature) = if self.algorithm.is_timestamped() {
            let (time, signature) = signature.split_first_chunk::<8>()?;
            (u64::from_be_bytes(*time), signature)
        } else {
            (0, signature)
        };
        let message = message(self.algorithm, &self.name, time, text)?;
        let fine = match self.algorithm {
            Algorithm::Ed25519 | Algorithm::CosignatureV1 => {
                ed25519_verify(self.key.as_slice().try_into().ok()?, &message, signature.try_into().ok()?)
            }
            Algorithm::MlDsa44 => ml_dsa_44_verify(&self.key, &message, signature),
        };
        fine.then_some(time)
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.algorithm.byte()];
        key.extend_from_slice(&self.key);
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.hash()), STANDARD.encode(key))
    }
}

impl FromStr for Vkey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, rest) = text.split_once('+').ok_or(NoteError::Key)?;
        let (_, key) = rest.split_once('+').ok_or(NoteError::Key)?;
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let (kind, key) = key.split_first().ok_or(NoteError::Key)?;
        let vkey = Self::of(name, Algorithm::from_byte(*kind).ok_or(NoteError::Key)?, key)?;
        // The hash in the text is right exactly if the key is written as it was read.
        if vkey.to_string() == text { Ok(vkey) } else { Err(NoteError::Key) }
    }
}

/// The keys with which a log signs its checkpoints: Ed25519, and ML-DSA-44 beside it if the log has one. They have no printable form.
pub struct LogKey {
    ed25519: Cosigner,
    ml_dsa_44: Option<Cosigner>,
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({})", self.vkey())
    }
}

impl LogKey {
    /// The key of the log `origin` from its 32-byte Ed25519 seed. Where the seed is kept is the caller's matter.
    ///
    /// # Errors
    /// When `origin` cannot be the name of a key.
    pub fn from_seed(origin: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        Ok(Self { ed25519: Cosigner::from_seed(origin, Algorithm::Ed25519, seed)?, ml_dsa_44: None })
    }

    /// The key of the log `origin` that is kept elsewhere, such as in a token; no secret of it is here.
    ///
    /// # Errors
    /// When `origin` cannot be the name of a key.
    pub fn elsewhere(origin: &str, public: &[u8; 32], signer: Box<dyn Signer>) -> Result<Self, NoteError> {
        Ok(Self { ed25519: Cosigner::elsewhere(origin, Algorithm::Ed25519, public, signer)?, ml_dsa_44: None })
    }

    /// The same with an ML-DSA-44 key (seed of FIPS 204) that signs beside it, under the same name.
    ///
    /// # Errors
    /// When the origin is too long for such a key.
    pub fn with_ml_dsa_44(mut self, seed: &[u8; 32]) -> Result<Self, NoteError> {
        self.ml_dsa_44 = Some(Cosigner::from_seed(self.vkey().name(), Algorithm::MlDsa44, seed)?);
        Ok(self)
    }

    /// What others need to check this key's signatures.
    #[must_use]
    pub const fn vkey(&self) -> &Vkey {
        self.ed25519.vkey()
    }

    /// The same of the ML-DSA-44 key.
    #[must_use]
    pub fn ml_dsa_44(&self) -> Option<&Vkey> {
        self.ml_dsa_44.as_ref().map(Cosigner::vkey)
    }

    /// The note of `text`, which ends with a line feed, with one signature of each key. The ML-DSA-44 key signs checkpoints only, and
    /// with the time 0: it says nothing about when.
    ///
    /// # Errors
    /// When `text` is not the text of a note, or not of a checkpoint where there is an ML-DSA-44 key.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        let mut lines = vec![self.ed25519.sign(text, 0)?];
        if let Some(key) = &self.ml_dsa_44 {
            lines.push(key.sign(text, 0)?);
        }
        Ok(Note { text: text.to_owned(), lines }.to_string())
    }
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    name: String,
    hash: [u8; 4],
    signature: Vec<u8>,
}

impl Line {
    pub(crate) fn of(key: &Vkey, signature: Vec<u8>) -> Self {
        Self { name: key.name.clone(), hash: key.hash(), signature }
    }

    /// Name of the key that is said to have signed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes that are said to name the key.
    #[must_use]
    pub const fn hash(&self) -> [u8; 4] {
        self.hash
    }

    /// Reads some signature lines, each ended: the end of a note, or the answer of a witness.
    ///
    /// # Errors
    /// When there is none, or something else.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, NoteError> {
        if text.len() > NOTE_BYTES_MAX || !is_text(text) {
            return Err(NoteError::Malformed);
        }
        let lines: Vec<Self> = text.lines().map(str::parse).collect::<Result<_, _>>()?;
        if lines.len() > SIGNATURES_MAX { Err(NoteError::Malformed) } else { Ok(lines) }
    }
}

impl fmt::Display for Line {
    /// Without the line feed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.hash.to_vec();
        bytes.extend_from_slice(&self.signature);
        write!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

impl FromStr for Line {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Self, NoteError> {
        let (name, signature) =
            line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(NoteError::Malformed)?;
        let signature = STANDARD.decode(signature).map_err(|_| NoteError::Malformed)?;
        match signature.split_first_chunk::<4>() {
            Some((hash, signature)) if is_name(name) && !signature.is_empty() => {
                Ok(Self { name: name.to_owned(), hash: *hash, signature: signature.to_vec() })
            }
            _ => Err(NoteError::Malformed),
        }
    }
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
        if !is_text(text) {
            return Err(NoteError::Malformed);
        }
        Ok(Self { text: text.to_owned(), lines: Line::parse_all(signatures)? })
    }

    /// The text, if `key` signed it. Signatures by other keys are passed over.
    ///
    /// # Errors
    /// When no line is by `key`, or one that says so is false.
    pub fn verify(&self, key: &Vkey) -> Result<&str, NoteError> {
        self.signed_at(key).map(|_| self.text.as_str())
    }

    /// The newest time at which `key` says to have signed: seconds since 1970 UTC, 0 where its kind of signature has none.
    ///
    /// # Errors
    /// When no line is by `key`, or one that says so is false.
    pub fn signed_at(&self, key: &Vkey) -> Result<u64, NoteError> {
        let mut found = None;
        for line in self.lines.iter().filter(|line| key.claims(line)) {
            let time = key.time_in(&self.text, &line.signature).ok_or(NoteError::False)?;
            found = found.max(Some(time));
        }
        found.ok_or(NoteError::Unsigned)
    }

    /// The signature lines, true or not.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Adds a signature line, unless it is there.
    ///
    /// # Errors
    /// When the note would have more lines than are read.
    pub fn add(&mut self, line: Line) -> Result<(), NoteError> {
        if self.lines.contains(&line) {
            return Ok(());
        }
        if self.lines.len() == SIGNATURES_MAX {
            return Err(NoteError::Malformed);
        }
        self.lines.push(line);
        Ok(())
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

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Lines, each ended, without control characters (those below a blank; C2SP allows U+007F).
pub(crate) fn is_text(text: &str) -> bool {
    text.ends_with('\n') && text.chars().all(|c| c == '\n' || c >= ' ')
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c > ' ' && c != '+' && !c.is_whitespace())
}
