//! Data keys under the keys of a ring.

use crate::{DataKey, VaultError};
use kernel::Random;

/// A data key as it is stored: under which key of the ring, and the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Number of the ring's key.
    pub ring_key: u32,
    /// The key, sealed.
    pub bytes: Vec<u8>,
}

/// A ring of numbered key-encryption keys: files ([`crate::FileRing`]) or a device that never gives them away.
///
/// `owner` names whose data key it is; it is bound to the wrapped key, so that one subject's key cannot be put in place of another's.
pub trait KeyWrap: Send + Sync {
    /// The number of the key that wraps from now on.
    ///
    /// # Errors
    /// When the ring cannot be read.
    fn current(&self) -> Result<u32, VaultError>;

    /// Wraps a key under the current key of the ring.
    ///
    /// # Errors
    /// When the ring cannot be read.
    fn wrap(&self, random: &dyn Random, owner: &str, key: &DataKey) -> Result<WrappedKey, VaultError>;

    /// Unwraps a key.
    ///
    /// # Errors
    /// When the ring has no such key, or the key was wrapped for another owner or changed.
    fn unwrap(&self, owner: &str, wrapped: &WrappedKey) -> Result<DataKey, VaultError>;
}

/// A new data key for `owner`, and its wrapped form.
///
/// # Errors
/// When the ring cannot be read.
pub fn wrap_new(ring: &dyn KeyWrap, random: &dyn Random, owner: &str) -> Result<(DataKey, WrappedKey), VaultError> {
    let key = DataKey::new(random);
    let wrapped = ring.wrap(random, owner, &key)?;
    Ok((key, wrapped))
}

/// The same key under the ring's current key; none if it already is. What is sealed with it stays as it is.
///
/// # Errors
/// As [`KeyWrap::unwrap`].
pub fn rewrap(
    ring: &dyn KeyWrap,
    random: &dyn Random,
    owner: &str,
    wrapped: &WrappedKey,
) -> Result<Option<WrappedKey>, VaultError> {
    if wrapped.ring_key == ring.current()? {
        return Ok(None);
    }
    let key = ring.unwrap(owner, wrapped)?;
    ring.wrap(random, owner, &key).map(Some)
}
