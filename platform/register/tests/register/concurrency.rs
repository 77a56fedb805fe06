//! Many stagers, two sequencers, transactions that fail: every committed leaf enters once, no other does.

use crate::world::{START, World, plain_orders};
use kernel::FixedClock;
use register::{fsck::fsck, log, sequence::sequence};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Repeatable choices without a random source.
fn choice(seed: u64, of: u64) -> u64 {
    u64::from_be_bytes(*tlog::hash::sha256(&seed.to_be_bytes()).first_chunk().unwrap()) % of
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn never_twice_and_never_lost() {
    let world = Arc::new(World::new().await);
    let over = Arc::new(AtomicBool::new(false));
    let sequencers: Vec<_> = (0..2)
        .map(|_| {
            let (world, over) = (world.clone(), over.clone());
            tokio::spawn(async move {
                let mut busy = 0;
                loop {
                    let last = over.load(Ordering::SeqCst);
                    let done = sequence(world.db(), &FixedClock(START), &world.key, 50).await.unwrap();
                    busy += u64::from(done.busy);
                    if last && !done.busy && done.from == done.to {
                        return busy;
                    }
                }
            })
        })
        .collect();
    let stagers: Vec<_> = (0..8_u64)
        .map(|stager| {
            let world = world.clone();
            tokio::spawn(async move {
                let mut kept = Vec::new();
                for round in 0..30_u64 {
                    let number = (stager * 30 + round) * 100;
                    let leaves = plain_orders(number, number + 1 + choice(number, 40));
                    let mut tx = world.db().begin().await.unwrap();
                    log::stage(&mut tx, &leaves).await.unwrap();
                    // Some linger before they end, so that later numbers become visible before earlier ones.
                    tokio::time::sleep(std::time::Duration::from_millis(choice(number + 1, 12))).await;
                    if choice(number + 2, 3) == 0 {
                        tx.rollback().await.unwrap();
                    } else {
                        tx.commit().await.unwrap();
                        kept.extend(leaves.iter().map(|leaf| leaf.id));
                    }
                }
                kept
            })
        })
        .collect();
    let mut kept = Vec::new();
    for stager in stagers {
        kept.extend(stager.await.unwrap());
    }
    over.store(true, Ordering::SeqCst);
    for sequencer in sequencers {
        sequencer.await.unwrap();
    }
    let report = fsck(world.db()).await.unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
    // The key event and the first snapshot besides.
    assert_eq!((report.leaves, report.staged), (kept.len() as u64 + 2, 0));
    let mut tx = world.db().begin().await.unwrap();
    assert!(log::locate(&mut tx, &kept).await.unwrap().iter().all(Option::is_some));
}

#[tokio::test]
async fn while_one_works_the_other_is_told() {
    let world = World::new().await;
    let mut holder = world.db().begin().await.unwrap();
    db::query("SELECT 1 FROM register.log FOR UPDATE").execute(&mut *holder).await.unwrap();
    let told = world.sequence().await;
    assert!(told.busy && told.from == told.to);
    holder.rollback().await.unwrap();
    assert!(!world.sequence().await.busy);
}

#[tokio::test]
async fn a_pass_that_is_cut_off_leaves_nothing_behind() {
    let world = World::new().await;
    world.stage(&plain_orders(0, 300)).await;
    // The last statement of the pass fails, as if the program died before the commit.
    db::query("ALTER TABLE register.log ADD CONSTRAINT stop CHECK (size = 0)")
        .execute(world.db().pool())
        .await
        .unwrap();
    assert!(sequence(world.db(), &FixedClock(START), &world.key, 4096).await.is_err());
    let report = fsck(world.db()).await.unwrap();
    assert!(report.is_clean());
    assert_eq!((report.leaves, report.staged), (0, 301));
    db::query("ALTER TABLE register.log DROP CONSTRAINT stop").execute(world.db().pool()).await.unwrap();
    assert_eq!(world.sequence().await.to, 302);
    assert!(fsck(world.db()).await.unwrap().is_clean());
}
