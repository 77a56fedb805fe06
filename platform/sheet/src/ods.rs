//! OpenDocument spreadsheets (OASIS ODF 1.3, part 3). Of `content.xml` the first table is read.

use quick_xml::events::{BytesStart, Event};

use crate::{Encoding, Format, Limits, SheetFault, Table, address, number, package::Package, table::Grid, xml::Xml};

const PART: &str = "content.xml";

pub(crate) fn read(package: &mut Package, limits: &Limits) -> Result<Table, SheetFault> {
    let text = package.needed(PART)?;
    let mut reader = Reader { xml: Xml::new(PART, &text), limits, line: 1 };
    while let Some(event) = reader.xml.next()? {
        let (Event::Start(element) | Event::Empty(element)) = &event else { continue };
        match element.name().as_ref() {
            // Programs written into the content itself, or started by an event; an empty `office:scripts` is usual.
            "office:script" | "script:event-listener" => return Err(SheetFault::Macro { part: PART.to_owned() }),
            "table:table" if matches!(event, Event::Start(_)) => {
                let sheet = reader.xml.attribute(element, "table:name")?;
                return reader.table()?.into_table(Format::Ods, Encoding::Utf8, sheet);
            }
            _ => {}
        }
    }
    Err(reader.xml.damaged())
}

struct Reader<'t> {
    xml: Xml<'t>,
    limits: &'t Limits,
    line: u32,
}

impl<'t> Reader<'t> {
    fn table(&mut self) -> Result<Grid<'t>, SheetFault> {
        let mut grid = Grid::new(self.limits);
        loop {
            match self.xml.inside()? {
                Event::Start(element) => match element.name().as_ref() {
                    "table:table-row" => self.row(&element, &mut grid)?,
                    // Groups and header rows hold rows; everything else here (shapes, forms, nested tables) holds none of ours.
                    "table:table-row-group" | "table:table-header-rows" | "table:table-rows" => {}
                    _ => self.xml.skip(&element)?,
                },
                Event::Empty(element) if element.name().as_ref() == "table:table-row" => {
                    let repeats = self.xml.count(&element, "table:number-rows-repeated", 1)?;
                    self.advance(repeats);
                }
                Event::End(element) if element.name().as_ref() == "table:table" => return Ok(grid),
                _ => {}
            }
        }
    }

    fn advance(&mut self, rows: usize) {
        self.line = self.line.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX));
    }

    fn row(&mut self, row: &BytesStart, grid: &mut Grid) -> Result<(), SheetFault> {
        let repeats = self.xml.count(row, "table:number-rows-repeated", 1)?;
        let cells = self.cells()?;
        if cells.iter().all(String::is_empty) {
            self.advance(repeats);
            return Ok(());
        }
        if repeats > self.limits.rows_max {
            return Err(SheetFault::TooManyRows { max: self.limits.rows_max });
        }
        for _ in 0..repeats {
            grid.push(self.line, cells.clone())?;
            self.advance(1);
        }
        Ok(())
    }

    fn cells(&mut self) -> Result<Vec<String>, SheetFault> {
        let mut cells = Vec::new();
        // Empty cells are made only once a later one holds something: a row usually ends in a thousand of them.
        let mut empty: usize = 0;
        loop {
            let (element, has_content) = match self.xml.inside()? {
                Event::Start(element) => (element, true),
                Event::Empty(element) => (element, false),
                Event::End(element) if element.name().as_ref() == "table:table-row" => return Ok(cells),
                _ => continue,
            };
            if !matches!(element.name().as_ref(), "table:table-cell" | "table:covered-table-cell") {
                return Err(self.xml.damaged());
            }
            let repeats = self.xml.count(&element, "table:number-columns-repeated", 1)?;
            let place = cells.len().saturating_add(empty);
            let value = self.cell(&element, has_content, place)?;
            if value.is_empty() {
                empty = empty.saturating_add(repeats);
            } else {
                if place.saturating_add(repeats) > self.limits.columns_max {
                    return Err(SheetFault::TooManyColumns { line: self.line, max: self.limits.columns_max });
                }
                cells.resize(place, String::new());
                cells.extend(std::iter::repeat_n(value, repeats));
                empty = 0;
            }
        }
    }

    fn cell(&mut self, element: &BytesStart, has_content: bool, column: usize) -> Result<String, SheetFault> {
        let attribute = |name: &str| self.xml.attribute(element, name);
        if attribute("table:formula")?.is_some() {
            return Err(SheetFault::Formula { cell: address(column, self.line) });
        }
        let kind = attribute("office:value-type")?.unwrap_or_default();
        let value = match kind.as_str() {
            "float" | "percentage" | "currency" => attribute("office:value")?.map(|value| number::plain(&value)),
            "date" => attribute("office:date-value")?.map(|date| date.trim_end_matches("T00:00:00").to_owned()),
            "time" => attribute("office:time-value")?,
            "boolean" => attribute("office:boolean-value")?.map(|value| value.to_uppercase()),
            _ => attribute("office:string-value")?,
        };
        let text = if has_content { self.paragraphs(element)? } else { String::new() };
        Ok(value.unwrap_or(text))
    }

    /// The text of a cell, paragraphs joined by line breaks.
    fn paragraphs(&mut self, cell: &BytesStart) -> Result<String, SheetFault> {
        let mut text = String::new();
        let mut count = 0;
        loop {
            match self.xml.inside()? {
                Event::Start(element) if element.name().as_ref() == "text:p" => {
                    text.push_str(if count > 0 { "\n" } else { "" });
                    self.paragraph(&mut text)?;
                    count += 1;
                }
                Event::Empty(element) if element.name().as_ref() == "text:p" => {
                    text.push_str(if count > 0 { "\n" } else { "" });
                    count += 1;
                }
                // Notes, shapes and the like are not the cell's text.
                Event::Start(element) => self.xml.skip(&element)?,
                Event::End(element) if element.name() == cell.name() => return Ok(text),
                _ => {}
            }
        }
    }

    /// White space as ODF reads it: a run counts as one blank, at the start of a paragraph as none; `text:s` is exact.
    fn paragraph(&mut self, text: &mut String) -> Result<(), SheetFault> {
        let mut blank_before = true;
        loop {
            match self.xml.inside()? {
                Event::Text(run) => push_collapsed(&run, text, &mut blank_before),
                Event::CData(run) => push_collapsed(&run, text, &mut blank_before),
                Event::GeneralRef(reference) => {
                    text.push(self.xml.reference(&reference)?);
                    blank_before = false;
                }
                Event::Empty(element) => {
                    self.push_sign(&element, text)?;
                    blank_before = false;
                }
                Event::Start(element) => match element.name().as_ref() {
                    "text:s" | "text:tab" | "text:line-break" => {
                        self.push_sign(&element, text)?;
                        self.xml.skip(&element)?;
                        blank_before = false;
                    }
                    "office:annotation" | "text:note" => self.xml.skip(&element)?,
                    _ => {}
                },
                Event::End(element) if element.name().as_ref() == "text:p" => return Ok(()),
                _ => {}
            }
        }
    }

    fn push_sign(&self, element: &BytesStart, text: &mut String) -> Result<(), SheetFault> {
        match element.name().as_ref() {
            "text:s" => {
                let blanks = self.xml.count(element, "text:c", 1)?.min(self.limits.cell_chars_max + 1);
                text.extend(std::iter::repeat_n(' ', blanks));
            }
            "text:tab" => text.push('\t'),
            "text:line-break" => text.push('\n'),
            _ => {}
        }
        Ok(())
    }
}

fn push_collapsed(run: &str, text: &mut String, blank_before: &mut bool) {
    for c in run.chars() {
        let blank = matches!(c, ' ' | '\t' | '\r' | '\n');
        if !(blank && *blank_before) {
            text.push(if blank { ' ' } else { c });
        }
        *blank_before = blank;
    }
}
