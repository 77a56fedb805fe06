//! Worked examples of other people, checked: a CSV in the columns of `cases/pension/vectors.csv`.

use kernel::{Refusal, Text};
use statute::{PERCENT, Rational, Rounding, rational};

use crate::{
    Law, Quantity, Stop,
    quantity::{self, Desk},
};

/// The columns, in any order.
const COLUMNS: &[&str] =
    &["id", "topic", "fn", "inputs", "expected", "rounding", "status", "source_kind", "source", "note"];

/// What the source of an example is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The example must come out.
    Pass,
    /// The source has a slip: its figure must not come out.
    SourceError,
}

/// How an example came out.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Our figure is the expected one.
    Pass,
    /// Our figure is another.
    Differ {
        /// Ours, in the unit and rounding of the example.
        ours: String,
    },
    /// The rules gave no figure.
    Refused(Text),
}

/// One example with its outcome.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Line of the file, the heading being 1.
    pub line: usize,
    /// Its name.
    pub id: String,
    /// What it is about.
    pub topic: String,
    /// The quantity asked for.
    pub quantity: String,
    /// What it should be.
    pub expected: String,
    /// Whether it should.
    pub status: Status,
    /// Where it comes from.
    pub source: String,
    /// How it came out.
    pub verdict: Verdict,
    /// The rules applied, if there is a figure.
    pub answer: Option<quantity::Answer>,
}

impl Checked {
    /// Whether its source is taken to have a slip.
    pub fn is_slip(&self) -> bool {
        self.status == Status::SourceError
    }

    /// Whether a row marked `pass` passes and a row marked `source_error` differs.
    pub fn is_as_marked(&self) -> bool {
        match self.status {
            Status::Pass => self.verdict == Verdict::Pass,
            Status::SourceError => matches!(self.verdict, Verdict::Differ { .. }),
        }
    }
}

/// Checks every example of a CSV file under one law, in the order of the file.
///
/// # Errors
/// The file is no CSV in UTF-8, lacks a column, or has a row that does not say what it should be marked as.
pub fn check(law: &Law, csv: &[u8]) -> Result<Vec<Checked>, Refusal> {
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = csv::Reader::from_reader(csv);
    let headers = reader.headers().map_err(|fault| unreadable(&fault))?.clone();
    let at = |column: &str| headers.iter().position(|header| header.trim() == column);
    if let Some(missing) = COLUMNS.iter().find(|column| at(column).is_none()) {
        let (zh, en) = (format!("缺少欄位「{missing}」"), format!("column \"{missing}\" is missing"));
        return Err(Refusal::new("pension/check-column", zh, en).field(*missing));
    }
    let (mut line, mut seen) = (1, 0);
    let mut desk = Desk::new(law);
    let rows = reader.records().map(|record| {
        let record = record.map_err(|fault| unreadable(&fault))?;
        // Lines are counted here: after a line that ends in CR LF the reader still stands on its last byte.
        let begin = record.position().map_or(seen, |at| usize::try_from(at.byte()).unwrap_or(seen));
        line += csv.get(seen..=begin).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        seen = begin + 1;
        row(&mut desk, line, |column| at(column).and_then(|at| record.get(at)).unwrap_or_default().trim())
    });
    rows.collect()
}

fn unreadable(fault: &csv::Error) -> Refusal {
    let line = fault.position().map_or(0, csv::Position::line);
    let (zh, en) = (format!("第{line}行不是UTF-8之CSV"), format!("line {line} is not CSV in UTF-8"));
    Refusal::new("pension/check-file", zh, en)
}

fn row<'a>(desk: &mut Desk, line: usize, cell: impl Fn(&str) -> &'a str) -> Result<Checked, Refusal> {
    let bad = |column: &str| {
        let value = cell(column);
        let zh = format!("第{line}行「{column}」欄無法辨識：{value}");
        Refusal::new("pension/check-cell", zh, format!("line {line}, column \"{column}\": {value}")).field(column)
    };
    let status = match cell("status") {
        "pass" => Status::Pass,
        "source_error" => Status::SourceError,
        _ => return Err(bad("status")),
    };
    let rounding = rounding(cell("rounding")).ok_or_else(|| bad("rounding"))?;
    let expected = rational(cell("expected")).ok_or_else(|| bad("expected"))?;
    let (verdict, answer) = match desk.answer(cell("fn"), cell("inputs"), rounding) {
        Ok(answer) => (compare(&answer.outcome, rounding, expected), Some(answer)),
        Err(stop) => (Verdict::Refused(told(&stop)), None),
    };
    Ok(Checked {
        line,
        id: cell("id").to_owned(),
        topic: cell("topic").to_owned(),
        quantity: cell("fn").to_owned(),
        expected: cell("expected").to_owned(),
        status,
        source: cell("source").to_owned(),
        verdict,
        answer,
    })
}

/// `none` leaves the figure as the law rounds it; `ceil`, `floor` and `half_up` may be followed by the decimals kept.
pub fn rounding(name: &str) -> Option<Option<Rounding>> {
    if name == "none" {
        return Some(None);
    }
    let way = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let places = if name.len() == way.len() { "0" } else { &name[way.len()..] };
    let way = match way {
        "ceil" => "up",
        "floor" => "down",
        "half_up" => "half-up",
        _ => return None,
    };
    Rounding::parse(&format!("{way} {places}")).map(Some)
}

fn compare(outcome: &Quantity, rounding: Option<Rounding>, expected: Rational) -> Verdict {
    match figure(outcome) {
        Some(figure) => {
            let ours = rounding.map_or(figure, |rounding| rounding.apply(figure));
            if ours == expected { Verdict::Pass } else { Verdict::Differ { ours: statute::decimal(ours) } }
        }
        None => Verdict::Differ { ours: format!("{outcome:?}") },
    }
}

/// The figure in the unit examples are written in: shares in percent, yes as 1, no as 0.
pub fn figure(outcome: &Quantity) -> Option<Rational> {
    match outcome {
        Quantity::Money(whole) => Some(Rational::from_integer(*whole)),
        Quantity::Share(share) => Some(*share * PERCENT),
        Quantity::Dollars(number) | Quantity::Bases(number) | Quantity::Number(number) => Some(*number),
        Quantity::Days(count) | Quantity::Months(count) | Quantity::Years(count) | Quantity::Age(count) => {
            Some(Rational::from_integer(i64::from(*count)))
        }
        Quantity::Yes(yes) => Some(Rational::from_integer(i64::from(*yes))),
        _ => None,
    }
}

fn told(stop: &Stop) -> Text {
    match stop {
        Stop::Refused(refusal) => refusal.text.clone(),
        Stop::Missing(fault) => {
            Text::new(format!("所需之法定數值未知：{fault}"), format!("a value of law is missing: {fault}"))
        }
    }
}
