//! What is answered when something needs the card again: a page is asked for after the card, and a form that was sent is handed
//! back whole, to be sent again once the card has answered in another tab.

use askama::Template;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Text;
use std::sync::Arc;
use webkit::{Answer, Form, Page, Sample, Site, html_with};

/// The page that holds what was sent.
#[derive(Template)]
#[template(path = "step_up.html")]
pub struct StepUpPage {
    page: Page,
    /// Where it was sent.
    action: String,
    /// What was sent; none if it held a file.
    fields: Option<Vec<(String, String)>>,
}

impl StepUpPage {
    fn new(page: Page, action: String, fields: Option<Vec<(String, String)>>) -> Self {
        let page = page.titled(Text::new("請再以卡片確認", "Confirm with your card"));
        Self { page, action, fields }
    }
}

impl Sample for StepUpPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let fields = vec![("reason".to_owned(), "辦理選務工作，圓滿完成。".to_owned())];
        let draw = |fields| Self::new(page.clone(), "/approvals/case/12/approve".into(), fields);
        vec![("form", draw(Some(fields))), ("file", draw(None))]
    }
}

/// Asks for the card. Nothing was done yet, and nothing that was typed is lost.
pub async fn answer(site: &Arc<Site>, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Redirect::to(&format!("/signin/again?next={}", crate::session::encode(&path))).into_response();
    }
    let page = Page::for_request(site, request.uri(), request.headers(), request.extensions());
    let fields = fields(request).await;
    form_page(page, path, fields).unwrap_or_else(IntoResponse::into_response)
}

fn form_page(page: Page, action: String, fields: Option<Vec<(String, String)>>) -> Answer {
    html_with(StatusCode::FORBIDDEN, &StepUpPage::new(page, action, fields))
}

async fn fields(request: Request) -> Option<Vec<(String, String)>> {
    let kind = request.headers().get(CONTENT_TYPE).map(|kind| kind.as_bytes().to_ascii_lowercase());
    match kind {
        None => Some(Vec::new()),
        Some(kind) if kind.starts_with(b"application/x-www-form-urlencoded") => {
            Form::from_request(request, &()).await.ok().map(|form| form.pairs().to_vec())
        }
        Some(_) => None,
    }
}
