//! Steps of a calculation as a page shows them: the same words as in a letter, with the way to each article.

use kernel::Lang;
use rules::render::{self, UsedView, View};
use rules::{Scheme, Steps};
use statute::Citation;

/// One step.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// In words.
    pub view: View,
    /// Its articles, each with the way there.
    pub articles: Vec<(String, String)>,
    /// Values of law, each with the way to its article.
    pub values: Vec<(UsedView, String)>,
}

/// Steps in words.
pub fn shown(steps: &Steps, scheme: Scheme, lang: Lang) -> Vec<Shown> {
    let views = steps.0.iter().map(|step| render::view(step, Some(scheme), lang));
    views.map(one).collect()
}

/// One step in words.
pub fn one(view: View) -> Shown {
    let articles = view.places.iter().zip(&view.articles).map(|(place, name)| (href(*place), name.clone()));
    let values = view.values().map(|value| (value.clone(), href(value.place)));
    Shown { articles: articles.collect(), values: values.collect(), view }
}

/// Where an article is read; the act where it has no article of that number here.
pub fn href(place: Citation) -> String {
    match place.act.article_text(place.article, place.branch) {
        Some(_) => super::super::law::link(place).href,
        None => format!("/law/{}", place.act.folder()),
    }
}

/// What is not confirmed among the values used, each once.
pub fn doubts<'a>(steps: impl Iterator<Item = &'a Shown>) -> Vec<(UsedView, String)> {
    let mut found: Vec<(UsedView, String)> = Vec::new();
    for value in steps.flat_map(|step| &step.values) {
        if value.0.doubt.is_some() && !found.iter().any(|(known, _)| known.key == value.0.key) {
            found.push(value.clone());
        }
    }
    found
}
