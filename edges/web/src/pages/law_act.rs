//! One act: its versions, its articles with how far each is modelled, and the values that stand in none of them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use kernel::Text;
use rules::review::{self, ValueView};
use statute::{Act, Version};
use webkit::{Answer, Cell, Link, Page, Sample, Table, WebError, html};

use super::law::{link, slug, state};

/// The page.
#[derive(Template)]
#[template(path = "law_act.html")]
pub struct LawActPage {
    page: Page,
    level: &'static str,
    source: &'static str,
    versions: Table,
    articles: Table,
    /// The whole act in pieces, for reading on.
    parts: Vec<Link>,
    /// What stands in no article.
    values: Vec<ValueView>,
    /// Day on which the list of articles was last held against the text, if the act is listed.
    checked: Option<String>,
}

impl LawActPage {
    fn new(page: Page, act: Act) -> Self {
        let page = page.titled(Text::new(act.name(), act.name_en())).under(super::law_articles::law());
        let is_listed = !statute::coverage(act).is_empty();
        Self {
            level: act.level(),
            source: act.source(),
            versions: versions(&page, act),
            articles: articles(&page, act),
            parts: parts(act),
            values: review::article(act.cite(), page.now.date(), page.lang).values,
            checked: is_listed.then(|| page.date(statute::coverage_checked_on())),
            page,
        }
    }
}

fn versions(page: &Page, act: Act) -> Table {
    let heads = vec![
        Text::new("公布（發布）", "Promulgated"),
        Text::new("施行", "In force"),
        Text::new("內容", "What changed"),
        Text::new("條文", "Text"),
    ];
    let mut table =
        Table::new(Text::new("版本", "Versions"), heads).when_empty(Text::new("沒有收錄版本。", "No version is kept."));
    for version in act.versions() {
        let kept = if version.has_text() { page.t("已收錄", "kept") } else { page.t("未收錄", "not kept") };
        let cells = vec![
            Cell::Code(page.date(version.amended)),
            in_force(page, version).into(),
            version.changed.as_str().into(),
            kept.into(),
        ];
        table.row(version.amended, version.amended, cells);
    }
    table
}

/// The first day in force, and the articles that have another.
fn in_force(page: &Page, version: &Version) -> String {
    let day = version.in_force.map(|on| page.date(on));
    let articles = version.articles.iter().map(|article| {
        let paragraph = match article.paragraph {
            0 => String::new(),
            number => page.put("第{}項", " par. {}", number),
        };
        let name = page.put("第{}條", "Art. {}", article.article);
        format!("{name}{paragraph} {}", page.date(article.in_force))
    });
    let days: Vec<_> = day.into_iter().chain(articles).collect();
    if days.is_empty() { "—".to_owned() } else { days.join(page.t("；", "; ")) }
}

fn articles(page: &Page, act: Act) -> Table {
    let coverage = statute::coverage(act);
    let mut heads = vec![Text::new("條", "Article")];
    if !coverage.is_empty() {
        heads.extend([Text::new("說明", "What is modelled"), Text::new("規則", "Rules")]);
    }
    heads.push(Text::new("數值", "Values"));
    let last = heads.len() - 1;
    let mut table = Table::new(Text::new("各條", "Articles"), heads)
        .figures(last)
        .when_empty(Text::new("沒有收錄條文。", "No text is kept."));
    if last > 1 {
        table = table.figures(last - 1);
    }
    let mut values: BTreeMap<(u16, u16), usize> = BTreeMap::new();
    for place in statute::keys().filter_map(statute::place).filter(|place| place.act == act) {
        *values.entry((place.article, place.branch)).or_default() += 1;
    }
    for number in act.articles() {
        let place = act.cite().article(number.0, number.1);
        let way = Link::new(link(place).href, name(number));
        let listed = coverage.iter().find(|article| (article.article, article.branch) == number);
        let cells = match listed {
            Some(article) => vec![
                Cell::LinkTag(way, state(article.status)),
                article.words().into(),
                Cell::Figure(page.number(article.rules.len())),
            ],
            None => vec![way.into()],
        };
        let count = Cell::Figure(page.number(values.get(&number).copied().unwrap_or_default()));
        table.row(slug(number), slug(number), cells.into_iter().chain([count]).collect());
    }
    table
}

/// 第48條之1, in English Article 48-1.
pub fn name((article, branch): (u16, u16)) -> Text {
    match branch {
        0 => Text::new(format!("第{article}條"), format!("Article {article}")),
        branch => Text::new(format!("第{article}條之{branch}"), format!("Article {article}-{branch}")),
    }
}

fn parts(act: Act) -> Vec<Link> {
    let numbers: Vec<(u16, u16)> = act.articles().collect();
    let parts = numbers.chunks(super::law_articles::ARTICLES_MAX);
    let ends = parts.filter_map(|part| Some((*part.first()?, *part.last()?)));
    ends.map(|(first, last)| super::law_articles::range(act, first, last)).collect()
}

impl Sample for LawActPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let draw = |act| Self::new(page.clone(), act);
        vec![("usual", draw(Act::S0080034)), ("plain", draw(Act::S0120001)), ("empty", draw(Act::PoliceAct))]
    }
}

/// `GET /law/{act}`
pub async fn show(Path(act): Path<String>, page: Page) -> Answer {
    let act = Act::in_folder(&act).ok_or(WebError::NotFound)?;
    html(&LawActPage::new(page, act))
}
