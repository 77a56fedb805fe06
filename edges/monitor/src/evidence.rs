//! What proves to strangers that a log went wrong (docs/verification.md, section 12): JSON that names the signed notes and the leaves, so
//! that whoever has the log's public key can check it with nothing else.

use crate::{MonitorError, unreadable};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use register::audit::Audited;
use serde_json::{Value, json};
use tlog::{
    hash::{Hash, sha256},
    leaf::Entry,
    state::{Folded, fold},
};

/// Something that is proven.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// Two checkpoints by one key that cannot both be true.
    Fork(Fork),
    /// A snapshot that does not say what the leaves before it say.
    Status(Status),
    /// An order under an agency's key that the agency does not know.
    UnknownOrder(Included),
}

/// Two checkpoints by one key that cannot both be true.
#[derive(Clone, Debug)]
pub struct Fork {
    notes: [String; 2],
    /// The root that the second tree has at the size of the first, and the RFC 6962 consistency proof of it; `None` for equal sizes.
    grown: Option<(Hash, Vec<Hash>)>,
}

impl Fork {
    pub(crate) fn same_size(a: &str, b: &str) -> Self {
        Self { notes: [a.to_owned(), b.to_owned()], grown: None }
    }

    pub(crate) fn grown(old: &str, new: &str, root: Hash, proof: Vec<Hash>) -> Self {
        Self { notes: [old.to_owned(), new.to_owned()], grown: Some((root, proof)) }
    }
}

/// A leaf that a checkpoint includes.
#[derive(Clone, Debug)]
pub struct Included {
    checkpoint: String,
    entry: Entry,
    inclusion: Vec<Hash>,
}

impl Included {
    pub(crate) fn of(log: &Audited, entry: Entry) -> Result<Self, MonitorError> {
        let inclusion = log.inclusion(entry.index).map_err(unreadable)?;
        Ok(Self { checkpoint: log.note().to_owned(), entry, inclusion })
    }

    fn json(&self) -> Value {
        json!({ "leaf": b64u(&self.entry.leaf.encode()), "index": self.entry.index, "inclusion": hashes(&self.inclusion) })
    }
}

/// A snapshot that does not say what the leaves before it say.
#[derive(Clone, Debug)]
pub struct Status {
    snapshot: Included,
    bits: Vec<u8>,
    events: Vec<Included>,
}

impl Evidence {
    /// The canonical text (RFC 8785).
    #[must_use]
    pub fn to_json(&self) -> String {
        let value = match self {
            Self::Fork(Fork { notes, grown }) => {
                let (root, proof) =
                    grown.as_ref().map_or((Value::Null, vec![]), |(root, proof)| (b64u(root), hashes(proof)));
                json!({ "format": FORMAT, "kind": "fork", "checkpoints": notes, "root": root, "consistency": proof })
            }
            Self::Status(Status { snapshot, bits, events }) => json!({
                "format": FORMAT, "kind": "status", "checkpoint": snapshot.checkpoint, "snapshot": snapshot.json(),
                "bits": b64u(bits), "events": events.iter().map(Included::json).collect::<Vec<_>>(),
            }),
            Self::UnknownOrder(order) => {
                json!({ "format": FORMAT, "kind": "unknown-order", "checkpoint": order.checkpoint, "order": order.json() })
            }
        };
        serde_json_canonicalizer::to_string(&value).expect("text and numbers have a canonical form")
    }

    /// A name for the file: the kind and the beginning of its hash, so that the same evidence is kept once.
    #[must_use]
    pub fn file_name(&self) -> String {
        let kind = match self {
            Self::Fork(_) => "fork",
            Self::Status(_) => "status",
            Self::UnknownOrder(_) => "unknown-order",
        };
        let hash = sha256(self.to_json().as_bytes());
        format!("{kind}-{:016x}.json", u64::from_be_bytes(hash[..8].try_into().expect("eight bytes")))
    }

    /// What it proves, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Fork(_) => "the log signed two checkpoints that cannot both be true".to_owned(),
            Self::Status(status) => {
                let index = status.events.first().map_or(0, |event| event.entry.index);
                format!(
                    "the status snapshot of leaf {} withholds the state of order {index}",
                    status.snapshot.entry.index
                )
            }
            Self::UnknownOrder(order) => {
                format!("leaf {} is an order that the agency does not know", order.entry.index)
            }
        }
    }
}

const FORMAT: &str = "renshi-evidence/1";

/// The first order whose state the newest snapshot withholds. A snapshot that says more than the leaves is wrong too, but a few leaves
/// cannot prove that there are no others: [`crate::round`] tells it as a finding.
///
/// # Errors
/// When the copy cannot be read, or has another status file than its log commits to.
pub fn withheld(log: &Audited) -> Result<Option<Evidence>, MonitorError> {
    let Some((snapshot, bits)) = log.snapshot() else { return Ok(None) };
    let Some(file) = log.status() else {
        return Err(MonitorError::Unfit("the status file is not the one of the newest snapshot".to_owned()));
    };
    // What is withheld of an order of an earlier shard is told as a finding: its leaves are under two checkpoints.
    let Some((_, index)) = log.withheld().filter(|(year, _)| *year == file.own().year) else { return Ok(None) };
    let Some(order) = log.leaf_at(index).map_err(unreadable)? else { return Ok(None) };
    let mut entries = log.events_of(&order.id).map_err(unreadable)?;
    entries.retain(|entry| entry.index < snapshot.index);
    let said = file.own().bits.get(index);
    let Some(Folded { state, counted }) = fold(entries.iter().map(|entry| &entry.leaf)) else { return Ok(None) };
    let reached = state.bits();
    if !((said == 0 && reached != 0) || (said == 2 && reached == 1)) {
        return Ok(None);
    }
    let events = counted.into_iter().map(|at| Included::of(log, entries[at])).collect::<Result<_, _>>()?;
    let snapshot = Included::of(log, *snapshot)?;
    Ok(Some(Evidence::Status(Status { snapshot, bits: bits.to_vec(), events })))
}

fn b64u(bytes: &[u8]) -> Value {
    Value::String(URL_SAFE_NO_PAD.encode(bytes))
}

fn hashes(hashes: &[Hash]) -> Vec<Value> {
    hashes.iter().map(|hash| b64u(hash)).collect()
}
