//! Proofs and tiles against the recursive definition of RFC 6962.

use proptest::prelude::*;
use std::collections::HashMap;
use tlog::{
    hash::{Hash, sha256},
    tile::{Edge, TilePath, TileSet, entries_of, root_of, tile_for, tiles_of},
    tree::{
        Node, TreeError, consistency_spans, empty_root, inclusion_spans, node_hash, nodes_of, prove,
        verify_consistency, verify_inclusion,
    },
};

/// Leaf hashes that differ.
fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|i| sha256(&i.to_be_bytes())).collect()
}

/// MTH of RFC 6962, section 2.1, word for word.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [one] => *one,
        _ => {
            let k = leaves.len().next_power_of_two() / 2;
            node_hash(&mth(&leaves[..k]), &mth(&leaves[k..]))
        }
    }
}

/// PATH of RFC 6962, section 2.1.1, word for word.
fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (mut path, beside) =
        if m < k { (path(m, &leaves[..k]), mth(&leaves[k..])) } else { (path(m - k, &leaves[k..]), mth(&leaves[..k])) };
    path.push(beside);
    path
}

/// SUBPROOF of RFC 6962, section 2.1.2, word for word.
fn subproof(m: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if known { vec![] } else { vec![mth(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (mut proof, beside) = if m <= k {
        (subproof(m, &leaves[..k], known), mth(&leaves[k..]))
    } else {
        (subproof(m - k, &leaves[k..], false), mth(&leaves[..k]))
    };
    proof.push(beside);
    proof
}

/// Tiles of a log as the sequencer makes them: full ones as they fill, then the edge.
fn tiles(leaves: &[Hash]) -> (Edge, HashMap<(u8, u64), Vec<Hash>>) {
    let (mut edge, mut tiles) = (Edge::new(), HashMap::new());
    for leaf in leaves {
        edge.push(*leaf, |level, n, hashes| {
            assert!(tiles.insert((level, n), hashes.to_vec()).is_none(), "a tile becomes full once");
        });
    }
    tiles.extend(edge.partial().map(|(level, n, hashes)| ((level, n), hashes.to_vec())));
    (edge, tiles)
}

fn tile_set(tiles: &HashMap<(u8, u64), Vec<Hash>>) -> TileSet {
    let mut set = TileSet::default();
    for ((level, n), hashes) in tiles {
        set.insert(*level, *n, hashes.clone());
    }
    set
}

#[test]
fn every_inclusion_proof_up_to_300_leaves() {
    let all = leaves(300);
    let set = tile_set(&tiles(&all).1);
    for size in 1..=300_u64 {
        let some = &all[..usize::try_from(size).unwrap()];
        let root = mth(some);
        assert_eq!(root_of(some), root);
        for index in 0..size {
            let at = usize::try_from(index).unwrap();
            let proof = prove(&inclusion_spans(index, size).unwrap(), &|node| set.hash(node)).unwrap();
            assert_eq!(proof, path(at, some), "leaf {index} of {size}");
            assert!(verify_inclusion(&all[at], index, size, &proof, &root));
            assert!(!verify_inclusion(&all[at], index + 1, size, &proof, &root));
            assert!(!verify_inclusion(&all[(at + 1) % 300], index, size, &proof, &root));
        }
    }
}

#[test]
fn every_consistency_proof_up_to_130_leaves() {
    let all = leaves(130);
    let set = tile_set(&tiles(&all).1);
    for new in 1..=130_u64 {
        let new_root = mth(&all[..usize::try_from(new).unwrap()]);
        for old in 1..=new {
            let at = usize::try_from(old).unwrap();
            let old_root = mth(&all[..at]);
            let proof = prove(&consistency_spans(old, new).unwrap(), &|node| set.hash(node)).unwrap();
            assert_eq!(proof, subproof(at, &all[..usize::try_from(new).unwrap()], true), "{old} in {new}");
            assert!(verify_consistency(old, new, &proof, &old_root, &new_root));
            assert!(!verify_consistency(old, new, &proof, &new_root, &old_root) || old == new);
        }
    }
}

#[test]
fn tiles_at_the_sizes_where_levels_begin_and_end() {
    let all = leaves(65_537);
    for size in [0_u64, 1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_537] {
        let some = &all[..usize::try_from(size).unwrap()];
        let (edge, tiles) = tiles(some);
        assert_eq!(edge.root(), mth(some), "root at {size}");
        let mut paths: Vec<TilePath> = tiles_of(size).collect();
        assert_eq!(paths.len(), tiles.len(), "tiles at {size}");
        for path in paths.drain(..) {
            let hashes = &tiles[&(path.level.unwrap(), path.n)];
            assert_eq!(hashes.len(), usize::from(path.width), "{path} at {size}");
            let span = 1 << (8 * u32::from(path.level.unwrap()));
            let first = usize::try_from(path.n * 256 * span).unwrap();
            assert_eq!(hashes[0], mth(&some[first..first + usize::try_from(span).unwrap()]), "{path} at {size}");
        }
        assert_eq!(entries_of(size).map(|path| u64::from(path.width)).sum::<u64>(), size);
        let unfinished =
            |level: u8| tiles.get(&(level, size >> (u32::from(level) * 8) >> 8)).cloned().unwrap_or_default();
        assert_eq!(Edge::from_tiles(size, unfinished), Some(edge), "the edge comes back from its tiles at {size}");
    }
}

#[test]
fn a_later_edge_goes_on_where_the_earlier_stopped() {
    let all = leaves(70_000);
    let (mut edge, _) = tiles(&all[..65_400]);
    let mut filled = Vec::new();
    for leaf in &all[65_400..] {
        edge.push(*leaf, |level, n, _| filled.push((level, n)));
    }
    assert_eq!(edge.root(), mth(&all));
    let expected: Vec<_> = (255..273).map(|n| (0, n)).collect();
    assert_eq!(filled.iter().copied().filter(|(level, _)| *level == 0).collect::<Vec<_>>(), expected);
    assert!(filled.contains(&(1, 0)));
}

#[test]
fn the_tiles_of_a_tree_of_511() {
    let widths: Vec<_> = tiles_of(511).map(|path| path.to_string()).collect();
    assert_eq!(widths, ["tile/0/000", "tile/0/001.p/255", "tile/1/000.p/1"]);
}

#[test]
fn proofs_outside_the_tree_are_refused() {
    assert_eq!(inclusion_spans(7, 7), Err(TreeError::Outside(7, 7)));
    assert_eq!(inclusion_spans(0, 0), Err(TreeError::Outside(0, 0)));
    assert_eq!(consistency_spans(0, 7), Err(TreeError::Outside(0, 7)));
    assert_eq!(consistency_spans(8, 7), Err(TreeError::Outside(8, 7)));
    assert!(!verify_inclusion(&empty_root(), 0, 0, &[], &empty_root()));
}

#[test]
fn a_missing_tile_is_named() {
    let set = TileSet::default();
    let missing = prove(&inclusion_spans(0, 2).unwrap(), &|node| set.hash(node));
    assert_eq!(missing, Err(TreeError::Missing(Node { level: 0, index: 1 })));
}

proptest! {
    #[test]
    fn proofs_in_trees_of_any_size_have_the_right_shape(size in 1_u64.., index in 0_u64..) {
        let index = index % size;
        let spans = inclusion_spans(index, size).unwrap();
        // All spans and the leaf itself cover the tree once.
        let covered: u64 = spans.iter().map(|span| span.end - span.start).sum();
        prop_assert_eq!(covered, size - 1);
        for node in spans.iter().flat_map(nodes_of) {
            let (level, n) = tile_for(node);
            prop_assert_eq!(level, node.level / 8);
            prop_assert!(n <= (size - 1) >> 8);
        }
    }

    #[test]
    fn a_changed_proof_proves_nothing(size in 2_u64..2000, pick in 0_u64.., byte in 0_usize.., bit in 0_u8..8) {
        let all = leaves(size);
        let index = pick % size;
        let at = usize::try_from(index).unwrap();
        let mut proof = path(at, &all);
        let place = byte % (proof.len() * 32);
        proof.as_flattened_mut()[place] ^= 1 << bit;
        prop_assert!(!verify_inclusion(&all[at], index, size, &proof, &mth(&all)));
    }

    #[test]
    fn a_proof_of_another_length_proves_nothing(size in 2_u64..2000, pick in 0_u64..) {
        let all = leaves(size);
        let index = pick % size;
        let at = usize::try_from(index).unwrap();
        let proof = path(at, &all);
        prop_assert!(!verify_inclusion(&all[at], index, size, &proof[1..], &mth(&all)));
        let longer = [proof.as_slice(), &[all[0]]].concat();
        prop_assert!(!verify_inclusion(&all[at], index, size, &longer, &mth(&all)));
    }
}
