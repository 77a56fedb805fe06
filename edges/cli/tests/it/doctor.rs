//! `renshi doctor` on an installation that runs, and on none.

use crate::program::{Folder, Server, renshi, text};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

fn doctor(folder: &Folder, more: &[&str]) -> Output {
    renshi().args(["doctor", "--data"]).arg(folder.0.join("data")).args(more).output().unwrap()
}

fn codes(output: &Output) -> Vec<String> {
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let weak = answer["weak"].as_array().unwrap();
    weak.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn weak_settings_of_a_running_installation_are_named() {
    let folder = Folder::new("doctor");
    std::fs::set_permissions(&folder.0, std::fs::Permissions::from_mode(0o755)).unwrap();
    let absent = doctor(&folder, &[]);
    assert_eq!(absent.status.code(), Some(2), "{}", text(&absent));
    let data = folder.0.join("data");
    let _server = Server::start(renshi().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data));
    let found = doctor(&folder, &["--json"]);
    assert_eq!(found.status.code(), Some(1), "{}", text(&found));
    let found = codes(&found);
    for code in ["public-https", "card-authority", "backup"] {
        assert!(found.iter().any(|found| found == code), "{code} is missing in {found:?}");
    }
    for code in ["key-mode", "key-owner", "data-mode", "soft-cards", "demo-data", "migrations", "clock"] {
        assert!(!found.iter().any(|found| found == code), "{code} is named although it is sound");
    }
    std::fs::set_permissions(data.join("keys/log.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(data.join("last-backup"), "").unwrap();
    let public = ["--public", "https://orders.example.gov.tw"];
    let changed = doctor(&folder, &[&public[..], &["--json"]].concat());
    let found = codes(&changed);
    assert!(found.contains(&"key-mode".to_owned()) && !found.contains(&"backup".to_owned()), "{found:?}");
    assert!(!found.contains(&"public-https".to_owned()), "{found:?}");
    // In words, both languages, with the remedy and where to read on.
    let words = text(&doctor(&folder, &public));
    for word in ["keys/log.key", "0600", "他人可讀寫", "Remedy", "docs/operating/hardening.md#11-key-mode"] {
        assert!(words.contains(word), "{word} is missing in {words}");
    }
}
