//! What sealed values promise.

use kernel::SeededRandom;
use proptest::prelude::*;
use vault::{DataKey, Place, VaultError};

const PLACE: Place<'static> = Place { schema: "files", table: "card", column: "note", subject: "17" };

fn key(seed: u64) -> DataKey {
    DataKey::new(&SeededRandom::new(seed))
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    key(1).seal(&SeededRandom::new(2), PLACE, plain)
}

#[test]
fn a_value_comes_back() {
    let sealed = sealed("臺北市".as_bytes());
    assert_eq!(*key(1).open(PLACE, &sealed).unwrap(), "臺北市".as_bytes());
    assert!(!sealed.windows(3).any(|part| part == &"臺北市".as_bytes()[..3]));
}

#[test]
fn the_same_value_is_sealed_differently_each_time() {
    let random = SeededRandom::new(2);
    assert_ne!(key(1).seal(&random, PLACE, b"same"), key(1).seal(&random, PLACE, b"same"));
}

#[test]
fn a_value_does_not_open_at_another_place() {
    let sealed = sealed(b"value");
    let elsewhere = [
        Place { schema: "other", ..PLACE },
        Place { table: "other", ..PLACE },
        Place { column: "other", ..PLACE },
        Place { subject: "18", ..PLACE },
        // The parts joined are the same; the lengths keep them apart.
        Place { table: "cardn", column: "ote", ..PLACE },
    ];
    for place in elsewhere {
        assert!(matches!(key(1).open(place, &sealed), Err(VaultError::NotOpened)), "{place:?}");
    }
}

#[test]
fn a_value_does_not_open_with_the_key_of_another_subject() {
    assert!(matches!(key(9).open(PLACE, &sealed(b"value")), Err(VaultError::NotOpened)));
}

#[test]
fn a_form_that_is_not_known_is_named() {
    for form in [0, 2, 255] {
        let mut sealed = sealed(b"value");
        sealed[0] = form;
        assert!(matches!(key(1).open(PLACE, &sealed), Err(VaultError::Form(found)) if found == form));
    }
}

#[test]
fn a_value_that_is_cut_short_is_refused_at_every_length() {
    let sealed = sealed(b"value");
    for length in 0..sealed.len() {
        let error = key(1).open(PLACE, &sealed[..length]).unwrap_err();
        assert!(matches!(error, VaultError::Truncated | VaultError::NotOpened), "{length}: {error}");
    }
}

#[test]
fn a_key_and_an_error_show_nothing() {
    assert_eq!(format!("{:?}", key(1)), "DataKey");
    let error = key(9).open(PLACE, &sealed(b"secret")).unwrap_err();
    assert!(!format!("{error:?} {error}").contains("secret"));
}

proptest! {
    #[test]
    fn any_value_comes_back_and_no_changed_bit_is_taken(plain: Vec<u8>, seed: u64, bit: prop::sample::Index) {
        let mut sealed = key(seed).seal(&SeededRandom::new(seed ^ 1), PLACE, &plain);
        prop_assert_eq!(&*key(seed).open(PLACE, &sealed).unwrap(), &plain);
        let bit = bit.index(sealed.len() * 8);
        sealed[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(key(seed).open(PLACE, &sealed).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_open(bytes: Vec<u8>) {
        prop_assert!(key(1).open(PLACE, &bytes).is_err());
    }
}
