//! From a request to an answer.

use crate::asked::Asked;
use crate::caller::{Caller, caller};
use crate::card::{Card, Reader};
use crate::purpose::Purpose;
use crate::{Refused, Site};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Clock;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// Largest request. A statement is a few hundred bytes.
const BODY_BYTES_MAX: usize = 16 * 1024;
const WINDOW: &str = include_str!("window.html");
const WINDOW_SCRIPT: &str = include_str!("window.js");
/// The window runs its one script and speaks with the component only.
const WINDOW_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// What a browser asks of a program on the reader's machine or network before a page from elsewhere may speak with it.
const PRIVATE_NETWORK_ASKED: HeaderName = HeaderName::from_static("access-control-request-private-network");
const PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// A card, the sites whose pages may ask it, and the port under which they do.
pub struct Component {
    card: Mutex<Card>,
    sites: Vec<Site>,
    clock: Arc<dyn Clock>,
    port: u16,
}

impl Component {
    /// Puts the parts together.
    #[must_use]
    pub fn new(card: Card, sites: Vec<Site>, clock: Arc<dyn Clock>, port: u16) -> Self {
        Self { card: Mutex::new(card), sites, clock, port }
    }

    /// One request at a time: a card has one channel.
    fn with_card<T>(&self, act: impl FnOnce(&mut Card) -> T) -> T {
        act(&mut self.card.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn info(&self, with_certificates: bool) -> Value {
        match self.with_card(|card| card.readers(self.clock.now())) {
            Ok(readers) => json!({
                "ret_code": 0,
                "func": "pkcs11info",
                "serverVersion": concat!("renshi/", env!("CARGO_PKG_VERSION")),
                "slots": readers.iter().map(|reader| slot(reader, with_certificates)).collect::<Vec<_>>(),
            }),
            Err(why) => why.json("pkcs11info"),
        }
    }

    fn sign(&self, body: &[u8], site: &str) -> Value {
        self.try_sign(body, site).unwrap_or_else(|why| {
            println!("{site}：未簽署 not signed（{}）", why.message);
            why.json("sign")
        })
    }

    fn try_sign(&self, body: &[u8], site: &str) -> Result<Value, Refused> {
        let asked = Asked::parse(body)?;
        let purpose = Purpose::of(&asked.content).ok_or(Refused::TEXT)?;
        let signed = self.with_card(|card| card.sign(asked.pin.as_ref(), &asked.content, self.clock.now()))?;
        let text = purpose.text();
        println!("{site}：已簽署 signed：{}；{}", text.zh, text.en);
        println!("{}", String::from_utf8_lossy(&asked.content));
        Ok(json!({
            "ret_code": 0,
            "func": "sign",
            "signature": STANDARD.encode(signed.cms),
            "certb64": STANDARD.encode(signed.certificate),
            "cardSN": signed.serial,
            "nonce": asked.nonce,
        }))
    }
}

fn slot(reader: &Reader, with_certificates: bool) -> Value {
    let token = match &reader.card {
        None => json!("unknown token"),
        Some(card) => {
            let mut token = json!({ "label": card.label, "serialNumber": card.serial });
            if with_certificates {
                let number = card.subject.serial_number.as_deref().unwrap_or_default();
                token["certs"] = json!([{
                    "label": "signature",
                    "usage": "digitalSignature",
                    "subjectDN": format!("CN={},serialNumber={number}", card.subject.name),
                    "certb64": STANDARD.encode(&card.certificates.own),
                }]);
            }
            token
        }
    };
    json!({ "slotDescription": reader.description, "token": token })
}

/// Answers requests until `stop` resolves.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    component: Component,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(component)).with_graceful_shutdown(stop).await
}

/// The component's addresses. It is no part of the site: it knows no person and no permission, only sites and a PIN.
pub fn router(component: Component) -> Router {
    Router::new().fallback(answer).layer(DefaultBodyLimit::max(BODY_BYTES_MAX)).with_state(Arc::new(component))
}

async fn answer(
    State(component): State<Arc<Component>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(caller) = caller(&headers, component.port, &component.sites) else {
        return json_answer(StatusCode::FORBIDDEN, &Refused::SITE.json("refused"));
    };
    let mut response = match caller {
        Caller::Unnamed => unnamed(&component, &method, uri.path()),
        Caller::Site(_) if method == Method::OPTIONS => preflight(&headers),
        Caller::Own => asked(&component, &method, &uri, body, "own window").await,
        Caller::Site(site) => asked(&component, &method, &uri, body, site.origin()).await,
    };
    if let Caller::Site(site) = caller {
        let origin = HeaderValue::from_str(site.origin()).expect("a site is written in letters of headers");
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
    response
}

/// What a link may open: the window through which pages speak that the browser keeps from speaking directly.
fn unnamed(component: &Component, method: &Method, path: &str) -> Response {
    let window = || {
        let sites: Vec<&str> = component.sites.iter().map(Site::origin).collect();
        WINDOW.replace("{sites}", &sites.join(" "))
    };
    match (method, path) {
        (&Method::GET, "/popupForm" | "/ChtPopupForm") => text("text/html; charset=utf-8", window()),
        (&Method::GET, "/window.js") => text("text/javascript; charset=utf-8", WINDOW_SCRIPT.to_owned()),
        _ => json_answer(StatusCode::FORBIDDEN, &Refused::SITE.json("refused")),
    }
}

fn preflight(headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let out = response.headers_mut();
    out.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    out.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    if headers.contains_key(PRIVATE_NETWORK_ASKED) {
        out.insert(PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    response
}

async fn asked(component: &Arc<Component>, method: &Method, uri: &Uri, body: Bytes, site: &str) -> Response {
    let (component, site) = (Arc::clone(component), site.to_owned());
    let with_certificates = uri.query().is_some_and(|query| query.split('&').any(|part| part == "withcert=true"));
    let act: Box<dyn FnOnce() -> Value + Send> = match (method, uri.path()) {
        (&Method::GET | &Method::POST, "/pkcs11info") => Box::new(move || component.info(with_certificates)),
        (&Method::POST, "/sign") => Box::new(move || component.sign(&body, &site)),
        _ => return json_answer(StatusCode::NOT_FOUND, &Refused::UNKNOWN.json("refused")),
    };
    // Cards are slow, and their drivers wait.
    match tokio::task::spawn_blocking(act).await {
        Ok(value) => json_answer(StatusCode::OK, &value),
        Err(_) => json_answer(StatusCode::INTERNAL_SERVER_ERROR, &Refused::CARD.json("refused")),
    }
}

fn json_answer(status: StatusCode, value: &Value) -> Response {
    let mut response = text("application/json; charset=utf-8", value.to_string());
    *response.status_mut() = status;
    response
}

fn text(kind: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(WINDOW_POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
