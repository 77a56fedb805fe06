//! Signing in with a card: the page shows a challenge, the card signs it, the answer opens a session.

use crate::card_reader::{self, CardReader};
use crate::cards::Card;
use crate::pages::card_code::CardCodePage;
use crate::session::front_page;
use crate::visit::Visitor;
use crate::{App, cookie};
use access::{AccessError, Denied, Opened, SignInRefusal};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{PersonId, Text};
use serde::Deserialize;
use webkit::{Answer, Form, Link, Notice, Page, Sample, WebError, done, html, html_with};

/// The sign-in page.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    page: Page,
    form: Form,
    /// What a real card is to sign.
    challenge: String,
    /// The component that asks a real card.
    reader: Option<CardReader>,
    /// Software cards, in a demonstration.
    cards: Vec<Card>,
    /// Other ways in, for the less sensitive part of one's own record.
    others: Vec<Link>,
    /// Where the person wanted to go.
    next: String,
}

impl SignInPage {
    fn new(
        page: Page,
        form: Form,
        challenge: String,
        reader: Option<CardReader>,
        cards: Vec<Card>,
        next: String,
    ) -> Self {
        let page = page.titled(Text::new("憑證登入", "Sign in with your card")).checked(&form);
        Self { page, form, challenge, reader, cards, others: Vec::new(), next }
    }

    fn of(app: &App, page: Page, form: Form, challenge: String, next: String) -> Self {
        let reader = CardReader::of(app, &challenge, begin(), Text::new("登入", "Sign in"));
        let mut others = Vec::new();
        if app.passkeys.is_some() {
            others.push(Link::new("/signin/passkey", Text::new("以通行密鑰登入", "Sign in with a passkey")));
        }
        if let Some(portal) = &app.portal {
            let name = portal.name();
            let label = Text::new(format!("以{}帳號登入", name.zh), format!("Sign in with {}", name.en));
            others.push(Link::new("/signin/portal", label));
        }
        Self { others, ..Self::new(page, form, challenge, reader, cards(app), next) }
    }
}

impl Sample for SignInPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let card = Card {
            person: PersonId(7),
            name: "王小明".into(),
            part: Text::new("人事人員", "Personnel officer"),
            agency: "範例市政府".into(),
        };
        let mut refused = Form::new();
        refused.fault("cms", Text::new("憑證驗證未通過。", "The card was not accepted."));
        let challenge = || "renshi-signin/1\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA".to_owned();
        let reader = || CardReader::sample(&challenge(), begin(), Text::new("登入", "Sign in"));
        vec![
            ("demo", Self::new(page.clone(), Form::new(), challenge(), reader(), vec![card], String::new())),
            ("card", Self::new(page.clone(), Form::new(), challenge(), reader(), Vec::new(), String::new())),
            (
                "other_ways",
                Self {
                    others: vec![Link::new("/signin/passkey", Text::new("以通行密鑰登入", "Sign in with a passkey"))],
                    ..Self::new(page.clone(), Form::new(), challenge(), reader(), Vec::new(), String::new())
                },
            ),
            ("refused", Self::new(page.clone(), refused, challenge(), None, Vec::new(), String::new())),
        ]
    }
}

/// Words on the button that asks the card.
pub fn begin() -> Text {
    Text::new("以自然人憑證登入", "Sign in with your card")
}

/// Where the person wanted to go.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /signin`
pub async fn show(State(app): State<App>, page: Page, Query(Next { next }): Query<Next>) -> Answer {
    let challenge = challenge(&app).await?;
    html(&SignInPage::of(&app, page, Form::new(), challenge, next)).map(|page| card_reader::allow(&app, page))
}

/// A fresh challenge.
///
/// # Errors
/// When the database is away.
pub async fn challenge(app: &App) -> Result<String, WebError> {
    access::challenge(&app.db, app.clock.as_ref(), app.random.as_ref())
        .await
        .map_err(WebError::fault("make a challenge"))
}

fn cards(app: &App) -> Vec<Card> {
    app.cards.as_ref().map_or_else(Vec::new, |cards| cards.cards())
}

/// `POST /signin`: with `cms` (base64) the answer of a real card; with `card` a software card answers in a demonstration.
pub async fn answer(State(app): State<App>, Visitor(visit): Visitor, page: Page, jar: CookieJar, form: Form) -> Answer {
    let cms = card_answer(&app, &form).await?;
    let (clock, random) = (app.clock.as_ref(), app.random.as_ref());
    match access::sign_in(&app.db, clock, random, &app.authorities, &cms, &visit).await {
        Ok(opened) => {
            if let Some(old) = cookie::token(&app, &jar) {
                access::sign_out(&app.db, clock, old).await.map_err(WebError::fault("end the session before"))?;
            }
            welcome(&app, opened, form.value("next")).await
        }
        // The card is good and lets nobody in: its holder may have a code from the personnel office.
        Err(AccessError::Refused(denied)) if denied.why == SignInRefusal::NotLetIn && denied.retry_after.is_none() => {
            let next = form.value("next").to_owned();
            let mut ask = Form::new();
            fault(&mut ask, "code", &denied);
            let ask = CardCodePage::new(page, ask, access::ticket(&cms), next);
            html_with(status(&denied), &ask)
        }
        Err(AccessError::Refused(denied)) => {
            // What the card answered is used up: the next answer is to another challenge.
            let mut again = Form::new();
            fault(&mut again, "cms", &denied);
            let next = form.value("next").to_owned();
            let challenge = challenge(&app).await?;
            let shown = html_with(status(&denied), &SignInPage::of(&app, page, again, challenge, next))?;
            turned_away(&denied, card_reader::allow(&app, shown))
        }
        Err(fault) => Err(WebError::fault("sign in")(fault)),
    }
}

/// The cookie of a session just opened, and the way to where the person wanted to go.
pub async fn welcome(app: &App, opened: Opened, next: &str) -> Answer {
    let actor = access::actor_of(&app.db, app.clock.as_ref(), &app.tree(), &opened.token).await;
    let actor = actor.map_err(WebError::fault("open the session"))?;
    let next = match next {
        "" => actor.as_ref().map_or("/", front_page),
        next => webkit::local_path(next),
    };
    let jar = CookieJar::new().add(cookie::of(app, opened.token));
    Ok(match opened.warnings {
        0 => (jar, Redirect::to(next)).into_response(),
        failed => (jar, done(next, &warning(failed))).into_response(),
    })
}

/// The way to the page that asks for the card, and back.
pub fn card_asked(next: &str) -> Response {
    Redirect::to(&format!("/signin/again?next={next}")).into_response()
}

/// The card's answer: pasted or brought by the card component, or made by a software card of a demonstration.
async fn card_answer(app: &App, form: &Form) -> Result<Vec<u8>, WebError> {
    let Some(cards) = app.cards.as_ref().filter(|_| form.sent("card")) else { return Ok(pasted(form)) };
    let challenge = challenge(app).await?;
    let person = form.value("card").parse().map_err(|_| WebError::NotFound)?;
    cards.sign(person, challenge.as_bytes(), app.now()).ok_or(WebError::NotFound)
}

/// The signature in the field `cms`; nothing if it is no Base64.
pub fn pasted(form: &Form) -> Vec<u8> {
    STANDARD.decode(form.trimmed("cms").replace(['\r', '\n', ' '], "")).unwrap_or_default()
}

/// Says on the form why nobody got in.
pub fn fault(form: &mut Form, field: &str, denied: &Denied) {
    form.fault(field, denied_text(denied));
}

/// Why nobody got in, with the number the operator can look up.
pub fn denied_text(denied: &Denied) -> Text {
    let refusal = denied.refusal();
    tracing::info!(number = denied.number, why = refusal.code, "a sign-in was refused");
    let (zh, en) = (refusal.text.zh, refusal.text.en);
    Text::new(format!("{zh}（編號 {}）", denied.number), format!("{en} (number {})", denied.number))
}

/// The status of a refused sign-in.
pub fn status(denied: &Denied) -> StatusCode {
    if denied.retry_after.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// The same answer with the time to wait.
pub fn turned_away(denied: &Denied, mut response: Response) -> Answer {
    if let Some(wait) = denied.retry_after {
        let seconds = wait.whole_seconds().max(1);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

fn warning(failed: i64) -> Notice {
    Notice::info(Text::new(
        format!("上次登入之後，有{failed}次未成功或異常的登入。若不是您本人所為，請到「我的資料」的「我的登入」查看。"),
        format!(
            "Since you last signed in, {failed} attempts failed or looked wrong. If it was not you, look at My sign-ins in MyData."
        ),
    ))
}

/// `POST /signout`
pub async fn sign_out(State(app): State<App>, jar: CookieJar) -> Answer {
    if let Some(token) = cookie::token(&app, &jar) {
        access::sign_out(&app.db, app.clock.as_ref(), token).await.map_err(WebError::fault("sign out"))?;
    }
    Ok((jar.add(cookie::forget(&app)), Redirect::to("/")).into_response())
}
