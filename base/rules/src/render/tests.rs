use serde_json::json;
use statute::{Rational, StatuteFault, rational};
use time::macros::date;

use super::*;
use crate::{Law, Quantity, Steps, s0080034::*};

fn steps(scheme: Scheme) -> Steps {
    let law = Law::on(date!(2021 - 01 - 01)).unwrap();
    let facts = a037_replacement_rate::Facts {
        months: 33 * 12 + 1,
        retired_on: date!(2017 - 08 - 01),
        paid_for: date!(2020 - 02 - 01),
    };
    let mut steps = Steps::default();
    let law = law.of(scheme);
    a037_replacement_rate::ceiling(law, (48_505, Rational::from_integer(1)), facts, &mut steps).unwrap();
    a028_old_scheme::lump(law, (48_505, 203, rational("0.5").unwrap()), date!(2020 - 02 - 01), &mut steps).unwrap();
    steps
}

fn views(scheme: Scheme, lang: Lang) -> Vec<View> {
    steps(scheme).0.iter().map(|step| view(step, Some(scheme), lang)).collect()
}

#[test]
fn a_letter_tells_calculation_law_and_what_is_not_confirmed() {
    let text = text(&views(Scheme::Civil, Lang::Zh), Lang::Zh);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "1. 退休所得替代率上限：70.625%");
    assert_eq!(lines[1], "　　計算：附表三 109 年度欄，397個月（33年1月） 之替代率 70.625%");
    assert_eq!(lines[2], "　　依據：公務人員退休資遣撫卹法第37條第3項、第38條第3項");
    assert!(lines.contains(&"　　給付日期：民國109年2月1日"));
    assert!(text.contains("【未經確認：依條文及已知案例推算；附表三為PDF"));
    assert!(text.contains("2. 每月退休所得替代率上限金額：68,514元\n　　計算：48,505元 × 2 × 70.625% × 100%\n"));
    assert!(text.contains("計算：（48,505元 + 930元）× 34.8333…個基數 × 50%\n"));
    assert!(!text.contains("條例"), "a civil servant is not told the teachers' articles: {text}");
    let (summary, points) = text.split_once("條文未明定而採一解讀者：\n").unwrap();
    assert!(points.starts_with("・基數、百分比及替代率除不盡者"), "34.8333… is printed as 34.8334: {points}");
    let (_, summary) = summary.split_once("未經確認之數值：\n").unwrap();
    assert_eq!(summary.lines().count(), 2, "each value once: {summary}");
    assert!(summary.starts_with("・附表三：退休所得替代率上限：依條文及已知案例推算；"));
}

#[test]
fn english_and_the_teachers_articles() {
    let views = views(Scheme::Teacher, Lang::En);
    assert_eq!(views[1].formula, "NT$48,505 × 2 × 70.625% × 100%");
    assert!(views[1].articles[0].ends_with(", Article 37, paragraph 1"), "{:?}", views[1].articles);
    assert_eq!(views[1].articles[1], "Article 38, paragraph 1");
    assert_eq!((views[1].outcome.as_str(), views[1].is_confirmed()), ("NT$68,514", false));
    let text = text(&views, Lang::En);
    assert!(text.contains("   credited service, months: 397 months (33 years, 1 month)\n"), "{text}");
    assert!(text.contains("Values that are not confirmed:\n- "));
}

#[test]
fn a_program_gets_exact_figures() {
    let steps = steps(Scheme::Civil);
    let json = json(&steps.0[0], Some(Scheme::Civil));
    assert_eq!(json["rule"], "s0080034/a037_replacement_rate");
    let shown = json!({ "zh": "70.625%", "en": "70.625%" });
    assert_eq!(json["outcome"], json!({ "kind": "share", "exact": "113/160", "shown": shown }));
    assert_eq!(json["given"][1]["value"]["exact"], "2020-02-01");
    assert_eq!((&json["used"][0]["status"], &json["used"][0]["confirmed"]), (&json!("official"), &json!(true)));
    assert_eq!(json["used"][0]["citation"]["text"]["zh"], "公務人員退休資遣撫卹法第37條第3項");
    assert_eq!((&json["rounding"], &json["confirmed"]), (&json!(null), &json!(false)));
    assert_eq!(json["citations"].as_array().map(Vec::len), Some(2));
    let money = super::json(&steps.0[1], None);
    assert_eq!((&money["outcome"]["exact"], &money["rounding"]["value"]["exact"]), (&json!(68_514), &json!("up 0")));
    assert_eq!(money["citations"].as_array().map(Vec::len), Some(4), "both acts where nobody says which");
}

#[test]
fn every_kind_of_figure_has_words() {
    let zh = |quantity| figure(&quantity, Lang::Zh);
    let en = |quantity| figure(&quantity, Lang::En);
    assert_eq!(zh(Quantity::Dollars(rational("31043.2").unwrap())), "31,043.2元");
    assert_eq!((zh(Quantity::Months(11)), en(Quantity::Months(1))), ("11個月".to_owned(), "1 month".to_owned()));
    assert_eq!((zh(Quantity::Years(35)), en(Quantity::Days(30))), ("35年".to_owned(), "30 days".to_owned()));
    assert_eq!((zh(Quantity::Age(65)), en(Quantity::Age(65))), ("65歲".to_owned(), "age 65".to_owned()));
    assert_eq!((zh(Quantity::Yes(true)), en(Quantity::Yes(false))), ("是".to_owned(), "no".to_owned()));
    let rounding = |text| Quantity::Rounding(statute::Rounding::parse(text).unwrap());
    assert_eq!(zh(rounding("up 0")), "無條件進位至整數");
    assert_eq!(zh(rounding("half-up 2")), "四捨五入至小數第2位");
    assert_eq!(en(rounding("down 0")), "rounded down to a whole number");
}

#[test]
fn all_that_is_kept_can_be_printed() {
    for value in statute::keys().filter_map(statute::kept) {
        for entry in &value.entries {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!content(&entry.content, value.unit, lang).is_empty(), "{}", value.key);
            }
        }
    }
    let bases = statute::kept("s0080034/a028/old-lump-bases").unwrap();
    let printed = content(&bases.entries[0].content, bases.unit, Lang::Zh);
    assert!(printed.contains("滿180個月（15年）：31個基數，其後每月加1/6個基數；最高61個基數"), "{printed}");
}

#[test]
fn what_stops_a_calculation_is_told() {
    let missing =
        Stop::Missing(StatuteFault::Unknown { key: "s0080034/a037/column".into(), on: date!(2030 - 01 - 01) });
    let told = "無法計算：「附表三所列各年度替代率之適用年度」於民國119年1月1日之數值尚未查得";
    assert_eq!(stop(&missing, Lang::Zh), told);
    let refusal = kernel::Refusal::new("pension/too-early", "太早", "Too early").cite("第31條");
    assert_eq!(stop(&refusal.into(), Lang::Zh), "太早（第31條）");
}

#[test]
fn every_formula_names_figures_that_exist() {
    for file in crate::FILES {
        for rule in file.rules {
            for formula in [rule.formula.0, rule.formula.1] {
                for name in formula.split('{').skip(1).filter_map(|part| part.split('}').next()) {
                    let name = name.trim_end_matches(":plain");
                    let is_value = statute::keys().any(|key| key.rsplit('/').next() == Some(name));
                    let is_name = crate::names::ALL.iter().any(|known| known.id == name);
                    assert!(is_value || is_name, "{}: {{{name}}} in `{formula}`", rule.id);
                }
            }
        }
    }
}

#[test]
fn an_open_point_that_decided_a_figure_is_told_with_the_other_answer() {
    let law = Law::on(date!(2026 - 11 - 23)).unwrap();
    let law = law.of(Scheme::Civil);
    let bases = |old, new| {
        let mut steps = Steps::default();
        let credited = a029_new_scheme::Credited { old, new };
        a029_new_scheme::lump_bases(law, credited, date!(2026 - 01 - 16), &mut steps).unwrap();
        steps
    };
    // Fifteen and twenty years: whether the half base falls to them is open. One month less, or one scheme alone: it is not.
    for (old, new, is_open) in [(180, 240, true), (180, 239, false), (0, 420, false), (0, 432, false), (420, 0, false)]
    {
        let steps = bases(old, new);
        assert_eq!(!steps.0[0].is_confirmed(), is_open, "{old} {new}");
    }
    let steps = bases(180, 240);
    let view = view(&steps.0[0], Some(Scheme::Civil), Lang::Zh);
    let told = text(&[view], Lang::Zh);
    assert!(
        told.contains("採「僅退撫新制實施後年資滿三十五年者加給」；另有「新舊年資合計滿三十五年者亦加給」"),
        "{told}"
    );
    assert!(told.contains("條文未明定而採一解讀者：\n・"), "{told}");
    let json = json(&steps.0[0], None);
    assert_eq!((&json["readings"][0]["name"], &json["confirmed"]), (&json!("mixed-half-base"), &json!(false)));
}

#[test]
fn the_last_column_is_open_since_the_freeze_and_not_before() {
    let law = Law::on(date!(2026 - 11 - 23)).unwrap();
    for scheme in [Scheme::Civil, Scheme::Teacher] {
        let law = law.of(scheme);
        let read = |paid_for| {
            let facts = a037_replacement_rate::Facts { months: 360, retired_on: date!(2019 - 08 - 01), paid_for };
            let last = law.a037_replacement_rate.last_column.on(paid_for).unwrap();
            let mut steps = Steps::default();
            a037_replacement_rate::rate_in(law, facts, last, &mut steps).unwrap();
            let column = steps.0[0].used.iter().find(|used| used.key.ends_with("last-column")).unwrap();
            (column.status.is_confirmed(), steps.0[0].readings.len())
        };
        assert_eq!((read(date!(2025 - 12 - 27)), read(date!(2025 - 12 - 28))), ((true, 0), (false, 1)));
    }
}

#[test]
fn a_teacher_is_told_the_teachers_articles() {
    let is_civil_alone = |rule: &&crate::Rule| {
        let read_alike = rule.id.starts_with("s0080034/") || rule.id.starts_with("s0080035/");
        let is_civil = |place: Citation| acts(Scheme::Civil).contains(&place.act);
        // What rests on the former act of civil servants has no teachers' article that could be told.
        let is_former = rule.citations().any(|place| place.act == Act::S0080001);
        read_alike && !is_former && rule.citations().all(is_civil)
    };
    let missing: Vec<_> = crate::all().filter(is_civil_alone).map(|rule| (rule.id, rule.title.1)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
