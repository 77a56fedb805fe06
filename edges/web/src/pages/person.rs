//! The record of a person, as their agency has it: what is sensitive is masked until a purpose is chosen, and each opening is logged first.

use super::people::grade;
use super::review::outcome_name;
use super::sights;
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{OrderId, PersonId, Text};
use personnel::{OpenSection, PURPOSE_CHARS_MAX, Person, Purpose, Section, SectionMark};
use time::Date;
use webkit::{Answer, Cell, Choice, Form, Link, Page, Sample, SummaryRow, Table, WebError, html, html_with, same};

/// A part of the record that is masked until it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 身分證號、出生日期、電子郵件.
    Identity,
    /// A sealed section.
    Sealed(Section),
    /// 獎懲.
    Awards,
}

impl Part {
    /// What is opened together with one purpose; bank data asks for the card and has a page of its own.
    const TOGETHER: [Self; 5] = [
        Self::Identity,
        Self::Sealed(Section::Contact),
        Self::Sealed(Section::Family),
        Self::Sealed(Section::Health),
        Self::Awards,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Sealed(section) => section.code(),
            Self::Awards => "awards",
        }
    }

    /// As the page and the read log call it.
    pub fn label(self) -> Text {
        match self {
            Self::Identity => Text::new("身分證號、出生日期及電子郵件", "National id, birth date and e-mail"),
            Self::Sealed(section) => section.label(),
            Self::Awards => Text::new("獎懲", "Awards and penalties"),
        }
    }
}

/// What a part shows.
pub enum Body {
    /// It was not opened.
    Masked,
    /// There is nothing on file.
    Nothing,
    /// Label and value.
    Facts(Vec<SummaryRow>),
    /// Several of a kind.
    List(Table),
}

/// A part as the page draws it.
pub struct Drawn {
    /// Its anchor.
    pub id: &'static str,
    /// Its heading.
    pub title: Text,
    /// What it shows.
    pub body: Body,
    /// Who changed it last and when; empty where that is not kept.
    pub changed: Option<Text>,
    /// Where it is changed.
    pub edit: Option<String>,
    /// Where it is opened, if that is another page.
    pub open: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "person.html")]
pub struct PersonPage {
    page: Page,
    form: Form,
    id: PersonId,
    /// Where the purpose is sent.
    action: String,
    facts: Vec<SummaryRow>,
    parts: Vec<Drawn>,
    purposes: Vec<Choice>,
    choices: Vec<Choice>,
    /// Whether something was opened.
    opened: bool,
    /// Whether the person serves here.
    serves: bool,
    /// Whether another agency has taken the person in since.
    elsewhere: bool,
    /// Whether this is the page for bank data alone.
    bank: bool,
}

/// What is on file, as far as it may be seen now.
#[derive(Default)]
struct Seen {
    marks: Vec<SectionMark>,
    sections: Vec<OpenSection>,
    opened: Vec<Part>,
    awards: Vec<(OrderId, String, Date, Option<Date>)>,
}

impl PersonPage {
    fn new(page: Page, form: Form, person: &Person, agency: &str, seen: &Seen, bank: bool) -> Self {
        let title = match bank {
            false => Text::new(format!("{}的人事資料", person.name), format!("Record of {}", person.name)),
            true => Text::new(format!("{}的薪資帳戶", person.name), format!("Bank account of {}", person.name)),
        };
        let page = page.titled(title).under(Link::new("/people", Text::new("人員", "People"))).checked(&form);
        let page = match bank {
            true => page.under(Link::new(format!("/people/{}", person.id), same(&person.name))),
            false => page,
        };
        let parts: Vec<Part> = if bank {
            vec![Part::Sealed(Section::Bank)]
        } else {
            Part::TOGETHER.into_iter().chain([Part::Sealed(Section::Bank)]).collect()
        };
        let parts = parts.into_iter().map(|part| draw(&page, person, seen, part, bank)).collect();
        let action = if bank { format!("/people/{}/bank", person.id) } else { format!("/people/{}/open", person.id) };
        Self {
            id: person.id,
            action,
            facts: facts(&page, person, agency),
            parts,
            purposes: purposes(),
            choices: Part::TOGETHER.into_iter().map(|part| Choice::new(part.code(), part.label())).collect(),
            opened: !seen.opened.is_empty(),
            serves: person.left_on.is_none(),
            elsewhere: person.elsewhere,
            bank,
            page,
            form,
        }
    }
}

/// What is not masked.
fn facts(page: &Page, person: &Person, agency: &str) -> Vec<SummaryRow> {
    let mut facts = vec![
        SummaryRow::new(Text::new("姓名", "Name"), person.name.as_str()),
        SummaryRow::new(Text::new("身分證號", "National id"), Cell::Code(person.national_id.masked())),
        SummaryRow::new(Text::new("機關", "Agency"), agency),
        SummaryRow::new(Text::new("單位", "Unit"), person.unit.as_str()),
        SummaryRow::new(Text::new("職稱", "Title"), person.title.as_str()),
        SummaryRow::new(Text::new("官職等", "Grade"), grade(&person.grade)),
    ];
    if let Some(points) = person.pay_points {
        facts.push(SummaryRow::new(Text::new("俸點", "Pay points"), page.number(points)));
    }
    if let Some(day) = person.arrived_on {
        facts.push(SummaryRow::new(Text::new("到職日期", "Arrived"), Cell::Code(page.date(day))));
    }
    if let Some(day) = person.left_on {
        facts.push(SummaryRow::new(Text::new("離職日期", "Left"), Cell::Code(page.date(day))));
    }
    facts
}

fn purposes() -> Vec<Choice> {
    let choice = |purpose: Purpose| {
        let choice = Choice::new(purpose.code(), purpose.label());
        match purpose.basis() {
            Some(law) => choice.hint(Text::new(law.to_string(), law.english())),
            None if purpose.needs_words() => choice.hint(Text::new("請於下方填寫事由", "Please give the reason below")),
            None => choice,
        }
    };
    Purpose::ALL.into_iter().map(choice).collect()
}

fn draw(page: &Page, person: &Person, seen: &Seen, part: Part, alone: bool) -> Drawn {
    let section = match part {
        Part::Sealed(section) => Some(section),
        _ => None,
    };
    let mark = section.and_then(|section| seen.marks.iter().find(|mark| mark.section == section));
    let body = match part {
        _ if section.is_some() && mark.is_none() => Body::Nothing,
        _ if !seen.opened.contains(&part) => Body::Masked,
        Part::Identity => Body::Facts(identity(page, person)),
        Part::Awards => awards(page, &seen.awards),
        Part::Sealed(section) => match seen.sections.iter().find(|open| open.mark.section == section) {
            Some(open) => body(open, true),
            None => Body::Nothing,
        },
    };
    let edits = section.filter(|_| person.left_on.is_none());
    let bank = section == Some(Section::Bank) && mark.is_some() && !alone;
    Drawn {
        id: part.code(),
        title: part.label(),
        body,
        changed: mark.map(|mark| changed(page, mark)),
        edit: edits.map(|section| format!("/people/{}/{}/edit", person.id, section.code())),
        open: bank.then(|| format!("/people/{}/bank", person.id)),
    }
}

/// Who changed a section last, and when.
pub fn changed(page: &Page, mark: &SectionMark) -> Text {
    let at = page.moment(mark.changed_at);
    Text::new(format!("{}於{at}更新", mark.changer), format!("Updated by {} on {at}", mark.changer))
}

fn identity(page: &Page, person: &Person) -> Vec<SummaryRow> {
    let mail = person.email.as_deref().unwrap_or("—");
    vec![
        SummaryRow::new(Text::new("身分證號", "National id"), Cell::Code(person.national_id.as_str().to_owned())),
        SummaryRow::new(Text::new("出生日期", "Born"), Cell::Code(page.date(person.born_on))),
        SummaryRow::new(Text::new("電子郵件", "E-mail"), mail),
    ]
}

/// An open section as facts or, where there may be several rows, as a table. `whole`: with nothing masked.
pub fn body(open: &OpenSection, whole: bool) -> Body {
    let section = open.mark.section;
    let shown = |field: &personnel::Field, row: &personnel::Row| {
        let value = row.get(field.name).map_or("", String::as_str);
        if whole { field.shown(value) } else { field.masked(value) }
    };
    if open.rows.is_empty() {
        return Body::Nothing;
    }
    if section.rows_max() == 1 {
        let row = &open.rows[0];
        let filled = section.fields().iter().filter(|field| row.contains_key(field.name));
        return Body::Facts(filled.map(|field| SummaryRow::new(field.text(), shown(field, row))).collect());
    }
    let mut table = Table::new(section.label(), section.fields().iter().map(personnel::Field::text).collect());
    for (at, row) in open.rows.iter().enumerate() {
        let cells = section.fields().iter().map(|field| Cell::from(shown(field, row))).collect();
        table.row(at, at, cells);
    }
    Body::List(table)
}

fn awards(page: &Page, lines: &[(OrderId, String, Date, Option<Date>)]) -> Body {
    if lines.is_empty() {
        return Body::Nothing;
    }
    let heads = vec![Text::new("獎懲", "Outcome"), Text::new("發布日期", "Issued"), Text::new("變更", "Changed")];
    let mut table = Table::new(Text::new("獎懲", "Awards and penalties"), heads);
    for (order, outcome, on, ended) in lines {
        let ended = ended.map_or(Cell::Words(same("—")), |day| Cell::Code(page.date(day)));
        let link = Link::new(format!("/orders/{order}"), outcome_name(outcome));
        table.row(order, outcome, vec![link.into(), Cell::Code(page.date(on)), ended]);
    }
    Body::List(table)
}

/// The person of an address, as one of the officer's agencies has them.
///
/// # Errors
/// What may not be known does not exist.
pub async fn found(app: &App, me: &Me, action: Action, id: &str) -> Result<(Person, String), WebError> {
    let id: PersonId = id.parse().map_err(|_| WebError::NotFound)?;
    let agencies = scope::agencies(me, action);
    let found = personnel::person_at(&me.db, &agencies, id).await.map_err(told("find a person"))?;
    let person = found.ok_or(WebError::NotAllowed)?;
    scope::check(me, action, &person.agency)?;
    let agency = app.agency_name(person.agency).await.map_err(told("name an agency"))?;
    Ok((person, agency))
}

async fn marks(me: &Me, person: &Person) -> Result<Vec<SectionMark>, WebError> {
    personnel::section_marks(&me.db, &person.agency, person.id).await.map_err(told("list sections"))
}

/// `GET /people/{id}`: nothing sensitive; that the page was opened is logged all the same.
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (person, agency) = found(&app, &me, Action::ReadPeople, &id).await?;
    let seen = Seen { marks: marks(&me, &person).await?, ..Seen::default() };
    me.looks_at(sights::masked(&person)).await?;
    html(&PersonPage::new(page, Form::new(), &person, &agency, &seen, false))
}

/// The page once more, with what was typed and what is wrong with it.
///
/// # Errors
/// When the record cannot be read.
pub async fn again(me: &Me, page: Page, form: Form, person: &Person, agency: &str) -> Answer {
    let seen = Seen { marks: marks(me, person).await?, ..Seen::default() };
    me.looks_at(sights::masked(person)).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &PersonPage::new(page, form, person, agency, &seen, false))
}

/// The purpose and the parts of a form, or what is missing on it.
fn asked(form: &mut Form, bank: bool) -> Option<(readlog::Purpose, Vec<Part>)> {
    let purpose = Purpose::parse(form.value("purpose"));
    let words = form.trimmed("words").to_owned();
    if purpose.is_none() {
        form.fault("purpose", Text::new("請選擇查閱目的。", "Choose the purpose."));
    }
    if purpose.is_some_and(Purpose::needs_words) && words.is_empty() {
        form.fault("words", Text::new("請填寫查閱事由。", "Give the reason."));
    }
    if words.chars().count() > PURPOSE_CHARS_MAX {
        let zh = format!("事由以{PURPOSE_CHARS_MAX}字為限。");
        form.fault("words", Text::new(zh, format!("At most {PURPOSE_CHARS_MAX} characters.")));
    }
    let parts: Vec<Part> = match bank {
        true => vec![Part::Sealed(Section::Bank)],
        false => Part::TOGETHER.into_iter().filter(|part| form.has("part", part.code())).collect(),
    };
    if parts.is_empty() {
        form.fault("part", Text::new("請勾選要開啟的資料。", "Choose what to open."));
    }
    let purpose = purpose.filter(|_| form.is_clean())?;
    let label = purpose.label().zh;
    let words = if words.is_empty() { label.to_string() } else { format!("{label}：{words}") };
    Some((readlog::Purpose::new(purpose.code(), words), parts))
}

/// `POST /people/{id}/open`: opens the chosen parts for this one view.
pub async fn open(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, form: Form) -> Answer {
    opened(&app, &me, Action::OpenSensitive, &id, page, form).await
}

/// `GET /people/{id}/bank`: asks for the purpose; whoever came here showed the card just now.
pub async fn bank(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (person, agency) = found(&app, &me, Action::OpenBankData, &id).await?;
    let seen = Seen { marks: marks(&me, &person).await?, ..Seen::default() };
    me.looks_at(sights::masked(&person)).await?;
    html(&PersonPage::new(page, Form::new(), &person, &agency, &seen, true))
}

/// `POST /people/{id}/bank`
pub async fn open_bank(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, form: Form) -> Answer {
    opened(&app, &me, Action::OpenBankData, &id, page, form).await
}

async fn opened(app: &App, me: &Me, action: Action, id: &str, page: Page, mut form: Form) -> Answer {
    let bank = action == Action::OpenBankData;
    let (person, agency) = found(app, me, action, id).await?;
    let mut seen = Seen { marks: marks(me, &person).await?, ..Seen::default() };
    let Some((purpose, parts)) = asked(&mut form, bank) else {
        me.looks_at(sights::masked(&person)).await?;
        let drawn = PersonPage::new(page, form, &person, &agency, &seen, bank);
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn);
    };
    let labels: Vec<Text> = parts.iter().map(|part| part.label()).collect();
    let fields: Vec<&str> = labels.iter().map(|label| label.zh.as_ref()).collect();
    // Written first: whatever cannot be logged is not shown.
    me.looks_at(sights::record(&person, purpose, &fields)).await?;
    for part in &parts {
        match part {
            Part::Identity => {}
            Part::Awards => {
                let lines = personnel::records_at(&me.db, &person.agency, person.id).await;
                seen.awards = lines.map_err(told("read awards"))?;
            }
            Part::Sealed(section) => {
                let open = personnel::open_section(&me.db, app.ring.as_ref(), &person.agency, person.id, *section);
                seen.sections.extend(open.await.map_err(told("open a section"))?);
            }
        }
    }
    seen.opened = parts;
    html(&PersonPage::new(page, form, &person, &agency, &seen, bank))
}

/// Sections with invented content.
pub fn sample_sections(page: &Page) -> Vec<OpenSection> {
    let row = |values: &[(&str, &str)]| -> personnel::Row {
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let mark = |section| SectionMark { section, version: 3, changer: "林測試".into(), changed_at: page.now };
    let contact = row(&[
        ("household_address", "範例市範例區範例里十二鄰範例路二段一百二十三號十五樓之一"),
        ("mobile", "0912-345-678"),
        ("emergency_name", "谷辣斯·尤達卡·示範"),
    ]);
    let family = vec![
        row(&[("relation", "配偶"), ("name", "示範乙"), ("national_id", "A123456789"), ("born_on", "1986-05-04")]),
        row(&[("relation", "子女"), ("name", "示範丙"), ("occupation", "學生")]),
    ];
    let bank = row(&[("bank", "004"), ("account", "12345678901"), ("holder", "示範甲")]);
    vec![
        OpenSection { mark: mark(Section::Contact), rows: vec![contact] },
        OpenSection { mark: mark(Section::Family), rows: family },
        OpenSection { mark: mark(Section::Bank), rows: vec![bank] },
    ]
}

impl Sample for PersonPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let file = super::case_sample::file(page, personnel::CaseState::Undone);
        let person = file.rows.into_iter().next().expect("a sample case has rows").person;
        let agency = "範例市政府文化觀光暨原住民族事務局";
        let sections = sample_sections(page);
        let marks: Vec<SectionMark> = sections.iter().map(|open| open.mark.clone()).collect();
        let masked = || Seen { marks: marks.clone(), ..Seen::default() };
        let today = page.now.date();
        let open = |opened: &[Part]| Seen {
            sections: sections.clone(),
            opened: opened.to_vec(),
            awards: vec![
                (OrderId([7; 16]), "4010".into(), today, None),
                (OrderId([8; 16]), "5001".into(), today, Some(today)),
            ],
            ..masked()
        };
        let mut faulty = Form::of([("part", "identity")]);
        asked(&mut faulty, false);
        let mut early = Form::of([("left_on", "99/12/31")]);
        early.fault("left_on", Text::new("離職日期早於到職日期，請確認。", "The day is before the day of arrival."));
        let elsewhere = Person { elsewhere: true, arrived_on: Some(today), ..person.clone() };
        let left = Person { left_on: Some(today), ..person.clone() };
        let bank = [Part::Sealed(Section::Bank)];
        vec![
            ("masked", Self::new(page.clone(), Form::new(), &person, agency, &masked(), false)),
            ("open", Self::new(page.clone(), Form::new(), &person, agency, &open(&Part::TOGETHER), false)),
            ("faulty", Self::new(page.clone(), faulty, &person, agency, &masked(), false)),
            ("faulty_leave", Self::new(page.clone(), early, &person, agency, &masked(), false)),
            ("elsewhere", Self::new(page.clone(), Form::new(), &elsewhere, agency, &Seen::default(), false)),
            ("left", Self::new(page.clone(), Form::new(), &left, agency, &masked(), false)),
            ("bank", Self::new(page.clone(), Form::new(), &person, agency, &masked(), true)),
            ("bank_open", Self::new(page.clone(), Form::new(), &person, agency, &open(&bank), true)),
        ]
    }
}
