use super::*;
use time::macros::date;

const HEADING: [&str; 17] = [
    "機關代碼",
    "機關名稱",
    "郵遞區號",
    "機關地址",
    "機關電話",
    "主管機關代碼",
    "主管機關名稱",
    "傳真",
    "機關生效日期",
    "機關裁撤日期",
    "機關層級",
    "裁撤註記",
    "新機關代碼",
    "新機關名稱",
    "新機關生效日",
    "舊機關代碼",
    "舊機關名稱",
];

fn cells(line: u32, texts: &[&str]) -> SheetRow {
    SheetRow { line, cells: texts.iter().map(|&text| text.to_owned()).collect() }
}

fn table(header: &[&str], rows: &[SheetRow]) -> Table {
    Table {
        format: sheet::Format::Csv,
        encoding: sheet::Encoding::Utf8,
        sheet: None,
        header_line: 1,
        header: header.iter().map(|&name| name.to_owned()).collect(),
        rows: rows.to_vec(),
    }
}

/// A sound row that is its own superior, with some cells replaced.
fn row(number: u32, code: &str, replaced: &[(&str, &str)]) -> SheetRow {
    let mut texts = vec![""; 17];
    texts[0] = code;
    texts[1] = "甲部";
    texts[5] = code;
    texts[10] = "2";
    for (heading, text) in replaced {
        texts[HEADING.iter().position(|h| h == heading).unwrap()] = text;
    }
    cells(number, &texts)
}

fn one(replaced: &[(&str, &str)]) -> List {
    read(&table(&HEADING, &[row(2, "A01000000A", replaced)])).unwrap()
}

fn faults(rows: &[SheetRow]) -> Vec<(u32, &'static str)> {
    match read(&table(&HEADING, rows)) {
        Err(Error::Rows(findings)) => findings.into_iter().map(|finding| (finding.row, finding.reason.code)).collect(),
        other => panic!("{other:?}"),
    }
}

fn remarks(list: &List) -> Vec<&'static str> {
    list.remarks.iter().map(|finding| finding.reason.code).collect()
}

#[test]
fn dates_with_lost_zeros_and_unknown_ones() {
    for (text, on) in [
        ("0910102", Some(date!(2002 - 01 - 02))),
        ("910102", Some(date!(2002 - 01 - 02))),
        ("0000000", None),
        ("0", None),
        ("", None),
    ] {
        let list = one(&[("機關生效日期", text)]);
        assert_eq!((list.agencies[0].effective_on, remarks(&list)), (on, vec![]), "{text}");
    }
    let list = one(&[("機關裁撤日期", "0951131"), ("裁撤註記", "是")]);
    assert_eq!((list.agencies[0].closed_on, remarks(&list)), (None, vec!["org.date_unreadable"]));
    assert!(list.agencies[0].is_closed(date!(1990 - 01 - 01)));
}

#[test]
fn an_announced_closing_closes_on_its_day() {
    let list = one(&[("機關裁撤日期", "1050101"), ("裁撤註記", "是")]);
    assert!(!list.agencies[0].is_closed(date!(2015 - 12 - 31)));
    assert!(list.agencies[0].is_closed(date!(2016 - 01 - 01)));
    assert!(!one(&[]).agencies[0].is_closed(date!(2026 - 01 - 01)));
}

#[test]
fn cells_lose_what_was_never_data() {
    let list =
        one(&[("機關地址", "臺南市善化區六德里二００之一\t\t\t\t號 "), ("機關電話", "02-23565000-\n"), ("傳真", "--")]);
    let agency = &list.agencies[0];
    assert_eq!(agency.address, "臺南市善化區六德里二００之一號");
    assert_eq!((agency.phone.as_str(), agency.fax.as_str()), ("02-23565000", ""));
}

#[test]
fn postal_codes_stay_as_given_and_odd_ones_are_remarked() {
    for (text, odd) in
        [("", false), ("100", false), ("10051", false), ("100051", false), ("413-5", true), ("0000", true)]
    {
        let list = one(&[("郵遞區號", text)]);
        assert_eq!((list.agencies[0].postal_code.as_str(), list.remarks.len()), (text, usize::from(odd)), "{text}");
    }
}

#[test]
fn the_eighteenth_column_and_any_order() {
    let mut wide = HEADING.to_vec();
    wide.insert(2, "機關英文名稱");
    wide.reverse();
    let mut rows = [row(2, "A01000000A", &[]), row(3, "A02000000A", &[])];
    for (row, english) in rows.iter_mut().zip(["Ministry A", "1"]) {
        row.cells.insert(2, english.to_owned());
        row.cells.reverse();
    }
    let list = read(&table(&wide, &rows)).unwrap();
    let english: Vec<_> = list.agencies.iter().map(|agency| agency.english_name.as_deref()).collect();
    assert_eq!(english, [Some("Ministry A"), None]);
}

#[test]
fn another_table_is_refused_by_its_heading() {
    let refused = |header: &[&str], rows: &[SheetRow]| match read(&table(header, rows)) {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let people = refused(&["身分證字號", "姓名"], &[cells(2, &["A123456789", "王"])]);
    assert!(people.text.zh.contains("機關代碼") && people.text.zh.contains("舊機關名稱"), "{people}");
    assert_eq!(refused(&HEADING, &[]).code, "org.list_empty");
}

#[test]
fn every_bad_row_is_listed_with_its_reason() {
    let rows = [
        row(2, "A01000000A", &[]),
        row(3, "a01", &[]),
        row(4, "A01000000A", &[]),
        row(5, "A02000000A", &[("機關名稱", " ")]),
        row(6, "A03000000A", &[("裁撤註記", "否")]),
        row(7, "A04000000A", &[("機關地址", "臺\u{FFFD}市")]),
        row(8, "A05000000A", &[("主管機關代碼", "行政院")]),
    ];
    let expected = [
        (3, "org.code_malformed"),
        (3, "org.code_malformed"),
        (4, "org.code_repeated"),
        (5, "org.name_length"),
        (6, "org.closed_mark"),
        (7, "org.text_unreadable"),
        (8, "org.code_malformed"),
    ];
    assert_eq!(faults(&rows), expected);
}

#[test]
fn superiors_may_not_go_in_a_circle() {
    let rows = [
        row(2, "A01000000A", &[]),
        row(3, "A02000000A", &[("主管機關代碼", "A04000000A")]),
        row(4, "A03000000A", &[("主管機關代碼", "A02000000A")]),
        row(5, "A04000000A", &[("主管機關代碼", "A03000000A")]),
        row(6, "A05000000A", &[("主管機關代碼", "A01000000A")]),
    ];
    assert_eq!(faults(&rows), [(3, "org.superior_cycle")]);
}

#[test]
fn a_superior_outside_the_list_is_remarked_and_many_are_a_cut_list() {
    let mut rows: Vec<SheetRow> = (0..50).map(|n| row(n + 2, &format!("A{n:08}A"), &[])).collect();
    rows.push(row(60, "B00000000A", &[("主管機關代碼", "9999999999")]));
    let list = read(&table(&HEADING, &rows)).unwrap();
    assert_eq!(remarks(&list), ["org.agency_not_listed"]);
    assert_eq!(list.agencies[50].parent.unwrap().as_str(), "9999999999");

    rows.push(row(61, "B00000001A", &[("主管機關代碼", "9999999999")]));
    assert_eq!(faults(&rows), [(1, "org.list_incomplete")]);
}

#[test]
fn links_that_lead_nowhere_are_remarked() {
    let list = one(&[("新機關代碼", "39201790U"), ("舊機關代碼", "A99000000A"), ("舊機關名稱", "舊署")]);
    assert_eq!(remarks(&list), ["org.link_malformed", "org.agency_not_listed"]);
    assert_eq!(list.agencies[0].successor, None);
    assert_eq!(list.agencies[0].predecessor.as_ref().unwrap().name, "舊署");
}
