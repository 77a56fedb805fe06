//! The head's approval: prepared, signed with the card, sealed; the effect is written in the same transaction.

use super::amend::check_time;
use super::lifecycle::{Seen, apply, lock};
use crate::error::{no_case, refuse};
use crate::model::{AwardCase, AwardRow, CaseState, Change, Command, Route};
use crate::paper::{ActingHead, Changed, paper};
use crate::{PersonnelError, people, rows};
use db::{Db, Tx, Uuid};
use kernel::{PersonId, Random, Refusal, office_date};
use orders::{Amendment, Batch, Issued, Numbering, Paper, Prepared};
use seal::keys::AgencyKeys;
use time::{Date, OffsetDateTime};

/// As what somebody approves: as the head, or in the head's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approver {
    /// Who approves.
    pub person: PersonId,
    /// In whose place, if the approver is a deputy (職務代理人).
    pub acting_for: Option<InPlaceOf>,
}

/// Whose place a deputy takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InPlaceOf {
    /// The head.
    pub head: PersonId,
    /// Why the head does not act, as printed: 請假.
    pub absence: String,
    /// Codes of award results the deputy may approve; none is all.
    pub outcomes: Option<Vec<String>>,
}

impl From<PersonId> for Approver {
    fn from(person: PersonId) -> Self {
        Self { person, acting_for: None }
    }
}

/// Who took a case in. A deputy does not approve what they prepared, and is told so.
///
/// # Errors
/// When the database is away.
pub async fn prepared_by(db: &Db, case: &AwardCase) -> Result<Option<PersonId>, PersonnelError> {
    Ok(crate::store::batch_officer(&mut db.begin().await?, case.batch).await?.map(PersonId))
}

/// Prepares a case for the card of the head or of the head's deputy, `approver`. What is signed covers the rows as they are now.
///
/// # Errors
/// Refusals: not awaiting approval, no rows, no letterhead, changed meanwhile, a row about the approver or above what a deputy may approve,
/// a deputy who prepared the case, a person who serves elsewhere by now, a change whose time is over.
pub async fn prepare_approval(
    db: &Db,
    random: &dyn Random,
    seen: Seen,
    approver: &Approver,
    now: OffsetDateTime,
) -> Result<Prepared, PersonnelError> {
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    let Work { papers, .. } = work(&mut tx, &case, approver, office_date(now)).await?;
    let prepared =
        orders::prepare(&mut tx, random, &case.reference(), &case.agency, &papers, approver.acting_for.is_some(), now)
            .await?;
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
    pub approver: (Approver, [u8; 32]),
    /// The card's answer.
    pub cms: &'a [u8],
    /// The authority's keys.
    pub keys: &'a AgencyKeys,
    /// When.
    pub now: OffsetDateTime,
}

/// Approves a case: seals its orders and writes their effect, or nothing. Of two approvals at once one wins and the other is told. Rows
/// that were returned before go into a draft case of their own, to be mended and submitted.
///
/// # Errors
/// As [`prepare_approval`]; and refusals of the card, and of what is no longer possible.
pub async fn approve(db: &Db, approval: &Approval<'_>) -> Result<Vec<Issued>, PersonnelError> {
    let mut tx = db.begin().await?;
    let mut case = lock(&mut tx, approval.seen).await?;
    let now = approval.now;
    let Work { rows, papers, old } = work(&mut tx, &case, &approval.approver.0, office_date(now)).await?;
    let confirm_by = confirm_by(&case, office_date(now))?;
    case.numbering = approval.numbering;
    let reference = case.reference();
    let (id, agency) = (case.id, case.agency);
    let change = case.change.clone();
    let approver = &approval.approver.0;
    note_deputy(&mut tx, &case, approver, now).await?;
    apply(&mut tx, case, Command::Approve { at: now, confirm_by }, "AwardCaseApproved", now).await?;
    let batch = Batch {
        reference: &reference,
        agency: &agency,
        papers: &papers,
        numbering: approval.numbering,
        approver: (approver.person, approval.approver.1),
        acting_for: approver.acting_for.as_ref().map(|place| place.head),
        cms: approval.cms,
        keys: approval.keys,
        now,
    };
    let issued = orders::issue(&mut tx, &batch).await?;
    match change.zip(old) {
        None => record_awards(&mut tx, &rows, &issued).await?,
        Some((change, old)) => record_change(&mut tx, &change, &old, &rows, &issued).await?,
    }
    if let Some(rest) = rows::store::returned_split(&mut tx, id).await? {
        let payload = serde_json::json!({ "from": id.to_string() });
        db::event(&mut tx, now, "AwardRowsSplit", &rest.to_string(), &payload).await?;
    }
    tx.commit().await?;
    Ok(issued)
}

/// An approval in somebody's place is an event of its own.
async fn note_deputy(
    tx: &mut Tx,
    case: &AwardCase,
    approver: &Approver,
    now: OffsetDateTime,
) -> Result<(), PersonnelError> {
    let Some(place) = &approver.acting_for else { return Ok(()) };
    let payload = serde_json::json!({ "head": place.head.to_string(), "deputy": approver.person.to_string() });
    db::event(tx, now, "AwardCaseApprovedByDeputy", &case.id.to_string(), &payload).await?;
    Ok(())
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

/// What an approval is about.
struct Work {
    rows: Vec<AwardRow>,
    papers: Vec<Paper>,
    /// The order that is changed, in a change.
    old: Option<Issued>,
}

async fn work(tx: &mut Tx, case: &AwardCase, approver: &Approver, today: Date) -> Result<Work, PersonnelError> {
    if !matches!(case.state, CaseState::AwaitingHead { .. }) {
        // The state machine has the words for what the case is waiting for.
        let command = Command::Approve { at: OffsetDateTime::UNIX_EPOCH, confirm_by: None };
        crate::decide::step(case.state.clone(), case.committee, command)?;
    }
    let Some(head) = orders::letterhead_in(tx, &case.agency).await? else {
        return refuse(Refusal::new(
            "personnel/no-letterhead",
            "尚未設定本機關之發文字、署名等資料，請人事人員先於「機關設定」填寫。",
            "The agency's letterhead is not filled in yet; the officer can do so under agency settings.",
        ));
    };
    let old = match &case.change {
        Some(change) => Some(old_order(tx, change, today).await?),
        None => None,
    };
    let rows = rows::store::rows_fetch(tx, case.id, true).await?;
    check_own(&rows, approver.person)?;
    check_prepared(tx, case, approver).await?;
    check_limit(&rows, approver)?;
    if old.is_none() {
        check_moved(&rows)?;
    }
    let changed = case.change.as_ref().zip(old.as_ref()).map(|(change, order)| Changed { change, order });
    let acting = acting_head(tx, case, approver).await?;
    let papers: Result<Vec<Paper>, Refusal> =
        rows.iter().map(|row| paper(case, row, &head, changed.as_ref(), acting.as_ref(), today)).collect();
    Ok(Work { rows, papers: papers?, old })
}

/// The order that a case changes, if that may still be done today.
async fn old_order(tx: &mut Tx, change: &Change, today: Date) -> Result<Issued, PersonnelError> {
    let Some(order) = orders::order_in(tx, change.order).await? else { return refuse(no_case()) };
    orders::intact(&order)?;
    orders::changeable(order.amends.map(|(_, own)| own))?;
    check_time(change, order.family, today)?;
    Ok(order)
}

/// Nobody decides about himself (行政程序法 §32 subparagraph 1).
fn check_own(rows: &[AwardRow], approver: PersonId) -> Result<(), Refusal> {
    let Some(row) = rows.iter().find(|row| row.person.id == approver) else { return Ok(()) };
    let name = &row.person.name;
    Err(Refusal::new(
        "award/own-row",
        format!("本案列有核定人{name}本人，應自行迴避；請退回該列，另案由職務代理人核定。"),
        format!("The case has a row about the approver, {name}, who may not decide it. Please return the row."),
    )
    .field("rows")
    .cite(statute::Act::A0030055.article(32).subparagraph(1)))
}

/// Nobody prepares a case and then approves it alone in the head's place: of head and deputy, one must be somebody else.
async fn check_prepared(tx: &mut Tx, case: &AwardCase, approver: &Approver) -> Result<(), PersonnelError> {
    let by = crate::store::batch_officer(tx, case.batch).await?;
    if approver.acting_for.is_none() || by != Some(approver.person.0) {
        return Ok(());
    }
    refuse(Refusal::new(
        "award/deputy-prepared",
        "本案由您承辦，不得再由您代理核定；請由其他代理人核定，或俟首長核定。",
        "You prepared this case, so you cannot approve it in the head's place. Another deputy can, or the head.",
    ))
}

/// A deputy approves up to what was handed over.
fn check_limit(rows: &[AwardRow], approver: &Approver) -> Result<(), Refusal> {
    let limit = approver.acting_for.as_ref().and_then(|place| place.outcomes.as_ref());
    let Some(outcomes) = limit else { return Ok(()) };
    if rows.iter().all(|row| outcomes.contains(&row.outcome)) {
        return Ok(());
    }
    Err(Refusal::new(
        "award/deputy-limit",
        "本案有超過代理人核定額度之獎懲，請退回該列，俟首長核定。",
        "The case has an award above what the deputy may approve. Please return the row; it waits for the head.",
    )
    .field("rows"))
}

/// The deputy as printed: post and name as they are on file.
async fn acting_head(tx: &mut Tx, case: &AwardCase, approver: &Approver) -> Result<Option<ActingHead>, PersonnelError> {
    let Some(place) = &approver.acting_for else { return Ok(None) };
    let entries = people::store::entries_fetch(tx, approver.person).await?;
    let here = entries.iter().find(|entry| entry.agency == case.agency);
    let Some(person) = here.or(entries.first()) else {
        return refuse(Refusal::new(
            "award/deputy-unknown",
            "代理人之人事資料尚未匯入，無法於令上署名。",
            "The deputy is not on file, so the order could not name them.",
        ));
    };
    Ok(Some(ActingHead { title: person.title.clone(), name: person.name.clone(), absence: place.absence.clone() }))
}

/// An authority decides about its own people only: who has left since the row was taken in is no longer among them.
fn check_moved(rows: &[AwardRow]) -> Result<(), Refusal> {
    let moved: Vec<&str> =
        rows.iter().filter(|row| row.person.left_on.is_some()).map(|row| row.person.name.as_str()).collect();
    if moved.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "award/moved",
        format!("下列人員已非本機關人員，請退回該列：{}。", moved.join("、")),
        format!("These people no longer serve at the agency; please return their rows: {}.", moved.join(", ")),
    )
    .field("rows"))
}

/// The effect of new awards: a record each.
async fn record_awards(tx: &mut Tx, rows: &[AwardRow], issued: &[Issued]) -> Result<(), PersonnelError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    let orders: Vec<Uuid> = issued.iter().map(|order| Uuid::from_bytes(order.id.0)).collect();
    let people: Vec<i64> = issued.iter().map(|order| order.person.0).collect();
    if let Some(first) = issued.first() {
        rows::store::rows_issued(tx, &ids, &orders, &people, first.issued_on).await?;
    }
    Ok(())
}

/// The effect of a change: the old record ends; a correction makes a new one. 註銷 only marks the paper of an order whose record was
/// ended before.
async fn record_change(
    tx: &mut Tx,
    change: &Change,
    old: &Issued,
    rows: &[AwardRow],
    issued: &[Issued],
) -> Result<(), PersonnelError> {
    let ([row], [new]) = (rows, issued) else {
        return refuse(Refusal::new("personnel/one-row", "變更案應為一人。", "A change is about one person."));
    };
    let ends = match change.amendment {
        Amendment::Correct => Some(new.issued_on),
        // 溯及既往失其效力 (行政程序法 §118).
        Amendment::Revoke => Some(old.issued_on),
        // 自廢止時或指定較後之日時起 (§125); the day is there, or the time check had refused.
        Amendment::Repeal => Some(change.effective_on.unwrap_or(new.issued_on)),
        Amendment::Cancel => None,
    };
    if let Some(day) = ends
        && !rows::store::record_end(tx, old.id, new.id, day).await?
    {
        return refuse(Refusal::new(
            "personnel/record-ended",
            "原令之獎懲紀錄已終止，不得再為變更。",
            "The record that the order made has ended already; it cannot be changed again.",
        ));
    }
    if change.amendment == Amendment::Correct {
        return record_awards(tx, rows, issued).await;
    }
    Ok(rows::store::row_issued(tx, row.id, new.id).await?)
}
