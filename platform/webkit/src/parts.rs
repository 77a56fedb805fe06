//! Data of the page parts: what the macros of `webkit/parts.html` draw.

use std::fmt::Display;

use kernel::Text;

use crate::form::Form;

/// The same words in both languages: data such as names, numbers and codes.
#[must_use]
pub fn same(words: impl Display) -> Text {
    let words = words.to_string();
    Text { zh: words.clone().into(), en: words.into() }
}

/// An address with the words that lead to it.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it leads; the application's typed links print themselves into this.
    pub href: String,
    /// The words of the link.
    pub label: Text,
    /// Whether it is the page (or section) being shown.
    pub current: bool,
}

impl Link {
    /// A link to another page.
    #[must_use]
    pub fn new(href: impl Display, label: Text) -> Self {
        Self { href: href.to_string(), label, current: false }
    }

    /// The same link, marked as the page being shown if `yes`.
    #[must_use]
    pub fn current_if(mut self, yes: bool) -> Self {
        self.current = yes;
        self
    }
}

/// Meaning of a colour. The words always say it too: colour alone says nothing to many readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special, or plain information.
    Plain,
    /// Done, valid, in order.
    Good,
    /// Waiting for somebody, or soon due.
    Waiting,
    /// Needs care: returned, overdue, corrected.
    Warn,
    /// Failed, refused, revoked.
    Bad,
    /// Over and of no further effect: voided, undone.
    Faded,
}

impl Tone {
    /// Suffix of the style class (`r-tag--good`).
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Waiting => "waiting",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Faded => "faded",
        }
    }
}

/// A short state in a coloured box.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Colour.
    pub tone: Tone,
    /// One to four words.
    pub label: Text,
}

impl Tag {
    /// A tag of this tone and wording.
    #[must_use]
    pub fn new(tone: Tone, label: Text) -> Self {
        Self { tone, label }
    }
}

/// One answer of radios, checkboxes or a select.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: Text,
    /// A line below the label; not shown in a select.
    pub hint: Option<Text>,
}

impl Choice {
    /// An answer without a hint.
    #[must_use]
    pub fn new(value: impl Display, label: Text) -> Self {
        Self { value: value.to_string(), label, hint: None }
    }

    /// The same answer with a line of explanation.
    #[must_use]
    pub fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// One line of a summary list.
#[derive(Debug, Clone)]
pub struct SummaryRow {
    /// What it is.
    pub key: Text,
    /// What it says.
    pub value: Cell,
    /// "change", "show": usually one or none.
    pub actions: Vec<Link>,
}

impl SummaryRow {
    /// A line without actions.
    #[must_use]
    pub fn new(key: Text, value: impl Into<Cell>) -> Self {
        Self { key, value: value.into(), actions: Vec::new() }
    }

    /// The same line with one more action. The label should make sense when read alone ("更改日期").
    #[must_use]
    pub fn action(mut self, link: Link) -> Self {
        self.actions.push(link);
        self
    }
}

/// What stands in one cell of a table or beside a summary key.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Words; line breaks are kept.
    Words(Text),
    /// A figure, set to the right.
    Figure(String),
    /// A code, date or number that must not be broken over lines.
    Code(String),
    /// A link.
    Link(Link),
    /// A state.
    Tag(Tag),
    /// A way to a page with a word on its state.
    LinkTag(Link, Tag),
}

impl From<Text> for Cell {
    fn from(text: Text) -> Self {
        Self::Words(text)
    }
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(same(words))
    }
}

impl From<&str> for Cell {
    fn from(words: &str) -> Self {
        Self::Words(same(words))
    }
}

impl From<Link> for Cell {
    fn from(link: Link) -> Self {
        Self::Link(link)
    }
}

impl From<Tag> for Cell {
    fn from(tag: Tag) -> Self {
        Self::Tag(tag)
    }
}

/// Head of a table column.
#[derive(Debug, Clone)]
pub struct Head {
    /// The words of the head; on a phone they stand before each cell.
    pub label: Text,
    /// Whether the column holds figures, set to the right.
    pub figures: bool,
}

/// A row of a [`Table`].
#[derive(Debug, Clone)]
pub struct TableRow {
    /// What a checked row sends; unused if the table has no selection.
    pub id: String,
    /// Name of the row for readers of its checkbox ("王小明").
    pub name: String,
    /// As many cells as the table has heads. The first is the row's head.
    pub cells: Vec<Cell>,
}

/// A list as a table: rows become cards on a phone, and may be chosen with checkboxes.
#[derive(Debug, Clone)]
pub struct Table {
    /// What the table shows; always present, for readers who cannot see it.
    pub caption: Text,
    /// Columns.
    pub heads: Vec<Head>,
    /// Rows of this page.
    pub rows: Vec<TableRow>,
    /// If rows can be chosen.
    pub choose: Option<Choose>,
    /// What is said instead of an empty table.
    pub empty: Text,
}

/// Choosing rows of a table.
#[derive(Debug, Clone)]
pub struct Choose {
    /// Name of the checkboxes; each checked row sends its id under it.
    pub name: String,
    /// Number of rows the search found. If more than are shown, "choose all found" is offered, which sends `<name>_all`.
    pub found: usize,
    /// Ids that are checked already: a refused form comes back as it was sent.
    pub chosen: Vec<String>,
    /// Whether "choose all found" is checked already.
    pub all: bool,
}

impl Table {
    /// An empty table with these heads.
    #[must_use]
    pub fn new(caption: Text, heads: Vec<Text>) -> Self {
        let heads = heads.into_iter().map(|label| Head { label, figures: false }).collect();
        Self { caption, heads, rows: Vec::new(), choose: None, empty: Text::new("沒有資料。", "Nothing here.") }
    }

    /// Sets column `at` (from 0) to the right.
    #[must_use]
    pub fn figures(mut self, at: usize) -> Self {
        self.heads[at].figures = true;
        self
    }

    /// Lets rows be chosen; see [`Choose`].
    #[must_use]
    pub fn choose(mut self, name: &str, found: usize) -> Self {
        self.choose = Some(Choose { name: name.to_owned(), found, chosen: Vec::new(), all: false });
        self
    }

    /// Checks the rows that `form` chose; after [`Table::choose`].
    #[must_use]
    pub fn chosen_in(mut self, form: &Form) -> Self {
        if let Some(choose) = &mut self.choose {
            choose.chosen = form.values(&choose.name).map(str::to_owned).collect();
            choose.all = form.sent(&format!("{}_all", choose.name));
        }
        self
    }

    /// Says this when there are no rows.
    #[must_use]
    pub fn when_empty(mut self, words: Text) -> Self {
        self.empty = words;
        self
    }

    /// Adds a row. `id` is sent if it is checked, `name` is what its checkbox is called.
    pub fn row(&mut self, id: impl Display, name: impl Display, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.heads.len(), "as many cells as heads");
        self.rows.push(TableRow { id: id.to_string(), name: name.to_string(), cells });
    }
}

/// Which page of a long list is shown.
#[derive(Debug, Clone)]
pub struct Pager {
    /// The page shown, from 1.
    pub page: usize,
    /// Number of pages, at least 1.
    pub pages: usize,
    /// Number of rows in all pages.
    pub found: usize,
    /// Address of a page up to and including `page=`.
    pub href: String,
}

impl Pager {
    /// `found` rows, `per_page` on each page; a `page` beyond the end becomes the last one.
    /// `href` is the address of the list with its search, without the page.
    #[must_use]
    pub fn new(page: usize, per_page: usize, found: usize, href: &str) -> Self {
        let pages = found.div_ceil(per_page.max(1)).max(1);
        let join = if href.contains('?') { '&' } else { '?' };
        Self { page: page.clamp(1, pages), pages, found, href: format!("{href}{join}page=") }
    }

    /// Number of rows before this page.
    #[must_use]
    pub fn offset(&self, per_page: usize) -> usize {
        (self.page - 1) * per_page
    }

    /// Pages to name: the first, the last and those around this one; `None` is a gap.
    #[must_use]
    pub fn steps(&self) -> Vec<Option<usize>> {
        let mut steps = Vec::new();
        let mut last = 0;
        for page in (1..=self.pages).filter(|&p| p == 1 || p == self.pages || p.abs_diff(self.page) <= 1) {
            if page > last + 1 {
                steps.push(None);
            }
            steps.push(Some(page));
            last = page;
        }
        steps
    }
}

/// One thing that happened, in a timeline.
#[derive(Debug, Clone)]
pub struct Happening {
    /// What happened, in a few words.
    pub title: Text,
    /// When, already worded ([`crate::Page::moment`]).
    pub when: String,
    /// Who did it; empty if the program did.
    pub who: String,
    /// More on it; empty if there is nothing to add.
    pub body: Text,
}

/// One line of a task list.
#[derive(Debug, Clone)]
pub struct Task {
    /// Where it is done; `None` if it cannot be done yet.
    pub href: Option<String>,
    /// What is to be done.
    pub title: Text,
    /// A line of explanation.
    pub hint: Option<Text>,
    /// How it stands.
    pub tag: Tag,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_names_the_ends_and_the_neighbours() {
        let steps = |page, found| Pager::new(page, 50, found, "/people?q=a").steps();
        assert_eq!(steps(1, 0), [Some(1)]);
        assert_eq!(steps(1, 51), [Some(1), Some(2)]);
        assert_eq!(steps(5, 500), [Some(1), None, Some(4), Some(5), Some(6), None, Some(10)]);
        assert_eq!(steps(2, 200), [Some(1), Some(2), Some(3), Some(4)]);
    }

    #[test]
    fn a_page_beyond_the_end_is_the_last() {
        let pager = Pager::new(99, 50, 120, "/people");
        assert_eq!((pager.page, pager.offset(50), pager.href.as_str()), (3, 100, "/people?page="));
    }
}
