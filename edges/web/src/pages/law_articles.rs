//! Articles beside what is made of them: the text on the left, values, rules, cases and open points on the right.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use kernel::Text;
use rules::review::{self, ArticleView, Level, RuleView};
use statute::Act;
use webkit::{Answer, Link, Page, Sample, Tag, WebError, html};

use super::law::{act_link, link, slug, state};
use super::law_act::name;

/// Articles on one page.
pub const ARTICLES_MAX: usize = 20;

/// The page.
#[derive(Template)]
#[template(path = "law_articles.html")]
pub struct LawArticlesPage {
    page: Page,
    articles: Vec<Shown>,
    /// Articles before and after.
    before: Option<Link>,
    after: Option<Link>,
}

/// One article.
struct Shown {
    /// Its anchor.
    id: String,
    name: Text,
    state: Option<Tag>,
    /// What is modelled, left out, or why nothing is.
    words: Option<Text>,
    view: ArticleView,
    /// Rules; one that was shown before on this page is only named, with the anchor of where.
    rules: Vec<(RuleView, Option<String>)>,
    /// Rules of other articles that use its values.
    used_by: Vec<Link>,
}

impl LawArticlesPage {
    fn new(page: Page, act: Act, numbers: &[(u16, u16)]) -> Self {
        let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
        let page = page.titled(titled(act, first, last)).under(law()).under(act_link(act));
        let mut seen = BTreeMap::new();
        let articles = numbers.iter().map(|number| shown(&page, act, *number, &mut seen)).collect();
        let all: Vec<_> = act.articles().collect();
        let before: Vec<_> = all.iter().copied().filter(|number| *number < first).rev().take(numbers.len()).collect();
        let after: Vec<_> = all.iter().copied().filter(|number| *number > last).take(numbers.len()).collect();
        Self {
            articles,
            before: before.last().zip(before.first()).map(|(from, to)| range(act, *from, *to)),
            after: after.first().zip(after.last()).map(|(from, to)| range(act, *from, *to)),
            page,
        }
    }
}

/// The way to the list of acts.
pub fn law() -> Link {
    Link::new("/law", Text::new("法規與計算規則", "Law and rules"))
}

/// The way to some articles of an act.
pub fn range(act: Act, first: (u16, u16), last: (u16, u16)) -> Link {
    let numbers = if first == last { slug(first) } else { format!("{}-{}", slug(first), slug(last)) };
    Link::new(format!("/law/{}/{numbers}", act.folder()), span(first, last))
}

fn span(first: (u16, u16), last: (u16, u16)) -> Text {
    let (from, to) = (name(first), name(last));
    if first == last {
        from
    } else {
        Text::new(format!("{}至{}", from.zh, to.zh), format!("{} to {}", from.en, to.en))
    }
}

fn titled(act: Act, first: (u16, u16), last: (u16, u16)) -> Text {
    let span = span(first, last);
    Text::new(format!("{}{}", act.name(), span.zh), format!("{}, {}", act.name_en(), span.en))
}

fn shown(page: &Page, act: Act, number: (u16, u16), seen: &mut BTreeMap<&'static str, String>) -> Shown {
    let mut view = review::article(act.cite().article(number.0, number.1), page.now.date(), page.lang);
    let id = format!("a{}", slug(number).replace('.', "-"));
    let rules = std::mem::take(&mut view.rules).into_iter().map(|rule| {
        let before = seen.get(rule.id).cloned();
        seen.entry(rule.id).or_insert_with(|| format!("{id}-{}", rule.id.replace('/', "-")));
        (rule, before)
    });
    Shown {
        rules: rules.collect(),
        used_by: view.used_by.iter().map(|(title, place)| Link::new(link(*place).href, title.clone())).collect(),
        name: name(number),
        state: view.coverage.map(|article| state(article.status)),
        words: view.coverage.map(statute::Coverage::words),
        view,
        id,
    }
}

/// `27`, `27-39`, `48.1`: the articles of the act from one to the other.
fn chosen(act: Act, text: &str) -> Option<Vec<(u16, u16)>> {
    let number = |text: &str| {
        let (article, branch) = text.split_once('.').unwrap_or((text, "0"));
        Some((article.parse().ok()?, branch.parse().ok()?))
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last): ((u16, u16), (u16, u16)) = (number(first)?, number(last)?);
    let numbers = act.articles().filter(|number| (first..=last).contains(number));
    Some(numbers.take(ARTICLES_MAX).collect::<Vec<_>>()).filter(|numbers| !numbers.is_empty())
}

impl Sample for LawArticlesPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let draw = |act, text| chosen(act, text).map(|numbers| Self::new(page.clone(), act, &numbers));
        let samples = [
            ("usual", draw(Act::S0080034, "27-39")),
            ("teachers", draw(Act::H0150049, "37")),
            ("branch", draw(Act::A0030018, "12.1")),
            ("bare", draw(Act::S0080034, "94")),
        ];
        samples.into_iter().filter_map(|(name, sample)| Some((name, sample?))).collect()
    }
}

/// `GET /law/{act}/{articles}`
pub async fn show(Path((act, articles)): Path<(String, String)>, page: Page) -> Answer {
    let act = Act::in_folder(&act).ok_or(WebError::NotFound)?;
    let numbers = chosen(act, &articles).ok_or(WebError::NotFound)?;
    html(&LawArticlesPage::new(page, act, &numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_article_a_range_and_a_branch_are_found() {
        let found = |text| chosen(Act::S0080034, text);
        assert_eq!(found("37"), Some(vec![(37, 0)]));
        assert_eq!(found("27-29"), Some(vec![(27, 0), (28, 0), (29, 0)]));
        assert_eq!(chosen(Act::A0030018, "12.1"), Some(vec![(12, 1)]));
        assert_eq!(found("1-95").map(|numbers| numbers.len()), Some(ARTICLES_MAX));
        for none in ["0", "96", "39-27", "x", "1-", "1.x", "", "1-2-3", "99999999"] {
            assert_eq!(found(none), None, "{none}");
        }
    }
}
