//! `renshi verify`: an order checked offline, from its file and a copy of the log.

use crate::{args::Verify, pack};
use kernel::Text;
use register::audit::{AuditError, Audited, audit, policy_of};
use seal::code::Code;
use seal::code_verdict::judge_code;
use seal::erased::judge_erased;
use seal::verdict::{CheckLine, LogAtHand, Mark, Verdict, judge};
use std::process::ExitCode;
use tlog::policy::Policy;

/// Exit code when nothing can be decided.
const UNDECIDED: u8 = 2;

/// Verifies the file and prints the verdict.
pub fn run(verify: &Verify) -> ExitCode {
    let file = match std::fs::read(&verify.file) {
        Ok(file) => file,
        Err(error) => return undecided(&format!("`{}` cannot be read: {error}", verify.file.display())),
    };
    let policy = match policy(verify) {
        Ok(policy) => policy,
        Err(words) => return undecided(&words),
    };
    if Code::is_meant(&file) {
        return run_code(&String::from_utf8_lossy(&file), verify, policy.as_ref());
    }
    if verify.pack.is_some() {
        return undecided("a pack is for the text of a QR code; verify this file with `--log`");
    }
    let log = verify.log.as_deref().zip(policy.as_ref()).map(|(dir, policy)| audit(dir, policy));
    if seal::erased::is_meant(&file) {
        return run_erased(&file, verify, at_hand(log.as_ref()));
    }
    let verdict = judge(&file, policy.as_ref(), at_hand(log.as_ref()));
    let anchors = anchors(verify, log.as_ref(), &verdict);
    if verify.json {
        let mut json = verdict.to_json();
        json["anchors"] = anchors.iter().map(anchor_json).collect();
        println!("{json:#}");
    } else {
        print(&verdict, verify);
        for (name, holds, says) in &anchors {
            println!("{} 定錨 Anchor {name}：{}", if *holds { "✓" } else { "✗" }, both(says));
        }
    }
    ExitCode::from(verdict.exit_code())
}

/// What the evidence in the log folder says of the order. It adds to the verdict and is no part of it: an anchor is another witness of
/// the same log.
fn anchors(verify: &Verify, log: Option<&Result<Audited, AuditError>>, verdict: &Verdict) -> Vec<(String, bool, Text)> {
    match (&verify.log, log, &verdict.order) {
        (Some(folder), Some(Ok(log)), Some(order)) => {
            crate::anchors::of_leaf(folder, log, &order.checkpoint.origin, order.logged.index)
        }
        _ => Vec::new(),
    }
}

fn anchor_json((name, holds, says): &(String, bool, Text)) -> serde_json::Value {
    serde_json::json!({ "file": name, "holds": holds, "detail": says })
}

/// Verifies what is public of an order whose content was destroyed.
fn run_erased(file: &[u8], verify: &Verify, log: LogAtHand<'_>) -> ExitCode {
    let verdict = judge_erased(file, log);
    if verify.json {
        println!("{:#}", verdict.to_json());
    } else {
        print_lines(&verdict.lines);
        println!("{}", both(&verdict.sentence()));
    }
    ExitCode::from(verdict.exit_code())
}

/// Verifies the text of a QR code of mode J or M.
fn run_code(text: &str, verify: &Verify, policy: Option<&Policy>) -> ExitCode {
    let pack = match (&verify.pack, policy) {
        (Some(dir), Some(policy)) => pack::open(dir, policy).map_err(|error| {
            Text::new(format!("離線資料無法使用：{error}"), format!("the pack cannot be used: {error}"))
        }),
        _ => Err(Text::new(
            "請以 --pack 與 --policy 指定離線資料與信任的金鑰",
            "name a pack and a policy with `--pack` and `--policy`",
        )),
    };
    let verdict = judge_code(text, pack.as_ref().map_err(Clone::clone));
    if verify.json {
        println!("{:#}", verdict.to_json());
    } else {
        print_lines(&verdict.lines);
        for text in verdict.summary.iter().flat_map(|summary| summary.texts()).filter(|text| !text.is_empty()) {
            println!("  {text}");
        }
        if verdict.summary.is_some() {
            println!("請與紙本逐項核對。 Compare this with the paper, line by line.");
        }
        println!("{}", both(&verdict.sentence()));
    }
    ExitCode::from(verdict.exit_code())
}

fn undecided(words: &str) -> ExitCode {
    eprintln!("renshi: {words}");
    ExitCode::from(UNDECIDED)
}

const fn at_hand(log: Option<&Result<Audited, AuditError>>) -> LogAtHand<'_> {
    match log {
        None => LogAtHand::None,
        Some(Ok(log)) => LogAtHand::Sound(log),
        Some(Err(error)) => LogAtHand::Unusable(error),
    }
}

/// The policy named, else the one in the log folder.
fn policy(verify: &Verify) -> Result<Option<Policy>, String> {
    if let Some(path) = &verify.policy {
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
        let policy = text.parse().map_err(|error| format!("`{}` is no policy: {error}", path.display()))?;
        return Ok(Some(policy));
    }
    match &verify.log {
        Some(dir) => policy_of(dir).map(Some).map_err(|error| error.to_string()),
        None => Ok(None),
    }
}

fn print(verdict: &Verdict, verify: &Verify) {
    print_lines(&verdict.lines);
    if verify.log.is_some() && verify.policy.is_none() {
        println!(
            "  登錄簿金鑰取自登錄簿資料夾；如欲獨立確認，請以 --policy 指定。 The log's key was taken from the log folder; pin it with --policy."
        );
    }
    println!("{}", both(&verdict.sentence()));
}

fn print_lines(lines: &[CheckLine]) {
    for line in lines {
        let mark = match line.mark {
            Mark::Passed => "✓",
            Mark::Failed => "✗",
            Mark::Open => "?",
        };
        println!("{mark} {}：{}", both(&line.check.title()), both(&line.detail));
    }
}

fn both(text: &Text) -> String {
    format!("{} {}", text.zh, text.en)
}
