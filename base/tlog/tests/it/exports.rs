//! Status bits in the formats of credentials, against lists made bit by bit by another program.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use flate2::read::{GzDecoder, ZlibDecoder};
use serde_json::Value;
use std::io::Read;
use tlog::{
    export::{Purpose, bitstring, encoded_list, token_bytes, token_status_list},
    status::StatusBits,
};

fn vectors() -> Value {
    let path = crate::world::crate_file("../../cases/register/status_export.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn unzip(list: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    ZlibDecoder::new(&URL_SAFE_NO_PAD.decode(list.as_str().unwrap()).unwrap()[..]).read_to_end(&mut out).unwrap();
    out
}

fn gunzip(list: &str) -> Vec<u8> {
    let mut out = Vec::new();
    GzDecoder::new(&STANDARD.decode(list).unwrap()[..]).read_to_end(&mut out).unwrap();
    out
}

#[test]
fn both_lists_say_what_the_other_program_says() {
    let vectors = vectors();
    let leaves = vectors["leaves"].as_u64().unwrap();
    let bits = StatusBits::from_bytes(URL_SAFE_NO_PAD.decode(vectors["status"].as_str().unwrap()).unwrap());
    let ours: Value = serde_json::from_str(&token_status_list(&bits, leaves)).unwrap();
    assert_eq!(ours["bits"], 2);
    assert_eq!(unzip(&ours["lst"]), unzip(&vectors["status_list"]["lst"]));
    assert_eq!(token_bytes(&bits, leaves), URL_SAFE_NO_PAD.decode(vectors["token_bytes"].as_str().unwrap()).unwrap());
    for (purpose, name) in [(Purpose::Revocation, "revocation"), (Purpose::Suspension, "suspension")] {
        let expected = gunzip(vectors[name].as_str().unwrap());
        assert_eq!(expected.len(), 16_384);
        assert!(gunzip(&encoded_list(&bits, leaves, purpose)) == expected, "{name}");
    }
}

#[test]
fn one_format_counts_from_the_lowest_bit_and_the_other_from_the_highest() {
    // The example of the Token Status List document, section 4: two bits each, 1 2 0 3 0 1 0 1 1 2 3 3.
    let example = unzip(&Value::from("eNo76fITAAPfAgc"));
    let bits = StatusBits::from_bytes(example);
    let values: Vec<u8> = (0..12).map(|leaf| bits.get(leaf)).collect();
    assert_eq!(values, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
    assert_eq!(token_bytes(&bits, 4), [0b10_00_01_01]);
    assert_eq!(bitstring(&bits, 12, Purpose::Revocation)[..2], [0b1100_0101, 0b1100_0000]);
    assert_eq!(bitstring(&bits, 12, Purpose::Suspension)[..2], [0b0001_0000, 0b0011_0000]);
    assert_eq!(bitstring(&StatusBits::new(0), 131_073, Purpose::Revocation).len(), 16_385);
}
