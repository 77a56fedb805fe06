//! Steps as plain text.

use std::fmt::Write as _;

use kernel::Lang;

use super::{ReadView, UsedView, View, open_points, unconfirmed};

/// Numbered steps, each with its calculation, articles and values, and at the end what is not confirmed.
pub fn text(views: &[View], lang: Lang) -> String {
    let mut out = String::new();
    for (at, view) in views.iter().enumerate() {
        step(&mut out, at + 1, view, lang);
    }
    let doubts = unconfirmed(views);
    if !doubts.is_empty() {
        out += of(lang, "未經確認之數值：\n", "Values that are not confirmed:\n");
        for (name, doubt) in doubts {
            line(&mut out, lang, "・", "- ", (name, doubt));
        }
    }
    let points = open_points(views);
    if !points.is_empty() {
        out += of(lang, "條文未明定而採一解讀者：\n", "Points that the text leaves open, answered one way:\n");
        for point in points {
            line(&mut out, lang, "・", "- ", (&point.question, &told(point, lang)));
        }
    }
    out
}

/// The answer taken, and what else there is.
fn told(point: &ReadView, lang: Lang) -> String {
    let ReadView { answer, others, .. } = point;
    match lang {
        Lang::Zh => format!("採「{answer}」；另有「{}」", others.join("」、「")),
        Lang::En => format!("taken: {answer}; otherwise: {}", others.join("; ")),
    }
}

fn step(out: &mut String, number: usize, view: &View, lang: Lang) {
    let title = format!("{number}. {}{}\n", view.title, of(lang, "：", ": ").to_owned() + &view.outcome);
    *out += &title;
    line(out, lang, "　　", "   ", (of(lang, "計算", "calculation"), &view.formula));
    line(out, lang, "　　", "   ", (of(lang, "依據", "law"), &view.articles.join(of(lang, "、", "; "))));
    for (name, value) in &view.given {
        line(out, lang, "　　", "   ", (name, value));
    }
    for value in &view.used {
        used(out, value, lang);
    }
    if let Some(rounding) = &view.rounding {
        used(out, rounding, lang);
    }
    for point in &view.readings {
        let name = of(lang, "【條文未明定】", "[left open by the text] ").to_owned() + &point.question;
        line(out, lang, "　　", "   ", (&name, &told(point, lang)));
    }
    out.push('\n');
}

fn used(out: &mut String, value: &UsedView, lang: Lang) {
    let UsedView { name, value: shown, citation, from, reference, doubt, .. } = value;
    let source = match lang {
        Lang::Zh => format!("{shown}（{citation}；自{from}起；{reference}）"),
        Lang::En => format!("{shown} ({citation}; from {from}; {reference})"),
    };
    let mark = doubt.as_ref().map_or_else(String::new, |doubt| match lang {
        Lang::Zh => format!("【未經確認：{doubt}】"),
        Lang::En => format!(" [not confirmed: {doubt}]"),
    });
    line(out, lang, "　　", "   ", (name, &format!("{source}{mark}")));
}

fn line(out: &mut String, lang: Lang, zh: &str, en: &str, (name, value): (&str, &str)) {
    let (indent, colon) = (of(lang, zh, en), of(lang, "：", ": "));
    let _ = writeln!(out, "{indent}{name}{colon}{value}");
}

fn of<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
