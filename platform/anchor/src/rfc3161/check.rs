//! Whether a time stamp holds: its imprint, its signature, and the certificate behind it.

use crate::payload::{hex, sha256};
use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY};
use cms::{
    cert::CertificateChoices,
    content_info::ContentInfo,
    signed_data::{SignedData, SignerIdentifier, SignerInfo},
};
use const_oid::{
    ObjectIdentifier,
    db::{
        rfc5911::{ID_CONTENT_TYPE, ID_MESSAGE_DIGEST, ID_SIGNED_DATA},
        rfc5912::{ID_SHA_256, ID_SHA_384, ID_SHA_512},
    },
};
use der::{
    AnyRef, Decode as _, Encode as _, Reader, Tag, Tagged as _,
    asn1::{Any, OctetString},
};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use std::time::Duration;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert, aws_lc_rs as algorithms};
use x509_cert::{
    Certificate,
    ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier},
};

const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// The content of [`TIME_STAMPING`] in DER.
const TIME_STAMPING_DER: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
/// Largest token read.
const TOKEN_BYTES_MAX: usize = 128 * 1024;

/// Why a time stamp proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StampFault {
    /// A part is missing or is not what it has to be.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// The authority refused, with this status.
    #[error("the request was refused with status {0}")]
    Refused(u8),
    /// It is a stamp on something else.
    #[error("the stamp is for other data")]
    Imprint,
    /// The signature or what it covers is wrong.
    #[error("the signature does not hold: {0}")]
    Signature(&'static str),
    /// The certificate is not one that may stamp, or not of an authority that is trusted.
    #[error("the certificate does not hold: {0}")]
    Certificate(String),
}

/// A stamp that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When it was made.
    pub time: OffsetDateTime,
    /// Under which policy.
    pub policy: ObjectIdentifier,
    /// Its number, in hexadecimal.
    pub serial: String,
    /// The nonce of the request.
    pub nonce: Option<Vec<u8>>,
}

/// Checks a token (the CMS of RFC 3161) on data with this SHA-256. With `roots` the certificate must lead to one of them at the time of
/// the stamp; without, who signed is left open.
///
/// # Errors
/// The first thing that does not hold.
pub fn check(token: &[u8], hash: &[u8; 32], roots: Option<&[Vec<u8>]>) -> Result<Stamp, StampFault> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(StampFault::Malformed("too large"));
    }
    let signed = signed_data(token)?;
    if signed.encap_content_info.econtent_type != TST_INFO {
        return Err(StampFault::Malformed("the content is no time stamp"));
    }
    let content = signed.encap_content_info.econtent.as_ref().ok_or(StampFault::Malformed("no content"))?;
    let content = content.decode_as::<OctetString>().map_err(|_| StampFault::Malformed("content"))?;
    let (stamp, imprint) = read_info(content.as_bytes()).map_err(|_| StampFault::Malformed("content"))?;
    if imprint != *hash {
        return Err(StampFault::Imprint);
    }
    let [signer] = signed.signer_infos.0.as_slice() else { return Err(StampFault::Malformed("not one signer")) };
    let certificates = certificates(&signed);
    let (certificate, der) = certificates
        .iter()
        .find(|(certificate, _)| is_of(certificate, &signer.sid))
        .ok_or(StampFault::Signature("the signer's certificate is missing"))?;
    check_signature(signer, content.as_bytes(), der)?;
    check_usage(certificate)?;
    if let Some(roots) = roots {
        check_path(der, &certificates, roots, stamp.time)?;
    }
    Ok(stamp)
}

fn signed_data(token: &[u8]) -> Result<SignedData, StampFault> {
    let read = || -> der::Result<(ObjectIdentifier, SignedData)> {
        let info = ContentInfo::from_der(token)?;
        Ok((info.content_type, SignedData::from_der(&info.content.to_der()?)?))
    };
    match read() {
        Ok((ID_SIGNED_DATA, signed)) => Ok(signed),
        _ => Err(StampFault::Malformed("no signed data")),
    }
}

/// What the stamp says, and the hash it is for; SHA-256 only.
fn read_info(content: &[u8]) -> der::Result<(Stamp, Vec<u8>)> {
    AnyRef::from_der(content)?.sequence(|info| {
        let wrong = |tag: Tag| tag.value_error();
        if u8::decode(info)? != 1 {
            return Err(wrong(Tag::Integer));
        }
        let policy = ObjectIdentifier::decode(info)?;
        let imprint = AnyRef::decode(info)?.sequence(|imprint| {
            let algorithm = AnyRef::decode(imprint)?.sequence(|algorithm| {
                let oid = ObjectIdentifier::decode(algorithm)?;
                rest(algorithm)?;
                Ok(oid)
            })?;
            let hash = OctetString::decode(imprint)?;
            if algorithm == ID_SHA_256 { Ok(hash.as_bytes().to_vec()) } else { Err(wrong(Tag::ObjectIdentifier)) }
        })?;
        let serial = hex(AnyRef::decode(info)?.value());
        let at = AnyRef::decode(info)?;
        let time = general_time(&at).ok_or_else(|| wrong(Tag::GeneralizedTime))?;
        let mut nonce = None;
        while !info.is_finished() {
            let next = AnyRef::decode(info)?;
            if next.tag() == Tag::Integer {
                nonce = Some(next.value().to_vec());
            }
        }
        Ok((Stamp { time, policy, serial, nonce }, imprint))
    })
}

fn rest<'r>(reader: &mut impl Reader<'r>) -> der::Result<()> {
    while !reader.is_finished() {
        reader.tlv_bytes()?;
    }
    Ok(())
}

/// `YYYYMMDDHHMMSS[.f…]Z`; parts of a second are passed over.
fn general_time(at: &AnyRef<'_>) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(at.value()).ok()?.strip_suffix('Z')?;
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if at.tag() != Tag::GeneralizedTime || whole.len() != 14 || !digits(whole) || !digits(part) {
        return None;
    }
    let number = |from: usize, to: usize| whole[from..to].parse::<u8>().ok();
    let month = number(4, 6)?.try_into().ok()?;
    let date = Date::from_calendar_date(whole[..4].parse().ok()?, month, number(6, 8)?).ok()?;
    let time = Time::from_hms(number(8, 10)?, number(10, 12)?, number(12, 14)?).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

/// The certificates in the token that can be read, with their bytes.
fn certificates(signed: &SignedData) -> Vec<(Certificate, Vec<u8>)> {
    let listed = signed.certificates.iter().flat_map(|set| set.0.iter());
    let plain = listed.filter_map(|choice| match choice {
        CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
        CertificateChoices::Other(_) => None,
    });
    plain.filter_map(|certificate| certificate.to_der().ok().map(|der| (certificate, der))).collect()
}

fn is_of(certificate: &Certificate, signer: &SignerIdentifier) -> bool {
    let inner = &certificate.tbs_certificate;
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            (&named.issuer, &named.serial_number) == (&inner.issuer, &inner.serial_number)
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => {
            let own = inner.get::<SubjectKeyIdentifier>().ok().flatten();
            own.is_some_and(|(_, own)| own.0 == named.0)
        }
    }
}

fn attribute(signer: &SignerInfo, oid: ObjectIdentifier) -> Option<&Any> {
    let mut found = signer.signed_attrs.iter().flat_map(|set| set.iter()).filter(|attribute| attribute.oid == oid);
    let (first, second) = (found.next()?, found.next());
    let [value] = first.values.as_slice() else { return None };
    second.is_none().then_some(value)
}

fn check_signature(signer: &SignerInfo, content: &[u8], certificate: &[u8]) -> Result<(), StampFault> {
    let wrong = StampFault::Signature;
    let (digest, possible) = digest_of(signer.digest_alg.oid).ok_or(wrong("the hash is not SHA-2"))?;
    let kind = attribute(signer, ID_CONTENT_TYPE).and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
    if kind != Some(TST_INFO) {
        return Err(wrong("the content type is not signed"));
    }
    let covered = attribute(signer, ID_MESSAGE_DIGEST).and_then(|value| value.decode_as::<OctetString>().ok());
    if covered.is_none_or(|covered| covered.as_bytes() != digest::digest(digest, content).as_ref()) {
        return Err(wrong("the content is another one"));
    }
    check_named(signer, certificate)?;
    let attributes = signer.signed_attrs.to_der().map_err(|_| StampFault::Malformed("signed attributes"))?;
    let der = CertificateDer::from(certificate);
    let key = EndEntityCert::try_from(&der).map_err(|error| StampFault::Certificate(error.to_string()))?;
    let holds = |algorithm: &&dyn SignatureVerificationAlgorithm| {
        key.verify_signature(*algorithm, &attributes, signer.signature.as_bytes()).is_ok()
    };
    if possible.iter().any(holds) { Ok(()) } else { Err(wrong("it was not made by the certificate's key")) }
}

type Possible = (&'static digest::Algorithm, &'static [&'static dyn SignatureVerificationAlgorithm]);

fn digest_of(oid: ObjectIdentifier) -> Option<Possible> {
    use algorithms::*;
    const BY_SHA_256: &[&dyn SignatureVerificationAlgorithm] =
        &[RSA_PKCS1_2048_8192_SHA256, ECDSA_P256_SHA256, ECDSA_P384_SHA256, RSA_PSS_2048_8192_SHA256_LEGACY_KEY];
    const BY_SHA_384: &[&dyn SignatureVerificationAlgorithm] =
        &[RSA_PKCS1_2048_8192_SHA384, ECDSA_P256_SHA384, ECDSA_P384_SHA384, RSA_PSS_2048_8192_SHA384_LEGACY_KEY];
    const BY_SHA_512: &[&dyn SignatureVerificationAlgorithm] =
        &[RSA_PKCS1_2048_8192_SHA512, ECDSA_P384_SHA512, ECDSA_P521_SHA512, RSA_PSS_2048_8192_SHA512_LEGACY_KEY];
    match oid {
        ID_SHA_256 => Some((&digest::SHA256, BY_SHA_256)),
        ID_SHA_384 => Some((&digest::SHA384, BY_SHA_384)),
        ID_SHA_512 => Some((&digest::SHA512, BY_SHA_512)),
        _ => None,
    }
}

/// The signer says which certificate is its own (RFC 5035), so that no other one for the same key can be put in its place.
fn check_named(signer: &SignerInfo, certificate: &[u8]) -> Result<(), StampFault> {
    let named = |oid| attribute(signer, oid).and_then(|value| first_named(value).ok());
    let same = match (named(SIGNING_CERTIFICATE_V2), named(SIGNING_CERTIFICATE)) {
        (Some((None | Some(ID_SHA_256), hash)), _) => hash == sha256(certificate),
        (Some((Some(other), hash)), _) => {
            digest_of(other).is_some_and(|(algorithm, _)| digest::digest(algorithm, certificate).as_ref() == hash)
        }
        (None, Some((_, hash))) => digest::digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref() == hash,
        (None, None) => false,
    };
    if same { Ok(()) } else { Err(StampFault::Signature("the signer does not name this certificate")) }
}

/// Hash algorithm, if one is named, and hash of the first certificate of a signing-certificate attribute.
fn first_named(value: &Any) -> der::Result<(Option<ObjectIdentifier>, Vec<u8>)> {
    AnyRef::from(value).sequence(|attribute| {
        let named = AnyRef::decode(attribute)?.sequence(|all| {
            let first = AnyRef::decode(all)?.sequence(|first| {
                let next = AnyRef::decode(first)?;
                let (algorithm, hash) = if next.tag() == Tag::Sequence {
                    let oid = next.sequence(|algorithm| {
                        let oid = ObjectIdentifier::decode(algorithm)?;
                        rest(algorithm)?;
                        Ok(oid)
                    })?;
                    (Some(oid), AnyRef::decode(first)?)
                } else {
                    (None, next)
                };
                rest(first)?;
                Ok((algorithm, hash.value().to_vec()))
            })?;
            rest(all)?;
            Ok(first)
        })?;
        rest(attribute)?;
        Ok(named)
    })
}

/// RFC 3161, 2.3: the certificate is for time stamps and nothing else, and says so critically.
fn check_usage(certificate: &Certificate) -> Result<(), StampFault> {
    let extensions = certificate.tbs_certificate.extensions.as_deref().unwrap_or_default();
    let mut found = extensions.iter().filter(|extension| extension.extn_id == EXTENDED_KEY_USAGE);
    let usage = found.next().filter(|extension| extension.critical);
    let usage = usage.and_then(|extension| ExtendedKeyUsage::from_der(extension.extn_value.as_bytes()).ok());
    if usage.is_some_and(|usage| usage.0 == [TIME_STAMPING]) {
        Ok(())
    } else {
        Err(StampFault::Certificate("it is not for time stamps alone".into()))
    }
}

fn check_path(
    signer: &[u8],
    others: &[(Certificate, Vec<u8>)],
    roots: &[Vec<u8>],
    at: OffsetDateTime,
) -> Result<(), StampFault> {
    let fault = |error: webpki::Error| StampFault::Certificate(error.to_string());
    let roots: Vec<CertificateDer<'_>> = roots.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let anchors = roots.iter().map(anchor_from_trusted_cert).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let others: Vec<CertificateDer<'_>> = others.iter().map(|(_, der)| CertificateDer::from(der.as_slice())).collect();
    let since = u64::try_from(at.unix_timestamp()).map_err(|_| StampFault::Malformed("time"))?;
    let der = CertificateDer::from(signer);
    let key = EndEntityCert::try_from(&der).map_err(fault)?;
    // The signer's own usage was judged above; authorities that limit theirs must allow it.
    let usage = KeyUsage::required_if_present(TIME_STAMPING_DER);
    let time = UnixTime::since_unix_epoch(Duration::from_secs(since));
    key.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &others, time, usage, None, None).map(|_| ()).map_err(fault)
}
