//! The names of the fields of a 令, in the order of the paper (layout: docs/verification.md section 1 and the template).
//!
//! A field whose text is empty is left out of the record.

pub use seal::record::name::{DOCUMENT_NUMBER, ISSUED_ON, ISSUING_AGENCY, LEGAL_BASIS, OUTCOME, REASON, RECIPIENT};

/// Code of the issuing agency.
pub const ISSUING_AGENCY_CODE: &str = "issuing_agency_code";
/// 主旨.
pub const SUBJECT: &str = "subject";
/// 身分證統一編號, in full: part of the record, printed masked.
pub const NATIONAL_ID: &str = "national_id";
/// 服務機關.
pub const SERVING_AGENCY: &str = "serving_agency";
/// 單位.
pub const SERVING_UNIT: &str = "serving_unit";
/// 職稱.
pub const TITLE: &str = "title";
/// 官職等, in words.
pub const GRADE: &str = "grade";
/// 獎懲結果代碼.
pub const OUTCOME_CODE: &str = "outcome_code";
/// 獎懲類別.
pub const CATEGORY: &str = "category";
/// 其他事項.
pub const OTHER: &str = "other";
/// 教示.
pub const REMEDY: &str = "remedy";
/// 教示條款: which remedy, 1 civil servants, 2 education staff. Not printed.
pub const REMEDY_CLAUSE: &str = "remedy_clause";
/// What a changing order does: 更正, 撤銷, 廢止, 註銷.
pub const AMENDMENT: &str = "amendment";
/// 發文字號 of the order that is changed.
pub const AMENDS_NUMBER: &str = "amends_number";
/// Why it is changed.
pub const AMENDMENT_REASON: &str = "amendment_reason";
/// Day from which a repeal counts, `YYYY-MM-DD`.
pub const EFFECTIVE_ON: &str = "effective_on";
/// Address line of the letterhead.
pub const ADDRESS: &str = "address";
/// Contact line of the letterhead.
pub const CONTACT: &str = "contact";
/// 副本.
pub const COPIES_TO: &str = "copies_to";
/// 職銜 of who signs.
pub const HEAD_TITLE: &str = "head_title";
/// Name of who signs.
pub const HEAD_NAME: &str = "head_name";

/// Why who signs did not act (不能視事事由), where a deputy approved.
pub const HEAD_ABSENCE: &str = "head_absence";
/// 職銜 of the deputy who approved.
pub const DEPUTY_TITLE: &str = "deputy_title";
/// Name of the deputy who approved.
pub const DEPUTY_NAME: &str = "deputy_name";

/// The fields of a paper being written: a field without text is not written.
#[must_use]
pub fn fields(pairs: Vec<(&'static str, String)>) -> Vec<seal::record::Field> {
    pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| seal::record::Field::new(name, value))
        .collect()
}
