//! The people of the officer's agencies.

use crate::pages::sights;
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use kernel::{AgencyCode, Grade, NationalId, Text};
use personnel::{PeopleQuery, Person};
use std::collections::BTreeMap;
use webkit::{Answer, Cell, Form, Link, Page, Pager, Sample, Table, WebError, html, html_with};

/// People on one page.
const PER_PAGE: usize = 50;

/// The list.
#[derive(Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    page: Page,
    form: Form,
    table: Table,
    pager: Pager,
}

impl PeoplePage {
    fn new(page: Page, form: Form, people: &[Person], pager: Pager, names: &BTreeMap<AgencyCode, String>) -> Self {
        let page = page.titled(Text::new("人員", "People")).checked(&form);
        Self { table: table(people, names), pager, form, page }
    }
}

fn table(people: &[Person], names: &BTreeMap<AgencyCode, String>) -> Table {
    let heads = vec![
        Text::new("姓名", "Name"),
        Text::new("身分證號", "National id"),
        Text::new("機關", "Agency"),
        Text::new("單位", "Unit"),
        Text::new("職稱", "Title"),
        Text::new("官職等", "Grade"),
        Text::new("獎懲", "Award"),
        Text::new("憑證", "Card"),
    ];
    let mut table =
        Table::new(Text::new("人員", "People"), heads).when_empty(Text::new("沒有相符的人員。", "Nobody found."));
    for person in people {
        let award = Text::new("擬辦獎懲", "Draft an award");
        let cells = vec![
            Link::new(format!("/people/{}", person.id), webkit::same(&person.name)).into(),
            Cell::Code(person.national_id.masked()),
            names.get(&person.agency).map_or("", String::as_str).into(),
            person.unit.as_str().into(),
            person.title.as_str().into(),
            grade(&person.grade).into(),
            Link::new(format!("/awards/new?person={}", person.id), award).into(),
            Link::new(format!("/people/{}/card", person.id), Text::new("卡片", "Cards")).into(),
        ];
        table.row(person.id, &person.name, cells);
    }
    table
}

/// A grade in words; its code where it is not one we know.
pub fn grade(code: &str) -> String {
    Grade::parse(code).map_or_else(|_| code.to_owned(), |grade| grade.label().to_owned())
}

impl Sample for PeoplePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let file = super::case_sample::file(page, personnel::CaseState::Undone);
        let people: Vec<Person> = file.rows.into_iter().take(3).map(|row| row.person).collect();
        let names = super::committee::sample_names();
        let pager = Pager::new(2, PER_PAGE, 1_248, "/people");
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &people, pager, &names)),
            (
                "empty",
                Self::new(
                    page.clone(),
                    Form::of([("q", "查無此人")]),
                    &[],
                    Pager::new(1, PER_PAGE, 0, "/people"),
                    &names,
                ),
            ),
            ("address", Self::new(page.clone(), in_address(), &[], Pager::new(1, PER_PAGE, 0, "/people"), &names)),
        ]
    }
}

/// The form after a whole number came in an address.
fn in_address() -> Form {
    let zh = "請勿將完整身分證號置於網址；請在此輸入後查詢。";
    let en = "Please do not put a whole national id into an address; type it here instead.";
    let mut form = Form::new();
    form.fault("q", Text::new(zh, en));
    form
}

/// `POST /people`: the search form. A whole national id is looked up here, so that it stands in no address, and with it in no history and
/// in no log; other words become an address that can be kept.
pub async fn search(State(app): State<App>, me: Me, page: Page, form: Form) -> Answer {
    let words = form.trimmed("q");
    let Some(id) = whole_number(words) else {
        let href = if words.is_empty() { "/people".to_owned() } else { address(words) };
        return Ok(Redirect::to(&href).into_response());
    };
    let agencies = scope::agencies(&me, Action::ReadPeople);
    let people = by_id(&me, &agencies, &id).await?;
    let names = scope::names(&app, &agencies).await?;
    let pager = Pager::new(1, PER_PAGE, people.len(), "/people");
    html(&PeoplePage::new(page, form, &people, pager, &names))
}

/// The national id that was typed, in capitals or not.
fn whole_number(words: &str) -> Option<NationalId> {
    NationalId::parse(&words.to_ascii_uppercase()).ok()
}

fn address(words: &str) -> String {
    format!("/people?q={}", super::document::encode(words))
}

/// `GET /people?q=&page=`
pub async fn show(State(app): State<App>, me: Me, page: Page, form: Form) -> Answer {
    let agencies = scope::agencies(&me, Action::ReadPeople);
    let words = form.trimmed("q").to_owned();
    let at = form.value("page").parse().unwrap_or(1);
    let href = if words.is_empty() { "/people".to_owned() } else { address(&words) };
    let limit = u32::try_from(PER_PAGE).expect("a page is short");
    let read = async |offset| {
        let query = PeopleQuery { agencies: &agencies, words: &words, limit, offset };
        personnel::people(&me.db, query).await.map_err(told("list people"))
    };
    if whole_number(&words).is_some() {
        me.looks_at(sights::people(&[])).await?;
        let pager = Pager::new(1, PER_PAGE, 0, "/people");
        let asked = PeoplePage::new(page.without_query(), in_address(), &[], pager, &BTreeMap::new());
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &asked);
    }
    let asked = u32::try_from(PER_PAGE.saturating_mul(usize::saturating_sub(at, 1))).unwrap_or(u32::MAX);
    let (mut people, found) = read(asked).await?;
    let pager = Pager::new(at, PER_PAGE, usize::try_from(found).unwrap_or(0), &href);
    // A page beyond the end is the last one.
    if people.is_empty() && found > 0 {
        people = read(u32::try_from(pager.offset(PER_PAGE)).unwrap_or(0)).await?.0;
    }
    // The look first: while it is written, the names are read.
    me.looks_at(sights::people(&people)).await?;
    let names = scope::names(&app, &agencies).await?;
    html(&PeoplePage::new(page, form, &people, pager, &names))
}

/// Who serves under a national id at the officer's agencies. Whoever searches for one number wants to know of one person: the log says so,
/// and the person can read it. A number that finds nobody here is nobody's, wherever else it may be on file.
async fn by_id(me: &Me, agencies: &[AgencyCode], id: &NationalId) -> Result<Vec<Person>, WebError> {
    let found = personnel::person_at_by_national_id(&me.db, agencies, id.as_str()).await;
    let found: Vec<Person> = found.map_err(told("find a person by national id"))?.into_iter().collect();
    me.looks_at(sights::by_national_id(&found)).await?;
    Ok(found)
}

/// The person with this id, if the asker is an officer of the person's agency.
///
/// # Errors
/// Whoever may not be known does not exist.
pub async fn of_mine(me: &Me, id: &str) -> Result<Person, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let agencies = scope::agencies(me, Action::ReadPeople);
    let found = personnel::person_at(&me.db, &agencies, id).await.map_err(told("find a person"))?;
    found.ok_or(WebError::NotAllowed)
}
