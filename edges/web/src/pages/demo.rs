//! What only a demonstration has.

use crate::App;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use webkit::{Answer, WebError};

/// `GET /demo/awards.csv`: an award file in the import format, to try the upload with.
pub async fn sample_file(State(app): State<App>) -> Answer {
    let bytes = app.sample_file.clone().ok_or(WebError::NotFound)?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=Big5"), (CONTENT_DISPOSITION, "attachment; filename=\"awards.csv\"")];
    Ok((headers, bytes).into_response())
}
