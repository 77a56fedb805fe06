//! Each status of C2SP tlog-witness, in its order.

use crate::world::{Folder, Log, NOW, ORIGIN, open, open_at, shown};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{FixedClock, SeededRandom};
use std::sync::Arc;
use time::OffsetDateTime;
use tlog::checkpoint::Checkpoint;
use tlog::cosignature::Algorithm;
use tlog::note::{LogKey, Note, Vkey};
use tlog::policy::Policy;
use witness::{Answer, Logs, Witness};

fn status(answer: &Answer) -> u16 {
    answer.status
}

fn conflict(size: u64) -> Answer {
    Answer { status: 409, content_type: "text/x.tlog.size", body: format!("{size}\n") }
}

#[test]
fn a_log_that_grows_is_cosigned_and_its_newest_checkpoint_shown() {
    let (folder, log) = (Folder::begun(), Log::new());
    let witness = open(&folder);
    assert_eq!(shown(&witness), None);
    for (old, size) in [(0, 0), (0, 1), (1, 5), (5, 5), (5, 256), (256, 300)] {
        let answer = witness.add(&log.body(old, size));
        assert_eq!((answer.status, answer.content_type), (200, "text/plain; charset=utf-8"), "{old} {size} {answer:?}");
        assert!(answer.body.starts_with("— archives.example/w1 ") && answer.body.ends_with('\n'));
        assert_eq!(answer.body.lines().count(), 1);
        assert_eq!(shown(&witness), Some((size, log.root(size))));
        let shown = witness.newest(&crate::world::origin_hash()).unwrap();
        assert_eq!(shown, format!("{}{}", log.note(size), answer.body), "the log's signature and ours");
    }
}

#[test]
fn another_size_than_the_one_cosigned_last_is_told() {
    let (folder, log) = (Folder::begun(), Log::new());
    let witness = open(&folder);
    assert_eq!(witness.add(&log.body(3, 5)), conflict(0));
    assert_eq!(witness.add(&log.body(0, 5)).status, 200);
    assert_eq!(witness.add(&log.body(0, 9)), conflict(5));
    assert_eq!(witness.add(&log.body(4, 9)), conflict(5));
    assert_eq!(witness.add(&log.body(0, 3)), conflict(5), "an older checkpoint");
    assert_eq!(shown(&witness), Some((5, log.root(5))));
}

#[test]
fn a_second_face_is_never_cosigned_and_kept_as_evidence() {
    let (folder, log) = (Folder::begun(), Log::new());
    let witness = open(&folder);
    assert_eq!(witness.add(&log.body(0, 5)).status, 200);
    let fork = Log::fork(3);
    let same_size = witness.add(&fork.body(5, 5));
    assert_eq!(same_size, conflict(5), "another root at this size");
    assert_eq!(witness.add(&fork.body(5, 9)).status, 422);
    assert_eq!(witness.add(&Log::fork(5).body(5, 9)).status, 200, "what differs only later is no second face");
    assert_eq!(witness.add(&log.body(9, 12)).status, 422);
    assert_eq!(shown(&witness).unwrap(), (9, Log::fork(5).root(9)));
    let mut names: Vec<String> = std::fs::read_dir(folder.0.join("evidence"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let kinds: Vec<&str> = names.iter().map(|name| name.rsplit_once('-').unwrap().0).collect();
    assert_eq!(kinds, ["two-roots", "unproved", "unproved"]);
    let kept = std::fs::read_to_string(folder.0.join("evidence").join(&names[0])).unwrap();
    assert!(kept.contains(&fork.note(5)) && kept.contains(&log.note(5)), "both faces, each signed by the log");
}

#[test]
fn a_proof_must_be_there_whole_and_only_where_it_belongs() {
    let (folder, log) = (Folder::begun(), Log::new());
    let witness = open(&folder);
    let mut first = log.ask(0, 5);
    first.proof.push([0; 32]);
    assert_eq!(witness.add(first.to_string().as_bytes()).status, 422, "nothing leads from the empty tree");
    assert_eq!(witness.add(&log.body(0, 5)).status, 200);
    let mut same = log.ask(5, 5);
    same.proof = vec![[0; 32]];
    assert_eq!(witness.add(same.to_string().as_bytes()).status, 422);
    let good = log.ask(5, 9);
    for at in 0..good.proof.len() {
        let mut short = good.clone();
        short.proof.remove(at);
        assert_eq!(witness.add(short.to_string().as_bytes()).status, 422);
        let mut bent = good.clone();
        bent.proof[at][0] ^= 1;
        assert_eq!(witness.add(bent.to_string().as_bytes()).status, 422);
    }
    let mut long = good;
    long.proof.push([0; 32]);
    assert_eq!(witness.add(long.to_string().as_bytes()).status, 422);
    let mut empty = Checkpoint { origin: ORIGIN.into(), size: 0, root: [1; 32] }.sign(&log.key).unwrap();
    empty.insert_str(0, "old 0\n\n");
    let fresh = Folder::begun();
    assert_eq!(open(&fresh).add(empty.as_bytes()).status, 400, "the empty tree has one root");
}

#[test]
fn strangers_are_told_apart() {
    let (folder, log) = (Folder::begun(), Log::new());
    let witness = open(&folder);
    let (good, bad) = (log.ask(0, 5), |note: String| format!("old 0\n\n{note}").into_bytes());
    assert_eq!(status(&witness.add(b"nonsense")), 400);
    assert_eq!(status(&witness.add(&bad("no note".into()))), 400);
    assert_eq!(status(&witness.add(&log.body(9, 9))), 409);
    let above = String::from_utf8(log.body(0, 5)).unwrap().replace("old 0", "old 6");
    assert_eq!(status(&witness.add(above.as_bytes())), 400);
    let other = LogKey::from_seed("other.example/2026", &[7; 32]).unwrap();
    let unknown = Checkpoint { origin: "other.example/2026".into(), size: 5, root: [1; 32] }.sign(&other).unwrap();
    assert_eq!(status(&witness.add(&bad(unknown))), 404);
    let thief = LogKey::from_seed(ORIGIN, &[8; 32]).unwrap();
    let stolen = Checkpoint { origin: ORIGIN.into(), size: 5, root: log.root(5) }.sign(&thief).unwrap();
    assert_eq!(status(&witness.add(&bad(stolen.clone()))), 403, "the name of the log and another key");
    let false_one = good.checkpoint.replace("\n5\n", "\n6\n");
    assert_eq!(status(&witness.add(&bad(false_one))), 403, "the name and number of the key, and a false signature");
    assert_eq!(shown(&witness), None, "none of them left a trace");
    let both = format!("{}{}", good.checkpoint, stolen.rsplit_once("\n\n").unwrap().1);
    let answer = witness.add(&bad(both));
    assert_eq!(status(&answer), 200, "signatures of unknown keys are passed over");
    let kept = witness.newest(&crate::world::origin_hash()).unwrap();
    assert_eq!(kept, format!("{}{}", good.checkpoint, answer.body), "and not passed on");
}

#[test]
fn no_cosignature_bears_an_earlier_time_than_the_one_before() {
    let (folder, log) = (Folder::begun(), Log::new());
    let time = |answer: Answer| {
        assert_eq!(answer.status, 200, "{answer:?}");
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let line = STANDARD.decode(answer.body.trim_end().rsplit_once(' ').unwrap().1).unwrap();
        i64::from_be_bytes(line[4..12].try_into().unwrap())
    };
    assert_eq!(time(open_at(&folder.0, NOW).add(&log.body(0, 1))), NOW);
    assert_eq!(time(open_at(&folder.0, NOW - 200).add(&log.body(1, 2))), NOW, "a clock that was set a little");
    let month = 30 * 24 * 3600;
    assert_eq!(open_at(&folder.0, NOW - month).add(&log.body(2, 3)).status, 503, "a clock that is wrong");
    assert_eq!(shown(&open(&folder)).unwrap().0, 2);
    assert_eq!(time(open_at(&folder.0, NOW + 9).add(&log.body(2, 3))), NOW + 9);
}

#[test]
fn a_witness_with_an_ml_dsa_44_key_signs_with_both_and_remembers_both() {
    let (folder, log) = (Folder::new(), Log::new());
    let vkeys = witness::create(&folder.0, "archives.example/w1", true, &SeededRandom::new(3)).unwrap();
    let keys: Vec<Vkey> = vkeys.iter().map(|vkey| vkey.parse().unwrap()).collect();
    let kinds: Vec<Algorithm> = keys.iter().map(Vkey::algorithm).collect();
    assert_eq!(kinds, [Algorithm::CosignatureV1, Algorithm::MlDsa44]);
    let policy = |keys: &[Vkey]| -> Policy {
        let lines: String = (0..).zip(keys).map(|(n, key)| format!("witness w{n} {key}\n")).collect();
        let names: String = (0..keys.len()).map(|n| format!(" w{n}")).collect();
        format!("log {}\n{lines}group all all{names}\nquorum all\n", log.vkey()).parse().unwrap()
    };
    let mut note = String::new();
    for (second, old, size) in [(NOW, 0, 5), (NOW + 60, 5, 300)] {
        // Begun anew each time: what is on disk is checked under both keys.
        let answer = open_at(&folder.0, second).add(&log.body(old, size));
        assert_eq!((answer.status, answer.body.lines().count()), (200, 2), "{answer:?}");
        note = format!("{}{}", log.note(size), answer.body);
        let judged = policy(&keys).judge(&note).unwrap();
        let at = u64::try_from(second).unwrap();
        assert_eq!((judged.quorum_met, judged.cosigned), (true, vec![("w0".to_owned(), at), ("w1".to_owned(), at)]));
    }
    // The time is signed by both, so that none can be moved.
    let line = Note::parse(&note).unwrap().lines()[2].to_string();
    let mut bytes = STANDARD.decode(line.rsplit_once(' ').unwrap().1).unwrap();
    bytes[11] ^= 1;
    let moved = note.replace(line.rsplit_once(' ').unwrap().1, &STANDARD.encode(bytes));
    assert!(policy(&keys).judge(&moved).is_err());

    // A state that one of the keys did not sign is not to be relied on.
    let state = folder.state();
    let without = Note::parse(&note).unwrap().lines()[2].to_string() + "\\n";
    assert!(state.contains(&without), "{state}");
    std::fs::write(folder.0.join("state.json"), state.replace(&without, "")).unwrap();
    let clock = Arc::new(FixedClock(OffsetDateTime::from_unix_timestamp(NOW).unwrap()));
    assert!(Witness::open(&folder.0, Logs::new([log.vkey()]).unwrap(), clock).is_err());
}
