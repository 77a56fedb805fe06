//! Big5 as Windows code page 950, strictly.
//!
//! Decoded are the two-byte areas whose meaning is the same everywhere: symbols A140–A3BF and A3E1 (€), level 1 A440–C67E, level 2
//! C940–F9D5, and the ETEN extension F9D6–F9FE that Windows kept. User-defined (造字) and therefore never decoded are 8140–A0FE,
//! C6A1–C8FE and FA40–FEFE. All else stands for nothing.
//!
//! Compared with Python's `cp950` over all 126 × 191 pairs (the test below): every pair decoded here gives the same character; the
//! only difference is C6A1–C7FC, which Python fills with kana, Cyrillic and circled digits in the order of the Unicode consortium's
//! BIG5.TXT, while Windows leaves the area to the user and ETEN fills it in another order: three meanings, so it is refused.

use std::sync::LazyLock;

/// What one or two bytes stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoded {
    Char(char),
    UserDefined,
    Unmapped,
}

const TRAILS: usize = 0xbf;

/// By lead byte from 81 and trail byte from 40; `\0` where nothing is decoded.
static TABLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let pairs = (0x81..=0xfe_u8).flat_map(|lead| (0x40..=0xfe_u8).map(move |trail| [lead, trail]));
    pairs.map(|pair| if is_fixed(pair) { fixed(pair).unwrap_or('\0') } else { '\0' }).collect()
});

/// The character of a pair in the fixed areas, from the WHATWG table, with code page 950's own reading where the two differ.
fn fixed(pair: [u8; 2]) -> Option<char> {
    if pair == [0xf9, 0xfe] {
        return Some('▓');
    }
    let text = encoding_rs::BIG5.decode_without_bom_handling_and_without_replacement(&pair)?;
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn is_fixed(pair: [u8; 2]) -> bool {
    let code = u16::from_be_bytes(pair);
    matches!(code, 0xa140..=0xa3bf | 0xa3e1 | 0xa440..=0xc67e | 0xc940..=0xf9fe) && is_trail(pair[1])
}

fn is_trail(byte: u8) -> bool {
    matches!(byte, 0x40..=0x7e | 0xa1..=0xfe)
}

fn is_user_defined(pair: [u8; 2]) -> bool {
    let code = u16::from_be_bytes(pair);
    matches!(code, 0x8140..=0xa0fe | 0xc6a1..=0xc8fe | 0xfa40..=0xfefe) && is_trail(pair[1])
}

/// The first character of `bytes` (not empty) and how many bytes it takes. A lead byte without its trail takes one.
pub(crate) fn first(bytes: &[u8]) -> (Decoded, usize) {
    match *bytes {
        [single, ..] if single.is_ascii() => (Decoded::Char(char::from(single)), 1),
        [lead @ 0x81..=0xfe, trail, ..] if is_trail(trail) => (pair([lead, trail]), 2),
        _ => (Decoded::Unmapped, 1),
    }
}

fn pair(pair: [u8; 2]) -> Decoded {
    if is_user_defined(pair) {
        return Decoded::UserDefined;
    }
    match TABLE[usize::from(pair[0] - 0x81) * TRAILS + usize::from(pair[1] - 0x40)] {
        '\0' => Decoded::Unmapped,
        c => Decoded::Char(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows `A440 一乙丁…`: the 64 pairs of trail bytes from the one named, as Python decodes them; `�` where it refuses.
    const PYTHON: &str = include_str!("../tests/python-cp950.txt");

    #[test]
    fn agrees_with_python_wherever_the_meaning_is_fixed() {
        let (mut same, mut refused_here) = (0, Vec::new());
        for row in PYTHON.lines() {
            let (start, chars) = row.split_once(' ').unwrap();
            let start = u16::from_str_radix(start, 16).unwrap();
            for (code, python) in (start..).zip(chars.chars()) {
                let (decoded, taken) = first(&code.to_be_bytes());
                match decoded {
                    Decoded::Char(c) if taken == 2 => {
                        assert_eq!(c, python, "{code:04X}");
                        same += 1;
                    }
                    _ if python != '\u{fffd}' => refused_here.push(code),
                    _ => {}
                }
            }
        }
        assert_eq!(PYTHON.lines().count(), 126 * 3);
        assert_eq!(same, 13_503);
        assert_eq!(refused_here.len(), 13_752 - 13_503);
        assert!(refused_here.iter().all(|code| (0xc6a1..=0xc7fc).contains(code)));
    }

    #[test]
    fn user_defined_and_empty_places_are_told_apart() {
        for code in [0x8140_u16, 0xa0fe, 0xc6a1, 0xc8fe, 0xfa40, 0xfefe] {
            assert_eq!(first(&code.to_be_bytes()), (Decoded::UserDefined, 2), "{code:04X}");
        }
        assert_eq!(first(b"\xa3\xe2"), (Decoded::Unmapped, 2));
        assert_eq!(first(b"\xa3\xe1"), (Decoded::Char('€'), 2));
        for bytes in [&b"\x80"[..], b"\xff\x40", b"\xa4", b"\xa4\x20", b"\xa4\x80"] {
            assert_eq!(first(bytes), (Decoded::Unmapped, 1), "{bytes:02x?}");
        }
    }
}
