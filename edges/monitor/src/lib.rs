//! A monitor: follows a register from outside, keeps a copy of it, and keeps evidence when something is wrong.
//!
//! Anyone can run it: the archives, an agency that watches for orders under its own name, a newspaper. It trusts the keys of its policy
//! file and nothing else; what it believes it has worked out from the leaves.
//!
//! Start at: [`round`]; the copy is made by [`mirror`], what is kept as proof by [`evidence`].

pub mod evidence;
mod keys;
pub mod mirror;
pub mod orders;
mod silence;
mod source;

pub use source::Source;

use evidence::Evidence;
use mirror::{Copied, Mirror};
use register::audit::Audited;
use tlog::{
    leaf::Kind,
    policy::{Log, Policy},
};

/// Why a round brought no result. Nothing is proven by it: a network can fail.
#[derive(Debug, thiserror::Error)]
pub enum MonitorError {
    /// The log, or one of its files, could not be fetched.
    #[error("`{file}` of the log could not be read: {reason}")]
    Source {
        /// Which file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The folder of the copy.
    #[error(transparent)]
    Copy(#[from] objects::ObjectsError),
    /// The checkpoint is not signed by a key of the policy, or its quorum of witnesses is not met.
    #[error("the checkpoint is not to be believed: {0}")]
    Unbelieved(String),
    /// What was served does not fit the checkpoint it was served with.
    #[error("what is served does not fit its checkpoint: {0}")]
    Unfit(String),
    /// The agency's list.
    #[error("the list of orders, line {line}: {reason}")]
    List {
        /// Line in the file.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

/// What one round saw.
#[derive(Debug)]
pub struct Round {
    /// Size of the log in the copy before.
    pub from: u64,
    /// Size now.
    pub to: u64,
    /// Time of the newest leaf, milliseconds since 1970 UTC.
    pub newest_ms: u64,
    /// When a status snapshot had to follow what stands after the newest one, milliseconds since 1970 UTC; none if nothing asks for one.
    pub snapshot_due_ms: Option<u64>,
    /// The source served an older checkpoint than the copy has: a cache, or something withheld. It proves nothing.
    pub older: Option<u64>,
    /// How many witnesses of the policy cosigned the checkpoint, and how many there are.
    pub witnesses: (usize, usize),
    /// What is proven to be wrong.
    pub evidence: Vec<Evidence>,
    /// What is wrong and cannot be proven to others by the log alone, in sentences.
    pub findings: Vec<String>,
}

/// One round: fetch what is new, shard after shard, check all of it, compare with an agency's own list.
///
/// # Errors
/// When the log cannot be read or fits no checkpoint; the copy stays as it was.
pub async fn round(
    source: &Source,
    mirror: &Mirror,
    policy: &Policy,
    own: Option<&orders::Own>,
) -> Result<Round, MonitorError> {
    let (mut source, mut mirror, mut policy) = (source.clone(), mirror.clone(), policy.clone());
    let (root, copy) = (source.clone(), mirror.clone());
    let mut round = Round {
        from: 0,
        to: 0,
        newest_ms: 0,
        snapshot_due_ms: None,
        older: None,
        witnesses: (0, 0),
        evidence: vec![],
        findings: vec![],
    };
    let mut shards: Vec<Audited> = Vec::new();
    loop {
        let before: Vec<&Audited> = shards.iter().collect();
        let audited = match mirror.bring(&source, &policy, &before).await.and_then(|copied| round.take(copied)) {
            Ok(Some(audited)) => audited,
            Ok(None) => return Ok(round),
            // What was found in the shards before is not lost with this one.
            Err(fault) if round.evidence.is_empty() && round.findings.is_empty() => return Err(fault),
            Err(fault) => {
                round.findings.push(fault.to_string());
                return Ok(round);
            }
        };
        let announced = audited.links().next_keys().into_iter().map(|vkey| Log { vkey, url: None });
        policy = policy.with_logs(policy.logs().iter().cloned().chain(announced).collect());
        let next = audited.next_folder();
        shards.push(audited);
        let Some(folder) = next else { break };
        (source, mirror) = (root.below(&folder), copy.below(&folder)?);
        // A shard is closed a moment before the next one is there. One that was there stays there.
        if source.get("checkpoint").await?.is_none() && !mirror.has_begun().await? {
            break;
        }
    }
    let Some(log) = shards.into_iter().rev().reduce(|later, shard| shard.followed_by(later)) else { return Ok(round) };
    if let Some(own) = own {
        let compared = orders::compare(own, &log)?;
        round.evidence.extend(compared.evidence);
        round.findings.extend(compared.findings);
    }
    Ok(round)
}

impl Round {
    /// What bringing one shard up came to; `None` if nothing of it can be read.
    fn take(&mut self, copied: Copied) -> Result<Option<Audited>, MonitorError> {
        let Copied { audited, from, older, witnesses, evidence } = copied;
        self.from += from;
        self.older = self.older.or(older);
        self.witnesses = witnesses;
        self.evidence.extend(evidence);
        let Some(audited) = audited else {
            self.to += from;
            return Ok(None);
        };
        self.to += audited.checkpoint().size;
        self.newest_ms = audited.newest_ms();
        self.snapshot_due_ms = silence::snapshot_due(&audited)?;
        let withheld = evidence::withheld(&audited)?;
        if withheld.is_none()
            && let Some((year, index)) = audited.withheld()
        {
            self.findings.push(format!("the status snapshot says of leaf {index} of {year} what no event says"));
        }
        self.evidence.extend(withheld);
        if let (Some(leaf), None) = (audited.snapshot_leaf(), audited.snapshot()) {
            let index = leaf.index;
            self.findings.push(format!(
                "the log does not serve the status file that leaf {index} commits to: nobody can see what it says"
            ));
        }
        self.findings.extend(unanswered(&audited)?);
        self.findings.extend(keys::findings(&audited, from.max(audited.first_own())));
        Ok(Some(audited))
    }
}

/// A correction that no snapshot followed: the contract promises one at once.
fn unanswered(log: &Audited) -> Result<Option<String>, MonitorError> {
    let size = log.checkpoint().size;
    let after = log.snapshot().map_or(0, |(entry, _)| entry.index + 1);
    let mut n = after / 256;
    while n * 256 < size {
        for (leaf, index) in log.bundle(n).map_err(unreadable)?.into_iter().zip(n * 256..) {
            if index >= after && matches!(leaf.kind, Kind::Supersede | Kind::Revoke | Kind::Repeal) {
                return Ok(Some(format!("leaf {index} corrects an order and no status snapshot followed it")));
            }
        }
        n += 1;
    }
    Ok(None)
}

pub(crate) fn unreadable(error: register::audit::AuditError) -> MonitorError {
    MonitorError::Unfit(error.to_string())
}
