//! Where a request comes from: the address, and the browser in a few words. Nothing that would tell two people with the same
//! browser apart is looked at.

use access::Visit;
use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// The address a request comes from, put into the request by [`note`].
#[derive(Clone, Copy, Debug)]
pub struct Origin(pub Option<IpAddr>);

/// The visit behind a request.
pub struct Visitor(pub Visit);

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<Origin>().and_then(|from| from.0);
        let device = parts.headers.get(USER_AGENT).map_or_else(String::new, device);
        Ok(Self(Visit { address, device }))
    }
}

/// Finds the address of whoever asks: the other end of the connection or, if that is one of our own proxies, the last machine
/// before it.
pub async fn note(proxies: std::sync::Arc<[IpAddr]>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
    let address = peer.map(|peer| client(peer, request.headers(), &proxies));
    request.extensions_mut().insert(Origin(address));
    next.run(request).await
}

/// `X-Forwarded-For` is read from the right, as far as our own proxies wrote it: what stands before that anybody may have invented.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|line: &HeaderValue| line.to_str().ok()).collect();
    let mut hops = lines.iter().flat_map(|line| line.split(',')).map(str::trim).rev();
    let mut at = peer;
    while proxies.contains(&at) {
        match hops.next().and_then(|hop| hop.parse::<IpAddr>().ok()) {
            Some(hop) => at = hop.to_canonical(),
            None => break,
        }
    }
    at
}

/// Browser and system, such as `Edge · Windows`; empty if the header names none we know.
fn device(agent: &HeaderValue) -> String {
    let Ok(agent) = agent.to_str() else { return String::new() };
    let first =
        |words: &[(&str, &'static str)]| words.iter().find(|(word, _)| agent.contains(word)).map(|found| found.1);
    // Edge and Opera also call themselves Chrome, Chrome also calls itself Safari.
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client_of(peer: &str, forwarded: &[&str], proxies: &[&str]) -> IpAddr {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let proxies: Vec<IpAddr> = proxies.iter().map(|proxy| ip(proxy)).collect();
        client(ip(peer), &headers, &proxies)
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        assert_eq!(client_of("203.0.113.9", &["198.51.100.1"], &[]), ip("203.0.113.9"));
        assert_eq!(client_of("203.0.113.9", &["198.51.100.1"], &["10.0.0.1"]), ip("203.0.113.9"));
        assert_eq!(client_of("10.0.0.1", &["198.51.100.1"], &["10.0.0.1"]), ip("198.51.100.1"));
        assert_eq!(client_of("10.0.0.1", &["6.6.6.6, 198.51.100.1"], &["10.0.0.1"]), ip("198.51.100.1"));
        assert_eq!(
            client_of("10.0.0.1", &["6.6.6.6", "198.51.100.1, 10.0.0.2"], &["10.0.0.1", "10.0.0.2"]),
            ip("198.51.100.1")
        );
        assert_eq!(client_of("10.0.0.1", &["not an address"], &["10.0.0.1"]), ip("10.0.0.1"));
        assert_eq!(client_of("10.0.0.1", &[], &["10.0.0.1"]), ip("10.0.0.1"));
    }

    #[test]
    fn a_browser_is_named_and_not_measured() {
        let named = |agent: &str| device(&HeaderValue::from_str(agent).unwrap());
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
        assert_eq!(named(edge), "Edge · Windows");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(named(phone), "Safari · iPhone");
        assert_eq!(named("something else entirely <script>"), "");
    }
}
