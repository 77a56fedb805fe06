//! A certificate as a card, as an authority, and as something to look up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::revocation::{authority_key, serial_of};
use seal::{CardAuthority, CardRules, subject_of};

fuzz_target!(|data: &[u8]| {
    let _ = subject_of(data);
    let _ = CardAuthority::new("any", vec![data.to_vec()], Vec::new(), &CardRules::default());
    if let Ok(serial) = serial_of(data) {
        assert!(!serial.is_empty() && serial.len() <= 21 && serial[0] & 0x80 == 0);
        assert!(authority_key(data).is_ok());
    }
});
