//! `renshi monitor`.

use crate::Failure;
use crate::args::Monitor;
use crate::chance::SystemClock;
use kernel::Clock as _;
use monitor::{MonitorError, Round, Source, evidence::Evidence, mirror::Mirror, orders::Own};
use std::{
    fs::{self, File},
    path::Path,
    process::ExitCode,
    time::Duration,
};
use tlog::policy::Policy;

/// Exit code when nothing can be said.
const UNREADABLE: u8 = 2;

/// Follows a log, once or until interrupted.
///
/// # Errors
/// When the policy, the list or the folder cannot be read.
pub async fn run(arguments: Monitor) -> Result<ExitCode, Failure> {
    let text = fs::read_to_string(&arguments.policy)
        .map_err(|error| format!("`{}` cannot be read: {error}", arguments.policy.display()))?;
    let policy: Policy = text.parse().map_err(|error| format!("`{}`: {error}", arguments.policy.display()))?;
    let (source, mirror) = (Source::open(&arguments.log)?, Mirror::open(&arguments.copy)?);
    loop {
        // Read again each time: the agency goes on issuing.
        let own = own(&arguments)?;
        let mut seen = monitor::round(&source, &mirror, &policy, own.as_ref()).await;
        if let Ok(round) = &mut seen {
            let hours = u64::from(arguments.silent_after);
            round.look_at_the_time(SystemClock.now(), (hours > 0).then(|| Duration::from_secs(hours * 3600)));
        }
        let code = tell(&arguments, seen)?;
        let Some(seconds) = arguments.every else { return Ok(code) };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(seconds)) => {}
            () = crate::serve::interrupted() => return Ok(code),
        }
    }
}

fn own(arguments: &Monitor) -> Result<Option<Own>, Failure> {
    let Some((file, agency)) = arguments.orders.as_ref().zip(arguments.agency.as_ref()) else { return Ok(None) };
    let list = File::open(file).map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
    Ok(Some(Own::read(agency, list)?))
}

fn tell(arguments: &Monitor, seen: Result<Round, MonitorError>) -> Result<ExitCode, Failure> {
    let round = match seen {
        Ok(round) => round,
        Err(error) => {
            if arguments.json {
                println!("{}", serde_json::json!({ "error": error.to_string() }));
            } else {
                println!("? {error}");
            }
            return Ok(ExitCode::from(UNREADABLE));
        }
    };
    let kept = round.evidence.iter().map(|evidence| keep(&arguments.copy, evidence)).collect::<Result<Vec<_>, _>>()?;
    if arguments.json {
        println!("{}", json(&round, &kept));
    } else {
        print(&round, &kept);
    }
    let fine = round.evidence.is_empty() && round.findings.is_empty();
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes evidence into the folder; returns where it is.
fn keep(copy: &Path, evidence: &Evidence) -> Result<String, Failure> {
    let path = copy.join("evidence").join(evidence.file_name());
    fs::create_dir_all(copy.join("evidence"))?;
    fs::write(&path, evidence.to_json())?;
    Ok(path.display().to_string())
}

fn print(round: &Round, kept: &[String]) {
    println!("{} leaves before, {} now", round.from, round.to);
    if let Some(size) = round.older {
        println!("? an older checkpoint of {size} leaves is served; a cache, or something is withheld");
    }
    let (signed, all) = round.witnesses;
    if all > 0 {
        println!("{signed} of {all} witnesses");
    }
    for (evidence, path) in round.evidence.iter().zip(kept) {
        println!("\u{2717} {} ({path})", evidence.sentence());
    }
    round.findings.iter().for_each(|finding| println!("\u{2717} {finding}"));
    if round.evidence.is_empty() && round.findings.is_empty() {
        println!("\u{2713} nothing is wrong");
    }
}

fn json(round: &Round, kept: &[String]) -> serde_json::Value {
    serde_json::json!({
        "from": round.from, "size": round.to, "newest_ms": round.newest_ms, "older": round.older,
        "witnesses": round.witnesses.0, "witnesses_of_policy": round.witnesses.1,
        "evidence": kept, "findings": round.findings,
    })
}
