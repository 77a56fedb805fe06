//! The formats of the register: every byte that others can check, and every function over such bytes.
//!
//! Owns:     leaves, the Merkle tree and its tiles, signed notes, checkpoints, policies, key and erasure statements, states and status bits.
//! Promises: what is written is what `docs/verification.md` and the C2SP documents say, byte for byte; what is read is refused
//!           unless it encodes back to the same bytes; whoever has the same bytes comes to the same answer.
//! Never:    reads a file, a socket, a database, a clock or chance.
//! Start at: [`leaf::Leaf`], [`tree`], [`checkpoint::Checkpoint`].

pub mod checkpoint;
pub mod cosignature;
pub mod erasure;
pub mod export;
pub mod hash;
pub mod issuer;
pub mod key_event;
pub mod leaf;
pub mod note;
pub mod pack;
pub mod policy;
pub mod proof;
pub mod shard;
pub mod state;
pub mod status;
pub mod survey;
pub mod tile;
pub mod tree;
pub mod witness;
