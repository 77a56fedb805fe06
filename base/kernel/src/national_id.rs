//! 國民身分證統一編號 and 統一證號, both with the same check digit.
//!
//! Form: D0030030 (國民身分證及戶口名簿格式內容製發相片影像檔建置管理辦法) §3. The second character tells the kind: 1/2 citizen, 8/9 resident
//! number since 2021-01-02, A-D the resident number before that, valid until a date that `statute` knows; a caller that cares asks
//! [`NationalId::kind`] and compares with it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Text;

/// A checked national id or resident number. `Debug` prints nothing of it; show [`NationalId::masked`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NationalId([u8; 10]);

/// Who the number was given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NationalIdKind {
    /// 國民身分證統一編號.
    Citizen,
    /// 統一證號 in the form since 2021-01-02 (second digit 8 or 9).
    ResidentNew,
    /// 統一證號 with two letters, which lapses on a date given by `statute`.
    ResidentOld,
}

/// What is wrong with the number. Carries positions, never the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NationalIdFault {
    /// Not ten characters.
    #[error("{0} characters instead of 10")]
    Length(usize),
    /// The first character is not a half-width capital letter.
    #[error("the first character is not a capital letter")]
    Letter,
    /// The second character is none of 1, 2, 8, 9, A, B, C, D.
    #[error("the second character is none of 1, 2, 8, 9, A-D")]
    Second,
    /// The character at this place (3 to 10) is not a half-width digit.
    #[error("character {0} is not a digit")]
    Digit(usize),
    /// The last digit does not fit the others.
    #[error("the check digit does not fit")]
    CheckDigit,
}

impl NationalIdFault {
    /// What to tell the reader.
    pub fn text(&self) -> Text {
        match self {
            Self::Length(found) => Text::new(
                format!("身分證號應為10碼，此處為{found}碼"),
                format!("An id number has 10 characters, this has {found}"),
            ),
            Self::Letter => Text::new(
                "身分證號第1碼應為半形大寫英文字母",
                "The first character must be a half-width capital letter",
            ),
            Self::Second => Text::new(
                "身分證號第2碼應為1、2（國民）或8、9（統一證號），舊式統一證號為A至D",
                "The second character must be 1 or 2 (citizen), 8 or 9 (resident), or A to D (old resident number)",
            ),
            Self::Digit(place) => Text::new(
                format!("身分證號第{place}碼應為半形數字"),
                format!("Character {place} must be a half-width digit"),
            ),
            Self::CheckDigit => Text::new("身分證號檢查碼不符", "The check digit of the id number does not fit"),
        }
    }
}

/// Value of each letter A-Z; the letters I, O, W and Z were given numbers last.
const LETTERS: [u32; 26] =
    [10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33];

/// Weights of characters 2 to 10; the letter counts tens × 1 + units × 9.
const WEIGHTS: [u32; 9] = [8, 7, 6, 5, 4, 3, 2, 1, 1];

fn letter_value(letter: u8) -> u32 {
    LETTERS[usize::from(letter - b'A')]
}

fn weighted_sum(code: &[u8; 10]) -> u32 {
    let first = letter_value(code[0]);
    let digit = |b: u8| if b.is_ascii_digit() { u32::from(b - b'0') } else { letter_value(b) % 10 };
    let rest: u32 = code[1..].iter().zip(WEIGHTS).map(|(b, weight)| digit(*b) * weight).sum();
    first / 10 + first % 10 * 9 + rest
}

impl NationalId {
    /// Checks form and check digit. Case and width are not mended: the file should be, since other systems will read it too.
    pub fn parse(text: &str) -> Result<Self, NationalIdFault> {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() != 10 {
            return Err(NationalIdFault::Length(chars.len()));
        }
        if !chars[0].is_ascii_uppercase() {
            return Err(NationalIdFault::Letter);
        }
        if !matches!(chars[1], '1' | '2' | '8' | '9' | 'A'..='D') {
            return Err(NationalIdFault::Second);
        }
        if let Some(at) = chars[2..].iter().position(|c| !c.is_ascii_digit()) {
            return Err(NationalIdFault::Digit(at + 3));
        }
        let code: [u8; 10] = text.as_bytes().try_into().expect("ten ASCII characters are ten bytes");
        if weighted_sum(&code).is_multiple_of(10) { Ok(Self(code)) } else { Err(NationalIdFault::CheckDigit) }
    }

    /// The whole number.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("parse admits ASCII only")
    }

    /// The number as it is printed on an order: `A12345****`.
    pub fn masked(&self) -> String {
        format!("{}****", &self.as_str()[..6])
    }

    /// Who it was given to, from the second character.
    pub fn kind(&self) -> NationalIdKind {
        match self.0[1] {
            b'1' | b'2' => NationalIdKind::Citizen,
            b'8' | b'9' => NationalIdKind::ResidentNew,
            _ => NationalIdKind::ResidentOld,
        }
    }
}

impl fmt::Debug for NationalId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("NationalId(‹redacted›)")
    }
}

impl TryFrom<String> for NationalId {
    type Error = NationalIdFault;

    fn try_from(text: String) -> Result<Self, NationalIdFault> {
        Self::parse(&text)
    }
}

impl From<NationalId> for String {
    fn from(id: NationalId) -> Self {
        id.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_vectors() {
        assert_eq!(NationalId::parse("A123456789").unwrap().kind(), NationalIdKind::Citizen);
        assert_eq!(NationalId::parse("A800000014").unwrap().kind(), NationalIdKind::ResidentNew);
        assert_eq!(NationalId::parse("A123456789").unwrap().masked(), "A12345****");
        assert_eq!(format!("{:?}", NationalId::parse("A123456789").unwrap()), "NationalId(‹redacted›)");
    }

    #[test]
    fn old_resident_numbers_count_the_units_of_their_second_letter() {
        // A (10): 1 + 0; second letter C (12): 2 × 8 = 16; 0 1 2 3 4 5 6 → 0+6+10+12+12+10+6 = 56; 73 + 7 = 80.
        assert_eq!(NationalId::parse("AC01234567").unwrap().kind(), NationalIdKind::ResidentOld);
        assert_eq!(NationalId::parse("AC01234568"), Err(NationalIdFault::CheckDigit));
    }

    #[test]
    fn each_fault_by_name() {
        use NationalIdFault::*;
        for (text, fault) in [
            ("", Length(0)),
            ("A12345678", Length(9)),
            ("A1234567890", Length(11)),
            ("a123456789", Letter),
            ("Ａ123456789", Letter),
            ("1123456789", Letter),
            ("A323456789", Second),
            ("AE23456789", Second),
            ("A12345678X", Digit(10)),
            ("A1２3456789", Digit(3)),
            ("A123456788", CheckDigit),
        ] {
            assert_eq!(NationalId::parse(text), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn exactly_one_check_digit_fits(letter in b'A'..=b'Z', second in prop::sample::select(b"1289ABCD".to_vec()), digits in "[0-9]{7}") {
            let fits = (0..10).filter(|last| {
                NationalId::parse(&format!("{}{}{digits}{last}", letter as char, second as char)).is_ok()
            });
            prop_assert_eq!(fits.count(), 1);
        }

        #[test]
        fn one_wrong_digit_among_the_last_two_is_always_found(digits in "[0-9]{7}", at in 8usize..10, step in 1u8..10) {
            let id = (0..10).find_map(|last| NationalId::parse(&format!("F1{digits}{last}")).ok()).unwrap();
            let mut wrong = id.as_str().as_bytes().to_vec();
            wrong[at] = b'0' + (wrong[at] - b'0' + step) % 10;
            prop_assert_eq!(NationalId::parse(std::str::from_utf8(&wrong).unwrap()), Err(NationalIdFault::CheckDigit));
        }

        #[test]
        fn any_text_is_an_id_or_a_fault(text: String) {
            if let Ok(id) = NationalId::parse(&text) {
                prop_assert_eq!(id.as_str(), text);
            }
        }
    }
}
