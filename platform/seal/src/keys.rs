//! The keys of an issuing authority and the signature that lets an event into the register in its name
//! (docs/verification.md, section 2).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use kernel::Random;
use time::OffsetDateTime;
use tlog::hash::{Hash, ZERO, ed25519_verify};
use tlog::issuer::Statement;
use tlog::leaf::{Id, Kind, Leaf, auth, signed_bytes};

use crate::asn1::{self, element, oid};
use crate::authority::{Authority, CertificateRequest, Usage};
use crate::pem::{self, Block};

/// An Ed25519 signature.
pub type Signature = [u8; 64];

/// A key or certificate could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The text is not what was written by `to_pem`.
    #[error("the key file is not as expected: {0}")]
    Pem(&'static str),
    /// A key was refused by the cryptographic library.
    #[error("the key was refused: {0}")]
    Key(#[from] aws_lc_rs::error::KeyRejected),
    /// A certificate could not be made.
    #[error("the certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// A certificate does not go with its key, or is none.
    #[error("the certificate is not usable")]
    Unusable(#[from] crate::cms::CmsFault),
}

/// The event an agency signs: the leaf without its time (the register gives it) and without `auth`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Type of leaf.
    pub kind: Kind,
    /// Number of the authority's key statement.
    pub issuer: u16,
    /// Order id.
    pub id: Id,
    /// What the leaf commits to.
    pub commitment: Hash,
    /// Leaf hash of the event before with the same id; zeros for the first.
    pub prev: Hash,
}

impl From<&Leaf> for Event {
    fn from(leaf: &Leaf) -> Self {
        let Leaf { kind, issuer, id, commitment, prev, .. } = *leaf;
        Self { kind, issuer, id, commitment, prev }
    }
}

impl Event {
    /// The bytes the agency signs (docs/verification.md, section 2).
    pub fn signed_bytes(&self) -> [u8; 95] {
        signed_bytes(self.kind, self.issuer, &self.id, &self.commitment, &self.prev)
    }

    /// The leaf of this event, entering the register at `time_ms`.
    pub fn leaf(&self, time_ms: u64, auth: Hash) -> Leaf {
        let Self { kind, issuer, id, commitment, prev } = *self;
        Leaf { kind, issuer, time_ms, id, commitment, prev, auth }
    }
}

/// Is `signature` by `seal_key` over the event of this leaf, and does the leaf's `auth` open to both?
pub fn leaf_is_signed(leaf: &Leaf, signature: &Signature, seal_key: &[u8; 32]) -> bool {
    leaf.auth == auth(signature, seal_key) && ed25519_verify(seal_key, &Event::from(leaf).signed_bytes(), signature)
}

/// What the agency's signature over an event gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSignature {
    /// To be kept with the order.
    pub signature: Signature,
    /// To be put into the leaf.
    pub auth: Hash,
}

/// The keys of one issuing authority: the Ed25519 key that seals events, and the P-256 key with the certificate that
/// signs its documents.
pub struct AgencyKeys {
    seed: [u8; 32],
    seal: Ed25519KeyPair,
    public: [u8; 32],
    document: DocumentKey,
}

impl AgencyKeys {
    /// Makes fresh keys and lets `authority` issue the document certificate in the agency's name.
    ///
    /// # Errors
    /// If the certificate cannot be made, for example because the name has characters X.509 does not take.
    pub fn create(
        random: &dyn Random,
        authority: &Authority,
        agency: &CertificateRequest<'_>,
        now: OffsetDateTime,
    ) -> Result<Self, KeyFault> {
        let mut seed = [0; 32];
        random.fill(&mut seed);
        let document = P256Key::create(random)?;
        let certificate = authority.issue(random, &document, agency, Usage::Document, now)?;
        Self::assemble(seed, DocumentKey { key: document, certificate })
    }

    fn assemble(seed: [u8; 32], document: DocumentKey) -> Result<Self, KeyFault> {
        let seal = Ed25519KeyPair::from_seed_unchecked(&seed)?;
        let public = seal.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes");
        Ok(Self { seed, seal, public, document })
    }

    /// The keys as PEM text: PRIVATE KEY (Ed25519, PKCS #8), PRIVATE KEY (P-256, PKCS #8), CERTIFICATE. Secret.
    pub fn to_pem(&self) -> String {
        let seal = [&ED25519_PKCS8[..], &self.seed].concat();
        pem::write(&[
            (pem::PRIVATE_KEY, &seal),
            (pem::PRIVATE_KEY, &self.document.key.pkcs8),
            (pem::CERTIFICATE, &self.document.certificate),
        ])
    }

    /// Reads what [`AgencyKeys::to_pem`] wrote.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let blocks = pem::read(text)?;
        let [Block::PrivateKey(seal), Block::PrivateKey(document), Block::Certificate(certificate)] = &blocks[..]
        else {
            return Err(KeyFault::Pem("two private keys and a certificate are expected"));
        };
        let seed = seal.strip_prefix(&ED25519_PKCS8).and_then(|seed| seed.try_into().ok());
        let seed = seed.ok_or(KeyFault::Pem("the first key is not an Ed25519 key"))?;
        Self::assemble(seed, DocumentKey::assemble(document, certificate.clone())?)
    }

    /// The raw Ed25519 public key.
    pub fn seal_key(&self) -> [u8; 32] {
        self.public
    }

    /// The certificate of the document key, DER.
    pub fn document_certificate(&self) -> &[u8] {
        &self.document.certificate
    }

    /// The key that signs documents.
    pub fn document(&self) -> &DocumentKey {
        &self.document
    }

    /// The statement of these keys, as number `issuer` of a log; `card_ca` is the SHA-256 of the certificate of the CA
    /// whose cards may approve.
    pub fn statement(&self, issuer: u16, agency: &str, name: &str, card_ca: Hash) -> Statement {
        Statement {
            agency: agency.to_owned(),
            card_ca,
            document_certificate: self.document.certificate.clone(),
            issuer,
            name: name.to_owned(),
            replaces: None,
            seal_key: self.public,
        }
    }

    /// Signs the event that fixes a key statement in the log, under a random id of the authority.
    pub fn sign_statement(&self, statement: &Statement, id: Id) -> (Event, EventSignature) {
        let event =
            Event { kind: Kind::Key, issuer: statement.issuer, id, commitment: statement.commitment(), prev: ZERO };
        (event, self.sign_event(&event))
    }

    /// Signs bytes with the seal key.
    pub fn sign(&self, bytes: &[u8]) -> Signature {
        self.seal.sign(bytes).as_ref().try_into().expect("an Ed25519 signature has 64 bytes")
    }

    /// Signs an event in the agency's name.
    pub fn sign_event(&self, event: &Event) -> EventSignature {
        let signature = self.sign(&event.signed_bytes());
        EventSignature { signature, auth: auth(&signature, &self.public) }
    }
}

impl std::fmt::Debug for AgencyKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AgencyKeys(‹redacted›)")
    }
}

/// A P-256 key with its certificate.
pub struct DocumentKey {
    pub(crate) key: P256Key,
    pub(crate) certificate: Vec<u8>,
}

impl DocumentKey {
    pub(crate) fn assemble(pkcs8: &[u8], certificate: Vec<u8>) -> Result<Self, KeyFault> {
        let key = P256Key::read(pkcs8.to_vec())?;
        // The pair belongs together if the certificate verifies what the key signs.
        crate::certificate::Certificate::parse(&certificate)?.verify(b"pair", &key.sign(b"pair"))?;
        Ok(Self { key, certificate })
    }
}

/// RFC 8410: PKCS #8 of an Ed25519 seed, up to the seed.
const ED25519_PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// A P-256 private key.
pub(crate) struct P256Key {
    pub(crate) pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl P256Key {
    /// Draws a key. A draw outside the range of the curve's order (chance 2⁻³²) is drawn again.
    pub(crate) fn create(random: &dyn Random) -> Result<Self, KeyFault> {
        let mut tries = 0;
        loop {
            let mut scalar = [0; 32];
            random.fill(&mut scalar);
            match Self::read(p256_pkcs8(&scalar)) {
                Err(_) if tries < 8 => tries += 1,
                result => return result,
            }
        }
    }

    pub(crate) fn read(pkcs8: Vec<u8>) -> Result<Self, KeyFault> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8)?;
        Ok(Self { pkcs8, pair })
    }

    /// ECDSA with SHA-256, DER. The nonce comes from the library's own generator: it is no parameter, because a
    /// foreseeable one would give the key away.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        signature.expect("signing with a valid key fails only when memory does").as_ref().to_vec()
    }

    pub(crate) fn for_certificates(&self) -> Result<rcgen::KeyPair, rcgen::Error> {
        rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&self.pkcs8.as_slice().into(), &rcgen::PKCS_ECDSA_P256_SHA256)
    }
}

/// PKCS #8 (RFC 5958) around an EC private key (RFC 5915) without the public key.
fn p256_pkcs8(scalar: &[u8; 32]) -> Vec<u8> {
    let algorithm = element(asn1::SEQUENCE, &[&oid(asn1::EC_PUBLIC_KEY), &oid(asn1::P_256)]);
    let one = element(asn1::INTEGER, &[&[1]]);
    let private = element(asn1::SEQUENCE, &[&one, &element(asn1::OCTET_STRING, &[scalar])]);
    let zero = element(asn1::INTEGER, &[&[0]]);
    element(asn1::SEQUENCE, &[&zero, &algorithm, &element(asn1::OCTET_STRING, &[&private])])
}
