//! What a person sees of the own sessions, and ends.

use super::decide::{Facts, Verdict, verdict};
use super::model::{Method, Outcome};
use super::store;
use db::{Db, DbError};
use kernel::{Clock, PersonId};
use time::OffsetDateTime;

/// Attempts shown to a person.
const ATTEMPTS_SHOWN_MAX: i64 = 30;

/// A session that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// Its number.
    pub id: i64,
    /// What opened it.
    pub method: Method,
    /// When.
    pub opened_at: OffsetDateTime,
    /// When it was last heard of, to the minute.
    pub seen_at: OffsetDateTime,
    /// Browser and system.
    pub device: String,
    /// Address of the machine it was opened from; empty if not known.
    pub address: String,
}

/// An attempt to get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptLine {
    /// The number told to whoever was refused.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// By what.
    pub method: Method,
    /// How it ended.
    pub outcome: Outcome,
    /// Browser and system.
    pub device: String,
    /// Address of the machine.
    pub address: String,
}

/// The person's open sessions, the last seen first.
///
/// # Errors
/// When the database is away.
pub async fn sessions_of(db: &Db, clock: &dyn Clock, person: PersonId) -> Result<Vec<SessionLine>, DbError> {
    let now = clock.now();
    let is_open = |line: &SessionLine| {
        let SessionLine { method, opened_at, seen_at, .. } = *line;
        let facts = Facts { method, opened_at, seen_at, replaced_at: None, is_successor_used: false };
        verdict(&facts, now) != Verdict::Over
    };
    Ok(store::session_list(db.pool(), person).await?.into_iter().filter(is_open).collect())
}

/// The person's latest sign-ins and attempts, refused ones included, newest first.
///
/// # Errors
/// When the database is away.
pub async fn attempts_of(db: &Db, person: PersonId) -> Result<Vec<AttemptLine>, DbError> {
    store::attempt_list(db.pool(), person, ATTEMPTS_SHOWN_MAX).await
}

/// Ends one of the person's own sessions. False if the person has no such session.
///
/// # Errors
/// When the database is away.
pub async fn end_session(db: &Db, clock: &dyn Clock, person: PersonId, id: i64) -> Result<bool, DbError> {
    let now = clock.now();
    let mut tx = db.begin().await?;
    let ended = store::session_end(&mut tx, person, id, "ended", now).await?;
    if ended {
        db::event(&mut tx, now, "SessionEnded", &person.to_string(), &serde_json::json!({ "session": id })).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Ends all of the person's sessions but one; says how many.
///
/// # Errors
/// When the database is away.
pub async fn end_other_sessions(db: &Db, clock: &dyn Clock, person: PersonId, keep: i64) -> Result<u64, DbError> {
    let now = clock.now();
    let mut tx = db.begin().await?;
    let ended = store::session_end_others(&mut tx, person, keep, now).await?;
    if ended > 0 {
        let payload = serde_json::json!({ "kept": keep, "ended": ended });
        db::event(&mut tx, now, "SessionsEnded", &person.to_string(), &payload).await?;
    }
    tx.commit().await?;
    Ok(ended)
}
