//! Tiles that are kept in memory: proofs come from them, and whatever looks for damage does not.
//!
//! The tests of one program share that memory: each of them makes leaves that no other has.

use crate::world::{Folder, START, World, id, order};
use db::{AssertSqlSafe, Db};
use kernel::FixedClock;
use register::{
    Fault,
    audit::{audit, policy_of},
    fsck::fsck,
    log::{self, Head, Tree},
    rebuild::rebuild,
    sequence::sequence,
    serve::export,
    shard::{close, open_next},
};
use std::ops::Range;
use tlog::{note::LogKey, tree::verify_inclusion};

impl World {
    async fn with(orders: Range<u64>) -> Self {
        let world = Self::new().await;
        world.add(orders).await;
        world
    }

    async fn add(&self, orders: Range<u64>) {
        self.stage(&orders.map(order).collect::<Vec<_>>()).await;
        self.sequence().await;
    }

    async fn change(&self, statement: &str) {
        let done = db::query(AssertSqlSafe(statement)).execute(self.db().pool()).await.unwrap();
        assert!(done.rows_affected() > 0, "{statement}");
    }
}

async fn head(db: &Db) -> Head {
    log::head(&mut db.begin().await.unwrap()).await.unwrap()
}

/// Proves these orders one by one; how many of them are in the tree.
async fn prove(db: &Db, tree: &Tree, orders: Range<u64>) -> Result<usize, Fault> {
    let mut tx = db.begin().await.unwrap();
    let ids: Vec<_> = orders.map(id).collect();
    let located = log::locate(&mut tx, &ids).await.unwrap();
    let mut proved = 0;
    for entry in located.into_iter().flatten().filter(|entry| entry.shard == tree.shard && entry.index < tree.size) {
        let path = log::inclusion(&mut tx, tree, entry.index).await?;
        assert!(verify_inclusion(&entry.leaf.hash(), entry.index, tree.size, &path, &tree.root), "{}", entry.index);
        proved += 1;
    }
    Ok(proved)
}

#[tokio::test]
async fn a_proof_asks_the_database_once() {
    let world = World::with(10_000..10_700).await;
    let old = head(world.db()).await.tree();
    world.add(10_700..10_900).await;
    let new = head(world.db()).await.tree();
    assert_eq!(prove(world.db(), &old, 10_000..10_900).await.unwrap(), 700);
    assert_eq!(prove(world.db(), &new, 10_000..10_900).await.unwrap(), 900);
    world.change("DELETE FROM register.tile").await;
    assert_eq!(prove(world.db(), &old, 10_000..10_900).await.unwrap(), 700);
    assert_eq!(prove(world.db(), &new, 10_000..10_900).await.unwrap(), 900);
    // What is not kept is missed: nothing is made up.
    let smaller = Tree { size: 400, ..old };
    assert!(matches!(prove(world.db(), &smaller, 10_000..10_100).await, Err(Fault::Damaged(_))));
}

#[tokio::test]
async fn what_looks_for_damage_reads_the_rows() {
    let world = World::with(20_000..20_700).await;
    let tree = head(world.db()).await.tree();
    assert_eq!(prove(world.db(), &tree, 20_000..20_700).await.unwrap(), 700);
    world.stage(&[order(20_700)]).await;
    world
        .change(
            "UPDATE register.tile SET hashes = set_byte(hashes, 9, get_byte(hashes, 9) # 1) WHERE level = 0 AND n = 0",
        )
        .await;
    assert_eq!(prove(world.db(), &tree, 20_000..20_700).await.unwrap(), 700);
    let signed = sequence(world.db(), &FixedClock(START), &world.key, 9).await;
    assert!(matches!(signed, Err(Fault::Damaged(_))), "{signed:?}");
    assert!(!fsck(world.db()).await.unwrap().is_clean());
}

/// A row that is not what the tree says is told when it is read first, and not kept.
#[tokio::test]
async fn a_damaged_tile_is_never_kept() {
    let world = World::with(30_000..30_700).await;
    let tree = head(world.db()).await.tree();
    let flip = |level: u8, n: u8| {
        format!(
            "UPDATE register.tile SET hashes = set_byte(hashes, 9, get_byte(hashes, 9) # 1) WHERE level = {level} AND n = {n}"
        )
    };
    for deed in [flip(1, 0), flip(0, 2), flip(0, 1)] {
        world.change(&deed).await;
        assert!(matches!(prove(world.db(), &tree, 30_256..30_600).await, Err(Fault::Damaged(_))), "{deed}");
        world.change(&deed).await;
    }
    assert_eq!(prove(world.db(), &tree, 30_000..30_700).await.unwrap(), 700);
}

/// Another database under the same name, at the same places: a fork, and one that is brought up to the true log.
#[tokio::test]
async fn a_log_that_was_rebuilt_is_proved_by_its_own_tiles() {
    let lost = World::with(40_000..40_300).await;
    lost.add(40_300..40_700).await;
    let fork = World::with(40_000..40_300).await;
    fork.add(41_000..41_400).await;
    let behind = World::with(40_000..40_300).await;
    for (world, orders) in [(&lost, 700), (&fork, 300), (&behind, 300)] {
        let tree = head(world.db()).await.tree();
        assert_eq!(prove(world.db(), &tree, 40_000..40_700).await.unwrap(), orders);
    }
    let tree = head(fork.db()).await.tree();
    assert_eq!(prove(fork.db(), &tree, 41_000..41_400).await.unwrap(), 400);

    let folder = Folder::new("kept-rebuilt");
    export(lost.db(), &folder.0).await.unwrap();
    let copy = audit(&folder.0, &policy_of(&folder.0).unwrap()).unwrap();
    rebuild(behind.db(), &[&behind.key], &copy).await.unwrap();
    let tree = head(behind.db()).await.tree();
    assert_eq!(tree, head(lost.db()).await.tree());
    assert_eq!(prove(behind.db(), &tree, 40_000..40_700).await.unwrap(), 700);
    behind.add(42_000..42_300).await;
    let tree = head(behind.db()).await.tree();
    assert_eq!(prove(behind.db(), &tree, 40_000..42_300).await.unwrap(), 1000);
}

#[tokio::test]
async fn each_shard_is_proved_by_its_own_tiles() {
    let mut world = World::with(50_000..50_600).await;
    let next = LogKey::from_seed("orders.example/2027", &[8; 32]).unwrap();
    let clock = FixedClock(START);
    assert!(close(world.db(), &clock, &world.key, &next, 4096).await.unwrap().closed);
    assert!(open_next(world.db(), &clock, &next).await.unwrap());
    world.key = next;
    world.add(51_000..51_600).await;
    let heads = log::heads(&mut world.db().begin().await.unwrap()).await.unwrap();
    for _ in 0..2 {
        for head in &heads {
            assert_eq!(prove(world.db(), &head.tree(), 50_000..51_600).await.unwrap(), 600);
        }
    }
    // A root of one shard is none of the other.
    let crossed = Tree { root: heads[0].checkpoint.root, ..heads[1].tree() };
    assert!(matches!(prove(world.db(), &crossed, 51_000..51_600).await, Err(Fault::Damaged(_))));
}
