//! `renshi pension check`: worked examples against the rules.

use super::{law, read};
use crate::args::PensionCheck;
use kernel::Lang;
use rules::check::{Checked, Status, Verdict, check};
use rules::render;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Checks a file, prints a line for each example, and explains those that were named.
///
/// # Errors
/// The file or the law asked for cannot be read, or a row to explain is not in the file.
pub fn run(asked: &PensionCheck) -> Result<ExitCode, String> {
    let law = law(&asked.law)?;
    let rows = check(&law, &read(&asked.file)?).map_err(|refusal| refusal.text.to_string())?;
    if let Some(id) = asked.explain.iter().find(|id| !rows.iter().any(|row| &row.id == *id)) {
        return Err(format!("`{}` has no example `{id}`", asked.file.display()));
    }
    let explained = |row: &&Checked| asked.explain.contains(&row.id);
    if asked.json {
        let rows: Vec<Value> = rows.iter().map(|row| answer(row, explained(&row))).collect();
        println!("{:#}", Value::from(rows));
    } else {
        rows.iter().for_each(line);
        rows.iter().filter(explained).for_each(explain);
        let as_marked = rows.iter().filter(|row| row.is_as_marked()).count();
        println!("{as_marked} of {} examples as marked", rows.len());
    }
    let is_well = rows.iter().all(Checked::is_as_marked);
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(row: &Checked) {
    let (word, more) = match &row.verdict {
        Verdict::Pass => ("pass", String::new()),
        Verdict::Differ { ours } => ("differ", format!("  ours {ours}, expected {}", row.expected)),
        Verdict::Refused(text) => ("refused", format!("  {text}")),
    };
    let mark = if row.is_as_marked() { ' ' } else { '!' };
    let expected_to_differ = if row.status == Status::SourceError { "  (source_error)" } else { "" };
    println!("{mark} {:<8} {word:<8}{}{more}{expected_to_differ}", row.id, row.topic);
}

/// The steps of one example, in Chinese as a letter would print them.
fn explain(row: &Checked) {
    println!("\n{} {}", row.id, row.topic);
    println!("{}", row.source);
    if let Some(answer) = &row.answer {
        let views: Vec<_> = answer.steps.0.iter().map(|step| render::view(step, None, Lang::Zh)).collect();
        println!("{}", render::text(&views, Lang::Zh));
    }
}

fn answer(row: &Checked, explained: bool) -> Value {
    let (verdict, ours) = match &row.verdict {
        Verdict::Pass => ("pass", Value::from(row.expected.as_str())),
        Verdict::Differ { ours } => ("differ", Value::from(ours.as_str())),
        Verdict::Refused(text) => ("refused", json!({ "zh": text.zh, "en": text.en })),
    };
    let steps = row
        .answer
        .as_ref()
        .filter(|_| explained)
        .map(|answer| Value::from(answer.steps.0.iter().map(|step| render::json(step, None)).collect::<Vec<_>>()));
    json!({
        "line": row.line, "id": row.id, "quantity": row.quantity, "expected": row.expected, "verdict": verdict,
        "ours": ours, "as_marked": row.is_as_marked(), "steps": steps,
    })
}
