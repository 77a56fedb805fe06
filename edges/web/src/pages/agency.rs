//! An agency: its present values, what changed over time, whom it took over from, and what is below it.

use crate::App;
use crate::pages::agency_tree;
use crate::refusal::page as told;
use askama::Template;
use axum::extract::{Path, State};
use kernel::{AgencyCode, Text};
use org::{Agency, AgencyFile, FieldChange, Node, Relative, Version};
use time::Date;
use time::macros::{date, datetime};
use webkit::{Answer, Cell, Happening, Link, Page, Sample, SummaryRow, Table, Tag, Tone, WebError, html, same};

/// Agencies below that are listed on the page itself.
const BELOW_MAX: usize = 30;

/// One agency.
#[derive(Template)]
#[template(path = "agency.html")]
pub struct AgencyPage {
    page: Page,
    tags: Vec<Tag>,
    values: Vec<SummaryRow>,
    relatives: Vec<SummaryRow>,
    below: Table,
    /// Where all below are listed, if they are more than shown.
    all_below: Option<Link>,
    history: Vec<Happening>,
}

impl AgencyPage {
    fn new(page: Page, file: &AgencyFile, today: Date) -> Self {
        let page = page.titled(same(&file.agency.name)).under(Link::new("/agencies", Text::new("機關", "Agencies")));
        let code = file.agency.code;
        let more = file.children.len() > BELOW_MAX;
        let all = Text::new(
            format!("全部 {} 個所屬機關", file.children.len()),
            format!("All {} agencies below", file.children.len()),
        );
        Self {
            tags: tags(&page, file, today),
            values: values(&page, file),
            relatives: relatives(&page, file),
            below: agency_tree::table(&page, &file.children[..file.children.len().min(BELOW_MAX)]),
            all_below: more.then(|| Link::new(format!("/agencies/tree?under={code}"), all)),
            history: file.history.iter().map(|version| happening(&page, version)).collect(),
            page,
        }
    }
}

fn tags(page: &Page, file: &AgencyFile, today: Date) -> Vec<Tag> {
    let agency = &file.agency;
    let mut tags = Vec::new();
    match (agency.is_closed(today), agency.closed_on) {
        (true, Some(on)) => {
            let (zh, en) = (format!("{}裁撤", page.date(on)), format!("Closed on {}", page.date(on)));
            tags.push(Tag::new(Tone::Faded, Text::new(zh, en)));
        }
        (true, None) => tags.push(super::agencies::closed()),
        (false, Some(on)) => {
            let (zh, en) = (format!("將於{}裁撤", page.date(on)), format!("To be closed on {}", page.date(on)));
            tags.push(Tag::new(Tone::Warn, Text::new(zh, en)));
        }
        (false, None) => tags.push(Tag::new(Tone::Good, Text::new("現有機關", "Open"))),
    }
    if let Some(on) = file.missing_since_on {
        let (zh, en) = (format!("自{}版起未列", page.date(on)), format!("Not in the list since {}", page.date(on)));
        tags.push(Tag::new(Tone::Warn, Text::new(zh, en)));
    }
    tags
}

fn values(page: &Page, file: &AgencyFile) -> Vec<SummaryRow> {
    let agency = &file.agency;
    let mut rows = vec![SummaryRow::new(Text::new("機關代碼", "Code"), Cell::Code(agency.code.to_string()))];
    let mut add = |key: Text, words: &str| {
        if !words.is_empty() {
            rows.push(SummaryRow::new(key, words));
        }
    };
    add(Text::new("英文名稱", "English name"), agency.english_name.as_deref().unwrap_or_default());
    add(Text::new("簡稱", "Short names"), &file.short_names.join("、"));
    add(Text::new("地址", "Address"), [&agency.postal_code, " ", &agency.address].concat().trim());
    add(Text::new("電話", "Telephone"), &agency.phone);
    add(Text::new("傳真", "Fax"), &agency.fax);
    add(Text::new("機關層級", "Level"), &agency.level.map(|level| level.to_string()).unwrap_or_default());
    add(Text::new("生效日期", "In effect from"), &agency.effective_on.map(|on| page.date(on)).unwrap_or_default());
    if let Some((code, name)) = file.path.iter().rev().nth(1) {
        let superior = Link::new(format!("/agencies/{code}"), same(name));
        rows.push(SummaryRow::new(Text::new("主管機關", "Superior"), superior));
    }
    rows
}

fn relatives(page: &Page, file: &AgencyFile) -> Vec<SummaryRow> {
    let row = |key: Text, relative: &Relative| {
        let since = relative.on.map(|on| format!("（{}）", page.date(on))).unwrap_or_default();
        let words = format!("{} {}{since}", relative.code, relative.name);
        if relative.listed {
            SummaryRow::new(key, Link::new(format!("/agencies/{}", relative.code), same(words)))
        } else {
            SummaryRow::new(key, words)
        }
    };
    let before = file.predecessors.iter().map(|one| row(Text::new("承接自", "Took over from"), one));
    let after = file.successors.iter().map(|one| row(Text::new("由其承接", "Taken over by"), one));
    before.chain(after).collect()
}

fn happening(page: &Page, version: &Version) -> Happening {
    let title = if version.changes.is_empty() {
        Text::new("首次列入清單", "First in the list")
    } else {
        Text::new("資料異動", "Changed")
    };
    let when = version.valid_from.map_or_else(|| page.t("生效日不明", "day not known").to_owned(), |on| page.date(on));
    let lines: Vec<String> = version.changes.iter().map(change).collect();
    let imported = page.put("（{}匯入）", " (imported {})", page.moment(version.recorded_at));
    Happening { title, when: format!("{when}{imported}"), who: String::new(), body: same(lines.join("\n")) }
}

/// A changed value as one line: the published column, before and after.
pub fn change(change: &FieldChange) -> String {
    let shown = |value: &str| if value.is_empty() { "（空白）".to_owned() } else { format!("「{value}」") };
    format!("{}：{} → {}", change.field.column(), shown(&change.old), shown(&change.new))
}

/// An agency for samples.
pub fn sample(code: &str, name: &str) -> Agency {
    let parent = AgencyCode::parse("A58000000A").expect("a well-formed code");
    Agency {
        code: AgencyCode::parse(code).expect("a well-formed code"),
        name: name.into(),
        english_name: Some("Example City Government, Department of Personnel and Training".into()),
        postal_code: "540206".into(),
        address: "範例市範例區範例路二段一百二十三號十五樓之一及同棟十六樓".into(),
        phone: "02-12345678#1234".into(),
        fax: String::new(),
        parent: Some(parent),
        effective_on: Some(date!(2012 - 01 - 01)),
        closed: false,
        closed_on: None,
        level: Some(3),
        successor: None,
        predecessor: None,
    }
}

impl Sample for AgencyPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let agency = sample("A58010000A", "範例市原住民族文化發展及部落永續推動事務所與所屬各聯合服務中心籌備處");
        let relative =
            Relative {
                code: agency.code, name: "範例市舊局".into(), on: Some(date!(2012 - 01 - 01)), listed: true
            };
        let renamed = FieldChange { field: org::Field::Name, old: "範例所".into(), new: agency.name.clone() };
        let version = |changes| Version {
            valid_from: Some(date!(2026 - 01 - 01)),
            recorded_at: datetime!(2026-01-05 02:00 UTC),
            agency: agency.clone(),
            changes,
        };
        let node = Node {
            code: agency.code,
            name: "範例分處".into(),
            closed: false,
            closed_on: None,
            below_open: 0,
            below_closed: 0,
        };
        let full = AgencyFile {
            short_names: vec!["範例事務所".into()],
            missing_since_on: Some(date!(2026 - 01 - 01)),
            path: vec![(agency.code, "範例市政府".into()), (agency.code, agency.name.clone())],
            children: vec![node; 31],
            history: vec![version(vec![renamed]), version(Vec::new())],
            predecessors: vec![relative.clone()],
            successors: vec![Relative { listed: false, ..relative }],
            agency: agency.clone(),
        };
        let mut closed = AgencyFile {
            children: Vec::new(),
            predecessors: Vec::new(),
            successors: Vec::new(),
            missing_since_on: None,
            ..full.clone()
        };
        closed.agency.closed_on = Some(date!(2030 - 01 - 01));
        let today = kernel::office_date(page.now);
        vec![("full", Self::new(page.clone(), &full, today)), ("closing", Self::new(page.clone(), &closed, today))]
    }
}

/// `GET /agencies/{code}`
pub async fn show(State(app): State<App>, page: Page, Path(code): Path<String>) -> Answer {
    let code = AgencyCode::parse(&code).map_err(|_| WebError::NotFound)?;
    let file = org::show(&app.db, code, app.today()).await.map_err(told("read an agency"))?;
    html(&AgencyPage::new(page, &file.ok_or(WebError::NotFound)?, app.today()))
}
