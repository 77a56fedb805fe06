//! The keys of an issuing authority and the signature that lets an event into the register in its name
//! (docs/verification.md, section 2).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
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
    /// The address of a key in a token is none, or tokens are not used here.
    #[error("the key in a token: {0}")]
    Address(String),
    /// A key in a token does not sign.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
}

/// The token that has the agency's key is away, or does not take its PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token with the agency's key does not sign")]
pub struct Unsigned;

/// A key that is kept elsewhere, such as in a token, and signs there.
pub trait KeyElsewhere: Send + Sync {
    /// The Ed25519 signature over the message (RFC 8032); `None` if the key cannot be reached.
    fn sign_ed25519(&self, message: &[u8]) -> Option<Signature>;
    /// The ECDSA signature with P-256 and SHA-256 over the message, DER; `None` if the key cannot be reached.
    fn sign_p256(&self, message: &[u8]) -> Option<Vec<u8>>;
}

/// A key kept elsewhere and its address there (RFC 7512).
pub struct Addressed {
    /// Where it is.
    pub address: String,
    /// What signs.
    pub key: Box<dyn KeyElsewhere>,
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
    seal: SealKey,
    public: [u8; 32],
    document: DocumentKey,
}

enum SealKey {
    Here { seed: [u8; 32], pair: Ed25519KeyPair },
    Elsewhere(Addressed),
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
        Self::assemble(seed, DocumentKey { signer: DocumentSigner::Here(document), certificate })
    }

    /// The keys of an agency that keeps them elsewhere: the seal key with its raw public key, the document key with its certificate (DER).
    ///
    /// # Errors
    /// If the certificate is none.
    pub fn elsewhere(
        seal: Addressed,
        public: [u8; 32],
        document: Addressed,
        certificate: Vec<u8>,
    ) -> Result<Self, KeyFault> {
        crate::certificate::Certificate::parse(&certificate)?;
        let document = DocumentKey { signer: DocumentSigner::Elsewhere(document), certificate };
        Ok(Self { seal: SealKey::Elsewhere(seal), public, document })
    }

    fn assemble(seed: [u8; 32], document: DocumentKey) -> Result<Self, KeyFault> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed)?;
        let public = pair.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes");
        Ok(Self { seal: SealKey::Here { seed, pair }, public, document })
    }

    /// The keys as text. Kept here: PEM with PRIVATE KEY (Ed25519, PKCS #8), PRIVATE KEY (P-256, PKCS #8), CERTIFICATE, and secret.
    /// Kept elsewhere: a line each with the address of the seal key, its raw public key (base64url) and the address of the document key,
    /// then CERTIFICATE.
    pub fn to_text(&self) -> String {
        let certificate = (pem::CERTIFICATE, self.document.certificate.as_slice());
        match (&self.seal, &self.document.signer) {
            (SealKey::Here { seed, .. }, DocumentSigner::Here(document)) => {
                let seal = [&ED25519_PKCS8[..], seed].concat();
                pem::write(&[(pem::PRIVATE_KEY, &seal), (pem::PRIVATE_KEY, &document.pkcs8), certificate])
            }
            (SealKey::Elsewhere(seal), DocumentSigner::Elsewhere(document)) => {
                let public = URL_SAFE_NO_PAD.encode(self.public);
                let lines = [&seal.address, &public, &document.address].map(|line| format!("{line}\n"));
                lines.concat() + &pem::write(&[certificate])
            }
            _ => unreachable!("both keys are here, or both are elsewhere"),
        }
    }

    /// Reads what [`AgencyKeys::to_text`] wrote. `open` finds a key by its address; nothing is asked of it yet.
    ///
    /// # Errors
    /// If the text is anything else, or `open` refuses an address.
    pub fn from_text(
        text: &str,
        open: impl Fn(&str) -> Result<Box<dyn KeyElsewhere>, String>,
    ) -> Result<Self, KeyFault> {
        if text.starts_with("-----BEGIN") {
            return Self::from_pem(text);
        }
        let mut parts = text.splitn(4, '\n');
        let (Some(seal), Some(public), Some(document), Some(rest)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyFault::Pem("two private keys and a certificate are expected"));
        };
        let [Block::Certificate(certificate)] = &pem::read(rest)?[..] else {
            return Err(KeyFault::Pem("addresses are followed by a certificate"));
        };
        let public = URL_SAFE_NO_PAD.decode(public).ok().and_then(|public| public.try_into().ok());
        let public = public.ok_or(KeyFault::Pem("the second line is not an Ed25519 public key"))?;
        let addressed = |address: &str| {
            let key = open(address).map_err(KeyFault::Address)?;
            Ok::<_, KeyFault>(Addressed { address: address.to_owned(), key })
        };
        Self::elsewhere(addressed(seal)?, public, addressed(document)?, certificate.clone())
    }

    fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let blocks = pem::read(text)?;
        let [Block::PrivateKey(seal), Block::PrivateKey(document), Block::Certificate(certificate)] = &blocks[..]
        else {
            return Err(KeyFault::Pem("two private keys and a certificate are expected"));
        };
        let seed = seal.strip_prefix(&ED25519_PKCS8).and_then(|seed| seed.try_into().ok());
        let seed = seed.ok_or(KeyFault::Pem("the first key is not an Ed25519 key"))?;
        let signer = DocumentSigner::Here(P256Key::of(document, certificate)?);
        Self::assemble(seed, DocumentKey { signer, certificate: certificate.clone() })
    }

    /// The addresses of seal key and document key, where they are kept elsewhere.
    pub fn addresses(&self) -> Option<[&str; 2]> {
        match (&self.seal, &self.document.signer) {
            (SealKey::Elsewhere(seal), DocumentSigner::Elsewhere(document)) => Some([&seal.address, &document.address]),
            _ => None,
        }
    }

    /// Lets both keys sign something that is nothing.
    ///
    /// # Errors
    /// If one is elsewhere and cannot be reached, or is not the one that is named.
    pub fn try_out(&self) -> Result<(), Unsigned> {
        self.sign(b"pair")?;
        self.document.sign(b"pair").map(drop)
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
    ///
    /// # Errors
    /// If the key is elsewhere and cannot be reached.
    pub fn sign_statement(&self, statement: &Statement, id: Id) -> Result<(Event, EventSignature), Unsigned> {
        let event =
            Event { kind: Kind::Key, issuer: statement.issuer, id, commitment: statement.commitment(), prev: ZERO };
        Ok((event, self.sign_event(&event)?))
    }

    /// Signs bytes with the seal key.
    ///
    /// # Errors
    /// If the key is elsewhere and cannot be reached, or another key answers in its place.
    pub fn sign(&self, bytes: &[u8]) -> Result<Signature, Unsigned> {
        match &self.seal {
            SealKey::Here { pair, .. } => {
                Ok(pair.sign(bytes).as_ref().try_into().expect("an Ed25519 signature has 64 bytes"))
            }
            SealKey::Elsewhere(seal) => {
                let signature = seal.key.sign_ed25519(bytes).ok_or(Unsigned)?;
                if ed25519_verify(&self.public, bytes, &signature) { Ok(signature) } else { Err(Unsigned) }
            }
        }
    }

    /// Signs an event in the agency's name.
    ///
    /// # Errors
    /// As [`AgencyKeys::sign`].
    pub fn sign_event(&self, event: &Event) -> Result<EventSignature, Unsigned> {
        let signature = self.sign(&event.signed_bytes())?;
        Ok(EventSignature { signature, auth: auth(&signature, &self.public) })
    }
}

impl std::fmt::Debug for AgencyKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AgencyKeys(‹redacted›)")
    }
}

/// A P-256 key with its certificate.
pub struct DocumentKey {
    signer: DocumentSigner,
    pub(crate) certificate: Vec<u8>,
}

enum DocumentSigner {
    Here(P256Key),
    Elsewhere(Addressed),
}

impl DocumentKey {
    /// ECDSA with SHA-256, DER.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unsigned> {
        match &self.signer {
            DocumentSigner::Here(key) => Ok(key.sign(message)),
            DocumentSigner::Elsewhere(document) => {
                let signature = document.key.sign_p256(message).ok_or(Unsigned)?;
                let certificate = crate::certificate::Certificate::parse(&self.certificate).map_err(|_| Unsigned)?;
                // Another key under the same address would make papers that nobody can check.
                certificate.verify(message, &signature).map_err(|_| Unsigned)?;
                Ok(signature)
            }
        }
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

    /// The key that goes with a certificate.
    pub(crate) fn of(pkcs8: &[u8], certificate: &[u8]) -> Result<Self, KeyFault> {
        let key = Self::read(pkcs8.to_vec())?;
        // The pair belongs together if the certificate verifies what the key signs.
        crate::certificate::Certificate::parse(certificate)?.verify(b"pair", &key.sign(b"pair"))?;
        Ok(key)
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
