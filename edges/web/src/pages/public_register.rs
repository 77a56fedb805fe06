//! The public register: how large it is, who writes in it, and how to check all of it from nothing.

use crate::App;
use crate::pages::review::At;
use anchor::Row;
use askama::Template;
use axum::extract::{Query, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Text;
use register::log::{Head, Issuer};
use std::collections::BTreeSet;
use time::OffsetDateTime;
use tlog::issuer::Statement;
use webkit::{Answer, Cell, Link, Page, Pager, Sample, SummaryRow, Table, WebError, html};

/// Authorities on one page.
const ISSUERS_PER_PAGE: u16 = 50;
/// Newest anchors among which those of each sink are looked for.
const ANCHORS_LOOKED_AT: u32 = 50;
/// Entries in a full bundle (C2SP tlog-tiles).
const ENTRIES_PER_BUNDLE: u64 = 256;

/// The page.
#[derive(Template)]
#[template(path = "public_register.html")]
pub struct PublicRegisterPage {
    page: Page,
    facts: Vec<SummaryRow>,
    issuers: Table,
    pager: Pager,
    log_key: String,
    /// Addresses from which the whole log can be read.
    addresses: Vec<String>,
}

impl PublicRegisterPage {
    fn new(page: Page, head: &Head, issuers: &[Issuer], pager: Pager, public: &str, anchored: &[Row]) -> Self {
        let page = page.titled(Text::new("公開登錄簿", "The public register"));
        Self {
            facts: facts(&page, head, anchored),
            issuers: issuers_table(&page, issuers),
            pager,
            log_key: head.vkey.to_string(),
            addresses: addresses(public.trim_end_matches('/'), head.checkpoint.size),
            page,
        }
    }
}

fn facts(page: &Page, head: &Head, anchored: &[Row]) -> Vec<SummaryRow> {
    let newest = if head.checkpoint.size == 0 { "—".to_owned() } else { page.moment(instant(head.time_ms)) };
    vec![
        SummaryRow::new(Text::new("登錄筆數", "Entries"), Cell::Figure(page.number(head.checkpoint.size))),
        SummaryRow::new(Text::new("最新一筆的時間", "Time of the newest entry"), Cell::Code(newest)),
        SummaryRow::new(Text::new("登錄簿名稱（origin）", "Name (origin)"), head.checkpoint.origin.as_str()),
        SummaryRow::new(Text::new("根雜湊（root）", "Root hash"), STANDARD.encode(head.checkpoint.root)),
        SummaryRow::new(Text::new("最近的定錨", "Newest anchors"), newest_anchors(page, anchored)),
    ]
}

/// The newest anchor of each sink, in a line.
fn newest_anchors(page: &Page, anchored: &[Row]) -> String {
    let mut seen = BTreeSet::new();
    let newest = anchored.iter().filter(|row| row.state == anchor::State::Confirmed && seen.insert(row.sink.as_str()));
    let line = |row: &Row| {
        let (place, at) = (row.place.clone().unwrap_or_default(), row.proved_at.map(|at| page.moment(at)));
        let size = page.put("共 {} 筆", "{} entries", page.number(row.head.size));
        format!("{}（{size}）{place}", at.unwrap_or_default())
    };
    let lines: Vec<String> = newest.map(line).collect();
    if lines.is_empty() { page.t("尚無", "none yet").to_owned() } else { lines.join("；") }
}

/// What a reader fetches first; of a small log the first bundle of entries is a partial one and is called so.
fn addresses(public: &str, size: u64) -> Vec<String> {
    let mut names = vec!["checkpoint".to_owned(), "policy.txt".to_owned(), "issuers/1.json".to_owned()];
    if size > 0 {
        let first = if size < ENTRIES_PER_BUNDLE { format!("000.p/{size}") } else { "000".to_owned() };
        names.extend([format!("tile/entries/{first}"), format!("tile/0/{first}")]);
    }
    names.into_iter().map(|name| format!("{public}/log/{name}")).collect()
}

fn instant(ms: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn issuers_table(page: &Page, issuers: &[Issuer]) -> Table {
    let heads = vec![
        Text::new("機關", "Agency"),
        Text::new("機關代碼", "Agency code"),
        Text::new("發布者編號", "Issuer number"),
        Text::new("金鑰登錄時間", "Key since"),
        Text::new("金鑰聲明", "Key statement"),
    ];
    let mut table = Table::new(Text::new("可在登錄簿登錄的機關", "Agencies that may enter orders"), heads)
        .figures(2)
        .when_empty(Text::new("尚無機關登錄金鑰。", "No agency has entered its key yet."));
    for Issuer { statement, entry, .. } in issuers {
        let file = format!("{}.json", statement.issuer);
        let since = entry.map_or_else(|| "—".to_owned(), |entry| page.moment(instant(entry.leaf.time_ms)));
        let cells = vec![
            statement.name.as_str().into(),
            Cell::Code(statement.agency.clone()),
            Cell::Figure(statement.issuer.to_string()),
            Cell::Code(since),
            Link::new(format!("/log/issuers/{file}"), webkit::same(file)).into(),
        ];
        table.row(statement.issuer, &statement.name, cells);
    }
    table
}

impl Sample for PublicRegisterPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let origin = "orders.example.gov.tw/2026";
        let key = tlog::note::LogKey::from_seed(origin, &[7; 32]).expect("a well-formed origin");
        let head = |size| Head {
            checkpoint: tlog::checkpoint::Checkpoint { origin: origin.into(), size, root: [0xab; 32] },
            note: String::new(),
            vkey: key.vkey().clone(),
            time_ms: 1_772_416_800_000,
        };
        let issuer = |number, name: &str| Issuer {
            statement: Statement {
                agency: "A58000000A".into(),
                card_ca: [1; 32],
                document_certificate: vec![1],
                issuer: number,
                name: name.into(),
                seal_key: [2; 32],
            },
            signature: [0; 64],
            entry: None,
        };
        let names = ["範例市政府", "範例市政府文化觀光暨原住民族事務局及所屬各機構聯合人事室"];
        let issuers: Vec<Issuer> = (1..).zip(names).map(|(number, name)| issuer(number, name)).collect();
        let pager = |found| Pager::new(1, ISSUERS_PER_PAGE.into(), found, "/register");
        let draw = |size, issuers: &[Issuer], pager| {
            Self::new(page.clone(), &head(size), issuers, pager, "https://orders.example.gov.tw", &[])
        };
        vec![("usual", draw(12_345, &issuers, pager(120))), ("empty", draw(0, &[], pager(0)))]
    }
}

/// `GET /register`
pub async fn show(State(app): State<App>, Query(at): Query<At>, page: Page) -> Answer {
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let head = register::log::head(&mut tx).await.map_err(WebError::fault("read the register"))?;
    let offset = u16::try_from((at.number().max(1) - 1).saturating_mul(ISSUERS_PER_PAGE.into())).unwrap_or(u16::MAX);
    let listed = register::log::issuers(&mut tx, offset, ISSUERS_PER_PAGE).await;
    let (issuers, found) = listed.map_err(WebError::fault("list the authorities"))?;
    let anchored = anchor::list(&mut tx, ANCHORS_LOOKED_AT).await.map_err(WebError::fault("list the anchors"))?;
    let pager = Pager::new(at.number(), ISSUERS_PER_PAGE.into(), found.into(), "/register");
    html(&PublicRegisterPage::new(page, &head, &issuers, pager, &app.public, &anchored))
}
