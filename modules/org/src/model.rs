//! An agency as the published list describes it, and the list's own vocabulary. No I/O.

use kernel::{AgencyCode, Refusal, roc};
use serde::Serialize;
use time::Date;

/// An agency (機關) with the values of the newest edition of the published list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agency {
    /// 機關代碼. Opaque: its digits say nothing reliable about the hierarchy.
    pub code: AgencyCode,
    /// 機關名稱.
    pub name: String,
    /// 機關英文名稱; the 17-column edition does not carry it.
    pub english_name: Option<String>,
    /// 郵遞區號 as published: three, five or six digits, or empty.
    pub postal_code: String,
    /// 機關地址.
    pub address: String,
    /// 機關電話, without the list's dangling hyphens.
    pub phone: String,
    /// 傳真, without the list's dangling hyphens.
    pub fax: String,
    /// 主管機關代碼; `None` for an agency at the top, which the list writes as its own superior.
    /// The code need not be in the list (`9999999999` is not).
    pub parent: Option<AgencyCode>,
    /// 機關生效日期, where the list knows it.
    pub effective_on: Option<Date>,
    /// 裁撤註記 says 是.
    pub closed: bool,
    /// 機關裁撤日期, where known. It may lie ahead: the list announces reorganisations.
    pub closed_on: Option<Date>,
    /// 機關層級, 1 to 5.
    pub level: Option<i16>,
    /// 新機關代碼, 新機關名稱, 新機關生效日: who took over.
    pub successor: Option<Link>,
    /// 舊機關代碼, 舊機關名稱: whom this agency took over from.
    pub predecessor: Option<Link>,
}

impl Agency {
    /// Whether the agency no longer exists on a day. A known date decides; a mark without a date means "already".
    pub fn is_closed(&self, on: Date) -> bool {
        self.closed_on.map_or(self.closed, |closed_on| closed_on <= on)
    }
}

/// The other end of a reorganisation. The agency named need not be in the list, so its name is kept too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Code of the other agency.
    pub code: AgencyCode,
    /// Its name as the list prints it; may be empty.
    pub name: String,
    /// Since when, where the list says so.
    pub on: Option<Date>,
}

/// One published value of an agency, for saying what changed between two editions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[allow(missing_docs, reason = "each is named after the column that `Field::column` prints")]
pub enum Field {
    Name,
    EnglishName,
    PostalCode,
    Address,
    Phone,
    Parent,
    Fax,
    EffectiveOn,
    ClosedOn,
    Level,
    Closed,
    SuccessorCode,
    SuccessorName,
    SuccessorOn,
    PredecessorCode,
    PredecessorName,
}

impl Field {
    /// All fields, in the order of the published columns.
    pub const ALL: [Field; 16] = [
        Field::Name,
        Field::EnglishName,
        Field::PostalCode,
        Field::Address,
        Field::Phone,
        Field::Parent,
        Field::Fax,
        Field::EffectiveOn,
        Field::ClosedOn,
        Field::Level,
        Field::Closed,
        Field::SuccessorCode,
        Field::SuccessorName,
        Field::SuccessorOn,
        Field::PredecessorCode,
        Field::PredecessorName,
    ];

    /// The column's heading in the published list.
    pub fn column(self) -> &'static str {
        match self {
            Field::Name => "機關名稱",
            Field::EnglishName => "機關英文名稱",
            Field::PostalCode => "郵遞區號",
            Field::Address => "機關地址",
            Field::Phone => "機關電話",
            Field::Parent => "主管機關代碼",
            Field::Fax => "傳真",
            Field::EffectiveOn => "機關生效日期",
            Field::ClosedOn => "機關裁撤日期",
            Field::Level => "機關層級",
            Field::Closed => "裁撤註記",
            Field::SuccessorCode => "新機關代碼",
            Field::SuccessorName => "新機關名稱",
            Field::SuccessorOn => "新機關生效日",
            Field::PredecessorCode => "舊機關代碼",
            Field::PredecessorName => "舊機關名稱",
        }
    }

    /// The value as the list would print it; dates as seven-digit ROC dates, unknown as empty.
    pub fn value(self, agency: &Agency) -> String {
        let date = |on: Option<Date>| on.map(roc::compact).unwrap_or_default();
        let code = |link: &Option<Link>| link.as_ref().map(|l| l.code.to_string()).unwrap_or_default();
        let name = |link: &Option<Link>| link.as_ref().map(|l| l.name.clone()).unwrap_or_default();
        match self {
            Field::Name => agency.name.clone(),
            Field::EnglishName => agency.english_name.clone().unwrap_or_default(),
            Field::PostalCode => agency.postal_code.clone(),
            Field::Address => agency.address.clone(),
            Field::Phone => agency.phone.clone(),
            Field::Parent => agency.parent.as_ref().unwrap_or(&agency.code).to_string(),
            Field::Fax => agency.fax.clone(),
            Field::EffectiveOn => date(agency.effective_on),
            Field::ClosedOn => date(agency.closed_on),
            Field::Level => agency.level.map(|level| level.to_string()).unwrap_or_default(),
            Field::Closed => if agency.closed { "是" } else { "" }.to_owned(),
            Field::SuccessorCode => code(&agency.successor),
            Field::SuccessorName => name(&agency.successor),
            Field::SuccessorOn => date(agency.successor.as_ref().and_then(|l| l.on)),
            Field::PredecessorCode => code(&agency.predecessor),
            Field::PredecessorName => name(&agency.predecessor),
        }
    }
}

/// Something said about one row of a file: a reason to refuse it, or a remark beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Row of the file, counted from 1 with the heading row, as a spreadsheet shows it.
    pub row: u32,
    /// Heading of the column, where the finding is about one cell.
    pub column: Option<&'static str>,
    /// The cell's text as read.
    pub value: String,
    /// What is wrong, in both languages, with a stable code.
    pub reason: Refusal,
}

/// One import of the published list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Number of the import, ascending.
    pub id: i64,
    /// The day the edition stands for.
    pub published_on: Date,
    /// Name of the file as given.
    pub file_name: String,
    /// SHA-256 of the file's bytes.
    pub sha256: Vec<u8>,
    /// When it was imported.
    pub recorded_at: time::OffsetDateTime,
    /// Who imported it.
    pub recorded_by: String,
    /// How many rows the list has and what they changed.
    pub counts: Counts,
}

/// What an edition does to the agencies on file, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows in the list.
    pub rows: i32,
    /// Agencies not on file before.
    pub added: i32,
    /// Agencies with at least one changed value, including the closed and the renamed.
    pub changed: i32,
    /// Agencies that this edition closes.
    pub closed: i32,
    /// Agencies with another name than before.
    pub renamed: i32,
    /// Agencies on file that this edition leaves out for the first time.
    pub missing: i32,
    /// Agencies that an earlier edition left out and this one lists again.
    pub returned: i32,
}
