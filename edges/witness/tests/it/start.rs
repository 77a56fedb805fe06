//! A witness that does not know for certain what it cosigned does not start.

use crate::world::{Folder, Log, NOW, open, open_at};
use kernel::{FixedClock, SeededRandom};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use time::OffsetDateTime;
use witness::{Logs, Witness};

fn refused(folder: &Path) -> String {
    let clock = Arc::new(FixedClock(OffsetDateTime::from_unix_timestamp(NOW).unwrap()));
    match Witness::open(folder, Logs::new([Log::new().vkey()]).unwrap(), clock) {
        Ok(_) => panic!("it started"),
        Err(fault) => fault.to_string(),
    }
}

fn lived_in() -> Folder {
    let folder = Folder::begun();
    assert_eq!(open(&folder).add(&Log::new().body(0, 5)).status, 200);
    folder
}

#[test]
fn the_key_is_made_once_and_read_by_its_owner_only() {
    let folder = lived_in();
    let again = witness::create(&folder.0, "other.example", false, &SeededRandom::new(4)).unwrap_err();
    assert!(again.to_string().contains("never written over"), "{again}");
    let key = folder.0.join("key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(refused(&folder.0).contains("read by others"));
    std::fs::remove_file(&key).unwrap();
    assert!(refused(&folder.0).contains("--new-key"));
    let bad = Folder::new();
    assert!(witness::create(&bad.0, "with space", false, &SeededRandom::new(4)).is_err());
    assert!(!bad.0.join("key").exists());
}

#[test]
fn a_state_that_is_lost_damaged_or_anothers_is_not_begun_anew() {
    let folder = lived_in();
    let good = folder.state();
    let path = folder.0.join("state.json");
    let note = &Log::new().note(5);
    let cases = [
        ("nothing", String::new()),
        ("cut off", good[..good.len() / 2].to_owned()),
        ("another size", good.replace("\\n5\\n", "\\n4\\n")),
        ("no cosignature", {
            let start = good.find("— archives").unwrap();
            let end = start + good[start..].find("\\n").unwrap() + 2;
            format!("{}{}", &good[..start], &good[end..])
        }),
        ("another witness", good.replace("archives.example/w1+", "archives.example/w2+")),
        ("another log", good.replace("\"orders.example/2026\"", "\"orders.example/2027\"")),
        ("another format", good.replace("renshi-witness/1", "renshi-witness/2")),
        (
            "not cosigned",
            good.replace(
                &good[good.find("orders.example/2026\\n").unwrap()..good.rfind("\\n\"").unwrap() + 2],
                &note.replace('\n', "\\n"),
            ),
        ),
    ];
    for (what, text) in cases {
        assert_ne!(text, good, "{what}");
        std::fs::write(&path, text).unwrap();
        assert!(refused(&folder.0).contains("must not go on"), "{what}: {}", refused(&folder.0));
    }
    std::fs::remove_file(&path).unwrap();
    assert!(refused(&folder.0).contains("is not there"));
    std::fs::write(&path, good).unwrap();
    assert_eq!(open(&folder).add(&Log::new().body(5, 9)).status, 200);
}

#[test]
fn one_folder_has_one_witness() {
    let folder = lived_in();
    let first = open(&folder);
    assert!(refused(&folder.0).contains("another witness is at work"));
    drop(first);
    drop(open_at(&folder.0, NOW));
}

#[test]
fn a_log_that_is_no_longer_configured_is_still_remembered() {
    let folder = lived_in();
    let other = tlog::note::LogKey::from_seed("other.example/2026", &[9; 32]).unwrap();
    let clock = Arc::new(FixedClock(OffsetDateTime::from_unix_timestamp(NOW).unwrap()));
    let witness = Witness::open(&folder.0, Logs::new([other.vkey().clone()]).unwrap(), clock).unwrap();
    assert_eq!(witness.add(&Log::new().body(5, 9)).status, 404);
    drop(witness);
    assert_eq!(open(&folder).add(&Log::fork(1).body(5, 9)).status, 422);
}

#[test]
fn a_key_in_a_token_cosigns_when_the_token_is_there() {
    testkit::SoftHsm::with("start::a_key_in_a_token_cosigns_when_the_token_is_there", |hsm| {
        hsm.token("witness", "123456");
        let folder = Folder::new();
        let pin = hsm.folder.join("pin");
        std::fs::write(&pin, "123456\n").unwrap();
        std::fs::set_permissions(&pin, std::fs::Permissions::from_mode(0o600)).unwrap();
        let module = hsm.module().display();
        let address = format!("pkcs11:token=witness;id=%01?module-path={module}&pin-source=file:{}", pin.display());
        let vkeys = witness::create_in_token(&folder.0, "witness.example", address.parse().unwrap()).unwrap();
        let again = witness::create_in_token(&folder.0, "witness.example", address.parse().unwrap()).unwrap_err();
        assert!(again.to_string().contains("never written over"), "{again}");
        let key = std::fs::read_to_string(folder.0.join("key")).unwrap();
        assert!(key.contains("\ned25519 pkcs11:token=witness;id=%01?"), "{key}");

        let (log, witness) = (Log::new(), open(&folder));
        assert_eq!(witness.vkeys(), vkeys);
        let cosigned = witness.add(&log.body(0, 5));
        assert_eq!(cosigned.status, 200);
        let (here, away) = (hsm.folder.join("tokens"), hsm.folder.join("taken-out"));
        std::fs::rename(&here, &away).unwrap();
        assert_eq!(witness.add(&log.body(5, 9)).status, 503);
        drop(witness);
        assert!(refused(&folder.0).contains("the token with the key of this witness"));
        std::fs::rename(&away, &here).unwrap();
        let witness = open(&folder);
        assert_eq!(witness.vkeys(), vkeys);
        assert_eq!(witness.add(&log.body(5, 9)).status, 200, "what it had cosigned is as it was");
    });
}
