//! Who a request comes from.

use super::hash;
use crate::model::{
    Actor, Assurance, CARD_FRESH_MINUTES, CHALLENGE_MINUTES_MAX, SESSION_HOURS_MAX, SESSION_IDLE_MINUTES_MAX,
};
use crate::store;
use crate::tree::Tree;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Db, DbError};
use kernel::{Clock, PersonId, office_date};
use std::sync::Arc;
use time::Duration;

/// The person behind a session token, with the offices held today; none if the session is over or never was.
///
/// # Errors
/// When the database is away.
pub async fn actor_of(db: &Db, clock: &dyn Clock, tree: &Arc<Tree>, token: &str) -> Result<Option<Actor>, DbError> {
    let Ok(token) = URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    let now = clock.now();
    let token_hash = hash(&token);
    let opened_after = now - Duration::hours(SESSION_HOURS_MAX);
    let seen_after = now - Duration::minutes(SESSION_IDLE_MINUTES_MAX);
    let found = store::session_fetch(db.pool(), &token_hash, opened_after, seen_after).await?;
    let Some((person, name, card, opened_at, seen_at)) = found else { return Ok(None) };
    // Once a minute is enough to keep a session alive and spares a write per request.
    if now - seen_at > Duration::minutes(1) {
        store::session_seen(db.pool(), &token_hash, now).await?;
    }
    let offices = store::offices(db.pool(), person, office_date(now)).await?;
    let card = card.try_into().expect("the table admits 32 bytes only");
    let fresh = now - opened_at <= Duration::minutes(CARD_FRESH_MINUTES);
    let assurance = if fresh { Assurance::FreshCard } else { Assurance::Card };
    let (person, tree, mandates) = (PersonId(person), Arc::clone(tree), Vec::new());
    Ok(Some(Actor { person, name, offices, mandates, assurance, card, tree }))
}

/// Ends a session. Ending it twice is no fault.
///
/// # Errors
/// When the database is away.
pub async fn sign_out(db: &Db, clock: &dyn Clock, token: &str) -> Result<(), DbError> {
    match URL_SAFE_NO_PAD.decode(token) {
        Ok(token) => store::session_end(db.pool(), &hash(&token), clock.now()).await,
        Err(_) => Ok(()),
    }
}

/// Removes challenges nobody can answer and sessions nobody can use any more.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, clock: &dyn Clock) -> Result<u64, DbError> {
    let now = clock.now();
    let challenges = store::challenge_sweep(db.pool(), now - Duration::minutes(CHALLENGE_MINUTES_MAX)).await?;
    Ok(challenges + store::session_sweep(db.pool(), now - Duration::hours(SESSION_HOURS_MAX)).await?)
}
