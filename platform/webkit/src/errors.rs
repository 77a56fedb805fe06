//! What a handler answers: a page, or one of the reasons why there is none.

use std::error::Error;
use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use kernel::{Refusal, Text};

/// What a handler answers: a response, or one of the pages below.
pub type Answer = Result<Response, WebError>;

/// Why a handler has no page to show.
#[derive(Debug, Clone)]
pub enum WebError {
    /// There is no such thing.
    NotFound,
    /// There may be such a thing, but this reader may not know: answered exactly like [`WebError::NotFound`].
    NotAllowed,
    /// The request makes no sense; says what.
    BadRequest(Text),
    /// The rules say no, and there is no form to say it in.
    Refused(Box<Refusal>),
    /// We could not do it. The reader gets a number, the log the cause.
    Fault {
        /// What was being done, for the log: "load the batch".
        doing: &'static str,
        /// Why it failed.
        cause: Arc<dyn Error + Send + Sync>,
    },
}

impl WebError {
    /// For `map_err`: a fault while `doing` something.
    pub fn fault<E: Into<Box<dyn Error + Send + Sync>>>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |cause| Self::Fault { doing, cause: Arc::from(cause.into()) }
    }

    /// The status that machines see.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::NotAllowed => StatusCode::NOT_FOUND,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::CONFLICT,
            Self::Fault { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Refusal> for WebError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<askama::Error> for WebError {
    fn from(cause: askama::Error) -> Self {
        Self::fault("render a page")(cause)
    }
}

impl IntoResponse for WebError {
    /// A bare answer; [`crate::pages`] puts the page around it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Renders a page.
///
/// # Errors
/// A template that fails is a fault.
pub fn html<T: Template>(template: &T) -> Answer {
    Ok(Html(template.render()?).into_response())
}

/// Renders a page with another status, such as 422 for a form that was refused.
///
/// # Errors
/// A template that fails is a fault.
pub fn html_with<T: Template>(status: StatusCode, template: &T) -> Answer {
    Ok((status, Html(template.render()?)).into_response())
}
