//! `renshi register fsck|readlog|export`.

use crate::Failure;
use crate::args::{Register, RegisterAct};
use crate::assemble::open_storage;
use db::Db;
use kernel::OrderId;
use std::path::Path;
use std::process::ExitCode;

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
        RegisterAct::Export { storage, folder } => {
            let (cluster, db) = open_storage(&storage).await?;
            let written = export(&db, &folder).await;
            db.close().await;
            drop(cluster);
            println!("{} files in {}", written?, folder.display());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Writes the public files of the register.
///
/// # Errors
/// When the database or the folder fails.
pub async fn export(db: &Db, folder: &Path) -> Result<usize, Failure> {
    Ok(register::serve::export(db, folder).await?)
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
