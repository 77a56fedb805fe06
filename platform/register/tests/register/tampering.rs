//! Whoever writes to the database past the program is found out.

use crate::world::World;
use db::AssertSqlSafe;
use register::fsck::fsck;

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

async fn run(world: &World, statement: &'static str, table: &str) -> u64 {
    let text = statement.replace('$', table);
    db::query(AssertSqlSafe(text)).execute(world.db().pool()).await.unwrap().rows_affected()
}

#[tokio::test]
async fn every_kind_of_tampering_is_found() {
    let world = World::lived_in().await;
    run(&world, "CREATE SCHEMA kept", "").await;
    for table in TABLES {
        run(&world, "CREATE TABLE kept.$ AS TABLE register.$", table).await;
    }
    for (deed, finding) in DEEDS {
        assert!(fsck(world.db()).await.unwrap().is_clean());
        assert!(run(&world, deed, "").await > 0, "{deed}");
        let report = fsck(world.db()).await.unwrap();
        assert!(report.problems.iter().any(|p| p.contains(finding)), "{deed}\n{:#?}", report.problems);
        for table in TABLES {
            run(&world, "DELETE FROM register.$", table).await;
            run(&world, "INSERT INTO register.$ TABLE kept.$", table).await;
        }
    }
}
