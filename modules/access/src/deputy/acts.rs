//! What was done in somebody's name: written down before it is done, completed after it, handed back when the principal returns.

use super::store;
use crate::{ActingFor, Action, Actor, Office, Role};
use db::{Db, DbError};
use kernel::{AgencyCode, PersonId};
use time::OffsetDateTime;

/// Most acts shown at once.
const ACTS_MAX: i64 = 500;

/// One act of a deputy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeputyAct {
    /// Number of the entry.
    pub id: i64,
    /// For which agency.
    pub agency: AgencyCode,
    /// In which role.
    pub role: Role,
    /// In whose name.
    pub principal: PersonId,
    /// By whom.
    pub person: PersonId,
    /// The deputy's name.
    pub name: String,
    /// What.
    pub action: Action,
    /// Where in the program: the address of the form that was sent.
    pub path: String,
    /// When.
    pub at: OffsetDateTime,
    /// Whether it is known to have been done.
    pub done: bool,
    /// When the principal took note.
    pub seen_at: Option<OffsetDateTime>,
}

/// Writes down that somebody with deputised offices is about to do something; its number, or none if it needs no deputised office.
///
/// # Errors
/// When the database refuses; then it must not be done.
pub async fn begin_act(
    db: &Db,
    actor: &Actor,
    action: Action,
    path: &str,
    at: OffsetDateTime,
) -> Result<Option<i64>, DbError> {
    let acting = actor.offices.iter().find_map(|office| {
        let acting = office.acting_for.as_ref()?;
        acting.powers.contains(&action).then_some((office, acting))
    });
    let Some((office, ActingFor { person, .. })) = acting else { return Ok(None) };
    let act = DeputyAct {
        id: 0,
        agency: office.reach.agency(),
        role: office.role,
        principal: *person,
        person: actor.person,
        name: actor.name.clone(),
        action,
        path: path.to_owned(),
        at,
        done: false,
        seen_at: None,
    };
    store::act_insert(db.pool(), &act).await.map(Some)
}

/// It was done, in these offices: handed back to each principal of a deputised one; taken back if none is.
///
/// # Errors
/// When the database refuses; the act then shows as one whose outcome is not known.
pub async fn finish_act(db: &Db, id: i64, offices: &[Office], at: OffsetDateTime) -> Result<(), DbError> {
    let deputised: Vec<_> =
        offices.iter().filter_map(|office| Some((office, office.acting_for.as_ref()?.person))).collect();
    let Some((first, others)) = deputised.split_first() else { return drop_act(db, id).await };
    let mut tx = db.begin().await?;
    store::act_done(&mut tx, id, first.0, first.1).await?;
    let mut done = vec![(id, *first)];
    for other in others {
        done.push((store::act_copy(&mut tx, id, other.0, other.1).await?, *other));
    }
    for (act, (office, principal)) in done {
        let payload =
            serde_json::json!({ "role": office.role.code(), "agency": office.reach.agency().as_str(), "act": act });
        db::event(&mut tx, at, "DeputyActed", &principal.to_string(), &payload).await?;
    }
    tx.commit().await
}

/// It was refused, or done in an office of one's own.
///
/// # Errors
/// When the database refuses.
pub async fn drop_act(db: &Db, id: i64) -> Result<(), DbError> {
    store::act_delete(db.pool(), id).await
}

/// What was done in somebody's name, what was not seen yet first, the newest first; at most 500.
///
/// # Errors
/// When the database is away.
pub async fn acts_for(db: &Db, principal: PersonId) -> Result<Vec<DeputyAct>, DbError> {
    store::acts(&mut db.begin().await?, principal, ACTS_MAX).await
}

/// The principal took note of these acts; how many were new.
///
/// # Errors
/// When the database refuses.
pub async fn acts_acknowledge(db: &Db, principal: PersonId, ids: &[i64], at: OffsetDateTime) -> Result<u64, DbError> {
    let mut tx = db.begin().await?;
    let count = store::acts_seen(&mut tx, principal, ids, at).await?;
    tx.commit().await?;
    Ok(count)
}
