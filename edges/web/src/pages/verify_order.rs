//! The public page behind a QR code: what the register says of an order, with nothing personal in it.

use crate::App;
use crate::pages::public_register::instant;
use crate::refusal::page as told;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use kernel::{OrderId, Text};
use register::log::Located;
use time::OffsetDateTime;
use tlog::leaf::Entry;
use tlog::leaf::Kind;
use tlog::state::{State as Standing, fold};
use webkit::{Answer, Happening, Link, Page, Sample, Tag, Tone, WebError, html, html_with};

/// The page of an order.
#[derive(Template)]
#[template(path = "verify_order.html")]
pub struct VerifyOrderPage {
    page: Page,
    /// The id in base-41, for the script.
    payload: String,
    /// The keys of the register, one for each shard and line, and where their policies are served.
    log_key: String,
    policies: String,
    agency: String,
    registered: String,
    /// Entries in the register, and the time of the newest, to which the state refers.
    as_of: String,
    index: u64,
    state: Tag,
    /// Where the register with this order in it is anchored, and when that was proved; empty if not yet.
    anchors: Vec<(String, String)>,
    /// The witnesses of the register have not seen this entry yet.
    unwitnessed: bool,
    events: Vec<Happening>,
}

/// What the register holds of an order.
struct Found {
    issue: Entry,
    state: Standing,
    events: Vec<Entry>,
    agency: String,
    as_of: OffsetDateTime,
    anchors: Vec<anchor::Covering>,
    unwitnessed: bool,
}

impl VerifyOrderPage {
    fn new(page: Page, (log_key, policies): (String, String), found: &Found) -> Self {
        let parent = Link::new("/verify", Text::new("查驗", "Verify"));
        let page = page.titled(Text::new("查驗這份令", "Verify this order")).under(parent);
        let payload = seal::qr::path(&found.issue.leaf.id).trim_start_matches("/Q/").to_owned();
        Self {
            // There is no proof to ask for before the witnesses have seen it.
            payload: if found.unwitnessed { String::new() } else { payload },
            unwitnessed: found.unwitnessed,
            log_key,
            policies,
            agency: found.agency.clone(),
            registered: page.moment(instant(found.issue.leaf.time_ms)),
            as_of: page.moment(found.as_of),
            index: found.issue.index,
            state: tag(found.state),
            anchors: found.anchors.iter().map(|anchor| (anchor.place.clone(), page.moment(anchor.proved_at))).collect(),
            events: found.events.iter().map(|entry| happening(&page, entry)).collect(),
            page,
        }
    }
}

fn tag(state: Standing) -> Tag {
    match state {
        Standing::Valid => Tag::new(Tone::Good, Text::new("有效", "In force")),
        Standing::Superseded => Tag::new(Tone::Warn, Text::new("已更正，另有新令", "Corrected by a newer order")),
        Standing::Repealed => Tag::new(Tone::Warn, Text::new("已廢止", "Repealed")),
        Standing::Revoked => Tag::new(Tone::Bad, Text::new("已撤銷或註銷", "Revoked or cancelled")),
    }
}

fn happening(page: &Page, entry: &Entry) -> Happening {
    let title = match entry.leaf.kind {
        Kind::Supersede => Text::new("更正", "Corrected"),
        Kind::Revoke => Text::new("撤銷或註銷", "Revoked or cancelled"),
        Kind::Repeal => Text::new("廢止", "Repealed"),
        Kind::Rendition => Text::new("重新製發電子檔", "Rendered anew"),
        Kind::Erasure => Text::new(
            "內容已依法銷毀，登錄事實仍可查證",
            "Content destroyed under the law; that it was issued can still be proven",
        ),
        _ => Text::new("其他登錄", "Other entry"),
    };
    let place = Text::new(format!("登錄簿索引 {}", entry.index), format!("Index {} of the register", entry.index));
    Happening { title, when: page.moment(instant(entry.leaf.time_ms)), who: String::new(), body: place }
}

/// The page of a code that names no order.
#[derive(Template)]
#[template(path = "verify_unknown.html")]
pub struct VerifyUnknownPage {
    page: Page,
}

impl VerifyUnknownPage {
    fn new(page: Page) -> Self {
        let parent = Link::new("/verify", Text::new("查驗", "Verify"));
        Self { page: page.titled(Text::new("查無此令", "No such order")).under(parent) }
    }
}

impl Sample for VerifyUnknownPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        vec![("usual", Self::new(page.clone()))]
    }
}

impl Sample for VerifyOrderPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        use tlog::leaf::Leaf;
        let leaf = |kind, days: u64| Leaf {
            kind,
            issuer: 1,
            time_ms: 1_772_416_800_000 + days * 86_400_000,
            id: [7; 16],
            commitment: [1; 32],
            prev: [0; 32],
            auth: [1; 32],
        };
        let entry = |index, kind, days| Entry { index, leaf: leaf(kind, days) };
        let found = |state, events| Found {
            issue: entry(41, Kind::Issue, 0),
            state,
            events,
            agency: "範例市政府文化觀光暨原住民族事務局".into(),
            as_of: page.now,
            anchors: Vec::new(),
            unwitnessed: false,
        };
        let anchored = |found: Found| {
            let place = "範例鏈 Sample chain（chain 1337）, block 20412345, \
                0x5f1d2c3b4a59687766554433221100ffeeddccbbaa99887766554433221100ff";
            let covering = anchor::Covering {
                no: 4,
                sink: "chain".into(),
                kind: anchor::Kind::Evm,
                size: 60,
                root: [5; 32],
                place: place.into(),
                proved_at: page.now,
            };
            Found { anchors: vec![covering], ..found }
        };
        let key = || "orders.example.gov.tw/2026+1a2b3c4d+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB".to_owned();
        let events = vec![entry(52, Kind::Supersede, 9), entry(77, Kind::Revoke, 30)];
        // Without a payload the script has nothing to ask the register about.
        let draw = |found: &Found| Self {
            payload: String::new(),
            ..Self::new(page.clone(), (key(), "/log/policy.txt".into()), found)
        };
        let unwitnessed = Found { unwitnessed: true, ..found(Standing::Valid, vec![]) };
        vec![
            ("usual", draw(&anchored(found(Standing::Valid, vec![])))),
            ("new", draw(&found(Standing::Valid, vec![]))),
            ("changed", draw(&found(Standing::Revoked, events))),
            ("unwitnessed", draw(&unwitnessed)),
        ]
    }
}

/// The id a payload stands for. The alphabet has capitals only, so an address somebody typed in small letters is good too.
fn id_of(payload: &str) -> Option<OrderId> {
    seal::qr::read_id(&payload.to_ascii_uppercase()).map(OrderId)
}

async fn find(app: &App, id: OrderId) -> Result<Option<Found>, WebError> {
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let fault = || WebError::fault("read the register");
    let heads = register::log::heads(&mut tx).await.map_err(fault())?;
    let events = register::log::events(&mut tx, &id.0).await.map_err(fault())?;
    let entries: Vec<Located> = events.into_iter().filter_map(|event| event.entry).collect();
    let Some(folded) = fold(entries.iter().map(|entry| &entry.leaf)) else { return Ok(None) };
    // Whatever does not count was put there by nobody who may.
    let mut counted = folded.counted.iter().map(|&at| entries[at]);
    let Some(issue) = counted.next() else { return Ok(None) };
    let issuer = register::log::issuer(&mut tx, issue.leaf.issuer).await.map_err(fault())?;
    let agency = issuer.map_or_else(String::new, |issuer| issuer.statement.name);
    let seen = register::witness::witnessed_size_of(&mut tx, issue.shard).await.map_err(fault())?;
    let origin = heads.get(usize::from(issue.shard)).map_or("", |head| head.checkpoint.origin.as_str());
    let anchors = anchor::covering(&mut tx, origin, issue.index).await;
    Ok(Some(Found {
        issue: issue.entry,
        state: folded.state,
        events: counted.map(|event| event.entry).collect(),
        agency,
        as_of: instant(heads.last().map_or(0, |head| head.time_ms)),
        unwitnessed: seen.is_some_and(|seen| issue.index >= seen),
        anchors: anchors.map_err(WebError::fault("read the anchors"))?,
    }))
}

/// The keys of the register and where their policies are, as the page needs them.
pub(crate) async fn log_keys(app: &App) -> Result<(String, String), WebError> {
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    crate::log_keys::known(&mut tx).await.map_err(WebError::fault("read the register"))
}

/// `GET /q/{payload}`
pub async fn show(State(app): State<App>, Path(payload): Path<String>, page: Page) -> Answer {
    let found = match id_of(&payload) {
        Some(id) => find(&app, id).await?,
        None => None,
    };
    match found {
        Some(found) => html(&VerifyOrderPage::new(page, log_keys(&app).await?, &found)),
        None => html_with(StatusCode::NOT_FOUND, &VerifyUnknownPage::new(page)),
    }
}

/// `GET /q/{payload}/proof.json` (docs/verification.md, section 8). It tells the state of now, so nobody keeps it.
pub async fn proof(State(app): State<App>, Path(payload): Path<String>) -> Answer {
    let mut proof = match id_of(&payload) {
        Some(id) => orders::proof(&app.db, id).await.map_err(told("prove an order"))?,
        None => None,
    };
    if let Some(proof) = &mut proof {
        let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
        let id = id_of(&payload).map_or([0; 16], |id| id.0);
        let issue = register::log::locate(&mut tx, &[id]).await.map_err(WebError::fault("read the register"))?;
        let issue = issue.into_iter().flatten().next().ok_or(WebError::NotFound)?;
        let anchors = crate::anchors::proofs(&mut tx, issue.shard, issue.index).await;
        proof["anchors"] = anchors.map_err(WebError::fault("read the anchors"))?.into();
    }
    let status = if proof.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    // The contract wants canonical JSON; a verifier refuses any other.
    let body = serde_json_canonicalizer::to_vec(&proof).map_err(WebError::fault("write a proof"))?;
    Ok((status, [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], body).into_response())
}
