//! Sessions in the browser: cookies, one's own list, the card again, forged headers, waits.

use crate::world::{Who, World, form_request};
use axum::body::Body;
use axum::http::header::{COOKIE, HOST, ORIGIN, RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::SeededRandom;
use seal::CardSubject;

const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";

/// Signs in once more; the cookie.
async fn second_session(world: &World, who: Who) -> String {
    let mut request = form_request("/signin", "", &[("card", &world.person(who).to_string())]);
    request.headers_mut().insert(USER_AGENT, EDGE.parse().unwrap());
    let response = world.reach(request).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn opens(world: &World, cookie: &str, path: &str) -> StatusCode {
    world.answer(Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await.status
}

#[tokio::test]
async fn a_person_sees_the_own_sessions_and_ends_them() {
    let world = World::new().await;
    let other = second_session(&world, Who::Civil).await;
    let page = world.get(Who::Civil, "/mydata/sessions").await.is(StatusCode::OK);
    let page = page.says("Edge · Windows").says("就是這裡").says("結束其他全部").text();
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    // Somebody else's session does not exist.
    world.post(Who::Officer, "/mydata/sessions", &[("id", &id)]).await.is(StatusCode::NOT_FOUND);
    assert_eq!(opens(&world, &other, "/mydata").await, StatusCode::OK);
    world.post(Who::Civil, "/mydata/sessions", &[("id", &id)]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(opens(&world, &other, "/mydata").await, StatusCode::SEE_OTHER, "asked to sign in");
    let third = second_session(&world, Who::Civil).await;
    world.post(Who::Civil, "/mydata/sessions", &[("others", "yes")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(opens(&world, &third, "/mydata").await, StatusCode::SEE_OTHER);
    world.get(Who::Civil, "/mydata/sessions").await.is(StatusCode::OK);
    assert_eq!(opens(&world, &world.cookie(Who::Officer), "/work").await, StatusCode::OK, "nobody else is touched");
}

#[tokio::test]
async fn signing_in_anew_ends_the_session_of_that_browser() {
    let world = World::new().await;
    let old = second_session(&world, Who::Civil).await;
    let again = form_request("/signin", &old, &[("card", &world.person(Who::Civil).to_string())]);
    assert_eq!(world.answer(again).await.status, StatusCode::SEE_OTHER);
    assert_eq!(opens(&world, &old, "/mydata").await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_card_again_changes_the_token_and_leads_back() {
    let world = World::new().await;
    let cookie = second_session(&world, Who::Head).await;
    let page = Request::get("/signin/again?next=/approvals").header(COOKIE, &cookie).body(Body::empty()).unwrap();
    world.answer(page).await.is(StatusCode::OK).says("再以卡片確認").says("value=\"/approvals\"");
    let response =
        world.reach(form_request("/signin/again", &cookie, &[("soft", "yes"), ("next", "/approvals")])).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], "/approvals");
    let new = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(new, cookie);
    assert_eq!(opens(&world, &new, "/approvals").await, StatusCode::OK);
    // A card that does not answer changes nothing.
    let refused = world.answer(form_request("/signin/again", &new, &[("cms", "bm90aGluZw==")])).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("編號");
    assert_eq!(opens(&world, &new, "/approvals").await, StatusCode::OK);
    let elsewhere =
        world.reach(form_request("/signin/again", &new, &[("soft", "yes"), ("next", "/\t/evil.test")])).await;
    assert_eq!(elsewhere.headers()["location"], "/");
    let nobody = world.post(Who::Nobody, "/signin/again", &[("soft", "yes")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(nobody.location, "/signin");
}

#[tokio::test]
async fn who_came_with_another_card_confirms_with_that_card() {
    let world = World::new().await;
    let (app, now) = (&world.app, world.app.now());
    let subject = CardSubject { name: "林受獎", serial_number: "TEST9999", organization: "" };
    let card = world.authority.issue_card(&SeededRandom::new(77), &subject, now).unwrap();
    let mut tx = app.db.begin().await.unwrap();
    let fingerprint = seal::subject_of(card.certificate()).unwrap().fingerprint;
    assert!(access::register_card(&mut tx, &fingerprint, world.person(Who::Civil), "林受獎", None, now).await.unwrap());
    tx.commit().await.unwrap();
    let challenge = access::challenge(&app.db, app.clock.as_ref(), app.random.as_ref()).await.unwrap();
    let cms = STANDARD.encode(card.sign(challenge.as_bytes(), true, now));
    let response = world.reach(form_request("/signin", "", &[("cms", &cms)])).await;
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = Request::get("/signin/again").header(COOKIE, &cookie).body(Body::empty()).unwrap();
    let page = world.answer(page).await.is(StatusCode::OK).says("renshi-signin/1").text();
    assert!(!page.contains("軟體卡片"), "the software card lies in the box and is not theirs now");
    let soft = world.answer(form_request("/signin/again", &cookie, &[("soft", "yes")])).await;
    soft.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_refused_sign_in_has_a_number_and_shows_up_for_nobody_it_does_not_belong_to() {
    let world = World::new().await;
    world
        .post(Who::Nobody, "/signin", &[("cms", "bm90aGluZw==")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("編號");
    let page = world.get(Who::Civil, "/mydata/sessions").await.is(StatusCode::OK).text();
    assert!(!page.contains("登入未成功</"), "a failure of an unknown card is not shown to anybody");
}

#[tokio::test]
async fn who_fails_too_often_waits_and_everybody_else_does_not() {
    let world = World::new().await;
    let from = |address: &str| {
        let mut request = form_request("/signin", "", &[("cms", "bm90aGluZw==")]);
        let peer: std::net::SocketAddr = format!("{address}:50000").parse().unwrap();
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        request
    };
    for _ in 0..21 {
        assert_eq!(world.reach(from("192.0.2.1")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let held = world.reach(from("192.0.2.1")).await;
    assert_eq!(held.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(held.headers()[RETRY_AFTER], "2");
    assert_eq!(world.reach(from("192.0.2.2")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn forged_hosts_and_origins_are_turned_away() {
    let world = World::new().await;
    let cookie = world.cookie(Who::Civil);
    let get =
        |host: &str| Request::get("/mydata").header(COOKIE, &cookie).header(HOST, host).body(Body::empty()).unwrap();
    for good in ["localhost:8080", "127.0.0.1", "[::1]:8080"] {
        assert_eq!(world.answer(get(good)).await.status, StatusCode::OK, "{good}");
    }
    for forged in ["evil.test", "localhost.evil.test", "localhost:8080@evil.test", ""] {
        let reply = world.answer(get(forged)).await;
        assert!([StatusCode::MISDIRECTED_REQUEST, StatusCode::BAD_REQUEST].contains(&reply.status), "{forged}");
        assert!(!reply.text().contains("林受獎"), "{forged}");
    }
    let post = |origin: &'static str, site: Option<&'static str>| {
        let mut request = form_request("/mydata/sessions", &cookie, &[("others", "yes")]);
        request.headers_mut().insert(ORIGIN, origin.parse().unwrap());
        if let Some(site) = site {
            request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
        }
        request
    };
    for (origin, site) in [
        ("https://evil.test", None),
        ("null", None),
        ("http://localhost:8081", None),
        ("https://evil.test", Some("cross-site")),
        ("http://localhost:8080", Some("cross-site")),
    ] {
        world.answer(post(origin, site)).await.is(StatusCode::FORBIDDEN).says("不是從本網站送出");
    }
    // An origin that fits a forged host does not help.
    let mut both = post("http://evil.test", None);
    both.headers_mut().insert(HOST, "evil.test".parse().unwrap());
    world.answer(both).await.is(StatusCode::MISDIRECTED_REQUEST);
    for (origin, site) in [("http://localhost:8080", None), ("http://localhost:8080", Some("same-origin"))] {
        world.answer(post(origin, site)).await.is(StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn who_sends_too_many_forms_waits_and_others_do_not() {
    let world = World::new().await;
    let from = async |address: [u8; 4], method: axum::http::Method| {
        let mut request = Request::builder().method(method).uri("/absent").body(Body::empty()).unwrap();
        let peer = std::net::SocketAddr::from((address, 4711));
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        world.answer(request).await
    };
    let (busy, other) = ([203, 0, 113, 9], [203, 0, 113, 10]);
    for _ in 0..crate::world::POSTS_PER_MINUTE {
        from(busy, axum::http::Method::POST).await.is(StatusCode::NOT_FOUND);
    }
    let page = from(busy, axum::http::Method::POST).await.is(StatusCode::TOO_MANY_REQUESTS).says("請等一分鐘再送一次");
    assert_eq!(page.headers.get("retry-after").unwrap(), "60");
    assert!(page.kind.starts_with("text/html"));
    from(busy, axum::http::Method::GET).await.is(StatusCode::NOT_FOUND);
    from(other, axum::http::Method::POST).await.is(StatusCode::NOT_FOUND);
    world.set_clock(crate::world::NOW + time::Duration::seconds(60));
    from(busy, axum::http::Method::POST).await.is(StatusCode::NOT_FOUND);
}
