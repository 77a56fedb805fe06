//! Real PKCS #11, against SoftHSM.
#![allow(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use std::os::unix::fs::PermissionsExt as _;
use testkit::SoftHsm;
use token::{Certificate, HeldKey, KeyAddress, Pin, Slot, Token, TokenFault, Tries};

const PIN: &str = "123456";

fn pin(text: &str) -> Pin {
    Pin::new(text.to_owned())
}

fn open(hsm: &SoftHsm) -> Token {
    Token::open(hsm.module(), "card", &pin(PIN)).unwrap()
}

/// The key inside a SubjectPublicKeyInfo: what follows the algorithm, without the count of unused bits.
fn verifies(algorithm: &'static dyn VerificationAlgorithm, public: &[u8], length: usize, signature: &[u8]) -> bool {
    let key = UnparsedPublicKey::new(algorithm, &public[public.len() - length..]);
    key.verify(b"renshi-signin/1 x", signature).is_ok()
}

#[test]
fn keys_sign_in_the_token() {
    SoftHsm::with("keys_sign_in_the_token", |hsm| {
        hsm.token("card", PIN);
        let token = open(hsm);
        let p256 = token.create_p256(&[1], "signing").unwrap();
        let rsa = token.create_rsa(&[2], "signing").unwrap();
        let signed = token.sign(&[1], b"renshi-signin/1 x").unwrap();
        assert!(verifies(&ECDSA_P256_SHA256_ASN1, &p256, 65, &signed));
        let signed = token.sign(&[2], b"renshi-signin/1 x").unwrap();
        // SEQUENCE of a 2048-bit modulus and the exponent 65537.
        assert!(verifies(&RSA_PKCS1_2048_8192_SHA256, &rsa, 270, &signed));
        assert!(!verifies(&RSA_PKCS1_2048_8192_SHA256, &rsa, 270, &token.sign(&[2], b"another text").unwrap()));
        assert!(matches!(token.sign(&[3], b"x"), Err(TokenFault::Object("private key"))));
        assert!(matches!(token.create_p256(&[2], "again"), Err(TokenFault::Object("private key"))));
    });
}

#[test]
fn an_ed25519_key_signs_in_the_token_and_is_found_again() {
    SoftHsm::with("an_ed25519_key_signs_in_the_token_and_is_found_again", |hsm| {
        hsm.token("card", PIN);
        let token = open(hsm);
        assert_eq!(token.ed25519_public(&[7]).unwrap(), None);
        let public = token.create_ed25519(&[7], "log").unwrap();
        assert_eq!(token.ed25519_public(&[7]).unwrap(), Some(public));
        let signature = token.sign_ed25519(&[7], b"renshi-signin/1 x").unwrap();
        assert!(verifies(&ED25519, &public, 32, &signature));
        assert!(!verifies(&ED25519, &public, 32, &token.sign_ed25519(&[7], b"another text").unwrap()));
        token.create_p256(&[8], "another kind").unwrap();
        assert!(token.ed25519_public(&[8]).is_err() && token.sign_ed25519(&[8], b"x").is_err());
        assert!(matches!(token.create_ed25519(&[7], "again"), Err(TokenFault::Object("private key"))));
    });
}

#[test]
fn a_held_key_signs_again_when_its_token_is_back() {
    SoftHsm::with("a_held_key_signs_again_when_its_token_is_back", |hsm| {
        hsm.token("card", PIN);
        let file = hsm.folder.join("pin");
        std::fs::write(&file, PIN).unwrap();
        let key = |token: &str| {
            let (module, pin) = (hsm.module().to_owned(), file.clone());
            HeldKey::new(KeyAddress { token: token.to_owned(), id: vec![7], module, pin })
        };
        let held = key("card");
        let fault = held.create_ed25519("log").unwrap_err();
        assert!(matches!(fault, TokenFault::PinFile(_)), "a PIN file that others read: {fault}");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let public = held.create_ed25519("log").unwrap();
        let second = HeldKey::new(held.address().part(1));
        second.create_p256("document").unwrap();
        let good = || verifies(&ED25519, &public, 32, &held.sign_ed25519(b"renshi-signin/1 x").unwrap());
        assert!(good());
        assert!(second.sign(b"renshi-signin/1 x").is_ok(), "another key of the same token");

        let tokens = hsm.folder.join("tokens");
        std::fs::rename(&tokens, hsm.folder.join("away")).unwrap();
        assert!(held.sign_ed25519(b"renshi-signin/1 x").is_err());
        assert!(held.sign_ed25519(b"renshi-signin/1 x").is_err());
        std::fs::rename(hsm.folder.join("away"), &tokens).unwrap();
        assert!(good());
        assert!(second.sign(b"renshi-signin/1 x").is_ok());
        assert!(matches!(key("other").ed25519_public(), Err(TokenFault::NoToken)));
    });
}

#[test]
fn a_pin_that_was_wrong_is_not_tried_again() {
    SoftHsm::with("a_pin_that_was_wrong_is_not_tried_again", |hsm| {
        hsm.token("card", PIN);
        let pin = hsm.folder.join("pin");
        std::fs::write(&pin, "654321").unwrap();
        std::fs::set_permissions(&pin, std::fs::Permissions::from_mode(0o600)).unwrap();
        let held = HeldKey::new(KeyAddress {
            token: "card".into(),
            id: vec![7],
            module: hsm.module().to_owned(),
            pin: pin.clone(),
        });
        assert!(matches!(held.sign_ed25519(b"x"), Err(TokenFault::WrongPin(_))));
        std::fs::write(&pin, PIN).unwrap();
        assert!(matches!(held.sign_ed25519(b"x"), Err(TokenFault::Refused(_))));
        assert!(Token::open(hsm.module(), "card", &Pin::from_file(&pin).unwrap()).is_ok());
    });
}

#[test]
fn a_data_key_comes_back_only_as_it_was_wrapped() {
    SoftHsm::with("a_data_key_comes_back_only_as_it_was_wrapped", |hsm| {
        hsm.token("card", PIN);
        let token = open(hsm);
        token.create_wrapping_key("ring-1").unwrap();
        token.create_wrapping_key("ring-2").unwrap();
        let wrapped = token.wrap("ring-1", &[7; 32]).unwrap();
        assert_eq!(token.unwrap("ring-1", &wrapped).unwrap(), [7; 32]);
        assert_ne!(token.wrap("ring-1", &[7; 32]).unwrap(), wrapped, "each wrapping is different");
        assert!(matches!(token.unwrap("ring-2", &wrapped), Err(TokenFault::Wrapped)));
        for at in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[at] ^= 1;
            assert!(matches!(token.unwrap("ring-1", &changed), Err(TokenFault::Wrapped)), "byte {at}");
        }
        for short in [0, 5, 12, 20] {
            assert!(matches!(token.unwrap("ring-1", &wrapped[..short]), Err(TokenFault::Wrapped)));
        }
        assert!(matches!(token.wrap("ring-3", &[7; 32]), Err(TokenFault::Object("wrapping key"))));
        assert!(matches!(token.create_wrapping_key("ring-1"), Err(TokenFault::Object("wrapping key"))));
        drop(token);
        // Signed out and in again, the key is still there.
        assert_eq!(open(hsm).unwrap("ring-1", &wrapped).unwrap(), [7; 32]);
    });
}

#[test]
fn a_wrong_pin_is_told_from_a_missing_card() {
    SoftHsm::with("a_wrong_pin_is_told_from_a_missing_card", |hsm| {
        hsm.token("card", PIN);
        hsm.token("twin", PIN);
        hsm.token("twin", PIN);
        let slot = Slot::find(hsm.module(), "card").unwrap();
        assert_eq!(slot.tries().unwrap(), Tries::All);
        assert!(matches!(slot.unlock(&pin("654321")), Err(TokenFault::WrongPin(Tries::Fewer))));
        assert!(matches!(slot.unlock(&pin("1")), Err(TokenFault::PinForm)));
        assert_eq!(slot.tries().unwrap(), Tries::Fewer);
        let open = slot.unlock(&pin(PIN)).unwrap();
        assert_eq!(slot.tries().unwrap(), Tries::All);
        // A second sign-in would ask no PIN at all, so it is refused, whatever was typed.
        assert!(matches!(slot.unlock(&pin(PIN)), Err(TokenFault::Busy)));
        drop(open);
        assert!(matches!(slot.unlock(&pin("654321")), Err(TokenFault::WrongPin(_))), "leaving it signs out");
        assert!(matches!(Slot::find(hsm.module(), "other"), Err(TokenFault::NoToken)));
        assert!(matches!(Slot::find(hsm.module(), "twin"), Err(TokenFault::Ambiguous)));
        let nowhere = hsm.folder.join("nothing.so");
        assert!(matches!(Slot::find(&nowhere, "card"), Err(TokenFault::Module(_))));
    });
}

#[test]
fn certificates_are_read_without_a_pin() {
    SoftHsm::with("certificates_are_read_without_a_pin", |hsm| {
        hsm.token("card", PIN);
        // The frame of a certificate; what PKCS #11 wants of it is the subject.
        let subject = [0x30, 0x02, 0x31, 0x00];
        let tbs = [&[0x30, 0x0c, 0x02, 0x01, 0x01, 0x30, 0x00, 0x30, 0x00][..], &[0x30, 0x00], &subject].concat();
        let tbs = [&[0x30, u8::try_from(tbs.len() - 2).unwrap()][..], &tbs[2..]].concat();
        let der = [&[0x30, u8::try_from(tbs.len()).unwrap()][..], &tbs].concat();
        let certificate = Certificate { id: vec![1], label: "憑證".into(), der };
        let token = open(hsm);
        token.put_certificate(&certificate).unwrap();
        let nonsense = Certificate { id: vec![2], label: "x".into(), der: b"nonsense".to_vec() };
        assert!(matches!(token.put_certificate(&nonsense), Err(TokenFault::Object(_))));
        drop(token);
        assert_eq!(Slot::find(hsm.module(), "card").unwrap().certificates().unwrap(), [certificate]);
        let readers = token::readers(hsm.module()).unwrap();
        assert!(readers.iter().any(|reader| reader.token.as_ref().is_some_and(|(label, _)| label == "card")));
    });
}

#[test]
fn a_pin_file_holds_one_line() {
    let file = std::env::temp_dir().join(format!("renshi-pin-{}", std::process::id()));
    std::fs::write(&file, "123456\n").unwrap();
    let read = Pin::from_file(&file).unwrap();
    assert!(!format!("{read:?}").contains("123456"), "a PIN is never printed");
    std::fs::write(&file, "\n").unwrap();
    assert!(matches!(Pin::from_file(&file), Err(TokenFault::PinFile(_))));
    std::fs::remove_file(&file).unwrap();
    assert!(matches!(Pin::from_file(&file), Err(TokenFault::PinFile(_))));
}
