//! Witnesses: others who cosign the checkpoints of this log, and what the log makes of it.
//!
//! The policy (C2SP tlog-policy) is a row, so that every instance, the pages and an export agree on it. [`Witnessing`] asks the witnesses
//! after the sequencer has committed; [`provable`] is the newest checkpoint for which receipts are made; [`Witnessing::recover`] asks
//! before anything is signed whether somebody outside knows more of this log than this database does.

mod ask;
mod recover;
mod round;
pub(crate) mod store;

pub use round::{Round, Witnessing};

use crate::error::Fault;
use crate::log::{self, Head};
use db::Tx;
use kernel::Clock;
use tlog::checkpoint::Checkpoint;
use tlog::note::Vkey;
use tlog::policy::Policy;

/// What is known of one witness of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name in the policy.
    pub name: String,
    /// Its verifier key.
    pub vkey: String,
    /// Where it is asked; `None` if the policy does not say.
    pub url: Option<String>,
    /// Size and time (seconds since 1970) of its newest cosignature.
    pub signed: Option<(u64, u64)>,
    /// Why the last question brought none.
    pub fault: Option<String>,
    /// Whether its cosignature is on the newest witnessed checkpoint.
    pub on_witnessed: bool,
}

/// Why nothing may be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Since when, in seconds since 1970.
    pub since: u64,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A refusal that an operator lifted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifted {
    /// Since when nothing was signed, in seconds since 1970.
    pub since: u64,
    /// Why, in English.
    pub en: String,
    /// When it was lifted, in seconds since 1970.
    pub at: u64,
    /// The reason that was given.
    pub reason: String,
}

/// The policy of this log; one without witnesses before any was adopted.
///
/// # Errors
/// When there is no log, or what is stored is no policy.
pub async fn policy(tx: &mut Tx) -> Result<Policy, Fault> {
    let head = log::head(tx).await?;
    policy_of(tx, &head).await
}

async fn policy_of(tx: &mut Tx, head: &Head) -> Result<Policy, Fault> {
    let text = policy_text(tx, head).await?;
    text.parse().map_err(|error| Fault::damaged(format!("policy: {error}")))
}

/// The policy of a shard as it is served; a closed one keeps that under which it was closed.
///
/// # Errors
/// When the database is away.
pub async fn policy_text(tx: &mut Tx, head: &Head) -> Result<String, Fault> {
    let text = store::policy_fetch(tx, head.shard).await?;
    Ok(text.unwrap_or_else(|| Policy::of(head.vkey.clone()).to_string()))
}

/// The policy of a shard, for the one that follows it: the same witnesses and quorum, another log.
pub(crate) fn policy_for(text: &str, vkey: &Vkey) -> String {
    let rest = text.lines().filter(|line| !is_log_line(line)).map(|line| format!("{line}\n"));
    std::iter::once(format!("log {vkey}\n")).chain(rest).collect()
}

fn is_log_line(line: &str) -> bool {
    line.split_whitespace().next() == Some("log")
}

/// Puts a policy in force. One that names no log is about this one. What was witnessed under another policy counts as witnessed only if it
/// satisfies this one too.
///
/// # Errors
/// When the policy names other logs and not this one.
pub async fn adopt(tx: &mut Tx, text: &str) -> Result<(), Fault> {
    let heads = log::heads(tx).await?;
    let head = heads.last().ok_or(Fault::NoLog)?;
    let named = text.lines().any(is_log_line);
    // A file that was written for a shard of ours that is closed by now is meant for the running one.
    let outlived = text.parse().is_ok_and(|policy: Policy| {
        let names = |head: &Head| policy.log(head.vkey.name()) == Some(&head.vkey);
        !names(head) && heads.iter().any(names)
    });
    let text = if named && !outlived { text.to_owned() } else { policy_for(text, &head.vkey) };
    let policy: Policy = text.parse().map_err(|error| Fault::Policy(format!("{error}")))?;
    if policy.log(head.vkey.name()) != Some(&head.vkey) {
        return Err(Fault::Policy(format!("it names logs, and not this one: {}", head.vkey)));
    }
    store::policy_replace(tx, head.shard, &text).await?;
    match store::witnessed_fetch(tx, head.shard).await? {
        Some((_, note)) if !is_met(&policy, &note) => store::witnessed_forget(tx, head.shard).await,
        _ => Ok(()),
    }
}

/// The newest checkpoint for which the policy is met, with its cosignatures: what receipts are made for. Without witnesses in the policy
/// that is the head. Before the first is witnessed, the empty tree: nothing is in it.
///
/// # Errors
/// When there is no log, or what is stored does not fit together.
pub async fn provable(tx: &mut Tx) -> Result<Head, Fault> {
    let head = log::head(tx).await?;
    provable_within(tx, head).await
}

/// The same of a shard. Of a closed one that is its last, which was witnessed before the next was begun.
///
/// # Errors
/// When there is no such shard, or what is stored does not fit together.
pub async fn provable_of(tx: &mut Tx, shard: u16) -> Result<Head, Fault> {
    let head = log::head_of(tx, shard).await?;
    provable_within(tx, head).await
}

async fn provable_within(tx: &mut Tx, head: Head) -> Result<Head, Fault> {
    if policy_of(tx, &head).await?.quorum().is_none() {
        return Ok(head);
    }
    let Some((size, note)) = store::witnessed_fetch(tx, head.shard).await? else {
        let checkpoint = Checkpoint { origin: head.checkpoint.origin, size: 0, root: tlog::tree::empty_root() };
        return Ok(Head { checkpoint, note: String::new(), time_ms: 0, ..head });
    };
    let checkpoint = open(&note, &head.vkey)?;
    if checkpoint.size != size || size > head.checkpoint.size {
        return Err(Fault::damaged("the witnessed checkpoint is not one of this log"));
    }
    let newest = crate::store::leaves_at(tx, head.shard, &[size - 1]).await?.pop();
    let newest = newest.ok_or_else(|| Fault::damaged(format!("leaf {} is missing", size - 1)))?;
    Ok(Head { checkpoint, note, time_ms: newest.leaf.time_ms, ..head })
}

/// How many leaves of the running shard the policy's witnesses have seen; `None` if the policy asks for none.
///
/// # Errors
/// When there is no log, or what is stored is no policy.
pub async fn witnessed_size(tx: &mut Tx) -> Result<Option<u64>, Fault> {
    let head = log::head(tx).await?;
    witnessed_within(tx, &head).await
}

/// The same of a shard.
///
/// # Errors
/// When there is no such shard, or what is stored is no policy.
pub async fn witnessed_size_of(tx: &mut Tx, shard: u16) -> Result<Option<u64>, Fault> {
    let head = log::head_of(tx, shard).await?;
    witnessed_within(tx, &head).await
}

async fn witnessed_within(tx: &mut Tx, head: &Head) -> Result<Option<u64>, Fault> {
    if policy_of(tx, head).await?.quorum().is_none() {
        return Ok(None);
    }
    Ok(Some(store::witnessed_fetch(tx, head.shard).await?.map_or(0, |(size, _)| size)))
}

/// The head of a shard as it is served: with the cosignatures there are.
///
/// # Errors
/// When there is no such shard.
pub async fn cosigned_head(tx: &mut Tx, shard: u16) -> Result<Head, Fault> {
    let mut head = log::head_of(tx, shard).await?;
    for cosigned in store::cosignatures(tx, shard, head.checkpoint.size).await? {
        head.note.push_str(&cosigned.line);
    }
    Ok(head)
}

/// The witnesses of the policy, in its order.
///
/// # Errors
/// When there is no log, or what is stored is no policy.
pub async fn known(tx: &mut Tx) -> Result<Vec<Known>, Fault> {
    let head = log::head(tx).await?;
    let policy = policy_of(tx, &head).await?;
    let rows = store::witness_list(tx, head.shard).await?;
    let witnessed = store::witnessed_fetch(tx, head.shard).await?.map(|(_, note)| note).unwrap_or_default();
    let on = policy.judge(&witnessed).map_or_else(|_| Vec::new(), |judged| judged.cosigned);
    let known = policy.witnesses().map(|witness| {
        let vkey = witness.vkey.to_string();
        let row = rows.iter().find(|row| row.vkey == vkey);
        Known {
            name: witness.name.clone(),
            url: witness.url.clone(),
            signed: row.and_then(|row| row.signed),
            fault: row.and_then(|row| row.fault.clone()),
            on_witnessed: on.iter().any(|(name, _)| *name == witness.name),
            vkey,
        }
    });
    Ok(known.collect())
}

/// Why nothing may be signed, if so.
///
/// # Errors
/// When the database is away.
pub async fn refusal(tx: &mut Tx) -> Result<Option<Refusal>, Fault> {
    Ok(store::refusal_fetch(tx).await?.map(|(since, zh, en)| Refusal { since, zh, en }))
}

/// Lifts a refusal by the word of an operator, which is kept. Only where no witness is left in the policy that could be asked: as long as
/// there is one, [`Witnessing::recover`] lifts it when all of them answer and none knows better.
///
/// # Errors
/// [`Fault::Lift`] when nothing is refused, a witness can be asked, or no reason is given.
pub async fn lift(tx: &mut Tx, clock: &dyn Clock, reason: &str) -> Result<Lifted, Fault> {
    let reason = reason.trim().to_owned();
    let Some(Refusal { since, en, .. }) = refusal(tx).await? else {
        return Err(Fault::Lift("nothing is refused"));
    };
    if policy(tx).await?.witnesses().any(|witness| witness.url.is_some()) {
        return Err(Fault::Lift(
            "the policy has witnesses that can be asked; signing goes on by itself when all of them answer and none knows better",
        ));
    }
    if reason.is_empty() {
        return Err(Fault::Lift("give the reason"));
    }
    let at = round::seconds(clock);
    store::lifted_insert(tx, since, &en, at, &reason).await?;
    store::refusal_lift(tx).await?;
    tracing::warn!(reason, "a refusal to sign was lifted by hand");
    Ok(Lifted { since, en, at, reason })
}

/// The refusals that were lifted by hand, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn lifted(tx: &mut Tx) -> Result<Vec<Lifted>, Fault> {
    let rows = store::lifted_list(tx).await?;
    Ok(rows.into_iter().map(|(since, en, at, reason)| Lifted { since, en, at, reason }).collect())
}

/// Whether the policy is met by this note. A note that is false meets none.
fn is_met(policy: &Policy, note: &str) -> bool {
    policy.judge(note).is_ok_and(|judged| judged.quorum_met)
}

fn open(note: &str, vkey: &Vkey) -> Result<Checkpoint, Fault> {
    Checkpoint::open(note, vkey).map_err(|error| Fault::damaged(format!("checkpoint: {error}")))
}
