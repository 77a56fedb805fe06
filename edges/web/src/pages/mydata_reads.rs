//! 誰看過我的資料: every look at the person's data, newest first.

use crate::App;
use crate::pages::reads::{deed, sample, tag, who};
use crate::session::Me;
use askama::Template;
use axum::extract::State;
use kernel::Text;
use readlog::{Entry, Period, Question, ReadId};
use std::collections::BTreeMap;
use time::Date;
use webkit::{Answer, Form, Link, Page, Pager, Sample, Task, WebError, html};

/// Entries on one page.
const PER_PAGE: usize = 20;

/// The list.
#[derive(Template)]
#[template(path = "mydata_reads.html")]
pub struct MyDataReadsPage {
    page: Page,
    form: Form,
    entries: Vec<Task>,
    pager: Pager,
    found: usize,
}

impl MyDataReadsPage {
    fn new(page: Page, form: Form, entries: &[Entry], asked: &[Question], pager: Pager, found: usize) -> Self {
        let parent = Link::new("/mydata", Text::new("我的資料", "MyData"));
        let page = page.titled(Text::new("誰看過我的資料", "Who looked at my data")).under(parent).checked(&form);
        let asked: BTreeMap<ReadId, &Question> = asked.iter().map(|question| (question.entry, question)).collect();
        let today = kernel::office_date(page.now);
        let line = |entry: &Entry| task(&page, entry, asked.get(&entry.id).copied(), today);
        Self { entries: entries.iter().map(line).collect(), form, pager, found, page }
    }
}

fn task(page: &Page, entry: &Entry, question: Option<&Question>, today: Date) -> Task {
    let (who, deed) = (who(entry), deed(entry));
    let (at, fields, purpose) = (page.moment(entry.at), entry.fields.join("、"), &entry.purpose.words);
    Task {
        href: Some(format!("/mydata/reads/{}", entry.id)),
        title: Text::new(format!("{}{}", who.zh, deed.zh), format!("{} {}", who.en, deed.en)),
        hint: Some(Text::new(format!("{at}　因「{purpose}」：{fields}"), format!("{at} for “{purpose}”: {fields}"))),
        tag: tag(page, entry, question, today),
    }
}

impl Sample for MyDataReadsPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let entries = sample::entries(page);
        let asked = [
            sample::question(page, 1, entries[1].id, 4, false),
            sample::question(page, 2, entries[2].id, 4, true),
            sample::question(page, 3, entries[4].id, -2, false),
        ];
        let pager = |found| Pager::new(1, PER_PAGE, found, "/mydata/reads");
        let mut faulty = Form::of([("from", "昨天")]);
        let _ = faulty.date("from");
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &entries, &asked, pager(64), 64)),
            ("empty", Self::new(page.clone(), Form::new(), &[], &[], pager(0), 0)),
            ("faulty", Self::new(page.clone(), faulty, &entries, &[], pager(6), 6)),
        ]
    }
}

/// `GET /mydata/reads?from=&until=&page=`
pub async fn show(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let period = Period { from: form.date("from"), until: form.date("until") };
    let read = async |offset| readlog::reads_of(&app.db, me.person, period, limit(), offset).await;
    let at: usize = form.value("page").parse().unwrap_or(1);
    let asked = u32::try_from(PER_PAGE.saturating_mul(at.saturating_sub(1))).unwrap_or(u32::MAX);
    let (mut entries, found) = read(asked).await.map_err(WebError::fault("list who looked"))?;
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    let pager = Pager::new(at, PER_PAGE, found, &href(&form));
    // A page beyond the end is the last one.
    if entries.is_empty() && found > 0 {
        let offset = u32::try_from(pager.offset(PER_PAGE)).unwrap_or(0);
        entries = read(offset).await.map_err(WebError::fault("list who looked"))?.0;
    }
    let ids: Vec<ReadId> = entries.iter().map(|entry| entry.id).collect();
    let asked = readlog::asked(&app.db, me.person, &ids).await.map_err(WebError::fault("find own questions"))?;
    html(&MyDataReadsPage::new(page, form, &entries, &asked, pager, found))
}

fn limit() -> u32 {
    u32::try_from(PER_PAGE).expect("a page is short")
}

/// This list with its filter, for the pager.
fn href(form: &Form) -> String {
    let part = |name: &str| {
        let value = form.trimmed(name);
        (!value.is_empty()).then(|| format!("{name}={}", super::document::encode(value)))
    };
    let parts: Vec<String> = ["from", "until"].into_iter().filter_map(part).collect();
    if parts.is_empty() { "/mydata/reads".to_owned() } else { format!("/mydata/reads?{}", parts.join("&")) }
}
