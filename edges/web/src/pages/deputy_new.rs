//! Naming a deputy: whom, for which powers, up to which award.

use crate::App;
use crate::pages::deputies::{mine, sample_file};
use crate::pages::deputy_words::{LIMITS, limit, outcomes_within, power};
use crate::pages::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use access::{Action, DutyFile, NewDeputy};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{AgencyCode, PersonId, Text};
use personnel::{PeopleQuery, Person};
use webkit::{Answer, Choice, Form, Link, Notice, Page, Sample, WebError, done, html, html_with};

/// Most people offered.
const FOUND_MAX: u32 = 20;

/// The page.
#[derive(Template)]
#[template(path = "deputy_new.html")]
pub struct DeputyNewPage {
    page: Page,
    form: Form,
    id: i64,
    people: Vec<Choice>,
    powers: Vec<Choice>,
    /// Whether approving is among the powers, so that a limit makes sense.
    approves: bool,
    limits: Vec<Choice>,
}

impl DeputyNewPage {
    fn new(page: Page, form: Form, file: &DutyFile, found: &[Person]) -> Self {
        let name = &file.duty.name;
        let parent = Link::new(format!("/deputies/{}", file.duty.id), webkit::same(name));
        let page = page.titled(Text::new("指定代理人", "Name a deputy")).under(parent).checked(&form);
        let may = access::powers_of(file.duty.office.role);
        let approves = may.contains(&Action::ApproveCase);
        let limits = std::iter::once("all").chain(LIMITS.map(|(code, _)| code));
        Self {
            id: file.duty.id,
            people: people(found),
            powers: may.iter().map(|action| Choice::new(action.code(), power(*action))).collect(),
            approves,
            limits: limits.map(|code| Choice::new(code, limit(code))).collect(),
            form,
            page,
        }
    }
}

/// People to choose from.
pub fn people(found: &[Person]) -> Vec<Choice> {
    let line = |person: &Person| {
        Choice::new(person.id, webkit::same(&person.name))
            .hint(webkit::same(format!("{}　{}", person.unit, person.title)))
    };
    found.iter().map(line).collect()
}

/// The people of agencies whom these words find.
///
/// # Errors
/// When the list cannot be read.
pub async fn find(me: &Me, agencies: &[AgencyCode], words: &str) -> Result<Vec<Person>, WebError> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let query = PeopleQuery { agencies, words, limit: FOUND_MAX, offset: 0 };
    Ok(personnel::people(&me.db, query).await.map_err(told("find people"))?.0)
}

/// The person chosen on a form, if among the people who serve at these agencies; the form says otherwise.
///
/// # Errors
/// When the person cannot be read.
pub async fn chosen(me: &Me, agencies: &[AgencyCode], form: &mut Form) -> Result<Option<Person>, WebError> {
    let person = match form.value("person").parse() {
        Ok(id) => personnel::person_at(&me.db, agencies, PersonId(id)).await.map_err(told("find a person"))?,
        Err(_) => None,
    };
    // Whoever left is still on file, but nothing is given to them.
    let person = person.filter(|person: &Person| person.left_on.is_none());
    if person.is_none() {
        form.fault("person", Text::new("請選擇人員。", "Please choose a person."));
    }
    Ok(person)
}

impl Sample for DeputyNewPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let file = sample_file(kernel::office_date(page.now));
        let case = super::case_sample::file(page, personnel::CaseState::Undone);
        let found: Vec<Person> = case.rows.into_iter().take(3).map(|row| row.person).collect();
        let mut faulty = filled(&file, "林").with("limit", "merit");
        faulty.fault("person", Text::new("請選擇人員。", "Please choose a person."));
        let draw = |form, found: &[Person]| Self::new(page.clone(), form, &file, found);
        vec![
            ("search", draw(Form::new(), &[])),
            ("none", draw(Form::of([("q", "查無此人")]), &[])),
            ("found", draw(filled(&file, "林"), &found)),
            ("faulty", draw(faulty, &found)),
        ]
    }
}

/// The form with every power ticked: a limit is set by taking some away.
fn filled(file: &DutyFile, words: &str) -> Form {
    let powers = access::powers_of(file.duty.office.role);
    powers.iter().fold(Form::of([("q", words), ("limit", "all")]), |form, action| form.with("powers", action.code()))
}

/// `GET /deputies/{office}/new?q=`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, form: Form) -> Answer {
    let (file, _) = mine(&app, &me, &id).await?;
    let words = form.trimmed("q").to_owned();
    let found = find(&me, &crate::scope::agencies(&me, Action::KeepDeputies), &words).await?;
    me.looks_at(sights::searched(&found, "deputies", "指定職務代理人")).await?;
    html(&DeputyNewPage::new(page, filled(&file, &words), &file, &found))
}

/// `POST /deputies/{office}/new`
pub async fn name(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, _) = mine(&app, &me, &id).await?;
    let agencies = crate::scope::agencies(&me, Action::KeepDeputies);
    if let Some(person) = chosen(&me, &agencies, &mut form).await? {
        let powers: Vec<Action> = form.values("powers").filter_map(Action::parse).collect();
        let outcomes = outcomes_within(form.value("limit"));
        let new = NewDeputy { person: person.id, name: &person.name, powers: &powers, outcomes: outcomes.as_deref() };
        let serves_here = person.agency == file.duty.office.reach.agency();
        match access::name_deputy(&me.db, &file, &new, serves_here, (&me.actor, app.now())).await {
            Ok(warnings) => {
                let odd: Vec<Text> = warnings.iter().map(|warning| warning.label()).collect();
                return Ok(done(&format!("/deputies/{id}"), &Notice::success(said(&odd))));
            }
            Err(error) => on_form(&mut form, "name a deputy", error)?,
        }
    }
    let words = form.trimmed("q").to_owned();
    let found = find(&me, &agencies, &words).await?;
    me.looks_at(sights::searched(&found, "deputies", "指定職務代理人")).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &DeputyNewPage::new(page, form, &file, &found))
}

fn said(odd: &[Text]) -> Text {
    if odd.is_empty() {
        return Text::new("已指定代理人。", "The deputy was named.");
    }
    let zh: Vec<&str> = odd.iter().map(|text| text.zh.as_ref()).collect();
    let en: Vec<&str> = odd.iter().map(|text| text.en.as_ref()).collect();
    Text::new(
        format!("已指定代理人；請注意：{}。", zh.join("、")),
        format!("The deputy was named. Please note: {}.", en.join("; ")),
    )
}
