//! What is written, who finds it, and that it stays.

use crate::world::{World, officer, people, read};
use kernel::PersonId;
use readlog::{
    AuditQuery, Named, Period, Purpose, Read, ReadId, Reader, ReaderKind, Via, ViaKind, read_of, reads_at, reads_of,
};
use time::macros::{date, datetime};

const NOW: time::OffsetDateTime = datetime!(2026-11-23 02:00:00.123456 UTC);

#[tokio::test]
async fn an_entry_reads_back_as_it_was_written() {
    let world = World::new().await;
    let reader = Reader {
        acting_for: Some(Named { person: PersonId(8), name: "李大同".into() }),
        agent_of: Some(Named { person: PersonId(9), name: "陳本人".into() }),
        ..officer()
    };
    let purpose = Purpose::new("record", "核對經歷");
    let subjects = people(&[31, 30, 31]);
    let id = world.read(&read(NOW, &reader, &subjects, &purpose)).await.unwrap().unwrap();
    let entry = read_of(world.db(), PersonId(30), id).await.unwrap().unwrap();
    assert_eq!((entry.id, entry.at, entry.read_on), (id, NOW, date!(2026 - 11 - 23)));
    assert_eq!((&entry.reader, &entry.purpose), (&reader, &purpose));
    assert_eq!((entry.via, entry.via_name.as_str(), entry.request.as_str()), (ViaKind::Page, "/people", "TEST-0001"));
    assert_eq!((entry.fields, entry.subjects), (vec!["姓名".into(), "身分證號".into()], people(&[30, 31])));
    assert_eq!(read_of(world.db(), PersonId(32), id).await.unwrap(), None, "an entry about others is not there");
    assert_eq!(read_of(world.db(), PersonId(30), ReadId(id.0 + 1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_person_finds_the_own_entries_newest_first_by_page_and_period() {
    let world = World::new().await;
    for day in 1..=9 {
        let at = NOW.replace_day(day).unwrap();
        world.look(at, &[day.into(), 100]).await.unwrap();
        world.look(at, &[200]).await.unwrap();
    }
    let days = async |period, limit, offset| {
        let (entries, found) = reads_of(world.db(), PersonId(100), period, limit, offset).await.unwrap();
        (entries.iter().map(|entry| entry.read_on.day()).collect::<Vec<_>>(), found)
    };
    assert_eq!(days(Period::default(), 3, 0).await, (vec![9, 8, 7], 9));
    assert_eq!(days(Period::default(), 3, 8).await, (vec![1], 9));
    let some = Period { from: Some(date!(2026 - 11 - 04)), until: Some(date!(2026 - 11 - 05)) };
    assert_eq!(days(some, 3, 0).await, (vec![5, 4], 2));
}

#[tokio::test]
async fn who_looks_at_the_own_data_is_not_logged_but_who_takes_it_away_is() {
    let world = World::new().await;
    let (me, purpose) = (Reader::own(PersonId(5), "陳本人"), Purpose::new("own", "查看自己的資料"));
    let (mine, ours) = (people(&[5]), people(&[5, 6]));
    let page = read(NOW, &me, &mine, &purpose);
    assert_eq!(world.read(&page).await.unwrap(), None);
    assert!(world.read(&Read { via: Via::Export("order.pdf"), ..page }).await.unwrap().is_some());
    assert!(world.read(&Read { subjects: &ours, ..page }).await.unwrap().is_some());
    let office = Reader { kind: ReaderKind::Office, ..me.clone() };
    assert!(
        world.read(&read(NOW, &office, &mine, &purpose)).await.unwrap().is_some(),
        "an office looks, not the person"
    );
    assert_eq!(world.read(&Read { subjects: &[], ..page }).await.unwrap(), None);
}

#[tokio::test]
async fn long_lists_and_long_words_are_taken() {
    let world = World::new().await;
    let many: Vec<i64> = (1..=10_001).collect();
    let purpose = Purpose::new("long", "因".repeat(500));
    let (reader, subjects) = (officer(), people(&many));
    let first = world.read(&read(NOW, &reader, &subjects, &purpose)).await.unwrap().unwrap();
    let entry = read_of(world.db(), PersonId(1), first).await.unwrap().unwrap();
    assert_eq!((entry.subjects.len(), entry.purpose.words.chars().count()), (10_000, 200));
    let (rest, _) = reads_of(world.db(), PersonId(10_001), Period::default(), 9, 0).await.unwrap();
    assert_eq!(rest[0].subjects, people(&[10_001]));
}

#[tokio::test]
async fn what_cannot_be_written_is_an_error() {
    let world = World::new().await;
    let (reader, subjects, purpose) = (officer(), people(&[1]), Purpose::new("x", ""));
    assert!(world.read(&read(NOW, &reader, &subjects, &purpose)).await.is_err(), "an entry says why");
    let why = Purpose::new("x", "y");
    let nothing = Read { fields: &[], ..read(NOW, &reader, &subjects, &why) };
    assert!(world.read(&nothing).await.is_err(), "an entry says what was read");
    world.db().close().await;
    assert!(world.look(NOW, &[1]).await.is_err());
}

#[tokio::test]
async fn no_entry_is_changed_or_removed_by_anybody_not_even_the_owner() {
    let world = World::new().await;
    let id = world.look(NOW, &[1]).await.unwrap().unwrap();
    for attempt in [
        "UPDATE readlog.entry SET purpose_words = 'x'",
        "DELETE FROM readlog.entry",
        "TRUNCATE readlog.entry CASCADE",
        "SET session_replication_role = replica; DELETE FROM readlog.entry",
        "INSERT INTO readlog.day (read_on, fenced_at) VALUES ('2026-11-01', now()); DELETE FROM readlog.day",
        "TRUNCATE readlog.day CASCADE",
        "TRUNCATE readlog.tile",
    ] {
        let error = db::raw_sql(attempt).execute(world.db().pool()).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("42501"), "{attempt}: {error}");
    }
    assert!(read_of(world.db(), PersonId(1), id).await.unwrap().is_some());
}

#[tokio::test]
async fn an_auditor_finds_what_was_read_in_the_offices_within_reach_and_nothing_else() {
    let world = World::new().await;
    let (here, there) = ("A58000000A", "376480000A");
    for (at, subjects) in [(1, &[30, 31][..]), (2, &[31]), (3, &[32])] {
        world.look(NOW + time::Duration::days(at), subjects).await.unwrap();
    }
    let elsewhere = Reader { agency: Some(there.parse().unwrap()), name: "別人".into(), ..officer() };
    let purpose = Purpose::new("people", "查人員名冊");
    world.read(&read(NOW, &elsewhere, &people(&[30]), &purpose)).await.unwrap();
    let agent = Reader { kind: ReaderKind::Agent, ..Reader::own(PersonId(9), "林服務") };
    world.read(&read(NOW, &agent, &people(&[30]), &purpose)).await.unwrap();
    let both = [here.parse().unwrap(), there.parse().unwrap()];
    let all = AuditQuery { agencies: &both, about: None, reader: "", purpose: "", period: Period::default() };
    let reach = |exact: &[&str]| db::Reach {
        exact: exact.iter().map(|code| (*code).to_owned()).collect(),
        ..db::Reach::default()
    };
    let found = async |reach, query: AuditQuery<'_>| {
        let (entries, found) = reads_at(&world.db().scoped(reach), query, 2, 0).await.unwrap();
        (entries.iter().map(|entry| entry.read_on.day()).collect::<Vec<_>>(), found)
    };
    assert_eq!(found(reach(&[here]), all).await, (vec![26, 25], 3), "the newest two of three");
    assert_eq!(found(reach(&[there]), all).await, (vec![23], 1));
    assert_eq!(found(reach(&[]), all).await, (vec![], 0));
    assert_eq!(found(reach(&[here, there]), AuditQuery { agencies: &both[1..], ..all }).await.1, 1);
    let about = people(&[31, 99]);
    assert_eq!(found(reach(&[here]), AuditQuery { about: Some(&about), ..all }).await, (vec![25, 24], 2));
    assert_eq!(found(reach(&[here, there]), AuditQuery { reader: "別", ..all }).await, (vec![23], 1));
    assert_eq!(found(reach(&[here, there]), AuditQuery { purpose: "名冊", ..all }).await, (vec![23], 1));
    assert_eq!(found(reach(&[here]), AuditQuery { purpose: "%", ..all }).await, (vec![], 0));
    let day = Some(date!(2026 - 11 - 25));
    let period = Period { from: day, until: day };
    assert_eq!(found(reach(&[here]), AuditQuery { period, ..all }).await, (vec![25], 1));
    // Within a reach nobody reads the secrets, and nobody changes or adds an entry.
    for statement in ["SELECT secret FROM readlog.entry", "DELETE FROM readlog.entry", "SELECT * FROM readlog.question"]
    {
        let mut tx = world.db().scoped(reach(&[here])).begin().await.unwrap();
        assert!(db::raw_sql(statement).execute(&mut *tx).await.is_err(), "{statement}");
    }
}
