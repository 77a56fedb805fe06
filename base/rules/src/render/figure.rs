//! One figure in words.

use kernel::{Lang, calendar::MONTHS_A_YEAR, roc};
use serde_json::{Value, json};
use statute::{Content, PERCENT, Rational, Rounding, Scale, Unit, Way, print};
use time::Date;

use crate::{Quantity, Shown};

/// A figure with its unit: 68,393元, 70.5%, 396個月（33年）, 民國109年2月1日.
pub fn figure(quantity: &Quantity, lang: Lang) -> String {
    let number = plain(quantity, lang);
    let zh = lang == Lang::Zh;
    match quantity {
        Quantity::Money(_) | Quantity::Dollars(_) if zh => number + "元",
        Quantity::Money(_) | Quantity::Dollars(_) => format!("NT${number}"),
        Quantity::Bases(_) if zh => number + "個基數",
        Quantity::Bases(_) => number + " bases",
        Quantity::Days(_) if zh => number + "日",
        Quantity::Days(days) => counted(*days, "day"),
        Quantity::Months(months) => in_months(*months, lang),
        Quantity::Years(_) if zh => number + "年",
        Quantity::Years(years) => counted(*years, "year"),
        Quantity::Age(_) if zh => number + "歲",
        Quantity::Age(_) => format!("age {number}"),
        _ => number,
    }
}

/// A figure without its unit.
pub fn plain(quantity: &Quantity, lang: Lang) -> String {
    match quantity {
        Quantity::Money(dollars) => print::whole(*dollars),
        Quantity::Dollars(number) | Quantity::Bases(number) | Quantity::Number(number) => print::decimals(*number),
        Quantity::Share(share) => print::percent(*share),
        Quantity::Days(whole) | Quantity::Months(whole) | Quantity::Years(whole) | Quantity::Age(whole) => {
            print::whole((*whole).into())
        }
        Quantity::Day(date) => day(*date, lang),
        Quantity::Yes(yes) => match (yes, lang) {
            (true, Lang::Zh) => "是",
            (false, Lang::Zh) => "否",
            (true, Lang::En) => "yes",
            (false, Lang::En) => "no",
        }
        .to_owned(),
        Quantity::Words(words) => words.get(lang).to_owned(),
        Quantity::Rounding(rounding) => way(*rounding, lang),
    }
}

/// A civil date: 民國109年2月1日.
pub fn day(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => roc::long(date).trim_start_matches("中華").to_owned(),
        Lang::En => date.to_string(),
    }
}

/// What a program is told of the kind of a figure.
pub fn kind(quantity: &Quantity) -> &'static str {
    match quantity {
        Quantity::Money(_) => "money",
        Quantity::Dollars(_) => "dollars",
        Quantity::Share(_) => "share",
        Quantity::Bases(_) => "bases",
        Quantity::Number(_) => "number",
        Quantity::Days(_) => "days",
        Quantity::Months(_) => "months",
        Quantity::Years(_) => "years",
        Quantity::Age(_) => "age",
        Quantity::Day(_) => "date",
        Quantity::Yes(_) => "yes",
        Quantity::Words(_) => "words",
        Quantity::Rounding(_) => "rounding",
    }
}

/// A figure without loss: whole numbers as numbers, exact numbers as `n` or `n/d`, dates as `YYYY-MM-DD`.
pub fn exact(quantity: &Quantity) -> Value {
    match quantity {
        Quantity::Money(dollars) => json!(dollars),
        Quantity::Dollars(number) | Quantity::Share(number) | Quantity::Bases(number) | Quantity::Number(number) => {
            json!(number.to_string())
        }
        Quantity::Days(whole) | Quantity::Months(whole) | Quantity::Years(whole) | Quantity::Age(whole) => json!(whole),
        Quantity::Day(date) => json!(date.to_string()),
        Quantity::Yes(yes) => json!(yes),
        Quantity::Words(words) => json!({ "zh": words.zh, "en": words.en }),
        Quantity::Rounding(rounding) => json!(rounding.to_string()),
    }
}

/// What an entry of a value file says; a table is named by its size, for its cells are read in the table itself.
pub fn content(content: &Content, unit: Unit, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    match content {
        Content::Whole(whole) => figure(&whole.shown(unit), lang),
        Content::Number(number) => exactly(*number, unit, lang),
        Content::Day(date) => day(*date, lang),
        Content::Words(words) => words.get(lang).to_owned(),
        Content::Rounding(rounding) => way(*rounding, lang),
        Content::Scale(scale) => in_pieces(scale, unit, lang),
        Content::Table(table) if zh => format!("表（{}列，{}欄）", table.rows().count(), table.columns().len()),
        Content::Table(table) => format!("table ({} rows, {} columns)", table.rows().count(), table.columns().len()),
        Content::Ended => (if zh { "不再適用" } else { "no longer applies" }).to_owned(),
        Content::Unknown => (if zh { "尚未查得" } else { "not found" }).to_owned(),
    }
}

/// A number of law with its unit, as a fraction where decimals would not end.
fn exactly(number: Rational, unit: Unit, lang: Lang) -> String {
    match (number.shown(unit), lang) {
        (Quantity::Share(share), _) => print::exact(share * PERCENT) + "%",
        (Quantity::Bases(bases), Lang::Zh) => print::exact(bases) + "個基數",
        (Quantity::Bases(bases), Lang::En) => print::exact(bases) + " bases",
        (Quantity::Number(number), _) => print::exact(number),
        (other, _) => figure(&other, lang),
    }
}

fn in_months(months: u32, lang: Lang) -> String {
    let (years, odd) = (months / MONTHS_A_YEAR, months % MONTHS_A_YEAR);
    match (lang, years, odd) {
        (Lang::Zh, 0, _) => format!("{months}個月"),
        (Lang::Zh, _, 0) => format!("{months}個月（{years}年）"),
        (Lang::Zh, ..) => format!("{months}個月（{years}年{odd}月）"),
        (Lang::En, 0, _) => counted(months, "month"),
        (Lang::En, _, 0) => format!("{} ({})", counted(months, "month"), counted(years, "year")),
        (Lang::En, ..) => {
            format!("{} ({}, {})", counted(months, "month"), counted(years, "year"), counted(odd, "month"))
        }
    }
}

fn counted(number: u32, noun: &str) -> String {
    format!("{} {noun}{}", print::whole(number.into()), if number == 1 { "" } else { "s" })
}

fn way(rounding: Rounding, lang: Lang) -> String {
    let places = rounding.places;
    let (zh, en) = match rounding.way {
        Way::Down => ("無條件捨去", "down"),
        Way::Up => ("無條件進位", "up"),
        Way::HalfUp => ("四捨五入", "to the nearest, halves up,"),
    };
    match (lang, places) {
        (Lang::Zh, 0) => format!("{zh}至整數"),
        (Lang::Zh, _) => format!("{zh}至小數第{places}位"),
        (Lang::En, 0) => format!("rounded {en} to a whole number"),
        (Lang::En, _) => format!("rounded {en} to {places} decimals"),
    }
}

fn in_pieces(scale: &Scale, unit: Unit, lang: Lang) -> String {
    let shown = |number: Rational| exactly(number, unit, lang);
    let zh = lang == Lang::Zh;
    let pieces = scale.pieces().map(|(from, at, per_month)| {
        let (from, at, per_month) = (in_months(from, lang), shown(at), shown(per_month));
        if zh {
            format!("滿{from}：{at}，其後每月加{per_month}")
        } else {
            format!("from {from}: {at}, then {per_month} a month")
        }
    });
    let most =
        scale.max().map(|max| if zh { format!("最高{}", shown(max)) } else { format!("at most {}", shown(max)) });
    pieces.chain(most).collect::<Vec<_>>().join(if zh { "；" } else { "; " })
}
