//! A revocation list.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::revocation::crl::Crl;
use time::macros::datetime;

const CA: &[u8] = include_bytes!("../corpus/ca.der");

fuzz_target!(|data: &[u8]| {
    let _ = Crl::read(data, CA, datetime!(2026-11-24 00:00 UTC));
});
