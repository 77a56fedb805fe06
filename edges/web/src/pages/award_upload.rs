//! An award file: sent, checked, shown with every fault, then taken in (all, or the good lines) or left.

use crate::pages::document::{ODS, file};
use crate::pages::findings;
use crate::pages::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use kernel::{AgencyCode, PersonId, Text};
use personnel::{AWARD_HEADINGS, Finding, PersonnelError, Taken, UploadCheck};
use sheet::{OdsSheet, write_ods};
use std::collections::BTreeSet;
use webkit::{Answer, Form, Link, Notice, Page, Sample, Table, Upload, WebError, done, html, html_with};

/// Largest file, in bytes.
const FILE_MAX: usize = 20 << 20;
/// Findings shown on the page; all are in the sheet that can be downloaded.
const FINDINGS_SHOWN: usize = 1000;

/// The form for a file.
#[derive(Template)]
#[template(path = "award_upload.html")]
pub struct AwardUploadPage {
    page: Page,
    form: Form,
}

impl AwardUploadPage {
    fn new(page: Page, form: Form) -> Self {
        let page = page.titled(Text::new("上傳獎懲建議檔", "Upload an award file")).under(parent()).checked(&form);
        Self { page, form }
    }
}

/// Where all of this belongs.
pub fn parent() -> Link {
    Link::new("/awards", Text::new("獎懲案", "Award cases"))
}

impl Sample for AwardUploadPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let mut faulty = Form::new();
        faulty.fault(
            "file",
            Text::new("這個檔案不是表格：不是 CSV、ODS 或 XLSX。", "This file is no table: neither CSV, ODS nor XLSX."),
        );
        vec![("usual", Self::new(page.clone(), Form::new())), ("faulty", Self::new(page.clone(), faulty))]
    }
}

/// What was found in a file.
#[derive(Template)]
#[template(path = "award_check.html")]
pub struct AwardCheckPage {
    page: Page,
    form: Form,
    id: i64,
    file_name: String,
    rows: usize,
    passed: usize,
    faulty: usize,
    findings: Table,
    /// Findings beyond those shown.
    more: usize,
}

impl AwardCheckPage {
    fn new(page: Page, form: Form, id: i64, check: &UploadCheck) -> Self {
        Self::of(page, form, id, &check.file_name, (check.table.rows.len(), check.checked.len()), &check.findings)
    }

    fn of(page: Page, form: Form, id: i64, name: &str, (rows, passed): (usize, usize), found: &[Finding]) -> Self {
        let page = page.titled(Text::new("檢查結果", "What was found")).under(parent()).checked(&form);
        Self {
            file_name: name.to_owned(),
            faulty: findings::faulty_lines(found),
            findings: findings::table(&found[..found.len().min(FINDINGS_SHOWN)]),
            more: found.len().saturating_sub(FINDINGS_SHOWN),
            rows,
            passed,
            form,
            id,
            page,
        }
    }
}

impl Sample for AwardCheckPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let name = "範例市政府115年第1季平時考核獎懲建議名冊（人事處彙整，含各局處）.csv";
        let draw = |rows, found: &[Finding]| Self::of(page.clone(), Form::new(), 7, name, rows, found);
        let mut refused = Form::new();
        refused
            .fault("file", Text::new("檔案有2列錯誤，未匯入任何資料。", "2 rows have faults; nothing was taken in."));
        vec![
            ("faults", draw((1_251, 1_249), &findings::sample())),
            ("good", draw((285, 285), &[])),
            ("nothing_good", draw((2, 0), &findings::sample())),
            ("refused", Self::of(page.clone(), refused, 7, name, (1_251, 1_249), &findings::sample())),
        ]
    }
}

/// `GET /awards/upload`
pub async fn form(page: Page) -> Answer {
    html(&AwardUploadPage::new(page, Form::new()))
}

fn mine(me: &Me) -> BTreeSet<AgencyCode> {
    scope::agencies(me, Action::PrepareCase).into_iter().collect()
}

/// `POST /awards/upload`: a file that can be read is kept and shown with what was found in it.
pub async fn send(State(app): State<App>, me: Me, page: Page, mut sent: Upload<FILE_MAX>) -> Answer {
    let chosen = sent.file("file");
    let mut form = sent.form;
    if let Some(chosen) = chosen {
        match personnel::check_file(&me.db, &mine(&me), &chosen.name, &chosen.bytes, app.today()).await {
            Ok(check) => {
                scope::done_for(&me, Action::PrepareCase, agencies(&check));
                let kept = personnel::keep_upload(&me.db, me.person, &chosen.name, &chosen.bytes, app.now()).await;
                return Ok(
                    Redirect::to(&format!("/awards/upload/{}", kept.map_err(told("keep a file"))?)).into_response()
                );
            }
            Err(PersonnelError::File(fault)) => form.fault("file", fault.refusal().text),
            Err(PersonnelError::Refused(no)) => form.fault("file", no.text),
            Err(error) => on_form(&mut form, "check a file", error)?,
        }
    }
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &AwardUploadPage::new(page, form))
}

async fn kept(app: &App, me: &Me, id: &str) -> Result<(i64, UploadCheck), WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let check = personnel::upload(&me.db, id, me.person, &mine(me), app.today()).await.map_err(told("check a file"))?;
    Ok((id, check.ok_or(WebError::NotFound)?))
}

/// The agencies of the rows that passed.
fn agencies(check: &UploadCheck) -> BTreeSet<AgencyCode> {
    check.checked.iter().map(|row| row.agency).collect()
}

/// The people whose numbers the file holds and who were found.
fn found(check: &UploadCheck) -> Vec<PersonId> {
    check.checked.iter().map(|row| row.person).collect()
}

async fn looks(me: &Me, check: &UploadCheck) -> Result<(), WebError> {
    me.looks_at(sights::checked(found(check))).await
}

/// `GET /awards/upload/{id}`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (id, check) = kept(&app, &me, &id).await?;
    looks(&me, &check).await?;
    html(&AwardCheckPage::new(page, Form::new(), id, &check))
}

/// `POST /awards/upload/{id}`: `take` is `all`, `good` or `none`.
pub async fn take(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (id, check) = kept(&app, &me, &id).await?;
    scope::done_for(&me, Action::PrepareCase, agencies(&check));
    if form.value("take") == "none" {
        personnel::drop_upload(&me.db, id, me.person).await.map_err(told("leave a file"))?;
        return Ok(done("/awards", &Notice::info(Text::new("未匯入任何資料。", "Nothing was taken in."))));
    }
    let good_only = form.value("take") == "good";
    match personnel::take(&me.db, id, me.person, &mine(&me), good_only, app.now()).await {
        Ok(taken) => Ok(done(&first_page(&taken), &Notice::success(taken_text(&taken)))),
        Err(error) => {
            on_form(&mut form, "take in a file", error)?;
            looks(&me, &check).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &AwardCheckPage::new(page, form, id, &check))
        }
    }
}

fn first_page(taken: &Taken) -> String {
    match taken.cases.as_slice() {
        [case] => format!("/awards/case/{case}"),
        _ => "/awards?state=draft".to_owned(),
    }
}

fn taken_text(taken: &Taken) -> Text {
    let (rows, cases) = (taken.rows, taken.cases.len());
    Text::new(
        format!("已匯入{rows}列，建立{cases}案。核定前可一鍵撤回整批。"),
        format!(
            "{rows} rows were taken in as {cases} cases. Until approval the whole batch can be taken back with one click."
        ),
    )
}

/// `GET /awards/upload/{id}/refused.ods`: the same file with the reasons beside the cells.
pub async fn refused(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let (_, check) = kept(&app, &me, &id).await?;
    let bytes = personnel::refused_ods(&check).map_err(told("write the reasons beside the cells"))?;
    let stem = check.file_name.rsplit_once('.').map_or(check.file_name.as_str(), |(stem, _)| stem);
    let name = format!("{stem}_檢查結果.ods");
    me.takes(&name, sights::checked(found(&check))).await?;
    Ok(file(&name, ODS, false, bytes))
}

/// `GET /awards/template.ods`: the headings, nothing below them.
pub async fn template() -> Answer {
    let sheet = OdsSheet {
        name: "獎懲資料".into(),
        header: AWARD_HEADINGS.map(str::to_owned).to_vec(),
        rows: Vec::new(),
        remarks: Vec::new(),
        faulty: Vec::new(),
    };
    let bytes = write_ods(&sheet).map_err(|fault| WebError::from(fault.refusal()))?;
    Ok(file("獎懲建議檔範本.ods", ODS, false, bytes))
}
