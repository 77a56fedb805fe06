//! Walking and writing DER without losing the bytes as received.
//!
//! `cms` 0.2 sorts every SET OF while it reads, so the bytes a signer signed cannot be had back from it; and what it
//! silently normalises a verifier must refuse. Here each element is taken by its tag with its raw bytes, lengths are
//! held to DER by `der`, and [`Der::done`] says that nothing is left over.

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Encode, Header, Reader, SliceReader, Tag};

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]`, constructed.
pub(crate) const CONTEXT_0: u8 = 0xa0;

pub(crate) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
pub(crate) const ECDSA_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
pub(crate) const RSA_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
pub(crate) const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(crate) const P_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
pub(crate) const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(crate) const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
pub(crate) const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
pub(crate) const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
pub(crate) const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
/// ESS signing-certificate-v2 (RFC 5035).
pub(crate) const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// The bytes are not the DER that is expected here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotDer;

impl From<der::Error> for NotDer {
    fn from(_: der::Error) -> Self {
        Self
    }
}

/// A reader over the elements of one DER value.
pub(crate) struct Der<'a>(SliceReader<'a>);

impl<'a> Der<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, NotDer> {
        Ok(Self(SliceReader::new(bytes)?))
    }

    /// Tag of the next element; `None` at the end.
    pub(crate) fn tag(&self) -> Option<u8> {
        self.0.peek_byte()
    }

    /// The next element, header included.
    pub(crate) fn raw(&mut self, tag: u8) -> Result<&'a [u8], NotDer> {
        if self.tag() != Some(tag) {
            return Err(NotDer);
        }
        Ok(self.0.tlv_bytes()?)
    }

    /// The content of the next element.
    pub(crate) fn value(&mut self, tag: u8) -> Result<&'a [u8], NotDer> {
        if self.tag() != Some(tag) {
            return Err(NotDer);
        }
        let header = Header::decode(&mut self.0)?;
        Ok(self.0.read_slice(header.length)?)
    }

    /// A reader over the content of the next element.
    pub(crate) fn inside(&mut self, tag: u8) -> Result<Der<'a>, NotDer> {
        Der::new(self.value(tag)?)
    }

    pub(crate) fn oid(&mut self) -> Result<ObjectIdentifier, NotDer> {
        ObjectIdentifier::from_bytes(self.value(OID)?).map_err(|_| NotDer)
    }

    /// A small non-negative INTEGER.
    pub(crate) fn small(&mut self) -> Result<u8, NotDer> {
        match self.value(INTEGER)? {
            [number @ 0..=127] => Ok(*number),
            _ => Err(NotDer),
        }
    }

    /// The bits of a BIT STRING without unused ones.
    pub(crate) fn bits(&mut self) -> Result<&'a [u8], NotDer> {
        match self.value(BIT_STRING)? {
            [0, bits @ ..] => Ok(bits),
            _ => Err(NotDer),
        }
    }

    /// Everything was read.
    pub(crate) fn done(&self) -> Result<(), NotDer> {
        if self.tag().is_none() { Ok(()) } else { Err(NotDer) }
    }
}

/// The single element that makes up all of `bytes`: its content.
pub(crate) fn only(bytes: &[u8], tag: u8) -> Result<Der<'_>, NotDer> {
    let mut outer = Der::new(bytes)?;
    let inner = outer.inside(tag)?;
    outer.done()?;
    Ok(inner)
}

/// One element made of a tag and the parts of its content.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let tag = Tag::try_from(tag).expect("tags are constants of this crate");
    AnyRef::new(tag, &content).and_then(|any| any.to_der()).expect("signed structures stay far below 256 MiB")
}

pub(crate) fn oid(oid: ObjectIdentifier) -> Vec<u8> {
    element(OID, &[oid.as_bytes()])
}

/// A SET OF: elements in the order DER demands.
pub(crate) fn set_of(tag: u8, mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    element(tag, &elements.iter().map(Vec::as_slice).collect::<Vec<_>>())
}
