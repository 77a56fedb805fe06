//! Requests are answered under the platform's own name only. A forged `Host` would otherwise decide what the check of `Origin` compares
//! with, and a name of somebody else's that points here would have our pages as its own.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// The names under which the platform answers.
pub struct Hosts {
    public: String,
    /// Whether this machine's own names are good too: in a demonstration, and where the platform has no other name.
    is_local: bool,
}

impl Hosts {
    /// The name in the public address, and this machine's names if everything is invented or the public address is one of them.
    pub fn of(public: &str, is_demo: bool) -> Self {
        let rest = public.split_once("://").map_or(public, |(_, rest)| rest);
        let name = rest.split('/').next().unwrap_or_default().parse::<Authority>();
        let public = name.map_or_else(|_| String::new(), |name| name.host().to_ascii_lowercase());
        let is_local = is_demo || is_loopback(&public);
        Self { public, is_local }
    }

    fn has(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        host == self.public || (self.is_local && is_loopback(&host))
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Turns away a request that names no host (400) or not ours (421).
pub async fn check(hosts: Arc<Hosts>, request: Request, next: Next) -> Response {
    match named(&request) {
        Some(name) if hosts.has(name.host()) => next.run(request).await,
        Some(_) => (StatusCode::MISDIRECTED_REQUEST, "此主機名稱不屬於本網站。 This host is not served here.\n")
            .into_response(),
        None => (StatusCode::BAD_REQUEST, "請求未指明主機。 The request names no host.\n").into_response(),
    }
}

/// The one host a request names, in its address or its only `Host` header; none if it names none or two.
fn named(request: &Request) -> Option<Authority> {
    let mut headers = request.headers().get_all(HOST).iter();
    let header = headers.next().map(|value| value.to_str().ok()?.parse::<Authority>().ok());
    if headers.next().is_some() {
        return None;
    }
    match (header, request.uri().authority()) {
        (Some(header), None) => header,
        (None, Some(authority)) => Some(authority.clone()),
        (Some(header), Some(authority)) => header.filter(|header| header == authority),
        (None, None) => None,
    }
    .filter(|name| !name.as_str().contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn only_our_own_name_counts_and_the_machines_own_where_there_is_no_other() {
        let real = Hosts::of("https://orders.example.gov.tw", false);
        assert!(real.has("orders.example.gov.tw") && real.has("Orders.Example.GOV.tw"));
        for strange in ["example.gov.tw", "evil.test", "orders.example.gov.tw.evil.test", "localhost", "127.0.0.1", ""]
        {
            assert!(!real.has(strange), "{strange}");
        }
        for local in [Hosts::of("http://127.0.0.1:8640", false), Hosts::of("https://orders.example.gov.tw/", true)] {
            assert!(local.has("localhost") && local.has("127.0.0.1") && local.has("[::1]"));
            assert!(!local.has("192.0.2.1") && !local.has("localhost.evil.test"));
        }
    }

    #[test]
    fn a_request_names_exactly_one_host() {
        let name = |uri: &str, hosts: &[&str]| {
            let mut request = Request::get(uri);
            for host in hosts {
                request = request.header(HOST, *host);
            }
            named(&request.body(Body::empty()).unwrap()).map(|name| name.to_string())
        };
        assert_eq!(name("/", &["a.test:8640"]).as_deref(), Some("a.test:8640"));
        assert_eq!(name("http://a.test/", &[]).as_deref(), Some("a.test"));
        for (uri, hosts) in [
            ("/", &[][..]),
            ("/", &["a.test", "a.test"]),
            ("http://a.test/", &["b.test"]),
            ("/", &["a.test/evil"]),
            ("/", &["user@a.test"]),
        ] {
            assert_eq!(name(uri, hosts), None, "{uri} {hosts:?}");
        }
    }
}
