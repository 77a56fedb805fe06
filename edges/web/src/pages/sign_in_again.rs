//! The card again, before something sensitive: the session goes on with a new token that stands for the fresh proof.

use super::sign_in::{begin, challenge, fault, pasted, status, turned_away};
use crate::card_reader::{self, CardReader};
use crate::session::Me;
use crate::visit::Visitor;
use crate::{App, cookie};
use access::AccessError;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use kernel::Text;
use webkit::{Answer, Form, Page, Sample, WebError, html, html_with};

/// The page that asks for the card.
#[derive(Template)]
#[template(path = "sign_in_again.html")]
pub struct SignInAgainPage {
    page: Page,
    form: Form,
    state: Ask,
    /// The component that asks a real card.
    reader: Option<CardReader>,
    /// Where the person wanted to go.
    next: String,
}

/// What the page asks or says.
enum Ask {
    /// A real card is to sign this challenge.
    Card(String),
    /// The software card of a demonstration answers by a button.
    Soft,
    /// The card has answered: back to what was begun.
    Done,
}

impl SignInAgainPage {
    fn new(page: Page, form: Form, state: Ask, next: String) -> Self {
        let title = match state {
            Ask::Done => Text::new("已確認是您本人", "Confirmed"),
            _ => Text::new("請再以卡片確認", "Confirm with your card"),
        };
        let page = page.titled(title).checked(&form);
        Self { page, form, state, reader: None, next }
    }

    /// The same with the card component, if the site has one.
    fn with_reader(mut self, app: &App) -> Self {
        if let Ask::Card(challenge) = &self.state {
            self.reader = CardReader::of(app, challenge, begin(), Text::new("確認", "Confirm"));
        }
        self
    }
}

impl Sample for SignInAgainPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let challenge = || Ask::Card("renshi-signin/1\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA".to_owned());
        let mut refused = Form::new();
        refused.fault("cms", access::SignInRefusal::NotYours.refusal().text);
        let draw = |form, state| Self::new(page.clone(), form, state, "/approvals".into());
        vec![
            ("demo", draw(Form::new(), Ask::Soft)),
            ("card", draw(Form::new(), challenge())),
            ("refused", draw(refused, challenge())),
            ("done", draw(Form::new(), Ask::Done)),
        ]
    }
}

async fn asking(app: &App, me: &Me) -> Result<Ask, WebError> {
    Ok(if soft_answers(app, me) { Ask::Soft } else { Ask::Card(challenge(app).await?) })
}

/// Whether the person's software card of the demonstration answers: not if they came with another card.
fn soft_answers(app: &App, me: &Me) -> bool {
    let soft = app.cards.as_ref().and_then(|cards| cards.card(me.person));
    soft.is_some_and(|soft| me.session.card.is_none_or(|card| card == tlog::hash::sha256(soft.certificate())))
}

/// `GET /signin/again?next=`
pub async fn show(State(app): State<App>, me: Option<Extension<Me>>, page: Page, form: Form) -> Answer {
    let Some(Extension(me)) = me else { return Ok(Redirect::to("/signin").into_response()) };
    let next = form.value("next").to_owned();
    let state = if form.sent("done") { Ask::Done } else { asking(&app, &me).await? };
    let shown = html(&SignInAgainPage::new(page, Form::new(), state, next).with_reader(&app))?;
    Ok(card_reader::allow(&app, shown))
}

/// `POST /signin/again`
pub async fn answer(
    State(app): State<App>,
    me: Option<Extension<Me>>,
    Visitor(visit): Visitor,
    jar: CookieJar,
    page: Page,
    form: Form,
) -> Answer {
    let (Some(Extension(me)), Some(token)) = (me, cookie::token(&app, &jar)) else {
        return Ok(Redirect::to("/signin").into_response());
    };
    let soft = match &app.cards {
        Some(cards) if form.sent("soft") && soft_answers(&app, &me) => {
            cards.sign(me.person, challenge(&app).await?.as_bytes(), app.now())
        }
        _ => None,
    };
    let cms = soft.unwrap_or_else(|| pasted(&form));
    let parts = (app.clock.as_ref(), app.random.as_ref());
    match access::sign_in_again(&app.db, parts, &app.authorities, &cms, (&me, token), &visit).await {
        Ok(token) => {
            let next = match form.value("next") {
                "" => "/signin/again?done=yes",
                next => webkit::local_path(next),
            };
            let jar = CookieJar::new().add(cookie::of(&app, token));
            Ok((jar, Redirect::to(next)).into_response())
        }
        Err(AccessError::Refused(denied)) => {
            // What the card answered is used up: the next answer is to another challenge.
            let mut again = Form::new();
            fault(&mut again, "cms", &denied);
            let next = form.value("next").to_owned();
            let again = SignInAgainPage::new(page, again, asking(&app, &me).await?, next).with_reader(&app);
            turned_away(&denied, card_reader::allow(&app, html_with(status(&denied), &again)?))
        }
        Err(fault) => Err(WebError::fault("confirm with the card")(fault)),
    }
}
