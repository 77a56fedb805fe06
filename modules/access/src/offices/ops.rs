//! The operations.

use super::{decide, store};
use crate::Assurance;
use crate::model::{Actor, Held, Office, Reach, Role};
use crate::permission::{Action, Scope, permits};
use db::{Db, DbError, Tx, step_back, step_out};
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
    /// Where that person serves: whoever leaves there loses the office.
    pub post: AgencyCode,
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
    /// When it lapsed because the person left before anybody decided.
    pub lapsed_at: Option<OffsetDateTime>,
}

/// What the second person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes. `serving`: whether the person serves at the post of the proposal, as the caller holds it in the same transaction.
    Confirm {
        /// Whether the person still serves there.
        serving: bool,
    },
    /// No.
    Refuse,
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

/// Confirms a proposal or refuses it, in a transaction of the caller. Confirmed, the offices count from their first day, which is today if it
/// has passed meanwhile.
///
/// # Errors
/// Refused: decided before, by whoever proposed or receives it, out of reach, held already; the person serves there no longer, or whoever
/// proposed it could not do so now. Failed: the database is away.
pub async fn decide_proposal(
    tx: &mut Tx,
    actor: &Actor,
    id: i64,
    verdict: Verdict,
    now: OffsetDateTime,
) -> Result<Proposal, OfficeError> {
    let proposal = store::proposal_lock(tx, id).await?.ok_or_else(unknown)?;
    decide::may_decide(actor, &proposal).map_err(OfficeError::Refused)?;
    let today = office_date(now);
    let from_on = proposal.new.from_on.max(today);
    let confirm = verdict != Verdict::Refuse;
    if let Verdict::Confirm { serving } = verdict {
        let proposer = as_proposer(tx, actor, proposal.proposed_by.0, today).await?;
        decide::may_give(&proposer, &proposal, serving).map_err(OfficeError::Refused)?;
        if proposal.new.until_on.is_some_and(|until| until <= from_on) {
            return Err(OfficeError::Refused(Refusal::new(
                "offices/over",
                "本案的期間已過，請退回後重新提案。",
                "The period of this proposal is over; refuse it and propose anew.",
            )));
        }
        for office in offices(&proposal.new) {
            let term = (from_on, proposal.new.until_on);
            if !store::office_insert(tx, proposal.new.person, &office, term, Some(id)).await? {
                return Err(OfficeError::Refused(Refusal::new(
                    "offices/held",
                    format!("「{}」已擔任該角色，期間重疊。", proposal.new.person_name),
                    format!("{} holds this role already in that period.", proposal.new.person_name),
                )));
            }
        }
    }
    store::proposal_decide(tx, id, actor, confirm, now).await?;
    let (kind, payload) =
        (if confirm { "OfficeGranted" } else { "OfficeRefused" }, serde_json::json!({ "proposal": id }));
    db::event(tx, now, kind, &proposal.new.person.to_string(), &payload).await?;
    Ok(proposal)
}

/// Whoever proposed something, with the offices of their own today: proposing is never handed to a deputy.
async fn as_proposer(tx: &mut Tx, actor: &Actor, person: PersonId, today: Date) -> Result<Actor, DbError> {
    let outside = step_out(tx).await?;
    let held = store::held_by(tx, person, today).await?;
    step_back(tx, outside).await?;
    let offices = held.into_iter().map(|one| one.office).collect();
    Ok(Actor { person, offices, mandates: Vec::new(), assurance: Assurance::FreshCard, ..actor.clone() })
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

/// Ends, on the day a person leaves an agency, every office they hold for it and every one that was given through their post there for
/// agencies where they do not serve; what was only proposed through that post lapses. Returns how many offices ended.
///
/// # Errors
/// When the database is away.
pub async fn end_offices_at(
    tx: &mut Tx,
    person: PersonId,
    (agency, left_on): (AgencyCode, Date),
    serving: &[AgencyCode],
    at: OffsetDateTime,
) -> Result<usize, DbError> {
    for id in store::proposals_lapse(tx, person, agency, at).await? {
        db::event(tx, at, "OfficeProposalLapsed", &person.to_string(), &serde_json::json!({ "proposal": id })).await?;
    }
    let held = store::held_of(tx, person, (agency, left_on), serving).await?;
    for one in &held {
        store::held_end(tx, one, left_on, None).await?;
        let agency = one.office.reach.agency();
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
