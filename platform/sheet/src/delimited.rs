//! Comma-separated text (RFC 4180). A field in quotes may hold commas, quotes (doubled) and line breaks, which are kept as they are.
//! A cell that begins with `=`, `+`, `-` or `@` is text like any other: nothing is computed here.

use crate::{
    BadCharacter, Format, Limits, SheetFault, Table, address,
    decode::{self, Bad},
    table::Grid,
};

/// Most characters without a meaning that are listed; a reader who mends a hundred will send the file again.
const BAD_LISTED_MAX: usize = 100;

pub(crate) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Table, SheetFault> {
    let decoded = decode::text(bytes)?;
    if decoded.text.trim().is_empty() {
        return Err(SheetFault::Empty);
    }
    let mut fields = Fields { text: &decoded.text, at: 0, line: 1, column: 0 };
    let mut marks = Marks { bad: decoded.bad.iter().peekable(), found: Vec::new() };
    let mut grid = Grid::new(limits);
    let mut header_width = None;
    while let Some((line, cells)) = record(&mut fields, &mut marks, limits)? {
        let width = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if width > 0 {
            let expected = *header_width.get_or_insert(width);
            if cells.len() < expected {
                return Err(SheetFault::ShortRow { line, found: cells.len(), expected });
            }
        }
        grid.push(line, cells)?;
    }
    if !marks.found.is_empty() {
        return Err(SheetFault::Characters(marks.found));
    }
    let table = grid.into_table(Format::Csv, decoded.encoding, None)?;
    check_commas(name, &table)?;
    Ok(table)
}

/// One row, or `None` at the end of the text.
fn record(fields: &mut Fields, marks: &mut Marks, limits: &Limits) -> Result<Option<(u32, Vec<String>)>, SheetFault> {
    if fields.at >= fields.text.len() {
        return Ok(None);
    }
    let (line, mut cells) = (fields.line, Vec::new());
    loop {
        if cells.len() >= limits.columns_max {
            return Err(SheetFault::TooManyColumns { line, max: limits.columns_max });
        }
        let column = cells.len();
        cells.push(fields.field()?);
        marks.place(line, column, fields.at);
        if !fields.goes_on()? {
            return Ok(Some((line, cells)));
        }
    }
}

/// A table of one column whose heading holds tabs or semicolons was saved with another separator.
fn check_commas(name: &str, table: &Table) -> Result<(), SheetFault> {
    let other = table.header.len() == 1 && table.header[0].contains(['\t', ';']);
    if other {
        let found = "以定位字元或分號分隔的文字 (text separated by tabs or semicolons)";
        return Err(SheetFault::OtherFormat { name: name.to_owned(), found });
    }
    Ok(())
}

/// Gives each undecoded character the cell it was met in.
struct Marks<'d> {
    bad: std::iter::Peekable<std::slice::Iter<'d, Bad>>,
    found: Vec<BadCharacter>,
}

impl Marks<'_> {
    fn place(&mut self, line: u32, column: usize, end: usize) {
        while let Some(bad) = self.bad.next_if(|bad| bad.at < end) {
            if self.found.len() < BAD_LISTED_MAX {
                let Bad { offset, ref bytes, user_defined, .. } = *bad;
                self.found.push(BadCharacter { line, column, offset, bytes: bytes.clone(), user_defined });
            }
        }
    }
}

/// Reads one field after another.
struct Fields<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    column: usize,
}

impl Fields<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn field(&mut self) -> Result<String, SheetFault> {
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let length = self.rest().find([',', '\n', '\r']).unwrap_or(self.rest().len());
        let field = self.rest()[..length].to_owned();
        self.at += length;
        Ok(field)
    }

    fn quoted(&mut self) -> Result<String, SheetFault> {
        let mut field = String::new();
        self.at += 1;
        loop {
            let open = SheetFault::OpenQuote { line: self.line, column: self.column };
            let length = self.rest().find('"').ok_or(open)?;
            field.push_str(&self.rest()[..length]);
            self.at += length + 1;
            if !self.rest().starts_with('"') {
                return Ok(field);
            }
            field.push('"');
            self.at += 1;
        }
    }

    /// Steps over what ends the field; true if another field follows in the row.
    fn goes_on(&mut self) -> Result<bool, SheetFault> {
        let (step, more) = match self.rest().as_bytes() {
            [b',', ..] => (1, true),
            [b'\r', b'\n', ..] => (2, false),
            [b'\r' | b'\n', ..] => (1, false),
            [] => (0, false),
            _ => return Err(SheetFault::StrayQuote { cell: address(self.column, self.line) }),
        };
        self.at += step;
        self.column = if more { self.column + 1 } else { 0 };
        self.line += u32::from(!more);
        Ok(more)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Encoding, SheetRow};

    fn table(text: &str) -> Result<Table, SheetFault> {
        read("a.csv", text.as_bytes(), &Limits::default())
    }

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        table(text).unwrap().rows.into_iter().map(|SheetRow { line, cells }| (line, cells)).collect()
    }

    fn row(line: u32, cells: &[&str]) -> (u32, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn fields_are_kept_as_they_are() {
        let text = "甲,乙,丙\r\n\"第一行\r\n第二行\",\"說\"\"好\"\"\", 空 \n\n=1+1,@x,-\r-5,\"\",\n";
        assert_eq!(
            rows(text),
            [row(2, &["第一行\r\n第二行", "說\"好\"", " 空 "]), row(4, &["=1+1", "@x", "-"]), row(5, &["-5", "", ""])]
        );
    }

    #[test]
    fn blank_rows_count_and_a_late_header_is_found() {
        let read = table("\r\n,,\r\n甲,乙,\r\n,,\r\n1,2,\r\n").unwrap();
        assert_eq!((read.header_line, read.header, read.rows[0].line), (3, vec!["甲".to_owned(), "乙".to_owned()], 5));
    }

    #[test]
    fn what_is_cut_is_refused() {
        assert_eq!(table("a,b\r\n1,\"2\r\n").unwrap_err(), SheetFault::OpenQuote { line: 2, column: 1 });
        assert_eq!(
            table("a,b,c\r\n1,2,3\r\n1,2").unwrap_err(),
            SheetFault::ShortRow { line: 3, found: 2, expected: 3 }
        );
        assert_eq!(table("a,b\r\n1,\"2\"3\r\n").unwrap_err(), SheetFault::StrayQuote { cell: "B2".into() });
        assert_eq!(table("a,b\r\n1,2,3\r\n").unwrap_err(), SheetFault::BeyondHeader { cell: "C2".into(), line: 2 });
        for empty in [" \r\n", "\u{feff}", ",,\r\n,"] {
            assert_eq!(table(empty).unwrap_err(), SheetFault::Empty, "{empty:?}");
        }
        assert!(matches!(table("a\tb\r\n1\t2\r\n"), Err(SheetFault::OtherFormat { .. })));
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { rows_max: 3, columns_max: 2, cell_chars_max: 4, ..Limits::default() };
        let read = |text: &str| read("a", text.as_bytes(), &limits).map(|table| table.rows.len());
        assert_eq!(read("a,b\n1,2\n3,四四四四\n"), Ok(2));
        assert_eq!(read("a,b\n1,2\n3,4\n5,6\n"), Err(SheetFault::TooManyRows { max: 3 }));
        assert_eq!(read("a,b,\n"), Err(SheetFault::TooManyColumns { line: 1, max: 2 }));
        assert_eq!(read("a,b\n1,五五五五五\n"), Err(SheetFault::CellTooLong { cell: "B2".into(), max: 4 }));
    }

    #[test]
    fn undecoded_characters_are_given_their_cell() {
        let mut bytes = encoding_rs::BIG5.encode("身分證號,姓名,獎懲事由\r\nA123456789,王").0.into_owned();
        bytes.extend(b"\xfa\x40");
        bytes.extend(encoding_rs::BIG5.encode("明,\"辦理業務\r\n績效").0.iter());
        bytes.extend(b"\xc7\x40\"\r\n");
        let fault = read("a.csv", &bytes, &Limits::default()).unwrap_err();
        let SheetFault::Characters(found) = &fault else { panic!("{fault:?}") };
        assert_eq!((found[0].line, found[0].column, found[0].bytes.as_slice()), (2, 1, &[0xfa, 0x40][..]));
        assert_eq!((found[1].line, found[1].column, found[1].bytes.as_slice()), (2, 2, &[0xc7, 0x40][..]));
        assert_eq!(&bytes[found[0].offset..][..2], b"\xfa\x40");
        assert!(fault.text().zh.starts_with("第2列第2欄的0xFA40（第38位元組）為造字"), "{}", fault.text().zh);
    }

    proptest! {
        #[test]
        fn reads_what_the_csv_crate_writes(cells in prop::collection::vec(prop::collection::vec("[a,\"\r\n王 ]{0,5}", 3), 1..6)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            writer.write_record(["甲", "乙", "丙"]).unwrap();
            cells.iter().for_each(|row| writer.write_record(row).unwrap());
            let read = read("a", &writer.into_inner().unwrap(), &Limits::default()).unwrap();
            let kept: Vec<_> = cells.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
            prop_assert_eq!(read.encoding, Encoding::Utf8);
            prop_assert_eq!(read.rows.iter().map(|row| &row.cells).collect::<Vec<_>>(), kept);
        }

        #[test]
        fn random_text_never_panics(text in "[a,\"\r\n王]{0,60}", bytes: Vec<u8>) {
            let _ = (table(&text), read("a", &bytes, &Limits::default()));
            let _ = read("a", &[text.as_bytes(), &bytes].concat(), &Limits::default());
        }
    }
}
