//! Taking in the next edition of the agency list: the file is looked at, and kept until its changes were seen.

use crate::App;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel::Text;
use org::{Edition, Finding};
use webkit::{Answer, Cell, Form, Link, Page, Sample, Table, Upload, WebError, html, html_with};

/// Editions listed on the page.
const EDITIONS_MAX: i64 = 20;
/// Largest file, in bytes.
const FILE_MAX: usize = 20 << 20;

/// The form for a file, with its faults, and the editions on file.
#[derive(Template)]
#[template(path = "agency_import.html")]
pub struct AgencyImportPage {
    page: Page,
    form: Form,
    /// Rows that cannot be taken.
    faults: Option<Table>,
    editions: Table,
}

impl AgencyImportPage {
    fn new(page: Page, form: Form, faults: &[Finding], editions: &[Edition]) -> Self {
        let page = page
            .titled(Text::new("匯入機關清單", "Import the agency list"))
            .under(Link::new("/agencies", Text::new("機關", "Agencies")))
            .checked(&form);
        let faults = (!faults.is_empty()).then(|| findings(faults));
        Self { faults, editions: edition_table(&page, editions), form, page }
    }
}

/// Findings by row and column.
pub fn findings(findings: &[Finding]) -> Table {
    let heads =
        vec![Text::new("列", "Row"), Text::new("欄", "Column"), Text::new("內容", "Cell"), Text::new("原因", "Reason")];
    let mut table = Table::new(Text::new("逐列說明", "Row by row"), heads);
    for finding in findings {
        let cells = vec![
            Cell::Code(finding.row.to_string()),
            finding.column.unwrap_or("整列").into(),
            finding.value.as_str().into(),
            finding.reason.text.clone().into(),
        ];
        table.row(finding.row, finding.row, cells);
    }
    table
}

fn edition_table(page: &Page, editions: &[Edition]) -> Table {
    let heads = vec![
        Text::new("版本日期", "Edition of"),
        Text::new("檔名", "File"),
        Text::new("機關數", "Agencies"),
        Text::new("新增", "Added"),
        Text::new("異動", "Changed"),
        Text::new("裁撤", "Closed"),
        Text::new("未列", "Missing"),
        Text::new("匯入時間", "Imported"),
    ];
    let mut table = Table::new(Text::new("已匯入的版本", "Editions on file"), heads)
        .when_empty(Text::new("還沒有匯入任何版本。", "No edition was imported yet."));
    table = [2, 3, 4, 5, 6].into_iter().fold(table, Table::figures);
    for edition in editions {
        let counts = edition.counts;
        let figures = [counts.rows, counts.added, counts.changed, counts.closed, counts.missing];
        let mut cells = vec![Cell::Code(page.date(edition.published_on)), edition.file_name.as_str().into()];
        cells.extend(figures.map(|figure| Cell::Figure(page.number(figure))));
        cells.push(format!("{}　{}", page.moment(edition.recorded_at), edition.recorded_by).into());
        table.row(edition.id, edition.id, cells);
    }
    table
}

/// `GET /agencies/import`
pub async fn show(State(app): State<App>, page: Page) -> Answer {
    let form = Form::new().with("published_on", kernel::roc::slash(app.today()));
    html(&AgencyImportPage::new(page, form, &[], &editions(&app).await?))
}

async fn editions(app: &App) -> Result<Vec<Edition>, WebError> {
    org::editions(&app.db, EDITIONS_MAX).await.map_err(told("list editions"))
}

/// `POST /agencies/import`: looks at the file; a good one is kept for the preview.
pub async fn upload(State(app): State<App>, me: Me, page: Page, mut sent: Upload<FILE_MAX>) -> Answer {
    let chosen = sent.file("file");
    let mut form = sent.form;
    let published_on = form.date("published_on");
    if published_on.is_none() && form.error("published_on").is_none() {
        form.fault("published_on", Text::new("請填寫這一版的日期。", "Give the day of this edition."));
    }
    let mut faults = Vec::new();
    if let (Some(chosen), Some(published_on), true) = (chosen, published_on, form.is_clean()) {
        let upload = org::Upload { file_name: &chosen.name, bytes: &chosen.bytes, published_on };
        match org::preview(&app.db, upload).await {
            Ok(_) => {
                let kept = org::keep_upload(&app.db, me.person, upload, app.now()).await;
                let id = kept.map_err(told("keep an edition"))?;
                return Ok(axum::response::Redirect::to(&format!("/agencies/import/{id}")).into_response());
            }
            Err(org::Error::Rows(found)) => {
                form.fault("file", unusable(found.len()));
                faults = found;
            }
            Err(org::Error::Refused(no)) if no.field.is_none() => form.fault("file", no.text),
            Err(error) => on_form(&mut form, "preview an edition", error)?,
        }
    }
    let page = AgencyImportPage::new(page, form, &faults, &editions(&app).await?);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn unusable(rows: usize) -> Text {
    Text::new(
        format!("檔案有{rows}處無法採用，未匯入任何資料；請見下方逐列說明。"),
        format!("{rows} places of the file cannot be used; nothing was imported. See below, row by row."),
    )
}

impl Sample for AgencyImportPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let edition = Edition {
            id: 2,
            published_on: time::macros::date!(2026 - 01 - 01),
            file_name: "行政院所屬中央及地方各機關學校代碼清單115年1月版.csv".into(),
            sha256: Vec::new(),
            recorded_at: page.now,
            recorded_by: "示範管理者".into(),
            counts: org::Counts {
                rows: 15_841,
                added: 23,
                changed: 146,
                closed: 12,
                renamed: 9,
                missing: 0,
                returned: 0,
            },
        };
        let fault = Finding {
            row: 12_345,
            column: Some("機關裁撤日期"),
            value: "1151345".into(),
            reason: kernel::Refusal::new(
                "org.date",
                "這不是日期，請以七位民國日期填寫。",
                "This is not a date; write seven digits.",
            ),
        };
        let mut faulty = Form::of([("published_on", "115/13/45")]);
        faulty.fault("file", unusable(1));
        faulty.date("published_on");
        vec![
            ("usual", Self::new(page.clone(), Form::of([("published_on", "115/03/02")]), &[], &[edition])),
            ("faulty", Self::new(page.clone(), faulty, &[fault], &[])),
        ]
    }
}
