//! An agency's roster, and what it does not tell about others.

use crate::world::{AGENCY, OTHER, World, agency, refusal};
use kernel::{AgencyCode, PersonId};
use personnel::{PeopleQuery, Person, Typed};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use time::Duration;

const NOBODY: &str = "C131104090";
const LIST: &str = "身分證號,姓名,性別,出生日期,機關代碼,職稱,官職等,電子郵件\n";

fn other() -> AgencyCode {
    AgencyCode::parse(OTHER).unwrap()
}

/// What an agency knows of a person, without the number, which is drawn.
fn shown(person: &Person) -> String {
    let Person { national_id, name, agency, title, grade, email, left_on, elsewhere, .. } = person;
    format!("{} {name} {agency} {title} {grade} {email:?} {left_on:?} {elsewhere}\n", national_id.masked())
}

fn cells(id: &str, name: &str, reason: &str) -> [String; 16] {
    let line = format!("{id},{name},{AGENCY},{reason},,4001,,A02,BT,公務人員平時獎懲標準表,,3,,2,,1");
    let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
    cells.try_into().unwrap()
}

/// Everything the officer of [`AGENCY`] is answered about a person: asked before the person is taken in, while, and after.
async fn everything_answered(world: &World, id: &str) -> String {
    let (db, here, scope) = (&world.test.db, [agency()], world.scope());
    let officer = world.officer().await;
    let mut said = String::new();
    for round in ["before", "taken in", "changed"] {
        if round != "before" {
            let title = if round == "changed" { "科長" } else { "專員" };
            let list = format!("{LIST}{id},尤瑪,1,0730101,{AGENCY},{title},P08,n@example.gov.tw\n");
            for _ in 0..2 {
                let imported =
                    personnel::import_people(db, Some(&scope), "p.csv", list.as_bytes(), world.now).await.unwrap();
                writeln!(said, "{imported:?}").unwrap();
            }
        }
        for words in ["尤瑪", id, ""] {
            let query = PeopleQuery { agencies: &here, words, limit: 50, offset: 0 };
            let (people, count) = personnel::people(db, query).await.unwrap();
            writeln!(said, "{count}").unwrap();
            people.iter().for_each(|person| said.push_str(&shown(person)));
        }
        let found = personnel::person_at_by_national_id(db, &here, id).await.unwrap();
        said.push_str(&found.as_ref().map_or("nobody\n".to_owned(), shown));
        for name in ["尤瑪", "別人"] {
            let row = cells(id, name, "好事").join(",");
            writeln!(said, "{:?}", world.check(&format!("{row}\n")).await.findings).unwrap();
        }
        for (entry, agencies) in [("here", &here[..]), ("nowhere", &[])] {
            let person = match &found {
                Some(person) => personnel::person_at(db, agencies, person.id).await.unwrap(),
                None => None,
            };
            writeln!(said, "{entry} {}", person.as_ref().map_or_else(String::new, shown)).unwrap();
        }
        writeln!(said, "{}", personnel::arrived_elsewhere(db, &here).await.unwrap().len()).unwrap();
    }
    for reason in ["好事", "好事", "另一件"] {
        match personnel::type_row(db, officer, &scope, None, cells(id, "尤瑪", reason), world.now).await.unwrap() {
            Typed::Kept(case) => {
                let file = personnel::case_file(db, &here, case).await.unwrap().unwrap();
                writeln!(said, "{:?} {}", file.case, shown(&file.rows[0].person)).unwrap();
            }
            Typed::Faulty(findings) => writeln!(said, "{findings:?}").unwrap(),
        }
    }
    said
}

/// A world in which the other agency has somebody on its roster, with an award under way.
async fn world_with(id: &str) -> World {
    let world = World::new().await;
    let db = &world.test.db;
    let scope = BTreeSet::from([other()]);
    let list = format!("{LIST}{id},尤瑪,1,0730101,{OTHER},秘書,P09,old@example.gov.tw\n");
    personnel::import_people(db, Some(&scope), "p.csv", list.as_bytes(), world.now).await.unwrap();
    let mut row = cells(id, "尤瑪", "好事");
    OTHER.clone_into(&mut row[2]);
    let typed = personnel::type_row(db, PersonId(1), &scope, None, row, world.now).await.unwrap();
    assert!(matches!(typed, Typed::Kept(_)), "{typed:?}");
    world
}

#[tokio::test]
async fn an_agency_is_told_the_same_whether_or_not_somebody_is_on_file_elsewhere() {
    let on_file = everything_answered(&world_with(NOBODY).await, NOBODY).await;
    let unknown = everything_answered(&world_with("D131104091").await, NOBODY).await;
    assert_eq!(on_file, unknown);
    assert!(on_file.contains("award/known") && on_file.contains("award/unknown-person"), "{on_file}");
}

#[tokio::test]
async fn the_former_agency_is_asked_and_says_when_the_person_left() {
    let world = world_with(NOBODY).await;
    let db = &world.test.db;
    let asked = async || personnel::arrived_elsewhere(db, &[other()]).await.unwrap();
    assert!(asked().await.is_empty());
    everything_answered(&world, NOBODY).await;
    let found = asked().await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].title.as_str(), found[0].email.as_deref()), ("秘書", Some("old@example.gov.tw")));
    let person = found[0].id;
    assert!(person.0 > 1_000_000, "a number is drawn, not counted");
    let end = async |agency: AgencyCode, on| {
        let mut tx = db.begin().await.unwrap();
        let done = personnel::leave(&mut tx, &agency, person, on, world.now).await;
        tx.commit().await.unwrap();
        done
    };
    let today = world.today();
    assert_eq!(refusal(end(other(), today + Duration::days(1)).await), "people/leaves-later");
    assert_eq!(refusal(end(AgencyCode::parse("323000000A").unwrap(), today).await), "people/not-serving");
    end(other(), today).await.unwrap();
    assert_eq!(refusal(end(other(), today).await), "people/not-serving");
    assert!(asked().await.is_empty());
    // The record of who left stays with the agency, outside the list of those who serve.
    let left = personnel::person_at(db, &[other()], person).await.unwrap().unwrap();
    assert_eq!(left.left_on, Some(today));
    let query = PeopleQuery { agencies: &[other()], words: "尤瑪", limit: 9, offset: 0 };
    assert_eq!(personnel::people(db, query).await.unwrap().1, 0);
    let entries = personnel::entries(db, person).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.agency).collect::<Vec<_>>(), [agency(), other()]);
}

#[tokio::test]
async fn who_serves_at_two_agencies_stays_at_both() {
    let world = world_with(NOBODY).await;
    let db = &world.test.db;
    everything_answered(&world, NOBODY).await;
    let person = world.person(NOBODY).await.id;
    let stay = async |agency: AgencyCode| {
        let mut tx = db.begin().await.unwrap();
        let done = personnel::stay(&mut tx, &agency, person, world.now).await;
        tx.commit().await.unwrap();
        done
    };
    assert_eq!(refusal(stay(agency()).await), "people/not-serving");
    stay(other()).await.unwrap();
    assert_eq!(refusal(stay(other()).await), "people/not-serving");
    // What is the person's own belongs to where they have served longest, whoever takes them in later.
    assert_eq!(personnel::person(db, person).await.unwrap().unwrap().agency, other());
    let order: Vec<AgencyCode> =
        personnel::entries(db, person).await.unwrap().iter().map(|entry| entry.agency).collect();
    assert_eq!(order, [other(), agency()]);
    let list = format!("{LIST}{NOBODY},尤瑪,1,0730101,{OTHER},秘書,P09,\n");
    let again = personnel::import_people(db, None, "p.csv", list.as_bytes(), world.now).await.unwrap();
    assert_eq!((again.added, again.changed), (0, 1));
    assert!(personnel::arrived_elsewhere(db, &[agency(), other()]).await.unwrap().is_empty());
}
