//! An award case as its officer sees it: where it stands, its rows, and what can be done now.

use crate::App;
use crate::pages::award_upload::parent;
use crate::pages::review::{At, CaseView, outcome_name, seen, title};
use crate::pages::sights::{self, Work};
use crate::pages::work::source;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use access::Action;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kernel::Text;
use orders::Amendment;
use personnel::{AwardRow, BatchFile, CaseFile, CaseState, Confirmation, Route};
use time::Date;
use webkit::{
    Answer, Cell, Choice, Form, Happening, Link, Notice, Page, Pager, Sample, SummaryRow, Table, Tag, Tone, WebError,
    done, html, html_with,
};

/// Rows on one page.
const PER_PAGE: usize = 100;

/// The case.
#[derive(Template)]
#[template(path = "award_case.html")]
pub struct AwardCasePage {
    page: Page,
    form: Form,
    id: String,
    version: i32,
    facts: Vec<SummaryRow>,
    /// Why the whole case came back.
    remark: Option<String>,
    rows: Table,
    pager: Pager,
    timeline: Vec<Happening>,
    acts: Acts,
    /// The order this case changes.
    changes: Option<Link>,
    /// Where the batch can be taken back.
    undo: Option<Link>,
}

/// What can be done now.
#[derive(Default)]
struct Acts {
    /// Words of the button that sends the case on; none if it cannot go on now.
    submit: Option<Text>,
    /// The exception of 考績法施行細則 §13: its rule in words, and the grounds.
    issue_first: Option<(Text, Vec<Choice>)>,
    /// Rows may be added.
    add: bool,
    /// The committee refused what was issued: the orders must be changed.
    must_change: bool,
}

/// A case with its batch and the name of its agency.
struct Shown<'a> {
    file: &'a CaseFile,
    batch: &'a BatchFile,
    agency: &'a str,
    /// The reader took the batch in.
    own: bool,
    today: Date,
}

impl AwardCasePage {
    fn new(page: Page, form: Form, shown: &Shown<'_>, at: usize) -> Self {
        let case = &shown.file.case;
        let page = page.titled(title(case.id)).under(parent()).checked(&form);
        let base = format!("/awards/case/{}", case.id);
        let mut facts = CaseView::new(&page, shown.file, shown.agency, &base, 1, &Form::new()).facts;
        facts.push(SummaryRow::new(Text::new("來源", "From"), source(&shown.batch.source)));
        let pager = Pager::new(at, PER_PAGE, shown.file.rows.len(), &base);
        let rows = shown.file.rows.iter().skip(pager.offset(PER_PAGE)).take(PER_PAGE);
        let open = !matches!(case.state, CaseState::Issued { .. } | CaseState::Undone);
        let undo = Text::new("撤回整批", "Take the batch back");
        Self {
            rows: table(rows, &case.state, &base),
            timeline: timeline(&page, shown),
            acts: acts(shown),
            remark: remark(&case.state),
            changes: case.change.as_ref().map(|change| {
                Link::new(format!("/orders/{}", change.order), Text::new("看要變更的令", "See the order to be changed"))
            }),
            undo: (open && shown.own).then(|| Link::new(format!("/awards/batch/{}/undo", case.batch), undo)),
            id: case.id.to_string(),
            version: case.version,
            facts,
            pager,
            form,
            page,
        }
    }
}

fn remark(state: &CaseState) -> Option<String> {
    match state {
        CaseState::Draft { remark } => remark.clone(),
        _ => None,
    }
}

fn table<'a>(rows: impl Iterator<Item = &'a AwardRow>, state: &CaseState, base: &str) -> Table {
    let heads = vec![
        Text::new("姓名", "Name"),
        Text::new("身分證號", "National id"),
        Text::new("單位及職稱", "Unit and title"),
        Text::new("事由", "Reason"),
        Text::new("獎懲", "Outcome"),
        Text::new("法令依據", "Legal basis"),
        Text::new("狀態", "State"),
    ];
    let mut table = Table::new(Text::new("本案人員", "People in this case"), heads);
    for row in rows {
        let cells = vec![
            row.person.name.as_str().into(),
            Cell::Code(row.person.national_id.masked()),
            format!("{}　{}", row.person.unit, row.person.title).into(),
            row.reason.as_str().into(),
            outcome_name(&row.outcome).into(),
            row.details.legal_basis().into(),
            row_state(row, state, base),
        ];
        table.row(row.id, &row.person.name, cells);
    }
    table
}

fn row_state(row: &AwardRow, state: &CaseState, base: &str) -> Cell {
    let draft = matches!(state, CaseState::Draft { .. });
    match (&row.order, &row.returned) {
        (Some(order), _) => Link::new(format!("/orders/{order}"), Text::new("看令", "See the order")).into(),
        (None, Some(why)) if draft => {
            let link = Link::new(
                format!("{base}/row/{}", row.id),
                Text::new(format!("修正：{why}"), format!("Put right: {why}")),
            );
            Cell::LinkTag(link, Tag::new(Tone::Warn, Text::new("退回", "Returned")))
        }
        (None, Some(why)) => Text::new(format!("退回：{why}"), format!("Returned: {why}")).into(),
        (None, None) => Text::new("—", "—").into(),
    }
}

fn timeline(page: &Page, shown: &Shown<'_>) -> Vec<Happening> {
    let happening = |title, when, body| Happening { title, when, who: String::new(), body };
    let nothing = || Text::new("", "");
    let mut list =
        vec![happening(Text::new("建案", "Begun"), page.moment(shown.batch.taken_at), source(&shown.batch.source))];
    if let Some(said) = shown.file.case.committee.filter(|said| !said.agreed) {
        let title = Text::new("考績委員會初核不同意", "Refused by the committee");
        list.push(happening(title, page.date(said.on), nothing()));
    }
    let mut route_of = |route: &Route| match route {
        Route::Committee { on } => {
            list.push(happening(Text::new("考績委員會初核通過", "Agreed by the committee"), page.date(on), nothing()))
        }
        Route::IssueFirst { ground } => {
            let title = Text::new("送首長核定，先行發布", "To the head, to be issued first");
            list.push(happening(title, String::new(), webkit::same(ground)));
        }
        Route::Clerical => {
            list.push(happening(Text::new("送首長核定", "To the head"), String::new(), nothing()));
        }
    };
    match &shown.file.case.state {
        CaseState::AwaitingHead { route } => route_of(route),
        CaseState::Issued { approved_at, route, confirmation } => {
            route_of(route);
            list.push(happening(
                Text::new("首長核定，發布令", "Approved; orders issued"),
                page.moment(approved_at),
                nothing(),
            ));
            list.extend(confirmed(page, confirmation));
        }
        CaseState::InReview { submitted_at } => {
            list.push(happening(
                Text::new("送考績委員會", "Put to the committee"),
                page.moment(submitted_at),
                nothing(),
            ));
        }
        CaseState::Draft { remark: Some(remark) } => {
            list.push(happening(Text::new("退回人事人員", "Returned"), String::new(), webkit::same(remark)));
        }
        CaseState::Draft { remark: None } => {}
        CaseState::Undone => list.push(happening(Text::new("整批撤回", "Taken back"), String::new(), nothing())),
    }
    list
}

fn confirmed(page: &Page, confirmation: &Confirmation) -> Option<Happening> {
    let (title, on) = match confirmation {
        Confirmation::NotNeeded | Confirmation::Due(_) => return None,
        Confirmation::Agreed(on) => (Text::new("考績委員會確認", "Confirmed by the committee"), on),
        Confirmation::Refused(on) => (Text::new("考績委員會不予確認", "Confirmation refused"), on),
    };
    Some(Happening { title, when: page.date(on), who: String::new(), body: Text::new("", "") })
}

fn acts(shown: &Shown<'_>) -> Acts {
    let CaseFile { case, rows } = shown.file;
    let refused = matches!(case.state, CaseState::Issued { confirmation: Confirmation::Refused(_), .. });
    if !matches!(case.state, CaseState::Draft { .. }) {
        return Acts { must_change: refused, ..Acts::default() };
    }
    let clerical =
        matches!(case.change.as_ref().map(|change| change.amendment), Some(Amendment::Correct | Amendment::Cancel));
    let submit = if clerical {
        Text::new("送首長核定", "Put to the head")
    } else {
        Text::new("送考績委員會初核", "Put to the committee")
    };
    let some = rows.iter().any(|row| row.returned.is_none());
    // A case the committee refused once must go to it again.
    let open = case.committee.is_none_or(|said| said.agreed);
    let first = some && open && personnel::may_be_issued_first(case, rows);
    Acts {
        submit: some.then_some(submit),
        issue_first: if first { issue_first(shown.today) } else { None },
        add: case.change.is_none(),
        must_change: false,
    }
}

/// The rule of 考績法施行細則 §13 in words, with the months as they are in force; none if it is not loaded.
fn issue_first(today: Date) -> Option<(Text, Vec<Choice>)> {
    let months = statute::months(statute::CONFIRMATION_MONTHS, today).ok()?;
    let (n, zh, en) = (months.value, months.citation.to_string(), months.citation.english());
    let rule = Text::new(
        format!(
            "記功（過）以下，且考績委員會已就相同案情核議有案或已有明確獎懲標準者，得先行發布獎懲令，並於發布後{n}個月內提交考績委員會確認；不同意時應變更之（{zh}）。"
        ),
        format!(
            "Merits and demerits up to 記功 and 記過 may be issued first where the committee has decided the like before or the standard is clear; the committee must confirm within {n} months, and if it does not agree the order is changed ({en})."
        ),
    );
    let grounds = [
        ("precedent", "考績委員會已就相同案情核議有案", "The committee has decided the like before"),
        ("standard", "已有明確獎懲標準", "The standard is clear"),
    ];
    Some((rule, grounds.into_iter().map(|(value, zh, en)| Choice::new(value, Text::new(zh, en))).collect()))
}

/// The ground as it is kept: the law's words and what the officer adds.
fn ground(form: &mut Form) -> String {
    let chosen = match form.value("ground") {
        "precedent" => "考績委員會已就相同案情核議有案",
        "standard" => "已有明確獎懲標準",
        _ => {
            form.fault("ground", Text::new("請選擇得先行發布之理由。", "Choose why it may be issued first."));
            return String::new();
        }
    };
    match form.trimmed("detail") {
        "" => chosen.to_owned(),
        detail => format!("{chosen}：{detail}"),
    }
}

impl Sample for AwardCasePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let batch = BatchFile {
            officer: kernel::PersonId(7),
            source: "115年3月獎懲建議.csv".into(),
            taken_at: page.now,
            cases: Vec::new(),
        };
        let today = kernel::office_date(page.now);
        let draw = |form, state| {
            let file = super::case_sample::file(page, state);
            let shown = Shown { file: &file, batch: &batch, agency: "範例市政府人事處", own: true, today };
            Self::new(page.clone(), form, &shown, 1)
        };
        let returned = CaseState::Draft {
            remark: Some("考績委員會115/03/02會議不同意：事由與法令依據不符，請補正。".into()),
        };
        let mut faulty = Form::of([("detail", "比照114年第3次會議案例")]);
        ground(&mut faulty);
        let refused = CaseState::Issued {
            approved_at: page.now,
            route: Route::IssueFirst { ground: "已有明確獎懲標準".into() },
            confirmation: Confirmation::Refused(today),
        };
        vec![
            ("draft", draw(Form::new(), CaseState::Draft { remark: None })),
            ("returned", draw(Form::new(), returned.clone())),
            ("faulty", draw(faulty, returned)),
            ("in_review", draw(Form::new(), CaseState::InReview { submitted_at: page.now })),
            ("issued", draw(Form::new(), super::case_sample::issued_first(page))),
            ("must_change", draw(Form::new(), refused)),
            ("undone", draw(Form::new(), CaseState::Undone)),
        ]
    }
}

/// The case, if it belongs to an agency the person prepares cases for.
async fn open(app: &App, me: &Me, id: &str) -> Result<(CaseFile, BatchFile, String), WebError> {
    let (file, agency) = super::review::open(app, me, Action::PrepareCase, id).await?;
    let batch = personnel::batch(&me.db, file.case.batch).await.map_err(told("find the batch of a case"))?;
    Ok((file, batch.ok_or(WebError::NotFound)?, agency))
}

/// The rows on this page of the case are looked at.
async fn looks(me: &Me, file: &CaseFile, at: usize) -> Result<(), WebError> {
    let pager = Pager::new(at, PER_PAGE, file.rows.len(), "");
    let rows = file.rows.iter().skip(pager.offset(PER_PAGE)).take(PER_PAGE);
    me.looks_at(sights::case(Work::Prepare, &file.case, rows)).await
}

/// `GET /awards/case/{id}`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, Query(at): Query<At>, page: Page) -> Answer {
    let (file, batch, agency) = open(&app, &me, &id).await?;
    let shown =
        Shown { file: &file, own: batch.officer == me.person, batch: &batch, agency: &agency, today: app.today() };
    looks(&me, &file, at.number()).await?;
    html(&AwardCasePage::new(page, Form::new(), &shown, at.number()))
}

async fn refused(app: &App, me: &Me, id: &str, page: Page, form: Form) -> Answer {
    let (file, batch, agency) = open(app, me, id).await?;
    let shown =
        Shown { file: &file, own: batch.officer == me.person, batch: &batch, agency: &agency, today: app.today() };
    looks(me, &file, 1).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &AwardCasePage::new(page, form, &shown, 1))
}

/// `POST /awards/case/{id}/submit`: to the committee, or of an obvious slip to the head at once.
pub async fn submit(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, ..) = open(&app, &me, &id).await?;
    match personnel::submit(&me.db, seen(&file, &form)?, app.now()).await {
        Ok(_) => Ok(done(&format!("/awards/case/{id}"), &Notice::success(Text::new("已送出。", "It is on its way.")))),
        Err(error) => {
            on_form(&mut form, "submit a case", error)?;
            refused(&app, &me, &id, page, form).await
        }
    }
}

/// `POST /awards/case/{id}/issue-first`: to the head first, to be confirmed afterwards.
pub async fn issue_now(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, ..) = open(&app, &me, &id).await?;
    let seen = seen(&file, &form)?;
    let ground = ground(&mut form);
    if form.is_clean() {
        match personnel::submit_issue_first(&me.db, seen, &ground, app.now()).await {
            Ok(_) => {
                let said = Text::new("已送首長核定，將先行發布。", "It is with the head, to be issued first.");
                return Ok(done(&format!("/awards/case/{id}"), &Notice::success(said)));
            }
            Err(error) => on_form(&mut form, "submit a case to be issued first", error)?,
        }
    }
    refused(&app, &me, &id, page, form).await
}
