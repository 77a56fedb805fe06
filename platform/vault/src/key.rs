//! The key of one subject.

use crate::{Place, VaultError, cipher};
use kernel::Random;
use zeroize::Zeroizing;

/// A data key: everything sealed for one subject. It is stored wrapped only, and wiped from memory when dropped.
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// A new key.
    #[must_use]
    pub fn new(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut());
        Self(bytes)
    }

    /// The key with these bytes, for whoever wraps and unwraps.
    #[must_use]
    pub const fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The bytes, for whoever wraps and unwraps.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals a value for a place.
    #[must_use]
    pub fn seal(&self, random: &dyn Random, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        cipher::seal(&self.0, random, &place.bytes(), plain)
    }

    /// Opens a value that was sealed with this key for this place.
    ///
    /// # Errors
    /// When it was not, or was changed since.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        cipher::open(&self.0, &place.bytes(), sealed)
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey")
    }
}
