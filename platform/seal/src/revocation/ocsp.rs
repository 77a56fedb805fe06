//! Asking about one certificate (RFC 6960): the request, and what an answer is worth.

use const_oid::ObjectIdentifier;
use time::{Duration, OffsetDateTime};

use super::{Period, RevocationFault};
use crate::asn1::{self, Der, element, oid};
use crate::card::certificate::{Algorithm, CardCertificate, Extension, SHA_1, read_extensions, read_time};
use crate::cms::CERTIFICATES_MAX;

/// Largest answer read, in bytes.
pub const OCSP_BYTES_MAX: usize = 64 * 1024;

const BASIC_RESPONSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Certificate (DER) of the authority that issued the certificate in question.
    pub ca: &'a [u8],
    /// Serial number of the certificate in question, as encoded.
    pub serial: &'a [u8],
    /// To be repeated in the answer, so that no earlier one can be given; 32 bytes at most.
    pub nonce: Option<&'a [u8]>,
    /// Names the authority by SHA-1, as RFC 5019 has it and most responders expect. It only names; nothing is signed
    /// with it.
    pub sha_1: bool,
}

/// What the authority says of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not revoked.
    Good,
    /// Revoked or suspended, since when and why (CRLReason; 0 if none is given).
    Revoked(OffsetDateTime, u8),
    /// The responder does not know it.
    Unknown,
}

/// An answer that the authority, or a responder it appointed, truly signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it says.
    pub status: Status,
    /// From when until when it counts.
    pub period: Period,
    /// When it was signed.
    pub produced_at: OffsetDateTime,
}

/// The names by which an answer is matched with its question.
struct CertificateId<'a> {
    hash: ObjectIdentifier,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    serial: &'a [u8],
}

impl<'a> CertificateId<'a> {
    fn of(question: &Question<'a>, ca: &CardCertificate<'_>) -> Self {
        let (issuer_name, issuer_key) = ca.name_and_key(question.sha_1);
        let hash = if question.sha_1 { SHA_1 } else { asn1::SHA_256 };
        Self { hash, issuer_name, issuer_key, serial: question.serial }
    }

    fn write(&self) -> Vec<u8> {
        let algorithm = element(asn1::SEQUENCE, &[&oid(self.hash), &element(asn1::NULL, &[])]);
        let octets = |bytes| element(asn1::OCTET_STRING, &[bytes]);
        let parts =
            [algorithm, octets(&self.issuer_name), octets(&self.issuer_key), element(asn1::INTEGER, &[self.serial])];
        element(asn1::SEQUENCE, &[&parts.concat()])
    }

    fn is(&self, mut other: Der<'_>) -> Result<bool, RevocationFault> {
        let same_hash = other.inside(asn1::SEQUENCE)?.oid()? == self.hash;
        let same_name = other.value(asn1::OCTET_STRING)? == self.issuer_name;
        let same_key = other.value(asn1::OCTET_STRING)? == self.issuer_key;
        let same_serial = other.value(asn1::INTEGER)? == self.serial;
        other.done()?;
        Ok(same_hash && same_name && same_key && same_serial)
    }
}

/// The request to send.
///
/// # Errors
/// If the authority's certificate is none.
pub fn request(question: &Question<'_>) -> Result<Vec<u8>, RevocationFault> {
    let ca = CardCertificate::read(question.ca)?;
    let one = element(asn1::SEQUENCE, &[&CertificateId::of(question, &ca).write()]);
    let list = element(asn1::SEQUENCE, &[&one]);
    let extensions = question.nonce.map(|nonce| {
        let value = element(asn1::OCTET_STRING, &[&element(asn1::OCTET_STRING, &[nonce])]);
        let extension = element(asn1::SEQUENCE, &[&oid(NONCE), &value]);
        element(0xa2, &[&element(asn1::SEQUENCE, &[&extension])])
    });
    let body = element(asn1::SEQUENCE, &[&list, &extensions.unwrap_or_default()]);
    Ok(element(asn1::SEQUENCE, &[&body]))
}

/// Judges an answer at the time `at`. One that does not say until when it counts does so for `lifetime`.
///
/// # Errors
/// The first reason why it says nothing.
pub fn judge(
    answer: &[u8],
    question: &Question<'_>,
    lifetime: Duration,
    at: OffsetDateTime,
) -> Result<Answer, RevocationFault> {
    if answer.len() > OCSP_BYTES_MAX {
        return Err(RevocationFault::TooLarge);
    }
    let ca = CardCertificate::read(question.ca)?;
    let mut basic = asn1::only(read_outer(answer)?, asn1::SEQUENCE)?;
    let signed = basic.raw(asn1::SEQUENCE)?;
    let algorithm = Algorithm::read(basic.inside(asn1::SEQUENCE)?)?;
    let signature = basic.bits()?;
    let certificates = read_certificates(&mut basic)?;
    basic.done()?;
    let body = Body::read(signed)?;
    let verify = |responder: &CardCertificate<'_>| responder.verify(algorithm, signed, signature);
    if body.responder.is(&ca) {
        verify(&ca)?;
    } else {
        let appointed = find_responder(&certificates, &body.responder)?;
        check_appointed(&appointed, &ca, at)?;
        verify(&appointed)?;
    }
    if question.nonce.is_some() && body.nonce != question.nonce {
        return Err(RevocationFault::Nonce);
    }
    if body.produced_at > at + super::SKEW {
        return Err(RevocationFault::Future);
    }
    let wanted = CertificateId::of(question, &ca);
    let (status, period) = body.find(&wanted, lifetime)?.ok_or(RevocationFault::CertificateId)?;
    let period = period.begun(at)?;
    if !period.is_fresh(at, Duration::ZERO) {
        return Err(RevocationFault::Stale);
    }
    Ok(Answer { status, period, produced_at: body.produced_at })
}

fn read_outer(answer: &[u8]) -> Result<&[u8], RevocationFault> {
    let mut outer = asn1::only(answer, asn1::SEQUENCE)?;
    match outer.value(0x0a)? {
        [0] => {}
        [status] => return Err(RevocationFault::Status(*status)),
        _ => return Err(RevocationFault::Malformed("status")),
    }
    let mut explicit = outer.inside(asn1::CONTEXT_0)?;
    outer.done()?;
    let mut bytes = explicit.inside(asn1::SEQUENCE)?;
    explicit.done()?;
    if bytes.oid()? != BASIC_RESPONSE {
        return Err(RevocationFault::Malformed("kind of answer"));
    }
    let basic = bytes.value(asn1::OCTET_STRING)?;
    bytes.done()?;
    Ok(basic)
}

fn read_certificates<'a>(basic: &mut Der<'a>) -> Result<Vec<&'a [u8]>, RevocationFault> {
    let mut found = Vec::new();
    if basic.tag() == Some(asn1::CONTEXT_0) {
        let mut explicit = basic.inside(asn1::CONTEXT_0)?;
        let mut list = explicit.inside(asn1::SEQUENCE)?;
        explicit.done()?;
        while list.tag().is_some() {
            if found.len() == CERTIFICATES_MAX {
                return Err(RevocationFault::TooLarge);
            }
            found.push(list.raw(asn1::SEQUENCE)?);
        }
    }
    Ok(found)
}

/// How the signer is named.
enum Responder<'a> {
    Name(&'a [u8]),
    /// SHA-1 of the key, by RFC 6960.
    Key(&'a [u8]),
}

impl Responder<'_> {
    fn is(&self, certificate: &CardCertificate<'_>) -> bool {
        match self {
            Self::Name(name) => *name == certificate.subject,
            Self::Key(key) => *key == certificate.name_and_key(true).1,
        }
    }
}

fn find_responder<'a>(
    certificates: &[&'a [u8]],
    responder: &Responder<'_>,
) -> Result<CardCertificate<'a>, RevocationFault> {
    let mut fault = RevocationFault::Issuer;
    for der in certificates {
        match CardCertificate::read(der) {
            Ok(certificate) if responder.is(&certificate) => return Ok(certificate),
            Ok(_) => {}
            Err(why) => fault = why.into(),
        }
    }
    Err(fault)
}

/// A responder the authority itself appointed (RFC 6960, 4.2.2.2): it issued the certificate, for this purpose.
fn check_appointed(
    responder: &CardCertificate<'_>,
    ca: &CardCertificate<'_>,
    at: OffsetDateTime,
) -> Result<(), RevocationFault> {
    if !responder.may_be_issued_by(ca) || responder.is_signed_by(ca).is_err() {
        return Err(RevocationFault::Issuer);
    }
    let purpose = responder.extended_usage()?.unwrap_or_default();
    let may_sign = responder.key_usage()?.is_none_or(|usage| usage.digital_signature());
    if !purpose.contains(&OCSP_SIGNING) || !may_sign {
        return Err(RevocationFault::Usage);
    }
    responder.check_valid_at(at).map_err(|_| RevocationFault::Stale)
}

/// What was signed.
struct Body<'a> {
    responder: Responder<'a>,
    produced_at: OffsetDateTime,
    answers: &'a [u8],
    nonce: Option<&'a [u8]>,
}

impl<'a> Body<'a> {
    fn read(signed: &'a [u8]) -> Result<Self, RevocationFault> {
        let mut body = asn1::only(signed, asn1::SEQUENCE)?;
        if body.tag() == Some(asn1::CONTEXT_0) {
            return Err(RevocationFault::Malformed("version"));
        }
        let responder = match body.tag() {
            Some(0xa1) => {
                let mut explicit = body.inside(0xa1)?;
                let name = explicit.raw(asn1::SEQUENCE)?;
                explicit.done()?;
                Responder::Name(name)
            }
            _ => {
                let mut explicit = body.inside(0xa2)?;
                let key = explicit.value(asn1::OCTET_STRING)?;
                explicit.done()?;
                Responder::Key(key)
            }
        };
        let produced_at = read_time(&mut body)?;
        let answers = body.value(asn1::SEQUENCE)?;
        let nonce = read_nonce(&mut body)?;
        body.done()?;
        Ok(Self { responder, produced_at, answers, nonce })
    }

    /// What is said of the certificate that is asked about.
    fn find(
        &self,
        wanted: &CertificateId<'_>,
        lifetime: Duration,
    ) -> Result<Option<(Status, Period)>, RevocationFault> {
        let mut answers = Der::new(self.answers)?;
        let mut found = None;
        while answers.tag().is_some() {
            let mut one = answers.inside(asn1::SEQUENCE)?;
            let is_wanted = wanted.is(one.inside(asn1::SEQUENCE)?)?;
            let status = read_status(&mut one)?;
            let this_update = read_time(&mut one)?;
            let mut next_update = this_update + lifetime;
            if one.tag() == Some(asn1::CONTEXT_0) {
                let mut explicit = one.inside(asn1::CONTEXT_0)?;
                next_update = read_time(&mut explicit)?;
                explicit.done()?;
            }
            if one.tag() == Some(0xa1) {
                let mut explicit = one.inside(0xa1)?;
                refuse_critical(&read_extensions(explicit.inside(asn1::SEQUENCE)?)?)?;
                explicit.done()?;
            }
            one.done()?;
            // Two answers about one certificate would leave it to the reader which to believe.
            if is_wanted && found.replace((status, Period { this_update, next_update })).is_some() {
                return Err(RevocationFault::Malformed("two answers"));
            }
        }
        Ok(found)
    }
}

fn refuse_critical(extensions: &[Extension<'_>]) -> Result<(), RevocationFault> {
    let critical = extensions.iter().any(|extension| extension.critical && extension.oid != NONCE);
    if critical { Err(RevocationFault::CriticalExtension) } else { Ok(()) }
}

fn read_nonce<'a>(body: &mut Der<'a>) -> Result<Option<&'a [u8]>, RevocationFault> {
    if body.tag() != Some(0xa1) {
        return Ok(None);
    }
    let mut explicit = body.inside(0xa1)?;
    let extensions = read_extensions(explicit.inside(asn1::SEQUENCE)?)?;
    explicit.done()?;
    refuse_critical(&extensions)?;
    let Some(nonce) = extensions.iter().find(|extension| extension.oid == NONCE) else { return Ok(None) };
    let mut inside = Der::new(nonce.value)?;
    let value = inside.value(asn1::OCTET_STRING)?;
    inside.done()?;
    Ok(Some(value))
}

fn read_status(one: &mut Der<'_>) -> Result<Status, RevocationFault> {
    match one.tag() {
        Some(0x80) if one.value(0x80)?.is_empty() => Ok(Status::Good),
        Some(0x82) if one.value(0x82)?.is_empty() => Ok(Status::Unknown),
        Some(0xa1) => {
            let mut revoked = one.inside(0xa1)?;
            let since = read_time(&mut revoked)?;
            let mut reason = 0;
            if revoked.tag() == Some(asn1::CONTEXT_0) {
                let mut explicit = revoked.inside(asn1::CONTEXT_0)?;
                reason = match explicit.value(0x0a)? {
                    [reason @ 0..=10] => *reason,
                    _ => return Err(RevocationFault::Malformed("reason")),
                };
                explicit.done()?;
            }
            revoked.done()?;
            Ok(Status::Revoked(since, reason))
        }
        _ => Err(RevocationFault::Malformed("status of a certificate")),
    }
}
