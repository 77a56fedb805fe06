//! Keys that a program holds for as long as it runs: the token may be taken out and put back meanwhile.

use crate::{KeyAddress, Pin, Token, TokenFault, module};
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Modules with what is held of them. A module is started, and a token signed in to, once in a process, so keys share them and take turns.
static HELD: Mutex<BTreeMap<PathBuf, Arc<Module>>> = Mutex::new(BTreeMap::new());

/// A key by its address. The token is signed in to when it is first needed. Beside held keys nothing else may use the same module.
#[derive(Clone, Debug)]
pub struct HeldKey {
    address: KeyAddress,
    module: Arc<Module>,
}

/// Tokens by label.
type Module = Mutex<BTreeMap<String, State>>;

#[derive(Debug)]
enum State {
    Here(Token),
    /// The token did not take the PIN. It is never tried again by itself: tokens lock.
    Refused(String),
}

impl HeldKey {
    /// The key at this address; nothing is looked at yet.
    #[must_use]
    pub fn new(address: KeyAddress) -> Self {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        let module = Arc::clone(held.entry(address.module.clone()).or_default());
        drop(held);
        Self { address, module }
    }

    /// Where it is.
    #[must_use]
    pub const fn address(&self) -> &KeyAddress {
        &self.address
    }

    /// Signs with an Ed25519 key (RFC 8032, the message as it is).
    ///
    /// # Errors
    /// When the token is away, does not take the PIN, or has no such key.
    pub fn sign_ed25519(&self, message: &[u8]) -> Result<[u8; 64], TokenFault> {
        self.with(|token| token.sign_ed25519(&self.address.id, message))
    }

    /// Signs with a P-256 or RSA key, as [`Token::sign`].
    ///
    /// # Errors
    /// As [`HeldKey::sign_ed25519`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, TokenFault> {
        self.with(|token| token.sign(&self.address.id, message))
    }

    /// The raw public key of an Ed25519 key; `None` if the token has no key of this id.
    ///
    /// # Errors
    /// As [`HeldKey::sign_ed25519`].
    pub fn ed25519_public(&self) -> Result<Option<[u8; 32]>, TokenFault> {
        self.with(|token| token.ed25519_public(&self.address.id))
    }

    /// The public key (SubjectPublicKeyInfo, DER) of a P-256 key; `None` if the token has no key of this id.
    ///
    /// # Errors
    /// As [`HeldKey::sign_ed25519`].
    pub fn p256_public(&self) -> Result<Option<Vec<u8>>, TokenFault> {
        self.with(|token| token.p256_public(&self.address.id))
    }

    /// Makes an Ed25519 key here; gives its raw public key.
    ///
    /// # Errors
    /// As [`Token::create_ed25519`].
    pub fn create_ed25519(&self, label: &str) -> Result<[u8; 32], TokenFault> {
        self.with(|token| token.create_ed25519(&self.address.id, label))
    }

    /// Makes a P-256 key here; gives its public key (SubjectPublicKeyInfo, DER).
    ///
    /// # Errors
    /// As [`Token::create_p256`].
    pub fn create_p256(&self, label: &str) -> Result<Vec<u8>, TokenFault> {
        self.with(|token| token.create_p256(&self.address.id, label))
    }

    fn with<T>(&self, ask: impl Fn(&Token) -> Result<T, TokenFault>) -> Result<T, TokenFault> {
        let label = &self.address.token;
        let mut tokens = self.module.lock().unwrap_or_else(PoisonError::into_inner);
        match tokens.get(label) {
            Some(State::Refused(why)) => return Err(TokenFault::Refused(why.clone())),
            Some(State::Here(token)) => {
                if let Ok(answer) = ask(token) {
                    return Ok(answer);
                }
            }
            None => {}
        }
        // The token may have been away since, and what the module knows of it is stale. Other tokens are signed in to again in turn.
        tokens.retain(|_, state| matches!(state, State::Refused(_)));
        module::restart(&self.address.module)?;
        match self.open() {
            Ok(token) => {
                let answer = ask(&token);
                tokens.insert(label.clone(), State::Here(token));
                answer
            }
            Err(fault @ (TokenFault::WrongPin(_) | TokenFault::PinForm | TokenFault::Locked)) => {
                tokens.insert(label.clone(), State::Refused(fault.to_string()));
                Err(fault)
            }
            Err(fault) => Err(fault),
        }
    }

    fn open(&self) -> Result<Token, TokenFault> {
        let KeyAddress { token, module, pin, .. } = &self.address;
        let unreadable = |error: std::io::Error| TokenFault::PinFile(error.to_string());
        if std::fs::metadata(pin).map_err(unreadable)?.mode() & 0o077 != 0 {
            return Err(TokenFault::PinFile("it is open to others; find out who read it, then `chmod 600` it".into()));
        }
        Token::open(module, token, &Pin::from_file(pin)?)
    }
}
