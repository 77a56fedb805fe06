//! What an edition of the agency list would change, and importing just that or nothing.

use crate::App;
use crate::pages::agency_import::findings;
use crate::pages::document::file;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::Text;
use org::{Base, Confirmation, KeptUpload, Outcome, Preview};
use sheet::{OdsSheet, write_ods};
use webkit::{Answer, Cell, Form, Link, Notice, Page, Sample, Table, WebError, done, html, html_with};

/// What an edition would change.
#[derive(Template)]
#[template(path = "agency_preview.html")]
pub struct AgencyPreviewPage {
    page: Page,
    form: Form,
    id: i64,
    file_name: String,
    published_on: String,
    /// Figures of the change.
    counts: Vec<(Text, String)>,
    /// Nothing is new.
    same: bool,
    /// Missing agencies must be accepted on purpose.
    shrinks: bool,
    /// The change row by row, as much as is shown here.
    changes: Table,
    /// Changes beyond those shown.
    more: usize,
    remarks: Table,
    /// The state it was compared with.
    base: String,
}

/// Rows of the preview that are shown on the page; all are in the file that can be downloaded.
const CHANGES_SHOWN: usize = 500;

impl AgencyPreviewPage {
    fn new(page: Page, form: Form, id: i64, kept: &KeptUpload, preview: &Preview) -> Self {
        let page = page
            .titled(Text::new("預覽機關清單異動", "What this edition changes"))
            .under(Link::new("/agencies/import", Text::new("匯入機關清單", "Import the agency list")))
            .checked(&form);
        let lines = lines(preview);
        let shrinks = preview.refusal.as_ref().is_some_and(|no| no.code == "org.edition_shrinks");
        Self {
            counts: counts(&page, preview),
            same: preview.same_as.is_some(),
            changes: change_table(&lines[..lines.len().min(CHANGES_SHOWN)]),
            more: lines.len().saturating_sub(CHANGES_SHOWN),
            remarks: findings(&preview.remarks),
            base: base_text(preview.base),
            published_on: page.date(kept.published_on),
            file_name: kept.file_name.clone(),
            form,
            id,
            shrinks,
            page,
        }
    }
}

fn counts(page: &Page, preview: &Preview) -> Vec<(Text, String)> {
    let counts = preview.diff.counts();
    let figure = |zh, en, n: i32| (Text::new(zh, en), page.number(n));
    vec![
        figure("新增", "added", counts.added),
        figure("異動", "changed", counts.changed),
        figure("裁撤", "closed", counts.closed),
        figure("更名", "renamed", counts.renamed),
        figure("本版未列", "missing", counts.missing),
        figure("重新列入", "listed again", counts.returned),
        figure("全部機關", "in the list", counts.rows),
    ]
}

/// One line of the change: its kind, the agency, and what differs.
struct Line {
    kind: Text,
    code: String,
    name: String,
    what: String,
}

fn lines(preview: &Preview) -> Vec<Line> {
    let diff = &preview.diff;
    let line = |kind: Text, agency: &org::Agency, what| Line {
        kind,
        code: agency.code.to_string(),
        name: agency.name.clone(),
        what,
    };
    let changed = diff.changed.iter().map(|change| {
        let kind = match (change.is_closed(), change.is_renamed()) {
            (true, _) => Text::new("裁撤", "Closed"),
            (false, true) => Text::new("更名", "Renamed"),
            (false, false) => Text::new("異動", "Changed"),
        };
        let what: Vec<String> = change.fields.iter().map(super::agency::change).collect();
        line(kind, &change.after, what.join("\n"))
    });
    let missing = diff.missing.iter().map(|agency| line(Text::new("本版未列", "Missing"), agency, String::new()));
    let added = diff.added.iter().map(|agency| line(Text::new("新增", "Added"), agency, String::new()));
    let returned = diff.returned.iter().map(|code| Line {
        kind: Text::new("重新列入", "Listed again"),
        code: code.to_string(),
        name: String::new(),
        what: String::new(),
    });
    let mut lines: Vec<Line> = changed.collect();
    // Closures and renames first: they are what people act on.
    lines.sort_by_key(|line| match line.kind.en.as_ref() {
        "Closed" => 0,
        "Renamed" => 1,
        _ => 2,
    });
    missing.chain(returned).chain(lines).chain(added).collect()
}

fn change_table(lines: &[Line]) -> Table {
    let heads = vec![
        Text::new("機關", "Agency"),
        Text::new("異動", "Change"),
        Text::new("代碼", "Code"),
        Text::new("內容", "What differs"),
    ];
    let mut table = Table::new(Text::new("異動明細", "Changes"), heads)
        .when_empty(Text::new("與現有資料完全相同。", "Nothing differs from what is on file."));
    for line in lines {
        let name = if line.name.is_empty() { &line.code } else { &line.name };
        let cells = vec![
            name.as_str().into(),
            line.kind.clone().into(),
            Cell::Code(line.code.clone()),
            line.what.as_str().into(),
        ];
        table.row(&line.code, name, cells);
    }
    table
}

fn base_text(base: Base) -> String {
    match base {
        Base::After(id) => id.to_string(),
        Base::Newest | Base::Empty => String::new(),
    }
}

impl Sample for AgencyPreviewPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let before = super::agency::sample("A58010000A", "範例局");
        let mut after = super::agency::sample("A58010000A", "範例市原住民族文化發展及部落永續推動事務所");
        after.phone = "02-87654321".into();
        let field = |field, old: &str, new: &str| org::FieldChange { field, old: old.into(), new: new.into() };
        let fields =
            vec![field(org::Field::Name, &before.name, &after.name), field(org::Field::Phone, "", "02-87654321")];
        let change = org::Change { before: before.clone(), after, fields };
        let mut diff = org::Diff {
            changed: vec![change],
            missing: vec![before.clone()],
            unchanged: 15_839,
            ..org::Diff::default()
        };
        diff.added = vec![super::agency::sample("A58020000A", "新設範例分局")];
        let preview =
            Preview { sha256: [0; 32], base: Base::After(2), diff, remarks: Vec::new(), same_as: None, refusal: None };
        let empty = Preview { diff: org::Diff { unchanged: 15_841, ..org::Diff::default() }, ..preview.clone() };
        let kept = KeptUpload {
            file_name: "orglist.csv".into(),
            bytes: Vec::new(),
            published_on: time::macros::date!(2026 - 03 - 01),
        };
        let no = kernel::Refusal::new(
            "org.edition_shrinks",
            "這一版少了 900 個現有機關，檔案可能不完整；確認無誤後請勾選「仍要匯入」。",
            "This edition leaves out 900 agencies on file; it may be cut off. Confirm to import it anyway.",
        );
        let mut refused = Form::new();
        refused.refuse(&no);
        let shrinking = Preview { refusal: Some(no), ..preview.clone() };
        vec![
            ("usual", Self::new(page.clone(), Form::new(), 7, &kept, &preview)),
            ("same", Self::new(page.clone(), Form::new(), 7, &kept, &empty)),
            ("shrinking", Self::new(page.clone(), refused, 7, &kept, &shrinking)),
        ]
    }
}

async fn kept(app: &App, me: &Me, id: &str) -> Result<(i64, KeptUpload), WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let kept = org::kept_upload(&app.db, id, me.person).await.map_err(told("fetch a kept edition"))?;
    Ok((id, kept.ok_or(WebError::NotFound)?))
}

/// `GET /agencies/import/{id}`: what the kept file would change.
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (id, kept) = kept(&app, &me, &id).await?;
    let preview = org::preview(&app.db, kept.as_upload()).await.map_err(told("preview an edition"))?;
    html(&AgencyPreviewPage::new(page, Form::new(), id, &kept, &preview))
}

/// `POST /agencies/import/{id}`: imports the kept file if the list is as it was shown; with `leave` the file is forgotten.
pub async fn import(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (id, kept) = kept(&app, &me, &id).await?;
    let forget = async || org::drop_upload(&app.db, id, me.person).await.map_err(told("forget an edition"));
    if form.sent("leave") {
        forget().await?;
        return Ok(done("/agencies/import", &Notice::info(Text::new("未匯入任何資料。", "Nothing was imported."))));
    }
    let base = form.value("base").parse().map_or(Base::Empty, Base::After);
    let confirmation = Confirmation { by: &me.name, at: app.now(), base, accept_missing: form.sent("accept_missing") };
    match org::import(&app.db, kept.as_upload(), confirmation).await {
        Ok(outcome) => {
            forget().await?;
            Ok(done("/agencies/import", &Notice::success(outcome_text(&outcome))))
        }
        Err(error) => {
            on_form(&mut form, "import an edition", error)?;
            let preview = org::preview(&app.db, kept.as_upload()).await.map_err(told("preview an edition"))?;
            let page = AgencyPreviewPage::new(page, form, id, &kept, &preview);
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn outcome_text(outcome: &Outcome) -> Text {
    let Outcome::Imported { edition, .. } = outcome else {
        return Text::new("與最新版本相同，沒有變更。", "The same as the newest edition; nothing changed.");
    };
    let counts = edition.counts;
    Text::new(
        format!(
            "已匯入：新增{}、異動{}、裁撤{}、本版未列{}。",
            counts.added, counts.changed, counts.closed, counts.missing
        ),
        format!(
            "Imported: {} added, {} changed, {} closed, {} missing.",
            counts.added, counts.changed, counts.closed, counts.missing
        ),
    )
}

/// `GET /agencies/import/{id}/changes.ods`: every change as a sheet.
pub async fn changes(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let (_, kept) = kept(&app, &me, &id).await?;
    let preview = org::preview(&app.db, kept.as_upload()).await.map_err(told("preview an edition"))?;
    let row = |line: Line| vec![line.kind.zh.into_owned(), line.code, line.name, line.what];
    let sheet = OdsSheet {
        name: "機關清單異動".into(),
        header: ["異動", "機關代碼", "機關名稱", "內容"].map(str::to_owned).to_vec(),
        rows: lines(&preview).into_iter().map(row).collect(),
        remarks: Vec::new(),
        faulty: Vec::new(),
    };
    let bytes = write_ods(&sheet).map_err(|fault| WebError::from(fault.refusal()))?;
    Ok(file("機關清單異動.ods", super::document::ODS, false, bytes))
}
