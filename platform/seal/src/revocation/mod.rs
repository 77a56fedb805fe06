//! Is a certificate revoked? Lists ([`crl`]) and answers ([`ocsp`]) of authorities, judged as bytes.
//!
//! Both are signed, so it does not matter how they came here. Fetching, keeping and deciding what to do when nothing
//! fresh is at hand are the business of others.

pub mod crl;
pub mod ocsp;

use kernel::Text;
use time::{Duration, OffsetDateTime};

use crate::card::CardFault;
use crate::card::certificate::CardCertificate;

/// How far ahead of ours the clock of an authority may be.
pub const SKEW: Duration = Duration::minutes(5);

/// Why a list or an answer says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevocationFault {
    /// The bytes are not what they should be.
    #[error("the revocation data is malformed: {0}")]
    Malformed(&'static str),
    /// More bytes or entries than are read.
    #[error("the revocation data is too large")]
    TooLarge,
    /// The responder gave no answer: its status.
    #[error("the responder did not answer (status {0})")]
    Status(u8),
    /// An algorithm or key that is not accepted.
    #[error("the revocation data uses an algorithm that is not accepted")]
    Algorithm,
    /// It is by another authority than the one that was asked.
    #[error("the revocation data is by another authority")]
    Issuer,
    /// Who signed may not sign such.
    #[error("the signer of the revocation data has no right to sign it")]
    Usage,
    /// The signature does not verify.
    #[error("the signature on the revocation data does not verify")]
    Signature,
    /// A critical extension this reader does not know; then the list may mean less than it seems to.
    #[error("the revocation data has an unknown critical extension")]
    CriticalExtension,
    /// It is about another certificate.
    #[error("the answer is about another certificate")]
    CertificateId,
    /// The nonce that was sent did not come back.
    #[error("the answer does not repeat the nonce")]
    Nonce,
    /// It claims to be made in the future.
    #[error("the revocation data is dated in the future")]
    Future,
    /// It is out of date, or does not say until when it counts.
    #[error("the revocation data is out of date")]
    Stale,
}

impl RevocationFault {
    const fn entry(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::Malformed(_) => ("revocation/malformed", 201, "廢止資料格式不正確"),
            Self::TooLarge => ("revocation/too-large", 202, "廢止資料過大"),
            Self::Status(_) => ("revocation/status", 203, "憑證機構未予答覆"),
            Self::Algorithm => ("revocation/algorithm", 204, "廢止資料使用了不被接受的演算法"),
            Self::Issuer => ("revocation/issuer", 205, "廢止資料出自其他憑證機構"),
            Self::Usage => ("revocation/usage", 206, "廢止資料的簽署者無此權限"),
            Self::Signature => ("revocation/signature", 207, "廢止資料簽章驗證不符"),
            Self::CriticalExtension => ("revocation/critical-extension", 208, "廢止資料含有無法辨識的必要擴充欄位"),
            Self::CertificateId => ("revocation/certificate-id", 209, "答覆所指為其他憑證"),
            Self::Nonce => ("revocation/nonce", 210, "答覆未包含所送出的隨機值"),
            Self::Future => ("revocation/future", 211, "廢止資料的日期在未來"),
            Self::Stale => ("revocation/stale", 212, "廢止資料已逾期"),
        }
    }

    /// The stable code.
    pub const fn code(self) -> &'static str {
        self.entry().0
    }

    /// The stable number that stands in the log.
    pub const fn number(self) -> u16 {
        self.entry().1
    }

    /// The reason in both languages.
    pub fn text(self) -> Text {
        Text::new(self.entry().2, self.to_string())
    }
}

impl From<crate::asn1::NotDer> for RevocationFault {
    fn from(_: crate::asn1::NotDer) -> Self {
        Self::Malformed("not DER, or parts missing or too many")
    }
}

/// Reading a certificate or algorithm inside revocation data.
impl From<CardFault> for RevocationFault {
    fn from(fault: CardFault) -> Self {
        match fault {
            CardFault::WeakDigest | CardFault::ShortKey | CardFault::Curve | CardFault::Algorithm => Self::Algorithm,
            CardFault::Signature => Self::Signature,
            CardFault::CriticalExtension => Self::CriticalExtension,
            CardFault::TooLarge => Self::TooLarge,
            _ => Self::Malformed("certificate"),
        }
    }
}

/// From when until when something counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// It says what was known then.
    pub this_update: OffsetDateTime,
    /// There is newer to be had from then on.
    pub next_update: OffsetDateTime,
}

impl Period {
    /// Not dated in the future.
    fn begun(self, at: OffsetDateTime) -> Result<Self, RevocationFault> {
        if self.this_update > at + SKEW { Err(RevocationFault::Future) } else { Ok(self) }
    }

    /// Does it count at `at`, or did it until at most `grace` ago?
    pub fn is_fresh(self, at: OffsetDateTime, grace: Duration) -> bool {
        self.this_update <= at + SKEW && at < self.next_update + grace
    }
}

/// SHA-256 of the certificate's subject public key: the name under which what an authority says is kept, because a
/// renewed certificate of the same key revokes the same cards.
///
/// # Errors
/// If the bytes are no certificate.
pub fn authority_key(ca: &[u8]) -> Result<[u8; 32], RevocationFault> {
    let (_, key) = CardCertificate::read(ca)?.name_and_key(false);
    key.try_into().map_err(|_| RevocationFault::Malformed("certificate"))
}

/// The serial number of a certificate as encoded.
///
/// # Errors
/// If the bytes are no certificate.
pub fn serial_of(certificate: &[u8]) -> Result<Vec<u8>, RevocationFault> {
    Ok(CardCertificate::read(certificate)?.serial.to_vec())
}
