//! One person of a population file; its columns are told in docs/pension-population.md.

use kernel::Refusal;
use time::{Date, format_description::well_known::Iso8601};

use crate::{Scheme, facts::Benefit};

/// The columns, in the order of the file.
pub const COLUMNS: &[&str] = &[
    "person",
    "scheme",
    "post",
    "born_on",
    "retired_on",
    "paid_until",
    "draws",
    "early_months",
    "old_months",
    "new_months",
    "average_pay",
    "last_pay",
    "principal",
];

/// One person of a population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Number or name of the row.
    pub person: String,
    /// The act.
    pub scheme: Scheme,
    /// Whether the ceiling of police holds.
    pub is_police: bool,
    /// Day of birth.
    pub born_on: Date,
    /// First day of retirement.
    pub retired_on: Date,
    /// First day for which nothing is paid any more.
    pub paid_until: Date,
    /// What is drawn: all monthly, half, or all as a lump sum.
    pub draws: Benefit,
    /// Months the pension starts early, for life.
    pub early_months: u32,
    /// Credited months before the new scheme.
    pub old_months: u32,
    /// Credited months since.
    pub new_months: u32,
    /// Pay the pension is calculated from, NT dollars.
    pub average_pay: i64,
    /// Last pay of the grade, NT dollars.
    pub last_pay: i64,
    /// Preferential deposit before the act, NT dollars.
    pub principal: i64,
}

impl Member {
    /// Reads the cells of one row.
    ///
    /// # Errors
    /// A cell that cannot be read, or facts that contradict each other.
    pub fn read(line: u64, row: &csv::StringRecord) -> Result<Self, Refusal> {
        let cells = Cells { line, row };
        cells.refuse_unless(row.len() == COLUMNS.len(), "person")?;
        let member = Self {
            person: cells.text("person").to_owned(),
            scheme: cells.one_of("scheme", &[("civil", Scheme::Civil), ("teacher", Scheme::Teacher)])?,
            is_police: cells.one_of("post", &[("general", false), ("police", true)])?,
            born_on: cells.date("born_on")?,
            retired_on: cells.date("retired_on")?,
            paid_until: cells.date("paid_until")?,
            draws: cells
                .one_of("draws", &[("monthly", Benefit::Monthly), ("half", Benefit::Half), ("lump", Benefit::Lump)])?,
            early_months: cells.number("early_months")?,
            old_months: cells.number("old_months")?,
            new_months: cells.number("new_months")?,
            average_pay: cells.number("average_pay")?,
            last_pay: cells.number("last_pay")?,
            principal: cells.number("principal")?,
        };
        let is_plain = |name: &str| !name.is_empty() && !name.contains([',', '"', '\n', '\r']);
        cells.refuse_unless(is_plain(&member.person), "person")?;
        cells.refuse_unless(member.born_on < member.retired_on, "retired_on")?;
        cells.refuse_unless(member.retired_on <= member.paid_until, "paid_until")?;
        cells.refuse_unless(member.average_pay > 0, "average_pay")?;
        cells.refuse_unless(member.last_pay > 0, "last_pay")?;
        cells.refuse_unless(member.principal >= 0, "principal")?;
        cells.refuse_unless(member.old_months + member.new_months > 0, "new_months")?;
        Ok(member)
    }
}

struct Cells<'a> {
    line: u64,
    row: &'a csv::StringRecord,
}

impl<'a> Cells<'a> {
    fn text(&self, column: &str) -> &'a str {
        let at = COLUMNS.iter().position(|name| *name == column);
        at.and_then(|at| self.row.get(at)).unwrap_or_default().trim()
    }

    fn refusal(&self, column: &str) -> Refusal {
        let (line, value) = (self.line, self.text(column));
        let zh = format!("第{line}行「{column}」欄有誤：「{value}」");
        Refusal::new("pension/population", zh, format!("line {line}, column \"{column}\": \"{value}\"")).field(column)
    }

    fn refuse_unless(&self, is_well: bool, column: &str) -> Result<(), Refusal> {
        is_well.then_some(()).ok_or_else(|| self.refusal(column))
    }

    fn one_of<T: Copy>(&self, column: &str, words: &[(&str, T)]) -> Result<T, Refusal> {
        let found = words.iter().find(|(word, _)| *word == self.text(column));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| self.refusal(column))
    }

    fn date(&self, column: &str) -> Result<Date, Refusal> {
        Date::parse(self.text(column), &Iso8601::DATE).map_err(|_| self.refusal(column))
    }

    /// A whole number that no calculation can outgrow.
    fn number<T: TryFrom<u32>>(&self, column: &str) -> Result<T, Refusal> {
        let text = self.text(column);
        let is_short = text.len() < u32::MAX.to_string().len();
        let number = text.parse::<u32>().ok().filter(|_| is_short);
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| self.refusal(column))
    }
}
