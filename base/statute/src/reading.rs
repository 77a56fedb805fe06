//! Points the text leaves open: each is a question with named answers, one of which is used until somebody chooses another.

use std::{collections::BTreeMap, sync::LazyLock};

use kernel::Text;
use serde::Deserialize;

use crate::embedded::FILES;

/// An open point of law: `law/readings/<name>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// What is asked, in Chinese.
    pub question: String,
    /// What is asked, in English.
    pub question_en: String,
    /// Where the text leaves it open, as `act/article`.
    pub articles: Vec<String>,
    /// Name of the answer used unless another is chosen.
    pub default: String,
    /// The possible answers.
    pub options: Vec<Answer>,
}

/// One answer to an open point.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its name.
    pub name: String,
    /// What it means, in Chinese.
    pub zh: String,
    /// What it means, in English.
    pub en: String,
    /// What speaks for it, in Chinese.
    pub reason: String,
    /// What speaks for it, in English.
    pub reason_en: String,
}

impl Reading {
    /// What is asked, in both languages.
    pub fn question(&self) -> Text {
        Text::new(self.question.clone(), self.question_en.clone())
    }
}

static READINGS: LazyLock<BTreeMap<&str, Reading>> = LazyLock::new(|| {
    let readings = FILES.iter().filter_map(|(path, file)| {
        let name = path.strip_prefix("readings/")?.strip_suffix(".toml")?;
        Some((name, toml::from_str(file).unwrap_or_else(|e| panic!("law/{path} is embedded and tested: {e}"))))
    });
    readings.collect()
});

/// All open points, ascending by name.
pub fn readings() -> impl Iterator<Item = (&'static str, &'static Reading)> {
    READINGS.iter().map(|(name, reading)| (*name, reading))
}

/// The answers chosen. What is not chosen is answered by the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readings {
    chosen: BTreeMap<&'static str, &'static str>,
}

impl Readings {
    /// Chooses an answer, written `name/option`; `None` if there is no such point or answer.
    #[must_use]
    pub fn choose(mut self, choice: &str) -> Option<Self> {
        let (name, option) = choice.split_once('/')?;
        let (name, reading) = READINGS.get_key_value(name)?;
        let option = reading.options.iter().find(|answer| answer.name == option)?;
        self.chosen.insert(name, &option.name);
        Some(self)
    }

    /// The answer to an open point.
    ///
    /// # Panics
    /// If there is no such point: the names stand in the rules and are tested.
    pub fn answer(&self, name: &str) -> &'static str {
        let reading = READINGS.get(name).unwrap_or_else(|| panic!("law/readings/{name}.toml is there"));
        self.chosen.get(name).copied().unwrap_or(&reading.default)
    }

    /// Whether this answer, written `name/option`, is the one taken.
    pub fn takes(&self, choice: &str) -> bool {
        choice.split_once('/').is_some_and(|(name, option)| self.answer(name) == option)
    }

    /// What was chosen other than by default, as `name/option`.
    pub fn chosen(&self) -> impl Iterator<Item = String> {
        self.chosen.iter().map(|(name, option)| format!("{name}/{option}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_open_point_has_its_default_among_two_answers_or_more() {
        assert!(readings().count() > 0);
        for (name, reading) in readings() {
            assert!(reading.options.len() > 1, "{name}");
            assert!(reading.options.iter().any(|answer| answer.name == reading.default), "{name}");
            assert!(reading.options.iter().all(|answer| !answer.reason.is_empty() && !answer.en.is_empty()), "{name}");
            for place in &reading.articles {
                let (act, article) = place.split_once('/').unwrap();
                let act = crate::Act::in_folder(act).unwrap_or_else(|| panic!("{name}: {place}"));
                assert!(act.article_text(article.parse().unwrap(), 0).is_some(), "{name}: {place}");
            }
        }
    }

    #[test]
    fn the_default_stands_until_another_is_chosen() {
        let (name, reading) = readings().next().unwrap();
        let other = reading.options.iter().find(|answer| answer.name != reading.default).unwrap();
        let choice = format!("{name}/{}", other.name);
        assert!(!Readings::default().takes(&choice));
        let chosen = Readings::default().choose(&choice).unwrap();
        assert!(chosen.takes(&choice));
        assert_eq!(chosen.chosen().collect::<Vec<_>>(), [choice]);
        assert_eq!(Readings::default().choose("no-such/answer"), None);
        assert_eq!(Readings::default().choose(&format!("{name}/none")), None);
    }
}
