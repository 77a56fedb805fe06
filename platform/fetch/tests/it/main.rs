//! Requests against a server of the test's own.

#![allow(clippy::unwrap_used, reason = "a helper of a test that cannot go on has failed")]

use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum::routing::{get, post};
use fetch::{Client, FetchError, Setting};
use tokio::net::TcpListener;

/// A server on a free port; its `host:port`.
async fn server() -> String {
    let echo = async |headers: HeaderMap, body: String| format!("{:?} {body}", headers["content-type"]);
    let slow = async || {
        tokio::time::sleep(Duration::from_secs(30)).await;
        "late"
    };
    let router = Router::new()
        .route("/small", get(async || "here"))
        .route("/large", get(async || vec![b'x'; 5000]))
        .route("/away", get(async || Redirect::to("/small")))
        .route("/slow", get(slow))
        .route("/echo", post(echo));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    host
}

fn setting(host: &str) -> Setting {
    let timeout = Duration::from_millis(800);
    Setting { hosts: vec![host.to_owned()], bytes_max: 1000, timeout, plain: true, ..Setting::default() }
}

#[tokio::test]
async fn a_named_host_answers_within_the_limits() {
    let host = server().await;
    let client = Client::new(setting(&host)).unwrap();
    let reply = client.get(&format!("http://{host}/small"), &[]).await.unwrap();
    assert_eq!((reply.status, reply.content_type.as_str(), &reply.body[..]), (200, "text/plain", &b"here"[..]));
    let fields = [("grant_type", "authorization_code"), ("code", "a b&c=人")];
    let reply = client.post_form(&format!("http://{host}/echo"), &[], &fields).await.unwrap();
    let expected = r#""application/x-www-form-urlencoded" grant_type=authorization_code&code=a+b%26c%3D%E4%BA%BA"#;
    assert_eq!(String::from_utf8(reply.body).unwrap(), expected);
    let fault = |path: &str| {
        let (client, url) = (client.clone(), format!("http://{host}{path}"));
        async move { client.get(&url, &[]).await.unwrap_err() }
    };
    assert!(matches!(fault("/large").await, FetchError::TooLarge { bytes_max: 1000, .. }));
    assert!(matches!(fault("/away").await, FetchError::Status { status: 303, .. }), "no redirect is followed");
    assert!(matches!(fault("/none").await, FetchError::Status { status: 404, .. }));
    assert!(matches!(fault("/slow").await, FetchError::Unreachable { .. }));
}

#[tokio::test]
async fn whoever_takes_any_status_still_follows_no_redirect_and_reads_no_large_body() {
    let host = server().await;
    let client = Client::new(setting(&host)).unwrap();
    let at = |path: &str| format!("http://{host}{path}");
    assert_eq!(client.get_any(&at("/none"), &[]).await.unwrap().status, 404);
    assert_eq!(client.get_any(&at("/away"), &[]).await.unwrap().status, 303);
    assert!(matches!(client.get_any(&at("/large"), &[]).await, Err(FetchError::TooLarge { .. })));
    let reply = client.post_any(&at("/small"), "text/plain", b"x".to_vec()).await.unwrap();
    assert_eq!((reply.status, reply.body.len()), (405, 0));
}

#[tokio::test]
async fn no_other_host_scheme_or_port_is_asked() {
    let host = server().await;
    let client = Client::new(setting(&host)).unwrap();
    let port = host.split(':').nth(1).unwrap();
    assert_eq!(fetch::host_of(&format!("http://{host}/small")).unwrap(), host);
    assert_eq!(fetch::host_of("https://OCSP.example.tw:443/x").unwrap(), "ocsp.example.tw");
    assert!(fetch::host_of("ocsp.example.tw").is_err());
    for other in [format!("http://localhost:{port}/small"), "http://127.0.0.1/small".into(), "http://[::1]/".into()] {
        assert!(matches!(client.get(&other, &[]).await, Err(FetchError::Host(_))), "{other}");
    }
    for bad in
        [format!("http://me:secret@{host}/small"), format!("file:///{host}"), format!("ftp://{host}/"), "".into()]
    {
        assert!(matches!(client.get(&bad, &[]).await, Err(FetchError::Address(_))), "{bad}");
    }
    let strict = Client::new(Setting { plain: false, ..setting(&host) }).unwrap();
    assert!(matches!(strict.get(&format!("http://{host}/small"), &[]).await, Err(FetchError::Address(_))));
    // HTTPS where no TLS is spoken is no answer, not a fallback.
    assert!(matches!(strict.get(&format!("https://{host}/small"), &[]).await, Err(FetchError::Unreachable { .. })));
}

#[test]
fn a_root_must_be_a_certificate() {
    let extra_roots = vec![b"not a certificate".to_vec()];
    assert!(matches!(Client::new(Setting { extra_roots, ..Setting::default() }), Err(FetchError::Setting(_))));
    let key = rcgen::KeyPair::generate().unwrap();
    let root = rcgen::CertificateParams::new(vec!["ca.test".into()]).unwrap().self_signed(&key).unwrap();
    let extra_roots = vec![root.der().to_vec()];
    assert!(Client::new(Setting { extra_roots, ..Setting::default() }).is_ok());
}
