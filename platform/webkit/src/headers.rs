//! Headers that every answer carries, so that a browser helps to protect the page.

use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{self, Next};
use axum::response::Response;
use tower_http::compression::CompressionLayer;

/// Only our own files of the kinds a page has, no inline script or style, no frames, no plug-ins, forms only to us. Text becomes
/// markup by script on one page only (`ui/script/htmx.js`), which says so with a policy named `default`; elsewhere the browser stops it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

/// A browser that came over HTTPS once comes back over nothing else for two years.
const TRANSPORT: &str = "max-age=63072000; includeSubDomains";

/// `same-origin` and not `no-referrer`: with the latter browsers send `Origin: null` on our own forms, which the CSRF
/// check must refuse where `Sec-Fetch-Site` is missing (plain HTTP that is not localhost). Other sites learn nothing either way,
/// and the part after `#` is never in a referrer.
const REFERRER: &str = "same-origin";

/// Headers that no handler changes.
const FIXED: [(HeaderName, &str); 5] = [
    (REFERRER_POLICY, REFERRER),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), payment=(), serial=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Headers a handler may have set otherwise: a page that speaks with a program on the reader's machine names it in its own policy; files
/// that change never say that they may be kept. Everything else may show personal data: no copy stays in a shared computer's
/// cache or in a proxy.
const USUAL: [(HeaderName, &str); 3] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

/// Lets a page speak with the program at `address` on the reader's own machine (`http://127.0.0.1:61161`), directly and through a window
/// of that program, and with nothing else besides us.
#[must_use]
pub fn speaks_with(address: &str, mut page: Response) -> Response {
    let policy = POLICY.replacen("connect-src 'self'", &format!("connect-src 'self' {address}"), 1);
    // An address with anything else in it could widen the policy; the page then stays as it is and speaks with nobody.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".:/-[]".contains(&byte);
    let policy = address.bytes().all(plain).then(|| HeaderValue::from_str(&policy).ok()).flatten();
    if let Some(policy) = policy {
        page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        // Cut off from its opener the window could not answer.
        let opener = HeaderValue::from_static("same-origin-allow-popups");
        page.headers_mut().insert(HeaderName::from_static("cross-origin-opener-policy"), opener);
    }
    page
}

/// Adds the security headers to every answer of `router`, and packs what is text. Apply it last, outside everything else.
/// `public` is the address as people know it; with `https` in it, browsers are told to stay with HTTPS.
pub fn harden(router: Router, public: &str) -> Router {
    let secure = public.starts_with("https://");
    router
        .layer(CompressionLayer::new().compress_when(is_worth_packing))
        .layer(middleware::from_fn(move |request: Request, next: Next| add(secure, request, next)))
}

/// Pages, styles and scripts. Tiles of hashes, PDFs and sheets are as small as they get. Packing a page tells an eavesdropper
/// nothing here: no page repeats a secret such as a form token.
fn is_worth_packing(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    [&b"text/html"[..], b"text/css", b"text/javascript"].iter().any(|text| kind.starts_with(text))
}

async fn add(secure: bool, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in USUAL {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TRANSPORT));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(address: &str) -> Option<(String, String)> {
        let page = speaks_with(address, Response::default());
        let of = |name: &str| Some(page.headers().get(name)?.to_str().ok()?.to_owned());
        of("content-security-policy").zip(of("cross-origin-opener-policy"))
    }

    #[test]
    fn a_page_speaks_with_the_one_program_it_names() {
        let (policy, opener) = policy("http://127.0.0.1:61161").unwrap();
        assert!(policy.contains("; connect-src 'self' http://127.0.0.1:61161; "), "{policy}");
        assert_eq!(policy.replace(" http://127.0.0.1:61161", ""), POLICY);
        assert_eq!(opener, "same-origin-allow-popups");
    }

    #[test]
    fn an_address_cannot_widen_the_policy() {
        for address in ["http://a; script-src *", "http://a *", "*", "'unsafe-inline'", "http://a\r\nx: y"] {
            assert_eq!(policy(address), None, "{address}");
        }
    }
}
