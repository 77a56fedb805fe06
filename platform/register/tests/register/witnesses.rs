//! The log and its witnesses, true ones and hostile ones, over HTTP.

use crate::world::{Folder, ORIGIN, START, World, id, order, signed};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::FixedClock;
use objects::{Objects, Place};
use register::Fault;
use register::publish::publish;
use register::witness::{self as witnesses, Round, Witnessing};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use time::OffsetDateTime;
use tlog::checkpoint::Checkpoint;
use tlog::cosignature::{Algorithm, Cosigner};
use tlog::leaf::Kind;
use tlog::note::{LogKey, Note};
use tlog::pack::Pack;
use tlog::policy::Policy;
use tlog::witness::{AddCheckpoint, Refused, Seen, consider};

/// How a witness behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    True,
    Away,
    Slow,
    Huge,
    Teapot,
    /// Every size but the one asked for.
    Restless,
    /// A size beyond any tree.
    Boastful,
    OldTime,
    FutureTime,
    OtherKey,
    OtherCheckpoint,
    Nonsense,
    Redirect,
}

/// A witness on a socket of its own.
#[derive(Clone)]
struct Site {
    name: &'static str,
    seed: u8,
    mood: Arc<Mutex<Mood>>,
    /// What it cosigned last, and the note.
    seen: Arc<Mutex<Option<(Seen, String)>>>,
    log: tlog::note::Vkey,
    now: OffsetDateTime,
}

impl Site {
    fn key(&self) -> Cosigner {
        // One of the three has a key that a quantum computer would not forge.
        let algorithm = if self.name == "campus" { Algorithm::MlDsa44 } else { Algorithm::CosignatureV1 };
        Cosigner::from_seed(self.name, algorithm, &[self.seed; 32]).unwrap()
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn line(&self, note: &str, now: i64, key: &Cosigner) -> String {
        let note = Note::parse(note).unwrap();
        format!("{}\n", key.sign(note.text_unverified(), now.try_into().unwrap()).unwrap())
    }

    fn answer(&self, body: &str) -> Response {
        let asked: AddCheckpoint = body.parse().unwrap();
        let now = self.now.unix_timestamp();
        let size = |size: u64| {
            (StatusCode::CONFLICT, [("content-type", "text/x.tlog.size")], format!("{size}\n")).into_response()
        };
        match *self.mood.lock().unwrap() {
            Mood::Away => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Mood::Huge => return vec![b'x'; 10_000_000].into_response(),
            Mood::Teapot => return (StatusCode::IM_A_TEAPOT, "no").into_response(),
            Mood::Restless => return size(asked.old + 1),
            Mood::Boastful => return size(1 << 40),
            Mood::OldTime => return self.line(&asked.checkpoint, now - 86_400, &self.key()).into_response(),
            Mood::FutureTime => return self.line(&asked.checkpoint, now + 86_400, &self.key()).into_response(),
            Mood::OtherKey => {
                let other = Cosigner::from_seed(self.name, Algorithm::CosignatureV1, &[99; 32]).unwrap();
                return self.line(&asked.checkpoint, now, &other).into_response();
            }
            Mood::OtherCheckpoint => {
                let other = Checkpoint { origin: ORIGIN.into(), size: 1, root: [5; 32] };
                let note = other.sign(&LogKey::from_seed(ORIGIN, &[7; 32]).unwrap()).unwrap();
                return self.line(&note, now, &self.key()).into_response();
            }
            Mood::Nonsense => return "— \n\n\u{0}".into_response(),
            Mood::Redirect => return axum::response::Redirect::to("/add-checkpoint").into_response(),
            Mood::True | Mood::Slow => {}
        }
        let mut seen = self.seen.lock().unwrap();
        match consider(&asked, [&self.log], seen.as_ref().map(|(seen, _)| seen)) {
            Ok(checkpoint) => {
                let line = self.line(&asked.checkpoint, now, &self.key());
                let new = Seen { size: checkpoint.size, root: checkpoint.root };
                *seen = Some((new, format!("{}{line}", asked.checkpoint)));
                line.into_response()
            }
            Err(Refused::OtherSize(other) | Refused::OtherRoot(other)) => size(other),
            Err(refused) => StatusCode::from_u16(refused.status()).unwrap().into_response(),
        }
    }
}

async fn add(State(site): State<Site>, body: String) -> Response {
    if *site.mood.lock().unwrap() == Mood::Slow {
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
    site.answer(&body)
}

async fn newest(State(site): State<Site>) -> Response {
    if *site.mood.lock().unwrap() == Mood::Away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let seen = site.seen.lock().unwrap();
    seen.as_ref().map_or_else(|| StatusCode::NOT_FOUND.into_response(), |(_, note)| note.clone().into_response())
}

/// Three witnesses of which two are needed, and the log that asks them.
struct Watched {
    world: World,
    sites: Vec<Site>,
    witnessing: Witnessing,
    now: OffsetDateTime,
}

impl Watched {
    async fn new() -> Self {
        let world = World::new().await;
        let (mut sites, mut text) = (Vec::new(), String::new());
        for (name, seed) in [("archives", 31), ("audit", 32), ("campus", 33)] {
            let mood = Arc::new(Mutex::new(Mood::True));
            let log = world.key.vkey().clone();
            let site = Site { name, seed, mood, seen: Arc::default(), log, now: START };
            let router = Router::new()
                .route("/add-checkpoint", post(add))
                .route("/{origin}/checkpoint", get(newest))
                .with_state(site.clone());
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move { axum::serve(listener, router).await });
            text.push_str(&format!("witness {name} {} http://{address}\n", site.key().vkey()));
            sites.push(site);
        }
        text.push_str("group two 2 archives audit campus\nquorum two\n");
        let mut tx = world.db().begin().await.unwrap();
        witnesses::adopt(&mut tx, &text).await.unwrap();
        tx.commit().await.unwrap();
        let witnessing = Witnessing::of(world.db()).await.unwrap();
        world.sequence().await;
        Self { world, sites, witnessing, now: START }
    }

    async fn round(&mut self) -> Round {
        // Later each time than any pause.
        self.now += Duration::from_secs(20);
        let clock = FixedClock(self.now);
        let round = self.witnessing.round(self.world.db(), &clock);
        tokio::time::timeout(Duration::from_secs(8), round).await.unwrap().unwrap()
    }

    async fn grow(&self, number: u64) -> u64 {
        self.world.stage(&[order(number)]).await;
        self.world.sequence().await.to
    }

    async fn provable(&self) -> (u64, String) {
        let mut tx = self.world.db().begin().await.unwrap();
        let head = witnesses::provable(&mut tx).await.unwrap();
        (head.checkpoint.size, head.note)
    }

    async fn served(&self, path: &str) -> String {
        let mut tx = self.world.db().begin().await.unwrap();
        String::from_utf8(register::serve::resource(&mut tx, path).await.unwrap().unwrap().bytes).unwrap()
    }

    async fn refusal(&self) -> Option<witnesses::Refusal> {
        witnesses::refusal(&mut self.world.db().begin().await.unwrap()).await.unwrap()
    }

    async fn recover(&self) -> bool {
        self.witnessing.recover(self.world.db(), &FixedClock(self.now)).await.unwrap()
    }
}

#[tokio::test]
async fn receipts_are_for_what_enough_witnesses_cosigned() {
    let mut watched = Watched::new().await;
    assert_eq!(watched.provable().await.0, 0, "nothing is witnessed yet");
    let round = watched.round().await;
    assert_eq!(round.asked, 3);
    assert!(round.cosigned >= 2 && !round.contradicted);
    let size = watched.grow(1).await;
    assert_eq!(watched.provable().await.0, round.witnessed, "the new order waits");
    while watched.round().await.cosigned > 0 {}
    let (provable, note) = watched.provable().await;
    assert_eq!(provable, size);
    let policy: Policy = watched.served("policy.txt").await.parse().unwrap();
    let judged = policy.judge(&note).unwrap();
    assert_eq!((judged.cosigned.len(), judged.quorum_met), (3, true));
    let served = policy.judge(&watched.served("checkpoint").await).unwrap();
    assert_eq!((served.checkpoint.size, served.quorum_met), (size, true));
    let known = witnesses::known(&mut watched.world.db().begin().await.unwrap()).await.unwrap();
    let names: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
    assert_eq!(names, ["archives", "audit", "campus"]);
    assert!(known.iter().all(|known| known.on_witnessed && known.fault.is_none() && known.signed.unwrap().0 == size));
    assert_eq!(watched.round().await.asked, 0, "nobody is asked twice for nothing");
}

#[tokio::test]
async fn while_witnesses_are_away_orders_are_issued_and_later_they_catch_up() {
    let mut watched = Watched::new().await;
    let first = watched.round().await.witnessed;
    watched.sites[1].set(Mood::Away);
    watched.sites[2].set(Mood::Away);
    let mut size = 0;
    for number in 0..300 {
        size = watched.grow(number).await;
    }
    let round = watched.round().await;
    assert_eq!((round.cosigned, round.witnessed), (1, first), "one is not enough");
    assert_eq!(watched.provable().await.0, first);
    let known = witnesses::known(&mut watched.world.db().begin().await.unwrap()).await.unwrap();
    assert_eq!(known[1].fault.as_deref(), Some("answers with status 503"));
    watched.sites[1].set(Mood::True);
    let round = watched.round().await;
    assert_eq!((round.cosigned, round.witnessed), (1, size), "the second is");
    watched.sites[2].set(Mood::True);
    assert_eq!(watched.round().await.cosigned, 1);
    let judged = watched.served("policy.txt").await.parse::<Policy>().unwrap();
    assert_eq!(judged.judge(&watched.provable().await.1).unwrap().cosigned.len(), 3, "who came late is added");
}

#[tokio::test]
async fn a_hostile_witness_adds_nothing_and_stops_nothing() {
    let mut watched = Watched::new().await;
    watched.round().await;
    let hostile = [
        Mood::Slow,
        Mood::Huge,
        Mood::Teapot,
        Mood::Restless,
        Mood::Boastful,
        Mood::OldTime,
        Mood::FutureTime,
        Mood::OtherKey,
        Mood::OtherCheckpoint,
        Mood::Nonsense,
        Mood::Redirect,
    ];
    for (number, mood) in (0..).zip(hostile) {
        watched.sites[0].set(mood);
        let size = watched.grow(number).await;
        let round = watched.round().await;
        assert_eq!((round.cosigned, round.witnessed), (2, size), "{mood:?}");
        let known = witnesses::known(&mut watched.world.db().begin().await.unwrap()).await.unwrap();
        assert!(known[0].fault.is_some(), "{mood:?} is told to the operator");
        assert!(!known[0].on_witnessed, "{mood:?}");
        if round.contradicted {
            assert!(watched.recover().await, "{mood:?}: a word without the log's signature stops nothing");
        }
    }
    assert_eq!(watched.refusal().await, None);
}

#[tokio::test]
async fn a_database_brought_back_from_an_older_copy_signs_nothing() {
    let mut watched = Watched::new().await;
    watched.round().await;
    assert!(watched.recover().await);
    // The same log goes on elsewhere: what a witness has seen of it, this database has not.
    let elsewhere = Checkpoint { origin: ORIGIN.into(), size: 7, root: [3; 32] }.sign(&watched.world.key).unwrap();
    let seen = watched.sites[2].seen.lock().unwrap().replace((Seen { size: 7, root: [3; 32] }, elsewhere));
    assert!(!watched.recover().await);
    let refusal = watched.refusal().await.unwrap();
    assert!(refusal.zh.contains("campus") && refusal.en.contains("`campus` has cosigned 7 entries"), "{refusal:?}");
    watched.world.stage(&[order(1)]).await;
    let pass = watched.world.sequence().await;
    assert!(pass.refused && pass.from == pass.to, "{pass:?}");
    watched.sites[2].set(Mood::Away);
    assert!(!watched.recover().await, "silence is no reason to go on");
    watched.sites[2].set(Mood::True);
    *watched.sites[2].seen.lock().unwrap() = seen;
    assert!(watched.recover().await, "the copy that was missing is there");
    assert_eq!(watched.refusal().await, None);
    assert!(!watched.world.sequence().await.refused);
}

#[tokio::test]
async fn another_tree_of_one_size_stops_the_log() {
    let watched = Watched::new().await;
    let size = watched.grow(1).await;
    let other = Checkpoint { origin: ORIGIN.into(), size: size - 1, root: [3; 32] }.sign(&watched.world.key).unwrap();
    *watched.sites[0].seen.lock().unwrap() = Some((Seen { size: size - 1, root: [3; 32] }, other));
    assert!(!watched.recover().await);
    assert!(watched.refusal().await.unwrap().en.contains("two registers under"));
    let thief = LogKey::from_seed(ORIGIN, &[8; 32]).unwrap();
    let forged = Checkpoint { origin: ORIGIN.into(), size: 900, root: [3; 32] }.sign(&thief).unwrap();
    *watched.sites[0].seen.lock().unwrap() = Some((Seen { size: 900, root: [3; 32] }, forged));
    assert!(watched.recover().await, "what the log did not sign says nothing about it");
}

#[tokio::test]
async fn a_policy_is_about_this_log_and_old_receipts_must_satisfy_the_new_one() {
    let mut watched = Watched::new().await;
    watched.round().await;
    let size = watched.provable().await.0;
    assert!(size > 0);
    let adopt = async |text: &str| {
        let mut tx = watched.world.db().begin().await.unwrap();
        let adopted = witnesses::adopt(&mut tx, text).await;
        if adopted.is_ok() {
            tx.commit().await.unwrap();
        }
        adopted.map_err(|fault| fault.to_string())
    };
    let other = LogKey::from_seed("other.example/2026", &[9; 32]).unwrap();
    assert!(adopt(&format!("log {}\nquorum none\n", other.vkey())).await.unwrap_err().contains("not this one"));
    assert!(adopt("quorum nobody\n").await.unwrap_err().contains("line 2"), "the line of the log stands above");
    let stranger = Cosigner::from_seed("stranger", Algorithm::CosignatureV1, &[77; 32]).unwrap();
    adopt(&format!("witness s {} \nquorum s\n", stranger.vkey())).await.unwrap();
    assert_eq!(watched.provable().await.0, 0, "that one never cosigned");
    adopt("quorum none\n").await.unwrap();
    assert_eq!(watched.provable().await.0, size, "without witnesses the head is enough");
}

#[tokio::test]
async fn receipts_are_released_by_the_policy_in_force_and_not_by_the_one_a_worker_began_with() {
    let mut watched = Watched::new().await;
    watched.round().await;
    let text = watched.served("policy.txt").await.replace("group two 2", "group two all");
    let mut tx = watched.world.db().begin().await.unwrap();
    witnesses::adopt(&mut tx, &text).await.unwrap();
    tx.commit().await.unwrap();
    watched.sites[2].set(Mood::Away);
    let size = watched.grow(1).await;
    let round = watched.round().await;
    assert_eq!(round.cosigned, 2, "enough for the policy this worker was started with");
    assert!(round.witnessed < size && watched.provable().await.0 < size, "{round:?}");
    watched.sites[2].set(Mood::True);
    assert_eq!(watched.round().await.witnessed, size);
}

#[tokio::test]
async fn a_clock_that_once_ran_ahead_keeps_no_receipt_waiting() {
    let mut watched = Watched::new().await;
    watched.world.stage(&[order(1)]).await;
    let size = watched.world.sequence_at(START + time::Duration::days(365)).await.to;
    let round = watched.round().await;
    assert_eq!(round.witnessed, size, "the witnesses tell the true time, a year before the newest leaf");
}

#[tokio::test]
async fn the_published_pack_has_its_snapshot_once_witnesses_have_seen_it() {
    let mut watched = Watched::new().await;
    let folder = Folder::new("witnessed-pack");
    let objects = Objects::open(&Place::Folder(folder.0.clone())).unwrap();
    let policy: Policy = watched.served("policy.txt").await.parse().unwrap();
    let open = || Pack::open(|file| std::fs::read(folder.0.join(file)).ok(), &policy);
    publish(watched.world.db(), &objects).await.unwrap();
    assert!(open().unwrap_err().undecided, "nothing is witnessed yet");
    while watched.round().await.cosigned > 0 {}
    watched.grow(5).await;
    publish(watched.world.db(), &objects).await.unwrap();
    while watched.round().await.cosigned > 0 {}
    publish(watched.world.db(), &objects).await.unwrap();
    let before = open().unwrap().snapshot_index();

    // A correction makes a snapshot that nobody has seen when it is published first.
    let event = signed(Kind::Revoke, id(5), [9; 32], watched.world.newest(&id(5)).await);
    watched.world.stage(&[event]).await;
    watched.world.sequence().await;
    publish(watched.world.db(), &objects).await.unwrap();
    assert!(open().unwrap_err().undecided);
    while watched.round().await.cosigned > 0 {}
    publish(watched.world.db(), &objects).await.unwrap();
    let pack = open().unwrap();
    assert!(pack.snapshot_index() > before);
    assert_eq!((0..pack.snapshot_index()).filter(|index| pack.bits(*index) == Some(1)).count(), 1);
}

/// Where nobody is left who could say otherwise, an operator does, and it stays on record.
#[tokio::test]
async fn a_refusal_that_no_witness_can_lift_is_lifted_for_a_reason() {
    let watched = Watched::new().await;
    let clock = FixedClock(START);
    let lift = async |reason: &str| {
        let mut tx = watched.world.db().begin().await.unwrap();
        let lifted = witnesses::lift(&mut tx, &clock, reason).await;
        tx.commit().await.unwrap();
        lifted
    };
    assert!(matches!(lift("nothing").await, Err(Fault::Lift(why)) if why.contains("nothing is refused")));
    let elsewhere = Checkpoint { origin: ORIGIN.into(), size: 7, root: [3; 32] }.sign(&watched.world.key).unwrap();
    *watched.sites[2].seen.lock().unwrap() = Some((Seen { size: 7, root: [3; 32] }, elsewhere));
    assert!(!watched.recover().await);
    assert!(matches!(lift("because").await, Err(Fault::Lift(why)) if why.contains("witnesses that can be asked")));

    let mut tx = watched.world.db().begin().await.unwrap();
    witnesses::adopt(&mut tx, "quorum none\n").await.unwrap();
    tx.commit().await.unwrap();
    let alone = Witnessing::of(watched.world.db()).await.unwrap();
    assert!(!alone.recover(watched.world.db(), &clock).await.unwrap(), "that nobody is asked is no reason to go on");
    assert!(watched.world.sequence().await.refused);
    assert!(matches!(lift(" ").await, Err(Fault::Lift(why)) if why.contains("reason")));
    let refusal = watched.refusal().await.unwrap();
    let lifted = lift(" the witness was given up; all it saw is here ").await.unwrap();
    assert_eq!((lifted.since, &lifted.en), (refusal.since, &refusal.en));
    assert_eq!(lifted.reason, "the witness was given up; all it saw is here");
    assert_eq!(watched.refusal().await, None);
    assert_eq!(witnesses::lifted(&mut watched.world.db().begin().await.unwrap()).await.unwrap(), [lifted]);
    assert!(alone.recover(watched.world.db(), &clock).await.unwrap());
    assert!(!watched.world.sequence().await.refused);
}
