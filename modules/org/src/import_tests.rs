//! On the published list as it is, and on a next edition made from it.

use super::*;
use crate::model::{Agency, Counts};
use crate::{TermKind, agencies, agency, children, path, search, show, subtree, subtree_contains};
use testkit::TestDb;
use time::macros::{date, datetime};

const PUBLISHED: &[u8] = include_bytes!("../../../cases/agencies/orglist.csv");
const TODAY: Date = date!(2026 - 03 - 02);

fn published() -> Upload<'static> {
    Upload { file_name: "orglist.csv", bytes: PUBLISHED, published_on: date!(2015 - 11 - 30) }
}

fn next(bytes: &[u8]) -> Upload<'_> {
    Upload { file_name: "orglist.csv", bytes, published_on: date!(2026 - 03 - 01) }
}

fn confirm(base: Base) -> Confirmation<'static> {
    Confirmation { by: "王承辦", at: datetime!(2026-03-02 01:00 UTC), base, accept_missing: false }
}

fn code(text: &str) -> AgencyCode {
    AgencyCode::parse(text).unwrap()
}

async fn with_published() -> TestDb {
    let test = testkit::database(&[crate::MIGRATIONS]).await;
    import(&test.db, published(), confirm(Base::Empty)).await.unwrap();
    test
}

async fn with_small() -> TestDb {
    let test = testkit::database(&[crate::MIGRATIONS]).await;
    import(&test.db, Upload { bytes: &small(), ..published() }, confirm(Base::Empty)).await.unwrap();
    test
}

/// The two Yuans that matter to personnel with what stands right below them, for tests that do not need the whole list.
fn small() -> Vec<u8> {
    let table = sheet::read("orglist.csv", PUBLISHED, &Limits::default()).unwrap();
    let parent = table.header.iter().position(|cell| cell == "主管機關代碼").unwrap();
    let kept = table
        .rows
        .iter()
        .filter(|row| ["A00000000A", "A58000000A", "600000000A"].contains(&row.cells[parent].as_str()));
    let lines: Vec<String> = kept.map(|row| line(&row.cells)).collect();
    assert!(lines.len() > 40);
    (line(&table.header) + &lines.concat()).into_bytes()
}

/// The 18-column UTF-8 edition that follows: one agency renamed, one closed in favour of a new one, one left out, one with a
/// new telephone and an English name.
fn next_edition(published: &[u8]) -> Vec<u8> {
    let table = sheet::read("orglist.csv", published, &Limits::default()).unwrap();
    let at = |heading: &str| table.header.iter().position(|cell| cell == heading).unwrap();
    let mut csv = wide_line(&table.header, "機關英文名稱");
    for mut cells in table.rows.iter().map(|row| row.cells.clone()) {
        let mut english = "1";
        match cells[0].as_str() {
            "A58000000A" => cells[at("機關名稱")] = "行政院人事總處".to_owned(),
            "A58010000A" => {
                cells[at("裁撤註記")] = "是".to_owned();
                cells[at("機關裁撤日期")] = "1060701".to_owned();
                cells[at("新機關代碼")] = "A58030000A".to_owned();
                cells[at("新機關名稱")] = "公務人力發展學院".to_owned();
                cells[at("新機關生效日")] = "1060701".to_owned();
            }
            "A58020000A" => continue,
            "602000000A" => {
                cells[at("機關電話")] = "02-82366000".to_owned();
                english = "Ministry of Civil Service";
            }
            _ => {}
        }
        csv += &wide_line(&cells, english);
    }
    let mut added = vec![String::new(); 17];
    for (heading, text) in [
        ("機關代碼", "A58030000A"),
        ("機關名稱", "行政院人事行政總處公務人力發展學院"),
        ("主管機關代碼", "A58000000A"),
        ("機關生效日期", "1060701"),
        ("機關層級", "3"),
        ("舊機關代碼", "A58010000A"),
    ] {
        added[at(heading)] = text.to_owned();
    }
    csv += &wide_line(&added, "");
    csv.into_bytes()
}

fn wide_line(cells: &[String], english: &str) -> String {
    let mut cells = cells.to_vec();
    cells.insert(2, english.to_owned());
    line(&cells)
}

fn line(cells: &[String]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    quoted.join(",") + "\r\n"
}

#[tokio::test]
async fn the_published_list_is_taken_whole() {
    let test = testkit::database(&[crate::MIGRATIONS]).await;
    let preview = preview(&test.db, published()).await.unwrap();
    assert_eq!((preview.base, preview.diff.added.len(), preview.refusal), (Base::Empty, 15_841, None));
    assert_eq!(editions(&test.db, 10).await.unwrap(), [], "a preview writes nothing");

    let Outcome::Imported { edition, .. } = import(&test.db, published(), confirm(preview.base)).await.unwrap() else {
        panic!("the first edition is new");
    };

    assert_eq!(edition.counts, Counts { rows: 15_841, added: 15_841, ..Counts::default() });
    assert_eq!(editions(&test.db, 10).await.unwrap(), std::slice::from_ref(&edition));
    let remarks = remarks(&test.db, edition.id).await.unwrap();
    let odd = |reason: &str| remarks.iter().filter(|remark| remark.reason.code == reason).count();
    assert_eq!(odd("org.postal_code"), 2, "413-5 and 0000");
    assert_eq!(odd("org.date_unreadable"), 1, "0951131");
    assert_eq!(odd("org.superior_name"), 2);
    assert_eq!(odd("org.link_malformed"), 1, "a successor's code of nine characters");
    assert_eq!(odd("org.agency_not_listed"), 4 + 11 + 280, "superiors, successors, predecessors");
    let events = db::events_since(test.db.pool(), 0, 10).await.unwrap();
    assert_eq!(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["AgencyListImported"]);
}

#[tokio::test]
async fn the_next_edition_is_a_difference_and_the_past_is_kept() {
    let test = with_published().await;
    let csv = next_edition(PUBLISHED);
    let preview = preview(&test.db, next(&csv)).await.unwrap();
    let counts = Counts { rows: 15_841, added: 1, changed: 3, closed: 1, renamed: 1, missing: 1, returned: 0 };
    assert_eq!(preview.diff.counts(), counts);

    let Outcome::Imported { edition, diff, .. } = import(&test.db, next(&csv), confirm(preview.base)).await.unwrap()
    else {
        panic!("this edition is new");
    };
    assert_eq!((diff, edition.counts), (preview.diff, counts));

    let file = show(&test.db, code("A58000000A"), TODAY).await.unwrap().unwrap();
    let names: Vec<_> = file.history.iter().map(|version| version.agency.name.as_str()).collect();
    assert_eq!(names, ["行政院人事總處", "行政院人事行政總處"]);
    assert_eq!(file.history[0].valid_from, Some(date!(2026 - 03 - 01)));
    assert_eq!(file.history[0].changes.len(), 1);
    let successors: Vec<_> = show(&test.db, code("A58010000A"), TODAY)
        .await
        .unwrap()
        .unwrap()
        .successors
        .into_iter()
        .map(|r| r.name)
        .collect();
    assert_eq!(successors, ["行政院人事行政總處公務人力發展學院"]);
    let predecessors = show(&test.db, code("A58030000A"), TODAY).await.unwrap().unwrap().predecessors;
    assert_eq!(predecessors.iter().map(|r| r.code.as_str()).collect::<Vec<_>>(), ["A58010000A"]);
    let missing = show(&test.db, code("A58020000A"), TODAY).await.unwrap().unwrap();
    assert_eq!(missing.missing_since_on, Some(date!(2026 - 03 - 01)));

    let found = search(&test.db, "行政院人事行政總處", TODAY, 5).await.unwrap();
    assert_eq!((found.hits[0].code.as_str(), found.hits[0].matched), ("A58000000A", TermKind::Former));
    let ministry = agency(&test.db, code("602000000A")).await.unwrap().unwrap();
    assert_eq!(ministry.english_name.as_deref(), Some("Ministry of Civil Service"));
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_and_says_so() {
    let test = with_small().await;
    let small = small();
    let same = Upload { bytes: &small, ..published() };
    let again = import(&test.db, same, confirm(Base::Newest)).await.unwrap();
    assert!(matches!(again, Outcome::Unchanged { .. }));
    assert!(preview(&test.db, same).await.unwrap().same_as.is_some());
    assert_eq!(editions(&test.db, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_missing_agency_comes_back_with_a_later_edition() {
    let test = with_small().await;
    let small = small();
    import(&test.db, next(&next_edition(&small)), confirm(Base::Newest)).await.unwrap();
    let later = Upload { published_on: date!(2026 - 03 - 02), bytes: &small, ..published() };
    let preview = preview(&test.db, later).await.unwrap();
    assert_eq!(preview.diff.returned, [code("A58020000A")]);
    assert_eq!(preview.diff.missing.iter().map(|a| a.code).collect::<Vec<_>>(), [code("A58030000A")]);
    import(&test.db, later, confirm(preview.base)).await.unwrap();
    let back = show(&test.db, code("A58020000A"), TODAY).await.unwrap().unwrap();
    assert_eq!(back.missing_since_on, None);
}

#[tokio::test]
async fn of_two_imports_on_one_preview_the_second_is_told() {
    let test = with_small().await;
    let csv = next_edition(&small());
    let base = preview(&test.db, next(&csv)).await.unwrap().base;
    let other: Vec<u8> = csv.iter().copied().chain(*b"\r\n").collect();
    let (one, two) =
        tokio::join!(import(&test.db, next(&csv), confirm(base)), import(&test.db, next(&other), confirm(base)));
    let refused: Vec<_> = [one, two]
        .into_iter()
        .filter_map(|result| match result {
            Err(Error::Refused(refusal)) => Some(refusal.code),
            Ok(Outcome::Imported { .. }) => None,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(refused, ["org.edition_moved_on"]);
    assert_eq!(editions(&test.db, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_list_cut_in_half_is_refused_and_nothing_is_written() {
    let test = testkit::database(&[crate::MIGRATIONS]).await;
    let half: Vec<u8> = PUBLISHED.split_inclusive(|&byte| byte == b'\n').take(8000).flatten().copied().collect();
    let error = import(&test.db, next(&half), confirm(Base::Empty)).await.unwrap_err();
    let Error::Rows(findings) = error else { panic!("{error:?}") };
    assert_eq!(findings.iter().map(|finding| finding.reason.code).collect::<Vec<_>>(), ["org.list_incomplete"]);
    let broken = &PUBLISHED[..PUBLISHED.len() / 2];
    assert!(matches!(
        import(&test.db, next(broken), confirm(Base::Empty)).await,
        Err(Error::Refused(_) | Error::Rows(_))
    ));
    assert_eq!(editions(&test.db, 10).await.unwrap(), []);
    assert_eq!(children(&test.db, None, TODAY).await.unwrap(), []);
}

/// Reading the whole list takes its time once; what only looks shares it.
#[tokio::test]
async fn the_published_list_is_searched_and_walked() {
    let test = with_published().await;
    agencies_are_found_as_officials_type_them(&test).await;
    the_tree_is_what_the_superiors_say(&test).await;
}

async fn agencies_are_found_as_officials_type_them(test: &TestDb) {
    for (text, expected) in [
        ("A58000000A", "行政院人事行政總處"),
        ("a58000000a", "行政院人事行政總處"),
        ("人事總處", "行政院人事行政總處"),
        ("人事行政總處", "行政院人事行政總處"),
        ("行政院", "行政院"),
        ("台北市政府", "臺北市政府"),
        ("北市府", "臺北市政府"),
        ("警政署", "內政部警政署"),
        ("銓敘", "銓敘部"),
        // The closed county is found by the same words; the open city that took over from it comes first.
        (" 桃園縣 政府 ", "桃園市政府"),
        ("人事行政局", "行政院人事行政局"),
    ] {
        let found = search(&test.db, text, TODAY, 10).await.unwrap();
        assert_eq!(found.hits.first().map(|hit| hit.name.as_str()), Some(expected), "{text}: {found:#?}");
    }
    let broad = search(&test.db, "國民小學", TODAY, 20).await.unwrap();
    assert_eq!(broad.hits.len(), 20);
    assert!(broad.total > 2000 && broad.hits.iter().all(|hit| !hit.closed), "{}", broad.total);
    for nothing in ["", "  ", "%", "_", "查無此機關名稱"] {
        assert_eq!(search(&test.db, nothing, TODAY, 10).await.unwrap().total, 0, "{nothing}");
    }
}

async fn the_tree_is_what_the_superiors_say(test: &TestDb) {
    let top = children(&test.db, None, TODAY).await.unwrap();
    assert_eq!(top.len(), 11 + 4, "eleven are their own superior, four name one that is not listed");
    let yuan = top.iter().find(|node| node.code == code("A00000000A")).unwrap();
    assert!(yuan.below_open > 20, "{yuan:?}");

    let names: Vec<_> = path(&test.db, code("A58010000A")).await.unwrap().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["行政院", "行政院人事行政總處", "行政院人事行政總處公務人力發展中心"]);
    assert!(subtree_contains(&test.db, code("A00000000A"), code("A58010000A")).await.unwrap());
    assert!(!subtree_contains(&test.db, code("A58010000A"), code("A00000000A")).await.unwrap());
    let below = subtree(&test.db, code("A58000000A")).await.unwrap();
    assert_eq!(below, ["A58000000A", "A58010000A", "A58020000A"].map(code));
    assert_eq!(subtree(&test.db, code("ZZZZZZZZZZ")).await.unwrap(), []);
    assert!(show(&test.db, code("ZZZZZZZZZZ"), TODAY).await.unwrap().is_none());
    let two: Vec<Agency> =
        agencies(&test.db, &[code("A58010000A"), code("ZZZZZZZZZZ"), code("A00000000A")]).await.unwrap();
    assert_eq!(
        two.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(),
        ["行政院", "行政院人事行政總處公務人力發展中心"]
    );
}
