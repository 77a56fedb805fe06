//! 我的登入: where the person is signed in now, what signed in lately and what was turned away, and how to end it.

use crate::App;
use crate::session::Me;
use access::{AttemptLine, Method, Outcome, PasskeyLine, SessionLine};
use askama::Template;
use axum::extract::State;
use kernel::Text;
use time::OffsetDateTime;
use webkit::{Answer, Cell, Form, Link, Notice, Page, Sample, Table, Tag, Tone, WebError, done, html, same};

const HERE: &str = "/mydata/sessions";

/// The page.
#[derive(Template)]
#[template(path = "mydata_sessions.html")]
pub struct MyDataSessionsPage {
    page: Page,
    sessions: Vec<Open>,
    /// Passkeys; none if browsers know none here.
    passkeys: Option<Vec<Key>>,
    /// The portal's name and since when an account there is linked; none if there is no portal.
    portal: Option<(Text, Option<String>)>,
    attempts: Table,
}

/// A passkey.
struct Key {
    id: i64,
    label: String,
    registered: String,
    used: Option<String>,
}

/// What is on file about a person's ways in.
struct Facts<'a> {
    sessions: &'a [SessionLine],
    attempts: &'a [AttemptLine],
    passkeys: Option<&'a [PasskeyLine]>,
    portal: Option<(Text, Option<OffsetDateTime>)>,
    /// Number of the session that asks.
    this: i64,
}

/// A session that is open.
struct Open {
    id: i64,
    device: Text,
    method: Text,
    opened: String,
    seen: String,
    address: String,
    /// Whether it is the one that asks.
    is_this: bool,
}

impl MyDataSessionsPage {
    fn new(page: Page, facts: Facts<'_>) -> Self {
        let parent = Link::new("/mydata", Text::new("我的資料", "MyData"));
        let page = page.titled(Text::new("我的登入", "My sign-ins")).under(parent);
        let sessions = facts.sessions.iter().map(|line| Open {
            id: line.id,
            device: device(&line.device),
            method: line.method.label(),
            opened: page.moment(line.opened_at),
            seen: page.moment(line.seen_at),
            address: line.address.clone(),
            is_this: line.id == facts.this,
        });
        let key = |line: &PasskeyLine| Key {
            id: line.id,
            label: line.label.clone(),
            registered: page.moment(line.registered_at),
            used: line.used_at.map(|at| page.moment(at)),
        };
        let passkeys = facts.passkeys.map(|lines| lines.iter().map(key).collect());
        let portal = facts.portal.map(|(name, at)| (name, at.map(|at| page.moment(at))));
        Self { sessions: sessions.collect(), passkeys, portal, attempts: table(&page, facts.attempts), page }
    }

    fn has_others(&self) -> bool {
        self.sessions.iter().any(|open| !open.is_this)
    }
}

fn device(label: &str) -> Text {
    if label.is_empty() { Text::new("未知的裝置", "Unknown device") } else { same(label) }
}

fn table(page: &Page, attempts: &[AttemptLine]) -> Table {
    let heads = vec![
        Text::new("時間", "When"),
        Text::new("結果", "Outcome"),
        Text::new("方式", "By"),
        Text::new("裝置", "Device"),
        Text::new("來源位址", "Address"),
        Text::new("編號", "Number"),
    ];
    let mut table = Table::new(Text::new("最近的登入", "Recent sign-ins"), heads)
        .when_empty(Text::new("沒有紀錄。", "Nothing recorded."));
    for line in attempts {
        let tone = match line.outcome {
            Outcome::In | Outcome::Again => Tone::Good,
            Outcome::Refused | Outcome::Held => Tone::Warn,
            Outcome::Reused => Tone::Bad,
        };
        let cells = vec![
            Cell::Code(page.moment(line.at)),
            Tag::new(tone, line.outcome.label()).into(),
            line.method.label().into(),
            device(&line.device).into(),
            Cell::Code(line.address.clone()),
            Cell::Figure(line.id.to_string()),
        ];
        table.row(line.id, line.id.to_string(), cells);
    }
    table
}

impl Sample for MyDataSessionsPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let at = page.now;
        let session = |id, method, device: &str| SessionLine {
            id,
            method,
            opened_at: at,
            seen_at: at,
            device: device.into(),
            address: "192.0.2.7".into(),
        };
        let attempt = |id, method, outcome| AttemptLine {
            id,
            at,
            method,
            outcome,
            device: "Edge · Windows".into(),
            address: "2001:db8::1f:9c04".into(),
        };
        let sessions = [session(8, Method::Card, "Edge · Windows"), session(7, Method::Portal, "")];
        let attempts = [
            attempt(31, Method::Card, Outcome::In),
            attempt(30, Method::Card, Outcome::Again),
            attempt(29, Method::Passkey, Outcome::Refused),
            attempt(28, Method::Portal, Outcome::Held),
            attempt(27, Method::Card, Outcome::Reused),
        ];
        let keys = [
            PasskeyLine { id: 3, label: "我的手機".into(), registered_at: at, used_at: Some(at) },
            PasskeyLine { id: 4, label: "辦公室的安全金鑰".into(), registered_at: at, used_at: None },
        ];
        let name = || Text::new("範例政府入口網", "Sample portal");
        let full = Facts {
            sessions: &sessions,
            attempts: &attempts,
            passkeys: Some(&keys),
            portal: Some((name(), Some(at))),
            this: 8,
        };
        let none = Facts {
            sessions: &sessions[..1],
            attempts: &[],
            passkeys: Some(&[]),
            portal: Some((name(), None)),
            this: 8,
        };
        let card_only = Facts { sessions: &sessions[..1], attempts: &[], passkeys: None, portal: None, this: 8 };
        vec![
            ("usual", Self::new(page.clone(), full)),
            ("nothing_yet", Self::new(page.clone(), none)),
            ("card_only", Self::new(page.clone(), card_only)),
        ]
    }
}

/// `GET /mydata/sessions`
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let sessions = access::sessions_of(&app.db, app.clock.as_ref(), me.person).await;
    let sessions = sessions.map_err(WebError::fault("list own sessions"))?;
    let attempts = access::attempts_of(&app.db, me.person).await.map_err(WebError::fault("list own sign-ins"))?;
    let passkeys = access::passkeys_of(&app.db, me.person).await.map_err(WebError::fault("list own passkeys"))?;
    let linked = access::portal_linked_at(&app.db, me.person).await.map_err(WebError::fault("find own account"))?;
    let facts = Facts {
        sessions: &sessions,
        attempts: &attempts,
        passkeys: app.passkeys.is_some().then_some(&passkeys[..]),
        portal: app.portal.as_ref().map(|portal| (portal.name().clone(), linked)),
        this: me.session.id,
    };
    html(&MyDataSessionsPage::new(page, facts))
}

/// `POST /mydata/sessions`: ends one of the person's other sessions, or all of them.
pub async fn end(State(app): State<App>, me: Me, form: Form) -> Answer {
    let clock = app.clock.as_ref();
    if form.sent("others") {
        let ended = access::end_other_sessions(&app.db, clock, me.person, me.session.id).await;
        let ended = ended.map_err(WebError::fault("end own sessions"))?;
        let text = Text::new(format!("已結束其他{ended}個登入。"), format!("{ended} other sessions were ended."));
        return Ok(done(HERE, &Notice::success(text)));
    }
    let id = form.value("id").parse().map_err(|_| WebError::NotFound)?;
    let ended = access::end_session(&app.db, clock, me.person, id).await.map_err(WebError::fault("end own session"))?;
    if !ended {
        return Err(WebError::NotFound);
    }
    Ok(done(HERE, &Notice::success(Text::new("已結束這個登入。", "The session was ended."))))
}
