//! Leaves, notes, checkpoints, policies, tile paths and key statements: exact, strict, and never a panic.

use crate::world;
use proptest::prelude::*;
use tlog::{
    checkpoint::{Checkpoint, CheckpointError},
    issuer::{IssuerError, Statement},
    leaf::{Kind, LEAF_BYTES, Leaf, LeafError},
    note::{LogKey, Note, NoteError, Vkey},
    policy::{Policy, PolicyError},
    state::{State, fold},
    status::StatusBits,
    tile::{TilePath, bundle_entries, split_entries, split_hashes},
};

fn key() -> LogKey {
    LogKey::from_seed("orders.example/2026", &[7; 32]).unwrap()
}

fn note() -> String {
    Checkpoint { origin: "orders.example/2026".to_owned(), size: 3, root: [9; 32] }.sign(&key()).unwrap()
}

#[test]
fn the_go_module_checksum_key_is_read_as_its_owner_writes_it() {
    // The published verifier key of sum.golang.org, an Ed25519 vkey that we did not make.
    let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    let key: Vkey = text.parse().unwrap();
    assert_eq!((key.name(), key.hash()), ("sum.golang.org", [0x03, 0x3d, 0xe0, 0xae]));
    assert_eq!(key.to_string(), text);
}

#[test]
fn an_altered_verifier_key_is_refused() {
    let text = key().vkey().to_string();
    for at in 0..text.len() {
        let mut altered = text.clone().into_bytes();
        altered[at] ^= 1;
        let altered = String::from_utf8(altered).unwrap();
        assert_eq!(altered.parse::<Vkey>(), Err(NoteError::Key), "`{altered}`");
    }
}

#[test]
fn a_checkpoint_opens_with_its_key_only() {
    let opened = Checkpoint::open(&note(), key().vkey()).unwrap();
    assert_eq!((opened.size, opened.root), (3, [9; 32]));
    let other = LogKey::from_seed("orders.example/2026", &[8; 32]).unwrap();
    assert_eq!(Checkpoint::open(&note(), other.vkey()), Err(CheckpointError::Note(NoteError::Unsigned)));
    let renamed = LogKey::from_seed("orders.example/2027", &[7; 32]).unwrap();
    assert_eq!(Checkpoint::open(&note(), renamed.vkey()), Err(CheckpointError::Note(NoteError::Unsigned)));
}

#[test]
fn no_byte_of_a_checkpoint_can_be_changed() {
    let note = note();
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut altered = note.clone().into_bytes();
            altered[at] ^= 1 << bit;
            let opened = String::from_utf8(altered).map(|text| Checkpoint::open(&text, key().vkey()).is_ok());
            assert_ne!(opened, Ok(true), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn a_checkpoint_under_another_name_is_false_even_to_those_who_do_not_know_its_key() {
    assert!(Checkpoint::read_unverified(&note()).is_ok());
    let renamed = note().replacen("2026", "2126", 1);
    assert_eq!(Checkpoint::read_unverified(&renamed), Err(CheckpointError::Note(NoteError::Unsigned)));
}

#[test]
fn strange_signatures_are_passed_over_and_false_ones_are_not() {
    let stranger = LogKey::from_seed("witness.example", &[8; 32]).unwrap();
    let text = Note::parse(&note()).unwrap().text_unverified().to_owned();
    let line = |note: &str| note.rsplit_once("\n\n").unwrap().1.to_owned();
    let both = format!("{}{}", note(), line(&stranger.sign(&text).unwrap()));
    assert!(Checkpoint::open(&both, key().vkey()).is_ok());
    let elsewhere = line(&key().sign("something else\n").unwrap());
    assert_eq!(
        Checkpoint::open(&format!("{text}\n{elsewhere}"), key().vkey()),
        Err(CheckpointError::Note(NoteError::False))
    );
}

#[test]
fn texts_that_are_not_checkpoints() {
    for text in
        ["orders.example/2026\n03\nAAAA\n", "orders.example/2026\n3\n", "orders.example/2026\n3\nAAAA\n", "\n3\n"]
    {
        let note = key().sign(text).unwrap();
        assert_eq!(Checkpoint::open(&note, key().vkey()), Err(CheckpointError::Text), "{text:?}");
    }
    let foreign = key().sign(&note().replace("2026", "2025").split("\n\n").next().map(|t| format!("{t}\n")).unwrap());
    assert_eq!(Checkpoint::open(&foreign.unwrap(), key().vkey()), Err(CheckpointError::Origin));
}

#[test]
fn policies() {
    let vkey = key().vkey().clone();
    let text = format!("# ours\n\n  log\t{vkey}  https://orders.example/log\nquorum none\n");
    let policy: Policy = text.parse().unwrap();
    assert_eq!(policy.log("orders.example/2026"), Some(&vkey));
    assert_eq!(policy.log("orders.example/2027"), None);
    assert_eq!(policy.logs()[0].url.as_deref(), Some("https://orders.example/log"));
    assert_eq!(policy.to_string().parse(), Ok(policy));
    assert_eq!(Policy::of(vkey.clone()).to_string(), format!("log {vkey}\nquorum none\n"));
    let wrong = |text: &str| text.parse::<Policy>().unwrap_err();
    assert_eq!(wrong(&format!("log {vkey}\n")), PolicyError::Quorum);
    assert_eq!(wrong("quorum none\nquorum none\n"), PolicyError::Quorum);
    assert_eq!(wrong("logs x\nquorum none\n"), PolicyError::Line(1));
    assert_eq!(wrong("quorum none\r\n"), PolicyError::Line(1));
    assert_eq!(wrong(&format!("log {vkey}\nlog {vkey}\nquorum none\n")), PolicyError::Twice);
    assert_eq!(wrong("witness a b\nquorum a\n"), PolicyError::Line(1));
}

#[test]
fn tile_paths() {
    let path = |level, n, width| TilePath { level, n, width };
    for (text, meant) in [
        ("tile/0/000", path(Some(0), 0, 256)),
        ("tile/1/x001/234.p/7", path(Some(1), 1234, 7)),
        ("tile/entries/x001/x234/067", path(None, 1_234_067, 256)),
        ("tile/entries/999.p/255", path(None, 999, 255)),
        ("tile/0/x018/x446/x744/x073/x709/x551/615", path(Some(0), u64::MAX, 256)),
    ] {
        assert_eq!(text.parse(), Ok(meant));
        assert_eq!(meant.to_string(), text);
    }
    for text in [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/07",
        "tile/-1/000",
        "tile/0/+01",
        "tile/0/000/",
        "/tile/0/000",
        "tile/data/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert!(text.parse::<TilePath>().is_err(), "{text}");
    }
}

#[test]
fn leaves_refuse_what_they_cannot_be() {
    let leaf = world::leaf(Kind::Issue, 1, 1);
    let with = |at: usize, byte: u8| {
        let mut bytes = leaf.encode();
        bytes[at] = byte;
        Leaf::decode(&bytes).unwrap_err()
    };
    assert_eq!(with(0, 2), LeafError::Version(2));
    assert_eq!(with(1, 0), LeafError::Kind(0));
    assert_eq!(with(1, 11), LeafError::Kind(11));
    assert_eq!(with(1, 6), LeafError::Shape(6, "have zeros as issuer, id and auth"));
    assert_eq!(with(3, 0), LeafError::Shape(1, "name an issuer and an id"));
    assert_eq!(Leaf::decode(&leaf.encode()[..123]), Err(LeafError::Length(123)));
}

#[test]
fn key_statements_are_canonical_or_nothing() {
    let statement = Statement {
        agency: "376480000A".to_owned(),
        card_ca: [1; 32],
        document_certificate: vec![2; 5],
        issuer: 3,
        name: "範例縣政府\u{20000}".to_owned(),
        replaces: None,
        seal_key: [4; 32],
    };
    let text = statement.canonical();
    assert_eq!(Statement::parse(&text).as_ref(), Ok(&statement));
    assert_eq!(Statement::parse(&format!("{text} ")), Err(IssuerError::Form));
    assert_eq!(Statement::parse(&text.replace("renshi-issuer/1", "renshi-issuer/2")), Err(IssuerError::Form));
    assert_eq!(Statement::parse(&text.replace("{\"agency\"", "{\"a\":1,\"agency\"")), Err(IssuerError::Form));
    let file = statement.file(&[5; 64]);
    assert_eq!(Statement::parse_file(&file), Ok((statement, [5; 64])));
    assert_eq!(Statement::parse_file(&file.replace("\"issuer\":3", "\"issuer\":3.0")), Err(IssuerError::Form));
}

#[test]
fn a_key_statement_replaces_one_of_the_same_authority_with_its_endorsement_or_in_an_emergency() {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use tlog::issuer::{End, Replaces};
    let old_key = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let old = Statement {
        agency: "376480000A".to_owned(),
        card_ca: [1; 32],
        document_certificate: vec![2; 5],
        issuer: 3,
        name: "範例縣政府".to_owned(),
        replaces: None,
        seal_key: old_key.public_key().as_ref().try_into().unwrap(),
    };
    let with =
        |end| Statement { issuer: 7, seal_key: [4; 32], replaces: Some(Replaces { issuer: 3, end }), ..old.clone() };
    let mut planned = with(End::Endorsed([0; 64]));
    assert_eq!(planned.check_succession(&old), Err(IssuerError::Succession), "an endorsement of zeros");
    let endorsement = old_key.sign(&planned.endorsed_bytes()).as_ref().try_into().unwrap();
    planned.replaces = Some(Replaces { issuer: 3, end: End::Endorsed(endorsement) });
    assert_eq!(planned.check_succession(&old), Ok(()));
    let altered = Statement { name: "他機關".to_owned(), ..planned.clone() };
    assert_eq!(
        altered.check_succession(&old),
        Err(IssuerError::Succession),
        "what was endorsed is the whole statement"
    );
    let emergency = with(End::RevokedFrom(1_772_413_200_000));
    assert_eq!(emergency.check_succession(&old), Ok(()));
    let stranger = Statement { agency: "376480000B".to_owned(), ..emergency.clone() };
    assert_eq!(stranger.check_succession(&old), Err(IssuerError::Succession), "another authority");
    let same_key = Statement { seal_key: old.seal_key, ..emergency.clone() };
    assert_eq!(same_key.check_succession(&old), Err(IssuerError::Succession), "revoked keys go on");
    assert_eq!(old.check_succession(&old), Err(IssuerError::Succession), "it replaces nothing");

    for statement in [&planned, &emergency] {
        let text = statement.canonical();
        assert_eq!(Statement::parse(&text).as_ref(), Ok(statement), "{text}");
        assert_eq!(Statement::parse_file(&statement.file(&[5; 64])), Ok((statement.clone(), [5; 64])));
        for (from, to) in [
            ("renshi-issuer/2", "renshi-issuer/1"),
            ("\"replaces\":3,", ""),
            ("\"replaces\":3", "\"replaces\":7"),
            ("\"revoked_from\":null,", ""),
            ("\"endorsement\":null,", ""),
            ("1772413200000", "9007199254740992"),
        ] {
            let altered = text.replace(from, to);
            assert!(altered == text || Statement::parse(&altered) == Err(IssuerError::Form), "{altered}");
        }
    }
    let both = planned.canonical().replace("\"revoked_from\":null", "\"revoked_from\":5");
    assert_eq!(Statement::parse(&both), Err(IssuerError::Form));
}

#[test]
fn the_state_table_is_the_published_one() {
    use std::fmt::Write;
    let events = [Kind::Supersede, Kind::Revoke, Kind::Repeal, Kind::Rendition, Kind::Erasure];
    let mut table = "| state so far | 2 | 3 | 4 | 5 | 8 |\n|---|---|---|---|---|---|\n".to_owned();
    for state in State::ALL {
        write!(table, "| {} |", state.word()).unwrap();
        for kind in events {
            write!(table, " {} |", state.after(kind).word()).unwrap();
        }
        table.push('\n');
    }
    world::golden(&world::crate_file("golden/state.md"), &table);
}

#[test]
fn only_leaves_in_the_chain_count() {
    let issue = world::leaf(Kind::Issue, 1, 1);
    let then = |kind, prev: &Leaf| Leaf { prev: prev.hash(), ..world::leaf(kind, 1, kind.number()) };
    let state = |leaves: &[Leaf]| fold(leaves).map(|folded| (folded.state, folded.counted));
    let better = then(Kind::Supersede, &issue);
    let gone = then(Kind::Revoke, &better);
    assert_eq!(state(&[]), None);
    assert_eq!(state(&[issue]), Some((State::Valid, vec![0])));
    assert_eq!(state(&[issue, better, gone]), Some((State::Revoked, vec![0, 1, 2])));
    assert_eq!(state(&[issue, gone]), Some((State::Valid, vec![0])), "its `prev` is not the event before it");
    assert_eq!(state(&[issue, gone, better]), Some((State::Superseded, vec![0, 2])), "a false leaf cuts no chain");
    assert_eq!(state(&[gone]), None, "nothing was issued");
    assert_eq!(state(&[Leaf { auth: [0; 32], ..issue }]), None, "nobody signed");
    assert_eq!(state(&[issue, then(Kind::Issue, &issue)]), Some((State::Valid, vec![0])), "it is issued once");
}

#[test]
fn status_bits_lie_as_published() {
    let mut bits = StatusBits::new(9);
    assert_eq!(bits.bytes(), [0, 0, 0]);
    bits.set(1, State::Superseded);
    bits.set(3, State::Repealed);
    bits.set(8, State::Revoked);
    assert_eq!(bits.bytes(), [0b0100_1000, 0, 1]);
    bits.set(1, State::Revoked);
    assert_eq!((bits.get(0), bits.get(1), bits.get(3), bits.get(8), bits.get(100)), (0, 1, 1, 1, 0));
}

proptest! {
    #[test]
    fn leaves_come_back(bytes in prop::array::uniform32(any::<u8>()), issuer in 1_u16.., time_ms: u64, kind in 1_u8..=5) {
        let leaf = Leaf {
            kind: Kind::from_number(kind).unwrap(), issuer, time_ms, id: [bytes[0] | 1; 16],
            commitment: bytes, prev: bytes.map(|b| !b), auth: bytes,
        };
        prop_assert_eq!(Leaf::decode(&leaf.encode()), Ok(leaf));
    }

    #[test]
    fn whatever_decodes_encodes_back(bytes in prop::collection::vec(any::<u8>(), LEAF_BYTES), kind in 0_u8..12) {
        let mut bytes = bytes;
        (bytes[0], bytes[1]) = (1, kind);
        if let Ok(leaf) = Leaf::decode(&bytes) {
            prop_assert_eq!(leaf.encode().to_vec(), bytes);
        }
    }

    #[test]
    fn bundles_come_back(count in 0_usize..260) {
        let leaves: Vec<_> = (0..count).map(|i| world::leaf(Kind::Issue, 1, u8::try_from(i % 256).unwrap()).encode()).collect();
        let bundle = bundle_entries(&leaves);
        prop_assert_eq!(split_entries(&bundle).unwrap(), leaves.iter().collect::<Vec<_>>());
        if count > 0 {
            prop_assert_eq!(split_entries(&bundle[..bundle.len() - 1]), None);
        }
    }

    #[test]
    fn parsers_never_panic(text in "(tile/|log |— |\\PC|\n){0,40}", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let lossy = String::from_utf8_lossy(&bytes);
        for text in [text.as_str(), &lossy] {
            let _ = (text.parse::<TilePath>(), text.parse::<Vkey>(), text.parse::<Policy>(), Note::parse(text));
            let _ = (Checkpoint::read_unverified(text), Statement::parse(text), Statement::parse_file(text));
        }
        let _ = (Leaf::decode(&bytes), split_entries(&bytes), split_hashes(&bytes));
    }

    #[test]
    fn tile_paths_come_back(level in prop::option::of(0_u8..64), n in 0_u64..1 << 56, width in 1_u16..=256) {
        let path = TilePath { level, n, width };
        prop_assert_eq!(path.to_string().parse(), Ok(path));
    }
}

#[test]
fn characters_of_notes_are_those_of_the_specification() {
    let text = "orders.example/2026\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nan extension\u{7f}\n";
    let note = key().sign(text).unwrap();
    assert_eq!(Checkpoint::open(&note, key().vkey()).unwrap().size, 0, "U+007F is allowed");
    for space in ['\u{85}', '\u{a0}', '\u{3000}', '\u{2028}', '+'] {
        assert!(Note::parse(&format!("{note}— a{space}b AAAAAAAA\n")).is_err(), "{space:?}");
    }
    assert!(Note::parse(&format!("{note}— a\u{feff}b AAAAAAAA\n")).is_ok(), "U+FEFF is no white space");
    assert!(key().sign("a\n1\n\u{1f}\n").is_err());
}
