//! Deputies against a real database: whose turn it is, what they may do, until when.

use crate::{NOW, PERSON, World};
use access::{
    AbsenceKind, Action, Actor, Assurance, DutyFile, Method, NewAbsence, NewDeputising, NewDeputy, Office, Reach, Role,
    Scope, Session, Tree, permits,
};
use kernel::{AgencyCode, FixedClock, PersonId, office_date};
use std::sync::Arc;
use time::{Date, Duration, OffsetDateTime};

/// The head; [`PERSON`], who signs in, is the deputy.
const HEAD: PersonId = PersonId(70);
const OTHER: PersonId = PersonId(71);
const OFFICER: PersonId = PersonId(72);

fn here() -> AgencyCode {
    AgencyCode::parse("376480000A").unwrap()
}

fn today() -> Date {
    office_date(NOW)
}

/// A world with a head, and the head's duty.
async fn world() -> (World, i64) {
    let world = World::new().await;
    let mut tx = world.db().begin().await.unwrap();
    let head = Office::own(Role::Head, Reach::Agency(here()));
    assert!(access::grant_office(&mut tx, HEAD, &head, today(), NOW).await.unwrap());
    assert!(access::register_card(&mut tx, &[1; 32], HEAD, "陳首長", Some(&here()), NOW).await.unwrap());
    tx.commit().await.unwrap();
    let id = access::duties(world.db(), &[here()], today()).await.unwrap()[0].duty.id;
    (world, id)
}

/// Who keeps the deputies of the agency, right after showing the card.
fn officer() -> Actor {
    actor_in(OFFICER, Office::own(Role::Officer, Reach::Agency(here())))
}

pub(crate) fn actor_in(person: PersonId, office: Office) -> Actor {
    Actor {
        person,
        name: "王承辦".into(),
        offices: vec![office],
        mandates: Vec::new(),
        assurance: Assurance::FreshCard,
        session: Session::opened(Method::Card, NOW),
        tree: Arc::new(Tree::new([(below(), here())])),
    }
}

fn below() -> AgencyCode {
    AgencyCode::parse("376480300A").unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T, access::DeputyError>) -> &'static str {
    match result {
        Err(access::DeputyError::Refused(no)) => no.code,
        other => panic!("not refused: {other:?}"),
    }
}

async fn file(world: &World, duty: i64) -> DutyFile {
    access::duty(world.db(), &[here()], duty, today()).await.unwrap().unwrap()
}

async fn name(world: &World, duty: i64, person: PersonId, powers: &[Action]) -> Vec<access::Warning> {
    let file = file(world, duty).await;
    let outcomes = ["4001".to_owned()];
    let new = NewDeputy { person, name: "王小明", powers, outcomes: Some(&outcomes) };
    access::name_deputy(world.db(), &file, &new, true, (&officer(), NOW)).await.unwrap()
}

async fn leave(world: &World, person: PersonId, from_on: Date, days: i64) {
    assert_eq!(leave_at(world, (person, here()), OFFICER, from_on, days).await, "entered");
}

/// Somebody enters leave that an agency keeps; the code of the refusal, or that it was entered.
async fn leave_at(
    world: &World,
    (person, agency): (PersonId, AgencyCode),
    by: PersonId,
    from_on: Date,
    days: i64,
) -> &'static str {
    let new = NewAbsence {
        person,
        name: "陳首長",
        agency: &agency,
        kind: AbsenceKind::Leave,
        from_on,
        until_on: from_on + Duration::days(days),
    };
    match access::enter_absence(world.db(), &new, by, NOW).await {
        Ok(()) => "entered",
        Err(access::DeputyError::Refused(no)) => no.code,
        Err(other) => panic!("{other}"),
    }
}

/// The deputy, signed in on a day.
async fn actor(world: &World, at: OffsetDateTime) -> Actor {
    let token = world.signed_in_at(at).await;
    let tree = Arc::new(Tree::default());
    access::actor_of(world.db(), &FixedClock(at), &tree, &token).await.unwrap().unwrap()
}

fn approves(actor: &Actor) -> bool {
    permits(Some(actor), Action::ApproveCase, Scope::Agency(&here()))
}

#[tokio::test]
async fn a_deputy_acts_from_the_first_day_of_leave_until_the_day_back() {
    let (world, duty) = world().await;
    assert_eq!(name(&world, duty, PERSON, &[Action::ApproveCase, Action::ReadCases]).await, []);
    assert!(actor(&world, NOW).await.offices.is_empty(), "nobody is away");
    leave(&world, HEAD, today(), 2).await;
    let acting = actor(&world, NOW).await;
    assert!(approves(&acting));
    let office = &acting.offices[0];
    let acting_for = office.acting_for.as_ref().unwrap();
    assert_eq!((acting_for.person, acting_for.name.as_str(), acting_for.absence.as_str()), (HEAD, "陳首長", "請假"));
    assert_eq!(acting_for.outcomes.as_deref(), Some(["4001".to_owned()].as_slice()));
    assert!(!permits(Some(&acting), Action::AnswerQuestions, Scope::Agency(&here())), "only what was handed over");
    assert!(!permits(Some(&acting), Action::KeepDeputies, Scope::Agency(&here())), "and never who stands in");
    assert!(approves(&actor(&world, NOW + Duration::days(1)).await));
    assert!(!approves(&actor(&world, NOW + Duration::days(2)).await), "the day back");
}

#[tokio::test]
async fn leave_that_another_agency_entered_starts_nobody_and_tells_nobody() {
    let (world, duty) = world().await;
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    let (there, above) = (AgencyCode::parse("A09000000E").unwrap(), AgencyCode::parse("A00000000A").unwrap());
    let mut tx = world.db().begin().await.unwrap();
    let pairs = [(above, above), (above, here()), (here(), here()), (there, there)];
    let pairs = pairs.map(|(above, node)| (above.to_string(), node.to_string()));
    db::replace_tree(&mut tx, pairs.into_iter()).await.unwrap();
    tx.commit().await.unwrap();
    let stranger = PersonId(79);
    assert_eq!(leave_at(&world, (HEAD, there), stranger, today(), 5).await, "entered");
    assert!(!approves(&actor(&world, NOW).await), "no agency takes another one's head away");
    assert!(file(&world, duty).await.absences.is_empty());
    // The head's own agency enters leave for the same days as if the other one did not exist, and the other way round.
    assert_eq!(leave_at(&world, (HEAD, here()), OFFICER, today(), 5).await, "entered");
    assert_eq!(leave_at(&world, (HEAD, there), stranger, today(), 5).await, "deputy/overlap", "with its own");
    assert!(approves(&actor(&world, NOW).await));
    // A deputy is not passed over by another agency's word either, but by their own or that of an agency above.
    assert_eq!(leave_at(&world, (PERSON, there), stranger, today(), 5).await, "entered");
    assert!(approves(&actor(&world, NOW).await));
    assert_eq!(leave_at(&world, (PERSON, above), stranger, today(), 1).await, "entered");
    assert!(!approves(&actor(&world, NOW).await));
    let next_day = today() + Duration::days(1);
    assert!(approves(&actor(&world, NOW + Duration::days(1)).await));
    assert_eq!(leave_at(&world, (PERSON, above), PERSON, next_day, 1).await, "entered");
    assert!(!approves(&actor(&world, NOW + Duration::days(1)).await));
}

#[tokio::test]
async fn leave_that_people_enter_themselves_counts_wherever_they_hold_office() {
    let (world, duty) = world().await;
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    let there = AgencyCode::parse("A09000000E").unwrap();
    assert_eq!(leave_at(&world, (HEAD, there), HEAD, today(), 2).await, "entered");
    assert!(approves(&actor(&world, NOW).await));
}

#[tokio::test]
async fn leave_that_ends_early_ends_the_power_at_once() {
    let (world, duty) = world().await;
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    leave(&world, HEAD, today() - Duration::days(1), 5).await;
    let token = world.signed_in().await;
    let is_in = async || {
        let tree = Arc::new(Tree::default());
        approves(&access::actor_of(world.db(), &FixedClock(NOW), &tree, &token).await.unwrap().unwrap())
    };
    assert!(is_in().await);
    let id = access::absences_of(world.db(), HEAD, today()).await.unwrap()[0].id;
    assert!(!access::end_absence(world.db(), OTHER, id, today(), NOW).await.unwrap(), "it is not theirs");
    assert!(access::end_absence(world.db(), HEAD, id, today(), NOW).await.unwrap());
    assert!(!is_in().await, "in the same session");
}

#[tokio::test]
async fn the_order_counts_and_who_is_away_is_passed_over() {
    let (world, duty) = world().await;
    name(&world, duty, OTHER, &[Action::ApproveCase]).await;
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    leave(&world, HEAD, today(), 9).await;
    assert!(!approves(&actor(&world, NOW).await), "the first is there");
    leave(&world, OTHER, today(), 1).await;
    assert!(approves(&actor(&world, NOW).await), "the first is away");
    assert!(!approves(&actor(&world, NOW + Duration::days(1)).await), "the first is back");
    let second = file(&world, duty).await.deputies[1].id;
    let found = file(&world, duty).await;
    assert!(access::promote_deputy(world.db(), &found.duty, second, (OFFICER, NOW)).await.unwrap());
    assert!(
        !access::promote_deputy(world.db(), &found.duty, second, (OFFICER, NOW)).await.unwrap(),
        "is the first now"
    );
    assert!(approves(&actor(&world, NOW + Duration::days(1)).await));
    assert!(access::end_deputy(world.db(), &found.duty, second, (OFFICER, NOW)).await.unwrap());
    assert!(!approves(&actor(&world, NOW + Duration::days(1)).await));
}

#[tokio::test]
async fn by_hand_it_counts_until_ended_by_hand() {
    let (world, duty) = world().await;
    let new = NewDeputising { reason: "公出", from_on: today(), until_on: None };
    let found = file(&world, duty).await;
    let nobody = access::start_deputising(world.db(), &found, &new, OFFICER, NOW).await;
    assert!(matches!(nobody, Err(access::DeputyError::Refused(no)) if no.code == "deputy/nobody"));
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    let found = file(&world, duty).await;
    access::start_deputising(world.db(), &found, &new, OFFICER, NOW).await.unwrap();
    let twice = access::start_deputising(world.db(), &file(&world, duty).await, &new, OFFICER, NOW).await;
    assert!(matches!(twice, Err(access::DeputyError::Refused(no)) if no.code == "deputy/started"));
    let later = actor(&world, NOW + Duration::days(400)).await;
    assert_eq!(later.offices[0].acting_for.as_ref().unwrap().absence, "公出");
    let end = today() + Duration::days(401);
    assert!(access::end_deputising(world.db(), &found.duty, end, NOW).await.unwrap());
    assert!(approves(&actor(&world, NOW + Duration::days(400)).await));
    assert!(!approves(&actor(&world, NOW + Duration::days(401)).await));
}

#[tokio::test]
async fn nobody_names_themselves_or_brings_about_their_own_turn() {
    let (world, duty) = world().await;
    let db = world.db();
    let new = |person| NewDeputy { person, name: "某人", powers: &[Action::ApproveCase], outcomes: None };
    let found = file(&world, duty).await;
    assert_eq!(
        refused(access::name_deputy(db, &found, &new(OFFICER), true, (&officer(), NOW)).await),
        "deputy/by-self"
    );
    name(&world, duty, OTHER, &[Action::ApproveCase]).await;
    // The head names the officer, who is second and still keeps the deputies of the agency.
    let head = actor_in(HEAD, Office::own(Role::Head, Reach::Agency(here())));
    access::name_deputy(db, &file(&world, duty).await, &new(OFFICER), true, (&head, NOW)).await.unwrap();
    let found = file(&world, duty).await;
    let (first, second) = (found.deputies[0].id, found.deputies[1].id);
    let start = NewDeputising { reason: "公出", from_on: today(), until_on: None };
    assert_eq!(refused(access::start_deputising(db, &found, &start, OFFICER, NOW).await), "deputy/own-turn");
    assert_eq!(refused(access::promote_deputy(db, &found.duty, second, (OFFICER, NOW)).await), "deputy/own-turn");
    assert_eq!(refused(access::end_deputy(db, &found.duty, first, (OFFICER, NOW)).await), "deputy/own-turn");
    let away = |person| NewAbsence {
        person,
        name: "某人",
        agency: Box::leak(Box::new(here())),
        kind: AbsenceKind::Leave,
        from_on: today(),
        until_on: today() + Duration::days(1),
    };
    for person in [HEAD, OTHER] {
        assert_eq!(refused(access::enter_absence(db, &away(person), OFFICER, NOW).await), "deputy/own-turn");
        access::enter_absence(db, &away(person), person, NOW).await.unwrap();
    }
    access::enter_absence(db, &away(PERSON), OFFICER, NOW).await.unwrap();
    access::enter_absence(db, &away(OFFICER), OFFICER, NOW).await.unwrap();
    assert!(
        access::end_deputy(db, &found.duty, second, (OFFICER, NOW)).await.unwrap(),
        "one's own part can be given up"
    );
}

#[tokio::test]
async fn nobody_names_for_a_duty_that_reaches_further_than_they_do() {
    let (world, _) = world().await;
    let mut tx = world.db().begin().await.unwrap();
    let wide = Office::own(Role::Security, Reach::Subtree(here()));
    assert!(access::grant_office(&mut tx, HEAD, &wide, today(), NOW).await.unwrap());
    tx.commit().await.unwrap();
    let all = access::duties(world.db(), &[here()], today()).await.unwrap();
    let file = all.into_iter().find(|file| file.duty.office.role == Role::Security).unwrap();
    let new = NewDeputy { person: OTHER, name: "李代理", powers: &[Action::ReadOffices], outcomes: None };
    let narrow = access::name_deputy(world.db(), &file, &new, true, (&officer(), NOW)).await;
    assert_eq!(refused(narrow), "deputy/beyond-reach");
    let as_far = actor_in(OFFICER, Office::own(Role::Officer, Reach::Subtree(here())));
    access::name_deputy(world.db(), &file, &new, true, (&as_far, NOW)).await.unwrap();
}

#[tokio::test]
async fn an_act_for_two_principals_is_handed_back_to_both() {
    let (world, duty) = world().await;
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    leave(&world, HEAD, today(), 1).await;
    let acting = actor(&world, NOW).await;
    let mut second = acting.offices[0].clone();
    second.acting_for.as_mut().unwrap().person = OTHER;
    let act = access::begin_act(world.db(), &acting, Action::ApproveCase, "/paper", NOW).await.unwrap().unwrap();
    access::finish_act(world.db(), act, &[acting.offices[0].clone(), second, officer().offices[0].clone()], NOW)
        .await
        .unwrap();
    for principal in [HEAD, OTHER] {
        let acts = access::acts_for(world.db(), principal).await.unwrap();
        assert_eq!(acts.iter().map(|act| (act.path.as_str(), act.done)).collect::<Vec<_>>(), [("/paper", true)]);
    }
    let own = access::begin_act(world.db(), &acting, Action::ApproveCase, "/own", NOW).await.unwrap().unwrap();
    access::finish_act(world.db(), own, &officer().offices, NOW).await.unwrap();
    assert_eq!(
        access::acts_for(world.db(), HEAD).await.unwrap().len(),
        1,
        "what was done in one's own office is not handed back"
    );
}

#[tokio::test]
async fn a_deputised_office_is_not_passed_on_and_ends_with_the_office() {
    let (world, duty) = world().await;
    // OTHER stands in for the head and is away; the deputy of OTHER's own office does not become head.
    name(&world, duty, OTHER, &[Action::ApproveCase]).await;
    let mut tx = world.db().begin().await.unwrap();
    let officer = Office::own(Role::Officer, Reach::Agency(here()));
    assert!(access::grant_office(&mut tx, OTHER, &officer, today(), NOW).await.unwrap());
    tx.commit().await.unwrap();
    let all = access::duties(world.db(), &[here()], today()).await.unwrap();
    let own = all.iter().find(|file| file.duty.principal == OTHER).unwrap().duty.id;
    name(&world, own, PERSON, &[Action::PrepareCase]).await;
    leave(&world, HEAD, today(), 5).await;
    leave(&world, OTHER, today(), 5).await;
    let acting = actor(&world, NOW).await;
    assert!(permits(Some(&acting), Action::PrepareCase, Scope::Agency(&here())));
    assert!(!approves(&acting));
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::end_office(&mut tx, OTHER, &officer, today(), NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert!(actor(&world, NOW).await.offices.is_empty(), "the office is over, and with it the deputising");
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_what_is_odd_is_kept() {
    let (world, duty) = world().await;
    let found = file(&world, duty).await;
    let code = async |person, powers: &[Action]| {
        let new = NewDeputy { person, name: "王小明", powers, outcomes: None };
        match access::name_deputy(world.db(), &found, &new, true, (&officer(), NOW)).await {
            Err(access::DeputyError::Refused(no)) => no.code,
            other => panic!("not refused: {other:?}"),
        }
    };
    assert_eq!(code(HEAD, &[Action::ApproveCase]).await, "deputy/self");
    assert_eq!(code(PERSON, &[]).await, "deputy/powers");
    assert_eq!(code(PERSON, &[Action::ImportPeople]).await, "deputy/powers", "a head has no such power");
    assert_eq!(code(PERSON, &[Action::ConfirmOffice]).await, "deputy/powers", "it is never handed over");
    let new = NewDeputy { person: OTHER, name: "李代理", powers: &[Action::ApproveCase], outcomes: None };
    let odd = access::name_deputy(world.db(), &found, &new, false, (&officer(), NOW)).await.unwrap();
    assert_eq!(odd, [access::Warning::NoPostHere, access::Warning::NoCard]);
    assert_eq!(file(&world, duty).await.deputies[0].warnings, odd);
    let new = |from_on, days| NewAbsence {
        person: HEAD,
        name: "陳首長",
        agency: Box::leak(Box::new(here())),
        kind: AbsenceKind::Leave,
        from_on,
        until_on: from_on + Duration::days(days),
    };
    leave(&world, HEAD, today(), 3).await;
    for (leave, expected) in [
        (new(today() + Duration::days(2), 3), "deputy/overlap"),
        (new(today() + Duration::days(9), 0), "deputy/period"),
        (new(today() - Duration::days(9), 9), "deputy/period"),
        (new(today() + Duration::days(9), 2_000), "deputy/long"),
    ] {
        let refused = access::enter_absence(world.db(), &leave, OFFICER, NOW).await;
        assert!(matches!(refused, Err(access::DeputyError::Refused(no)) if no.code == expected), "{expected}");
    }
}

#[tokio::test]
async fn what_was_done_in_a_name_is_handed_back_to_its_owner_alone() {
    let (world, duty) = world().await;
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    leave(&world, HEAD, today(), 1).await;
    let acting = actor(&world, NOW).await;
    let db = world.db();
    assert_eq!(access::begin_act(db, &acting, Action::ReadOwnRecord, "/mydata", NOW).await.unwrap(), None);
    let done = access::begin_act(db, &acting, Action::ApproveCase, "/approvals/case/3/approve", NOW).await.unwrap();
    let refused = access::begin_act(db, &acting, Action::ApproveCase, "/approvals/case/4/approve", NOW).await.unwrap();
    let crashed = access::begin_act(db, &acting, Action::ApproveCase, "/approvals/case/5/approve", NOW).await.unwrap();
    access::finish_act(db, done.unwrap(), &acting.offices, NOW).await.unwrap();
    access::drop_act(db, refused.unwrap()).await.unwrap();
    let mine = db.scoped(db::Reach { own: Some(HEAD.0), ..db::Reach::default() });
    let acts = access::acts_for(&mine, HEAD).await.unwrap();
    let shown: Vec<_> = acts.iter().map(|act| (act.id, act.path.as_str(), act.done)).collect();
    assert_eq!(
        shown,
        [(crashed.unwrap(), "/approvals/case/5/approve", false), (done.unwrap(), "/approvals/case/3/approve", true)]
    );
    let other = db.scoped(db::Reach { own: Some(OTHER.0), ..db::Reach::default() });
    assert_eq!(access::acts_for(&other, HEAD).await.unwrap(), [], "row security");
    assert_eq!(access::acts_acknowledge(&mine, HEAD, &[done.unwrap()], NOW).await.unwrap(), 1);
    assert_eq!(access::acts_acknowledge(&mine, HEAD, &[done.unwrap()], NOW).await.unwrap(), 0);
    assert_eq!(access::acts_for(&mine, HEAD).await.unwrap()[1].seen_at, Some(NOW));
}

#[tokio::test]
async fn who_leaves_has_no_deputies_and_is_nobodys_any_more() {
    let (world, duty) = world().await;
    let there = AgencyCode::parse("A58000000A").unwrap();
    let head_there = Office::own(Role::Head, Reach::Agency(there));
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::grant_office(&mut tx, OTHER, &head_there, today(), NOW).await.unwrap());
    tx.commit().await.unwrap();
    // PERSON stands in for the head here and for the head there.
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    let found = access::duties(world.db(), &[there], today()).await.unwrap().remove(0);
    let new = NewDeputy { person: PERSON, name: "王小明", powers: &[Action::ApproveCase], outcomes: None };
    let officer_there = actor_in(OFFICER, Office::own(Role::Officer, Reach::Agency(there)));
    access::name_deputy(world.db(), &found, &new, false, (&officer_there, NOW)).await.unwrap();
    let deputies = async |agency: AgencyCode| {
        let all = access::duties(world.db(), &[agency], today()).await.unwrap();
        all.iter().map(|file| file.deputies.len()).sum::<usize>()
    };
    assert_eq!((deputies(here()).await, deputies(there).await), (1, 1));
    let left = async |person, agency, serving: &[AgencyCode]| {
        let mut tx = world.db().begin().await.unwrap();
        let ended = access::end_deputies_of(&mut tx, person, (agency, today()), serving, NOW).await.unwrap();
        tx.commit().await.unwrap();
        ended
    };
    // Who serves there too stays a deputy there; who has moved is one nowhere.
    assert_eq!(left(PERSON, here(), &[there]).await, 1);
    assert_eq!((deputies(here()).await, deputies(there).await), (0, 1));
    let event: String =
        db::query_scalar("SELECT subject FROM outbox.event WHERE kind = 'DeputyEnded' ORDER BY id DESC LIMIT 1")
            .fetch_one(world.db().pool())
            .await
            .unwrap();
    assert_eq!(event, HEAD.to_string(), "the principal's matter");
    assert_eq!(left(PERSON, here(), &[]).await, 1);
    assert_eq!(deputies(there).await, 0);
    // The head leaves: whoever stood in does so no more, also where it was started by hand.
    name(&world, duty, PERSON, &[Action::ApproveCase]).await;
    let new = NewDeputising { reason: "公出", from_on: today(), until_on: None };
    access::start_deputising(world.db(), &file(&world, duty).await, &new, OFFICER, NOW).await.unwrap();
    assert!(approves(&actor(&world, NOW).await));
    assert_eq!(left(HEAD, here(), &[]).await, 1);
    assert!(actor(&world, NOW).await.offices.is_empty());
    let over = file(&world, duty).await;
    assert!(over.deputies.is_empty() && over.started.is_empty());
}
