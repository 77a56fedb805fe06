//! The read log as auditors see it: theirs to look through, and their looking is in it.

use crate::world::{HERE, NOW, THERE, Who, World, code};
use axum::http::StatusCode;
use readlog::{Period, Purpose, Read, Reader, ReaderKind, Via, reads_of};
use time::Duration;

/// Somebody of an agency's personnel office looked at these people.
async fn look(world: &World, agency: &str, name: &str, subjects: &[Who], days_ago: i64) {
    let reader = Reader {
        kind: ReaderKind::Office,
        role: "officer".into(),
        role_name: "人事人員".into(),
        agency: Some(code(agency)),
        agency_name: "某機關".into(),
        ..Reader::own(kernel::PersonId(77), name)
    };
    let subjects: Vec<_> = subjects.iter().map(|who| world.person(*who)).collect();
    let read = Read {
        at: NOW - Duration::days(days_ago),
        reader: &reader,
        subjects: &subjects,
        purpose: &Purpose::new("people", "查人員名冊"),
        fields: &["姓名"],
        via: Via::Page("/people"),
        request: "",
    };
    readlog::record(&world.app.db, world.app.random.as_ref(), &read).await.unwrap();
}

#[tokio::test]
async fn an_auditor_sees_who_looked_within_reach_and_is_seen_looking() {
    let world = World::new().await;
    look(&world, HERE, "鄭查閱", &[Who::Civil, Who::Stranger], 1).await;
    look(&world, HERE, "江久遠", &[Who::Civil], 40).await;
    look(&world, THERE, "別處人", &[Who::Civil, Who::Stranger], 1).await;
    for who in [Who::Officer, Who::Head, Who::Operator, Who::Civil, Who::Stranger, Who::Analyst] {
        world.get(who, "/reads").await.is(StatusCode::NOT_FOUND);
    }
    for who in [Who::Auditor, Who::Security] {
        let page = world.get(who, "/reads").await.is(StatusCode::OK).says("鄭查閱").says("林受獎").says("查人員名冊");
        let text = page.text();
        for hidden in ["趙外人", "等2人", "別處人", "江久遠"] {
            assert!(!text.contains(hidden), "{hidden} is none of theirs, or too long ago");
        }
    }
    let (mine, _) = reads_of(&world.app.db, world.person(Who::Civil), Period::default(), 1, 0).await.unwrap();
    assert_eq!((mine[0].purpose.words.as_str(), mine[0].via_name.as_str()), ("稽核查閱紀錄", "/reads"));
    let (theirs, found) = reads_of(&world.app.db, world.person(Who::Stranger), Period::default(), 9, 0).await.unwrap();
    assert_eq!(found, 2, "who was not named was not looked at: {theirs:?}");
}

#[tokio::test]
async fn the_list_is_narrowed_by_agency_reader_purpose_and_days() {
    let world = World::new().await;
    look(&world, HERE, "鄭查閱", &[Who::Civil], 1).await;
    look(&world, HERE, "江久遠", &[Who::Civil], 40).await;
    look(&world, HERE, "何遠方", &[Who::Stranger], 2).await;
    let shown = async |query: &str| {
        let text = world.get(Who::Auditor, &format!("/reads?{query}")).await.is(StatusCode::OK).text();
        ["鄭查閱", "江久遠", "何遠方"].map(|name| text.contains(name))
    };
    assert_eq!(shown("").await, [true, false, true]);
    assert_eq!(shown("from=&until=").await, [true, true, true]);
    assert_eq!(shown(&format!("agency={HERE}&from=")).await, [true, true, false]);
    assert_eq!(shown("from=115/10/01&until=115/10/31").await, [false, true, false]);
    assert_eq!(shown("purpose=%E5%90%8D%E5%86%8A").await, [true, false, true]);
    assert_eq!(shown("purpose=%E7%84%A1%E6%AD%A4&from=").await, [false, false, false]);
    let page = world.get(Who::Auditor, "/reads?reader=%E9%84%AD&from=").await.is(StatusCode::OK).says("鄭查閱");
    assert!(!page.text().contains("江久遠"));
    world.get(Who::Auditor, "/reads?from=x").await.is(StatusCode::OK).says("日期看不懂");
    for code in [THERE, "none"] {
        world.get(Who::Auditor, &format!("/reads?agency={code}")).await.says("稽核範圍內沒有此機關");
    }
    world.get(Who::Auditor, "/reads?page=99&from=").await.is(StatusCode::OK).says("鄭查閱");
}
