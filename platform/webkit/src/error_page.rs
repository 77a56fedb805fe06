//! Answers that are not the page asked for: refusals, absences, faults. Each is a page in the reader's language.

use std::error::Error;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use kernel::{Random, Refusal, Text};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::errors::WebError;
use crate::notice;
use crate::page::{Page, Site};
use crate::sample::Sample;

/// An error page.
#[derive(Template)]
#[template(path = "webkit/error.html")]
pub struct ErrorPage {
    /// Frame.
    pub page: Page,
    /// What is to be said.
    pub text: Text,
    /// What the reader can do now.
    pub advice: Text,
    /// The article that says so, for a refusal.
    pub citation: Option<String>,
    /// The number to give to the help desk, for a fault.
    pub fault_number: Option<String>,
}

impl ErrorPage {
    fn new(page: Page, title: Text, text: Text, advice: Text) -> Self {
        Self { page: page.titled(title), text, advice, citation: None, fault_number: None }
    }

    fn not_found(page: Page) -> Self {
        let text = Text::new(
            "這個網址沒有資料，或您沒有查看的權限。",
            "There is nothing at this address, or you may not see it.",
        );
        let advice = Text::new(
            "請檢查網址，或從選單重新開始。若您剛剛換了職務，請確認目前的身分。",
            "Check the address, or start again from the menu. If you have just changed posts, check the role you are acting in.",
        );
        Self::new(page, Text::new("找不到這一頁", "Page not found"), text, advice)
    }

    fn bad_request(page: Page, text: Text) -> Self {
        let advice = Text::new("請回上一頁修正後再送一次。", "Go back, correct it and send it again.");
        Self::new(page, Text::new("無法理解這個請求", "We could not read this request"), text, advice)
    }

    fn refused(page: Page, refusal: &Refusal) -> Self {
        let advice = Text::new("資料沒有變更。請回上一頁。", "Nothing was changed. Go back to the page before.");
        let mut answer =
            Self::new(page, Text::new("依規定不能這樣做", "The rules do not allow this"), refusal.text.clone(), advice);
        answer.citation.clone_from(&refusal.citation);
        answer
    }

    fn too_large(page: Page) -> Self {
        let text = Text::new("送來的資料太大。", "What was sent is too large.");
        let advice =
            Text::new("請分成幾個檔案再上傳。資料沒有變更。", "Split it into smaller files. Nothing was changed.");
        Self::new(page, Text::new("檔案太大", "Too large"), text, advice)
    }

    fn too_many(page: Page) -> Self {
        let text = Text::new(
            "短時間內從這個網路位址送出的表單太多，這一份沒有處理。",
            "Too many forms came from your network address in a short time, so this one was not handled.",
        );
        let advice = Text::new(
            "請等一分鐘再送一次。若您與同仁共用網路而經常遇到，請告訴客服。",
            "Wait a minute and send it again. If you share your network with others and see this often, tell the help desk.",
        );
        Self::new(page, Text::new("請稍候再送", "Please wait a moment"), text, advice)
    }

    fn other_site(page: Page) -> Self {
        let text = Text::new(
            "這份表單不是從本網站送出的，因此沒有處理。",
            "This form was not sent from this site, so nothing was done.",
        );
        let advice = Text::new("請直接開啟本網站再試一次。", "Open this site directly and try again.");
        Self::new(page, Text::new("沒有處理", "Not done"), text, advice)
    }

    fn fault(page: Page, number: String) -> Self {
        let text = Text::new(
            "系統發生問題，沒有完成您的要求。",
            "Something went wrong on our side. Your request was not completed.",
        );
        let advice = Text::new(
            "請稍後再試。若仍不成功，請把下面的編號告訴客服。",
            "Try again in a while. If it still fails, give the number below to the help desk.",
        );
        let mut answer = Self::new(page, Text::new("系統發生問題", "Something went wrong"), text, advice);
        answer.fault_number = Some(number);
        answer
    }
}

impl Sample for ErrorPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let refusal = Refusal::new(
            "batch.sealed",
            "這一批已經發布，不能再復原。",
            "This batch has been sealed and cannot be undone.",
        )
        .cite("行政程序法第110條");
        vec![
            ("not_found", Self::not_found(page.clone())),
            ("bad_request", Self::bad_request(page.clone(), Text::new("頁碼不是數字。", "The page is not a number."))),
            ("refused", Self::refused(page.clone(), &refusal)),
            ("too_large", Self::too_large(page.clone())),
            ("too_many", Self::too_many(page.clone())),
            ("other_site", Self::other_site(page.clone())),
            ("fault", Self::fault(page.clone(), "7K3M-9Q2T".to_owned())),
        ]
    }
}

/// Dresses the answers of `router`: errors become pages, a panic becomes a fault with a number, forms of other sites are
/// refused (CSRF), a shown notice is forgotten. The session middleware goes around this, [`crate::harden`] around both.
pub fn pages(router: Router, site: &Arc<Site>) -> Router {
    router
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(Arc::clone(site), dress))
}

async fn dress(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let page = Page::for_request(&site, request.uri(), request.headers(), request.extensions());
    let method = request.method().clone();
    let mut response = next.run(request).await;
    if let Some(error) = error_page(&response, page.clone()) {
        response = replace_body(response, &error);
    }
    if page.notice.is_some() && method == Method::GET && is_page(response.headers()) {
        let forget = HeaderValue::from_str(&notice::forget()).expect("a fixed ASCII text is a header value");
        response.headers_mut().append(SET_COOKIE, forget);
    }
    response
}

/// The page for an answer that is an error and not yet a page of its own.
fn error_page(response: &Response, page: Page) -> Option<ErrorPage> {
    if let Some(error) = response.extensions().get::<WebError>() {
        return Some(page_of(error, page));
    }
    if response.extensions().get::<ProtectionError>().is_some() {
        return Some(ErrorPage::other_site(page));
    }
    let status = response.status();
    if !is_bare(response.headers()) {
        return None;
    }
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::FORBIDDEN => {
            Some(ErrorPage::not_found(page))
        }
        StatusCode::TOO_MANY_REQUESTS => Some(ErrorPage::too_many(page)),
        StatusCode::PAYLOAD_TOO_LARGE => Some(ErrorPage::too_large(page)),
        status if status.is_client_error() => Some(ErrorPage::bad_request(
            page,
            Text::new("送來的內容不完整或格式不對。", "What was sent is incomplete or malformed."),
        )),
        status if status.is_server_error() => {
            let number = fault_number(page.site.random.as_ref());
            tracing::error!(fault = number, path = without_query(&page.path), %status, "answered without saying why");
            Some(ErrorPage::fault(page, number))
        }
        _ => None,
    }
}

fn page_of(error: &WebError, page: Page) -> ErrorPage {
    match error {
        WebError::NotFound | WebError::NotAllowed => ErrorPage::not_found(page),
        WebError::BadRequest(text) => ErrorPage::bad_request(page, text.clone()),
        WebError::Refused(refusal) => ErrorPage::refused(page, refusal),
        WebError::Fault { doing, cause } => {
            let number = fault_number(page.site.random.as_ref());
            tracing::error!(
                fault = number,
                path = without_query(&page.path),
                doing,
                cause = chain(cause.as_ref()),
                "fault"
            );
            ErrorPage::fault(page, number)
        }
    }
}

/// Searches may hold names: the log gets the path alone.
fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}

/// Eight characters without look-alikes (no 0, 1, I, O), to be read over the telephone: `7K3M-9Q2T`.
fn fault_number(random: &dyn Random) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    let mut number: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    number.insert(4, '-');
    number
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Whether an error answer is only a status or the framework's plain sentence; machines' answers are left alone.
fn is_bare(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// Keeps status, cookies and extensions of the answer.
fn replace_body(response: Response, error: &ErrorPage) -> Response {
    let (mut parts, _) = response.into_parts();
    // "May not know it exists" must look the same as "does not exist", whoever said it.
    if matches!(parts.status, StatusCode::METHOD_NOT_ALLOWED)
        || (parts.status == StatusCode::FORBIDDEN && parts.extensions.get::<ProtectionError>().is_none())
    {
        parts.status = StatusCode::NOT_FOUND;
    }
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let body = error.render().unwrap_or_else(|cause| {
        tracing::error!(cause = cause.to_string(), "the error page itself failed");
        "系統發生問題 Something went wrong".to_owned()
    });
    Response::from_parts(parts, body.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::test_site;
    use axum::body::{Body, to_bytes};
    use axum::http::header::{COOKIE, ORIGIN};
    use axum::routing::{get, post};
    use tower::ServiceExt;

    fn site() -> Router {
        site_at("http://localhost:8640")
    }

    fn site_at(public: &str) -> Router {
        let refused = || async { WebError::from(Refusal::new("batch.sealed", "已發布", "Sealed already")) };
        let fault = || async { WebError::fault("count the rows")("disk <gone>") };
        let router = Router::new()
            .route("/hidden", get(|| async { WebError::NotAllowed }))
            .route("/bare403", get(|| async { StatusCode::FORBIDDEN }))
            .route("/refused", get(refused))
            .route("/fault", get(fault))
            .route("/panic", get(|| async { (None::<u8>).map_or_else(|| panic!("a bug"), |n| n.to_string()) }))
            .route("/json", get(|| async { (StatusCode::NOT_FOUND, axum::Json("no")) }))
            .route("/ok", post(|| async { "done" }).get(|| async { axum::response::Html("page") }));
        crate::harden(pages(router, &test_site()), public)
    }

    async fn ask(request: Request) -> (StatusCode, HeaderMap, String) {
        let response = site().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn get_page(path: &str) -> (StatusCode, String) {
        let (status, _, body) = ask(Request::get(path).body(Body::empty()).unwrap()).await;
        (status, body)
    }

    #[tokio::test]
    async fn hidden_looks_exactly_like_absent() {
        let strip = |body: String, path: &str| body.replace(&format!("back={path}"), "");
        let (absent, absent_page) = get_page("/absent").await;
        assert_eq!(absent, StatusCode::NOT_FOUND);
        for path in ["/hidden", "/bare403"] {
            let (status, page) = get_page(path).await;
            assert_eq!((status, strip(page, path)), (absent, strip(absent_page.clone(), "/absent")), "{path}");
        }
    }

    #[tokio::test]
    async fn a_fault_shows_a_number_and_not_its_cause() {
        for path in ["/fault", "/panic"] {
            let (status, page) = get_page(path).await;
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
            assert!(page.contains("編號") && !page.contains("gone") && !page.contains("a bug"), "{path}: {page}");
        }
    }

    #[tokio::test]
    async fn a_refusal_is_told_in_the_readers_language() {
        let (status, page) = get_page("/refused").await;
        assert!(status == StatusCode::CONFLICT && page.contains("已發布"));
        let english = Request::get("/refused").header(COOKIE, "lang=en").body(Body::empty()).unwrap();
        let (_, _, page) = ask(english).await;
        assert!(page.contains("Sealed already") && page.contains("lang=\"en\""));
    }

    #[tokio::test]
    async fn answers_to_machines_are_left_alone() {
        assert_eq!(get_page("/json").await, (StatusCode::NOT_FOUND, "\"no\"".to_owned()));
    }

    #[tokio::test]
    async fn a_form_of_another_site_is_refused_and_says_so() {
        let post = |origin: &str| {
            Request::post("/ok").header("host", "renshi.test").header(ORIGIN, origin).body(Body::empty()).unwrap()
        };
        let (status, _, page) = ask(post("https://evil.test")).await;
        assert!(status == StatusCode::FORBIDDEN && page.contains("不是從本網站送出"));
        assert_eq!(ask(post("http://renshi.test")).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn every_answer_carries_the_security_headers() {
        for path in ["/ok", "/absent", "/json", "/fault"] {
            let (_, headers, _) = ask(Request::get(path).body(Body::empty()).unwrap()).await;
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{path}");
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}");
            assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(headers["cache-control"], "no-store", "{path}");
            assert!(!headers.contains_key("strict-transport-security"), "over plain HTTP a browser ignores it");
        }
    }

    #[tokio::test]
    async fn a_site_known_by_https_tells_browsers_to_stay_with_it() {
        let site = site_at("https://orders.example.gov.tw");
        let response = site.oneshot(Request::get("/absent").body(Body::empty()).unwrap()).await.unwrap();
        assert!(response.headers()["strict-transport-security"].to_str().unwrap().starts_with("max-age=63072000"));
    }

    #[tokio::test]
    async fn a_page_may_name_another_policy_and_how_long_it_may_be_kept() {
        let own =
            || async { ([("content-security-policy", "default-src 'none'"), ("cache-control", "no-cache")], "x") };
        let site = crate::harden(Router::new().route("/", get(own)), "");
        let response = site.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()["content-security-policy"], "default-src 'none'");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert_eq!(response.headers()["referrer-policy"], "same-origin");
    }

    #[tokio::test]
    async fn pages_are_packed_for_whoever_can_unpack_them() {
        let request = Request::get("/absent").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
        let response = site().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        let json = Request::get("/json").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
        assert!(!site().oneshot(json).await.unwrap().headers().contains_key("content-encoding"));
    }

    #[tokio::test]
    async fn a_notice_is_shown_once() {
        let sent = notice::done("/ok", &crate::Notice::success(Text::new("已存", "Saved")));
        let cookie = sent.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let (_, headers, _) = ask(Request::get("/ok").header(COOKIE, cookie).body(Body::empty()).unwrap()).await;
        assert!(headers[SET_COOKIE].to_str().unwrap().starts_with("notice=; "));
    }
}
