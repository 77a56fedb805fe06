//! Signing in with a card: the page shows a challenge, the card signs it, the answer opens a session.

use crate::App;
use crate::card_reader::{self, CardReader};
use crate::cards::Card;
use crate::session::{cookie, front_page, no_cookie, token};
use access::AccessError;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{PersonId, Text};
use serde::Deserialize;
use webkit::{Answer, Form, Page, Sample, WebError, html, html_with};

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
        Self { page, form, challenge, reader, cards, next }
    }

    fn of(app: &App, page: Page, form: Form, challenge: String, next: String) -> Self {
        let reader = CardReader::of(app, &challenge, begin(), Text::new("登入", "Sign in"));
        Self::new(page, form, challenge, reader, cards(app), next)
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
            ("refused", Self::new(page.clone(), refused, challenge(), None, Vec::new(), String::new())),
        ]
    }
}

fn begin() -> Text {
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

async fn challenge(app: &App) -> Result<String, WebError> {
    access::challenge(&app.db, app.clock.as_ref(), app.random.as_ref())
        .await
        .map_err(WebError::fault("make a challenge"))
}

fn cards(app: &App) -> Vec<Card> {
    app.cards.as_ref().map_or_else(Vec::new, |cards| cards.cards())
}

/// `POST /signin`: with `cms` (base64) the answer of a real card; with `card` a software card answers in a demonstration.
pub async fn answer(State(app): State<App>, page: Page, jar: CookieJar, mut form: Form) -> Answer {
    let cms = match &app.cards {
        Some(cards) if form.sent("card") => {
            let challenge = challenge(&app).await?;
            let person = form.value("card").parse().map_err(|_| WebError::NotFound)?;
            cards.sign(person, challenge.as_bytes(), app.now()).ok_or(WebError::NotFound)?
        }
        _ => STANDARD.decode(form.trimmed("cms").replace(['\r', '\n', ' '], "")).unwrap_or_default(),
    };
    let (clock, random) = (app.clock.as_ref(), app.random.as_ref());
    match access::sign_in(&app.db, clock, random, &app.authorities, &cms).await {
        Ok((_, token)) => {
            let actor = access::actor_of(&app.db, clock, &app.tree(), &token)
                .await
                .map_err(WebError::fault("open the session"))?;
            let front = actor.as_ref().map_or("/", front_page);
            let next = match form.value("next") {
                "" => front,
                next => webkit::local_path(next),
            };
            let jar = jar.add(cookie(token, app.public.starts_with("https:")));
            Ok((jar, Redirect::to(next)).into_response())
        }
        Err(AccessError::Store(cause)) => Err(WebError::fault("sign in")(cause)),
        Err(AccessError::Refused(why)) => {
            form.fault("cms", why.refusal().text);
            let next = form.value("next").to_owned();
            let challenge = challenge(&app).await?;
            let page = SignInPage::of(&app, page, form, challenge, next);
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page).map(|page| card_reader::allow(&app, page))
        }
    }
}

/// `POST /signout`
pub async fn sign_out(State(app): State<App>, jar: CookieJar) -> Answer {
    if let Some(token) = token(&jar) {
        access::sign_out(&app.db, app.clock.as_ref(), token).await.map_err(WebError::fault("sign out"))?;
    }
    Ok((jar.remove(no_cookie()), Redirect::to("/")).into_response())
}
