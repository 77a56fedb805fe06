//! A pension calculated from the facts in the question. Nothing is read of anybody on file, so no purpose is asked and no look is logged.

use crate::answer::Problem;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::StringRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::office_date;
use rules::Stop;
use rules::ask::{self, Asked};

use crate::Api;

/// Largest question, in bytes: the facts of a long life with every change of pay stay below a half of it.
pub const QUESTION_MAX: usize = 16 << 10;

/// `POST /api/v1/pension/estimate`
pub async fn estimate(State(api): State<Api>, body: Result<String, StringRejection>) -> Result<Response, Problem> {
    let body = body.map_err(|cause| match cause.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::Bad("內容應為 UTF-8 之 JSON。 The body must be JSON in UTF-8."),
    })?;
    let today = office_date(api.clock.now());
    let asked = ask::question(&body).map_err(|refusal| Problem::Refused(ask::refused(&[Stop::from(refusal)])))?;
    let answer = answered(asked, today).await?;
    Ok(Json(answer).into_response())
}

/// Off the threads that serve connections: every step of a long life is some work.
async fn answered(asked: Asked, today: time::Date) -> Result<serde_json::Value, Problem> {
    let calculated = tokio::task::spawn_blocking(move || ask::answer(&asked, today)).await;
    calculated
        .map_err(crate::answer::fault("calculate a pension"))?
        .map_err(|stops| Problem::Refused(ask::refused(&stops)))
}
