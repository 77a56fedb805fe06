//! Reads the rows of the published list 「行政院所屬中央及地方機關代碼」 (政府資料開放平臺 7307), both editions: 17 columns, and 18 with
//! 機關英文名稱. Pure: the file has already become text cells.

use crate::check;
use crate::error::Error;
use crate::model::{Agency, Field, Finding, Link};
use kernel::{AgencyCode, Refusal, roc};
use sheet::{SheetRow, Table, Wanted};
use time::Date;

/// Characters a name may have; the longest published one has 31.
const NAME_CHARS_MAX: usize = 100;
const CODE: &str = "機關代碼";
const PARENT_NAME: &str = "主管機關名稱";

/// The list as understood: every row became an agency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// In file order.
    pub agencies: Vec<Agency>,
    /// What is odd but does not stop the import, in row order: for the keeper of the list.
    pub remarks: Vec<Finding>,
}

/// Understands the cells, or says of each row that cannot be taken why.
///
/// # Errors
/// [`Error::Refused`] for another table than the list, [`Error::Rows`] with all findings that stop the import, in row order.
pub fn read(table: &Table) -> Result<List, Error> {
    let columns = Columns::find(&table.header)?;
    if table.rows.is_empty() {
        return Err(Refusal::new(
            "org.list_empty",
            "檔案只有標題列，沒有機關。",
            "The file has a heading and no agencies.",
        )
        .into());
    }
    let mut reader = Reader { columns, faults: Vec::new(), remarks: Vec::new() };
    let read: Vec<check::Listed> = table.rows.iter().filter_map(|row| reader.row(row)).collect();
    check::relations(&read, &mut reader.faults, &mut reader.remarks);
    reader.faults.sort_by_key(|finding| finding.row);
    reader.remarks.sort_by_key(|finding| finding.row);
    if !reader.faults.is_empty() {
        return Err(Error::Rows(reader.faults));
    }
    Ok(List { agencies: read.into_iter().map(|listed| listed.agency).collect(), remarks: reader.remarks })
}

/// Where each column stands. The heading decides, not the position.
struct Columns {
    code: usize,
    parent_name: usize,
    /// By [`Field`] in the order of [`Field::ALL`]; only 機關英文名稱 may be absent.
    fields: [Option<usize>; Field::ALL.len()],
}

impl Columns {
    fn find(header: &[String]) -> Result<Self, Refusal> {
        let field = |field: Field| match field {
            Field::EnglishName => Wanted::optional(field.column()),
            _ => Wanted::required(field.column()),
        };
        let wanted: Vec<Wanted> =
            [CODE, PARENT_NAME].map(Wanted::required).into_iter().chain(Field::ALL.map(field)).collect();
        let found = sheet::Columns::find(header, &wanted).map_err(|fault| fault.refusal())?;
        let required = |name| found.at(name).expect("`find` refuses a header without a required column");
        Ok(Self {
            code: required(CODE),
            parent_name: required(PARENT_NAME),
            fields: Field::ALL.map(|f| found.at(f.column())),
        })
    }
}

struct Reader {
    columns: Columns,
    faults: Vec<Finding>,
    remarks: Vec<Finding>,
}

/// One row being read: the cell of a column, cleaned.
struct RowCells<'a> {
    row: u32,
    cells: &'a [String],
    columns: &'a Columns,
}

impl RowCells<'_> {
    fn at(&self, place: usize) -> String {
        self.cells.get(place).map(|cell| clean(cell)).unwrap_or_default()
    }

    fn get(&self, field: Field) -> String {
        self.columns.fields[field as usize].map(|place| self.at(place)).unwrap_or_default()
    }

    fn finding(&self, column: &'static str, value: &str, reason: Refusal) -> Finding {
        Finding { row: self.row, column: Some(column), value: value.to_owned(), reason: reason.field(column) }
    }
}

/// Without the tabs, line ends and blanks that the published cells trail (and some hold inside).
fn clean(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

/// `02-23565000-` and `--` are an extension and a number that were never filled in.
fn clean_phone(cell: &str) -> String {
    cell.trim_matches(|c: char| c == '-' || c.is_whitespace()).to_owned()
}

impl Reader {
    /// The row as an agency; `None` when it has a fault, which is then noted.
    fn row(&mut self, SheetRow { line, cells }: &SheetRow) -> Option<check::Listed> {
        let Reader { columns, faults, remarks } = self;
        let row = RowCells { row: *line, cells, columns };
        let before = faults.len();
        let code_text = row.at(columns.code);
        let code = code(&row, CODE, &code_text, faults);
        let parent_text = row.get(Field::Parent);
        let parent = match parent_text.as_str() {
            "" => {
                remarks.push(row.finding(Field::Parent.column(), "", superior_missing()));
                code
            }
            text => self::code(&row, Field::Parent.column(), text, faults),
        };
        let name = name(&row, faults);
        let closed = closed_mark(&row, faults);
        unreadable(&row, faults);
        if faults.len() > before {
            return None;
        }
        let (code, parent) = code.zip(parent)?;
        let agency = Agency {
            code,
            name,
            english_name: Some(row.get(Field::EnglishName)).filter(|name| name.chars().count() > 1),
            postal_code: postal_code(&row, remarks),
            address: row.get(Field::Address),
            phone: clean_phone(&row.get(Field::Phone)),
            fax: clean_phone(&row.get(Field::Fax)),
            parent: (parent != code).then_some(parent),
            effective_on: date(&row, Field::EffectiveOn, remarks),
            closed,
            closed_on: date(&row, Field::ClosedOn, remarks),
            level: level(&row, remarks),
            successor: link(&row, Field::SuccessorCode, Field::SuccessorName, remarks)
                .map(|link| Link { on: date(&row, Field::SuccessorOn, remarks), ..link }),
            predecessor: link(&row, Field::PredecessorCode, Field::PredecessorName, remarks),
        };
        Some(check::Listed { row: row.row, agency, parent_name: row.at(columns.parent_name) })
    }
}

fn superior_missing() -> Refusal {
    Refusal::new(
        "org.superior_empty",
        "主管機關代碼空白，視為最上層機關。",
        "The superior's code is empty; taken as an agency at the top.",
    )
}

fn code(row: &RowCells<'_>, column: &'static str, text: &str, faults: &mut Vec<Finding>) -> Option<AgencyCode> {
    AgencyCode::parse(text)
        .map_err(|fault| faults.push(row.finding(column, text, Refusal::from_text("org.code_malformed", fault.text()))))
        .ok()
}

fn name(row: &RowCells<'_>, faults: &mut Vec<Finding>) -> String {
    let name = row.get(Field::Name);
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let reason = Refusal::new(
            "org.name_length",
            format!("機關名稱應為 1 至 {NAME_CHARS_MAX} 字。"),
            format!("An agency's name has 1 to {NAME_CHARS_MAX} characters."),
        );
        faults.push(row.finding(Field::Name.column(), &name, reason));
    }
    name
}

fn closed_mark(row: &RowCells<'_>, faults: &mut Vec<Finding>) -> bool {
    let mark = row.get(Field::Closed);
    if !mark.is_empty() && mark != "是" {
        let reason = Refusal::new("org.closed_mark", "裁撤註記應為「是」或空白。", "The closing mark is 是 or empty.");
        faults.push(row.finding(Field::Closed.column(), &mark, reason));
    }
    mark == "是"
}

/// U+FFFD stands where the file's bytes were no character of its encoding; a name must not be stored so.
fn unreadable(row: &RowCells<'_>, faults: &mut Vec<Finding>) {
    if let Some(cell) = row.cells.iter().find(|cell| cell.contains('\u{FFFD}')) {
        let reason = Refusal::new(
            "org.text_unreadable",
            "本列有無法辨識的字元，檔案可能毀損或混用編碼。",
            "This row has unreadable characters: the file is damaged or mixes encodings.",
        );
        faults.push(Finding { row: row.row, column: None, value: cell.clone(), reason });
    }
}

fn date(row: &RowCells<'_>, field: Field, remarks: &mut Vec<Finding>) -> Option<Date> {
    let text = row.get(field);
    roc::parse(&text).unwrap_or_else(|_| {
        let reason = Refusal::new(
            "org.date_unreadable",
            format!("「{text}」不是有效日期，視為未知。"),
            format!("“{text}” is not a date; taken as unknown."),
        );
        remarks.push(row.finding(field.column(), &text, reason));
        None
    })
}

fn postal_code(row: &RowCells<'_>, remarks: &mut Vec<Finding>) -> String {
    let text = row.get(Field::PostalCode);
    if !matches!(text.len(), 0 | 3 | 5 | 6) || !text.bytes().all(|b| b.is_ascii_digit()) {
        let reason = Refusal::new(
            "org.postal_code",
            "郵遞區號應為三、五或六碼數字；照原樣保留。",
            "A postal code has three, five or six digits; kept as given.",
        );
        remarks.push(row.finding(Field::PostalCode.column(), &text, reason));
    }
    text
}

fn level(row: &RowCells<'_>, remarks: &mut Vec<Finding>) -> Option<i16> {
    let text = row.get(Field::Level);
    let level = text.parse().ok().filter(|level| (1..=5).contains(level));
    if level.is_none() && !text.is_empty() {
        let reason =
            Refusal::new("org.level", "機關層級應為 1 至 5；視為未知。", "The level is 1 to 5; taken as unknown.");
        remarks.push(row.finding(Field::Level.column(), &text, reason));
    }
    level
}

fn link(row: &RowCells<'_>, code: Field, name: Field, remarks: &mut Vec<Finding>) -> Option<Link> {
    let text = row.get(code);
    if text.is_empty() {
        return None;
    }
    match AgencyCode::parse(&text) {
        Ok(code) => Some(Link { code, name: row.get(name), on: None }),
        Err(_) => {
            let reason = Refusal::new(
                "org.link_malformed",
                format!("「{text}」不是機關代碼，未記錄此項關聯。"),
                format!("“{text}” is not an agency code; the link is not kept."),
            );
            remarks.push(row.finding(code.column(), &text, reason));
            None
        }
    }
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
