//! Sections and their fields, and what is wrong with what was typed into them. Pure.

use kernel::{NationalId, PersonName, Text, roc};
use std::collections::BTreeMap;
use time::Date;

/// Most relatives of one person.
pub const RELATIVES_MAX: usize = 20;
/// Longest line, in characters.
const LINE_CHARS_MAX: usize = 100;
/// Longest text of several lines, in characters.
const TEXT_CHARS_MAX: usize = 1000;
/// Digits of a bank's and a branch's number, and of an account; an account number is taken as the bank writes it.
const BANK_DIGITS: usize = 3;
const BRANCH_DIGITS: usize = 4;
const ACCOUNT_DIGITS: std::ops::RangeInclusive<usize> = 6..=16;

/// A section of the record that is kept sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// 通訊資料.
    Contact,
    /// 家屬.
    Family,
    /// 健康及身心障礙.
    Health,
    /// 薪資帳戶.
    Bank,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// A person's name.
    Name,
    /// A telephone number.
    Phone,
    /// A national or resident id.
    Id,
    /// A day of the past.
    PastDay,
    /// Any day.
    Day,
    /// Digits only, so many.
    Digits(usize, usize),
}

/// A field of a section.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in forms and in what is sealed.
    pub name: &'static str,
    /// Its label.
    pub label: (&'static str, &'static str),
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub required: bool,
}

impl Field {
    const fn new(name: &'static str, label: (&'static str, &'static str), kind: FieldKind) -> Self {
        Self { name, label, kind, required: false }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The label in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(self.label.0, self.label.1)
    }

    /// A value as it is shown: days in the ROC calendar.
    #[must_use]
    pub fn shown(&self, value: &str) -> String {
        match self.kind {
            FieldKind::PastDay | FieldKind::Day => {
                roc::parse(value).ok().flatten().map_or_else(|| value.to_owned(), roc::slash)
            }
            _ => value.to_owned(),
        }
    }

    /// A value as it is shown to whoever did not show a card lately: ids without their end, of an account number the last three digits.
    #[must_use]
    pub fn masked(&self, value: &str) -> String {
        match self.kind {
            _ if value.is_empty() => String::new(),
            FieldKind::Id => NationalId::parse(value).map_or_else(|_| "＊".to_owned(), |id| id.masked()),
            FieldKind::Digits(_, most) if most > BRANCH_DIGITS => {
                let chars: Vec<char> = value.chars().collect();
                let hidden = chars.len().saturating_sub(3);
                chars.iter().enumerate().map(|(at, c)| if at < hidden { '＊' } else { *c }).collect()
            }
            _ => self.shown(value),
        }
    }
}

const CONTACT: &[Field] = &[
    Field::new("household_address", ("戶籍地址", "Registered address"), FieldKind::Line),
    Field::new("mailing_address", ("通訊地址", "Mailing address"), FieldKind::Line),
    Field::new("phone", ("電話", "Telephone"), FieldKind::Phone),
    Field::new("mobile", ("行動電話", "Mobile telephone"), FieldKind::Phone),
    Field::new("emergency_name", ("緊急聯絡人", "Emergency contact"), FieldKind::Name),
    Field::new("emergency_relation", ("與本人關係", "Relation"), FieldKind::Line),
    Field::new("emergency_phone", ("緊急聯絡電話", "Emergency telephone"), FieldKind::Phone),
];
const FAMILY: &[Field] = &[
    Field::new("relation", ("稱謂", "Relation"), FieldKind::Line).required(),
    Field::new("name", ("姓名", "Name"), FieldKind::Name).required(),
    Field::new("national_id", ("身分證號", "National id"), FieldKind::Id),
    Field::new("born_on", ("出生日期", "Born"), FieldKind::PastDay),
    Field::new("occupation", ("職業", "Occupation"), FieldKind::Line),
];
const HEALTH: &[Field] = &[
    Field::new("disability", ("身心障礙類別及等級", "Disability and degree"), FieldKind::Line),
    Field::new("certificate_until", ("身心障礙證明有效期限", "Certificate valid until"), FieldKind::Day),
    Field::new("needs", ("職務上所需之協助", "Help needed at work"), FieldKind::Lines),
    Field::new("other", ("其他健康事項", "Other health matters"), FieldKind::Lines),
];
const BANK: &[Field] = &[
    Field::new("bank", ("金融機構代碼", "Bank code"), FieldKind::Digits(BANK_DIGITS, BANK_DIGITS)).required(),
    Field::new("branch", ("分支機構代碼", "Branch code"), FieldKind::Digits(BRANCH_DIGITS, BRANCH_DIGITS)),
    Field::new(
        "account",
        ("帳號", "Account number"),
        FieldKind::Digits(*ACCOUNT_DIGITS.start(), *ACCOUNT_DIGITS.end()),
    )
    .required(),
    Field::new("holder", ("戶名", "Account holder"), FieldKind::Name).required(),
];

impl Section {
    /// All sections, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Contact, Self::Family, Self::Health, Self::Bank];

    /// The word in tables and addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Family => "family",
            Self::Health => "health",
            Self::Bank => "bank",
        }
    }

    /// The section with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.code() == code)
    }

    /// As the page calls it.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Contact => Text::new("通訊資料", "Contact"),
            Self::Family => Text::new("家屬", "Family"),
            Self::Health => Text::new("健康及身心障礙", "Health and disability"),
            Self::Bank => Text::new("薪資帳戶", "Bank account"),
        }
    }

    /// Its fields.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Contact => CONTACT,
            Self::Family => FAMILY,
            Self::Health => HEALTH,
            Self::Bank => BANK,
        }
    }

    /// Most rows of it: one, except of relatives.
    #[must_use]
    pub const fn rows_max(self) -> usize {
        match self {
            Self::Family => RELATIVES_MAX,
            _ => 1,
        }
    }
}

/// Values by field name; an empty one is left out.
pub type Row = BTreeMap<String, String>;

/// What is wrong with a field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The row, from 0.
    pub row: usize,
    /// The field.
    pub field: &'static str,
    /// What is wrong and how to put it right.
    pub text: Text,
}

/// Checks what was typed and brings it into the form in which it is kept: days as `YYYY-MM-DD`, digits without blanks and hyphens. Rows without
/// any value are left out; values of unknown fields too.
///
/// # Errors
/// What is wrong, field by field.
pub fn check_section(section: Section, typed: &[Row], today: Date) -> Result<Vec<Row>, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut rows = Vec::new();
    for (at, row) in typed.iter().enumerate() {
        let value = |field: &Field| row.get(field.name).map_or("", |value| value.trim());
        if section.fields().iter().all(|field| value(field).is_empty()) {
            continue;
        }
        let mut kept = Row::new();
        for field in section.fields() {
            match check(field, value(field), today) {
                Ok(value) if value.is_empty() => {}
                Ok(value) => drop(kept.insert(field.name.to_owned(), value)),
                Err(text) => faults.push(FieldFault { row: at, field: field.name, text }),
            }
        }
        rows.push(kept);
    }
    if rows.len() > section.rows_max() {
        let most = section.rows_max();
        let text = Text::new(format!("以{most}筆為限。"), format!("At most {most} entries."));
        faults.push(FieldFault { row: most, field: section.fields()[0].name, text });
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn check(field: &Field, value: &str, today: Date) -> Result<String, Text> {
    let label = field.label.0;
    if value.is_empty() {
        let missing = || Text::new(format!("請填寫{label}。"), format!("Please fill in: {}.", field.label.1));
        return if field.required { Err(missing()) } else { Ok(String::new()) };
    }
    match field.kind {
        FieldKind::Line => text(label, value, LINE_CHARS_MAX, |c| c.is_control()),
        FieldKind::Lines => text(label, value, TEXT_CHARS_MAX, |c| c.is_control() && c != '\n' && c != '\r'),
        FieldKind::Name => PersonName::parse(value).map(|name| name.as_str().to_owned()).map_err(|fault| fault.text()),
        FieldKind::Phone => phone(value),
        FieldKind::Id => NationalId::parse(value).map(|id| id.as_str().to_owned()).map_err(|fault| fault.text()),
        FieldKind::PastDay => day(label, value, Some(today)),
        FieldKind::Day => day(label, value, None),
        FieldKind::Digits(least, most) => digits(label, value, least, most),
    }
}

fn text(label: &str, value: &str, most: usize, odd: impl Fn(char) -> bool) -> Result<String, Text> {
    if value.chars().count() > most || value.chars().any(odd) {
        return Err(Text::new(
            format!("{label}以{most}字為限，且不得含控制字元。"),
            format!("At most {most} characters, none of them control characters."),
        ));
    }
    Ok(value.to_owned())
}

/// Full-width digits and signs come from input methods; they mean the same.
fn half_width(c: char) -> char {
    match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn phone(value: &str) -> Result<String, Text> {
    let value: String = value.chars().map(half_width).collect();
    let known = |c: char| c.is_ascii_digit() || "+-()# ".contains(c);
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if value.chars().all(known) && (7..=20).contains(&digits) {
        return Ok(value);
    }
    Err(Text::new(
        "電話請以數字填寫，例如 02-23979298 或 02-23979298#123。",
        "Write the number in digits, such as 02-23979298 or 02-23979298#123.",
    ))
}

fn digits(label: &str, value: &str, least: usize, most: usize) -> Result<String, Text> {
    let value: String = value.chars().map(half_width).filter(|c| *c != '-' && *c != ' ').collect();
    if value.bytes().all(|b| b.is_ascii_digit()) && (least..=most).contains(&value.len()) {
        return Ok(value);
    }
    let span = if least == most { least.to_string() } else { format!("{least}至{most}") };
    Err(Text::new(format!("{label}應為{span}位數字。"), format!("{least} to {most} digits.")))
}

fn day(label: &str, value: &str, until: Option<Date>) -> Result<String, Text> {
    let day = roc::parse(value).map_err(|fault| fault.text())?;
    if day.zip(until).is_some_and(|(day, until)| day > until) {
        return Err(Text::new(format!("{label}晚於今日。"), "The day is in the future."));
    }
    Ok(day.map(|day| day.to_string()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 23);

    fn row(values: &[(&str, &str)]) -> Row {
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn faults(section: Section, rows: &[Row]) -> Vec<(usize, &'static str)> {
        check_section(section, rows, TODAY).unwrap_err().into_iter().map(|fault| (fault.row, fault.field)).collect()
    }

    #[test]
    fn values_are_kept_in_one_form() {
        let typed = row(&[
            ("relation", "配偶"),
            ("name", " 王小明 "),
            ("national_id", "A123456789"),
            ("born_on", "70/1/1"),
            ("odd", "x"),
        ]);
        let kept = check_section(Section::Family, &[typed, row(&[("name", " ")])], TODAY).unwrap();
        let expected =
            row(&[("relation", "配偶"), ("name", "王小明"), ("national_id", "A123456789"), ("born_on", "1981-01-01")]);
        assert_eq!(kept, [expected]);
        let bank = row(&[("bank", "００４"), ("account", "1234-5678 901"), ("holder", "王小明")]);
        let kept = check_section(Section::Bank, &[bank], TODAY).unwrap();
        assert_eq!((kept[0]["bank"].as_str(), kept[0]["account"].as_str()), ("004", "12345678901"));
        assert_eq!(check_section(Section::Contact, &[row(&[])], TODAY).unwrap(), Vec::<Row>::new());
    }

    #[test]
    fn what_is_wrong_is_said_field_by_field() {
        let relative = row(&[("name", "王小明"), ("national_id", "A123456788"), ("born_on", "1160101")]);
        assert_eq!(faults(Section::Family, &[relative]), [(0, "relation"), (0, "national_id"), (0, "born_on")]);
        let contact =
            row(&[("phone", "請洽總機"), ("household_address", &"長".repeat(101)), ("mobile", "0912-345-678")]);
        assert_eq!(faults(Section::Contact, &[contact]), [(0, "household_address"), (0, "phone")]);
        let bank = row(&[("bank", "04"), ("branch", "00x1"), ("account", "12345"), ("holder", "王小明")]);
        assert_eq!(faults(Section::Bank, &[bank]), [(0, "bank"), (0, "branch"), (0, "account")]);
        let many = vec![row(&[("relation", "子女"), ("name", "王小明")]); RELATIVES_MAX + 1];
        assert_eq!(faults(Section::Family, &many), [(RELATIVES_MAX, "relation")]);
        assert_eq!(faults(Section::Health, &[row(&[("disability", "x\ny"), ("certificate_until", "x")])]).len(), 2);
    }

    #[test]
    fn masked_values_say_little() {
        let field = |section: Section, name| *section.fields().iter().find(|field| field.name == name).unwrap();
        assert_eq!(field(Section::Bank, "account").masked("12345678901"), "＊＊＊＊＊＊＊＊901");
        assert_eq!(field(Section::Bank, "bank").masked("004"), "004");
        assert_eq!(field(Section::Family, "national_id").masked("A123456789"), "A12345****");
        assert_eq!(field(Section::Family, "born_on").shown("1981-01-01"), "070/01/01");
    }
}
