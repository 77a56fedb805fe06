//! Keys, cards and certificates, also as others see them.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use kernel::SeededRandom;
use seal::keys::leaf_is_signed;
use seal::{
    Addressed, AgencyKeys, Authority, CardSubject, CertificateRequest, Event, KeyElsewhere, SoftCard, Unsigned,
    subject_of,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tlog::leaf::Kind;

use crate::world::NOW;

const AGENCY: CertificateRequest<'_> =
    CertificateRequest { name: "範例市政府", serial_number: "376470000A", organization: "" };
const PERSON: CardSubject<'_> = CardSubject { name: "李𠮷祥", serial_number: "0000000012345678", organization: "" };

fn no_token(_: &str) -> Result<Box<dyn KeyElsewhere>, String> {
    Err("no token".to_owned())
}

fn event() -> Event {
    Event { kind: Kind::Issue, issuer: 1, id: [1; 16], commitment: [2; 32], prev: [0; 32] }
}

#[test]
fn keys_come_back_from_their_files() {
    let random = SeededRandom::new(5);
    let ca = Authority::create(&random, "示範憑證機構", NOW).unwrap();
    let keys = AgencyKeys::create(&random, &ca, &AGENCY, NOW).unwrap();
    let card = ca.issue_card(&random, &PERSON, NOW).unwrap();

    let again = AgencyKeys::from_text(&keys.to_text(), no_token).unwrap();
    assert_eq!(again.seal_key(), keys.seal_key());
    assert_eq!(again.document_certificate(), keys.document_certificate());
    assert_eq!(again.sign_event(&event()).unwrap(), keys.sign_event(&event()).unwrap());
    assert_eq!(Authority::from_pem(&ca.to_pem()).unwrap().fingerprint(), ca.fingerprint());
    assert_eq!(SoftCard::from_pem(&card.to_pem()).unwrap().certificate(), card.certificate());

    assert!(AgencyKeys::from_text(&ca.to_pem(), no_token).is_err());
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
    let signed = keys.sign_event(&event()).unwrap();
    let leaf = event().leaf(1, signed.auth);
    assert!(leaf_is_signed(&leaf, &signed.signature, &keys.seal_key()));
    assert!(
        leaf_is_signed(&event().leaf(2, signed.auth), &signed.signature, &keys.seal_key()),
        "time is the register's"
    );
    assert!(!leaf_is_signed(&leaf, &signed.signature, &other.seal_key()));
    assert!(!leaf_is_signed(&leaf, &other.sign_event(&event()).unwrap().signature, &keys.seal_key()));
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

/// A token with a key of each kind.
#[derive(Clone)]
struct Token {
    seal: Arc<Ed25519KeyPair>,
    document: Arc<EcdsaKeyPair>,
    away: Arc<AtomicBool>,
}

impl Token {
    fn new() -> Self {
        let document = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let seal = Ed25519KeyPair::generate().unwrap();
        Self { seal: Arc::new(seal), document: Arc::new(document), away: Arc::default() }
    }

    fn keys(&self, public: &Self, random: &SeededRandom) -> AgencyKeys {
        let ca = Authority::create(random, "示範憑證機構", NOW).unwrap();
        let info = public.document.public_key().as_der().unwrap();
        let certificate = ca.certify_document(random, info.as_ref(), &AGENCY, NOW).unwrap();
        let addressed = |address: &str| Addressed { address: address.to_owned(), key: Box::new(self.clone()) };
        let seal_key = public.seal.public_key().as_ref().try_into().unwrap();
        AgencyKeys::elsewhere(addressed("here:seal"), seal_key, addressed("here:document"), certificate).unwrap()
    }
}

impl KeyElsewhere for Token {
    fn sign_ed25519(&self, message: &[u8]) -> Option<seal::Signature> {
        let here = !self.away.load(Ordering::Relaxed);
        here.then(|| self.seal.sign(message).as_ref().try_into().unwrap())
    }

    fn sign_p256(&self, message: &[u8]) -> Option<Vec<u8>> {
        let here = !self.away.load(Ordering::Relaxed);
        here.then(|| self.document.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec())
    }
}

#[test]
fn keys_in_a_token_sign_there_or_not_at_all() {
    let (token, random) = (Token::new(), SeededRandom::new(11));
    let keys = token.keys(&token, &random);
    let text = keys.to_text();
    assert!(text.starts_with("here:seal\n") && !text.contains("PRIVATE KEY"), "{text}");
    let open = |address: &str| match address {
        "here:seal" | "here:document" => Ok(Box::new(token.clone()) as Box<dyn KeyElsewhere>),
        _ => Err(address.to_owned()),
    };
    let again = AgencyKeys::from_text(&text, open).unwrap();
    assert_eq!(again.addresses(), Some(["here:seal", "here:document"]));
    assert_eq!(again.document_certificate(), keys.document_certificate());
    let signed = again.sign_event(&event()).unwrap();
    let leaf = event().leaf(5, signed.auth);
    assert!(leaf_is_signed(&leaf, &signed.signature, &again.seal_key()));
    assert_eq!(again.try_out(), Ok(()));
    assert!(AgencyKeys::from_text(&text, no_token).is_err());
    assert!(AgencyKeys::from_text(text.lines().next().unwrap(), open).is_err());
    assert!(AgencyKeys::from_text(&text.replacen("here:seal", "there:seal", 1), open).is_err());

    token.away.store(true, Ordering::Relaxed);
    assert_eq!((again.sign_event(&event()), again.try_out()), (Err(Unsigned), Err(Unsigned)));
    token.away.store(false, Ordering::Relaxed);
    assert!(again.sign_event(&event()).is_ok());

    // Another key under the same address signs nothing that anybody could check.
    let other = Token { seal: Arc::clone(&token.seal), ..Token::new() };
    assert_eq!(Token::new().keys(&token, &random).sign(b"x"), Err(Unsigned));
    assert_eq!(other.keys(&token, &random).try_out(), Err(Unsigned));
}
