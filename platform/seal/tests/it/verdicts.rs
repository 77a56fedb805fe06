//! Verdicts over the whole world with its log in a folder.

use register::audit::audit;
use seal::check::Check;
use seal::verdict::{LogAtHand, Mark, Outcome, judge};
use tlog::state::State;

use crate::cms::Folder;
use crate::world::World;

#[test]
fn each_order_is_judged_by_what_became_of_it() {
    let world = World::new(1);
    let folder = Folder::new("verdicts");
    world.write_log(folder.path());
    let log = audit(folder.path(), &world.policy()).unwrap();
    let expected = [
        ("valid", 0),
        ("superseded", 3),
        ("revoked", 3),
        ("repealed", 3),
        ("superseded", 3),
        ("valid", 0),
        ("valid", 0),
        ("valid", 0),
        ("valid", 0),
    ];
    for (number, (word, exit)) in expected.into_iter().enumerate() {
        let file = world.bundle(number, world.size()).canonical();
        let verdict = judge(&file, None, LogAtHand::Sound(&log));
        assert_eq!((verdict.word(), verdict.exit_code()), (word, exit), "order {number}");
        assert!(verdict.lines[..6].iter().all(|line| line.mark == Mark::Passed));
        assert_eq!(verdict.lines.len(), 7);
        let json = verdict.to_json();
        assert_eq!(json["verdict"], word);
        assert_eq!(json["as_of"], "2026-03-02T01:00:01Z");
        assert_eq!(json["order"]["fields"].as_array().unwrap().len(), 18);
    }
    let revoked = judge(&world.bundle(2, world.size()).canonical(), None, LogAtHand::Sound(&log));
    assert!(matches!(revoked.outcome, Outcome::Changed { state: State::Revoked, .. }));
    assert_eq!(revoked.events.len(), 2);
    assert_eq!(
        revoked.sentence().zh,
        "確為所載機關核發，但已於中華民國115年3月2日9時0分撤銷或註銷（截至中華民國115年3月2日9時0分）。"
    );
}

#[test]
fn a_bundle_of_an_earlier_day_is_judged_by_the_newer_log() {
    let world = World::new(1);
    let folder = Folder::new("earlier");
    world.write_log(folder.path());
    let log = audit(folder.path(), &world.policy()).unwrap();
    let early = world.bundle(2, 8).canonical();
    assert_eq!(judge(&early, None, LogAtHand::Sound(&log)).exit_code(), 3);
}

#[test]
fn without_key_or_log_nothing_is_decided() {
    let world = World::new(1);
    let file = world.bundle(0, world.size()).canonical();
    let none = judge(&file, None, LogAtHand::None);
    assert_eq!((none.exit_code(), none.lines[5].mark), (2, Mark::Open));
    let keyed = judge(&file, Some(&world.policy()), LogAtHand::None);
    assert_eq!((keyed.exit_code(), keyed.lines[5].mark, keyed.lines[6].mark), (2, Mark::Passed, Mark::Open));
    let folder = Folder::new("unusable");
    let error = audit(folder.path(), &world.policy()).unwrap_err();
    assert_eq!(judge(&file, Some(&world.policy()), LogAtHand::Unusable(&error)).exit_code(), 2);
}

#[test]
fn a_log_that_holds_another_leaf_in_its_place_speaks_against_the_order() {
    let world = World::new(1);
    let mut forged = World::new(1);
    forged.leaves[2].commitment = [9; 32];
    let folder = Folder::new("forged");
    forged.write_log(folder.path());
    let log = audit(folder.path(), &world.policy()).unwrap();
    let verdict = judge(&world.bundle(0, world.size()).canonical(), None, LogAtHand::Sound(&log));
    assert!(matches!(verdict.outcome, Outcome::NotValid(failed) if failed.check == Check::State));
}

#[test]
fn other_files_hold_no_order() {
    for file in [&b""[..], b"%PDF-1.7\nhello", b"PK\x03\x04", b"{}", "中文".as_bytes()] {
        let verdict = judge(file, None, LogAtHand::None);
        assert_eq!(verdict.exit_code(), 2);
        assert!(verdict.order.is_none());
    }
    for damaged in [&b"{\"amends\":null"[..], b"x\"renshi-bundle/1\""] {
        assert_eq!(judge(damaged, None, LogAtHand::None).exit_code(), 1);
    }
}
