//! sheet: a table of text cells out of an untrusted file, and back into a file.
//!
//! Owns: detection by content, CSV (UTF-8, Big5/CP950), ODS and XLSX reading, ODS writing, finding columns by name.
//! Promises: a file is read whole and exactly, or refused with what is wrong and where; nothing is guessed, replaced or computed; no
//! input makes it panic or use memory beyond its [`Limits`].
//! Never: knows what a column means.
//! Start at: [`read`], [`Columns::find`], [`write_ods`].
//!
//! Why the readers are our own: general spreadsheet libraries expand repeated cells and sparse sheets before a limit can be set, and
//! compute with what they find. Here repeats are counted before they are expanded, a formula is an error with an address, and only
//! the parts of a package that a table needs are inflated. Packages inside a package, links to other files and shapes are never opened; a
//! workbook with programs in it is refused, although nothing here would run them: it was not made to be read as a table.
//!
//! ```
//! use sheet::{Columns, Limits, Wanted};
//! let table = sheet::read("people.csv", "姓名,身分證號\r\n王小明,A123456789\r\n".as_bytes(), &Limits::default()).unwrap();
//! let columns = Columns::find(&table.header, &[Wanted::required("身分證號"), Wanted::required("姓名")]).unwrap();
//! assert_eq!(columns.cell(&table.rows[0], "姓名"), "王小明");
//! assert_eq!(table.rows[0].line, 2); // as the user's program numbers it
//! ```

mod columns;
mod cp950;
mod decode;
mod delimited;
mod detect;
mod fault;
mod number;
mod ods;
mod ods_write;
mod package;
mod table;
mod xlsx;
mod xlsx_parts;
mod xml;

pub use columns::{Columns, Wanted};
pub use fault::{BadCharacter, SheetFault};
pub use ods_write::{OdsSheet, write_ods};
pub use table::{Encoding, Format, Limits, SheetRow, Table, address};

use detect::Content;

/// Reads a table from a file of any supported format, told by its content; a name that says something else is refused.
///
/// The first row that is not blank is the header; blank rows are left out but counted; every row has exactly as many cells as the
/// header. Of a workbook the first sheet is read, in XLSX the first that is not hidden. Numbers become text as typed (`4001`, never `4001.0`), dates ISO text
/// (`2026-03-02`), truth values `TRUE`/`FALSE`.
///
/// # Errors
/// [`SheetFault`], see its variants; `name` is used in messages only.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Table, SheetFault> {
    if bytes.len() > limits.bytes_max {
        return Err(SheetFault::TooLarge { bytes: bytes.len(), max: limits.bytes_max });
    }
    match detect::content(name, bytes)? {
        Content::Text => {
            detect::check_name(name, Format::Csv)?;
            delimited::read(name, bytes, limits)
        }
        Content::Zip => {
            let mut package = package::Package::open(bytes, limits)?;
            let format = package.format(name)?;
            detect::check_name(name, format)?;
            match format {
                Format::Ods => ods::read(&mut package, limits),
                _ => xlsx::read(&mut package, limits),
            }
        }
    }
}
