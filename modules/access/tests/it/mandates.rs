//! Mandates against a real database: given, taken up, exercised within their topics, renewed, revoked.

use crate::{NOW, PERSON, World};
use access::{
    Action, Actor, Mandate, MandateError, MandateState, NewMandate, Scope, Topic, Tree, Way, agent_reach, permits,
};
use kernel::{FixedClock, PersonId, office_date};
use std::sync::Arc;
use time::{Date, Duration, OffsetDateTime};

/// The principal; [`PERSON`], who signs in, is the agent.
const PRINCIPAL: PersonId = PersonId(80);
const OFFICER: PersonId = PersonId(81);

fn today() -> Date {
    office_date(NOW)
}

fn online(topics: &'static [Topic]) -> NewMandate<'static> {
    NewMandate {
        principal: PRINCIPAL,
        name: "王本人",
        agency: "376480000A",
        topics,
        from_on: today(),
        until_on: today() + Duration::days(30),
        way: Way::Online,
        evidence: "",
        witness: None,
    }
}

async fn taken(world: &World, topics: &'static [Topic]) -> Mandate {
    let code = access::give_mandate(world.db(), &world.random, &online(topics), NOW).await.unwrap();
    access::take_mandate(world.db(), &code, (PERSON, "王小明"), NOW).await.unwrap();
    access::mandates_of_principal(world.db(), PRINCIPAL).await.unwrap().remove(0)
}

async fn agent(world: &World, at: OffsetDateTime) -> Actor {
    let token = world.signed_in_at(at).await;
    let tree = Arc::new(Tree::default());
    access::actor_of(world.db(), &FixedClock(at), &tree, &token).await.unwrap().unwrap()
}

fn reads(actor: &Actor, action: Action) -> bool {
    permits(Some(actor), action, Scope::Person(PRINCIPAL, None))
}

#[tokio::test]
async fn a_mandate_lets_its_agent_do_what_its_topics_say_until_its_day() {
    let world = World::new().await;
    let mandate = taken(&world, &[Topic::Orders]).await;
    let actor = agent(&world, NOW).await;
    assert!(reads(&actor, Action::ReadOwnOrders));
    for never in [Action::ReadOwnRecord, Action::KeepOwnDelivery, Action::ReadOwnSensitive, Action::GiveMandate] {
        assert!(!reads(&actor, never), "{never:?}");
    }
    assert!(!permits(Some(&actor), Action::ReadOwnOrders, Scope::Person(OFFICER, None)), "of nobody else");
    let (_, reach) = agent_reach(&actor, mandate.id, Topic::Orders).unwrap();
    assert_eq!(reach, db::Reach { own: Some(PRINCIPAL.0), ..db::Reach::default() });
    assert!(agent_reach(&actor, mandate.id, Topic::Record).is_none());
    assert!(agent_reach(&actor, mandate.id + 1, Topic::Orders).is_none());
    assert!(reads(&agent(&world, NOW + Duration::days(29)).await, Action::ReadOwnOrders));
    assert!(!reads(&agent(&world, NOW + Duration::days(30)).await, Action::ReadOwnOrders), "the day it ends");
}

#[tokio::test]
async fn a_mandate_is_renewed_in_one_step_and_revoked_at_once() {
    let world = World::new().await;
    let mandate = taken(&world, &[Topic::Orders]).await;
    let later = NOW + Duration::days(20);
    assert!(!access::renew_mandate(world.db(), &mandate, OFFICER, later).await.unwrap(), "only its principal");
    assert!(access::renew_mandate(world.db(), &mandate, PRINCIPAL, later).await.unwrap());
    let renewed = access::mandates_of_principal(world.db(), PRINCIPAL).await.unwrap().remove(0);
    assert_eq!(renewed.until_on, today() + Duration::days(50));
    let token = world.signed_in().await;
    let is_in = async || {
        let tree = Arc::new(Tree::default());
        let actor = access::actor_of(world.db(), &FixedClock(NOW), &tree, &token).await.unwrap().unwrap();
        reads(&actor, Action::ReadOwnOrders)
    };
    assert!(is_in().await);
    assert!(access::revoke_mandate(world.db(), &renewed, OFFICER, NOW).await.unwrap(), "an officer, by phone");
    assert!(!is_in().await, "in the same session");
    assert!(!access::revoke_mandate(world.db(), &renewed, PRINCIPAL, NOW).await.unwrap());
    let revoked = access::mandates_of_agent(world.db(), PERSON).await.unwrap().remove(0);
    assert_eq!(revoked.state(today()), MandateState::Revoked);
    assert!(!access::renew_mandate(world.db(), &revoked, PRINCIPAL, later).await.unwrap(), "what is revoked stays so");
}

#[tokio::test]
async fn what_is_not_right_is_refused() {
    let world = World::new().await;
    let refused = async |new: NewMandate<'_>| match access::give_mandate(world.db(), &world.random, &new, NOW).await {
        Err(MandateError::Refused(no)) => no.code,
        other => panic!("not refused: {other:?}"),
    };
    let good = online(&[Topic::Orders]);
    let until = |days| today() + Duration::days(days);
    let table = [
        (NewMandate { topics: &[], ..good }, "mandate/topics"),
        (NewMandate { until_on: until(0), ..good }, "mandate/period"),
        (NewMandate { until_on: until(367), ..good }, "mandate/period"),
        (NewMandate { from_on: until(-1), ..good }, "mandate/period"),
        (NewMandate { way: Way::Counter, ..good }, "mandate/witness"),
        (NewMandate { witness: Some((OFFICER, "王承辦")), ..good }, "mandate/witness"),
        (NewMandate { way: Way::Paper, witness: Some((PRINCIPAL, "王本人")), ..good }, "mandate/witness"),
        (NewMandate { way: Way::Counter, witness: Some((OFFICER, "王承辦")), ..good }, "mandate/evidence"),
    ];
    for (new, code) in table {
        assert_eq!(refused(new).await, code, "{new:?}");
    }
    let code = access::give_mandate(world.db(), &world.random, &good, NOW).await.unwrap();
    let take = async |code: &str, who| match access::take_mandate(world.db(), code, (who, "某人"), NOW).await {
        Ok(()) => "taken",
        Err(MandateError::Refused(no)) => no.code,
        Err(other) => panic!("{other}"),
    };
    assert_eq!(take("no-such-code", PERSON).await, "mandate/code");
    assert_eq!(take(&code, PRINCIPAL).await, "mandate/code", "nobody is their own agent");
    assert_eq!(take(&code, PERSON).await, "taken");
    assert_eq!(take(&code, OFFICER).await, "mandate/code", "a code is good once");
}

#[tokio::test]
async fn an_agent_has_so_many_principals_and_no_more() {
    let world = World::new().await;
    for number in 0..21 {
        let new = NewMandate { principal: PersonId(1_000 + number), ..online(&[Topic::Orders]) };
        let code = access::give_mandate(world.db(), &world.random, &new, NOW).await.unwrap();
        let took = access::take_mandate(world.db(), &code, (PERSON, "王小明"), NOW).await;
        match took {
            Ok(()) => assert!(number < 20),
            Err(MandateError::Refused(no)) => assert_eq!((number, no.code), (20, "mandate/too-many")),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn every_act_is_reported_to_the_principal_alone() {
    let world = World::new().await;
    let mandate = taken(&world, &[Topic::Orders]).await;
    let actor = agent(&world, NOW).await;
    let (agent_for, _) = agent_reach(&actor, mandate.id, Topic::Orders).unwrap();
    access::act_for(world.db(), (PERSON, &agent_for), Topic::Orders, "府人考字第1150000001號", NOW).await.unwrap();
    let own = |person: PersonId| world.db().scoped(db::Reach { own: Some(person.0), ..db::Reach::default() });
    let acts = access::mandate_acts(&own(PRINCIPAL), PRINCIPAL).await.unwrap();
    assert_eq!((acts.len(), acts[0].agent_name.as_str(), acts[0].topic), (1, "王小明", Topic::Orders));
    assert_eq!(access::mandate_acts(&own(OFFICER), PRINCIPAL).await.unwrap(), [], "row security");
}

#[tokio::test]
async fn the_principal_is_told_once_before_and_once_after_the_end() {
    let world = World::new().await;
    let mandate = taken(&world, &[Topic::Orders]).await;
    // Not taken up, revoked, and shorter than the notice: nothing to tell before the end.
    let short = NewMandate { until_on: today() + Duration::days(5), ..online(&[Topic::Record]) };
    access::give_mandate(world.db(), &world.random, &online(&[Topic::Record]), NOW).await.unwrap();
    let code = access::give_mandate(world.db(), &world.random, &short, NOW).await.unwrap();
    access::take_mandate(world.db(), &code, (PERSON, "王小明"), NOW).await.unwrap();
    let told = async |days: i64| -> Vec<(i64, i64)> {
        let at = NOW + Duration::days(days);
        let mut tx = world.db().begin().await.unwrap();
        let found = access::mandates_to_tell(&mut tx, at).await.unwrap();
        for mandate in &found {
            access::told_of_mandate(&mut tx, mandate, at).await.unwrap();
        }
        tx.commit().await.unwrap();
        found.iter().map(|found| (found.id - mandate.id, found.days_left(office_date(at)))).collect()
    };
    assert_eq!(told(0).await, []);
    assert_eq!(told(6).await, [(2, 0)], "the short one is over");
    assert_eq!(told(22).await, []);
    assert_eq!(told(23).await, [(0, 7)]);
    assert_eq!(told(23).await, [], "once");
    assert!(access::renew_mandate(world.db(), &mandate, PRINCIPAL, NOW + Duration::days(25)).await.unwrap());
    assert_eq!(told(30).await, [], "it goes on");
    assert_eq!(told(48).await, [(0, 7)], "of the next end anew");
    assert_eq!(told(55).await, [(0, 0)]);
    assert_eq!(told(56).await, []);
    let again = access::mandates_of_principal(world.db(), PRINCIPAL).await.unwrap();
    let again = again.iter().find(|found| found.id == mandate.id).unwrap();
    assert!(access::renew_mandate(world.db(), again, PRINCIPAL, NOW + Duration::days(56)).await.unwrap());
    let renewed = access::mandates_of_principal(world.db(), PRINCIPAL).await.unwrap();
    let renewed = renewed.into_iter().find(|found| found.id == mandate.id).unwrap();
    assert!(access::revoke_mandate(world.db(), &renewed, PRINCIPAL, NOW + Duration::days(57)).await.unwrap());
    assert_eq!(told(150).await, [], "who takes it back knows");
}

#[tokio::test]
async fn the_operator_says_for_how_many_people_an_agent_acts() {
    let world = World::new().await;
    for none in [0, -1, access::PRINCIPALS_MAX + 1] {
        assert!(!access::allow_principals(world.db(), none).await.unwrap());
    }
    assert!(access::allow_principals(world.db(), 1).await.unwrap());
    taken(&world, &[Topic::Orders]).await;
    let other = NewMandate { principal: OFFICER, ..online(&[Topic::Orders]) };
    let code = access::give_mandate(world.db(), &world.random, &other, NOW).await.unwrap();
    let second = access::take_mandate(world.db(), &code, (PERSON, "王小明"), NOW).await;
    assert!(matches!(second, Err(MandateError::Refused(no)) if no.code == "mandate/too-many"));
    assert!(access::allow_principals(world.db(), 2).await.unwrap());
    access::take_mandate(world.db(), &code, (PERSON, "王小明"), NOW).await.unwrap();
}
