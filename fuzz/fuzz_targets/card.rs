//! What a card component answers, read by both readers: the one of signing in and the strict one of approvals.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::{CardAuthority, CardRules, CardTrust, Trust, verify_attached, verify_card};
use std::sync::LazyLock;
use time::{OffsetDateTime, macros::datetime};

const AT: OffsetDateTime = datetime!(2026-11-24 00:00 UTC);
const CA: &[u8] = include_bytes!("../corpus/ca.der");
static TRUST: LazyLock<CardTrust> = LazyLock::new(|| {
    let rules = CardRules { extended_usages: Vec::new(), fragment: Some("2.16.886.1.100.2.51".to_owned()) };
    CardTrust::new(vec![CardAuthority::new("CA", vec![CA.to_vec()], Vec::new(), &rules).expect("a CA")])
});

fuzz_target!(|data: &[u8]| {
    let card = verify_card(data, &TRUST, AT);
    let strict = verify_attached(data, &Trust::certificates(vec![CA.to_vec()]), AT);
    // What the strict reader accepts means the same to the other.
    if let (Ok(card), Ok(strict)) = (&card, &strict) {
        assert_eq!(card.content, strict.content);
        assert_eq!(card.certificate, strict.certificate);
    }
});
