//! 查閱紀錄: what was read in the offices an auditor audits. Looking at it is itself written down.

use super::reads::{sample, via};
use super::sights;
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::State;
use kernel::{AgencyCode, PersonId, Text, roc};
use readlog::{AUDIT_MAX, AuditQuery, Entry, Period};
use std::collections::{BTreeMap, BTreeSet};
use time::{Date, Duration};
use webkit::{Answer, Cell, Choice, Form, Page, Pager, Sample, Table, WebError, html};

/// Entries on one page.
const PER_PAGE: u32 = 50;
/// The days shown if no period is given.
const DAYS: i64 = 30;
/// Most agencies among which to choose from a list; for more of them the code is typed.
const CHOICES_MAX: usize = 100;
/// Most names in one line.
const NAMES_MAX: usize = 3;

/// The list.
#[derive(Template)]
#[template(path = "read_list.html")]
pub struct ReadListPage {
    page: Page,
    form: Form,
    agencies: Vec<Choice>,
    table: Table,
    pager: Pager,
    /// Most entries that are listed, however many there are.
    most: String,
}

/// Who of those looked at may be named here.
type Names = BTreeMap<PersonId, String>;

impl ReadListPage {
    fn new(page: Page, form: Form, agencies: Vec<Choice>, (entries, names): (&[Entry], &Names), pager: Pager) -> Self {
        let page = page.titled(Text::new("查閱紀錄", "Who looked at whom")).checked(&form);
        let most = page.number(AUDIT_MAX);
        Self { table: table(&page, entries, names), most, agencies, pager, form, page }
    }
}

fn table(page: &Page, entries: &[Entry], names: &Names) -> Table {
    let heads = vec![
        Text::new("時間", "When"),
        Text::new("查閱人", "Who"),
        Text::new("當事人", "Whose data"),
        Text::new("目的", "Purpose"),
        Text::new("內容", "What"),
        Text::new("方式", "Through"),
    ];
    let mut table =
        Table::new(Text::new("查閱紀錄", "Entries"), heads).when_empty(Text::new("沒有相符的紀錄。", "No entries."));
    for entry in entries {
        let cells = vec![
            Cell::Code(page.moment(entry.at)),
            reader(entry).into(),
            whose(entry, names).into(),
            entry.purpose.words.as_str().into(),
            entry.fields.join("、").into(),
            via(entry).into(),
        ];
        table.row(entry.id, entry.id, cells);
    }
    table
}

/// Who looked, by full name: whoever audits has to know.
fn reader(entry: &Entry) -> Text {
    let reader = &entry.reader;
    let role = access::Role::parse(&reader.role).map_or_else(|| webkit::same(&reader.role_name), access::Role::label);
    let acting = reader.acting_for.as_ref().map(|head| &head.name);
    let zh = acting.map_or_else(String::new, |name| format!("，代理{name}"));
    let en = acting.map_or_else(String::new, |name| format!(", deputy of {name}"));
    Text::new(
        format!("{}\n{}（{}{zh}）", reader.name, reader.agency_name, role.zh),
        format!("{}\n{} ({}{en})", reader.name, reader.agency_name, role.en),
    )
}

/// Whose data, as far as they are within reach; of others not even how many.
fn whose(entry: &Entry, names: &Names) -> Text {
    let known: Vec<&str> = entry.subjects.iter().filter_map(|person| names.get(person)).map(String::as_str).collect();
    if known.is_empty() {
        return Text::new("（不在您的稽核範圍）", "(not within your reach)");
    }
    let first = known.iter().take(NAMES_MAX).copied().collect::<Vec<_>>().join("、");
    match known.len() {
        count if count > NAMES_MAX => {
            Text::new(format!("{first}等{count}人"), format!("{first} and others, {count} in all"))
        }
        _ => webkit::same(first),
    }
}

impl Sample for ReadListPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let entries: Vec<Entry> = sample::entries(page).into_iter().take(3).collect();
        let names = Names::from([(PersonId(30), "張本人".to_owned())]);
        let choices = || choices(&[sample::agency()], &super::committee::sample_names());
        let pager = |found| Pager::new(1, PER_PAGE as usize, found, "/reads");
        let mut faulty = Form::of([("from", "昨天"), ("reader", "王")]);
        let _ = faulty.date("from");
        let usual = || Form::of([("from", "115/10/24")]);
        let draw = |form, agencies, entries: &[Entry], found| {
            Self::new(page.clone(), form, agencies, (entries, &names), pager(found))
        };
        vec![
            ("usual", draw(usual(), choices(), &entries, 3)),
            ("many", draw(usual(), Vec::new(), &entries, AUDIT_MAX as usize)),
            ("empty", draw(usual(), choices(), &[], 0)),
            ("faulty", draw(faulty, choices(), &[], 0)),
        ]
    }
}

/// The agencies to choose from; none where there are too many for a list.
fn choices(agencies: &[AgencyCode], names: &BTreeMap<AgencyCode, String>) -> Vec<Choice> {
    if agencies.len() > CHOICES_MAX {
        return Vec::new();
    }
    let name = |code: &AgencyCode| names.get(code).cloned().unwrap_or_else(|| code.to_string());
    let all = Choice::new("", Text::new("全部", "All"));
    std::iter::once(all).chain(agencies.iter().map(|code| Choice::new(code, webkit::same(name(code))))).collect()
}

/// What is wanted, or what is wrong with it on the form.
struct Wanted {
    period: Period,
    agency: Option<AgencyCode>,
}

fn wanted(form: &mut Form, agencies: &[AgencyCode], today: Date) -> Option<Wanted> {
    if !form.sent("from") && !form.sent("until") {
        *form = std::mem::take(form).with("from", roc::slash(today - Duration::days(DAYS)));
    }
    let period = Period { from: form.date("from"), until: form.date("until") };
    let typed = form.trimmed("agency").to_owned();
    let agency = agencies.iter().copied().find(|agency| agency.as_str() == typed);
    if agency.is_none() && !typed.is_empty() {
        let words = Text::new("您的稽核範圍內沒有此機關代碼。", "There is no such agency within your reach.");
        form.fault("agency", words);
    }
    form.is_clean().then_some(Wanted { period, agency })
}

/// `GET /reads?agency=&reader=&purpose=&from=&until=&page=`
pub async fn show(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let agencies = scope::agencies(&me, Action::ReadReads);
    let names = if agencies.len() > CHOICES_MAX { BTreeMap::new() } else { scope::names(&app, &agencies).await? };
    let choices = choices(&agencies, &names);
    let Some(wanted) = wanted(&mut form, &agencies, app.today()) else {
        me.looks_at(sights::read_log(Vec::new())).await?;
        let pager = Pager::new(1, PER_PAGE as usize, 0, "/reads");
        return html(&ReadListPage::new(page, form, choices, (&[], &Names::new()), pager));
    };
    let about = match wanted.agency {
        Some(agency) => Some(personnel::everybody_at(&me.db, &agency).await.map_err(told("list people of an agency"))?),
        None => None,
    };
    let (reader, purpose) = (form.trimmed("reader").to_owned(), form.trimmed("purpose").to_owned());
    let query = AuditQuery {
        agencies: &agencies,
        about: about.as_deref(),
        reader: &reader,
        purpose: &purpose,
        period: wanted.period,
    };
    let at: usize = form.value("page").parse().unwrap_or(1);
    let (entries, pager) = entries(&me, query, at, &href(&form)).await?;
    let subjects: BTreeSet<PersonId> = entries.iter().flat_map(|entry| entry.subjects.iter().copied()).collect();
    let subjects: Vec<PersonId> = subjects.into_iter().collect();
    let names = personnel::names_at(&me.db, &agencies, &subjects).await.map_err(told("name people"))?;
    let readers = entries.iter().filter_map(|entry| entry.reader.person);
    me.looks_at(sights::read_log(names.keys().copied().chain(readers).collect())).await?;
    html(&ReadListPage::new(page, form, choices, (&entries, &names), pager))
}

/// One page of entries; a page beyond the end is the last one.
async fn entries(me: &Me, query: AuditQuery<'_>, at: usize, href: &str) -> Result<(Vec<Entry>, Pager), WebError> {
    let read = async |offset| {
        readlog::reads_at(&me.db, query, PER_PAGE, offset).await.map_err(WebError::fault("list the read log"))
    };
    let asked = u32::try_from(at.saturating_sub(1)).unwrap_or(u32::MAX).saturating_mul(PER_PAGE);
    let (entries, found) = read(asked).await?;
    let pager = Pager::new(at, PER_PAGE as usize, found as usize, href);
    if entries.is_empty() && found > 0 {
        let offset = u32::try_from(pager.offset(PER_PAGE as usize)).unwrap_or(0);
        return Ok((read(offset).await?.0, pager));
    }
    Ok((entries, pager))
}

/// This list with its filter, for the pager.
fn href(form: &Form) -> String {
    let part = |name: &str| format!("{name}={}", super::document::encode(form.trimmed(name)));
    let given = ["agency", "reader", "purpose", "from", "until"].into_iter().filter(|name| form.sent(name));
    let parts: Vec<String> = given.map(part).collect();
    format!("/reads?{}", parts.join("&"))
}
