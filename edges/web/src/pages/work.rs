//! 待辦: what waits for this person, by role, the nearest day first.

use crate::pages::committee::{Names, names, sample_line, sample_names};
use crate::pages::review::{days_left, tag, title};
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::State;
use kernel::{AgencyCode, Text};
use personnel::{CaseLine, CaseState, Confirmation, Person, Route};
use time::{Date, Duration};
use webkit::{Answer, Cell, Link, Page, Sample, Table, WebError, html};

/// What waits.
#[derive(Template)]
#[template(path = "work.html")]
pub struct WorkPage {
    page: Page,
    /// Short figures with the way to each list.
    figures: Vec<Figure>,
    /// Lists that are not empty.
    tables: Vec<Table>,
    /// Own agencies that cannot issue anything yet.
    unset: Vec<Link>,
    /// People whom another agency has taken in.
    elsewhere: Vec<Link>,
    /// Whether the person prepares cases.
    prepares: bool,
    /// Acts of deputies the person has not seen yet.
    handback: usize,
}

/// How much of something there is, and where.
struct Figure {
    count: usize,
    link: Link,
}

/// Everything the page is drawn from.
#[derive(Default)]
struct Waiting {
    drafts: Vec<CaseLine>,
    to_confirm: Vec<CaseLine>,
    to_change: Vec<CaseLine>,
    to_review: Vec<CaseLine>,
    to_approve: Vec<CaseLine>,
    on_paper: Option<usize>,
    /// People whom another agency has taken in.
    elsewhere: Vec<Person>,
    unset: Vec<(AgencyCode, String)>,
    handback: usize,
    prepares: bool,
    reviews: bool,
    approves: bool,
}

impl WorkPage {
    fn new(page: Page, waiting: &Waiting, names: &Names, today: Date) -> Self {
        let page = page.titled(Text::new("待辦", "My work"));
        let tables = tables(&page, waiting, names, today);
        let elsewhere = waiting.elsewhere.iter().map(person_link).collect();
        let unset = waiting.unset.iter().map(|(code, name)| office_link(*code, name)).collect();
        let (prepares, handback) = (waiting.prepares, waiting.handback);
        Self { figures: figures(waiting), tables, unset, elsewhere, prepares, handback, page }
    }
}

fn person_link(person: &Person) -> Link {
    let label = Text::new(
        format!("{}已於其他機關報到，請確認離職日期", person.name),
        format!("{} has arrived at another agency: please confirm when they left", person.name),
    );
    Link::new(format!("/people/{}", person.id), label)
}

fn office_link(code: AgencyCode, name: &str) -> Link {
    let label = Text::new(format!("設定「{name}」的發文字與署名"), format!("Fill in the letterhead of {name}"));
    Link::new(format!("/office/{code}"), label)
}

fn figures(waiting: &Waiting) -> Vec<Figure> {
    let figure = |count, href: &str, label| Figure { count, link: Link::new(href, label) };
    let mut figures = Vec::new();
    if waiting.prepares {
        figures.push(figure(
            waiting.drafts.len(),
            "/awards?state=draft",
            Text::new("擬辦及退回", "Drafts and returned"),
        ));
    }
    if waiting.reviews {
        figures.push(figure(waiting.to_review.len(), "/committee", Text::new("待初核", "To review")));
    }
    if waiting.approves {
        figures.push(figure(waiting.to_approve.len(), "/approvals", Text::new("待核定", "To approve")));
    }
    if waiting.prepares || waiting.reviews {
        let href = if waiting.reviews { "/committee" } else { "/awards?state=issued" };
        figures.push(figure(waiting.to_confirm.len(), href, Text::new("待提會確認", "To confirm")));
    }
    if let Some(count) = waiting.on_paper {
        figures.push(figure(count, "/paper", Text::new("待書面送達", "To serve on paper")));
    }
    figures
}

fn tables(page: &Page, waiting: &Waiting, names: &Names, today: Date) -> Vec<Table> {
    let confirm_at = if waiting.reviews { "/committee/case" } else { "/awards/case" };
    let lists = [
        (
            Text::new("考績委員會不予確認，應變更", "Refused by the committee, to be changed"),
            &waiting.to_change,
            "/awards/case",
        ),
        (Text::new("已先行發布，待提會確認", "Issued first, to be confirmed"), &waiting.to_confirm, confirm_at),
        (Text::new("擬辦及退回修正", "Drafts and returned cases"), &waiting.drafts, "/awards/case"),
        (Text::new("待考績委員會初核", "To be reviewed"), &waiting.to_review, "/committee/case"),
        (Text::new("待首長核定", "To be approved"), &waiting.to_approve, "/approvals/case"),
    ];
    let filled = lists.into_iter().filter(|(_, lines, _)| !lines.is_empty());
    filled.map(|(caption, lines, base)| table(page, caption, lines, base, names, today)).collect()
}

fn table(page: &Page, caption: Text, lines: &[CaseLine], base: &str, names: &Names, today: Date) -> Table {
    let heads = vec![
        Text::new("案件", "Case"),
        Text::new("狀態", "State"),
        Text::new("期限", "Due"),
        Text::new("人數", "People"),
        Text::new("機關", "Agency"),
        Text::new("來源", "From"),
    ];
    let mut table = Table::new(caption, heads).figures(3);
    for line in lines {
        let due = match confirm_by(&line.case.state) {
            Some(day) => days_left(day, today).into(),
            None => Cell::Words(Text::new("—", "—")),
        };
        let cells = vec![
            Link::new(format!("{base}/{}", line.case.id), title(line.case.id)).into(),
            tag(&line.case.state).into(),
            due,
            Cell::Figure(page.number(line.kept + line.returned)),
            names.get(&line.case.agency).map_or("", String::as_str).into(),
            source(&line.source).into(),
        ];
        table.row(line.case.id, line.case.id, cells);
    }
    table
}

/// The last day to confirm, if one runs.
pub fn confirm_by(state: &CaseState) -> Option<Date> {
    match state {
        CaseState::Issued { confirmation: Confirmation::Due(day), .. } => Some(*day),
        _ => None,
    }
}

/// Where a case came from: the name of a file, or in words what was typed.
pub fn source(source: &str) -> Text {
    match orders::Amendment::parse(source) {
        Some(amendment) => {
            let label = amendment.label();
            Text::new(format!("{}案", label.zh), format!("Change: {}", label.en.to_lowercase()))
        }
        None if source == "typed" => Text::new("線上填寫", "Typed here"),
        None => webkit::same(source),
    }
}

impl Sample for WorkPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let today = kernel::office_date(page.now);
        let due = |id, days| {
            let confirmation = Confirmation::Due(today + Duration::days(days));
            let route = Route::IssueFirst { ground: "前有同類案件".into() };
            sample_line(id, CaseState::Issued { approved_at: page.now, route, confirmation }, page)
        };
        let officer = Waiting {
            drafts: vec![
                sample_line(7, CaseState::Draft { remark: Some("請補正".into()) }, page),
                sample_line(8, CaseState::Draft { remark: None }, page),
            ],
            to_confirm: vec![due(3, -2), due(4, 9)],
            on_paper: Some(48),
            elsewhere: super::case_sample::file(page, CaseState::Undone)
                .rows
                .into_iter()
                .map(|row| row.person)
                .take(1)
                .collect(),
            unset: vec![(super::committee::sample_agency(), "範例市政府文化觀光局".into())],
            prepares: true,
            ..Waiting::default()
        };
        let head = Waiting {
            to_approve: vec![sample_line(9, CaseState::AwaitingHead { route: Route::Committee { on: today } }, page)],
            approves: true,
            handback: 3,
            ..Waiting::default()
        };
        let idle = Waiting { prepares: true, on_paper: Some(0), ..Waiting::default() };
        let draw = |waiting| Self::new(page.clone(), &waiting, &sample_names(), today);
        vec![("officer", draw(officer)), ("head", draw(head)), ("empty", draw(idle))]
    }
}

/// `GET /work`
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let waiting = waiting(&app, &me).await?;
    let lists = [&waiting.drafts, &waiting.to_confirm, &waiting.to_change, &waiting.to_review, &waiting.to_approve];
    let lines: Vec<CaseLine> = lists.into_iter().flatten().cloned().collect();
    let names = names(&app, &lines).await?;
    if !waiting.elsewhere.is_empty() {
        me.looks_at(super::sights::elsewhere(&waiting.elsewhere)).await?;
    }
    html(&WorkPage::new(page, &waiting, &names, app.today()))
}

async fn waiting(app: &App, me: &Me) -> Result<Waiting, WebError> {
    let prepare = scope::agencies(me, Action::PrepareCase);
    let review = scope::agencies(me, Action::ReviewCase);
    let approve = scope::agencies(me, Action::ApproveCase);
    let confirm = if prepare.is_empty() { &review } else { &prepare };
    let db = &me.db;
    let issued = personnel::cases(db, &prepare, &["issued"]).await.map_err(told("list cases to change"))?;
    let refused =
        |line: &CaseLine| matches!(line.case.state, CaseState::Issued { confirmation: Confirmation::Refused(_), .. });
    Ok(Waiting {
        drafts: personnel::cases(db, &prepare, &["draft"]).await.map_err(told("list drafts"))?,
        to_confirm: personnel::cases_to_confirm(db, confirm).await.map_err(told("list cases to confirm"))?,
        to_change: issued.into_iter().filter(refused).collect(),
        to_review: personnel::cases(db, &review, &["in_review"]).await.map_err(told("list cases to review"))?,
        to_approve: personnel::cases(db, &approve, &["awaiting_head"]).await.map_err(told("list cases to approve"))?,
        on_paper: paper_count(me).await?,
        elsewhere: personnel::arrived_elsewhere(db, &scope::agencies(me, Action::EditRecord))
            .await
            .map_err(told("list who arrived elsewhere"))?,
        unset: unset(app, me, &prepare).await?,
        handback: handback(me).await?,
        prepares: !prepare.is_empty(),
        reviews: !review.is_empty(),
        approves: !approve.is_empty(),
    })
}

async fn handback(me: &Me) -> Result<usize, WebError> {
    let acts = access::acts_for(&me.db, me.person).await.map_err(WebError::fault("count the acts of deputies"))?;
    Ok(acts.iter().filter(|act| act.seen_at.is_none()).count())
}

async fn paper_count(me: &Me) -> Result<Option<usize>, WebError> {
    let agencies = scope::agencies(me, Action::ServePaper);
    if agencies.is_empty() {
        return Ok(None);
    }
    let waiting = orders::paper_waiting(&me.db, &agencies).await.map_err(told("count the paper queue"))?;
    Ok(usize::try_from(waiting).ok())
}

async fn unset(app: &App, me: &Me, agencies: &[AgencyCode]) -> Result<Vec<(AgencyCode, String)>, WebError> {
    let mut unset = Vec::new();
    for code in agencies {
        if orders::letterhead(&me.db, code).await.map_err(told("look for a letterhead"))?.is_none() {
            unset.push((*code, app.agency_name(*code).await.map_err(told("name an agency"))?));
        }
    }
    Ok(unset)
}
