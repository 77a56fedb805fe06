//! A certificate taken apart element by element, so that each thing that is wrong with it can be named.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use const_oid::ObjectIdentifier;
use der::Decode;
use der::asn1::{GeneralizedTime, UtcTime};
use time::OffsetDateTime;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

use super::CardFault;
use crate::asn1::{self, Der, NotDer};
use crate::certificate::CERTIFICATE_BYTES_MAX;

const fn known(oid: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(oid)
}

const SUBJECT_DIRECTORY: ObjectIdentifier = known("2.5.29.9");
const SUBJECT_KEY: ObjectIdentifier = known("2.5.29.14");
const KEY_USAGE: ObjectIdentifier = known("2.5.29.15");
const BASIC_CONSTRAINTS: ObjectIdentifier = known("2.5.29.19");
const CRL_POINTS: ObjectIdentifier = known("2.5.29.31");
const AUTHORITY_KEY: ObjectIdentifier = known("2.5.29.35");
const EXTENDED_USAGE: ObjectIdentifier = known("2.5.29.37");
/// Critical extensions that are checked here, or that cannot widen what a certificate may do (policies, alternative
/// names). Name and policy constraints are not: an authority that needs them is refused rather than half understood.
const UNDERSTOOD: [ObjectIdentifier; 5] =
    [BASIC_CONSTRAINTS, KEY_USAGE, known("2.5.29.32"), known("2.5.29.17"), EXTENDED_USAGE];

const WEAK: [ObjectIdentifier; 6] = [
    known("1.3.14.3.2.26"),
    known("1.2.840.113549.2.5"),
    known("1.2.840.113549.1.1.4"),
    known("1.2.840.113549.1.1.5"),
    known("1.3.14.3.2.29"),
    known("1.2.840.10045.4.1"),
];
const RSA_SHA_384: ObjectIdentifier = known("1.2.840.113549.1.1.12");
const RSA_SHA_512: ObjectIdentifier = known("1.2.840.113549.1.1.13");
pub(crate) const SHA_1: ObjectIdentifier = known("1.3.14.3.2.26");

impl From<NotDer> for CardFault {
    fn from(_: NotDer) -> Self {
        Self::Malformed("not DER, or parts missing or too many")
    }
}

/// A public key of an accepted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyKind {
    P256,
    Rsa,
}

/// A signature algorithm that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Ecdsa,
    Rsa256,
    Rsa384,
    Rsa512,
    /// RSA whose digest is named elsewhere (a SignerInfo may do so): SHA-256 here.
    RsaPlain,
}

impl Algorithm {
    /// Reads an AlgorithmIdentifier's content. Parameters must be absent or NULL.
    pub(crate) fn read(mut identifier: Der<'_>) -> Result<Self, CardFault> {
        let algorithm = match identifier.oid()? {
            asn1::ECDSA_SHA_256 => Self::Ecdsa,
            asn1::RSA_SHA_256 => Self::Rsa256,
            RSA_SHA_384 => Self::Rsa384,
            RSA_SHA_512 => Self::Rsa512,
            asn1::RSA_ENCRYPTION => Self::RsaPlain,
            oid if WEAK.contains(&oid) => return Err(CardFault::WeakDigest),
            _ => return Err(CardFault::Algorithm),
        };
        read_no_parameters(&mut identifier)?;
        Ok(algorithm)
    }
}

fn read_no_parameters(identifier: &mut Der<'_>) -> Result<(), CardFault> {
    if identifier.tag().is_some() && !identifier.value(asn1::NULL).is_ok_and(<[u8]>::is_empty) {
        return Err(CardFault::Algorithm);
    }
    Ok(identifier.done()?)
}

/// Reads a digest algorithm, which must be SHA-256.
pub(crate) fn read_sha_256(mut identifier: Der<'_>) -> Result<(), CardFault> {
    match identifier.oid()? {
        asn1::SHA_256 => read_no_parameters(&mut identifier),
        oid if WEAK.contains(&oid) => Err(CardFault::WeakDigest),
        _ => Err(CardFault::Algorithm),
    }
}

/// Reads a UTCTime or GeneralizedTime.
pub(crate) fn read_time(reader: &mut Der<'_>) -> Result<OffsetDateTime, NotDer> {
    let since = match reader.tag() {
        Some(0x17) => UtcTime::from_der(reader.raw(0x17)?).map(|time| time.to_unix_duration()),
        _ => GeneralizedTime::from_der(reader.raw(0x18)?).map(|time| time.to_unix_duration()),
    };
    Ok(OffsetDateTime::UNIX_EPOCH + since.map_err(|_| NotDer)?)
}

/// An extension as it stands in a certificate, a revocation list or an answer.
pub(crate) struct Extension<'a> {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) critical: bool,
    pub(crate) value: &'a [u8],
}

/// Reads the content of an Extensions; none may stand twice.
pub(crate) fn read_extensions(mut list: Der<'_>) -> Result<Vec<Extension<'_>>, NotDer> {
    let mut found: Vec<Extension<'_>> = Vec::new();
    while list.tag().is_some() {
        let mut one = list.inside(asn1::SEQUENCE)?;
        let oid = one.oid()?;
        // DEFAULT FALSE is never written in DER.
        let critical = one.tag() == Some(0x01);
        if critical && one.value(0x01)? != [0xff] {
            return Err(NotDer);
        }
        let value = one.value(asn1::OCTET_STRING)?;
        one.done()?;
        if found.iter().any(|other| other.oid == oid) {
            return Err(NotDer);
        }
        found.push(Extension { oid, critical, value });
    }
    Ok(found)
}

/// A certificate that was read.
pub(crate) struct CardCertificate<'a> {
    pub(crate) der: &'a [u8],
    pub(crate) serial: &'a [u8],
    /// Issuer and subject as encoded.
    pub(crate) issuer: &'a [u8],
    pub(crate) subject: &'a [u8],
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
    key: KeyKind,
    key_bits: &'a [u8],
    extensions: Vec<Extension<'a>>,
    signed: &'a [u8],
    algorithm: Algorithm,
    signature: &'a [u8],
}

impl<'a> CardCertificate<'a> {
    pub(crate) fn read(der: &'a [u8]) -> Result<Self, CardFault> {
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(CardFault::TooLarge);
        }
        let mut parts = asn1::only(der, asn1::SEQUENCE)?;
        let signed = parts.raw(asn1::SEQUENCE)?;
        let outer_algorithm = parts.raw(asn1::SEQUENCE)?;
        let signature = parts.bits()?;
        parts.done()?;
        let mut body = asn1::only(signed, asn1::SEQUENCE)?;
        if body.value(asn1::CONTEXT_0).ok() != Some(&[asn1::INTEGER, 1, 2]) {
            return Err(CardFault::Malformed("certificate is not version 3"));
        }
        let serial = read_serial(&mut body)?;
        if body.raw(asn1::SEQUENCE)? != outer_algorithm {
            return Err(CardFault::Malformed("certificate names two signature algorithms"));
        }
        let algorithm = Algorithm::read(asn1::only(outer_algorithm, asn1::SEQUENCE)?)?;
        let issuer = body.raw(asn1::SEQUENCE)?;
        let mut validity = body.inside(asn1::SEQUENCE)?;
        let (not_before, not_after) = (read_time(&mut validity)?, read_time(&mut validity)?);
        validity.done()?;
        let subject = body.raw(asn1::SEQUENCE)?;
        let (key, key_bits) = read_key(body.inside(asn1::SEQUENCE)?)?;
        let extensions = read_certificate_extensions(&mut body)?;
        body.done()?;
        if algorithm == Algorithm::RsaPlain {
            return Err(CardFault::Algorithm);
        }
        if extensions.iter().any(|extension| extension.critical && !UNDERSTOOD.contains(&extension.oid)) {
            return Err(CardFault::CriticalExtension);
        }
        Ok(Self {
            der,
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            key,
            key_bits,
            extensions,
            signed,
            algorithm,
            signature,
        })
    }

    fn extension(&self, oid: ObjectIdentifier) -> Option<&'a [u8]> {
        self.extensions.iter().find(|extension| extension.oid == oid).map(|extension| extension.value)
    }

    fn decoded<T: Decode<'a>>(&self, oid: ObjectIdentifier) -> Result<Option<T>, CardFault> {
        let read = |value| T::from_der(value).map_err(|_| CardFault::Malformed("extension"));
        self.extension(oid).map(read).transpose()
    }

    pub(crate) fn key_usage(&self) -> Result<Option<KeyUsage>, CardFault> {
        self.decoded(KEY_USAGE)
    }

    pub(crate) fn basic(&self) -> Result<Option<BasicConstraints>, CardFault> {
        self.decoded(BASIC_CONSTRAINTS)
    }

    pub(crate) fn extended_usage(&self) -> Result<Option<Vec<ObjectIdentifier>>, CardFault> {
        Ok(self.decoded::<ExtendedKeyUsage>(EXTENDED_USAGE)?.map(|usage| usage.0))
    }

    /// The key identifier of the subject, if the certificate has one.
    pub(crate) fn subject_key(&self) -> Option<&'a [u8]> {
        asn1::Der::new(self.extension(SUBJECT_KEY)?).ok()?.value(asn1::OCTET_STRING).ok()
    }

    /// Could `issuer` be the one whose key is meant, as far as both say?
    pub(crate) fn may_be_issued_by(&self, issuer: &CardCertificate<'_>) -> bool {
        let named = self.extension(AUTHORITY_KEY).and_then(|value| {
            let mut inside = asn1::only(value, asn1::SEQUENCE).ok()?;
            inside.value(0x80).ok()
        });
        let differ = matches!((named, issuer.subject_key()), (Some(named), Some(own)) if named != own);
        self.issuer == issuer.subject && !differ
    }

    /// Was the certificate signed with `issuer`'s key?
    pub(crate) fn is_signed_by(&self, issuer: &CardCertificate<'_>) -> Result<(), CardFault> {
        issuer.verify(self.algorithm, self.signed, self.signature)
    }

    pub(crate) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), CardFault> {
        let with: &dyn VerificationAlgorithm = match (self.key, algorithm) {
            (KeyKind::P256, Algorithm::Ecdsa) => &signature::ECDSA_P256_SHA256_ASN1,
            (KeyKind::Rsa, Algorithm::Rsa256 | Algorithm::RsaPlain) => &signature::RSA_PKCS1_2048_8192_SHA256,
            (KeyKind::Rsa, Algorithm::Rsa384) => &signature::RSA_PKCS1_2048_8192_SHA384,
            (KeyKind::Rsa, Algorithm::Rsa512) => &signature::RSA_PKCS1_2048_8192_SHA512,
            _ => return Err(CardFault::Algorithm),
        };
        let key = UnparsedPublicKey::new(with, self.key_bits);
        key.verify(message, signature).map_err(|_| CardFault::Signature)
    }

    pub(crate) fn check_valid_at(&self, at: OffsetDateTime) -> Result<(), CardFault> {
        match at {
            at if at < self.not_before => Err(CardFault::NotYetValid),
            at if at > self.not_after => Err(CardFault::Expired),
            _ => Ok(()),
        }
    }

    /// The digests of subject name and key by which OCSP names an issuer.
    pub(crate) fn name_and_key(&self, sha_1: bool) -> (Vec<u8>, Vec<u8>) {
        let with = if sha_1 { &SHA1_FOR_LEGACY_USE_ONLY } else { &SHA256 };
        let hash = |bytes| digest(with, bytes).as_ref().to_vec();
        (hash(self.subject), hash(self.key_bits))
    }

    /// The addresses at which the issuer says its list for this certificate is.
    pub(crate) fn crl_points(&self) -> Vec<String> {
        let Some(value) = self.extension(CRL_POINTS) else { return Vec::new() };
        let read = || {
            let mut found = Vec::new();
            let mut points = asn1::only(value, asn1::SEQUENCE)?;
            while points.tag().is_some() {
                found.extend(read_point(points.inside(asn1::SEQUENCE)?)?);
            }
            Ok::<_, NotDer>(found)
        };
        read().unwrap_or_default()
    }

    /// The text of an attribute in subjectDirectoryAttributes, if it is there once and is letters and digits.
    pub(crate) fn directory_attribute(&self, wanted: ObjectIdentifier) -> Option<String> {
        let mut attributes = asn1::only(self.extension(SUBJECT_DIRECTORY)?, asn1::SEQUENCE).ok()?;
        while attributes.tag().is_some() {
            let mut attribute = attributes.inside(asn1::SEQUENCE).ok()?;
            if attribute.oid().ok()? != wanted {
                continue;
            }
            let mut values = attribute.inside(asn1::SET).ok()?;
            // UTF8String, NumericString, PrintableString, IA5String; some write an OCTET STRING.
            let tag = values.tag().filter(|tag| [0x0c, 0x12, 0x13, 0x16, asn1::OCTET_STRING].contains(tag))?;
            let text = std::str::from_utf8(values.value(tag).ok()?).ok()?;
            values.done().ok()?;
            let plain = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            return plain.then(|| text.to_owned());
        }
        None
    }
}

/// The addresses of one DistributionPoint, or of the part of an IssuingDistributionPoint that names one.
pub(crate) fn read_point(mut point: Der<'_>) -> Result<Vec<String>, NotDer> {
    let mut found = Vec::new();
    if point.tag() != Some(asn1::CONTEXT_0) {
        return Ok(found);
    }
    let mut name = point.inside(asn1::CONTEXT_0)?;
    if name.tag() != Some(asn1::CONTEXT_0) {
        return Ok(found);
    }
    let mut names = name.inside(asn1::CONTEXT_0)?;
    while let Some(tag) = names.tag() {
        let value = names.value(tag)?;
        if tag == 0x86 {
            found.push(String::from_utf8_lossy(value).into_owned());
        }
    }
    Ok(found)
}

/// A serial number: positive and at most 20 bytes (RFC 5280, 4.1.2.2).
fn read_serial<'a>(body: &mut Der<'a>) -> Result<&'a [u8], CardFault> {
    let serial = body.value(asn1::INTEGER)?;
    match serial {
        [] => Err(CardFault::Malformed("serial number")),
        [first, ..] if first & 0x80 != 0 => Err(CardFault::SerialNegative),
        [0] => Err(CardFault::SerialZero),
        [0, second, ..] if second & 0x80 == 0 => Err(CardFault::Malformed("serial number")),
        _ if serial.strip_prefix(&[0]).unwrap_or(serial).len() > 20 => Err(CardFault::SerialHuge),
        _ => Ok(serial),
    }
}

/// Reads a SubjectPublicKeyInfo's content: the kind of key, and its bits.
fn read_key(mut info: Der<'_>) -> Result<(KeyKind, &[u8]), CardFault> {
    let mut algorithm = info.inside(asn1::SEQUENCE)?;
    let bits = info.bits()?;
    info.done()?;
    match algorithm.oid()? {
        asn1::EC_PUBLIC_KEY => {
            // Parameters written out instead of a name are a curve nobody knows.
            if algorithm.oid().map_err(|_| CardFault::Curve)? != asn1::P_256 {
                return Err(CardFault::Curve);
            }
            algorithm.done()?;
            Ok((KeyKind::P256, bits))
        }
        asn1::RSA_ENCRYPTION => {
            read_no_parameters(&mut algorithm)?;
            let modulus = asn1::only(bits, asn1::SEQUENCE)?.value(asn1::INTEGER)?;
            let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
            let length = modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize);
            match length {
                ..2048 => Err(CardFault::ShortKey),
                2048..=8192 => Ok((KeyKind::Rsa, bits)),
                _ => Err(CardFault::Algorithm),
            }
        }
        _ => Err(CardFault::Algorithm),
    }
}

fn read_certificate_extensions<'a>(body: &mut Der<'a>) -> Result<Vec<Extension<'a>>, CardFault> {
    // issuerUniqueID and subjectUniqueID: read over, nothing relies on them.
    for tag in [0x81, 0x82] {
        if body.tag() == Some(tag) {
            body.value(tag)?;
        }
    }
    if body.tag().is_none() {
        return Ok(Vec::new());
    }
    let mut explicit = body.inside(0xa3)?;
    let list = explicit.inside(asn1::SEQUENCE)?;
    explicit.done()?;
    Ok(read_extensions(list)?)
}
