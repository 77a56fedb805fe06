//! The published cases say what this code says.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use register::audit::{audit, policy_of};
use seal::qr::{ViewKey, base41, from_base41, read_address};
use seal::record::{Field, Salts, Scribe, disclosures};
use seal::summary::Summary;
use seal::verdict::{LogAtHand, Outcome, judge};
use serde_json::Value;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/seal")
}

fn read(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(cases().join(name)).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    B64U.decode(value.as_str().unwrap()).unwrap()
}

#[test]
fn every_file_has_its_verdict() {
    let folder = cases().join("log");
    let log = audit(&folder, &policy_of(&folder).unwrap()).unwrap();
    let verdicts = read("verdicts.json");
    assert!(verdicts.as_array().unwrap().len() > 25);
    for case in verdicts.as_array().unwrap() {
        let file = std::fs::read(cases().join(case["file"].as_str().unwrap())).unwrap();
        let verdict = judge(&file, None, LogAtHand::Sound(&log));
        assert_eq!(verdict.word(), case["verdict"], "{}", case["file"]);
        assert_eq!(u64::from(verdict.exit_code()), case["exit"]);
        let failed = match verdict.outcome {
            Outcome::NotValid(failed) => Some(u64::from(failed.check.number())),
            _ => None,
        };
        assert_eq!(failed, case["check"].as_u64(), "{}", case["file"]);
    }
}

#[test]
fn records_come_to_their_commitments() {
    for case in read("record.json").as_array().unwrap() {
        let texts = |value: &Value| value.as_str().unwrap().to_owned();
        let fields: Vec<Field> = case["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| Field::new(texts(&pair[0]), texts(&pair[1])))
            .collect();
        let mut salts = bytes(&case["summary_salt"]);
        salts.extend(case["salts"].as_array().unwrap().iter().flat_map(bytes));
        let salts = Salts::stored(salts, fields.len()).unwrap();
        let cbor = bytes(&case["summary"]);
        let sealed = Scribe::default().seal(&fields, &salts, &Summary::parse(&cbor).unwrap());
        assert_eq!(Value::from(disclosures(&fields, &salts)), case["disclosures"]);
        assert_eq!(sealed.fields_root.to_vec(), bytes(&case["fields_root"]));
        assert_eq!(sealed.content_root.to_vec(), bytes(&case["content_root"]));
        assert_eq!(sealed.summary_commit.to_vec(), bytes(&case["summary_commit"]));
        assert_eq!(sealed.commitment.to_vec(), bytes(&case["commitment"]));
    }
}

#[test]
fn codes_open_to_their_summary() {
    let case = read("qr.json");
    for pair in case["base41"].as_array().unwrap() {
        assert_eq!(base41(&bytes(&pair[0])), pair[1]);
    }
    for text in case["not_base41"].as_array().unwrap() {
        assert_eq!(from_base41(text.as_str().unwrap()), None);
    }
    let (host, id, key) = read_address(case["address"].as_str().unwrap()).unwrap();
    assert_eq!(host, "orders.example.gov.tw");
    let key: ViewKey = key.unwrap();
    assert_eq!(id.to_vec(), bytes(&case["id"]));
    let opened = key.open(&id, &bytes(&case["sealed_summary"])).unwrap();
    assert_eq!(opened.commitment().to_vec(), bytes(&case["commitment"]));
}
