//! What a file becomes, and the limits it is held to.

use crate::SheetFault;

/// The format of a file, told by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma-separated text.
    Csv,
    /// OpenDocument spreadsheet.
    Ods,
    /// Office Open XML workbook.
    Xlsx,
}

/// The encoding of the text in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark; also all ODS and XLSX.
    Utf8,
    /// Big5 as Windows code page 950.
    Big5,
}

/// A table of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the file was.
    pub format: Format,
    /// How its text was encoded.
    pub encoding: Encoding,
    /// Name of the sheet read; `None` for CSV.
    pub sheet: Option<String>,
    /// Row number of the header, as in [`SheetRow::line`].
    pub header_line: u32,
    /// Column names, trimmed. Columns to the right without any name are left out.
    pub header: Vec<String>,
    /// The rows below the header that hold anything.
    pub rows: Vec<SheetRow>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// The row's number as a spreadsheet program shows it, from 1. In CSV a quoted line break does not begin a row.
    pub line: u32,
    /// As many cells as the header has.
    pub cells: Vec<String>,
}

/// What a file may be at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file. Default 20 MiB.
    pub bytes_max: usize,
    /// Rows that hold anything, header included. Default 100,000.
    pub rows_max: usize,
    /// Columns. Default 200.
    pub columns_max: usize,
    /// Characters in a cell. Default 32,767, as Excel.
    pub cell_chars_max: usize,
    /// Bytes all parts of a package together may inflate to. Default 128 MiB.
    pub inflated_max: u64,
    /// Inflated bytes per packed byte, counted once a part is over 1 MiB. Default 200; a table of real text has 10 to 40.
    pub inflate_ratio_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: 20 << 20,
            rows_max: 100_000,
            columns_max: 200,
            cell_chars_max: 32_767,
            inflated_max: 128 << 20,
            inflate_ratio_max: 200,
        }
    }
}

/// The address of a cell as spreadsheets show it: column counted from 0, row from 1. `address(2, 5)` is `C5`.
pub fn address(column: usize, line: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(b'A' + u8::try_from(rest % 26).expect("a remainder of 26"));
        match rest / 26 {
            0 => break,
            more => rest = more - 1,
        }
    }
    let letters: String = letters.into_iter().rev().map(char::from).collect();
    format!("{letters}{line}")
}

/// Rows while they are read: only those that hold anything, cells to the right of the last text left out.
#[derive(Debug)]
pub(crate) struct Grid<'l> {
    limits: &'l Limits,
    rows: Vec<SheetRow>,
}

impl<'l> Grid<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self { limits, rows: Vec::new() }
    }

    /// Adds a row if it holds anything.
    pub(crate) fn push(&mut self, line: u32, mut cells: Vec<String>) -> Result<(), SheetFault> {
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if self.rows.len() >= self.limits.rows_max {
            return Err(SheetFault::TooManyRows { max: self.limits.rows_max });
        }
        self.check_cells(line, &cells)?;
        self.rows.push(SheetRow { line, cells });
        Ok(())
    }

    fn check_cells(&self, line: u32, cells: &[String]) -> Result<(), SheetFault> {
        if cells.len() > self.limits.columns_max {
            return Err(SheetFault::TooManyColumns { line, max: self.limits.columns_max });
        }
        let max = self.limits.cell_chars_max;
        let long = |cell: &String| cell.len() > max && cell.chars().count() > max;
        match cells.iter().position(long) {
            Some(column) => Err(SheetFault::CellTooLong { cell: address(column, line), max }),
            None => Ok(()),
        }
    }

    /// The table: its first row is the header. A row that reaches beyond the header is refused: its last cells have no name.
    pub(crate) fn into_table(
        self,
        format: Format,
        encoding: Encoding,
        sheet: Option<String>,
    ) -> Result<Table, SheetFault> {
        let mut rows = self.rows.into_iter();
        let first = rows.next().ok_or(SheetFault::Empty)?;
        let header: Vec<String> = first.cells.iter().map(|cell| cell.trim().to_owned()).collect();
        let mut table = Table { format, encoding, sheet, header_line: first.line, header, rows: rows.collect() };
        while table.header.last().is_some_and(String::is_empty) {
            table.header.pop();
        }
        for row in &mut table.rows {
            if row.cells.len() > table.header.len() {
                return Err(SheetFault::BeyondHeader { cell: address(table.header.len(), row.line), line: row.line });
            }
            row.cells.resize(table.header.len(), String::new());
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_count_in_letters() {
        let cases = [(0, "A1"), (25, "Z1"), (26, "AA1"), (701, "ZZ1"), (702, "AAA1"), (16_383, "XFD1")];
        for (column, expected) in cases {
            assert_eq!(address(column, 1), expected);
        }
    }
}
