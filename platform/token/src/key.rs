//! Keys and signatures between the forms of PKCS #11 and those of certificates.

use der::asn1::{AnyRef, BitStringRef, Null, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};

/// The object identifier of P-256, DER.
pub(crate) const P256_PARAMETERS: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// The object identifier of Ed25519 (RFC 8410), DER.
pub(crate) const ED25519_PARAMETERS: [u8; 5] = [0x06, 0x03, 0x2b, 0x65, 0x70];
const P256_FIELD_BYTES: usize = 32;
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// An algorithm whose parameters are NULL.
#[derive(Sequence)]
struct Plain {
    algorithm: ObjectIdentifier,
    parameters: Null,
}

#[derive(Sequence)]
struct DigestInfo<'a> {
    algorithm: Plain,
    digest: OctetStringRef<'a>,
}

/// What PKCS #1 v1.5 pads and signs for a SHA-256 digest.
pub(crate) fn digest_info(digest: &[u8]) -> Vec<u8> {
    let algorithm = Plain { algorithm: SHA_256, parameters: Null };
    let digest = OctetStringRef::new(digest).expect("a digest is short");
    DigestInfo { algorithm, digest }.to_der().expect("a digest info is short")
}

/// An ECDSA signature as certificates have it.
#[derive(Sequence)]
pub(crate) struct RawSignature<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

impl<'a> RawSignature<'a> {
    /// From the two numbers side by side, as PKCS #11 has it.
    pub(crate) fn of(bytes: &'a [u8]) -> Option<Self> {
        if bytes.len() != 2 * P256_FIELD_BYTES {
            return None;
        }
        let (r, s) = bytes.split_at(P256_FIELD_BYTES);
        Some(Self { r: UintRef::new(r).ok()?, s: UintRef::new(s).ok()? })
    }
}

#[derive(Sequence)]
struct OnCurve {
    algorithm: ObjectIdentifier,
    curve: ObjectIdentifier,
}

#[derive(Sequence)]
struct CurveKey<'a> {
    algorithm: OnCurve,
    key: BitStringRef<'a>,
}

/// The public key of a point, which PKCS #11 has in an OCTET STRING.
pub(crate) fn p256_public(point: &[u8]) -> Option<Vec<u8>> {
    let point = OctetStringRef::from_der(point).ok()?;
    let curve = ObjectIdentifier::from_der(&P256_PARAMETERS).ok()?;
    let key = BitStringRef::from_bytes(point.as_bytes()).ok()?;
    CurveKey { algorithm: OnCurve { algorithm: EC_PUBLIC_KEY, curve }, key }.to_der().ok()
}

/// The raw public key of a point: PKCS #11 has it in an OCTET STRING, later versions allow it bare.
pub(crate) fn ed25519_public(point: &[u8]) -> Option<[u8; 32]> {
    if let Ok(key) = point.try_into() {
        return Some(key);
    }
    OctetStringRef::from_der(point).ok()?.as_bytes().try_into().ok()
}

#[derive(Sequence)]
struct RsaNumbers<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

#[derive(Sequence)]
struct RsaKey<'a> {
    algorithm: Plain,
    key: BitStringRef<'a>,
}

pub(crate) fn rsa_public(modulus: &[u8], exponent: &[u8]) -> der::Result<Vec<u8>> {
    let numbers = RsaNumbers { modulus: UintRef::new(modulus)?, exponent: UintRef::new(exponent)? }.to_der()?;
    let algorithm = Plain { algorithm: RSA_ENCRYPTION, parameters: Null };
    RsaKey { algorithm, key: BitStringRef::from_bytes(&numbers)? }.to_der()
}

/// The subject of a certificate, which PKCS #11 wants beside it.
pub(crate) fn subject(certificate: &[u8]) -> Option<Vec<u8>> {
    let tbs = AnyRef::from_der(certificate).ok()?;
    let tbs: AnyRef<'_> = SliceReader::new(tbs.value()).ok()?.decode().ok()?;
    let mut fields = SliceReader::new(tbs.value()).ok()?;
    let mut next = || fields.tlv_bytes().ok();
    // Version (only if it is not the first), serial number, algorithm, issuer, validity, subject.
    let first = next()?;
    let skipped = if first.first() == Some(&0xa0) { 4 } else { 3 };
    for _ in 0..skipped {
        next()?;
    }
    let subject = next()?;
    let is_name = AnyRef::from_der(subject).ok()?.tag() == Tag::Sequence;
    is_name.then(|| subject.to_vec())
}
