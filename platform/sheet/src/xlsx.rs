//! Cells of an Office Open XML worksheet (ECMA-376 part 1, 18.3).

use quick_xml::events::{BytesStart, Event};

use crate::{
    Encoding, Format, Limits, SheetFault, Table, address, number,
    package::Package,
    table::Grid,
    xlsx_parts::{Workbook, rich_text},
    xml::Xml,
};

/// Rows and columns a worksheet can have.
const ROWS_MAX: u32 = 1 << 20;
const COLUMNS_MAX: usize = 1 << 14;

pub(crate) fn read(package: &mut Package, limits: &Limits) -> Result<Table, SheetFault> {
    let workbook = Workbook::read(package)?;
    let text = package.needed(&workbook.sheet_part)?;
    let mut reader = Reader { xml: Xml::new(&workbook.sheet_part, &text), workbook: &workbook, limits, line: 0 };
    let grid = reader.rows()?;
    grid.into_table(Format::Xlsx, Encoding::Utf8, Some(workbook.sheet_name.clone()))
}

struct Reader<'w> {
    xml: Xml<'w>,
    workbook: &'w Workbook,
    limits: &'w Limits,
    /// Row last begun, from 1.
    line: u32,
}

impl<'w> Reader<'w> {
    fn rows(&mut self) -> Result<Grid<'w>, SheetFault> {
        let mut grid = Grid::new(self.limits);
        while let Some(event) = self.xml.next()? {
            match event {
                Event::Start(element) if element.local_name().as_ref() == "row" => {
                    self.begin_row(&element)?;
                    let cells = self.cells()?;
                    grid.push(self.line, cells)?;
                }
                Event::Empty(element) if element.local_name().as_ref() == "row" => self.begin_row(&element)?,
                _ => {}
            }
        }
        Ok(grid)
    }

    /// A row says its number or follows the one before; rows go downward.
    fn begin_row(&mut self, row: &BytesStart) -> Result<(), SheetFault> {
        let number = match self.xml.attribute(row, "r")? {
            Some(text) => text.parse().map_err(|_| self.xml.damaged())?,
            None => self.line + 1,
        };
        if number <= self.line || number > ROWS_MAX {
            return Err(self.xml.damaged());
        }
        self.line = number;
        Ok(())
    }

    fn cells(&mut self) -> Result<Vec<String>, SheetFault> {
        let mut cells: Vec<String> = Vec::new();
        let mut next_column = 0;
        loop {
            let (element, has_content) = match self.xml.inside()? {
                Event::Start(element) => (element, true),
                Event::Empty(element) => (element, false),
                Event::End(element) if element.local_name().as_ref() == "row" => return Ok(cells),
                _ => continue,
            };
            if element.local_name().as_ref() != "c" {
                return Err(self.xml.damaged());
            }
            let column = self.column(&element, next_column)?;
            next_column = column + 1;
            let value = if has_content { self.cell(&element, column)? } else { String::new() };
            if value.is_empty() {
                continue;
            }
            if column >= self.limits.columns_max {
                return Err(SheetFault::TooManyColumns { line: self.line, max: self.limits.columns_max });
            }
            cells.resize(column, String::new());
            cells.push(value);
        }
    }

    /// Column of a cell from its reference (`C5` is 2), or the next one; columns go to the right.
    fn column(&self, cell: &BytesStart, next: usize) -> Result<usize, SheetFault> {
        let Some(reference) = self.xml.attribute(cell, "r")? else { return Ok(next) };
        let letters = reference.bytes().take_while(u8::is_ascii_uppercase).take(4);
        let count = letters.fold(0, |count, letter| count * 26 + usize::from(letter - b'A') + 1);
        match count.checked_sub(1) {
            Some(column) if column >= next && column < COLUMNS_MAX => Ok(column),
            _ => Err(self.xml.damaged()),
        }
    }

    fn cell(&mut self, cell: &BytesStart, column: usize) -> Result<String, SheetFault> {
        let kind = self.xml.attribute(cell, "t")?.unwrap_or_default();
        let style = self.xml.count(cell, "s", 0)?;
        let mut value = String::new();
        loop {
            match self.xml.inside()? {
                Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "f" => {
                    return Err(SheetFault::Formula { cell: address(column, self.line) });
                }
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" => value = self.value_text()?,
                    "is" => value = rich_text(&mut self.xml, "is")?,
                    _ => self.xml.skip(&element)?,
                },
                Event::End(element) if element.local_name().as_ref() == "c" => break,
                _ => {}
            }
        }
        self.meaning(&kind, style, value)
    }

    fn value_text(&mut self) -> Result<String, SheetFault> {
        let mut text = String::new();
        loop {
            match self.xml.inside()? {
                Event::Text(run) => text.push_str(&run.xml10_content()),
                Event::CData(run) => text.push_str(&run),
                Event::GeneralRef(reference) => text.push(self.xml.reference(&reference)?),
                Event::End(element) if element.local_name().as_ref() == "v" => return Ok(text),
                _ => return Err(self.xml.damaged()),
            }
        }
    }

    /// What the stored text means, by the type of the cell (18.18.11) and, for numbers, by its style.
    fn meaning(&self, kind: &str, style: usize, value: String) -> Result<String, SheetFault> {
        match kind {
            "inlineStr" | "str" | "e" => Ok(value),
            _ if value.is_empty() => Ok(value),
            "s" => {
                let shared = value.trim().parse().ok().and_then(|at: usize| self.workbook.strings.get(at));
                shared.cloned().ok_or_else(|| self.xml.damaged())
            }
            "b" => Ok(if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
            "d" => Ok(value.trim_end_matches("T00:00:00").to_owned()),
            "" | "n" => Ok(self.number(style, &value)),
            _ => Err(self.xml.damaged()),
        }
    }

    fn number(&self, style: usize, value: &str) -> String {
        let is_date = self.workbook.date_styles.get(style).copied().unwrap_or(false);
        let date = value.trim().parse().ok().filter(|_| is_date);
        date.and_then(|day| number::serial(day, self.workbook.from_1904)).unwrap_or_else(|| number::plain(value))
    }
}
