//! What the log says of keys and only the authority can confirm.

use crate::world::{Folder, World, endorse};
use crate::{policy, source};
use monitor::{mirror::Mirror, round};
use register::{issuer::Ending, serve::export};
use std::fs;

#[tokio::test]
async fn a_planned_replacement_is_nothing_to_ask_about() {
    let world = World::of(20).await;
    let (served, copy) = (Folder::new("planned"), Folder::new("planned-copy"));
    let mirror = Mirror::open(&copy.0).unwrap();
    world.replace_keys(Ending::Endorse(&|bytes| Some(endorse(bytes)))).await;
    export(world.db(), &served.0).await.unwrap();
    let seen = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    assert!(seen.findings.is_empty() && seen.evidence.is_empty(), "{seen:?}");
}

#[tokio::test]
async fn an_emergency_is_told_once_and_also_after_a_round_that_failed() {
    let world = World::of(20).await;
    let (served, copy) = (Folder::new("emergency"), Folder::new("emergency-copy"));
    let mirror = Mirror::open(&copy.0).unwrap();
    export(world.db(), &served.0).await.unwrap();
    assert!(round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap().findings.is_empty());

    let begun = world.size().await;
    world.replace_keys(Ending::RevokeFrom { time_ms: 0, reason: "遺失" }).await;
    export(world.db(), &served.0).await.unwrap();
    // A newer status file than the checkpoint: asked between the two, and no fault of the log.
    let status = served.0.join("status/2026.bits");
    let good = fs::read(&status).unwrap();
    fs::write(&status, [good.as_slice(), &[0]].concat()).unwrap();
    round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap_err();
    fs::write(&status, good).unwrap();

    let seen = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    let expected = format!(
        "leaf {begun}: key statement 2 says that the keys of 376480000A under number 1 are revoked from 0 ms since 1970 UTC on; whether that \
         is so is for the agency to say"
    );
    assert_eq!(seen.findings, [expected]);
    let again = round(&source(&served.0), &mirror, &policy(&world), None).await.unwrap();
    assert!(again.findings.is_empty(), "{again:?}");
}

#[tokio::test]
async fn a_second_first_statement_of_one_agency_is_told() {
    let world = World::of(20).await;
    world.add_keys_beside().await;
    let (served, copy) = (Folder::new("beside"), Folder::new("beside-copy"));
    export(world.db(), &served.0).await.unwrap();
    let seen = round(&source(&served.0), &Mirror::open(&copy.0).unwrap(), &policy(&world), None).await.unwrap();
    let [finding] = seen.findings.as_slice() else { panic!("{seen:?}") };
    assert!(finding.contains("key statement 2 of 376480000A stands beside number 1"), "{finding}");
}
