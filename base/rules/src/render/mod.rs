//! Steps in words: as text for letters and the command line, as JSON for programs, and as ready strings for pages.
//!
//! All three come from [`view`], so that what a page, a letter and an appeal say of a figure is the same.

mod figure;
mod json;
mod text;

pub use figure::{content, day, exact, figure, kind, plain};
pub use json::json;
pub use text::text;

use kernel::{Lang, SourceStatus, Text};
use statute::{Act, Citation};

use crate::{Read, Scheme, Step, Stop, Used};

/// A step in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Path of the rule.
    pub rule: &'static str,
    /// What it gives.
    pub title: String,
    /// The calculation with its figures.
    pub formula: String,
    /// The articles; an act is named with the first of its own.
    pub articles: Vec<String>,
    /// The same places, for links.
    pub places: Vec<Citation>,
    /// What it started from: name and figure.
    pub given: Vec<(String, String)>,
    /// The values of law it used.
    pub used: Vec<UsedView>,
    /// How the outcome was rounded.
    pub rounding: Option<UsedView>,
    /// Open points of law whose answer made a difference.
    pub readings: Vec<ReadView>,
    /// What came out.
    pub outcome: String,
}

/// An open point of law in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadView {
    /// The point.
    pub name: &'static str,
    /// What is asked.
    pub question: String,
    /// The answer taken.
    pub answer: String,
    /// The answers not taken.
    pub others: Vec<String>,
}

/// A value of law in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedView {
    /// Path of its file under `law/`.
    pub key: &'static str,
    /// What it is.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where it stands.
    pub citation: String,
    /// The same place, for a link.
    pub place: Citation,
    /// First day it governs.
    pub from: String,
    /// Promulgation or announcement that set it.
    pub reference: &'static str,
    /// What is not confirmed; `None` if a reader may rely on it.
    pub doubt: Option<String>,
}

impl View {
    /// Every value it used, the rounding last.
    pub fn values(&self) -> impl Iterator<Item = &UsedView> {
        self.used.iter().chain(&self.rounding)
    }

    /// Whether everything it used is confirmed, and no open point decided it.
    pub fn is_confirmed(&self) -> bool {
        self.readings.is_empty() && self.values().all(|value| value.doubt.is_none())
    }
}

/// A step in words. Rules that read alike in both acts name the places of both; with `scheme` those of the other are left out.
pub fn view(step: &Step, scheme: Option<Scheme>, lang: Lang) -> View {
    let (rule, places) = (step.rule, places(step, scheme).collect::<Vec<_>>());
    View {
        rule: rule.id,
        title: of(rule.title, lang).to_owned(),
        formula: filled(step, lang),
        articles: articles(&places, lang),
        places,
        given: step
            .given
            .iter()
            .map(|g| (of((g.name.zh, g.name.en), lang).to_owned(), figure(&g.value, lang)))
            .collect(),
        used: step.used.iter().map(|used| used_view(used, lang)).collect(),
        rounding: step.rounding.as_ref().map(|used| used_view(used, lang)),
        readings: step.readings.iter().filter_map(|read| read_view(*read, lang)).collect(),
        outcome: figure(&step.outcome, lang),
    }
}

fn read_view(read: Read, lang: Lang) -> Option<ReadView> {
    let (name, point) = statute::readings().find(|(name, _)| *name == read.name)?;
    let told = |answer: &statute::Answer| of((&answer.zh, &answer.en), lang).to_owned();
    let (taken, others): (Vec<_>, Vec<_>) = point.options.iter().partition(|answer| answer.name == read.answer);
    let question = point.question().get(lang).to_owned();
    Some(ReadView { name, question, answer: told(taken.first()?), others: others.into_iter().map(told).collect() })
}

/// Open points that any of the steps depended on, each once.
pub fn open_points(views: &[View]) -> Vec<&ReadView> {
    let mut listed: Vec<&ReadView> = Vec::new();
    for read in views.iter().flat_map(|view| &view.readings) {
        if !listed.iter().any(|known| known.name == read.name) {
            listed.push(read);
        }
    }
    listed
}

/// What is not confirmed in any of the steps, each value once: name and what is not confirmed.
pub fn unconfirmed(views: &[View]) -> Vec<(&str, &str)> {
    let mut listed: Vec<(&str, &str, &str)> = Vec::new();
    for value in views.iter().flat_map(View::values) {
        if let Some(doubt) = value.doubt.as_deref().filter(|_| !listed.iter().any(|(key, _, _)| *key == value.key)) {
            listed.push((value.key, &value.name, doubt));
        }
    }
    listed.into_iter().map(|(_, name, doubt)| (name, doubt)).collect()
}

/// Why there is no figure.
pub fn stop(stop: &Stop, lang: Lang) -> String {
    let (key, zh, en) = match stop {
        Stop::Refused(refusal) => {
            let cited = refusal.citation.as_ref().map_or_else(String::new, |citation| format!("（{citation}）"));
            return format!("{}{cited}", refusal.text.get(lang));
        }
        Stop::Missing(statute::StatuteFault::NoSuchValue(key)) => {
            (key, "未收錄".to_owned(), "is not kept here".to_owned())
        }
        Stop::Missing(statute::StatuteFault::NotInForce { key, on }) => {
            (key, format!("於{}無有效之規定", day(*on, Lang::Zh)), format!("has no version in force on {on}"))
        }
        Stop::Missing(statute::StatuteFault::Unknown { key, on }) => {
            let zh = format!("於{}之數值尚未查得", day(*on, Lang::Zh));
            (key, zh, format!("is needed for {on} and was not found"))
        }
    };
    let name = statute::description(key).unwrap_or_else(|| Text::new(key.clone(), key.clone()));
    match lang {
        Lang::Zh => format!("無法計算：「{}」{zh}", name.zh),
        Lang::En => format!("No figure: {} {en}", name.en),
    }
}

/// How well a source is known, as readers are told.
pub fn status(status: SourceStatus) -> Text {
    let (zh, en) = match status {
        SourceStatus::Text => ("法規條文", "text of the act"),
        SourceStatus::Official => ("機關文件", "official document"),
        SourceStatus::Fitted => ("依條文及已知案例推算", "derived so that it fits the text and known cases"),
        SourceStatus::Memory => ("一般知識，尚無文件", "general knowledge, no document"),
        SourceStatus::Unconfirmed => ("非官方來源", "a source that is not official"),
        SourceStatus::Unknown => ("來源不明", "not known"),
    };
    Text::new(zh, en)
}

/// A citation in one language.
pub fn cited(place: Citation, lang: Lang) -> String {
    match lang {
        Lang::Zh => place.to_string(),
        Lang::En => place.english(),
    }
}

fn articles(places: &[Citation], lang: Lang) -> Vec<String> {
    let named = |place: Citation| (cited(place, lang), cited(place.act.cite(), lang));
    let before = |at: usize| at.checked_sub(1).map(|at| places[at].act);
    let printed = places.iter().enumerate().map(|(at, place)| {
        let (full, act) = named(*place);
        let rest = full.strip_prefix(&act).map(|rest| rest.trim_start_matches(", ").to_owned());
        if before(at) == Some(place.act) { rest.unwrap_or(full) } else { full }
    });
    printed.collect()
}

fn of<'a>((zh, en): (&'a str, &'a str), lang: Lang) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The places of the rule; where both acts are named, those of the scheme's own.
fn places(step: &Step, scheme: Option<Scheme>) -> impl Iterator<Item = Citation> {
    let other = scheme.map(|scheme| match scheme {
        Scheme::Civil => Scheme::Teacher,
        Scheme::Teacher => Scheme::Civil,
    });
    let is_other = move |place: &Citation| other.is_some_and(|other| acts(other).contains(&place.act));
    let all_other = step.rule.citations().all(|place| is_other(&place));
    step.rule.citations().filter(move |place| all_other || !is_other(place))
}

/// The acts that are for one scheme alone.
fn acts(scheme: Scheme) -> &'static [Act] {
    match scheme {
        Scheme::Civil => &[Act::S0080034, Act::S0080035, Act::S0080036, Act::S0080038, Act::S0080045, Act::S0080001],
        Scheme::Teacher => &[Act::H0150049, Act::H0150051, Act::H0150054, Act::H0150056],
    }
}

fn used_view(used: &Used, lang: Lang) -> UsedView {
    let name = statute::description(used.key).unwrap_or_else(|| Text::new(used.key, used.key));
    let doubt = (!used.status.is_confirmed()).then(|| {
        let note = statute::note(used.key).map(|note| note.get(lang).to_owned());
        let status = status(used.status).get(lang).to_owned();
        [Some(status), note].into_iter().flatten().collect::<Vec<_>>().join(if lang == Lang::Zh { "；" } else { "; " })
    });
    UsedView {
        key: used.key,
        name: name.get(lang).to_owned(),
        value: figure(&used.value, lang),
        citation: cited(used.citation, lang),
        place: used.citation,
        from: day(used.from, lang),
        reference: used.reference,
        doubt,
    }
}

/// The formula with each `{name}` filled in from what the step was given and what it used; `{name:plain}` without its unit.
pub fn filled(step: &Step, lang: Lang) -> String {
    let mut out = String::new();
    let mut rest = of(step.rule.formula, lang);
    while let Some((before, (name, after))) = rest.split_once('{').and_then(|(b, r)| Some((b, r.split_once('}')?))) {
        out += before;
        let (id, is_plain) = name.strip_suffix(":plain").map_or((name, false), |id| (id, true));
        match step.find(id) {
            Some(value) if is_plain => out += &plain(value, lang),
            Some(value) => out += &figure(value, lang),
            None => out.extend(["{", name, "}"]),
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests;
