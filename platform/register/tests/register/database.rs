//! Staging, sequencing, looking up and proving in a database.

use crate::world::{self, START, World, id, order, plain_orders, signed};
use db::query;
use kernel::FixedClock;
use register::{
    Fault,
    fsck::fsck,
    log::{self, Staged, Tree},
    sequence::sequence,
};
use time::Duration;
use tlog::{
    hash::{ZERO, sha256},
    leaf::Kind,
    note::LogKey,
    status::StatusBits,
    tree::verify_inclusion,
};

#[tokio::test]
async fn a_log_is_begun_once_and_with_one_key() {
    let world = World::new().await;
    let mut tx = world.db().begin().await.unwrap();
    assert!(!log::create(&mut tx, &world.key).await.unwrap());
    let other = LogKey::from_seed(world::ORIGIN, &[8; 32]).unwrap();
    assert!(matches!(log::create(&mut tx, &other).await, Err(Fault::OtherKey(_))));
    let nameless = LogKey::from_seed("orders.example", &[7; 32]).unwrap();
    assert!(matches!(log::create(&mut tx, &nameless).await, Err(Fault::Origin(_))));
    drop(tx);
    assert!(matches!(sequence(world.db(), &FixedClock(START), &other, 10).await, Err(Fault::OtherKey(_))));
}

#[tokio::test]
async fn staged_leaves_enter_with_their_transaction_or_not_at_all() {
    let world = World::new().await;
    world.stage(&[order(1), order(2)]).await;
    let mut tx = world.db().begin().await.unwrap();
    log::stage(&mut tx, &[order(3)]).await.unwrap();
    tx.rollback().await.unwrap();
    let done = world.sequence().await;
    // The key event, two orders and the first snapshot.
    assert_eq!((done.from, done.to, done.more, done.busy), (0, 4, false, false));
    let again = world.sequence().await;
    assert_eq!((again.from, again.to), (4, 4));
    let mut tx = world.db().begin().await.unwrap();
    let found = log::locate(&mut tx, &[id(2), id(3), id(1)]).await.unwrap();
    assert_eq!(found.iter().map(|e| e.map(|e| e.index)).collect::<Vec<_>>(), [Some(2), None, Some(1)]);
    assert_eq!(log::waiting(&mut tx).await.unwrap(), 0);
}

#[tokio::test]
async fn every_leaf_can_be_proved_at_every_size_it_was_in() {
    let world = World::new().await;
    let mut heads = Vec::new();
    for (from, to) in [(0, 1), (1, 255), (255, 257), (257, 700)] {
        world.stage(&plain_orders(from, to)).await;
        world.sequence().await;
        heads.push(log::head(&mut world.db().begin().await.unwrap()).await.unwrap().tree());
    }
    let mut tx = world.db().begin().await.unwrap();
    for head in heads {
        let indices: Vec<u64> = (0..head.size).collect();
        let paths = log::inclusions(&mut tx, &head, &indices).await.unwrap();
        let orders: Vec<_> = (0..head.size.saturating_sub(2)).map(id).collect();
        let located = log::locate(&mut tx, &orders).await.unwrap();
        for entry in located.into_iter().flatten() {
            if entry.index < head.size {
                let path = &paths[usize::try_from(entry.index).unwrap()];
                assert!(verify_inclusion(&entry.leaf.hash(), entry.index, head.size, path, &head.root));
            }
        }
    }
    let beyond = Tree { shard: 0, size: 10_000, root: [1; 32] };
    assert!(matches!(log::inclusion(&mut tx, &beyond, 0).await, Err(Fault::Proof(_))));
}

#[tokio::test]
async fn time_never_runs_back() {
    let world = World::new().await;
    world.stage(&[order(1)]).await;
    world.sequence_at(START).await;
    world.stage(&[order(2)]).await;
    world.sequence_at(START - Duration::hours(5)).await;
    let mut tx = world.db().begin().await.unwrap();
    let entries = log::locate(&mut tx, &[id(1), id(2)]).await.unwrap();
    assert_eq!(entries[0].unwrap().leaf.time_ms, entries[1].unwrap().leaf.time_ms);
    assert!(fsck(world.db()).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_later_event_must_follow_the_newest() {
    let world = World::new().await;
    let mut tx = world.db().begin().await.unwrap();
    let early = signed(Kind::Revoke, id(1), [1; 32], [5; 32]);
    assert!(matches!(log::stage(&mut tx, &[early]).await, Err(Fault::NotNewest(_))), "nothing was issued");
    log::stage(&mut tx, &[order(1)]).await.unwrap();
    assert!(matches!(log::stage(&mut tx, &[early]).await, Err(Fault::NotNewest(_))), "the issue is on its way");
    tx.commit().await.unwrap();
    world.sequence().await;

    let revoke = signed(Kind::Revoke, id(1), [1; 32], world.newest(&id(1)).await);
    let mut first = world.db().begin().await.unwrap();
    log::stage(&mut first, &[revoke]).await.unwrap();
    // A second correction at the same moment waits for the first and is then told.
    let db = world.db().clone();
    let second = tokio::spawn(async move {
        let mut tx = db.begin().await.unwrap();
        log::stage(&mut tx, &[revoke]).await
    });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(!second.is_finished());
    first.commit().await.unwrap();
    assert!(matches!(second.await.unwrap(), Err(Fault::NotNewest(_))));
    let mut tx = world.db().begin().await.unwrap();
    let events = log::events(&mut tx, &id(1)).await.unwrap();
    assert_eq!(
        events.iter().map(|e| (e.kind, e.entry.is_some())).collect::<Vec<_>>(),
        [(Kind::Issue, true), (Kind::Revoke, false)]
    );
}

#[tokio::test]
async fn leaves_that_may_not_be_staged() {
    let world = World::new().await;
    let mut tx = world.db().begin().await.unwrap();
    for wrong in [
        Staged { kind: Kind::Status, ..order(1) },
        Staged { kind: Kind::Padding, ..order(1) },
        Staged { kind: Kind::Digest, ..order(1) },
        Staged { issuer: 0, ..order(1) },
        Staged { id: [0; 16], ..order(1) },
        Staged { auth: ZERO, ..order(1) },
    ] {
        assert!(matches!(log::stage(&mut tx, &[wrong]).await, Err(Fault::Unstageable(_))), "{wrong:?}");
    }
    assert!(matches!(log::stage(&mut tx, &[order(1), order(1)]).await, Err(Fault::NotNewest(_))));
    assert_eq!(log::waiting(&mut tx).await.unwrap(), 1, "only the key event");
}

#[tokio::test]
async fn digests_of_other_records_are_chained_by_the_log() {
    let world = World::new().await;
    let digest = async |number: u8| {
        let mut tx = world.db().begin().await.unwrap();
        log::stage_digest(&mut tx, [number; 32]).await.unwrap();
        tx.commit().await.unwrap();
    };
    digest(1).await;
    digest(2).await;
    let mut tx = world.db().begin().await.unwrap();
    assert_eq!(log::digests_waiting(&mut tx).await.unwrap(), [[1; 32], [2; 32]]);
    drop(tx);
    world.sequence().await;
    world.stage(&[order(1)]).await;
    digest(3).await;
    world.sequence().await;
    let mut tx = world.db().begin().await.unwrap();
    let digests = log::digests(&mut tx).await.unwrap();
    assert_eq!(digests.iter().map(|entry| entry.leaf.commitment[0]).collect::<Vec<_>>(), [1, 2, 3]);
    let mut prev = ZERO;
    for entry in &digests {
        assert_eq!((entry.leaf.prev, entry.leaf.issuer, entry.leaf.auth), (prev, 0, ZERO));
        prev = entry.leaf.hash();
    }
    assert_eq!(log::digest_of(&mut tx, &[3; 32]).await.unwrap(), Some(digests[2]));
    assert_eq!(log::digest_of(&mut tx, &[4; 32]).await.unwrap(), None);
    drop(tx);
    assert_eq!(fsck(world.db()).await.unwrap().problems, Vec::<String>::new());
    query("UPDATE register.leaf SET prev = NULL WHERE idx = $1")
        .bind(i64::try_from(digests[2].index).unwrap())
        .execute(world.db().pool())
        .await
        .unwrap();
    let problems = fsck(world.db()).await.unwrap().problems;
    assert!(problems.iter().any(|p| p.contains("its `prev` is not the digest before it")), "{problems:?}");
}

#[tokio::test]
async fn a_snapshot_follows_every_correction_and_every_hour_of_growth() {
    let world = World::new().await;
    world.stage(&[order(1), order(2)]).await;
    assert_eq!(world.sequence().await.to, 4);
    world.stage(&[order(3)]).await;
    assert_eq!(world.sequence_at(START + Duration::minutes(59)).await.to, 5);
    assert_eq!(world.sequence_at(START + Duration::minutes(59)).await.to, 5);
    assert_eq!(world.sequence_at(START + Duration::minutes(60)).await.to, 6, "an hour has passed and the log grew");
    assert_eq!(world.sequence_at(START + Duration::hours(9)).await.to, 6, "a snapshot alone is no growth");
    let revoke = signed(Kind::Revoke, id(2), [1; 32], world.newest(&id(2)).await);
    world.stage(&[revoke]).await;
    assert_eq!(world.sequence_at(START + Duration::hours(9)).await.to, 8);
    let mut tx = world.db().begin().await.unwrap();
    let snapshots = log::events(&mut tx, &[0; 16]).await.unwrap();
    assert_eq!(snapshots.iter().map(|e| e.entry.unwrap().index).collect::<Vec<_>>(), [3, 5, 7]);
    let file = register::serve::resource(&mut tx, "status/2026.bits").await.unwrap().unwrap();
    assert_eq!(snapshots[2].entry.unwrap().leaf.commitment, sha256(&file.bytes));
    let bits = StatusBits::from_bytes(file.bytes);
    assert_eq!((0..8).map(|i| bits.get(i)).collect::<Vec<_>>(), [0, 0, 1, 0, 0, 0, 0, 0]);
    assert!(fsck(world.db()).await.unwrap().is_clean());
}

#[tokio::test]
async fn an_order_issued_and_corrected_between_two_looks_is_in_the_snapshot() {
    let world = World::lived_in().await;
    let report = fsck(world.db()).await.unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
    // Key event, 300 orders, snapshot, then three times a correction, its order and a snapshot.
    assert_eq!((report.leaves, report.issuers, report.staged), (311, 1, 0));
}

#[tokio::test]
async fn issuers_are_numbered_without_gaps() {
    let world = World::new().await;
    let mut tx = world.db().begin().await.unwrap();
    assert_eq!(world::add_issuer(&mut tx).await, 2);
    tx.rollback().await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    assert_eq!(world::add_issuer(&mut tx).await, 2);
    tx.commit().await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    let newest = log::issuer_of(&mut tx, "376480000A").await.unwrap().unwrap();
    assert_eq!((newest.statement.issuer, newest.entry), (2, None));
    assert!(log::issuer(&mut tx, 3).await.unwrap().is_none());
}

#[tokio::test]
async fn a_key_statement_that_its_key_did_not_sign_is_refused() {
    let world = World::new().await;
    let mut tx = world.db().begin().await.unwrap();
    let new = log::NewIssuer {
        agency: "376480000A".to_owned(),
        card_ca: [1; 32],
        document_certificate: vec![],
        name: String::new(),
        seal_key: [0; 32],
        id: id(77),
    };
    assert!(matches!(log::add_issuer(&mut tx, new, |_| Some([1; 64])).await, Err(Fault::Unstageable(_))));
}

#[tokio::test]
async fn a_leaf_costs_less_than_500_bytes() {
    let world = World::new().await;
    let count = 50_000;
    world.stage(&plain_orders(0, count)).await;
    while world.sequence().await.more {}
    let bytes = world.db().schema_bytes("register").await.unwrap() / i64::try_from(count).unwrap();
    query("VACUUM register.staged").execute(world.db().pool()).await.unwrap();
    let later = world.db().schema_bytes("register").await.unwrap() / i64::try_from(count).unwrap();
    println!("{bytes} bytes a leaf, {later} after the staged rows are cleared");
    assert!(bytes < 500, "{bytes} bytes a leaf");
}
