//! The rules for a row of an award file: WebHR's own import format and what 考績法 and its 施行細則 add. Pure.

use crate::finding::{Finding, Findings};
use crate::model::{Details, Person};
use codes::{AwardCategory, AwardKind, AwardRank, AwardResult, LegalBasis, RemedyClause};
use kernel::{AgencyCode, NationalId, PersonId, same_name};
use std::collections::{BTreeSet, HashMap};

/// The sixteen headings of the file, as WebHR writes them.
pub const HEADINGS: [&str; 16] = [
    "身分證號",
    "姓名",
    "機關代碼",
    "獎懲事由(更新資料庫)",
    "獎懲事由(長)(非必填，建議不使用)",
    "獎懲結果",
    "其他事項",
    "獎懲類別",
    "適用法規",
    "適用法規名稱",
    "條",
    "點",
    "項",
    "款",
    "目",
    "教示條款",
];

/// Longest 獎懲事由 WebHR's database takes, in characters.
pub const REASON_CHARS_MAX: usize = 100;
/// Longest text of the free columns, in characters.
pub const LONG_CHARS_MAX: usize = 1000;

const ID: &str = HEADINGS[0];
const NAME: &str = HEADINGS[1];
const AGENCY: &str = HEADINGS[2];
const REASON: &str = HEADINGS[3];
const REASON_LONG: &str = HEADINGS[4];
const OUTCOME: &str = HEADINGS[5];
const OTHER: &str = HEADINGS[6];
const CATEGORY: &str = HEADINGS[7];
const LAW_CODE: &str = HEADINGS[8];
const LAW_NAME: &str = HEADINGS[9];
const ARTICLE: &str = HEADINGS[10];
const POINT: &str = HEADINGS[11];
const REMEDY: &str = HEADINGS[15];

/// A row as text, cells in the order of [`HEADINGS`].
#[derive(Clone, Debug)]
pub struct RawRow {
    /// The line in the officer's file.
    pub line: u32,
    /// The cells, trimmed.
    pub cells: [String; 16],
}

/// An award that is being handled or was issued: person, agency, category and reason.
pub type Known = (PersonId, AgencyCode, String, String);

/// What is on file about the people and agencies of the rows.
#[derive(Debug, Default)]
pub struct Facts {
    /// Who serves at the officer's agencies, by national id; somebody who serves at several of them comes once for each.
    pub people: HashMap<String, Vec<Person>>,
    /// Agencies of the list: name, and whether it is closed.
    pub agencies: HashMap<AgencyCode, (String, bool)>,
    /// Agencies the officer works for.
    pub scope: BTreeSet<AgencyCode>,
    /// Rows in open cases of these agencies and their orders issued this year.
    pub known: BTreeSet<Known>,
}

/// A row that passed.
#[derive(Clone, Debug)]
pub struct CheckedRow {
    /// The line in the officer's file.
    pub line: u32,
    /// Whom it is about.
    pub person: PersonId,
    /// The authority: the person's agency.
    pub agency: AgencyCode,
    /// 獎懲事由.
    pub reason: String,
    /// 獎懲結果.
    pub outcome: AwardResult,
    /// 獎懲類別 code.
    pub category: String,
    /// The rest.
    pub details: Details,
}

/// Checks all rows. A row is either checked or has at least one finding that is no warning.
#[must_use]
pub fn check(rows: &[RawRow], facts: &Facts) -> (Vec<CheckedRow>, Vec<Finding>) {
    let mut findings = Vec::new();
    let twice = repeated(rows);
    let checked = rows.iter().filter_map(|row| check_row(row, facts, &twice, &mut findings)).collect();
    (checked, findings)
}

type Key<'a> = (&'a str, &'a str, &'a str);

fn key(row: &RawRow) -> Key<'_> {
    (&row.cells[0], &row.cells[7], &row.cells[3])
}

/// Keys (person, category, reason) that stand on more than one line, with those lines.
fn repeated(rows: &[RawRow]) -> HashMap<Key<'_>, Vec<u32>> {
    let mut lines: HashMap<Key<'_>, Vec<u32>> = HashMap::new();
    for row in rows.iter().filter(|row| !row.cells[0].is_empty()) {
        lines.entry(key(row)).or_default().push(row.line);
    }
    lines.retain(|_, lines| lines.len() > 1);
    lines
}

fn check_row(
    row: &RawRow,
    facts: &Facts,
    twice: &HashMap<Key<'_>, Vec<u32>>,
    all: &mut Vec<Finding>,
) -> Option<CheckedRow> {
    let findings = &mut Findings::of(row.line, all);
    let [id, name, agency, reason, reason_long, outcome, other, category, law_code, law_name, rest @ ..] = &row.cells;
    let [place @ .., remedy] = rest;
    let person = check_person(id, name, agency, facts, findings);
    let agency = check_agency(agency, person, facts, findings);
    check_reason(reason, findings);
    check_free(REASON_LONG, reason_long, findings);
    check_free(OTHER, other, findings);
    let outcome = check_outcome(outcome, findings);
    check_category(category, outcome.as_ref(), findings);
    check_law(law_code, law_name, place, findings);
    if let Err(refusal) = RemedyClause::parse(remedy) {
        findings.refusal(REMEDY, refusal);
    }
    check_repeated(row, person, facts, twice, findings);
    let (person, agency, outcome) = (person?, agency?, outcome?);
    findings.is_clean().then(|| CheckedRow {
        line: row.line,
        person: person.id,
        agency,
        reason: reason.clone(),
        outcome,
        category: category.clone(),
        details: Details {
            reason_long: reason_long.clone(),
            other: other.clone(),
            law_code: law_code.clone(),
            law_name: law_name.clone(),
            place: place.clone(),
            remedy: remedy.clone(),
        },
    })
}

/// Whether a row names an agency of the list that the officer does not work for.
fn is_elsewhere(agency: &str, facts: &Facts) -> bool {
    AgencyCode::parse(agency).is_ok_and(|code| facts.agencies.contains_key(&code) && !facts.scope.contains(&code))
}

/// The person of a row, if on file where the officer works. About an id that is on file elsewhere the same is said as about one that
/// is not on file at all: nothing if the row is about another agency anyway, else that it is not known here.
fn check_person<'f>(
    id: &str,
    name: &str,
    agency: &str,
    facts: &'f Facts,
    findings: &mut Findings<'_>,
) -> Option<&'f Person> {
    if id.is_empty() {
        findings.fault(ID, "award/no-id", "身分證號空白。", "The national id is missing.");
        return None;
    }
    if let Err(fault) = NationalId::parse(id) {
        findings.text(ID, "award/bad-id", fault.text());
        return None;
    }
    let entries = facts.people.get(id).map_or(&[][..], Vec::as_slice);
    let here = |person: &&Person| facts.scope.contains(&person.agency);
    let named = |person: &&Person| here(person) && person.agency.as_str() == agency;
    let Some(person) = entries.iter().find(named).or_else(|| entries.iter().find(here)) else {
        if !is_elsewhere(agency, facts) {
            findings.fault(
                ID,
                "award/unknown-person",
                "此身分證號不在您承辦機關之人員資料中，請確認號碼，或先匯入人員資料。",
                "Nobody with this id is on file at your agencies. Please check it, or import the person first.",
            );
        }
        return None;
    };
    if name.is_empty() {
        findings.fault(NAME, "award/no-name", "姓名空白。", "The name is missing.");
    } else if !same_name(name, &person.name) {
        findings.fault(
            NAME,
            "award/other-name",
            format!("姓名「{name}」與人員資料中此身分證號之姓名不符。"),
            format!("The name \"{name}\" is not the name on file for this id."),
        );
    }
    Some(person)
}

fn check_agency(code: &str, person: Option<&Person>, facts: &Facts, findings: &mut Findings<'_>) -> Option<AgencyCode> {
    let parsed = AgencyCode::parse(code).ok();
    let Some((code, (name, closed))) = parsed.and_then(|code| Some((code, facts.agencies.get(&code)?))) else {
        findings.fault(
            AGENCY,
            "award/unknown-agency",
            format!("機關代碼「{code}」不在機關清單中。"),
            format!("The agency code \"{code}\" is not in the agency list."),
        );
        return None;
    };
    if *closed {
        let zh = format!("機關「{name}」已裁撤，請改用承接機關之代碼。");
        findings.fault(
            AGENCY,
            "award/closed-agency",
            zh,
            format!("The agency \"{name}\" is closed; use its successor."),
        );
    }
    if !facts.scope.contains(&code) {
        let zh = format!("您未承辦「{name}」之人事業務。");
        findings.fault(AGENCY, "award/not-your-agency", zh, format!("You are not an officer of \"{name}\"."));
    }
    if person.is_some_and(|person| person.agency != code) {
        findings.fault(
            AGENCY,
            "award/other-agency",
            format!("此員之服務機關不是「{name}」（{code}）。"),
            format!("This person does not serve at \"{name}\" ({code})."),
        );
    }
    Some(code)
}

fn check_reason(reason: &str, findings: &mut Findings<'_>) {
    if reason.is_empty() {
        findings.fault(REASON, "award/no-reason", "獎懲事由空白。", "The reason is missing.");
    }
    let chars = reason.chars().count();
    if chars > REASON_CHARS_MAX {
        findings.fault(
            REASON,
            "award/long-reason",
            format!("獎懲事由{chars}字，超過{REASON_CHARS_MAX}字。"),
            format!("The reason has {chars} characters; at most {REASON_CHARS_MAX} are allowed."),
        );
    }
    check_characters(REASON, reason, findings);
}

fn check_free(column: &'static str, text: &str, findings: &mut Findings<'_>) {
    let chars = text.chars().count();
    if chars > LONG_CHARS_MAX {
        let zh = format!("本欄{chars}字，超過{LONG_CHARS_MAX}字。");
        findings.fault(
            column,
            "award/long-text",
            zh,
            format!("{chars} characters; at most {LONG_CHARS_MAX} are allowed."),
        );
    }
    check_characters(column, text, findings);
}

/// Line breaks would break the file of the next system, and user-defined characters (造字) are another sign on each machine.
fn check_characters(column: &'static str, text: &str, findings: &mut Findings<'_>) {
    if text.contains(['\n', '\r']) {
        findings.fault(column, "award/line-break", "本欄不得換行。", "There may be no line break here.");
    }
    let odd = |c: &char| {
        matches!(u32::from(*c), 0xE000..=0xF8FF | 0xF_0000.. | 0xFFFD) || (c.is_control() && !"\r\n".contains(*c))
    };
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| odd(c)) {
        let code = u32::from(c);
        findings.fault(
            column,
            "award/unmappable",
            format!("第{}字為造字或無法對應之字元（U+{code:04X}），請改用全字庫之標準字。", at + 1),
            format!(
                "Character {} (U+{code:04X}) is user-defined or cannot be mapped; please use a standard one.",
                at + 1
            ),
        );
    }
}

fn check_outcome(code: &str, findings: &mut Findings<'_>) -> Option<AwardResult> {
    let outcome = AwardResult::parse(code).map_err(|refusal| findings.refusal(OUTCOME, refusal)).ok()?;
    if outcome.is_special_evaluation() {
        findings.fault(
            OUTCOME,
            "award/special-evaluation",
            "一次記二大功（過）為專案考績，須送銓敘部銓敘審定，不由本作業發布。",
            "Two major merits or demerits at once are a special evaluation decided with the Ministry of Civil Service.",
        );
    }
    if outcome.rank == AwardRank::Decoration {
        findings.fault(
            OUTCOME,
            "award/decoration",
            "勳章、獎章另依各該法令請頒，不由本作業發布。",
            "Decorations are granted under their own law, not by this procedure.",
        );
    }
    Some(outcome)
}

fn check_category(code: &str, outcome: Option<&AwardResult>, findings: &mut Findings<'_>) {
    let category = match AwardCategory::parse(code) {
        Ok(category) => category,
        Err(refusal) => return findings.refusal(CATEGORY, refusal),
    };
    if outcome.is_some_and(|outcome| outcome.kind != category.kind) {
        let (zh, en) = match category.kind {
            AwardKind::Reward => ("獎勵", "a reward"),
            AwardKind::Penalty => ("懲處", "a penalty"),
        };
        findings.fault(
            CATEGORY,
            "award/kind-mismatch",
            format!("獎懲類別「{code}」屬{zh}，與獎懲結果不一致。"),
            format!("The category \"{code}\" is for {en}, the result is not."),
        );
    }
}

fn check_law(code: &str, name: &str, place: &[String], findings: &mut Findings<'_>) {
    if !code.is_empty() {
        match LegalBasis::parse(code) {
            Ok(basis) => {
                if let Some(text) = basis.warning() {
                    findings.warn(LAW_CODE, "award/unlisted-law", text);
                }
            }
            Err(refusal) => findings.refusal(LAW_CODE, refusal),
        }
    }
    if name.is_empty() {
        findings.fault(
            LAW_NAME,
            "award/no-law",
            "適用法規名稱空白；獎懲令應敘明法令依據（行政程序法第96條第1項第2款）。",
            "The legal basis is missing; an order must state it (Administrative Procedure Act, Article 96).",
        );
    }
    check_free(LAW_NAME, name, findings);
    if place[..2].iter().all(String::is_empty) {
        findings.fault(
            ARTICLE,
            "award/no-article",
            "條與點至少填一項。",
            "Give the article or the point of the legal basis.",
        );
    }
    for (number, column) in place.iter().zip([ARTICLE, POINT, HEADINGS[12], HEADINGS[13], HEADINGS[14]]) {
        let parts: Vec<&str> = number.split('-').collect();
        let is_number = |part: &&str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
        let well_formed = number.is_empty() || (parts.len() <= 2 && parts.iter().all(is_number));
        if !well_formed {
            findings.fault(
                column,
                "award/bad-article",
                format!("「{number}」應為數字，例如 12 或 12-1。"),
                format!("\"{number}\" is not a number such as 12 or 12-1."),
            );
        }
    }
}

fn check_repeated(
    row: &RawRow,
    person: Option<&Person>,
    facts: &Facts,
    twice: &HashMap<Key<'_>, Vec<u32>>,
    findings: &mut Findings<'_>,
) {
    if let Some(lines) = twice.get(&key(row)) {
        let others: Vec<String> = lines.iter().filter(|line| **line != row.line).map(u32::to_string).collect();
        let others = others.join("、");
        findings.fault(
            ID,
            "award/repeated",
            format!("與第{others}列重複（身分證號、獎懲類別、獎懲事由均相同）。"),
            format!("Same person, category and reason as line {others}."),
        );
    }
    let known =
        |person: &Person| facts.known.contains(&(person.id, person.agency, row.cells[7].clone(), row.cells[3].clone()));
    if person.is_some_and(known) {
        findings.fault(
            ID,
            "award/known",
            "此員之相同類別、相同事由已在辦理中或本年度已發布。",
            "An award with the same category and reason is being handled or was issued this year.",
        );
    }
}
