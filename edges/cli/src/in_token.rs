//! Keys that stay in a token (PKCS #11): the log's, and those of authorities.

use crate::Failure;
use kernel::{Clock, Random};
use seal::{Addressed, AgencyKeys, Authority, CertificateRequest, KeyElsewhere};
use std::sync::atomic::{AtomicBool, Ordering};
use tlog::cosignature::Signer;
use token::{HeldKey, TokenFault};
use tokio::task::block_in_place;

/// A key in a token, which may be away for a while.
pub struct InToken {
    key: HeldKey,
    whose: &'static str,
    away: AtomicBool,
}

impl InToken {
    /// The key, and whose it is, for the program's own log.
    pub const fn new(key: HeldKey, whose: &'static str) -> Self {
        Self { key, whose, away: AtomicBool::new(false) }
    }

    fn told<T>(&self, signed: Result<T, TokenFault>) -> Option<T> {
        // Told once when it begins and once when it is over: the log's is tried again several times a second.
        match (&signed, self.away.swap(signed.is_err(), Ordering::Relaxed)) {
            (Err(fault), false) => {
                tracing::error!(%fault, whose = self.whose, "a token does not sign; orders wait for it")
            }
            (Ok(_), true) => tracing::info!(whose = self.whose, "the token signs again"),
            _ => {}
        }
        signed.ok()
    }
}

impl Signer for InToken {
    fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        self.told(self.key.sign_ed25519(message))
    }
}

impl KeyElsewhere for InToken {
    // A token takes its time for each order of a batch: others are answered meanwhile.
    fn sign_ed25519(&self, message: &[u8]) -> Option<[u8; 64]> {
        block_in_place(|| self.told(self.key.sign_ed25519(message)))
    }

    fn sign_p256(&self, message: &[u8]) -> Option<Vec<u8>> {
        block_in_place(|| self.told(self.key.sign(message)))
    }
}

/// The key of an authority at this address; nothing is asked of the token yet.
///
/// # Errors
/// When the text is no address of a key.
pub fn open(address: &str) -> Result<Box<dyn KeyElsewhere>, String> {
    Ok(Box::new(InToken::new(held(address)?, "an authority")))
}

fn held(address: &str) -> Result<HeldKey, String> {
    address.parse().map(HeldKey::new).map_err(|fault: token::AddressFault| fault.to_string())
}

/// Where the two keys of an authority are to be, as the operator wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Address of the seal key (Ed25519).
    pub seal: String,
    /// Address of the document key (P-256).
    pub document: String,
}

impl Places {
    /// Finds the keys in their tokens, makes there what is not there, and lets the authority certify the document key.
    ///
    /// # Errors
    /// When an address is none, or a token is away, does not take its PIN, or cannot make the key.
    pub fn keys(
        &self,
        authority: &Authority,
        agency: &CertificateRequest<'_>,
        random: &dyn Random,
        clock: &dyn Clock,
    ) -> Result<AgencyKeys, Failure> {
        let (seal, document) = (held(&self.seal)?, held(&self.document)?);
        let label = agency.serial_number;
        let public = match seal.ed25519_public()? {
            Some(public) => public,
            None => seal.create_ed25519(label)?,
        };
        let info = match document.p256_public()? {
            Some(info) => info,
            None => document.create_p256(label)?,
        };
        let certificate = authority.certify_document(random, &info, agency, clock.now())?;
        let addressed = |address: &str| Ok::<_, String>(Addressed { address: address.to_owned(), key: open(address)? });
        let keys = AgencyKeys::elsewhere(addressed(&self.seal)?, public, addressed(&self.document)?, certificate)?;
        // A key that cannot sign is found before anybody is told of it.
        keys.try_out()?;
        Ok(keys)
    }
}
