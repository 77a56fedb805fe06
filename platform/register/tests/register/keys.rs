//! An authority's keys are replaced: as planned, and in an emergency.

use crate::world::{Folder, START, World, id, order, seal_key, signed};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use register::{
    Fault,
    audit::{audit, policy_of},
    fsck::fsck,
    issuer::{Ending, NewIssuer, Replaced, replace_issuer, revoked},
    log::{self, Staged, replacements},
    serve::export,
};
use std::{fs, path::Path, process::Command};
use time::Duration;
use tlog::{
    hash::ZERO,
    issuer::{End, Statement},
    leaf::{Kind, auth, signed_bytes},
    state::State,
};

fn new_key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[43; 32]).unwrap()
}

async fn replace(world: &World, ending: Ending<'_>) -> Result<Replaced, Fault> {
    let pair = new_key();
    let new = NewIssuer {
        agency: "376480000A".to_owned(),
        card_ca: [1; 32],
        document_certificate: vec![0x30, 0x03, 0x02, 0x01, 0x06],
        name: "範例縣政府".to_owned(),
        seal_key: pair.public_key().as_ref().try_into().unwrap(),
        id: id(u64::MAX - 1),
    };
    let mut tx = world.db().begin().await.unwrap();
    let sign = |bytes: &[u8]| pair.sign(bytes).as_ref().try_into().ok();
    let replaced = replace_issuer(&mut tx, new, ending, sign).await?;
    tx.commit().await.unwrap();
    Ok(replaced)
}

fn endorse(bytes: &[u8]) -> Option<[u8; 64]> {
    seal_key().sign(bytes).as_ref().try_into().ok()
}

/// An order under the new number.
fn new_order(number: u64) -> Staged {
    let (pair, id, commitment) = (new_key(), id(number), [7; 32]);
    let signature = pair.sign(&signed_bytes(Kind::Issue, 2, &id, &commitment, &ZERO)).as_ref().try_into().unwrap();
    let auth = auth(&signature, pair.public_key().as_ref().try_into().unwrap());
    Staged { kind: Kind::Issue, issuer: 2, id, commitment, prev: ZERO, auth }
}

/// What the verifier in the other language says of a folder, and its exit code.
fn third(dir: &Path) -> (Option<i32>, String) {
    let script = crate::world::crate_file("../../tests/third-verifier/verify.py");
    let output = Command::new("python3").arg("-B").arg(script).arg("log").arg(dir).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

async fn exported(world: &World, name: &str) -> Folder {
    let folder = Folder::new(name);
    export(world.db(), &folder.0).await.unwrap();
    folder
}

async fn stage_fails(world: &World, staged: Staged) -> bool {
    let mut tx = world.db().begin().await.unwrap();
    matches!(log::stage(&mut tx, &[staged]).await, Err(Fault::Unstageable(_)))
}

#[tokio::test]
async fn a_planned_replacement_is_endorsed_and_ends_the_old_number() {
    let world = World::lived_in().await;
    world.stage(&[order(2000)]).await;
    assert!(matches!(replace(&world, Ending::Endorse(&endorse)).await, Err(Fault::Waiting)), "an order is on its way");
    world.sequence().await;
    let away = |_: &[u8]| None;
    assert!(matches!(replace(&world, Ending::Endorse(&away)).await, Err(Fault::KeyAway)));
    let stranger = |_: &[u8]| Some([1; 64]);
    assert!(matches!(replace(&world, Ending::Endorse(&stranger)).await, Err(Fault::Unstageable(_))));

    let replaced = replace(&world, Ending::Endorse(&endorse)).await.unwrap();
    assert_eq!((replaced.issuer.statement.issuer, replaced.old, replaced.revoked), (2, 1, 0));
    assert!(matches!(replace(&world, Ending::Endorse(&endorse)).await, Err(Fault::Waiting)), "the first is on its way");
    assert!(stage_fails(&world, order(2001)).await, "the old number has ended");
    let correction = signed(Kind::Revoke, id(3), [9; 32], world.newest(&id(3)).await);
    assert!(stage_fails(&world, correction).await, "for corrections too");
    world.stage(&[new_order(2002)]).await;
    world.sequence().await;

    assert_eq!(fsck(world.db()).await.unwrap().problems, Vec::<String>::new());
    let folder = exported(&world, "planned").await;
    let policy = policy_of(&folder.0).unwrap();
    let audited = audit(&folder.0, &policy).unwrap();
    assert_eq!(audited.state_of(&id(2002)).unwrap().state, Some(State::Valid));
    let (code, said) = third(&folder.0);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 are committed by their leaves") && !said.contains("revoked from"), "{said}");
}

#[tokio::test]
async fn an_emergency_revokes_what_was_issued_since_and_nothing_else() {
    let world = World::lived_in().await;
    let later = START + Duration::hours(2);
    world.stage(&[order(2000), order(2001)]).await;
    world.sequence_at(later).await;
    let corrected = signed(Kind::Supersede, id(2001), [9; 32], world.newest(&id(2001)).await);
    world.stage(&[corrected]).await;
    world.sequence_at(later).await;
    let from_ms = u64::try_from((START + Duration::hours(1)).unix_timestamp()).unwrap() * 1000;
    let replaced = replace(&world, Ending::RevokeFrom { time_ms: from_ms, reason: "遺失" }).await.unwrap();
    assert_eq!(replaced.revoked, 2);
    world.sequence_at(later).await;
    let mut tx = world.db().begin().await.unwrap();
    let told = revoked(&mut tx, &["376480000A".to_owned()]).await.unwrap();
    assert_eq!(told.iter().map(|one| (one.by.issuer, one.reason.as_str())).collect::<Vec<_>>(), [(2, "遺失")]);
    assert!(revoked(&mut tx, &["A58000000A".to_owned()]).await.unwrap().is_empty());
    let after = replacements(&mut tx, &[1, 2]).await.unwrap();
    assert_eq!(after.iter().map(|(old, new)| (*old, new.issuer)).collect::<Vec<_>>(), [(1, 2)]);
    drop(tx);
    assert_eq!(fsck(world.db()).await.unwrap().problems, Vec::<String>::new());

    let folder = exported(&world, "emergency").await;
    let policy = policy_of(&folder.0).unwrap();
    let audited = audit(&folder.0, &policy).unwrap();
    for (number, state) in [(4, State::Valid), (5, State::Superseded), (2000, State::Revoked), (2001, State::Revoked)] {
        assert_eq!(audited.state_of(&id(number)).unwrap().state, Some(state), "order {number}");
    }
    let reason = audited.state_of(&id(2000)).unwrap().events[1].leaf;
    assert_eq!((reason.issuer, reason.commitment), (2, replaced.issuer.statement.commitment()));
    let (code, said) = third(&folder.0);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("statement 2 says that 1 is revoked from 2026-03-02T02:00:00+00:00 on"), "{said}");
}

#[tokio::test]
async fn a_log_that_goes_on_under_a_replaced_number_is_false() {
    let world = World::lived_in().await;
    replace(&world, Ending::Endorse(&endorse)).await.unwrap();
    world.sequence().await;
    // What the program refuses to stage, put in by hand.
    let Staged { id: raw, commitment, auth, .. } = order(3000);
    db::query("INSERT INTO register.staged (kind, issuer, id, commitment, auth) VALUES (1, 1, $1, $2, $3)")
        .bind(db::Uuid::from_bytes(raw))
        .bind(commitment.as_slice())
        .bind(auth.as_slice())
        .execute(world.db().pool())
        .await
        .unwrap();
    world.sequence().await;
    let report = fsck(world.db()).await.unwrap();
    assert!(report.problems.iter().any(|problem| problem.contains("had been replaced before it")), "{report:?}");
    let folder = exported(&world, "goes-on").await;
    let policy = policy_of(&folder.0).unwrap();
    assert!(audit(&folder.0, &policy).unwrap_err().to_string().contains("had been replaced"));
    let (code, said) = third(&folder.0);
    assert_eq!(code, Some(1), "{said}");
}

#[tokio::test]
async fn a_statement_that_does_not_follow_is_found_by_everybody() {
    let world = World::lived_in().await;
    replace(&world, Ending::Endorse(&endorse)).await.unwrap();
    world.sequence().await;
    let folder = exported(&world, "follows").await;
    let policy = policy_of(&folder.0).unwrap();
    let path = folder.0.join("issuers/2.json");
    let kept = fs::read_to_string(&path).unwrap();
    let (mut statement, signature) = Statement::parse_file(&kept).unwrap();
    if let Some(replaces) = &mut statement.replaces {
        replaces.end = End::Endorsed([1; 64]);
    }
    fs::write(&path, statement.file(&signature)).unwrap();
    assert!(audit(&folder.0, &policy).is_err());
    assert_eq!(third(&folder.0).0, Some(1));
}
