//! A component with a card, and a page that asks it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use card::{Card, Component, SOFT_PIN, router};
use kernel::{Clock, SeededRandom};
use seal::{Authority, CardSubject};
use serde_json::Value;
use std::sync::{Arc, OnceLock};
use time::OffsetDateTime;
use time::macros::datetime;
use token::Pin;
use tower::ServiceExt;

pub const NOW: OffsetDateTime = datetime!(2026-11-23 01:00 UTC);
pub const SITE: &str = "https://orders.example.gov.tw";
pub const CHALLENGE: &str = "renshi-signin/1\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

struct Still;

impl Clock for Still {
    fn now(&self) -> OffsetDateTime {
        NOW
    }
}

pub fn subject() -> CardSubject<'static> {
    CardSubject { name: "陳校長", serial_number: "TP00000001", organization: "" }
}

/// One for the whole run: its certificate carries a signature that is different each time it is made.
pub fn authority() -> &'static Authority {
    static MADE: OnceLock<Authority> = OnceLock::new();
    MADE.get_or_init(|| Authority::create(&SeededRandom::new(5), "示範憑證機構", NOW).unwrap())
}

pub fn component(card: Card) -> Router {
    router(Component::new(card, vec![SITE.parse().unwrap()], Arc::new(Still), 61161))
}

/// A component with a software card of [`authority`].
pub fn soft() -> Router {
    let card = authority().issue_card(&SeededRandom::new(6), &subject(), NOW).unwrap();
    component(Card::soft(card, Pin::new(SOFT_PIN.into())))
}

/// Headers in lower case, as `name: value`.
pub async fn send(router: &Router, line: &str, headers: &[&str], body: &str) -> (StatusCode, HeaderMap, String) {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for header in headers {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    let response = router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

/// What a page of the site asks.
pub async fn ask(router: &Router, path: &str, body: &str) -> Value {
    let origin = format!("origin: {SITE}");
    let (status, headers, body) =
        send(router, &format!("POST {path}"), &["host: 127.0.0.1:61161", &origin], body).await;
    assert_eq!(headers["access-control-allow-origin"], SITE, "{body}");
    assert_eq!(status, StatusCode::OK, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// The body that asks for a signature.
pub fn package(content: &str, pin: &str) -> String {
    use base64::Engine as _;
    let tbs = base64::engine::general_purpose::STANDARD.encode(content);
    let json = serde_json::json!({
        "tbs": tbs.replace('+', "%2B"),
        "tbsEncoding": "base64",
        "hashAlgorithm": "SHA256",
        "withCardSN": "true",
        "pin": pin,
        "nonce": "",
        "func": "MakeSignature",
        "signatureType": "PKCS7",
    });
    format!("tbsPackage={json}")
}

pub fn decoded(answer: &Value, member: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(answer[member].as_str().unwrap()).unwrap()
}
