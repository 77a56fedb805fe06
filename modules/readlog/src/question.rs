//! 詢問原因: why did somebody look? What a question and its answer are, and who may answer.

use crate::model::{Entry, ReadId, ReaderKind};
use kernel::{AgencyCode, PersonId, Refusal};
use time::{Date, OffsetDateTime};

/// Most characters of a question.
pub const QUESTION_CHARS_MAX: usize = 1_000;
/// Most characters of an answer.
pub const ANSWER_CHARS_MAX: usize = 2_000;

/// A question about one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its number.
    pub no: i64,
    /// About which entry.
    pub entry: ReadId,
    /// Who asks.
    pub person: PersonId,
    /// Which agency is asked.
    pub agency: AgencyCode,
    /// When it was asked.
    pub asked_at: OffsetDateTime,
    /// What was asked; may be empty.
    pub words: String,
    /// The day by which the platform promises an answer.
    pub due_on: Date,
    /// Whether the office calendar of that year was known when it was worked out.
    pub calendar_known: bool,
    /// The answer, once there is one.
    pub answer: Option<Answer>,
}

impl Question {
    /// Whether the promise is broken on this day.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.answer.is_none() && self.due_on < today
    }
}

/// An agency's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When.
    pub at: OffsetDateTime,
    /// Who answered.
    pub by: PersonId,
    /// Under which name.
    pub name: String,
    /// As what, as shown.
    pub role_name: String,
    /// The words.
    pub words: String,
}

/// Whether this person may ask about this entry.
pub(crate) fn may_ask(entry: &Entry, person: PersonId) -> Result<(), Refusal> {
    if entry.reader.kind == ReaderKind::Own && entry.reader.person == Some(person) {
        return Err(Refusal::new(
            "question.own",
            "這一筆是您自己的查閱，不必詢問。",
            "You made this entry yourself; there is nothing to ask.",
        ));
    }
    Ok(())
}

/// Whether this person may answer: neither who looked, nor for whom they looked, nor who asks.
///
/// # Errors
/// Why not.
pub fn may_answer(question: &Question, entry: &Entry, by: PersonId) -> Result<(), Refusal> {
    if question.answer.is_some() {
        return Err(Refusal::new("question.answered", "這個詢問已經答覆。", "This question has been answered."));
    }
    let involved = [entry.reader.person, entry.reader.acting_for.as_ref().map(|named| named.person)];
    if involved.contains(&Some(by)) {
        return Err(Refusal::new(
            "question.reader",
            "查閱的人不能自己答覆，請由機關首長、資安管理人或其他承辦人答覆。",
            "Whoever looked cannot answer for themselves; the head, the security officer or another officer answers.",
        ));
    }
    if question.person == by {
        return Err(Refusal::new(
            "question.asker",
            "提問的人不能答覆自己的詢問。",
            "Whoever asked cannot answer their own question.",
        ));
    }
    Ok(())
}

/// Words as they are kept: trimmed, and not longer than allowed.
pub(crate) fn words(text: &str, field: &'static str, least: usize, most: usize) -> Result<String, Refusal> {
    let text = text.trim();
    let length = text.chars().count();
    if length < least {
        let (zh, en) = ("請填寫內容。", "Please write something.");
        return Err(Refusal::new("question.empty", zh, en).field(field));
    }
    if length > most {
        let zh = format!("最多{most}字，目前{length}字。");
        return Err(Refusal::new("question.long", zh, format!("At most {most} characters, not {length}.")).field(field));
    }
    Ok(text.to_owned())
}
