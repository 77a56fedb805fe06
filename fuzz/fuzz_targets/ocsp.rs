//! An answer about one certificate.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::revocation::ocsp::{Question, judge};
use time::{Duration, macros::datetime};

const CA: &[u8] = include_bytes!("../corpus/ca.der");

fuzz_target!(|data: &[u8]| {
    let question = Question { ca: CA, serial: &[1], nonce: None, sha_1: true };
    let _ = judge(data, &question, Duration::hours(1), datetime!(2026-11-24 00:00 UTC));
});
