//! What is wrong with a row of a file, by row and column.

use kernel::{Refusal, Text};

/// One thing wrong with one cell (or with the whole row).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, as the officer's program shows it.
    pub line: u32,
    /// The heading of the column; none for the row as a whole.
    pub column: Option<&'static str>,
    /// Stable code of the rule.
    pub code: &'static str,
    /// The reason.
    pub text: Text,
    /// True for what should be looked at but does not stop the row.
    pub warning: bool,
}

/// Collects the findings of one row.
pub(crate) struct Findings<'a> {
    line: u32,
    all: &'a mut Vec<Finding>,
    faults: usize,
}

impl<'a> Findings<'a> {
    pub fn of(line: u32, all: &'a mut Vec<Finding>) -> Self {
        Self { line, all, faults: 0 }
    }

    /// Adds a fault found by a rule of this module.
    pub fn fault(&mut self, column: &'static str, code: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.push(Some(column), code, Text::new(zh.into(), en.into()), false);
    }

    /// Adds a fault in the words of whoever found it.
    pub fn text(&mut self, column: &'static str, code: &'static str, text: Text) {
        self.push(Some(column), code, text, false);
    }

    /// Adds the refusal of a code list.
    pub fn refusal(&mut self, column: &'static str, refusal: Refusal) {
        self.push(Some(column), refusal.code, refusal.text, false);
    }

    /// Adds something to look at.
    pub fn warn(&mut self, column: &'static str, code: &'static str, text: Text) {
        self.push(Some(column), code, text, true);
    }

    fn push(&mut self, column: Option<&'static str>, code: &'static str, text: Text, warning: bool) {
        self.faults += usize::from(!warning);
        self.all.push(Finding { line: self.line, column, code, text, warning });
    }

    /// Whether the row is free of faults.
    pub const fn is_clean(&self) -> bool {
        self.faults == 0
    }
}
