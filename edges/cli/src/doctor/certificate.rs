//! What matters of a certificate: how long it lasts and how strong it is.

use der::Decode;
use time::OffsetDateTime;
use x509_cert::Certificate;

/// RSA keys below so many bits do not last (GCA and MOICA ask for 2048).
const RSA_BITS_MIN: usize = 2048;

/// A certificate in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is used for, in both languages.
    pub what: String,
    /// Whom it names.
    pub name: String,
    /// Its last moment.
    pub not_after: OffsetDateTime,
    /// What is weak about its key or signature.
    pub weakness: Option<String>,
}

/// Reads a certificate (DER); none if it is not one.
pub fn read_certificate(what: &str, der: &[u8]) -> Option<Found> {
    let certificate = Certificate::from_der(der).ok()?.tbs_certificate;
    let seconds = certificate.validity.not_after.to_unix_duration().as_secs();
    let not_after = OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()?;
    let signature = certificate.signature.oid.to_string();
    let key = certificate.subject_public_key_info;
    // A modulus of n bits makes a key of a little more: the exponent and the heads of the fields.
    let bits = key.subject_public_key.raw_bytes().len() * 8;
    let is_rsa = key.algorithm.oid.to_string() == "1.2.840.113549.1.1.1";
    let weakness = match signature.as_str() {
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" | "1.2.840.113549.1.1.4" => Some("SHA-1/MD5".to_owned()),
        _ if is_rsa && bits < RSA_BITS_MIN => Some(format!("RSA < {RSA_BITS_MIN}")),
        _ => None,
    };
    Some(Found { what: what.to_owned(), name: certificate.subject.to_string(), not_after, weakness })
}
