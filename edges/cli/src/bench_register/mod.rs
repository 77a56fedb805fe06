//! `renshi bench register`: how fast leaves enter the log, how long one waits for its checkpoint
//! and for a receipt that witnesses have seen, what a proof and an audit cost, beside
//! a plain chain of hashes in the same database.

mod store;
mod witnessed;

use crate::Failure;
use crate::bench::rate;
use crate::chance::SystemClock;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use db::{Cluster, Db, Durability};
use register::{
    audit::audit,
    log::{self, NewIssuer, Staged},
    sequence::sequence,
    serve::export,
};
use std::path::Path;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::{Duration, Instant};
use tlog::{
    hash::{ZERO, sha256, sha256_of},
    leaf::{Id, Kind},
    note::LogKey,
    policy::Policy,
};

/// Leaves of one transaction of an import, and of one pass.
const BATCH: usize = 4096;
/// Leaves in a second while waiting is measured, and for how many seconds.
const PER_SECOND: u64 = 200;
const SECONDS: u64 = 30;
/// Pause between two passes of the sequencer, as in the program.
const PASS_EVERY: Duration = Duration::from_millis(250);
/// Proofs made one by one.
const PROOFS: u64 = 2000;

/// Measures and prints.
///
/// # Errors
/// When storage fails.
pub async fn run(folder: &Path, leaves: usize) -> Result<(), Failure> {
    let cluster = Cluster::start(&folder.join("cluster"), Durability::Full)?;
    let db = Db::connect(&cluster.url()).await?;
    db.migrate(&[register::MIGRATIONS]).await?;
    let key = LogKey::from_seed("orders.bench/2026", &[7; 32])?;
    begin(&db, &key).await?;
    import(&db, &key, leaves).await?;
    proofs(&db, leaves as u64).await?;
    strangers_audit(&db, &key, &folder.join("public")).await?;
    chain(&db, leaves).await?;
    let paced = leaves as u64;
    waiting(&db, &key, paced).await?;
    witnessed::run(&db, &key, paced + PER_SECOND * SECONDS, folder).await?;
    db.close().await;
    Ok(())
}

async fn begin(db: &Db, key: &LogKey) -> Result<(), Failure> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[42; 32]).map_err(|_| "a seed of 32 bytes is a key")?;
    let new = NewIssuer {
        agency: "A58000000A".into(),
        card_ca: [1; 32],
        document_certificate: vec![0x30, 0x00],
        name: "行政院人事行政總處".into(),
        seal_key: pair.public_key().as_ref().try_into()?,
        id: [0xff; 16],
    };
    let mut tx = db.begin().await?;
    log::create(&mut tx, key).await?;
    log::add_issuer(&mut tx, new, |bytes| pair.sign(bytes).as_ref().try_into().ok()).await?;
    tx.commit().await?;
    Ok(())
}

fn staged(number: u64) -> Staged {
    let hash = sha256(&number.to_be_bytes());
    let mut id: Id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    Staged { kind: Kind::Issue, issuer: 1, id, commitment: hash, prev: ZERO, auth: hash }
}

async fn stage(db: &Db, staged: &[Staged]) -> Result<(), Failure> {
    let mut tx = db.begin().await?;
    log::stage(&mut tx, staged).await?;
    tx.commit().await?;
    Ok(())
}

async fn import(db: &Db, key: &LogKey, leaves: usize) -> Result<(), Failure> {
    let started = Instant::now();
    for first in (0..leaves).step_by(BATCH) {
        let batch: Vec<Staged> = (first..leaves.min(first + BATCH)).map(|n| staged(n as u64)).collect();
        stage(db, &batch).await?;
        while sequence(db, &SystemClock, key, BATCH).await?.more {}
    }
    let took = started.elapsed().as_secs_f64();
    println!(
        "import   {leaves} leaves, durable, each batch of {BATCH} with its checkpoint: {:.0} /s",
        rate(leaves, took)
    );
    println!("         peak memory of the program {} MB", peak_megabytes()?);
    Ok(())
}

/// The chain that somebody would write in an afternoon: each row holds the hash of the row before it. No proof is shorter than all of it.
async fn chain(db: &Db, rows: usize) -> Result<(), Failure> {
    store::chain_create(db).await?;
    let started = Instant::now();
    let mut prev = ZERO;
    for first in (0..rows).step_by(BATCH) {
        let mut links = Vec::with_capacity(BATCH);
        for number in first..rows.min(first + BATCH) {
            let leaf = staged(number as u64);
            let content = [leaf.id.as_slice(), &leaf.commitment, &leaf.auth].concat();
            let hash = sha256_of(&[&prev, &content]);
            links.push(store::Link { prev: prev.to_vec(), hash: hash.to_vec(), content });
            prev = hash;
        }
        store::chain_append(db, i64::try_from(first)?, links).await?;
    }
    let took = started.elapsed().as_secs_f64();
    println!("chain    {rows} rows of a hash chain in the same database and batches: {:.0} /s", rate(rows, took));
    Ok(())
}

async fn proofs(db: &Db, leaves: u64) -> Result<(), Failure> {
    let mut tx = db.begin().await?;
    let tree = log::head(&mut tx).await?.tree();
    let size = tree.size;
    let place = |n: u64| u64::from_be_bytes(sha256(&n.to_be_bytes())[..8].try_into().expect("eight bytes")) % leaves;
    // Leaves far apart: at first most of them lie in a tile that nobody asked for before, then all tiles are in memory.
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for waits in [&mut first, &mut again] {
        for n in 0..PROOFS {
            let started = Instant::now();
            log::inclusion(&mut tx, &tree, place(n)).await?;
            waits.push(started.elapsed().as_secs_f64() * 1e6);
        }
        waits.sort_by(f64::total_cmp);
    }
    let neighbours: Vec<u64> = (0..PROOFS.min(size)).collect();
    let started = Instant::now();
    log::inclusions(&mut tx, &tree, &neighbours).await?;
    let together = started.elapsed().as_secs_f64() / neighbours.len() as f64 * 1e6;
    tx.commit().await?;
    let at = |waits: &[f64], share: usize| waits[(waits.len() - 1) * share / 100];
    println!(
        "proof    one out of {size}: median {:.1} µs, 99 % {:.1} µs; the first time, tiles from the database: median {:.0} µs, \
         99 % {:.0} µs; {together:.1} µs among neighbours",
        at(&again, 50),
        at(&again, 99),
        at(&first, 50),
        at(&first, 99),
    );
    Ok(())
}

async fn strangers_audit(db: &Db, key: &LogKey, public: &Path) -> Result<(), Failure> {
    let started = Instant::now();
    let files = export(db, public).await?;
    println!("export   {files} files in {:.1} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    let audited = audit(public, &Policy::of(key.vkey().clone()))?;
    let size = audited.checkpoint().size;
    println!("audit    every leaf, tile, state of {size} leaves by one core: {:.2} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// A sequencer beside the measured leaves: when each pass was done, and the size it left.
struct Sequencer {
    over: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Result<Reached, String>>,
}

/// Moments, and the size of the log that was reached at each.
type Reached = Vec<(Instant, u64)>;

impl Sequencer {
    fn start(db: &Db, key: &LogKey) -> Result<Self, Failure> {
        let over = Arc::new(AtomicBool::new(false));
        let (db, end, key) = (db.clone(), Arc::clone(&over), LogKey::from_seed(key.vkey().name(), &[7; 32])?);
        let task = tokio::spawn(async move {
            let mut passes = Vec::new();
            while !end.load(Ordering::Relaxed) {
                let done = sequence(&db, &SystemClock, &key, BATCH).await.map_err(|fault| fault.to_string())?;
                passes.push((Instant::now(), done.to));
                tokio::time::sleep(PASS_EVERY).await;
            }
            Ok(passes)
        });
        Ok(Self { over, task })
    }

    async fn stop(self) -> Result<Reached, Failure> {
        self.over.store(true, Ordering::Relaxed);
        Ok(self.task.await??)
    }
}

/// Leaves one by one at an even pace; when each was committed.
async fn pace(db: &Db, from: u64) -> Result<Vec<Instant>, Failure> {
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(PER_SECOND)?);
    let mut committed = Vec::new();
    for n in 0..PER_SECOND * SECONDS {
        ticks.tick().await;
        stage(db, &[staged(from + n)]).await?;
        committed.push(Instant::now());
    }
    Ok(committed)
}

async fn size(db: &Db) -> Result<u64, Failure> {
    Ok(log::head(&mut db.begin().await?).await?.checkpoint.size)
}

/// How long leaves wait for their checkpoint, beside a sequencer that works at its own pace.
async fn waiting(db: &Db, key: &LogKey, from: u64) -> Result<(), Failure> {
    let before = size(db).await?;
    let sequencer = Sequencer::start(db, key)?;
    let committed = pace(db, from).await?;
    tokio::time::sleep(PASS_EVERY * 8).await;
    print_waits("waiting ", "from commit to signed checkpoint", &committed, before, &sequencer.stop().await?)
}

fn print_waits(word: &str, what: &str, committed: &[Instant], before: u64, reached: &Reached) -> Result<(), Failure> {
    // A snapshot may stand among the leaves: one place more is asked for than is needed.
    let mut waits: Vec<Duration> = committed
        .iter()
        .zip(before..)
        .filter_map(|(at, index)| Some(reached.iter().find(|(_, to)| *to > index)?.0.saturating_duration_since(*at)))
        .collect();
    waits.sort_unstable();
    let last = waits.len().checked_sub(1).ok_or("no leaf got so far")?;
    let at = |share: usize| waits[last * share / 100].as_secs_f64();
    let (all, found, slowest) = (committed.len(), waits.len(), at(100));
    println!(
        "{word} {found} of {all} leaves at {PER_SECOND}/s {what}: median {:.2} s, 99 % {:.2} s, slowest {slowest:.2} s",
        at(50),
        at(99)
    );
    Ok(())
}

/// The most memory this program had, by the system's own account.
fn peak_megabytes() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system does not say")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? / 1024)
}
