//! Cards behind PKCS #11.

use crate::world::{CHALLENGE, NOW, ask, authority, component, decoded, package, subject};
use card::{Card, Refused};
use kernel::SeededRandom;
use seal::approval::{Batch, accept};
use seal::cms::{Trust, verify_attached};
use serde_json::Value;
use testkit::SoftHsm;
use token::{Certificate, Pin, Token};

const PIN: &str = "123456";

/// A token with a key made in it, its certificate, and the one of its CA if `complete`.
fn made(hsm: &SoftHsm, rsa: bool, complete: bool) {
    hsm.token("card", PIN);
    let token = Token::open(hsm.module(), "card", &Pin::new(PIN.into())).unwrap();
    let public = if rsa { token.create_rsa(&[1], "signature") } else { token.create_p256(&[1], "signature") }.unwrap();
    let authority = authority();
    let der = authority.certify_card(&SeededRandom::new(8), &public, &subject(), NOW).unwrap();
    token.put_certificate(&Certificate { id: vec![1], label: "signature".into(), der }).unwrap();
    if complete {
        let der = authority.certificate().to_vec();
        token.put_certificate(&Certificate { id: vec![2], label: "authority".into(), der }).unwrap();
    }
}

fn asked(hsm: &SoftHsm, pin: Option<&str>, authority: Option<Vec<u8>>, asks: &[(&str, String)]) -> Vec<Value> {
    let pin = pin.map(|pin| Pin::new(pin.to_owned()));
    let component = component(Card::token(hsm.module().to_owned(), "card".into(), pin, authority));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut answers = Vec::new();
        for (path, body) in asks {
            answers.push(ask(&component, path, body).await);
        }
        answers
    })
}

fn trust() -> Trust {
    Trust::certificates(vec![authority().certificate().to_vec()])
}

#[test]
fn a_key_in_the_token_signs_in_and_approves() {
    SoftHsm::with("tokens::a_key_in_the_token_signs_in_and_approves", |hsm| {
        made(hsm, false, true);
        let statement = Batch::new(&[[1; 32]]).statement("A58000000A", "award-case-1");
        let asks = [
            ("/pkcs11info?withcert=true", String::new()),
            ("/sign", package(CHALLENGE, PIN)),
            ("/sign", package(&statement.canonical(), PIN)),
            ("/sign", package(CHALLENGE, "654321")),
            ("/sign", package(CHALLENGE, "1")),
            ("/sign", package(CHALLENGE, PIN)),
        ];
        let answers = asked(hsm, None, None, &asks);
        let cards = answers[0]["slots"].as_array().unwrap().iter().filter(|slot| slot["token"].is_object()).count();
        assert_eq!(cards, 1, "{}", answers[0]);
        let signed = verify_attached(&decoded(&answers[1], "signature"), &trust(), NOW).unwrap();
        assert_eq!((signed.content.as_slice(), signed.certificate.name.as_str()), (CHALLENGE.as_bytes(), "陳校長"));
        accept(&decoded(&answers[2], "signature"), &statement, authority().fingerprint(), NOW).unwrap();
        assert_eq!((&answers[3]["ret_code"], &answers[3]["last_error"]), (&0x7610_0006.into(), &0xa0.into()));
        assert_eq!(answers[4]["last_error"], 0xa2);
        assert_eq!(answers[5]["ret_code"], 0, "each signature signs in to the token anew");
    });
}

#[test]
fn an_rsa_card_signs_in() {
    SoftHsm::with("tokens::an_rsa_card_signs_in", |hsm| {
        made(hsm, true, false);
        let ca = authority().certificate().to_vec();
        // The PIN from a file stands in when the page sends none.
        let answers = asked(hsm, Some(PIN), Some(ca), &[("/sign", package(CHALLENGE, ""))]);
        let signed = verify_attached(&decoded(&answers[0], "signature"), &trust(), NOW).unwrap();
        assert_eq!(signed.certificate.serial_number.as_deref(), Some("TP00000001"));
    });
}

#[test]
fn what_is_missing_is_named() {
    SoftHsm::with("tokens::what_is_missing_is_named", |hsm| {
        hsm.token("other", PIN);
        let asks = [("/pkcs11info", String::new()), ("/sign", package(CHALLENGE, PIN))];
        let answers = asked(hsm, None, None, &asks);
        assert!(answers[0]["slots"].as_array().unwrap().iter().all(|slot| slot["token"] == "unknown token"));
        assert_eq!(answers[1]["ret_code"], Refused::NO_CARD.code);
    });
}

#[test]
fn an_empty_card_has_no_certificate() {
    SoftHsm::with("tokens::an_empty_card_has_no_certificate", |hsm| {
        hsm.token("card", PIN);
        assert_eq!(
            asked(hsm, None, None, &[("/sign", package(CHALLENGE, PIN))])[0]["ret_code"],
            Refused::NO_CERTIFICATE.code
        );
    });
}
