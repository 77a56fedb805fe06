//! Lists and answers of authorities, as OpenSSL writes them.

use crate::cards::{rules, trust};
use seal::revocation::crl::Crl;
use seal::revocation::ocsp::{Question, Status, judge, request};
use seal::revocation::{RevocationFault, authority_key};
use seal::{CardAuthority, CardTrust, verify_card};
use std::io::{Read, Write};
use testkit::pki::{CARD, P_256, Pki, RESPONDER, RSA};
use time::{Duration, OffsetDateTime};

fn world() -> Pki {
    let pki = Pki::new();
    pki.issue("good", "ca", P_256, CARD, "");
    pki.issue("bad", "ca", P_256, CARD, "");
    pki.record(&["good", "bad"], &["bad"]);
    pki
}

fn serial(pki: &Pki, name: &str, at: OffsetDateTime) -> Vec<u8> {
    verify_card(&pki.sign(name, b"x", ""), &trust(pki), at).unwrap().serial
}

#[test]
fn a_list_names_who_is_revoked() {
    let pki = world();
    let list = pki.crl("ca", "", "-crlhours 2");
    let at = pki.now();
    let read = Crl::read(&list, &pki.der("ca"), at).unwrap();
    assert_eq!(read.entries.len(), 1);
    assert_eq!(read.find(&serial(&pki, "bad", at)).unwrap().reason, 1);
    assert_eq!(read.find(&serial(&pki, "good", at)), None);
    assert!(read.period.is_fresh(at, Duration::ZERO));
    assert!(!read.period.is_fresh(at + Duration::hours(3), Duration::ZERO));
    assert!(read.period.is_fresh(at + Duration::hours(3), Duration::hours(2)), "within the grace");
    let later = Crl::read(&pki.crl("ca", "", "-crlhours 2"), &pki.der("ca"), at).unwrap();
    assert!(later.number > read.number);
}

#[test]
fn a_list_that_says_less_than_it_seems_is_refused() {
    let pki = world();
    let (ca, at) = (pki.der("ca"), pki.now());
    let list = pki.crl("ca", "", "-crlhours 2");
    let fault = |list: &[u8]| Crl::read(list, &ca, at).unwrap_err();
    assert_eq!(Crl::read(&list, &pki.der("root"), at), Err(RevocationFault::Issuer));
    let other = Pki::new();
    assert_eq!(Crl::read(&list, &other.der("ca"), at), Err(RevocationFault::Signature));
    assert_eq!(fault(&pki.crl("ca", "1.2.3.4=critical,ASN1:NULL", "-crlhours 2")), RevocationFault::CriticalExtension);
    assert_eq!(
        fault(&pki.crl("ca", "2.5.29.27=critical,ASN1:INTEGER:1", "-crlhours 2")),
        RevocationFault::CriticalExtension
    );
    let indirect = "issuingDistributionPoint=critical,@p\n[p]\nindirectCRL=TRUE";
    assert_eq!(fault(&pki.crl("ca", indirect, "-crlhours 2")), RevocationFault::CriticalExtension);
    assert_eq!(fault(&pki.crl("ca", "", "-crlhours 2 -md sha1")), RevocationFault::Algorithm);
    assert_eq!(Crl::read(&list, &ca, at - Duration::hours(1)), Err(RevocationFault::Future));
    assert_eq!(fault(&[&list[..], &[0]].concat()), RevocationFault::Malformed("not DER, or parts missing or too many"));
    let limited = "issuingDistributionPoint=critical,@p\n[p]\nfullname=URI:http://crl.test/users\nonlyuser=TRUE";
    let limited = Crl::read(&pki.crl("ca", limited, "-crlhours 2"), &ca, at).unwrap();
    assert_eq!(limited.points, ["http://crl.test/users"]);
    // An authority that may not sign lists.
    pki.issue("mute", "root", RSA, "keyUsage=critical,keyCertSign\nbasicConstraints=critical,CA:true\n", "");
    let mute = pki.crl("mute", "", "-crlhours 2");
    assert_eq!(Crl::read(&mute, &pki.der("mute"), at), Err(RevocationFault::Usage));
}

/// Asks the responder on `port` over a bare connection.
fn ask(port: u16, request: &[u8]) -> Vec<u8> {
    let mut connection = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = "POST / HTTP/1.0\r\nContent-Type: application/ocsp-request\r\nContent-Length:";
    write!(connection, "{head} {}\r\n\r\n", request.len()).unwrap();
    connection.write_all(request).unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    let body = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    answer.split_off(body)
}

const LIFETIME: Duration = Duration::minutes(10);

#[test]
fn a_responder_says_good_revoked_or_unknown_to_this_question_only() {
    let pki = world();
    pki.issue("appointed", "ca", P_256, RESPONDER, "");
    pki.issue("unasked", "ca", P_256, CARD, "");
    let (ca, at) = (pki.der("ca"), pki.now());
    let responder = pki.responder("ca", "appointed", 0);
    let answer = |name: &str, nonce: Option<&[u8]>, sha_1| {
        let serial = serial(&pki, name, at);
        let question = Question { ca: &ca, serial: &serial, nonce, sha_1 };
        judge(&ask(responder.port(), &request(&question).unwrap()), &question, LIFETIME, pki.now())
    };
    for (nonce, sha_1) in [(None, true), (Some(&b"0123456789abcdef"[..]), true), (Some(b"0123456789abcdef"), false)] {
        assert_eq!(answer("good", nonce, sha_1).unwrap().status, Status::Good);
        assert!(matches!(answer("bad", nonce, sha_1).unwrap().status, Status::Revoked(_, 1)));
        assert_eq!(answer("unasked", nonce, sha_1).unwrap().status, Status::Unknown);
    }
    let (good, bad) = (serial(&pki, "good", at), serial(&pki, "bad", at));
    let question = Question { ca: &ca, serial: &good, nonce: Some(b"0123456789abcdef"), sha_1: true };
    let bytes = ask(responder.port(), &request(&question).unwrap());
    let at = pki.now();
    let judged = |question: &Question<'_>, at| judge(&bytes, question, LIFETIME, at).map(|answer| answer.status);
    assert_eq!(judged(&question, at), Ok(Status::Good));
    assert_eq!(judged(&Question { nonce: Some(b"another"), ..question }, at), Err(RevocationFault::Nonce));
    assert_eq!(judged(&Question { serial: &bad, ..question }, at), Err(RevocationFault::CertificateId));
    assert_eq!(judged(&Question { sha_1: false, ..question }, at), Err(RevocationFault::CertificateId));
    assert_eq!(judged(&Question { ca: &pki.der("root"), ..question }, at), Err(RevocationFault::Issuer));
    assert_eq!(judged(&question, at + Duration::minutes(20)), Err(RevocationFault::Stale));
    assert_eq!(judged(&question, at - Duration::minutes(20)), Err(RevocationFault::Stale), "the responder is younger");
    let without = Question { nonce: None, ..question };
    let silent = ask(responder.port(), &request(&without).unwrap());
    assert_eq!(judge(&silent, &question, LIFETIME, at), Err(RevocationFault::Nonce));
}

#[test]
fn only_the_authority_or_whom_it_appointed_may_answer() {
    let (pki, other) = (world(), world());
    pki.issue("plain", "ca", P_256, CARD, "");
    pki.issue("above", "root", P_256, RESPONDER, "");
    other.issue("foreign", "ca", P_256, RESPONDER, "");
    for file in ["foreign.pem", "foreign.key"] {
        pki.write(file, other.read(file));
    }
    let (ca, at) = (pki.der("ca"), pki.now());
    let serial = serial(&pki, "good", at);
    let question = Question { ca: &ca, serial: &serial, nonce: None, sha_1: true };
    let by = |signer: &str| {
        let responder = pki.responder("ca", signer, 0);
        let bytes = ask(responder.port(), &request(&question).unwrap());
        judge(&bytes, &question, LIFETIME, pki.now()).map(|answer| answer.status)
    };
    assert_eq!(by("ca"), Ok(Status::Good));
    assert_eq!(by("plain"), Err(RevocationFault::Usage));
    assert_eq!(by("above"), Err(RevocationFault::Issuer));
    assert_eq!(by("foreign"), Err(RevocationFault::Issuer));
    // tryLater, and what is no answer at all.
    let later = [0x30, 3, 0x0a, 1, 3];
    assert_eq!(judge(&later, &question, LIFETIME, at), Err(RevocationFault::Status(3)));
    assert!(matches!(judge(b"<html>", &question, LIFETIME, at), Err(RevocationFault::Malformed(_))));
}

#[test]
fn no_changed_list_or_answer_is_believed() {
    let pki = world();
    let (ca, at) = (pki.der("ca"), pki.now());
    let list = pki.crl("ca", "", "-crlhours 2");
    let serial = serial(&pki, "good", at);
    let question = Question { ca: &ca, serial: &serial, nonce: Some(b"0123456789abcdef"), sha_1: true };
    let responder = pki.responder("ca", "ca", 0);
    let answer = ask(responder.port(), &request(&question).unwrap());
    let at = pki.now();
    let good = (Crl::read(&list, &ca, at).unwrap(), judge(&answer, &question, LIFETIME, at).unwrap());
    let trust = || CardAuthority::new("x", vec![ca.clone()], Vec::new(), &rules());
    assert!(verify_card(&pki.sign("good", b"x", ""), &CardTrust::new(vec![trust().unwrap()]), at).is_ok());
    let config = proptest::test_runner::Config { cases: 3000, failure_persistence: None, ..Default::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let change = (0..list.len().max(answer.len()), 1..=255u8, proptest::option::of(0..list.len()));
    let outcome = runner.run(&change, |(place, bits, end)| {
        let changed = |bytes: &[u8]| {
            let mut changed = bytes.to_vec();
            let place = place % changed.len();
            changed[place] ^= bits;
            changed.truncate(end.unwrap_or(changed.len()));
            changed
        };
        // What comes beside the signature (the certificates of an answer) may differ; what is said may not.
        if let Ok(read) = Crl::read(&changed(&list), &ca, at) {
            proptest::prop_assert_eq!(&read, &good.0);
        }
        if let Ok(judged) = judge(&changed(&answer), &question, LIFETIME, at) {
            proptest::prop_assert_eq!(&judged, &good.1);
        }
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(authority_key(&ca).unwrap().len(), 32);
    assert!(authority_key(b"none").is_err());
}
