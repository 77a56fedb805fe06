//! A person's own record, as each agency has it.

use super::people::grade;
use super::person::{Body, Drawn, body, changed, sample_sections};
use crate::App;
use crate::refusal::page as told;
use crate::session::Me;
use access::{Action, Assurance, Scope, permits};
use askama::Template;
use axum::extract::State;
use kernel::Text;
use personnel::{OpenSection, Person, Section};
use webkit::{Answer, Cell, Link, Page, Sample, SummaryRow, html, same};

/// How much this session shows.
#[derive(Clone, Copy)]
struct Shown {
    /// Family, health and bank account at all: not to a session without a card.
    sensitive: bool,
    /// Ids and account numbers in full: when the card was shown just now.
    whole: bool,
}

/// What one agency has.
struct Entry {
    title: Text,
    facts: Vec<SummaryRow>,
    parts: Vec<Drawn>,
}

/// The page.
#[derive(Template)]
#[template(path = "mydata_record.html")]
pub struct MyDataRecordPage {
    page: Page,
    entries: Vec<Entry>,
    /// Whether ids and account numbers are shown whole.
    whole: bool,
}

impl MyDataRecordPage {
    fn new(page: Page, entries: &[(Person, String, Vec<OpenSection>)], shown: Shown) -> Self {
        let parent = Link::new("/mydata", Text::new("我的資料", "MyData"));
        let page = page.titled(Text::new("我的人事資料", "My personnel record")).under(parent);
        let entries = entries.iter().map(|(person, agency, open)| entry(&page, person, agency, open, shown)).collect();
        Self { page, entries, whole: shown.whole }
    }
}

fn entry(page: &Page, person: &Person, agency: &str, open: &[OpenSection], shown: Shown) -> Entry {
    let id = if shown.whole { person.national_id.as_str().to_owned() } else { person.national_id.masked() };
    let mut facts = vec![
        SummaryRow::new(Text::new("姓名", "Name"), person.name.as_str()),
        SummaryRow::new(Text::new("身分證號", "National id"), Cell::Code(id)),
        SummaryRow::new(Text::new("出生日期", "Born"), Cell::Code(page.date(person.born_on))),
        SummaryRow::new(Text::new("單位", "Unit"), person.unit.as_str()),
        SummaryRow::new(Text::new("職稱", "Title"), person.title.as_str()),
        SummaryRow::new(Text::new("官職等", "Grade"), grade(&person.grade)),
        SummaryRow::new(Text::new("電子郵件", "E-mail"), person.email.as_deref().unwrap_or("—")),
    ];
    if let Some(points) = person.pay_points {
        facts.push(SummaryRow::new(Text::new("俸點", "Pay points"), page.number(points)));
    }
    for (label, day) in
        [(Text::new("到職日期", "Arrived"), person.arrived_on), (Text::new("離職日期", "Left"), person.left_on)]
    {
        facts.extend(day.map(|day| SummaryRow::new(label, Cell::Code(page.date(day)))));
    }
    let draw = |section: Section| {
        let found = open.iter().find(|open| open.mark.section == section);
        Drawn {
            id: section.code(),
            title: section.label(),
            body: match found {
                Some(open) => body(open, shown.whole),
                None if !shown.sensitive && section != Section::Contact => Body::Masked,
                None => Body::Nothing,
            },
            changed: found.map(|open| changed(page, &open.mark)),
            edit: None,
            open: None,
        }
    };
    Entry { title: same(agency), facts, parts: Section::ALL.into_iter().map(draw).collect() }
}

impl Sample for MyDataRecordPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let file = super::case_sample::file(page, personnel::CaseState::Undone);
        let person = file.rows.into_iter().next().expect("a sample case has rows").person;
        let former = Person { left_on: Some(page.now.date()), ..person.clone() };
        let entries = [
            (person, "範例市政府文化觀光暨原住民族事務局".to_owned(), sample_sections(page)),
            (former, "範例縣政府".to_owned(), Vec::new()),
        ];
        vec![
            ("usual", Self::new(page.clone(), &entries[..1], Shown { sensitive: true, whole: false })),
            ("whole", Self::new(page.clone(), &entries, Shown { sensitive: true, whole: true })),
            ("no_card", Self::new(page.clone(), &entries[1..], Shown { sensitive: false, whole: false })),
            ("empty", Self::new(page.clone(), &[], Shown { sensitive: true, whole: true })),
        ]
    }
}

/// `GET /mydata/record`: everything, from every agency; ids and account numbers in full once the card was shown.
pub async fn show(State(app): State<App>, me: Me, page: Page) -> Answer {
    let sensitive = permits(Some(&me), Action::ReadOwnSensitive, Scope::Any);
    let whole = sensitive && me.assurance == Assurance::FreshCard;
    let mut entries = Vec::new();
    for person in personnel::entries(&me.db, me.person).await.map_err(told("read own entries"))? {
        let agency = app.agency_name(person.agency).await.map_err(told("name an agency"))?;
        let mut open = Vec::new();
        for section in Section::ALL.into_iter().filter(|section| sensitive || *section == Section::Contact) {
            let found = personnel::open_section(&me.db, app.ring.as_ref(), &person.agency, person.id, section).await;
            open.extend(found.map_err(told("open an own section"))?);
        }
        entries.push((person, agency, open));
    }
    html(&MyDataRecordPage::new(page, &entries, Shown { sensitive, whole }))
}
