//! Row security: whatever a query forgets, nobody reads beyond their reach.

use crate::world::{HERE, NOW, THERE, Who, World, award_file, code};
use access::{Action, Actor, Assurance, Method, Office, Reach, Role, Session, Tree};
use db::Db;
use kernel::{AgencyCode, OrderId, PersonId};
use personnel::PeopleQuery;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An actor who belongs to no agency of the tests except by office.
pub fn holder(offices: Vec<Office>) -> Actor {
    Actor {
        person: PersonId(4_000_000_000),
        name: "某人".into(),
        offices,
        mandates: Vec::new(),
        assurance: Assurance::FreshCard,
        session: Session::opened(Method::Card, NOW),
        tree: Arc::new(Tree::new([(code(THERE), code("A00000000A"))])),
    }
}

/// What is on file at HERE.
struct OnFile {
    order: OrderId,
    person: PersonId,
    reference: String,
    batch: kernel::BatchId,
    case: kernel::CaseId,
}

/// Every list and every single thing, asked for HERE through this handle: how many rows each gave.
async fn ask_everything(db: &Db, on_file: &OnFile) -> BTreeMap<&'static str, usize> {
    let here: [AgencyCode; 1] = [code(HERE)];
    let people = PeopleQuery { agencies: &here, words: "", limit: 100, offset: 0 };
    let (people, count) = personnel::people(db, people).await.unwrap();
    let period = readlog::Period::default();
    let reads = readlog::AuditQuery { agencies: &here, about: None, reader: "", purpose: "", period };
    let states = ["draft", "in_review", "awaiting_head", "issued", "undone"];
    let one = |there: bool| usize::from(there);
    BTreeMap::from([
        ("people", people.len()),
        ("count of people", usize::try_from(count).unwrap()),
        ("person", one(personnel::person_at(db, &here, on_file.person).await.unwrap().is_some())),
        ("entries", personnel::entries(db, on_file.person).await.unwrap().len()),
        (
            "agencies with people",
            personnel::agencies_with_people(db).await.unwrap().iter().filter(|a| **a == here[0]).count(),
        ),
        ("by national id", one(personnel::person_at_by_national_id(db, &here, "A223456781").await.unwrap().is_some())),
        ("cases", personnel::cases(db, &here, &states).await.unwrap().len()),
        ("case", one(personnel::case_file(db, &here, on_file.case).await.unwrap().is_some())),
        ("batch", one(personnel::batch(db, on_file.batch).await.unwrap().is_some_and(|batch| !batch.cases.is_empty()))),
        ("records", personnel::records(db, on_file.person).await.unwrap().len()),
        ("orders", orders::orders_of_agencies(db, &here, 100, 0).await.unwrap().len()),
        ("count of orders", usize::try_from(orders::count_of_agencies(db, &here).await.unwrap()).unwrap()),
        ("order", one(orders::order(db, on_file.order).await.unwrap().is_some())),
        ("order ids", orders::order_ids(db, None, 100).await.unwrap().len()),
        ("of a person", orders::orders_of_person(db, on_file.person).await.unwrap().len()),
        ("service", one(orders::service(db, on_file.order).await.unwrap().is_some())),
        ("of an approval", orders::orders_of_approval(db, &on_file.reference).await.unwrap().len()),
        ("numbers", orders::numbers(db, &here[0]).await.unwrap().len()),
        ("paper queue", orders::paper_queue(db, &here).await.unwrap().len()),
        ("count of papers", usize::try_from(orders::paper_waiting(db, &here).await.unwrap()).unwrap()),
        ("letterhead", one(orders::letterhead(db, &here[0]).await.unwrap().is_some())),
        ("offices", access::offices_at(db, &here, NOW.date()).await.unwrap().len()),
        ("proposals", access::proposals_at(db, &here).await.unwrap().len()),
        ("names", personnel::names_at(db, &here, &[on_file.person]).await.unwrap().len()),
        ("everybody", personnel::everybody_at(db, &here[0]).await.unwrap().len()),
        ("reads", usize::try_from(readlog::reads_at(db, reads, 10, 0).await.unwrap().1).unwrap()),
        ("emergencies", access::emergencies_at(db, &here).await.unwrap().len()),
    ])
}

async fn on_file(world: &World) -> OnFile {
    let order = world.issued(&award_file(&[("A100000001", "張小吏", "協助災害防救。", "4001")])).await.remove(0);
    let case = world.draft(&award_file(&[("A223456781", "林受獎", "辦理業務認真。", "4001")])).await;
    let file = personnel::case_file(&world.app.db, &[code(HERE)], case).await.unwrap().unwrap();
    let head =
        Actor { person: world.person(Who::Head), ..holder(vec![Office::own(Role::Head, Reach::Agency(code(HERE)))]) };
    let new = access::NewProposal {
        person: world.person(Who::Civil),
        person_name: "林受獎".into(),
        post: code(HERE),
        role: Role::Officer,
        agencies: vec![code(HERE)],
        with_subordinates: false,
        from_on: kernel::office_date(NOW),
        until_on: None,
        reason: "接辦業務".into(),
    };
    access::propose(&world.app.db, &head, &new, NOW).await.unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    let (to, office) = ((PersonId(4_000_000_001), "某乙"), Office::own(Role::Officer, Reach::Agency(code(HERE))));
    let when = (kernel::office_date(NOW), NOW);
    assert!(access::grant_alone(&mut tx, to, &office, Some("緊急"), when).await.unwrap());
    tx.commit().await.unwrap();
    world.get(Who::Officer, "/people").await.is(axum::http::StatusCode::OK);
    let issued = personnel::cases(&world.app.db, &[code(HERE)], &["issued"]).await.unwrap().remove(0).case;
    OnFile { order: order.id, person: order.person, reference: issued.reference(), batch: file.case.batch, case }
}

#[tokio::test]
async fn every_list_as_every_role_of_another_agency_gives_nothing() {
    let world = World::new().await;
    let on_file = on_file(&world).await;
    let all = ask_everything(&world.app.db, &on_file).await;
    assert!(all.values().all(|rows| *rows > 0), "the test asks for what is on file: {all:?}");
    for (role, reach) in
        Role::ALL.into_iter().flat_map(|role| [(role, Reach::Agency(code(THERE))), (role, Reach::Subtree(code(THERE)))])
    {
        let actor = holder(vec![Office::own(role, reach)]);
        for action in Action::ALL {
            let db = world.app.db.scoped(access::reach_of(Some(&actor), *action));
            let found = ask_everything(&db, &on_file).await;
            assert!(found.values().all(|rows| *rows == 0), "{role:?} {reach:?} {action:?}: {found:?}");
        }
    }
    // A superior with all below reaches HERE only if HERE is below.
    let above = holder(vec![Office::own(Role::Officer, Reach::Subtree(code("A00000000A")))]);
    let db = world.app.db.scoped(access::reach_of(Some(&above), Action::ReadPeople));
    assert!(ask_everything(&db, &on_file).await.values().all(|rows| *rows == 0));
    // Nobody reaches nothing.
    let db = world.app.db.scoped(access::reach_of(None, Action::ReadPublic));
    assert!(ask_everything(&db, &on_file).await.values().all(|rows| *rows == 0));
}

#[tokio::test]
async fn an_office_reaches_its_agency_and_a_person_what_is_theirs() {
    let world = World::new().await;
    let on_file = on_file(&world).await;
    let officer = holder(vec![Office::own(Role::Officer, Reach::Agency(code(HERE)))]);
    let db = world.app.db.scoped(access::reach_of(Some(&officer), Action::ReadPeople));
    let found = ask_everything(&db, &on_file).await;
    assert!(found.iter().all(|(_, rows)| *rows > 0), "{found:?}");
    // The person reads their own entry, award, order and delivery, and nothing of the agency's work.
    let own = Actor { person: on_file.person, ..holder(Vec::new()) };
    let db = world.app.db.scoped(access::reach_of(Some(&own), Action::ReadOwnRecord));
    let found = ask_everything(&db, &on_file).await;
    for (what, rows) in &found {
        let theirs = [
            "person",
            "people",
            "count of people",
            "names",
            "everybody",
            "entries",
            "agencies with people",
            "records",
            "orders",
            "count of orders",
            "order",
            "order ids",
            "of a person",
            "service",
            "of an approval",
            "paper queue",
            "count of papers",
            "numbers",
        ];
        assert!(*rows <= 1 || *what == "numbers", "{what}: {rows}");
        assert!(*rows == 0 || theirs.contains(what), "{what}: {rows}");
    }
    assert_eq!((found["order"], found["records"], found["cases"], found["letterhead"]), (1, 1, 0, 0), "{found:?}");
}

/// Tables a scoped transaction may read without row security, because what is in them is published or is no person's.
const OPEN: [&str; 10] = [
    "scope.below",
    "org.edition",
    "org.agency",
    "org.agency_version",
    "org.agency_term",
    "org.agency_now",
    "register.*",
    "readlog.promise",
    "renshi.*",
    "outbox.event",
];

#[tokio::test]
async fn every_table_that_is_readable_within_a_reach_has_row_security() {
    let world = World::new().await;
    let bare: Vec<String> = db::query_scalar(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relrowsecurity AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' \
         AND has_schema_privilege('renshi_scoped', n.oid, 'USAGE') AND has_table_privilege('renshi_scoped', c.oid, 'SELECT') ORDER BY 1",
    )
    .fetch_all(world.app.db.pool())
    .await
    .unwrap();
    let open = |table: &String| {
        OPEN.iter().any(|known| known.strip_suffix('*').map_or(table == known, |schema| table.starts_with(schema)))
    };
    let unguarded: Vec<&String> = bare.iter().filter(|table| !open(table)).collect();
    assert!(unguarded.is_empty(), "without row security: {unguarded:?}");
    assert!(bare.iter().any(|table| table == "org.agency"), "the question finds tables: {bare:?}");
}
