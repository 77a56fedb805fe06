//! One round: every witness that has not cosigned the head is asked to, all at once, and what they answer is kept.

use super::ask::{Said, add_checkpoint};
use super::store::{self, Cosigned};
use super::{is_met, policy, policy_of};
use crate::error::Fault;
use crate::log::{self, Head};
use db::{Db, Tx};
use fetch::{Client, FetchError, Setting, host_of};
use kernel::Clock;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use tlog::note::Note;
use tlog::policy::{Policy, Witness};
use tokio::task::JoinSet;

/// Most time for one question.
const PATIENCE: Duration = Duration::from_secs(4);
/// So much longer the others are waited for once the policy is met.
const GRACE: Duration = Duration::from_millis(1500);
/// Largest answer: a checkpoint with a dozen post-quantum cosignatures.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Most questions to one witness in one round: a size it did not expect, and one more if it grew in between.
const QUESTIONS_MAX: u32 = 3;
/// A witness that failed is left alone for a while: this long in seconds, doubled each time up to the second.
const PAUSE: (u64, u64) = (1, 16);
/// Seconds by which the time in a cosignature may differ from ours, and from that of the newest leaf before it.
const CLOCKS_DIFFER: u64 = 300;
/// Seconds after which a witness is asked again although the log did not grow, so that its word is not old.
const FRESH_FOR: u64 = 3600;

/// How a round went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// How many witnesses were asked.
    pub asked: usize,
    /// How many of them cosigned.
    pub cosigned: usize,
    /// Size of the newest checkpoint for which the policy is met; 0 if there is none.
    pub witnessed: u64,
    /// Whether a witness knows more of the log, or something else: [`Witnessing::recover`] finds out.
    pub contradicted: bool,
}

/// Asks the witnesses of one policy.
#[derive(Debug)]
pub struct Witnessing {
    pub(super) client: Client,
    pub(super) policy: Policy,
    /// When each witness that failed may be asked again, in seconds since 1970, and how long the pause was.
    pauses: Mutex<HashMap<String, (u64, u64)>>,
}

/// What asking one witness came to.
enum Outcome {
    Cosigned(Cosigned),
    /// It cosigned a larger tree than ours, or another one.
    Contradicts(String),
    Failed(String),
}

impl Witnessing {
    /// For the policy in force. Plain HTTP is spoken too: what counts is signed.
    ///
    /// # Errors
    /// When an address in the policy is none.
    pub fn new(policy: Policy) -> Result<Self, FetchError> {
        let urls = policy.witnesses().filter_map(|witness| witness.url.as_deref());
        let hosts = urls.map(host_of).collect::<Result<_, _>>()?;
        let setting =
            Setting { hosts, bytes_max: ANSWER_BYTES_MAX, timeout: PATIENCE, plain: true, ..Setting::default() };
        Ok(Self { client: Client::new(setting)?, policy, pauses: Mutex::default() })
    }

    /// For the policy in the database.
    ///
    /// # Errors
    /// When there is no log or its policy cannot be used.
    pub async fn of(db: &Db) -> Result<Self, Fault> {
        let policy = policy(&mut db.begin().await?).await?;
        Self::new(policy).map_err(|error| Fault::Policy(error.to_string()))
    }

    /// Whether there is anybody to ask.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.policy.witnesses().all(|witness| witness.url.is_none())
    }

    /// One round. Any number of instances may call this at once; they only ask more often than needed.
    ///
    /// # Errors
    /// When the database is away. What a witness does or does not do is no error.
    pub async fn round(&self, db: &Db, clock: &dyn Clock) -> Result<Round, Fault> {
        let now = seconds(clock);
        let mut tx = db.begin().await?;
        let head = log::head(&mut tx).await?;
        let there = store::cosignatures(&mut tx, head.shard, head.checkpoint.size).await?;
        let told = store::witness_list(&mut tx, head.shard).await?;
        tx.commit().await?;
        let (mut asked, mut silent) = (JoinSet::new(), Vec::new());
        for witness in self.due(&head, &there, now) {
            let vkey = witness.vkey.to_string();
            let size = told.iter().find(|row| row.vkey == vkey).map_or(0, |row| row.size);
            silent.push(vkey);
            asked.spawn(question(self.client.clone(), db.clone(), head.clone(), witness, size, now));
        }
        let mut round = Round { asked: asked.len(), cosigned: 0, witnessed: 0, contradicted: false };
        let mut met = self.settle(db, &head).await?;
        loop {
            let next = if met > 0 && met == head.checkpoint.size {
                match tokio::time::timeout(GRACE, asked.join_next()).await {
                    Ok(next) => next,
                    Err(_) => break,
                }
            } else {
                asked.join_next().await
            };
            let Some(Ok((vkey, outcome))) = next else { break };
            silent.retain(|other| *other != vkey);
            self.note(db, &head, &vkey, outcome, now, &mut round).await?;
            met = self.settle(db, &head).await?;
        }
        for vkey in silent {
            let slow = Outcome::Failed("does not answer in time".to_owned());
            self.note(db, &head, &vkey, slow, now, &mut round).await?;
        }
        round.witnessed = met;
        Ok(round)
    }

    /// The witnesses to ask: their cosignature is missing or old, and they are not paused.
    fn due(&self, head: &Head, there: &[Cosigned], now: u64) -> Vec<Witness> {
        if head.checkpoint.size == 0 {
            return Vec::new();
        }
        let pauses = self.pauses.lock().expect("nothing panics while it is held");
        let due = |witness: &&Witness| {
            let vkey = witness.vkey.to_string();
            let fresh = there.iter().any(|cosigned| cosigned.vkey == vkey && now < cosigned.at + FRESH_FOR);
            let paused = pauses.get(&vkey).is_some_and(|(until, pause)| now < *until && *until <= now + pause);
            witness.url.is_some() && !fresh && !paused
        };
        self.policy.witnesses().filter(due).cloned().collect()
    }

    async fn note(
        &self,
        db: &Db,
        head: &Head,
        vkey: &str,
        outcome: Outcome,
        now: u64,
        round: &mut Round,
    ) -> Result<(), Fault> {
        let mut tx = db.begin().await?;
        let failed = match outcome {
            Outcome::Cosigned(cosigned) => {
                store::cosignature_keep(&mut tx, head.shard, head.checkpoint.size, &cosigned).await?;
                store::witness_note(&mut tx, head.shard, vkey, Some(head.checkpoint.size), now, None).await?;
                round.cosigned += 1;
                false
            }
            Outcome::Contradicts(fault) => {
                store::witness_note(&mut tx, head.shard, vkey, None, now, Some(&fault)).await?;
                round.contradicted = true;
                true
            }
            Outcome::Failed(fault) => {
                tracing::info!(vkey, fault, "a witness did not cosign");
                store::witness_note(&mut tx, head.shard, vkey, None, now, Some(&fault)).await?;
                true
            }
        };
        tx.commit().await?;
        let mut pauses = self.pauses.lock().expect("nothing panics while it is held");
        if failed {
            let pause = pauses.get(vkey).map_or(PAUSE.0, |(_, pause)| (pause * 2).min(PAUSE.1));
            pauses.insert(vkey.to_owned(), (now + pause, pause));
        } else {
            pauses.remove(vkey);
        }
        Ok(())
    }

    /// Makes the head the newest witnessed checkpoint if the policy is met. Returns the size of the newest.
    async fn settle(&self, db: &Db, head: &Head) -> Result<u64, Fault> {
        let mut tx = db.begin().await?;
        let mut note = head.note.clone();
        store::cosignatures(&mut tx, head.shard, head.checkpoint.size)
            .await?
            .iter()
            .for_each(|one| note.push_str(&one.line));
        let size = head.checkpoint.size;
        // The policy in force, which another instance may have put there after this one began: receipts are released by it alone.
        let policy = policy_of(&mut tx, head).await?;
        if size > 0 && policy.quorum().is_some() && is_met(&policy, &note) {
            store::witnessed_advance(&mut tx, head.shard, size, &note).await?;
        }
        let witnessed = store::witnessed_fetch(&mut tx, head.shard).await?;
        tx.commit().await?;
        Ok(witnessed.map_or(0, |(size, _)| size))
    }
}

/// Asks one witness, beginning from the size it told last; whatever it answers, this ends.
async fn question(client: Client, db: Db, head: Head, witness: Witness, told: u64, now: u64) -> (String, Outcome) {
    let vkey = witness.vkey.to_string();
    let url = witness.url.clone().unwrap_or_default();
    let (size, mut old) = (head.checkpoint.size, told);
    for _ in 0..QUESTIONS_MAX {
        // It may have forgotten, or lied before: what it told is only where to begin.
        old = old.min(size);
        let proof = match proof(&db, head.shard, old, size).await {
            Ok(proof) => proof,
            Err(fault) => return (vkey, Outcome::Failed(fault.to_string())),
        };
        match add_checkpoint(&client, &url, old, &proof, &head.note).await {
            Ok(Said::Lines(lines)) => return (vkey.clone(), cosigned(&head, &witness, &vkey, &lines, now)),
            Ok(Said::Size(larger)) if larger > size => {
                return (vkey, Outcome::Contradicts(format!("it says that it cosigned {larger} entries")));
            }
            Ok(Said::Size(same)) if same == old && old == size => {
                return (vkey, Outcome::Contradicts("it says that it cosigned another tree of this size".to_owned()));
            }
            Ok(Said::Size(same)) if same == old => break,
            Ok(Said::Size(other)) => old = other,
            Ok(Said::OtherTree) => {
                return (vkey, Outcome::Contradicts("it says that it cosigned another tree".to_owned()));
            }
            Err(fault) => return (vkey, Outcome::Failed(fault)),
        }
    }
    (vkey, Outcome::Failed("it tells one size after the other".to_owned()))
}

async fn proof(db: &Db, shard: u16, old: u64, size: u64) -> Result<Vec<tlog::hash::Hash>, Fault> {
    let mut tx: Tx = db.begin().await?;
    log::consistency(&mut tx, shard, old, size).await
}

/// The cosignature of this witness on this checkpoint, if it is among the lines and its time is believable.
fn cosigned(head: &Head, witness: &Witness, vkey: &str, lines: &str, now: u64) -> Outcome {
    let failed = |why: &str| Outcome::Failed(why.to_owned());
    for line in lines.split_inclusive('\n') {
        let note = Note::parse(&format!("{}{line}", head.note));
        let Ok(at) = note.and_then(|note| note.signed_at(&witness.vkey)) else { continue };
        // A clock of ours that once ran ahead leaves a newest leaf in the future; that is no fault of the witness.
        let newest = (head.time_ms / 1000).min(now);
        return if at.saturating_add(CLOCKS_DIFFER) < newest || at > now + CLOCKS_DIFFER {
            failed("the time in its cosignature cannot be")
        } else {
            Outcome::Cosigned(Cosigned { vkey: vkey.to_owned(), at, line: line.to_owned() })
        };
    }
    failed("what it answers is no cosignature by its key")
}

pub(super) fn seconds(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().unix_timestamp()).unwrap_or(0)
}
