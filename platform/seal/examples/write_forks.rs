//! Writes the published receipts of a fork and those whose quorum is not met, out of the bundles and the log that are published already:
//! `cargo run -p seal --example write_forks` (docs: cases/seal/README.md).

#![allow(clippy::unwrap_used, reason = "shares its world with the tests")]
#![allow(dead_code, reason = "shares its world with the tests")]

#[path = "../tests/it/world.rs"]
mod world;

use std::error::Error;
use std::path::Path;

use register::audit::{audit, policy_of};
use seal::bundle::Bundle;
use serde_json::{Value, json};
use tlog::cosignature::{Algorithm, Cosigner};
use tlog::note::{Line, Note};
use world::{NOW, World};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/seal");
    let log = audit(&dir.join("log"), &policy_of(&dir.join("log"))?)?;
    let mut world = World::new(20_260_302);
    assert_eq!(world.log_key.vkey(), log.key(), "the seed is that of the published log");
    world.leaves.clear();
    for n in 0..log.checkpoint().size.div_ceil(256) {
        world.leaves.extend(log.bundle(n)?);
    }
    let forks = dir.join("forks");
    std::fs::create_dir_all(&forks)?;
    let good = Bundle::parse(&std::fs::read(dir.join("bundles/0-valid.json"))?)?;

    let archives = Cosigner::from_seed("witness.example/archives", Algorithm::CosignatureV1, &[51; 32])?;
    let lattice = Cosigner::from_seed("witness.example/lattice", Algorithm::MlDsa44, &[52; 32])?;
    let policy = |key: &Cosigner| format!("log {}\nwitness w {}\nquorum w\n", log.key(), key.vkey());
    std::fs::write(forks.join("archives.txt"), policy(&archives))?;
    std::fs::write(forks.join("lattice.txt"), policy(&lattice))?;

    let write = |name: &str, bundle: &Bundle| std::fs::write(forks.join(name), bundle.canonical());
    let at = u64::try_from(NOW.unix_timestamp())?;
    let cosigned = |key: &Cosigner, at: u64| -> Result<Bundle, Box<dyn Error>> {
        let mut note = Note::parse(&good.checkpoint)?;
        note.add(key.sign(note.text_unverified(), at)?)?;
        Ok(Bundle { checkpoint: note.to_string(), ..good.clone() })
    };
    let true_one = cosigned(&archives, at)?;
    write("witnessed.json", &true_one)?;
    write("witnessed-lattice.json", &cosigned(&lattice, at)?)?;
    // Signed for one second and shown for another.
    let mut false_one = Note::parse(&good.checkpoint)?;
    false_one.add(other_time(&archives.sign(false_one.text_unverified(), at)?)?)?;
    write("false-cosignature.json", &Bundle { checkpoint: false_one.to_string(), ..good.clone() })?;
    write("fork.json", &fork(&mut world, &good))?;

    let mut text = serde_json::to_string_pretty(&cases())?;
    text.push('\n');
    Ok(std::fs::write(dir.join("forks.json"), text)?)
}

/// The order in a tree that differs from the published one in a leaf of others, signed with the key of the log.
fn fork(world: &mut World, good: &Bundle) -> Bundle {
    world.leaves.last_mut().unwrap().commitment = [9; 32];
    let size = world.size();
    let mut forked = good.clone();
    forked.logged = world.logged(good.logged.index, size);
    forked.issuer.logged = world.logged(good.issuer.logged.index, size);
    forked.checkpoint = world.checkpoint(size);
    forked
}

fn other_time(line: &Line) -> Result<Line, Box<dyn Error>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let text = line.to_string();
    let (head, signature) = text.rsplit_once(' ').ok_or("a line has three words")?;
    let mut bytes = STANDARD.decode(signature)?;
    bytes[11] ^= 1;
    Ok(format!("{head} {}", STANDARD.encode(bytes)).parse()?)
}

fn cases() -> Value {
    let case = |file: &str, policy: &str, log: bool, exit: u8, check: Option<u8>| json!({"file": file, "policy": policy, "log": log, "exit": exit, "check": check});
    let (good, archives, lattice) = ("bundles/0-valid.json", "forks/archives.txt", "forks/lattice.txt");
    json!([
        case("forks/fork.json", "log/policy.txt", true, 1, Some(7)),
        case("forks/fork.json", archives, false, 1, Some(6)),
        case("forks/fork.json", "log/policy.txt", false, 2, None),
        case(good, archives, false, 1, Some(6)),
        case(good, "log/policy.txt", false, 2, None),
        case("forks/witnessed.json", archives, false, 2, None),
        case("forks/witnessed.json", "log/policy.txt", true, 0, None),
        case("forks/false-cosignature.json", archives, false, 1, Some(6)),
        case("forks/witnessed-lattice.json", lattice, false, 2, None),
        case("forks/witnessed.json", lattice, false, 1, Some(6)),
        case("forks/witnessed.json", archives, true, 2, None),
    ])
}
