//! What is asked of every parser of `base/tlog`: it never panics, and whatever it accepts it writes again as it was. Used by the fuzz
//! targets beside this file and, without a fuzzer, by the tests of `base/tlog`.

use std::str::from_utf8;
use tlog::{
    checkpoint::Checkpoint,
    issuer::Statement,
    key_event::KeyEvent,
    leaf::Leaf,
    note::{Line, Note, Vkey},
    policy::Policy,
    proof::TlogProof,
    tile::{TilePath, split_entries, split_hashes},
    witness::{AddCheckpoint, consider, parse_size, size_text},
};

/// A policy with a log and witnesses of both kinds.
pub const POLICY: &str = include_str!("corpus/policy/witnesses");

/// A target and its name.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 9] = [
    ("note", note),
    ("checkpoint", checkpoint),
    ("cosignature", cosignature),
    ("proof", proof),
    ("policy", policy),
    ("leaf", leaf),
    ("tile_path", tile_path),
    ("statement", statement),
    ("witness_request", witness_request),
];

pub fn note(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    if let Ok(note) = Note::parse(text) {
        assert_eq!(note.to_string(), text);
    }
    if let Ok(key) = text.parse::<Vkey>() {
        assert_eq!(key.to_string(), text);
    }
}

pub fn checkpoint(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    if let Some(checkpoint) = Checkpoint::of_text(text) {
        // Extension lines follow what is said again.
        assert!(text.starts_with(checkpoint.text().trim_end_matches('\n')));
    }
    let _ = Checkpoint::read_unverified(text);
}

pub fn cosignature(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    if let Ok(lines) = Line::parse_all(text) {
        assert_eq!(lines.iter().map(|line| format!("{line}\n")).collect::<String>(), text);
    }
    let policy: Policy = POLICY.parse().expect("the seed is a policy");
    if let Ok(judged) = policy.judge(text) {
        // Nobody made a signature here: what is believed stands in a seed.
        assert_eq!((judged.checkpoint.size, judged.log.name()), (20_852_163, judged.checkpoint.origin.as_str()));
        assert!(policy.is_met(|name| judged.cosigned.iter().any(|(other, _)| other == name)) == judged.quorum_met);
    }
}

pub fn proof(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    if let Ok(proof) = text.parse::<TlogProof>() {
        assert_eq!(proof.to_string(), text);
        let _ = proof.verify(&[0; 32], &POLICY.parse().expect("the seed is a policy"));
    }
}

pub fn policy(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    if let Ok(policy) = text.parse::<Policy>() {
        assert_eq!(policy.to_string().parse(), Ok(policy.clone()));
        assert!(policy.is_met(|_| true), "all witnesses together are always enough");
        assert_eq!(policy.is_met(|_| false), policy.quorum().is_none());
    }
}

pub fn leaf(data: &[u8]) {
    if let Ok(leaf) = Leaf::decode(data) {
        assert_eq!(leaf.encode(), data);
    }
    let _ = split_hashes(data);
    if let Some(leaves) = split_entries(data) {
        assert_eq!(tlog::tile::bundle_entries(leaves), data);
    }
}

pub fn tile_path(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    if let Ok(path) = text.parse::<TilePath>() {
        assert_eq!(path.to_string(), text);
    }
}

pub fn statement(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    if let Ok(statement) = Statement::parse(text) {
        assert_eq!(statement.canonical(), text);
    }
    if let Ok((statement, signature)) = Statement::parse_file(text) {
        assert_eq!(statement.file(&signature), text);
    }
    if let Ok(event) = KeyEvent::parse(text) {
        assert_eq!(event.canonical(), text);
    }
}

pub fn witness_request(data: &[u8]) {
    let Ok(text) = from_utf8(data) else { return };
    if let Some(size) = parse_size(text) {
        assert_eq!(size_text(size), text);
    }
    if let Ok(request) = text.parse::<AddCheckpoint>() {
        assert_eq!(request.to_string(), text);
        let policy: Policy = POLICY.parse().expect("the seed is a policy");
        let keys = policy.logs().iter().map(|log| &log.vkey);
        if let Ok(checkpoint) = consider(&request, keys, None) {
            assert_eq!((request.old, request.proof.len(), checkpoint.size), (0, 0, 20_852_163));
        }
    }
}
