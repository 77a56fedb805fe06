//! A token that was signed in to.

use crate::key::{self, RawSignature};
use crate::slot::certificates;
use crate::{Certificate, Pin, Slot, TokenFault};
use aws_lc_rs::digest::{SHA256, digest};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, CertificateType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use der::Encode;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes of the initialisation vector in front of what is wrapped.
const VECTOR_BYTES: usize = 12;
const TAG_BITS: u64 = 128;

/// A token that was signed in to; leaving it out of scope signs out. May be shared between threads, which take turns.
#[derive(Debug)]
pub struct Token {
    session: Mutex<Session>,
}

impl Token {
    pub(crate) fn new(session: Session) -> Self {
        Self { session: Mutex::new(session) }
    }

    /// Finds the token of this label and signs in to it.
    ///
    /// # Errors
    /// As [`Slot::find`] and [`Slot::unlock`].
    pub fn open(module: &Path, label: &str, pin: &Pin) -> Result<Self, TokenFault> {
        Slot::find(module, label)?.unlock(pin)
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All certificates.
    ///
    /// # Errors
    /// If the token is gone.
    pub fn certificates(&self) -> Result<Vec<Certificate>, TokenFault> {
        certificates(&self.session())
    }

    /// Signs with the private key of this id: SHA-256 and ECDSA (DER) with P-256, or PKCS #1 v1.5 with RSA.
    ///
    /// # Errors
    /// If there is no such key, or it is of another kind.
    pub fn sign(&self, id: &[u8], message: &[u8]) -> Result<Vec<u8>, TokenFault> {
        let session = self.session();
        let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(id.to_vec())];
        let key = only(&session, &wanted, "private key")?;
        let digest = digest(&SHA256, message);
        match session.get_attributes(key, &[AttributeType::KeyType])?.first() {
            Some(Attribute::KeyType(KeyType::EC)) => {
                let signature = session.sign(&Mechanism::Ecdsa, key, digest.as_ref())?;
                RawSignature::of(&signature).ok_or(TokenFault::KeyKind)?.to_der().map_err(|_| TokenFault::KeyKind)
            }
            // The plain mechanism, because not every card offers the one that digests as well.
            Some(Attribute::KeyType(KeyType::RSA)) => {
                Ok(session.sign(&Mechanism::RsaPkcs, key, &key::digest_info(digest.as_ref()))?)
            }
            _ => Err(TokenFault::KeyKind),
        }
    }

    /// Signs with the Ed25519 key of this id (RFC 8032, the message as it is).
    ///
    /// # Errors
    /// If there is no such key, or it is of another kind.
    pub fn sign_ed25519(&self, id: &[u8], message: &[u8]) -> Result<[u8; 64], TokenFault> {
        let session = self.session();
        let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(id.to_vec())];
        let key = only(&session, &wanted, "private key")?;
        let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
        session.sign(&mechanism, key, message)?.try_into().map_err(|_| TokenFault::KeyKind)
    }

    /// The raw public key of the Ed25519 key of this id; `None` if the token has no key of this id.
    ///
    /// # Errors
    /// If the key is of another kind.
    pub fn ed25519_public(&self, id: &[u8]) -> Result<Option<[u8; 32]>, TokenFault> {
        let session = self.session();
        public_key(&session, id)?.map(|key| ed25519_point(&session, key)).transpose()
    }

    /// The public key (SubjectPublicKeyInfo, DER) of the P-256 key of this id; `None` if the token has no key of this id.
    ///
    /// # Errors
    /// If the key is of another kind.
    pub fn p256_public(&self, id: &[u8]) -> Result<Option<Vec<u8>>, TokenFault> {
        let session = self.session();
        public_key(&session, id)?.map(|key| p256_point(&session, key)).transpose()
    }

    /// Makes an Ed25519 key that stays in the token; gives its raw public key.
    ///
    /// # Errors
    /// If the token has a key of this id, or cannot make one.
    pub fn create_ed25519(&self, id: &[u8], label: &str) -> Result<[u8; 32], TokenFault> {
        let public = [Attribute::EcParams(key::ED25519_PARAMETERS.to_vec())];
        let public = self.create_pair(&Mechanism::EccEdwardsKeyPairGen, id, label, &public)?;
        ed25519_point(&self.session(), public)
    }

    /// Encrypts a data key with the AES key of this label (AES-256-GCM). The label is bound to the result.
    ///
    /// # Errors
    /// If there is no such key.
    pub fn wrap(&self, label: &str, plain: &[u8]) -> Result<Vec<u8>, TokenFault> {
        let session = self.session();
        let key = wrapping_key(&session, label)?;
        let mut vector = [0; VECTOR_BYTES];
        session.generate_random_slice(&mut vector)?;
        let mut wrapped = vector.to_vec();
        let parameters = GcmParams::new(&mut vector, label.as_bytes(), TAG_BITS.into())?;
        wrapped.extend(session.encrypt(&Mechanism::AesGcm(parameters), key, plain)?);
        Ok(wrapped)
    }

    /// Decrypts what [`Token::wrap`] made with the key of this label. The result is secret.
    ///
    /// # Errors
    /// If there is no such key, or the bytes are not what it wrapped.
    pub fn unwrap(&self, label: &str, wrapped: &[u8]) -> Result<Vec<u8>, TokenFault> {
        let session = self.session();
        let key = wrapping_key(&session, label)?;
        let (vector, sealed) = wrapped.split_at_checked(VECTOR_BYTES).ok_or(TokenFault::Wrapped)?;
        let mut vector = vector.to_vec();
        let parameters = GcmParams::new(&mut vector, label.as_bytes(), TAG_BITS.into())?;
        match session.decrypt(&Mechanism::AesGcm(parameters), key, sealed).map_err(TokenFault::from) {
            Ok(plain) => Ok(plain),
            Err(TokenFault::NoToken) => Err(TokenFault::NoToken),
            // Modules differ in what they call a wrong tag.
            Err(_) => Err(TokenFault::Wrapped),
        }
    }

    /// Makes a P-256 key that stays in the token; gives its public key (SubjectPublicKeyInfo, DER).
    ///
    /// # Errors
    /// If the token has a key of this id, or cannot make one.
    pub fn create_p256(&self, id: &[u8], label: &str) -> Result<Vec<u8>, TokenFault> {
        let public = [Attribute::EcParams(key::P256_PARAMETERS.to_vec())];
        let public = self.create_pair(&Mechanism::EccKeyPairGen, id, label, &public)?;
        p256_point(&self.session(), public)
    }

    /// Makes an RSA-2048 key that stays in the token; gives its public key (SubjectPublicKeyInfo, DER).
    ///
    /// # Errors
    /// If the token has a key of this id, or cannot make one.
    pub fn create_rsa(&self, id: &[u8], label: &str) -> Result<Vec<u8>, TokenFault> {
        let public = [Attribute::ModulusBits(2048.into()), Attribute::PublicExponent(vec![1, 0, 1])];
        let public = self.create_pair(&Mechanism::RsaPkcsKeyPairGen, id, label, &public)?;
        let wanted = [AttributeType::Modulus, AttributeType::PublicExponent];
        match &self.session().get_attributes(public, &wanted)?[..] {
            [Attribute::Modulus(modulus), Attribute::PublicExponent(exponent)] => {
                key::rsa_public(modulus, exponent).map_err(|_| TokenFault::KeyKind)
            }
            _ => Err(TokenFault::KeyKind),
        }
    }

    fn create_pair(
        &self,
        mechanism: &Mechanism<'_>,
        id: &[u8],
        label: &str,
        public: &[Attribute],
    ) -> Result<ObjectHandle, TokenFault> {
        let session = self.session();
        let same = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(id.to_vec())];
        if !session.find_objects(&same)?.is_empty() {
            return Err(TokenFault::Object("private key"));
        }
        let named = [Attribute::Token(true), Attribute::Id(id.to_vec()), Attribute::Label(label.into())];
        let public = [&named[..], &[Attribute::Private(false), Attribute::Verify(true)], public].concat();
        let private = [
            &named[..],
            &[
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Sign(true),
            ],
        ]
        .concat();
        Ok(session.generate_key_pair(mechanism, &public, &private)?.0)
    }

    /// Makes an AES-256 key that stays in the token, for [`Token::wrap`].
    ///
    /// # Errors
    /// If the token has a key of this label, or cannot make one.
    pub fn create_wrapping_key(&self, label: &str) -> Result<(), TokenFault> {
        let session = self.session();
        if !session.find_objects(&wrapping(label))?.is_empty() {
            return Err(TokenFault::Object("wrapping key"));
        }
        let template = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Encrypt(true),
            Attribute::Decrypt(true),
            Attribute::ValueLen(32.into()),
            Attribute::Label(label.into()),
        ];
        session.generate_key(&Mechanism::AesKeyGen, &template)?;
        Ok(())
    }

    /// Puts a certificate beside the key of the same id.
    ///
    /// # Errors
    /// If the token does not take it.
    pub fn put_certificate(&self, certificate: &Certificate) -> Result<(), TokenFault> {
        let template = [
            Attribute::Class(ObjectClass::CERTIFICATE),
            Attribute::CertificateType(CertificateType::X_509),
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Id(certificate.id.clone()),
            Attribute::Label(certificate.label.clone().into_bytes()),
            Attribute::Subject(key::subject(&certificate.der).ok_or(TokenFault::Object("readable certificate"))?),
            Attribute::Value(certificate.der.clone()),
        ];
        self.session().create_object(&template)?;
        Ok(())
    }
}

fn public_key(session: &Session, id: &[u8]) -> Result<Option<ObjectHandle>, TokenFault> {
    let wanted = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(id.to_vec())];
    if session.find_objects(&wanted)?.is_empty() {
        return Ok(None);
    }
    only(session, &wanted, "public key").map(Some)
}

fn p256_point(session: &Session, key: ObjectHandle) -> Result<Vec<u8>, TokenFault> {
    match session.get_attributes(key, &[AttributeType::EcPoint, AttributeType::EcParams])?.as_slice() {
        [Attribute::EcPoint(point), Attribute::EcParams(curve)] if *curve == key::P256_PARAMETERS => {
            key::p256_public(point).ok_or(TokenFault::KeyKind)
        }
        _ => Err(TokenFault::KeyKind),
    }
}

fn ed25519_point(session: &Session, key: ObjectHandle) -> Result<[u8; 32], TokenFault> {
    match session.get_attributes(key, &[AttributeType::EcPoint])?.first() {
        Some(Attribute::EcPoint(point)) => key::ed25519_public(point).ok_or(TokenFault::KeyKind),
        _ => Err(TokenFault::KeyKind),
    }
}

fn only(session: &Session, wanted: &[Attribute], what: &'static str) -> Result<ObjectHandle, TokenFault> {
    match session.find_objects(wanted)?[..] {
        [object] => Ok(object),
        _ => Err(TokenFault::Object(what)),
    }
}

fn wrapping(label: &str) -> [Attribute; 3] {
    [Attribute::Class(ObjectClass::SECRET_KEY), Attribute::KeyType(KeyType::AES), Attribute::Label(label.into())]
}

fn wrapping_key(session: &Session, label: &str) -> Result<ObjectHandle, TokenFault> {
    only(session, &wrapping(label), "wrapping key")
}
