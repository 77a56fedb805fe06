//! X.509 certificates as far as signatures on orders need them: one certificate, issued directly by a trusted CA.
//!
//! Trust is given to the CA whose cards may sign, so there is no path to build. The rules are those of RFC 5280
//! for that one step; what this reader does not understand and is marked critical it refuses.

use aws_lc_rs::signature::{self, UnparsedPublicKey};
use const_oid::{AssociatedOid, ObjectIdentifier};
use der::{Decode, Encode};
use time::OffsetDateTime;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, SubjectKeyIdentifier};
use x509_cert::{Certificate as Parsed, Version};

use crate::asn1::{self, Der, NotDer};
use crate::cms::CmsFault;
use tlog::hash::{Hash, sha256};

/// Largest certificate read, in bytes.
pub const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// Critical extensions whose meaning is checked here, or that cannot widen what a certificate may do (policies,
/// alternative names, extended usage: a card's own usage is judged by key usage alone).
const UNDERSTOOD: [&str; 5] = ["2.5.29.19", "2.5.29.15", "2.5.29.32", "2.5.29.17", "2.5.29.37"];

/// Whom a certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Common name.
    pub name: String,
    /// The subject's serial number attribute: on cards the card holder's or the card's number.
    pub serial_number: Option<String>,
    /// Organization, if any.
    pub organization: Option<String>,
    /// SHA-256 of the certificate.
    pub fingerprint: Hash,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Last instant of validity.
    pub not_after: OffsetDateTime,
}

/// A certificate that was read, with the bytes its signature covers.
pub(crate) struct Certificate<'a> {
    pub(crate) der: &'a [u8],
    parsed: Parsed,
    signed: &'a [u8],
    signature: &'a [u8],
}

/// What a public key may be used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    P256,
    Rsa,
}

impl<'a> Certificate<'a> {
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, CmsFault> {
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(CmsFault::Malformed("certificate too large"));
        }
        let (signed, algorithm, signature) = split(der).map_err(|_| CmsFault::Malformed("certificate"))?;
        let parsed = Parsed::from_der(der).map_err(|_| CmsFault::Malformed("certificate"))?;
        let inner = parsed.tbs_certificate.signature.to_der().map_err(|_| CmsFault::Malformed("certificate"))?;
        if inner != algorithm {
            return Err(CmsFault::Malformed("certificate names two signature algorithms"));
        }
        let certificate = Self { der, parsed, signed, signature };
        certificate.check_form()?;
        Ok(certificate)
    }

    /// Version 3, and a serial number that is positive and at most 20 bytes (RFC 5280, 4.1.2.2).
    fn check_form(&self) -> Result<(), CmsFault> {
        let tbs = &self.parsed.tbs_certificate;
        let serial = tbs.serial_number.as_bytes();
        // A positive number may need one zero byte in front.
        let digits = serial.strip_prefix(&[0]).unwrap_or(serial);
        if tbs.version != Version::V3 {
            return Err(CmsFault::Malformed("certificate is not version 3"));
        }
        if digits.is_empty() || digits.len() > 20 || serial[0] & 0x80 != 0 {
            return Err(CmsFault::SerialNumber);
        }
        let extensions = tbs.extensions.as_deref().unwrap_or_default();
        let understood = |oid: &ObjectIdentifier| UNDERSTOOD.contains(&oid.to_string().as_str());
        if extensions.iter().any(|extension| extension.critical && !understood(&extension.extn_id)) {
            return Err(CmsFault::CriticalExtension);
        }
        Ok(())
    }

    pub(crate) fn fingerprint(&self) -> Hash {
        sha256(self.der)
    }

    pub(crate) fn serial(&self) -> &[u8] {
        self.parsed.tbs_certificate.serial_number.as_bytes()
    }

    pub(crate) fn issuer(&self) -> Vec<u8> {
        self.parsed.tbs_certificate.issuer.to_der().expect("a name that was read can be written")
    }

    pub(crate) fn subject_name(&self) -> Vec<u8> {
        self.parsed.tbs_certificate.subject.to_der().expect("a name that was read can be written")
    }

    /// The subject key identifier, if the certificate has one.
    pub(crate) fn subject_key(&self) -> Option<Vec<u8>> {
        let found = self.extension::<SubjectKeyIdentifier>().ok().flatten()?;
        Some(found.0.as_bytes().to_vec())
    }

    pub(crate) fn key_kind(&self) -> Result<KeyKind, CmsFault> {
        let algorithm = &self.parsed.tbs_certificate.subject_public_key_info.algorithm;
        let curve = algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
        match algorithm.oid {
            asn1::EC_PUBLIC_KEY if curve == Some(asn1::P_256) => Ok(KeyKind::P256),
            asn1::RSA_ENCRYPTION => Ok(KeyKind::Rsa),
            _ => Err(CmsFault::Algorithm),
        }
    }

    /// Checks a SHA-256 signature by this certificate's key (P-256, or RSA of 2048 to 8192 bits with PKCS #1 v1.5).
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), CmsFault> {
        let algorithm: &dyn signature::VerificationAlgorithm = match self.key_kind()? {
            KeyKind::P256 => &signature::ECDSA_P256_SHA256_ASN1,
            KeyKind::Rsa => &signature::RSA_PKCS1_2048_8192_SHA256,
        };
        let key = &self.parsed.tbs_certificate.subject_public_key_info.subject_public_key;
        let key = key.as_bytes().ok_or(CmsFault::Malformed("public key"))?;
        let key = UnparsedPublicKey::new(algorithm, key);
        key.verify(message, signature).map_err(|_| CmsFault::Signature)
    }

    pub(crate) fn check_valid_at(&self, at: OffsetDateTime) -> Result<(), CmsFault> {
        let validity = &self.parsed.tbs_certificate.validity;
        if at < instant(validity.not_before) || at > instant(validity.not_after) {
            return Err(CmsFault::Expired);
        }
        Ok(())
    }

    fn extension<'b, T: Decode<'b> + AssociatedOid>(&'b self) -> Result<Option<T>, CmsFault> {
        let found = self.parsed.tbs_certificate.get::<T>().map_err(|_| CmsFault::Malformed("extension"))?;
        Ok(found.map(|(_, extension)| extension))
    }

    /// May this certificate sign statements of a person or agency? Not a CA, and key usage says digital signature or
    /// non-repudiation.
    pub(crate) fn check_may_sign(&self) -> Result<(), CmsFault> {
        if self.extension::<BasicConstraints>()?.is_some_and(|basic| basic.ca) {
            return Err(CmsFault::Usage);
        }
        let usage = self.extension::<KeyUsage>()?.ok_or(CmsFault::Usage)?;
        if usage.digital_signature() || usage.non_repudiation() { Ok(()) } else { Err(CmsFault::Usage) }
    }

    fn check_may_issue(&self) -> Result<(), CmsFault> {
        let basic = self.extension::<BasicConstraints>()?;
        let usage = self.extension::<KeyUsage>()?;
        if basic.is_some_and(|basic| basic.ca) && usage.is_none_or(|usage| usage.key_cert_sign()) {
            Ok(())
        } else {
            Err(CmsFault::Issuer)
        }
    }

    /// Was this certificate issued by `ca`, and are both valid at `at`?
    pub(crate) fn check_issued_by(&self, ca: &Certificate<'_>, at: OffsetDateTime) -> Result<(), CmsFault> {
        if self.issuer() != ca.subject_name() {
            return Err(CmsFault::Issuer);
        }
        let algorithm = match ca.key_kind()? {
            KeyKind::P256 => asn1::ECDSA_SHA_256,
            KeyKind::Rsa => asn1::RSA_SHA_256,
        };
        if self.parsed.signature_algorithm.oid != algorithm {
            return Err(CmsFault::Algorithm);
        }
        ca.check_may_issue()?;
        ca.verify(self.signed, self.signature).map_err(|_| CmsFault::Issuer)?;
        ca.check_valid_at(at)?;
        self.check_valid_at(at)
    }

    pub(crate) fn subject(&self) -> Subject {
        Subject {
            name: self.attribute(COMMON_NAME).unwrap_or_default(),
            serial_number: self.attribute(SERIAL_NUMBER),
            organization: self.attribute(ORGANIZATION),
            fingerprint: self.fingerprint(),
            der: self.der.to_vec(),
            not_after: instant(self.parsed.tbs_certificate.validity.not_after),
        }
    }

    /// The last value of an attribute of the subject, if it is in one of the UTF-8 compatible string types.
    fn attribute(&self, oid: ObjectIdentifier) -> Option<String> {
        let mut names = self.parsed.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
        let value = names.rfind(|attribute| attribute.oid == oid)?;
        std::str::from_utf8(value.value.value()).ok().map(str::to_owned)
    }
}

/// A certificate in its three parts: the signed bytes, the algorithm, the signature.
type Split<'a> = (&'a [u8], &'a [u8], &'a [u8]);

fn split(der: &[u8]) -> Result<Split<'_>, NotDer> {
    let mut parts: Der<'_> = asn1::only(der, asn1::SEQUENCE)?;
    let signed = parts.raw(asn1::SEQUENCE)?;
    let algorithm = parts.raw(asn1::SEQUENCE)?;
    let signature = parts.bits()?;
    parts.done()?;
    Ok((signed, algorithm, signature))
}

fn instant(time: x509_cert::time::Time) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + time.to_unix_duration()
}

/// Reads whom a certificate names, without judging who issued it.
///
/// # Errors
/// If the bytes are not one X.509 certificate in DER.
pub fn subject_of(der: &[u8]) -> Result<Subject, CmsFault> {
    Ok(Certificate::parse(der)?.subject())
}
