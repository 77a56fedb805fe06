//! As much of a PDF's structure as signing and reading back need (ISO 32000-2, 7.3 and 7.5): one cross-reference
//! table and objects outside of object streams, which is how the press writes.

use std::collections::BTreeMap;

use crate::pades::PadesFault;

/// Deepest nesting of dictionaries and arrays that is read.
const DEPTH_MAX: usize = 32;
/// Most objects in a file.
const OBJECTS_MAX: usize = 200_000;
/// Bytes of one line of a cross-reference table.
const ENTRY_BYTES: usize = 20;

const MALFORMED: PadesFault = PadesFault::Structure("the structure of the file is not understood");

/// A PDF with one cross-reference table.
pub(crate) struct PdfFile<'a> {
    bytes: &'a [u8],
    offsets: BTreeMap<u32, usize>,
    /// The trailer dictionary.
    pub(crate) trailer: &'a [u8],
    /// Where the cross-reference table begins.
    pub(crate) table_at: usize,
}

impl<'a> PdfFile<'a> {
    /// Reads the cross-reference table that the end of the file points to.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, PadesFault> {
        let at = rfind(bytes, b"startxref").ok_or(MALFORMED)?;
        let table_at = number(&bytes[at + 9..]).ok_or(MALFORMED)?;
        let table = bytes.get(table_at..).and_then(|rest| rest.strip_prefix(b"xref"));
        let mut rest = table.ok_or(PadesFault::Structure("cross-reference streams are not supported"))?;
        let mut offsets = BTreeMap::new();
        while !trim(rest).starts_with(b"trailer") {
            rest = read_section(trim(rest), &mut offsets).ok_or(MALFORMED)?;
        }
        let rest = trim(&trim(rest)[7..]);
        let trailer = object(rest).filter(|dict| dict.starts_with(b"<<")).ok_or(MALFORMED)?;
        if value(trailer, "Prev").is_some() || value(trailer, "XRefStm").is_some() {
            return Err(PadesFault::Structure("the file was already updated"));
        }
        Ok(Self { bytes, offsets, trailer, table_at })
    }

    /// The dictionary of object `number`.
    pub(crate) fn dictionary(&self, number: u32) -> Result<&'a [u8], PadesFault> {
        let at = *self.offsets.get(&number).ok_or(MALFORMED)?;
        let head = format!("{number} 0 obj");
        let rest = self.bytes.get(at..).and_then(|rest| rest.strip_prefix(head.as_bytes())).ok_or(MALFORMED)?;
        object(trim(rest)).filter(|dict| dict.starts_with(b"<<")).ok_or(MALFORMED)
    }

    /// The number of the first page.
    pub(crate) fn first_page(&self, catalog: &[u8]) -> Result<u32, PadesFault> {
        let mut number = value(catalog, "Pages").and_then(reference).ok_or(MALFORMED)?;
        for _ in 0..DEPTH_MAX {
            let node = self.dictionary(number)?;
            if value(node, "Type") == Some(b"/Page") {
                return Ok(number);
            }
            let kids = value(node, "Kids").and_then(|kids| kids.strip_prefix(b"[")).ok_or(MALFORMED)?;
            number = object(trim(kids)).and_then(reference).ok_or(MALFORMED)?;
        }
        Err(MALFORMED)
    }
}

/// One section of the table: first number, count, and as many lines of 20 bytes.
fn read_section<'a>(text: &'a [u8], offsets: &mut BTreeMap<u32, usize>) -> Option<&'a [u8]> {
    let line = text.iter().position(|&byte| byte == b'\n')?;
    let mut numbers = std::str::from_utf8(&text[..line]).ok()?.split_ascii_whitespace();
    let first: u32 = numbers.next()?.parse().ok()?;
    let count: usize = numbers.next()?.parse().ok().filter(|count| *count <= OBJECTS_MAX)?;
    let (entries, rest) = text[line + 1..].split_at_checked(count * ENTRY_BYTES)?;
    for (number, entry) in (first..).zip(entries.chunks_exact(ENTRY_BYTES)) {
        if entry[17] == b'n' {
            offsets.insert(number, number_of(&entry[..10])?);
        }
    }
    Some(rest)
}

/// The value of a key at the top level of a dictionary, as written.
pub(crate) fn value<'a>(dictionary: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let mut rest = trim(dictionary.strip_prefix(b"<<")?);
    while rest.starts_with(b"/") {
        let name = object(rest)?;
        rest = trim(&rest[name.len()..]);
        let found = object(rest)?;
        if &name[1..] == key.as_bytes() {
            return Some(found);
        }
        rest = trim(&rest[found.len()..]);
    }
    None
}

/// The object number of `n 0 R`.
pub(crate) fn reference(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.strip_suffix(" 0 R")?.parse().ok()
}

/// The object that stands at the beginning of `text`.
pub(crate) fn object(text: &[u8]) -> Option<&[u8]> {
    text.get(..object_end(text, 0, DEPTH_MAX)?)
}

fn object_end(text: &[u8], at: usize, depth: usize) -> Option<usize> {
    let depth = depth.checked_sub(1)?;
    match text.get(at)? {
        b'<' if text.get(at + 1) == Some(&b'<') => members_end(text, at + 2, b">>", depth),
        b'<' => Some(at + text[at..].iter().position(|&byte| byte == b'>')? + 1),
        b'(' => string_end(text, at),
        b'[' => members_end(text, at + 1, b"]", depth),
        b'/' => Some(word_end(text, at + 1)),
        b'0'..=b'9' => Some(reference_end(text, at).unwrap_or_else(|| word_end(text, at))),
        byte if byte.is_ascii_alphabetic() || b"+-.".contains(byte) => Some(word_end(text, at)),
        _ => None,
    }
}

fn members_end(text: &[u8], mut at: usize, close: &[u8], depth: usize) -> Option<usize> {
    loop {
        at += text.get(at..)?.iter().take_while(|byte| is_space(byte)).count();
        if text[at..].starts_with(close) {
            return Some(at + close.len());
        }
        at = object_end(text, at, depth)?;
    }
}

fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut open = 0;
    let mut at = start;
    loop {
        match text.get(at)? {
            b'\\' => at += 1,
            b'(' => open += 1,
            b')' if open == 1 => return Some(at + 1),
            b')' => open -= 1,
            _ => {}
        }
        at += 1;
    }
}

/// The end of `n g R`, if that is what stands at `at`.
fn reference_end(text: &[u8], at: usize) -> Option<usize> {
    let first = word_end(text, at);
    let second = word_end(text, first + 1);
    let digits = |from: usize, to: usize| {
        text.get(from..to).is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit))
    };
    let end = second + 2;
    let spaced = text.get(first) == Some(&b' ') && text.get(second..end) == Some(b" R");
    (digits(at, first) && digits(first + 1, second) && spaced).then_some(end)
}

fn word_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| !is_space(byte) && !b"()<>[]{}/%".contains(byte)).count()
}

fn is_space(byte: &u8) -> bool {
    b"\0\t\n\x0c\r ".contains(byte)
}

fn trim(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| is_space(byte)).count()..]
}

/// The decimal number after white space.
pub(crate) fn number(text: &[u8]) -> Option<usize> {
    let text = trim(text);
    number_of(&text[..text.iter().take_while(|byte| byte.is_ascii_digit()).count()])
}

fn number_of(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Where `needle` begins, searched from the front.
pub(crate) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

/// Where `needle` begins, searched from the end.
pub(crate) fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).rposition(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_found_at_the_top_level_only() {
        let dictionary = b"<</A<</B 1 0 R>>/C(a\\)>>(/B 2))/D[/B<61>]/B 12 0 R/E/F/G -1.5/H true>>";
        assert_eq!(value(dictionary, "B"), Some(&b"12 0 R"[..]));
        assert_eq!(value(dictionary, "B").and_then(reference), Some(12));
        assert_eq!(value(dictionary, "C"), Some(&b"(a\\)>>(/B 2))"[..]));
        assert_eq!(value(dictionary, "E"), Some(&b"/F"[..]));
        assert_eq!(value(dictionary, "H"), Some(&b"true"[..]));
        assert_eq!(value(dictionary, "F"), None);
        assert_eq!(object(dictionary), Some(&dictionary[..]));
    }

    #[test]
    fn nesting_without_end_is_given_up() {
        assert_eq!(object(&b"[".repeat(100_000)), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(text in "[<>/()\\[\\] 0-9RnAxrefstailn\\\\]{0,80}") {
            let _ = (object(text.as_bytes()), value(text.as_bytes(), "A"), PdfFile::read(text.as_bytes()).is_ok());
        }
    }
}
