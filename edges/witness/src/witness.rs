//! The witness: asked with bytes, answers with a status and bytes. What travels over HTTP is `serve.rs`.

use crate::evidence;
use crate::key::{KeyFault, WitnessKey};
use crate::logs::Logs;
use crate::state::{self, Folder, Notes, StateFault};
use kernel::{Clock, Random};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tlog::checkpoint::Checkpoint;
use tlog::hash::sha256;
use tlog::note::Note;
use tlog::note::NoteError;
use tlog::witness::{AddCheckpoint, Refused, SIZE_MEDIA_TYPE, Seen, consider};

const TEXT: &str = "text/plain; charset=utf-8";
/// So far the clock may be behind what was signed last: then the last time is said again.
const BEHIND_MAX: u64 = 300;

/// Why a witness cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The state.
    #[error(transparent)]
    State(#[from] StateFault),
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Media type.
    pub content_type: &'static str,
    /// Body.
    pub body: String,
}

impl Answer {
    fn text(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: TEXT, body: body.into() }
    }
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Self {
        match refused.size_body() {
            Some(body) => Self { status: refused.status(), content_type: SIZE_MEDIA_TYPE, body },
            None => Self::text(refused.status(), format!("{refused}\n")),
        }
    }
}

/// A witness at work on its folder.
pub struct Witness {
    key: WitnessKey,
    logs: Logs,
    folder: Folder,
    /// What is on disk for certain; `None` after a fault of the disk, until it was read again.
    ///
    /// One lock for all logs, because they share one file. Comparing, writing and remembering happen while it is held: of two requests
    /// for one log the second meets the state that the first left.
    notes: Mutex<Option<Notes>>,
    clock: Arc<dyn Clock>,
}

/// Makes a key and an empty state in a folder that has neither. Returns the verifier keys.
///
/// # Errors
/// When there is a key already, or the disk fails. A folder left half made is refused by both verbs and can be removed.
pub fn create(folder: &Path, name: &str, ml_dsa: bool, random: &dyn Random) -> Result<Vec<String>, Fault> {
    let key = WitnessKey::create(folder, name, ml_dsa, random)?;
    state::begin(folder, &key)?;
    Ok(key.vkeys())
}

/// The same with an Ed25519 key in a token, which is made where the token has none.
///
/// # Errors
/// As [`create`], or when the token is away or cannot make one.
pub fn create_in_token(folder: &Path, name: &str, address: token::KeyAddress) -> Result<Vec<String>, Fault> {
    let key = WitnessKey::create_in_token(folder, name, address)?;
    state::begin(folder, &key)?;
    Ok(key.vkeys())
}

/// The verifier keys of the witness in a folder.
///
/// # Errors
/// When there is no key, or not one to be relied on.
pub fn vkeys(folder: &Path) -> Result<Vec<String>, Fault> {
    Ok(WitnessKey::open(folder)?.vkeys())
}

impl Witness {
    /// Takes up the folder of a witness.
    ///
    /// # Errors
    /// When key or state are missing, damaged or not of each other, or another witness is at work there.
    pub fn open(folder: &Path, logs: Logs, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        let key = WitnessKey::open(folder)?;
        let folder = Folder::open(folder)?;
        let notes = folder.load(&key, &logs)?;
        Ok(Self { key, logs, folder, notes: Mutex::new(Some(notes)), clock })
    }

    /// The verifier keys of this witness.
    #[must_use]
    pub fn vkeys(&self) -> Vec<String> {
        self.key.vkeys()
    }

    /// The clock that its cosignatures tell the time of.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Answers `add-checkpoint`. Writes to the disk and waits for it; whoever stops waiting for the answer interrupts nothing.
    #[must_use]
    pub fn add(&self, body: &[u8]) -> Answer {
        let asked = std::str::from_utf8(body).ok().and_then(|text| text.parse::<AddCheckpoint>().ok());
        let Some(asked) = asked else { return Refused::Malformed.into() };
        // Strangers do not get as far as the lock.
        let checkpoint = match consider(&asked, self.logs.keys(), None) {
            Err(refused @ (Refused::Malformed | Refused::UnknownLog | Refused::Unsigned)) => return refused.into(),
            _ => match Checkpoint::read_unverified(&asked.checkpoint) {
                Ok(checkpoint) => checkpoint,
                Err(_) => return Refused::Malformed.into(),
            },
        };
        let mut notes = self.notes.lock().expect("nothing panics while it is held");
        let Some(known) = self.certain(&mut notes) else {
            return Answer::text(503, "the state of this witness cannot be read at present\n");
        };
        let note = known.get(&checkpoint.origin);
        if let Err(refused) = consider(&asked, self.logs.keys(), seen(note).as_ref()) {
            if refused.is_evidence() {
                let kind = if matches!(refused, Refused::OtherRoot(_)) { "two-roots" } else { "unproved" };
                tracing::warn!(
                    origin = checkpoint.origin,
                    size = checkpoint.size,
                    "a log showed what does not fit what it showed before"
                );
                evidence::keep(&self.folder.evidence(), kind, &asked, note.map(String::as_str));
            }
            return refused.into();
        }
        let Some(at) = self.time_after(note) else {
            tracing::error!("the clock is behind the time of the last cosignature");
            return Answer::text(503, "the clock of this witness is wrong at present\n");
        };
        let lines = match self.key.cosign(&asked.checkpoint, at) {
            Ok(lines) => lines,
            Err(NoteError::Away) => return Answer::text(503, "the key of this witness cannot be reached at present\n"),
            Err(_) => return Refused::Malformed.into(),
        };
        let mut next = known.clone();
        next.insert(
            checkpoint.origin.clone(),
            format!("{}{lines}", self.signed_by_log(&asked.checkpoint, &checkpoint.origin)),
        );
        // Until the disk has it nothing leaves; and if the disk fails, nobody knows what it has.
        let stored = self.folder.store(&self.key, &next);
        *notes = stored.is_ok().then_some(next);
        match stored {
            Ok(()) => Answer::text(200, lines),
            Err(error) => {
                tracing::error!(%error, "the state could not be written; nothing was cosigned");
                Answer::text(500, "the state of this witness cannot be written at present\n")
            }
        }
    }

    /// The newest cosigned checkpoint of the log with this SHA-256 of its origin, in hexadecimal.
    #[must_use]
    pub fn newest(&self, origin_hash: &str) -> Option<String> {
        let mut notes = self.notes.lock().expect("nothing panics while it is held");
        let known = self.certain(&mut notes)?;
        known.iter().find(|(origin, _)| hex(&sha256(origin.as_bytes())) == origin_hash).map(|(_, note)| note.clone())
    }

    /// What this witness is and what it has seen, for people.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = String::from("A witness of transparency logs (c2sp.org/tlog-witness).\n\n");
        self.key.vkeys().iter().for_each(|vkey| text.push_str(&format!("witness {vkey}\n")));
        let mut notes = self.notes.lock().expect("nothing panics while it is held");
        let known = self.certain(&mut notes).cloned().unwrap_or_default();
        for origin in self.logs.origins() {
            let size = seen(known.get(origin)).map_or(0, |seen| seen.size);
            text.push_str(&format!("log {origin}: {size} entries, /{}/checkpoint\n", hex(&sha256(origin.as_bytes()))));
        }
        text
    }

    /// The state, read again if a fault left it uncertain.
    fn certain<'a>(&self, notes: &'a mut Option<Notes>) -> Option<&'a Notes> {
        if notes.is_none() {
            match self.folder.load(&self.key, &self.logs) {
                Ok(loaded) => *notes = Some(loaded),
                Err(error) => tracing::error!(%error, "the state cannot be read"),
            }
        }
        notes.as_ref()
    }

    /// The time to sign with: never before that of the cosignature before, which said that its tree was the largest until then.
    fn time_after(&self, note: Option<&String>) -> Option<u64> {
        let now = u64::try_from(self.clock.now().unix_timestamp()).ok().filter(|now| *now > 0)?;
        let last = note.and_then(|note| self.key.time_of(note)).unwrap_or(0);
        (now + BEHIND_MAX >= last).then(|| now.max(last))
    }

    /// The note with the signatures of the log and no others: what strangers appended is not passed on.
    fn signed_by_log(&self, note: &str, origin: &str) -> String {
        let (text, lines) = note.split_at(note.rfind("\n\n").map_or(note.len(), |at| at + 2));
        let by_log = |line: &&str| {
            Note::parse(&format!("{text}{line}"))
                .is_ok_and(|one| self.logs.keys_of(origin).any(|key| one.signed_at(key).is_ok()))
        };
        let kept: String = lines.split_inclusive('\n').filter(by_log).collect();
        format!("{text}{kept}")
    }
}

fn seen(note: Option<&String>) -> Option<Seen> {
    // What is remembered was checked when it was read or written.
    let checkpoint = Checkpoint::read_unverified(note?).ok()?;
    Some(Seen { size: checkpoint.size, root: checkpoint.root })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
