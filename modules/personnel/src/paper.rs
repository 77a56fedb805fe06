//! From a row of a case to the paper of its order. Pure.

use crate::model::{AwardCase, AwardRow, Change, Person};
use codes::{AwardKind, AwardResult, RemedyClause};
use kernel::{Grade, Redacted, Refusal, roc};
use orders::{Amendment, Family, Issued, Letterhead, Paper, field};
use statute::{Act, Citation};
use time::Date;

/// The order that is changed, as the paper needs it.
pub(crate) struct Changed<'a> {
    pub change: &'a Change,
    pub order: &'a Issued,
}

/// The deputy who approves in place of the head, as printed.
pub(crate) struct ActingHead {
    pub title: String,
    pub name: String,
    pub absence: String,
}

/// Writes the paper of a row, as of `today`.
///
/// # Errors
/// When a code of the row is no longer known, or the law of today is not loaded.
pub(crate) fn paper(
    case: &AwardCase,
    row: &AwardRow,
    head: &Letterhead,
    changed: Option<&Changed<'_>>,
    acting: Option<&ActingHead>,
    today: Date,
) -> Result<Paper, Refusal> {
    let outcome = AwardResult::parse(&row.outcome)?;
    let clause = RemedyClause::parse(&row.details.remedy)?;
    let person = &row.person;
    let to = addressee(row, head, changed);
    let mut pairs = vec![
        (field::ISSUING_AGENCY, head.name.clone()),
        (field::ISSUING_AGENCY_CODE, case.agency.to_string()),
        (field::RECIPIENT, to.name.clone()),
        (field::NATIONAL_ID, person.national_id.as_str().to_owned()),
        (field::SUBJECT, subject(&to.name, &outcome, changed)),
        (field::SERVING_AGENCY, to.agency),
        (field::SERVING_UNIT, to.unit),
        (field::TITLE, to.title),
        (field::GRADE, to.grade),
    ];
    pairs.extend(substance(row, &outcome, changed));
    pairs.extend([
        (field::REMEDY, remedy(clause, head, today)?),
        (field::REMEDY_CLAUSE, clause.code().to_owned()),
        (field::ADDRESS, head.address.clone()),
        (field::CONTACT, head.contact.clone()),
        (field::COPIES_TO, head.copies_to.clone()),
        (field::HEAD_TITLE, head.head_title.clone()),
        (field::HEAD_NAME, head.head_name.clone()),
    ]);
    // 首長因故不能視事：署首長姓名註明事由，代行人附署職銜、姓名，加註代行 (公文程式條例 §4).
    if let Some(ActingHead { title, name, absence }) = acting {
        pairs.extend([
            (field::HEAD_ABSENCE, absence.clone()),
            (field::DEPUTY_TITLE, title.clone()),
            (field::DEPUTY_NAME, name.clone()),
        ]);
    }
    Ok(Paper {
        person: person.id,
        family: family(&outcome),
        fields: field::fields(pairs),
        masked_id: person.national_id.masked(),
        email: person.email.clone().map(Redacted::new),
        amends: changed.map(|changed| (changed.change.order, changed.change.amendment)),
    })
}

fn family(outcome: &AwardResult) -> Family {
    match outcome.kind {
        AwardKind::Reward => Family::Award,
        AwardKind::Penalty => Family::Penalty,
    }
}

/// Whom the paper is for, as printed.
struct Addressee {
    name: String,
    agency: String,
    unit: String,
    title: String,
    grade: String,
}

/// A new award names the person as they are on file today, at the agency that issues it. What changes an order names the person as that
/// order did: where they serve by now is nothing to do with it.
fn addressee(row: &AwardRow, head: &Letterhead, changed: Option<&Changed<'_>>) -> Addressee {
    let Some(Changed { order, .. }) = changed else {
        let Person { name, unit, title, grade, .. } = row.person.clone();
        let grade = Grade::parse(&grade).map(|grade| grade.label().to_owned()).unwrap_or_default();
        return Addressee { name, agency: head.name.clone(), unit, title, grade };
    };
    let text = |name| order.text(name).to_owned();
    Addressee {
        name: text(field::RECIPIENT),
        agency: text(field::SERVING_AGENCY),
        unit: text(field::SERVING_UNIT),
        title: text(field::TITLE),
        grade: text(field::GRADE),
    }
}

fn kind_word(outcome: &AwardResult) -> &'static str {
    match outcome.kind {
        AwardKind::Reward => "獎勵",
        AwardKind::Penalty => "懲處",
    }
}

fn subject(name: &str, outcome: &AwardResult, changed: Option<&Changed<'_>>) -> String {
    let kind = kind_word(outcome);
    let Some(Changed { change, order }) = changed else { return format!("核定{name}君{kind}如下，請查照。") };
    let number = order.label();
    match change.amendment {
        Amendment::Correct => format!("更正{number}令，核定{name}君{kind}如下，請查照。"),
        Amendment::Revoke => format!("撤銷{number}令核定{name}君之{kind}，並溯及既往失其效力，請查照。"),
        Amendment::Repeal => format!("廢止{number}令核定{name}君之{kind}，請查照。"),
        Amendment::Cancel => format!("註銷{number}令，請查照。"),
    }
}

/// Reason, outcome and legal basis: of the award, or of what is done to it.
fn substance(row: &AwardRow, outcome: &AwardResult, changed: Option<&Changed<'_>>) -> Vec<(&'static str, String)> {
    let award = || {
        vec![
            (field::REASON, row.reason.clone()),
            (field::OUTCOME, outcome.name.zh.to_string()),
            (field::OUTCOME_CODE, outcome.code.clone()),
            (field::CATEGORY, row.category.clone()),
            (field::LEGAL_BASIS, row.details.legal_basis()),
            (field::OTHER, row.details.other.clone()),
        ]
    };
    let Some(Changed { change, order }) = changed else { return award() };
    let word = change.amendment.label().zh;
    let mut pairs = match change.amendment {
        Amendment::Correct => award(),
        _ => vec![
            (field::REASON, change.reason.clone()),
            (field::OUTCOME, format!("{word}{}令", order.label())),
            (field::LEGAL_BASIS, basis(change.amendment, order.family).to_string()),
        ],
    };
    pairs.extend([
        (field::AMENDMENT, word.to_string()),
        (field::AMENDS_NUMBER, order.label()),
        (field::AMENDMENT_REASON, change.reason.clone()),
        (field::EFFECTIVE_ON, change.effective_on.map(|day| day.to_string()).unwrap_or_default()),
    ]);
    pairs
}

/// The article that allows a change: an award grants a benefit (授予利益), so it is repealed under another article than a penalty.
fn basis(amendment: Amendment, family: Family) -> Citation {
    let article = match (amendment, family) {
        (Amendment::Correct, _) => 101,
        (Amendment::Revoke, _) => 117,
        (Amendment::Repeal, Family::Award) => 123,
        (Amendment::Repeal, Family::Penalty) => 122,
        (Amendment::Cancel, _) => 130,
    };
    Act::A0030055.article(article)
}

/// The 教示 of today's law, with the days and the agency filled in.
fn remedy(clause: RemedyClause, head: &Letterhead, today: Date) -> Result<String, Refusal> {
    let (notice, days) = match clause {
        RemedyClause::CivilServant => (statute::REMEDY_NOTICE, statute::REMEDY_DAYS),
        RemedyClause::Teacher => (statute::TEACHER_REMEDY_NOTICE, statute::TEACHER_REMEDY_DAYS),
    };
    let not_loaded = |_| {
        Refusal::new(
            "personnel/law-not-loaded",
            format!("{}之法規資料尚未載入，無法產生教示。", roc::long(today)),
            "The law of this day is not loaded; the notice of remedy cannot be written.",
        )
    };
    let days = statute::days(days, today).map_err(not_loaded)?.value.to_string();
    let fills = [("days", days.as_str()), ("agency", head.name.as_str())];
    Ok(statute::text(notice, today, &fills).map_err(not_loaded)?.value.zh.into_owned())
}
