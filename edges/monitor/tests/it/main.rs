//! A monitor beside a log that behaves, and beside logs that do not. Whatever evidence it keeps is confirmed by the kept program in
//! another language.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod keys;
mod silence;
mod world;

use monitor::{MonitorError, Source, evidence::Evidence, mirror::Mirror, orders::Own, round};
use register::serve::export;
use std::{fs, path::Path, process::Command};
use tlog::{
    checkpoint::Checkpoint,
    cosignature::{Algorithm, Cosigner},
    hash::sha256,
    leaf::{Kind, Leaf},
    note::Note,
    policy::Policy,
    tile::{Edge, bundle_entries, split_entries},
};
use world::{AGENCY, Folder, World, id};

fn source(folder: &Path) -> Source {
    Source::open(folder.to_str().unwrap()).unwrap()
}

fn policy(world: &World) -> Policy {
    Policy::of(world.key.vkey().clone())
}

/// What the program in another language says of a piece of evidence.
fn third_verifier(world: &World, evidence: &Evidence, folder: &Path) -> (bool, String) {
    let file = folder.join(evidence.file_name());
    let trusted = folder.join("trusted-policy.txt");
    fs::write(&file, evidence.to_json()).unwrap();
    fs::write(&trusted, policy(world).to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/third-verifier/verify.py");
    let outcome =
        Command::new("python3").arg(script).arg("evidence").arg(&file).arg("--policy").arg(&trusted).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr));
    (outcome.status.success(), said)
}

#[tokio::test]
async fn a_log_that_behaves_is_followed_and_copied() {
    let world = World::of(300).await;
    let (served, copy) = (Folder::new("behaves"), Folder::new("behaves-copy"));
    export(world.db(), &served.0).await.unwrap();
    let mirror = Mirror::open(&copy.0).unwrap();
    let seen = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    assert_eq!((seen.from, seen.to, seen.older), (0, world.size().await, None));
    assert!(seen.evidence.is_empty() && seen.findings.is_empty(), "{seen:?}");

    world.issue(300..700).await;
    world.correct(5, Kind::Revoke).await;
    export(world.db(), &served.0).await.unwrap();
    let grown = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    assert_eq!((grown.from, grown.to), (seen.to, world.size().await));
    assert!(grown.evidence.is_empty() && grown.findings.is_empty(), "{grown:?}");
    register::audit::audit(&copy.0, &policy(&world)).unwrap();
}

#[tokio::test]
async fn a_fork_leaves_evidence_that_another_program_confirms() {
    // Sizes on and off powers of two, and the same size.
    for (seen, forked) in [(256_u64, 300_u64), (300, 513), (301, 301)] {
        let (world, other) = (World::of(0).await, World::of(0).await);
        let begun = world.size().await;
        world.issue(0..seen - begun).await;
        other.issue(5000..5000 + forked - begun).await;
        let (served, copy) = (Folder::new("fork"), Folder::new("fork-copy"));
        export(world.db(), &served.0).await.unwrap();
        let mirror = Mirror::open(&copy.0).unwrap();
        round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
        let before = fs::read(copy.0.join("checkpoint")).unwrap();

        let false_log = Folder::new("fork-false");
        export(other.db(), &false_log.0).await.unwrap();
        let caught = round(&source(&false_log.0), &mirror, &policy(&world), None).await.unwrap();
        let [evidence @ Evidence::Fork(_)] = caught.evidence.as_slice() else { panic!("{caught:?}") };
        let (confirmed, said) = third_verifier(&world, evidence, &copy.0);
        assert!(confirmed, "{said}");
        assert_eq!(fs::read(copy.0.join("checkpoint")).unwrap(), before, "the copy stays with what it has seen");

        // Also where the false log is the smaller one.
        let (large, small) = (Folder::new("fork-large"), Folder::new("fork-small"));
        if forked > seen {
            let mirror = Mirror::open(&large.0).unwrap();
            round(&source(&false_log.0), &mirror, &policy(&world), None).await.unwrap();
            let caught = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
            assert_eq!(caught.evidence.len(), 1, "{caught:?}");
            assert!(third_verifier(&world, &caught.evidence[0], &small.0).0);
        }
    }
}

#[tokio::test]
async fn an_honest_pair_of_checkpoints_is_no_evidence() {
    let world = World::of(100).await;
    let (old, new, copy) = (Folder::new("honest-old"), Folder::new("honest-new"), Folder::new("honest-copy"));
    export(world.db(), &old.0).await.unwrap();
    world.issue(100..500).await;
    export(world.db(), &new.0).await.unwrap();
    let mirror = Mirror::open(&copy.0).unwrap();
    round(&source(&new.0), &mirror, &policy(&world), None).await.unwrap();
    let late = round(&source(&old.0), &mirror, &policy(&world), None).await.unwrap();
    assert!(late.older.is_some() && late.evidence.is_empty(), "{late:?}");

    // And the other program does not take an honest pair for a fork.
    let notes = [&old, &new].map(|folder| fs::read_to_string(folder.0.join("checkpoint")).unwrap());
    let claim = serde_json::json!({ "format": "renshi-evidence/1", "kind": "fork", "checkpoints": notes,
        "root": null, "consistency": [] });
    let (file, trusted) = (copy.0.join("claim.json"), copy.0.join("policy.txt"));
    fs::write(&file, serde_json_canonicalizer::to_string(&claim).unwrap()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/third-verifier/verify.py");
    let outcome =
        Command::new("python3").arg(script).arg("evidence").arg(&file).arg("--policy").arg(&trusted).output().unwrap();
    assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
}

#[tokio::test]
async fn what_no_witness_signed_is_not_taken_over_and_is_a_fork_all_the_same() {
    let (world, other) = (World::of(20).await, World::of(0).await);
    other.issue(900..950).await;
    let witness = Cosigner::from_seed("witness.example", Algorithm::CosignatureV1, &[3; 32]).unwrap();
    let text = format!("log {}\nwitness archives {}\nquorum archives\n", world.key.vkey(), witness.vkey());
    let policy: Policy = text.parse().unwrap();
    let (served, copy) = (Folder::new("witnessed"), Folder::new("witnessed-copy"));
    export(world.db(), &served.0).await.unwrap();
    let mirror = Mirror::open(&copy.0).unwrap();
    let refused = round(&source(&served.0), &mirror, &policy, None).await;
    assert!(matches!(&refused, Err(MonitorError::Unbelieved(why)) if why.contains("0 of 1")), "{refused:?}");

    let note = fs::read_to_string(served.0.join("checkpoint")).unwrap();
    let mut note: Note = Note::parse(&note).unwrap();
    note.add(witness.sign(note.text_unverified(), 1_780_000_000).unwrap()).unwrap();
    fs::write(served.0.join("checkpoint"), note.to_string()).unwrap();
    let seen = round(&source(&served.0), &mirror, &policy, None).await.unwrap();
    assert_eq!((seen.witnesses, seen.to), ((1, 1), world.size().await));

    let false_log = Folder::new("witnessed-false");
    export(other.db(), &false_log.0).await.unwrap();
    let caught = round(&source(&false_log.0), &mirror, &policy, None).await.unwrap();
    assert!(matches!(caught.evidence.as_slice(), [Evidence::Fork(_)]), "{caught:?}");
}

/// Serves the log with a snapshot that says every order is valid: the operator signs it all, and hides a revocation.
fn withhold(world: &World, folder: &Path) {
    let bundle = fs::read_dir(folder.join("tile/entries/000.p")).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(&bundle).unwrap();
    let mut leaves: Vec<Leaf> = split_entries(&bytes).unwrap().into_iter().map(|l| Leaf::decode(l).unwrap()).collect();
    let at = leaves.iter().rposition(|leaf| leaf.kind == Kind::Status).unwrap();
    let bits = vec![0; at.div_ceil(4)];
    leaves[at].commitment = sha256(&bits);
    let encoded: Vec<_> = leaves.iter().map(Leaf::encode).collect();
    fs::write(&bundle, bundle_entries(&encoded)).unwrap();
    let mut edge = Edge::new();
    leaves.iter().for_each(|leaf| edge.push(leaf.hash(), |_, _, _| panic!("one tile is enough")));
    for (level, n, hashes) in edge.partial() {
        fs::write(folder.join(format!("tile/{level}/{n:03}.p/{}", hashes.len())), hashes.as_flattened()).unwrap();
    }
    let head = Checkpoint { origin: world::ORIGIN.to_owned(), size: edge.size(), root: edge.root() };
    fs::write(folder.join("checkpoint"), head.sign(&world.key).unwrap()).unwrap();
    fs::write(folder.join("status/2026.bits"), bits).unwrap();
}

#[tokio::test]
async fn a_withheld_revocation_leaves_evidence() {
    let world = World::of(40).await;
    world.correct(7, Kind::Revoke).await;
    let (served, copy) = (Folder::new("withheld"), Folder::new("withheld-copy"));
    export(world.db(), &served.0).await.unwrap();
    withhold(&world, &served.0);
    let mirror = Mirror::open(&copy.0).unwrap();
    let caught = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    let [evidence @ Evidence::Status(_)] = caught.evidence.as_slice() else { panic!("{caught:?}") };
    let (confirmed, said) = third_verifier(&world, evidence, &copy.0);
    assert!(confirmed, "{said}");
}

#[tokio::test]
async fn an_agency_finds_what_it_did_not_issue_and_what_was_left_out() {
    let world = World::of(10).await;
    world.correct(3, Kind::Repeal).await;
    let (served, copy) = (Folder::new("own"), Folder::new("own-copy"));
    export(world.db(), &served.0).await.unwrap();
    let hex = |number: u64| id(number).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    // Order 4 is not ours; order 77 was never entered; order 6 was revoked here, and order 3 is repealed in the log and not here.
    let mut list = String::from("id,state\n");
    for number in [0, 1, 2, 3, 5, 6, 7, 8, 9, 77] {
        list.push_str(&format!("{},{}\n", hex(number), if number == 6 { "revoked" } else { "valid" }));
    }
    let own = Own::read(AGENCY, list.as_bytes()).unwrap();
    let mirror = Mirror::open(&copy.0).unwrap();
    let seen = round(&source(&served.0), &mirror, &policy(&world), Some(&own)).await.unwrap();
    let [evidence @ Evidence::UnknownOrder(_)] = seen.evidence.as_slice() else { panic!("{seen:?}") };
    let (confirmed, said) = third_verifier(&world, evidence, &copy.0);
    assert!(confirmed, "{said}");
    let mut findings = seen.findings;
    findings.sort();
    let mut expected = [
        format!("order {} is in the list and not in the log", hex(77)),
        format!("order {} is revoked in the list and valid in the log", hex(6)),
        format!("order {} is valid in the list and repealed in the log", hex(3)),
    ];
    expected.sort();
    assert_eq!(findings, expected);

    for wrong in ["id\n", "id,state\nxyz,valid\n", "id,state\n00112233445566778899aabbccddeeff,gone\n"] {
        assert!(matches!(Own::read(AGENCY, wrong.as_bytes()), Err(MonitorError::List { .. })), "{wrong}");
    }
}

#[tokio::test]
async fn what_does_not_fit_proves_nothing_and_changes_nothing() {
    let world = World::of(300).await;
    let (served, copy) = (Folder::new("unfit"), Folder::new("unfit-copy"));
    export(world.db(), &served.0).await.unwrap();
    let mirror = Mirror::open(&copy.0).unwrap();
    round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    let before = fs::read(copy.0.join("checkpoint")).unwrap();
    world.issue(300..600).await;
    export(world.db(), &served.0).await.unwrap();
    let tile = served.0.join("tile/entries/001");
    let mut bytes = fs::read(&tile).unwrap();
    bytes[700] ^= 1;
    fs::write(&tile, &bytes).unwrap();
    let failed = round(&source(&served.0), &mirror, &policy(&world), None).await;
    assert!(matches!(failed, Err(MonitorError::Unfit(_))), "{failed:?}");
    assert_eq!(fs::read(copy.0.join("checkpoint")).unwrap(), before);
    bytes[700] ^= 1;
    fs::write(&tile, &bytes).unwrap();
    assert_eq!(round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap().to, world.size().await);

    let foreign = World::with_seed(9, 20).await;
    let failed = round(&source(&served.0), &mirror, &policy(&foreign), None).await;
    assert!(matches!(failed, Err(MonitorError::Unbelieved(_))), "{failed:?}");
}

#[tokio::test]
async fn a_log_that_serves_no_status_file_is_told() {
    let world = World::of(40).await;
    world.correct(7, Kind::Revoke).await;
    let (served, copy) = (Folder::new("no-status"), Folder::new("no-status-copy"));
    export(world.db(), &served.0).await.unwrap();
    let hidden = served.0.join("status/2026.bits");
    fs::rename(&hidden, served.0.join("kept")).unwrap();
    let mirror = Mirror::open(&copy.0).unwrap();
    let seen = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    assert!(seen.findings.iter().any(|finding| finding.contains("does not serve the status file")), "{seen:?}");

    // Nor does one that stopped serving it hide behind the file of the day before.
    fs::rename(served.0.join("kept"), &hidden).unwrap();
    let copy = Folder::new("no-status-later");
    let mirror = Mirror::open(&copy.0).unwrap();
    assert!(round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap().findings.is_empty());
    world.correct(8, Kind::Revoke).await;
    export(world.db(), &served.0).await.unwrap();
    fs::remove_file(&hidden).unwrap();
    let seen = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    assert!(seen.findings.iter().any(|finding| finding.contains("does not serve the status file")), "{seen:?}");
}

#[tokio::test]
async fn a_false_file_served_once_does_not_stay() {
    let world = World::of(10).await;
    let (served, copy) = (Folder::new("once"), Folder::new("once-copy"));
    export(world.db(), &served.0).await.unwrap();
    let mirror = Mirror::open(&copy.0).unwrap();
    for file in ["issuers/1.json", "status/2026.bits"] {
        let path = served.0.join(file);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        bad[0] ^= 1;
        fs::write(&path, &bad).unwrap();
        let failed = round(&source(&served.0), &mirror, &policy(&world), None).await;
        assert!(matches!(failed, Err(MonitorError::Unfit(_))), "{file}: {failed:?}");
        fs::write(&path, &good).unwrap();
    }
    assert_eq!(round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap().to, world.size().await);
}
