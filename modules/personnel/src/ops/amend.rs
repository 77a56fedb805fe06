//! Drafting a change of an issued order: 更正, 撤銷, 廢止, 註銷.

use super::lifecycle::remark;
use super::rows::Typed;
use super::upload::known;
use crate::award_check::{CheckedRow, Facts, RawRow, check};
use crate::error::{no_case, refuse};
use crate::finding::Finding;
use crate::model::{AwardRow, Change, Details, Person};
use crate::{PersonnelError, rows, store};
use codes::AwardResult;
use db::{Db, Tx};
use kernel::{AgencyCode, CaseId, OrderId, PersonId, Refusal, office_date, roc, same_name};
use orders::{Amendment, Family, Issued, field};
use statute::Act;
use std::collections::{BTreeSet, HashMap};
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
    /// The day from which the time to do it runs, where there is one (see [`time_limit`]): since when the authority knows the ground of
    /// 撤銷, or on which the ground of 廢止 of an award arose.
    pub known_on: Option<Date>,
    /// From which day a repeal counts: the day of issue or later (行政程序法 §125).
    pub effective_on: Option<Date>,
    /// The row as corrected, for 更正. Who it is about, the outcome and the category stay; name and agency are taken from the order.
    pub corrected: Option<[String; 16]>,
}

/// Drafts the case of a change. It then goes its way like any case: 更正 and 註銷 to the head, 撤銷 and 廢止 over the committee.
///
/// # Errors
/// Refusals: no such order, it only takes another one back, its standing does not allow it, too late (行政程序法 §121, §124), a repeal
/// from a day gone by (§125), no obvious slip (§101), a change is under way already.
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
    orders::intact(&order)?;
    orders::changeable(order.amends.map(|(_, own)| own))?;
    orders::amend(orders::standing(db, new.order).await?, new.amendment)?;
    let today = office_date(now);
    let change = check_change(new, &order, today)?;
    let mut tx = db.begin().await?;
    // Whoever erases the order holds the same lock: either the draft is seen there, or the erasure is seen here.
    store::agencies_lock(&mut tx, &BTreeSet::from([order.agency])).await?;
    orders::order_in(&mut tx, new.order).await?.as_ref().map_or(Ok(()), orders::intact)?;
    let Some(old) = row_of(&mut tx, new.order).await? else { return refuse(no_case()) };
    let row = if new.amendment == Amendment::Correct {
        let (checked, findings) = corrected(&mut tx, &order, &old, new.corrected.clone(), today).await?;
        match checked.into_iter().next() {
            Some(row) => row,
            None => return Ok(Typed::Faulty(findings)),
        }
    } else {
        unchanged(&old, order.agency)?
    };
    let batch = store::batch_insert(&mut tx, officer, new.amendment.code(), now).await?;
    let case = store::case_insert(&mut tx, batch, &order.agency, Some(&change)).await.map_err(|error| {
        if db::is_unique_violation(&error, Some("award_case_amends")) {
            already().into()
        } else {
            PersonnelError::from(error)
        }
    })?;
    rows::store::rows_copy(&mut tx, case, &[&row]).await?;
    let payload = serde_json::json!({ "order": new.order.to_string(), "amendment": new.amendment.code() });
    db::event(&mut tx, now, "OrderChangeDrafted", &case.to_string(), &payload).await?;
    tx.commit().await?;
    Ok(Typed::Kept(case))
}

fn already() -> Refusal {
    Refusal::new("personnel/change-under-way", "此令已有變更案辦理中。", "A change of this order is under way already.")
}

fn check_change(new: &NewChange, order: &Issued, today: Date) -> Result<Change, Refusal> {
    let change = Change {
        order: new.order,
        amendment: new.amendment,
        reason: remark(&new.reason, "reason")?,
        known_on: new.known_on.filter(|_| time_limit(new.amendment, order.family).is_some()),
        effective_on: new.effective_on.filter(|_| new.amendment == Amendment::Repeal),
    };
    check_time(&change, order.family, today)?;
    Ok(change)
}

/// The months within which a change must be made, as a key of [`statute::months`]; none where the law sets no time. They run from
/// knowing the ground of 撤銷 (行政程序法 §121 I), and from the day the ground of 廢止 of an award arose (§124, which speaks of §123 only:
/// a penalty may be repealed at any time, §122).
#[must_use]
pub const fn time_limit(amendment: Amendment, family: Family) -> Option<&'static str> {
    match (amendment, family) {
        (Amendment::Revoke, _) => Some(statute::REVOCATION_MONTHS),
        (Amendment::Repeal, Family::Award) => Some(statute::REPEAL_MONTHS),
        (Amendment::Repeal, Family::Penalty) | (Amendment::Correct | Amendment::Cancel, _) => None,
    }
}

/// Whether a change can still be made today: asked when it is drafted, and again when it is approved.
///
/// # Errors
/// Refusals: no or a future day from which the time runs, too late, a repeal from no day or from a day gone by.
pub(crate) fn check_time(change: &Change, family: Family, today: Date) -> Result<(), Refusal> {
    if let Some(limit) = time_limit(change.amendment, family) {
        check_limit(limit, change, today)?;
    }
    match change.effective_on {
        _ if change.amendment != Amendment::Repeal => Ok(()),
        None => Err(Refusal::new(
            "personnel/effective-day",
            "請填寫廢止生效日期。",
            "Please give the day from which the repeal counts.",
        )
        .field("effective_on")),
        Some(day) if day < today => Err(Refusal::new(
            "personnel/effective-past",
            "廢止自廢止時或指定較後之日起失其效力，生效日期不得早於發文日期。",
            "A repeal counts from the day it is made or a later one; the day cannot lie before the day of issue.",
        )
        .field("effective_on")
        .cite(Act::A0030055.article(125))),
        Some(_) => Ok(()),
    }
}

fn check_limit(limit: &str, change: &Change, today: Date) -> Result<(), Refusal> {
    let Some(from) = change.known_on.filter(|day| *day <= today) else { return Err(no_day(change.amendment)) };
    let months = statute::months(limit, today).map_err(|_| {
        Refusal::new(
            "personnel/law-not-loaded",
            "撤銷、廢止期限之法規資料尚未載入。",
            "The period for revocation or repeal is not loaded.",
        )
    })?;
    let last = codes::office_calendar().last_day_of_months(from, months.value);
    if today <= last.on {
        return Ok(());
    }
    Err(Refusal::new(
        "personnel/too-late",
        format!("已逾得辦理之期間（至{}止）。", roc::long(last.on)),
        format!("The period for this ended on {}.", last.on),
    )
    .field("known_on")
    .cite(months.citation))
}

fn no_day(amendment: Amendment) -> Refusal {
    let (zh, en) = match amendment {
        Amendment::Repeal => (
            "請填寫廢止原因發生之日期（不得晚於今日）。",
            "Please give the day on which the ground arose, not in the future.",
        ),
        _ => (
            "請填寫知悉原因之日期（不得晚於今日）。",
            "Please give the day on which the ground became known, not in the future.",
        ),
    };
    Refusal::new("personnel/known-day", zh, en).field("known_on")
}

/// The award that an order was issued for; none if there is no such order.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn award_of(db: &Db, order: OrderId) -> Result<Option<AwardRow>, PersonnelError> {
    row_of(&mut db.begin().await?, order).await
}

/// Whether nothing that is still going on stands against erasing an order. Until the transaction ends, no change of an order of this
/// agency is drafted.
///
/// # Errors
/// Refusals: a change of the order is under way, the committee has yet to confirm what was issued first.
pub async fn may_erase(tx: &mut Tx, order: &Issued) -> Result<(), PersonnelError> {
    store::agencies_lock(tx, &BTreeSet::from([order.agency])).await?;
    if rows::store::change_is_open(tx, order.id).await? {
        return refuse(already());
    }
    if rows::store::confirmation_is_due(tx, order.id).await? {
        return refuse(Refusal::new(
            "personnel/not-confirmed",
            "此令係先行發布，尚待考績委員會追認，不得銷毀其內容。",
            "This order was issued first and the committee has yet to confirm it, so it cannot be erased.",
        ));
    }
    Ok(())
}

/// Destroys the award behind an order whose content is destroyed, in the same transaction: the row of its case and the record it made,
/// and drafts that were given up and repeat it.
///
/// # Errors
/// When the database is away.
pub async fn erase_award(tx: &mut Tx, order: OrderId) -> Result<(), PersonnelError> {
    let nothing = serde_json::to_string(&Details::default()).expect("texts are JSON");
    Ok(rows::store::row_erase(tx, order, &nothing).await?)
}

pub(crate) async fn row_of(tx: &mut Tx, order: OrderId) -> Result<Option<AwardRow>, PersonnelError> {
    let Some((row, case)) = rows::store::row_of_order(tx, order).await? else { return Ok(None) };
    let rows = rows::store::rows_fetch(tx, CaseId(case), false).await?;
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

/// The corrected row, checked like any row, but against the order it corrects: the person as that order names them, wherever they serve
/// by now. It may repeat what the order says elsewhere, but not all of it.
///
/// # Errors
/// Refusals: another person, another outcome or category, no corrected text, nothing corrected.
pub(crate) async fn corrected(
    tx: &mut Tx,
    order: &Issued,
    old: &AwardRow,
    cells: Option<[String; 16]>,
    today: Date,
) -> Result<(Vec<CheckedRow>, Vec<Finding>), PersonnelError> {
    let Some(mut cells) = cells else { return refuse(nothing_corrected()) };
    check_obvious(order, old, &cells)?;
    let name = order.text(field::RECIPIENT).to_owned();
    cells[1].clone_from(&name);
    order.agency.as_str().clone_into(&mut cells[2]);
    store::agencies_lock(tx, &BTreeSet::from([order.agency])).await?;
    let scope = BTreeSet::from([order.agency]);
    let mut known = known(tx, &[old.person.id.0], &scope, today).await?;
    known.remove(&(old.person.id, order.agency, old.category.clone(), old.reason.clone()));
    let person = Person { name, agency: order.agency, ..old.person.clone() };
    let facts = Facts {
        people: HashMap::from([(cells[0].clone(), vec![person])]),
        agencies: HashMap::from([(order.agency, (order.text(field::ISSUING_AGENCY).to_owned(), false))]),
        scope,
        known,
    };
    let (checked, findings) = check(&[RawRow { line: 1, cells }], &facts);
    if checked.iter().any(|row| row.reason == old.reason && row.details == old.details) {
        return refuse(nothing_corrected());
    }
    Ok((checked, findings))
}

/// 更正 is for what is obviously a slip (誤寫、誤算, 行政程序法 §101): who gets what is none.
fn check_obvious(order: &Issued, old: &AwardRow, cells: &[String; 16]) -> Result<(), Refusal> {
    let names = [order.text(field::RECIPIENT), old.person.name.as_str()];
    let is_same_name = cells[1].is_empty() || names.iter().any(|name| same_name(name, &cells[1]));
    if cells[0] != old.person.national_id.as_str() || !is_same_name {
        return Err(Refusal::new(
            "personnel/other-person",
            "更正不得改為他人；如核定對象有誤，請撤銷原令後另行核定。",
            "A correction cannot be about another person; please revoke the order and issue a new one.",
        ));
    }
    if cells[5] != old.outcome || cells[7] != old.category {
        return Err(Refusal::new(
            "personnel/other-outcome",
            "更正限於誤寫、誤算等顯然錯誤，不得改變獎懲結果或獎懲類別；請撤銷原令後另行核定。",
            "Only obvious slips may be corrected, not the outcome or the category; please revoke the order and issue a new one.",
        )
        .cite(Act::A0030055.article(101).paragraph(1)));
    }
    Ok(())
}

fn nothing_corrected() -> Refusal {
    Refusal::new(
        "personnel/nothing-corrected",
        "請填寫更正後之內容；更正後之內容與原令相同時，無須更正。",
        "Please give the text as corrected; it must differ from what the order says.",
    )
}
