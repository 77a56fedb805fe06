//! Certificate revocation lists (RFC 5280, section 5): complete ones, of the authority itself.

use const_oid::ObjectIdentifier;
use time::OffsetDateTime;

use super::{Period, RevocationFault};
use crate::asn1::{self, Der, NotDer};
use crate::card::certificate::{Algorithm, CardCertificate, Extension, read_extensions, read_point, read_time};

/// Largest list read, in bytes.
pub const CRL_BYTES_MAX: usize = 64 * 1024 * 1024;

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const ISSUING_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
const AUTHORITY_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");

/// A certificate on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Serial number as encoded in the certificate.
    pub serial: Vec<u8>,
    /// Since when.
    pub revoked_at: OffsetDateTime,
    /// CRLReason; 0 if none is given, 6 for suspended.
    pub reason: u8,
}

/// A list that an authority truly signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crl {
    /// From when until when it counts.
    pub period: Period,
    /// The list's own number as encoded, if it has one: later lists have greater ones.
    pub number: Option<Vec<u8>>,
    /// If not empty, the list speaks only of certificates that name one of these addresses.
    pub points: Vec<String>,
    /// Who is on it, in the order of the list.
    pub entries: Vec<Entry>,
}

impl Crl {
    /// Reads a list of the authority with the certificate `ca` at the time `at`. That it is out of date is no fault
    /// here: whoever is on an old list is revoked all the same.
    ///
    /// # Errors
    /// The first reason why it says nothing.
    pub fn read(list: &[u8], ca: &[u8], at: OffsetDateTime) -> Result<Self, RevocationFault> {
        if list.len() > CRL_BYTES_MAX {
            return Err(RevocationFault::TooLarge);
        }
        let ca = CardCertificate::read(ca)?;
        let mut parts = asn1::only(list, asn1::SEQUENCE)?;
        let signed = parts.raw(asn1::SEQUENCE)?;
        let algorithm = parts.raw(asn1::SEQUENCE)?;
        let signature = parts.bits()?;
        parts.done()?;
        let mut body = asn1::only(signed, asn1::SEQUENCE)?;
        if body.small()? != 1 {
            return Err(RevocationFault::Malformed("the list is not version 2"));
        }
        if body.raw(asn1::SEQUENCE)? != algorithm {
            return Err(RevocationFault::Malformed("the list names two signature algorithms"));
        }
        if body.raw(asn1::SEQUENCE)? != ca.subject {
            return Err(RevocationFault::Issuer);
        }
        if ca.key_usage()?.is_some_and(|usage| !usage.crl_sign()) {
            return Err(RevocationFault::Usage);
        }
        // Nothing of a list is worth reading that nobody signed.
        ca.verify(Algorithm::read(asn1::only(algorithm, asn1::SEQUENCE)?)?, signed, signature)?;
        let this_update = read_time(&mut body)?;
        if !matches!(body.tag(), Some(0x17 | 0x18)) {
            return Err(RevocationFault::Stale);
        }
        let period = Period { this_update, next_update: read_time(&mut body)? }.begun(at)?;
        let entries = if body.tag() == Some(asn1::SEQUENCE) { read_entries(&mut body)? } else { Vec::new() };
        let (number, points) = read_list_extensions(&mut body)?;
        body.done()?;
        Ok(Self { period, number, points, entries })
    }

    /// The entry of the certificate with this serial number.
    pub fn find(&self, serial: &[u8]) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.serial == serial)
    }
}

fn read_entries(body: &mut Der<'_>) -> Result<Vec<Entry>, RevocationFault> {
    let mut list = body.inside(asn1::SEQUENCE)?;
    let mut entries = Vec::new();
    while list.tag().is_some() {
        let mut entry = list.inside(asn1::SEQUENCE)?;
        let serial = entry.value(asn1::INTEGER)?.to_vec();
        let revoked_at = read_time(&mut entry)?;
        let mut reason = 0;
        if entry.tag().is_some() {
            for Extension { oid, critical, value } in read_extensions(entry.inside(asn1::SEQUENCE)?)? {
                match oid {
                    REASON => reason = read_reason(value)?,
                    // Above all certificateIssuer: the list would speak of another authority's certificates.
                    _ if critical => return Err(RevocationFault::CriticalExtension),
                    _ => {}
                }
            }
        }
        entry.done()?;
        entries.push(Entry { serial, revoked_at, reason });
    }
    Ok(entries)
}

/// removeFromCRL (8) stands in delta lists only, and 7 means nothing.
fn read_reason(value: &[u8]) -> Result<u8, RevocationFault> {
    match Der::new(value)?.value(0x0a)? {
        [reason @ (0..=6 | 9 | 10)] => Ok(*reason),
        _ => Err(RevocationFault::Malformed("reason")),
    }
}

/// The list's number, and the addresses it is limited to.
type OfList = (Option<Vec<u8>>, Vec<String>);

fn read_list_extensions(body: &mut Der<'_>) -> Result<OfList, RevocationFault> {
    let (mut number, mut points) = (None, Vec::new());
    if body.tag() == Some(asn1::CONTEXT_0) {
        let mut explicit = body.inside(asn1::CONTEXT_0)?;
        for Extension { oid, critical, value } in read_extensions(explicit.inside(asn1::SEQUENCE)?)? {
            match oid {
                CRL_NUMBER => number = Some(Der::new(value)?.value(asn1::INTEGER)?.to_vec()),
                ISSUING_POINT => points = read_issuing_point(value)?,
                AUTHORITY_KEY => {}
                // Among them the mark of a delta list, which names changes only.
                _ if critical => return Err(RevocationFault::CriticalExtension),
                _ => {}
            }
        }
        explicit.done()?;
    }
    Ok((number, points))
}

/// A list may be limited to an address and to certificates of users; lists of authorities, of some reasons, of
/// attributes or of other authorities' certificates are not what is looked for.
fn read_issuing_point(value: &[u8]) -> Result<Vec<String>, RevocationFault> {
    let mut point = asn1::only(value, asn1::SEQUENCE)?;
    let points = match point.tag() {
        Some(asn1::CONTEXT_0) => {
            let raw = point.raw(asn1::CONTEXT_0)?;
            let found = read_point(Der::new(raw)?)?;
            // A name that is no address could not be compared with that of a certificate.
            if found.is_empty() {
                return Err(RevocationFault::CriticalExtension);
            }
            found
        }
        _ => Vec::new(),
    };
    if point.tag() == Some(0x81) && point.value(0x81)? != [0xff] {
        return Err(RevocationFault::from(NotDer));
    }
    point.done().map_err(|_| RevocationFault::CriticalExtension)?;
    Ok(points)
}
