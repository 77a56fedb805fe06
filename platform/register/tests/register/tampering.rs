//! Whoever writes to the database past the program is found out.

use crate::world::{START, World, order};
use db::AssertSqlSafe;
use kernel::FixedClock;
use register::{Fault, fsck::fsck, sequence::sequence};

/// A statement that alters a sound log, and a part of what must be said about it.
const DEEDS: [(&str, &str); 17] = [
    ("UPDATE register.leaf SET commitment = prev WHERE kind = 2", "the root in the head is not that of the leaves"),
    ("UPDATE register.leaf SET issuer = 2 WHERE idx = 7", "leaf 7: no key event for its issuer"),
    ("UPDATE register.leaf SET time_ms = time_ms - 1 WHERE idx = 8", "leaf 8: its time is before"),
    ("UPDATE register.leaf SET prev = auth WHERE kind = 3", "it does not follow the event before it"),
    ("UPDATE register.leaf SET auth = NULL WHERE idx = 9", "leaf 9: it does not follow"),
    (
        "UPDATE register.leaf SET prev = NULL WHERE kind = 6 AND prev IS NOT NULL",
        "its `prev` is not the snapshot before it",
    ),
    ("UPDATE register.leaf SET kind = 1 WHERE kind = 3", "the status file does not say what the leaves say"),
    ("UPDATE register.leaf SET kind = 0 WHERE idx = 11", "the row of leaf 11 has no known type"),
    ("DELETE FROM register.leaf WHERE idx = 100", "leaf 100 is missing: leaf 101 follows"),
    (
        "DELETE FROM register.leaf WHERE idx = (SELECT max(idx) FROM register.leaf)",
        "the head says 311 leaves, there are 310",
    ),
    (
        "UPDATE register.tile SET hashes = hashes || substr(hashes, 1, 32) WHERE level = 1",
        "tile 0 of level 1 is not that",
    ),
    ("DELETE FROM register.tile WHERE level = 0 AND n = 0", "there are 2 tiles where 3 should be"),
    ("UPDATE register.log SET checkpoint = replace(checkpoint, '311', '310')", "checkpoint: "),
    ("UPDATE register.log SET size = 310", "the head says 310 leaves, there are 311"),
    (
        "UPDATE register.issuer SET statement = replace(statement, '範例', '他')",
        "key statement 1 is not that of leaf 0",
    ),
    ("DELETE FROM register.issuer", "leaf 0: key statement 1 is missing"),
    ("UPDATE register.status SET bits = set_byte(bits, 0, 1)", "the status file is not what its leaf commits to"),
];

const TABLES: [&str; 5] = ["leaf", "tile", "log", "issuer", "status"];

async fn run(world: &World, statement: &str, table: &str) -> u64 {
    let text = statement.replace('$', table);
    db::query(AssertSqlSafe(text)).execute(world.db().pool()).await.unwrap().rows_affected()
}

async fn keep(world: &World) {
    run(world, "CREATE SCHEMA kept", "").await;
    for table in TABLES {
        run(world, "CREATE TABLE kept.$ AS TABLE register.$", table).await;
    }
}

async fn put_back(world: &World) {
    for table in TABLES {
        run(world, "DELETE FROM register.$", table).await;
        run(world, "INSERT INTO register.$ TABLE kept.$", table).await;
    }
}

#[tokio::test]
async fn every_kind_of_tampering_is_found() {
    let world = World::lived_in().await;
    keep(&world).await;
    for (deed, finding) in DEEDS {
        assert!(fsck(world.db()).await.unwrap().is_clean());
        assert!(run(&world, deed, "").await > 0, "{deed}");
        let report = fsck(world.db()).await.unwrap();
        assert!(report.problems.iter().any(|p| p.contains(finding)), "{deed}\n{:#?}", report.problems);
        put_back(&world).await;
    }
}

/// One changed bit, wherever it is, is found before the next checkpoint is signed.
#[tokio::test]
async fn nothing_is_signed_on_top_of_a_changed_bit() {
    let flip = |table: &str, column: &str, place: &str| {
        format!("UPDATE register.{table} SET {column} = set_byte({column}, 9, get_byte({column}, 9) # 1) WHERE {place}")
    };
    let deeds = [
        flip("leaf", "commitment", "idx = 7"),
        flip("leaf", "auth", "idx = 255"),
        flip("leaf", "commitment", "idx = 300"),
        flip("leaf", "prev", "kind = 2"),
        flip("tile", "hashes", "level = 0 AND n = 0"),
        flip("tile", "hashes", "level = 0 AND n = 1"),
        flip("tile", "hashes", "level = 1"),
        flip("status", "bits", "true"),
        flip("log", "root", "true"),
        String::from("UPDATE register.leaf SET time_ms = time_ms + 1 WHERE idx = 12"),
        String::from("UPDATE register.leaf SET issuer = 3 WHERE idx = 310"),
        String::from("UPDATE register.log SET checkpoint = replace(checkpoint, '311', '312')"),
    ];
    let world = World::lived_in().await;
    world.stage(&[order(50_000)]).await;
    keep(&world).await;
    for deed in deeds {
        assert!(run(&world, &deed, "").await > 0, "{deed}");
        let outcome = sequence(world.db(), &FixedClock(START), &world.key, 4096).await;
        assert!(matches!(outcome, Err(Fault::Damaged(_))), "{deed}: {outcome:?}");
        put_back(&world).await;
    }
    assert_eq!(world.sequence().await.to, 312, "nothing was signed, and an unchanged log goes on");
    assert!(fsck(world.db()).await.unwrap().is_clean());
}
