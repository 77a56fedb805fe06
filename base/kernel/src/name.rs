//! Names of persons (姓名條例 D0030011 §2–4): what may stand in one, and when two spellings mean the same person.
//!
//! A name is Han characters of the dictionaries without space or symbol between; names of indigenous people in Chinese characters
//! carry a middle dot (拉娃．谷木), and romanised names are words of Latin letters, alone or beside the Chinese name. The signs allowed
//! inside romanised names (' ’ ʼ - ^ :) are those of the written forms of the indigenous languages, from general knowledge.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::Text;

/// Longest name admitted, in characters. ID cards are printed by hand from 16 characters on, so long names are real.
pub const NAME_CHARS_MAX: usize = 100;

/// A person's name: NFC, trimmed, no stray symbol, no private-use character. `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// What is wrong with a name. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonNameFault {
    /// Nothing but blanks.
    #[error("the name is empty")]
    Empty,
    /// More than [`NAME_CHARS_MAX`] characters.
    #[error("the name has {0} characters")]
    TooLong(usize),
    /// A private-use character (造字), whose shape depends on the machine.
    #[error("character {place} is private-use U+{code:04X}")]
    PrivateUse {
        /// Position in the name, from 1.
        place: usize,
        /// Code point.
        code: u32,
    },
    /// A blank that is not between two words of a romanised name.
    #[error("a blank at character {0}")]
    Blank(usize),
    /// A middle dot at the edge of the name or beside another sign.
    #[error("a misplaced dot at character {0}")]
    Dot(usize),
    /// A digit, a symbol, a control character or a letter of another script.
    #[error("character {place} is U+{code:04X}, which no name has")]
    Symbol {
        /// Position in the name, from 1.
        place: usize,
        /// Code point.
        code: u32,
    },
}

impl PersonNameFault {
    /// What to tell the reader.
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => Text::new("姓名未填", "The name is empty"),
            Self::TooLong(found) => Text::new(
                format!("姓名有{found}個字，上限為{NAME_CHARS_MAX}個字"),
                format!("The name has {found} characters; the most is {NAME_CHARS_MAX}"),
            ),
            Self::PrivateUse { place, code } => Text::new(
                format!("姓名第{place}字為造字（U+{code:04X}），各機器字形不同，請改用全字庫Unicode字元"),
                format!(
                    "Character {place} of the name is a private-use character (U+{code:04X}); use the Unicode character of CNS 11643"
                ),
            ),
            Self::Blank(place) => Text::new(
                format!("姓名第{place}字為空格，姓名中不得有空格"),
                format!("Character {place} of the name is a blank"),
            ),
            Self::Dot(place) => Text::new(
                format!("姓名第{place}字的間隔號位置不對"),
                format!("The dot at character {place} of the name is out of place"),
            ),
            Self::Symbol { place, code } => Text::new(
                format!("姓名第{place}字（U+{code:04X}）不是姓名用字"),
                format!("Character {place} of the name (U+{code:04X}) is not used in names"),
            ),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Han,
    Latin,
    Sign,
    Dot,
    Blank,
}

impl PersonName {
    /// Checks a name. Blanks around it are dropped, full-width and no-break blanks become plain ones, and it is brought to NFC;
    /// nothing else is mended.
    pub fn parse(text: &str) -> Result<Self, PersonNameFault> {
        let name: String =
            text.trim().nfc().map(|c| if matches!(c, '\u{3000}' | '\u{a0}') { ' ' } else { c }).collect();
        let length = name.chars().count();
        match length {
            0 => return Err(PersonNameFault::Empty),
            1..=NAME_CHARS_MAX => check(&name)?,
            _ => return Err(PersonNameFault::TooLong(length)),
        }
        Ok(Self(name))
    }

    /// The name as it is registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(name: &str) -> Result<(), PersonNameFault> {
    let mut sorts = Vec::new();
    for (place, c) in (1..).zip(name.chars()) {
        if is_private_use(c) {
            return Err(PersonNameFault::PrivateUse { place, code: c.into() });
        }
        sorts.push(sort(c).ok_or(PersonNameFault::Symbol { place, code: c.into() })?);
    }
    check_order(&sorts)
}

fn check_order(sorts: &[Sort]) -> Result<(), PersonNameFault> {
    let letter = |sort: Option<&Sort>| matches!(sort, Some(Sort::Han | Sort::Latin | Sort::Sign));
    for (at, sort) in sorts.iter().enumerate() {
        let (before, after) = (at.checked_sub(1).and_then(|i| sorts.get(i)), sorts.get(at + 1));
        let between_letters = letter(before) && letter(after);
        let both_han = before == Some(&Sort::Han) && after == Some(&Sort::Han);
        match sort {
            Sort::Dot if !between_letters => return Err(PersonNameFault::Dot(at + 1)),
            Sort::Blank if !between_letters || both_han => return Err(PersonNameFault::Blank(at + 1)),
            _ => {}
        }
    }
    Ok(())
}

fn sort(c: char) -> Option<Sort> {
    match c {
        '．' | '‧' | '·' => Some(Sort::Dot),
        ' ' => Some(Sort::Blank),
        '\'' | '’' | 'ʼ' | '-' | '^' | ':' => Some(Sort::Sign),
        'A'..='Z' | 'a'..='z' | '\u{300}'..='\u{36f}' => Some(Sort::Latin),
        '\u{c0}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' if c.is_alphabetic() => Some(Sort::Latin),
        '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => Some(Sort::Han),
        '\u{20000}'..='\u{2fffd}' | '\u{30000}'..='\u{3fffd}' => Some(Sort::Han),
        _ => None,
    }
}

fn is_private_use(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// Pairs of characters that registers use for one another; the left is written as the right before names are compared.
/// From the practice of the personnel systems (妍/姸, 峰/峯, 群/羣, 敘/敍 …); a pair is here only if both are the same
/// word: 凃 and 涂 are not, being two surnames.
const VARIANTS: &[(char, char)] = &[
    ('姸', '妍'),
    ('峯', '峰'),
    ('羣', '群'),
    ('敍', '敘'),
    ('叙', '敘'),
    ('台', '臺'),
    ('裏', '裡'),
    ('衆', '眾'),
    ('啓', '啟'),
    ('启', '啟'),
    ('恒', '恆'),
    ('祕', '秘'),
    ('綉', '繡'),
    ('銹', '鏽'),
    ('爲', '為'),
    ('僞', '偽'),
    ('眞', '真'),
    ('愼', '慎'),
    ('鎭', '鎮'),
    ('顚', '顛'),
    ('滙', '匯'),
    ('彦', '彥'),
    ('産', '產'),
    ('温', '溫'),
    ('煕', '熙'),
    ('凉', '涼'),
    ('凈', '淨'),
    ('净', '淨'),
    ('猪', '豬'),
    ('双', '雙'),
    ('强', '強'),
    ('寳', '寶'),
    ('珎', '珍'),
    ('娯', '娛'),
];

/// Whether two spellings name the same person: equal after NFC, variants folded, and without regard to dots, blanks and the case
/// of Latin letters. For matching rows to people on record, never for changing a registered name.
///
/// ```
/// # use kernel::same_name;
/// assert!(same_name("林妍峯", "林姸峰"));
/// assert!(same_name("拉娃．谷木", "拉娃‧谷木"));
/// assert!(!same_name("王大明", "王大同"));
/// ```
pub fn same_name(a: &str, b: &str) -> bool {
    fold(a).eq(fold(b))
}

fn fold(name: &str) -> impl Iterator<Item = char> {
    let kept = name.nfc().filter(|c| !matches!(c, '．' | '‧' | '·' | '•' | '・') && !c.is_whitespace());
    kept.map(|c| VARIANTS.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to)).flat_map(char::to_lowercase)
}

impl fmt::Debug for PersonName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PersonName(‹redacted›)")
    }
}

impl TryFrom<String> for PersonName {
    type Error = PersonNameFault;

    fn try_from(text: String) -> Result<Self, PersonNameFault> {
        Self::parse(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_as_registered() {
        let long = "Lowking".to_owned() + &" Nowbucyang".repeat(8);
        for good in [
            "王小明",
            "歐陽麗庭",
            "𠮷田花",
            "拉娃．谷木",
            "拉娃‧谷木",
            "夷將·拔路兒",
            "Lowking Nowbucyang",
            "Sra Manpo Cidal",
            "拉娃．谷木 Lawa Kumu",
            "Ljegeay'i",
            "游㵾",
            long.as_str(),
        ] {
            assert_eq!(PersonName::parse(good).map(|n| n.as_str().to_owned()), Ok(good.to_owned()));
        }
        assert_eq!(PersonName::parse(" 王小明　").unwrap().as_str(), "王小明");
        assert_eq!(PersonName::parse("Cafe\u{301} Li").unwrap().as_str(), "Café Li");
        assert_eq!(format!("{:?}", PersonName::parse("王小明")), "Ok(PersonName(‹redacted›))");
    }

    #[test]
    fn each_fault_by_place() {
        use PersonNameFault::*;
        for (text, fault) in [
            ("", Empty),
            ("　 ", Empty),
            ("王\u{e001}明", PrivateUse { place: 2, code: 0xe001 }),
            ("王小\u{f0001}", PrivateUse { place: 3, code: 0xf0001 }),
            ("王 小明", Blank(2)),
            ("Sra  Manpo", Blank(4)),
            ("．谷木", Dot(1)),
            ("拉娃．", Dot(3)),
            ("拉娃．．谷木", Dot(3)),
            ("王小明1", Symbol { place: 4, code: 0x31 }),
            ("王?明", Symbol { place: 2, code: 0x3f }),
            ("王\u{fffd}明", Symbol { place: 2, code: 0xfffd }),
            ("王小\n明", Symbol { place: 3, code: 0xa }),
            ("山田さくら", Symbol { place: 3, code: 0x3055 }),
            ("=王", Symbol { place: 1, code: 0x3d }),
        ] {
            assert_eq!(PersonName::parse(text), Err(fault), "{text}");
        }
        assert_eq!(PersonName::parse(&"王".repeat(101)), Err(TooLong(101)));
    }

    #[test]
    fn variants_name_one_person() {
        for (a, b) in [
            ("林妍", "林姸"),
            ("高峰", "高峯"),
            ("李群", "李羣"),
            ("敘", "敍"),
            ("台生", "臺生"),
            ("SRA MANPO", "Sra Manpo"),
            ("夷將·拔路兒", "夷將．拔路兒"),
        ] {
            assert!(same_name(a, b), "{a} {b}");
        }
        assert!(!same_name("林妍", "林研"));
        assert!(!same_name("林妍", "林妍妍"));
    }

    #[test]
    fn folding_is_done_in_one_step() {
        for (from, to) in VARIANTS {
            assert_ne!(from, to, "{from} is no variant of itself");
            assert!(!VARIANTS.iter().any(|(other, _)| other == to), "{to} would be folded again");
        }
    }

    proptest! {
        #[test]
        fn a_name_parses_to_itself(text in "\\PC{0,30}") {
            if let Ok(name) = PersonName::parse(&text) {
                let again = PersonName::parse(name.as_str());
                prop_assert_eq!(again.as_ref(), Ok(&name));
                prop_assert!(same_name(name.as_str(), &text));
            }
        }
    }
}
