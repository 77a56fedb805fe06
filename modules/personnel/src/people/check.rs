//! The rules for a row of a list of people. Pure.

use crate::finding::{Finding, Findings};
use kernel::{AgencyCode, Grade, NationalId, NationalIdKind, PersonName, roc};
use std::collections::{BTreeMap, BTreeSet};
use time::Date;

/// The headings; their order in the file is free.
pub const HEADINGS: [&str; 13] = [
    "身分證號",
    "姓名",
    "性別",
    "出生日期",
    "機關代碼",
    "機關名稱",
    "單位代碼",
    "單位",
    "職稱",
    "官職等",
    "俸點",
    "到職日期",
    "電子郵件",
];

/// Most people of one file.
pub const PEOPLE_ROWS_MAX: usize = 100_000;
/// Longest text of a cell, in characters.
const TEXT_CHARS_MAX: usize = 100;
/// The pay points of the tables go up to here (俸給法 §4).
const PAY_POINTS: std::ops::RangeInclusive<i32> = 1..=9999;

/// A person as the file describes them.
#[derive(Clone, Debug)]
pub struct ListedPerson {
    /// 身分證統一編號.
    pub national_id: NationalId,
    /// 姓名.
    pub name: String,
    /// 1 男, 2 女.
    pub sex: i16,
    /// 出生日期.
    pub born_on: Date,
    /// 服務機關.
    pub agency: AgencyCode,
    /// 單位代碼, 單位, 職稱.
    pub post: [String; 3],
    /// 官職等 code.
    pub grade: String,
    /// 俸點.
    pub pay_points: Option<i32>,
    /// 到職日期.
    pub arrived_on: Option<Date>,
    /// 電子郵件.
    pub email: Option<String>,
}

/// Checks all rows against the known agencies and the officer's scope (none: every agency). What is on file about the people is no part of it.
#[must_use]
pub fn check(
    rows: &[(u32, [String; 13])],
    agencies: &BTreeSet<AgencyCode>,
    scope: Option<&BTreeSet<AgencyCode>>,
    today: Date,
) -> (Vec<ListedPerson>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let mut people = Vec::with_capacity(rows.len());
    for (line, cells) in rows {
        let row = &mut Findings::of(*line, &mut findings);
        if let Some(first) = seen.insert(&cells[0], *line).filter(|_| !cells[0].is_empty()) {
            row.fault(
                "身分證號",
                "people/repeated",
                format!("與第{first}列重複。"),
                format!("Same id as line {first}."),
            );
        }
        people.extend(person(cells, agencies, scope, today, row).filter(|_| row.is_clean()));
    }
    (people, findings)
}

fn person(
    cells: &[String; 13],
    agencies: &BTreeSet<AgencyCode>,
    scope: Option<&BTreeSet<AgencyCode>>,
    today: Date,
    row: &mut Findings<'_>,
) -> Option<ListedPerson> {
    let [id, name, sex, born, agency, _, unit_code, unit, title, grade, points, arrived, email] = cells;
    let national_id = NationalId::parse(id).map_err(|fault| row.text("身分證號", "people/bad-id", fault.text())).ok();
    let name = PersonName::parse(name).map_err(|fault| row.text("姓名", "people/bad-name", fault.text())).ok();
    let sex = check_sex(sex, national_id.as_ref(), row);
    let born_on = check_day("出生日期", born, true, today, row);
    let agency = check_agency(agency, agencies, scope, row);
    for (column, text) in [("單位代碼", unit_code), ("單位", unit), ("職稱", title)] {
        check_text(column, text, row);
    }
    if title.is_empty() {
        row.fault("職稱", "people/no-title", "職稱空白。", "The title is missing.");
    }
    let grade = Grade::parse(grade).map_err(|fault| row.text("官職等", "people/bad-grade", fault.text())).ok();
    let pay_points = check_points(points, row);
    let arrived_on = check_day("到職日期", arrived, false, today, row);
    let email = check_email(email, row);
    Some(ListedPerson {
        national_id: national_id?,
        name: name?.as_str().to_owned(),
        sex: sex?,
        born_on: born_on?,
        agency: agency?,
        post: [unit_code.clone(), unit.clone(), title.clone()],
        grade: grade?.code().to_owned(),
        pay_points,
        arrived_on,
        email,
    })
}

fn check_sex(sex: &str, id: Option<&NationalId>, row: &mut Findings<'_>) -> Option<i16> {
    let value = match sex {
        "1" | "M" | "男" => 1,
        "2" | "F" | "女" => 2,
        _ => {
            row.fault("性別", "people/bad-sex", "性別應為1（男）或2（女）。", "The sex is 1 (male) or 2 (female).");
            return None;
        }
    };
    let digit = id.filter(|id| id.kind() == NationalIdKind::Citizen).and_then(|id| id.as_str().as_bytes().get(1));
    if digit.is_some_and(|digit| i16::from(digit - b'0') != value) {
        // The register may be ahead of the number after a change of sex, so this is for a look, not a fault.
        let text = kernel::Text::new(
            "性別與身分證號第2碼不符，請確認。",
            "The sex does not go with the second digit of the id.",
        );
        row.warn("性別", "people/sex-and-id", text);
    }
    Some(value)
}

fn check_day(column: &'static str, text: &str, required: bool, today: Date, row: &mut Findings<'_>) -> Option<Date> {
    match roc::parse(text) {
        Err(fault) => row.text(column, "people/bad-date", fault.text()),
        Ok(None) if required => row.fault(column, "people/no-date", format!("{column}空白。"), "The date is missing."),
        Ok(Some(day)) if day > today => {
            row.fault(column, "people/future-date", format!("{column}晚於今日。"), "The date is in the future.");
        }
        Ok(day) => return day,
    }
    None
}

fn check_agency(
    code: &str,
    agencies: &BTreeSet<AgencyCode>,
    scope: Option<&BTreeSet<AgencyCode>>,
    row: &mut Findings<'_>,
) -> Option<AgencyCode> {
    let Some(parsed) = AgencyCode::parse(code).ok().filter(|code| agencies.contains(code)) else {
        let zh = format!("機關代碼「{code}」不在機關清單中。");
        row.fault(
            "機關代碼",
            "people/unknown-agency",
            zh,
            format!("The agency code \"{code}\" is not in the agency list."),
        );
        return None;
    };
    if scope.is_some_and(|scope| !scope.contains(&parsed)) {
        let zh = format!("您未承辦機關「{code}」之人事業務。");
        row.fault("機關代碼", "people/not-your-agency", zh, format!("You are not an officer of agency \"{code}\"."));
    }
    Some(parsed)
}

fn check_text(column: &'static str, text: &str, row: &mut Findings<'_>) {
    if text.chars().count() > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
        let zh = format!("{column}應為一行、{TEXT_CHARS_MAX}字以內。");
        row.fault(column, "people/bad-text", zh, format!("One line of at most {TEXT_CHARS_MAX} characters."));
    }
}

fn check_points(text: &str, row: &mut Findings<'_>) -> Option<i32> {
    if text.is_empty() {
        return None;
    }
    let points = text.parse().ok().filter(|points| PAY_POINTS.contains(points));
    if points.is_none() {
        row.fault(
            "俸點",
            "people/bad-points",
            format!("俸點「{text}」應為數字。"),
            format!("\"{text}\" is not a number."),
        );
    }
    points
}

fn check_email(text: &str, row: &mut Findings<'_>) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let shape = |(user, host): (&str, &str)| !user.is_empty() && host.contains('.') && !host.contains('@');
    let plain = text.is_ascii() && text.len() <= 254 && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if plain && text.split_once('@').is_some_and(shape) {
        return Some(text.to_owned());
    }
    row.fault("電子郵件", "people/bad-email", "電子郵件格式不符。", "This is not an e-mail address.");
    None
}
