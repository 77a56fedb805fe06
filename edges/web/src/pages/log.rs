//! The public files of the register and of its anchors, served as they are exported.

use crate::App;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use webkit::{Answer, WebError};

/// `GET /log/<path>`: checkpoint, tiles, key statements, status, policy, anchors.
pub async fn resource(State(app): State<App>, Path(path): Path<String>) -> Answer {
    let fault = WebError::fault("read the register");
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    // An anchor may be sent again when a chain is rewritten, so its file is never for ever.
    if let Some(file) = anchor::resource(&mut tx, &path).await.map_err(WebError::fault("read the anchors"))? {
        return Ok(([(CONTENT_TYPE, file.mime), (CACHE_CONTROL, "no-cache")], file.bytes).into_response());
    }
    let found = register::serve::resource(&mut tx, &path).await.map_err(fault)?;
    let resource = found.ok_or(WebError::NotFound)?;
    let cache = if resource.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(([(CONTENT_TYPE, resource.mime), (CACHE_CONTROL, cache)], resource.bytes).into_response())
}
