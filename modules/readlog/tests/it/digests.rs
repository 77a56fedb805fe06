//! Closing days, proving entries, and finding out whoever writes past the program.

use crate::world::World;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use db::AssertSqlSafe;
use kernel::{FixedClock, PersonId};
use readlog::{Error, Proof, ReadId, check, close_days, proof_of};
use register::log;
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::datetime;
use tlog::hash::{Hash, sha256};
use tlog::leaf::Leaf;
use tlog::note::LogKey;
use tlog::tree::{data_hash, verify_inclusion};

/// Ten in the morning in Taipei.
const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);
const TOMORROW: OffsetDateTime = datetime!(2026-11-24 02:00 UTC);

impl World {
    async fn with_log() -> (Self, LogKey) {
        let world = Self::new().await;
        let key = LogKey::from_seed("orders.test/2026", &[7; 32]).unwrap();
        let mut tx = world.db().begin().await.unwrap();
        log::create(&mut tx, &key).await.unwrap();
        tx.commit().await.unwrap();
        (world, key)
    }

    /// Two days with 300 and 2 entries, closed and in the register.
    async fn closed() -> (Self, LogKey) {
        let (world, key) = Self::with_log().await;
        for person in 1..=300 {
            world.look(NOW, &[person, 1_000, 2_000 + person]).await.unwrap();
        }
        for _ in 0..2 {
            world.look(TOMORROW, &[1_000]).await.unwrap();
        }
        let later = TOMORROW + time::Duration::DAY;
        assert_eq!(close_days(world.db(), later).await.unwrap(), 2);
        world.sequence(&key, later).await;
        (world, key)
    }

    async fn sequence(&self, key: &LogKey, at: OffsetDateTime) {
        register::sequence::sequence(self.db(), &FixedClock(at), key, 4096).await.unwrap();
    }

    async fn alter(&self, statement: &str) {
        let text = format!(
            "ALTER TABLE readlog.entry DISABLE TRIGGER ALL; ALTER TABLE readlog.tile DISABLE TRIGGER ALL; \
             ALTER TABLE readlog.day DISABLE TRIGGER ALL; {statement}"
        );
        db::raw_sql(AssertSqlSafe(text)).execute(self.db().pool()).await.unwrap();
    }
}

#[tokio::test]
async fn a_day_is_closed_once_it_is_over_and_once_only() {
    let (world, key) = World::with_log().await;
    assert_eq!(close_days(world.db(), NOW).await.unwrap(), 0, "nobody looked");
    world.look(NOW, &[1]).await.unwrap();
    assert_eq!(close_days(world.db(), NOW).await.unwrap(), 0, "the day is not over");
    let midnight = datetime!(2026-11-23 16:00 UTC);
    assert_eq!(close_days(world.db(), midnight + time::Duration::minutes(9)).await.unwrap(), 0, "clocks differ");
    let after = midnight + time::Duration::minutes(10);
    let both = tokio::join!(close_days(world.db(), after), close_days(world.db(), after));
    assert_eq!(both.0.unwrap() + both.1.unwrap(), 1, "one of two instances closes the day");
    assert_eq!(close_days(world.db(), after).await.unwrap(), 0);
    world.sequence(&key, after).await;
    let digests = log::digests(&mut world.db().begin().await.unwrap()).await.unwrap();
    assert_eq!(digests.len(), 1);
    let late = world.look(NOW, &[1]).await;
    assert!(matches!(late, Err(Error::Closed(_))), "nothing enters a closed day: {late:?}");
    world.look(after, &[1]).await.unwrap();
}

#[tokio::test]
async fn looks_under_way_while_the_day_is_fenced_are_in_it_or_refused() {
    let (world, _) = World::with_log().await;
    world.look(NOW, &[1]).await.unwrap();
    let looks = async {
        let mut written = 1;
        for _ in 0..50 {
            match world.look(NOW, &[1]).await {
                Ok(_) => written += 1,
                Err(Error::Closed(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        written
    };
    let (written, closed) = tokio::join!(looks, close_days(world.db(), TOMORROW));
    assert_eq!(closed.unwrap(), 1);
    let checked = check(world.db()).await.unwrap();
    assert_eq!((checked.entries, checked.problems), (written, vec![]));
}

#[tokio::test]
async fn a_sound_log_has_no_problems() {
    let (world, _) = World::closed().await;
    let checked = check(world.db()).await.unwrap();
    assert_eq!((checked.days, checked.entries, checked.problems), (2, 302, Vec::<String>::new()));
    let report = register::fsck::fsck(world.db()).await.unwrap();
    assert_eq!(report.problems, Vec::<String>::new());
}

#[tokio::test]
async fn whatever_a_superuser_does_to_a_closed_day_is_found() {
    let deeds = [
        ("UPDATE readlog.entry SET purpose_words = 'x' WHERE no = 5", "2026-11-23: entry 5 was altered"),
        ("UPDATE readlog.entry SET reader = 8 WHERE no IN (260, 261)", "2026-11-23: entry 260 was altered"),
        ("UPDATE readlog.entry SET subjects = '{3, 1000, 2005}' WHERE no = 5", "2026-11-23: entry 5 was altered"),
        ("DELETE FROM readlog.entry WHERE no = 7", "2026-11-23: entry 7 was removed"),
        ("DELETE FROM readlog.entry WHERE no = 300", "2026-11-23: entry 300 was removed"),
        ("UPDATE readlog.entry SET read_on = '2026-11-24' WHERE no = 9", "2026-11-23: entry 9 was removed"),
        (
            "INSERT INTO readlog.entry (no, at, read_on, reader_kind, via_kind, secret, reader_name, role, role_name, agency_name, \
             purpose, purpose_words, via, request, fields, subjects) OVERRIDING SYSTEM VALUE SELECT 999, at, read_on, reader_kind, \
             via_kind, secret, reader_name, role, role_name, agency_name, purpose, purpose_words, via, request, fields, subjects \
             FROM readlog.entry WHERE no = 1",
            "2026-11-23: entry 999 was added",
        ),
        (
            "DELETE FROM readlog.tile WHERE read_on = '2026-11-24'; DELETE FROM readlog.entry WHERE read_on = '2026-11-24'; \
             DELETE FROM readlog.day WHERE read_on = '2026-11-24'",
            "is the digest of no day on file",
        ),
        (
            "UPDATE readlog.tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)",
            "the kept hashes are not those",
        ),
        (
            "UPDATE readlog.day SET root = set_byte(root, 0, get_byte(root, 0) # 1)",
            "the register does not hold its digest",
        ),
        (
            "UPDATE readlog.entry SET read_on = '2026-11-20' WHERE no = 9",
            "2026-11-20: entries on a day that was never closed",
        ),
        (
            "ALTER TABLE readlog.entry DROP CONSTRAINT entry_reader_kind_check; UPDATE readlog.entry SET reader_kind = 9 WHERE no = 3",
            "2026-11-23: entry 3 cannot be read",
        ),
    ];
    let (world, _) = World::closed().await;
    world.alter("CREATE SCHEMA kept").await;
    for table in ["entry", "day", "tile"] {
        world.alter(&format!("CREATE TABLE kept.{table} AS TABLE readlog.{table}")).await;
    }
    for (deed, finding) in deeds {
        assert_eq!(check(world.db()).await.unwrap().problems, Vec::<String>::new());
        world.alter(deed).await;
        let problems = check(world.db()).await.unwrap().problems;
        assert!(problems.iter().any(|problem| problem.contains(finding)), "{deed}\n{problems:#?}");
        world
            .alter(
                "DELETE FROM readlog.tile; DELETE FROM readlog.day; DELETE FROM readlog.entry; \
                 INSERT INTO readlog.entry OVERRIDING SYSTEM VALUE TABLE kept.entry; \
                 INSERT INTO readlog.day TABLE kept.day; INSERT INTO readlog.tile TABLE kept.tile",
            )
            .await;
    }
}

fn path(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(|step| bytes(step).try_into().unwrap()).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_person_can_prove_an_entry_and_learns_of_no_other() {
    let (world, _) = World::closed().await;
    let id = ReadId(42);
    let Some(Proof::Ready(text)) = proof_of(world.db(), PersonId(1_000), id).await.unwrap() else { panic!("no proof") };
    let proof: Value = serde_json::from_str(&text).unwrap();
    let entry: Value = serde_json::from_str(proof["entry"].as_str().unwrap()).unwrap();
    let day: Value = serde_json::from_str(proof["day"].as_str().unwrap()).unwrap();
    let root = |value: &Value| -> Hash { bytes(value).try_into().unwrap() };
    // The person is a subject of the entry.
    let mine = data_hash(&[bytes(&proof["person_salt"]), 1_000_i64.to_be_bytes().to_vec()].concat());
    let at = proof["person_index"].as_u64().unwrap();
    assert!(verify_inclusion(&mine, at, 3, &path(&proof["person_path"]), &root(&entry["subjects_root"])));
    // The entry is under the day's root.
    let leaf = data_hash(proof["entry"].as_str().unwrap().as_bytes());
    let at = proof["index"].as_u64().unwrap();
    assert!(verify_inclusion(&leaf, at, 300, &path(&proof["path"]), &root(&day["root"])));
    assert_eq!((at, &day["count"], &day["day"]), (41, &300.into(), &"2026-11-23".into()));
    // The day is in the register.
    let leaf = Leaf::decode(&bytes(&proof["leaf"])).unwrap();
    assert_eq!(leaf.commitment, sha256(proof["day"].as_str().unwrap().as_bytes()));
    let head = log::head(&mut world.db().begin().await.unwrap()).await.unwrap().checkpoint;
    let at = proof["leaf_index"].as_u64().unwrap();
    assert!(verify_inclusion(&leaf.hash(), at, head.size, &path(&proof["inclusion"]), &head.root));
    let folder = std::env::temp_dir().join(format!("renshi-read-proof-{}", std::process::id()));
    register::serve::export(world.db(), &folder).await.unwrap();
    let verify = |text: &str| {
        let (file, script) =
            (folder.join("proof.json"), concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/third-verifier/verify.py"));
        std::fs::write(&file, text).unwrap();
        let done = std::process::Command::new("python3")
            .args(["-B", script, "read"])
            .arg(&file)
            .arg("--log")
            .arg(&folder)
            .output();
        let done = done.expect("python3 is installed");
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr),
        )
    };
    let (code, said) = verify(&text);
    assert_eq!(code, Some(0), "another language agrees: {said}");
    for (was, is) in [
        ("辦理獎懲案件", "辦理其他案件"),
        ("\"person\":1000", "\"person\":1001"),
        ("\\\"count\\\":300", "\\\"count\\\":301"),
    ] {
        assert!(text.contains(was), "{was} in {text}");
        let (code, said) = verify(&text.replace(was, is));
        assert_eq!(code, Some(1), "{was}: {said}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(!text.contains("2042") && !text.contains("小明"), "{text}");
}

#[tokio::test]
async fn there_is_no_proof_of_others_entries_or_before_the_day_is_closed() {
    let (world, key) = World::with_log().await;
    let id = world.look(NOW, &[1]).await.unwrap().unwrap();
    assert_eq!(proof_of(world.db(), PersonId(2), id).await.unwrap(), None);
    assert_eq!(proof_of(world.db(), PersonId(1), ReadId(99)).await.unwrap(), None);
    assert_eq!(proof_of(world.db(), PersonId(1), id).await.unwrap(), Some(Proof::NotYet));
    close_days(world.db(), TOMORROW).await.unwrap();
    assert_eq!(proof_of(world.db(), PersonId(1), id).await.unwrap(), Some(Proof::NotYet), "the leaf is on its way");
    world.sequence(&key, TOMORROW).await;
    assert!(matches!(proof_of(world.db(), PersonId(1), id).await.unwrap(), Some(Proof::Ready(_))));
    assert_eq!(proof_of(world.db(), PersonId(2), id).await.unwrap(), None);
}
