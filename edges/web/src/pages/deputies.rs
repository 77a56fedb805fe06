//! 職務代理: the duties of an agency, who stands in, in what order, and who acts today.

use crate::pages::deputy_words::act;
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::{AbsenceKind, Action, Deputy, DeputyAct, Duty, DutyFile, Office, Reach, Role, Standing};
use askama::Template;
use axum::extract::State;
use kernel::{AgencyCode, PersonId, Text};
use std::collections::BTreeMap;
use time::{Date, Duration};
use webkit::{Answer, Cell, Form, Link, Notice, Page, Sample, Table, Tag, Tone, WebError, done, html};

/// The list.
#[derive(Template)]
#[template(path = "deputies.html")]
pub struct DeputiesPage {
    page: Page,
    table: Table,
}

impl DeputiesPage {
    fn new(page: Page, files: &[DutyFile], names: &BTreeMap<AgencyCode, String>, today: Date) -> Self {
        let page = page.titled(Text::new("職務代理", "Deputies"));
        let heads = vec![
            Text::new("職務", "Duty"),
            Text::new("本人", "Holder"),
            Text::new("今日", "Today"),
            Text::new("代理順序", "Order of deputies"),
            Text::new("機關", "Agency"),
        ];
        let mut table = Table::new(Text::new("各職務之代理人", "Deputies of each duty"), heads)
            .when_empty(Text::new("沒有可設定代理人的職務。", "There is no duty to name deputies for."));
        for file in files {
            let Duty { id, name, office, .. } = &file.duty;
            let order: Vec<&str> = file.deputies.iter().map(|deputy| deputy.name.as_str()).collect();
            let order: Cell = match order.is_empty() {
                true => Tag::new(Tone::Warn, Text::new("未指定", "None named")).into(),
                false => order.join("、").into(),
            };
            let cells = vec![
                Link::new(format!("/deputies/{id}"), office.role.label()).into(),
                name.as_str().into(),
                today_tag(file, today).into(),
                order,
                names.get(&office.reach.agency()).map_or("", String::as_str).into(),
            ];
            table.row(id, name, cells);
        }
        Self { page, table }
    }
}

/// Who acts today.
pub fn today_tag(file: &DutyFile, today: Date) -> Tag {
    match access::standing(file, today) {
        Standing::Principal => Tag::new(Tone::Plain, Text::new("本人", "The holder")),
        Standing::Deputy(deputy, why) => {
            let name = &deputy.name;
            Tag::new(Tone::Waiting, Text::new(format!("{why}，{name}代理中"), format!("{name} is acting")))
        }
        Standing::Nobody => Tag::new(Tone::Bad, Text::new("本人不在，無人代理", "Away, nobody acts")),
    }
}

/// A duty with two deputies, one of them acting, for samples.
pub fn sample_file(today: Date) -> DutyFile {
    let office = Office::own(Role::Head, Reach::Agency(super::committee::sample_agency()));
    let duty = Duty { id: 5, principal: PersonId(1), name: "李範例".into(), office };
    let deputy = |id, name: &str, outcomes, warnings| Deputy {
        id,
        person: PersonId(id),
        name: name.into(),
        powers: vec![Action::ReadCases, Action::ApproveCase],
        outcomes,
        warnings,
    };
    let absence = access::Absence {
        id: 1,
        person: PersonId(1),
        name: "李範例".into(),
        kind: AbsenceKind::Travel,
        from_on: today - Duration::days(1),
        until_on: today + Duration::days(4),
    };
    let second = super::deputy_words::outcomes_within("commendation");
    let deputies = vec![
        deputy(2, "林副首長", None, Vec::new()),
        deputy(3, "王主任秘書", second, vec![access::Warning::PreparesAndApproves, access::Warning::Circular]),
    ];
    DutyFile { duty, deputies, absences: vec![absence], started: Vec::new() }
}

impl Sample for DeputiesPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let today = kernel::office_date(page.now);
        let acting = sample_file(today);
        let mut bare = acting.clone();
        bare.deputies.clear();
        bare.duty.office.role = Role::Officer;
        let mut there = acting.clone();
        there.absences.clear();
        there.duty.office.role = Role::Secretary;
        let names = super::committee::sample_names();
        vec![
            ("usual", Self::new(page.clone(), &[acting, bare, there], &names, today)),
            ("empty", Self::new(page.clone(), &[], &names, today)),
        ]
    }
}

/// `GET /deputies`
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let agencies = scope::agencies(&me, Action::KeepDeputies);
    let files = access::duties(&me.db, &agencies, app.today()).await.map_err(WebError::fault("list duties"))?;
    let names = scope::names(&app, &agencies).await?;
    html(&DeputiesPage::new(page, &files, &names, app.today()))
}

/// 交還清單: what was done in one's name.
#[derive(Template)]
#[template(path = "handback.html")]
pub struct HandbackPage {
    page: Page,
    table: Table,
    /// How many were not seen yet.
    fresh: usize,
}

impl HandbackPage {
    fn new(page: Page, acts: &[DeputyAct], names: &BTreeMap<AgencyCode, String>) -> Self {
        let page = page
            .titled(Text::new("代理期間交還清單", "What was done in your name"))
            .under(Link::new("/leave", Text::new("請假與代理", "Leave and deputies")));
        let heads = vec![
            Text::new("時間", "When"),
            Text::new("代理人", "Deputy"),
            Text::new("辦理事項", "What"),
            Text::new("職務", "Duty"),
            Text::new("結果", "Outcome"),
            Text::new("已閱", "Seen"),
        ];
        let mut table = Table::new(Text::new("代理人辦理事項", "Acts of deputies"), heads)
            .when_empty(Text::new("沒有由代理人辦理的事項。", "Nothing was done in your name."));
        for one in acts {
            let agency = names.get(&one.agency).map_or_else(|| one.agency.to_string(), Clone::clone);
            let role = one.role.label();
            let outcome = match one.done {
                true => Tag::new(Tone::Good, Text::new("完成", "Done")),
                false => Tag::new(Tone::Warn, Text::new("結果不明，請檢視", "Not known; please look")),
            };
            let seen = match one.seen_at {
                Some(at) => page.moment(at).into(),
                None => Tag::new(Tone::Waiting, Text::new("未閱", "New")).into(),
            };
            let cells = vec![
                Cell::Code(page.moment(one.at)),
                one.name.as_str().into(),
                act(one).into(),
                Text::new(format!("{agency}{}", role.zh), format!("{}, {agency}", role.en)).into(),
                outcome.into(),
                seen,
            ];
            table.row(one.id, one.id, cells);
        }
        let fresh = acts.iter().filter(|act| act.seen_at.is_none()).count();
        Self { table: if fresh > 0 { table.choose("acts", acts.len()) } else { table }, fresh, page }
    }
}

impl Sample for HandbackPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let one = |id, path: &str, done, seen: bool| DeputyAct {
            id,
            agency: super::committee::sample_agency(),
            role: Role::Head,
            principal: PersonId(1),
            person: PersonId(2),
            name: "林副首長".into(),
            action: Action::ApproveCase,
            path: path.into(),
            at: page.now - Duration::hours(id),
            done,
            seen_at: seen.then_some(page.now),
        };
        let acts = [
            one(3, "/approvals/case/12/approve", true, false),
            one(4, "/approvals/case/12/sign", false, false),
            one(30, "/approvals/case/9/return", true, true),
        ];
        let names = super::committee::sample_names();
        vec![
            ("usual", Self::new(page.clone(), &acts, &names)),
            ("seen", Self::new(page.clone(), &acts[2..], &names)),
            ("empty", Self::new(page.clone(), &[], &names)),
        ]
    }
}

/// `GET /deputies/handback`
pub async fn handback(State(app): State<App>, me: Me, page: Page) -> Answer {
    let acts = access::acts_for(&me.db, me.person).await.map_err(WebError::fault("list the acts of deputies"))?;
    let agencies: Vec<AgencyCode> = acts.iter().map(|act| act.agency).collect();
    let names = scope::names(&app, &agencies).await?;
    html(&HandbackPage::new(page, &acts, &names))
}

/// `POST /deputies/handback`: the chosen acts were seen, or all that are listed.
pub async fn acknowledge(State(app): State<App>, me: Me, form: Form) -> Answer {
    let ids: Vec<i64> = if form.sent("all") {
        let acts = access::acts_for(&me.db, me.person).await.map_err(WebError::fault("list the acts of deputies"))?;
        acts.iter().map(|act| act.id).collect()
    } else {
        form.parsed("acts")
    };
    let count = access::acts_acknowledge(&me.db, me.person, &ids, app.now())
        .await
        .map_err(WebError::fault("acknowledge the acts of deputies"))?;
    let words = Text::new(format!("已閱{count}項。"), format!("{count} acts were marked as seen."));
    Ok(done("/deputies/handback", &Notice::success(words)))
}

/// The duty with this number, if the person keeps the deputies of its agency, with the agency's name.
///
/// # Errors
/// What may not be known does not exist.
pub async fn mine(app: &App, me: &Me, id: &str) -> Result<(DutyFile, String), WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let agencies = scope::agencies(me, Action::KeepDeputies);
    let file = access::duty(&me.db, &agencies, id, app.today()).await.map_err(WebError::fault("find a duty"))?;
    let file = file.ok_or(WebError::NotAllowed)?;
    let agency = file.duty.office.reach.agency();
    scope::check(me, Action::KeepDeputies, &agency)?;
    let name = app.agency_name(agency).await.map_err(told("name an agency"))?;
    Ok((file, name))
}
