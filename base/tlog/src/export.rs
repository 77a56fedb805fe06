//! The status bits in the two formats of credentials: IETF Token Status List and StatusList2021. Mind the bit orders: the first counts
//! from the lowest bit of a byte, the second from the highest.

use crate::status::StatusBits;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use flate2::{Compression, write::GzEncoder, write::ZlibEncoder};
use std::io::Write;

/// Least number of entries in a StatusList2021, so that nobody learns from its length.
const ENTRIES_MIN: u64 = 131_072;

/// Which of the two lists of StatusList2021.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Revoked, repealed or superseded: the order does not stand any more.
    Revocation,
    /// Suspended: the order does not stand now.
    Suspension,
}

/// The bytes of a Token Status List with two bits for each leaf: 0 valid, 1 invalid (revoked, repealed or superseded), 2 suspended.
#[must_use]
pub fn token_bytes(bits: &StatusBits, leaves: u64) -> Vec<u8> {
    let mut out = vec![0; StatusBits::bytes_for(leaves)];
    for leaf in 0..leaves {
        let value = match bits.get(leaf) {
            0 => 0,
            3 => 2,
            _ => 1,
        };
        out[place(leaf / 4)] |= value << (2 * (leaf % 4));
    }
    out
}

/// The `status_list` member of a Token Status List.
#[must_use]
pub fn token_status_list(bits: &StatusBits, leaves: u64) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&token_bytes(bits, leaves)).expect("memory takes what is written");
    let list = URL_SAFE_NO_PAD.encode(encoder.finish().expect("memory takes what is written"));
    format!(r#"{{"bits":2,"lst":"{list}"}}"#)
}

/// The bytes of a StatusList2021 with one bit for each leaf, 16 KiB at least.
#[must_use]
pub fn bitstring(bits: &StatusBits, leaves: u64, purpose: Purpose) -> Vec<u8> {
    let mut out = vec![0; place(leaves.max(ENTRIES_MIN).div_ceil(8))];
    for leaf in 0..leaves {
        let set = match purpose {
            Purpose::Revocation => matches!(bits.get(leaf), 1 | 2),
            Purpose::Suspension => bits.get(leaf) == 3,
        };
        out[place(leaf / 8)] |= u8::from(set) << (7 - leaf % 8);
    }
    out
}

/// The `encodedList` of a StatusList2021.
#[must_use]
pub fn encoded_list(bits: &StatusBits, leaves: u64, purpose: Purpose) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bitstring(bits, leaves, purpose)).expect("memory takes what is written");
    STANDARD.encode(encoder.finish().expect("memory takes what is written"))
}

fn place(number: u64) -> usize {
    usize::try_from(number).expect("a status file fits into memory")
}
