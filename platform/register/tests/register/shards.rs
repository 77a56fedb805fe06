//! A shard is closed and the next one opened; orders of the first are corrected in the second.

use crate::third_verifier::log_code;
use crate::world::{Folder, ORIGIN, START, World, id, order, signed};
use kernel::FixedClock;
use objects::{Objects, Place};
use register::{
    Fault,
    audit::{audit, policy_of},
    erasure::{erased, stage, statement},
    fsck::fsck,
    log,
    publish::publish,
    rebuild::rebuild,
    sequence::{Sequenced, sequence},
    serve::{export, resource},
    shard::{awaited, close, next_origin, open_next},
    witness,
};
use time::{Duration, macros::datetime};
use tlog::{
    cosignature::{Algorithm, Cosigner},
    erasure::Erasure,
    leaf::Kind,
    note::LogKey,
    state::State,
};

const NEXT: &str = "orders.example/2027";

fn next_key() -> LogKey {
    LogKey::from_seed(NEXT, &[8; 32]).unwrap()
}

impl World {
    async fn close(&self, next: &LogKey) -> Sequenced {
        close(self.db(), &FixedClock(START), &self.key, next, 4096).await.unwrap()
    }

    /// Goes on in the second shard.
    async fn turned() -> Self {
        let mut world = Self::lived_in().await;
        world.stage(&[order(400)]).await;
        assert!(world.close(&next_key()).await.closed);
        assert!(open_next(world.db(), &FixedClock(START), &next_key()).await.unwrap());
        world.key = next_key();
        world
    }

    async fn head(&self) -> log::Head {
        log::head(&mut self.db().begin().await.unwrap()).await.unwrap()
    }

    async fn clean(&self) {
        assert_eq!(fsck(self.db()).await.unwrap().problems, [""; 0]);
    }
}

#[tokio::test]
async fn nothing_is_appended_to_a_closed_shard() {
    let world = World::lived_in().await;
    world.stage(&[order(400)]).await;
    let closed = world.close(&next_key()).await;
    // What waited, the snapshot, the keys of the next shard, the end.
    assert!(closed.closed && closed.to == closed.from + 4, "{closed:?}");
    assert_eq!(awaited(&mut world.db().begin().await.unwrap()).await.unwrap().as_deref(), Some(NEXT));
    world.stage(&[order(401)]).await;
    for pass in [world.sequence().await, world.close(&next_key()).await] {
        assert!(pass.closed && pass.to == closed.to && pass.from == closed.to, "{pass:?}");
    }
    world.clean().await;
    // The one that was announced opens the next, and no other.
    let other = LogKey::from_seed(NEXT, &[9; 32]).unwrap();
    assert!(matches!(open_next(world.db(), &FixedClock(START), &other).await, Err(Fault::OtherKey(_))));
    assert!(open_next(world.db(), &FixedClock(START), &next_key()).await.unwrap());
    assert!(!open_next(world.db(), &FixedClock(START), &next_key()).await.unwrap());
    assert!(matches!(sequence(world.db(), &FixedClock(START), &world.key, 9).await, Err(Fault::OtherKey(_))));
    let head = world.head().await;
    // One key statement, and what it follows.
    assert_eq!((head.shard, head.checkpoint.size, head.checkpoint.origin.as_str()), (1, 2, NEXT));
    world.clean().await;
}

#[tokio::test]
async fn an_old_order_is_corrected_in_the_new_shard() {
    let world = World::turned().await;
    let (before, frozen) = {
        let mut tx = world.db().begin().await.unwrap();
        let old = resource(&mut tx, "checkpoint").await.unwrap().unwrap();
        (world.newest(&id(42)).await, old.bytes)
    };
    world.stage(&[signed(Kind::Revoke, id(42), [9; 32], before), order(500)]).await;
    world.sequence_at(START + Duration::hours(2)).await;
    // A second event follows the first, in the same shard; an order of the new shard is corrected there.
    let again = [
        signed(Kind::Repeal, id(42), [9; 32], world.newest(&id(42)).await),
        signed(Kind::Supersede, id(500), [9; 32], world.newest(&id(500)).await),
    ];
    world.stage(&again).await;
    world.sequence_at(START + Duration::hours(2)).await;
    world.clean().await;
    let mut tx = world.db().begin().await.unwrap();
    let events = log::events(&mut tx, &id(42)).await.unwrap();
    let shards: Vec<u16> = events.iter().map(|event| event.entry.unwrap().shard).collect();
    assert_eq!(shards, [0, 1, 1]);
    assert_eq!(resource(&mut tx, "checkpoint").await.unwrap().unwrap().bytes, frozen);
    drop(tx);

    let folder = Folder::new("shards");
    export(world.db(), &folder.0).await.unwrap();
    let policy = policy_of(&folder.0).unwrap();
    assert_eq!(policy.logs().len(), 1);
    let audited = audit(&folder.0, &policy).unwrap();
    assert_eq!(audited.shards().count(), 2);
    for (number, state) in [
        (42, State::Revoked),
        (500, State::Superseded),
        (17, State::Revoked),
        (5, State::Superseded),
        (1, State::Valid),
        (400, State::Valid),
    ] {
        assert_eq!(audited.state_of(&id(number)).unwrap().state, Some(state), "{number}");
    }
    let file = audited.newest().status().unwrap();
    let issue = audited.state_of(&id(42)).unwrap().events[0];
    assert_eq!(file.of(2026).unwrap().bits.get(issue.index), State::Revoked.bits());
    assert_eq!(audited.status().unwrap().own().bits.get(issue.index), State::Valid.bits());
    // The verifier of another language comes to the same.
    let (code, said) = log_code(&folder.0, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("orders.example/2027 follows it"), "{said}");
    assert_eq!(log_code(&folder.0.join("2027"), &[]).0, Some(2));
    for (file, at) in [
        ("2027/status/2027.bits", 12),
        ("2027/key-events/1.json", 40),
        ("2027/issuers/1.json", 60),
        ("2027/checkpoint", 25),
    ] {
        let kept = std::fs::read(folder.0.join(file)).unwrap();
        let mut altered = kept.clone();
        altered[at] ^= 1;
        std::fs::write(folder.0.join(file), altered).unwrap();
        assert_eq!(log_code(&folder.0, &[]).0, Some(1), "{file}");
        assert!(!audit(&folder.0, &policy).unwrap_err().undecided, "{file}");
        std::fs::write(folder.0.join(file), kept).unwrap();
    }
    // The second shard alone says nothing: what it follows must be read first.
    let alone = folder.0.join("2027");
    assert!(audit(&alone, &policy_of(&alone).unwrap()).unwrap_err().undecided);
    // A copy without it is an older copy.
    std::fs::rename(folder.0.join("2027"), folder.0.join("away")).unwrap();
    let older = audit(&folder.0, &policy).unwrap();
    assert_eq!(older.state_of(&id(42)).unwrap().state, Some(State::Valid));
    std::fs::rename(folder.0.join("away"), folder.0.join("2027")).unwrap();
    // The key of the second shard comes from the first, and only from there.
    let key = folder.0.join("key-events").join(format!("{}.json", audited.checkpoint().size - 2));
    let said = std::fs::read_to_string(&key).unwrap();
    std::fs::write(&key, said.replace("2027+", "2027+0")).unwrap();
    assert!(audit(&folder.0, &policy).is_err());
}

#[tokio::test]
async fn what_is_published_and_what_is_exported_are_the_same_files() {
    let world = World::turned().await;
    world.stage(&[order(500)]).await;
    world.sequence().await;
    let (published, exported) = (Folder::new("shards-published"), Folder::new("shards-exported"));
    let objects = Objects::open(&Place::Folder(published.0.clone())).unwrap();
    publish(world.db(), &objects).await.unwrap();
    export(world.db(), &exported.0).await.unwrap();
    for file in [
        "checkpoint",
        "policy.txt",
        "status/2026.bits",
        "2027/checkpoint",
        "2027/policy.txt",
        "2027/key-events/1.json",
        "2027/issuers/1.json",
    ] {
        assert_eq!(
            std::fs::read(published.0.join(file)).unwrap(),
            std::fs::read(exported.0.join(file)).unwrap(),
            "{file}"
        );
    }
    assert_eq!(publish(world.db(), &objects).await.unwrap().files, 0);
    audit(&published.0, &policy_of(&published.0).unwrap()).unwrap();
}

#[tokio::test]
async fn what_is_said_of_an_erasure_stands_in_the_shard_of_its_leaf() {
    let world = World::turned().await;
    let old = order_erased(&world, 42).await;
    let path = Erasure::path(&id(42));
    let mut tx = world.db().begin().await.unwrap();
    assert_eq!(resource(&mut tx, &format!("2027/{path}")).await.unwrap(), None, "its leaf is not in the log yet");
    tx.commit().await.unwrap();
    world.sequence().await;
    world.clean().await;
    let mut tx = world.db().begin().await.unwrap();
    let served = resource(&mut tx, &format!("2027/{path}")).await.unwrap().unwrap();
    assert_eq!(served.bytes, old.canonical().as_bytes());
    assert_eq!(resource(&mut tx, &path).await.unwrap(), None, "nothing is added to what is closed");
    assert_eq!(erased(&mut tx).await.unwrap(), [id(42)]);
    tx.commit().await.unwrap();

    let (published, exported) = (Folder::new("erased-published"), Folder::new("erased-exported"));
    publish(world.db(), &Objects::open(&Place::Folder(published.0.clone())).unwrap()).await.unwrap();
    export(world.db(), &exported.0).await.unwrap();
    for folder in [&published.0, &exported.0] {
        assert_eq!(std::fs::read(folder.join("2027").join(&path)).unwrap(), served.bytes);
        assert!(!folder.join(&path).exists());
    }
    // An older database takes the words over with the leaf.
    let copy = audit(&published.0, &policy_of(&published.0).unwrap()).unwrap();
    let restored = World::lived_in().await;
    rebuild(restored.db(), &[&restored.key, &next_key()], &copy).await.unwrap();
    let mut tx = restored.db().begin().await.unwrap();
    assert_eq!(statement(&mut tx, &id(42)).await.unwrap(), Some(old));
}

/// The erasure of an order is staged.
async fn order_erased(world: &World, number: u64) -> Erasure {
    let erasure = Erasure {
        agency: "376480000A".to_owned(),
        backups_until: "2027-04-30".to_owned(),
        basis: "個人資料保護法第11條第3項".to_owned(),
        erased_on: "2027-03-02".to_owned(),
        id: id(number),
    };
    let leaf = signed(Kind::Erasure, id(number), erasure.commitment(), world.newest(&id(number)).await);
    let mut tx = world.db().begin().await.unwrap();
    stage(&mut tx, leaf, &erasure).await.unwrap();
    tx.commit().await.unwrap();
    erasure
}

#[tokio::test]
async fn a_shard_is_opened_only_when_the_end_of_the_one_before_it_is_witnessed() {
    let world = World::lived_in().await;
    let mut tx = world.db().begin().await.unwrap();
    let witness = Cosigner::from_seed("away.example", Algorithm::CosignatureV1, &[5; 32]).unwrap();
    let policy = format!("witness away {}\nquorum away\n", witness.vkey());
    witness::adopt(&mut tx, &policy).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.close(&next_key()).await.closed);
    assert!(!open_next(world.db(), &FixedClock(START), &next_key()).await.unwrap());
    // Whoever changes the policy answers for it; the next shard takes it over with its own key.
    let mut tx = world.db().begin().await.unwrap();
    witness::adopt(&mut tx, "quorum none\n").await.unwrap();
    tx.commit().await.unwrap();
    assert!(open_next(world.db(), &FixedClock(START), &next_key()).await.unwrap());
    let mut tx = world.db().begin().await.unwrap();
    let policy = witness::policy(&mut tx).await.unwrap();
    assert_eq!(policy.log(NEXT), Some(next_key().vkey()));
    // A file that names the log of the closed shard goes on for the new one.
    witness::adopt(&mut tx, &format!("log {}\nquorum none\n", world.key.vkey())).await.unwrap();
    assert_eq!(witness::policy(&mut tx).await.unwrap().log(NEXT), Some(next_key().vkey()));
}

#[tokio::test]
async fn an_older_database_is_brought_over_the_turn_of_the_year() {
    let world = World::turned().await;
    let before = world.newest(&id(42)).await;
    world.stage(&[signed(Kind::Revoke, id(42), [9; 32], before), order(500)]).await;
    world.sequence().await;
    let folder = Folder::new("shards-rebuilt");
    export(world.db(), &folder.0).await.unwrap();
    let copy = audit(&folder.0, &policy_of(&folder.0).unwrap()).unwrap();
    let (first, second) = (LogKey::from_seed(ORIGIN, &[7; 32]).unwrap(), next_key());
    let old = World::lived_in().await;
    // A key statement of this database has an id that the copy's has too, so the beginning is the same.
    assert!(
        matches!(rebuild(old.db(), &[&first], &copy).await.unwrap_err(), Fault::Rebuild(_)),
        "the second key is missing"
    );
    let rebuilt = rebuild(old.db(), &[&first, &second], &copy).await.unwrap();
    assert_eq!(rebuilt.to, world.head().await.checkpoint.size);
    assert_eq!(old.head().await.note, world.head().await.note);
    old.clean().await;
    let again = Folder::new("shards-rebuilt-again");
    export(old.db(), &again.0).await.unwrap();
    assert_eq!(
        audit(&again.0, &policy_of(&again.0).unwrap()).unwrap().state_of(&id(42)).unwrap().state,
        Some(State::Revoked)
    );
    // It goes on from there.
    old.stage(&[order(501)]).await;
    assert_eq!(sequence(old.db(), &FixedClock(START), &second, 9).await.unwrap().from, rebuilt.to);
}

#[test]
fn the_next_shard_has_a_later_year() {
    let at = |when| FixedClock(when);
    let next = |when| next_origin("orders.example/2026", &at(when)).unwrap();
    assert_eq!(next(datetime!(2026-11-23 09:00 +8)), NEXT);
    // Midnight in Taipei.
    assert_eq!(next(datetime!(2026-12-31 16:00 UTC)), NEXT);
    assert_eq!(next(datetime!(2028-02-01 09:00 +8)), "orders.example/2028");
    assert!(next_origin("orders.example", &at(START)).is_err());
}
