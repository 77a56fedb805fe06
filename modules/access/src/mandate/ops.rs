//! Giving, taking up, renewing and revoking mandates, and acting under them.

use super::model::{Mandate, MandateAct, Topic, Way};
use super::store;
use crate::ops::hash;
use crate::{Actor, AgentFor, Decision, Hat, Scope, decide};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Db, DbError, Tx, step_back, step_out};
use kernel::{AgencyCode, PersonId, Random, Refusal, office_date};
use time::{Date, Duration, OffsetDateTime};

/// Longest mandate, in days: a year. A promise of this service, not a rule of law.
pub const MANDATE_DAYS_MAX: i64 = 366;

/// Days before its end on which the principal is told of it: a promise of this service, not a rule of law.
const NOTICE_DAYS: i64 = 7;
/// Days after its end in which the principal is still told that a mandate is over.
const AFTER_DAYS: i64 = 30;
/// Most people an agent may act for, however the operator sets it.
pub const PRINCIPALS_MAX: i64 = 1_000;

/// Why something about mandates did not happen.
#[derive(Debug, thiserror::Error)]
pub enum MandateError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// We could not ask the database.
    #[error("the tables of mandates cannot be read or written")]
    Store(#[from] DbError),
}

/// The mandates an agent exercises on a day.
pub(crate) async fn mandates_on(db: &Db, agent: i64, day: Date) -> Result<Vec<AgentFor>, DbError> {
    Ok(store::counting(db.pool(), agent, day).await?.into_iter().filter_map(agent_for).collect())
}

/// What a mandate that counts lets its agent do. One that is limited reaches one agency's rows, and as what is agreed to or stopped for
/// delivery binds every agency, it is not about that; without an agency it reaches nothing.
fn agent_for(mandate: Mandate) -> Option<AgentFor> {
    let within = if mandate.is_limited() { Some(mandate.agency?) } else { None };
    let covered = |topic: &Topic| within.is_none() || *topic != Topic::Delivery;
    Some(AgentFor {
        mandate: mandate.id,
        principal: mandate.principal.0,
        name: mandate.principal.1,
        powers: mandate.topics.into_iter().filter(covered).map(Topic::action).collect(),
        within,
    })
}

/// A mandate to be given.
#[derive(Clone, Copy, Debug)]
pub struct NewMandate<'a> {
    /// Who gives it.
    pub principal: PersonId,
    /// That person's name.
    pub name: &'a str,
    /// Code of the agency where the person serves; empty where none is known.
    pub agency: &'a str,
    /// What it is about.
    pub topics: &'a [Topic],
    /// First day.
    pub from_on: Date,
    /// The day on which it no longer counts.
    pub until_on: Date,
    /// How it is given.
    pub way: Way,
    /// The two documents seen, or where the paper is kept; empty on line.
    pub evidence: &'a str,
    /// The officer who saw it given.
    pub witness: Option<(PersonId, &'a str)>,
}

/// Gives a mandate. The code that comes back is for the agent, who takes the mandate up with it; it is shown once and kept nowhere.
///
/// # Errors
/// Refusals: no topic, days that are over or too many, a witness who is missing or is the principal, nothing noted of what was seen.
pub async fn give_mandate(
    db: &Db,
    random: &dyn Random,
    new: &NewMandate<'_>,
    at: OffsetDateTime,
) -> Result<String, MandateError> {
    check(new, office_date(at))?;
    let mut bytes = [0; 12];
    random.fill(&mut bytes);
    let code = URL_SAFE_NO_PAD.encode(bytes);
    let mut tx = db.begin().await?;
    let id = store::insert(&mut tx, new, &hash(code.as_bytes()), at).await?;
    event(&mut tx, at, "MandateGiven", new.principal, id).await?;
    tx.commit().await?;
    Ok(code)
}

fn check(new: &NewMandate<'_>, today: Date) -> Result<(), Refusal> {
    if new.topics.is_empty() {
        let (zh, en) = ("請至少選擇一項委任事項。", "Please choose what the agent may do.");
        return Err(Refusal::new("mandate/topics", zh, en).field("topics"));
    }
    let days = (new.until_on - new.from_on).whole_days();
    if new.from_on < today || !(1..=MANDATE_DAYS_MAX).contains(&days) {
        return Err(Refusal::new(
            "mandate/period",
            format!("委任期間自今日起，最長{MANDATE_DAYS_MAX}日。"),
            format!("A mandate begins today and lasts at most {MANDATE_DAYS_MAX} days."),
        )
        .field("until_on"));
    }
    match (new.way, new.witness) {
        (Way::Online, None) => Ok(()),
        (Way::Counter | Way::Paper, Some((witness, _))) if witness != new.principal => {
            if new.evidence.trim().chars().count() < 4 {
                let zh = "請註記查驗之兩種證件，或書面委任書之檔號。";
                let en = "Please note the two documents seen, or where the paper is kept.";
                return Err(Refusal::new("mandate/evidence", zh, en).field("evidence"));
            }
            Ok(())
        }
        _ => {
            let (zh, en) = ("見證人不得為委任人本人。", "Nobody witnesses a mandate of their own.");
            Err(Refusal::new("mandate/witness", zh, en).field("person"))
        }
    }
}

async fn event(
    tx: &mut Tx,
    at: OffsetDateTime,
    kind: &'static str,
    principal: PersonId,
    id: i64,
) -> Result<(), DbError> {
    db::event(tx, at, kind, &principal.to_string(), &serde_json::json!({ "mandate": id })).await
}

/// An agent takes up the mandate with this code. One answer for every code that is none, so that nothing is learnt by trying.
///
/// # Errors
/// Refusals: no such code, a mandate of one's own, one that was given before the agent or before another officer of an agency whose officer
/// the agent is, too many principals.
pub async fn take_mandate(
    db: &Db,
    code: &str,
    agent: (PersonId, &str),
    at: OffsetDateTime,
) -> Result<Mandate, MandateError> {
    let today = office_date(at);
    // The code names a mandate that the agent cannot reach before it is taken up.
    let mut tx = db.begin().await?;
    let outside = step_out(&mut tx).await?;
    let found = store::offered(&mut tx, &hash(code.trim().as_bytes()), today).await?;
    let Some(offered) = found.filter(|offered| offered.principal != agent.0.0) else { return Err(no_code().into()) };
    let conflict = store::is_officer(&mut tx, agent.0, &offered.agency, today).await?;
    check_agent(&offered, agent.0, conflict)?;
    let (id, principal) = (offered.id, offered.principal);
    let principals_max = store::principals_max(&mut tx).await?;
    if store::principals(&mut tx, agent.0, principal, today).await? >= principals_max {
        return Err(Refusal::new(
            "mandate/too-many",
            format!("每位服務代理人至多受{principals_max}人委任。"),
            format!("An agent acts for at most {principals_max} people."),
        )
        .field("code")
        .into());
    }
    store::take(&mut tx, id, agent, conflict, at).await?;
    event(&mut tx, at, "MandateTaken", PersonId(principal), id).await?;
    let taken = store::fetch(&mut tx, id).await?.ok_or_else(no_code)?;
    step_back(&mut tx, outside).await?;
    tx.commit().await?;
    Ok(taken)
}

fn no_code() -> Refusal {
    let zh = "代碼不正確、已使用或已失效，請向委任人確認。";
    let en = "The code is wrong, used or no longer good. Please ask whoever gave it to you.";
    Refusal::new("mandate/code", zh, en).field("code")
}

/// Whoever sees a mandate given must gain nothing by it: on line the principal chose, and the conflict is shown; before an officer nobody of
/// that office takes it up.
fn check_agent(offered: &store::Offered, agent: PersonId, conflict: bool) -> Result<(), Refusal> {
    if offered.witness == Some(agent.0) {
        let (zh, en) = ("見證人不得為同一委任之代理人。", "Whoever witnessed a mandate does not take it up.");
        return Err(Refusal::new("mandate/agent-is-witness", zh, en).field("code"));
    }
    if offered.witness.is_some() && conflict {
        let zh = "臨櫃或書面之委任，不得由受理機關之人事人員擔任代理人；請委任人以憑證線上委任。";
        let en = "A personnel officer of the agency does not take up a mandate given there at a counter or on paper. \
                  The principal can give it on line, with the card.";
        return Err(Refusal::new("mandate/conflict", zh, en).field("code"));
    }
    Ok(())
}

/// The principal confirms, in a session opened by card, a mandate that was given before an officer: from now on it reaches what it is about
/// at every agency. False if there is nothing to confirm.
///
/// # Errors
/// When the database refuses.
pub async fn confirm_mandate(
    db: &Db,
    mandate: &Mandate,
    principal: PersonId,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let mut tx = db.begin().await?;
    let done = store::confirm(&mut tx, mandate.id, principal, at).await?;
    if done {
        event(&mut tx, at, "MandateConfirmed", principal, mandate.id).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// The principal lets a mandate go on for as long as it was given, from today. False if it is not theirs or was revoked.
///
/// # Errors
/// When the database refuses.
pub async fn renew_mandate(
    db: &Db,
    mandate: &Mandate,
    principal: PersonId,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let mut tx = db.begin().await?;
    let done = store::renew(&mut tx, mandate.id, principal, office_date(at)).await?;
    if done {
        event(&mut tx, at, "MandateRenewed", principal, mandate.id).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// A mandate is taken back, at once: by the principal, or by an officer whom the principal calls. False if it was before.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_mandate(db: &Db, mandate: &Mandate, by: PersonId, at: OffsetDateTime) -> Result<bool, DbError> {
    let mut tx = db.begin().await?;
    let done = store::revoke(&mut tx, mandate.id, by, at).await?;
    if done {
        event(&mut tx, at, "MandateRevoked", mandate.principal.0, mandate.id).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// Mandates whose principals are to be told that they are about to end, or have ended, and were not told yet; they are locked for this
/// transaction. One for less time than the notice is told of only when it is over.
///
/// # Errors
/// When the database is away.
pub async fn mandates_to_tell(tx: &mut Tx, now: OffsetDateTime) -> Result<Vec<Mandate>, DbError> {
    let today = office_date(now);
    store::to_tell(tx, today, today + Duration::days(NOTICE_DAYS), today - Duration::days(AFTER_DAYS)).await
}

/// The principal was told how it stands with a mandate today.
///
/// # Errors
/// When the database refuses.
pub async fn told_of_mandate(tx: &mut Tx, mandate: &Mandate, now: OffsetDateTime) -> Result<(), DbError> {
    store::told(tx, mandate.id, mandate.until_on, mandate.until_on <= office_date(now)).await
}

/// Lets each agent act for so many people from now on; who acts for more already goes on. False if it is not between 1 and 1000.
///
/// # Errors
/// When the database refuses.
pub async fn allow_principals(db: &Db, most: i64) -> Result<bool, DbError> {
    if !(1..=PRINCIPALS_MAX).contains(&most) {
        return Ok(false);
    }
    store::principals_max_set(db.pool(), most).await?;
    Ok(true)
}

/// The mandates somebody gave, newest first.
///
/// # Errors
/// When the database is away.
pub async fn mandates_of_principal(db: &Db, principal: PersonId) -> Result<Vec<Mandate>, DbError> {
    store::of_principal(&mut db.begin().await?, principal).await
}

/// The mandates somebody took up, newest first.
///
/// # Errors
/// When the database is away.
pub async fn mandates_of_agent(db: &Db, agent: PersonId) -> Result<Vec<Mandate>, DbError> {
    store::of_agent(&mut db.begin().await?, agent).await
}

/// The mandates given by people of agencies, newest first.
///
/// # Errors
/// When the database is away.
pub async fn mandates_of_agencies(db: &Db, agencies: &[AgencyCode]) -> Result<Vec<Mandate>, DbError> {
    let agencies: Vec<String> = agencies.iter().map(ToString::to_string).collect();
    store::of_agencies(&mut db.begin().await?, &agencies).await
}

/// What agents did for somebody, newest first.
///
/// # Errors
/// When the database is away.
pub async fn mandate_acts(db: &Db, principal: PersonId) -> Result<Vec<MandateAct>, DbError> {
    store::acts(&mut db.begin().await?, principal).await
}

/// What row security lets an agent reach under a mandate for a topic: the principal's own rows, of one agency where the mandate is limited
/// to it, and nothing else; none if the mandate does not count or is not about it.
#[must_use]
pub fn agent_reach(actor: &Actor, mandate: i64, topic: Topic) -> Option<(AgentFor, db::Reach)> {
    let agent = actor.mandates.iter().find(|agent| agent.mandate == mandate)?;
    let hat = decide(Some(actor), topic.action(), Scope::Person(agent.principal, None));
    let Decision::Permit(Hat::Agent(_)) = hat else { return None };
    if !agent.powers.contains(&topic.action()) {
        return None;
    }
    let within = agent.within.map(|agency| agency.to_string());
    Some((agent.clone(), db::Reach { own: Some(agent.principal.0), within, ..db::Reach::default() }))
}

/// Reports to the principal what an agent is about to see or do; without this it is not shown or done.
///
/// # Errors
/// When the database refuses.
pub async fn act_for(
    db: &Db,
    agent: (PersonId, &AgentFor),
    topic: Topic,
    what: &str,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    let (person, AgentFor { mandate, principal, .. }) = agent;
    let mut tx = db.begin().await?;
    store::act_insert(&mut tx, (*mandate, *principal, person), topic, what, at).await?;
    event(&mut tx, at, "AgentActed", *principal, *mandate).await?;
    tx.commit().await?;
    Ok(())
}
