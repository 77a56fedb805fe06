//! Taking a whole batch back: what that means first, then one click.

use crate::pages::award_upload::parent;
use crate::pages::review::{tag, title};
use crate::pages::work::source;
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use kernel::{BatchId, Text};
use personnel::{BatchFile, CaseState};
use webkit::{Answer, Cell, Link, Notice, Page, Sample, Table, WebError, done, html};

/// What would be taken back.
#[derive(Template)]
#[template(path = "award_undo.html")]
pub struct AwardUndoPage {
    page: Page,
    action: String,
    back: String,
    question: String,
    from: Text,
    cases: Table,
    /// A case of it was approved, so nothing can be taken back.
    too_late: bool,
}

impl AwardUndoPage {
    fn new(page: Page, id: BatchId, batch: &BatchFile) -> Self {
        let page = page.titled(Text::new("撤回整批", "Take the batch back")).under(parent());
        let rows: i64 = batch.cases.iter().map(|line| line.kept + line.returned).sum();
        let count = batch.cases.len();
        let question = match page.lang {
            kernel::Lang::Zh => format!(
                "將撤回這一批的{count}案、共{}人。已送考績委員會或首長的案件也會一併撤回；撤回後可以重新上傳。",
                page.number(rows)
            ),
            kernel::Lang::En => format!(
                "{count} cases with {} people will be taken back, also those with the committee or the head. You can upload the file again afterwards.",
                page.number(rows)
            ),
        };
        Self {
            action: format!("/awards/batch/{id}/undo"),
            back: batch
                .cases
                .first()
                .map_or_else(|| "/awards".to_owned(), |line| format!("/awards/case/{}", line.case.id)),
            too_late: batch.cases.iter().any(|line| matches!(line.case.state, CaseState::Issued { .. })),
            from: source(&batch.source),
            cases: table(&page, batch),
            question,
            page,
        }
    }
}

fn table(page: &Page, batch: &BatchFile) -> Table {
    let heads = vec![Text::new("案件", "Case"), Text::new("狀態", "State"), Text::new("人數", "People")];
    let mut table = Table::new(Text::new("這一批的案件", "Cases of this batch"), heads).figures(2);
    for line in &batch.cases {
        let cells = vec![
            Link::new(format!("/awards/case/{}", line.case.id), title(line.case.id)).into(),
            tag(&line.case.state).into(),
            Cell::Figure(page.number(line.kept + line.returned)),
        ];
        table.row(line.case.id, line.case.id, cells);
    }
    table
}

impl Sample for AwardUndoPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let line = |id, state| super::committee::sample_line(id, state, page);
        let batch = |cases| BatchFile {
            officer: kernel::PersonId(7),
            source: "115年3月獎懲建議.csv".into(),
            taken_at: page.now,
            cases,
        };
        let open =
            vec![line(4, CaseState::Draft { remark: None }), line(3, CaseState::InReview { submitted_at: page.now })];
        let late = vec![line(4, CaseState::Draft { remark: None }), line(3, super::case_sample::issued_first(page))];
        vec![
            ("usual", Self::new(page.clone(), BatchId(2), &batch(open))),
            ("too_late", Self::new(page.clone(), BatchId(2), &batch(late))),
        ]
    }
}

/// The batch, if the person took it in.
async fn own(me: &Me, id: &str) -> Result<(BatchId, BatchFile), WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let batch = personnel::batch(&me.db, id).await.map_err(told("find a batch"))?;
    let batch = batch.filter(|batch| batch.officer == me.person).ok_or(WebError::NotAllowed)?;
    // An office may have ended since.
    batch.cases.iter().try_for_each(|line| scope::check(me, Action::PrepareCase, &line.case.agency))?;
    scope::done_for(me, Action::PrepareCase, batch.cases.iter().map(|line| line.case.agency));
    Ok((id, batch))
}

/// `GET /awards/batch/{id}/undo`
pub async fn show(me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (id, batch) = own(&me, &id).await?;
    html(&AwardUndoPage::new(page, id, &batch))
}

/// `POST /awards/batch/{id}/undo`
pub async fn undo(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let (id, _) = own(&me, &id).await?;
    let count = personnel::undo(&me.db, id, me.person, app.now()).await.map_err(told("take a batch back"))?;
    let said = Text::new(format!("已撤回{count}案。"), format!("{count} cases were taken back."));
    Ok(done("/awards", &Notice::success(said)))
}
