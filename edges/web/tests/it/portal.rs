//! A government portal that vouches for people: the way there and back, and every answer that must not be believed.

use crate::world::{NOW, Reply, Who, World, form_request};
use access::{Portal, PortalSetting};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Text;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use time::Duration;

/// What the portal answers at its token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Es256,
    Rs256,
    NoAlgorithm,
    OtherKey,
    WrongNonce,
    WrongAudience,
    WrongIssuer,
    Expired,
    NoToken,
}

/// A portal of our own, for tests.
struct Fake {
    issuer: String,
    mood: Mutex<Mood>,
    /// Codes given out and not used: nonce and PKCE challenge.
    codes: Mutex<BTreeMap<String, (String, String)>>,
    ec: EcdsaKeyPair,
    stranger: EcdsaKeyPair,
    rsa: signature::RsaKeyPair,
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Fake {
    async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let ec = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let fake = Arc::new(Self {
            issuer,
            mood: Mutex::new(Mood::Es256),
            codes: Mutex::default(),
            ec: ec(),
            stranger: ec(),
            rsa,
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&fake));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    /// The platform's side of it.
    fn portal(&self) -> Portal {
        let host = self.issuer.strip_prefix("http://").unwrap().to_owned();
        let setting = fetch::Setting { hosts: vec![host], plain: true, ..fetch::Setting::default() };
        let portal = PortalSetting {
            name: Text::new("範例入口網", "Sample portal"),
            issuer: self.issuer.clone(),
            client_id: "renshi".into(),
            client_secret: Some("a secret for the test".into()),
            scopes: Vec::new(),
            redirect: "http://localhost:8080/signin/portal/return".into(),
        };
        Portal::new(portal, fetch::Client::new(setting).unwrap())
    }

    fn mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn id_token(&self, nonce: &str) -> String {
        let mood = *self.mood.lock().unwrap();
        let (algorithm, key) = match mood {
            Mood::Rs256 => ("RS256", "rsa"),
            Mood::NoAlgorithm => ("none", "ec"),
            _ => ("ES256", "ec"),
        };
        let issued = if mood == Mood::Expired { NOW - Duration::hours(2) } else { NOW };
        let claims = json!({
            "iss": if mood == Mood::WrongIssuer { "http://127.0.0.1:1" } else { &self.issuer },
            "aud": if mood == Mood::WrongAudience { "somebody else" } else { "renshi" },
            "sub": "subject-7",
            "name": "陳首長",
            "nonce": if mood == Mood::WrongNonce { "another nonce" } else { nonce },
            "iat": issued.unix_timestamp(),
            "exp": (issued + Duration::minutes(5)).unix_timestamp(),
        });
        let head = json!({ "alg": algorithm, "kid": key, "typ": "JWT" });
        let signed = format!("{}.{}", b64(head.to_string()), b64(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match mood {
            Mood::NoAlgorithm => Vec::new(),
            Mood::OtherKey => self.stranger.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
            Mood::Rs256 => {
                let mut signature = vec![0; self.rsa.public_modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            _ => self.ec.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
        };
        format!("{signed}.{}", b64(signature))
    }
}

async fn configuration(State(fake): State<Arc<Fake>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", fake.issuer);
    Json(json!({
        "issuer": fake.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "none"],
    }))
}

async fn keys(State(fake): State<Arc<Fake>>) -> Json<Value> {
    let point = fake.ec.public_key().as_ref();
    // RSAPublicKey of 2048 bits: the modulus stands at a fixed place, the exponent is 65537.
    let rsa = fake.rsa.public_key().as_ref();
    Json(json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "ec", "x": b64(&point[1..33]), "y": b64(&point[33..]) },
        {
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "rsa",
            "n": b64(&rsa[9..265]),
            "e": "AQAB",
        },
    ] }))
}

/// A code is good once, and only with the verifier that belongs to its challenge.
async fn token(State(fake): State<Arc<Fake>>, Form(sent): Form<BTreeMap<String, String>>) -> (StatusCode, Json<Value>) {
    let found = fake.codes.lock().unwrap().remove(&sent["code"]);
    match found {
        Some((nonce, challenge)) if b64(digest(&SHA256, sent["code_verifier"].as_bytes())) == challenge => {
            let mut answer = json!({ "access_token": "a token", "token_type": "Bearer" });
            if *fake.mood.lock().unwrap() != Mood::NoToken {
                answer["id_token"] = fake.id_token(&nonce).into();
            }
            (StatusCode::OK, Json(answer))
        }
        _ => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))),
    }
}

/// Somebody at the portal: what their browser brings back.
struct There {
    state: String,
    code: String,
    /// The cookie that ties the way to this browser.
    kept: String,
}

impl There {
    /// Signs in at the portal at this address.
    fn arrive(fake: &Fake, url: &str, kept: String) -> Self {
        let url = url.replace("&amp;", "&").replace("&#38;", "&");
        let query: BTreeMap<&str, &str> =
            url.split('?').nth(1).unwrap().split('&').map(|pair| pair.split_once('=').unwrap()).collect();
        assert_eq!((query["response_type"], query["code_challenge_method"]), ("code", "S256"), "{url}");
        assert!(query["scope"].starts_with("openid"), "{url}");
        let code = format!("code-{}", &query["state"][..8]);
        let given = (query["nonce"].to_owned(), query["code_challenge"].to_owned());
        fake.codes.lock().unwrap().insert(code.clone(), given);
        Self { state: query["state"].to_owned(), code, kept }
    }

    async fn go(world: &World, fake: &Fake) -> Self {
        let request = Request::get("/signin/portal?next=/mydata/records").body(Body::empty()).unwrap();
        let response = world.reach(request).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let url = response.headers()["location"].to_str().unwrap().to_owned();
        Self::arrive(fake, &url, cookie)
    }

    /// Comes back; with a session cookie if there is one.
    async fn back(&self, world: &World, session: &str) -> (Reply, String) {
        let path = format!("/signin/portal/return?state={}&code={}", self.state, self.code);
        let cookies = if session.is_empty() { self.kept.clone() } else { format!("{}; {session}", self.kept) };
        let response = world.reach(Request::get(path).header(COOKIE, cookies).body(Body::empty()).unwrap()).await;
        let set = response.headers().get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        let mut session =
            set.filter(|value| value.starts_with("session=")).map(|value| value.split(';').next().unwrap());
        let session = session.next_back().unwrap_or_default().to_owned();
        (Reply::of(response).await, session)
    }
}

async fn link(world: &World, fake: &Fake, who: Who) -> Reply {
    let response = world.reach(form_request("/mydata/sessions/portal", &world.cookie(who), &[])).await;
    assert_eq!(response.status(), StatusCode::OK);
    let kept = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = Reply::of(response).await.text();
    let url = page
        .split("href=\"")
        .find(|part| part.starts_with(&fake.issuer))
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    There::arrive(fake, &url, kept).back(world, &world.cookie(who)).await.0
}

async fn world() -> (World, Arc<Fake>) {
    let fake = Fake::start().await;
    (World::with(Some(fake.portal())).await, fake)
}

#[tokio::test]
async fn an_account_linked_by_card_signs_in_for_the_own_record_and_nothing_more() {
    let (world, fake) = world().await;
    // Unknown at first, whatever name the portal tells.
    let (reply, _) = There::go(&world, &fake).await.back(&world, "").await;
    reply.is(StatusCode::UNPROCESSABLE_ENTITY).says("無法登入");
    assert_eq!(link(&world, &fake, Who::Head).await.is(StatusCode::SEE_OTHER).location, "/mydata/sessions");
    for mood in [Mood::Es256, Mood::Rs256] {
        fake.mood(mood);
        let (reply, session) = There::go(&world, &fake).await.back(&world, "").await;
        assert_eq!(reply.is(StatusCode::SEE_OTHER).location, "/mydata/records", "{mood:?}");
        let get = async |path: &str| {
            world.answer(Request::get(path).header(COOKIE, &session).body(Body::empty()).unwrap()).await
        };
        get("/mydata/records").await.is(StatusCode::OK);
        get("/mydata/sessions").await.is(StatusCode::OK).says("政府入口網");
        for path in ["/approvals", "/work", "/orders"] {
            let reply = get(path).await.is(StatusCode::SEE_OTHER);
            assert_eq!(reply.location, format!("/signin/again?next={path}"), "office work asks for the card");
        }
        let post =
            world.answer(form_request("/approvals/case/1/return", &session, &[("remark", "請補正「事由」")])).await;
        post.is(StatusCode::FORBIDDEN).says("/signin/again").says("請補正「事由」");
        let declared = [("family", "award"), ("choice", "agreed")];
        let declared = world.answer(form_request("/mydata/consent", &session, &declared)).await;
        declared.is(StatusCode::FORBIDDEN).says("/signin/again").says("agreed");
        let said = orders::consent_history(&world.app.db, world.person(Who::Head)).await.unwrap();
        assert!(said.is_empty(), "a declaration needs the card");
        let more = world.answer(form_request("/mydata/sessions/portal", &session, &[])).await.is(StatusCode::SEE_OTHER);
        assert_eq!(more.location, "/signin/again?next=/mydata/sessions", "linking needs the card");
    }
    // The account belongs to one person.
    link(&world, &fake, Who::Civil).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("無法登入");
    let unlinked = world.post(Who::Head, "/mydata/sessions/portal", &[("unlink", "yes")]).await;
    unlinked.is(StatusCode::SEE_OTHER);
    let (reply, _) = There::go(&world, &fake).await.back(&world, "").await;
    reply.is(StatusCode::UNPROCESSABLE_ENTITY).says("無法登入");
}

#[tokio::test]
async fn what_the_portal_says_is_believed_only_if_everything_fits() {
    let (world, fake) = world().await;
    link(&world, &fake, Who::Head).await.is(StatusCode::SEE_OTHER);
    for mood in [
        Mood::NoAlgorithm,
        Mood::OtherKey,
        Mood::WrongNonce,
        Mood::WrongAudience,
        Mood::WrongIssuer,
        Mood::Expired,
        Mood::NoToken,
    ] {
        fake.mood(mood);
        let (reply, session) = There::go(&world, &fake).await.back(&world, "").await;
        assert_eq!((reply.status, session.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, ""), "{mood:?}");
        reply.says("無法驗證");
    }
}

#[tokio::test]
async fn a_way_back_is_good_once_and_in_the_browser_that_left() {
    let (world, fake) = world().await;
    link(&world, &fake, Who::Head).await.is(StatusCode::SEE_OTHER);
    let there = There::go(&world, &fake).await;
    // Another browser brings it: nothing happens, and the one it belongs to is not harmed.
    let stolen = There { kept: "portal=somebody-else".into(), state: there.state.clone(), code: there.code.clone() };
    stolen.back(&world, "").await.0.is(StatusCode::UNPROCESSABLE_ENTITY).says("逾時");
    there.back(&world, "").await.0.is(StatusCode::SEE_OTHER);
    there.back(&world, "").await.0.is(StatusCode::UNPROCESSABLE_ENTITY).says("逾時");
    // A code that was used before, under a new state.
    let again = There::go(&world, &fake).await;
    let replayed = There { code: there.code, ..again };
    replayed.back(&world, "").await.0.is(StatusCode::UNPROCESSABLE_ENTITY).says("無法驗證");
    // The way begun for linking does not link a person who did not begin it.
    let response = world.reach(form_request("/mydata/sessions/portal", &world.cookie(Who::Officer), &[])).await;
    let kept = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = Reply::of(response).await.text();
    let url = page
        .split("href=\"")
        .find(|part| part.starts_with(&fake.issuer))
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let officer = There::arrive(&fake, &url, kept);
    officer.back(&world, &world.cookie(Who::Civil)).await.0.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn without_a_portal_its_pages_do_not_exist() {
    let world = World::new().await;
    world.get(Who::Nobody, "/signin/portal").await.is(StatusCode::NOT_FOUND);
    world.get(Who::Nobody, "/signin/portal/return?state=a&code=b").await.is(StatusCode::NOT_FOUND);
    world.post(Who::Head, "/mydata/sessions/portal", &[]).await.is(StatusCode::NOT_FOUND);
}
