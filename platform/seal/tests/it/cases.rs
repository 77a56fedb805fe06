//! The published cases say what this code says.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use register::audit::{audit, policy_of};
use seal::code::Code;
use seal::code_verdict::judge_code;
use seal::qr::{ViewKey, base41, from_base41, read_address};
use seal::record::{Field, Salts, Scribe, disclosures};
use seal::summary::Summary;
use seal::verdict::{LogAtHand, Outcome, judge};
use serde_json::Value;
use tlog::pack::Pack;
use tlog::policy::Policy;

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

/// Receipts of a fork, and such as too few witnesses cosigned: what a policy makes of them, with the published log at hand and without.
#[test]
fn every_fork_has_its_verdict() {
    let listed = read("forks.json");
    assert!(listed.as_array().unwrap().len() > 10);
    for case in listed.as_array().unwrap() {
        let file = std::fs::read(cases().join(case["file"].as_str().unwrap())).unwrap();
        let policy = std::fs::read_to_string(cases().join(case["policy"].as_str().unwrap())).unwrap();
        let policy: Policy = policy.parse().unwrap();
        let log = case["log"].as_bool().unwrap().then(|| audit(&cases().join("log"), &policy));
        let at_hand = match &log {
            None => LogAtHand::None,
            Some(Ok(log)) => LogAtHand::Sound(log),
            Some(Err(error)) => LogAtHand::Unusable(error),
        };
        let verdict = judge(&file, Some(&policy), at_hand);
        assert_eq!(u64::from(verdict.exit_code()), case["exit"], "{case}: {:?}", verdict.sentence());
        let failed = match verdict.outcome {
            Outcome::NotValid(failed) => Some(u64::from(failed.check.number())),
            _ => None,
        };
        assert_eq!(failed, case["check"].as_u64(), "{case}");
    }
}

#[test]
fn every_code_has_its_verdict() {
    let folder = cases().join("log");
    let read_log = |file: &str| std::fs::read(folder.join(file)).ok();
    let policy = policy_of(&folder).unwrap();
    let pack = Pack::open(read_log, &policy).unwrap();
    let codes = read("codes.json");
    assert!(codes.as_array().unwrap().len() > 20);
    for case in codes.as_array().unwrap() {
        let text = case["text"].as_str().unwrap();
        let verdict = judge_code(text, Ok(&pack));
        assert_eq!(verdict.word(), case["verdict"], "{}: {:?}", case["name"], verdict.sentence());
        assert_eq!(u64::from(verdict.exit_code()), case["exit"]);
        assert!(Code::is_meant(text.as_bytes()));
        if verdict.exit_code() != 1 {
            assert_eq!(judge_code(text, Err(kernel::Text::new("", ""))).exit_code(), 2);
        }
    }
}

#[test]
fn a_code_is_read_back_and_has_one_form() {
    for case in read("codes.json").as_array().unwrap() {
        let Some(code) = Code::read(case["text"].as_str().unwrap()) else { continue };
        assert_eq!(Code::decode(&code.encode()).as_ref(), Some(&code));
        assert_eq!(Code::read(&code.address("https://renshi.example")), Some(code));
    }
    for wrong in ["", "#", "https://h/q/", "ftp://h/q/#", "https:///q/#", "https://h/x/q/#00", "HTTPS://H/Q/A#00"] {
        assert_eq!(Code::read(wrong), None, "{wrong}");
    }
}

#[test]
fn a_pack_with_one_false_file_is_no_pack() {
    let folder = cases().join("log");
    let policy = policy_of(&folder).unwrap();
    let read_log = |file: &str| std::fs::read(folder.join(file)).ok();
    for (file, at) in [
        ("pack.json", 30),
        ("tile/1/000.p/1", 3),
        ("tile/0/001.p/11", 40),
        ("status/2026.bits", 60),
        ("pack.json", 900),
    ] {
        let flipped = |name: &str| {
            let mut bytes = read_log(name)?;
            if name == file {
                bytes[at] ^= 1;
            }
            Some(bytes)
        };
        assert!(!Pack::open(flipped, &policy).unwrap_err().undecided, "{file}");
        let without = |name: &str| read_log(name).filter(|_| name != file);
        assert!(Pack::open(without, &policy).unwrap_err().undecided, "{file}");
    }
    let key = tlog::note::LogKey::from_seed("orders.example.gov.tw/2026", &[9; 32]).unwrap();
    let strict = Policy::of(key.vkey().clone());
    assert!(Pack::open(read_log, &strict).is_err(), "another key of the same name is not the log's");
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
