//! A case before the head: what will be signed, returning rows or the case, and after the approval the numbers that were given.

use crate::pages::committee_case::{on_row_remark, rows_returned};
use crate::pages::review::{At, CaseView, chosen, looks, open, outcome_name, seen, title};
use crate::pages::sights::Work;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kernel::Text;
use orders::{Issued, Numbering, field};
use personnel::{Approver, CaseFile, CaseState, InPlaceOf, Route};
use webkit::{Answer, Choice, Form, Link, Notice, Page, Pager, Sample, Table, WebError, done, html, html_with};

/// Orders on one page of the result.
const ORDERS_PER_PAGE: usize = 50;

/// The case.
#[derive(Template)]
#[template(path = "approval_case.html")]
pub struct ApprovalCasePage {
    page: Page,
    form: Form,
    case: CaseView,
    /// Whether it waits for the head.
    waiting: bool,
    numberings: Vec<Choice>,
    /// How many orders an approval will issue.
    count: usize,
    /// What was issued.
    result: Option<Outcome>,
    /// For whom the reader approves, if as a deputy.
    acting_for: Option<String>,
    /// Whether the deputy took this case in as an officer.
    prepared_too: bool,
}

/// As what somebody looks at a case.
#[derive(Default)]
struct Acting {
    acting_for: Option<String>,
    prepared_too: bool,
}

/// The orders of an approved case.
struct Outcome {
    panel: Text,
    orders: Table,
    pager: Pager,
}

impl ApprovalCasePage {
    fn new(page: Page, form: Form, file: &CaseFile, agency: &str, issued: &[Issued], at: usize) -> Self {
        let base = format!("/approvals/case/{}", file.case.id);
        let parent = Link::new("/approvals", Text::new("核定", "Approval"));
        let page = page.titled(title(file.case.id)).under(parent).checked(&form);
        let waiting = matches!(file.case.state, CaseState::AwaitingHead { .. });
        let form = if form.sent("numbering") { form } else { form.with("numbering", file.case.numbering.code()) };
        let count = file.rows.iter().filter(|row| row.returned.is_none()).count();
        let case = CaseView::new(&page, file, agency, &base, at, &form);
        let result = (!issued.is_empty()).then(|| Outcome::new(issued, &base, at));
        let Acting { acting_for, prepared_too } = Acting::default();
        Self { page, form, case, waiting, numberings: numberings(), count, result, acting_for, prepared_too }
    }

    /// The same page for a deputy.
    fn acting(self, acting: Acting) -> Self {
        Self { acting_for: acting.acting_for, prepared_too: acting.prepared_too, ..self }
    }
}

/// The two ways to number a case.
fn numberings() -> Vec<Choice> {
    vec![
        Choice::new(Numbering::OneEach.code(), Text::new("一人一令", "One number each"))
            .hint(Text::new("每人各給一個發文字號", "Each person's order has a number of its own")),
        Choice::new(Numbering::OneForAll.code(), Text::new("多人一令", "One number for all")).hint(Text::new(
            "全案共用一個發文字號；每人仍只收到自己的部分",
            "All share one number; each person still gets their own part only",
        )),
    ]
}

impl Outcome {
    fn new(issued: &[Issued], base: &str, at: usize) -> Self {
        let pager = Pager::new(at, ORDERS_PER_PAGE, issued.len(), base);
        let heads = vec![Text::new("發文字號", "Number"), Text::new("姓名", "Name"), Text::new("獎懲", "Outcome")];
        let mut orders = Table::new(Text::new("本案發布之令", "Orders issued"), heads);
        for order in issued.iter().skip(pager.offset(ORDERS_PER_PAGE)).take(ORDERS_PER_PAGE) {
            let link = Link::new(format!("/orders/{}", order.id), webkit::same(order.label()));
            let outcome = outcome_name(order.text(field::OUTCOME_CODE));
            let cells = vec![link.into(), order.text(field::RECIPIENT).into(), outcome.into()];
            orders.row(order.id, order.label(), cells);
        }
        Self { panel: range(issued), orders, pager }
    }
}

/// The numbers given, in one sentence.
fn range(issued: &[Issued]) -> Text {
    let count = issued.len();
    match (issued.first(), issued.last()) {
        (Some(first), Some(last)) if first.number != last.number => Text::new(
            format!("{count}件，發文字號自{}至{}", first.number, last.number),
            format!("{count} orders, numbered {} to {}", first.number, last.number),
        ),
        (Some(first), _) => {
            Text::new(format!("{count}件，發文字號{}", first.number), format!("{count} orders under {}", first.number))
        }
        _ => Text::new("", ""),
    }
}

impl Sample for ApprovalCasePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let waiting = CaseState::AwaitingHead { route: Route::Committee { on: page.now.date() } };
        let first =
            CaseState::AwaitingHead { route: Route::IssueFirst { ground: "前有同類案件，標準明確".into() } };
        let draw = |form, state, issued: &[Issued]| {
            let file = super::case_sample::file(page, state);
            Self::new(page.clone(), form, &file, "範例市政府人事處", issued, 1)
        };
        let deputised = |prepared_too| {
            let acting = Acting { acting_for: Some("李範例（公差）".into()), prepared_too };
            draw(Form::new(), waiting.clone(), &[]).acting(acting)
        };
        let mut faulty = Form::of([("numbering", "all"), ("row_remark", ""), ("rows_all", "62")]);
        faulty.fault("row_remark", Text::new("請敘明理由（500字以內）。", "Please give the reason."));
        let issued = super::order_sample::orders();
        vec![
            ("usual", draw(Form::new(), waiting.clone(), &[])),
            ("issue_first", draw(Form::new(), first, &[])),
            ("deputy", deputised(false)),
            ("deputy_prepared", deputised(true)),
            ("faulty", draw(faulty, waiting, &[])),
            ("issued", draw(Form::new(), super::case_sample::issued_first(page), &issued)),
        ]
    }
}

/// The orders an approved case issued.
async fn issued(me: &Me, file: &CaseFile) -> Result<Vec<Issued>, WebError> {
    if !matches!(file.case.state, CaseState::Issued { .. }) {
        return Ok(Vec::new());
    }
    orders::orders_of_approval(&me.db, &file.case.reference()).await.map_err(told("list the orders of a case"))
}

/// As what the reader approves a case, and for whom if as a deputy: name and why that person does not act.
///
/// # Errors
/// Whoever may not approve it may not know of it.
pub fn approver(me: &Me, file: &CaseFile) -> Result<(Approver, Option<String>), WebError> {
    let hat = scope::capacity(me, Action::ApproveCase, &file.case.agency)?;
    let Some(acting) = hat.acting_for() else { return Ok((me.person.into(), None)) };
    let place = InPlaceOf { head: acting.person, absence: acting.absence.clone(), outcomes: acting.outcomes.clone() };
    let name = format!("{}（{}）", acting.name, acting.absence);
    Ok((Approver { person: me.person, acting_for: Some(place) }, Some(name)))
}

async fn acting(me: &Me, file: &CaseFile) -> Result<Acting, WebError> {
    let (_, Some(name)) = approver(me, file)? else { return Ok(Acting::default()) };
    let by = personnel::prepared_by(&me.db, &file.case).await.map_err(told("find who prepared a case"))?;
    Ok(Acting { acting_for: Some(name), prepared_too: by == Some(me.person) })
}

/// `GET /approvals/case/{id}`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, Query(at): Query<At>, page: Page) -> Answer {
    let (file, agency) = open(&app, &me, Action::ApproveCase, &id).await?;
    let issued = issued(&me, &file).await?;
    looks(&me, Work::Approve, &file, at.number()).await?;
    let shown = ApprovalCasePage::new(page, Form::new(), &file, &agency, &issued, at.number());
    html(&shown.acting(acting(&me, &file).await?))
}

/// `POST /approvals/case/{id}/return-rows`: the chosen rows go back to the officer, the others wait on.
pub async fn return_rows(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, _) = open(&app, &me, Action::ApproveCase, &id).await?;
    let rows = chosen(&file, &form);
    let why = form.value("row_remark").to_owned();
    match personnel::return_rows(&me.db, seen(&file, &form)?, &rows, &why, app.now()).await {
        Ok(case) => {
            let waits = matches!(case.state, CaseState::AwaitingHead { .. });
            let next = if waits { format!("/approvals/case/{id}") } else { "/approvals".into() };
            Ok(done(&next, &rows_returned(rows.len())))
        }
        Err(error) => {
            on_form(&mut form, "return rows", on_row_remark(error))?;
            refused(&app, &me, page, form, &id).await
        }
    }
}

/// `POST /approvals/case/{id}/return`: the whole case goes back to the officer.
pub async fn return_case(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, _) = open(&app, &me, Action::ApproveCase, &id).await?;
    let why = form.value("remark").to_owned();
    match personnel::return_case(&me.db, seen(&file, &form)?, &why, app.now()).await {
        Ok(_) => {
            let words = Text::new("已全案退回，由人事人員補正。", "The case was returned to the personnel officer.");
            Ok(done("/approvals", &Notice::success(words)))
        }
        Err(error) => {
            on_form(&mut form, "return a case", error)?;
            refused(&app, &me, page, form, &id).await
        }
    }
}

/// The case as it is now, with what was typed and why it was refused.
///
/// # Errors
/// When the case cannot be read any more.
pub async fn refused(app: &App, me: &Me, page: Page, form: Form, id: &str) -> Answer {
    let (file, agency) = open(app, me, Action::ApproveCase, id).await?;
    let issued = issued(me, &file).await?;
    looks(me, Work::Approve, &file, 1).await?;
    let shown = ApprovalCasePage::new(page, form, &file, &agency, &issued, 1).acting(acting(me, &file).await?);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}
