//! Who a request comes from: the session cookie, the head of the page, and the check of a route's permission.

use crate::looking::{Look, Shows, shows_something, untold};
use crate::{App, cookie, step_up};
use access::{Action, Actor, AgentFor, Decision, Hat, Office, Scope, decide, permits};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use db::Db;
use kernel::Text;
use std::sync::{Arc, Mutex};
use webkit::{Chrome, Link, SignedIn, WebError};

/// The signed-in person on a route that was opened to them; a route that needs nobody does not ask for it.
#[derive(Clone, Debug)]
pub struct Me {
    /// Who it is.
    pub actor: Actor,
    /// What the route is for.
    pub action: Action,
    /// As what the person opened this route.
    pub hat: Hat,
    /// What the read log knows of this request.
    pub look: Look,
    /// The database as far as the person reaches for this route's action: whatever a page reads for somebody, it reads here.
    pub db: Db,
    /// The offices in which this request turned out to be done; nothing while that is not known.
    settled: Arc<Mutex<Option<Vec<Office>>>>,
}

impl Me {
    /// The same request, as whose agent it goes on: what is looked at is the principal's.
    pub fn as_agent(&self, agent: &AgentFor) -> Self {
        Self { hat: Hat::Agent(agent.clone()), ..self.clone() }
    }

    /// Notes as what the person does what is asked; what is done as a deputy is handed back to the principal.
    pub fn acts_as(&self, hats: impl IntoIterator<Item = Hat>) {
        let mut offices: Vec<Office> = Vec::new();
        for hat in hats {
            if let Hat::Office(office) = hat
                && !offices.contains(&office)
            {
                offices.push(office);
            }
        }
        *self.settled.lock().expect("nothing panics while it is held") = Some(offices);
    }
}

impl std::ops::Deref for Me {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Self>().cloned().ok_or(WebError::NotAllowed)
    }
}

/// Finds out who asks and puts the person and the head of the page into the request.
pub async fn recognise(State(app): State<App>, mut request: Request, next: Next) -> Response {
    // Style sheets and scripts are the same for everybody.
    if request.uri().path().starts_with("/assets/") {
        return next.run(request).await;
    }
    let jar = CookieJar::from_headers(request.headers());
    let token = cookie::token(&app, &jar);
    let actor = match token {
        Some(token) => access::actor_of(&app.db, app.clock.as_ref(), &app.tree(), token).await,
        None => Ok(None),
    };
    let mut session = None;
    match actor {
        Err(cause) => return unrecognised(WebError::fault("find the session")(cause), request, next).await,
        Ok(actor) => {
            let chrome = match chrome(&app, actor.as_ref(), request.uri().path()).await {
                Ok(chrome) => chrome,
                Err(cause) => {
                    return unrecognised(WebError::fault("find the agency of the session")(cause), request, next).await;
                }
            };
            request.extensions_mut().insert(chrome);
            if let Some(actor) = actor {
                session = Some(actor.session.clone());
                request.extensions_mut().insert(actor);
            }
        }
    }
    let response = next.run(request).await;
    match (session, token) {
        (Some(session), Some(token)) => {
            cookie::renew(&app, &session, token, response).await.unwrap_or_else(IntoResponse::into_response)
        }
        _ => response,
    }
}

/// Who asks could not be found out. The answer is made further inside, by the [`guard`], where a fault gets its number, its page and its line in
/// the log.
#[derive(Clone)]
struct Unrecognised(WebError);

async fn unrecognised(error: WebError, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Unrecognised(error));
    next.run(request).await
}

async fn chrome(app: &App, actor: Option<&Actor>, path: &str) -> Result<Chrome, org::Error> {
    let Some(actor) = actor else {
        let sign_in = Link::new("/signin", Text::new("登入", "Sign in"));
        return Ok(Chrome { user: None, nav: nav(None, path), sign_in: Some(sign_in) });
    };
    let office = actor.offices.first();
    let agency = match office {
        Some(office) => app.agency_name(office.reach.agency()).await?,
        None => String::new(),
    };
    let role = office.map_or_else(|| Text::new("公務人員", "Civil servant"), |office| office.role.label());
    let user = SignedIn {
        name: actor.name.clone(),
        role,
        agency,
        acting_for: None,
        sign_out: "/signout".into(),
        switch: None,
    };
    Ok(Chrome { user: Some(user), nav: nav(Some(actor), path), sign_in: None })
}

/// The main menu: only what this person may open.
fn nav(actor: Option<&Actor>, path: &str) -> Vec<Link> {
    let all = [
        ("/work", Action::ReadCases, Text::new("待辦", "My work")),
        ("/awards", Action::PrepareCase, Text::new("獎懲案", "Award cases")),
        ("/committee", Action::ReviewCase, Text::new("考績委員會", "Committee")),
        ("/approvals", Action::ApproveCase, Text::new("核定", "Approval")),
        ("/orders", Action::ReadCases, Text::new("令", "Orders")),
        ("/paper", Action::ServePaper, Text::new("書面送達", "On paper")),
        ("/people", Action::ReadPeople, Text::new("人員", "People")),
        ("/reads", Action::ReadReads, Text::new("查閱紀錄", "Read log")),
        ("/reads/questions", Action::AnswerQuestions, Text::new("詢問", "Questions")),
        ("/office", Action::KeepOffice, Text::new("機關設定", "Settings")),
        ("/authority", Action::ReadOffices, Text::new("權限", "Authority")),
        ("/deputies", Action::KeepDeputies, Text::new("代理", "Deputies")),
        ("/agencies", Action::ReadAgencies, Text::new("機關", "Agencies")),
        ("/mydata", Action::ReadOwnRecord, Text::new("我的資料", "MyData")),
        ("/verify", Action::ReadPublic, Text::new("查驗", "Verify")),
    ];
    // The list of questions stands under the read log: of two that fit, the longer one is where the reader is.
    let here = all.iter().map(|(href, ..)| *href).filter(|href| path.starts_with(href)).max_by_key(|href| href.len());
    all.into_iter()
        .filter(|(_, action, _)| decide(actor, *action, Scope::Any) != Decision::Refuse)
        .map(|(href, _, label)| Link::new(href, label).current_if(Some(href) == here))
        .collect()
}

/// Opens a route to whoever holds its permission. Without a session the reader is asked to sign in; where the card must be shown again,
/// to show it; for anybody else the page does not exist.
///
/// Of an address that shows people, only an answer whose look is in the read log is let out.
pub async fn guard(app: App, route: (&'static str, Action, Shows), mut request: Request, next: Next) -> Response {
    if let Some(Unrecognised(error)) = request.extensions().get() {
        return error.clone().into_response();
    }
    let (path, action, shows) = route;
    let actor = request.extensions().get::<Actor>().cloned();
    match decide(actor.as_ref(), action, Scope::Any) {
        Decision::Permit(hat) => {
            let Some(actor) = actor else { return next.run(request).await };
            show_acting(&mut request, &hat);
            let db = app.db.scoped(access::reach_of(Some(&actor), action));
            let look = Look::new(app.clone(), path, agency_at_head(&request));
            let told = look.clone();
            let me = Me { actor, action, hat, look, db, settled: Arc::default() };
            request.extensions_mut().insert(me.clone());
            let response = if request.method() == Method::GET {
                next.run(request).await
            } else {
                noted(&app, &me, request, next).await
            };
            let_out(response, shows, &told, path).await
        }
        Decision::StepUp => step_up::answer(&app.site, request).await,
        Decision::Refuse if actor.is_none() && request.method() == Method::GET => {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            Redirect::to(&format!("/signin?next={}", encode(path))).into_response()
        }
        Decision::Refuse => {
            // Ids and codes only, for whoever looks into somebody who tries what is not theirs.
            let person = actor.map(|actor| actor.person.to_string());
            tracing::info!(person, action = action.code(), path = request.uri().path(), "not allowed");
            WebError::NotAllowed.into_response()
        }
    }
}

/// The answer once its looks are in the log; a fault if they cannot be, or if it shows people and told nothing.
async fn let_out(mut response: Response, shows: Shows, look: &Look, path: &'static str) -> Response {
    let waited = match look.settle().await {
        Ok(waited) => waited,
        Err(fault) => return fault.into_response(),
    };
    if shows != Shows::People {
        return response;
    }
    if !look.is_told() && shows_something(&response) {
        return untold(path).into_response();
    }
    let waited = format!("readlog;dur={:.2}", waited.as_secs_f64() * 1000.0);
    response.headers_mut().insert("server-timing", waited.parse().expect("digits and letters make a header"));
    response
}

/// The agency whose name stands at the head of the page.
fn agency_at_head(request: &Request) -> Option<String> {
    let user = request.extensions().get::<Chrome>()?.user.as_ref()?;
    Some(user.agency.clone()).filter(|name| !name.is_empty())
}

/// Runs what changes something. If it may be done as a deputy, it is written down before and completed or taken back after.
async fn noted(app: &App, me: &Me, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let act = match access::begin_act(&app.db, &me.actor, me.action, &path, app.now()).await {
        Ok(None) => return next.run(request).await,
        Ok(Some(act)) => act,
        Err(cause) => return WebError::fault("note the act of a deputy")(cause).into_response(),
    };
    let response = next.run(request).await;
    let settled = me.settled.lock().expect("nothing panics while it is held").clone();
    // Where only one office permits it at all, it was done in that one.
    let offices = settled.or_else(|| {
        let only = access::offices_for(&me.actor, me.action);
        (only.len() == 1).then(|| only.into_iter().cloned().collect())
    });
    let done = response.status().is_success() || response.status().is_redirection();
    let kept = match offices {
        Some(offices) if done => access::finish_act(&app.db, act, &offices, app.now()).await,
        // Nobody can say in whose name it was done: the principal learns that something was.
        None if done => Ok(()),
        _ => access::drop_act(&app.db, act).await,
    };
    // What was done is done; the entry made before stays as one whose outcome is not known, and the fault is logged.
    if let Err(cause) = kept {
        drop(WebError::fault("complete the note of a deputy's act")(cause).into_response());
    }
    response
}

/// Whoever acts as a deputy reads at the top of the page for whom.
fn show_acting(request: &mut Request, hat: &Hat) {
    let user = request.extensions_mut().get_mut::<Chrome>().and_then(|chrome| chrome.user.as_mut());
    if let (Some(user), Some(acting)) = (user, hat.acting_for()) {
        user.acting_for = Some(Text::new(format!("代理 {}", acting.name), format!("Acting for {}", acting.name)));
    }
}

/// Percent-encodes a path for use as a query value.
pub fn encode(path: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    path.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Where a person begins after signing in.
pub fn front_page(actor: &Actor) -> &'static str {
    if permits(Some(actor), Action::ReadCases, Scope::Any) { "/work" } else { "/mydata" }
}
