//! The targets of `fuzz/` without a fuzzer: seeds altered at random but repeatably, two seconds each or as many as
//! `RENSHI_FUZZ_SECONDS` says.

use std::{
    fs,
    time::{Duration, Instant},
};

#[path = "../../../../fuzz/tlog.rs"]
mod parsers;

/// Repeatable choices (xorshift).
struct Choice(u64);

impl Choice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }
}

/// What parsers of these formats stumble over.
const WORDS: [&[u8]; 16] = [
    b"\n",
    b"\n\n",
    b" ",
    b"+",
    b"=",
    b"0",
    b"18446744073709551616",
    b"\xe2\x80\x94 ",
    b"\x00",
    b"\x7f",
    b"\xff",
    b"none",
    b".p/",
    b"x000/",
    b"\"",
    b"{",
];

fn alter(seeds: &[Vec<u8>], choice: &mut Choice) -> Vec<u8> {
    let mut data = seeds[choice.below(seeds.len())].clone();
    for _ in 0..=choice.below(4) {
        let at = choice.below(data.len() + 1);
        let end = (at + choice.below(40)).min(data.len());
        match choice.below(6) {
            0 => data.truncate(at),
            1 if at < data.len() => data[at] ^= 1 << choice.below(8),
            2 => drop(data.splice(at..at, WORDS[choice.below(WORDS.len())].iter().copied())),
            3 => drop(data.drain(at..end)),
            4 => drop(data.splice(at..at, data[at..end].to_vec())),
            _ => {
                let other = &seeds[choice.below(seeds.len())];
                let from = choice.below(other.len());
                data.truncate(at);
                data.extend_from_slice(&other[from..]);
            }
        }
    }
    data
}

fn run(name: &str) {
    let (_, target) = parsers::TARGETS.into_iter().find(|(other, _)| *other == name).unwrap();
    let folder = crate::world::crate_file("../../fuzz/corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    seeds.iter().for_each(|seed| target(seed));
    let seconds = std::env::var("RENSHI_FUZZ_SECONDS").map_or(2, |text| text.parse().unwrap());
    let (mut choice, start) = (Choice(0x9e37_79b9_7f4a_7c15), Instant::now());
    while start.elapsed() < Duration::from_secs(seconds) {
        for _ in 0..100 {
            target(&alter(&seeds, &mut choice));
        }
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test] fn $name() { run(stringify!($name)); })*

        #[test]
        fn every_target_is_run() {
            let names: Vec<&str> = parsers::TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

targets! { note checkpoint cosignature proof policy leaf tile_path statement witness_request }
