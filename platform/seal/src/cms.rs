//! Signatures in CMS (RFC 5652): what a card answers, what an approval is, what a PDF carries.
//!
//! One strict profile for all three: one signer, SHA-256, signed attributes, no unsigned attributes, no revocation
//! lists, no nested content, nothing after the end. Every byte is either covered by a signature or fixed by this
//! reader, so no byte can be changed without notice.

use const_oid::ObjectIdentifier;
use kernel::Text;
use time::OffsetDateTime;

use crate::asn1::{self, Der, NotDer};
use crate::card::certificate::read_time;
use crate::certificate::{Certificate, KeyKind, Subject};
use tlog::hash::{Hash, sha256};

/// Largest CMS read, in bytes, content included.
pub const CMS_BYTES_MAX: usize = 64 * 1024;
/// Most certificates read in one CMS.
pub const CERTIFICATES_MAX: usize = 8;

/// Why a CMS does not prove what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CmsFault {
    /// The bytes are not a CMS SignedData in DER as this profile has it.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// SHA-1, a short key, another curve or digest.
    #[error("an algorithm is used that is not accepted")]
    Algorithm,
    /// An RSA key signed what only P-256 may sign: an approval.
    #[error("an RSA key signed; here only P-256 is accepted")]
    RsaKey,
    /// A signed attribute is missing, doubled or says something else.
    #[error("a signed attribute is missing or wrong")]
    Attributes,
    /// The content is not what was signed.
    #[error("the content is not what was signed")]
    Content,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
    /// The signer's certificate is not in the CMS, or is not the one the signature names.
    #[error("the signer's certificate is missing or another one")]
    Signer,
    /// A certificate's serial number is negative, zero or longer than 20 bytes.
    #[error("a certificate has an impossible serial number")]
    SerialNumber,
    /// A certificate has a critical extension this reader does not know.
    #[error("a certificate has an unknown critical extension")]
    CriticalExtension,
    /// The certificate was not issued by a trusted CA.
    #[error("the certificate was not issued by a trusted authority")]
    Issuer,
    /// The certificate was not valid at the time in question.
    #[error("the certificate was not valid at that time")]
    Expired,
    /// The certificate may not be used for signatures.
    #[error("the certificate may not be used for signatures")]
    Usage,
}

impl CmsFault {
    /// The reason in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Malformed(_) => "簽章資料格式不正確",
            Self::Algorithm => "簽章使用了不被接受的演算法",
            Self::RsaKey => "簽章使用RSA金鑰，此處僅接受P-256",
            Self::Attributes => "簽章屬性缺漏或不正確",
            Self::Content => "內容與簽署時不同",
            Self::Signature => "簽章驗證不符",
            Self::Signer => "簽署者憑證缺漏或不符",
            Self::SerialNumber => "憑證序號不合規定",
            Self::CriticalExtension => "憑證含有無法辨識的必要擴充欄位",
            Self::Issuer => "憑證不是由受信任的憑證機構簽發",
            Self::Expired => "憑證在該時點不在有效期間內",
            Self::Usage => "憑證的用途不包含簽章",
        };
        Text::new(zh, self.to_string())
    }
}

impl From<NotDer> for CmsFault {
    fn from(_: NotDer) -> Self {
        Self::Malformed("not DER, or parts missing or too many")
    }
}

/// The CAs whose certificates are believed.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    certificates: Vec<Vec<u8>>,
    fingerprints: Vec<Hash>,
}

impl Trust {
    /// Trusts these CA certificates (DER).
    pub fn certificates(certificates: Vec<Vec<u8>>) -> Self {
        Self { fingerprints: certificates.iter().map(|der| sha256(der)).collect(), certificates }
    }

    /// Trusts the CA whose certificate has this SHA-256; the certificate itself must then be in the CMS.
    pub fn fingerprint(fingerprint: Hash) -> Self {
        Self { certificates: Vec::new(), fingerprints: vec![fingerprint] }
    }
}

/// A statement that was truly signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// What was signed.
    pub content: Vec<u8>,
    /// Who signed.
    pub certificate: Subject,
    /// SHA-256 of the certificate of the CA that issued the signer's.
    pub ca: Hash,
    /// When the signer says to have signed, if it does.
    pub signing_time: Option<OffsetDateTime>,
}

/// Verifies a CMS that carries its content, at the time `at`, against the trusted CAs.
///
/// # Errors
/// The first reason why it proves nothing.
pub fn verify_attached(cms: &[u8], trust: &Trust, at: OffsetDateTime) -> Result<Signed, CmsFault> {
    let parts = Parts::read(cms)?;
    let content = parts.content.ok_or(CmsFault::Content)?;
    parts.verify_chain(content, trust, at)
}

/// Verifies a CMS that carries its content and of which no byte can be changed: P-256, and only the certificates of
/// the signer and of the trusted CA in it.
///
/// # Errors
/// The first reason why it proves nothing.
pub fn verify_unchangeable(cms: &[u8], ca: Hash, at: OffsetDateTime) -> Result<Signed, CmsFault> {
    let parts = Parts::read(cms)?;
    parts.check_unchangeable()?;
    let content = parts.content.ok_or(CmsFault::Content)?;
    parts.verify_chain(content, &Trust::fingerprint(ca), at)
}

/// Verifies a CMS over `content` that does not carry it.
///
/// # Errors
/// The first reason why it proves nothing.
pub fn verify_detached(cms: &[u8], content: &[u8], trust: &Trust, at: OffsetDateTime) -> Result<Signed, CmsFault> {
    let parts = Parts::read(cms)?;
    if parts.content.is_some() {
        return Err(CmsFault::Content);
    }
    parts.verify_chain(content, trust, at)
}

/// The parts of a SignedData with one signer.
pub(crate) struct Parts<'a> {
    pub(crate) content: Option<&'a [u8]>,
    pub(crate) certificates: Vec<Certificate<'a>>,
    signer: SignerIdentifier<'a>,
    /// And whether it has NULL parameters.
    signature_algorithm: (ObjectIdentifier, bool),
    /// Signed attributes as received, header `[0]` included.
    signed_attributes: &'a [u8],
    signature: &'a [u8],
}

#[derive(PartialEq, Eq)]
enum SignerIdentifier<'a> {
    IssuerAndSerial(&'a [u8], &'a [u8]),
    SubjectKey(&'a [u8]),
}

/// What the signed attributes say.
pub(crate) struct Attributes {
    pub(crate) digest: Hash,
    pub(crate) signing_time: Option<OffsetDateTime>,
    pub(crate) signing_certificate: Option<Hash>,
    pub(crate) count: usize,
}

impl<'a> Parts<'a> {
    pub(crate) fn read(cms: &'a [u8]) -> Result<Self, CmsFault> {
        if cms.len() > CMS_BYTES_MAX {
            return Err(CmsFault::Malformed("too large"));
        }
        let mut info = asn1::only(cms, asn1::SEQUENCE)?;
        if info.oid()? != asn1::ID_SIGNED_DATA {
            return Err(CmsFault::Malformed("not signed data"));
        }
        let mut explicit = info.inside(asn1::CONTEXT_0)?;
        info.done()?;
        let mut data = explicit.inside(asn1::SEQUENCE)?;
        explicit.done()?;
        let version = data.small()?;
        let mut digests = data.inside(asn1::SET)?;
        read_sha_256(&mut digests)?;
        digests.done()?;
        let content = read_content(data.inside(asn1::SEQUENCE)?)?;
        let certificates = read_certificates(data.inside(asn1::CONTEXT_0)?)?;
        let mut signers = data.inside(asn1::SET)?;
        data.done()?;
        let signer = signers.inside(asn1::SEQUENCE)?;
        signers.done()?;
        Self::read_signer(signer, version, content, certificates)
    }

    fn read_signer(
        mut signer: Der<'a>,
        data_version: u8,
        content: Option<&'a [u8]>,
        certificates: Vec<Certificate<'a>>,
    ) -> Result<Self, CmsFault> {
        let version = signer.small()?;
        let identifier = read_signer_identifier(&mut signer)?;
        // RFC 5652, 5.1 and 5.3: both versions follow from how the signer is named.
        let expected = if matches!(identifier, SignerIdentifier::SubjectKey(_)) { 3 } else { 1 };
        if version != expected || data_version != expected {
            return Err(CmsFault::Malformed("version"));
        }
        read_sha_256(&mut signer)?;
        let signed_attributes = signer.raw(asn1::CONTEXT_0).map_err(|_| CmsFault::Attributes)?;
        let mut algorithm = signer.inside(asn1::SEQUENCE)?;
        let signature_algorithm = (algorithm.oid()?, read_parameters(&mut algorithm)?);
        let signature = signer.value(asn1::OCTET_STRING)?;
        // Whatever follows would be unsigned attributes.
        signer.done()?;
        Ok(Self { content, certificates, signer: identifier, signature_algorithm, signed_attributes, signature })
    }

    /// The certificate the signer names.
    pub(crate) fn signer(&self) -> Result<&Certificate<'a>, CmsFault> {
        let named = |certificate: &&Certificate<'a>| match self.signer {
            SignerIdentifier::IssuerAndSerial(issuer, serial) => {
                certificate.issuer() == issuer && certificate.serial() == serial
            }
            SignerIdentifier::SubjectKey(key) => certificate.subject_key() == Some(key.to_vec()),
        };
        self.certificates.iter().find(named).ok_or(CmsFault::Signer)
    }

    /// Checks the digest of the content, the signature over the attributes, and that they name the signer.
    pub(crate) fn verify(&self, content_digest: &Hash) -> Result<Attributes, CmsFault> {
        let signer = self.signer()?;
        let accepted = match (signer.key_kind()?, self.signature_algorithm) {
            (KeyKind::P256, (oid, null)) => !null && oid == asn1::ECDSA_SHA_256,
            (KeyKind::Rsa, (oid, null)) => null && (oid == asn1::RSA_SHA_256 || oid == asn1::RSA_ENCRYPTION),
        };
        if !accepted {
            return Err(CmsFault::Algorithm);
        }
        let attributes = read_attributes(self.signed_attributes)?;
        if attributes.digest != *content_digest {
            return Err(CmsFault::Content);
        }
        // The signature is over the attributes with the tag of a SET (RFC 5652, 5.4), otherwise as received.
        let mut signed = self.signed_attributes.to_vec();
        signed[0] = asn1::SET;
        signer.verify(&signed, self.signature)?;
        if attributes.signing_certificate.is_some_and(|named| named != signer.fingerprint()) {
            return Err(CmsFault::Signer);
        }
        Ok(attributes)
    }

    /// What is checked beyond any CMS where the file itself must be unchangeable: P-256 (RSA has two names for one
    /// signature), and no certificate besides the signer's and the CA's, because nothing would bind it.
    fn check_unchangeable(&self) -> Result<(), CmsFault> {
        match self.signer()?.key_kind()? {
            KeyKind::Rsa => Err(CmsFault::RsaKey),
            KeyKind::P256 if self.certificates.len() == 2 => Ok(()),
            KeyKind::P256 => Err(CmsFault::Malformed("other certificates than those of signer and authority")),
        }
    }

    fn verify_chain(&self, content: &[u8], trust: &Trust, at: OffsetDateTime) -> Result<Signed, CmsFault> {
        let attributes = self.verify(&sha256(content))?;
        let signer = self.signer()?;
        signer.check_may_sign()?;
        let ca = self.check_issued(signer, trust, at)?;
        Ok(Signed {
            content: content.to_vec(),
            certificate: signer.subject(),
            ca,
            signing_time: attributes.signing_time,
        })
    }

    /// The first trusted CA that issued the signer's certificate, or the reason why the last one tried did not.
    fn check_issued(&self, signer: &Certificate<'a>, trust: &Trust, at: OffsetDateTime) -> Result<Hash, CmsFault> {
        let mut fault = CmsFault::Issuer;
        let own = trust.certificates.iter().map(Vec::as_slice);
        for der in own.chain(self.certificates.iter().map(|certificate| certificate.der)) {
            let ca = Certificate::parse(der)?;
            if !trust.fingerprints.contains(&ca.fingerprint()) {
                continue;
            }
            match signer.check_issued_by(&ca, at) {
                Ok(()) => return Ok(ca.fingerprint()),
                Err(CmsFault::Issuer) => {}
                Err(other) => fault = other,
            }
        }
        Err(fault)
    }
}

/// Parameters of an algorithm: absent (false) or NULL (true); anything else is refused.
fn read_parameters(algorithm: &mut Der<'_>) -> Result<bool, CmsFault> {
    if algorithm.tag().is_none() {
        return Ok(false);
    }
    let parameters = algorithm.value(asn1::NULL).map_err(|_| CmsFault::Algorithm)?;
    algorithm.done()?;
    if parameters.is_empty() { Ok(true) } else { Err(CmsFault::Algorithm) }
}

fn read_sha_256(reader: &mut Der<'_>) -> Result<(), CmsFault> {
    let mut algorithm = reader.inside(asn1::SEQUENCE)?;
    if algorithm.oid()? != asn1::SHA_256 {
        return Err(CmsFault::Algorithm);
    }
    read_parameters(&mut algorithm)?;
    Ok(())
}

fn read_content(mut encapsulated: Der<'_>) -> Result<Option<&[u8]>, CmsFault> {
    if encapsulated.oid()? != asn1::ID_DATA {
        return Err(CmsFault::Malformed("the content is not plain data"));
    }
    if encapsulated.tag().is_none() {
        return Ok(None);
    }
    let mut explicit = encapsulated.inside(asn1::CONTEXT_0)?;
    encapsulated.done()?;
    let content = explicit.value(asn1::OCTET_STRING)?;
    explicit.done()?;
    Ok(Some(content))
}

fn read_certificates(mut set: Der<'_>) -> Result<Vec<Certificate<'_>>, CmsFault> {
    let mut certificates = Vec::new();
    while set.tag().is_some() {
        if certificates.len() == CERTIFICATES_MAX {
            return Err(CmsFault::Malformed("too many certificates"));
        }
        certificates.push(Certificate::parse(set.raw(asn1::SEQUENCE)?)?);
    }
    Ok(certificates)
}

fn read_signer_identifier<'a>(signer: &mut Der<'a>) -> Result<SignerIdentifier<'a>, CmsFault> {
    if signer.tag() == Some(0x80) {
        return Ok(SignerIdentifier::SubjectKey(signer.value(0x80)?));
    }
    let mut named = signer.inside(asn1::SEQUENCE)?;
    let identifier = SignerIdentifier::IssuerAndSerial(named.raw(asn1::SEQUENCE)?, named.value(asn1::INTEGER)?);
    named.done()?;
    Ok(identifier)
}

/// Reads signed attributes as received, header `[0]` included: content-type and message-digest must be there, none may stand twice.
pub(crate) fn read_attributes(raw: &[u8]) -> Result<Attributes, CmsFault> {
    let mut all = asn1::only(raw, asn1::CONTEXT_0)?;
    let mut seen: Vec<ObjectIdentifier> = Vec::new();
    let (mut content_type, mut digest, mut signing_time, mut signing_certificate) = (false, None, None, None);
    while all.tag().is_some() {
        let mut attribute = all.inside(asn1::SEQUENCE)?;
        let oid = attribute.oid()?;
        let mut values = attribute.inside(asn1::SET)?;
        attribute.done()?;
        if seen.contains(&oid) {
            return Err(CmsFault::Attributes);
        }
        seen.push(oid);
        match oid {
            asn1::CONTENT_TYPE => content_type = values.oid()? == asn1::ID_DATA,
            asn1::MESSAGE_DIGEST => digest = Hash::try_from(values.value(asn1::OCTET_STRING)?).ok(),
            asn1::SIGNING_TIME => {
                signing_time = Some(read_time(&mut values).map_err(|_| CmsFault::Attributes)?);
            }
            asn1::SIGNING_CERTIFICATE_V2 => signing_certificate = Some(read_signing_certificate(&mut values)?),
            // Other attributes are covered by the signature and say nothing this profile relies on.
            _ => continue,
        }
        values.done()?;
    }
    let digest = digest.filter(|_| content_type).ok_or(CmsFault::Attributes)?;
    Ok(Attributes { digest, signing_time, signing_certificate, count: seen.len() })
}

/// The hash of the first certificate that signing-certificate-v2 names (RFC 5035): SHA-256, the default.
fn read_signing_certificate(values: &mut Der<'_>) -> Result<Hash, CmsFault> {
    let mut signing = values.inside(asn1::SEQUENCE)?;
    let mut first = signing.inside(asn1::SEQUENCE)?.inside(asn1::SEQUENCE)?;
    if first.tag() == Some(asn1::SEQUENCE) {
        read_sha_256(&mut first)?;
    }
    Hash::try_from(first.value(asn1::OCTET_STRING)?).map_err(|_| CmsFault::Attributes)
}
