//! Key events in which the log speaks: canonical, committed, one after the other.

use crate::world;
use tlog::{
    hash::ZERO,
    key_event::{Close, KeyEvent, KeyEventError, NextShard},
    leaf::{Kind, Leaf, LeafError},
    note::LogKey,
    survey::{Oddity, Survey},
};

fn events() -> Vec<KeyEvent> {
    let key = LogKey::from_seed("orders.example/2027", &[7; 32]).unwrap();
    let next_origin = "orders.example/2027".to_owned();
    let root = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE".to_owned();
    vec![
        KeyEvent::NextShard(NextShard { next_origin: next_origin.clone(), vkeys: vec![key.vkey().to_string()] }),
        KeyEvent::Close(Close { next_origin, origin: "orders.example/2026".to_owned(), root, size: 300 }),
    ]
}

#[test]
fn statements_are_canonical_or_nothing() {
    let text = events()[1].canonical();
    let expected = r#"{"format":"renshi-close/1","next_origin":"orders.example/2027","origin":"orders.example/2026","root":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","size":300}"#;
    assert_eq!(text, expected);
    for event in events() {
        let text = event.canonical();
        assert_eq!(KeyEvent::parse(&text), Ok(event.clone()));
        assert_eq!(KeyEvent::parse(&format!(" {text}")), Err(KeyEventError::Form));
        assert_eq!(KeyEvent::parse(&text.replacen("/1\"", "/2\"", 1)), Err(KeyEventError::Form));
        assert_eq!(KeyEvent::parse(&text.replacen('{', "{\"a\":1,", 1)), Err(KeyEventError::Form));
    }
    for (at, from, to) in [(0, "2027\"", "2028\""), (1, "/2027", "/2026")] {
        let altered = events()[at].canonical().replacen(from, to, 1);
        assert_eq!(KeyEvent::parse(&altered), Err(KeyEventError::Form), "{altered}");
    }
}

#[test]
fn the_leaf_of_an_event_commits_to_it_and_nobody_signs_it() {
    for event in events() {
        let leaf = event.leaf(5, ZERO);
        assert_eq!(Leaf::decode(&leaf.encode()), Ok(leaf));
        assert_eq!(event.check_leaf(&leaf), Ok(()));
        assert_eq!(event.check_leaf(&Leaf { commitment: [1; 32], ..leaf }), Err(KeyEventError::Leaf));
        let spoken = Leaf { auth: [1; 32], ..leaf }.encode();
        assert_eq!(Leaf::decode(&spoken), Err(LeafError::Shape(7, "have zeros as id and auth where the log speaks")));
    }
}

#[test]
fn events_of_the_log_follow_each_other() {
    let read = |leaves: &[Leaf]| {
        let mut survey = Survey::new();
        leaves.iter().for_each(|leaf| survey.read(&leaf.encode(), leaf, |_, _, _| {}));
        (survey.events().len(), survey.oddities().to_vec())
    };
    let first = events()[0].leaf(5, ZERO);
    let second = events()[1].leaf(6, first.hash());
    assert_eq!(read(&[first, second]), (2, vec![]));
    assert_eq!(read(&[first, Leaf { prev: ZERO, ..second }]), (2, vec![(1, Oddity::EventChain)]));
    assert!(Oddity::EventChain.breaks_the_log() && !Oddity::DoesNotCount.breaks_the_log());
    assert!(!world::leaf(Kind::Key, 1, 1).is_of_the_log());
}
