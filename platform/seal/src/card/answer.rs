//! What a card component answers: a CMS SignedData (RFC 5652, also known as PKCS#7) of its own making.

use time::OffsetDateTime;

use super::CardFault;
use super::certificate::{Algorithm, CardCertificate, read_sha_256};
use super::path::CardTrust;
use crate::asn1::{self, Der};
use crate::certificate::{Subject, subject_of};
use crate::cms::{self, Attributes, CERTIFICATES_MAX, CMS_BYTES_MAX, CmsFault};
use tlog::hash::sha256;

/// What a good card signed, and whose card it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSigned {
    /// What was signed.
    pub content: Vec<u8>,
    /// Whom the certificate names.
    pub certificate: Subject,
    /// The name of the authority the card belongs to.
    pub authority: String,
    /// Certificates (DER) above the card's, its issuer first, the root last.
    pub issuers: Vec<Vec<u8>>,
    /// The certificate's serial number as encoded.
    pub serial: Vec<u8>,
    /// The fragment of the holder's national id, if the authority's cards carry one.
    pub fragment: Option<String>,
    /// Where the certificate says its revocation list is.
    pub crl_points: Vec<String>,
    /// When the card says to have signed, if it does.
    pub signing_time: Option<OffsetDateTime>,
}

/// Verifies the answer of a card component that carries the content it signed, at the time `at`.
///
/// Whether the card was revoked is asked elsewhere ([`crate::revocation`]).
///
/// # Errors
/// The first reason why the card is not accepted.
pub fn verify_card(cms: &[u8], trust: &CardTrust, at: OffsetDateTime) -> Result<CardSigned, CardFault> {
    let answer = Answer::read(cms)?;
    let content = answer.content.ok_or(CardFault::Content)?;
    let card = answer.card()?;
    let card = CardCertificate::read(card)?;
    let (authority, issuers) = trust.check(&card, at)?;
    let signing_time = answer.verify(&card, content)?;
    Ok(CardSigned {
        content: content.to_vec(),
        certificate: subject_of(card.der).map_err(|_| CardFault::Malformed("certificate"))?,
        authority: authority.name().to_owned(),
        issuers,
        serial: card.serial.to_vec(),
        fragment: authority.fragment().and_then(|oid| card.directory_attribute(oid)),
        crl_points: card.crl_points(),
        signing_time,
    })
}

enum SignerIdentifier<'a> {
    IssuerAndSerial(&'a [u8], &'a [u8]),
    SubjectKey(&'a [u8]),
}

/// The parts that are looked at.
struct Answer<'a> {
    content: Option<&'a [u8]>,
    certificates: Vec<&'a [u8]>,
    signer: SignerIdentifier<'a>,
    algorithm: Algorithm,
    signed_attributes: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Answer<'a> {
    fn read(cms: &'a [u8]) -> Result<Self, CardFault> {
        if cms.len() > CMS_BYTES_MAX {
            return Err(CardFault::TooLarge);
        }
        let mut info = asn1::only(cms, asn1::SEQUENCE)?;
        if info.oid()? != asn1::ID_SIGNED_DATA {
            return Err(CardFault::Malformed("not signed data"));
        }
        let mut explicit = info.inside(asn1::CONTEXT_0)?;
        info.done()?;
        let mut data = explicit.inside(asn1::SEQUENCE)?;
        explicit.done()?;
        read_version(&mut data)?;
        let mut digests = data.inside(asn1::SET)?;
        while digests.tag().is_some() {
            read_sha_256(digests.inside(asn1::SEQUENCE)?)?;
        }
        let content = read_content(data.inside(asn1::SEQUENCE)?)?;
        let certificates = read_certificates(&mut data)?;
        if data.tag() == Some(0xa1) {
            // Revocation lists somebody put in: not believed, so not read.
            data.value(0xa1)?;
        }
        let mut signers = data.inside(asn1::SET)?;
        data.done()?;
        let signer = signers.inside(asn1::SEQUENCE).map_err(|_| CardFault::Signers)?;
        if signers.tag().is_some() {
            return Err(CardFault::Signers);
        }
        Self::read_signer(signer, content, certificates)
    }

    fn read_signer(
        mut info: Der<'a>,
        content: Option<&'a [u8]>,
        certificates: Vec<&'a [u8]>,
    ) -> Result<Self, CardFault> {
        read_version(&mut info)?;
        let signer = if info.tag() == Some(0x80) {
            SignerIdentifier::SubjectKey(info.value(0x80)?)
        } else {
            let mut named = info.inside(asn1::SEQUENCE)?;
            let named_by = SignerIdentifier::IssuerAndSerial(named.raw(asn1::SEQUENCE)?, named.value(asn1::INTEGER)?);
            named.done()?;
            named_by
        };
        read_sha_256(info.inside(asn1::SEQUENCE)?)?;
        // Without signed attributes the signature would be over whatever bytes the card was given.
        let signed_attributes = info.raw(asn1::CONTEXT_0).map_err(|_| CardFault::Attributes)?;
        let algorithm = Algorithm::read(info.inside(asn1::SEQUENCE)?)?;
        if matches!(algorithm, Algorithm::Rsa384 | Algorithm::Rsa512) {
            return Err(CardFault::Algorithm);
        }
        let signature = info.value(asn1::OCTET_STRING)?;
        if info.tag() == Some(0xa1) {
            // Unsigned attributes, such as a time stamp: nothing here relies on them.
            info.value(0xa1)?;
        }
        info.done()?;
        Ok(Self { content, certificates, signer, algorithm, signed_attributes, signature })
    }

    /// The certificate the signer names. Others may lie beside it and are not read further.
    fn card(&self) -> Result<&'a [u8], CardFault> {
        let mut fault = CardFault::SignerMissing;
        for der in &self.certificates {
            match CardCertificate::read(der) {
                Ok(certificate) if self.is_signer(&certificate) => return Ok(der),
                Ok(_) => {}
                // The signer's own may be the one that cannot be read; then this is what there is to say.
                Err(why) => fault = why,
            }
        }
        Err(fault)
    }

    fn is_signer(&self, certificate: &CardCertificate<'_>) -> bool {
        match self.signer {
            SignerIdentifier::IssuerAndSerial(issuer, serial) => {
                certificate.issuer == issuer && certificate.serial == serial
            }
            SignerIdentifier::SubjectKey(key) => certificate.subject_key() == Some(key),
        }
    }

    /// Checks content and signature; the time the card says to have signed.
    fn verify(&self, card: &CardCertificate<'_>, content: &[u8]) -> Result<Option<OffsetDateTime>, CardFault> {
        let attributes = read_attributes(self.signed_attributes)?;
        if attributes.digest != sha256(content) {
            return Err(CardFault::Content);
        }
        // The signature is over the attributes with the tag of a SET (RFC 5652, 5.4), otherwise as received.
        let mut signed = self.signed_attributes.to_vec();
        signed[0] = asn1::SET;
        card.verify(self.algorithm, &signed, self.signature)?;
        if attributes.signing_certificate.is_some_and(|named| named != sha256(card.der)) {
            return Err(CardFault::SignerMissing);
        }
        Ok(attributes.signing_time)
    }
}

/// Versions 1 to 5 mean what RFC 5652 says, and components do not all follow it; nothing depends on the number.
fn read_version(reader: &mut Der<'_>) -> Result<(), CardFault> {
    match reader.small()? {
        1..=5 => Ok(()),
        _ => Err(CardFault::Malformed("version")),
    }
}

fn read_content(mut encapsulated: Der<'_>) -> Result<Option<&[u8]>, CardFault> {
    if encapsulated.oid()? != asn1::ID_DATA {
        return Err(CardFault::NestedContent);
    }
    if encapsulated.tag().is_none() {
        return Ok(None);
    }
    let mut explicit = encapsulated.inside(asn1::CONTEXT_0)?;
    encapsulated.done()?;
    let content = explicit.value(asn1::OCTET_STRING)?;
    explicit.done()?;
    Ok(Some(content))
}

fn read_certificates<'a>(data: &mut Der<'a>) -> Result<Vec<&'a [u8]>, CardFault> {
    let mut certificates = Vec::new();
    if data.tag() != Some(asn1::CONTEXT_0) {
        return Err(CardFault::SignerMissing);
    }
    let mut set = data.inside(asn1::CONTEXT_0)?;
    while set.tag().is_some() {
        if certificates.len() == CERTIFICATES_MAX {
            return Err(CardFault::TooLarge);
        }
        certificates.push(set.raw(asn1::SEQUENCE)?);
    }
    Ok(certificates)
}

/// The same attributes as everywhere; what cannot be read of them is one fault to whoever holds the card.
fn read_attributes(raw: &[u8]) -> Result<Attributes, CardFault> {
    cms::read_attributes(raw).map_err(|fault| match fault {
        CmsFault::Algorithm => CardFault::Algorithm,
        _ => CardFault::Attributes,
    })
}
