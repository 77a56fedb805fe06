//! vault: envelope encryption of single values.
//!
//! Owns:     data keys (one for each subject), how they are wrapped under the keys of a ring, the sealed form of a value, the key ring in files.
//! Promises: a sealed value opens only with the key of its subject and only at the place it was sealed for, so that it can be neither
//!           read nor moved; whoever destroys a data key has destroyed everything sealed with it; a key never shows in a log.
//! Never:    knows what a value means or where it is stored; asks a random device: chance is a parameter.
//! Start at: [`DataKey::seal`], [`KeyWrap`], [`FileRing`].

mod cipher;
mod key;
mod place;
mod ring;
mod wrap;

pub use key::DataKey;
pub use place::Place;
pub use ring::FileRing;
pub use wrap::{KeyWrap, WrappedKey, rewrap, wrap_new};
pub use zeroize::Zeroizing;

/// Why something was not sealed, opened or kept. None of these says anything about the value.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The bytes are too short to be a sealed value or a wrapped key.
    #[error("the sealed bytes are cut short")]
    Truncated,
    /// Sealed in a form that this program does not know.
    #[error("sealed in form {0}, which this program does not know")]
    Form(u8),
    /// The key is not the right one, the value belongs to another place, or the bytes were changed; which of them cannot be told.
    #[error("the sealed bytes do not open with this key at this place")]
    NotOpened,
    /// The ring has no key of this number.
    #[error("the key ring has no key number {0}")]
    NoRingKey(u32),
    /// A key file does not hold a key.
    #[error("the key file `{0}` is damaged")]
    Damaged(String),
    /// The ring cannot be read or written.
    #[error("the key ring cannot be read or written")]
    Ring(#[from] std::io::Error),
    /// A device that holds the ring answered with a fault.
    #[error("the device that holds the key ring failed: {0}")]
    Device(String),
}
