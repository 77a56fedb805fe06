//! Tile sets at the sizes where something changes: nothing, one, the edges of a tile, of a tile of tiles, and whole powers of it.

use crate::world::crate_file;
use std::{collections::BTreeSet, fs, path::Path, process::Command};
use tlog::{
    checkpoint::Checkpoint,
    hash::{Hash, ZERO, sha256},
    leaf::{Kind, LEAF_BYTES, Leaf, leaf_hash},
    note::LogKey,
    policy::Policy,
    tile::{Edge, TilePath, bundle_entries, entries_of, root_of, tiles_of},
};

const ORIGIN: &str = "orders.example/2026";
const SIZES: [u64; 15] = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_280, 65_535, 65_536, 65_537, 131_071, 131_072];

/// A log that says nothing: padding, each with another commitment.
fn padding(size: u64) -> Vec<[u8; LEAF_BYTES]> {
    let leaf =
        Leaf { kind: Kind::Padding, issuer: 0, time_ms: 0, id: [0; 16], commitment: ZERO, prev: ZERO, auth: ZERO };
    (0..size).map(|i| Leaf { commitment: sha256(&i.to_be_bytes()), ..leaf }.encode()).collect()
}

/// Writes the log as a folder, as the writer of this crate cuts it.
fn write(dir: &Path, leaves: &[[u8; LEAF_BYTES]]) {
    let put = |path: String, bytes: &[u8]| {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let size = leaves.len() as u64;
    let mut edge = Edge::new();
    for leaf in leaves {
        edge.push(leaf_hash(leaf), |level, n, hashes| {
            put(TilePath { level: Some(level), n, width: 256 }.to_string(), hashes.as_flattened());
        });
    }
    for (level, n, hashes) in edge.partial() {
        let width = u16::try_from(hashes.len()).unwrap();
        put(TilePath { level: Some(level), n, width }.to_string(), hashes.as_flattened());
    }
    for (path, chunk) in entries_of(size).zip(leaves.chunks(256)) {
        put(path.to_string(), &bundle_entries(chunk));
    }
    let key = LogKey::from_seed(ORIGIN, &[7; 32]).unwrap();
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root: edge.root() };
    put("checkpoint".to_owned(), checkpoint.sign(&key).unwrap().as_bytes());
    put("policy.txt".to_owned(), Policy::of(key.vkey().clone()).to_string().as_bytes());
}

fn files(dir: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(dir).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name().into_string().unwrap())).unwrap();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.insert(name);
        }
    }
    found
}

#[test]
fn a_program_in_another_language_finds_exactly_these_tiles_and_roots() {
    let all = padding(65_537);
    for size in SIZES.into_iter().filter(|size| *size <= 65_537) {
        let dir = std::env::temp_dir().join(format!("renshi-tlog-{size}-{}", std::process::id()));
        let leaves = &all[..usize::try_from(size).unwrap()];
        write(&dir, leaves);
        let written = files(&dir);
        let expected = tiles_of(size).chain(entries_of(size)).map(|path| path.to_string());
        let rest = ["checkpoint", "policy.txt"].map(str::to_owned);
        assert!(written == expected.chain(rest).collect(), "{size}");
        let script = crate_file("../../tests/third-verifier/tiles.py");
        let output = Command::new("python3").arg("-B").arg(script).arg(&dir).output().expect("python3 is installed");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        fs::remove_dir_all(&dir).unwrap();
        assert!(output.status.success(), "{size}: {said}");
        assert!(said.contains(&format!("{size} leaves, ")), "{said}");
    }
}

#[test]
fn tiles_are_as_wide_as_the_size_says_at_every_level() {
    for size in SIZES.into_iter().chain([16_777_215, 16_777_216, 16_777_217, 3 << 24, 1 << 32, (1 << 32) + 1]) {
        let sampled: Vec<TilePath> = tiles_of(size).take(if size > 1 << 25 { 1000 } else { 1 << 20 }).collect();
        for path in &sampled {
            assert_eq!(path.to_string().parse(), Ok(*path));
            let below = size >> (8 * u32::from(path.level.unwrap()));
            assert_eq!(u64::from(path.width), (below - path.n * 256).min(256), "{path} of {size}");
        }
        if size <= 1 << 25 {
            let count: u64 = (0..8).map(|level| (size >> (8 * level)).div_ceil(256)).sum();
            assert_eq!(sampled.len() as u64, count, "{size}");
        }
    }
}

#[test]
fn the_edge_has_the_root_at_every_size_where_a_tile_ends() {
    let hashes: Vec<Hash> = padding(131_072).iter().map(leaf_hash).collect();
    let mut edge = Edge::new();
    let mut sizes = SIZES.into_iter().peekable();
    for at in 0..=hashes.len() {
        if sizes.next_if_eq(&(at as u64)).is_some() {
            assert_eq!(edge.root(), root_of(&hashes[..at]), "{at}");
        }
        hashes.get(at).map(|hash| edge.push(*hash, |_, _, _| {})).unwrap_or_default();
    }
}
