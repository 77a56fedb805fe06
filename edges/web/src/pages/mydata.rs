//! What a civil servant sees of themselves: own orders, and what was said about electronic delivery.

use crate::App;
use crate::pages::review::{At, outcome_name};
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use kernel::Text;
use orders::{Consent, Delivery, Family, Issued, Said, Standing, field};
use webkit::{
    Answer, Cell, Form, Notice, Page, Pager, Sample, Table, Tag, Task, Tone, WebError, done, html, html_with,
};

/// Orders on one page.
const ORDERS_PER_PAGE: usize = 20;
/// Characters of a reason in the list.
const REASON_CHARS: usize = 24;

/// The page.
#[derive(Template)]
#[template(path = "mydata.html")]
pub struct MyDataPage {
    page: Page,
    form: Form,
    orders: Vec<Task>,
    pager: Pager,
    unread: usize,
    families: Vec<FamilyConsent>,
    history: Table,
}

/// What counts today for one family of orders.
struct FamilyConsent {
    code: &'static str,
    label: Text,
    tag: Tag,
    /// What the button would say and send; none where only paper is possible.
    choice: Option<(&'static str, Text)>,
    words: Text,
}

/// An order as it lies in the inbox.
pub struct Lying {
    /// The order.
    pub order: Issued,
    /// How it came.
    pub delivery: Delivery,
    /// What the register says of it; read for the page shown only.
    pub standing: Standing,
}

/// Everything the page shows.
struct Shown {
    lying: Vec<Lying>,
    pager: Pager,
    unread: usize,
    consents: Vec<(Family, Consent)>,
    said: Vec<Said>,
}

impl MyDataPage {
    fn new(page: Page, form: Form, shown: Shown) -> Self {
        let page = page.titled(Text::new("我的資料", "MyData")).checked(&form);
        let Shown { lying, pager, unread, consents, said } = shown;
        Self {
            orders: lying.iter().map(|lying| task(&page, lying)).collect(),
            families: consents.into_iter().map(|(family, consent)| family_consent(family, consent)).collect(),
            history: history(&page, &said),
            form,
            pager,
            unread,
            page,
        }
    }

    /// Whether nothing was said yet about a family that can be delivered electronically.
    fn unsaid(&self) -> bool {
        self.families.iter().any(|family| matches!(family.choice, Some(("agreed", _))) && family.tag.tone == Tone::Warn)
    }
}

fn task(page: &Page, lying: &Lying) -> Task {
    let Lying { order, delivery, .. } = lying;
    let outcome = outcome_name(order.text(field::OUTCOME_CODE));
    if order.erased_at.is_some() {
        return Task {
            href: Some(format!("/mydata/orders/{}", order.id)),
            title: outcome,
            hint: Some(webkit::same(format!("{}　{}", page.date(order.issued_on), order.label()))),
            tag: lying_tag(lying.standing, delivery),
        };
    }
    let verb = order.amends.map(|(_, amendment)| amendment.label());
    let reason = short(order.text(field::REASON));
    let title = match verb {
        Some(verb) => Text::new(format!("{}：{}", verb.zh, outcome.zh), format!("{}: {}", verb.en, outcome.en)),
        None => Text::new(format!("{}：{reason}", outcome.zh), format!("{}: {reason}", outcome.en)),
    };
    let on = page.date(order.issued_on);
    let line = format!("{}　{on}　{}", order.text(field::ISSUING_AGENCY), order.label());
    Task {
        href: Some(format!("/mydata/orders/{}", order.id)),
        title,
        hint: Some(webkit::same(line)),
        tag: lying_tag(lying.standing, delivery),
    }
}

/// The beginning of a reason: enough to tell one order from another on a phone.
fn short(reason: &str) -> String {
    match reason.char_indices().nth(REASON_CHARS) {
        Some((end, _)) => format!("{}…", &reason[..end]),
        None => reason.to_owned(),
    }
}

/// A change matters more than whether it was read.
fn lying_tag(standing: Standing, delivery: &Delivery) -> Tag {
    match standing {
        Standing::Superseded | Standing::Repealed => Tag::new(Tone::Warn, standing.label()),
        Standing::Revoked => Tag::new(Tone::Bad, standing.label()),
        _ if !delivery.electronic => Tag::new(Tone::Plain, Text::new("書面送達", "On paper")),
        _ if delivery.opened_at.is_none() => Tag::new(Tone::Waiting, Text::new("未讀", "Unread")),
        _ => Tag::new(Tone::Faded, Text::new("已讀", "Read")),
    }
}

fn family_consent(family: Family, consent: Consent) -> FamilyConsent {
    if !family.is_electronic() {
        return FamilyConsent {
            code: family.code(),
            label: family.label(),
            tag: Tag::new(Tone::Plain, Text::new("書面", "On paper")),
            choice: None,
            words: Text::new(
                "懲處令一律以書面送達，由人事人員當面交付或寄送，請您簽收。",
                "Penalty orders always come on paper: the personnel officer hands or sends them to you, and you sign for them.",
            ),
        };
    }
    let tone = match consent {
        Consent::Unsaid => Tone::Warn,
        Consent::Agreed | Consent::Presumed => Tone::Good,
        Consent::Stopped => Tone::Faded,
    };
    let choice = if consent.is_electronic() {
        ("stopped", Text::new("停止電子送達", "Stop electronic delivery"))
    } else {
        ("agreed", Text::new("同意電子送達", "Agree to electronic delivery"))
    };
    FamilyConsent {
        code: family.code(),
        label: family.label(),
        tag: Tag::new(tone, consent.label()),
        choice: Some(choice),
        words: consent_words(consent),
    }
}

fn consent_words(consent: Consent) -> Text {
    match consent {
        Consent::Unsaid => Text::new(
            "您尚未表示是否同意，獎勵令以書面送達。",
            "You have not said whether you agree, so award orders come on paper.",
        ),
        Consent::Agreed => Text::new(
            "獎勵令（記一大功以下）送到這裡，並寄通知信給您。",
            "Award orders (up to one major merit) come here, and a notice is mailed to you.",
        ),
        Consent::Presumed => Text::new(
            "機關已通知您改採電子送達，您在期限內未表示反對，推定同意；您仍得隨時停止。",
            "Your agency gave notice of electronic delivery and you did not object in time, so you are presumed to agree. You may stop at any time.",
        ),
        Consent::Stopped => Text::new(
            "您已停止電子送達，獎勵令改以書面送達；以前送到這裡的令仍可閱覽。",
            "You stopped electronic delivery, so award orders come on paper. What came here before stays here.",
        ),
    }
}

fn history(page: &Page, said: &[Said]) -> Table {
    let heads = vec![
        Text::new("表示時間", "Said"),
        Text::new("類別", "Orders"),
        Text::new("表示", "What"),
        Text::new("自何日起", "Counts from"),
    ];
    let mut table = Table::new(Text::new("您以前的表示", "What you said before"), heads)
        .when_empty(Text::new("您尚未表示過。", "You have not said anything yet."));
    for (at, said) in said.iter().enumerate() {
        let consent = if said.agreed { Consent::Agreed } else { Consent::Stopped };
        let cells = vec![
            Cell::Code(page.moment(said.recorded_at)),
            said.family.label().into(),
            consent.label().into(),
            Cell::Code(page.date(said.from_on)),
        ];
        table.row(at, at, cells);
    }
    table
}

impl Sample for MyDataPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        use super::order_sample::{correction, delivered, order, served};
        let lie = |order, delivery, standing| Lying { order, delivery, standing };
        let old = order("示範甲", 12_345);
        let lying = vec![
            lie(correction(&old), delivered(false), Standing::Valid),
            lie(old, delivered(true), Standing::Superseded),
            lie(order("示範甲", 11_002), delivered(true), Standing::Valid),
            lie(order("示範甲", 10_777), served(), Standing::Revoked),
        ];
        let said = |agreed| Said { family: Family::Award, agreed, from_on: page.now.date(), recorded_at: page.now };
        let consents = |consent| vec![(Family::Award, consent), (Family::Penalty, Consent::Unsaid)];
        let pager = |found| Pager::new(1, ORDERS_PER_PAGE, found, "/mydata");
        let empty =
            Shown { lying: vec![], pager: pager(0), unread: 0, consents: consents(Consent::Unsaid), said: vec![] };
        let usual = Shown {
            lying,
            pager: pager(64),
            unread: 1,
            consents: consents(Consent::Agreed),
            said: vec![said(true), said(false), said(true)],
        };
        let mut faulty = Form::new();
        faulty.fault(
            "family-penalty",
            Text::new("懲處令不適用電子送達，一律以書面送達。", "Penalty orders are always delivered on paper."),
        );
        let refused =
            Shown { lying: vec![], pager: pager(0), unread: 0, consents: consents(Consent::Presumed), said: vec![] };
        vec![
            ("usual", Self::new(page.clone(), Form::new(), usual)),
            ("empty", Self::new(page.clone(), Form::new(), empty)),
            ("faulty", Self::new(page.clone(), faulty, refused)),
        ]
    }
}

/// Reads what the page shows.
async fn load(app: &App, me: &Me, at: usize) -> Result<Shown, WebError> {
    let inbox = orders::inbox(&me.db, me.person).await.map_err(told("list own orders"))?;
    let unread = inbox.iter().filter(|(_, way)| way.electronic && way.opened_at.is_none()).count();
    let pager = Pager::new(at, ORDERS_PER_PAGE, inbox.len(), "/mydata");
    let mut lying = Vec::new();
    for (order, delivery) in inbox.into_iter().skip(pager.offset(ORDERS_PER_PAGE)).take(ORDERS_PER_PAGE) {
        let standing = orders::standing(&me.db, order.id).await.map_err(told("read the register"))?;
        lying.push(Lying { order, delivery, standing });
    }
    let said = orders::consent_history(&me.db, me.person).await.map_err(told("read own consent"))?;
    Ok(Shown { lying, pager, unread, consents: consents(app, me).await?, said })
}

/// What counts today. A notice of 電子簽章法 §5 IV comes from the agency the person serves; whoever is in no roster has none.
async fn consents(app: &App, me: &Me) -> Result<Vec<(Family, Consent)>, WebError> {
    let person = personnel::person(&me.db, me.person).await.map_err(told("find the person"))?;
    let Some(person) = person else { return Ok(Vec::new()) };
    let mut consents = Vec::new();
    for family in [Family::Award, Family::Penalty] {
        let consent = orders::consent_now(&me.db, &person.agency, family, me.person, app.today()).await;
        consents.push((family, consent.map_err(told("read own consent"))?));
    }
    Ok(consents)
}

/// `GET /mydata`
pub async fn show(State(app): State<App>, me: Me, Query(at): Query<At>, page: Page) -> Answer {
    html(&MyDataPage::new(page, Form::new(), load(&app, &me, at.number()).await?))
}

/// `POST /mydata/consent`: agrees to, or stops, electronic delivery of a family of orders from today on.
pub async fn consent(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let family = Family::parse(form.value("family")).ok_or(WebError::NotFound)?;
    let agreed = match form.value("choice") {
        "agreed" => true,
        "stopped" => false,
        _ => return Err(WebError::NotFound),
    };
    let mut tx = me.db.begin().await.map_err(WebError::fault("reach the database"))?;
    match orders::give_consent(&mut tx, me.person, family, agreed, app.now()).await {
        Ok(()) => {
            tx.commit().await.map_err(WebError::fault("keep a consent"))?;
            Ok(done("/mydata#delivery", &Notice::success(said_now(family, agreed))))
        }
        Err(error) => {
            on_form(&mut form, "keep a consent", error)?;
            drop(tx);
            let shown = load(&app, &me, 1).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &MyDataPage::new(page, form, shown))
        }
    }
}

fn said_now(family: Family, agreed: bool) -> Text {
    let label = family.label();
    if agreed {
        Text::new(
            format!("已記錄：您自今日起同意以電子方式送達{}。", label.zh),
            format!("Recorded: from today you agree to electronic delivery ({}).", label.en),
        )
    } else {
        Text::new(
            format!("已記錄：自今日起停止以電子方式送達{}，改以書面送達。", label.zh),
            format!("Recorded: from today electronic delivery stops ({}); it goes on on paper.", label.en),
        )
    }
}
