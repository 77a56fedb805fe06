//! The sixteen cells of an award as a form: typed anew, put right after a return, or corrected after issue.

use crate::pages::award_upload::parent;
use crate::pages::sights;
use crate::pages::{people, review};
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use codes::{AwardCategory, AwardRank, AwardResult, RemedyClause};
use kernel::{AgencyCode, CaseId, Text};
use personnel::{AWARD_HEADINGS, AwardRow, CaseState, Finding, Person, Typed};
use std::collections::{BTreeMap, BTreeSet};
use webkit::{Answer, Choice, Form, Link, Notice, Page, Sample, WebError, done, html, html_with, same};

/// Names of the fields, in the order of the file's headings.
const FIELDS: [&str; 16] = [
    "national_id",
    "person_name",
    "agency",
    "reason",
    "reason_long",
    "outcome",
    "other",
    "category",
    "law_code",
    "law_name",
    "article",
    "point",
    "paragraph",
    "subparagraph",
    "item",
    "remedy",
];

/// The choices of the form.
pub struct RowChoices {
    pub agencies: Vec<Choice>,
    pub outcomes: Vec<Choice>,
    pub categories: Vec<Choice>,
    pub remedies: Vec<Choice>,
}

impl RowChoices {
    /// For an officer of these agencies.
    pub fn new(agencies: &BTreeMap<AgencyCode, String>) -> Self {
        let agency = |(code, name): (&AgencyCode, &String)| Choice::new(code, same(format!("{name}（{code}）")));
        let coded = |code: &str, name: &Text| Text::new(format!("{code}　{}", name.zh), format!("{code} {}", name.en));
        // 專案考績 and decorations go another way and would be refused.
        let here = |result: &&AwardResult| !result.is_special_evaluation() && result.rank != AwardRank::Decoration;
        let outcome = |result: &AwardResult| Choice::new(&result.code, coded(&result.code, &result.name));
        let category = |one: AwardCategory| {
            Choice::new(&one.code, one.name.map_or_else(|| same(&one.code), |name| coded(&one.code, &name)))
        };
        let blank = || Choice::new("", Text::new("請選擇", "Choose"));
        Self {
            agencies: agencies.iter().map(agency).collect(),
            outcomes: std::iter::once(blank()).chain(AwardResult::all().iter().filter(here).map(outcome)).collect(),
            categories: AwardCategory::named().into_iter().map(category).collect(),
            remedies: vec![
                Choice::new(
                    RemedyClause::CivilServant.code(),
                    Text::new("公務人員（復審）", "Civil servant (deliberation)"),
                ),
                Choice::new(RemedyClause::Teacher.code(), Text::new("教育人員（申訴）", "Teacher (appeal)")),
            ],
        }
    }
}

/// The cells as typed.
pub fn cells(form: &Form) -> [String; 16] {
    FIELDS.map(|field| form.trimmed(field).to_owned())
}

/// Puts findings beside their fields.
pub fn note(form: &mut Form, findings: &[Finding]) {
    for finding in findings.iter().filter(|finding| !finding.warning) {
        let at = finding.column.and_then(|column| AWARD_HEADINGS.iter().position(|heading| *heading == column));
        form.fault(at.map_or(FIELDS[0], |at| FIELDS[at]), finding.text.clone());
    }
}

/// The form filled with a row on file.
pub fn filled(row: &AwardRow) -> Form {
    let details = &row.details;
    let [article, point, paragraph, subparagraph, item] = &details.place;
    let person = &row.person;
    let values = [
        person.national_id.as_str(),
        &person.name,
        person.agency.as_str(),
        &row.reason,
        &details.reason_long,
        &row.outcome,
        &details.other,
        &row.category,
        &details.law_code,
        &details.law_name,
        article,
        point,
        paragraph,
        subparagraph,
        item,
        &details.remedy,
    ];
    Form::of(FIELDS.into_iter().zip(values))
}

/// The form for a person, nothing else in it yet.
fn for_person(person: &Person) -> Form {
    Form::new()
        .with("national_id", person.national_id.as_str())
        .with("person_name", &person.name)
        .with("agency", person.agency)
        .with("remedy", RemedyClause::CivilServant.code())
}

/// A row to be typed.
#[derive(Template)]
#[template(path = "award_row.html")]
pub struct AwardRowPage {
    page: Page,
    form: Form,
    choices: RowChoices,
    action: String,
    /// Why the row came back, where it did.
    returned: Option<String>,
    /// Whether further rows may follow.
    more: bool,
}

impl AwardRowPage {
    fn typed(page: Page, form: Form, choices: RowChoices, case: Option<CaseId>) -> Self {
        let title = case.map_or_else(
            || Text::new("線上填寫獎懲建議", "Type an award"),
            |case| Text::new(format!("於第{case}號案增列一人"), format!("Add a person to case {case}")),
        );
        let page = page.titled(title).under(parent()).checked(&form);
        Self { page, form, choices, action: "/awards/new".into(), returned: None, more: true }
    }

    fn mended(page: Page, form: Form, choices: RowChoices, case: CaseId, row: &AwardRow) -> Self {
        let back = Link::new(format!("/awards/case/{case}"), review::title(case));
        let page = page
            .titled(Text::new("修正退回之列", "Put a returned row right"))
            .under(parent())
            .under(back)
            .checked(&form);
        let action = format!("/awards/case/{case}/row/{}", row.id);
        Self { page, form, choices, action, returned: row.returned.clone(), more: false }
    }
}

impl Sample for AwardRowPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let choices = || RowChoices::new(&super::committee::sample_names());
        let file = super::case_sample::file(page, CaseState::Draft { remark: None });
        let mut faulty = filled(&file.rows[3]);
        note(&mut faulty, &super::findings::sample());
        let mended = filled(&file.rows[1]);
        vec![
            ("empty", Self::typed(page.clone(), Form::new(), choices(), None)),
            ("faulty", Self::typed(page.clone(), faulty, choices(), Some(CaseId(12)))),
            ("returned", Self::mended(page.clone(), mended, choices(), CaseId(12), &file.rows[1])),
        ]
    }
}

/// The choices for an officer.
pub async fn choices(app: &App, me: &Me) -> Result<RowChoices, WebError> {
    Ok(RowChoices::new(&scope::names(app, &scope::agencies(me, Action::PrepareCase)).await?))
}

/// `GET /awards/new?case=&person=`: an empty row, for a draft case or a person if named.
pub async fn new(State(app): State<App>, me: Me, page: Page, asked: Form) -> Answer {
    let person = match asked.value("person") {
        "" => None,
        id => Some(people::of_mine(&me, id).await?),
    };
    me.looks_at(sights::drafted(person.as_ref())).await?;
    let form =
        person.as_ref().map_or_else(|| Form::new().with("remedy", RemedyClause::CivilServant.code()), for_person);
    let case = case_of(&asked)?;
    let form = case.into_iter().fold(form, |form, case| form.with("case", case));
    html(&AwardRowPage::typed(page, form, choices(&app, &me).await?, case))
}

fn case_of(form: &Form) -> Result<Option<CaseId>, WebError> {
    match form.value("case") {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| WebError::NotFound),
    }
}

/// `POST /awards/new`
pub async fn type_row(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let case = case_of(&form)?;
    let scope: BTreeSet<AgencyCode> = scope::agencies(&me, Action::PrepareCase).into_iter().collect();
    match personnel::type_row(&me.db, me.person, &scope, case, cells(&form), app.now()).await {
        Ok(Typed::Kept(case)) => {
            let agency = personnel::agency_of_case(&me.db, case).await.map_err(told("find the agency of a case"))?;
            scope::done_for(&me, Action::PrepareCase, agency);
            let next =
                if form.sent("another") { format!("/awards/new?case={case}") } else { format!("/awards/case/{case}") };
            let said = Text::new(format!("已存入第{case}號案。"), format!("Kept in case {case}."));
            return Ok(done(&next, &Notice::success(said)));
        }
        Ok(Typed::Faulty(findings)) => note(&mut form, &findings),
        Err(error) => on_form(&mut form, "keep a typed row", error)?,
    }
    // What comes back is what was typed and which rule it breaks.
    me.looks_at(sights::drafted(None)).await?;
    let page = AwardRowPage::typed(page, form, choices(&app, &me).await?, case);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The returned row of a draft case of one's own agencies.
async fn returned_row(me: &Me, case: &str, row: &str) -> Result<(CaseId, AwardRow), WebError> {
    let (case, row) = (case.parse().map_err(|_| WebError::NotFound)?, row.parse().map_err(|_| WebError::NotFound)?);
    let agencies = scope::agencies(me, Action::PrepareCase);
    let file = personnel::case_file(&me.db, &agencies, case).await.map_err(told("open a case"))?;
    let file = file.ok_or(WebError::NotAllowed)?;
    scope::check(me, Action::PrepareCase, &file.case.agency)?;
    let found = file.rows.into_iter().find(|found| found.id == row && found.returned.is_some());
    Ok((case, found.ok_or(WebError::NotFound)?))
}

/// `GET /awards/case/{id}/row/{row}`: a returned row, filled in.
pub async fn mend(State(app): State<App>, me: Me, Path((case, row)): Path<(String, String)>, page: Page) -> Answer {
    let (case, row) = returned_row(&me, &case, &row).await?;
    me.looks_at(sights::drafted(Some(&row.person))).await?;
    html(&AwardRowPage::mended(page, filled(&row), choices(&app, &me).await?, case, &row))
}

/// `POST /awards/case/{id}/row/{row}`
pub async fn keep_mended(
    State(app): State<App>,
    me: Me,
    Path((case, row)): Path<(String, String)>,
    page: Page,
    mut form: Form,
) -> Answer {
    let (case, row) = returned_row(&me, &case, &row).await?;
    let scope: BTreeSet<AgencyCode> = scope::agencies(&me, Action::PrepareCase).into_iter().collect();
    match personnel::mend_row(&me.db, &scope, case, row.id, cells(&form), app.now()).await {
        Ok(Typed::Kept(case)) => {
            let said =
                Text::new("已修正，將與本案其他人員一併送出。", "Put right; it goes on with the others of the case.");
            return Ok(done(&format!("/awards/case/{case}"), &Notice::success(said)));
        }
        Ok(Typed::Faulty(findings)) => note(&mut form, &findings),
        Err(error) => on_form(&mut form, "keep a mended row", error)?,
    }
    me.looks_at(sights::drafted(Some(&row.person))).await?;
    let page = AwardRowPage::mended(page, form, choices(&app, &me).await?, case, &row);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
