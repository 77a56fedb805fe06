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
use register::witness::{Known, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;
use tlog::issuer::{End, Replaces, Statement};
use webkit::{Answer, Cell, Link, Page, Pager, Sample, SummaryRow, Table, Tag, Tone, WebError, html};

/// Authorities on one page.
const ISSUERS_PER_PAGE: u16 = 50;
/// Newest anchors among which those of each sink are looked for.
const ANCHORS_LOOKED_AT: u32 = 50;
/// Entries in a full bundle (C2SP tlog-tiles).
const ENTRIES_PER_BUNDLE: u64 = 256;

/// What replaced a key statement, under the number of the old one.
type Replacements = BTreeMap<u16, Statement>;

/// The page.
#[derive(Template)]
#[template(path = "public_register.html")]
pub struct PublicRegisterPage {
    page: Page,
    facts: Vec<SummaryRow>,
    /// Why nothing is signed at present.
    refusal: Option<Text>,
    /// Whether the policy asks for witnesses.
    watched: bool,
    witnesses: Table,
    issuers: Table,
    pager: Pager,
    log_key: String,
    /// Addresses from which the whole log can be read.
    addresses: Vec<String>,
    /// Of the running shard below `/log/`.
    folder: String,
}

impl PublicRegisterPage {
    fn new(
        page: Page,
        shown: &Shown,
        (issuers, replaced): (&[Issuer], &Replacements),
        pager: Pager,
        public: &str,
    ) -> Self {
        let head = &shown.head;
        let page = page.titled(Text::new("公開登錄簿", "The public register"));
        Self {
            facts: facts(&page, shown),
            refusal: shown.refusal.as_ref().map(|refusal| Text::new(refusal.zh.clone(), refusal.en.clone())),
            watched: shown.witnessed.is_some(),
            witnesses: witnesses_table(&page, &shown.witnesses),
            issuers: issuers_table(&page, issuers, replaced, &register::serve::folder(head)),
            pager,
            log_key: head.vkey.to_string(),
            folder: register::serve::folder(head),
            addresses: addresses(public.trim_end_matches('/'), head),
            page,
        }
    }
}

/// What the page is drawn from.
struct Shown {
    head: Head,
    /// The shards that were closed before this one, the first one first.
    before: Vec<Head>,
    /// How many entries enough witnesses have cosigned; none if the policy asks for none.
    witnessed: Option<u64>,
    witnesses: Vec<Known>,
    refusal: Option<Refusal>,
    anchored: Vec<Row>,
}

fn facts(page: &Page, shown: &Shown) -> Vec<SummaryRow> {
    let (head, anchored) = (&shown.head, shown.anchored.as_slice());
    let newest = if head.checkpoint.size == 0 { "—".to_owned() } else { page.moment(instant(head.time_ms)) };
    let witnessed = match shown.witnessed {
        None => Cell::from(Text::new("本登錄簿沒有見證者", "This register has no witnesses")),
        Some(size) if size == head.checkpoint.size => Cell::from(Text::new("全部已見證", "All of them")),
        Some(size) => Cell::from(Text::new(
            format!("前 {} 筆；其後尚未見證", page.number(size)),
            format!("The first {}; what follows is not yet witnessed", page.number(size)),
        )),
    };
    let mut rows = vec![
        SummaryRow::new(Text::new("登錄筆數", "Entries"), Cell::Figure(page.number(head.checkpoint.size))),
        SummaryRow::new(Text::new("已見證", "Witnessed"), witnessed),
        SummaryRow::new(Text::new("最新一筆的時間", "Time of the newest entry"), Cell::Code(newest)),
        SummaryRow::new(Text::new("登錄簿名稱（origin）", "Name (origin)"), head.checkpoint.origin.as_str()),
        SummaryRow::new(Text::new("根雜湊（root）", "Root hash"), STANDARD.encode(head.checkpoint.root)),
        SummaryRow::new(Text::new("最近的定錨", "Newest anchors"), newest_anchors(page, anchored)),
    ];
    if !shown.before.is_empty() {
        let line = |head: &Head| {
            let size = page.number(head.checkpoint.size);
            page.put("{} 筆", "{} entries", format!("{}：{size}", head.checkpoint.origin))
        };
        let lines: Vec<String> = shown.before.iter().map(line).collect();
        rows.push(SummaryRow::new(Text::new("已結束的各年登錄簿", "Closed before it"), lines.join("；")));
    }
    rows
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
fn addresses(public: &str, head: &Head) -> Vec<String> {
    let (folder, size) = (register::serve::folder(head), head.checkpoint.size);
    let mut names = vec!["checkpoint".to_owned(), "policy.txt".to_owned(), "issuers/1.json".to_owned()];
    if size > 0 {
        let first = if size < ENTRIES_PER_BUNDLE { format!("000.p/{size}") } else { "000".to_owned() };
        names.extend([format!("tile/entries/{first}"), format!("tile/0/{first}")]);
    }
    names.into_iter().map(|name| format!("{public}/log/{folder}{name}")).collect()
}

/// The moment of a leaf, of milliseconds since 1970 UTC.
pub fn instant(ms: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn witnesses_table(page: &Page, witnesses: &[Known]) -> Table {
    let heads = vec![
        Text::new("見證者", "Witness"),
        Text::new("最近一次簽署", "Last signature"),
        Text::new("簽署時筆數", "Entries then"),
        Text::new("位址", "Address"),
    ];
    let mut table = Table::new(Text::new("見證本登錄簿者", "Who watches this register"), heads)
        .figures(2)
        .when_empty(Text::new("目前沒有見證者。", "There are no witnesses at present."));
    for (number, witness) in (0_u32..).zip(witnesses) {
        let at = |seconds: u64| page.moment(instant(seconds.saturating_mul(1000)));
        let none = || Cell::from(Text::new("尚未簽署", "None yet"));
        let cells = vec![
            witness.name.as_str().into(),
            witness.signed.map_or_else(none, |(_, seconds)| Cell::Code(at(seconds))),
            Cell::Figure(witness.signed.map_or_else(|| "—".to_owned(), |(size, _)| page.number(size))),
            Cell::Code(witness.url.clone().unwrap_or_else(|| "—".to_owned())),
        ];
        table.row(number, &witness.name, cells);
    }
    table
}

fn issuers_table(page: &Page, issuers: &[Issuer], replaced: &Replacements, folder: &str) -> Table {
    let heads = vec![
        Text::new("機關", "Agency"),
        Text::new("機關代碼", "Agency code"),
        Text::new("發布者編號", "Issuer number"),
        Text::new("金鑰登錄時間", "Key since"),
        Text::new("金鑰聲明", "Key statement"),
        Text::new("狀態", "State"),
    ];
    let mut table = Table::new(Text::new("登錄機關及其金鑰", "Agencies that enter orders, and their keys"), heads)
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
            Link::new(format!("/log/{folder}issuers/{file}"), webkit::same(file)).into(),
            key_state(page, replaced.get(&statement.issuer)),
        ];
        table.row(statement.issuer, &statement.name, cells);
    }
    table
}

/// Whether the keys are in use, and if not, how they ended.
fn key_state(page: &Page, by: Option<&Statement>) -> Cell {
    let Some((new, Replaces { end, .. })) = by.and_then(|new| Some((new.issuer, new.replaces?))) else {
        return Tag::new(Tone::Good, Text::new("使用中", "In use")).into();
    };
    match end {
        End::Endorsed(_) => Text::new(format!("已由編號 {new} 接替"), format!("Replaced by number {new}")),
        End::RevokedFrom(ms) => {
            let from = page.moment(instant(ms));
            let en = format!("Revoked, with what entered from {from} on; replaced by number {new}");
            Text::new(format!("已撤銷（{from} 起之登錄均撤銷），由編號 {new} 接替"), en)
        }
    }
    .into()
}

impl Sample for PublicRegisterPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let origin = "orders.example.gov.tw/2026";
        let key = tlog::note::LogKey::from_seed(origin, &[7; 32]).expect("a well-formed origin");
        let head = |size| Head {
            shard: 0,
            closed: false,
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
                replaces: None,
                seal_key: [2; 32],
            },
            signature: [0; 64],
            entry: None,
        };
        let names = ["範例市政府", "範例市政府文化觀光暨原住民族事務局及所屬各機構聯合人事室"];
        let issuers: Vec<Issuer> = (1..).zip(names).map(|(number, name)| issuer(number, name)).collect();
        let pager = |found| Pager::new(1, ISSUERS_PER_PAGE.into(), found, "/register");
        let witness = |name: &str, signed| Known {
            name: name.into(),
            vkey: format!("witness.example/w1+1a2b3c4d+BAE{}", "BAQEB".repeat(8)),
            url: Some("https://witness.example/renshi".into()),
            signed,
            fault: None,
            on_witnessed: true,
        };
        let two = vec![witness("檔案管理局", Some((12_345, 1_772_416_800))), witness("某大學資訊工程學系", None)];
        let shown = |size, witnessed| Shown {
            head: head(size),
            before: Vec::new(),
            witnessed,
            witnesses: Vec::new(),
            refusal: None,
            anchored: Vec::new(),
        };
        let refusal = Refusal {
            since: 1_772_416_800,
            zh: "見證者「檔案管理局」已見證本登錄簿 12,400 筆，但本資料庫只有 12,345 筆。已停止簽署。".into(),
            en: "The witness has cosigned 12,400 entries of this register, but this database holds 12,345. Nothing is signed.".into(),
        };
        let refused = Shown { witnesses: two.clone(), refusal: Some(refusal), ..shown(12_345, Some(12_345)) };
        let mut revoked = issuer(3, names[1]).statement;
        revoked.replaces = Some(Replaces { issuer: 2, end: End::RevokedFrom(1_772_416_800_000) });
        let replaced = BTreeMap::from([(2, revoked)]);
        let draw = |shown: &Shown, issuers: &[Issuer], pager| {
            Self::new(page.clone(), shown, (issuers, &replaced), pager, "https://orders.example.gov.tw")
        };
        vec![
            ("usual", draw(&Shown { witnesses: two, ..shown(12_345, Some(12_340)) }, &issuers, pager(120))),
            ("empty", draw(&shown(0, None), &[], pager(0))),
            ("refused", draw(&refused, &issuers, pager(120))),
        ]
    }
}

/// `GET /register`
pub async fn show(State(app): State<App>, Query(at): Query<At>, page: Page) -> Answer {
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let mut before = register::log::heads(&mut tx).await.map_err(WebError::fault("read the register"))?;
    let head = before.pop().ok_or(WebError::NotFound)?;
    let fault = || WebError::fault("read the register");
    let anchored = anchor::list(&mut tx, ANCHORS_LOOKED_AT).await.map_err(WebError::fault("list the anchors"))?;
    let shown = Shown {
        head,
        before,
        anchored,
        witnessed: register::witness::witnessed_size(&mut tx).await.map_err(fault())?,
        witnesses: register::witness::known(&mut tx).await.map_err(fault())?,
        refusal: register::witness::refusal(&mut tx).await.map_err(fault())?,
    };
    let offset = u16::try_from((at.number().max(1) - 1).saturating_mul(ISSUERS_PER_PAGE.into())).unwrap_or(u16::MAX);
    let listed = register::log::issuers(&mut tx, offset, ISSUERS_PER_PAGE).await;
    let (issuers, found) = listed.map_err(WebError::fault("list the authorities"))?;
    let numbers: Vec<u16> = issuers.iter().map(|issuer| issuer.statement.issuer).collect();
    let replaced = register::log::replacements(&mut tx, &numbers).await.map_err(fault())?;
    let pager = Pager::new(at.number(), ISSUERS_PER_PAGE.into(), found.into(), "/register");
    html(&PublicRegisterPage::new(page, &shown, (&issuers, &replaced), pager, &app.public))
}
