//! Writing a CMS SignedData (RFC 5652) with one signer: what cards answer and what PDFs carry.

use der::asn1::{GeneralizedTime, UtcTime};
use der::{DateTime, Encode};
use time::OffsetDateTime;

use crate::asn1::{self, element, oid, set_of};
use crate::certificate::{Certificate, KeyKind};
use crate::cms::CmsFault;
use tlog::hash::{Hash, sha256};

/// What is signed.
#[derive(Clone, Copy)]
pub(crate) enum Digested<'a> {
    /// The content goes into the CMS.
    Attached(&'a [u8]),
    /// Only its digest is at hand; the content stays outside.
    Detached(Hash),
}

/// Writes the CMS around a signature that `signature` makes over the bytes it is handed, wherever the key is. `others` are certificates to
/// add to the signer's own.
pub(crate) fn sign<E: From<CmsFault>>(
    certificate: &[u8],
    others: &[&[u8]],
    digested: Digested<'_>,
    signing_time: Option<OffsetDateTime>,
    signature: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let named = Certificate::parse(certificate)?;
    let algorithm = signature_algorithm(named.key_kind()?);
    let (digest, encapsulated) = match digested {
        Digested::Attached(content) => {
            let content = element(asn1::CONTEXT_0, &[&element(asn1::OCTET_STRING, &[content])]);
            (sha256_of(digested), element(asn1::SEQUENCE, &[&oid(asn1::ID_DATA), &content]))
        }
        Digested::Detached(digest) => (digest, element(asn1::SEQUENCE, &[&oid(asn1::ID_DATA)])),
    };
    let attributes = signed_attributes(&digest, certificate, signing_time);
    let signature = signature(&set_of(asn1::SET, attributes.clone()))?;
    let signer = signer_info(&named, attributes, &algorithm, &signature);
    let certificates = std::iter::once(certificate).chain(others.iter().copied()).map(<[u8]>::to_vec);
    let data = element(
        asn1::SEQUENCE,
        &[
            &element(asn1::INTEGER, &[&[1]]),
            &element(asn1::SET, &[&sha_256()]),
            &encapsulated,
            &set_of(asn1::CONTEXT_0, certificates.collect()),
            &element(asn1::SET, &[&signer]),
        ],
    );
    Ok(element(asn1::SEQUENCE, &[&oid(asn1::ID_SIGNED_DATA), &element(asn1::CONTEXT_0, &[&data])]))
}

/// How a signature is named beside its value: P-256 without parameters (RFC 5754, 3.3), RSA by the name of its key and with NULL
/// (RFC 3370, 3.2), as cards and OpenSSL write it.
fn signature_algorithm(kind: KeyKind) -> Vec<u8> {
    match kind {
        KeyKind::P256 => element(asn1::SEQUENCE, &[&oid(asn1::ECDSA_SHA_256)]),
        KeyKind::Rsa => element(asn1::SEQUENCE, &[&oid(asn1::RSA_ENCRYPTION), &element(asn1::NULL, &[])]),
    }
}

fn sha256_of(digested: Digested<'_>) -> Hash {
    match digested {
        Digested::Attached(content) => sha256(content),
        Digested::Detached(digest) => digest,
    }
}

fn sha_256() -> Vec<u8> {
    element(asn1::SEQUENCE, &[&oid(asn1::SHA_256)])
}

fn signed_attributes(digest: &Hash, certificate: &[u8], signing_time: Option<OffsetDateTime>) -> Vec<Vec<u8>> {
    // ESSCertIDv2 with the default digest and without issuer and serial, which the signer's identifier already names.
    let named = element(asn1::SEQUENCE, &[&element(asn1::OCTET_STRING, &[&sha256(certificate)])]);
    let signing_certificate = element(asn1::SEQUENCE, &[&element(asn1::SEQUENCE, &[&named])]);
    let mut attributes = vec![
        attribute(asn1::CONTENT_TYPE, &oid(asn1::ID_DATA)),
        attribute(asn1::MESSAGE_DIGEST, &element(asn1::OCTET_STRING, &[digest])),
        attribute(asn1::SIGNING_CERTIFICATE_V2, &signing_certificate),
    ];
    attributes.extend(signing_time.map(|at| attribute(asn1::SIGNING_TIME, &time_der(at))));
    attributes
}

fn attribute(name: const_oid::ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    element(asn1::SEQUENCE, &[&oid(name), &element(asn1::SET, &[value])])
}

/// UTCTime to 2049, GeneralizedTime from 2050 (RFC 5652, 11.3).
fn time_der(at: OffsetDateTime) -> Vec<u8> {
    let since = (at - OffsetDateTime::UNIX_EPOCH).whole_seconds();
    let since = std::time::Duration::from_secs(since.try_into().expect("cards sign after 1970"));
    let at = DateTime::from_unix_duration(since).expect("cards sign before the year 10000");
    let written = match UtcTime::from_date_time(at) {
        Ok(time) => time.to_der(),
        Err(_) => GeneralizedTime::from_date_time(at).to_der(),
    };
    written.expect("a time has a fixed length")
}

fn signer_info(certificate: &Certificate<'_>, attributes: Vec<Vec<u8>>, algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    let named = [certificate.issuer(), element(asn1::INTEGER, &[certificate.serial()])];
    element(
        asn1::SEQUENCE,
        &[
            &element(asn1::INTEGER, &[&[1]]),
            &element(asn1::SEQUENCE, &[&named[0], &named[1]]),
            &sha_256(),
            &set_of(asn1::CONTEXT_0, attributes),
            algorithm,
            &element(asn1::OCTET_STRING, &[signature]),
        ],
    )
}
