//! A database with an empty read log, and a usual reader.

use db::Db;
use kernel::{AgencyCode, PersonId, SeededRandom};
use readlog::{Error, Purpose, Read, ReadId, Reader, ReaderKind, Via};
use testkit::TestDb;
use time::OffsetDateTime;

pub struct World {
    pub test: TestDb,
    pub random: SeededRandom,
}

impl World {
    pub async fn new() -> Self {
        let test = testkit::database(&[register::MIGRATIONS, readlog::MIGRATIONS]).await;
        Self { test, random: SeededRandom::new(20_261_123) }
    }

    pub fn db(&self) -> &Db {
        &self.test.db
    }

    /// The officer looks at some people.
    pub async fn look(&self, at: OffsetDateTime, subjects: &[i64]) -> Result<Option<ReadId>, Error> {
        let reader = officer();
        let purpose = Purpose::new("award_case", "辦理獎懲案件 案號12");
        self.read(&Read { via: Via::Page("/awards/case/{id}"), ..read(at, &reader, &people(subjects), &purpose) }).await
    }

    pub async fn read(&self, read: &Read<'_>) -> Result<Option<ReadId>, Error> {
        readlog::record(self.db(), &self.random, read).await
    }
}

pub fn people(ids: &[i64]) -> Vec<PersonId> {
    ids.iter().copied().map(PersonId).collect()
}

pub fn read<'a>(at: OffsetDateTime, reader: &'a Reader, subjects: &'a [PersonId], purpose: &'a Purpose) -> Read<'a> {
    Read {
        at,
        reader,
        subjects,
        purpose,
        fields: &["姓名", "身分證號"],
        via: Via::Page("/people"),
        request: "TEST-0001",
    }
}

pub fn officer() -> Reader {
    Reader {
        kind: ReaderKind::Office,
        person: Some(PersonId(7)),
        name: "王小明".into(),
        role: "officer".into(),
        role_name: "人事人員".into(),
        agency: Some(AgencyCode::parse("A58000000A").unwrap()),
        agency_name: "行政院人事行政總處".into(),
        acting_for: None,
        agent_of: None,
    }
}
