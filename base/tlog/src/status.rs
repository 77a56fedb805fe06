//! The status file: two bits for each leaf (`docs/verification.md`, section 5).

use crate::{
    hash::{Hash, sha256, sha256_of},
    state::State,
};

/// What stands before the file of a log that is not the first shard, when its leaf commits to it.
const PREFIX: &[u8] = b"gov-order/t1";

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

/// The states of the orders of one shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Year of its origin.
    pub year: u16,
    /// How many of its leaves are spoken of.
    pub leaves: u64,
    /// Their states.
    pub bits: StatusBits,
}

/// What a snapshot says: of its own shard, and of all that were closed before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusFile {
    /// The closed shards, oldest first.
    earlier: Vec<Section>,
    own: Section,
}

impl StatusFile {
    /// The states of a shard and of those before it.
    #[must_use]
    pub const fn new(earlier: Vec<Section>, own: Section) -> Self {
        Self { earlier, own }
    }

    /// The bytes of the file: of the first shard the bits alone.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        if self.earlier.is_empty() {
            return self.own.bits.bytes().to_vec();
        }
        let mut out = Vec::new();
        for Section { year, leaves, bits } in self.earlier.iter().chain([&self.own]) {
            out.extend_from_slice(&year.to_be_bytes());
            out.extend_from_slice(&leaves.to_be_bytes());
            out.extend_from_slice(bits.bytes());
        }
        out
    }

    /// What the type 6 leaf commits to.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        if self.earlier.is_empty() { sha256(&self.bytes()) } else { sha256_of(&[PREFIX, &self.bytes()]) }
    }

    /// Reads the file to which the type 6 leaf at `index` in the shard of `year` commits; `None` if it is not that file.
    #[must_use]
    pub fn open(bytes: &[u8], commitment: &Hash, year: u16, index: u64) -> Option<Self> {
        if sha256(bytes) == *commitment {
            let bits = StatusBits::from_bytes(bytes.to_vec());
            let own = Section { year, leaves: index, bits };
            return (bytes.len() == StatusBits::bytes_for(index)).then_some(Self { earlier: Vec::new(), own });
        }
        if sha256_of(&[PREFIX, bytes]) != *commitment {
            return None;
        }
        let (mut earlier, mut rest) = (Vec::<Section>::new(), bytes);
        while !rest.is_empty() {
            let (section, after) = section(rest)?;
            if earlier.last().is_some_and(|before| before.year >= section.year) {
                return None;
            }
            earlier.push(section);
            rest = after;
        }
        let own = earlier.pop().filter(|own| (own.year, own.leaves) == (year, index))?;
        (!earlier.is_empty()).then_some(Self { earlier, own })
    }

    /// What is said of the shard of `year`.
    #[must_use]
    pub fn of(&self, year: u16) -> Option<&Section> {
        self.earlier.iter().chain([&self.own]).find(|section| section.year == year)
    }

    /// The shards before its own.
    #[must_use]
    pub fn earlier(&self) -> &[Section] {
        &self.earlier
    }

    /// Its own shard.
    #[must_use]
    pub const fn own(&self) -> &Section {
        &self.own
    }

    /// Its parts: the shards before its own, and its own.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Section>, Section) {
        (self.earlier, self.own)
    }
}

/// The section at the beginning of `bytes`, and what follows it.
fn section(bytes: &[u8]) -> Option<(Section, &[u8])> {
    let (year, rest) = bytes.split_first_chunk::<2>()?;
    let (leaves, rest) = rest.split_first_chunk::<8>()?;
    let leaves = u64::from_be_bytes(*leaves);
    let (bits, rest) = rest.split_at_checked(usize::try_from(leaves.div_ceil(4)).ok()?)?;
    let bits = StatusBits::from_bytes(bits.to_vec());
    Some((Section { year: u16::from_be_bytes(*year), leaves, bits }, rest))
}
