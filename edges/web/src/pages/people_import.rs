//! Taking in a list of people: whole, or with every fault by row and column and nothing taken in.

use crate::pages::findings;
use crate::refusal::on_form;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::Text;
use personnel::{Finding, ImportedPeople, PEOPLE_HEADINGS, PersonnelError};
use webkit::{Answer, Form, Link, Notice, Page, Sample, Table, Upload, done, html, html_with};

/// Largest file, in bytes.
const FILE_MAX: usize = 20 << 20;

/// The form, and what was found in a refused file.
#[derive(Template)]
#[template(path = "people_import.html")]
pub struct PeopleImportPage {
    page: Page,
    form: Form,
    headings: String,
    findings: Table,
}

impl PeopleImportPage {
    fn new(page: Page, form: Form, found: &[Finding]) -> Self {
        let page = page
            .titled(Text::new("匯入人員資料", "Import people"))
            .under(Link::new("/people", Text::new("人員", "People")))
            .checked(&form);
        Self { page, form, headings: PEOPLE_HEADINGS.join("、"), findings: findings::table(found) }
    }
}

impl Sample for PeopleImportPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let mut faulty = Form::new();
        faulty.fault("file", refused(600, 3));
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &[])),
            ("faulty", Self::new(page.clone(), faulty, &findings::sample())),
        ]
    }
}

/// `GET /people/import`
pub async fn show(page: Page) -> Answer {
    html(&PeopleImportPage::new(page, Form::new(), &[]))
}

/// `POST /people/import`
pub async fn import(State(app): State<App>, me: Me, page: Page, mut sent: Upload<FILE_MAX>) -> Answer {
    let chosen = sent.file("file");
    let mut form = sent.form;
    let mut found = Vec::new();
    if let Some(chosen) = chosen {
        let scope = scope::agencies(&me, Action::ImportPeople).into_iter().collect();
        match personnel::import_people(&me.db, Some(&scope), &chosen.name, &chosen.bytes, app.now()).await {
            Ok(imported) if imported.is_taken() => {
                scope::done_for(&me, Action::ImportPeople, imported.agencies.iter().copied());
                return Ok(done("/people", &Notice::success(taken(&imported))));
            }
            Ok(imported) => {
                form.fault("file", refused(imported.rows, findings::faulty_lines(&imported.findings)));
                found = imported.findings;
            }
            Err(PersonnelError::File(fault)) => form.fault("file", fault.refusal().text),
            Err(error) => on_form(&mut form, "import people", error)?,
        }
    }
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &PeopleImportPage::new(page, form, &found))
}

fn taken(imported: &ImportedPeople) -> Text {
    let ImportedPeople { rows, added, changed, .. } = imported;
    Text::new(
        format!("已匯入{rows}人：新增{added}人，異動{changed}人。"),
        format!("{rows} people imported: {added} new, {changed} changed."),
    )
}

fn refused(rows: usize, faulty: usize) -> Text {
    Text::new(
        format!("{rows}列中有{faulty}列錯誤，未匯入任何資料；請依下表修正後再上傳。"),
        format!(
            "{faulty} of {rows} lines have faults; nobody was imported. Correct them as listed below and upload again."
        ),
    )
}
