//! Asking why somebody looked, and answering.

use crate::error::Error;
use crate::model::{Entry, ReadId};
use crate::question::{ANSWER_CHARS_MAX, Answer, QUESTION_CHARS_MAX, Question, may_answer, may_ask, words};
use crate::store::{self, questions};
use db::{Db, Tx};
use kernel::{AgencyCode, OfficeCalendar, PersonId, Refusal, office_date};
use time::{Duration, OffsetDateTime};

/// Time between two reminders of one question.
const REMIND_EVERY: Duration = Duration::days(7);

/// Working days within which the platform promises an answer.
///
/// # Errors
/// When the database is away.
pub async fn answer_days(db: &Db) -> Result<u32, Error> {
    questions::promise_fetch(db).await
}

/// Sets the promise for questions asked from now on.
///
/// # Errors
/// When it is not 1 to 60 days, or the database is away.
pub async fn promise_answer_days(db: &Db, days: u32) -> Result<(), Error> {
    if !(1..=60).contains(&days) {
        return Err(Refusal::new("promise.days", "答覆天數為1至60個工作天。", "The days are 1 to 60.").into());
    }
    questions::promise_set(db, days).await
}

/// Asks why an entry about oneself was made. The question goes to the agency of the reader; where a system without an agency read, to
/// `otherwise`. None if there is no such entry about this person.
///
/// # Errors
/// When the person made the entry, asked before, or wrote too much; or the database is away.
pub async fn ask(
    db: &Db,
    calendar: &OfficeCalendar,
    (person, id): (PersonId, ReadId),
    otherwise: AgencyCode,
    text: &str,
    now: OffsetDateTime,
) -> Result<Option<Question>, Error> {
    let Some(entry) = store::entry_fetch(db, id).await?.filter(|entry| entry.subjects.contains(&person)) else {
        return Ok(None);
    };
    may_ask(&entry, person)?;
    let words = words(text, "words", 0, QUESTION_CHARS_MAX)?;
    let due = calendar.last_working_day(office_date(now), questions::promise_fetch(db).await?);
    let question = Question {
        no: 0,
        entry: id,
        person,
        agency: entry.reader.agency.unwrap_or(otherwise),
        asked_at: now,
        words,
        due_on: due.on,
        calendar_known: due.calendar_known,
        answer: None,
    };
    match questions::question_insert(db, &question).await? {
        Some(no) => Ok(Some(Question { no, ..question })),
        None => Err(Refusal::new("question.twice", "這一筆您已經詢問過。", "You have asked about this entry.").into()),
    }
}

/// The questions this person asked about these entries.
///
/// # Errors
/// When the database is away.
pub async fn asked(db: &Db, person: PersonId, ids: &[ReadId]) -> Result<Vec<Question>, Error> {
    questions::questions_of(db, person, ids).await
}

/// The questions to these agencies, unanswered ones first, the longest waiting at the top; and how many there are.
///
/// # Errors
/// When the database is away.
pub async fn questions_to(
    db: &Db,
    agencies: &[AgencyCode],
    limit: u32,
    offset: u32,
) -> Result<(Vec<Question>, u64), Error> {
    questions::questions_to(db, agencies, limit, offset).await
}

/// A question to one of these agencies, with its entry.
///
/// # Errors
/// When the database is away.
pub async fn question(db: &Db, agencies: &[AgencyCode], no: i64) -> Result<Option<(Question, Entry)>, Error> {
    let Some(question) = questions::question_fetch(db, no).await?.filter(|q| agencies.contains(&q.agency)) else {
        return Ok(None);
    };
    let entry = store::entry_fetch(db, question.entry).await?.ok_or(Error::Damaged(question.entry.0))?;
    Ok(Some((question, entry)))
}

/// Answers a question to one of these agencies. False if there is none.
///
/// # Errors
/// When the answerer looked or asked, the question is answered, or the words are none or too many; or the database is away.
pub async fn answer(db: &Db, agencies: &[AgencyCode], no: i64, given: Answer) -> Result<bool, Error> {
    let Some((question, entry)) = self::question(db, agencies, no).await? else { return Ok(false) };
    may_answer(&question, &entry, given.by)?;
    let words = words(&given.words, "answer", 1, ANSWER_CHARS_MAX)?;
    if questions::question_answer(db, no, &Answer { words, ..given }).await? {
        return Ok(true);
    }
    Err(Refusal::new("question.answered", "這個詢問已經答覆。", "This question has been answered.").into())
}

/// Questions that are overdue and of which nobody was reminded for a week; they are locked for this transaction.
///
/// # Errors
/// When the database is away.
pub async fn overdue(tx: &mut Tx, now: OffsetDateTime) -> Result<Vec<Question>, Error> {
    questions::question_overdue(tx, office_date(now), now - REMIND_EVERY).await
}

/// Notes that somebody was reminded of a question.
///
/// # Errors
/// When the database is away.
pub async fn reminded(tx: &mut Tx, no: i64, now: OffsetDateTime) -> Result<(), Error> {
    questions::question_reminded(tx, no, now).await
}
