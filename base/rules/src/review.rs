//! What a reviewer reads beside an article: its values, its rules in words, its cases and the points it leaves open.

use std::sync::LazyLock;

use kernel::{Lang, Text};
use statute::{Citation, Content, Coverage, Kept, KeptEntry, Table};

use time::Date;

use crate::{
    FILES, Law, Rule, RuleFile,
    check::{Checked, check},
    names, render,
};

/// An article with all that stands on it.
#[derive(Debug, Clone)]
pub struct ArticleView {
    /// The article.
    pub place: Citation,
    /// Its text; empty if the text of the act is not kept.
    pub lines: Vec<Line>,
    /// How far it is modelled, if the act is listed.
    pub coverage: Option<&'static Coverage>,
    /// Values that stand in it.
    pub values: Vec<ValueView>,
    /// Files of rules that name it.
    pub rules: Vec<RuleView>,
    /// Files of rules of other articles that use a value of it: title, and the first article of the act (or any) they name.
    pub used_by: Vec<(Text, Citation)>,
    /// Points it leaves open.
    pub points: Vec<PointView>,
}

/// A line of the statute's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The 項 that begins here, from 1; 0 for what a 項 is divided into.
    pub paragraph: u32,
    /// How deep it stands.
    pub level: Level,
    /// The words.
    pub text: &'static str,
}

/// What a line of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// 項.
    Paragraph,
    /// 款.
    Subparagraph,
    /// 目.
    Item,
    /// What 目 are divided into: 1., 2.
    Point,
}

/// A value file in words.
#[derive(Debug, Clone)]
pub struct ValueView {
    /// Its path under `law/`.
    pub key: &'static str,
    /// What it is.
    pub name: Text,
    /// Where in the article it stands.
    pub place: String,
    /// What must be known besides the number.
    pub note: Option<Text>,
    /// The entry that governs today; all of them if none does.
    pub entries: Vec<EntryView>,
    /// The other entries, in the order of the file.
    pub others: Vec<EntryView>,
}

/// One dated entry in words.
#[derive(Debug, Clone)]
pub struct EntryView {
    /// What it says.
    pub value: String,
    /// First day it governs.
    pub from: String,
    /// Day it became law, if that is another.
    pub in_force: Option<String>,
    /// Whether it governs today.
    pub is_current: bool,
    /// How well its source is known.
    pub status: Text,
    /// Whether a reader may rely on it.
    pub is_confirmed: bool,
    /// The answer to an open point that brings it.
    pub reading: Option<&'static str>,
    /// Promulgation or announcement that set it.
    pub reference: &'static str,
    /// Its cells, if it is a table: heads, then rows.
    pub cells: Option<Cells>,
}

/// A table in words.
#[derive(Debug, Clone)]
pub struct Cells {
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// Head of each row and its figures.
    pub rows: Vec<(String, Vec<String>)>,
}

/// A file of rules in words.
#[derive(Debug, Clone)]
pub struct RuleView {
    /// Its path under `base/rules/src`.
    pub id: &'static str,
    /// What it is about.
    pub title: Text,
    /// Each calculation: what it gives, in words and signs, and where it stands.
    pub formulas: Vec<(&'static str, String, Vec<String>)>,
    /// The parts of its header: heading and paragraphs.
    pub parts: Vec<(Text, Vec<String>)>,
    /// Its cases: name, what is put in, what must come out.
    pub cases: Vec<(String, String, String)>,
    /// Published examples whose answer it is a step of.
    pub examples: Vec<&'static Checked>,
}

/// An open point in words.
#[derive(Debug, Clone)]
pub struct PointView {
    /// Its name.
    pub name: &'static str,
    /// What is asked.
    pub question: Text,
    /// Answers: name, what it means, what speaks for it, whether it is the one used.
    pub answers: Vec<(&'static str, Text, Text, bool)>,
}

/// An article with all that stands on it, as of a day; article 0 is what stands in no article.
pub fn article(place: Citation, today: Date, lang: Lang) -> ArticleView {
    let Citation { act, article, branch, .. } = place;
    let is_here = |at: Citation| (at.act, at.article, at.branch) == (act, article, branch);
    let (named, using): (Vec<_>, Vec<_>) = FILES
        .iter()
        .filter(|file| article > 0 && file.is_of(act, article, branch))
        .partition(|file| file.rules.iter().flat_map(|rule| rule.citations()).any(is_here));
    let points = statute::readings().filter(|(_, point)| {
        let places = point.articles.iter().filter_map(|place| Citation::parse(place));
        places.into_iter().any(is_here)
    });
    let used_by = using.into_iter().filter_map(|file| {
        let places: Vec<_> = file.rules.iter().flat_map(|rule| rule.citations()).collect();
        let own = places.iter().find(|place| place.act == act).or(places.first());
        Some((titled(file), *own?))
    });
    ArticleView {
        place,
        lines: place.text().map_or_else(Vec::new, lines),
        coverage: statute::coverage(act).iter().find(|c| (c.article, c.branch) == (article, branch)),
        values: statute::kept_of(act, article, branch).into_iter().map(|v| value_view(v, today, lang)).collect(),
        rules: named.into_iter().map(|file| rule_view(file, lang)).collect(),
        used_by: used_by.collect(),
        points: points.map(|(name, point)| point_view(name, point)).collect(),
    }
}

/// All open points.
pub fn points() -> Vec<(PointView, Vec<Citation>)> {
    let places = |point: &'static statute::Reading| point.articles.iter().filter_map(|place| Citation::parse(place));
    statute::readings().map(|(name, point)| (point_view(name, point), places(point).collect())).collect()
}

/// The lines of an article's text with their 項 numbered, as citations count them.
pub fn lines(text: &'static str) -> Vec<Line> {
    let mut paragraphs = 0;
    let lines = text.lines().filter(|line| !line.trim().is_empty()).map(|text| {
        let level = level(text);
        paragraphs += u32::from(level == Level::Paragraph);
        Line { paragraph: if level == Level::Paragraph { paragraphs } else { 0 }, level, text }
    });
    lines.collect()
}

/// 款 begin with 一、, 目 with （一）, their parts with 1.; every other line is a 項.
fn level(line: &str) -> Level {
    if line.starts_with(|c: char| c.is_numeric() && !"一二三四五六七八九十".contains(c)) {
        return Level::Point;
    }
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| "一二三四五六七八九十".contains(c));
    if line.split_once('、').is_some_and(|(number, _)| is_number(number)) {
        return Level::Subparagraph;
    }
    let item = line.strip_prefix('（').and_then(|rest| rest.split_once('）'));
    if item.is_some_and(|(number, _)| is_number(number)) { Level::Item } else { Level::Paragraph }
}

fn value_view(value: Kept, today: Date, lang: Lang) -> ValueView {
    let act = render::cited(value.citation.act.cite(), lang);
    let place = render::cited(value.citation, lang);
    let place = place.strip_prefix(&act).unwrap_or(&place).trim_start_matches(", ").to_owned();
    let governs = |entry: &&KeptEntry| entry.in_force <= today && entry.from <= today && entry.reading.is_none();
    let current = value.entries.iter().filter(governs).max_by_key(|entry| (entry.in_force, entry.from));
    let is_current = |entry: &KeptEntry| current.is_some_and(|current| std::ptr::eq(current, entry));
    let view = |entry| EntryView { is_current: is_current(entry), ..entry_view(&value, entry, lang) };
    let entries: Vec<_> = value.entries.iter().map(view).collect();
    let (entries, others) = entries.into_iter().partition(|entry| entry.is_current || current.is_none());
    ValueView { key: value.key, name: value.description, place, note: value.note, entries, others }
}

fn entry_view(value: &Kept, entry: &KeptEntry, lang: Lang) -> EntryView {
    EntryView {
        value: render::content(&entry.content, value.unit, lang),
        from: render::day(entry.from, lang),
        is_current: false,
        in_force: (entry.in_force != entry.from).then(|| render::day(entry.in_force, lang)),
        status: render::status(entry.status),
        is_confirmed: entry.status.is_confirmed(),
        reading: entry.reading,
        reference: entry.reference,
        cells: match &entry.content {
            Content::Table(table) => Some(cells(table, value.unit, lang)),
            _ => None,
        },
    }
}

fn cells(table: &Table, unit: statute::Unit, lang: Lang) -> Cells {
    let figure = |row, column| {
        let cell = table.cell(row, column).map(Content::Number);
        cell.map_or_else(String::new, |cell| render::content(&cell, unit, lang))
    };
    let row = |row: u32| (row.to_string(), table.columns().iter().map(|column| figure(row, *column)).collect());
    Cells { columns: table.columns().iter().map(u32::to_string).collect(), rows: table.rows().map(row).collect() }
}

fn rule_view(file: &'static RuleFile, lang: Lang) -> RuleView {
    let in_lang = |(zh, en): (&'static str, &'static str)| if lang == Lang::Zh { zh } else { en };
    let formulas = file.rules.iter().map(|rule| {
        let places = rule.citations().map(|place| render::cited(place, lang)).collect();
        (in_lang(rule.title), in_words(rule, file, lang), places)
    });
    let parts = file
        .parts()
        .map(|(heading, text)| (headed(heading), text.lines().map(|paragraph| paragraph.replace('`', "")).collect()));
    let (formulas, parts) = (formulas.collect(), parts.collect());
    RuleView { id: file.id, title: titled(file), formulas, parts, cases: cases(file.cases), examples: examples(file) }
}

/// The heading of a file, `Title (標題)`, in both languages.
fn titled(file: &RuleFile) -> Text {
    let title = file.title();
    let both = title.split_once(" (").and_then(|(en, rest)| Some((rest.strip_suffix(')')?.to_owned(), en.to_owned())));
    let (zh, en) = both.unwrap_or_else(|| (title.to_owned(), title.to_owned()));
    Text::new(zh, en)
}

/// The formula with each name in words.
fn in_words(rule: &Rule, file: &RuleFile, lang: Lang) -> String {
    let formula = if lang == Lang::Zh { rule.formula.0 } else { rule.formula.1 };
    let word = |id: &str| {
        let id = id.trim_end_matches(":plain");
        let name = names::ALL.iter().find(|name| name.id == id).map(|name| Text::new(name.zh, name.en));
        let is_named = |key: &&'static str| key.rsplit('/').next() == Some(id);
        // A value may be declared by the file whose function the rule calls.
        let key = || file.values.iter().copied().find(is_named).or_else(|| statute::keys().find(is_named));
        let name = name.or_else(|| statute::description(key()?));
        name.map_or_else(|| id.to_owned(), |name| name.get(lang).to_owned())
    };
    let mut parts = formula.split('{');
    let before = parts.next().unwrap_or_default().to_owned();
    parts.fold(before, |out, part| match part.split_once('}') {
        Some((id, after)) => format!("{out}〔{}〕{after}", word(id)),
        None => out + part,
    })
}

/// The headings of rules, which are written in English, in both languages.
fn headed(heading: &'static str) -> Text {
    let zh = match heading {
        "The law says" => "條文內容",
        "How we read it" => "解讀",
        "Left out" => "未納入",
        "Example" => "例",
        other => other,
    };
    Text::new(zh, heading)
}

/// The published examples and the boundaries, each answered by the rules. One that the rules do not answer as it is marked fails the tests of this crate.
static EXAMPLES: LazyLock<Vec<Checked>> = LazyLock::new(|| {
    let files = [
        include_bytes!("../../../cases/pension/vectors.csv").as_slice(),
        include_bytes!("../../../cases/pension/boundaries.csv").as_slice(),
    ];
    let newest = |law: Law| files.iter().filter_map(|file| check(&law, file).ok()).flatten().collect();
    Law::on(Date::MAX).map(newest).unwrap_or_default()
});

fn examples(file: &RuleFile) -> Vec<&'static Checked> {
    let applied =
        |example: &&Checked| example.answer.iter().flat_map(|a| &a.steps.0).any(|step| step.rule.id == file.id);
    EXAMPLES.iter().filter(applied).collect()
}

/// The cases of a file: everything in a case that is neither its name nor what is expected is put in.
fn cases(text: &str) -> Vec<(String, String, String)> {
    let parsed: toml::Table = toml::from_str(text).unwrap_or_default();
    let listed = parsed.get("cases").and_then(toml::Value::as_array).into_iter().flatten();
    let expected = |key: &str| ["expect", "refused", "missing"].contains(&key);
    let case = |case: &toml::Value| {
        let case = case.as_table()?;
        let name = case.get("name")?.as_str()?.to_owned();
        let (out, put_in): (Vec<_>, Vec<_>) =
            case.iter().filter(|(key, _)| *key != "name").partition(|(key, _)| expected(key));
        let told = |lines: Vec<(&String, &toml::Value)>| {
            lines.iter().map(|(key, value)| format!("{key}: {}", printed(value))).collect::<Vec<_>>().join("; ")
        };
        Some((name, told(put_in), told(out)))
    };
    listed.filter_map(case).collect()
}

/// A value of a case file in one line.
fn printed(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Table(table) => {
            let pairs = table.iter().map(|(key, value)| format!("{key} = {}", printed(value)));
            pairs.collect::<Vec<_>>().join(", ")
        }
        toml::Value::Array(values) => values.iter().map(printed).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn point_view(name: &'static str, point: &'static statute::Reading) -> PointView {
    let answers = point.options.iter().map(|answer| {
        let meaning = Text::new(answer.zh.as_str(), answer.en.as_str());
        let reason = Text::new(answer.reason.as_str(), answer.reason_en.as_str());
        (answer.name.as_str(), meaning, reason, answer.name == point.default)
    });
    PointView { name, question: point.question(), answers: answers.collect() }
}

#[cfg(test)]
mod tests {
    use statute::Act;
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 23);

    #[test]
    fn an_article_shows_what_stands_on_it() {
        let view = article(Act::S0080034.article(37), TODAY, Lang::Zh);
        assert_eq!(view.place.to_string(), "公務人員退休資遣撫卹法第37條");
        assert!(view.lines[0].text.starts_with("本法公布施行前退休生效者"));
        assert_eq!(view.coverage.map(|c| c.status), Some(statute::Modelled::Done));
        let column = view.values.iter().find(|value| value.key.ends_with("/column")).unwrap();
        let [last] = column.entries.as_slice() else { panic!("one entry governs a day") };
        assert_eq!((column.place.as_str(), last.value.as_str()), ("第37條第3項", "112年"));
        assert_eq!((last.from.as_str(), last.in_force.as_deref()), ("民國114年12月28日", None));
        let early = column.others.iter().find(|entry| entry.from == "民國115年1月1日").unwrap();
        assert_eq!(early.in_force.as_deref(), Some("民國107年7月1日"));
        let annex = view.values.iter().find_map(|value| value.entries[0].cells.as_ref()).unwrap();
        assert_eq!((annex.columns[0].as_str(), annex.rows[0].1[0].as_str()), ("107", "45%"));
        let rule = view.rules.iter().find(|rule| rule.id.ends_with("a037_replacement_rate")).unwrap();
        assert!(
            rule.formulas[1].1.starts_with("〔最後在職同等級本（年功）俸（薪）額〕 × 〔"),
            "{}",
            rule.formulas[1].1
        );
        assert_eq!((rule.title.zh.as_ref(), rule.parts[0].0.zh.as_ref()), ("退休所得替代率上限", "條文內容"));
        assert!(
            article(Act::S0080034.article(27), TODAY, Lang::Zh).used_by.iter().any(|(_, place)| place.article == 28)
        );
    }

    #[test]
    fn open_points_stand_at_their_articles() {
        let view = article(Act::H0150049.article(30), TODAY, Lang::En);
        let point = view.points.iter().find(|point| point.name == "mixed-half-base").unwrap();
        assert_eq!(point.answers.iter().filter(|(.., used)| *used).count(), 1);
        let (_, places) = points().into_iter().find(|(point, _)| point.name == "mixed-half-base").unwrap();
        assert_eq!(places, [Act::S0080034.article(29), Act::H0150049.article(30)]);
    }

    #[test]
    fn lines_are_numbered_as_citations_count_them() {
        let lines = lines("甲項\r\n一、款\r\n（一）目\r\n1.點\r\n（二）目\r\n十一、款\r\n乙項，一、二\r\n");
        let seen: Vec<_> = lines.iter().map(|line| (line.paragraph, line.level)).collect();
        let divided = [Level::Subparagraph, Level::Item, Level::Point, Level::Item, Level::Subparagraph];
        let divided = divided.into_iter().map(|level| (0, level));
        let expected = [(1, Level::Paragraph)].into_iter().chain(divided).chain([(2, Level::Paragraph)]);
        assert_eq!(seen, expected.collect::<Vec<_>>());
    }

    #[test]
    fn no_place_of_a_rule_or_value_is_beyond_the_text() {
        let values = statute::keys().filter_map(|key| Some((key, statute::place(key)?)));
        let rules = crate::all().flat_map(|rule| rule.citations().map(|place| (rule.id, place)));
        for (id, place) in values.chain(rules) {
            let Some(text) = place.text() else { continue };
            let paragraphs = lines(text).iter().filter(|line| line.level == Level::Paragraph).count();
            assert!(usize::from(place.paragraph) <= paragraphs, "{id}: {place} has {paragraphs} paragraphs");
        }
    }

    #[test]
    fn everything_kept_can_be_reviewed() {
        for act in Act::ALL {
            for (number, branch) in act.articles() {
                let place = act.cite().article(number, branch);
                assert!(!article(place, TODAY, Lang::Zh).lines.is_empty(), "{place}");
            }
            assert!(article(act.cite(), TODAY, Lang::En).lines.is_empty());
        }
    }

    #[test]
    fn published_examples_stand_beside_the_rules_that_answer_them() {
        let view = article(Act::S0080034.article(28), TODAY, Lang::Zh);
        let rule = view.rules.iter().find(|rule| rule.id == "s0080034/a028_old_scheme").unwrap();
        assert!(rule.examples.iter().any(|example| example.id == "ST02" && example.is_as_marked()));
        assert!(rule.examples.iter().all(|example| !example.source.is_empty()));
        assert!(rule.cases.iter().all(|(name, put_in, out)| ![name, put_in, out].iter().any(|text| text.is_empty())));
        let text = "[[cases]]\nname = \"just below\"\nfn = \"x\"\ninputs = { months = 11 }\nexpect = \"0\"\n";
        let told = ("just below".to_owned(), "fn: x; inputs: months = 11".to_owned(), "expect: 0".to_owned());
        assert_eq!(cases(text), [told]);
    }
}
