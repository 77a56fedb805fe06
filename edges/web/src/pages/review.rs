//! What the committee's and the head's pages show alike: a case with its facts, the rows that go on, and the rows that were returned.

use crate::pages::sights::{self, Work};
use crate::refusal::page as told;
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use codes::AwardResult;
use kernel::{CaseId, RowId, Text};
use personnel::{AwardRow, CaseFile, CaseState, Confirmation, Route, state_label};
use std::collections::BTreeMap;
use time::Date;
use webkit::{Cell, Form, Page, Pager, SummaryRow, Table, Tag, Tone, WebError, same};

/// Rows on one page of a case.
const ROWS_PER_PAGE: usize = 50;
/// Days before the last day to confirm from which it is shown as near.
const NEAR_DAYS: i64 = 21;

/// A case as it is looked at before a decision.
pub struct CaseView {
    /// Its id.
    pub id: CaseId,
    /// Counts changes; a form sends back the one it was shown with.
    pub version: i32,
    /// What is to be known of it.
    pub facts: Vec<SummaryRow>,
    /// One page of the rows that go on.
    pub kept: Table,
    /// Which page.
    pub pager: Pager,
    /// The rows that were returned, each with the reason.
    pub returned: Table,
}

impl CaseView {
    /// Draws a case. `base` is the address of the page, for its further pages; `form` is a refused choice of rows.
    pub fn new(page: &Page, file: &CaseFile, agency: &str, base: &str, at: usize, form: &Form) -> Self {
        let (kept, returned): (Vec<_>, Vec<_>) = file.rows.iter().partition(|row| row.returned.is_none());
        let pager = Pager::new(at, ROWS_PER_PAGE, kept.len(), base);
        let shown = kept.iter().skip(pager.offset(ROWS_PER_PAGE)).take(ROWS_PER_PAGE);
        let mut table = Table::new(Text::new("本案人員", "People in this case"), row_heads());
        if may_be_returned(&file.case.state) {
            table = table.choose("rows", kept.len()).chosen_in(form);
        }
        shown.for_each(|row| table.row(row.id, &row.person.name, row_cells(row)));
        Self {
            id: file.case.id,
            version: file.case.version,
            facts: facts(page, file, &kept, agency),
            kept: table,
            pager,
            returned: returned_table(&returned),
        }
    }
}

/// The case with this id, if it belongs to an agency for which the person may do `action`.
///
/// # Errors
/// What may not be known does not exist.
pub async fn open(app: &App, me: &Me, action: Action, id: &str) -> Result<(CaseFile, String), WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let found = personnel::case_file(&me.db, &scope::agencies(me, action), id).await.map_err(told("open a case"))?;
    let file = found.ok_or(WebError::NotAllowed)?;
    scope::check(me, action, &file.case.agency)?;
    let agency = app.agency_name(file.case.agency).await.map_err(told("name an agency"))?;
    Ok((file, agency))
}

/// The case and the version that a form was shown with.
///
/// # Errors
/// When the form lacks it.
pub fn seen(file: &CaseFile, form: &Form) -> Result<(CaseId, i32), WebError> {
    let missing =
        Text::new("表單缺少案件版次，請重新開啟本案。", "The form lacks the version of the case; open it again.");
    let version = form.value("version").parse().map_err(|_| WebError::BadRequest(missing))?;
    Ok((file.case.id, version))
}

/// The rows on this page of a case are looked at.
///
/// # Errors
/// When the look cannot be written down.
pub async fn looks(me: &Me, work: Work, file: &CaseFile, at: usize) -> Result<(), WebError> {
    let (kept, returned): (Vec<_>, Vec<_>) = file.rows.iter().partition(|row| row.returned.is_none());
    let pager = Pager::new(at, ROWS_PER_PAGE, kept.len(), "");
    let rows = kept.into_iter().skip(pager.offset(ROWS_PER_PAGE)).take(ROWS_PER_PAGE).chain(returned);
    me.looks_at(sights::case(work, &file.case, rows)).await
}

/// The rows a form chose: those checked, or all that go on.
pub fn chosen(file: &CaseFile, form: &Form) -> Vec<RowId> {
    if form.sent("rows_all") {
        return file.rows.iter().filter(|row| row.returned.is_none()).map(|row| row.id).collect();
    }
    form.parsed("rows")
}

/// What a case is called.
pub fn title(id: CaseId) -> Text {
    Text::new(format!("獎懲案第{id}號"), format!("Award case {id}"))
}

/// The page asked for, in `?page=`.
#[derive(serde::Deserialize)]
pub struct At {
    #[serde(default)]
    page: String,
}

impl At {
    /// Its number; anything else is the first page.
    pub fn number(&self) -> usize {
        self.page.parse().unwrap_or(1)
    }
}

fn may_be_returned(state: &CaseState) -> bool {
    matches!(state, CaseState::InReview { .. } | CaseState::AwaitingHead { .. })
}

/// The stage of a case with its colour.
pub fn tag(state: &CaseState) -> Tag {
    let tone = match state {
        CaseState::Draft { remark: None } => Tone::Plain,
        CaseState::Draft { remark: Some(_) } => Tone::Warn,
        CaseState::InReview { .. } | CaseState::AwaitingHead { .. } => Tone::Waiting,
        CaseState::Issued { confirmation: Confirmation::Due(_), .. } => Tone::Waiting,
        CaseState::Issued { confirmation: Confirmation::Refused(_), .. } => Tone::Bad,
        CaseState::Issued { .. } => Tone::Good,
        CaseState::Undone => Tone::Faded,
    };
    Tag::new(tone, state_label(state))
}

/// How many days are left to confirm.
pub fn days_left(last_day: Date, today: Date) -> Tag {
    let days = (last_day - today).whole_days();
    match days {
        ..0 => Tag::new(Tone::Bad, Text::new(format!("逾期{}日", -days), format!("{} days overdue", -days))),
        0 => Tag::new(Tone::Warn, Text::new("今日到期", "Due today")),
        1..=NEAR_DAYS => Tag::new(Tone::Warn, Text::new(format!("剩{days}日"), format!("{days} days left"))),
        _ => Tag::new(Tone::Waiting, Text::new(format!("剩{days}日"), format!("{days} days left"))),
    }
}

/// How the case came, or is to come, to the head.
pub fn route_label(page: &Page, route: &Route) -> Text {
    match route {
        Route::Committee { on } => {
            let day = page.date(on);
            Text::new(format!("考績委員會{day}初核通過"), format!("Agreed by the committee on {day}"))
        }
        Route::IssueFirst { ground } => Text::new(
            format!("先行發布，再提考績委員會確認（理由：{ground}）"),
            format!("Issued first, to be confirmed by the committee (ground: {ground})"),
        ),
        Route::Clerical => {
            Text::new("顯然錯誤之更正或註銷，免經初核", "An obvious slip or a cancellation, without the committee")
        }
    }
}

fn facts(page: &Page, file: &CaseFile, kept: &[&AwardRow], agency: &str) -> Vec<SummaryRow> {
    let people = Text::new(format!("{}人", kept.len()), format!("{} people", kept.len()));
    let mut facts = vec![
        SummaryRow::new(Text::new("核定機關", "Authority"), agency),
        SummaryRow::new(Text::new("狀態", "State"), tag(&file.case.state)),
        SummaryRow::new(Text::new("人數", "People"), people),
        SummaryRow::new(Text::new("獎懲", "Outcomes"), outcomes(kept)),
    ];
    facts.extend(stage_facts(page, &file.case.state));
    if let Some(change) = &file.case.change {
        let label = change.amendment.label();
        facts.push(SummaryRow::new(Text::new("變更已發布之令", "Changes an order"), label));
        facts.push(SummaryRow::new(Text::new("變更理由", "Why"), change.reason.as_str()));
    }
    facts
}

fn stage_facts(page: &Page, state: &CaseState) -> Vec<SummaryRow> {
    let route_fact = |route| SummaryRow::new(Text::new("核定途徑", "Route"), route_label(page, route));
    match state {
        CaseState::InReview { submitted_at } => {
            vec![SummaryRow::new(Text::new("送案時間", "Put to the committee"), Cell::Code(page.moment(submitted_at)))]
        }
        CaseState::AwaitingHead { route } => vec![route_fact(route)],
        CaseState::Issued { approved_at, route, confirmation } => {
            let mut facts = vec![
                route_fact(route),
                SummaryRow::new(Text::new("核定時間", "Approved"), Cell::Code(page.moment(approved_at))),
            ];
            facts.extend(confirmation_fact(page, confirmation));
            facts
        }
        CaseState::Draft { remark: Some(remark) } => {
            vec![SummaryRow::new(Text::new("退回意見", "Remark"), remark.as_str())]
        }
        CaseState::Draft { remark: None } | CaseState::Undone => Vec::new(),
    }
}

fn confirmation_fact(page: &Page, confirmation: &Confirmation) -> Option<SummaryRow> {
    let key = Text::new("提會確認", "Confirmation");
    let words = match confirmation {
        Confirmation::NotNeeded => return None,
        Confirmation::Due(day) => Text::new(
            format!("應於{}前提考績委員會確認", page.date(day)),
            format!("Due before the committee by {}", page.date(day)),
        ),
        Confirmation::Agreed(day) => {
            Text::new(format!("考績委員會{}確認", page.date(day)), format!("Confirmed on {}", page.date(day)))
        }
        Confirmation::Refused(day) => Text::new(
            format!("考績委員會{}不予確認，應變更之", page.date(day)),
            format!("Refused on {}; the orders must be changed", page.date(day)),
        ),
    };
    Some(SummaryRow::new(key, words))
}

/// How many of each outcome: what somebody who cannot read every row looks at first.
fn outcomes(rows: &[&AwardRow]) -> Text {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *counts.entry(row.outcome.as_str()).or_default() += 1);
    let line = |(code, count): (&&str, &usize), en: bool| {
        let name = outcome_name(code);
        if en { format!("{}: {count}", name.en) } else { format!("{}　{count}人", name.zh) }
    };
    let list = |en| counts.iter().map(|pair| line(pair, en)).collect::<Vec<_>>().join("\n");
    Text::new(list(false), list(true))
}

/// The name of an outcome; its code if it is no longer listed. Only an order whose content was destroyed has none.
pub fn outcome_name(code: &str) -> Text {
    if code.is_empty() {
        return Text::new("內容已依法銷毀", "Content destroyed");
    }
    AwardResult::parse(code).map_or_else(|_| same(code), |result| result.name)
}

fn row_heads() -> Vec<Text> {
    vec![
        Text::new("姓名", "Name"),
        Text::new("單位及職稱", "Unit and title"),
        Text::new("事由", "Reason"),
        Text::new("獎懲", "Outcome"),
        Text::new("法令依據", "Legal basis"),
    ]
}

fn row_cells(row: &AwardRow) -> Vec<Cell> {
    vec![
        row.person.name.as_str().into(),
        format!("{}　{}", row.person.unit, row.person.title).into(),
        row.reason.as_str().into(),
        outcome_name(&row.outcome).into(),
        row.details.legal_basis().into(),
    ]
}

fn returned_table(rows: &[&AwardRow]) -> Table {
    let mut heads = row_heads();
    heads.truncate(4);
    heads.push(Text::new("退回意見", "Remark"));
    let mut table = Table::new(Text::new("已退回，不列入核定", "Returned, not part of the approval"), heads);
    for row in rows {
        let mut cells = row_cells(row);
        cells.truncate(4);
        cells.push(row.returned.clone().unwrap_or_default().into());
        table.row(row.id, &row.person.name, cells);
    }
    table
}
