//! What of each article the program calculates with: `law/coverage.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use kernel::Text;
use serde::Deserialize;
use time::Date;

use crate::{Act, embedded};

/// How far an article is modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modelled {
    /// All of it that decides a figure, a day or an entitlement.
    Done,
    /// A part; the sentence says which is left out.
    Partial,
    /// Nothing; the sentence says why.
    None,
}

/// What is said of one article.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// 條.
    pub article: u16,
    /// 條之○.
    #[serde(default)]
    pub branch: u16,
    /// How far it is modelled.
    pub status: Modelled,
    /// Files of rules under `base/rules/src`, without `.rs`.
    #[serde(default)]
    pub rules: Vec<String>,
    zh: String,
    en: String,
}

impl Coverage {
    /// What is modelled, what is left out or why nothing is.
    pub fn words(&self) -> Text {
        Text::new(self.zh.clone(), self.en.clone())
    }
}

#[derive(Deserialize)]
struct File {
    #[serde(deserialize_with = "crate::value::toml_date")]
    checked: Date,
    #[serde(flatten)]
    acts: BTreeMap<String, Vec<Coverage>>,
}

static COVERAGE: LazyLock<File> = LazyLock::new(|| {
    let file = embedded::file("coverage.toml").unwrap_or_default();
    toml::from_str(file).unwrap_or_else(|e| panic!("law/coverage.toml is embedded and tested: {e}"))
});

/// What is said of each article of an act, ascending; nothing for an act that is not modelled as a whole.
pub fn coverage(act: Act) -> &'static [Coverage] {
    COVERAGE.acts.get(act.folder()).map_or(&[], Vec::as_slice)
}

/// Day on which the list was last held against the texts.
pub fn coverage_checked_on() -> Date {
    COVERAGE.checked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_is_listed_once_and_none_that_is_not_there() {
        assert_eq!(COVERAGE.acts.len(), 2);
        for folder in COVERAGE.acts.keys() {
            let act = Act::in_folder(folder).unwrap_or_else(|| panic!("{folder} is an act"));
            let listed: Vec<_> = coverage(act).iter().map(|article| (article.article, article.branch)).collect();
            let kept: Vec<_> = act.articles().collect();
            assert_eq!(listed, kept, "{folder}: each article once, in order");
        }
        assert_eq!([Act::S0080034, Act::H0150049].map(|act| coverage(act).len()), [95, 100]);
    }

    #[test]
    fn each_article_has_a_sentence_in_both_languages_and_rules_if_it_is_modelled() {
        for article in [Act::S0080034, Act::H0150049].into_iter().flat_map(coverage) {
            let Coverage { article, status, rules, zh, en, .. } = article;
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{article}");
            assert!(zh.chars().count() <= 80, "{article}: {zh}");
            assert_eq!(*status == Modelled::None, rules.is_empty(), "{article}: what is modelled names its rules");
        }
    }
}
