use time::macros::date;

use super::*;
use crate::Law;

const GOOD: &str = "scheme = \"civil\"\nborn_on = 1964-05-20\neffective_on = 2029-07-16\nground = \"mandatory\"\nbenefit = \"monthly\"\n\
                    service = [{ from = 1990-08-01, until = 2029-07-16, kind = \"civil\" }]\npay = { last = { point = 590 }, average = 44970 }\n";

fn read(text: &str) -> Facts {
    toml::from_str(text).unwrap()
}

fn found(text: &str) -> Vec<(&'static str, String, String)> {
    let facts = read(text);
    let law = Law::on(date!(2026 - 11 - 23)).unwrap();
    let problems = facts.check(law.of(facts.scheme)).unwrap();
    let told = |why: kernel::Refusal| {
        assert!(!why.text.zh.is_empty() && !why.text.en.is_empty());
        (why.code, why.field.unwrap(), why.citation.unwrap())
    };
    problems.into_iter().map(told).collect()
}

fn codes(text: &str) -> Vec<&'static str> {
    found(text).into_iter().map(|(code, ..)| code).collect()
}

/// The good facts with a line replaced or added.
fn with(line: &str) -> String {
    let key = line.split_once(' ').unwrap().0;
    let rest: Vec<_> = GOOD.lines().filter(|kept| !kept.starts_with(&format!("{key} "))).collect();
    format!("{}\n{line}\n", rest.join("\n"))
}

#[test]
fn good_facts_have_no_problems_and_are_the_same_in_json() {
    assert_eq!(codes(GOOD), [""; 0]);
    let facts = read(GOOD);
    let json = serde_json::to_string(&facts).unwrap();
    assert!(json.contains("\"born_on\":\"1964-05-20\""));
    assert_eq!(serde_json::from_str::<Facts>(&json).unwrap(), facts);
    assert_eq!(read(&GOOD.replace("1964-05-20", "\"1964-05-20\"")), facts, "a date as text");
}

#[test]
fn what_is_not_known_here_is_not_read() {
    for line in ["colour = \"red\"", "ground = \"whim\"", "born_on = \"yesterday\"", "born_on = 12"] {
        assert!(toml::from_str::<Facts>(&with(line)).is_err(), "{line}");
    }
    assert!(toml::from_str::<Facts>(&GOOD.replace("born_on = 1964-05-20", "")).is_err(), "a day of birth is needed");
    assert!(
        toml::from_str::<Facts>(&with("earlier = [{ on = 2000-01-01, paid = { old = 1 }, old_bases = \"x\" }]"))
            .is_err()
    );
}

#[test]
fn contradictions_name_the_fact_and_the_article() {
    let only = |text: &str| {
        let mut problems = found(text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    };
    let (code, field, article) = only(&with("credited = { old = 60 }"));
    assert_eq!(
        (code, field.as_str(), article.as_str()),
        ("pension/service-twice", "credited", "公務人員退休資遣撫卹法第11條")
    );
    let overlapping = "service = [{ from = 1990-08-01, until = 2000-01-02, kind = \"civil\" }, { from = 2000-01-01, until = 2029-07-16, kind = \"civil\" }]";
    let (code, _, article) = only(&with(overlapping));
    assert_eq!((code, article.as_str()), ("pension/overlapping-service", "公務人員退休資遣撫卹法施行細則第12條第3項"));
    let beside = overlapping.replace("2000-01-02", "2000-01-01");
    assert_eq!(codes(&with(&beside)), [""; 0], "the day after the last is not shared");
    let from = |day: &str| with(&format!("service = [{{ from = {day}, until = 2029-07-16, kind = \"civil\" }}]"));
    assert_eq!(codes(&from("1979-05-20")), [""; 0], "fifteen years old");
    let (code, _, article) = only(&from("1979-05-19"));
    assert_eq!((code, article.as_str()), ("pension/served-too-young", "事實合理性檢核（非法規）"));
    assert_eq!(only(&from("1964-05-19")).0, "pension/served-before-born");
    assert_eq!(
        only(&with("service = [{ from = 1990-08-01, until = 2029-07-17, kind = \"civil\" }]")).0,
        "pension/served-after-retirement"
    );
    assert_eq!(only(&with("post = \"staff\"")).0, "pension/post");
}

#[test]
fn an_age_that_cannot_be() {
    let born = |day: &str| {
        let service = "service = [{ from = 1995-08-01, until = 2029-07-16, kind = \"civil\" }]";
        codes(&format!(
            "{}{service}\n",
            with(&format!("born_on = {day}"))
                .replace("service = [{ from = 1990-08-01, until = 2029-07-16, kind = \"civil\" }]\n", "")
        ))
    };
    assert_eq!((born("1928-07-17"), born("1928-07-16")), (vec![], vec!["pension/too-old"]), "100, and 101 that day");
}

#[test]
fn pay_that_cannot_be() {
    let last = |level: &str| codes(&with(&format!("pay = {{ last = {{ {level} }}, average = 44970 }}")));
    assert_eq!(last("point = 591"), ["pension/no-such-pay-point"]);
    assert_eq!(last("salary = 476"), ["pension/no-such-pay-point"]);
    assert_eq!((last("salary = 475"), last("amount = 1000000")), (vec![], vec![]));
    assert_eq!(
        (last("amount = 0"), last("amount = 1000001")),
        (vec!["pension/implausible-pay"], vec!["pension/implausible-pay"])
    );
    let history = |spells: &str| codes(&with(&format!("pay = {{ last = {{ point = 590 }}, history = [{spells}] }}")));
    let one = "{ from = 2000-01-01, until = 2010-01-01, level = { point = 590 } }";
    assert_eq!(history(one), [""; 0]);
    assert_eq!(history(&format!("{one}, {one}")), ["pension/pay-overlap"]);
    assert_eq!(history("{ from = 2010-01-01, until = 2010-01-01, level = { point = 590 } }"), ["pension/pay-time"]);
}

#[test]
fn more_years_than_there_can_be() {
    let credited = |benefit: &str, effective_on: &str, old: u32, new: u32| {
        codes(&format!(
            "scheme = \"civil\"\nborn_on = 1950-01-01\neffective_on = {effective_on}\nground = \"mandatory\"\nbenefit = \"{benefit}\"\n\
             credited = {{ old = {old}, new = {new} }}\npay = {{ last = {{ point = 590 }}, average = 40000 }}"
        ))
    };
    let (since, before) = ("2029-07-16", "2018-06-30");
    assert_eq!(credited("monthly", since, 200, 280), [""; 0]);
    assert_eq!(credited("monthly", since, 200, 281), ["pension/too-many-years"]);
    assert_eq!(
        (credited("lump", since, 200, 304), credited("lump", since, 200, 305)),
        (vec![], vec!["pension/too-many-years"])
    );
    assert_eq!(
        (credited("lump", before, 200, 220), credited("lump", before, 200, 221)),
        (vec![], vec!["pension/too-many-years"])
    );
    assert_eq!(
        (credited("lump", since, 360, 0), credited("lump", since, 361, 0)),
        (vec![], vec!["pension/too-many-years"])
    );
    assert_eq!(
        (credited("lump", "2000-07-01", 0, 60), credited("lump", "2000-07-01", 0, 61)),
        (vec![], vec!["pension/impossible-service"])
    );
}

#[test]
fn thirty_years_of_teaching_are_not_called_unlawful() {
    let credited = |scheme: &str, on: &str, old: u32, new: u32| {
        found(&format!(
            "scheme = \"{scheme}\"\nborn_on = 1940-01-01\neffective_on = {on}\nground = \"mandatory\"\nbenefit = \"monthly\"\n\
             credited = {{ old = {old}, new = {new} }}\npay = {{ last = {{ point = 590 }}, average = 40000 }}\n{}",
            if scheme == "teacher" { "post = \"teacher\"" } else { "" }
        ))
        .into_iter()
        .map(|(code, _, place)| (code, place))
        .next()
    };
    let by_teaching = Some(("pension/not-estimated", "公立學校教職員退休資遣撫卹條例第15條第2項".to_owned()));
    let before = "2016-08-01";
    assert_eq!(credited("teacher", before, 240, 180), None);
    assert_eq!(
        [credited("teacher", before, 240, 181), credited("teacher", before, 361, 0)],
        [by_teaching.clone(), by_teaching]
    );
    let code = |found: Option<(&'static str, String)>| found.unwrap().0;
    assert_eq!(code(credited("teacher", before, 240, 241)), "pension/too-many-years");
    assert_eq!(code(credited("civil", before, 240, 181)), "pension/too-many-years");
    assert_eq!(code(credited("teacher", "2018-08-01", 361, 0)), "pension/too-many-years");
}

#[test]
fn no_count_of_months_is_longer_than_a_working_life() {
    // From 1979-05-20, fifteen years old, to 2029-07-16: 601 months and 26 days.
    for field in ["other_sector_months", "private_school_months"] {
        assert_eq!(codes(&with(&format!("{field} = 602"))), [""; 0]);
        assert_eq!(codes(&with(&format!("{field} = 603"))), ["pension/impossible-service"]);
    }
    let earlier = |old: u32| {
        codes(&with(&format!("earlier = [{{ on = 2000-01-01, paid = {{ old = {old}, new = 4294967295 }} }}]")))
    };
    assert_eq!(earlier(0), ["pension/impossible-service"]);
    assert_eq!(earlier(4_294_967_295), ["pension/impossible-service"]);
}

#[test]
fn what_is_missing_is_asked_for() {
    for (ground, field) in [
        ("ill", "condition"),
        ("hazardous", "hazardous"),
        ("indigenous", "indigenous"),
        ("ordered-injury", "injury"),
        ("preserved", "left_on"),
        ("combined", "left_on"),
    ] {
        let problems = found(&with(&format!("ground = \"{ground}\"")));
        assert_eq!(problems.len(), 1, "{ground}");
        assert_eq!((problems[0].0, problems[0].1.as_str()), ("pension/missing", field));
    }
    assert_eq!(codes(&with("ground = \"severance\"")), ["pension/missing", "pension/severance-lump"]);
    assert_eq!(codes(&with("service = []")), ["pension/missing"]);
    assert_eq!(
        codes(&with("earlier = [{ on = 2029-07-16, paid = {} }]")),
        ["pension/earlier-later", "pension/missing"]
    );
}

#[test]
fn days_outside_the_known_law_and_another_scheme() {
    let retired = |on: &str| {
        codes(&format!(
            "scheme = \"civil\"\nborn_on = 1930-01-01\neffective_on = {on}\nground = \"mandatory\"\nbenefit = \"lump\"\n\
             credited = {{ old = 360 }}\npay = {{ last = {{ point = 590 }} }}"
        ))
    };
    assert_eq!((retired("1995-07-01"), retired("1995-06-30")), (vec![], vec!["pension/outside-known-law"]));
    let first =
        |day: &str| codes(&with(&format!("service = [{{ from = {day}, until = 2029-07-16, kind = \"civil\" }}]")));
    assert_eq!((first("2023-06-30"), first("2023-07-01")), (vec![], vec!["pension/account-scheme"]));
}

#[test]
fn all_problems_are_told_at_once() {
    let text = "scheme = \"civil\"\nborn_on = 2030-01-01\neffective_on = 2029-07-16\nground = \"ill\"\nbenefit = \"lump\"\npost = \"college\"\n\
                service = [{ from = 1990-08-01, until = 1990-08-01, kind = \"civil\" }]\npay = { last = { point = 1 } }";
    let all = [
        "pension/retired-before-born",
        "pension/post",
        "pension/missing",
        "pension/empty-service",
        "pension/served-before-born",
        "pension/no-such-pay-point",
    ];
    assert_eq!(codes(text), all);
}

#[test]
fn the_examples_of_the_handbook_can_be_read_and_have_no_problems() {
    let handbook = include_str!("../../../../docs/pension-facts.md");
    let examples: Vec<_> = handbook.split("```toml\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        assert_eq!(codes(example), [""; 0], "{example}");
        let facts = read(example);
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let entitlement =
            crate::entitlement::assess(law.of(facts.scheme), &facts, &mut crate::Steps::default()).unwrap();
        assert_eq!(entitlement.refusal, None, "{example}");
    }
}

#[test]
fn the_handbook_names_every_field() {
    let handbook = include_str!("../../../../docs/pension-facts.md");
    let all = read(GOOD);
    let all =
        Facts { top_step_since: Some(all.born_on), filed_on: Some(all.born_on), left_on: Some(all.born_on), ..all };
    let serde_json::Value::Object(fields) = serde_json::to_value(&all).unwrap() else { panic!("a map of fields") };
    for field in fields.keys().chain(&["earlier", "events", "died_on", "survivors"].map(str::to_owned)) {
        assert!(handbook.contains(&format!("`{field}`")), "docs/pension-facts.md does not name {field}");
    }
}
