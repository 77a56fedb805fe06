//! Key events in which the log speaks: canonical, committed, agreed to.

use crate::world;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use tlog::{
    hash::ZERO,
    key_event::{Belief, Close, End, KeyEvent, KeyEventError, NextShard, Reason},
    leaf::{Kind, Leaf, LeafError},
    note::LogKey,
    survey::{Oddity, Survey},
};

fn end(reason: Reason) -> End {
    End { agency: "376480000A".to_owned(), from_ms: 1000, issuer: 1, reason, successor: Some(2) }
}

fn events() -> Vec<KeyEvent> {
    let key = LogKey::from_seed("orders.example/2027", &[7; 32]).unwrap();
    let next_origin = "orders.example/2027".to_owned();
    let root = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE".to_owned();
    vec![
        KeyEvent::End(end(Reason::Planned)),
        KeyEvent::End(End { successor: None, ..end(Reason::Emergency) }),
        KeyEvent::NextShard(NextShard { next_origin: next_origin.clone(), vkeys: vec![key.vkey().to_string()] }),
        KeyEvent::Close(Close { next_origin, origin: "orders.example/2026".to_owned(), root, size: 300 }),
    ]
}

#[test]
fn statements_are_canonical_or_nothing() {
    let text = events()[0].canonical();
    let expected = r#"{"agency":"376480000A","format":"renshi-key-end/1","from_ms":1000,"issuer":1,"reason":"planned","successor":2}"#;
    assert_eq!(text, expected);
    for event in events() {
        let text = event.canonical();
        assert_eq!(KeyEvent::parse(&text), Ok(event.clone()));
        assert_eq!(KeyEvent::parse(&format!(" {text}")), Err(KeyEventError::Form));
        assert_eq!(KeyEvent::parse(&text.replacen("/1\"", "/2\"", 1)), Err(KeyEventError::Form));
        assert_eq!(KeyEvent::parse(&text.replacen('{', "{\"a\":1,", 1)), Err(KeyEventError::Form));
        for consent in [None, Some([3; 64])] {
            assert_eq!(KeyEvent::parse_file(&event.file(consent.as_ref())), Ok((event.clone(), consent)));
        }
    }
    for (at, from, to) in [
        (0, "\"issuer\":1", "\"issuer\":0"),
        (0, "\"successor\":2", "\"successor\":1"),
        (2, "2027\"", "2028\""),
        (3, "/2027", "/2026"),
    ] {
        let altered = events()[at].canonical().replacen(from, to, 1);
        assert_eq!(KeyEvent::parse(&altered), Err(KeyEventError::Form), "{altered}");
    }
}

#[test]
fn a_planned_end_needs_the_key_that_ends_and_nothing_else_has_a_signature() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[42; 32]).unwrap();
    let key: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
    for event in events() {
        let leaf = event.leaf(5, ZERO);
        assert_eq!(Leaf::decode(&leaf.encode()), Ok(leaf));
        let consent: [u8; 64] = pair.sign(&event.consent_bytes()).as_ref().try_into().unwrap();
        let planned = matches!(&event, KeyEvent::End(End { reason: Reason::Planned, .. }));
        assert_eq!(event.check_leaf(&leaf, Some(&consent), Some(&key)).is_ok(), planned);
        assert_eq!(event.check_leaf(&leaf, None, Some(&key)).is_ok(), !planned);
        assert!(!planned || event.check_leaf(&leaf, Some(&consent), Some(&[1; 32])).is_err());
        let other = Leaf { commitment: [1; 32], ..leaf };
        assert_eq!(event.check_leaf(&other, None, None), Err(KeyEventError::Leaf));
        let spoken = Leaf { auth: [1; 32], ..leaf }.encode();
        assert_eq!(Leaf::decode(&spoken), Err(LeafError::Shape(7, "have zeros as id and auth where the log speaks")));
    }
}

#[test]
fn an_end_reaches_back_no_further_than_it_says() {
    let end = end(Reason::Emergency);
    assert_eq!(end.belief(10, 3, 999), Belief::Sound);
    assert_eq!(end.belief(10, 3, 1000), Belief::InDoubt);
    assert_eq!(end.belief(10, 11, 1000), Belief::Ended);
    assert_eq!(end.belief(10, 11, 999), Belief::Sound, "an end in the future has not come yet");
}

#[test]
fn events_of_the_log_follow_each_other() {
    let read = |leaves: &[Leaf]| {
        let mut survey = Survey::new();
        leaves.iter().for_each(|leaf| survey.read(&leaf.encode(), leaf, |_, _, _| {}));
        (survey.events().len(), survey.oddities().to_vec())
    };
    let first = events()[2].leaf(5, ZERO);
    let second = events()[3].leaf(6, first.hash());
    assert_eq!(read(&[first, second]), (2, vec![]));
    assert_eq!(read(&[first, Leaf { prev: ZERO, ..second }]), (2, vec![(1, Oddity::EventChain)]));
    assert!(Oddity::EventChain.breaks_the_log() && !Oddity::DoesNotCount.breaks_the_log());
    assert!(!world::leaf(Kind::Key, 1, 1).is_of_the_log());
}
