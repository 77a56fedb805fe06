//! The law the platform calculates with: the acts kept, how far they are modelled, and the points their texts leave open.

use askama::Template;
use kernel::Text;
use rules::review::{self, PointView};
use statute::{Act, Citation, Modelled};
use webkit::{Answer, Cell, Link, Page, Sample, Table, Tag, Tone, html};

/// The page.
#[derive(Template)]
#[template(path = "law.html")]
pub struct LawPage {
    page: Page,
    modelled: Table,
    others: Table,
    /// Open points with the articles that leave them open.
    points: Vec<(PointView, Vec<Link>)>,
}

impl LawPage {
    fn new(page: Page) -> Self {
        let page = page.titled(Text::new("法規與計算規則", "Law and rules"));
        let points = review::points().into_iter();
        Self {
            modelled: modelled(&page),
            others: others(&page),
            points: points.map(|(point, places)| (point, places.into_iter().map(link).collect())).collect(),
            page,
        }
    }
}

/// The way to an article.
pub fn link(place: Citation) -> Link {
    let name = |place: Citation| Text::new(place.to_string(), place.english());
    Link::new(format!("/law/{}/{}", place.act.folder(), slug((place.article, place.branch))), name(place))
}

/// An article in an address: 第48條 is `48`, 第48條之1 is `48.1`.
pub fn slug((article, branch): (u16, u16)) -> String {
    if branch == 0 { article.to_string() } else { format!("{article}.{branch}") }
}

/// How far an article is modelled, in a word.
pub fn state(modelled: Modelled) -> Tag {
    match modelled {
        Modelled::Done => Tag::new(Tone::Good, Text::new("已納入", "Modelled")),
        Modelled::Partial => Tag::new(Tone::Waiting, Text::new("部分納入", "In part")),
        Modelled::None => Tag::new(Tone::Faded, Text::new("未納入", "Not modelled")),
    }
}

/// The act's name, and the way to it.
pub fn act_link(act: Act) -> Link {
    Link::new(format!("/law/{}", act.folder()), Text::new(act.name(), act.name_en()))
}

/// How many values stand in an act, and how many of them have an entry that is not confirmed.
fn values_of(act: Act) -> (usize, usize) {
    let kept = statute::keys().filter(|key| key.split('/').next() == Some(act.folder())).filter_map(statute::kept);
    kept.fold((0, 0), |(all, doubted), value| {
        let doubt = value.entries.iter().any(|entry| !entry.status.is_confirmed());
        (all + 1, doubted + usize::from(doubt))
    })
}

fn newest(page: &Page, act: Act) -> Cell {
    Cell::Code(act.version().map_or_else(|| page.t("無條文", "no text").to_owned(), |on| page.date(on)))
}

fn modelled(page: &Page) -> Table {
    let heads = vec![
        Text::new("法規", "Act"),
        Text::new("收錄條文版本", "Text kept"),
        Text::new("已納入", "Modelled"),
        Text::new("部分納入", "In part"),
        Text::new("未納入", "Not modelled"),
        Text::new("法定數值", "Values"),
        Text::new("其中未經確認", "Not confirmed"),
    ];
    let mut table = Table::new(Text::new("逐條核對之法規", "Acts modelled article by article"), heads);
    for at in 2..=6 {
        table = table.figures(at);
    }
    for act in Act::ALL.iter().copied().filter(|act| !statute::coverage(*act).is_empty()) {
        let count = |status| statute::coverage(act).iter().filter(|article| article.status == status).count();
        let (values, doubted) = values_of(act);
        let figures = [count(Modelled::Done), count(Modelled::Partial), count(Modelled::None), values, doubted];
        let mut cells = vec![act_link(act).into(), newest(page, act)];
        cells.extend(figures.map(|figure| Cell::Figure(page.number(figure))));
        table.row(act.folder(), act.name(), cells);
    }
    table
}

fn others(page: &Page) -> Table {
    let heads = vec![
        Text::new("法規或公告", "Act or announcement"),
        Text::new("收錄條文版本", "Text kept"),
        Text::new("條數", "Articles"),
        Text::new("法定數值", "Values"),
        Text::new("其中未經確認", "Not confirmed"),
    ];
    let mut table = Table::new(Text::new("其他法規及公告", "Other acts and announcements"), heads);
    for at in 2..=4 {
        table = table.figures(at);
    }
    for act in Act::ALL.iter().copied().filter(|act| statute::coverage(*act).is_empty()) {
        let (values, doubted) = values_of(act);
        let mut cells = vec![act_link(act).into(), newest(page, act)];
        cells.extend([act.articles().count(), values, doubted].map(|figure| Cell::Figure(page.number(figure))));
        table.row(act.folder(), act.name(), cells);
    }
    table
}

impl Sample for LawPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        vec![("usual", Self::new(page.clone()))]
    }
}

/// `GET /law`
pub async fn show(page: Page) -> Answer {
    html(&LawPage::new(page))
}
