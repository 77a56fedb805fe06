//! Entering and changing a sensitive section of a record.

use super::person::{changed, found, sample_sections};
use super::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{PersonId, Text};
use personnel::{FieldKind, Kept, NewSection, OpenSection, Person, Purpose, Row, Section};
use std::collections::BTreeMap;
use webkit::{Answer, Form, Link, Notice, Page, Sample, WebError, done, html, html_with};

/// Empty rows offered below those on file, where there may be several.
const SPARE_ROWS: usize = 3;

/// A field as the form draws it.
struct Asked {
    name: String,
    label: Text,
    kind: FieldKind,
}

/// The page.
#[derive(Template)]
#[template(path = "person_edit.html")]
pub struct PersonEditPage {
    page: Page,
    form: Form,
    action: String,
    /// The rows, each with its fields.
    rows: Vec<Vec<Asked>>,
    /// The version that is changed.
    seen: String,
    changed: Option<Text>,
    several: bool,
}

impl PersonEditPage {
    fn new(page: Page, form: Form, person: &Person, section: Section, kept: Option<&OpenSection>) -> Self {
        let label = section.label();
        let title =
            Text::new(format!("{}：登錄或修改{}", person.name, label.zh), format!("{}: {}", person.name, label.en));
        let back = Link::new(format!("/people/{}", person.id), Text::new("人事資料", "Record"));
        let page = page.titled(title).under(back).checked(&form);
        let typed = (0..section.rows_max())
            .rev()
            .find(|at| section.fields().iter().any(|field| !form.trimmed(&name(*at, field.name)).is_empty()));
        let several = section.rows_max() > 1;
        let spare = if several { SPARE_ROWS } else { 1 };
        let count = (typed.map_or(0, |at| at + 1) + if several { spare } else { 0 }).clamp(1, section.rows_max());
        let rows = (0..count)
            .map(|at| {
                let asked = |field: &personnel::Field| Asked {
                    name: name(at, field.name),
                    label: field.text(),
                    kind: field.kind,
                };
                section.fields().iter().map(asked).collect()
            })
            .collect();
        let seen = match form.value("seen") {
            "" => kept.map_or(0, |open| open.mark.version).to_string(),
            sent => sent.to_owned(),
        };
        Self {
            action: format!("/people/{}/{}/edit", person.id, section.code()),
            rows,
            seen,
            changed: kept.map(|open| changed(&page, &open.mark)),
            several,
            page,
            form,
        }
    }
}

fn name(row: usize, field: &str) -> String {
    format!("{field}-{row}")
}

/// The form filled with what is on file.
fn filled(section: Section, kept: Option<&OpenSection>) -> Form {
    let mut form = Form::new();
    for (at, row) in kept.map_or(&[][..], |open| &open.rows).iter().enumerate() {
        for field in section.fields() {
            let value = row.get(field.name).map_or("", String::as_str);
            form = form.with(&name(at, field.name), field.shown(value));
        }
    }
    form
}

/// The rows of a form as typed.
fn typed(section: Section, form: &Form) -> Vec<Row> {
    let row = |at: usize| -> Row {
        let value = |field: &personnel::Field| (field.name.to_owned(), form.trimmed(&name(at, field.name)).to_owned());
        section.fields().iter().map(value).collect()
    };
    (0..section.rows_max()).map(row).collect()
}

/// The section of an address. Bank data has routes of its own, which ask for the card.
fn parse(code: &str, action: Action) -> Result<Section, WebError> {
    let section = Section::parse(code).ok_or(WebError::NotFound)?;
    let bank = section == Section::Bank;
    if bank == (action == Action::OpenBankData) { Ok(section) } else { Err(WebError::NotFound) }
}

/// `GET /people/{id}/{section}/edit`: shows what is on file, which is logged first.
pub async fn show(State(app): State<App>, me: Me, Path((id, section)): Path<(String, String)>, page: Page) -> Answer {
    shown(&app, &me, Action::EditRecord, (&id, &section), page).await
}

/// `POST /people/{id}/{section}/edit`
pub async fn keep(
    State(app): State<App>,
    me: Me,
    Path((id, section)): Path<(String, String)>,
    page: Page,
    form: Form,
) -> Answer {
    kept(&app, &me, Action::EditRecord, (&id, &section), page, form).await
}

/// `GET /people/{id}/bank/edit`
pub async fn show_bank(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    shown(&app, &me, Action::OpenBankData, (&id, "bank"), page).await
}

/// `POST /people/{id}/bank/edit`
pub async fn keep_bank(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, form: Form) -> Answer {
    kept(&app, &me, Action::OpenBankData, (&id, "bank"), page, form).await
}

/// The person of an address, if their record may be changed by this officer.
async fn editable(app: &App, me: &Me, action: Action, id: &str) -> Result<Person, WebError> {
    let (person, _) = found(app, me, action, id).await?;
    scope::check(me, Action::EditRecord, &person.agency)?;
    Ok(person)
}

async fn shown(app: &App, me: &Me, action: Action, (id, code): (&str, &str), page: Page) -> Answer {
    let section = parse(code, action)?;
    let person = editable(app, me, action, id).await?;
    looks(me, &person, section).await?;
    let open = personnel::open_section(&me.db, app.ring.as_ref(), &person.agency, person.id, section);
    let kept = open.await.map_err(told("open a section"))?;
    html(&PersonEditPage::new(page, filled(section, kept.as_ref()), &person, section, kept.as_ref()))
}

async fn kept(app: &App, me: &Me, action: Action, (id, code): (&str, &str), page: Page, mut form: Form) -> Answer {
    let section = parse(code, action)?;
    let person = editable(app, me, action, id).await?;
    let rows = typed(section, &form);
    let new = NewSection {
        agency: &person.agency,
        person: person.id,
        section,
        rows: &rows,
        seen: form.value("seen").parse().unwrap_or(0),
        by: (me.person, &me.name),
    };
    let done_with = personnel::keep_section(&me.db, app.ring.as_ref(), app.random.as_ref(), new, app.now()).await;
    match done_with {
        Ok(Kept::As(_)) => {
            let label = section.label();
            let said = Text::new(format!("{}已存檔。", label.zh), format!("Kept: {}.", label.en));
            return Ok(done(&format!("/people/{}", person.id), &Notice::success(said)));
        }
        Ok(Kept::Faulty(faults)) => {
            for fault in faults {
                form.fault(&name(fault.row, fault.field), fault.text);
            }
        }
        Err(error) => on_form(&mut form, "keep a section", error)?,
    }
    looks(me, &person, section).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &PersonEditPage::new(page, form, &person, section, None))
}

/// Writes down that a section is shown to be changed.
async fn looks(me: &Me, person: &Person, section: Section) -> Result<(), WebError> {
    let purpose = readlog::Purpose::new(Purpose::Keep.code(), Purpose::Keep.label().zh);
    me.looks_at(sights::record(person, purpose, &[section.label().zh.as_ref()])).await
}

/// `POST /people/{id}/leave`: the person left; what they may do at the agency, for themselves or as a deputy, ends in the same transaction.
pub async fn leave(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (person, agency) = found(&app, &me, Action::EditRecord, &id).await?;
    if !left(&app, &person, &mut form).await? {
        return super::person::again(&me, page, form, &person, &agency).await;
    }
    let said = Text::new(
        "已登錄離職，本人在本機關之職權與代理同日終止。",
        "Entered; what the person may do here, also as a deputy, ends that day.",
    );
    Ok(done(&format!("/people/{}", person.id), &Notice::success(said)))
}

/// Enters that a person left; false with what is wrong on the form.
async fn left(app: &App, person: &Person, form: &mut Form) -> Result<bool, WebError> {
    let Some(day) = form.date("left_on") else {
        if form.is_clean() {
            form.fault("left_on", Text::new("請填寫離職日期，例如 115/03/02。", "Give the day, such as 115/03/02."));
        }
        return Ok(false);
    };
    let now = app.now();
    let entries = personnel::entries(&app.db, person.id).await.map_err(told("find where a person serves"))?;
    let elsewhere = entries.iter().filter(|entry| entry.left_on.is_none() && entry.agency != person.agency);
    let serving: Vec<_> = elsewhere.map(|entry| entry.agency).collect();
    // Offices are beyond the reach of whoever keeps the roster; all end together or nothing does.
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    if let Err(error) = personnel::leave(&mut tx, &person.agency, person.id, day, now).await {
        on_form(form, "end an entry", error)?;
        return Ok(false);
    }
    access::end_offices_at(&mut tx, person.id, (person.agency, day), &serving, now)
        .await
        .map_err(WebError::fault("end the offices of who left"))?;
    access::end_deputies_of(&mut tx, person.id, (person.agency, day), &serving, now)
        .await
        .map_err(WebError::fault("end the deputising of who left"))?;
    tx.commit().await.map_err(WebError::fault("end an entry"))?;
    Ok(true)
}

/// `POST /people/{id}/stay`: the person serves here too, whatever another agency entered.
pub async fn stay(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let (person, _) = found(&app, &me, Action::EditRecord, &id).await?;
    let mut tx = me.db.begin().await.map_err(WebError::fault("reach the database"))?;
    personnel::stay(&mut tx, &person.agency, person.id, app.now()).await.map_err(told("keep an entry"))?;
    tx.commit().await.map_err(WebError::fault("keep an entry"))?;
    let said = Text::new("已登錄仍在本機關任職。", "Entered: they still serve here.");
    Ok(done(&format!("/people/{}", person.id), &Notice::success(said)))
}

impl Sample for PersonEditPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let file = super::case_sample::file(page, personnel::CaseState::Undone);
        let mut person = file.rows.into_iter().next().expect("a sample case has rows").person;
        person.id = PersonId(7);
        let kept: BTreeMap<Section, OpenSection> =
            sample_sections(page).into_iter().map(|open| (open.mark.section, open)).collect();
        let drawn = |section: Section| {
            let open = kept.get(&section);
            Self::new(page.clone(), filled(section, open), &person, section, open)
        };
        let mut faulty = Form::of([("bank-0", "4"), ("account-0", "12x"), ("seen", "3")]);
        let faults = personnel::check_section(Section::Bank, &typed(Section::Bank, &faulty), page.now.date());
        for fault in faults.expect_err("the sample is wrong") {
            faulty.fault(&name(fault.row, fault.field), fault.text);
        }
        vec![
            ("contact", drawn(Section::Contact)),
            ("family", drawn(Section::Family)),
            ("health_new", drawn(Section::Health)),
            ("faulty", Self::new(page.clone(), faulty, &person, Section::Bank, None)),
        ]
    }
}
