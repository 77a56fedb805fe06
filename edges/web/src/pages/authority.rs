//! Who holds which office, what waits for a second person, and ending an office.

use crate::pages::public_register::instant;
use crate::pages::sights;
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::{Action, Decision, Emergency, Held, NewProposal, Proposal, Role, Scope, decide};
use askama::Template;
use axum::extract::{Path, State};
use kernel::{AgencyCode, PersonId, Text};
use register::issuer::Revoked;
use std::collections::BTreeMap;
use tlog::issuer::{End, Replaces, Statement};
use webkit::{Answer, Cell, Link, Notice, Page, Sample, Table, Tag, Tone, WebError, done, html};

/// The list.
#[derive(Template)]
#[template(path = "authority.html")]
pub struct AuthorityPage {
    page: Page,
    offices: Table,
    waiting: Table,
    /// What the operator gave alone.
    alone: Option<Table>,
    /// Keys that the operator revoked.
    revoked: Option<Table>,
    may_propose: bool,
}

/// What the page lists.
#[derive(Default)]
struct Listed {
    held: Vec<Held>,
    waiting: Vec<Proposal>,
    alone: Vec<Emergency>,
    revoked: Vec<Revoked>,
}

impl AuthorityPage {
    fn new(page: Page, listed: &Listed, names: &Names, may_propose: bool) -> Self {
        let page = page.titled(Text::new("權限管理", "Who holds which office"));
        Self {
            offices: offices(&page, &listed.held, names, may_propose),
            waiting: proposals(&listed.waiting, names),
            alone: (!listed.alone.is_empty()).then(|| alone(&page, &listed.alone, names)),
            revoked: (!listed.revoked.is_empty()).then(|| revoked(&page, &listed.revoked)),
            may_propose,
            page,
        }
    }
}

/// Names of the people and agencies in a list.
#[derive(Default)]
pub struct Names {
    people: BTreeMap<PersonId, String>,
    agencies: BTreeMap<AgencyCode, String>,
}

impl Names {
    /// The name of an agency; its code if the list lacks it.
    pub fn agency(&self, code: AgencyCode) -> String {
        self.agencies.get(&code).cloned().unwrap_or_else(|| code.to_string())
    }
}

fn offices(page: &Page, held: &[Held], names: &Names, may_end: bool) -> Table {
    let mut heads = vec![
        Text::new("姓名", "Name"),
        Text::new("角色", "Role"),
        Text::new("機關", "Agency"),
        Text::new("範圍", "Reach"),
        Text::new("生效日", "From"),
        Text::new("終止日", "Until"),
    ];
    if may_end {
        heads.push(Text::new("辦理", "Act"));
    }
    let mut table = Table::new(Text::new("現有及將生效的權限", "Offices held now or soon"), heads)
        .when_empty(Text::new("沒有任何權限。", "No offices."));
    for one in held {
        let unlisted = || format!("編號{}", one.person);
        let name = names.people.get(&one.person).cloned().unwrap_or_else(unlisted);
        let mut cells: Vec<Cell> = vec![
            name.as_str().into(),
            one.office.role.label().into(),
            names.agency(one.office.reach.agency()).into(),
            reach(one.office.reach.with_subordinates()).into(),
            Cell::Code(page.date(one.from_on)),
            one.until_on.map_or(Text::new("未定", "open").into(), |day| Cell::Code(page.date(day))),
        ];
        if may_end {
            cells.push(Link::new(format!("/authority/{}/end", one.id), Text::new("終止", "End")).into());
        }
        table.row(one.id, &name, cells);
    }
    table
}

/// 本機關 or 本機關暨所屬.
pub fn reach(with_subordinates: bool) -> Text {
    if with_subordinates {
        Text::new("本機關暨所屬", "With all agencies below")
    } else {
        Text::new("本機關", "The agency alone")
    }
}

fn proposals(waiting: &[Proposal], names: &Names) -> Table {
    let heads = vec![
        Text::new("受權人", "For whom"),
        Text::new("角色", "Role"),
        Text::new("機關", "Agencies"),
        Text::new("提案人", "Proposed by"),
        Text::new("狀態", "State"),
    ];
    let mut table = Table::new(Text::new("待第二人確認", "Waiting for a second person"), heads)
        .when_empty(Text::new("沒有待確認的提案。", "Nothing waits."));
    for proposal in waiting {
        let new = &proposal.new;
        let agencies: Vec<String> = new.agencies.iter().map(|code| names.agency(*code)).collect();
        let cells = vec![
            Link::new(format!("/authority/proposal/{}", proposal.id), webkit::same(&new.person_name)).into(),
            new.role.label().into(),
            agencies.join("、").into(),
            proposal.proposed_by.1.as_str().into(),
            Tag::new(Tone::Waiting, Text::new("待確認", "Waiting")).into(),
        ];
        table.row(proposal.id, &new.person_name, cells);
    }
    table
}

fn alone(page: &Page, given: &[Emergency], names: &Names) -> Table {
    let heads = vec![
        Text::new("受權人", "For whom"),
        Text::new("角色", "Role"),
        Text::new("機關", "Agency"),
        Text::new("授權時間", "Given"),
        Text::new("緊急事由", "The emergency"),
    ];
    let mut table =
        Table::new(Text::new("系統管理者一人緊急授予的權限", "Given by the operator alone, in an emergency"), heads);
    for (at, one) in given.iter().enumerate() {
        let cells = vec![
            one.person_name.as_str().into(),
            one.office.role.label().into(),
            names.agency(one.office.reach.agency()).into(),
            Cell::Code(page.moment(one.given_at)),
            one.reason.as_str().into(),
        ];
        table.row(at, &one.person_name, cells);
    }
    table
}

fn revoked(page: &Page, keys: &[Revoked]) -> Table {
    let heads = vec![
        Text::new("機關", "Agency"),
        Text::new("撤銷之金鑰", "Keys revoked"),
        Text::new("撤銷起始時間", "What entered from then on is revoked"),
        Text::new("接替之金鑰", "Keys that came after"),
        Text::new("緊急事由", "The emergency"),
    ];
    let mut table =
        Table::new(Text::new("系統管理者緊急撤銷的機關金鑰", "Keys that the operator revoked, in an emergency"), heads);
    let number = |number: u16| Cell::from(Text::new(format!("{number} 號"), format!("Number {number}")));
    for Revoked { by, reason } in keys {
        let Some(Replaces { issuer: old, end: End::RevokedFrom(ms) }) = by.replaces else { continue };
        let cells = vec![
            by.name.as_str().into(),
            number(old),
            Cell::Code(page.moment(instant(ms))),
            number(by.issuer),
            reason.as_str().into(),
        ];
        table.row(by.issuer, &by.name, cells);
    }
    table
}

/// A proposal for samples.
pub fn sample_proposal(page: &Page) -> Proposal {
    let agency = AgencyCode::parse("A58000000A").expect("a well-formed code");
    let new = NewProposal {
        person: PersonId(7),
        person_name: "王小明".into(),
        post: agency,
        role: Role::Officer,
        agencies: vec![agency],
        with_subordinates: true,
        from_on: page.now.date(),
        until_on: None,
        reason: "人事室科員職務異動，接辦獎懲業務。".into(),
    };
    Proposal {
        id: 3,
        new,
        proposed_by: (PersonId(8), "李資安".into()),
        proposed_at: page.now,
        decided: None,
        lapsed_at: None,
    }
}

impl Sample for AuthorityPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let agency = AgencyCode::parse("A58000000A").expect("a well-formed code");
        let held = |id, role, reach| Held {
            id,
            person: PersonId(7),
            office: access::Office::own(role, reach),
            from_on: page.now.date(),
            until_on: None,
        };
        let held = vec![
            held(1, Role::Officer, access::Reach::Agency(agency)),
            held(2, Role::Head, access::Reach::Subtree(agency)),
        ];
        let names = Names {
            people: BTreeMap::from([(PersonId(7), "王小明".to_owned())]),
            agencies: BTreeMap::from([(agency, "行政院人事行政總處".to_owned())]),
        };
        let given = Emergency {
            person: PersonId(9),
            person_name: "陳範例".into(),
            office: access::Office::own(Role::Security, access::Reach::Agency(agency)),
            reason: "原資安管理人二人同時因災停班，須即時終止外洩帳號。".into(),
            given_at: page.now,
        };
        let usual = Listed { held: held.clone(), waiting: vec![sample_proposal(page)], ..Listed::default() };
        let reading = Listed { held: held.clone(), ..Listed::default() };
        let keys = Revoked {
            by: Statement {
                agency: agency.to_string(),
                card_ca: [1; 32],
                document_certificate: vec![1],
                issuer: 12,
                name: "行政院人事行政總處".into(),
                replaces: Some(Replaces { issuer: 3, end: End::RevokedFrom(1_772_416_800_000) }),
                seal_key: [2; 32],
            },
            reason: "存放金鑰的主機遭入侵，無法排除金鑰已被複製。".into(),
        };
        let emergency = Listed { held, alone: vec![given], revoked: vec![keys], ..Listed::default() };
        vec![
            ("usual", Self::new(page.clone(), &usual, &names, true)),
            ("reading", Self::new(page.clone(), &reading, &names, false)),
            ("emergency", Self::new(page.clone(), &emergency, &names, true)),
        ]
    }
}

/// The names of everybody and every agency in a list.
pub async fn names(app: &App, me: &Me, held: &[Held], agencies: &[AgencyCode]) -> Result<Names, WebError> {
    let mut people = BTreeMap::new();
    for person in held.iter().map(|one| one.person) {
        if !people.contains_key(&person) {
            let found = personnel::person_at(&me.db, agencies, person).await.map_err(told("name an office holder"))?;
            people.extend(found.map(|found| (person, found.name)));
        }
    }
    Ok(Names { people, agencies: scope::names(app, agencies).await? })
}

async fn revoked_keys(app: &App, agencies: &[AgencyCode]) -> Result<Vec<Revoked>, register::Fault> {
    let codes: Vec<String> = agencies.iter().map(AgencyCode::to_string).collect();
    register::issuer::revoked(&mut app.db.begin().await?, &codes).await
}

/// `GET /authority`
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let agencies = scope::agencies(&me, Action::ReadOffices);
    let held = access::offices_at(&me.db, &agencies, app.today()).await.map_err(WebError::fault("list offices"))?;
    let waiting = access::proposals_at(&me.db, &agencies).await.map_err(WebError::fault("list proposals"))?;
    let alone = access::emergencies_at(&me.db, &agencies).await.map_err(WebError::fault("list emergencies"))?;
    let revoked = revoked_keys(&app, &agencies).await.map_err(WebError::fault("list revoked keys"))?;
    let names = names(&app, &me, &held, &agencies).await?;
    let shown = held.iter().map(|one| one.person).chain(waiting.iter().map(|proposal| proposal.new.person));
    me.looks_at(sights::offices(shown.chain(alone.iter().map(|one| one.person)).collect())).await?;
    let may_propose = decide(Some(&me), Action::ProposeOffice, Scope::Any) != Decision::Refuse;
    html(&AuthorityPage::new(page, &Listed { held, waiting, alone, revoked }, &names, may_propose))
}

/// An office about to be ended.
#[derive(Template)]
#[template(path = "authority_end.html")]
pub struct AuthorityEndPage {
    page: Page,
    action: String,
    question: String,
}

impl AuthorityEndPage {
    fn new(page: Page, held: &Held, names: &Names) -> Self {
        let parent = Link::new("/authority", Text::new("權限管理", "Who holds which office"));
        let page = page.titled(Text::new("終止權限", "End an office")).under(parent);
        let name = names.people.get(&held.person).cloned().unwrap_or_else(|| format!("編號{}", held.person));
        let agency = names.agency(held.office.reach.agency());
        let role = page.text(&held.office.role.label()).to_owned();
        let question = match page.lang {
            kernel::Lang::Zh => {
                format!("將終止{name}在「{agency}」的「{role}」權限，今日起失效；正在進行的登入同時失去該權限。")
            }
            kernel::Lang::En => {
                format!("{name} will no longer be {role} at {agency} from today on, in sessions under way too.")
            }
        };
        Self { action: format!("/authority/{}/end", held.id), question, page }
    }
}

impl Sample for AuthorityEndPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let agency = AgencyCode::parse("A58000000A").expect("a well-formed code");
        let office = access::Office::own(Role::Officer, access::Reach::Agency(agency));
        let held = Held { id: 1, person: PersonId(7), office, from_on: page.now.date(), until_on: None };
        vec![("usual", Self::new(page.clone(), &held, &Names::default()))]
    }
}

async fn held(app: &App, me: &Me, id: i64) -> Result<(Held, Vec<AgencyCode>), WebError> {
    let agencies = scope::agencies(me, Action::ProposeOffice);
    let all = access::offices_at(&me.db, &agencies, app.today()).await.map_err(WebError::fault("list offices"))?;
    Ok((all.into_iter().find(|one| one.id == id).ok_or(WebError::NotFound)?, agencies))
}

/// `GET /authority/{id}/end`
pub async fn ask_end(State(app): State<App>, me: Me, Path(id): Path<i64>, page: Page) -> Answer {
    let (held, agencies) = held(&app, &me, id).await?;
    let names = names(&app, &me, std::slice::from_ref(&held), &agencies).await?;
    me.looks_at(sights::offices(vec![held.person])).await?;
    html(&AuthorityEndPage::new(page, &held, &names))
}

/// `POST /authority/{id}/end`
pub async fn end(State(app): State<App>, me: Me, Path(id): Path<i64>) -> Answer {
    held(&app, &me, id).await?;
    access::end_one(&me.db, &me, id, app.now()).await.map_err(told("end an office"))?;
    Ok(done("/authority", &Notice::success(Text::new("權限已終止。", "The office has ended."))))
}
