//! Offices: given by two, ended by one, ended by a move; and the policies against the reach taken from them.

use access::{
    Action, Actor, Assurance, Held, Method, NewProposal, Office, OfficeError, Proposal, Reach, Role, Scope, Session,
    Tree, Verdict, agencies_of, decide_proposal, emergencies_at, end_offices_at, end_one, grant_alone, offices_at,
    permits, proposals_at, propose, reach_of,
};
use kernel::{AgencyCode, PersonId};
use proptest::prelude::*;
use std::sync::Arc;
use testkit::TestDb;
use time::macros::{date, datetime};
use time::{Date, Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);
const TODAY: Date = date!(2026 - 11 - 23);

fn code(text: &str) -> AgencyCode {
    AgencyCode::parse(text).unwrap()
}

fn tree() -> Arc<Tree> {
    Arc::new(Tree::new([(code("A58000000A"), code("A00000000A")), (code("A58010000A"), code("A58000000A"))]))
}

fn actor(person: i64, role: Role, reach: Reach) -> Actor {
    Actor {
        person: PersonId(person),
        name: format!("人員{person}"),
        offices: vec![Office::own(role, reach)],
        mandates: Vec::new(),
        assurance: Assurance::FreshCard,
        session: Session::opened(Method::Card, NOW),
        tree: tree(),
    }
}

fn new(person: i64, agencies: &[&str]) -> NewProposal {
    NewProposal {
        person: PersonId(person),
        person_name: format!("人員{person}"),
        post: code("A58000000A"),
        role: Role::Officer,
        agencies: agencies.iter().map(|agency| code(agency)).collect(),
        with_subordinates: false,
        from_on: TODAY,
        until_on: None,
        reason: "接辦人事業務".into(),
    }
}

const YES: Verdict = Verdict::Confirm { serving: true };

async fn decide(db: &db::Db, actor: &Actor, id: i64, verdict: Verdict) -> Result<Proposal, OfficeError> {
    let mut tx = db.begin().await?;
    let proposal = decide_proposal(&mut tx, actor, id, verdict, NOW).await?;
    tx.commit().await?;
    Ok(proposal)
}

/// Lets somebody hold the office with which they act.
async fn hold(test: &TestDb, actor: &Actor) {
    let mut tx = test.db.begin().await.unwrap();
    assert!(access::grant_office(&mut tx, actor.person, &actor.offices[0], TODAY, NOW).await.unwrap());
    tx.commit().await.unwrap();
}

/// What somebody holds for an agency today or later.
async fn held(test: &TestDb, person: i64, agency: &str) -> Vec<Held> {
    let all = offices_at(&test.db, &[code(agency)], TODAY).await.unwrap();
    all.into_iter().filter(|one| one.person == PersonId(person)).collect()
}

async fn database() -> TestDb {
    let test = testkit::database(&[access::MIGRATIONS]).await;
    let tree = tree();
    let pairs = CODES.map(code).into_iter().flat_map(|agency| {
        tree.above(agency).into_iter().map(move |above| (above.to_string(), agency.to_string())).collect::<Vec<_>>()
    });
    let mut tx = test.db.begin().await.unwrap();
    db::replace_tree(&mut tx, pairs).await.unwrap();
    tx.commit().await.unwrap();
    test
}

fn refused<T: std::fmt::Debug>(result: Result<T, OfficeError>) -> &'static str {
    match result {
        Err(OfficeError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn two_people_give_an_office_and_neither_of_them_receives_it() {
    let test = database().await;
    let here = Reach::Agency(code("A58000000A"));
    let (head, security) = (actor(1, Role::Head, here), actor(2, Role::Security, here));
    hold(&test, &head).await;
    hold(&test, &security).await;
    let db = test.db.scoped(reach_of(Some(&head), Action::ProposeOffice));
    assert_eq!(refused(propose(&db, &head, &new(1, &["A58000000A"]), NOW).await), "offices/own");
    let id = propose(&db, &head, &new(7, &["A58000000A"]), NOW).await.unwrap();
    assert!(held(&test, 7, "A58000000A").await.is_empty(), "a proposal counts for nothing");
    assert_eq!(refused(decide(&db, &head, id, YES).await), "offices/second-person");
    let seventh = actor(7, Role::Security, here);
    assert_eq!(refused(decide(&db, &seventh, id, YES).await), "offices/own");
    decide(&db, &security, id, YES).await.unwrap();
    assert_eq!(refused(decide(&db, &security, id, YES).await), "offices/decided");
    let given = held(&test, 7, "A58000000A").await;
    assert_eq!(given.len(), 1);
    assert!(given[0].counts_on(TODAY));
    assert!(proposals_at(&db, &[code("A58000000A")]).await.unwrap().is_empty());
    // The same office twice, and one that was refused.
    let again = propose(&db, &security, &new(7, &["A58000000A"]), NOW).await.unwrap();
    assert_eq!(refused(decide(&db, &head, again, YES).await), "offices/held");
    decide(&db, &head, again, Verdict::Refuse).await.unwrap();
    assert_eq!(held(&test, 7, "A58000000A").await.len(), 1);
}

#[tokio::test]
async fn nobody_gives_what_is_out_of_reach() {
    let test = database().await;
    let head = actor(1, Role::Head, Reach::Agency(code("A58000000A")));
    let db = test.db.scoped(reach_of(Some(&head), Action::ProposeOffice));
    for agencies in [&["A58010000A"][..], &["A58000000A", "376480000A"], &["A00000000A"]] {
        assert_eq!(refused(propose(&db, &head, &new(7, agencies), NOW).await), "offices/not-yours");
    }
    let below = NewProposal { with_subordinates: true, ..new(7, &["A58000000A"]) };
    assert_eq!(refused(propose(&db, &head, &below, NOW).await), "offices/not-yours");
    let under = actor(1, Role::Head, Reach::Subtree(code("A58000000A")));
    propose(&test.db.scoped(reach_of(Some(&under), Action::ProposeOffice)), &under, &below, NOW).await.unwrap();
    for (what, code) in [
        (NewProposal { role: Role::Operator, ..new(7, &["A58000000A"]) }, "offices/role"),
        (NewProposal { from_on: TODAY - Duration::days(1), ..new(7, &["A58000000A"]) }, "offices/from"),
        (NewProposal { until_on: Some(TODAY), ..new(7, &["A58000000A"]) }, "offices/until"),
        (NewProposal { reason: " ".into(), ..new(7, &["A58000000A"]) }, "offices/reason"),
        (new(7, &[]), "offices/agencies"),
    ] {
        assert_eq!(refused(propose(&db, &head, &what, NOW).await), code);
    }
    // A proposal of another agency does not exist here.
    let other = actor(3, Role::Security, Reach::Agency(code("376480000A")));
    let elsewhere = test.db.scoped(reach_of(Some(&other), Action::ConfirmOffice));
    let id = propose(&db, &head, &new(8, &["A58000000A"]), NOW).await.unwrap();
    assert_eq!(refused(decide(&elsewhere, &other, id, YES).await), "offices/unknown");
}

#[tokio::test]
async fn one_person_ends_an_office_and_a_move_ends_all() {
    let test = database().await;
    let here = Reach::Agency(code("A58000000A"));
    let (head, security) = (actor(1, Role::Head, here), actor(2, Role::Security, here));
    hold(&test, &head).await;
    hold(&test, &security).await;
    let db = test.db.scoped(reach_of(Some(&head), Action::ProposeOffice));
    for person in [7, 8] {
        let id = propose(&db, &head, &new(person, &["A58000000A"]), NOW).await.unwrap();
        decide(&db, &security, id, YES).await.unwrap();
    }
    let later = NOW + Duration::days(10);
    let held = offices_at(&db, &[code("A58000000A")], TODAY).await.unwrap();
    let of = |person| held.iter().find(|one| one.person == PersonId(person)).unwrap().id;
    let stranger = actor(9, Role::Officer, here);
    assert_eq!(refused(end_one(&db, &stranger, of(7), later).await), "offices/unknown");
    end_one(&db, &head, of(7), later).await.unwrap();
    assert_eq!(refused(end_one(&db, &head, of(7), later).await), "offices/ended");
    let mut tx = test.db.begin().await.unwrap();
    let left_on = TODAY + Duration::days(20);
    assert_eq!(end_offices_at(&mut tx, PersonId(8), (code("A58000000A"), left_on), &[], later).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let all = offices_at(&db, &[code("A58000000A")], TODAY).await.unwrap();
    let eighth = all.iter().find(|one| one.person == PersonId(8)).unwrap();
    assert!(eighth.counts_on(left_on - Duration::days(1)) && !eighth.counts_on(left_on));
}

/// The operator gives an office alone; whether it was new.
async fn alone(test: &TestDb, person: i64, role: Role, reach: Reach, why: Option<&str>) -> Result<bool, OfficeError> {
    let mut tx = test.db.begin().await.unwrap();
    let name = format!("人員{person}");
    let to = (PersonId(person), name.as_str());
    let given = grant_alone(&mut tx, to, &Office::own(role, reach), why, (TODAY, NOW)).await?;
    tx.commit().await.unwrap();
    Ok(given)
}

async fn card(test: &TestDb, person: u8) {
    let mut tx = test.db.begin().await.unwrap();
    assert!(access::register_card(&mut tx, &[person; 32], PersonId(person.into()), "某人", None, NOW).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_operator_gives_alone_only_what_two_others_cannot_or_for_a_reason_that_stays() {
    let test = database().await;
    let agency = code("A58010000A");
    let here = Reach::Agency(agency);
    let above = Reach::Subtree(code("A58000000A"));
    // The first ones have to come from somewhere.
    assert!(alone(&test, 1, Role::Head, here, None).await.unwrap());
    assert!(alone(&test, 3, Role::Officer, here, None).await.unwrap());
    assert!(alone(&test, 2, Role::Security, above, None).await.unwrap());
    for person in [1, 3] {
        card(&test, person).await;
    }
    assert!(alone(&test, 4, Role::Officer, here, None).await.unwrap(), "the second has no card and cannot confirm");
    card(&test, 2).await;
    assert_eq!(refused(alone(&test, 5, Role::Officer, here, None).await), "offices/by-two");
    assert!(
        alone(&test, 1, Role::Security, here, None).await.unwrap(),
        "only one of the two could give it to the other"
    );
    let elsewhere = Reach::Agency(code("376480000A"));
    assert!(alone(&test, 5, Role::Officer, elsewhere, None).await.unwrap(), "another agency has nobody");
    assert_eq!(refused(alone(&test, 5, Role::Officer, here, Some("  ")).await), "offices/emergency-reason");
    let long = "急".repeat(501);
    assert_eq!(refused(alone(&test, 5, Role::Officer, here, Some(&long)).await), "offices/emergency-reason");
    assert!(alone(&test, 5, Role::Officer, here, Some(" 機關遭攻擊 ")).await.unwrap());
    assert!(!alone(&test, 5, Role::Officer, here, Some("再一次")).await.unwrap(), "held already");
    // An operator alone makes the first operator, and no other.
    assert!(alone(&test, 6, Role::Operator, elsewhere, None).await.unwrap());
    card(&test, 6).await;
    assert_eq!(refused(alone(&test, 7, Role::Operator, here, None).await), "offices/another-operator");
    assert!(alone(&test, 7, Role::Operator, here, Some("唯一之系統管理者驟逝")).await.unwrap());
    // What was done is shown within its reach, also after the office is over, and stays.
    let mut tx = test.db.begin().await.unwrap();
    assert!(access::end_office(&mut tx, PersonId(5), &Office::own(Role::Officer, here), TODAY, NOW).await.unwrap());
    tx.commit().await.unwrap();
    let auditor = actor(9, Role::Auditor, here);
    let db = test.db.scoped(reach_of(Some(&auditor), Action::ReadOffices));
    let given = emergencies_at(&db, &[agency]).await.unwrap();
    let told: Vec<_> = given.iter().map(|one| (one.person, one.reason.as_str())).collect();
    assert_eq!(told, [(PersonId(7), "唯一之系統管理者驟逝"), (PersonId(5), "機關遭攻擊")]);
    let stranger = actor(9, Role::Auditor, elsewhere);
    let db = test.db.scoped(reach_of(Some(&stranger), Action::ReadOffices));
    assert!(emergencies_at(&db, &[agency]).await.unwrap().is_empty());
    for statement in ["DELETE FROM access.emergency", "UPDATE access.emergency SET reason = '例行'"] {
        assert!(db::raw_sql(statement).execute(test.db.pool()).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn who_confirms_reaches_all_that_is_given_and_who_proposed_it_still_may() {
    let test = database().await;
    let all_below = Reach::Subtree(code("A58000000A"));
    let head = actor(1, Role::Head, all_below);
    let narrow = actor(2, Role::Security, Reach::Agency(code("A58000000A")));
    let wide = actor(3, Role::Security, all_below);
    for holder in [&head, &narrow, &wide] {
        hold(&test, holder).await;
    }
    let db = test.db.scoped(reach_of(Some(&head), Action::ProposeOffice));
    let below = |person| NewProposal { with_subordinates: true, ..new(person, &["A58000000A"]) };
    let id = propose(&db, &head, &below(7), NOW).await.unwrap();
    assert_eq!(refused(decide(&db, &narrow, id, YES).await), "offices/not-yours");
    decide(&db, &wide, id, YES).await.unwrap();
    let again = propose(&db, &head, &below(8), NOW).await.unwrap();
    let proposed_with = held(&test, 1, "A58000000A").await.remove(0).id;
    end_one(&db, &head, proposed_with, NOW).await.unwrap();
    assert_eq!(refused(decide(&db, &wide, again, YES).await), "offices/proposer");
    assert!(held(&test, 8, "A58000000A").await.is_empty());
    decide(&db, &wide, again, Verdict::Refuse).await.unwrap();
}

#[tokio::test]
async fn who_leaves_loses_what_was_given_through_the_post_and_what_was_proposed() {
    let test = database().await;
    let all_below = Reach::Subtree(code("A58000000A"));
    let (head, security) = (actor(1, Role::Head, all_below), actor(2, Role::Security, all_below));
    hold(&test, &head).await;
    hold(&test, &security).await;
    let db = test.db.scoped(reach_of(Some(&head), Action::ProposeOffice));
    // Two offices at the agency below through the post above it; the eighth person serves below as well.
    for person in [7, 8] {
        let id = propose(&db, &head, &new(person, &["A58010000A"]), NOW).await.unwrap();
        decide(&db, &security, id, YES).await.unwrap();
    }
    let open = propose(&db, &head, &NewProposal { role: Role::Auditor, ..new(7, &["A58010000A"]) }, NOW).await.unwrap();
    let elsewhere = NewProposal { role: Role::Auditor, post: code("A58010000A"), ..new(8, &["A58010000A"]) };
    let other = propose(&db, &head, &elsewhere, NOW).await.unwrap();
    let mut tx = test.db.begin().await.unwrap();
    let left = (code("A58000000A"), TODAY);
    assert_eq!(end_offices_at(&mut tx, PersonId(7), left, &[], NOW).await.unwrap(), 1);
    assert_eq!(end_offices_at(&mut tx, PersonId(8), left, &[code("A58010000A")], NOW).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert!(held(&test, 7, "A58010000A").await.is_empty());
    assert_eq!(held(&test, 8, "A58010000A").await.len(), 1);
    for verdict in [YES, Verdict::Refuse] {
        assert_eq!(refused(decide(&db, &security, open, verdict).await), "offices/lapsed");
    }
    let waiting = proposals_at(&db, &[code("A58010000A")]).await.unwrap();
    assert_eq!(waiting.iter().map(|proposal| proposal.id).collect::<Vec<_>>(), [other]);
    let gone = decide(&db, &security, other, Verdict::Confirm { serving: false }).await;
    assert_eq!(refused(gone), "offices/left");
}

const CODES: [&str; 4] = ["A00000000A", "A58000000A", "A58010000A", "376480000A"];

proptest! {
    /// What lists are filtered by is exactly what the policies permit one by one.
    #[test]
    fn the_reach_of_a_list_is_what_the_policies_permit(
        offices in proptest::collection::vec((0..Role::ALL.len(), 0..CODES.len(), any::<bool>()), 0..4),
        action in 0..Action::ALL.len(),
    ) {
        let offices = offices.into_iter().map(|(role, agency, below)| {
            let agency = code(CODES[agency]);
            Office::own(Role::ALL[role], if below { Reach::Subtree(agency) } else { Reach::Agency(agency) })
        });
        let actor = Actor { offices: offices.collect(), ..actor(1, Role::Officer, Reach::Agency(code(CODES[0]))) };
        // What belongs to the platform, to everybody or to no agency is no list of agencies.
        let action = Action::ALL[action];
        prop_assume!(!matches!(action, Action::ReadPublic | Action::SignIn | Action::ImportAgencies | Action::ReadAgencies));
        let listed = agencies_of(&actor, action);
        for agency in CODES.map(code) {
            prop_assert_eq!(listed.contains(&agency), permits(Some(&actor), action, Scope::Agency(&agency)), "{:?} {}", action, agency);
        }
    }
}
