//! Mandates against a real database: given, taken up, exercised within their topics, renewed, revoked.

use crate::{NOW, PERSON, World};
use access::{
    Action, Actor, Mandate, MandateError, MandateState, NewDeputy, NewMandate, Office, Reach, Role, Scope, Topic, Tree,
    Way, agent_reach, permits,
};
use kernel::{AgencyCode, FixedClock, PersonId, office_date};
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
    assert!(access::renew_mandate(world.db(), &renewed, PRINCIPAL, later + Duration::days(1)).await.unwrap());
    let again = access::mandates_of_principal(world.db(), PRINCIPAL).await.unwrap().remove(0);
    assert_eq!(again.until_on, today() + Duration::days(51), "for as many days as it was given, however often");
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
        Ok(_) => "taken",
        Err(MandateError::Refused(no)) => no.code,
        Err(other) => panic!("{other}"),
    };
    assert_eq!(take("no-such-code", PERSON).await, "mandate/code");
    assert_eq!(take(&code, PRINCIPAL).await, "mandate/code", "nobody is their own agent");
    assert_eq!(take(&code, PERSON).await, "taken");
    assert_eq!(take(&code, OFFICER).await, "mandate/code", "a code is good once");
}

/// A mandate for everything, given at the counter before [`OFFICER`]; its code.
async fn at_the_counter(world: &World) -> String {
    let witness = Some((OFFICER, "王承辦"));
    let new = NewMandate { way: Way::Counter, witness, evidence: "國民身分證、健保卡", ..online(&Topic::ALL) };
    access::give_mandate(world.db(), &world.random, &new, NOW).await.unwrap()
}

#[tokio::test]
async fn whoever_saw_a_mandate_given_gains_nothing_by_it() {
    let world = World::new().await;
    let code = at_the_counter(&world).await;
    let colleague = PersonId(82);
    let deputy = PersonId(83);
    let above = PersonId(84);
    let (here, top) = (AgencyCode::parse("376480000A").unwrap(), AgencyCode::parse("A00000000A").unwrap());
    let mut tx = world.db().begin().await.unwrap();
    let pairs = [(top, top), (top, here), (here, here)].map(|(above, node)| (above.to_string(), node.to_string()));
    db::replace_tree(&mut tx, pairs.into_iter()).await.unwrap();
    for (person, reach) in [(colleague, Reach::Agency(here)), (above, Reach::Subtree(top))] {
        let office = Office::own(Role::Officer, reach);
        assert!(access::grant_office(&mut tx, person, &office, today(), NOW).await.unwrap());
    }
    tx.commit().await.unwrap();
    let duty = access::duties(world.db(), &[here], today()).await.unwrap().remove(0);
    let new = NewDeputy { person: deputy, name: "某代理", powers: &[Action::PrepareCase], outcomes: None };
    let by = crate::deputies::actor_in(colleague, Office::own(Role::Officer, Reach::Agency(here)));
    access::name_deputy(world.db(), &duty, &new, true, (&by, NOW)).await.unwrap();
    let refused = async |who| match access::take_mandate(world.db(), &code, (who, "某人"), NOW).await {
        Err(MandateError::Refused(no)) => no.code,
        other => panic!("not refused: {other:?}"),
    };
    assert_eq!(refused(OFFICER).await, "mandate/agent-is-witness");
    for officer in [colleague, deputy, above] {
        assert_eq!(refused(officer).await, "mandate/conflict", "{officer}");
    }
    for wrong in ["agent = witness", "agent = 90, conflict = true"] {
        let sql = format!("UPDATE access.mandate SET {wrong}, taken_at = given_at");
        assert!(db::query(db::AssertSqlSafe(sql)).execute(world.db().pool()).await.is_err(), "{wrong}");
    }
    access::take_mandate(world.db(), &code, (PERSON, "王小明"), NOW).await.unwrap();
    // On line the principal chose whom they know; that it is an officer is shown.
    let code = access::give_mandate(world.db(), &world.random, &online(&[Topic::Orders]), NOW).await.unwrap();
    assert!(access::take_mandate(world.db(), &code, (colleague, "某承辦"), NOW).await.unwrap().conflict);
}

#[tokio::test]
async fn what_was_given_before_an_officer_reaches_one_agency_until_its_principal_confirms_it() {
    let world = World::new().await;
    let code = at_the_counter(&world).await;
    let offered = access::mandates_of_principal(world.db(), PRINCIPAL).await.unwrap().remove(0);
    assert!(!access::confirm_mandate(world.db(), &offered, PRINCIPAL, NOW).await.unwrap(), "of nobody known yet");
    let mandate = access::take_mandate(world.db(), &code, (PERSON, "王小明"), NOW).await.unwrap();
    assert!(mandate.is_limited());
    let within = |actor: &Actor| agent_reach(actor, mandate.id, Topic::Orders).unwrap().1.within;
    let actor = agent(&world, NOW).await;
    assert_eq!(within(&actor).as_deref(), Some("376480000A"));
    assert!(agent_reach(&actor, mandate.id, Topic::Delivery).is_none(), "which binds every agency");
    assert!(!access::confirm_mandate(world.db(), &mandate, OFFICER, NOW).await.unwrap(), "it is not theirs");
    assert!(access::confirm_mandate(world.db(), &mandate, PRINCIPAL, NOW).await.unwrap());
    assert!(!access::confirm_mandate(world.db(), &mandate, PRINCIPAL, NOW).await.unwrap());
    let actor = agent(&world, NOW).await;
    assert_eq!(within(&actor), None);
    assert!(agent_reach(&actor, mandate.id, Topic::Delivery).is_some());
}

#[tokio::test]
async fn an_agent_has_so_many_principals_and_no_more() {
    let world = World::new().await;
    for number in 0..21 {
        let new = NewMandate { principal: PersonId(1_000 + number), ..online(&[Topic::Orders]) };
        let code = access::give_mandate(world.db(), &world.random, &new, NOW).await.unwrap();
        let took = access::take_mandate(world.db(), &code, (PERSON, "王小明"), NOW).await;
        match took {
            Ok(_) => assert!(number < 20),
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
