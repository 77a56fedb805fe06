//! The steps of a case from the officer over the committee to the head, and back.

use crate::decide::{heard, step};
use crate::error::{no_case, refuse, stale};
use crate::model::{AwardCase, AwardRow, CaseState, Command, Confirmation, Route};
use crate::{PersonnelError, rows, store};
use codes::{AwardRank, AwardResult};
use db::{Db, Tx};
use kernel::{BatchId, CaseId, PersonId, Refusal, RowId, office_date};
use orders::Amendment;
use time::{Date, OffsetDateTime};

/// Longest remark, in characters.
const REMARK_CHARS_MAX: usize = 500;

/// A case as the asking person saw it: acting on anything newer is refused.
pub type Seen = (CaseId, i32);

/// Locks the case and checks that it is the version the person saw.
pub(crate) async fn lock(tx: &mut Tx, (id, version): Seen) -> Result<AwardCase, PersonnelError> {
    match store::case_lock(tx, id).await? {
        None => refuse(no_case()),
        Some(case) if case.version != version => refuse(stale()),
        Some(case) => Ok(case),
    }
}

/// Applies a command and writes the case with its event.
pub(crate) async fn apply(
    tx: &mut Tx,
    mut case: AwardCase,
    command: Command,
    event: &str,
    now: OffsetDateTime,
) -> Result<AwardCase, PersonnelError> {
    let committee = heard(case.committee, &command);
    case.state = step(case.state, case.committee, command)?;
    case.committee = committee;
    store::case_write(tx, &case).await?;
    db::event(tx, now, event, &case.id.to_string(), &serde_json::json!({ "agency": case.agency.as_str() })).await?;
    case.version += 1;
    Ok(case)
}

async fn kept_rows(tx: &mut Tx, case: &AwardCase) -> Result<Vec<AwardRow>, PersonnelError> {
    let rows = rows::store::rows_fetch(tx, case.id, true).await?;
    if rows.is_empty() {
        return refuse(Refusal::new(
            "award/no-rows",
            "本案所有列均已退回，請先修正。",
            "All rows of this case were returned; please put them right first.",
        ));
    }
    Ok(rows)
}

/// The officer puts the case to the evaluation committee (考績委員會初核); an obvious slip or a cancellation goes to the head at once.
///
/// # Errors
/// Refusals: not a draft, no rows, changed meanwhile.
pub async fn submit(db: &Db, seen: Seen, now: OffsetDateTime) -> Result<AwardCase, PersonnelError> {
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    kept_rows(&mut tx, &case).await?;
    let clerical =
        matches!(case.change.as_ref().map(|change| change.amendment), Some(Amendment::Correct | Amendment::Cancel));
    let command = if clerical { Command::SubmitClerical } else { Command::Submit { at: now } };
    let case = apply(&mut tx, case, command, "AwardCaseSubmitted", now).await?;
    tx.commit().await?;
    Ok(case)
}

/// Whether these rows of a case are of the kind that may be issued first (考績法施行細則 §13 VI): 記功(過) and below, and no change of an
/// order. Rows that were returned do not count.
#[must_use]
pub fn may_be_issued_first(case: &AwardCase, rows: &[AwardRow]) -> bool {
    let low = |row: &AwardRow| AwardResult::parse(&row.outcome).is_ok_and(|result| result.rank <= AwardRank::Merit);
    case.change.is_none() && rows.iter().filter(|row| row.returned.is_none()).all(low)
}

/// The officer puts the case to the head first, to be confirmed by the committee within the months of 考績法施行細則 §13: only for
/// 記功(過) and below, and only with a ground.
///
/// # Errors
/// Refusals: not a draft, a higher award in it, no ground, changed meanwhile.
pub async fn submit_issue_first(
    db: &Db,
    seen: Seen,
    ground: &str,
    now: OffsetDateTime,
) -> Result<AwardCase, PersonnelError> {
    let ground = remark(ground, "ground")?;
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    let rows = kept_rows(&mut tx, &case).await?;
    if !may_be_issued_first(&case, &rows) {
        return refuse(
            Refusal::new(
                "award/not-issue-first",
                "僅記功（過）以下之獎懲得先行發布；本案有記大功（過）或為變更案，應先提考績委員會初核。",
                "Only merits and demerits up to 記功 may be issued first; this case must go to the committee.",
            )
            .cite(statute::Act::S0040002.article(13)),
        );
    }
    let case = apply(&mut tx, case, Command::SubmitIssueFirst { ground }, "AwardCaseSubmitted", now).await?;
    tx.commit().await?;
    Ok(case)
}

/// The secretary records that the committee agreed on a day.
///
/// # Errors
/// Refusals: not with the committee, a day in the future or before the case was submitted, changed meanwhile.
pub async fn record_agreement(db: &Db, seen: Seen, on: Date, now: OffsetDateTime) -> Result<AwardCase, PersonnelError> {
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    meeting_day(&case, on, now)?;
    kept_rows(&mut tx, &case).await?;
    let case = apply(&mut tx, case, Command::RecordAgreement { on }, "AwardCaseReviewed", now).await?;
    tx.commit().await?;
    Ok(case)
}

/// The secretary records that the committee refused on a day, and why. The case goes back to the officer; day and outcome stay on file,
/// and the case cannot be issued first afterwards.
///
/// # Errors
/// Refusals: no remark, not with the committee, a day in the future or before the case was submitted, changed meanwhile.
pub async fn record_refusal(
    db: &Db,
    seen: Seen,
    on: Date,
    why: &str,
    now: OffsetDateTime,
) -> Result<AwardCase, PersonnelError> {
    let remark = remark(why, "remark")?;
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    meeting_day(&case, on, now)?;
    let case = apply(&mut tx, case, Command::RecordRefusal { on, remark }, "AwardCaseRefused", now).await?;
    tx.commit().await?;
    Ok(case)
}

fn meeting_day(case: &AwardCase, on: Date, now: OffsetDateTime) -> Result<(), PersonnelError> {
    let earliest = match &case.state {
        CaseState::InReview { submitted_at } => office_date(*submitted_at),
        CaseState::Issued { approved_at, .. } => office_date(*approved_at),
        _ => on,
    };
    if on > office_date(now) || on < earliest {
        return refuse(
            Refusal::new(
                "award/meeting-day",
                "會議日期應在送案以後，且不得晚於今日。",
                "The day of the meeting is not before the case was put and not in the future.",
            )
            .field("on"),
        );
    }
    Ok(())
}

/// Secretary or head send single rows back to the officer with a remark; the others go on.
///
/// # Errors
/// Refusals: no remark, no such rows, the case is not under review or approval, changed meanwhile.
pub async fn return_rows(
    db: &Db,
    seen: Seen,
    rows: &[RowId],
    why: &str,
    now: OffsetDateTime,
) -> Result<AwardCase, PersonnelError> {
    let why = remark(why, "remark")?;
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    // Asking the state machine first: rows may be returned exactly where the whole case may be.
    let back = step(case.state.clone(), case.committee, Command::Return { remark: why.clone() })?;
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let done = rows::store::rows_return(&mut tx, case.id, &ids, &why).await?;
    if ids.is_empty() || usize::try_from(done).ok() != Some(ids.len()) {
        return refuse(
            Refusal::new("award/choose-rows", "請勾選要退回的列。", "Please choose the rows to return.").field("rows"),
        );
    }
    let left = rows::store::rows_fetch(&mut tx, case.id, true).await?;
    let mut case = case;
    if left.is_empty() {
        case.state = back;
    }
    store::case_write(&mut tx, &case).await?;
    db::event(&mut tx, now, "AwardRowsReturned", &case.id.to_string(), &serde_json::json!({ "rows": done })).await?;
    case.version += 1;
    tx.commit().await?;
    Ok(case)
}

/// Secretary or head send the whole case back to the officer with a remark. What the committee decided is recorded by
/// [`record_agreement`] and [`record_refusal`].
///
/// # Errors
/// Refusals: no remark, not under review or approval, changed meanwhile.
pub async fn return_case(db: &Db, seen: Seen, why: &str, now: OffsetDateTime) -> Result<AwardCase, PersonnelError> {
    let remark = remark(why, "remark")?;
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    let case = apply(&mut tx, case, Command::Return { remark }, "AwardCaseReturned", now).await?;
    tx.commit().await?;
    Ok(case)
}

/// The secretary records what the committee said of a case that was issued first.
///
/// # Errors
/// Refusals: nothing to confirm, a day in the future or before issue, changed meanwhile.
pub async fn confirm(
    db: &Db,
    seen: Seen,
    on: Date,
    agreed: bool,
    now: OffsetDateTime,
) -> Result<AwardCase, PersonnelError> {
    let mut tx = db.begin().await?;
    let case = lock(&mut tx, seen).await?;
    let due = matches!(
        case.state,
        CaseState::Issued { route: Route::IssueFirst { .. }, confirmation: Confirmation::Due(_), .. }
    );
    if due {
        meeting_day(&case, on, now)?;
    }
    let case = apply(&mut tx, case, Command::Confirm { on, agreed }, "AwardCaseConfirmed", now).await?;
    tx.commit().await?;
    Ok(case)
}

/// The officer takes a whole batch back, as long as none of its cases was approved.
///
/// # Errors
/// Refusals: another officer's batch, a case of it was approved.
pub async fn undo(db: &Db, batch: BatchId, officer: PersonId, now: OffsetDateTime) -> Result<usize, PersonnelError> {
    let mut tx = db.begin().await?;
    if store::batch_officer(&mut tx, batch).await? != Some(officer.0) {
        return refuse(no_case());
    }
    let cases = store::cases_of_batch(&mut tx, batch).await?;
    if cases.iter().any(|case| matches!(case.state, CaseState::Issued { .. })) {
        return refuse(Refusal::new(
            "award/already-approved",
            "本批已有案件核定發布，無法整批撤回。",
            "A case of this batch was approved; the batch can no longer be taken back.",
        ));
    }
    let open: Vec<AwardCase> = cases.into_iter().filter(|case| case.state != CaseState::Undone).collect();
    let count = open.len();
    for case in open {
        apply(&mut tx, case, Command::Undo, "AwardCaseUndone", now).await?;
    }
    store::batch_undo(&mut tx, batch, now).await?;
    tx.commit().await?;
    Ok(count)
}

/// A reason somebody must give: not empty, not too long.
pub(crate) fn remark(text: &str, field: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > REMARK_CHARS_MAX {
        return Err(Refusal::new(
            "award/remark",
            format!("請敘明理由（{REMARK_CHARS_MAX}字以內）。"),
            format!("Please give the reason ({REMARK_CHARS_MAX} characters at most)."),
        )
        .field(field));
    }
    Ok(text.to_owned())
}
