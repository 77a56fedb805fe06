//! How long a leaf waits for a receipt that two of three witnesses have seen. The witnesses are programs of their own to the log: asked
//! over HTTP, each with its key and a state that it syncs to the same disk.

use super::{PASS_EVERY, Reached, Sequencer, pace, print_waits, size};
use crate::Failure;
use crate::chance::{SystemClock, SystemRandom};
use db::Db;
use register::{
    log,
    witness::{Witnessing, adopt, provable},
};
use std::path::Path;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::{Duration, Instant};
use tlog::note::LogKey;
use tokio::net::TcpListener;
use witness::{Limits, Logs, Witness};

/// Time for the last leaves after the last one is committed.
const REST: Duration = Duration::from_secs(12);

/// Measures and prints.
pub(super) async fn run(db: &Db, key: &LogKey, from: u64, folder: &Path) -> Result<(), Failure> {
    let mut policy = String::new();
    for name in ["w1", "w2", "w3"] {
        policy.push_str(&witness(name, &folder.join(name), key).await?);
    }
    policy.push_str("group two 2 w1 w2 w3\nquorum two\n");
    let mut tx = db.begin().await?;
    adopt(&mut tx, &policy).await?;
    tx.commit().await?;

    let before = size(db).await?;
    let over = Arc::new(AtomicBool::new(false));
    let sequencer = Sequencer::start(db, key)?;
    let rounds = tokio::spawn(rounds(db.clone(), Witnessing::of(db).await?, before, Arc::clone(&over)));
    let committed = pace(db, from).await?;
    tokio::time::sleep(REST).await;
    sequencer.stop().await?;
    over.store(true, Ordering::Relaxed);
    let what = "from commit to a proof under a checkpoint that 2 of 3 witnesses cosigned";
    print_waits("receipt ", what, &committed, before, &rounds.await??)
}

/// A witness on a socket of its own; its line of the policy.
async fn witness(name: &str, folder: &Path, key: &LogKey) -> Result<String, Failure> {
    let vkeys = witness::create(folder, &format!("witness.bench/{name}"), false, &SystemRandom)?;
    let at_work = Witness::open(folder, Logs::new([key.vkey().clone()])?, Arc::new(SystemClock))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let limits = Limits { per_minute: 0, ..Limits::default() };
    tokio::spawn(witness::serve(Arc::new(at_work), limits, listener, std::future::pending()));
    let vkey = vkeys.first().ok_or("a witness has a key")?;
    Ok(format!("witness {name} {vkey} http://{address}\n"))
}

/// Rounds at the pace of the program. A leaf counts once its proof is made for the checkpoint that was witnessed.
async fn rounds(db: Db, witnessing: Witnessing, before: u64, over: Arc<AtomicBool>) -> Result<Reached, String> {
    let words = |fault: register::Fault| fault.to_string();
    let (mut reached, mut proved) = (Reached::new(), before);
    while !over.load(Ordering::Relaxed) {
        if witnessing.round(&db, &SystemClock).await.map_err(words)?.witnessed > proved {
            let mut tx = db.begin().await.map_err(|error| error.to_string())?;
            let tree = provable(&mut tx).await.map_err(words)?.tree();
            let new: Vec<u64> = (proved..tree.size).collect();
            log::inclusions(&mut tx, &tree, &new).await.map_err(words)?;
            reached.push((Instant::now(), tree.size));
            proved = tree.size;
        }
        tokio::time::sleep(PASS_EVERY).await;
    }
    Ok(reached)
}
