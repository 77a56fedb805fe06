//! The public page behind a code of mode J or M (docs/verification.md, section 11). Everything is checked in the browser, without a
//! network after one visit; what the code says stands after `#` and reaches nobody.

use crate::{App, Assets};
use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Text;
use webkit::{Answer, Link, Page, Sample, WebError, html};

/// The page.
#[derive(Template)]
#[template(path = "verify_code.html")]
pub struct VerifyCodePage {
    page: Page,
    /// The key of the running shard, and below what its pack is served.
    log_key: String,
    log: String,
}

impl VerifyCodePage {
    fn new(page: Page, log_key: String, log: String) -> Self {
        let parent = Link::new("/verify", Text::new("查驗", "Verify"));
        Self { page: page.titled(Text::new("離線查驗", "Verify without a network")).under(parent), log_key, log }
    }
}

impl Sample for VerifyCodePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let key = "orders.example.gov.tw/2026+1a2b3c4d+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB".to_owned();
        vec![("usual", Self::new(page.clone(), key, "/log/".to_owned()))]
    }
}

/// `GET /Q/`
pub async fn show(State(app): State<App>, page: Page) -> Answer {
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let head = register::log::head(&mut tx).await.map_err(WebError::fault("read the register"))?;
    let log = format!("/log/{}", register::serve::folder(&head));
    html(&VerifyCodePage::new(page, head.vkey.to_string(), log))
}

/// `GET /q/`: the page has one address, or it could not be kept for the day without a network. The browser takes `#…` along.
pub async fn one_address() -> Redirect {
    Redirect::to("/Q/")
}

/// `GET /Q/worker.js`: what keeps the page on the device. Its address must not change, so its name has no hash.
pub async fn worker(State(app): State<App>) -> Result<Response, WebError> {
    let address = app.site.assets.href("verify-worker.js").ok_or(WebError::NotFound)?;
    let file = Assets::get(address.trim_start_matches("/assets/")).ok_or(WebError::NotFound)?;
    Ok(([(CONTENT_TYPE, "text/javascript; charset=utf-8")], file.data.into_owned()).into_response())
}
