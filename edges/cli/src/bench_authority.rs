//! `renshi bench authority`: how long a decision takes, and a list of 10,000 people of a superior with all agencies below.

use crate::Failure;
use crate::assemble::Running;
use access::{Action, Actor, Assurance, Method, Office, Reach, Role, Scope, Session, decide};
use kernel::{AgencyCode, PersonId};
use personnel::PeopleQuery;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Agencies below the superior of the bench, and people at each: 10,000 in all.
const BELOW: usize = 200;
const PEOPLE_BELOW: usize = 50;
/// Other agencies, and people at each.
const OTHERS: usize = 1_000;
const PEOPLE_OTHER: usize = 60;

/// The superior.
const TOP: &str = "A00000000Z";

fn code(number: usize) -> String {
    format!("B{number:08}Z")
}

/// The list of agencies: a superior with many below, and many that stand alone.
#[must_use]
pub fn agencies() -> String {
    let mut list = String::from(
        "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\n",
    );
    let mut add = |code: &str, name: &str, above: &str, above_name: &str| {
        writeln!(list, "{code},{name},100,臺北市範例路1號,02-00000000,{above},{above_name},,0000000,,2,,,,,,")
            .expect("text");
    };
    add(TOP, "範例上級機關", TOP, "範例上級機關");
    for number in 0..BELOW + OTHERS {
        let (code, name) = (code(number), format!("範例機關{number}"));
        let above = if number < BELOW { (TOP, "範例上級機關") } else { (code.as_str(), name.as_str()) };
        add(&code, &name, above.0, above.1);
    }
    list
}

/// The people, by national ids of `id`.
pub fn people(id: impl Fn(usize) -> String) -> String {
    let mut list = String::from(
        "身分證號,姓名,性別,出生日期,機關代碼,機關名稱,單位代碼,單位,職稱,官職等,俸點,到職日期,電子郵件\n",
    );
    let serving = (0..BELOW).flat_map(|agency| [agency; PEOPLE_BELOW]);
    let serving = serving.chain((BELOW..BELOW + OTHERS).flat_map(|agency| [agency; PEOPLE_OTHER]));
    for (number, agency) in serving.enumerate() {
        let (id, code) = (id(number), code(agency));
        writeln!(list, "{id},王小明,1,0700101,{code},範例機關{agency},A200,人事室,科員,P07,490,1000101,")
            .expect("text");
    }
    list
}

fn officer(running: &Running) -> Actor {
    let top = AgencyCode::parse(TOP).expect("a well-formed code");
    Actor {
        person: PersonId(1),
        name: "王承辦".into(),
        offices: vec![
            Office::own(Role::Secretary, Reach::Agency(top)),
            Office::own(Role::Officer, Reach::Subtree(top)),
        ],
        mandates: Vec::new(),
        assurance: Assurance::Card,
        session: Session::opened(Method::Card, running.app.now()),
        tree: running.app.tree(),
    }
}

/// Measures both.
///
/// # Errors
/// When storage fails or the list is not what was taken in.
pub async fn run(running: &Running, rounds: usize) -> Result<(), Failure> {
    let actor = officer(running);
    let agencies: Vec<AgencyCode> = access::agencies_of(&actor, Action::ReadPeople);
    let started = Instant::now();
    let decisions = rounds * 1_000;
    for at in 0..decisions {
        let agency = &agencies[at % agencies.len()];
        black_box(decide(Some(&actor), Action::ReadPeople, Scope::Agency(agency)));
    }
    let each = started.elapsed() / u32::try_from(decisions)?;
    let (mut scoped, mut bare) = (Vec::new(), Vec::new());
    let db = running.app.db.scoped(access::reach_of(Some(&actor), Action::ReadPeople));
    for _ in 0..rounds {
        scoped.push(list(&db, &agencies).await?);
        bare.push(list(&running.app.db, &agencies).await?);
    }
    println!(
        "a permission decision                   {:>8.1} µs ({decisions} decisions, two offices held)",
        each.as_secs_f64() * 1e6
    );
    println!(
        "10,000 people of {} agencies, all of them {:>6.1} ms under row security",
        agencies.len(),
        millis(median(scoped))
    );
    println!("the same without row security           {:>8.1} ms", millis(median(bare)));
    Ok(())
}

async fn list(db: &db::Db, agencies: &[AgencyCode]) -> Result<Duration, Failure> {
    let started = Instant::now();
    let limit = u32::try_from(BELOW * PEOPLE_BELOW)?;
    let (people, found) = personnel::people(db, PeopleQuery { agencies, words: "", limit, offset: 0 }).await?;
    let took = started.elapsed();
    if people.len() != BELOW * PEOPLE_BELOW || usize::try_from(found)? != people.len() {
        return Err(format!("the list has {} of {found} people", people.len()).into());
    }
    Ok(took)
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
