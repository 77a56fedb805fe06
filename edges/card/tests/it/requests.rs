//! Who may ask, what is signed, and how a wrong PIN ends.

use crate::world::{CHALLENGE, NOW, SITE, ask, authority, decoded, package, send, soft};
use axum::http::StatusCode;
use card::{Refused, SOFT_PIN};
use seal::approval::{Batch, accept};
use seal::cms::{Trust, verify_attached};

#[tokio::test]
async fn a_page_of_the_site_gets_certificate_and_signature() {
    let component = soft();
    let info = ask(&component, "/pkcs11info?withcert=true", "").await;
    assert_eq!(info["ret_code"], 0);
    let certificate = &info["slots"][0]["token"]["certs"][0];
    assert_eq!(certificate["usage"], "digitalSignature");
    assert_eq!(certificate["subjectDN"], "CN=陳校長,serialNumber=TP00000001");
    let signed = ask(&component, "/sign", &package(CHALLENGE, SOFT_PIN)).await;
    assert_eq!((&signed["ret_code"], &signed["func"]), (&0.into(), &"sign".into()));
    assert_eq!(signed["certb64"], certificate["certb64"]);
    let trust = Trust::certificates(vec![authority().certificate().to_vec()]);
    let found = verify_attached(&decoded(&signed, "signature"), &trust, NOW).unwrap();
    assert_eq!(found.content, CHALLENGE.as_bytes());
    // Without the wish for certificates there are none.
    assert!(ask(&component, "/pkcs11info", "").await["slots"][0]["token"].get("certs").is_none());
}

#[tokio::test]
async fn an_approval_is_signed_as_the_register_wants_it() {
    let statement = Batch::new(&[[1; 32], [2; 32]]).statement("A58000000A", "award-case-1");
    let signed = ask(&soft(), "/sign", &package(&statement.canonical(), SOFT_PIN)).await;
    let accepted = accept(&decoded(&signed, "signature"), &statement, authority().fingerprint(), NOW).unwrap();
    assert_eq!(accepted.certificate.name, "陳校長");
}

#[tokio::test]
async fn other_texts_are_not_signed_and_cost_no_try() {
    let component = soft();
    for _ in 0..5 {
        let answer = ask(&component, "/sign", &package("同意借款一百萬元", "000000")).await;
        assert_eq!(answer["ret_code"], Refused::TEXT.code);
        assert!(answer.get("signature").is_none());
    }
    assert_eq!(ask(&component, "/sign", &package(CHALLENGE, SOFT_PIN)).await["ret_code"], 0);
}

#[tokio::test]
async fn three_wrong_pins_lock_the_card() {
    let component = soft();
    assert_eq!(ask(&component, "/sign", &package(CHALLENGE, "")).await["ret_code"], Refused::NO_PIN.code);
    for last_error in [-2_147_483_646_i64, -2_147_483_647, 0xa4, 0xa4] {
        let answer = ask(&component, "/sign", &package(CHALLENGE, "000000")).await;
        assert_eq!((&answer["ret_code"], &answer["last_error"]), (&0x7610_0006.into(), &last_error.into()));
    }
    let answer = ask(&component, "/sign", &package(CHALLENGE, SOFT_PIN)).await;
    assert_eq!(answer["last_error"], 0xa4, "the right PIN comes too late");
}

#[tokio::test]
async fn other_sites_and_rebound_names_get_nothing() {
    let component = soft();
    let site = format!("origin: {SITE}");
    let here = "host: 127.0.0.1:61161";
    let callers: [&[&str]; 5] = [
        &[here, "origin: https://evil.example"],
        &[here, "origin: null"],
        &["host: evil.example:61161", "origin: http://evil.example:61161"],
        &["host: orders.example.gov.tw", &site],
        &[here],
    ];
    for headers in callers {
        for line in ["GET /pkcs11info?withcert=true", "POST /pkcs11info", "POST /sign", "OPTIONS /sign"] {
            let (status, answered, body) = send(&component, line, headers, &package(CHALLENGE, SOFT_PIN)).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{headers:?} {line}");
            assert!(!answered.contains_key("access-control-allow-origin"));
            assert!(body.contains(&Refused::SITE.code.to_string()) && !body.contains("陳校長"), "{body}");
        }
    }
    // None of it cost a try or signed anything.
    assert_eq!(ask(&component, "/sign", &package(CHALLENGE, SOFT_PIN)).await["ret_code"], 0);
}

#[tokio::test]
async fn a_browser_may_ask_first() {
    let component = soft();
    let site = format!("origin: {SITE}");
    let headers = ["host: localhost:61161", &site, "access-control-request-private-network: true"];
    let (status, answered, _) = send(&component, "OPTIONS /sign", &headers, "").await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(answered["access-control-allow-origin"], SITE);
    assert_eq!(answered["access-control-allow-private-network"], "true");
    assert_eq!(answered["vary"], "Origin");
    let (status, ..) = send(&component, "POST /decrypt", &headers, "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, ..) = send(&component, "POST /sign", &headers, &"x".repeat(20_000)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_window_speaks_for_named_sites_only() {
    let component = soft();
    let (status, headers, html) = send(&component, "GET /popupForm", &["host: localhost:61161"], "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains(&format!("data-sites=\"{SITE}\"")), "{html}");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    let (_, _, script) = send(&component, "GET /window.js", &["host: localhost:61161"], "").await;
    assert!(script.contains("sites.includes(origin)"));
    let own = ["host: localhost:61161", "origin: http://localhost:61161"];
    let (status, _, body) = send(&component, "POST /pkcs11info?withcert=true", &own, "").await;
    assert_eq!((status, body.contains("陳校長")), (StatusCode::OK, true));
    let (status, ..) = send(&component, "GET /popupForm", &["host: evil.example:61161"], "").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
