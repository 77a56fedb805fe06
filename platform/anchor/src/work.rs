//! The worker: brings every due checkpoint into every sink, one after the other in each, whatever the others do.

use crate::{
    config::Anchors,
    due::due_by_time,
    error::{Away, Fault},
    payload::Head,
    sink::{Seen, Sink},
    store::{self, Row, State},
};
use db::Db;
use kernel::Clock;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use time::OffsetDateTime;

/// How long one instance may hold an anchor in hand.
const HELD: Duration = Duration::from_secs(150);
/// Most time for one turn with a sink, well within [`HELD`].
const TURN_MAX: Duration = Duration::from_secs(120);
/// Most steps in one turn: prepare, submit, check, and once more if what was sent was lost.
const STEPS_MAX: usize = 8;
/// First pause after a fault; it doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_secs(600);
/// For how long after its confirmation an anchor is looked at again.
const RECHECK_FOR: Duration = Duration::from_secs(7 * 86_400);

/// One pass: makes the checkpoint due if its time has come, then gives every sink a turn. The sinks go on beside each other.
///
/// # Errors
/// When our own database fails; what a sink does wrong is written beside its anchor.
pub async fn pass(db: &Db, anchors: &Anchors, head: Option<&Head>, clock: &Arc<dyn Clock>) -> Result<(), Fault> {
    if anchors.sinks.is_empty() {
        return Ok(());
    }
    if let Some(head) = head {
        let mut tx = db.begin().await?;
        due_by_time(&mut tx, head, anchors.every_hours, clock.now()).await?;
        tx.commit().await?;
    }
    let mut turns = tokio::task::JoinSet::new();
    for sink in &anchors.sinks {
        let (db, sink, clock) = (db.clone(), Arc::clone(sink), Arc::clone(clock));
        turns.spawn(async move { turn(&db, sink.as_ref(), clock.as_ref()).await });
    }
    let mut outcome = Ok(());
    while let Some(done) = turns.join_next().await {
        match done {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => outcome = Err(fault),
            Err(error) => tracing::error!(%error, "a sink of anchors stopped"),
        }
    }
    outcome
}

/// What became of the anchor in hand.
enum Turn {
    Wait,
    Done,
    NotOurs,
}

async fn turn(db: &Db, sink: &dyn Sink, clock: &dyn Clock) -> Result<(), Fault> {
    recheck(db, sink, clock).await?;
    let now = clock.now();
    store::rows_for(db, sink.name(), sink.kind(), now).await?;
    let until = micros(now + HELD);
    let Some(row) = store::take(db, sink.name(), now, until).await? else { return Ok(()) };
    let (no, attempts) = (row.no, row.attempts);
    let told = tokio::time::timeout(TURN_MAX, tend(db, sink, row, until, clock)).await;
    let told = told.unwrap_or_else(|_| Ok(Err(Away::new("no end within the time allowed"))))?;
    let now = clock.now();
    match told {
        Ok(Turn::Wait) => store::release(db, no, until, now + sink.poll(), None).await?,
        Ok(Turn::Done | Turn::NotOurs) => {}
        Err(away) => {
            if attempts == 0 {
                tracing::warn!(sink = sink.name(), why = %away, "an anchor has to wait and will be tried again");
            }
            store::release(db, no, until, now + pause(attempts), Some(&away.to_string())).await?;
        }
    }
    Ok(())
}

/// PostgreSQL keeps microseconds; what is compared with it later must have no more.
fn micros(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_microsecond(at.microsecond()).expect("a microsecond of its own")
}

fn pause(attempts: i32) -> Duration {
    PAUSE_MIN.saturating_mul(1 << attempts.clamp(0, 10)).min(PAUSE_MAX)
}

/// Takes the steps of one anchor. What a step made is stored before the next one is taken: a program that starts again goes on from there.
async fn tend(
    db: &Db,
    sink: &dyn Sink,
    row: Row,
    until: OffsetDateTime,
    clock: &dyn Clock,
) -> Result<Result<Turn, Away>, Fault> {
    let Row { no, head, mut state, mut kept, .. } = row;
    for _ in 0..STEPS_MAX {
        let step = match one_step(sink, &head, state, kept.as_ref(), clock.now()).await {
            Ok(step) => step,
            Err(away) => return Ok(Err(away)),
        };
        let (next, value) = match step {
            Step::Keep(next, value) => (next, value),
            Step::Wait => return Ok(Ok(Turn::Wait)),
            Step::Confirmed(confirmed) => {
                let now = clock.now();
                let recheck_at = sink.recheck_every().map(|every| now + every);
                if store::confirm(db, no, until, &confirmed, now, recheck_at).await? {
                    tracing::info!(sink = sink.name(), size = head.size, place = confirmed.place, "anchored");
                }
                return Ok(Ok(Turn::Done));
            }
            Step::Failed(why) => {
                tracing::error!(sink = sink.name(), size = head.size, %why, "a checkpoint cannot be anchored here");
                store::fail(db, no, until, &why.to_string()).await?;
                return Ok(Ok(Turn::Done));
            }
        };
        if !store::keep(db, no, until, next, value.as_ref()).await? {
            return Ok(Ok(Turn::NotOurs));
        }
        (state, kept) = (next, value);
    }
    Ok(Ok(Turn::Wait))
}

enum Step {
    Keep(State, Option<Value>),
    Wait,
    Confirmed(crate::sink::Confirmed),
    Failed(Away),
}

async fn one_step(
    sink: &dyn Sink,
    head: &Head,
    state: State,
    kept: Option<&Value>,
    now: OffsetDateTime,
) -> Result<Step, Away> {
    let Some(kept) = kept else {
        return Ok(Step::Keep(State::Prepared, Some(sink.prepare(head, now).await?)));
    };
    if state == State::Prepared {
        return Ok(Step::Keep(State::Sent, Some(sink.submit(head, kept, now).await?)));
    }
    Ok(match sink.check(head, kept, now).await? {
        Seen::Waiting => Step::Wait,
        Seen::Confirmed(confirmed) => Step::Confirmed(confirmed),
        Seen::Again => {
            sink.submit(head, kept, now).await?;
            Step::Wait
        }
        Seen::Replace(value) => Step::Keep(State::Prepared, Some(value)),
        Seen::Lost => Step::Keep(State::Due, None),
        Seen::Failed(why) => Step::Failed(why),
    })
}

/// Looks at one confirmed anchor again, where it may be lost.
async fn recheck(db: &Db, sink: &dyn Sink, clock: &dyn Clock) -> Result<(), Fault> {
    let Some(every) = sink.recheck_every() else { return Ok(()) };
    let now = clock.now();
    let until = micros(now + HELD);
    let Some(Row { no, evidence: Some(evidence), confirmed_at, head, .. }) =
        store::take_recheck(db, sink.name(), now, until).await?
    else {
        return Ok(());
    };
    let stands = tokio::time::timeout(TURN_MAX, sink.stands(&evidence)).await;
    let now = clock.now();
    if let Ok(Ok(false)) = stands {
        tracing::error!(
            sink = sink.name(),
            size = head.size,
            "an anchor is gone from where it stood and is sent again"
        );
        return store::unconfirm(db, no, until, now).await;
    }
    // No answer says nothing: it is asked again at the next time.
    let again = confirmed_at.is_some_and(|at| now < at + RECHECK_FOR);
    store::rechecked(db, no, until, again.then(|| now + every)).await
}
