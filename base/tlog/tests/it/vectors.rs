//! The published vectors in `cases/register/`: made here, and checked by the Rust, JavaScript and Python verifiers alike.

use crate::world;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tlog::{
    checkpoint::Checkpoint,
    hash::{Hash, ZERO, ed25519_verify, key_id, sha256},
    issuer::{End, Replaces, Statement},
    leaf::{Kind, Leaf, auth, signed_bytes},
    note::{LogKey, Vkey},
    policy::Policy,
    state::{State, fold},
    status::StatusBits,
    tile::{TileSet, root_of},
    tree::{consistency_spans, data_hash, inclusion_spans, prove, verify_consistency, verify_inclusion},
};

const ORIGIN: &str = "orders.example/2026";

fn b64u(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

fn fixed<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn seal_key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[2; 32]).unwrap()
}

/// A leaf signed by the authority of the vectors, with its signature.
fn event(kind: Kind, id: u8, time_ms: u64, commitment: Hash, prev: Hash) -> (Leaf, [u8; 64]) {
    let pair = seal_key();
    let id = [id; 16];
    let signature: [u8; 64] = pair.sign(&signed_bytes(kind, 1, &id, &commitment, &prev)).as_ref().try_into().unwrap();
    let auth = auth(&signature, pair.public_key().as_ref().try_into().unwrap());
    (Leaf { kind, issuer: 1, time_ms, id, commitment, prev, auth }, signature)
}

fn file(name: &str) -> std::path::PathBuf {
    world::crate_file("../../cases/register").join(name)
}

fn publish(name: &str, value: &Value) {
    world::golden(&file(name), &format!("{}\n", serde_json::to_string_pretty(value).unwrap()));
}

fn published(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file(name)).unwrap()).unwrap()
}

#[test]
fn leaves() {
    let key = seal_key();
    let (issue, _) = event(Kind::Issue, 9, 1_772_413_200_000, sha256(b"record"), ZERO);
    let cases: Vec<Value> = [(Kind::Issue, ZERO), (Kind::Supersede, issue.hash()), (Kind::Erasure, issue.hash())]
        .into_iter()
        .map(|(kind, prev)| {
            let (leaf, signature) = event(kind, 9, 1_772_413_200_000, sha256(b"record"), prev);
            json!({
                "kind": kind.number(), "issuer": leaf.issuer, "time_ms": leaf.time_ms, "id": b64u(&leaf.id),
                "commitment": b64u(&leaf.commitment), "prev": b64u(&prev), "auth": b64u(&leaf.auth),
                "leaf": b64u(&leaf.encode()), "hash": b64u(&leaf.hash()), "signature": b64u(&signature),
                "signed": b64u(&signed_bytes(kind, 1, &leaf.id, &leaf.commitment, &prev)),
            })
        })
        .collect();
    let public = key.public_key().as_ref();
    publish("leaf.json", &json!({ "seal_key": b64u(public), "key_id": b64u(&sha256(public)), "cases": cases }));
}

#[test]
fn published_leaves_are_what_they_say() {
    let vectors = published("leaf.json");
    let key: [u8; 32] = fixed(&vectors["seal_key"]);
    assert_eq!(key_id(&key), fixed(&vectors["key_id"]));
    for case in vectors["cases"].as_array().unwrap() {
        let leaf = Leaf::decode(&bytes(&case["leaf"])).unwrap();
        let signature = fixed(&case["signature"]);
        assert_eq!(u64::from(leaf.kind.number()), case["kind"]);
        assert_eq!((leaf.hash(), leaf.auth), (fixed(&case["hash"]), auth(&signature, &key)));
        assert!(ed25519_verify(&key, &bytes(&case["signed"]), &signature));
    }
}

/// The first two digests of a log: the statement of a day, and its leaf.
#[test]
fn digests() {
    let days = [("2026-03-02", 3_u64, sha256(b"root of a day")), ("2026-03-03", 1, sha256(b"root of the next"))];
    let mut prev = ZERO;
    let cases: Vec<Value> = days
        .into_iter()
        .map(|(day, count, root)| {
            let statement =
                format!(r#"{{"count":{count},"day":"{day}","format":"renshi-readlog/1","root":"{}"}}"#, b64u(&root));
            let commitment = sha256(statement.as_bytes());
            let leaf = Leaf {
                kind: Kind::Digest,
                issuer: 0,
                time_ms: 1_772_413_200_000,
                id: [0; 16],
                commitment,
                prev,
                auth: ZERO,
            };
            prev = leaf.hash();
            json!({
                "statement": statement, "commitment": b64u(&commitment), "leaf": b64u(&leaf.encode()), "hash": b64u(&prev),
            })
        })
        .collect();
    publish("digest.json", &json!({ "cases": cases }));
}

#[test]
fn published_digests_follow_one_another() {
    let mut prev = ZERO;
    for case in published("digest.json")["cases"].as_array().unwrap() {
        let leaf = Leaf::decode(&bytes(&case["leaf"])).unwrap();
        assert_eq!((leaf.kind, leaf.prev, leaf.hash()), (Kind::Digest, prev, fixed(&case["hash"])));
        assert_eq!(leaf.commitment, sha256(case["statement"].as_str().unwrap().as_bytes()));
        prev = leaf.hash();
    }
}

#[test]
fn checkpoints() {
    let key = LogKey::from_seed(ORIGIN, &[1; 32]).unwrap();
    let good = Checkpoint { origin: ORIGIN.to_owned(), size: 20_852_163, root: sha256(b"root") }.sign(&key).unwrap();
    let stranger = LogKey::from_seed("witness.example", &[3; 32]).unwrap();
    let text = good.split_once("\n\n").map(|(text, _)| format!("{text}\n")).unwrap();
    let line = stranger.sign(&text).unwrap().rsplit_once("\n\n").unwrap().1.to_owned();
    let extended = key.sign(&format!("{text}an extension line\n")).unwrap();
    let elsewhere = key.sign(&text.replace("20852163", "20852164")).unwrap();
    let moved = elsewhere.rsplit_once("\n\n").unwrap().1.to_owned();
    publish(
        "checkpoint.json",
        &json!({
            "vkey": key.vkey().to_string(), "origin": ORIGIN, "size": 20_852_163, "root": b64u(&sha256(b"root")),
            "valid": [
                { "why": "as the log signs it", "note": good },
                { "why": "a signature by a stranger is passed over", "note": format!("{good}{line}") },
                { "why": "extension lines are signed with the rest", "note": extended },
            ],
            "invalid": [
                { "why": "another size", "note": good.replace("20852163", "20852164") },
                { "why": "a signature over another text", "note": format!("{text}\n{moved}") },
                { "why": "only a stranger signed", "note": format!("{text}\n{line}") },
                { "why": "not signed", "note": text },
                { "why": "a leading zero", "note": key.sign(&text.replace("20852163", "020852163")).unwrap() },
                { "why": "carriage returns", "note": good.replace('\n', "\r\n") },
                { "why": "no line feed at the end", "note": good.trim_end() },
            ],
        }),
    );
}

#[test]
fn published_checkpoints_are_what_they_say() {
    let vectors = published("checkpoint.json");
    let key: Vkey = vectors["vkey"].as_str().unwrap().parse().unwrap();
    for case in vectors["valid"].as_array().unwrap() {
        let opened = Checkpoint::open(case["note"].as_str().unwrap(), &key).unwrap();
        assert_eq!((opened.size, opened.root), (vectors["size"].as_u64().unwrap(), fixed(&vectors["root"])));
    }
    for case in vectors["invalid"].as_array().unwrap() {
        assert!(Checkpoint::open(case["note"].as_str().unwrap(), &key).is_err(), "{}", case["why"]);
    }
}

#[test]
fn cosignatures_made_by_another_program_are_judged_as_it_says() {
    let vectors = published("cosignature.json");
    let policy: Policy = vectors["policy"].as_str().unwrap().parse().unwrap();
    let time = vectors["time"].as_u64().unwrap();
    for case in vectors["notes"].as_array().unwrap() {
        let judged = policy.judge(case["note"].as_str().unwrap()).unwrap();
        assert_eq!((judged.checkpoint.size, judged.checkpoint.root), (20_852_163, fixed(&vectors["root"])));
        let cosigned: Vec<_> = case["cosigned"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(judged.cosigned, cosigned.iter().map(|name| ((*name).to_owned(), time)).collect::<Vec<_>>());
        assert_eq!(judged.quorum_met, case["quorum"] == "met", "{}", case["why"]);
    }
    for case in vectors["met"].as_array().unwrap() {
        assert!(policy.judge(case["note"].as_str().unwrap()).unwrap().quorum_met, "{}", case["why"]);
    }
    for case in vectors["invalid"].as_array().unwrap() {
        assert!(policy.judge(case["note"].as_str().unwrap()).is_err(), "{}", case["why"]);
    }
}

/// The leaf hashes of the proof vectors: leaf `i` is the four bytes of `i`.
fn numbered(count: u32) -> Vec<Hash> {
    (0..count).map(|i| data_hash(&i.to_be_bytes())).collect()
}

#[test]
fn proofs() {
    let leaves = numbered(600);
    let mut tiles = TileSet::default();
    for (hashes, n) in leaves.chunks(256).zip(0..) {
        tiles.insert(0, n, hashes.to_vec());
    }
    tiles.insert(1, 0, leaves.chunks_exact(256).map(root_of).collect());
    let roots = [0_u32, 1, 2, 3, 7, 8, 255, 256, 257, 512, 600];
    let root = |size: u64| b64u(&root_of(&leaves[..usize::try_from(size).unwrap()]));
    let path =
        |spans: Vec<_>| prove(&spans, &|node| tiles.hash(node)).unwrap().iter().map(|h| b64u(h)).collect::<Vec<_>>();
    let inclusion: Vec<Value> = [
        (0_u64, 1_u64),
        (0, 2),
        (1, 2),
        (2, 3),
        (5, 7),
        (254, 255),
        (255, 256),
        (256, 257),
        (0, 600),
        (511, 600),
        (599, 600),
    ]
    .into_iter()
    .map(|(index, size)| json!({ "index": index, "size": size, "path": path(inclusion_spans(index, size).unwrap()) }))
    .collect();
    let consistency: Vec<Value> = [(1_u64, 1_u64), (1, 2), (3, 7), (4, 7), (6, 8), (255, 257), (256, 512), (257, 600)]
        .into_iter()
        .map(|(old, new)| json!({ "old": old, "new": new, "proof": path(consistency_spans(old, new).unwrap()) }))
        .collect();
    publish(
        "proof.json",
        &json!({
            "leaves": "leaf i is the four bytes of i, most significant first; its hash is SHA-256(0x00, leaf)",
            "roots": roots.map(|size| json!({ "size": size, "root": root(size.into()) })),
            "inclusion": inclusion, "consistency": consistency,
        }),
    );
}

#[test]
fn published_proofs_prove() {
    let vectors = published("proof.json");
    let leaves = numbered(600);
    let root = |size: u64| root_of(&leaves[..usize::try_from(size).unwrap()]);
    for case in vectors["roots"].as_array().unwrap() {
        assert_eq!(root(case["size"].as_u64().unwrap()), fixed(&case["root"]));
    }
    let hashes = |value: &Value| value.as_array().unwrap().iter().map(fixed).collect::<Vec<Hash>>();
    for case in vectors["inclusion"].as_array().unwrap() {
        let (index, size) = (case["index"].as_u64().unwrap(), case["size"].as_u64().unwrap());
        let leaf = &leaves[usize::try_from(index).unwrap()];
        assert!(verify_inclusion(leaf, index, size, &hashes(&case["path"]), &root(size)));
    }
    for case in vectors["consistency"].as_array().unwrap() {
        let (old, new) = (case["old"].as_u64().unwrap(), case["new"].as_u64().unwrap());
        assert!(verify_consistency(old, new, &hashes(&case["proof"]), &root(old), &root(new)));
    }
}

#[test]
fn state_folds() {
    let at = 1_772_413_200_000;
    let follow = |kind, before: &Leaf| event(kind, 9, at, sha256(b"new"), before.hash()).0;
    let issue = event(Kind::Issue, 9, at, sha256(b"record"), ZERO).0;
    let better = follow(Kind::Supersede, &issue);
    let gone = follow(Kind::Revoke, &issue);
    let ended = follow(Kind::Repeal, &issue);
    let rendered = follow(Kind::Rendition, &issue);
    let unsigned = Leaf { auth: ZERO, ..gone };
    let stories: Vec<(&str, Vec<Leaf>)> = vec![
        ("an order that stands", vec![issue]),
        ("superseded", vec![issue, better]),
        ("superseded, then revoked", vec![issue, better, follow(Kind::Revoke, &better)]),
        ("revoked stays revoked", vec![issue, gone, follow(Kind::Supersede, &gone)]),
        ("repealed, then superseded, stays repealed", vec![issue, ended, follow(Kind::Supersede, &ended)]),
        ("repealed, then revoked", vec![issue, ended, follow(Kind::Revoke, &ended)]),
        (
            "a rendition changes nothing and is part of the chain",
            vec![issue, rendered, follow(Kind::Revoke, &rendered)],
        ),
        ("two corrections of one order: the second does not follow the first", vec![issue, better, gone]),
        ("a leaf without authority does not count and cuts no chain", vec![issue, unsigned, better]),
        ("an issue that is repeated does not count", vec![issue, follow(Kind::Issue, &issue), gone]),
        ("a correction of nothing", vec![gone]),
        ("an issue without authority", vec![Leaf { auth: ZERO, ..issue }]),
    ];
    let table: Vec<Value> = State::ALL
        .iter()
        .map(|s| json!({ "state": s.word(), "bits": s.bits(), "2": s.after(Kind::Supersede).word(), "3": s.after(Kind::Revoke).word(), "4": s.after(Kind::Repeal).word() }))
        .collect();
    let folds: Vec<Value> = stories
        .into_iter()
        .map(|(story, leaves)| {
            let folded = fold(&leaves);
            let state = folded.as_ref().map(|folded| folded.state.word());
            let counted = folded.map(|folded| folded.counted).unwrap_or_default();
            let leaves: Vec<_> = leaves.iter().map(|leaf| b64u(&leaf.encode())).collect();
            json!({ "story": story, "leaves": leaves, "counted": counted, "state": state })
        })
        .collect();
    let mut bits = StatusBits::new(10);
    for (leaf, state) in [(1, State::Superseded), (2, State::Revoked), (7, State::Repealed), (9, State::Superseded)] {
        bits.set(leaf, state);
    }
    let status = json!({
        "below": 10, "states": { "1": "superseded", "2": "revoked", "7": "repealed", "9": "superseded" },
        "bytes": b64u(bits.bytes()), "commitment": b64u(&sha256(bits.bytes())),
    });
    publish("state.json", &json!({ "table": table, "folds": folds, "status": status }));
}

#[test]
fn published_folds_end_as_they_say() {
    for case in published("state.json")["folds"].as_array().unwrap() {
        let leaves: Vec<Leaf> =
            case["leaves"].as_array().unwrap().iter().map(|leaf| Leaf::decode(&bytes(leaf)).unwrap()).collect();
        let state = fold(&leaves).map(|folded| folded.state.word());
        assert_eq!(state, case["state"].as_str(), "{}", case["story"]);
    }
}

#[test]
fn key_statements() {
    let key = seal_key();
    let statement = Statement {
        agency: "376480000A".to_owned(),
        card_ca: sha256(b"card ca"),
        document_certificate: b"not a real certificate".to_vec(),
        issuer: 1,
        name: "範例縣政府".to_owned(),
        replaces: None,
        seal_key: key.public_key().as_ref().try_into().unwrap(),
    };
    let (leaf, signature) = event(Kind::Key, 5, 1_772_413_200_000, statement.commitment(), ZERO);
    publish(
        "issuer.json",
        &json!({
            "statement": statement.canonical(), "commitment": b64u(&statement.commitment()),
            "signature": b64u(&signature), "leaf": b64u(&leaf.encode()), "file": statement.file(&signature),
        }),
    );
}

/// A statement that replaces the one above, as planned and in an emergency.
#[test]
fn replaced_key_statements() {
    let old = Statement::parse(published("issuer.json")["statement"].as_str().unwrap()).unwrap();
    let before = Leaf::decode(&bytes(&published("issuer.json")["leaf"])).unwrap();
    let pair = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap();
    let public: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
    let case = |end: End| {
        let mut statement =
            Statement { issuer: 2, seal_key: public, replaces: Some(Replaces { issuer: 1, end }), ..old.clone() };
        if matches!(end, End::Endorsed(_)) {
            let endorsement = seal_key().sign(&statement.endorsed_bytes()).as_ref().try_into().unwrap();
            statement.replaces = Some(Replaces { issuer: 1, end: End::Endorsed(endorsement) });
        }
        let (id, commitment, prev) = (before.id, statement.commitment(), before.hash());
        let signed = signed_bytes(Kind::Key, 2, &id, &commitment, &prev);
        let signature: [u8; 64] = pair.sign(&signed).as_ref().try_into().unwrap();
        let auth = auth(&signature, &public);
        let leaf = Leaf { kind: Kind::Key, issuer: 2, time_ms: before.time_ms + 1, id, commitment, prev, auth };
        assert_eq!(statement.check_leaf(&leaf, &signature), Ok(()));
        assert_eq!(statement.check_succession(&old), Ok(()));
        json!({
            "statement": statement.canonical(), "signature": b64u(&signature), "leaf": b64u(&leaf.encode()),
            "file": statement.file(&signature),
        })
    };
    let cases = json!({
        "old": old.canonical(), "planned": case(End::Endorsed([0; 64])), "emergency": case(End::RevokedFrom(1_772_413_200_000)),
    });
    publish("issuer_replaced.json", &cases);
}

#[test]
fn the_published_key_statement_is_in_its_leaf() {
    let vector = published("issuer.json");
    let statement = Statement::parse(vector["statement"].as_str().unwrap()).unwrap();
    let leaf = Leaf::decode(&bytes(&vector["leaf"])).unwrap();
    assert_eq!(statement.check_leaf(&leaf, &fixed(&vector["signature"])), Ok(()));
    let (again, signature) = Statement::parse_file(vector["file"].as_str().unwrap()).unwrap();
    assert_eq!((again, signature), (statement, fixed(&vector["signature"])));
}
