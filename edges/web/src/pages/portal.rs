//! Signing in through the government portal, and linking one's account there.

use super::sign_in::{card_asked, denied_text, status, turned_away, welcome};
use crate::session::Me;
use crate::visit::Visitor;
use crate::{App, cookie};
use access::{AccessError, Actor, Assurance, Denied, Portal, Purpose, Returned};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use kernel::Text;
use webkit::{Answer, Form, Link, Notice, Page, Sample, WebError, done, html, html_with};

/// Where the portal sends people back to.
pub const RETURN: &str = "/signin/portal/return";

/// The way to the portal, to be taken by one's own click: a form of another site cannot send anybody there to be linked.
#[derive(Template)]
#[template(path = "portal_link.html")]
pub struct PortalLinkPage {
    page: Page,
    /// The portal's name.
    name: Text,
    /// Its address with what it needs to know.
    url: String,
}

impl PortalLinkPage {
    fn new(page: Page, name: Text, url: String) -> Self {
        let parent = Link::new("/mydata/sessions", Text::new("我的登入", "My sign-ins"));
        let page = page.titled(Text::new("連結政府入口網帳號", "Link your portal account")).under(parent);
        Self { page, name, url }
    }
}

impl Sample for PortalLinkPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let name = Text::new("範例政府入口網", "Sample portal");
        vec![(
            "usual",
            Self::new(page.clone(), name, "https://portal.example.gov.tw/authorize?client_id=renshi".into()),
        )]
    }
}

/// What is said when somebody comes back and is not let in.
#[derive(Template)]
#[template(path = "portal_refused.html")]
pub struct PortalRefusedPage {
    page: Page,
    text: Text,
}

impl PortalRefusedPage {
    fn new(page: Page, text: Text) -> Self {
        Self { page: page.titled(Text::new("未完成", "Not completed")), text }
    }
}

impl Sample for PortalRefusedPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        vec![("usual", Self::new(page.clone(), access::SignInRefusal::NotLetIn.refusal().text))]
    }
}

fn portal(app: &App) -> Result<&Portal, WebError> {
    app.portal.as_ref().ok_or(WebError::NotFound)
}

async fn begin(app: &App, purpose: Purpose<'_>) -> Result<access::Begun, WebError> {
    let begun = portal(app)?.begin(&app.db, app.clock.as_ref(), app.random.as_ref(), purpose).await;
    begun.map_err(WebError::fault("send somebody to the portal"))
}

/// `GET /signin/portal?next=`
pub async fn go(State(app): State<App>, form: Form) -> Answer {
    let begun = begin(&app, Purpose::SignIn(form.value("next"))).await?;
    Ok((CookieJar::new().add(cookie::passing(&app, begun.state)), Redirect::to(&begun.url)).into_response())
}

/// `POST /mydata/sessions/portal`: the way to the portal for linking the account there, or the end of the link.
pub async fn link(State(app): State<App>, me: Me, page: Page, form: Form) -> Answer {
    if form.sent("unlink") {
        let ended = access::unlink_portal(&app.db, app.clock.as_ref(), me.person).await;
        ended.map_err(WebError::fault("unlink an account"))?;
        let text = Text::new("已解除與政府入口網帳號的連結。", "Your portal account is no longer linked.");
        return Ok(done("/mydata/sessions", &Notice::success(text)));
    }
    if me.assurance < Assurance::FreshCard {
        return Ok(card_asked("/mydata/sessions"));
    }
    let begun = begin(&app, Purpose::Link(&me)).await?;
    let shown = html(&PortalLinkPage::new(page, portal(&app)?.name().clone(), begun.url))?;
    Ok((CookieJar::new().add(cookie::passing(&app, begun.state)), shown).into_response())
}

/// `GET /signin/portal/return?state=&code=`: somebody comes back.
pub async fn receive(
    State(app): State<App>,
    actor: Option<Extension<Actor>>,
    Visitor(visit): Visitor,
    jar: CookieJar,
    page: Page,
    form: Form,
) -> Answer {
    let kept = cookie::passed(&app, &jar).unwrap_or_default().to_owned();
    let parts = (app.clock.as_ref(), app.random.as_ref());
    let state = (form.value("state"), kept.as_str());
    let actor = actor.map(|Extension(actor)| actor);
    let returned = portal(&app)?.receive(&app.db, parts, state, form.value("code"), actor.as_ref(), &visit).await;
    let jar = CookieJar::new().add(cookie::pass_over(&app));
    match returned {
        Ok(Returned::Linked) => {
            let text = Text::new("已連結政府入口網帳號。", "Your portal account is linked.");
            Ok((jar, done("/mydata/sessions", &Notice::success(text))).into_response())
        }
        Ok(Returned::SignedIn(opened, next)) => Ok((jar, welcome(&app, opened, &next).await?).into_response()),
        Err(AccessError::Refused(denied)) => Ok((jar, refused(page, &denied)?).into_response()),
        Err(fault) => Err(WebError::fault("receive somebody from the portal")(fault)),
    }
}

fn refused(page: Page, denied: &Denied) -> Result<Response, WebError> {
    let shown = html_with(status(denied), &PortalRefusedPage::new(page, denied_text(denied)))?;
    turned_away(denied, shown)
}
