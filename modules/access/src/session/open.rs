//! Opening, recognising, renewing and ending a session.

use super::decide::{Facts, Verdict, verdict};
use super::model::{Method, Outcome, SESSION_HOURS_MAX, Session, Visit};
use super::store;
use crate::model::{Actor, CHALLENGE_MINUTES_MAX};
use crate::ops::hash;
use crate::tree::Tree;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Db, DbError, Tx};
use kernel::{Clock, PersonId, Random, office_date};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// Days for which attempts to get in are kept for the person to see.
const ATTEMPT_DAYS_MAX: i64 = 180;
/// Hours after which a failure no longer counts and its row goes.
const BACKOFF_HOURS_MAX: i64 = 24;

/// A session about to be opened.
pub(crate) struct New<'a> {
    pub person: PersonId,
    pub holder: &'a str,
    pub method: Method,
    /// The card, if one answered.
    pub card: Option<&'a [u8; 32]>,
}

/// Opens a session and returns its token.
pub(crate) async fn open(
    tx: &mut Tx,
    random: &dyn Random,
    now: OffsetDateTime,
    new: &New<'_>,
    visit: &Visit,
) -> Result<String, DbError> {
    let id = store::session_insert(tx, new, visit, now).await?;
    let token = issue(tx, random, id, new.card.map(|_| now), now).await?;
    store::attempt_insert(tx, now, (new.method, Outcome::In), Some(new.person), visit).await?;
    let payload = serde_json::json!({ "session": id, "method": new.method.code() });
    db::event(tx, now, "SignedIn", &new.person.to_string(), &payload).await?;
    Ok(token)
}

/// The card answered within a session: the token is replaced by one that stands for this proof.
pub(crate) async fn raise(
    tx: &mut Tx,
    random: &dyn Random,
    now: OffsetDateTime,
    (session, token): (&Session, &str),
    (person, card): (PersonId, &[u8; 32]),
    visit: &Visit,
) -> Result<Option<String>, DbError> {
    let Ok(old) = URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    if !store::token_replace(tx, &hash(&old), now).await? {
        return Ok(None);
    }
    store::session_card(tx, session.id, card).await?;
    let token = issue(tx, random, session.id, Some(now), now).await?;
    store::attempt_insert(tx, now, (Method::Card, Outcome::Again), Some(person), visit).await?;
    let payload = serde_json::json!({ "session": session.id });
    db::event(tx, now, "CardConfirmed", &person.to_string(), &payload).await?;
    Ok(Some(token))
}

async fn issue(
    tx: &mut Tx,
    random: &dyn Random,
    session: i64,
    card_at: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<String, DbError> {
    let mut token = [0; 32];
    random.fill(&mut token);
    store::token_insert(tx, &hash(&token), session, card_at, now).await?;
    Ok(URL_SAFE_NO_PAD.encode(token))
}

/// The person behind a session token, with the offices held today; none if the session is over or never was.
///
/// A token that was replaced and turns up after its successor was used ends the session.
///
/// # Errors
/// When the database is away.
pub async fn actor_of(db: &Db, clock: &dyn Clock, tree: &Arc<Tree>, token: &str) -> Result<Option<Actor>, DbError> {
    let Ok(token) = URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    let now = clock.now();
    let token_hash = hash(&token);
    let Some(found) = store::session_fetch(db.pool(), &token_hash).await? else { return Ok(None) };
    let facts = Facts {
        method: found.session.method,
        opened_at: found.session.opened_at,
        seen_at: found.seen_at,
        replaced_at: found.replaced_at,
        is_successor_used: found.is_successor_used,
    };
    match verdict(&facts, now) {
        Verdict::Good => {}
        Verdict::Restore => store::token_restore(db, found.session.id, &token_hash).await?,
        Verdict::Over => return Ok(None),
        Verdict::Reused => {
            reused(db, &found, now).await?;
            return Ok(None);
        }
    }
    if !found.is_used {
        store::token_used(db.pool(), &token_hash, now).await?;
    }
    // Once a minute is enough to keep a session alive and spares a write per request.
    if now - found.seen_at > Duration::minutes(1) {
        store::session_seen(db.pool(), found.session.id, now).await?;
    }
    let mut offices = crate::store::offices(db.pool(), found.person.0, office_date(now)).await?;
    offices.extend(crate::deputy::deputised(db, found.person.0, office_date(now)).await?);
    let (person, name, session) = (found.person, found.holder, found.session);
    let mandates = crate::mandate::mandates_on(db, person.0, office_date(now)).await?;
    let (assurance, tree) = (session.assurance(now), Arc::clone(tree));
    Ok(Some(Actor { person, name, offices, mandates, assurance, session, tree }))
}

async fn reused(db: &Db, found: &store::Found, now: OffsetDateTime) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    if store::session_end(&mut tx, found.person, found.session.id, "reused", now).await? {
        let (method, visit) = (found.session.method, Visit::default());
        store::attempt_insert(&mut tx, now, (method, Outcome::Reused), Some(found.person), &visit).await?;
        let payload = serde_json::json!({ "session": found.session.id });
        db::event(&mut tx, now, "SessionTokenReused", &found.person.to_string(), &payload).await?;
    }
    tx.commit().await
}

/// The next token of the session, if it is time for one. Of several requests at once only one gets it; the others go on with the old
/// token until its grace is over.
///
/// # Errors
/// When the database is away.
pub async fn renew(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    session: &Session,
    token: &str,
) -> Result<Option<String>, DbError> {
    let now = clock.now();
    let Ok(old) = URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
    if !session.is_renewal_due(now) {
        return Ok(None);
    }
    let mut tx = db.begin().await?;
    if !store::token_replace(&mut tx, &hash(&old), now).await? {
        return Ok(None);
    }
    let token = issue(&mut tx, random, session.id, session.card_at, now).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Ends the session of a token. Ending it twice is no fault.
///
/// # Errors
/// When the database is away.
pub async fn sign_out(db: &Db, clock: &dyn Clock, token: &str) -> Result<(), DbError> {
    match URL_SAFE_NO_PAD.decode(token) {
        Ok(token) => store::session_end_by_token(db.pool(), &hash(&token), clock.now()).await,
        Err(_) => Ok(()),
    }
}

/// Removes challenges nobody can answer, sessions nobody can use any more, and what is too old to be shown or to count.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, clock: &dyn Clock) -> Result<u64, DbError> {
    let now = clock.now();
    let challenges = crate::store::challenge_sweep(db.pool(), now - Duration::minutes(CHALLENGE_MINUTES_MAX)).await?;
    let sessions = store::session_sweep(db.pool(), now - Duration::hours(SESSION_HOURS_MAX)).await?;
    let attempts = store::attempt_sweep(db.pool(), now - Duration::days(ATTEMPT_DAYS_MAX)).await?;
    let backoffs = store::backoff_sweep(db.pool(), now - Duration::hours(BACKOFF_HOURS_MAX)).await?;
    let ways = crate::portal::sweep(db.pool(), now - Duration::minutes(crate::portal::PORTAL_MINUTES_MAX)).await?;
    let waiting = crate::binding::sweep(db, now).await?;
    Ok(challenges + waiting + ways + sessions + attempts + backoffs)
}
