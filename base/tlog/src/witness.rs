//! C2SP tlog-witness: what a log asks of a witness (`add-checkpoint`), and what a witness decides. Keeping what was seen and speaking
//! HTTP are the caller's.

use crate::{
    checkpoint::Checkpoint,
    hash::Hash,
    note::{Note, NoteError, Vkey},
    proof::{number, read_hashes, write_hashes},
    tree::{empty_root, verify_consistency},
};
use std::{fmt, str::FromStr};

/// Most hashes in a request.
const PROOF_MAX: usize = 63;
/// Largest request that is read.
pub const REQUEST_BYTES_MAX: usize = 1 << 20;
/// Media type of the answer that says at which size the witness cosigned the log last.
pub const SIZE_MEDIA_TYPE: &str = "text/x.tlog.size";

/// The body of `POST <prefix>/add-checkpoint`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness is thought to have cosigned last; 0 for none.
    pub old: u64,
    /// Consistency proof from there; empty if `old` is 0 or the size of the checkpoint.
    pub proof: Vec<Hash>,
    /// The signed note.
    pub checkpoint: String,
}

/// A text that is not a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the body of an add-checkpoint request")]
pub struct RequestError;

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        write_hashes(f, &self.proof)?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for AddCheckpoint {
    type Err = RequestError;

    /// Accepts exactly what [`fmt::Display`] writes; the checkpoint is taken as it is.
    fn from_str(text: &str) -> Result<Self, RequestError> {
        if text.len() > REQUEST_BYTES_MAX {
            return Err(RequestError);
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(RequestError)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| number(line, "old ")).ok_or(RequestError)?;
        let proof = read_hashes(lines, PROOF_MAX).ok_or(RequestError)?;
        Ok(Self { old, proof, checkpoint: checkpoint.to_owned() })
    }
}

/// What a witness cosigned last of one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its size.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Why a witness does not cosign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a request, or an old size above the new one.
    #[error("the request is malformed")]
    Malformed,
    /// No key is known for the origin.
    #[error("the log is not known here")]
    UnknownLog,
    /// No signature by a known key of the log, or a false one.
    #[error("the checkpoint is not signed by a known key of its log")]
    Unsigned,
    /// The old size is not the one this witness cosigned last, which is this.
    #[error("the log was last cosigned at another size: {0}")]
    OtherSize(u64),
    /// This size was cosigned with another root: the log shows two trees.
    #[error("the log was cosigned at size {0} with another root")]
    OtherRoot(u64),
    /// The proof does not show that the new tree begins with the old one.
    #[error("the consistency proof does not hold")]
    Inconsistent,
}

impl Refused {
    /// The HTTP status of the protocol.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::UnknownLog => 404,
            Self::Unsigned => 403,
            Self::OtherSize(_) | Self::OtherRoot(_) => 409,
            Self::Inconsistent => 422,
        }
    }

    /// The body of a conflict, of type [`SIZE_MEDIA_TYPE`].
    #[must_use]
    pub fn size_body(self) -> Option<String> {
        match self {
            Self::OtherSize(size) | Self::OtherRoot(size) => Some(size_text(size)),
            _ => None,
        }
    }

    /// Whether the request itself may be evidence that the log shows two trees, and is worth keeping.
    #[must_use]
    pub const fn is_evidence(self) -> bool {
        matches!(self, Self::OtherRoot(_) | Self::Inconsistent)
    }
}

/// The text of a size: decimal and a line feed.
#[must_use]
pub fn size_text(size: u64) -> String {
    format!("{size}\n")
}

/// Reads the text of a size.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    number(text.strip_suffix('\n')?, "")
}

/// Decides on a request in the order of the protocol. `keys` are the known keys of logs, `seen` what was cosigned last of the log whose
/// origin the checkpoint names. Before it cosigns the caller stores the checkpoint in the place of exactly `seen`, in one step.
///
/// # Errors
/// Why the witness must not cosign.
pub fn consider<'a>(
    request: &AddCheckpoint,
    keys: impl IntoIterator<Item = &'a Vkey>,
    seen: Option<&Seen>,
) -> Result<Checkpoint, Refused> {
    let note = Note::parse(&request.checkpoint).map_err(|_| Refused::Malformed)?;
    let checkpoint = Checkpoint::of_text(note.text_unverified()).ok_or(Refused::Malformed)?;
    let keys: Vec<&Vkey> = keys.into_iter().filter(|key| key.name() == checkpoint.origin).collect();
    if keys.is_empty() {
        return Err(Refused::UnknownLog);
    }
    let verdicts: Vec<_> = keys.iter().map(|key| note.signed_at(key).map(|_| ())).collect();
    if verdicts.contains(&Err(NoteError::False)) || !verdicts.contains(&Ok(())) {
        return Err(Refused::Unsigned);
    }
    if request.old > checkpoint.size || (checkpoint.size == 0 && checkpoint.root != empty_root()) {
        return Err(Refused::Malformed);
    }
    let known = seen.map_or(0, |seen| seen.size);
    if request.old != known {
        return Err(Refused::OtherSize(known));
    }
    let consistent = match seen {
        Some(seen) if seen.size == checkpoint.size => {
            if seen.root != checkpoint.root {
                return Err(Refused::OtherRoot(known));
            }
            request.proof.is_empty()
        }
        Some(seen) if seen.size > 0 => {
            verify_consistency(seen.size, checkpoint.size, &request.proof, &seen.root, &checkpoint.root)
        }
        _ => request.proof.is_empty(),
    };
    if consistent { Ok(checkpoint) } else { Err(Refused::Inconsistent) }
}
