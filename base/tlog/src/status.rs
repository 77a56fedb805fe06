//! The status file: two bits for each leaf (`docs/verification.md`, section 5).

use crate::state::State;

/// The states of all orders below some leaf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusBits {
    bytes: Vec<u8>,
}

impl StatusBits {
    /// All valid, for `leaves` leaves.
    #[must_use]
    pub fn new(leaves: u64) -> Self {
        let mut bits = Self::default();
        bits.grow(leaves);
        bits
    }

    /// Takes over the bytes of a file.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// The bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Makes room for `leaves` leaves; new ones are valid.
    pub fn grow(&mut self, leaves: u64) {
        let bytes = Self::bytes_for(leaves);
        if bytes > self.bytes.len() {
            self.bytes.resize(bytes, 0);
        }
    }

    /// How long the file for `leaves` leaves is.
    #[must_use]
    pub fn bytes_for(leaves: u64) -> usize {
        usize::try_from(leaves.div_ceil(4)).expect("a status file fits into memory")
    }

    /// The two bits of a leaf; 0 outside the file.
    #[must_use]
    pub fn get(&self, leaf: u64) -> u8 {
        let byte = usize::try_from(leaf / 4).ok().and_then(|at| self.bytes.get(at)).copied().unwrap_or(0);
        byte >> (2 * (leaf % 4)) & 3
    }

    /// Writes the state of the order whose type 1 leaf is `leaf`.
    pub fn set(&mut self, leaf: u64, state: State) {
        self.grow(leaf + 1);
        let at = usize::try_from(leaf / 4).expect("a status file fits into memory");
        let shift = 2 * (leaf % 4);
        self.bytes[at] = self.bytes[at] & !(3 << shift) | state.bits() << shift;
    }
}
