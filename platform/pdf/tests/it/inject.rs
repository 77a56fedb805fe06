//! Data is text: nothing in it is ever read as markup, code or a path.

use serde_json::json;

use crate::samples::{ORDER, render, sample, text_of};

const HOSTILE: &[&str] = &[
    "#panic(1)",
    "#{while true {}}",
    "*粗體*與_斜體_",
    "$x^2$",
    "反斜線\\u{41}\\",
    "@參照<標籤>[內容]",
    "= 標題",
    "- 清單",
    "+ 編號",
    "// 註解",
    "/* 區塊 */",
    "#read(\"data.json\")",
    "#import \"main.typ\"",
    "`原文`~~--...\"'",
    "https://example.gov.tw/#x",
    "{{ data }} <script>&amp;",
];

#[test]
fn markup_in_any_field_is_printed_as_it_stands() {
    let mut data = sample!("award");
    let keys = ["agency", "recipient", "subject", "name", "reason", "other", "remarks"];
    let hostile = |key: &str| format!("{key}：{}", HOSTILE.join("；"));
    for key in keys {
        data[key] = json!(hostile(key));
    }
    data["footer"] = json!("");
    data["number"] = json!("");
    // pdftotext takes a hyphen at the end of a line for hyphenation and drops it, so hyphens are left out of the comparison.
    // The footer of each page would stand in the middle of a field that runs over a page.
    let text = text_of(&render(ORDER, &data).unwrap()).replace('-', "");
    let text = (1..9).fold(text, |text, page| {
        (page..9).fold(text, |text, last| text.replace(&format!("第{page}頁，共{last}頁"), ""))
    });
    for key in keys {
        let expected: String = hostile(key).split_whitespace().collect::<String>().replace('-', "");
        assert!(text.contains(&expected), "{expected}\nis not in\n{text}");
    }
}

#[test]
fn line_breaks_in_data_stay_line_breaks() {
    let mut data = sample!("award");
    data["other"] = json!("第一行\n第二行\r\n第三行");
    let text = crate::samples::tool(&render(ORDER, &data).unwrap(), "pdftotext", &["-layout", "PDF", "-"]);
    let line_of =
        |word: &str| text.lines().position(|line| line.contains(word)).unwrap_or_else(|| panic!("no {word} in {text}"));
    assert!(line_of("第一行") < line_of("第二行") && line_of("第二行") < line_of("第三行"));
}
