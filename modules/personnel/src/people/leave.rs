//! When somebody leaves an agency, and the question whether they did.

use super::store;
use crate::PersonnelError;
use crate::error::refuse;
use crate::model::Person;
use db::{Db, DbError, Tx, step_back, step_out};
use kernel::{AgencyCode, PersonId, Refusal, office_date};
use time::{Date, OffsetDateTime};

/// Most people of the list of those who arrived elsewhere.
const ELSEWHERE_MAX: i64 = 500;

/// Who serves at these agencies although another agency has taken them in since: their officers should say when they left, or that they
/// did not. Longest waiting first, 500 at most. Which agency it was is not told.
///
/// # Errors
/// When the database is away.
pub async fn arrived_elsewhere(db: &Db, agencies: &[AgencyCode]) -> Result<Vec<Person>, PersonnelError> {
    let codes: Vec<String> = agencies.iter().map(|code| code.as_str().to_owned()).collect();
    Ok(store::people_elsewhere(&mut db.begin().await?, &codes, ELSEWHERE_MAX).await?)
}

/// Ends somebody's entry: `left_on` is the first day on which they no longer serve at the agency. What they may do there ends in the same
/// transaction, which is why the caller brings it.
///
/// # Errors
/// Refusals: nobody who serves there, a day to come, a day before they arrived.
pub async fn leave(
    tx: &mut Tx,
    agency: &AgencyCode,
    person: PersonId,
    left_on: Date,
    now: OffsetDateTime,
) -> Result<(), PersonnelError> {
    let Some(arrived_on) = store::entry_lock(tx, agency, person).await? else { return refuse(not_here()) };
    if left_on > office_date(now) {
        return refuse(
            Refusal::new(
                "people/leaves-later",
                "離職日期晚於今日，請於離職當日或之後登錄。",
                "The day is still to come. Please enter it on the day itself or afterwards.",
            )
            .field("left_on"),
        );
    }
    if arrived_on.is_some_and(|arrived| left_on < arrived) {
        return refuse(
            Refusal::new(
                "people/leaves-before-arrival",
                "離職日期早於到職日期，請確認。",
                "The day is before the day of arrival. Please check it.",
            )
            .field("left_on"),
        );
    }
    store::entry_end(tx, agency, person, left_on).await?;
    let payload = serde_json::json!({ "agency": agency.as_str(), "left_on": left_on.to_string() });
    db::event(tx, now, "PersonLeft", &person.to_string(), &payload).await?;
    Ok(())
}

/// Whether somebody serves at an agency. If so, it stays so until the transaction ends: what is given because of it is given in the same one.
///
/// # Errors
/// When the database is away.
pub async fn serves(tx: &mut Tx, agency: &AgencyCode, person: PersonId) -> Result<bool, DbError> {
    let outside = step_out(tx).await?;
    let serves = store::entry_hold(tx, agency, person).await?;
    step_back(tx, outside).await?;
    Ok(serves)
}

/// Says that somebody who was taken in elsewhere still serves at the agency too.
///
/// # Errors
/// Refused when that is not asked of them.
pub async fn stay(
    tx: &mut Tx,
    agency: &AgencyCode,
    person: PersonId,
    now: OffsetDateTime,
) -> Result<(), PersonnelError> {
    if !store::entry_stays(tx, agency, person).await? {
        return refuse(not_here());
    }
    let payload = serde_json::json!({ "agency": agency.as_str() });
    db::event(tx, now, "PersonStays", &person.to_string(), &payload).await?;
    Ok(())
}

fn not_here() -> Refusal {
    Refusal::new(
        "people/not-serving",
        "此員目前不在本機關任職，或已由他人處理，請重新整理。",
        "This person does not serve at the agency now, or somebody else dealt with it. Please reload the page.",
    )
}
