//! Writing an OpenDocument spreadsheet: the same rows back, what is wrong marked and said beside them.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::SheetFault;

/// A sheet to write. All cells are written as text, so that codes keep their zeros.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OdsSheet {
    /// Name of the sheet.
    pub name: String,
    /// Column names; 錯誤原因 is added as the last column, unless there are no `remarks` at all.
    pub header: Vec<String>,
    /// Cells by row.
    pub rows: Vec<Vec<String>>,
    /// What is wrong with each row; a row beyond the end has no remark.
    pub remarks: Vec<Option<String>>,
    /// Columns at fault in each row, from 0: they are coloured. A row beyond the end has none.
    pub faulty: Vec<Vec<usize>>,
}

impl OdsSheet {
    /// Heading of the column of remarks.
    pub const REMARK: &'static str = "錯誤原因";
}

const MIME: &str = "application/vnd.oasis.opendocument.spreadsheet";

const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#;

/// Styles: `h` header, `f` faulty cell, `r` remark; text format, so that a program that opens the file does not make dates of codes.
const HEAD: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.3"><office:automatic-styles><number:text-style style:name="t"><number:text-content/></number:text-style><style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="12cm"/></style:style><style:style style:name="c" style:family="table-cell" style:data-style-name="t"/><style:style style:name="h" style:family="table-cell" style:data-style-name="t"><style:table-cell-properties fo:background-color="#e6e6e6"/><style:text-properties fo:font-weight="bold"/></style:style><style:style style:name="f" style:family="table-cell" style:data-style-name="t"><style:table-cell-properties fo:background-color="#ffc7ce" fo:border="1pt solid #9c0006"/></style:style><style:style style:name="r" style:family="table-cell" style:data-style-name="t"><style:table-cell-properties fo:wrap-option="wrap"/><style:text-properties fo:color="#9c0006"/></style:style></office:automatic-styles><office:body><office:spreadsheet>"##;

const TAIL: &str = "</table:table></office:spreadsheet></office:body></office:document-content>";

/// Writes one sheet. [`crate::read`] gives the same cells back, and equal input gives equal bytes.
///
/// # Errors
/// [`SheetFault::Control`] if a cell holds a character that XML cannot carry; its byte is counted within the cell.
pub fn write_ods(sheet: &OdsSheet) -> Result<Vec<u8>, SheetFault> {
    let content = content(sheet)?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The kind of a package is told by this part, which comes first and unpacked (ODF 1.3 part 2, 3.3).
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, options, text) in [
        ("mimetype", stored, MIME),
        ("content.xml", packed, content.as_str()),
        ("META-INF/manifest.xml", packed, MANIFEST),
    ] {
        archive.start_file(name, options).expect("three short names in a new archive");
        archive.write_all(text.as_bytes()).expect("writing to memory");
    }
    Ok(archive.finish().expect("writing to memory").into_inner())
}

fn content(sheet: &OdsSheet) -> Result<String, SheetFault> {
    let mut xml = String::from(HEAD);
    let width = sheet.rows.iter().map(Vec::len).chain([sheet.header.len()]).max().unwrap_or(0).max(1);
    xml.push_str("<table:table table:name=\"");
    escape(&mut xml, &sheet.name)?;
    let columns = r#"<table:table-column table:default-cell-style-name="c" table:number-columns-repeated="#;
    write!(xml, "\">{columns}\"{width}\"/>").expect("writing to memory");
    xml.push_str(r#"<table:table-column table:style-name="wide" table:default-cell-style-name="c"/>"#);
    let remarked = !sheet.remarks.is_empty();
    let header = cells(&sheet.header, width).chain(remarked.then_some(OdsSheet::REMARK)).map(|cell| (cell, "h"));
    row(&mut xml, header)?;
    for (at, cells_of_row) in sheet.rows.iter().enumerate() {
        let faulty = sheet.faulty.get(at).map_or(&[][..], Vec::as_slice);
        let remark = sheet.remarks.get(at).and_then(Option::as_deref).unwrap_or("");
        let style = |column: usize| if faulty.contains(&column) { "f" } else { "c" };
        let styled = cells(cells_of_row, width).enumerate().map(|(column, cell)| (cell, style(column)));
        row(&mut xml, styled.chain(remarked.then_some((remark, "r"))))?;
    }
    xml.push_str(TAIL);
    Ok(xml)
}

/// Exactly `width` cells.
fn cells(row: &[String], width: usize) -> impl Iterator<Item = &str> {
    row.iter().map(String::as_str).chain(std::iter::repeat("")).take(width)
}

fn row<'c>(xml: &mut String, cells: impl Iterator<Item = (&'c str, &'static str)>) -> Result<(), SheetFault> {
    xml.push_str("<table:table-row>");
    for (cell, style) in cells {
        write!(xml, r#"<table:table-cell table:style-name="{style}""#).expect("writing to memory");
        if cell.is_empty() {
            xml.push_str("/>");
            continue;
        }
        xml.push_str(r#" office:value-type="string">"#);
        for paragraph in cell.split('\n') {
            xml.push_str("<text:p>");
            escape(xml, paragraph)?;
            xml.push_str("</text:p>");
        }
        xml.push_str("</table:table-cell>");
    }
    xml.push_str("</table:table-row>");
    Ok(())
}

/// Text for XML. Blanks that ODF would collapse are written as `text:s`; a carriage return survives only as a reference.
fn escape(xml: &mut String, text: &str) -> Result<(), SheetFault> {
    let mut after_blank = true;
    for (offset, c) in text.char_indices() {
        let last = offset + c.len_utf8() == text.len();
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\r' => xml.push_str("&#13;"),
            '\t' => xml.push_str("<text:tab/>"),
            ' ' if after_blank || last => xml.push_str("<text:s/>"),
            '\0'..='\u{1f}' => {
                let code = u8::try_from(u32::from(c)).expect("below 0x20");
                return Err(SheetFault::Control { code, line: 0, offset });
            }
            // The only two code points above the controls that XML 1.0 leaves out.
            '\u{fffe}' | '\u{ffff}' => return Err(SheetFault::Control { code: 0xff, line: 0, offset }),
            _ => xml.push(c),
        }
        after_blank = c == ' ';
    }
    Ok(())
}
