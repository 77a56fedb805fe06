//! Drafting a change of an issued order: 更正, 撤銷, 廢止, 註銷.

use super::lifecycle::remark;
use super::rows::Typed;
use super::upload::facts;
use crate::award_check::{CheckedRow, RawRow, check};
use crate::error::{no_case, refuse};
use crate::model::{AwardRow, Change};

use crate::{PersonnelError, store};
use codes::AwardResult;
use db::{Db, Tx};
use kernel::{AgencyCode, CaseId, OrderId, PersonId, Refusal, office_date, roc};
use orders::Amendment;
use std::collections::BTreeSet;
use time::{Date, OffsetDateTime};

/// What an officer wants to do to an order.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// The order.
    pub order: OrderId,
    /// How it is changed.
    pub amendment: Amendment,
    /// Why.
    pub reason: String,
    /// Since when the authority knows the ground; asked for 撤銷 and 廢止.
    pub known_on: Option<Date>,
    /// From which day a repeal counts.
    pub effective_on: Option<Date>,
    /// The row as corrected, for 更正.
    pub corrected: Option<[String; 16]>,
}

/// Drafts the case of a change. It then goes its way like any case: 更正 and 註銷 to the head, 撤銷 and 廢止 over the committee.
///
/// # Errors
/// Refusals: no such order, its standing does not allow it, too late (行政程序法 §121, §124), a change is under way already.
pub async fn draft_change(
    db: &Db,
    officer: PersonId,
    scope: &BTreeSet<AgencyCode>,
    new: &NewChange,
    now: OffsetDateTime,
) -> Result<Typed, PersonnelError> {
    let Some(order) = orders::order(db, new.order).await?.filter(|order| scope.contains(&order.agency)) else {
        return refuse(no_case());
    };
    orders::amend(orders::standing(db, new.order).await?, new.amendment)?;
    let change = check_change(new, office_date(now))?;
    let mut tx = db.begin().await?;
    let Some(old) = row_of(&mut tx, new.order).await? else { return refuse(no_case()) };
    let row = match &new.corrected {
        Some(cells) if new.amendment == Amendment::Correct => {
            match corrected(db, scope, &old, cells.clone(), now).await? {
                Ok(row) => row,
                Err(findings) => return Ok(Typed::Faulty(findings)),
            }
        }
        _ => unchanged(&old, order.agency)?,
    };
    let batch = store::batch_insert(&mut tx, officer, new.amendment.code(), now).await?;
    let case = store::case_insert(&mut tx, batch, &order.agency, Some(&change)).await.map_err(|error| {
        if db::is_unique_violation(&error, Some("award_case_amends")) {
            already().into()
        } else {
            PersonnelError::from(error)
        }
    })?;
    store::rows_copy(&mut tx, case, &[&row]).await?;
    let payload = serde_json::json!({ "order": new.order.to_string(), "amendment": new.amendment.code() });
    db::event(&mut tx, now, "OrderChangeDrafted", &case.to_string(), &payload).await?;
    tx.commit().await?;
    Ok(Typed::Kept(case))
}

fn already() -> Refusal {
    Refusal::new("personnel/change-under-way", "此令已有變更案辦理中。", "A change of this order is under way already.")
}

fn check_change(new: &NewChange, today: Date) -> Result<Change, Refusal> {
    let reason = remark(&new.reason, "reason")?;
    let timed = matches!(new.amendment, Amendment::Revoke | Amendment::Repeal);
    if timed {
        check_time(new.amendment, new.known_on, today)?;
    }
    if new.amendment == Amendment::Repeal && new.effective_on.is_none() {
        return Err(Refusal::new(
            "personnel/effective-day",
            "請填寫廢止生效日期。",
            "Please give the day from which the repeal counts.",
        )
        .field("effective_on"));
    }
    Ok(Change {
        order: new.order,
        amendment: new.amendment,
        reason,
        known_on: new.known_on.filter(|_| timed),
        effective_on: new.effective_on.filter(|_| new.amendment == Amendment::Repeal),
    })
}

/// 撤銷 and 廢止 are possible within two years of knowing the ground (行政程序法 §121 I, §124).
fn check_time(amendment: Amendment, known_on: Option<Date>, today: Date) -> Result<(), Refusal> {
    let Some(known_on) = known_on.filter(|day| *day <= today) else {
        return Err(Refusal::new(
            "personnel/known-day",
            "請填寫知悉原因之日期（不得晚於今日）。",
            "Please give the day on which the ground became known, not in the future.",
        )
        .field("known_on"));
    };
    let months = statute::months(statute::REVOCATION_MONTHS, today).map_err(|_| {
        Refusal::new(
            "personnel/law-not-loaded",
            "撤銷期限之法規資料尚未載入。",
            "The period for revocation is not loaded.",
        )
    })?;
    let last = codes::office_calendar().last_day_of_months(known_on, months.value);
    if today > last.on {
        return Err(Refusal::new(
            "personnel/too-late",
            format!("已逾得辦理之期間（至{}止）。", roc::long(last.on)),
            format!("The period for this ended on {}.", last.on),
        )
        .field("known_on")
        .cite(match amendment {
            Amendment::Revoke => months.citation,
            _ => statute::Act::A0030055.article(124),
        }));
    }
    Ok(())
}

/// The award that an order was issued for; none if there is no such order.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn award_of(db: &Db, order: OrderId) -> Result<Option<AwardRow>, PersonnelError> {
    row_of(&mut db.begin().await?, order).await
}

async fn row_of(tx: &mut Tx, order: OrderId) -> Result<Option<AwardRow>, PersonnelError> {
    let Some((row, case)) = store::row_of_order(tx, order).await? else { return Ok(None) };
    let rows = store::rows_fetch(tx, CaseId(case), false).await?;
    Ok(rows.into_iter().find(|found| found.id.0 == row))
}

fn unchanged(old: &AwardRow, agency: AgencyCode) -> Result<CheckedRow, Refusal> {
    Ok(CheckedRow {
        line: 1,
        person: old.person.id,
        agency,
        reason: old.reason.clone(),
        outcome: AwardResult::parse(&old.outcome)?,
        category: old.category.clone(),
        details: old.details.clone(),
    })
}

/// The corrected row, checked like any row; it may repeat what the order it corrects says, and must be about the same person.
async fn corrected(
    db: &Db,
    scope: &BTreeSet<AgencyCode>,
    old: &AwardRow,
    cells: [String; 16],
    now: OffsetDateTime,
) -> Result<Result<CheckedRow, Vec<crate::Finding>>, PersonnelError> {
    let raw = RawRow { line: 1, cells };
    let rows = std::slice::from_ref(&raw);
    let mut facts = facts(db, rows, scope, office_date(now)).await?;
    facts.known.remove(&(old.person.id, old.category.clone(), old.reason.clone()));
    let (checked, findings) = check(rows, &facts);
    match checked.into_iter().next() {
        Some(row) if row.person != old.person.id => refuse(Refusal::new(
            "personnel/other-person",
            "更正不得改為他人；如核定對象有誤，請撤銷原令後另行核定。",
            "A correction cannot be about another person; please revoke the order and issue a new one.",
        )),
        Some(row) => Ok(Ok(row)),
        None => Ok(Err(findings)),
    }
}
