//! Proposing an office, and the second person's decision.

use crate::pages::authority::{reach, sample_proposal};
use crate::pages::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::{Action, NewProposal, OfficeError, Proposal, Role, Verdict};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{AgencyCode, PersonId, Text, roc};
use personnel::{PeopleQuery, Person};
use webkit::{Answer, Choice, Form, Link, Notice, Page, Sample, SummaryRow, WebError, done, html, html_with};

/// Most people offered by a search.
const OFFERED_MAX: u32 = 20;

fn parent() -> Link {
    Link::new("/authority", Text::new("權限管理", "Who holds which office"))
}

/// The form of a proposal.
#[derive(Template)]
#[template(path = "authority_new.html")]
pub struct AuthorityNewPage {
    page: Page,
    form: Form,
    people: Vec<Choice>,
    roles: Vec<Choice>,
}

impl AuthorityNewPage {
    fn new(page: Page, form: Form, people: &[Person]) -> Self {
        let page = page.titled(Text::new("提案授予權限", "Propose an office")).under(parent()).checked(&form);
        let person = |person: &Person| {
            let post = format!("{}{}", person.unit, person.title);
            Choice::new(person.id, webkit::same(&person.name)).hint(webkit::same(post))
        };
        let may = |role: &Role| !matches!(role, Role::Operator | Role::Partner);
        let roles = Role::ALL.into_iter().filter(may).map(|role| Choice::new(role.code(), role.label())).collect();
        Self { people: people.iter().map(person).collect(), roles, form, page }
    }
}

impl Sample for AuthorityNewPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let file = super::case_sample::file(page, personnel::CaseState::Undone);
        let people: Vec<Person> = file.rows.into_iter().take(2).map(|row| row.person).collect();
        let mut faulty = Form::of([("q", "王")]);
        faulty.fault("reason", Text::new("請以1至500字說明授權事由。", "Say why in 1 to 500 characters."));
        vec![
            ("search", Self::new(page.clone(), Form::new(), &[])),
            ("usual", Self::new(page.clone(), Form::of([("q", "王"), ("agencies", "A58000000A")]), &people)),
            ("faulty", Self::new(page.clone(), faulty, &people)),
        ]
    }
}

async fn found(me: &Me, words: &str) -> Result<Vec<Person>, WebError> {
    let mut people = Vec::new();
    if !words.is_empty() {
        let agencies = scope::agencies(me, Action::ProposeOffice);
        let query = PeopleQuery { agencies: &agencies, words, limit: OFFERED_MAX, offset: 0 };
        people = personnel::people(&me.db, query).await.map_err(told("find people"))?.0;
    }
    me.looks_at(sights::offices(people.iter().map(|person| person.id).collect())).await?;
    Ok(people)
}

/// `GET /authority/new?q=`
pub async fn form(State(app): State<App>, me: Me, page: Page, form: Form) -> Answer {
    let people = found(&me, form.trimmed("q")).await?;
    let root = me.actor.offices.iter().map(|office| office.reach.agency());
    let mine = scope::agencies(&me, Action::ProposeOffice);
    let first = root.into_iter().find(|agency| mine.contains(agency)).map_or_else(String::new, |code| code.to_string());
    let form = form.with("agencies", first).with("from_on", roc::slash(app.today()));
    html(&AuthorityNewPage::new(page, form, &people))
}

/// `POST /authority/new`
pub async fn send(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let people = found(&me, form.trimmed("q")).await?;
    if let Some(new) = proposal(&me, &mut form).await? {
        match access::propose(&me.db, &me, &new, app.now()).await {
            Ok(_) => {
                let said = Text::new(
                    "已提案，待另一位有權人員確認後生效。",
                    "Proposed; it counts once a second person confirms.",
                );
                return Ok(done("/authority", &Notice::success(said)));
            }
            Err(error) => on_form(&mut form, "propose an office", error)?,
        }
    }
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &AuthorityNewPage::new(page, form, &people))
}

async fn proposal(me: &Me, form: &mut Form) -> Result<Option<NewProposal>, WebError> {
    let mine = scope::agencies(me, Action::ProposeOffice);
    let person = form.trimmed("person").parse().ok().map(PersonId);
    let person = match person {
        Some(id) => personnel::person_at(&me.db, &mine, id).await.map_err(told("find a person"))?,
        None => None,
    };
    // Whoever left is still on file, but nothing is given to them.
    let person = person.filter(|person| person.left_on.is_none());
    if person.is_none() {
        form.fault("person", Text::new("請先查詢並選擇受權人。", "Search and choose the person first."));
    }
    let role = Role::parse(form.value("role"));
    if role.is_none() {
        form.fault("role", Text::new("請選擇角色。", "Choose a role."));
    }
    let words: Vec<String> = form.trimmed("agencies").split_whitespace().map(str::to_owned).collect();
    let agencies: Option<Vec<AgencyCode>> = words.iter().map(|code| AgencyCode::parse(code).ok()).collect();
    if agencies.is_none() {
        form.fault(
            "agencies",
            Text::new("機關代碼為10碼，每行一個。", "An agency code has ten characters; one a line."),
        );
    }
    let from_on = form.date("from_on");
    if from_on.is_none() && form.error("from_on").is_none() {
        form.fault("from_on", Text::new("請填寫生效日。", "Give the first day."));
    }
    let until_on = if form.trimmed("until_on").is_empty() { None } else { form.date("until_on") };
    let (Some(person), Some(role), Some(agencies), Some(from_on), true) =
        (person, role, agencies, from_on, form.is_clean())
    else {
        return Ok(None);
    };
    Ok(Some(NewProposal {
        person: person.id,
        person_name: person.name,
        post: person.agency,
        role,
        agencies,
        with_subordinates: form.has("below", "yes"),
        from_on,
        until_on,
        reason: form.trimmed("reason").to_owned(),
    }))
}

/// A proposal and the second person's two buttons.
#[derive(Template)]
#[template(path = "authority_proposal.html")]
pub struct AuthorityProposalPage {
    page: Page,
    form: Form,
    id: i64,
    facts: Vec<SummaryRow>,
    decided: Option<Text>,
}

impl AuthorityProposalPage {
    fn new(page: Page, form: Form, proposal: &Proposal) -> Self {
        let page = page.titled(Text::new("確認授予權限", "Confirm an office")).under(parent()).checked(&form);
        let new = &proposal.new;
        let agencies: Vec<String> = new.agencies.iter().map(ToString::to_string).collect();
        let until = new.until_on.map_or_else(|| page.t("未定", "open").to_owned(), |day| page.long_date(day));
        let facts = vec![
            SummaryRow::new(Text::new("受權人", "For whom"), new.person_name.as_str()),
            SummaryRow::new(Text::new("角色", "Role"), new.role.label()),
            SummaryRow::new(Text::new("機關代碼", "Agencies"), agencies.join("、")),
            SummaryRow::new(Text::new("範圍", "Reach"), reach(new.with_subordinates)),
            SummaryRow::new(Text::new("期間", "Period"), format!("{} － {until}", page.long_date(new.from_on))),
            SummaryRow::new(Text::new("事由", "Why"), new.reason.as_str()),
            SummaryRow::new(Text::new("提案人", "Proposed by"), proposal.proposed_by.1.as_str()),
        ];
        let lapsed = proposal
            .lapsed_at
            .map(|_| Text::new("受權人已離職，本案已自動終止。", "The person has left, so the proposal is over."));
        let decided = proposal.decided.as_ref().map(|(who, _, yes)| {
            if *yes {
                Text::new(format!("已由{who}確認。"), format!("Confirmed by {who}."))
            } else {
                Text::new(format!("已由{who}退回。"), format!("Refused by {who}."))
            }
        });
        Self { id: proposal.id, facts, decided: decided.or(lapsed), form, page }
    }
}

impl Sample for AuthorityProposalPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let open = sample_proposal(page);
        let done = Proposal { decided: Some(("陳首長".into(), page.now, true)), ..open.clone() };
        let left = Proposal { lapsed_at: Some(page.now), ..open.clone() };
        let mut own = Form::new();
        own.fault("do", Text::new("提案人不得自行確認。", "Whoever proposed it cannot confirm it."));
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &open)),
            ("decided", Self::new(page.clone(), Form::new(), &done)),
            ("lapsed", Self::new(page.clone(), Form::new(), &left)),
            ("own", Self::new(page.clone(), own, &open)),
        ]
    }
}

async fn open(me: &Me, id: i64) -> Result<Proposal, WebError> {
    let found = access::proposal(&me.db, id).await.map_err(WebError::fault("find a proposal"))?;
    let proposal = found.ok_or(WebError::NotFound)?;
    me.looks_at(sights::offices(vec![proposal.new.person])).await?;
    Ok(proposal)
}

/// `GET /authority/proposal/{id}`
pub async fn show(me: Me, Path(id): Path<i64>, page: Page) -> Answer {
    html(&AuthorityProposalPage::new(page, Form::new(), &open(&me, id).await?))
}

/// Decides a proposal, while nobody can enter that the person leaves.
async fn decided(app: &App, me: &Me, proposal: &Proposal, confirm: bool) -> Result<(), OfficeError> {
    let mut tx = me.db.begin().await?;
    let verdict = match confirm {
        true => {
            let serving = personnel::serves(&mut tx, &proposal.new.post, proposal.new.person).await?;
            Verdict::Confirm { serving }
        }
        false => Verdict::Refuse,
    };
    access::decide_proposal(&mut tx, me, proposal.id, verdict, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// `POST /authority/proposal/{id}`: `do` is `confirm` or `refuse`.
pub async fn decide(State(app): State<App>, me: Me, Path(id): Path<i64>, page: Page, mut form: Form) -> Answer {
    let proposal = open(&me, id).await?;
    let confirm = form.value("do") == "confirm";
    match decided(&app, &me, &proposal, confirm).await {
        Ok(()) => {
            let said = if confirm {
                Text::new("已確認，權限已授予。", "Confirmed; the office is given.")
            } else {
                Text::new("已退回提案。", "Refused.")
            };
            Ok(done("/authority", &Notice::success(said)))
        }
        Err(error) => {
            on_form(&mut form, "decide a proposal", error)?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &AuthorityProposalPage::new(page, form, &proposal))
        }
    }
}
