//! `renshi register anchor|anchors|anchor-check`, and the anchors beside a log folder.

use crate::Failure;
use anchor::{Checked, Kind, Reason, State, Trust, Wrong};
use db::Db;
use kernel::{Clock, Text};
use register::audit::{Audited, audit, policy_of};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use time::format_description::well_known::Rfc3339;

/// Exit code when nothing can be decided.
const UNDECIDED: u8 = 2;

/// Makes the newest checkpoint due.
///
/// # Errors
/// When there is no register, or the database is away.
pub async fn due(db: &Db, frozen: bool, clock: &dyn Clock) -> Result<(), Failure> {
    db.migrate(crate::assemble::MIGRATIONS).await?;
    let mut tx = db.begin().await?;
    let head = if frozen {
        let closed = register::log::heads(&mut tx).await?.into_iter().rfind(|head| head.closed);
        closed.ok_or("no shard of the register is closed")?
    } else {
        register::log::head(&mut tx).await?
    };
    let head = web::head_of(head);
    let reason = if frozen { Reason::Frozen } else { Reason::Hand };
    let new = anchor::due(&mut tx, &head, reason, clock.now()).await?;
    tx.commit().await?;
    match (new, head.size) {
        (true, size) => println!("the checkpoint of {size} entries is due; the running program anchors it"),
        (false, 0) => println!("the register is empty; there is nothing to anchor"),
        (false, size) => println!("the checkpoint of {size} entries was due already"),
    }
    Ok(())
}

/// Lists the anchors. False if one failed.
///
/// # Errors
/// When the database is away.
pub async fn list(db: &Db, limit: u32) -> Result<bool, Failure> {
    db.migrate(crate::assemble::MIGRATIONS).await?;
    let rows = anchor::list(&mut db.begin().await?, limit).await?;
    for row in &rows {
        let (state, sink, size) = (row.state.word(), &row.sink, row.head.size);
        print!("{:>5}  {state:<9}  {sink:<16}  {size:>9} entries  {:<6}", row.no, row.reason);
        match (&row.place, row.proved_at) {
            (Some(place), Some(at)) => println!("  {}  {place}", at.format(&Rfc3339)?),
            _ => println!("  {} tries  {}", row.attempts, row.fault.as_deref().unwrap_or("")),
        }
    }
    Ok(rows.iter().all(|row| row.state != State::Failed))
}

/// Checks the published evidence of an anchor and says what was proved.
///
/// # Errors
/// When a file named cannot be read.
pub async fn check(file: &Path, ca: &[PathBuf], log: Option<&Path>, node: Option<&str>) -> Result<ExitCode, Failure> {
    let bytes = std::fs::read(file).map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
    let stamp_roots = ca.iter().map(|path| crate::keep::certificate(path)).collect::<Result<_, _>>()?;
    let checked = match anchor::check(&bytes, &Trust { stamp_roots }) {
        Ok(checked) => checked,
        Err(wrong) => {
            println!("✗ {wrong}");
            return Ok(ExitCode::from(if matches!(wrong, Wrong::Malformed(_)) { UNDECIDED } else { 1 }));
        }
    };
    println!("✓ {} · {} · {}", checked.head.origin, checked.head.size, checked.time.format(&Rfc3339)?);
    println!("  {} {}", checked.says.zh, checked.says.en);
    let mut holds = true;
    if let Some(folder) = log {
        let audited = audit(folder, &policy_of(folder)?)?;
        holds &=
            told(is_beginning(&audited, &checked)?, "the anchored tree is a beginning of this log", "樹根與登錄簿相符");
    }
    if let (Some(url), Kind::Evm) = (node, checked.kind) {
        let there = anchor::evm::is_in_chain(url, &bytes).await?;
        holds &= told(there, "the node names this block", "節點列有這個區塊");
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn told(holds: bool, en: &str, zh: &str) -> bool {
    println!("{} {zh} {en}", if holds { "✓" } else { "✗" });
    holds
}

/// Whether the anchored root is that of the log's first entries.
fn is_beginning(log: &Audited, checked: &Checked) -> Result<bool, Failure> {
    let size = checked.head.size;
    let Some(log) = log.shard_of(&checked.head.origin).filter(|log| size <= log.checkpoint().size) else {
        return Ok(false);
    };
    Ok(log.root_at(size)? == Some(checked.head.root))
}

/// What the evidence beside a log folder says of the leaf at `index` of the shard `origin`: of each file in `anchors/` whose tree holds it
/// and is the log's.
pub fn of_leaf(folder: &Path, log: &Audited, origin: &str, index: u64) -> Vec<(String, bool, Text)> {
    let listed = std::fs::read_dir(folder.join("anchors")).ok().into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = listed.map(|entry| entry.path()).collect();
    files.retain(|path| {
        path.file_stem().is_some_and(|stem| stem.to_string_lossy().parse::<u64>().is_ok())
            && path.extension().is_some_and(|extension| extension == "json")
    });
    files.sort();
    files.iter().filter_map(|path| line(path, log, origin, index)).collect()
}

fn line(path: &Path, log: &Audited, origin: &str, index: u64) -> Option<(String, bool, Text)> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let wrong = |zh: &'static str, en: String| Some((name.clone(), false, Text::new(zh, en)));
    let Ok(bytes) = std::fs::read(path) else { return wrong("無法讀取", "it cannot be read".to_owned()) };
    let checked = match anchor::check(&bytes, &Trust::default()) {
        Ok(checked) => checked,
        Err(fault) => return wrong("定錨證據不符", fault.to_string()),
    };
    let other = checked.head.origin != origin && log.shard_of(&checked.head.origin).is_some();
    if other || checked.head.size <= index {
        return None;
    }
    match is_beginning(log, &checked) {
        Ok(true) => {
            let at = checked.time.format(&Rfc3339).ok()?;
            let Text { zh, en } = checked.says;
            Some((
                name,
                true,
                Text::new(format!("最晚於 {at} 已在登錄簿；{zh}"), format!("in the register by {at}; {en}")),
            ))
        }
        _ => wrong("定錨的樹不是這本登錄簿", "the anchored tree is not of this log".to_owned()),
    }
}
