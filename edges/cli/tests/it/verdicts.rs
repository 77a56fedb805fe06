//! `renshi demo --exit` and `renshi verify`, with the exit codes that are a public contract.

use crate::program::{Folder, renshi, root, text};
use std::path::{Path, PathBuf};

fn demo(folder: &Folder, awards: &str) -> std::process::Output {
    let samples = root().join("cases/samples");
    renshi()
        .args(["demo", "--exit", "--agencies"])
        .arg(root().join("cases/agencies/orglist.csv"))
        .arg("--people")
        .arg(samples.join("people.csv"))
        .arg("--awards")
        .arg(samples.join(awards))
        .arg("--data")
        .arg(folder.0.join("data"))
        .arg("--out")
        .arg(folder.0.join("out"))
        .output()
        .unwrap()
}

fn verify(file: &Path, arguments: &[&Path]) -> i32 {
    let mut command = renshi();
    command.arg("verify").arg(file);
    if let [log] = arguments {
        command.arg("--log").arg(log);
    }
    command.output().unwrap().status.code().unwrap()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = all.filter(|path| path.extension().is_some_and(|e| e == ending)).collect();
    files.sort();
    files
}

#[test]
fn the_journey_of_the_sample_files_ends_in_285_orders_that_verify() {
    let folder = Folder::new("journey");
    let output = demo(&folder, "awards.csv");
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    for words in ["15841 agencies", "600 people", "285 orders"] {
        assert!(said.contains(words), "{said}");
    }
    let out = folder.0.join("out");
    let (pdfs, bundles) = (files(&out.join("orders"), "pdf"), files(&out.join("orders"), "json"));
    assert_eq!((pdfs.len(), bundles.len()), (285, 285));
    assert_eq!(files(&out.join("mail"), "eml").len(), 190);
    let log = out.join("log");
    for file in [&pdfs[0], &bundles[0], &pdfs[284], &bundles[284]] {
        assert_eq!(verify(file, &[&log]), 0, "{}", file.display());
        assert_eq!(verify(file, &[]), 2, "{}", file.display());
    }
    for (file, at) in [(&pdfs[7], 3), (&pdfs[7], 2), (&bundles[7], 3), (&bundles[7], 2)] {
        let mut bytes = std::fs::read(file).unwrap();
        let middle = bytes.len() / at;
        bytes[middle] ^= 1;
        let changed = folder.0.join("changed");
        std::fs::write(&changed, bytes).unwrap();
        assert_eq!(verify(&changed, &[&log]), 1, "{} at {middle}", file.display());
    }
    third_verifier(&bundles[3], &log);
    let fsck = renshi().args(["register", "fsck", "--data"]).arg(folder.0.join("data")).output().unwrap();
    assert!(fsck.status.success() && text(&fsck).contains("285 orders, 0 problems"), "{}", text(&fsck));
    replaced_keys(&folder, &bundles);
}

/// Orders of an authority whose keys were replaced since, by the verifiers of three languages.
fn replaced_keys(folder: &Folder, bundles: &[PathBuf]) {
    let agency = |file: &PathBuf| {
        let bundle = seal::bundle::Bundle::parse(&std::fs::read(file).unwrap()).unwrap();
        bundle.issuer.statement.agency
    };
    let of = agency(&bundles[0]);
    let other = bundles.iter().find(|file| agency(file) != of).unwrap();
    let run = |verb: &[&str], more: &[&str]| {
        let output = renshi().args(verb).arg("--data").arg(folder.0.join("data")).args(more).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        text(&output)
    };
    let verdicts = |name: &str, file: &Path| {
        let log = folder.0.join(name);
        if !log.exists() {
            run(&["register", "export"], &[log.to_str().unwrap()]);
        }
        let [python, node] = [("python3", "tests/third-verifier/verify.py"), ("node", "edges/web/ui/verify/node.js")]
            .map(|(program, script)| {
                let mut command = std::process::Command::new(program);
                command.arg(root().join(script)).args((program == "python3").then_some("order"));
                command.arg(file).arg("--log").arg(&log).output().unwrap().status.code().unwrap()
            });
        [verify(file, &[&log]), python, node]
    };
    let said = run(&["keep", "keys"], &[&of, "--rotate"]);
    assert!(said.contains("endorsed it and has ended"), "{said}");
    assert_eq!(verdicts("planned", &bundles[0]), [0, 0, 0]);
    // From here on everything goes into the next shard, and what is revoked stands in the one before it.
    let said = run(&["register", "close-shard"], &[]);
    assert!(said.contains("is closed with") && said.contains("is open; its key is"), "{said}");
    assert_eq!(verdicts("turned", &bundles[0]), [0, 0, 0]);
    let said = run(&["keep", "keys"], &[&of, "--revoke-from", "2020-01-01T00:00:00+08:00", "--reason", "練習"]);
    assert!(said.contains("is revoked, and with it 0 orders"), "of the keys that were replaced last: {said}");
    assert_eq!(verdicts("emergency", &bundles[0]), [0, 0, 0]);

    let said =
        run(&["keep", "keys"], &[&agency(other), "--revoke-from", "2020-01-01T00:00:00+08:00", "--reason", "遺失"]);
    assert!(said.contains("is revoked, and with it") && !said.contains("with it 0 orders"), "{said}");
    assert_eq!(verdicts("revoked", other), [3, 3, 3]);
    assert_eq!(verdicts("revoked", &bundles[0]), [0, 0, 0]);
    let said = run(&["register", "fsck"], &[]);
    assert!(said.contains("285 orders, 0 problems"), "{said}");
    // An older copy, which ends with the closed shard, knows nothing of it yet; one that holds something else in its place is false.
    let log = folder.0.join("revoked");
    let later = std::fs::read_dir(&log).unwrap().flatten().map(|entry| entry.path());
    let later = later.into_iter().find(|path| path.join("checkpoint").exists()).unwrap();
    std::fs::rename(&later, folder.0.join("away")).unwrap();
    assert_eq!(verdicts("revoked", other), [0, 0, 0]);
    std::fs::create_dir(&later).unwrap();
    std::fs::copy(log.join("checkpoint"), later.join("checkpoint")).unwrap();
    assert!(verdicts("revoked", other).iter().all(|code| *code == 1 || *code == 2), "another log in its place");
}

/// The verifier in another language, on what the program has written.
fn third_verifier(bundle: &Path, log: &Path) {
    let script = root().join("tests/third-verifier/verify.py");
    let mut python = std::process::Command::new("python3");
    let output = python.arg(script).arg("order").arg(bundle).arg("--log").arg(log).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn every_faulty_row_is_refused_with_its_reason_and_nothing_is_written() {
    let folder = Folder::new("faults");
    let output = demo(&folder, "awards-with-faults.csv");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("13 of 13 rows are refused; nothing was written"), "{said}");
    assert_eq!(said.matches("refused: line").count(), 13, "{said}");
    let sheet = std::fs::read(folder.0.join("out/refused.ods")).unwrap();
    let back = sheet::read("refused.ods", &sheet, &sheet::Limits::default()).unwrap();
    assert!(back.rows.iter().all(|row| row.cells.last().is_some_and(|reason| reason.contains("【錯誤】"))));
    assert!(!folder.0.join("out/orders").exists());
}

/// The published cases, each with the exit code it names.
#[test]
fn the_published_cases_get_their_exit_codes() {
    let cases = root().join("cases/seal");
    let listed = std::fs::read_to_string(cases.join("verdicts.json")).unwrap();
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
    assert!(listed.len() > 20);
    for case in &listed {
        let file = cases.join(case["file"].as_str().unwrap());
        let expected = case["exit"].as_i64().unwrap();
        let found = verify(&file, &[&cases.join("log")]);
        assert_eq!(i64::from(found), expected, "{case}");
    }
}

#[test]
fn a_file_that_holds_no_order_cannot_be_decided() {
    let folder = Folder::new("no-order");
    let letter = folder.file("letter.txt", "您好");
    assert_eq!(verify(&letter, &[]), 2);
    assert_eq!(verify(&folder.0.join("absent.pdf"), &[]), 2);
}
