//! What becomes of a session: its token changes, copies are found out, the card comes again, failures wait.

use crate::{NOW, PERSON, World, card, fingerprint, refused};
use access::{AccessError, Assurance, Method, Outcome, SignInRefusal, Visit};
use kernel::{FixedClock, PersonId};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

fn minutes(minutes: i64) -> OffsetDateTime {
    NOW + Duration::minutes(minutes)
}

async fn renewed(world: &World, token: &str, at: OffsetDateTime) -> Option<String> {
    let clock = FixedClock(at);
    let actor =
        access::actor_of(world.db(), &clock, &Arc::default(), token).await.unwrap().expect("the session is open");
    access::renew(world.db(), &clock, &world.random, &actor.session, token).await.unwrap()
}

async fn assurance(world: &World, token: &str, at: OffsetDateTime) -> Assurance {
    access::actor_of(world.db(), &FixedClock(at), &Arc::default(), token).await.unwrap().unwrap().session.assurance(at)
}

#[tokio::test]
async fn a_token_is_replaced_every_quarter_of_an_hour() {
    let world = World::new().await;
    let first = world.signed_in().await;
    assert_eq!(renewed(&world, &first, minutes(14)).await, None);
    let second = renewed(&world, &first, minutes(15)).await.expect("a new token");
    assert_ne!(first, second);
    assert_eq!(renewed(&world, &first, minutes(15)).await, None, "a parallel request goes on with the old token");
    assert!(world.is_in(&first, minutes(15) + Duration::seconds(30)).await, "the grace for requests under way");
    assert!(world.is_in(&second, minutes(16)).await);
    assert_eq!(assurance(&world, &second, minutes(16)).await, Assurance::Card, "the proof by card is as old as it was");
}

#[tokio::test]
async fn a_copy_of_an_old_token_ends_the_session_and_the_person_is_told() {
    let world = World::new().await;
    let first = world.signed_in().await;
    let second = renewed(&world, &first, minutes(15)).await.unwrap();
    assert!(world.is_in(&second, minutes(15)).await);
    assert!(!world.is_in(&first, minutes(16)).await, "the old token turns up again");
    assert!(!world.is_in(&second, minutes(16)).await, "nobody knows which of the two is the person");
    let attempts = access::attempts_of(world.db(), PERSON).await.unwrap();
    assert_eq!(attempts[0].outcome, Outcome::Reused);
    let events = db::events_since(world.db().pool(), 0, 100).await.unwrap();
    assert!(events.iter().any(|event| event.kind == "SessionTokenReused" && event.subject == PERSON.to_string()));
    let challenge = access::challenge(world.db(), &FixedClock(minutes(17)), &world.random).await.unwrap();
    let opened = world.answer(&world.card.sign(challenge.as_bytes(), true, minutes(17)), minutes(17)).await.unwrap();
    assert_eq!(opened.warnings, 1, "the next sign-in says so");
}

#[tokio::test]
async fn an_answer_that_never_arrived_costs_nobody_the_session() {
    let world = World::new().await;
    let first = world.signed_in().await;
    let lost = renewed(&world, &first, minutes(15)).await.unwrap();
    assert!(world.is_in(&first, minutes(20)).await);
    assert!(!world.is_in(&lost, minutes(20)).await, "what was lost no longer opens anything");
    let next = renewed(&world, &first, minutes(20)).await.expect("the token is replaced anew");
    assert!(world.is_in(&next, minutes(20)).await);
}

#[tokio::test]
async fn the_card_again_is_the_persons_own_and_lifts_only_the_new_token() {
    let world = World::new().await;
    let token = world.signed_in().await;
    let at = minutes(12);
    let clock = FixedClock(at);
    assert_eq!(assurance(&world, &token, NOW).await, Assurance::FreshCard);
    assert_eq!(assurance(&world, &token, at).await, Assurance::Card);
    let authorities = world.authorities();
    let stranger = card(&world.random, &world.authority);
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::register_card(&mut tx, &fingerprint(&stranger), PersonId(9), "別人", None, NOW).await.unwrap());
    tx.commit().await.unwrap();
    let actor = access::actor_of(world.db(), &clock, &Arc::default(), &token).await.unwrap().unwrap();
    let again = async |card: &seal::SoftCard| {
        let challenge = access::challenge(world.db(), &clock, &world.random).await.unwrap();
        let cms = card.sign(challenge.as_bytes(), true, at);
        let parts: (&dyn kernel::Clock, &dyn kernel::Random) = (&clock, &world.random);
        access::sign_in_again(world.db(), parts, &authorities, &cms, (&actor, &token), &Visit::default()).await
    };
    match again(&stranger).await {
        Err(AccessError::Refused(denied)) => assert_eq!(denied.why, SignInRefusal::NotYours),
        other => panic!("{other:?}"),
    }
    let raised = again(&world.card).await.unwrap();
    assert_eq!(assurance(&world, &raised, at).await, Assurance::FreshCard);
    assert_eq!(
        assurance(&world, &token, at).await,
        Assurance::Card,
        "the old token gains nothing, not even within its grace"
    );
    assert!(matches!(again(&world.card).await, Err(AccessError::Refused(_))), "a token is raised once");
}

#[tokio::test]
async fn own_sessions_are_listed_and_ended_and_nobody_elses() {
    let world = World::new().await;
    let (one, two) = (world.signed_in().await, world.signed_in().await);
    let clock = FixedClock(NOW);
    let list = access::sessions_of(world.db(), &clock, PERSON).await.unwrap();
    assert_eq!(list.len(), 2);
    assert!(list.iter().all(|line| line.method == Method::Card));
    assert!(access::sessions_of(world.db(), &clock, PersonId(8)).await.unwrap().is_empty());
    let id = access::actor_of(world.db(), &clock, &Arc::default(), &one).await.unwrap().unwrap().session.id;
    assert!(!access::end_session(world.db(), &clock, PersonId(8), id).await.unwrap());
    assert!(access::end_session(world.db(), &clock, PERSON, id).await.unwrap());
    assert!(!access::end_session(world.db(), &clock, PERSON, id).await.unwrap());
    assert!(!world.is_in(&one, NOW).await && world.is_in(&two, NOW).await);
    let three = world.signed_in().await;
    let keep = access::actor_of(world.db(), &clock, &Arc::default(), &three).await.unwrap().unwrap().session.id;
    assert_eq!(access::end_other_sessions(world.db(), &clock, PERSON, keep).await.unwrap(), 1);
    assert!(!world.is_in(&two, NOW).await && world.is_in(&three, NOW).await);
    let later = FixedClock(minutes(61));
    assert!(access::sessions_of(world.db(), &later, PERSON).await.unwrap().is_empty(), "what idled out is not listed");
}

#[tokio::test]
async fn a_card_that_fails_again_and_again_waits_whether_it_is_known_or_not() {
    let world = World::new().await;
    let unknown = card(&world.random, &world.authority);
    let ended = card(&world.random, &world.authority);
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::register_card(&mut tx, &fingerprint(&ended), PersonId(9), "別人", None, NOW).await.unwrap());
    assert!(access::end_card(&mut tx, &fingerprint(&ended), NOW).await.unwrap());
    tx.commit().await.unwrap();
    let mut answers = Vec::new();
    for card in [&unknown, &ended] {
        let mut waits = Vec::new();
        for _ in 0..7 {
            let cms = card.sign(world.challenge().await.as_bytes(), true, NOW);
            match world.answer(&cms, NOW).await {
                Err(AccessError::Refused(denied)) => {
                    assert_eq!(denied.why, SignInRefusal::NotLetIn);
                    waits.push(denied.retry_after.map(Duration::whole_seconds));
                }
                other => panic!("{other:?}"),
            }
        }
        answers.push(waits);
    }
    assert_eq!(answers[0], [None, None, None, None, None, Some(2), Some(2)]);
    assert_eq!(answers[0], answers[1], "unknown and ended cards cannot be told apart");
    let shown = access::attempts_of(world.db(), PersonId(9)).await.unwrap();
    assert_eq!(shown.iter().filter(|line| line.outcome == Outcome::Refused).count(), 5);
    assert_eq!(shown.iter().filter(|line| line.outcome == Outcome::Held).count(), 2);
    let later = NOW + Duration::seconds(3);
    let challenge = access::challenge(world.db(), &FixedClock(later), &world.random).await.unwrap();
    let heard = world.answer(&unknown.sign(challenge.as_bytes(), true, later), later).await;
    assert!(
        matches!(heard, Err(AccessError::Refused(denied)) if denied.retry_after.is_none()),
        "after the wait it is heard again"
    );
}

#[tokio::test]
async fn a_good_card_gets_in_from_an_address_that_has_to_wait() {
    let world = World::new().await;
    let visit = Visit { address: Some("192.0.2.7".parse().unwrap()), ..Visit::default() };
    let answer = async |cms: Vec<u8>| {
        let (clock, authorities) = (FixedClock(NOW), world.authorities());
        access::sign_in(world.db(), &clock, &world.random, &authorities, &cms, &visit).await
    };
    let waits = async || match answer(b"not a signature".to_vec()).await {
        Err(AccessError::Refused(denied)) => denied.retry_after,
        other => panic!("{other:?}"),
    };
    for _ in 0..21 {
        assert_eq!(waits().await, None);
    }
    assert_eq!(waits().await, Some(Duration::seconds(2)), "whoever fails from there waits");
    let old = world.card.sign(b"renshi-signin/1\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA", true, NOW);
    let held = answer(old).await;
    assert!(matches!(held, Err(AccessError::Refused(denied)) if denied.retry_after.is_some()), "so does an old answer");
    let challenge = world.challenge().await;
    let opened = answer(world.card.sign(challenge.as_bytes(), true, NOW)).await.unwrap();
    assert_eq!(opened.person, PERSON);
    assert!(waits().await.is_some(), "the address still waits");
}

#[tokio::test]
async fn replaying_what_was_overheard_does_not_make_a_card_wait() {
    let world = World::new().await;
    let cms = world.card.sign(world.challenge().await.as_bytes(), true, NOW);
    assert!(world.answer(&cms, NOW).await.is_ok());
    for _ in 0..8 {
        assert_eq!(refused(world.answer(&cms, NOW).await), SignInRefusal::StaleChallenge);
    }
    world.signed_in().await;
}
