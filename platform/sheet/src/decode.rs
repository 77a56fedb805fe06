//! Bytes of a text file to text: UTF-8, or Big5 as code page 950, never both.

use crate::{Encoding, SheetFault, cp950, cp950::Decoded};

/// Text, and where in it stands a mark for bytes without a fixed meaning.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) encoding: Encoding,
    /// In order of `at`.
    pub(crate) bad: Vec<Bad>,
}

/// Bytes that were not decoded; U+FFFD stands at `at` in the text.
#[derive(Debug)]
pub(crate) struct Bad {
    pub(crate) at: usize,
    pub(crate) offset: usize,
    pub(crate) bytes: Vec<u8>,
    pub(crate) user_defined: bool,
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A run of so many Han characters that is valid UTF-8 is not Big5 by chance: twelve bytes would have to fall in narrow ranges.
const HAN_SURE: usize = 4;

pub(crate) fn text(bytes: &[u8]) -> Result<Text, SheetFault> {
    check_controls(bytes)?;
    let body = bytes.strip_prefix(BOM).unwrap_or(bytes);
    match std::str::from_utf8(body) {
        Ok(text) => return Ok(Text { text: text.to_owned(), encoding: Encoding::Utf8, bad: Vec::new() }),
        Err(error) => check_cut(body, &error)?,
    }
    check_one_encoding(body, body.len() < bytes.len())?;
    big5(body)
}

fn check_controls(bytes: &[u8]) -> Result<(), SheetFault> {
    let control = |b: &u8| (*b < 0x20 && !matches!(*b, b'\t' | b'\n' | b'\r')) || *b == 0x7f;
    match bytes.iter().position(control) {
        Some(offset) => Err(SheetFault::Control { code: bytes[offset], line: line_of(bytes, offset), offset }),
        None => Ok(()),
    }
}

/// UTF-8 that ends inside its last character.
fn check_cut(body: &[u8], error: &std::str::Utf8Error) -> Result<(), SheetFault> {
    let valid = &body[..error.valid_up_to()];
    let utf8 = error.error_len().is_none() && std::str::from_utf8(valid).is_ok_and(|text| han(text) >= HAN_SURE);
    if utf8 { Err(SheetFault::CutOff("最後一個字不完整 the last character is incomplete")) } else { Ok(()) }
}

fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let breaks = bytes[..offset].iter().filter(|b| **b == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}

fn han(text: &str) -> usize {
    text.chars().filter(|c| c.len_utf8() >= 3).count()
}

/// Separators are never a second byte in either encoding, so a file may be cut at them before its encoding is known.
fn cells(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|b| matches!(b, b',' | b'"' | b'\t')).filter(|cell| !cell.is_ascii())
}

/// UTF-8 beyond doubt: much Han text, or some that Big5 cannot read.
fn is_utf8(cell: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(cell) else { return false };
    let count = han(text);
    count >= HAN_SURE || (count > 0 && big5(cell).map_or(true, |read| !read.bad.is_empty()))
}

/// The body is not UTF-8 as a whole. Refuses it if part of it is.
fn check_one_encoding(body: &[u8], byte_order_mark: bool) -> Result<(), SheetFault> {
    let (mut utf8, mut other) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(body.split(|b| *b == b'\n')) {
        if std::str::from_utf8(line).is_err() {
            other.push(number);
        }
        if cells(line).any(is_utf8) {
            utf8.push(number);
        }
    }
    let mixed = |line: Option<&u32>, expected| Err(SheetFault::MixedEncoding { line: *line.unwrap_or(&1), expected });
    if byte_order_mark || utf8.len() > other.len() {
        return mixed(other.first(), "UTF-8");
    }
    if utf8.is_empty() { Ok(()) } else { mixed(utf8.first(), "Big5") }
}

fn big5(body: &[u8]) -> Result<Text, SheetFault> {
    let mut read = Text { text: String::with_capacity(body.len() * 3 / 2), encoding: Encoding::Big5, bad: Vec::new() };
    let (mut offset, mut wide) = (0, 0);
    while offset < body.len() {
        let (decoded, taken) = cp950::first(&body[offset..]);
        if let Decoded::Char(c) = decoded {
            read.text.push(c);
            wide += usize::from(taken == 2);
        } else {
            let bytes = body[offset..offset + taken].to_vec();
            let user_defined = decoded == Decoded::UserDefined;
            read.bad.push(Bad { at: read.text.len(), offset, bytes, user_defined });
            read.text.push('\u{fffd}');
        }
        offset += taken;
    }
    match read.bad.last() {
        Some(last) if last.offset + 1 == body.len() && wide > 0 && last.bytes[0] > 0x80 => {
            Err(SheetFault::CutOff("最後一個字不完整 the last character is incomplete"))
        }
        // Text has at most a stray character here and there; other bytes have them everywhere.
        Some(_) if read.bad.len() * 5 > wide => Err(SheetFault::NotText { offset: read.bad[0].offset }),
        _ => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cp950_bytes(text: &str) -> Vec<u8> {
        encoding_rs::BIG5.encode(text).0.into_owned()
    }

    const TEXT: &str = "身分證號,姓名\r\nA123456789,王小明\r\nB199960300,游承芬處理業務，績效優良。\r\n";

    #[test]
    fn both_encodings_give_one_text() {
        let utf8 = text(TEXT.as_bytes()).unwrap();
        let with_mark = text(&[BOM, TEXT.as_bytes()].concat()).unwrap();
        let big5 = text(&cp950_bytes(TEXT)).unwrap();
        assert_eq!([&*utf8.text, &*with_mark.text, &*big5.text], [TEXT; 3]);
        assert_eq!(
            [utf8.encoding, with_mark.encoding, big5.encoding],
            [Encoding::Utf8, Encoding::Utf8, Encoding::Big5]
        );
    }

    #[test]
    fn a_line_in_the_other_encoding_is_found() {
        let lines: Vec<&str> = TEXT.split_inclusive('\n').collect();
        let one_utf8 = [cp950_bytes(lines[0]), cp950_bytes(lines[1]), lines[2].into(), cp950_bytes(lines[1])].concat();
        assert_eq!(text(&one_utf8).unwrap_err(), SheetFault::MixedEncoding { line: 3, expected: "Big5" });
        let one_big5 = [lines[0].into(), lines[2].into(), cp950_bytes(lines[1]), lines[2].into()].concat();
        assert_eq!(text(&one_big5).unwrap_err(), SheetFault::MixedEncoding { line: 3, expected: "UTF-8" });
        let marked_big5 = [BOM.to_vec(), cp950_bytes(TEXT)].concat();
        assert_eq!(text(&marked_big5).unwrap_err(), SheetFault::MixedEncoding { line: 1, expected: "UTF-8" });
    }

    #[test]
    fn one_cell_in_the_other_encoding_is_found() {
        let mixed = [cp950_bytes("姓名,事由\r\n王小明,績效優良\r\n李大同,"), "王小明".into(), cp950_bytes(",辦理\r\n")]
            .concat();
        assert_eq!(text(&mixed).unwrap_err(), SheetFault::MixedEncoding { line: 3, expected: "Big5" });
    }

    #[test]
    fn text_cut_inside_a_character_is_cut_off() {
        let whole = TEXT.trim_end();
        for bytes in [whole.as_bytes().to_vec(), cp950_bytes(whole)] {
            let cut = text(&bytes[..bytes.len() - 1]);
            assert!(matches!(cut, Err(SheetFault::CutOff(_))), "{cut:?}");
        }
    }

    #[test]
    fn control_characters_are_placed() {
        assert_eq!(text(b"a,b\nc,\0\n").unwrap_err(), SheetFault::Control { code: 0, line: 2, offset: 6 });
        assert_eq!(text(b"\x1b[0m").unwrap_err(), SheetFault::Control { code: 0x1b, line: 1, offset: 0 });
    }

    #[test]
    fn bytes_without_a_meaning_are_marked_or_no_text_at_all() {
        let bytes = [cp950_bytes("姓名及服務機關,王"), vec![0xfa, 0x40], cp950_bytes("明"), vec![0x80]].concat();
        let read = text(&[bytes, cp950_bytes("辦理業務績效優良")].concat()).unwrap();
        let bad: Vec<_> = read.bad.iter().map(|bad| (bad.offset, bad.bytes.as_slice(), bad.user_defined)).collect();
        assert_eq!(bad, [(17, &[0xfa, 0x40][..], true), (21, &[0x80][..], false)]);
        assert!(read.bad.iter().all(|bad| read.text[bad.at..].starts_with('\u{fffd}')));
        let noise: Vec<u8> = (0x80..=0xff).rev().collect();
        assert!(matches!(text(&noise), Err(SheetFault::NotText { offset: 0 })));
    }
}
