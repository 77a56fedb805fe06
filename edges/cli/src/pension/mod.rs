//! `renshi pension`: the pension acts at the command line. No database is needed.

mod check;
mod estimate;
mod reform;

use crate::args::{LawArgs, Pension, PensionWhat};
use crate::chance::SystemClock;
use kernel::{Clock, office_date};
use rules::Law;
use statute::{Edition, Readings};
use std::path::Path;
use std::process::ExitCode;

/// Exit code when nothing could be calculated.
const UNREADABLE: u8 = 2;

/// Does what is asked. What cannot be read or is refused is told on standard error.
pub fn run(pension: &Pension) -> ExitCode {
    let done = match &pension.what {
        PensionWhat::Check(check) => check::run(check),
        PensionWhat::Estimate(asked) => estimate::run(asked),
        PensionWhat::Reform(asked) => reform::run(asked),
    };
    done.unwrap_or_else(|words| {
        eprintln!("renshi: {words}");
        ExitCode::from(UNREADABLE)
    })
}

/// The law that was asked for.
fn law(asked: &LawArgs) -> Result<Law, String> {
    let mut readings = Readings::default();
    for choice in &asked.reading {
        readings =
            readings.choose(choice).ok_or_else(|| format!("there is no reading `{choice}`; see law/readings"))?;
    }
    let day = asked.law.unwrap_or_else(today);
    law_of(Edition { readings, ..Edition::of(day) })
}

fn law_of(edition: Edition) -> Result<Law, String> {
    Law::of_edition(edition).map_err(|fault| fault.to_string())
}

fn today() -> time::Date {
    office_date(SystemClock.now())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))
}
