//! A case before the committee: its rows, returning some of them, and recording what the committee decided.

use crate::App;
use crate::pages::review::{At, CaseView, chosen, looks, open, seen, title};
use crate::pages::sights::Work;
use crate::refusal::on_form;
use crate::session::Me;
use access::Action;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kernel::Text;
use personnel::{CaseFile, CaseState, Confirmation, PersonnelError};
use time::Date;
use webkit::{Answer, Choice, Form, Link, Notice, Page, Sample, done, html, html_with};

/// The case.
#[derive(Template)]
#[template(path = "committee_case.html")]
pub struct CommitteeCasePage {
    page: Page,
    form: Form,
    case: CaseView,
    /// What the committee can decide now.
    stage: Stage,
    outcomes: Vec<Choice>,
}

/// What the committee can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Agree to the case, or send it or some rows back.
    Review,
    /// Confirm what was issued first, or refuse.
    Confirm,
    /// Nothing.
    Nothing,
}

impl Stage {
    fn of(state: &CaseState) -> Self {
        match state {
            CaseState::InReview { .. } => Self::Review,
            CaseState::Issued { confirmation: Confirmation::Due(_), .. } => Self::Confirm,
            _ => Self::Nothing,
        }
    }

    fn is_review(self) -> bool {
        self == Self::Review
    }

    fn is_confirm(self) -> bool {
        self == Self::Confirm
    }

    fn outcomes(self) -> Vec<Choice> {
        match self {
            Self::Review => vec![
                Choice::new("agreed", Text::new("初核通過，陳請首長核定", "Agreed; the case goes to the head")),
                Choice::new("refused", Text::new("不同意，全案退回人事人員", "Not agreed; the whole case goes back"))
                    .hint(Text::new("請於下方敘明理由", "Give the reason below")),
            ],
            Self::Confirm => vec![
                Choice::new("agreed", Text::new("同意確認", "Confirmed")),
                Choice::new("refused", Text::new("不予確認", "Not confirmed"))
                    .hint(Text::new("人事人員應即辦理變更", "The personnel officer must then change the orders")),
            ],
            Self::Nothing => Vec::new(),
        }
    }
}

impl CommitteeCasePage {
    fn new(page: Page, form: Form, file: &CaseFile, agency: &str, at: usize) -> Self {
        let base = format!("/committee/case/{}", file.case.id);
        let parent = Link::new("/committee", Text::new("考績委員會", "Evaluation committee"));
        let page = page.titled(title(file.case.id)).under(parent).checked(&form);
        let stage = Stage::of(&file.case.state);
        let case = CaseView::new(&page, file, agency, &base, at, &form);
        Self { page, form, case, stage, outcomes: stage.outcomes() }
    }
}

impl Sample for CommitteeCasePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let review = CaseState::InReview { submitted_at: page.now };
        let draw = |form, state, at| {
            Self::new(page.clone(), form, &super::case_sample::file(page, state), "範例市政府人事處", at)
        };
        let mut faulty = Form::of([("rows", "1"), ("on", "115/13/45"), ("outcome", "refused")]);
        faulty.fault("rows", Text::new("請勾選要退回的列。", "Please choose the rows to return."));
        faulty.date("on");
        faulty.fault("remark", Text::new("請敘明理由（500字以內）。", "Please give the reason."));
        vec![
            ("review", draw(Form::new(), review.clone(), 1)),
            ("faulty", draw(faulty, review, 1)),
            ("confirm", draw(Form::new(), super::case_sample::issued_first(page), 2)),
            (
                "returned",
                draw(Form::new(), CaseState::Draft { remark: Some("事由與法令依據不符，請補正。".into()) }, 1),
            ),
        ]
    }
}

/// `GET /committee/case/{id}`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, Query(at): Query<At>, page: Page) -> Answer {
    let (file, agency) = open(&app, &me, Action::ReviewCase, &id).await?;
    looks(&me, Work::Review, &file, at.number()).await?;
    html(&CommitteeCasePage::new(page, Form::new(), &file, &agency, at.number()))
}

/// `POST /committee/case/{id}/return`: the chosen rows go back to the officer with a remark.
pub async fn return_rows(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, agency) = open(&app, &me, Action::ReviewCase, &id).await?;
    let rows = chosen(&file, &form);
    let why = form.value("row_remark").to_owned();
    match personnel::return_rows(&me.db, seen(&file, &form)?, &rows, &why, app.now()).await {
        Ok(case) => {
            let next =
                if Stage::of(&case.state).is_review() { format!("/committee/case/{id}") } else { "/committee".into() };
            Ok(done(&next, &rows_returned(rows.len())))
        }
        Err(error) => {
            on_form(&mut form, "return rows", on_row_remark(error))?;
            refused(&me, page, form, &file, &agency).await
        }
    }
}

/// `POST /committee/case/{id}/decision`: what the committee decided of the case, and on which day.
pub async fn decide(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, agency) = open(&app, &me, Action::ReviewCase, &id).await?;
    let seen = seen(&file, &form)?;
    let (on, agreed) = decision(&mut form);
    let remark = form.trimmed("remark").to_owned();
    if let (Some(on), Some(agreed), true) = (on, agreed, form.is_clean()) {
        let result = match (Stage::of(&file.case.state), agreed) {
            (Stage::Confirm, agreed) => personnel::confirm(&me.db, seen, on, agreed, app.now()).await,
            (_, true) => personnel::record_agreement(&me.db, seen, on, app.now()).await,
            (_, false) => personnel::record_refusal(&me.db, seen, on, &remark, app.now()).await,
        };
        match result {
            Ok(_) => return Ok(done("/committee", &Notice::success(recorded(agreed)))),
            Err(error) => on_form(&mut form, "record the committee's decision", error)?,
        }
    }
    refused(&me, page, form, &file, &agency).await
}

/// Day and outcome of a decision; faults are noted on the form.
fn decision(form: &mut Form) -> (Option<Date>, Option<bool>) {
    let agreed = match form.value("outcome") {
        "agreed" => Some(true),
        "refused" => Some(false),
        _ => {
            form.fault("outcome", Text::new("請選擇委員會的決議。", "Choose what the committee decided."));
            None
        }
    };
    let on = form.date("on");
    if on.is_none() && form.error("on").is_none() {
        form.fault("on", Text::new("請填寫會議日期。", "Give the day of the meeting."));
    }
    (on, agreed)
}

/// The remark to single rows has its own field on the page.
pub fn on_row_remark(error: PersonnelError) -> PersonnelError {
    match error {
        PersonnelError::Refused(no) if no.field.as_deref() == Some("remark") => {
            PersonnelError::Refused(no.field("row_remark"))
        }
        other => other,
    }
}

/// What is said after rows were returned.
pub fn rows_returned(count: usize) -> Notice {
    Notice::success(Text::new(
        format!("已退回{count}列，由人事人員補正。"),
        format!("{count} rows were returned to the personnel officer."),
    ))
}

fn recorded(agreed: bool) -> Text {
    if agreed {
        Text::new("已登錄考績委員會之決議。", "The committee's decision was recorded.")
    } else {
        Text::new(
            "已登錄考績委員會不同意之決議，並退由人事人員辦理。",
            "The committee's refusal was recorded; the personnel officer takes it from here.",
        )
    }
}

async fn refused(me: &Me, page: Page, form: Form, file: &CaseFile, agency: &str) -> Answer {
    looks(me, Work::Review, file, 1).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &CommitteeCasePage::new(page, form, file, agency, 1))
}
