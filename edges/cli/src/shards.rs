//! `renshi register close-shard`: the turn of the year.

use crate::Failure;
use crate::args::Storage;
use crate::assemble::{data_folder, kept_log_key, log_key_of, open_storage};
use crate::chance::{SystemClock, SystemRandom};
use crate::log_key;
use db::Db;
use kernel::{Clock as _, Random};
use register::witness::{self, Witnessing};
use register::{log, shard};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tlog::note::LogKey;

/// Leaves taken into the log in one pass.
const LEAVES_MAX: usize = 4096;
/// How often it is looked whether the witnesses have seen enough, and how long in between.
const TRIES: (u32, Duration) = (60, Duration::from_millis(500));

/// Closes the running shard and opens the next one. Called again after it was cut off, it goes on where it was.
///
/// # Errors
/// When nothing may be signed, the witnesses do not answer, or a key is missing; a shard is closed only if they just answered.
pub async fn close(storage: &Storage) -> Result<ExitCode, Failure> {
    let data = data_folder(storage.data.clone(), "renshi");
    let (cluster, db) = open_storage(storage).await?;
    let turned = turn(&db, &data).await;
    db.close().await;
    drop(cluster);
    let (old, new) = turned?;
    println!("the shard {} is closed with {} entries", old.checkpoint.origin, old.checkpoint.size);
    println!("the shard {} is open; its key is", new.checkpoint.origin);
    println!("  {}", new.vkey);
    println!("Tell the witnesses this key: until they know it, new orders are not yet witnessed.");
    println!("Back up the file of the key (`keys/log-*.key` in the data folder) before anything else.");
    Ok(ExitCode::SUCCESS)
}

async fn turn(db: &Db, data: &Path) -> Result<(log::Head, log::Head), Failure> {
    let witnessing = Witnessing::of(db).await?;
    let head = head(db).await?;
    if !head.closed {
        may_sign(db, &witnessing).await?;
        if !witnessed(db, &witnessing, &head).await? {
            return Err("the witnesses that the policy asks for do not answer; nothing was closed".into());
        }
        let next_origin = shard::next_origin(&head.checkpoint.origin, &SystemClock)?;
        let next = next_log_key(data, &next_origin, &SystemRandom)?;
        let key = kept_log_key(db, data, &head.checkpoint.origin).await?;
        loop {
            let pass = shard::close(db, &SystemClock, &key, &next, LEAVES_MAX).await?;
            if pass.closed {
                break;
            }
            if pass.refused {
                return Err("nothing may be signed at present; see the page of the register".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    open(db, data, &witnessing, head.shard).await
}

/// Opens the shard after `closed`, unless the server was faster.
async fn open(db: &Db, data: &Path, witnessing: &Witnessing, closed: u16) -> Result<(log::Head, log::Head), Failure> {
    let old = log::head_of(&mut db.begin().await?, closed).await?;
    // What was held fast is held fast once, whoever asks.
    let mut tx = db.begin().await?;
    anchor::due(&mut tx, &web::head_of(old.clone()), anchor::Reason::Frozen, SystemClock.now()).await?;
    tx.commit().await?;
    if !witnessed(db, witnessing, &old).await? {
        return Err("the shard is closed and its end is not yet witnessed; the next one is opened by `renshi serve` when it is, \
                    or by this command again. Orders wait for their entry until then"
            .into());
    }
    if let Some(origin) = shard::awaited(&mut db.begin().await?).await? {
        // It was announced, so it is there; one made anew would be another.
        let next = log_key_of(data, &origin)?;
        may_sign(db, witnessing).await?;
        shard::open_next(db, &SystemClock, &next).await?;
    }
    let new = head(db).await?;
    if new.shard == closed {
        return Err("the shard is closed; another program is at work, so call this again to open the next".into());
    }
    Ok((old, new))
}

async fn head(db: &Db) -> Result<log::Head, Failure> {
    Ok(log::head(&mut db.begin().await?).await?)
}

async fn may_sign(db: &Db, witnessing: &Witnessing) -> Result<(), Failure> {
    if witnessing.recover(db, &SystemClock).await? {
        return Ok(());
    }
    let refusal = witness::refusal(&mut db.begin().await?).await?;
    Err(refusal.map_or_else(|| "nothing may be signed".to_owned(), |refusal| refusal.en).into())
}

/// Waits until the witnesses have seen a shard up to this head. False if they do not within half a minute.
async fn witnessed(db: &Db, witnessing: &Witnessing, head: &log::Head) -> Result<bool, Failure> {
    for _ in 0..TRIES.0 {
        let seen = witness::witnessed_size_of(&mut db.begin().await?, head.shard).await?;
        if seen.is_none_or(|seen| seen >= head.checkpoint.size) {
            return Ok(true);
        }
        witnessing.round(db, &SystemClock).await?;
        tokio::time::sleep(TRIES.1).await;
    }
    Ok(false)
}

/// The key of the shard `origin` that is to follow; it is made if there is none yet.
fn next_log_key(data: &Path, origin: &str, random: &dyn Random) -> Result<LogKey, Failure> {
    let year = tlog::checkpoint::year_of(origin).ok_or("the origin of the next shard has no year")?;
    let keys = data.join("keys");
    let path = keys.join(format!("log-{year}.key"));
    // What was in a token does not go on in a file unless somebody says so.
    if !path.exists() && log_key::is_in_token(&log_key::file(&keys, origin)) {
        let words = "the key of this shard is in a token; write the address of the next shard's key into";
        return Err(format!("{words} `{}` first", path.display()).into());
    }
    log_key::make(&path, random)?;
    log_key::read(&path, origin, true)
}
