//! Keys, cards and certificates, also as others see them.

use kernel::SeededRandom;
use seal::keys::leaf_is_signed;
use seal::{AgencyKeys, Authority, CardSubject, CertificateRequest, Event, SoftCard, subject_of};
use tlog::leaf::Kind;

use crate::world::NOW;

const AGENCY: CertificateRequest<'_> =
    CertificateRequest { name: "範例市政府", serial_number: "376470000A", organization: "" };
const PERSON: CardSubject<'_> = CardSubject { name: "李𠮷祥", serial_number: "0000000012345678", organization: "" };

fn event() -> Event {
    Event { kind: Kind::Issue, issuer: 1, id: [1; 16], commitment: [2; 32], prev: [0; 32] }
}

#[test]
fn keys_come_back_from_their_files() {
    let random = SeededRandom::new(5);
    let ca = Authority::create(&random, "示範憑證機構", NOW).unwrap();
    let keys = AgencyKeys::create(&random, &ca, &AGENCY, NOW).unwrap();
    let card = ca.issue_card(&random, &PERSON, NOW).unwrap();

    let again = AgencyKeys::from_pem(&keys.to_pem()).unwrap();
    assert_eq!(again.seal_key(), keys.seal_key());
    assert_eq!(again.document_certificate(), keys.document_certificate());
    assert_eq!(again.sign_event(&event()), keys.sign_event(&event()));
    assert_eq!(Authority::from_pem(&ca.to_pem()).unwrap().fingerprint(), ca.fingerprint());
    assert_eq!(SoftCard::from_pem(&card.to_pem()).unwrap().certificate(), card.certificate());

    assert!(AgencyKeys::from_pem(&ca.to_pem()).is_err());
    assert!(Authority::from_pem(&card.to_pem()).is_err());
    assert!(SoftCard::from_pem("").is_err());
    let mixed = format!("{}{}", &ca.to_pem()[..ca.to_pem().find("-----BEGIN CERT").unwrap()], "");
    let mixed = mixed + &card.to_pem()[card.to_pem().find("-----BEGIN CERT").unwrap()..];
    assert!(SoftCard::from_pem(&mixed).is_err(), "another one's key does not go with the certificate");
}

#[test]
fn one_seed_gives_the_same_keys() {
    let make = |seed| {
        let random = SeededRandom::new(seed);
        let ca = Authority::create(&random, "示範憑證機構", NOW).unwrap();
        AgencyKeys::create(&random, &ca, &AGENCY, NOW).unwrap().seal_key()
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
}

#[test]
fn a_leaf_is_signed_by_its_agency_and_no_other() {
    let random = SeededRandom::new(6);
    let ca = Authority::create(&random, "示範憑證機構", NOW).unwrap();
    let keys = AgencyKeys::create(&random, &ca, &AGENCY, NOW).unwrap();
    let other = AgencyKeys::create(&random, &ca, &AGENCY, NOW).unwrap();
    let signed = keys.sign_event(&event());
    let leaf = event().leaf(1, signed.auth);
    assert!(leaf_is_signed(&leaf, &signed.signature, &keys.seal_key()));
    assert!(
        leaf_is_signed(&event().leaf(2, signed.auth), &signed.signature, &keys.seal_key()),
        "time is the register's"
    );
    assert!(!leaf_is_signed(&leaf, &signed.signature, &other.seal_key()));
    assert!(!leaf_is_signed(&leaf, &other.sign_event(&event()).signature, &keys.seal_key()));
    assert!(!leaf_is_signed(&event().leaf(1, [0; 32]), &signed.signature, &keys.seal_key()));
    let moved = Event { issuer: 2, ..event() };
    assert!(!leaf_is_signed(&moved.leaf(1, signed.auth), &signed.signature, &keys.seal_key()));
}

#[test]
fn a_card_names_its_holder() {
    let random = SeededRandom::new(7);
    let ca = Authority::create(&random, "示範憑證機構", NOW).unwrap();
    let subject = subject_of(ca.issue_card(&random, &PERSON, NOW).unwrap().certificate()).unwrap();
    assert_eq!(subject.name, "李𠮷祥");
    assert_eq!(subject.serial_number.as_deref(), Some("0000000012345678"));
    assert_eq!(subject.organization, None);
    assert_eq!(subject_of(ca.certificate()).unwrap().name, "示範憑證機構");
}
