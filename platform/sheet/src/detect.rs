//! What a file is, by its first bytes.

use crate::{Format, SheetFault};

/// The kinds of content that may hold a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    Zip,
}

/// Beginnings of formats that are often sent by mistake.
const OTHER: [(&[u8], &str); 16] = [
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG影像 (image)"),
    (b"\xff\xd8\xff", "JPEG影像 (image)"),
    (b"GIF8", "GIF影像 (image)"),
    (b"II*\0", "TIFF影像 (image)"),
    (b"MM\0*", "TIFF影像 (image)"),
    (b"BM6", "BMP影像 (image)"),
    (b"Rar!", "RAR壓縮檔 (archive)"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip壓縮檔 (archive)"),
    (b"\x1f\x8b", "GZIP壓縮檔 (archive)"),
    (b"MZ", "Windows執行檔 (program)"),
    (b"\x7fELF", "執行檔 (program)"),
    (b"{\\rtf", "RTF文件 (document)"),
    (b"\xff\xfe", "UTF-16文字 (text)"),
    (b"\xfe\xff", "UTF-16文字 (text)"),
    (b"SQLite format 3", "資料庫 (database)"),
];

/// Old Office files and encrypted new ones are both OLE compound files.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

pub(crate) fn content(name: &str, bytes: &[u8]) -> Result<Content, SheetFault> {
    let other = |found| Err(SheetFault::OtherFormat { name: name.to_owned(), found });
    if bytes.is_empty() {
        return Err(SheetFault::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Content::Zip);
    }
    if bytes.starts_with(OLE) {
        let encrypted = contains(bytes, &utf16("EncryptedPackage"));
        return if encrypted {
            Err(SheetFault::Encrypted)
        } else {
            other("舊版Office檔 (old Office file, .xls/.doc)")
        };
    }
    if let Some((_, found)) = OTHER.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return other(found);
    }
    match markup(bytes) {
        Some(found) => other(found),
        None => Ok(Content::Text),
    }
}

/// Many systems export a web page under the name `.xls` or `.csv`.
fn markup(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head: Vec<u8> =
        start.iter().skip_while(|b| b.is_ascii_whitespace()).take(14).map(u8::to_ascii_lowercase).collect();
    let html = [&b"<html"[..], b"<!doctype html", b"<table", b"<head", b"<meta"];
    if html.iter().any(|tag| head.starts_with(tag)) {
        return Some("網頁 (HTML)");
    }
    head.starts_with(b"<?xml").then_some("XML")
}

/// A name with an ending must be of a kind we read, and the content of that kind: a file that says one thing and is another was
/// renamed by mistake or on purpose. A name without an ending promises nothing.
pub(crate) fn check_name(name: &str, format: Format) -> Result<(), SheetFault> {
    let ending = name.rsplit(['/', '\\']).next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    let (content, endings): (_, &[&str]) = match format {
        Format::Csv => ("CSV", &["csv", "txt"]),
        Format::Ods => ("ODS", &["ods", "ots"]),
        Format::Xlsx => ("XLSX", &["xlsx", "xltx"]),
    };
    match ending {
        Some(ending) if !endings.iter().any(|known| known.eq_ignore_ascii_case(ending)) => {
            Err(SheetFault::OtherName { name: name.to_owned(), content })
        }
        _ => Ok(()),
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistaken_formats_are_named() {
        for (bytes, word) in [
            (&b"%PDF-1.7\n"[..], "PDF"),
            (b"\x89PNG\r\n\x1a\n", "PNG"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1.....", "xls"),
            (b"\xff\xfea\0,\0", "UTF-16"),
            (b" \r\n<HTML><body><table>", "HTML"),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?>", "XML"),
            (b"Rar!\x1a\x07", "RAR"),
        ] {
            match content("獎懲.csv", bytes) {
                Err(fault @ SheetFault::OtherFormat { .. }) => {
                    assert!(fault.text().zh.contains(word) && fault.text().zh.contains("「獎懲.csv」"), "{fault}")
                }
                other => panic!("{word}: {other:?}"),
            }
        }
        assert_eq!(content("a", b""), Err(SheetFault::Empty));
        assert_eq!(content("a", "姓名,b".as_bytes()), Ok(Content::Text));
        assert_eq!(content("a", b"PK\x03\x04"), Ok(Content::Zip));
    }

    #[test]
    fn the_name_says_what_the_content_is() {
        for (name, format) in [
            ("a.csv", Format::Csv),
            ("A.CSV", Format::Csv),
            ("一.二.ods", Format::Ods),
            ("a", Format::Xlsx),
            ("x.d/a", Format::Csv),
        ] {
            assert_eq!(check_name(name, format), Ok(()), "{name}");
        }
        for (name, format) in
            [("a.ods", Format::Csv), ("a.csv", Format::Ods), ("a.xlsm", Format::Xlsx), ("a.csv.exe", Format::Csv)]
        {
            assert!(matches!(check_name(name, format), Err(SheetFault::OtherName { .. })), "{name}");
        }
    }

    #[test]
    fn an_encrypted_workbook_is_told_from_an_old_one() {
        let encrypted = [OLE, &[0; 500], &utf16("EncryptedPackage"), &[0; 50]].concat();
        assert_eq!(content("a.xlsx", &encrypted), Err(SheetFault::Encrypted));
    }
}
