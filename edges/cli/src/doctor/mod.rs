//! `renshi doctor`: looks at configuration, data folder and database, and names what is weaker than it should be.
//!
//! [`facts`] looks and decides nothing; [`checks`] decides and looks at nothing, so that each check has a test with a setting made up
//! for it. The same list stands in `docs/operating/hardening.md`.

mod certificate;
mod checks;
mod facts;
mod files;
#[cfg(test)]
mod tests;

use crate::Failure;
use crate::args::Doctor;
use checks::{Check, Finding, findings};
use std::process::ExitCode;

/// Where a setting is explained.
const GUIDE: &str = "docs/operating/hardening.md";

/// Looks and tells: exit 0 when nothing is weak, 1 when something is, 2 when it could not look.
///
/// # Errors
/// Never: what keeps it from looking is told here.
pub async fn run(doctor: Doctor) -> Result<ExitCode, Failure> {
    let facts = match facts::gather(&doctor).await {
        Ok(facts) => facts,
        Err(failure) => {
            eprintln!("renshi doctor: 無法檢查 cannot look: {}", crate::chain(failure.as_ref()));
            return Ok(ExitCode::from(2));
        }
    };
    let found = findings(&facts);
    if doctor.json {
        println!("{}", serde_json::to_string_pretty(&as_json(&found)).expect("a JSON value can be written"));
    } else {
        print!("{}", as_text(&found));
    }
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The place in the guide, as Markdown readers make it of the heading.
fn reference(check: &Check) -> String {
    format!("{GUIDE}#{}-{}", check.number.replace('.', ""), check.code)
}

fn as_text(found: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { check, what } in found {
        text += &format!("{} {}\n", check.number, check.code);
        text += &format!("  {}\n  {}\n", what.zh, what.en);
        text += &format!("  改善：{}\n  Remedy: {}\n", check.remedy.0, check.remedy.1);
        text += &format!("  {}\n\n", reference(check));
    }
    let all = checks::CHECKS.len();
    let weak: std::collections::BTreeSet<&str> = found.iter().map(|finding| finding.check.code).collect();
    text + &format!("檢查 {all} 項，{} 項待改善 / {all} settings looked at, {} weak\n", weak.len(), weak.len())
}

fn as_json(found: &[Finding]) -> serde_json::Value {
    let two = |zh: &str, en: &str| serde_json::json!({ "zh": zh, "en": en });
    let one = |Finding { check, what }: &Finding| {
        serde_json::json!({
            "number": check.number,
            "code": check.code,
            "what": two(&what.zh, &what.en),
            "remedy": two(check.remedy.0, check.remedy.1),
            "reference": reference(check),
        })
    };
    serde_json::json!({ "looked_at": checks::CHECKS.len(), "weak": found.iter().map(one).collect::<Vec<_>>() })
}
