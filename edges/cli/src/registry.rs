//! `renshi register fsck|readlog|export|publish|rebuild|pad|refusal|erasures|erase-again|orders`; the anchors are in `anchors.rs`, `close-shard` in
//! `shards.rs`.

use crate::Failure;
use crate::args::Storage;
use crate::args::{Register, RegisterAct};
use crate::assemble::{data_folder, kept_log_key, log_key_of, open_storage};
use crate::chance::SystemClock;
use db::Db;
use kernel::OrderId;
use register::audit::audit;
use register::rebuild::Rebuilt;
use register::witness::Witnessing;
use std::path::Path;
use std::process::ExitCode;
use tlog::checkpoint::Checkpoint;
use tlog::policy::Policy;

/// Leaves taken into the log in one pass.
const LEAVES_MAX: usize = 4096;

/// Orders looked at in one go.
const PAGE: u32 = 500;

/// Checks or exports the register.
///
/// # Errors
/// When the database cannot be started or reached.
pub async fn run(register: Register) -> Result<ExitCode, Failure> {
    match register.act {
        RegisterAct::Fsck { storage } => {
            let (cluster, db) = open_storage(&storage).await?;
            let clean = fsck(&db).await;
            db.close().await;
            drop(cluster);
            Ok(if clean? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        RegisterAct::Readlog { storage } => {
            let (cluster, db) = open_storage(&storage).await?;
            let checked = readlog::check(&db).await;
            db.close().await;
            drop(cluster);
            let checked = checked?;
            println!("{} days, {} entries, {} problems", checked.days, checked.entries, checked.problems.len());
            checked.problems.iter().for_each(|problem| println!("  {problem}"));
            Ok(if checked.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        RegisterAct::Anchor { storage, frozen } => {
            let (cluster, db) = open_storage(&storage).await?;
            let done = crate::anchors::due(&db, frozen, &crate::chance::SystemClock).await;
            db.close().await;
            drop(cluster);
            done.map(|()| ExitCode::SUCCESS)
        }
        RegisterAct::Anchors { storage, limit } => {
            let (cluster, db) = open_storage(&storage).await?;
            let fine = crate::anchors::list(&db, limit).await;
            db.close().await;
            drop(cluster);
            Ok(if fine? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        RegisterAct::AnchorCheck { file, ca, log, node } => {
            crate::anchors::check(&file, &ca, log.as_deref(), node.as_deref()).await
        }
        RegisterAct::Export { storage, folder } => {
            let (cluster, db) = open_storage(&storage).await?;
            let written = export(&db, &folder).await;
            db.close().await;
            drop(cluster);
            println!("{} files in {}", written?, folder.display());
            Ok(ExitCode::SUCCESS)
        }
        RegisterAct::Publish { storage, place } => {
            let objects = place.open()?.ok_or("say where to with --publish: a folder, or s3://bucket/prefix")?;
            let (cluster, db) = open_storage(&storage).await?;
            let published = crate::publishing::publish(&db, &objects).await;
            db.close().await;
            drop(cluster);
            let published = published?;
            println!(
                "{} leaves published before, {} now, {} files written",
                published.from, published.to, published.files
            );
            Ok(ExitCode::SUCCESS)
        }
        RegisterAct::Pad { storage } => pad(&storage).await,
        RegisterAct::Refusal { storage, lift } => {
            let (cluster, db) = open_storage(&storage).await?;
            let said = crate::refusals::run(&db, lift.as_deref()).await;
            db.close().await;
            drop(cluster);
            let (said, refused) = said?;
            print!("{said}");
            Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        RegisterAct::CloseShard { storage } => crate::shards::close(&storage).await,
        RegisterAct::Rebuild { storage, from } => rebuild(&storage, &from).await,
        RegisterAct::Erasures { storage } => {
            let (cluster, db) = open_storage(&storage).await?;
            let said = crate::erasing::list(&db).await;
            db.close().await;
            drop(cluster);
            print!("{}", said?);
            Ok(ExitCode::SUCCESS)
        }
        RegisterAct::EraseAgain { storage } => {
            let outbox = data_folder(storage.data.clone(), "renshi").join("mail");
            let (cluster, db) = open_storage(&storage).await?;
            let said = crate::erasing::again(&db, &outbox).await;
            db.close().await;
            drop(cluster);
            print!("{}", said?);
            Ok(ExitCode::SUCCESS)
        }
        RegisterAct::Orders { storage, agency } => {
            let agency: kernel::AgencyCode = agency.parse()?;
            let (cluster, db) = open_storage(&storage).await?;
            let list = orders::own_list(&db, &agency).await;
            db.close().await;
            drop(cluster);
            println!("id,state");
            list?.iter().for_each(|(id, state)| println!("{:032x},{}", u128::from_be_bytes(id.0), state.word()));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Fills the last tile of the log.
async fn pad(storage: &Storage) -> Result<ExitCode, Failure> {
    let data = data_folder(storage.data.clone(), "renshi");
    let (cluster, db) = open_storage(storage).await?;
    let padded = pad_in(&db, &data).await;
    db.close().await;
    drop(cluster);
    let (before, now) = padded?;
    if before == now {
        println!("{now} leaves: the last 256 places are full, there is nothing to do");
    } else {
        println!("{before} leaves before, {now} now");
    }
    Ok(ExitCode::SUCCESS)
}

async fn pad_in(db: &Db, data: &Path) -> Result<(u64, u64), Failure> {
    let origin = register::log::head(&mut db.begin().await?).await?.checkpoint.origin;
    let key = kept_log_key(db, data, &origin).await?;
    // As before every other signature: a database from an older backup must not sign on.
    if !Witnessing::of(db).await?.recover(db, &SystemClock).await? {
        let refusal = register::witness::refusal(&mut db.begin().await?).await?;
        return Err(refusal.map_or_else(|| "nothing may be signed".to_owned(), |refusal| refusal.en).into());
    }
    let mut before = None;
    loop {
        let pass = register::sequence::pad(db, &SystemClock, &key, LEAVES_MAX).await?;
        before = before.or_else(|| (!pass.busy).then_some(pass.from));
        if pass.refused {
            return Err("nothing may be signed at present; `renshi doctor` says why".into());
        }
        if let (false, false, Some(before)) = (pass.busy, pass.more, before) {
            return Ok((before, pass.to));
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Takes a copy of the log over into a database that is behind it.
async fn rebuild(storage: &Storage, from: &Path) -> Result<ExitCode, Failure> {
    let data = data_folder(storage.data.clone(), "renshi");
    let (cluster, db) = open_storage(storage).await?;
    let rebuilt = rebuild_in(&db, &data, from).await;
    db.close().await;
    drop(cluster);
    let rebuilt = rebuilt?;
    println!(
        "{} leaves before, {} now; {} of those that waited here were in the log already",
        rebuilt.from, rebuilt.to, rebuilt.arrived
    );
    println!("Now run `renshi register fsck`: it names the orders that are in the log and not on file.");
    println!("If it names orders that were destroyed and are here again, run `renshi register erase-again`.");
    Ok(ExitCode::SUCCESS)
}

async fn rebuild_in(db: &Db, data: &Path, from: &Path) -> Result<Rebuilt, Failure> {
    let note = std::fs::read_to_string(from.join("checkpoint"))
        .map_err(|error| format!("`{}` has no checkpoint: {error}", from.display()))?;
    let origin = Checkpoint::read_unverified(&note)?.origin;
    let mut heads = register::log::heads(&mut db.begin().await?).await?;
    if heads.is_empty() {
        kept_log_key(db, data, &origin).await?;
        heads = register::log::heads(&mut db.begin().await?).await?;
    }
    // The keys of the database are trusted here, and those which a log under them announces; not what the copy says of itself.
    let logs = heads.into_iter().map(|head| tlog::policy::Log { vkey: head.vkey, url: None }).collect();
    let copy = audit(from, &Policy::of(log_key_of(data, &origin)?.vkey().clone()).with_logs(logs))?;
    let origins = copy.shards().map(|shard| shard.checkpoint().origin.as_str());
    let keys = origins.map(|origin| log_key_of(data, origin)).collect::<Result<Vec<_>, _>>()?;
    Ok(register::rebuild::rebuild(db, &keys.iter().collect::<Vec<_>>(), &copy).await?)
}

/// Writes the public files of the register and of its anchors.
///
/// # Errors
/// When the database or the folder fails.
pub async fn export(db: &Db, folder: &Path) -> Result<usize, Failure> {
    let written = register::serve::export(db, folder).await?;
    let mut tx = db.begin().await?;
    let paths = anchor::paths(&mut tx).await?;
    std::fs::create_dir_all(folder.join("anchors"))?;
    for path in &paths {
        if let Some(file) = anchor::resource(&mut tx, path).await? {
            std::fs::write(folder.join(path), file.bytes)?;
        }
    }
    Ok(written + paths.len())
}

/// Checks the log, that every order has its leaf and every leaf of an order its order, that the numbers have no gaps, and that the
/// read log is the one whose digests are in the log.
///
/// # Errors
/// When the database fails.
pub async fn fsck(db: &Db) -> Result<bool, Failure> {
    let report = register::fsck::fsck(db).await?;
    let mut problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    let orders = check_orders(db, &mut problems).await?;
    problems.extend(orders::number_gaps(db).await?);
    problems.extend(readlog::check(db).await?.problems);
    println!(
        "{} leaves, {} on their way, {} key statements, {orders} orders, {} problems",
        report.leaves,
        report.staged,
        report.issuers,
        problems.len()
    );
    for problem in &problems {
        println!("  {problem}");
    }
    Ok(problems.is_empty())
}

async fn check_orders(db: &Db, problems: &mut Vec<String>) -> Result<usize, Failure> {
    let mut seen = 0;
    let mut after = None;
    loop {
        let ids = orders::order_ids(db, after, PAGE).await?;
        let Some(last) = ids.last().copied() else { return Ok(seen) };
        for fault in orders::check(db, &ids).await? {
            problems.push(fault);
        }
        seen += ids.len();
        after = Some::<OrderId>(last);
    }
}
