//! The witness over HTTP.

use crate::limit::Limit;
use crate::witness::{Answer, Witness};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::timeout::TimeoutLayer;

/// 63 lines of proof and a checkpoint with a dozen post-quantum signatures.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What one asker may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests of one address in a minute; 0 is no limit.
    pub per_minute: u32,
    /// Most time for one request, its body included; and as much for its head before it, in which a connection may be silent.
    pub timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_minute: 600, timeout: Duration::from_secs(10) }
    }
}

#[derive(Clone)]
struct Site {
    witness: Arc<Witness>,
    limit: Arc<Limit>,
}

/// `POST /add-checkpoint`, `GET /<SHA-256 of the origin>/checkpoint` and a page in plain text.
pub fn router(witness: Arc<Witness>, limits: Limits) -> Router {
    let site = Site { witness, limit: Arc::new(Limit::new(limits.per_minute)) };
    Router::new()
        .route("/", get(describe))
        .route("/add-checkpoint", post(add))
        .route("/{origin}/checkpoint", get(newest))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(site.clone(), admit))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.timeout))
        .with_state(site)
}

/// Answers until `stop` resolves, then finishes what is under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    witness: Arc<Witness>,
    limits: Limits,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    listen::answer(listener, router(witness, limits), limits.timeout, stop).await;
    Ok(())
}

async fn admit(State(site): State<Site>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let second = site.witness.clock().now().unix_timestamp();
    if address.is_none_or(|address| site.limit.admits(address, second)) {
        next.run(request).await
    } else {
        (StatusCode::TOO_MANY_REQUESTS, "too many requests\n").into_response()
    }
}

async fn add(State(site): State<Site>, body: Bytes) -> Response {
    // On a thread of its own, and to its end even if nobody waits any longer.
    match tokio::task::spawn_blocking(move || site.witness.add(&body)).await {
        Ok(answer) => respond(answer),
        Err(error) => {
            tracing::error!(%error, "a request failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn newest(State(site): State<Site>, Path(origin): Path<String>) -> Response {
    match tokio::task::spawn_blocking(move || site.witness.newest(&origin)).await {
        Ok(Some(body)) => respond(Answer { status: 200, content_type: "text/plain; charset=utf-8", body }),
        Ok(None) => (StatusCode::NOT_FOUND, "nothing of such a log was cosigned\n").into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn describe(State(site): State<Site>) -> String {
    tokio::task::spawn_blocking(move || site.witness.describe()).await.unwrap_or_default()
}

fn respond(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(answer.content_type)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, answer.body).into_response()
}
