//! The operations.

use super::{decide, store};
use crate::model::{Actor, Held, Office, Reach, Role};
use crate::permission::{Action, Scope, permits};
use db::{Db, DbError, Tx};
use kernel::{AgencyCode, PersonId, Refusal, office_date};
use time::{Date, OffsetDateTime};

/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 500;
/// Most offices and proposals shown at once.
const LINES_MAX: i64 = 1000;

/// An office was not given or ended.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The rules say no.
    #[error("refused")]
    Refused(Refusal),
    /// We could not ask the database.
    #[error("the offices cannot be read or written")]
    Store(#[from] DbError),
}

/// What somebody proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProposal {
    /// Who is to hold it.
    pub person: PersonId,
    /// That person's name as the proposer sees it.
    pub person_name: String,
    /// Which role.
    pub role: Role,
    /// For which agencies, each an office of its own.
    pub agencies: Vec<AgencyCode>,
    /// Whether all agencies below are included.
    pub with_subordinates: bool,
    /// First day.
    pub from_on: Date,
    /// The day on which it no longer counts.
    pub until_on: Option<Date>,
    /// Why.
    pub reason: String,
}

/// A proposal on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub id: i64,
    /// What is proposed.
    pub new: NewProposal,
    /// Who proposed it: number and name.
    pub proposed_by: (PersonId, String),
    /// When.
    pub proposed_at: OffsetDateTime,
    /// Name of who decided, when, and whether it was confirmed.
    pub decided: Option<(String, OffsetDateTime, bool)>,
}

/// Proposes an office. It counts only once somebody else confirmed it.
///
/// # Errors
/// Refused: for oneself, for agencies out of reach, days or reason missing. Failed: the database is away.
pub async fn propose(db: &Db, actor: &Actor, new: &NewProposal, now: OffsetDateTime) -> Result<i64, OfficeError> {
    decide::may_propose(actor, new, office_date(now)).map_err(OfficeError::Refused)?;
    let mut tx = db.begin().await?;
    let id = store::proposal_insert(&mut tx, new, actor, now).await?;
    db::event(&mut tx, now, "OfficeProposed", &new.person.to_string(), &serde_json::json!({ "proposal": id })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Confirms a proposal or refuses it. Confirmed, the offices count from their first day, which is today if it has passed meanwhile.
///
/// # Errors
/// Refused: decided before, by whoever proposed or receives it, out of reach, held already. Failed: the database is away.
pub async fn decide_proposal(
    db: &Db,
    actor: &Actor,
    id: i64,
    confirm: bool,
    now: OffsetDateTime,
) -> Result<Proposal, OfficeError> {
    let mut tx = db.begin().await?;
    let proposal = store::proposal_lock(&mut tx, id).await?.ok_or_else(unknown)?;
    decide::may_decide(actor, &proposal).map_err(OfficeError::Refused)?;
    let today = office_date(now);
    let from_on = proposal.new.from_on.max(today);
    if confirm {
        if proposal.new.until_on.is_some_and(|until| until <= from_on) {
            return Err(OfficeError::Refused(Refusal::new(
                "offices/over",
                "本案的期間已過，請退回後重新提案。",
                "The period of this proposal is over; refuse it and propose anew.",
            )));
        }
        for office in offices(&proposal.new) {
            let term = (from_on, proposal.new.until_on);
            if !store::office_insert(&mut tx, proposal.new.person, &office, term, Some(id)).await? {
                return Err(OfficeError::Refused(Refusal::new(
                    "offices/held",
                    format!("「{}」已擔任該角色，期間重疊。", proposal.new.person_name),
                    format!("{} holds this role already in that period.", proposal.new.person_name),
                )));
            }
        }
    }
    store::proposal_decide(&mut tx, id, actor, confirm, now).await?;
    let (kind, payload) =
        (if confirm { "OfficeGranted" } else { "OfficeRefused" }, serde_json::json!({ "proposal": id }));
    db::event(&mut tx, now, kind, &proposal.new.person.to_string(), &payload).await?;
    tx.commit().await?;
    Ok(proposal)
}

fn offices(new: &NewProposal) -> impl Iterator<Item = Office> {
    new.agencies.iter().map(|agency| {
        let reach = if new.with_subordinates { Reach::Subtree(*agency) } else { Reach::Agency(*agency) };
        Office::own(new.role, reach)
    })
}

/// What is neither there nor within reach looks the same.
fn unknown() -> OfficeError {
    OfficeError::Refused(Refusal::new("offices/unknown", "查無此案。", "There is no such proposal."))
}

/// Ends an office today: whoever may propose it may end it alone, and everybody may give up their own.
///
/// # Errors
/// Refused: unknown, ended before, or out of reach. Failed: the database is away.
pub async fn end_one(db: &Db, actor: &Actor, id: i64, now: OffsetDateTime) -> Result<Held, OfficeError> {
    let mut tx = db.begin().await?;
    let held = store::held_lock(&mut tx, id).await?.ok_or_else(unknown)?;
    let agency = held.office.reach.agency();
    let may = held.person == actor.person || permits(Some(actor), Action::ProposeOffice, Scope::Agency(&agency));
    if !may {
        return Err(unknown());
    }
    let today = office_date(now);
    if held.until_on.is_some_and(|until| until <= today) {
        return Err(OfficeError::Refused(Refusal::new("offices/ended", "此權限已終止。", "This office has ended.")));
    }
    store::held_end(&mut tx, &held, today, Some(actor.person)).await?;
    let payload = serde_json::json!({ "role": held.office.role.code(), "agency": agency.as_str() });
    db::event(&mut tx, now, "OfficeEnded", &held.person.to_string(), &payload).await?;
    tx.commit().await?;
    Ok(held)
}

/// Ends every office a person holds for an agency, on the day they leave it. Returns how many ended.
///
/// # Errors
/// When the database is away.
pub async fn end_offices_at(
    tx: &mut Tx,
    person: PersonId,
    agency: AgencyCode,
    left_on: Date,
    at: OffsetDateTime,
) -> Result<usize, DbError> {
    let held = store::held_of(tx, person, agency, left_on).await?;
    for one in &held {
        store::held_end(tx, one, left_on, None).await?;
        let payload = serde_json::json!({ "role": one.office.role.code(), "agency": agency.as_str(), "moved": true });
        db::event(tx, at, "OfficeEnded", &person.to_string(), &payload).await?;
    }
    Ok(held.len())
}

/// Who holds which office for these agencies today or later, by agency and role.
///
/// # Errors
/// When the database is away.
pub async fn offices_at(db: &Db, agencies: &[AgencyCode], today: Date) -> Result<Vec<Held>, DbError> {
    store::held_list(&mut db.begin().await?, agencies, today, LINES_MAX).await
}

/// Proposals for these agencies that wait for a second person, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn proposals_at(db: &Db, agencies: &[AgencyCode]) -> Result<Vec<Proposal>, DbError> {
    store::proposal_list(&mut db.begin().await?, agencies, LINES_MAX).await
}

/// A proposal; none if it is not there or out of reach.
///
/// # Errors
/// When the database is away.
pub async fn proposal(db: &Db, id: i64) -> Result<Option<Proposal>, DbError> {
    store::proposal_fetch(&mut db.begin().await?, id).await
}
