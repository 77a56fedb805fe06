//! The log as a folder: exported, checked without a database, and altered file by file.

use crate::world::{Folder, START, World, id, order};
use register::{
    audit::{audit, policy_of},
    log,
    serve::{export, resource},
};
use std::{fs, path::Path};
use tlog::{leaf::Kind, note::LogKey, policy::Policy, state::State};

pub(crate) fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn an_export_is_what_is_served_and_stands_up_to_an_audit() {
    let world = World::lived_in().await;
    let folder = Folder::new("export");
    let written = export(world.db(), &folder.0).await.unwrap();
    let files = files(&folder.0);
    assert_eq!(
        files,
        [
            "checkpoint",
            "issuers/1.json",
            "pack.json",
            "policy.txt",
            "status/2026.bits",
            "tile/0/000",
            "tile/0/001.p/55",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/55",
        ]
    );
    assert_eq!(written, files.len());
    let mut tx = world.db().begin().await.unwrap();
    for file in &files {
        let served = resource(&mut tx, file).await.unwrap().unwrap();
        assert_eq!(served.bytes, fs::read(folder.0.join(file)).unwrap(), "{file}");
        assert_eq!(served.immutable, file.starts_with("tile/") || file.starts_with("issuers/"), "{file}");
    }
    let prefix = resource(&mut tx, "tile/entries/001.p/3").await.unwrap().unwrap();
    assert_eq!(prefix.bytes, fs::read(folder.0.join("tile/entries/001.p/55")).unwrap()[..3 * 126]);
    for nothing in [
        "tile/0/001",
        "tile/0/001.p/56",
        "tile/2/000.p/1",
        "issuers/2.json",
        "issuers/01.json",
        "status/2025.bits",
        "",
        "x",
    ] {
        assert_eq!(resource(&mut tx, nothing).await.unwrap(), None, "{nothing}");
    }

    let audited = audit(&folder.0, &policy_of(&folder.0).unwrap()).unwrap();
    assert_eq!(audited.checkpoint().size, 311);
    assert_eq!(i128::from(audited.newest_ms()), START.unix_timestamp_nanos() / 1_000_000);
    assert_eq!(audited.issuer(1).unwrap().0.name, "範例縣政府");
    for (number, state, events) in
        [(4, State::Valid, 1), (5, State::Superseded, 2), (17, State::Revoked, 2), (255, State::Repealed, 2)]
    {
        let standing = audited.state_of(&id(number)).unwrap();
        assert_eq!((standing.state, standing.events.len()), (Some(state), events), "order {number}");
        assert_eq!(audited.leaf_at(standing.events[0].index).unwrap(), Some(standing.events[0].leaf));
        assert_eq!(standing.events[0].leaf.kind, Kind::Issue);
    }
    assert_eq!(audited.state_of(&id(4000)).unwrap().state, None);
    assert_eq!(audited.leaf_at(311).unwrap(), None);
}

#[tokio::test]
async fn an_empty_log_is_a_log() {
    let world = World::new().await;
    let folder = Folder::new("empty");
    assert_eq!(export(world.db(), &folder.0).await.unwrap(), 3, "checkpoint, policy, pack");
    let audited = audit(&folder.0, &policy_of(&folder.0).unwrap()).unwrap();
    assert_eq!(audited.checkpoint().size, 0);
    assert_eq!(audited.state_of(&id(1)).unwrap().state, None);
}

#[tokio::test]
async fn a_partial_tile_may_be_replaced_by_the_full_one() {
    let world = World::lived_in().await;
    let folder = Folder::new("grown");
    export(world.db(), &folder.0).await.unwrap();
    world.stage(&(2000..2400).map(order).collect::<Vec<_>>()).await;
    world.sequence().await;
    let mut tx = world.db().begin().await.unwrap();
    for (partial, full) in [("tile/entries/001.p/55", "tile/entries/001"), ("tile/0/001.p/55", "tile/0/001")] {
        fs::remove_dir_all(folder.0.join(partial).parent().unwrap()).unwrap();
        fs::write(folder.0.join(full), resource(&mut tx, full).await.unwrap().unwrap().bytes).unwrap();
    }
    assert_eq!(audit(&folder.0, &policy_of(&folder.0).unwrap()).unwrap().checkpoint().size, 311);
    assert_eq!(log::head(&mut tx).await.unwrap().checkpoint.size, 711);
}

#[tokio::test]
async fn another_key_or_a_missing_file_or_any_altered_file_is_found() {
    let world = World::lived_in().await;
    let folder = Folder::new("altered");
    export(world.db(), &folder.0).await.unwrap();
    let policy = policy_of(&folder.0).unwrap();
    let stranger = LogKey::from_seed(crate::world::ORIGIN, &[8; 32]).unwrap();
    let refused = audit(&folder.0, &Policy::of(stranger.vkey().clone())).unwrap_err();
    assert_eq!((refused.file.as_str(), refused.undecided), ("checkpoint", false));
    let elsewhere = LogKey::from_seed("orders.example/2027", &[8; 32]).unwrap();
    assert!(audit(&folder.0, &Policy::of(elsewhere.vkey().clone())).unwrap_err().undecided);
    // The policy says what to believe, and the pack is checked by whoever takes it: neither is part of the log.
    for file in files(&folder.0).iter().filter(|file| !["policy.txt", "pack.json"].contains(&file.as_str())) {
        let path = folder.0.join(file);
        let kept = fs::read(&path).unwrap();
        let step = kept.len() / 20 + 1;
        for at in (0..kept.len()).step_by(step) {
            let mut altered = kept.clone();
            altered[at] ^= 4;
            fs::write(&path, altered).unwrap();
            let error = audit(&folder.0, &policy).expect_err(&format!("byte {at} of {file}"));
            assert!(!error.undecided && !error.file.is_empty(), "{error}");
        }
        fs::remove_file(&path).unwrap();
        let error = audit(&folder.0, &policy).expect_err(file);
        assert!(error.undecided && &error.file == file, "{error}");
        fs::write(&path, kept).unwrap();
    }
    assert!(audit(&folder.0, &policy).is_ok());
}
