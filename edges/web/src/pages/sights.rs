//! What each page shows of people, as the read log tells them: fields by their names on the page, purposes by the work at hand.

use crate::looking::Sight;
use kernel::PersonId;
use orders::Issued;
use personnel::{AwardCase, AwardRow, Person};
use readlog::Purpose;

/// What the pages about offices show.
const OFFICE: &[&str] = &["姓名", "角色", "機關"];
/// What the list of people shows.
const PERSON: &[&str] = &["姓名", "身分證字號（部分）", "服務機關", "單位", "職稱", "官職等"];
/// What a row of an award case shows.
const ROW: &[&str] = &["姓名", "身分證字號（部分）", "單位及職稱", "獎懲事由", "獎懲結果", "法令依據"];
/// What a list of orders shows.
const ORDER_LINE: &[&str] = &["姓名", "發文字號", "獎懲結果", "送達情形"];
/// What an order says.
const ORDER: &[&str] =
    &["姓名", "身分證字號（部分）", "服務機關、單位及職稱", "官職等", "獎懲事由", "獎懲結果", "法令依據", "送達情形"];

/// The list of people.
pub fn people(people: &[Person]) -> Sight<'static> {
    let subjects = people.iter().map(|person| person.id).collect();
    Sight { subjects, agency: None, purpose: Purpose::new("people", "查人員名冊"), fields: PERSON }
}

/// People among whom a deputy, or somebody on leave, is looked for.
pub fn searched(people: &[Person], code: &str, words: &str) -> Sight<'static> {
    let subjects = people.iter().map(|person| person.id).collect();
    Sight { subjects, agency: None, purpose: Purpose::new(code, words), fields: &["姓名", "單位", "職稱"] }
}

/// People on leave.
pub fn absences(absences: &[access::Absence], words: &str) -> Sight<'static> {
    let subjects = absences.iter().map(|absence| absence.person).collect();
    Sight {
        subjects, agency: None, purpose: Purpose::new("leave", words), fields: &["姓名", "請假事由及期間"]
    }
}

/// The cards of a person.
pub fn cards(person: &Person) -> Sight<'static> {
    let purpose = Purpose::new("person_card", "登記憑證卡片");
    Sight { subjects: vec![person.id], agency: Some(person.agency), purpose, fields: &["姓名", "憑證卡片"] }
}

/// Whoever was found by a whole national id; nobody, if nobody was.
pub fn by_national_id(found: &[Person]) -> Sight<'static> {
    Sight { purpose: Purpose::new("search", "以身分證號查詢人員"), ..people(found) }
}

/// People whom another agency has taken in, named among what waits.
pub fn elsewhere(found: &[Person]) -> Sight<'static> {
    let purpose = Purpose::new("elsewhere", "確認已於其他機關報到人員之離職日期");
    Sight { purpose, fields: &["姓名"], ..people(found) }
}

/// The page of a person's record, with what is sensitive masked.
pub fn masked(person: &Person) -> Sight<'static> {
    record(person, Purpose::new("view", "開啟人員資料頁，敏感資料遮蔽"), PERSON)
}

/// Parts of a person's record.
pub fn record<'a>(person: &Person, purpose: Purpose, fields: &'a [&'a str]) -> Sight<'a> {
    Sight { subjects: vec![person.id], agency: Some(person.agency), purpose, fields }
}

/// A person for whom an award is drafted; nobody, if the form is empty.
pub fn drafted(person: Option<&Person>) -> Sight<'static> {
    let subjects = person.iter().map(|person| person.id).collect();
    let agency = person.map(|person| person.agency);
    Sight { subjects, agency, purpose: Purpose::new("award_row", "擬辦獎懲"), fields: ROW }
}

/// A file whose numbers were looked up.
pub fn checked(people: Vec<PersonId>) -> Sight<'static> {
    Sight {
        subjects: people, agency: None, purpose: Purpose::new("award_upload", "檢查獎懲建議檔"), fields: ROW
    }
}

/// What is done to a case.
#[derive(Clone, Copy)]
pub enum Work {
    /// It is prepared.
    Prepare,
    /// The committee's decision is recorded.
    Review,
    /// It is approved.
    Approve,
}

/// Rows of a case.
pub fn case<'a>(work: Work, case: &AwardCase, rows: impl IntoIterator<Item = &'a AwardRow>) -> Sight<'static> {
    let (code, words) = match work {
        Work::Prepare => ("award_case", "辦理獎懲案件"),
        Work::Review => ("award_review", "考績委員會初核獎懲案件"),
        Work::Approve => ("award_approval", "核定獎懲案件"),
    };
    Sight {
        subjects: rows.into_iter().map(|row| row.person.id).collect(),
        agency: Some(case.agency),
        purpose: Purpose::new(code, format!("{words} 案號{}", case.id)),
        fields: ROW,
    }
}

/// A list of orders, for some work.
pub fn orders<'a>(orders: impl IntoIterator<Item = &'a Issued>, code: &str, words: &str) -> Sight<'static> {
    let subjects = orders.into_iter().map(|order| order.person).collect();
    Sight { subjects, agency: None, purpose: Purpose::new(code, words), fields: ORDER_LINE }
}

/// One order, for some work.
pub fn order(order: &Issued, code: &str, words: &str) -> Sight<'static> {
    Sight {
        subjects: vec![order.person],
        agency: Some(order.agency),
        purpose: Purpose::new(code, format!("{words} {}", order.label())),
        fields: ORDER,
    }
}

/// An erasure: whose order it is, and which.
pub fn erasure(erasure: &orders::Erasure) -> Sight<'static> {
    Sight {
        subjects: vec![erasure.person],
        agency: Some(erasure.agency),
        purpose: Purpose::new("erasure", format!("辦理令之內容銷毀 {}", erasure.number)),
        fields: &["發文字號", "銷毀案"],
    }
}

/// People whose offices are shown, given or ended.
pub fn offices(people: Vec<PersonId>) -> Sight<'static> {
    Sight { subjects: people, agency: None, purpose: Purpose::new("authority", "權限管理"), fields: OFFICE }
}

/// People whose looks, or looks at whom, an auditor is shown.
pub fn read_log(people: Vec<PersonId>) -> Sight<'static> {
    let purpose = Purpose::new("audit", "稽核查閱紀錄");
    Sight { subjects: people, agency: None, purpose, fields: &["姓名", "查閱紀錄"] }
}

/// A question about a look, with the entry it is about.
pub fn question(question: &readlog::Question, entry: &readlog::Entry) -> Sight<'static> {
    let subjects = std::iter::once(question.person).chain(entry.reader.person).collect();
    let purpose = Purpose::new("question", format!("答覆查閱原因的詢問 第{}號", question.no));
    Sight {
        subjects, agency: Some(question.agency), purpose, fields: &["查閱紀錄", "查閱人姓名", "詢問及答覆"]
    }
}
