//! What a witness is asked, and the size it answers with.
#![no_main]

#[path = "../tlog.rs"]
#[allow(dead_code)]
mod parsers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| parsers::witness_request(data));
