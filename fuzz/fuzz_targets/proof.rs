//! A tlog-proof.
#![no_main]

#[path = "../tlog.rs"]
#[allow(dead_code)]
mod parsers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| parsers::proof(data));
