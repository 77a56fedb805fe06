//! What the operator gives alone: everything before two people are there to give offices, and after that only in an emergency, on record.

use super::ops::{OfficeError, REASON_CHARS_MAX};
use super::store;
use crate::model::{Office, Role};
use crate::permission::{Action, role_may};
use db::{Db, DbError, Tx};
use kernel::{AgencyCode, PersonId, Refusal};
use time::{Date, OffsetDateTime};

/// Most entries shown at once.
const LINES_MAX: i64 = 200;

/// An office that one person gave alone where two could have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// Who received it.
    pub person: PersonId,
    /// Under which name.
    pub person_name: String,
    /// What.
    pub office: Office,
    /// Why.
    pub reason: String,
    /// When.
    pub given_at: OffsetDateTime,
}

/// Gives an office from a day on, as the operator does alone. False if the person holds it already.
///
/// # Errors
/// Refused: two people are there who can give it and no emergency is named; the reason is missing or too long. Failed: the database is
/// away.
pub async fn grant_alone(
    tx: &mut Tx,
    (person, name): (PersonId, &str),
    office: &Office,
    emergency: Option<&str>,
    (from_on, at): (Date, OffsetDateTime),
) -> Result<bool, OfficeError> {
    let reason = emergency.map(|words| checked(words.trim())).transpose().map_err(OfficeError::Refused)?;
    if reason.is_none() && others_can_give(tx, person, office, from_on).await? {
        return Err(OfficeError::Refused(by_two(office.role)));
    }
    if !crate::grant_office(tx, person, office, from_on, at).await? {
        return Ok(false);
    }
    if let Some(reason) = reason {
        let given = Emergency {
            person,
            person_name: name.to_owned(),
            office: office.clone(),
            reason: reason.to_owned(),
            given_at: at,
        };
        store::emergency_insert(tx, &given).await?;
        let payload = serde_json::json!({ "role": office.role.code(), "agency": office.reach.agency().as_str() });
        db::event(tx, at, "OfficeGivenInEmergency", &person.to_string(), &payload).await?;
    }
    Ok(true)
}

/// What was given in an emergency for these agencies, the newest first; at most 200.
///
/// # Errors
/// When the database is away.
pub async fn emergencies_at(db: &Db, agencies: &[AgencyCode]) -> Result<Vec<Emergency>, DbError> {
    store::emergency_list(&mut db.begin().await?, agencies, LINES_MAX).await
}

fn checked(reason: &str) -> Result<&str, Refusal> {
    match reason.chars().count() {
        1..=REASON_CHARS_MAX => Ok(reason),
        _ => Err(Refusal::new(
            "offices/emergency-reason",
            format!("請以1至{REASON_CHARS_MAX}字說明緊急授權之事由。"),
            format!("Say in 1 to {REASON_CHARS_MAX} characters what the emergency is."),
        )),
    }
}

/// Whether others can give the office: two people of the agency who sign in by card, one to propose and one to confirm, neither the
/// person who receives it. An operator is given by no agency; there it is that another operator is there, who would see the record.
async fn others_can_give(tx: &mut Tx, person: PersonId, office: &Office, on: Date) -> Result<bool, DbError> {
    if office.role == Role::Operator {
        return Ok(!store::card_holders_of(tx, Role::Operator, person, on).await?.is_empty());
    }
    let holders = store::card_holders_over(tx, office.reach.agency(), person, on).await?;
    let who =
        |action: Action| holders.iter().filter(move |(_, role)| role_may(*role, action)).map(|(person, _)| *person);
    Ok(who(Action::ProposeOffice).any(|first| who(Action::ConfirmOffice).any(|second| second != first)))
}

fn by_two(role: Role) -> Refusal {
    if role == Role::Operator {
        return Refusal::new(
            "offices/another-operator",
            "已有其他系統管理者；一人新增系統管理者須說明緊急事由（--emergency 事由），並留存紀錄。",
            "There is another operator. To add one alone, give the reason with --emergency REASON; it stays on record.",
        );
    }
    Refusal::new(
        "offices/by-two",
        "本機關已有二人可授予權限，請於「權限管理」提案並由第二人確認；緊急時須說明事由（--emergency 事由），並留存紀錄。",
        "Two people of this agency can give offices: one proposes under 權限管理 and another confirms. In an emergency give the reason \
         with --emergency REASON; it stays on record and is shown to the agency and to the person.",
    )
}
