//! The head's approval: prepared, signed with the card, sealed; the effect is written in the same transaction.

use super::lifecycle::{Seen, apply, lock};
use crate::error::refuse;
use crate::model::{AwardCase, AwardRow, CaseState, Command, Route};
use crate::paper::{Changed, paper};
use crate::{PersonnelError, store};
use db::{Db, Tx, Uuid};
use kernel::{OrderId, PersonId, Random, Refusal, office_date};
use orders::{Amendment, Batch, Issued, Numbering, Paper, Prepared};
use seal::keys::AgencyKeys;
use time::{Date, OffsetDateTime};

/// Prepares a case for the head's card. What is signed covers the rows as they are now.
///
/// # Errors
/// Refusals: not awaiting approval, no rows, no letterhead, changed meanwhile.
pub async fn prepare_approval(
    db: &Db,
    random: &dyn Random,
    seen: Seen,
    now: OffsetDateTime,
) -> Result<Prepared, PersonnelError> {
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    let (_, papers) = papers(db, &mut tx, &case, office_date(now)).await?;
    let prepared = orders::prepare(&mut tx, random, &case.reference(), &case.agency, &papers, now).await?;
    tx.commit().await?;
    Ok(prepared)
}

/// What the head's card answered.
pub struct Approval<'a> {
    /// The case as the head saw it.
    pub seen: Seen,
    /// One number each, or one for all.
    pub numbering: Numbering,
    /// Who approves, with the fingerprint of the card the person signed in with.
    pub approver: (PersonId, [u8; 32]),
    /// The card's answer.
    pub cms: &'a [u8],
    /// The authority's keys.
    pub keys: &'a AgencyKeys,
    /// When.
    pub now: OffsetDateTime,
}

/// Approves a case: seals its orders and writes their effect, or nothing. Of two approvals at once one wins and the other is told.
///
/// # Errors
/// Refusals of the case's state, of the card, and of what is no longer possible.
pub async fn approve(db: &Db, approval: &Approval<'_>) -> Result<Vec<Issued>, PersonnelError> {
    let mut tx = db.begin().await?;
    let mut case = lock(&mut tx, approval.seen).await?;
    let now = approval.now;
    let (rows, papers) = papers(db, &mut tx, &case, office_date(now)).await?;
    let confirm_by = confirm_by(&case, office_date(now))?;
    case.numbering = approval.numbering;
    let reference = case.reference();
    let agency = case.agency;
    let change = case.change.clone();
    apply(&mut tx, case, Command::Approve { at: now, confirm_by }, "AwardCaseApproved", now).await?;
    let batch = Batch {
        reference: &reference,
        agency: &agency,
        papers: &papers,
        numbering: approval.numbering,
        approver: approval.approver,
        cms: approval.cms,
        keys: approval.keys,
        now,
    };
    let issued = orders::issue(&mut tx, &batch).await?;
    match change {
        None => record_awards(&mut tx, &rows, &issued).await?,
        Some(change) => record_change(&mut tx, change.order, change.amendment, &rows, &issued).await?,
    }
    tx.commit().await?;
    Ok(issued)
}

/// Last day for the committee to confirm a case that is issued first: the months of 考績法施行細則 §13 on the office calendar.
fn confirm_by(case: &AwardCase, today: Date) -> Result<Option<Date>, PersonnelError> {
    if !matches!(case.state, CaseState::AwaitingHead { route: Route::IssueFirst { .. } }) {
        return Ok(None);
    }
    let Ok(months) = statute::months(statute::CONFIRMATION_MONTHS, today) else {
        return refuse(Refusal::new(
            "personnel/law-not-loaded",
            "考績法施行細則之確認期限尚未載入。",
            "The period for confirmation is not loaded.",
        ));
    };
    Ok(Some(codes::office_calendar().last_day_of_months(today, months.value).on))
}

async fn papers(
    db: &Db,
    tx: &mut Tx,
    case: &AwardCase,
    today: Date,
) -> Result<(Vec<AwardRow>, Vec<Paper>), PersonnelError> {
    if !matches!(case.state, CaseState::AwaitingHead { .. }) {
        // The state machine has the words for what the case is waiting for.
        crate::decide::step(case.state.clone(), Command::Approve { at: OffsetDateTime::UNIX_EPOCH, confirm_by: None })?;
    }
    let Some(head) = orders::letterhead(db, &case.agency).await? else {
        return refuse(Refusal::new(
            "personnel/no-letterhead",
            "尚未設定本機關之發文字、署名等資料，請人事人員先於「機關設定」填寫。",
            "The agency's letterhead is not filled in yet; the officer can do so under agency settings.",
        ));
    };
    let order = match &case.change {
        Some(change) => orders::order(db, change.order).await?,
        None => None,
    };
    let changed = case.change.as_ref().zip(order.as_ref()).map(|(change, order)| Changed { change, order });
    let rows = store::rows_fetch(tx, case.id, true).await?;
    let papers: Result<Vec<Paper>, Refusal> =
        rows.iter().map(|row| paper(case, row, &head, changed.as_ref(), today)).collect();
    Ok((rows, papers?))
}

/// The effect of new awards: a record each.
async fn record_awards(tx: &mut Tx, rows: &[AwardRow], issued: &[Issued]) -> Result<(), PersonnelError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    let orders: Vec<Uuid> = issued.iter().map(|order| Uuid::from_bytes(order.id.0)).collect();
    let people: Vec<i64> = issued.iter().map(|order| order.person.0).collect();
    if let Some(first) = issued.first() {
        store::rows_issued(tx, &ids, &orders, &people, first.issued_on).await?;
    }
    Ok(())
}

/// The effect of a change: the old record ends; a correction makes a new one.
async fn record_change(
    tx: &mut Tx,
    old: OrderId,
    amendment: Amendment,
    rows: &[AwardRow],
    issued: &[Issued],
) -> Result<(), PersonnelError> {
    let [new] = issued else {
        return refuse(Refusal::new("personnel/one-row", "變更案應為一人。", "A change is about one person."));
    };
    store::record_end(tx, old, new.id, new.issued_on).await?;
    match amendment {
        Amendment::Correct => record_awards(tx, rows, issued).await,
        _ => {
            store::row_issued(tx, rows[0].id, new.id).await?;
            Ok(())
        }
    }
}
