//! The verifier that is not ours: `tests/third-verifier`, written from `docs/verification.md` in another language.

use crate::world::{Folder, World, crate_file};
use register::serve::export;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tlog::{note::LogKey, policy::Policy};

fn python(arguments: &[&str]) -> Output {
    let script = crate_file("../../tests/third-verifier").join(arguments[0]);
    Command::new("python3").arg("-B").arg(script).args(&arguments[1..]).output().expect("python3 is installed")
}

pub(crate) fn log_code(dir: &Path, more: &[&str]) -> (Option<i32>, String) {
    let output = python(&[&["verify.py", "log", dir.to_str().unwrap()], more].concat());
    (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn it_agrees_with_the_published_vectors_and_cases() {
    for script in ["test_vectors.py", "test_cases.py"] {
        let output = python(&[script]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test]
async fn it_accepts_an_export_and_finds_every_altered_file() {
    let world = World::lived_in().await;
    let folder = Folder::new("third");
    export(world.db(), &folder.0).await.unwrap();
    let (code, said) = log_code(&folder.0, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("311 leaves") && said.contains("3 of 303 orders corrected"), "{said}");

    for (file, at) in [
        ("checkpoint", 25),
        ("tile/0/000", 8191),
        ("tile/0/001.p/55", 0),
        ("tile/1/000.p/1", 31),
        ("tile/entries/000", 1000),
        ("tile/entries/001.p/55", 6929),
        ("issuers/1.json", 60),
        ("status/2026.bits", 1),
    ] {
        let path = folder.0.join(file);
        let kept = fs::read(&path).unwrap();
        let mut altered = kept.clone();
        altered[at] ^= 1;
        fs::write(&path, altered).unwrap();
        let (code, said) = log_code(&folder.0, &[]);
        assert_eq!(code, Some(1), "{file}: {said}");
        fs::write(&path, kept).unwrap();
    }

    let policy = Folder::new("third-policy");
    let other = policy.0.join("policy.txt");
    let stranger = LogKey::from_seed("orders.example/2027", &[8; 32]).unwrap();
    fs::write(&other, Policy::of(stranger.vkey().clone()).to_string()).unwrap();
    assert_eq!(log_code(&folder.0, &["--policy", other.to_str().unwrap()]).0, Some(2), "no key for this log");
    fs::remove_file(folder.0.join("tile/entries/000")).unwrap();
    assert_eq!(log_code(&folder.0, &[]).0, Some(2), "no whole log at hand");
}
