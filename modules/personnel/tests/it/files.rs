//! Files of awards and people.

use crate::world::{AGENCY, OTHER, World, futures, refusal, row, second_row};
use kernel::AgencyCode;
use sheet::Limits;
use std::collections::BTreeSet;

const AWARDS: &[u8] = include_bytes!("../../../../cases/samples/awards.csv");
const FAULTS: &[u8] = include_bytes!("../../../../cases/samples/awards-with-faults.csv");
const PEOPLE: &[u8] = include_bytes!("../../../../cases/samples/people.csv");
const ORGLIST: &[u8] = include_bytes!("../../../../cases/agencies/orglist.csv");

/// The real list and the sample people, without the small world.
async fn samples() -> (testkit::TestDb, BTreeSet<AgencyCode>) {
    let sets = [register::MIGRATIONS, org::MIGRATIONS, orders::MIGRATIONS, personnel::MIGRATIONS];
    let test = testkit::database(&sets).await;
    let now = time::macros::datetime!(2026-11-23 02:00 UTC);
    let published_on = time::macros::date!(2014 - 01 - 01);
    let upload = org::Upload { file_name: "orglist.csv", bytes: ORGLIST, published_on };
    let confirmation = org::Confirmation { by: "test", at: now, base: org::Base::Newest, accept_missing: false };
    org::import(&test.db, upload, confirmation).await.unwrap();
    let people = personnel::import_people(&test.db, None, "people.csv", PEOPLE, now).await.unwrap();
    assert_eq!((people.rows, people.added, people.changed), (600, 600, 0));
    let again = personnel::import_people(&test.db, None, "people.csv", PEOPLE, now).await.unwrap();
    assert_eq!((again.added, again.changed), (0, 0));
    let scope = personnel::agencies_with_people(&test.db).await.unwrap().into_iter().collect();
    (test, scope)
}

#[tokio::test]
async fn the_sample_files_are_read_as_they_are() {
    let (test, scope) = samples().await;
    let today = time::macros::date!(2026 - 11 - 23);
    let good = personnel::check_file(&test.db, &scope, "awards.csv", AWARDS, today).await.unwrap();
    assert_eq!((good.checked.len(), good.findings.len()), (285, 0));
    let bad = personnel::check_file(&test.db, &scope, "faults.csv", FAULTS, today).await.unwrap();
    let codes: Vec<&str> = bad.findings.iter().map(|finding| finding.code).collect();
    let expected = [
        "award/bad-id",
        "award/no-id",
        "award/other-name",
        "award/unknown-agency",
        "code.award_result",
        "award/long-reason",
        "award/no-law",
        "code.remedy_clause",
        "award/repeated",
        "award/repeated",
        "award/kind-mismatch",
        "award/line-break",
        "award/bad-id",
    ];
    assert_eq!(codes, expected);
    assert_eq!((bad.checked.len(), bad.refused_lines().len()), (0, 13));
}

#[tokio::test]
async fn the_refused_file_comes_back_with_the_reasons_beside_the_cells() {
    let world = World::new().await;
    let check = world.check(&format!("{}{}", row("好事", "4003"), second_row("另一件好事"))).await;
    let sheet = personnel::refused_ods(&check).unwrap();
    let back = sheet::read("refused.ods", &sheet, &Limits::default()).unwrap();
    assert_eq!(back.rows.len(), 2);
    assert_eq!(back.rows[0].cells[..16], check.table.rows[0].cells[..16]);
    assert!(back.rows[0].cells[16].contains("獎懲結果代碼「4003」不存在"), "{:?}", back.rows[0].cells);
    assert!(back.rows[1].cells.get(16).is_none_or(String::is_empty));
}

#[tokio::test]
async fn good_rows_may_be_taken_alone_or_nothing_at_all() {
    let world = World::new().await;
    let (db, officer) = (&world.test.db, world.officer().await);
    let file = format!("{}\n{}{}", personnel::AWARD_HEADINGS.join(","), row("好事", "4003"), second_row("另一件好事"));
    let scope = world.scope();
    let id = personnel::keep_upload(db, officer, "a.csv", file.as_bytes(), world.now).await.unwrap();
    let all = personnel::take(db, id, officer, &scope, false, world.now).await;
    assert_eq!(refusal(all), "award/faults");
    let taken = personnel::take(db, id, officer, &scope, true, world.now).await.unwrap();
    assert_eq!((taken.rows, taken.cases.len()), (1, 1));
    let again = personnel::take(db, id, officer, &scope, true, world.now).await;
    assert_eq!(refusal(again), "award/no-upload");
}

#[tokio::test]
async fn rows_of_other_agencies_closed_ones_and_repeated_awards_are_named() {
    let world = World::new().await;
    world.case(&row("好事", "4001")).await;
    let rows = format!(
        "{}F131104093,拉娃·谷木,{OTHER},好事,,4001,,A02,BT,標準表,,3,,2,,1\nB120863158,潘堃,323000000A,好事,,4001,,A02,BT,標準表,,3,,2,,1\n\
         A800000014,Lowking Nowbucyang,{AGENCY},好事,,4200,,A02,BT,標準表,,,,2,,1\n",
        row("好事", "4001")
    );
    let check = world.check(&rows).await;
    let found: Vec<(u32, &str)> = check.findings.iter().map(|finding| (finding.line, finding.code)).collect();
    let expected = [
        (2, "award/known"),
        (3, "award/not-your-agency"),
        (4, "award/closed-agency"),
        (4, "award/not-your-agency"),
        (4, "award/other-agency"),
        (5, "award/special-evaluation"),
        (5, "award/no-article"),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn nothing_is_said_of_people_elsewhere() {
    let world = World::new().await;
    world.people(&format!("專員,C131104090,尤瑪,1,0730101,{OTHER},P08,,秘書室\n")).await;
    let line =
        |id: &str, name: &str, agency: &str| format!("{id},{name},{agency},好事,,4001,,A02,BT,標準表,,3,,2,,1\n");
    // On file elsewhere with the right name, with a wrong name, and not on file at all: no difference to be seen.
    let asked = [("F131104093", "拉娃．谷木"), ("F131104093", "別人"), ("C131104090", "別人"), ("D131104091", "誰")];
    for (agency, expected) in [(OTHER, ["award/not-your-agency"]), (AGENCY, ["award/unknown-person"])] {
        let mut said = Vec::new();
        for (id, name) in asked {
            let found = world.check(&line(id, name, agency)).await.findings;
            assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), expected, "{id} {agency}");
            said.push((found[0].column, found[0].text.clone()));
        }
        said.dedup();
        assert_eq!(said.len(), 1, "{said:?}");
    }
}

#[tokio::test]
async fn the_same_file_from_many_tabs_makes_one_set_of_cases() {
    let world = World::new().await;
    let (db, officer, scope) = (&world.test.db, world.officer().await, world.scope());
    let file = format!("{}\n{}{}", personnel::AWARD_HEADINGS.join(","), row("好事", "4001"), second_row("另一件"));
    let mut kept = Vec::new();
    for _ in 0..20 {
        kept.push(personnel::keep_upload(db, officer, "a.csv", file.as_bytes(), world.now).await.unwrap());
    }
    let takes = kept.iter().map(|id| personnel::take(db, *id, officer, &scope, false, world.now));
    let (won, lost): (Vec<_>, Vec<_>) = futures(takes).await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 19));
    assert!(lost.into_iter().all(|lost| refusal(lost) == "award/faults"));
    let check = world.check(&row("第三件", "4001")).await;
    let takes = (0..4).map(|_| personnel::take_file(db, officer, &check, false, world.now));
    let (won, lost): (Vec<_>, Vec<_>) = futures(takes).await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 3));
    assert!(lost.into_iter().all(|lost| refusal(lost) == "award/known"));
    assert_eq!(personnel::cases(db, &[crate::world::agency()], &["draft"]).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_list_of_people_with_one_fault_changes_nothing() {
    let world = World::new().await;
    let list = "身分證號,姓名,性別,出生日期,機關代碼,職稱,官職等\nA123456789,王大明,1,0700101,A58000000A,科長,P09\n\
                A123456780,錢多多,1,0700101,A58000000A,科長,P99\n";
    let people = personnel::import_people(&world.test.db, None, "p.csv", list.as_bytes(), world.now).await.unwrap();
    let codes: Vec<(&str, Option<&str>)> = people.findings.iter().map(|f| (f.code, f.column)).collect();
    assert_eq!(codes, [("people/bad-id", Some("身分證號")), ("people/bad-grade", Some("官職等"))]);
    assert_eq!(world.person("A123456789").await.name, "王小明");
}
