//! Every file of rules with what it says of itself.
//!
//! Nothing is registered: the build finds each `pub static NAME: Rule = Rule {` in `src/<act>/<file>.rs`, at the beginning of a line, and
//! the file's header (`# Title`, then `## The law says`, `## How we read it`, `## Left out`, `## Example`), which reviewers read beside the
//! article. A new rule only needs its place in `law/coverage.toml`: the line of each article of both acts that it names.

use statute::Act;

use crate::Rule;

/// One file of rules.
#[derive(Debug)]
pub struct RuleFile {
    /// Its path under `base/rules/src` without `.rs`, which is the id of its rules.
    pub id: &'static str,
    /// Its header, Markdown.
    pub header: &'static str,
    /// Its rules, in the order of the file. A file that says only how something is read has none.
    pub rules: &'static [&'static Rule],
    /// Keys of the values it uses, of both acts.
    pub values: &'static [&'static str],
    /// Its cases as they are kept under the same path in `cases/rules`; empty if there are none.
    pub cases: &'static str,
}

/// All files of rules, ascending by path.
pub const FILES: &[RuleFile] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// All rules, by file and in the order of the file.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FILES.iter().flat_map(|file| file.rules.iter().copied())
}

impl RuleFile {
    /// Whether one of its rules stands in an article, or uses a value that does.
    pub fn is_of(&self, act: Act, article: u16, branch: u16) -> bool {
        let places = self.rules.iter().flat_map(|rule| rule.citations());
        let values = self.values.iter().filter_map(|key| statute::place(key));
        places.chain(values).any(|place| (place.act, place.article, place.branch) == (act, article, branch))
    }

    /// What it is about: the first heading.
    pub fn title(&self) -> &'static str {
        self.header.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(self.id)
    }

    /// The parts of its header: heading and text, one line for each paragraph.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.header.split("\n## ").skip(1).map(|part| {
            let (heading, text) = part.split_once('\n').unwrap_or((part, ""));
            let paragraphs = text.trim().split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
            (heading, paragraphs.collect::<Vec<_>>().join("\n"))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_rule_of_every_file_is_known_under_the_path_of_its_file() {
        assert!(all().count() > 5);
        for file in FILES {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file.id).with_extension("rs");
            let source = fs::read_to_string(source).unwrap();
            let production = source.split("#[cfg(test)]").next().unwrap();
            let written = production.matches(" Rule {").count() - production.matches("-> Rule {").count();
            assert_eq!(file.rules.len(), written, "{}: write `pub static NAME: Rule = Rule {{` in one line", file.id);
            for rule in file.rules {
                assert_eq!(rule.id, file.id, "{}", rule.title.0);
            }
        }
    }

    #[test]
    fn every_file_says_what_the_law_says_and_how_it_is_read() {
        for file in FILES {
            assert_ne!(file.title(), file.id, "a heading begins the file");
            let headings: Vec<_> = file.parts().map(|(heading, _)| heading).collect();
            for heading in ["The law says", "How we read it"] {
                assert!(headings.contains(&heading), "{}: `## {heading}` is missing", file.id);
            }
            assert!(file.parts().all(|(_, text)| !text.is_empty()), "{}", file.id);
        }
    }

    #[test]
    fn every_value_a_file_uses_is_kept() {
        assert!(FILES.iter().any(|file| file.values.len() > 1));
        for (file, key) in FILES.iter().flat_map(|file| file.values.iter().map(move |key| (file.id, key))) {
            assert!(statute::kept(key).is_some(), "{file}: {key}");
        }
    }

    #[test]
    fn the_list_of_articles_and_the_rules_agree() {
        for act in [Act::S0080034, Act::H0150049] {
            for article in statute::coverage(act) {
                let (number, branch) = (article.article, article.branch);
                let place = act.article(number);
                for id in &article.rules {
                    let file = FILES.iter().find(|file| file.id == id);
                    let file = file.unwrap_or_else(|| panic!("law/coverage.toml, {place}: there is no rule {id}"));
                    let is_of = file.is_of(act, number, branch);
                    assert!(is_of, "law/coverage.toml, {place}: {id} neither names it nor uses a value of it");
                }
                for rule in all().filter(|rule| rule.citations().any(|c| c.act == act && c.article == number)) {
                    let listed = article.rules.iter().any(|id| id == rule.id);
                    assert!(
                        listed,
                        "law/coverage.toml, {place}: add {} to its rules and say what is modelled",
                        rule.id
                    );
                }
            }
        }
    }

    #[test]
    fn every_rule_stands_in_an_article_that_is_kept() {
        for rule in all() {
            assert!(!rule.law.is_empty(), "{}", rule.id);
            for citation in rule.citations() {
                let kept = citation.act.version().is_none() || citation.text().is_some();
                assert!(kept, "{}: {citation}", rule.id);
            }
        }
    }
}
