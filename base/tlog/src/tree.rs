//! The Merkle tree of RFC 6962: hashes, proofs made from any source of hashes, and their verification.
//!
//! Everything is said in perfect subtrees ([`Node`]): a proof needs the hashes of some spans of leaves, each span is a few perfect
//! subtrees, and whoever can give the hash of a perfect subtree can make every proof.

use crate::hash::{Hash, sha256};
use std::ops::Range;

/// Node hash: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut buffer = [1; 65];
    buffer[1..33].copy_from_slice(left);
    buffer[33..].copy_from_slice(right);
    sha256(&buffer)
}

/// The root of the empty tree: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    sha256(b"")
}

/// RFC 6962 leaf hash of data of any length: SHA-256(0x00 ‖ data).
#[must_use]
pub fn data_hash(data: &[u8]) -> Hash {
    crate::hash::sha256_of(&[&[0], data])
}

/// A perfect subtree: leaves `index << level` up to `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height: 0 is a leaf.
    pub level: u8,
    /// Position among the nodes of this level.
    pub index: u64,
}

/// Why a proof cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The leaf or the old size lies outside the tree.
    #[error("{0} lies outside a tree of {1} leaves")]
    Outside(u64, u64),
    /// The source does not hold a hash that the proof needs.
    #[error("the hash of node {} at level {} is missing", .0.index, .0.level)]
    Missing(Node),
}

/// The perfect subtrees that make up a span, from left to right. The span must be one of a proof: its start is a multiple of the
/// power of two that is not below its length.
#[must_use]
pub fn nodes_of(span: &Range<u64>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut start = span.start;
    while start < span.end {
        let level = (span.end - start).ilog2();
        nodes.push(Node { level: u8::try_from(level).expect("a log2 of 64 bits is below 64"), index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// The spans whose hashes are the audit path of leaf `index` in a tree of `size`, nearest first.
///
/// # Errors
/// When there is no such leaf.
pub fn inclusion_spans(index: u64, size: u64) -> Result<Vec<Range<u64>>, TreeError> {
    if index >= size {
        return Err(TreeError::Outside(index, size));
    }
    let mut spans = Vec::new();
    let mut here = 0..size;
    while here.end - here.start > 1 {
        let middle = split(&here);
        let (left, right) = (here.start..middle, middle..here.end);
        let (inside, beside) = if index < middle { (left, right) } else { (right, left) };
        spans.push(beside);
        here = inside;
    }
    spans.reverse();
    Ok(spans)
}

/// The spans of the consistency proof between the trees of `old` and `new` leaves (RFC 6962, 2.1.2).
///
/// # Errors
/// When `old` is 0 or above `new`.
pub fn consistency_spans(old: u64, new: u64) -> Result<Vec<Range<u64>>, TreeError> {
    if old == 0 || old > new {
        return Err(TreeError::Outside(old, new));
    }
    let mut spans = Vec::new();
    let mut here = 0..new;
    let mut known = true;
    while here.end != old {
        let middle = split(&here);
        if old <= middle {
            spans.push(middle..here.end);
            here.end = middle;
        } else {
            spans.push(here.start..middle);
            here.start = middle;
            known = false;
        }
    }
    if !known {
        spans.push(here);
    }
    spans.reverse();
    Ok(spans)
}

/// Start plus the largest power of two below the length.
fn split(span: &Range<u64>) -> u64 {
    let length = span.end - span.start;
    span.start + (1 << (length - 1).ilog2())
}

/// The tree hash of a span, from the hashes of its perfect subtrees.
///
/// # Errors
/// When `read` does not have one of them.
pub fn span_hash(span: &Range<u64>, read: &impl Fn(Node) -> Option<Hash>) -> Result<Hash, TreeError> {
    let mut root = None;
    for node in nodes_of(span).into_iter().rev() {
        let hash = read(node).ok_or(TreeError::Missing(node))?;
        root = Some(root.map_or(hash, |right| node_hash(&hash, &right)));
    }
    Ok(root.unwrap_or_else(empty_root))
}

/// The hashes of all spans: with [`inclusion_spans`] or [`consistency_spans`] this is the proof.
///
/// # Errors
/// When `read` does not have one of them.
pub fn prove(spans: &[Range<u64>], read: &impl Fn(Node) -> Option<Hash>) -> Result<Vec<Hash>, TreeError> {
    spans.iter().map(|span| span_hash(span, read)).collect()
}

/// The audit path of leaf `index` in a tree of `size`.
///
/// # Errors
/// When there is no such leaf, or `read` does not have a hash.
pub fn prove_inclusion(index: u64, size: u64, read: &impl Fn(Node) -> Option<Hash>) -> Result<Vec<Hash>, TreeError> {
    prove(&inclusion_spans(index, size)?, read)
}

/// The proof that the tree of `new` leaves begins with that of `old`. It is empty from the empty tree, with which every tree begins.
///
/// # Errors
/// When `old` is above `new`, or `read` does not have a hash.
pub fn prove_consistency(old: u64, new: u64, read: &impl Fn(Node) -> Option<Hash>) -> Result<Vec<Hash>, TreeError> {
    if old == 0 { Ok(Vec::new()) } else { prove(&consistency_spans(old, new)?, read) }
}

/// The root that `path` proves for the leaf hash at `index` in a tree of `size`; `None` if the path does not fit (RFC 9162, 2.1.3.2).
#[must_use]
pub fn root_from_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut at, mut last) = (index, size - 1);
    let mut root = *leaf;
    for hash in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            root = node_hash(hash, &root);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            root = node_hash(&root, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(root)
}

/// Whether `path` proves the leaf hash at `index` under `root`.
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    root_from_inclusion(leaf, index, size, path).as_ref() == Some(root)
}

/// Whether `proof` shows that the tree of `new` leaves begins with that of `old` (RFC 9162, 2.1.4.2).
#[must_use]
pub fn verify_consistency(old: u64, new: u64, proof: &[Hash], old_root: &Hash, new_root: &Hash) -> bool {
    if old == new {
        return old != 0 && proof.is_empty() && old_root == new_root;
    }
    if old == 0 || old > new {
        return false;
    }
    roots_from_consistency(old, new, proof, old_root).is_some_and(|(a, b)| a == *old_root && b == *new_root)
}

fn roots_from_consistency(old: u64, new: u64, proof: &[Hash], old_root: &Hash) -> Option<(Hash, Hash)> {
    let (first, rest) = if old.is_power_of_two() { (old_root, proof) } else { proof.split_first()? };
    let shift = (old - 1).trailing_ones();
    let (mut at, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut a, mut b) = (*first, *first);
    for hash in rest {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            a = node_hash(hash, &a);
            b = node_hash(hash, &b);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            b = node_hash(&b, hash);
        }
        at >>= 1;
        last >>= 1;
    }
    (last == 0).then_some((a, b))
}
