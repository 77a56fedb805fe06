//! Passkeys: signing in with one, registering, naming and removing them.

use super::sign_in::{card_asked, denied_text, status, turned_away, welcome};
use crate::App;
use crate::session::Me;
use crate::visit::Visitor;
use access::{AccessError, Assurance, Ceremony, Passkeys};
use askama::Template;
use axum::extract::State;
use kernel::Text;
use webkit::{Answer, Form, Link, Notice, Page, Sample, WebError, done, html, html_with};

const LIST: &str = "/mydata/sessions";

/// The page that asks the device: to sign in, or for a new passkey.
#[derive(Template)]
#[template(path = "passkey.html")]
pub struct PasskeyPage {
    page: Page,
    form: Form,
    ceremony: Ceremony,
    /// Whether a passkey is being registered.
    is_new: bool,
    next: String,
}

impl PasskeyPage {
    fn sign_in(page: Page, form: Form, ceremony: Ceremony, next: String) -> Self {
        let page = page.titled(Text::new("以通行密鑰登入", "Sign in with a passkey")).checked(&form);
        Self { page, form, ceremony, is_new: false, next }
    }

    fn register(page: Page, form: Form, ceremony: Ceremony) -> Self {
        let page = page.titled(Text::new("新增通行密鑰", "Add a passkey")).checked(&form);
        let page = page.under(Link::new(LIST, Text::new("我的登入", "My sign-ins")));
        Self { page, form, ceremony, is_new: true, next: String::new() }
    }
}

impl Sample for PasskeyPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let ceremony = || Ceremony { ticket: "dGlja2V0".into(), options: "{\"publicKey\":{}}".into() };
        let mut refused = Form::new();
        refused.fault("answer", access::SignInRefusal::NotLetIn.refusal().text);
        vec![
            ("sign_in", Self::sign_in(page.clone(), Form::new(), ceremony(), String::new())),
            ("refused", Self::sign_in(page.clone(), refused, ceremony(), String::new())),
            ("register", Self::register(page.clone(), Form::new(), ceremony())),
        ]
    }
}

fn passkeys(app: &App) -> Result<&Passkeys, WebError> {
    app.passkeys.as_ref().ok_or(WebError::NotFound)
}

async fn asked(app: &App) -> Result<Ceremony, WebError> {
    let ceremony = passkeys(app)?.begin_sign_in(&app.db, app.clock.as_ref(), app.random.as_ref()).await;
    ceremony.map_err(WebError::fault("ask for a passkey"))
}

/// `GET /signin/passkey?next=`
pub async fn show(State(app): State<App>, page: Page, form: Form) -> Answer {
    let next = form.value("next").to_owned();
    html(&PasskeyPage::sign_in(page, Form::new(), asked(&app).await?, next))
}

/// `POST /signin/passkey`
pub async fn answer(State(app): State<App>, Visitor(visit): Visitor, page: Page, mut form: Form) -> Answer {
    let parts = (app.clock.as_ref(), app.random.as_ref());
    let said = (form.value("ticket"), form.value("answer"));
    match passkeys(&app)?.finish_sign_in(&app.db, parts, said, &visit).await {
        Ok(opened) => {
            let next = form.value("next").to_owned();
            welcome(&app, opened, &next).await
        }
        Err(AccessError::Refused(denied)) => {
            form.fault("answer", denied_text(&denied));
            let next = form.value("next").to_owned();
            let shown = PasskeyPage::sign_in(page, form, asked(&app).await?, next);
            turned_away(&denied, html_with(status(&denied), &shown)?)
        }
        Err(fault) => Err(WebError::fault("sign in with a passkey")(fault)),
    }
}

async fn new(app: &App, me: &Me) -> Result<Result<Ceremony, Text>, WebError> {
    match passkeys(app)?.begin_registration(&app.db, app.clock.as_ref(), app.random.as_ref(), me).await {
        Ok(ceremony) => Ok(Ok(ceremony)),
        Err(AccessError::Refused(denied)) => Ok(Err(denied_text(&denied))),
        Err(fault) => Err(WebError::fault("begin a passkey")(fault)),
    }
}

/// `GET /mydata/sessions/passkey`: asks the device for a new passkey, after the card.
pub async fn new_form(State(app): State<App>, me: Me, page: Page) -> Answer {
    if me.assurance < Assurance::FreshCard {
        return Ok(card_asked("/mydata/sessions/passkey"));
    }
    match new(&app, &me).await? {
        Ok(ceremony) => html(&PasskeyPage::register(page, Form::new(), ceremony)),
        Err(text) => Ok(done(LIST, &Notice::info(text))),
    }
}

/// `POST /mydata/sessions/passkey`
pub async fn register(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    if me.assurance < Assurance::Card {
        return Ok(card_asked("/mydata/sessions/passkey"));
    }
    let said = (form.value("ticket"), form.value("answer"));
    match passkeys(&app)?.finish_registration(&app.db, app.clock.as_ref(), &me, said, form.value("label")).await {
        Ok(()) => Ok(done(LIST, &Notice::success(Text::new("已新增通行密鑰。", "The passkey was added.")))),
        Err(AccessError::Refused(denied)) => {
            form.fault("answer", denied_text(&denied));
            match new(&app, &me).await? {
                Ok(ceremony) => html_with(status(&denied), &PasskeyPage::register(page, form, ceremony)),
                Err(text) => Ok(done(LIST, &Notice::info(text))),
            }
        }
        Err(fault) => Err(WebError::fault("register a passkey")(fault)),
    }
}

/// `POST /mydata/sessions/passkeys`: names or removes one of the person's own.
pub async fn keep(State(app): State<App>, me: Me, form: Form) -> Answer {
    let id = form.value("id").parse().map_err(|_| WebError::NotFound)?;
    let (kept, said) = if form.sent("remove") {
        let removed = access::remove_passkey(&app.db, app.clock.as_ref(), me.person, id).await;
        (removed, Text::new("已移除通行密鑰。", "The passkey was removed."))
    } else {
        let named = access::rename_passkey(&app.db, me.person, id, form.value("label")).await;
        (named, Text::new("已更名。", "The passkey was renamed."))
    };
    if !kept.map_err(WebError::fault("keep a passkey"))? {
        return Err(WebError::NotFound);
    }
    Ok(done(LIST, &Notice::success(said)))
}
