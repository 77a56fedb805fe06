//! Naming deputies, entering leave, starting and ending by hand.

use super::decide::{NamingFacts, may_bring_about, may_name, own_turn, standing, warnings};
use super::model::{Absence, AbsenceKind, Duty, DutyFile, Standing, Warning};
use super::store;
use crate::{ActingFor, Action, Actor, Office, powers_of};
use db::{Db, DbError, Tx, step_back, step_out};
use kernel::{AgencyCode, PersonId, Refusal};
use time::{Date, Duration, OffsetDateTime};

/// Most deputies of one duty.
const DEPUTIES_MAX: usize = 9;
/// Longest period of leave or of deputising with an end, in days.
const DAYS_MAX: i64 = 1_096;
/// Most characters of a reason, which stands behind a name on orders.
const REASON_CHARS_MAX: usize = 10;

/// Why something about deputies did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DeputyError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// We could not ask the database.
    #[error("the tables of deputies cannot be read or written")]
    Store(#[from] DbError),
}

fn refuse<T>(refusal: Refusal) -> Result<T, DeputyError> {
    Err(DeputyError::Refused(refusal))
}

/// The deputised offices of a person on a day, each with the powers handed over.
pub(crate) async fn deputised(db: &Db, person: i64, day: Date) -> Result<Vec<Office>, DbError> {
    let ids = store::offices_deputised(db.pool(), person, day).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = db.begin().await?;
    let files = files(&mut tx, &ids, day).await?;
    Ok(files.iter().filter_map(|file| office_as(file, PersonId(person), day)).collect())
}

/// The office as a deputy exercises it, if it is that deputy's turn.
fn office_as(file: &DutyFile, person: PersonId, day: Date) -> Option<Office> {
    let Standing::Deputy(deputy, absence) = standing(file, day) else { return None };
    let acting_for = ActingFor {
        person: file.duty.principal,
        name: file.duty.name.clone(),
        powers: deputy.powers.clone(),
        outcomes: deputy.outcomes.clone(),
        absence,
    };
    (deputy.person == person).then(|| Office { acting_for: Some(acting_for), ..file.duty.office.clone() })
}

/// Duties with all that decides on a day. Found by number: what the reader reaches was decided when the numbers were found, and whether a
/// deputy from elsewhere is away decides here too.
async fn files(tx: &mut Tx, ids: &[i64], day: Date) -> Result<Vec<DutyFile>, DbError> {
    let outside = step_out(tx).await?;
    let duties = store::duties(tx, ids).await?;
    let deputies = store::deputies(tx, ids).await?;
    let started = store::deputisings(tx, ids, day).await?;
    let absences = store::absences_for(tx, ids, day).await?;
    step_back(tx, outside).await?;
    let file = |duty: Duty| {
        let deputies: Vec<_> =
            deputies.iter().filter(|(office, _)| *office == duty.id).map(|(_, deputy)| deputy.clone()).collect();
        let started = started.iter().filter(|(office, _)| *office == duty.id).map(|(_, one)| one.clone()).collect();
        let absences = absences.iter().filter(|(office, _)| *office == duty.id).map(|(_, one)| one.clone()).collect();
        DutyFile { deputies, started, absences, duty }
    };
    Ok(duties.into_iter().map(file).collect())
}

/// The duties of agencies on a day, with their deputies.
///
/// # Errors
/// When the database is away.
pub async fn duties(db: &Db, agencies: &[AgencyCode], day: Date) -> Result<Vec<DutyFile>, DbError> {
    let agencies: Vec<String> = agencies.iter().map(ToString::to_string).collect();
    let mut tx = db.begin().await?;
    let ids = store::offices_of(&mut tx, &agencies, day).await?;
    files(&mut tx, &ids, day).await
}

/// One duty of these agencies; none if there is no such duty on that day.
///
/// # Errors
/// When the database is away.
pub async fn duty(db: &Db, agencies: &[AgencyCode], id: i64, day: Date) -> Result<Option<DutyFile>, DbError> {
    Ok(duties(db, agencies, day).await?.into_iter().find(|file| file.duty.id == id))
}

/// A deputy to be named.
#[derive(Clone, Copy, Debug)]
pub struct NewDeputy<'a> {
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: &'a str,
    /// What of the office may be exercised.
    pub powers: &'a [Action],
    /// Codes of award results that may be approved; none is all.
    pub outcomes: Option<&'a [String]>,
}

/// What is known of a person who might be named for a duty. Whether the person has a post in the agency is for the caller to say.
///
/// # Errors
/// When the database is away.
pub async fn naming_facts(
    tx: &mut Tx,
    duty: &Duty,
    person: PersonId,
    serves_here: bool,
    day: Date,
) -> Result<NamingFacts, DbError> {
    let outside = step_out(tx).await?;
    let roles_here = store::roles_here(tx, person, duty.office.reach.agency().as_str(), day).await?;
    let (acts_for_another, circular, has_card) = store::naming_marks(tx, person, duty, day).await?;
    step_back(tx, outside).await?;
    Ok(NamingFacts { serves_here, has_card, roles_here, acts_for_another, circular })
}

/// Names a deputy as the last in order. The warnings that were kept come back.
///
/// # Errors
/// Refusals: oneself, the holder of the office, named already, too many, powers the office has not or that are never handed over, a duty
/// that reaches further than whoever names.
pub async fn name_deputy(
    db: &Db,
    file: &DutyFile,
    new: &NewDeputy<'_>,
    serves_here: bool,
    (by, at): (&Actor, OffsetDateTime),
) -> Result<Vec<Warning>, DeputyError> {
    let duty = &file.duty;
    may_name(by, duty, new.person)?;
    check_naming(file, new)?;
    let mut tx = db.begin().await?;
    let facts = naming_facts(&mut tx, duty, new.person, serves_here, kernel::office_date(at)).await?;
    let odd = warnings(duty.office.role, &facts);
    if !store::deputy_insert(&mut tx, duty, new, &odd, by.person, at).await? {
        return refuse(named_already());
    }
    let codes: Vec<&str> = odd.iter().map(|warning| warning.code()).collect();
    event(
        &mut tx,
        "DeputyNamed",
        duty,
        at,
        &serde_json::json!({ "deputy": new.person.to_string(), "warnings": codes }),
    )
    .await?;
    tx.commit().await?;
    Ok(odd)
}

fn check_naming(file: &DutyFile, new: &NewDeputy<'_>) -> Result<(), Refusal> {
    if new.person == file.duty.principal {
        let (zh, en) = ("代理人不得為本人。", "Nobody is a deputy of themselves.");
        return Err(Refusal::new("deputy/self", zh, en).field("person"));
    }
    if file.deputies.iter().any(|deputy| deputy.person == new.person) {
        return Err(named_already());
    }
    if file.deputies.len() >= DEPUTIES_MAX {
        return Err(Refusal::new(
            "deputy/too-many",
            format!("每一職務之代理人以{DEPUTIES_MAX}人為限。"),
            format!("A duty has at most {DEPUTIES_MAX} deputies."),
        )
        .field("person"));
    }
    let may = powers_of(file.duty.office.role);
    if new.powers.is_empty() || new.powers.iter().any(|power| !may.contains(power)) {
        let (zh, en) = ("請至少選擇一項可代理之權限。", "Please choose what the deputy may do.");
        return Err(Refusal::new("deputy/powers", zh, en).field("powers"));
    }
    Ok(())
}

fn named_already() -> Refusal {
    Refusal::new("deputy/named", "此人已是本職務之代理人。", "This person is a deputy of this duty already.")
        .field("person")
}

async fn event(
    tx: &mut Tx,
    kind: &'static str,
    duty: &Duty,
    at: OffsetDateTime,
    more: &serde_json::Value,
) -> Result<(), DbError> {
    let agency = duty.office.reach.agency();
    let payload = serde_json::json!({ "role": duty.office.role.code(), "agency": agency.as_str(), "more": more });
    db::event(tx, at, kind, &duty.principal.to_string(), &payload).await
}

/// Ends a deputy's naming at once. False if there is none of this number.
///
/// # Errors
/// Refused: a deputy who takes away another one. Failed: the database refuses.
pub async fn end_deputy(
    db: &Db,
    duty: &Duty,
    id: i64,
    (by, at): (PersonId, OffsetDateTime),
) -> Result<bool, DeputyError> {
    let mut tx = db.begin().await?;
    let deputies = store::deputies(&mut tx, &[duty.id]).await?;
    let gives_up = deputies.iter().any(|(_, deputy)| deputy.id == id && deputy.person == by);
    if !gives_up {
        may_bring_about(by, deputies.iter().map(|(_, deputy)| deputy))?;
    }
    let ended = store::deputy_end(&mut tx, duty.id, id, at).await?;
    if ended {
        event(&mut tx, "DeputyEnded", duty, at, &serde_json::json!({ "entry": id })).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Ends what ties somebody who left an agency to deputising: the deputies named for their offices there and what was started by hand for
/// these, and their own standing as deputy wherever they serve no longer. It counts at once; returns how many entries of deputies ended.
///
/// # Errors
/// When the database refuses.
pub async fn end_deputies_of(
    tx: &mut Tx,
    person: PersonId,
    (agency, left_on): (AgencyCode, Date),
    serving: &[AgencyCode],
    at: OffsetDateTime,
) -> Result<usize, DbError> {
    let serving: Vec<&str> = serving.iter().map(AgencyCode::as_str).collect();
    store::deputisings_end_of(tx, person, agency.as_str(), left_on).await?;
    let ended = store::deputies_end_of(tx, person, agency.as_str(), &serving, at).await?;
    for (office, entry, principal, agency) in &ended {
        let payload = serde_json::json!({ "agency": agency, "office": office, "entry": entry, "moved": true });
        db::event(tx, at, "DeputyEnded", &principal.to_string(), &payload).await?;
    }
    Ok(ended.len())
}

/// Moves a deputy one place forward. False if the deputy is not there or is the first.
///
/// # Errors
/// Refused: to a deputy of the duty. Failed: the database refuses.
pub async fn promote_deputy(
    db: &Db,
    duty: &Duty,
    id: i64,
    (by, at): (PersonId, OffsetDateTime),
) -> Result<bool, DeputyError> {
    let mut tx = db.begin().await?;
    let outside = step_out(&mut tx).await?;
    store::duty_lock(&mut tx, duty.id).await?;
    step_back(&mut tx, outside).await?;
    let deputies = store::deputies(&mut tx, &[duty.id]).await?;
    may_bring_about(by, deputies.iter().map(|(_, deputy)| deputy))?;
    let mut ids: Vec<i64> = deputies.into_iter().map(|(_, deputy)| deputy.id).collect();
    let Some(place) = ids.iter().position(|one| *one == id).filter(|place| *place > 0) else { return Ok(false) };
    ids.swap(place, place - 1);
    store::deputies_place(&mut tx, duty.id, &ids).await?;
    event(&mut tx, "DeputiesOrdered", duty, at, &serde_json::json!({ "order": ids })).await?;
    tx.commit().await?;
    Ok(true)
}

/// Leave to be entered.
#[derive(Clone, Copy, Debug)]
pub struct NewAbsence<'a> {
    /// Who is away.
    pub person: PersonId,
    /// The name.
    pub name: &'a str,
    /// Where the person serves.
    pub agency: &'a AgencyCode,
    /// Why.
    pub kind: AbsenceKind,
    /// First day away.
    pub from_on: Date,
    /// The day back.
    pub until_on: Date,
}

/// Enters leave. From the first day the person's offices are deputised, if deputies are named: all of them if the person entered it, those
/// of the agency and below it if somebody else did.
///
/// # Errors
/// Refusals: an end before the beginning, a period over before today or longer than three years, leave on the same days that the agency has
/// on file already; leave of somebody else by whoever would act meanwhile.
pub async fn enter_absence(db: &Db, new: &NewAbsence<'_>, by: PersonId, at: OffsetDateTime) -> Result<(), DeputyError> {
    check_period(new.from_on, Some(new.until_on), kernel::office_date(at))?;
    let mut tx = db.begin().await?;
    if by != new.person {
        let outside = step_out(&mut tx).await?;
        let gains = store::gains_by_leave(&mut tx, by, new.person).await?;
        step_back(&mut tx, outside).await?;
        if gains {
            return refuse(own_turn());
        }
    }
    if !store::absence_insert(&mut tx, new, by, at).await? {
        let (zh, en) = ("此期間與已登記之請假重疊。", "There is leave on file for some of these days.");
        return refuse(Refusal::new("deputy/overlap", zh, en).field("from_on"));
    }
    let payload = serde_json::json!({ "from": new.from_on.to_string(), "until": new.until_on.to_string() });
    db::event(&mut tx, at, "LeaveEntered", &new.person.to_string(), &payload).await?;
    tx.commit().await?;
    Ok(())
}

fn check_period(from_on: Date, until_on: Option<Date>, today: Date) -> Result<(), Refusal> {
    let Some(until) = until_on else { return Ok(()) };
    if until <= from_on || until <= today {
        let (zh, en) =
            ("迄日應在起日之後，且不得早於今日。", "The day back must be after the first day and not in the past.");
        return Err(Refusal::new("deputy/period", zh, en).field("until_on"));
    }
    if until - from_on > Duration::days(DAYS_MAX) {
        let (zh, en) = ("期間不得超過三年。", "A period is at most three years.");
        return Err(Refusal::new("deputy/long", zh, en).field("until_on"));
    }
    Ok(())
}

/// Ends leave on a day: the person is back. False if there is none of this number, or it is over.
///
/// # Errors
/// When the database refuses.
pub async fn end_absence(db: &Db, person: PersonId, id: i64, on: Date, at: OffsetDateTime) -> Result<bool, DbError> {
    let mut tx = db.begin().await?;
    let there = store::absences(&mut tx, &[person.0], on).await?.iter().any(|leave| leave.id == id);
    let ended = there && store::absence_end(&mut tx, id, on).await?;
    if ended {
        let payload = serde_json::json!({ "until": on.to_string() });
        db::event(&mut tx, at, "LeaveEnded", &person.to_string(), &payload).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// A person's leave that is not over.
///
/// # Errors
/// When the database is away.
pub async fn absences_of(db: &Db, person: PersonId, day: Date) -> Result<Vec<Absence>, DbError> {
    store::absences(&mut db.begin().await?, &[person.0], day).await
}

/// Leave of the people of agencies that is not over.
///
/// # Errors
/// When the database is away.
pub async fn absences_of_agencies(db: &Db, agencies: &[AgencyCode], day: Date) -> Result<Vec<Absence>, DbError> {
    let agencies: Vec<String> = agencies.iter().map(ToString::to_string).collect();
    store::absences_of_agencies(&mut db.begin().await?, &agencies, day).await
}

/// Deputising to be started by hand.
#[derive(Clone, Copy, Debug)]
pub struct NewDeputising<'a> {
    /// Why, as printed on orders.
    pub reason: &'a str,
    /// First day.
    pub from_on: Date,
    /// The day on which it no longer counts; none until it is ended.
    pub until_on: Option<Date>,
}

/// Starts deputising by hand.
///
/// # Errors
/// Refusals: no deputy named, no reason or too long a one, an end before the beginning, started already; to a deputy of the duty.
pub async fn start_deputising(
    db: &Db,
    file: &DutyFile,
    new: &NewDeputising<'_>,
    by: PersonId,
    at: OffsetDateTime,
) -> Result<(), DeputyError> {
    if file.deputies.is_empty() {
        let (zh, en) = ("請先指定代理人。", "Please name a deputy first.");
        return refuse(Refusal::new("deputy/nobody", zh, en));
    }
    may_bring_about(by, file.deputies.iter())?;
    if !(1..=REASON_CHARS_MAX).contains(&new.reason.trim().chars().count()) {
        return refuse(
            Refusal::new(
                "deputy/reason",
                format!("請填寫事由（{REASON_CHARS_MAX}字以內），例如「公出」；將印於代理核定之令。"),
                format!("Please give the reason in at most {REASON_CHARS_MAX} characters; it is printed on orders."),
            )
            .field("reason"),
        );
    }
    check_period(new.from_on, new.until_on, kernel::office_date(at))?;
    if !file.started.is_empty() {
        let (zh, en) = ("本職務已啟動代理，請先結束。", "Deputising was started already; please end it first.");
        return refuse(Refusal::new("deputy/started", zh, en));
    }
    let mut tx = db.begin().await?;
    store::deputising_insert(&mut tx, &file.duty, &NewDeputising { reason: new.reason.trim(), ..*new }, by, at).await?;
    event(&mut tx, "DeputisingStarted", &file.duty, at, &serde_json::json!({ "from": new.from_on.to_string() }))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Ends on a day what was started by hand. False if nothing was.
///
/// # Errors
/// When the database refuses.
pub async fn end_deputising(db: &Db, duty: &Duty, on: Date, at: OffsetDateTime) -> Result<bool, DbError> {
    let mut tx = db.begin().await?;
    let ended = store::deputising_end(&mut tx, duty.id, on).await?;
    if ended {
        event(&mut tx, "DeputisingEnded", duty, at, &serde_json::json!({ "until": on.to_string() })).await?;
    }
    tx.commit().await?;
    Ok(ended)
}
