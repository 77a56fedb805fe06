//! Headers that every answer carries, so that a browser helps to protect the page.

use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower_http::compression::CompressionLayer;

/// Only our own files, no inline script or style, no frames, no plug-ins, forms only to us.
const POLICY: &str =
    "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'";

/// `same-origin` and not `no-referrer`: with the latter browsers send `Origin: null` on our own forms, which the CSRF
/// check must refuse where `Sec-Fetch-Site` is missing (plain HTTP that is not localhost). Other sites learn nothing either way,
/// and the part after `#` is never in a referrer.
const REFERRER: &str = "same-origin";

const FIXED: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (REFERRER_POLICY, REFERRER),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Adds the security headers to every answer of `router`, and packs what is text. Apply it last, outside everything else.
pub fn harden(router: Router) -> Router {
    router.layer(CompressionLayer::new().compress_when(is_worth_packing)).layer(middleware::from_fn(add))
}

/// Pages, styles and scripts. Tiles of hashes, PDFs and sheets are as small as they get. Packing a page tells an eavesdropper
/// nothing here: no page repeats a secret such as a form token.
fn is_worth_packing(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    [&b"text/html"[..], b"text/css", b"text/javascript"].iter().any(|text| kind.starts_with(text))
}

async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages show personal data: no copy stays in a shared computer's cache or in a proxy.
    if is_page && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
