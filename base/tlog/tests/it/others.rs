//! The same trees, proofs, tiles, notes and checkpoints as three independent crates read and make them: what one accepts the other accepts,
//! and what one refuses the other refuses.

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use proptest::prelude::*;
use sha2::Sha256;
use signed_note::{StandardVerifier, VerifierList};
use std::collections::BTreeMap;
use tlog::{
    checkpoint::Checkpoint,
    hash::Hash,
    note::{LogKey, Note, Vkey},
    tile::{TilePath, root_of, tiles_of},
    tree::{Node, consistency_spans, data_hash, inclusion_spans, prove, verify_consistency, verify_inclusion},
};
use tlog_tiles::tlog as go;

fn data(size: u64) -> Vec<[u8; 8]> {
    (0..size).map(u64::to_be_bytes).collect()
}

fn hashes(size: u64) -> Vec<Hash> {
    data(size).iter().map(|leaf| data_hash(leaf)).collect()
}

fn reader(hashes: &[Hash]) -> impl Fn(Node) -> Option<Hash> {
    |node| {
        let from = usize::try_from(node.index << node.level).unwrap();
        hashes.get(from..from + (1 << node.level)).map(root_of)
    }
}

/// The hashes of a tree as the second crate keeps them: by their number in the order in which they come about.
struct Stored(Vec<go::Hash>);

impl go::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<go::Hash>, go::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

fn stored(size: u64) -> Stored {
    let mut stored = Stored(Vec::new());
    for (n, leaf) in (0..).zip(data(size)) {
        let new = go::stored_hashes(n, &leaf, &stored).unwrap();
        stored.0.extend(new);
    }
    stored
}

fn plain(proof: &[go::Hash]) -> Vec<Hash> {
    proof.iter().map(|hash| hash.0).collect()
}

fn theirs(proof: &[Hash]) -> Vec<go::Hash> {
    proof.iter().map(|hash| go::Hash(*hash)).collect()
}

/// What the first crate says of an inclusion proof.
fn ct_included(proof: &[Hash], index: u64, size: u64, root: &Hash, leaf: u64) -> bool {
    let root = RootHash::<Sha256>::new((*root).into(), size);
    InclusionProof::try_from_bytes(proof.concat())
        .is_ok_and(|proof| root.verify_inclusion(&leaf.to_be_bytes(), index, &proof).is_ok())
}

fn ct_consistent(proof: &[Hash], old: (u64, &Hash), new: (u64, &Hash)) -> bool {
    let root = |(size, root): (u64, &Hash)| RootHash::<Sha256>::new((*root).into(), size);
    ConsistencyProof::try_from_bytes(proof.concat())
        .is_ok_and(|proof| root(new).verify_consistency(&root(old), &proof).is_ok())
}

/// A proof with one thing changed: a bit, a hash more, one fewer, two exchanged.
fn altered(proof: &[Hash], how: u8, at: usize, bit: u8) -> Vec<Hash> {
    let mut proof = proof.to_vec();
    let place = at % proof.len().max(1);
    match how % 4 {
        0 if !proof.is_empty() => proof[place][usize::from(bit) / 8] ^= 1 << (bit % 8),
        1 if !proof.is_empty() => drop(proof.remove(place)),
        2 if proof.len() > 1 => proof.swap(place, 0),
        _ => proof.insert(place, [bit; 32]),
    }
    proof
}

#[test]
fn roots_of_every_size_up_to_600_are_those_of_two_other_crates() {
    let mut tree = MemoryBackedTree::<Sha256, [u8; 8]>::new();
    let (all, stored) = (hashes(600), stored(600));
    for size in 0..=600_u64 {
        let ours = root_of(&all[..usize::try_from(size).unwrap()]);
        assert_eq!(ours.as_slice(), tree.root().as_bytes().as_slice(), "{size}");
        assert_eq!(ours, go::tree_hash(size, &stored).unwrap().0, "{size}");
        tree.push(size.to_be_bytes());
    }
}

#[test]
fn tiles_of_a_tree_are_those_of_another_crate() {
    for size in [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000] {
        let path = |tile: &tlog_tiles::Tile| tile.path().replacen("tile/8/", "tile/", 1);
        let mut expected: BTreeMap<(u8, u64), String> = BTreeMap::new();
        for tile in tlog_tiles::Tile::new_tiles(8, 0, size) {
            expected.insert((tile.level(), tile.level_index()), path(&tile));
        }
        let ours: BTreeMap<(u8, u64), String> =
            tiles_of(size).map(|tile| ((tile.level.unwrap(), tile.n), tile.to_string())).collect();
        assert_eq!(ours, expected, "{size}");
    }
}

fn key() -> LogKey {
    LogKey::from_seed("orders.example/2026", &[7; 32]).unwrap()
}

/// Whether the other crate takes a note to be signed by this key, and the checkpoint it then reads.
fn opened_elsewhere(note: &[u8], vkey: &Vkey) -> Option<(String, u64, Hash)> {
    let verifier = StandardVerifier::new(&vkey.to_string()).unwrap();
    let note = signed_note::Note::from_bytes(note).ok()?;
    note.verify(&VerifierList::new(vec![Box::new(verifier)])).ok()?;
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).ok()?;
    Some((checkpoint.origin().to_owned(), checkpoint.size(), checkpoint.hash().0))
}

fn opened_here(note: &[u8], vkey: &Vkey) -> Option<(String, u64, Hash)> {
    let checkpoint = Checkpoint::open(std::str::from_utf8(note).ok()?, vkey).ok()?;
    Some((checkpoint.origin, checkpoint.size, checkpoint.root))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn inclusion_proofs_are_the_same_and_the_same_ones_hold(
        size in 1_u64..700, pick: u64, how: u8, at: usize, bit: u8, beside in 0_u64..3,
    ) {
        let (index, all) = (pick % size, hashes(size));
        let root = root_of(&all);
        let ours = prove(&inclusion_spans(index, size).unwrap(), &reader(&all)).unwrap();
        let stored = stored(size);
        prop_assert_eq!(&ours, &plain(&go::prove_record(size, index, &stored).unwrap()));
        let mut tree = MemoryBackedTree::<Sha256, [u8; 8]>::new();
        data(size).into_iter().for_each(|leaf| tree.push(leaf));
        let proof = tree.prove_inclusion(usize::try_from(index).unwrap());
        prop_assert_eq!(ours.concat(), proof.as_bytes());
        // As it is, and with the proof, the place or the size changed: all three say the same.
        for (proof, index, size) in [
            (ours.clone(), index, size),
            (altered(&ours, how, at, bit), index, size),
            (ours.clone(), index + beside, size),
            (ours.clone(), index, size + beside),
        ] {
            let here = verify_inclusion(&data_hash(&(pick % tree.len()).to_be_bytes()), index, size, &proof, &root);
            let go_says = go::check_record(&theirs(&proof), size, go::Hash(root), index, go::Hash(all[usize::try_from(pick % tree.len()).unwrap()]));
            prop_assert_eq!(here, go_says.is_ok(), "{} of {}: {:?}", index, size, go_says);
            prop_assert_eq!(here, ct_included(&proof, index, size, &root, pick % tree.len()), "{} of {}", index, size);
        }
    }

    #[test]
    fn consistency_proofs_are_the_same_and_the_same_ones_hold(
        size in 1_u64..700, pick: u64, how: u8, at: usize, bit: u8, beside in 0_u64..3,
    ) {
        let (old, all) = (pick % size + 1, hashes(size));
        let (old_root, root) = (root_of(&all[..usize::try_from(old).unwrap()]), root_of(&all));
        let ours = prove(&consistency_spans(old, size).unwrap(), &reader(&all)).unwrap();
        prop_assert_eq!(&ours, &plain(&go::prove_tree(size, old, &stored(size)).unwrap()));
        let mut tree = MemoryBackedTree::<Sha256, [u8; 8]>::new();
        data(size).into_iter().for_each(|leaf| tree.push(leaf));
        let proof = tree.prove_consistency(usize::try_from(size - old).unwrap());
        prop_assert_eq!(ours.concat(), proof.as_bytes());
        for (proof, old, size, old_root) in [
            (ours.clone(), old, size, old_root),
            (altered(&ours, how, at, bit), old, size, old_root),
            (ours.clone(), old + beside, size, old_root),
            (ours.clone(), old, size + beside, old_root),
            (ours.clone(), old, size, [bit; 32]),
        ] {
            let here = verify_consistency(old, size, &proof, &old_root, &root);
            let go_says = go::check_tree(&theirs(&proof), size, go::Hash(root), old, go::Hash(old_root));
            prop_assert_eq!(here, go_says.is_ok(), "{} to {}: {:?}", old, size, go_says);
            prop_assert_eq!(here, ct_consistent(&proof, (old, &old_root), (size, &root)), "{} to {}", old, size);
        }
    }

    #[test]
    fn paths_of_tiles_are_read_alike(
        level in prop::option::of(0_u8..64), n: u64, width in 1_u16..=256, how in 0_u8..4, at: usize, to in "[0-9x./p]",
    ) {
        let mut path = TilePath { level, n: n >> (n % 64), width }.to_string();
        let place = at % path.len();
        match how {
            1 => drop(path.remove(place)),
            2 => path.replace_range(place..=place, &to),
            3 => path.insert_str(place, &to),
            _ => {}
        }
        // The other crate names the height of its tiles too, calls entries data, knows unfinished tiles of nothing and levels without end,
        // and panics at some paths that are none.
        let elsewhere = path.replacen("tile/", "tile/8/", 1).replacen("/entries/", "/data/", 1);
        let there = std::panic::catch_unwind(|| tlog_tiles::Tile::from_path(&elsewhere).ok()).ok().flatten();
        let there = there.filter(|tile| tile.width() > 0 && tile.level() < 64 && path.starts_with("tile/"));
        let here = path.parse::<TilePath>().ok();
        let parts = |tile: &tlog_tiles::Tile| ((!tile.is_data()).then(|| tile.level()), tile.level_index(), tile.width());
        prop_assert_eq!(here.map(|tile| (tile.level, tile.n, u32::from(tile.width))), there.as_ref().map(parts), "{}", path);
    }

    #[test]
    fn checkpoints_are_signed_and_read_alike(
        size: u64, root: Hash, extension in "([a-z \u{7f}]{1,9}\n){0,2}", place: usize, bit in 0_u8..8, cut: usize,
    ) {
        let key = key();
        let text = format!("{}{extension}", Checkpoint { origin: key.vkey().name().to_owned(), size, root }.text());
        let note = key.sign(&text).unwrap();
        let expected = Some((key.vkey().name().to_owned(), size, root));
        prop_assert_eq!(opened_here(note.as_bytes(), key.vkey()), expected.clone());
        prop_assert_eq!(opened_elsewhere(note.as_bytes(), key.vkey()), expected);
        prop_assert_eq!(signed_note::Note::from_bytes(note.as_bytes()).unwrap().to_bytes(), note.as_bytes());

        let mut changed = note.clone().into_bytes();
        let at = place % changed.len();
        changed[at] ^= 1 << bit;
        let short = &note.as_bytes()[..cut % note.len()];
        let twice = [note.as_bytes(), &note.as_bytes()[text.len() + 1..]].concat();
        for bytes in [&changed[..], short, &twice] {
            prop_assert_eq!(opened_here(bytes, key.vkey()), opened_elsewhere(bytes, key.vkey()), "{:?}", String::from_utf8_lossy(bytes));
            // Also where nobody signed: what is a note at all.
            let here = std::str::from_utf8(bytes).ok().and_then(|text| Note::parse(text).ok());
            prop_assert_eq!(here.is_some(), signed_note::Note::from_bytes(bytes).is_ok(), "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn texts_are_notes_here_exactly_where_they_are_elsewhere(
        text in "(a\n|\n|\u{7f}|\u{1f}|\u{85}){0,5}", name in "(a|b c|\u{a0}|\\+|\u{feff}|\u{3000}|\\.){0,3}", signature in "[A-Za-z0-9+/]{0,12}={0,2}",
    ) {
        let note = format!("{text}\n\n— {name} {signature}\n");
        let here = Note::parse(&note);
        let there = signed_note::Note::from_bytes(note.as_bytes());
        prop_assert_eq!(here.is_ok(), there.is_ok(), "{:?} {:?} {:?}", note, here, there);
    }

    #[test]
    fn verifier_keys_are_read_alike(seed: [u8; 32], name in "[a-z./\u{3042}]{1,12}", place: usize, bit in 0_u8..8) {
        let vkey = LogKey::from_seed(&name, &seed).unwrap().vkey().to_string();
        prop_assert!(StandardVerifier::new(&vkey).is_ok());
        let mut changed = vkey.clone().into_bytes();
        let at = place % changed.len();
        changed[at] ^= 1 << bit;
        let Ok(changed) = String::from_utf8(changed) else { return Ok(()) };
        // Upper-case digits of the key hash are another way to write the same; here there is one.
        prop_assume!(!changed.eq_ignore_ascii_case(&vkey));
        prop_assert_eq!(changed.parse::<Vkey>().is_ok(), StandardVerifier::new(&changed).is_ok(), "{}", changed);
    }
}
