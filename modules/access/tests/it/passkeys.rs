//! Passkeys as far as no device is needed; the whole way with one is `tests/browser/passkey.test.js`.

use crate::{NOW, PERSON, World};
use access::{AccessError, Actor, Assurance, Method, Passkeys, Session, SignInRefusal, Visit};
use kernel::{Clock, FixedClock, PersonId, Random};
use std::sync::Arc;
use time::Duration;

fn why<T: std::fmt::Debug>(result: Result<T, AccessError>) -> SignInRefusal {
    match result {
        Err(AccessError::Refused(denied)) => denied.why,
        other => panic!("not refused: {other:?}"),
    }
}

fn passkeys() -> Passkeys {
    Passkeys::new("https://orders.example.gov.tw", "人事").unwrap()
}

async fn actor(world: &World) -> Actor {
    let token = world.signed_in().await;
    access::actor_of(world.db(), &FixedClock(NOW), &Arc::default(), &token).await.unwrap().unwrap()
}

#[tokio::test]
async fn only_a_session_with_a_card_registers_and_only_for_its_own_person() {
    let (world, passkeys, clock) = (World::new().await, passkeys(), FixedClock(NOW));
    let by_card = actor(&world).await;
    let (session, assurance) = (Session::opened(Method::Passkey, NOW), Assurance::Weak);
    let weak = Actor { session, assurance, ..by_card.clone() };
    let begun = passkeys.begin_registration(world.db(), &clock, &world.random, &weak).await;
    assert_eq!(why(begun), SignInRefusal::NotLetIn);
    let ceremony = passkeys.begin_registration(world.db(), &clock, &world.random, &by_card).await.unwrap();
    let options: serde_json::Value = serde_json::from_str(&ceremony.options).unwrap();
    let options = &options["publicKey"];
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["rp"]["id"], "orders.example.gov.tw");
    let finish = async |actor: &Actor| {
        passkeys.finish_registration(world.db(), &clock, actor, (&ceremony.ticket, "{}"), "我的手機").await
    };
    let other = Actor { person: PersonId(8), ..by_card.clone() };
    assert_eq!(why(finish(&other).await), SignInRefusal::StaleChallenge);
    assert_eq!(why(finish(&by_card).await), SignInRefusal::StaleChallenge, "a ticket is used up whoever brings it");
    assert!(access::passkeys_of(world.db(), PERSON).await.unwrap().is_empty());
    assert!(!access::rename_passkey(world.db(), PERSON, 1, "x").await.unwrap());
    assert!(!access::remove_passkey(world.db(), &clock, PERSON, 1).await.unwrap());
}

#[tokio::test]
async fn an_answer_is_heard_once_and_in_time_and_says_nothing_about_what_is_known() {
    let (world, passkeys) = (World::new().await, passkeys());
    let answer = async |ticket: &str, said: &str, at| {
        let clock = FixedClock(at);
        let parts: (&dyn Clock, &dyn Random) = (&clock, &world.random);
        passkeys.finish_sign_in(world.db(), parts, (ticket, said), &Visit::default()).await
    };
    let asked = async || passkeys.begin_sign_in(world.db(), &FixedClock(NOW), &world.random).await.unwrap().ticket;
    let unknown = r#"{"id":"AQ","rawId":"AQ","type":"public-key","extensions":{},"response":{"authenticatorData":"AQ",
        "clientDataJSON":"AQ","signature":"AQ","userHandle":"AAAAAAAAAAAAAAAAAAAAAA"}}"#;
    for said in [unknown, "{}", "", "not json"] {
        let ticket = asked().await;
        assert_eq!(why(answer(&ticket, said, NOW).await), SignInRefusal::NotLetIn, "{said}");
        assert_eq!(why(answer(&ticket, said, NOW).await), SignInRefusal::StaleChallenge, "{said}");
    }
    let late = asked().await;
    assert_eq!(why(answer(&late, unknown, NOW + Duration::minutes(6)).await), SignInRefusal::StaleChallenge);
    for invented in ["", "%%%", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA"] {
        assert_eq!(why(answer(invented, unknown, NOW).await), SignInRefusal::StaleChallenge);
    }
}
