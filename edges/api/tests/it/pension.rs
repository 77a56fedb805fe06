//! The pension estimate for machines: its answers are those the description promises.

use crate::World;
use boon::{Compiler, Draft, Schemas};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/pension/estimate";

/// The examples of the documentation.
fn examples() -> Vec<Value> {
    let text = include_str!("../../../../docs/pension-facts.md");
    let files = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let facts = files.map(|file| serde_json::to_value(rules::facts::read::toml(file).unwrap()).unwrap());
    facts.collect()
}

const DESCRIPTION: &str = "https://example.test/openapi.json";

/// Whether something is what a schema of the description says; why not.
fn fits(name: &str, value: &Value) -> Result<(), String> {
    let described: Value = serde_json::from_str(include_str!("../../src/openapi.json")).unwrap();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.set_default_draft(Draft::V2020_12);
    compiler.add_resource(DESCRIPTION, described).unwrap();
    let schema = compiler.compile(&format!("{DESCRIPTION}#/components/schemas/{name}"), &mut schemas).unwrap();
    schemas.validate(value, schema).map_err(|fault| format!("{name}: {fault:#}"))
}

fn must_fit(name: &str, value: &Value) {
    assert_eq!(fits(name, value), Ok(()));
}

#[tokio::test]
async fn every_form_of_answer_is_as_described() {
    let world = World::new("pension").await;
    let [mandatory, early, ..] =
        examples().try_into().unwrap_or_else(|all: Vec<Value>| [all[0].clone(), all[1].clone()]);
    let retired = json!({ "scheme": "civil", "born_on": "1958-05-20", "effective_on": "2023-07-16", "ground": "mandatory", "benefit": "monthly",
        "credited": { "old": 60, "new": 336 }, "pay": { "last": { "point": 590 }, "average": 47000 } });
    let questions = [
        ("OneKind", json!({ "facts": mandatory })),
        ("EveryKind", json!({ "facts": early, "options": true, "until": 2035 })),
        ("TwoLaws", json!({ "facts": retired, "law": "2025-12-27", "compare": "2025-12-28", "day": "2026-06-01" })),
    ];
    for (name, question) in questions {
        must_fit("PensionQuestion", &question);
        let (status, body) = world.send(Some("partner"), PATH, &[], Some(question.to_string())).await;
        assert_eq!(status, "200", "{body}");
        let answer: Value = serde_json::from_str(&body).unwrap();
        must_fit(name, &answer);
        must_fit("PensionAnswer", &answer);
        if name == "TwoLaws" {
            assert_eq!(answer["until_reassessed"]["paid"], answer["before"]["income"]["total"]);
        }
    }
    assert_eq!(world.send(Some("stranger"), PATH, &[], Some("{}".into())).await.0, "404", "not registered");
}

#[tokio::test]
async fn what_is_wrong_is_told_with_field_code_and_both_languages() {
    let world = World::new("pension-refused").await;
    let mut facts = examples().remove(0);
    facts["born_on"] = json!("2030-01-01");
    let (status, body) = world.send(Some("partner"), PATH, &[], Some(json!({ "facts": facts }).to_string())).await;
    let problem: Value = serde_json::from_str(&body).unwrap();
    must_fit("Refused", &problem);
    assert_eq!((status.as_str(), problem["status"].as_i64()), ("422", Some(422)));
    let first = &problem["refused"][0];
    assert_eq!((&first["field"], &first["code"]), (&json!("effective_on"), &json!("pension/retired-before-born")));
    assert!(
        first["zh"].as_str().unwrap().contains("早於出生日期") && first["en"].as_str().unwrap().contains("born on")
    );
    let unread = [("{", ""), (r#"{"facts":{"scheme":"civil"}}"#, "facts.born_on"), (r#"{"who":1}"#, "who")];
    for (body, field) in unread {
        let (status, said) = world.send(Some("partner"), PATH, &[], Some(body.to_owned())).await;
        let problem: Value = serde_json::from_str(&said).unwrap();
        must_fit("Refused", &problem);
        assert_eq!((status.as_str(), problem["refused"][0]["field"].as_str().unwrap_or("")), ("422", field), "{body}");
    }
    let (status, _) = world.send(Some("partner"), PATH, &[], Some(" ".repeat(17 << 10))).await;
    assert_eq!(status, "413");
}

/// Facts with every field: the description knows each of them, and takes none it does not know.
#[test]
fn every_field_of_the_facts_is_described() {
    for facts in examples() {
        must_fit("Facts", &facts);
        let read: rules::facts::Facts = serde_json::from_value(facts).unwrap();
        let fields = serde_json::to_value(&read).unwrap();
        must_fit("Facts", &fields);
    }
    let strange = json!({ "facts": examples()[0], "who": 1 });
    assert!(fits("PensionQuestion", &strange).is_err());
}
