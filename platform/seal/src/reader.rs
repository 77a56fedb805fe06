//! What a card in a reader answers: the CMS of this platform's profile around a signature that the card made.
//!
//! The software that talks to the card knows certificates and how to have bytes signed; what is signed and how it is wrapped
//! up is written here, once, for cards and software cards alike.

use time::OffsetDateTime;

use crate::certificate::Certificate;
use crate::cms::CmsFault;
use crate::signer::{self, Digested};

/// The certificates a card answers with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCertificates {
    /// The card's own, DER.
    pub own: Vec<u8>,
    /// Of the CA that issued it, DER; without it whoever reads the answer must know the CA.
    pub authority: Option<Vec<u8>>,
}

impl CardCertificates {
    /// Picks the certificate for signatures and the one of its CA from what lies on a card: cards carry one for signatures and one
    /// for encryption. None if there is none for signatures, or more than one.
    #[must_use]
    pub fn pick<'a>(all: impl IntoIterator<Item = &'a [u8]>, at: OffsetDateTime) -> Option<Self> {
        let all: Vec<Certificate<'a>> = all.into_iter().filter_map(|der| Certificate::parse(der).ok()).collect();
        let mut own = all.iter().filter(|certificate| certificate.check_may_sign().is_ok());
        let (found, None) = (own.next()?, own.next()) else { return None };
        let authority = all.iter().find(|ca| found.check_issued_by(ca, at).is_ok());
        Some(Self { own: found.der.to_vec(), authority: authority.map(|ca| ca.der.to_vec()) })
    }

    /// Puts `content` and the signature that `signature` makes over the bytes it is handed into a CMS.
    ///
    /// # Errors
    /// If the certificate cannot be read, its key is of another kind, or the card does not sign.
    pub fn answer<E: From<CmsFault>>(
        &self,
        content: &[u8],
        now: OffsetDateTime,
        signature: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        let others: Vec<&[u8]> = self.authority.iter().map(Vec::as_slice).collect();
        signer::sign(&self.own, &others, Digested::Attached(content), Some(now), signature)
    }
}
