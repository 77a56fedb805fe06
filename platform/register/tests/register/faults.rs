//! Every system call with which the log is published fails once, or is the last one. Whatever is left behind, the next publication goes
//! on, and no moment shows a checkpoint that what stands beside it does not bear out.

use crate::world::{Folder, World, order};
use register::audit::{audit, read_log};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tlog::policy::Policy;

/// The calls that may fail.
const CALLS: [&str; 9] = ["openat", "write", "fsync", "close", "rename", "link", "linkat", "mkdir", "unlink"];

/// How they fail: all of them in `./dev test --long`.
fn ways() -> &'static [&'static str] {
    let all: &[&str] = &["error=EIO", "signal=SIGKILL", "error=ENOSPC", "error=EINTR"];
    if std::env::var_os("RENSHI_LONG").is_some() { all } else { &all[..2] }
}

fn program() -> PathBuf {
    // The test stands in `deps`, the example beside it.
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().join("examples/publisher")
}

fn publisher(url: &str, folder: &Path, before: &[String]) -> Output {
    let mut command = match before.split_first() {
        Some((strace, options)) => {
            let mut command = Command::new(strace);
            command.args(options).arg(program());
            command
        }
        None => Command::new(program()),
    };
    command.arg(url).arg(folder).output().expect("the publisher starts (Debian: strace)")
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Every path below the folder that a publication touches.
fn paths(url: &str, folder: &Path, log: &Path) -> BTreeSet<String> {
    let mut options = words("strace -f -qq -y -e");
    options.push(format!("trace={}", CALLS.join(",")));
    options.extend([String::from("-o"), log.display().to_string()]);
    let done = publisher(url, folder, &options);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let root = folder.display().to_string();
    let mut paths = BTreeSet::new();
    for line in fs::read_to_string(log).unwrap().lines() {
        for (at, _) in line.match_indices(&root) {
            paths.insert(line[at..].chars().take_while(|c| !"\">,".contains(*c)).collect());
        }
    }
    paths
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    assert!(Command::new("cp").arg("-r").args([from, to]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_the_publisher_may_fail_or_be_its_last() {
    let world = World::new().await;
    let policy = Policy::of(world.key.vkey().clone());
    let url = world.test.url.clone();
    // Published before, so that there is a checkpoint to lose, unfinished tiles to remove, and a tile that becomes full.
    let (before, folder, log) = (Folder::new("fault-before"), Folder::new("fault"), Folder::new("fault-log"));
    world.stage(&(0..250).map(order).collect::<Vec<_>>()).await;
    world.sequence().await;
    assert!(publisher(&url, &before.0, &[]).status.success());
    world.stage(&(250..270).map(order).collect::<Vec<_>>()).await;
    world.sequence().await;

    copy(&before.0, &folder.0);
    let paths = paths(&url, &folder.0, &log.0.join("calls"));
    let mut faults = 0;
    for (call, way) in CALLS.into_iter().flat_map(|call| ways().iter().map(move |way| (call, way))) {
        for number in 1.. {
            copy(&before.0, &folder.0);
            let told = log.0.join("told");
            let mut options = words("strace -f -qq -o");
            options.extend([told.display().to_string(), String::from("-e"), format!("trace={call}")]);
            options.extend([String::from("-e"), format!("inject={call}:{way}:when={number}")]);
            options.extend(paths.iter().flat_map(|path| [String::from("-P"), path.clone()]));
            let done = publisher(&url, &folder.0, &options);
            let what = format!("{call} {number} {way}");
            let happened = fs::read_to_string(&told).unwrap();
            if !happened.contains("INJECTED") && !happened.contains("SIGKILL") {
                break;
            }
            faults += 1;
            // The checkpoint that stands there is borne out by what stands beside it.
            let note = fs::read_to_string(folder.0.join("checkpoint")).unwrap();
            read_log(&folder.0, note, &policy, &[]).unwrap_or_else(|error| panic!("{what}: {error}"));
            if done.status.success() {
                audit(&folder.0, &policy).unwrap_or_else(|error| panic!("{what}, which was passed over: {error}"));
            }
            let again = publisher(&url, &folder.0, &[]);
            assert!(again.status.success(), "{what}: {}", String::from_utf8_lossy(&again.stderr));
            audit(&folder.0, &policy).unwrap_or_else(|error| panic!("{what}, after a restart: {error}"));
        }
    }
    println!("{faults} faults");
    assert!(faults > 60, "only {faults} faults: does strace inject here?");
}
