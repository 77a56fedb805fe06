//! Cards of a hierarchy made by OpenSSL: good ones sign in, revoked ones do not, within one refresh.

use access::{AccessError, Authorities, Family, Responder, Revocation, SignInRefusal, Sources, Tree, Visit};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use db::Db;
use kernel::{FixedClock, PersonId, SeededRandom};
use seal::{CardAuthority, CardFault, CardRules};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use testkit::TestDb;
use testkit::pki::{CARD, P_256, Pki, RESPONDER, RSA};
use time::{Duration, OffsetDateTime};

const PERSON: PersonId = PersonId(7);

/// A server that hands out the newest list, if there is one.
#[derive(Clone, Default)]
struct Lists(Arc<Mutex<Option<Vec<u8>>>>);

impl Lists {
    fn put(&self, list: Option<Vec<u8>>) {
        *self.0.lock().unwrap() = list;
    }

    async fn serve(&self) -> String {
        let answer = async |State(lists): State<Self>| {
            lists.0.lock().unwrap().clone().ok_or(axum::http::StatusCode::SERVICE_UNAVAILABLE)
        };
        let router = Router::new().route("/ca.crl", get(answer)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ca.crl", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }
}

/// What stands before a responder: it hands on what that one says, or, once it is told to, says again what it heard first.
#[derive(Clone)]
struct Echo {
    port: u16,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
    repeats: Arc<AtomicBool>,
}

impl Echo {
    async fn serve(&self) -> String {
        let answer = async |State(echo): State<Self>, asked: Bytes| echo.answer(asked.to_vec()).await;
        let router = Router::new().route("/", post(answer)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    async fn answer(&self, asked: Vec<u8>) -> Vec<u8> {
        if self.repeats.load(Ordering::Relaxed) {
            return self.heard.lock().unwrap()[0].clone();
        }
        let hosts = vec![format!("127.0.0.1:{}", self.port)];
        let client = fetch::Client::new(fetch::Setting { hosts, plain: true, ..Default::default() }).unwrap();
        let url = format!("http://127.0.0.1:{}/", self.port);
        let said = client.post(&url, "application/ocsp-request", &[], asked).await.unwrap().body;
        self.heard.lock().unwrap().push(said.to_vec());
        said.to_vec()
    }
}

struct World {
    test: TestDb,
    random: SeededRandom,
    pki: Pki,
    lists: Lists,
    sources: Sources,
    now: OffsetDateTime,
}

impl World {
    /// An RSA card `card`, registered for the person; no source yet.
    async fn new() -> Self {
        let test = testkit::database(&[access::MIGRATIONS]).await;
        let pki = Pki::new();
        pki.issue("card", "ca", RSA, CARD, "");
        pki.record(&["card"], &[]);
        let now = pki.now() + Duration::seconds(1);
        let lists = Lists::default();
        let sources =
            Sources { responder: None, lists: Vec::new(), refresh: Duration::minutes(10), grace: Duration::ZERO };
        let world = Self { test, random: SeededRandom::new(5), pki, lists, sources, now };
        world.register("card").await;
        world
    }

    async fn with_list() -> Self {
        let mut world = Self::new().await;
        world.publish(&[]);
        world.sources.lists = vec![world.lists.serve().await];
        world
    }

    fn publish(&self, revoked: &[&str]) {
        self.pki.record(&["card"], revoked);
        self.lists.put(Some(self.pki.crl("ca", "", "-crlhours 1")));
    }

    async fn register(&self, name: &str) {
        let mut tx = self.db().begin().await.unwrap();
        let fingerprint = seal::subject_of(&self.pki.der(name)).unwrap().fingerprint;
        assert!(access::register_card(&mut tx, &fingerprint, PERSON, name, None, self.now).await.unwrap());
        tx.commit().await.unwrap();
    }

    fn db(&self) -> &Db {
        &self.test.db
    }

    fn authorities(&self) -> Authorities {
        let (roots, below) = (vec![self.pki.der("root")], vec![self.pki.der("ca")]);
        let authority = CardAuthority::new("MOICA", roots, below, &CardRules::default()).unwrap();
        Authorities::new(vec![Family { authority, revocation: Revocation::From(self.sources.clone()) }]).unwrap()
    }

    async fn refresh(&self, at: OffsetDateTime) -> u64 {
        self.authorities().refresh(self.db(), &self.random, at).await.unwrap()
    }

    async fn answer(&self, name: &str, at: OffsetDateTime) -> Vec<u8> {
        let challenge = access::challenge(self.db(), &FixedClock(at), &self.random).await.unwrap();
        self.pki.sign(name, challenge.as_bytes(), "-certfile ca.pem")
    }

    async fn try_in(&self, cms: &[u8], at: OffsetDateTime) -> Result<String, AccessError> {
        let clock = FixedClock(at);
        let visit = Visit::default();
        let opened = access::sign_in(self.db(), &clock, &self.random, &self.authorities(), cms, &visit).await;
        opened.map(|opened| opened.token)
    }

    async fn sign_in(&self, at: OffsetDateTime) -> Result<String, SignInRefusal> {
        let cms = self.answer("card", at).await;
        self.try_in(&cms, at).await.map_err(|error| match error {
            AccessError::Refused(denied) => denied.why,
            other => panic!("{other}"),
        })
    }

    async fn is_in(&self, token: &str, at: OffsetDateTime) -> bool {
        access::actor_of(self.db(), &FixedClock(at), &Arc::new(Tree::default()), token).await.unwrap().is_some()
    }
}

fn refused(fault: CardFault) -> Result<String, SignInRefusal> {
    Err(fault.into())
}

#[tokio::test]
async fn a_card_revoked_by_list_is_out_within_one_refresh() {
    let world = World::with_list().await;
    let at = |minutes| world.now + Duration::minutes(minutes);
    assert_eq!(world.sign_in(at(0)).await, refused(CardFault::Unchecked), "no list was fetched yet");
    world.refresh(at(0)).await;
    let token = world.sign_in(at(0)).await.unwrap();
    world.publish(&["card"]);
    assert_eq!(world.refresh(at(5)).await, 0, "the next list is not due");
    assert!(world.is_in(&token, at(5)).await);
    assert_eq!(world.refresh(at(10)).await, 1);
    assert!(!world.is_in(&token, at(10)).await, "the open session ended with the refresh");
    assert_eq!(world.sign_in(at(10)).await, refused(CardFault::Revoked));
    let cms = world.answer("card", at(10)).await;
    let checked = world.authorities().check(world.db(), &world.random, &cms, at(10)).await.unwrap();
    assert_eq!(checked.err(), Some(CardFault::Revoked), "an approval is refused by the same check");
}

#[tokio::test]
async fn without_a_fresh_list_nobody_gets_in_except_within_the_grace() {
    let mut world = World::with_list().await;
    let now = world.now;
    let at = |minutes| now + Duration::minutes(minutes);
    world.refresh(at(0)).await;
    assert!(world.sign_in(at(50)).await.is_ok());
    world.lists.put(None);
    world.refresh(at(61)).await;
    assert_eq!(world.sign_in(at(61)).await, refused(CardFault::Unchecked));
    world.sources.grace = Duration::minutes(30);
    assert!(world.sign_in(at(61)).await.is_ok());
    world.refresh(at(95)).await;
    assert_eq!(world.sign_in(at(95)).await, refused(CardFault::Unchecked));
    // A source that failed is tried again after a minute, not after a whole interval.
    world.publish(&["card"]);
    world.refresh(at(96)).await;
    assert_eq!(world.sign_in(at(96)).await, refused(CardFault::Revoked));
}

#[tokio::test]
async fn an_older_list_or_one_of_somebody_else_changes_nothing() {
    let world = World::with_list().await;
    let at = |minutes| world.now + Duration::minutes(minutes);
    let stranger = Pki::new();
    stranger.record(&[], &[]);
    world.pki.record(&["card"], &["card"]);
    world.lists.put(Some(world.pki.crl("ca", "", "-crl_lastupdate 20260101000000Z -crl_nextupdate 20991231000000Z")));
    world.refresh(at(0)).await;
    assert_eq!(world.sign_in(at(0)).await, refused(CardFault::Revoked));
    world.pki.record(&["card"], &[]);
    let older = world.pki.crl("ca", "", "-crl_lastupdate 20250101000000Z -crl_nextupdate 20991231000000Z");
    for (minutes, list) in [(10, older), (20, stranger.crl("ca", "", "-crlhours 1")), (30, b"<html>".to_vec())] {
        world.lists.put(Some(list));
        world.refresh(at(minutes)).await;
        assert_eq!(world.sign_in(at(minutes)).await, refused(CardFault::Revoked));
    }
    // A card that was only suspended comes back with the next list.
    world.publish(&[]);
    world.refresh(at(40)).await;
    assert!(world.sign_in(at(40)).await.is_ok());
}

#[tokio::test]
async fn a_responder_is_asked_when_the_card_answers_and_again_while_it_is_in() {
    let mut world = World::new().await;
    world.pki.issue("appointed", "ca", P_256, RESPONDER, "");
    let responder = world.pki.responder("ca", "appointed", 0);
    let port = responder.port();
    let url = format!("http://127.0.0.1:{port}/");
    world.sources.responder = Some(Responder { url, nonce: true, sha_1: true });
    // The responder goes by the real clock.
    let now = world.pki.now() + Duration::seconds(1);
    let token = world.sign_in(now).await.unwrap();
    assert_eq!(world.refresh(now + Duration::minutes(1)).await, 0);
    drop(responder);
    world.pki.record(&["card"], &["card"]);
    let responder = world.pki.responder("ca", "appointed", port);
    world.sources.refresh = Duration::minutes(2);
    assert!(world.is_in(&token, now).await);
    assert_eq!(world.refresh(now + Duration::minutes(2)).await, 1, "asked again about who is in");
    assert!(!world.is_in(&token, now).await);
    assert_eq!(world.sign_in(now).await, refused(CardFault::Revoked));
    drop(responder);
    assert_eq!(world.sign_in(now).await, refused(CardFault::Revoked), "what was heard last still counts");
}

#[tokio::test]
async fn a_good_answer_does_not_undo_what_a_list_says() {
    let mut world = World::with_list().await;
    world.pki.issue("appointed", "ca", P_256, RESPONDER, "");
    world.publish(&["card"]);
    world.refresh(world.now).await;
    world.pki.record(&["card"], &[]);
    let responder = world.pki.responder("ca", "appointed", 0);
    let url = format!("http://127.0.0.1:{}/", responder.port());
    world.sources.responder = Some(Responder { url, nonce: true, sha_1: true });
    let now = world.pki.now() + Duration::seconds(1);
    assert_eq!(world.sign_in(now).await, refused(CardFault::Revoked));
}

#[tokio::test]
async fn an_older_good_answer_does_not_undo_a_later_one() {
    let mut world = World::new().await;
    world.pki.issue("appointed", "ca", P_256, RESPONDER, "");
    let responder = world.pki.responder("ca", "appointed", 0);
    let echo = Echo { port: responder.port(), heard: Arc::default(), repeats: Arc::default() };
    world.sources.responder = Some(Responder { url: echo.serve().await, nonce: false, sha_1: true });
    assert!(world.sign_in(world.pki.now() + Duration::seconds(1)).await.is_ok());
    // Answers tell whole seconds; the next one is to be a later one.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    drop(responder);
    world.pki.record(&["card"], &["card"]);
    let responder = world.pki.responder("ca", "appointed", echo.port);
    assert_eq!(world.sign_in(world.pki.now() + Duration::seconds(1)).await, refused(CardFault::Revoked));
    drop(responder);
    echo.repeats.store(true, Ordering::Relaxed);
    let heard = echo.heard.lock().unwrap().len();
    assert_eq!(world.sign_in(world.pki.now() + Duration::seconds(1)).await, refused(CardFault::Revoked));
    assert_eq!(heard, 2, "the first answer was said again");
}

#[tokio::test]
async fn where_no_responder_answers_the_list_does() {
    let mut world = World::with_list().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    world.sources.responder = Some(Responder { url: format!("http://{closed}/"), nonce: true, sha_1: true });
    assert_eq!(world.sign_in(world.now).await, refused(CardFault::Unchecked));
    world.refresh(world.now).await;
    assert!(world.sign_in(world.now).await.is_ok());
}

#[tokio::test]
async fn of_parallel_answers_to_one_challenge_exactly_one_wins() {
    let world = World::with_list().await;
    world.refresh(world.now).await;
    let cms = world.answer("card", world.now).await;
    let tries = std::array::from_fn::<_, 8, _>(|_| world.try_in(&cms, world.now));
    let [a, b, c, d, e, f, g, h] = tries;
    let (a, b, c, d, e, f, g, h) = tokio::join!(a, b, c, d, e, f, g, h);
    let outcomes = [a, b, c, d, e, f, g, h];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes {
        let Err(AccessError::Refused(denied)) = outcome else { continue };
        assert_eq!(denied.why, SignInRefusal::StaleChallenge);
    }
}

#[tokio::test]
async fn the_person_reads_the_reason_with_its_number() {
    let world = World::with_list().await;
    let said = world.sign_in(world.now).await.unwrap_err().refusal();
    assert!(said.text.zh.contains("目前無法向憑證機構查詢") && said.text.zh.contains("代號162"), "{}", said.text.zh);
    assert!(said.text.en.contains("number 162"), "{}", said.text.en);
}
