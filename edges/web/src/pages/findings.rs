//! What was found in a file, row by row: the table that every upload shows alike.

use kernel::Text;
use personnel::Finding;
use std::collections::BTreeSet;
use webkit::{Table, Tag, Tone};

/// Findings by line and column.
pub fn table(findings: &[Finding]) -> Table {
    let heads = vec![
        Text::new("列", "Line"),
        Text::new("欄", "Column"),
        Text::new("原因", "Reason"),
        Text::new("性質", "Kind"),
    ];
    let mut table = Table::new(Text::new("逐列檢查結果", "What was found, line by line"), heads);
    for finding in findings {
        let kind = if finding.warning {
            Tag::new(Tone::Waiting, Text::new("提醒", "Notice"))
        } else {
            Tag::new(Tone::Bad, Text::new("錯誤", "Fault"))
        };
        let column = finding.column.map_or_else(|| Text::new("整列", "Whole line"), webkit::same);
        let line = Text::new(format!("第{}列", finding.line), format!("Line {}", finding.line));
        let cells = vec![line.into(), column.into(), finding.text.clone().into(), kind.into()];
        table.row(finding.line, finding.line, cells);
    }
    table
}

/// Lines with at least one fault.
pub fn faulty_lines(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| !finding.warning).map(|finding| finding.line).collect::<BTreeSet<_>>().len()
}

/// Findings for samples.
pub fn sample() -> Vec<Finding> {
    let finding = |line, column, text, warning| Finding { line, column, code: "sample", text, warning };
    vec![
        finding(
            2,
            Some("身分證號"),
            Text::new(
                "此身分證號不在人員資料中，請確認號碼，或先匯入人員資料。",
                "Nobody with this id is on file. Please check it, or import the person first.",
            ),
            false,
        ),
        finding(
            2,
            Some("獎懲結果"),
            Text::new(
                "獎懲結果代碼「4003」不存在；獎勵為4001、4002、4010、4020、4100、4200，懲處為5001至5200，勳獎為9開頭四碼",
                "There is no award result \"4003\"",
            ),
            false,
        ),
        finding(
            1_250,
            Some("獎懲事由(更新資料庫)"),
            Text::new(
                "第12字為造字或無法對應之字元（U+E123），請改用全字庫之標準字。",
                "Character 12 (U+E123) is user-defined or cannot be mapped; please use a standard one.",
            ),
            false,
        ),
        finding(
            1_251,
            None,
            Text::new("適用法規代碼「ZZ」不在已知清單內，請確認", "The legal basis code \"ZZ\" is not in our list"),
            true,
        ),
    ]
}
