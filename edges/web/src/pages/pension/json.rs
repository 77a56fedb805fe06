//! The same question and answer as the interface for machines, without a certificate: open to everybody.

use axum::extract::State;
use axum::extract::rejection::StringRejection;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use rules::Stop;
use rules::ask;
use webkit::WebError;

use crate::App;

/// Largest question, in bytes.
pub const QUESTION_MAX: usize = 16 << 10;

/// `POST /pension/estimate.json`
pub async fn estimate(State(app): State<App>, body: Result<String, StringRejection>) -> Result<Response, WebError> {
    let body = match body {
        Ok(body) => body,
        Err(cause) => return Ok(problem(cause.status(), "內容無法讀取。 The body cannot be read.", &[])),
    };
    let today = app.today();
    let calculated = tokio::task::spawn_blocking(move || {
        let asked = ask::question(&body).map_err(|refusal| vec![Stop::from(refusal)])?;
        ask::answer(&asked, today)
    });
    match calculated.await.map_err(WebError::fault("calculate a pension"))? {
        Ok(answer) => Ok(([(CONTENT_TYPE, "application/json")], answer.to_string()).into_response()),
        Err(stops) => {
            let detail = "資料不能計算。 There is no figure for these facts.";
            Ok(problem(StatusCode::UNPROCESSABLE_ENTITY, detail, &stops))
        }
    }
}

/// Why there is no answer (RFC 9457).
fn problem(status: StatusCode, detail: &str, stops: &[Stop]) -> Response {
    let mut body = ask::refused(stops);
    body["status"] = status.as_u16().into();
    body["title"] = status.canonical_reason().into();
    body["detail"] = detail.into();
    (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
