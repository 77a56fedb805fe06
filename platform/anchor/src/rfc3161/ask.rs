//! Request and answer.

use super::check::StampFault;
use const_oid::{ObjectIdentifier, db::rfc5912::ID_SHA_256};
use der::{
    Decode as _, Encode as _, Reader as _, Sequence, SliceReader,
    asn1::{Int, Null, OctetString},
};

/// `AlgorithmIdentifier` of SHA-256, with the parameters every authority accepts.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct Sha256 {
    oid: ObjectIdentifier,
    parameters: Null,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct Imprint {
    algorithm: Sha256,
    hash: OctetString,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct Request {
    version: u8,
    imprint: Imprint,
    #[asn1(optional = "true")]
    policy: Option<ObjectIdentifier>,
    nonce: Int,
    certificates: bool,
}

/// A request for a stamp on a hash, with the authority's certificate in it.
pub(super) fn request(hash: &[u8; 32], policy: Option<ObjectIdentifier>, nonce: &[u8]) -> Result<Vec<u8>, StampFault> {
    let written = || {
        let algorithm = Sha256 { oid: ID_SHA_256, parameters: Null };
        let imprint = Imprint { algorithm, hash: OctetString::new(hash.as_slice())? };
        Request { version: 1, imprint, policy, nonce: Int::new(nonce)?, certificates: true }.to_der()
    };
    written().map_err(|_| StampFault::Malformed("request"))
}

/// The token of an answer, in the bytes it came in.
pub(super) fn token(reply: &[u8]) -> Result<Vec<u8>, StampFault> {
    let read = || -> der::Result<(u8, Option<Vec<u8>>)> {
        let mut outer = SliceReader::new(reply)?;
        let header = der::Header::decode(&mut outer)?;
        header.tag.assert_eq(der::Tag::Sequence)?;
        outer.read_nested(header.length, |inner| {
            let status = der::AnyRef::try_from(inner.tlv_bytes()?)?;
            let status = status.sequence(|info| {
                let status = u8::decode(info)?;
                while !info.is_finished() {
                    info.tlv_bytes()?;
                }
                Ok(status)
            })?;
            let token = if inner.is_finished() { None } else { Some(inner.tlv_bytes()?.to_vec()) };
            Ok((status, token))
        })
    };
    match read() {
        Ok((0 | 1, Some(token))) => Ok(token),
        Ok((status, _)) => Err(StampFault::Refused(status)),
        Err(_) => Err(StampFault::Malformed("answer")),
    }
}
