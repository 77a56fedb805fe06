//! C2SP tlog-proof: one entry, its place and path, and the checkpoint, in one text that is checked off line.

use crate::{
    hash::Hash,
    policy::{JudgeError, Judged, Policy},
    tree::verify_inclusion,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt, str::FromStr};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// Largest text that is read.
const PROOF_BYTES_MAX: usize = 1 << 21;
/// A tree of 2^64 leaves has no longer path.
const PATH_MAX: usize = 64;

/// The proof of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Data of the application that nothing authenticates.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// Its audit path, nearest first.
    pub path: Vec<Hash>,
    /// The signed note of the checkpoint, as it is.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not in the form of a proof.
    #[error("the text is not a tlog-proof")]
    Form,
    /// The checkpoint is not believed.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] JudgeError),
    /// The path does not lead from the entry to the root.
    #[error("the path does not lead from the entry to the root of the checkpoint")]
    Path,
}

impl TlogProof {
    /// Checks the checkpoint by the policy and the path from `leaf_hash` to its root. Whether the quorum is met stands in the answer.
    ///
    /// # Errors
    /// When something is false, or the policy does not know the log.
    pub fn verify(&self, leaf_hash: &Hash, policy: &Policy) -> Result<Judged, ProofError> {
        let judged = policy.judge(&self.checkpoint)?;
        let checkpoint = &judged.checkpoint;
        if verify_inclusion(leaf_hash, self.index, checkpoint.size, &self.path, &checkpoint.root) {
            Ok(judged)
        } else {
            Err(ProofError::Path)
        }
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        write_hashes(f, &self.path)?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = ProofError;

    /// Accepts exactly what [`fmt::Display`] writes; the checkpoint is taken as it is.
    fn from_str(text: &str) -> Result<Self, ProofError> {
        if text.len() > PROOF_BYTES_MAX {
            return Err(ProofError::Form);
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofError::Form)?;
        let mut lines = head.split('\n').peekable();
        let first = lines.next() == Some(FIRST_LINE);
        let extra = lines.next_if(|line| line.starts_with("extra ")).map(|line| STANDARD.decode(&line[6..]));
        let extra = extra.transpose().map_err(|_| ProofError::Form)?;
        let index = lines.next().and_then(|line| number(line, "index "));
        let path = read_hashes(lines, PATH_MAX);
        match (first, index, path) {
            (true, Some(index), Some(path)) => Ok(Self { extra, index, path, checkpoint: checkpoint.to_owned() }),
            _ => Err(ProofError::Form),
        }
    }
}

/// A decimal number after a word, without leading zeros.
pub(crate) fn number(line: &str, word: &str) -> Option<u64> {
    let digits = line.strip_prefix(word)?;
    let number: u64 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

/// At most `max` lines of one hash each.
pub(crate) fn read_hashes<'a>(lines: impl Iterator<Item = &'a str>, max: usize) -> Option<Vec<Hash>> {
    let mut hashes = Vec::new();
    for line in lines {
        hashes.push(STANDARD.decode(line).ok()?.try_into().ok()?);
        if hashes.len() > max {
            return None;
        }
    }
    Some(hashes)
}

/// Each hash in a line.
pub(crate) fn write_hashes(f: &mut fmt::Formatter<'_>, hashes: &[Hash]) -> fmt::Result {
    hashes.iter().try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash)))
}
