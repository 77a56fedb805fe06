//! A certificate authority for demonstrations and development, and the software cards it issues.
//!
//! A soft card answers as a real card behind its reader does: with a CMS over what it was asked to sign. Nothing
//! downstream can tell them apart except by the CA, which is the point: trust is a matter of configuration.

use const_oid::ObjectIdentifier;
use der::Decode;
use kernel::Random;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa, KeyUsagePurpose, PublicKeyData,
};
use time::{Duration, OffsetDateTime};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::asn1;
use crate::cms::CmsFault;
use crate::keys::{KeyFault, P256Key};
use crate::pem::{self, Block};
use crate::signer::{self, Digested};
use tlog::hash::{Hash, sha256};

/// Lifetime of the authority's own certificate.
const AUTHORITY_LIFETIME: Duration = Duration::days(20 * 365);
/// Lifetime of what it issues.
const CERTIFICATE_LIFETIME: Duration = Duration::days(10 * 365);
/// X.520 serialNumber.
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];

/// Whom a certificate is for.
#[derive(Clone, Copy, Debug)]
pub struct CertificateRequest<'a> {
    /// Common name: of the person on a card, of the agency on a document certificate.
    pub name: &'a str,
    /// Serial number attribute: the card's number, the agency's code. ASCII.
    pub serial_number: &'a str,
    /// Organization; empty for none.
    pub organization: &'a str,
}

/// The person a card is issued to.
pub type CardSubject<'a> = CertificateRequest<'a>;

/// What a certificate is issued for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    Authority,
    Card,
    Document,
}

/// A demonstration certificate authority: key and self-signed certificate.
pub struct Authority {
    key: P256Key,
    certificate: Vec<u8>,
}

impl Authority {
    /// Makes an authority of this name.
    ///
    /// # Errors
    /// If the name has characters X.509 does not take.
    pub fn create(random: &dyn Random, name: &str, now: OffsetDateTime) -> Result<Self, KeyFault> {
        let key = P256Key::create(random)?;
        let request = CertificateRequest { name, serial_number: "", organization: "" };
        let params = params(random, &request, Usage::Authority, now)?;
        let certificate = params.self_signed(&key.for_certificates()?)?.der().to_vec();
        Ok(Self { key, certificate })
    }

    /// Key and certificate as PEM text. Secret.
    pub fn to_pem(&self) -> String {
        pem::write(&[(pem::PRIVATE_KEY, &self.key.pkcs8), (pem::CERTIFICATE, &self.certificate)])
    }

    /// Reads what [`Authority::to_pem`] wrote.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let [Block::PrivateKey(key), Block::Certificate(certificate)] = &pem::read(text)?[..] else {
            return Err(KeyFault::Pem("a private key and a certificate are expected"));
        };
        Ok(Self { key: P256Key::of(key, certificate)?, certificate: certificate.clone() })
    }

    /// The authority's certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// SHA-256 of the authority's certificate: `card_ca` in a key statement.
    pub fn fingerprint(&self) -> Hash {
        sha256(&self.certificate)
    }

    /// Issues a card: a fresh key and a certificate for signatures.
    ///
    /// # Errors
    /// If a name has characters X.509 does not take.
    pub fn issue_card(
        &self,
        random: &dyn Random,
        subject: &CardSubject<'_>,
        now: OffsetDateTime,
    ) -> Result<SoftCard, KeyFault> {
        let key = P256Key::create(random)?;
        let certificate = self.issue(random, &key, subject, Usage::Card, now)?;
        Ok(SoftCard { key, certificate, ca: self.certificate.clone() })
    }

    /// Issues a certificate for a card whose key was made in it. `public` is the key as SubjectPublicKeyInfo, DER: P-256 or RSA.
    ///
    /// # Errors
    /// If the key is of another kind, or a name has characters X.509 does not take.
    pub fn certify_card(
        &self,
        random: &dyn Random,
        public: &[u8],
        subject: &CardSubject<'_>,
        now: OffsetDateTime,
    ) -> Result<Vec<u8>, KeyFault> {
        self.issue_for(random, &PublicKey::parse(public)?, subject, Usage::Card, now)
    }

    /// Issues the document certificate of an agency whose key was made in a token. `public` is the key as SubjectPublicKeyInfo, DER: P-256.
    ///
    /// # Errors
    /// As [`Authority::certify_card`].
    pub fn certify_document(
        &self,
        random: &dyn Random,
        public: &[u8],
        agency: &CertificateRequest<'_>,
        now: OffsetDateTime,
    ) -> Result<Vec<u8>, KeyFault> {
        self.issue_for(random, &PublicKey::parse(public)?, agency, Usage::Document, now)
    }

    /// Issues a certificate over a key.
    pub(crate) fn issue(
        &self,
        random: &dyn Random,
        key: &P256Key,
        subject: &CertificateRequest<'_>,
        usage: Usage,
        now: OffsetDateTime,
    ) -> Result<Vec<u8>, KeyFault> {
        self.issue_for(random, &key.for_certificates()?, subject, usage, now)
    }

    fn issue_for(
        &self,
        random: &dyn Random,
        key: &impl PublicKeyData,
        subject: &CertificateRequest<'_>,
        usage: Usage,
        now: OffsetDateTime,
    ) -> Result<Vec<u8>, KeyFault> {
        let own = crate::certificate::subject_of(&self.certificate)?;
        let request = CertificateRequest { name: &own.name, serial_number: "", organization: "" };
        let issuer_params = params(random, &request, Usage::Authority, now)?;
        let issuer = rcgen::Issuer::from_params(&issuer_params, self.key.for_certificates()?);
        let issued = params(random, subject, usage, now)?.signed_by(key, &issuer)?;
        Ok(issued.der().to_vec())
    }
}

/// A public key whose private key is elsewhere.
struct PublicKey {
    bits: Vec<u8>,
    algorithm: &'static rcgen::SignatureAlgorithm,
}

impl PublicKey {
    fn parse(info: &[u8]) -> Result<Self, KeyFault> {
        let unusable = |_| KeyFault::Unusable(CmsFault::Algorithm);
        let info = SubjectPublicKeyInfoOwned::from_der(info).map_err(unusable)?;
        let curve = info.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
        let algorithm = match info.algorithm.oid {
            asn1::EC_PUBLIC_KEY if curve == Some(asn1::P_256) => &rcgen::PKCS_ECDSA_P256_SHA256,
            asn1::RSA_ENCRYPTION => &rcgen::PKCS_RSA_SHA256,
            _ => return Err(KeyFault::Unusable(CmsFault::Algorithm)),
        };
        let bits = info.subject_public_key.as_bytes().ok_or(KeyFault::Unusable(CmsFault::Algorithm))?.to_vec();
        Ok(Self { bits, algorithm })
    }
}

impl PublicKeyData for PublicKey {
    fn der_bytes(&self) -> &[u8] {
        &self.bits
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        self.algorithm
    }
}

fn params(
    random: &dyn Random,
    subject: &CertificateRequest<'_>,
    usage: Usage,
    now: OffsetDateTime,
) -> Result<CertificateParams, KeyFault> {
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name(subject)?;
    params.serial_number = Some(serial_number(random));
    params.not_before = now;
    params.not_after = now + if usage == Usage::Authority { AUTHORITY_LIFETIME } else { CERTIFICATE_LIFETIME };
    params.is_ca =
        if usage == Usage::Authority { IsCa::Ca(BasicConstraints::Constrained(0)) } else { IsCa::ExplicitNoCa };
    params.key_usages = match usage {
        Usage::Authority => vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign],
        Usage::Card => vec![KeyUsagePurpose::DigitalSignature],
        Usage::Document => vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment],
    };
    params.use_authority_key_identifier_extension = usage != Usage::Authority;
    Ok(params)
}

fn distinguished_name(subject: &CertificateRequest<'_>) -> Result<DistinguishedName, KeyFault> {
    let printable = |text: &str| Ok::<_, KeyFault>(DnValue::PrintableString(text.try_into()?));
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, printable("TW")?);
    if !subject.organization.is_empty() {
        name.push(DnType::OrganizationName, subject.organization);
    }
    name.push(DnType::CommonName, subject.name);
    if !subject.serial_number.is_empty() {
        name.push(DnType::from_oid(&SERIAL_NUMBER), printable(subject.serial_number)?);
    }
    Ok(name)
}

/// 16 random bytes that read as a positive number without a zero in front.
fn serial_number(random: &dyn Random) -> rcgen::SerialNumber {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    bytes[0] = bytes[0] & 0x7f | 0x40;
    rcgen::SerialNumber::from_slice(&bytes)
}

/// A card in software, for demonstrations and tests.
pub struct SoftCard {
    key: P256Key,
    certificate: Vec<u8>,
    ca: Vec<u8>,
}

impl SoftCard {
    /// Signs `content` as a card does: a CMS with content-type, message-digest, signing-time and
    /// signing-certificate-v2 as signed attributes and the certificates of card and CA. `attached`: the CMS carries
    /// the content.
    pub fn sign(&self, content: &[u8], attached: bool, now: OffsetDateTime) -> Vec<u8> {
        let digested = if attached { Digested::Attached(content) } else { Digested::Detached(sha256(content)) };
        let own = |attributes: &[u8]| Ok::<_, CmsFault>(self.key.sign(attributes));
        let cms = signer::sign(&self.certificate, &[&self.ca], digested, Some(now), own);
        cms.expect("a card is assembled with its certificate")
    }

    /// The card's certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The CA's certificate, DER.
    pub fn authority(&self) -> &[u8] {
        &self.ca
    }

    /// Key, certificate and the CA's certificate as PEM text. Secret.
    pub fn to_pem(&self) -> String {
        pem::write(&[
            (pem::PRIVATE_KEY, &self.key.pkcs8),
            (pem::CERTIFICATE, &self.certificate),
            (pem::CERTIFICATE, &self.ca),
        ])
    }

    /// Reads what [`SoftCard::to_pem`] wrote.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let [Block::PrivateKey(key), Block::Certificate(own), Block::Certificate(ca)] = &pem::read(text)?[..] else {
            return Err(KeyFault::Pem("a private key and two certificates are expected"));
        };
        Ok(Self { key: P256Key::of(key, own)?, certificate: own.clone(), ca: ca.clone() })
    }
}

impl std::fmt::Debug for SoftCard {
    /// The key has no printable form.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SoftCard")
    }
}
