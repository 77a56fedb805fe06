//! 發文字號: 字 + 第 + three-digit ROC year + seven-digit serial + 號.

use std::{fmt, str::FromStr};

use crate::Text;

/// The number of an issued document, e.g. `範府人考字第1150012345號`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber {
    word: String,
    roc_year: u16,
    serial: u32,
}

/// Why this is no document number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentNumberFault {
    /// The word (字) is empty, longer than twenty characters, or holds something else than letters.
    #[error("the word before 字第 is one to twenty letters")]
    Word,
    /// The year is not 1 to 999.
    #[error("the year is 1 to 999")]
    Year,
    /// The serial is not 1 to 9999999.
    #[error("the serial is 1 to 9999999")]
    Serial,
    /// The text is not 字 + 第 + ten digits + 號.
    #[error("not of the form 字第…號 with ten digits")]
    Form,
}

impl DocumentNumberFault {
    /// What to tell the reader.
    pub fn text(&self) -> Text {
        match self {
            Self::Word => Text::new(
                "發文字應為1至20個文字，不含空格及符號",
                "The document word is 1 to 20 letters without spaces or symbols",
            ),
            Self::Year => Text::new("發文年度應為1至999", "The year of a document number is 1 to 999"),
            Self::Serial => Text::new("發文流水號應為1至9999999", "The serial of a document number is 1 to 9999999"),
            Self::Form => {
                Text::new("發文字號應為「○字第」加10位數字加「號」", "A document number is ○字第, ten digits, 號")
            }
        }
    }
}

/// Greatest serial seven digits can show.
const SERIAL_MAX: u32 = 9_999_999;
const WORD_CHARS_MAX: usize = 20;

impl DocumentNumber {
    /// A number from its parts. The word does not include 字 or 第.
    pub fn new(word: impl Into<String>, roc_year: u16, serial: u32) -> Result<Self, DocumentNumberFault> {
        let word = word.into();
        let length = word.chars().count();
        if length == 0 || length > WORD_CHARS_MAX || !word.chars().all(char::is_alphanumeric) {
            return Err(DocumentNumberFault::Word);
        }
        if !(1..=999).contains(&roc_year) {
            return Err(DocumentNumberFault::Year);
        }
        if !(1..=SERIAL_MAX).contains(&serial) {
            return Err(DocumentNumberFault::Serial);
        }
        Ok(Self { word, roc_year, serial })
    }

    /// The word (字) of the agency and unit, without 字第.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// The year the serial belongs to.
    pub fn roc_year(&self) -> u16 {
        self.roc_year
    }

    /// The serial within word and year.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// The ten digits, which name files: `1150012345`.
    pub fn digits(&self) -> String {
        format!("{:03}{:07}", self.roc_year, self.serial)
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}字第{}號", self.word, self.digits())
    }
}

impl FromStr for DocumentNumber {
    type Err = DocumentNumberFault;

    fn from_str(text: &str) -> Result<Self, DocumentNumberFault> {
        let form = DocumentNumberFault::Form;
        let (word, digits) = text.strip_suffix('號').and_then(|rest| rest.rsplit_once("字第")).ok_or(form)?;
        if digits.len() != 10 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(form);
        }
        let (year, serial) = digits.split_at(3);
        Self::new(word, year.parse().map_err(|_| form)?, serial.parse().map_err(|_| form)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prints_as_on_paper() {
        let number = DocumentNumber::new("範府人考", 115, 12345).unwrap();
        assert_eq!(number.to_string(), "範府人考字第1150012345號");
        assert_eq!("府人給字第1130032759號".parse::<DocumentNumber>().unwrap().serial(), 32759);
    }

    #[test]
    fn refuses_what_is_not_one() {
        use DocumentNumberFault::*;
        for (text, fault) in [
            ("", Form),
            ("範府人考字第115001234號", Form),
            ("範府人考字第1150012345", Form),
            ("字第1150012345號", Word),
            ("範 府字第1150012345號", Word),
            ("範府字第0000012345號", Year),
            ("範府字第1150000000號", Serial),
        ] {
            assert_eq!(text.parse::<DocumentNumber>(), Err(fault), "{text}");
        }
        assert_eq!(DocumentNumber::new("府", 115, SERIAL_MAX + 1), Err(Serial));
        assert_eq!(DocumentNumber::new("府".repeat(21), 115, 1), Err(Word));
    }

    proptest! {
        #[test]
        fn prints_and_parses(word in "[一-鿿A-Z]{1,20}", year in 1u16..1000, serial in 1u32..10_000_000) {
            let number = DocumentNumber::new(word, year, serial).unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn any_text_is_a_number_or_a_fault(text in ".*字第[0-9]{8,12}號?") {
            if let Ok(number) = text.parse::<DocumentNumber>() {
                prop_assert_eq!(number.to_string(), text);
            }
        }
    }
}
