//! Asking why, answering, and the clock in between.

use crate::world::{World, officer, people, read};
use kernel::{AgencyCode, OfficeCalendar, PersonId, Refusal};
use readlog::{
    Answer, Error, Named, Purpose, Question, ReadId, Reader, answer, ask, asked, overdue, question, questions_to,
};
use time::macros::{date, datetime};
use time::{Duration, OffsetDateTime};

/// A Monday.
const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);

fn here() -> AgencyCode {
    AgencyCode::parse("A58000000A").unwrap()
}

fn there() -> AgencyCode {
    AgencyCode::parse("376480000A").unwrap()
}

impl World {
    async fn asks(&self, person: i64, id: ReadId, words: &str) -> Result<Option<Question>, Error> {
        ask(self.db(), &OfficeCalendar::default(), (PersonId(person), id), there(), words, NOW).await
    }

    async fn answers(&self, agency: AgencyCode, no: i64, by: i64, words: &str) -> Result<bool, Error> {
        let given = Answer {
            at: NOW,
            by: PersonId(by),
            name: "李主任".into(),
            role_name: "資安管理人".into(),
            words: words.into(),
        };
        answer(self.db(), &[agency], no, given).await
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_question_goes_to_the_readers_agency_and_comes_back_answered() {
    let world = World::new().await;
    let id = world.look(NOW, &[1, 2]).await.unwrap().unwrap();
    let asked_now = world.asks(1, id, "　為什麼？ ").await.unwrap().unwrap();
    assert_eq!((asked_now.agency, asked_now.words.as_str()), (here(), "為什麼？"));
    assert_eq!((asked_now.due_on, asked_now.calendar_known), (date!(2026 - 12 - 07), false), "ten working days");
    assert_eq!(refused(world.asks(1, id, "").await).code, "question.twice");
    assert!(world.asks(2, id, "").await.unwrap().is_some(), "another person may ask about the same entry");

    let (list, found) = questions_to(world.db(), &[here()], 10, 0).await.unwrap();
    assert_eq!((list.len(), found), (2, 2));
    assert_eq!(questions_to(world.db(), &[there()], 10, 0).await.unwrap().1, 0);
    assert!(question(world.db(), &[there()], asked_now.no).await.unwrap().is_none());
    assert!(!world.answers(there(), asked_now.no, 9, "x").await.unwrap(), "another agency has no such question");
    assert!(world.answers(here(), asked_now.no, 9, "辦理您的獎懲案。").await.unwrap());
    assert_eq!(refused(world.answers(here(), asked_now.no, 9, "再答").await).code, "question.answered");

    let mine = asked(world.db(), PersonId(1), &[id]).await.unwrap();
    assert_eq!(mine[0].answer.as_ref().map(|answer| answer.words.as_str()), Some("辦理您的獎懲案。"));
    assert_eq!(asked(world.db(), PersonId(2), &[id]).await.unwrap()[0].answer, None);
    let (list, _) = questions_to(world.db(), &[here()], 10, 0).await.unwrap();
    assert_eq!(list.iter().map(|q| q.answer.is_some()).collect::<Vec<_>>(), [false, true], "open ones first");
}

#[tokio::test]
async fn only_those_it_is_about_can_ask() {
    let world = World::new().await;
    let id = world.look(NOW, &[1]).await.unwrap().unwrap();
    assert_eq!(world.asks(2, id, "").await.unwrap(), None);
    assert_eq!(world.asks(1, ReadId(id.0 + 1), "").await.unwrap(), None);
    let me = Reader::own(PersonId(5), "陳本人");
    let (mine, purpose) = (people(&[5]), Purpose::new("own", "下載自己的資料"));
    let export = readlog::Read { via: readlog::Via::Export("a.pdf"), ..read(NOW, &me, &mine, &purpose) };
    let id = world.read(&export).await.unwrap().unwrap();
    assert_eq!(refused(world.asks(5, id, "").await).code, "question.own");
}

#[tokio::test]
async fn neither_reader_nor_asker_answers() {
    let world = World::new().await;
    let reader = Reader { acting_for: Some(Named { person: PersonId(8), name: "李大同".into() }), ..officer() };
    let (subjects, purpose) = (people(&[1]), Purpose::new("award_case", "辦理獎懲"));
    let id = world.read(&read(NOW, &reader, &subjects, &purpose)).await.unwrap().unwrap();
    let no = world.asks(1, id, "").await.unwrap().unwrap().no;
    assert_eq!(refused(world.answers(here(), no, 7, "我看的").await).code, "question.reader");
    assert_eq!(refused(world.answers(here(), no, 8, "代我看的").await).code, "question.reader");
    assert_eq!(refused(world.answers(here(), no, 1, "我問的").await).code, "question.asker");
    assert_eq!(refused(world.answers(here(), no, 9, " \n").await).code, "question.empty");
    assert_eq!(refused(world.answers(here(), no, 9, &"答".repeat(2_001)).await).code, "question.long");
    assert!(world.answers(here(), no, 9, &"答".repeat(2_000)).await.unwrap());
}

#[tokio::test]
async fn a_system_without_agency_is_answered_for_by_the_persons_own() {
    let world = World::new().await;
    let (job, subjects, purpose) = (Reader::system("提醒作業"), people(&[1]), Purpose::new("remind", "提醒期限"));
    let id = world.read(&read(NOW, &job, &subjects, &purpose)).await.unwrap().unwrap();
    assert_eq!(world.asks(1, id, "").await.unwrap().unwrap().agency, there());
    assert_eq!(refused(world.asks(1, id, &"問".repeat(1_001)).await).code, "question.long");
}

#[tokio::test]
async fn overdue_questions_come_up_once_a_week_until_answered() {
    let world = World::new().await;
    readlog::promise_answer_days(world.db(), 2).await.unwrap();
    assert_eq!(readlog::answer_days(world.db()).await.unwrap(), 2);
    assert_eq!(refused(readlog::promise_answer_days(world.db(), 0).await).code, "promise.days");
    let id = world.look(NOW, &[1]).await.unwrap().unwrap();
    let no = world.asks(1, id, "").await.unwrap().unwrap().no;
    let due = async |days| {
        let now = NOW + Duration::days(days);
        let mut tx = world.db().begin().await.unwrap();
        let due = overdue(&mut tx, now).await.unwrap();
        for question in &due {
            readlog::reminded(&mut tx, question.no, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        due.len()
    };
    assert_eq!([due(2).await, due(3).await, due(4).await, due(9).await, due(10).await], [0, 1, 0, 0, 1]);
    assert!(world.answers(here(), no, 9, "因公。").await.unwrap());
    assert_eq!(due(30).await, 0);
}
