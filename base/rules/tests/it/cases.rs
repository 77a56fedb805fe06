//! Every case under `cases/rules`: plain files that say what a rule gives, each under the path of its rule.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rules::{
    FILES, Law, Stop,
    check::{figure, rounding},
    quantity::{self, Desk},
};
use serde::Deserialize;
use statute::{Edition, Readings, rational};
use time::{Date, macros::date};

/// The law a case is asked under, unless it names a day.
const TODAY: Date = date!(2026 - 11 - 23);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    cases: Vec<Case>,
}

/// A case; `cases/rules/README.md` tells what each line means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(rename = "fn")]
    quantity: String,
    inputs: toml::Table,
    law: Option<toml::value::Datetime>,
    #[serde(default)]
    readings: Vec<String>,
    #[serde(default = "as_the_law_rounds")]
    rounding: String,
    expect: Option<String>,
    refused: Option<String>,
    missing: Option<String>,
    source: Option<String>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

fn as_the_law_rounds() -> String {
    "none".to_owned()
}

/// What a case comes to, in the words of its last line.
#[derive(Debug, PartialEq)]
enum Outcome {
    Figure(String),
    Refused(String),
    Missing(String),
}

fn cases_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/rules")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    found.sort();
    found
}

/// The path of a case file without its ending: the id of its rule.
fn id(path: &Path) -> String {
    let under = path.strip_prefix(cases_folder()).unwrap().with_extension("");
    under.to_str().unwrap().replace('\\', "/")
}

fn edition(case: &Case) -> Edition {
    let day = case.law.map_or(TODAY, |day| {
        let day = day.date.unwrap();
        Date::from_calendar_date(day.year.into(), day.month.try_into().unwrap(), day.day).unwrap()
    });
    let choose = |readings: Readings, choice: &String| readings.choose(choice).unwrap_or_else(|| panic!("{choice}"));
    Edition { readings: case.readings.iter().fold(Readings::default(), choose), ..Edition::of(day) }
}

fn run(desk: &mut Desk, id: &str, case: &Case) -> Outcome {
    let inputs = serde_json::to_string(&case.inputs).unwrap();
    let rounding = rounding(&case.rounding).unwrap_or_else(|| panic!("{id}, {}: {}", case.name, case.rounding));
    match desk.answer(&case.quantity, &inputs, rounding) {
        Ok(answer) => {
            let applied = answer.steps.0.iter().any(|step| step.rule.id == id);
            let nothing = answer.steps.0.is_empty();
            assert!(applied || nothing, "{id}, {}: that rule has no part in it", case.name);
            let figure = figure(&answer.outcome).unwrap();
            Outcome::Figure(statute::decimal(rounding.map_or(figure, |rounding| rounding.apply(figure))))
        }
        Err(Stop::Refused(refusal)) => Outcome::Refused(refusal.code.to_owned()),
        Err(Stop::Missing(fault)) => Outcome::Missing(fault.to_string()),
    }
}

fn expected(id: &str, case: &Case) -> Outcome {
    match (&case.expect, &case.refused, &case.missing) {
        (Some(figure), None, None) => Outcome::Figure(statute::decimal(rational(figure).unwrap())),
        (None, Some(code), None) => Outcome::Refused(code.clone()),
        (None, None, Some(key)) => Outcome::Missing(key.clone()),
        _ => panic!("{id}, {}: one of expect, refused, missing", case.name),
    }
}

#[test]
fn every_case_comes_out() {
    let mut count = 0;
    let today = Law::on(TODAY).unwrap();
    let mut desk = Desk::new(&today);
    let mut wrong = Vec::new();
    for path in files(&cases_folder()) {
        let id = id(&path);
        assert!(FILES.iter().any(|file| file.id == id), "there is no rule {id}");
        let file: File = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|e| panic!("{id}: {e}"));
        assert!(!file.cases.is_empty(), "{id}");
        for case in &file.cases {
            let expected = expected(&id, case);
            assert!(case.source.as_ref().is_none_or(|source| !source.is_empty()), "{id}, {}", case.name);
            let came = if case.law.is_some() || !case.readings.is_empty() {
                let law = Law::of_edition(edition(case)).unwrap();
                run(&mut Desk::new(&law), &id, case)
            } else {
                run(&mut desk, &id, case)
            };
            let is_as_expected = match (&came, &expected) {
                (Outcome::Missing(told), Outcome::Missing(key)) => told.contains(key.as_str()),
                (came, expected) => came == expected,
            };
            if !is_as_expected {
                wrong.push(format!("{id}, {}: {came:?}, expected {expected:?}", case.name));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50);
}

#[test]
fn a_case_that_is_off_does_not_come_out() {
    let text = "[[cases]]\nname = \"x\"\nfn = \"old_monthly_pct\"\ninputs = { years = 17 }\nexpect = \"78\"\n";
    let file: File = toml::from_str(text).unwrap();
    let law = Law::on(TODAY).unwrap();
    let came = run(&mut Desk::new(&law), "s0080034/a028_old_scheme", &file.cases[0]);
    assert_eq!(came, Outcome::Figure("77".to_owned()));
    assert_ne!(came, expected("x", &file.cases[0]));
}

#[test]
fn every_quantity_has_a_case_or_a_published_example() {
    let cases = files(&cases_folder()).into_iter().map(|path| fs::read_to_string(path).unwrap()).collect::<String>();
    let examples = concat!(
        include_str!("../../../../cases/pension/vectors.csv"),
        include_str!("../../../../cases/pension/boundaries.csv"),
    );
    for name in quantity::names() {
        let asked = cases.contains(&format!("fn = \"{name}\"")) || examples.contains(&format!(",{name},"));
        assert!(asked, "{name}");
    }
}
