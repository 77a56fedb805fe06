//! Token: keys that never leave a PKCS #11 device, be it a card behind its reader, an HSM or SoftHSM.
//!
//! Owns: loading a vendor's module, finding a token by its label, PINs, signatures and wrapped data keys; the only crate
//! that knows PKCS #11.
//! Promises: bytes in, bytes out. A PIN is tried once and never again by itself, because cards lock. Whatever the vendor's
//! module says becomes one of a few reasons a person can act on.
//! Never: takes a private key out, keeps a PIN longer than the sign-in to the token, decides what may be signed.
//! Start at: [`Slot::find`], then [`Token`].

mod address;
mod fault;
mod held;
mod key;
mod module;
mod pin;
mod slot;
mod token;

pub use address::{AddressFault, KeyAddress, SCHEME};
pub use fault::{TokenFault, Tries};
pub use held::HeldKey;
pub use pin::Pin;
pub use slot::{Certificate, Reader, Slot, readers};
pub use token::Token;
