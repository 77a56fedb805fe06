//! Cards below an intermediate as OpenSSL issues them, and everything that is turned away, each under its own name.

use seal::{CardAuthority, CardFault, CardRules, CardSigned, CardTrust, verify_card};
use testkit::pki::{CARD, FRAGMENT_6789, LAST_AUTHORITY, P_256, Pki, RSA};
use time::{Duration, OffsetDateTime};

const CONTENT: &[u8] = b"renshi-signin/1\nnonce";

pub fn rules() -> CardRules {
    CardRules { extended_usages: Vec::new(), fragment: Some("2.16.886.1.100.2.51".to_owned()) }
}

pub fn trust(pki: &Pki) -> CardTrust {
    let moica = CardAuthority::new("MOICA", vec![pki.der("root")], vec![pki.der("ca")], &rules()).unwrap();
    CardTrust::new(vec![moica])
}

fn judged(pki: &Pki, name: &str, options: &str, at: OffsetDateTime) -> Result<CardSigned, CardFault> {
    verify_card(&pki.sign(name, CONTENT, options), &trust(pki), at)
}

#[test]
fn good_cards_of_both_kinds_are_accepted_however_their_component_packs_the_answer() {
    let pki = Pki::new();
    pki.issue("rsa", "ca", RSA, &format!("{CARD}{FRAGMENT_6789}"), "");
    pki.issue("ec", "ca", P_256, &format!("{CARD}extendedKeyUsage=clientAuth\n"), "");
    pki.issue("other", "root", "-newkey ec -pkeyopt ec_paramgen_curve:P-384", CARD, "");
    let at = pki.now();
    for options in ["", "-certfile ca.pem", "-certfile other.pem", "-keyid", "-cades"] {
        let signed = judged(&pki, "rsa", options, at).unwrap();
        assert_eq!((signed.content.as_slice(), signed.authority.as_str()), (CONTENT, "MOICA"));
        assert_eq!(signed.certificate.name, "rsa");
        assert_eq!(signed.issuers, [pki.der("ca"), pki.der("root")]);
        assert_eq!(signed.fragment.as_deref(), Some("6789"));
    }
    let signed = judged(&pki, "ec", "-certfile ca.pem", at).unwrap();
    assert_eq!((signed.certificate.name.as_str(), signed.fragment), ("ec", None));
}

#[test]
fn several_authorities_stand_side_by_side_and_renewed_keys_too() {
    let (moica, gca, renewed) = (Pki::new(), Pki::new(), Pki::new());
    for (pki, name) in [(&moica, "citizen"), (&gca, "agency"), (&renewed, "late")] {
        pki.issue(name, "ca", P_256, CARD, "");
    }
    let both =
        |pki: &Pki, other: &Pki| (vec![pki.der("root"), other.der("root")], vec![pki.der("ca"), other.der("ca")]);
    let (roots, intermediates) = both(&moica, &renewed);
    let trust = CardTrust::new(vec![
        CardAuthority::new("MOICA", roots, intermediates, &rules()).unwrap(),
        CardAuthority::new("GCA", vec![gca.der("root")], vec![gca.der("ca")], &CardRules::default()).unwrap(),
    ]);
    for (pki, name, authority) in [(&moica, "citizen", "MOICA"), (&renewed, "late", "MOICA"), (&gca, "agency", "GCA")] {
        let signed = verify_card(&pki.sign(name, CONTENT, ""), &trust, pki.now()).unwrap();
        assert_eq!(signed.authority, authority);
    }
}

#[test]
fn what_is_wrong_with_an_answer_is_named() {
    let pki = Pki::new();
    pki.issue("card", "ca", RSA, CARD, "");
    pki.issue("second", "ca", P_256, CARD, "");
    let at = pki.now();
    let fault = |options: &str| judged(&pki, "card", options, at).unwrap_err();
    assert_eq!(fault("-md sha1"), CardFault::WeakDigest);
    assert_eq!(fault("-md sha512"), CardFault::Algorithm);
    assert_eq!(fault("-noattr"), CardFault::Attributes);
    assert_eq!(fault("-nocerts"), CardFault::SignerMissing);
    assert_eq!(fault("-nocerts -certfile second.pem"), CardFault::SignerMissing);
    assert_eq!(fault("-econtent_type pkcs7-signedData"), CardFault::NestedContent);
    assert_eq!(fault("-signer second.pem -inkey second.key"), CardFault::Signers);
    let cms = pki.sign("card", CONTENT, "");
    let mut changed = cms.clone();
    let place = changed.windows(CONTENT.len()).position(|window| window == CONTENT).unwrap();
    changed[place] ^= 1;
    assert_eq!(verify_card(&changed, &trust(&pki), at), Err(CardFault::Content));
    let mut changed = cms.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(verify_card(&changed, &trust(&pki), at), Err(CardFault::Signature));
    let nested = pki.sign("card", &cms, "");
    assert_eq!(verify_card(&nested, &trust(&pki), at).unwrap().content, cms, "a CMS as plain data is just bytes");
    assert_eq!(verify_card(&[&cms[..], &[0]].concat(), &trust(&pki), at).unwrap_err().number(), 101);
    assert_eq!(verify_card(&vec![0x30; 70_000], &trust(&pki), at), Err(CardFault::TooLarge));
}

#[test]
fn what_is_wrong_with_a_card_is_named() {
    let pki = Pki::new();
    let at = pki.now() + Duration::minutes(2);
    let cases: [(&str, &str, &str, &str, CardFault); 12] = [
        ("small", "-newkey rsa:1024", CARD, "", CardFault::ShortKey),
        ("curve", "-newkey ec -pkeyopt ec_paramgen_curve:P-384", CARD, "", CardFault::Curve),
        ("weak", RSA, CARD, "-sha1", CardFault::WeakDigest),
        ("zero", P_256, CARD, "-set_serial 0", CardFault::SerialZero),
        ("negative", P_256, CARD, "-set_serial -5", CardFault::SerialNegative),
        ("huge", P_256, CARD, "-set_serial 0x7fffffffffffffffffffffffffffffffffffffffff", CardFault::SerialHuge),
        ("unlimited", P_256, "basicConstraints=CA:false\n", "", CardFault::KeyUsage),
        ("encrypting", RSA, "keyUsage=keyEncipherment,dataEncipherment\n", "", CardFault::KeyUsage),
        ("server", P_256, "keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n", "", CardFault::ExtendedUsage),
        ("below", P_256, LAST_AUTHORITY, "", CardFault::AuthorityAsCard),
        (
            "critical",
            P_256,
            "keyUsage=digitalSignature\n1.2.3.4=critical,ASN1:NULL\n",
            "",
            CardFault::CriticalExtension,
        ),
        ("bounds", P_256, "keyUsage=digitalSignature\nbasicConstraints=ASN1:NULL\n", "", CardFault::Malformed("")),
    ];
    for (name, key, extensions, more, expected) in cases {
        pki.issue(name, "ca", key, extensions, more);
        let fault = judged(&pki, name, "", at).unwrap_err();
        assert_eq!(fault.number(), expected.number(), "{name}: {fault}");
    }
    pki.issue("card", "ca", P_256, CARD, "");
    let cms = pki.sign("card", CONTENT, "");
    let at = |at| verify_card(&cms, &trust(&pki), at).map(|_| ());
    assert_eq!(at(pki.now() - Duration::days(1)), Err(CardFault::NotYetValid));
    assert_eq!(at(pki.now() + Duration::days(29)), Ok(()));
    assert_eq!(at(pki.now() + Duration::days(31)), Err(CardFault::Expired));
}

#[test]
fn what_is_wrong_with_a_path_is_named() {
    let (pki, other) = (Pki::new(), Pki::new());
    // Certificates are made on the way and are valid from then on.
    let at = pki.now() + Duration::minutes(2);
    let own = |pki: &Pki, name: &str| judged(pki, name, "", at).map(|_| ()).map_err(CardFault::code);
    // Of another hierarchy with the same names; without key identifiers only the signature tells.
    other.issue("card", "ca", P_256, CARD, "");
    let foreign = other.sign("card", CONTENT, "-certfile ca.pem");
    assert_eq!(verify_card(&foreign, &trust(&pki), at), Err(CardFault::UnknownAuthority));
    let nameless = "keyUsage=digitalSignature\nauthorityKeyIdentifier=none\n";
    other.issue("card", "ca", P_256, nameless, "");
    let foreign = other.sign("card", CONTENT, "-certfile ca.pem");
    assert_eq!(verify_card(&foreign, &trust(&pki), at), Err(CardFault::Chain));
    // An intermediate that is not configured, though the answer brings it along.
    pki.issue("unlisted", "root", P_256, LAST_AUTHORITY, "");
    pki.issue("card", "unlisted", P_256, CARD, "");
    assert_eq!(judged(&pki, "card", "-certfile unlisted.pem", at), Err(CardFault::UnknownAuthority));
    // Another card as issuer.
    pki.issue("holder", "ca", P_256, CARD, "");
    pki.issue("child", "holder", P_256, CARD, "");
    assert_eq!(own(&pki, "child"), Err("card/unknown-authority"));
    // Signed by itself.
    pki.write("self.ext", CARD);
    pki.run("openssl req -new -nodes -newkey rsa:2048 -subj /CN=self -keyout self.key -out self.csr");
    pki.run("openssl x509 -req -in self.csr -signkey self.key -extfile self.ext -days 30 -out self.pem");
    assert_eq!(own(&pki, "self"), Err("card/self-signed"));
    // One authority more than the one above allows.
    pki.issue("deep", "ca", P_256, LAST_AUTHORITY, "");
    pki.issue("low", "deep", P_256, CARD, "");
    let roots = vec![pki.der("root")];
    let deep = CardAuthority::new("deep", roots.clone(), vec![pki.der("ca"), pki.der("deep")], &rules()).unwrap();
    let cms = pki.sign("low", CONTENT, "");
    assert_eq!(verify_card(&cms, &CardTrust::new(vec![deep]), at), Err(CardFault::PathLength));
    // What is no authority cannot be configured as one.
    let none = CardAuthority::new("none", roots.clone(), vec![pki.der("holder")], &rules()).err();
    assert_eq!(none, Some(CardFault::NotAnAuthority));
    // An authority past its time.
    pki.issue("card", "ca", P_256, CARD, "-days 60");
    let late = judged(&pki, "card", "", at + Duration::days(40));
    assert_eq!(late.map(|_| ()), Err(CardFault::AuthorityExpired));
    let bare = CardAuthority::new("bare", roots, Vec::new(), &rules()).unwrap();
    let cms = pki.sign("card", CONTENT, "-certfile ca.pem");
    assert_eq!(verify_card(&cms, &CardTrust::new(vec![bare]), at), Err(CardFault::UnknownAuthority));
}

#[test]
fn every_fault_has_a_number_a_code_and_both_languages() {
    let mut numbers: Vec<u16> = CardFault::ALL.iter().map(|fault| fault.number()).collect();
    assert!(numbers.is_sorted());
    numbers.dedup();
    assert_eq!(numbers.len(), CardFault::ALL.len());
    for fault in CardFault::ALL {
        let text = fault.text();
        assert!(fault.code().starts_with("card/") && !text.zh.is_empty() && !text.en.is_empty());
        assert!(!text.zh.is_ascii() && text.en.is_ascii(), "{text:?}");
    }
}

#[test]
fn no_changed_answer_passes_for_another() {
    let pki = Pki::new();
    pki.issue("card", "ca", P_256, CARD, "");
    let (trust, at) = (trust(&pki), pki.now());
    let cms = pki.sign("card", CONTENT, "");
    let good = verify_card(&cms, &trust, at).unwrap();
    // A changed byte is either refused or among those nothing is read from (a version number); it never changes what
    // was signed or by whom.
    let config = proptest::test_runner::Config { cases: 3000, failure_persistence: None, ..Default::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let change = (0..cms.len(), 1..=255u8, proptest::option::of(0..cms.len()));
    let outcome = runner.run(&change, |(place, bits, end)| {
        let mut changed = cms.clone();
        changed[place] ^= bits;
        changed.truncate(end.unwrap_or(changed.len()));
        if let Ok(signed) = verify_card(&changed, &trust, at) {
            proptest::prop_assert_eq!(&signed.content, &good.content);
            proptest::prop_assert_eq!(&signed.certificate, &good.certificate);
        }
        Ok(())
    });
    outcome.unwrap();
}
