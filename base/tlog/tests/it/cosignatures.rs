//! Signatures of the three kinds: made, read, refused; and what ML-DSA-44 signs, byte by byte.

use tlog::{
    checkpoint::{Checkpoint, CheckpointError},
    cosignature::{Algorithm, Cosigner, message, subtree_message},
    note::{Line, LogKey, Note, NoteError, Vkey},
};

const TIME: u64 = 1_679_315_147;

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: "orders.example/2026".to_owned(), size: 300, root: [9; 32] }
}

fn signed(algorithm: Algorithm) -> (Vkey, Note) {
    let key = Cosigner::from_seed("witness.example/w1", algorithm, &[5; 32]).unwrap();
    let log = LogKey::from_seed("orders.example/2026", &[7; 32]).unwrap();
    let mut note = Note::parse(&checkpoint().sign(&log).unwrap()).unwrap();
    note.add(key.sign(&checkpoint().text(), TIME).unwrap()).unwrap();
    (key.vkey().clone(), note)
}

#[test]
fn every_kind_signs_and_is_read_again() {
    for algorithm in Algorithm::ALL {
        let (key, note) = signed(algorithm);
        assert_eq!(key.to_string().parse(), Ok(key.clone()));
        assert_eq!(Algorithm::from_byte(algorithm.byte()), Some(algorithm));
        let read = Note::parse(&note.to_string()).unwrap();
        assert_eq!(read, note);
        let time = if algorithm == Algorithm::Ed25519 { 0 } else { TIME };
        assert_eq!(read.signed_at(&key), Ok(time), "{algorithm:?}");
    }
}

#[test]
fn the_examples_of_the_specification_have_the_bytes_it_gives() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let ed25519 = message(Algorithm::CosignatureV1, "witness.example.com/w1", TIME, text).unwrap();
    assert_eq!(ed25519, format!("cosignature/v1\ntime 1679315147\n{text}").into_bytes());
    let mut expected = b"subtree/v1\n\0\x0awitness/w1\0\0\0\0\x64\x18\x50\xcb".to_vec();
    expected.extend_from_slice(b"\x1bexample.com/behind-the-sofa\0\0\0\0\0\0\0\0\0\0\0\0\x01\x3e\x2d\xc3");
    expected.extend_from_slice(&Checkpoint::of_text(text).unwrap().root);
    assert_eq!(message(Algorithm::MlDsa44, "witness/w1", TIME, text), Some(expected));
}

#[test]
fn what_cannot_be_said_is_not_signed() {
    let root = [1; 32];
    assert!(subtree_message("w", 0, "log", 256..512, &root).is_some());
    assert_eq!(subtree_message("w", 1, "log", 256..512, &root), None, "a subtree within the log has no time");
    assert_eq!(subtree_message("", 0, "log", 0..1, &root), None);
    assert_eq!(subtree_message("w", 0, &"o".repeat(256), 0..1, &root), None);
    assert!(subtree_message(&"w".repeat(255), 0, &"o".repeat(255), 0..1, &root).is_some());
    for algorithm in [Algorithm::CosignatureV1, Algorithm::MlDsa44] {
        let key = Cosigner::from_seed("witness.example/w1", algorithm, &[5; 32]).unwrap();
        assert_eq!(key.sign("no checkpoint\n", TIME), Err(NoteError::Malformed));
        assert_eq!(key.sign(&checkpoint().text(), 1 << 63), Err(NoteError::Malformed));
        assert!(key.sign(&checkpoint().text(), (1 << 63) - 1).is_ok());
    }
    assert!(Vkey::of(&"n".repeat(256), Algorithm::MlDsa44, &[0; 1312]).is_err());
    assert!(Vkey::of("n", Algorithm::MlDsa44, &[0; 32]).is_err());
    assert!(Vkey::of("n", Algorithm::CosignatureV1, &[0; 1312]).is_err());
}

#[test]
fn altered_signatures_are_false_and_those_of_others_are_passed_over() {
    for algorithm in [Algorithm::CosignatureV1, Algorithm::MlDsa44] {
        let (key, note) = signed(algorithm);
        let text = note.to_string();
        // The time of the signature: the first bytes after the four of the key.
        for altered in [text.replacen("\n300\n", "\n301\n", 1), text.replacen("BkGFDL", "BkGFDM", 1)] {
            assert_ne!(altered, text);
            assert_eq!(Note::parse(&altered).unwrap().signed_at(&key), Err(NoteError::False), "{algorithm:?}");
        }
        let stranger = Cosigner::from_seed("witness.example/w1", algorithm, &[6; 32]).unwrap();
        assert_eq!(note.signed_at(stranger.vkey()), Err(NoteError::Unsigned));
        let renamed = Vkey::of("witness.example/w2", algorithm, key.key()).unwrap();
        assert_eq!(note.signed_at(&renamed), Err(NoteError::Unsigned));
    }
}

#[test]
fn a_log_with_two_keys_signs_with_both() {
    let key = LogKey::from_seed("orders.example/2026", &[7; 32]).unwrap().with_ml_dsa_44(&[8; 32]).unwrap();
    let note = checkpoint().sign(&key).unwrap();
    assert_eq!(Note::parse(&note).unwrap().lines().len(), 2);
    for vkey in [key.vkey(), key.ml_dsa_44().unwrap()] {
        assert_eq!(Checkpoint::open(&note, vkey), Ok(checkpoint()));
    }
    let other = LogKey::from_seed("orders.example/2026", &[7; 32]).unwrap().with_ml_dsa_44(&[9; 32]).unwrap();
    let unsigned = Err(CheckpointError::Note(NoteError::Unsigned));
    assert_eq!(Checkpoint::open(&note, other.ml_dsa_44().unwrap()), unsigned);
}

#[test]
fn answers_of_witnesses_are_lines_and_nothing_else() {
    let (_, note) = signed(Algorithm::CosignatureV1);
    let lines: String = note.lines().iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(Line::parse_all(&lines).unwrap(), note.lines());
    for wrong in [
        "",
        "\n",
        "no line\n",
        lines.trim_end(),
        &format!("\n{lines}"),
        &format!("{lines}\n"),
        &lines.replace('\n', "\r\n"),
    ] {
        assert_eq!(Line::parse_all(wrong), Err(NoteError::Malformed), "{wrong:?}");
    }
    let mut again = note.clone();
    again.add(note.lines()[0].clone()).unwrap();
    assert_eq!(again, note, "a line is added once");
}
