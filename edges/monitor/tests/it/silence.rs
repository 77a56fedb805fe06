//! A log that stands still, and one of which somebody shows only an old part.

use crate::world::{Folder, START, World};
use crate::{policy, source};
use monitor::{Round, mirror::Mirror, round};
use register::serve::export;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn look(world: &World, folder: &Folder, copy: &Folder, later: Duration) -> Round {
    let mirror = Mirror::open(&copy.0).unwrap();
    let mut seen = round(&source(&folder.0), &mirror, &policy(world), None).await.unwrap();
    seen.look_at_the_time(START + later, Some(DAY));
    assert!(seen.evidence.is_empty(), "{seen:?}");
    seen
}

#[tokio::test]
async fn a_view_that_does_not_move_is_told() {
    let world = World::of(300).await;
    let (served, copy) = (Folder::new("still"), Folder::new("still-copy"));
    export(world.db(), &served.0).await.unwrap();
    for (later, told) in [(HOUR, 0), (HOUR + HOUR / 12, 0), (HOUR + HOUR / 4, 1), (DAY - HOUR, 1), (DAY + HOUR, 2)] {
        let findings = look(&world, &served, &copy, later).await.findings;
        assert_eq!(findings.len(), told, "{later:?}: {findings:?}");
        assert!(
            findings.iter().take(1).all(|said| said.contains("one was due at 2026-03-02 10:00 (UTC+8)")),
            "{findings:?}"
        );
        assert!(
            findings.iter().skip(1).all(|said| said.contains("nothing new since 2026-03-02 09:00")),
            "{findings:?}"
        );
    }

    // The snapshot of the hour comes: what was shown was an old part, and a log in which nothing happens owes nothing.
    world.sequence_after(HOUR).await;
    let old = Folder::new("still-old");
    export(world.db(), &old.0).await.unwrap();
    assert_eq!(look(&world, &old, &copy, DAY).await.findings, [""; 0]);
    let mut unbounded = look(&world, &old, &copy, DAY).await;
    unbounded.look_at_the_time(START + DAY * 400, None);
    assert_eq!(unbounded.findings, [""; 0], "no bound, no finding");
    let findings = look(&world, &served, &copy, DAY * 3).await.findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("nothing new since 2026-03-02 10:00 (UTC+8)"), "{findings:?}");
}
