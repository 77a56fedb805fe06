//! Policies: the whole grammar, and quorums over the signature lines of a checkpoint.

use tlog::{
    checkpoint::{Checkpoint, CheckpointError},
    cosignature::{Algorithm, Cosigner},
    hash::sha256,
    note::{LogKey, Note, NoteError},
    policy::{JudgeError, Policy, PolicyError},
    proof::{ProofError, TlogProof},
    tile::root_of,
};

fn log() -> LogKey {
    LogKey::from_seed("orders.example/2026", &[7; 32]).unwrap()
}

/// The witnesses a to f, the last with ML-DSA-44.
fn witness(letter: char) -> Cosigner {
    let algorithm = if letter == 'f' { Algorithm::MlDsa44 } else { Algorithm::CosignatureV1 };
    Cosigner::from_seed(&format!("witness.example/{letter}"), algorithm, &sha256(letter.to_string().as_bytes()))
        .unwrap()
}

fn policy_text(end: &str) -> String {
    let witnesses: String =
        ('a'..='f').map(|w| format!("witness {w} {} https://{w}.example\n", witness(w).vkey())).collect();
    format!("log {}\n{witnesses}{end}", log().vkey())
}

fn policy(end: &str) -> Result<Policy, PolicyError> {
    policy_text(end).parse()
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: "orders.example/2026".to_owned(), size: 2, root: root_of(&[[1; 32], [2; 32]]) }
}

fn note(cosigned: &str) -> String {
    let mut note = Note::parse(&checkpoint().sign(&log()).unwrap()).unwrap();
    for letter in cosigned.chars() {
        note.add(witness(letter).sign(&checkpoint().text(), 1_700_000_000).unwrap()).unwrap();
    }
    note.to_string()
}

#[test]
fn quorums_of_any_all_and_a_number_one_above_the_other() {
    let nested = "group X 2 a b c\ngroup Y any d e\ngroup XY all X Y f\nquorum XY\n";
    for (end, enough, too_few) in [
        ("quorum none\n", &["", "a"][..], &[][..]),
        ("quorum b\n", &["b", "ab"], &["", "acdef"]),
        ("group g any a b\nquorum g\n", &["a", "b", "ab"], &["", "cdef"]),
        ("group g all a b f\nquorum g\n", &["abf", "abcdef"], &["ab", "af", "bf"]),
        ("group g 2 a b c\nquorum g\n", &["ab", "bc", "abc"], &["a", "c", "adef"]),
        (nested, &["abdf", "bcef", "abcdef"], &["abf", "abd", "adef", "abcde"]),
    ] {
        let policy = policy(end).unwrap();
        for (sets, met) in [(enough, true), (too_few, false)] {
            for set in sets {
                let judged = policy.judge(&note(set)).unwrap();
                assert_eq!(judged.quorum_met, met, "{end}{set}");
                let names: String = judged.cosigned.iter().map(|(name, _)| name.as_str()).collect();
                assert_eq!(&names, set);
                assert!(judged.cosigned.iter().all(|(_, time)| *time == 1_700_000_000));
                assert_eq!(policy.is_met(|name| set.contains(name)), met);
            }
        }
        assert_eq!(policy.to_string().parse(), Ok(policy));
    }
}

#[test]
fn lines_that_are_not_of_a_policy() {
    for (end, error) in [
        ("", PolicyError::Quorum),
        ("quorum none\nquorum none\n", PolicyError::Quorum),
        ("quorum g\ngroup g any a\n", PolicyError::Unknown(8)),
        ("group g any h\nquorum g\n", PolicyError::Unknown(8)),
        ("group g any g\nquorum g\n", PolicyError::Unknown(8)),
        ("group g any none\nquorum g\n", PolicyError::Unknown(8)),
        ("group a any b\nquorum a\n", PolicyError::Taken(8)),
        ("group none any b\nquorum none\n", PolicyError::Taken(8)),
        ("group g any a a\nquorum g\n", PolicyError::Member(8)),
        ("group g any a b\ngroup h any b c\nquorum h\n", PolicyError::Member(9)),
        ("group g 0 a\nquorum g\n", PolicyError::Threshold(8)),
        ("group g 3 a b\nquorum g\n", PolicyError::Threshold(8)),
        ("group g 01 a\nquorum g\n", PolicyError::Line(8)),
        ("group g +1 a\nquorum g\n", PolicyError::Line(8)),
        ("group g any\nquorum g\n", PolicyError::Line(8)),
        ("group g most a\nquorum g\n", PolicyError::Line(8)),
        ("Quorum none\n", PolicyError::Line(8)),
        ("quorum none x\n", PolicyError::Line(8)),
        ("quorum none # x\n", PolicyError::Line(8)),
        ("quorum\u{b}none\n", PolicyError::Line(8)),
        ("quorum\u{a0}none\n", PolicyError::Line(8)),
    ] {
        assert_eq!(policy(end), Err(error), "{end}");
    }
    let plain = Cosigner::from_seed("w", Algorithm::Ed25519, &[1; 32]).unwrap();
    let text = format!("witness w {}\nquorum none\n", plain.vkey());
    assert_eq!(text.parse::<Policy>(), Err(PolicyError::Line(1)), "a plain signature has no time");
    let text = format!("witness v {0}\nwitness w {0}\nquorum none\n", witness('a').vkey());
    assert_eq!(text.parse::<Policy>(), Err(PolicyError::Twice));
}

#[test]
fn blanks_comments_and_other_scripts_are_part_of_the_grammar() {
    let text = format!("\t# 見證人\n\n witness\t檔案局  {}\t\n# x\n  quorum 檔案局", witness('a').vkey());
    let policy: Policy = text.parse().unwrap();
    assert_eq!((policy.quorum(), policy.logs().len()), (Some("檔案局"), 0));
    assert_eq!(policy.judge(&note("a")), Err(JudgeError::UnknownLog));
}

#[test]
fn false_lines_make_a_checkpoint_false_and_unknown_ones_do_not() {
    let open = policy("group g any a b\nquorum g\n").unwrap();
    let falsehood = Err(JudgeError::False(CheckpointError::Note(NoteError::False)));
    // The line of c over another checkpoint, although the quorum is met without it.
    let other = Checkpoint { size: 3, ..checkpoint() };
    let line = |cosigner: &Cosigner| cosigner.sign(&other.text(), 1_700_000_000).unwrap();
    assert_eq!(open.judge(&format!("{}{}\n", note("a"), line(&witness('c')))), falsehood);
    let stranger = Cosigner::from_seed("witness.example/a", Algorithm::CosignatureV1, &[99; 32]).unwrap();
    assert!(open.judge(&format!("{}{}\n", note("a"), line(&stranger))).unwrap().quorum_met);
    let unsigned =
        note("ab").lines().filter(|line| !line.starts_with("— orders")).collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(open.judge(&unsigned), Err(JudgeError::False(CheckpointError::Note(NoteError::Unsigned))));
}

#[test]
fn a_proof_is_one_text() {
    let policy = policy("group g all a f\nquorum g\n").unwrap();
    let proof = TlogProof { extra: Some(b"more".to_vec()), index: 1, path: vec![[1; 32]], checkpoint: note("af") };
    let text = proof.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 1\nAQEB"), "{text}");
    assert_eq!(text.parse(), Ok(proof.clone()));
    assert!(proof.verify(&[2; 32], &policy).unwrap().quorum_met);
    assert_eq!(proof.verify(&[3; 32], &policy), Err(ProofError::Path));
    assert_eq!(TlogProof { index: 0, ..proof.clone() }.verify(&[2; 32], &policy), Err(ProofError::Path));
    let alone = Checkpoint { size: 1, root: [2; 32], ..checkpoint() };
    let alone = TlogProof { extra: None, index: 0, path: vec![], checkpoint: alone.sign(&log()).unwrap() };
    assert!(alone.to_string().starts_with("c2sp.org/tlog-proof@v1\nindex 0\n\norders.example/2026\n1\n"));
    assert_eq!(alone.to_string().parse(), Ok(alone.clone()));
    assert!(!alone.verify(&[2; 32], &policy).unwrap().quorum_met);
    for (from, to) in [
        ("@v1", "@v2"),
        ("index 1", "index 01"),
        ("index 1", "index -1"),
        ("index 1", "Index 1"),
        ("extra bW9yZQ==", "extra bW9yZQ"),
        ("extra bW9yZQ==", "extra"),
        ("\nAQEB", "\nAQ"),
    ] {
        assert_eq!(text.replacen(from, to, 1).parse::<TlogProof>(), Err(ProofError::Form), "{to}");
    }
}
