use super::*;
use crate::model::Link;
use time::macros::{date, datetime};

fn agency(code: &str, name: &str) -> Agency {
    Agency {
        code: AgencyCode::parse(code).unwrap(),
        name: name.to_owned(),
        english_name: None,
        postal_code: "100".to_owned(),
        address: String::new(),
        phone: String::new(),
        fax: String::new(),
        parent: None,
        effective_on: None,
        closed: false,
        closed_on: None,
        level: Some(3),
        successor: None,
        predecessor: None,
    }
}

fn on_file(agencies: &[Agency]) -> OnFile {
    OnFile { agencies: agencies.iter().map(|a| (a.code, a.clone())).collect(), missing: BTreeSet::new() }
}

fn edition(id: i64) -> Edition {
    Edition {
        id,
        published_on: date!(2026 - 03 - 01),
        file_name: "orglist.csv".to_owned(),
        sha256: vec![0; 32],
        recorded_at: datetime!(2026-03-02 01:00 UTC),
        recorded_by: "承辦人".to_owned(),
        counts: Counts::default(),
    }
}

#[test]
fn each_kind_of_difference_is_told_apart() {
    let mut closing = agency("A02000000A", "乙署");
    let mut renamed = agency("A03000000A", "丙處");
    let before = [agency("A01000000A", "甲部"), closing.clone(), renamed.clone(), agency("A04000000A", "丁局")];
    closing.closed_on = Some(date!(2026 - 04 - 01));
    closing.successor = Some(Link {
        code: AgencyCode::parse("A05000000A").unwrap(),
        name: "戊署".to_owned(),
        on: Some(date!(2026 - 04 - 01)),
    });
    renamed.name = "丙總處".to_owned();
    let list = [agency("A05000000A", "戊署"), renamed, closing, agency("A01000000A", "甲部")];

    let diff = diff(&on_file(&before), &list);

    let counts = Counts { rows: 4, added: 1, changed: 2, closed: 1, renamed: 1, missing: 1, returned: 0 };
    assert_eq!(diff.counts(), counts);
    assert_eq!(diff.added[0].name, "戊署");
    assert_eq!(diff.missing[0].name, "丁局");
    assert_eq!(diff.unchanged, 1);
    let closed: Vec<_> = diff.closed().flat_map(|change| &change.fields).map(|f| (f.field, f.new.as_str())).collect();
    assert_eq!(
        closed,
        [
            (Field::ClosedOn, "1150401"),
            (Field::SuccessorCode, "A05000000A"),
            (Field::SuccessorName, "戊署"),
            (Field::SuccessorOn, "1150401")
        ]
    );
    let renamed = diff.renamed().next().unwrap();
    assert_eq!((renamed.fields[0].old.as_str(), renamed.fields[0].new.as_str()), ("丙處", "丙總處"));
    assert!(!renamed.is_moved() && !renamed.is_closed());
}

#[test]
fn left_out_is_reported_once_and_coming_back_is_reported() {
    let known = agency("A01000000A", "甲部");
    let other = agency("A02000000A", "乙署");
    let mut file = on_file(&[known.clone(), other.clone()]);
    file.missing.insert(other.code);

    assert!(diff(&file, std::slice::from_ref(&known)).is_empty());
    let back = diff(&file, &[known, other.clone()]);
    assert_eq!(back.returned, [other.code]);
    assert!(!back.is_empty());
}

#[test]
fn an_edition_without_english_names_leaves_them() {
    let mut english = agency("A01000000A", "甲部");
    english.english_name = Some("Ministry A".to_owned());
    let mut without = agency("A01000000A", "甲部");
    assert!(diff(&on_file(std::slice::from_ref(&english)), std::slice::from_ref(&without)).is_empty());
    without.level = None;
    let diff = diff(&on_file(&[english]), &[without]);
    assert_eq!(diff.changed[0].after.english_name.as_deref(), Some("Ministry A"));
}

#[test]
fn what_was_shown_is_what_is_done() {
    let none = Diff::default();
    let newest = edition(7);
    let on = date!(2026 - 03 - 01);
    let follow = |newest, base| may_follow(newest, base, on, &none, 10, false).map_err(|refusal| refusal.code);
    assert_eq!(follow(Some(&newest), Base::After(7)), Ok(()));
    assert_eq!(follow(Some(&newest), Base::Newest), Ok(()));
    assert_eq!(follow(None, Base::Empty), Ok(()));
    assert_eq!(follow(Some(&newest), Base::After(6)), Err("org.edition_moved_on"));
    assert_eq!(follow(Some(&newest), Base::Empty), Err("org.edition_moved_on"));
    assert_eq!(follow(None, Base::After(7)), Err("org.edition_moved_on"));
}

#[test]
fn an_older_edition_does_not_follow_a_newer_one() {
    let refused = |on| may_follow(Some(&edition(1)), Base::Newest, on, &Diff::default(), 10, false).map_err(|r| r.code);
    assert_eq!(refused(date!(2026 - 02 - 28)), Err("org.edition_older"));
    assert_eq!(refused(date!(2026 - 03 - 01)), Ok(()));
}

#[test]
fn one_in_twenty_may_be_missing_and_one_more_needs_a_word() {
    let missing = |count: usize| Diff { missing: vec![agency("A01000000A", "甲部"); count], ..Diff::default() };
    let follow = |count, accept| {
        may_follow(None, Base::Newest, date!(2026 - 03 - 01), &missing(count), 100, accept).map_err(|r| r.code)
    };
    assert_eq!(follow(5, false), Ok(()));
    assert_eq!(follow(6, false), Err("org.edition_shrinks"));
    assert_eq!(follow(6, true), Ok(()));
}
