//! The sealed sections of a record, and their keys.

use crate::world::{AGENCY, OTHER, World, agency, refusal};
use kernel::{AgencyCode, PersonId};
use personnel::{Kept, NewSection, OpenSection, PersonnelError, Row, Section};
use std::path::PathBuf;
use vault::{FileRing, VaultError};

const SECRET: &str = "臺北市中正區秘密路一號";

/// A world with a key ring.
struct Sealed {
    world: World,
    ring: FileRing,
    folder: PathBuf,
}

impl Drop for Sealed {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn row(values: &[(&str, &str)]) -> Vec<Row> {
    vec![values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()]
}

fn contact(address: &str) -> Vec<Row> {
    row(&[("household_address", address)])
}

fn other() -> AgencyCode {
    AgencyCode::parse(OTHER).unwrap()
}

impl Sealed {
    async fn new(name: &str) -> Self {
        let world = World::new().await;
        let folder = std::env::temp_dir().join(format!("renshi-sections-{name}-{}", std::process::id()));
        let ring = FileRing::open(&folder, &world.random).unwrap();
        Self { world, ring, folder }
    }

    async fn person(&self, id: &str) -> PersonId {
        self.world.person(id).await.id
    }

    async fn keep(&self, person: PersonId, section: Section, rows: &[Row], seen: i32) -> Result<Kept, PersonnelError> {
        let by = (PersonId(1), "王小明");
        let new = NewSection { agency: &agency(), person, section, rows, seen, by };
        personnel::keep_section(&self.world.test.db, &self.ring, &self.world.random, new, self.world.now).await
    }

    async fn open(&self, person: PersonId, section: Section) -> Result<Option<OpenSection>, PersonnelError> {
        personnel::open_section(&self.world.test.db, &self.ring, &agency(), person, section).await
    }

    async fn run(&self, sql: &'static str) -> u64 {
        db::query(sql).execute(self.world.test.db.pool()).await.unwrap().rows_affected()
    }
}

#[tokio::test]
async fn a_section_is_kept_sealed_and_opens_for_its_agency_only() {
    let sealed = Sealed::new("kept").await;
    let db = &sealed.world.test.db;
    let person = sealed.person("A123456789").await;
    assert_eq!(sealed.open(person, Section::Contact).await.unwrap(), None);
    assert_eq!(sealed.keep(person, Section::Contact, &contact(SECRET), 0).await.unwrap(), Kept::As(1));
    let open = sealed.open(person, Section::Contact).await.unwrap().unwrap();
    assert_eq!((open.rows[0]["household_address"].as_str(), open.mark.version), (SECRET, 1));
    assert_eq!((open.mark.changer.as_str(), open.mark.changed_at), ("王小明", sealed.world.now));
    assert!(!format!("{open:?}").contains(SECRET));
    assert_eq!(personnel::section_marks(db, &agency(), person).await.unwrap(), [open.mark]);
    assert_eq!(personnel::section_marks(db, &other(), person).await.unwrap(), []);
    let elsewhere = personnel::open_section(db, &sealed.ring, &other(), person, Section::Contact).await.unwrap();
    assert_eq!(elsewhere, None);
    // Neither the tables nor the events hold a readable copy.
    let dump: Vec<(String,)> =
        db::query_as("SELECT s::text FROM personnel.section s UNION ALL SELECT e::text FROM outbox.event e")
            .fetch_all(db.pool())
            .await
            .unwrap();
    let bytes: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!dump.is_empty() && dump.iter().all(|(line,)| !line.contains(SECRET) && !line.contains(&bytes)));
}

#[tokio::test]
async fn of_two_changes_the_second_is_told() {
    let sealed = Sealed::new("twice").await;
    let person = sealed.person("A123456789").await;
    assert_eq!(refusal(sealed.keep(person, Section::Health, &[], 1).await), "record/changed-meanwhile");
    let help = |words| row(&[("needs", words)]);
    assert_eq!(sealed.keep(person, Section::Health, &help("輪椅"), 0).await.unwrap(), Kept::As(1));
    assert_eq!(refusal(sealed.keep(person, Section::Health, &help("無"), 0).await), "record/changed-meanwhile");
    assert_eq!(sealed.keep(person, Section::Health, &help("無"), 1).await.unwrap(), Kept::As(2));
    assert_eq!(refusal(sealed.keep(person, Section::Health, &help("輪椅"), 1).await), "record/changed-meanwhile");
    assert_eq!(sealed.open(person, Section::Health).await.unwrap().unwrap().rows[0]["needs"], "無");
    let faulty = sealed.keep(person, Section::Bank, &row(&[("bank", "4")]), 0).await.unwrap();
    let Kept::Faulty(faults) = faulty else { panic!("{faulty:?}") };
    assert_eq!(faults.iter().map(|fault| fault.field).collect::<Vec<_>>(), ["bank", "account", "holder"]);
    assert_eq!(sealed.open(person, Section::Bank).await.unwrap(), None);
    let elsewhere = sealed.person("F131104093").await;
    assert_eq!(refusal(sealed.keep(elsewhere, Section::Contact, &contact("x"), 0).await), "record/not-serving");
    sealed.world.leaves("A123456789", agency()).await;
    assert_eq!(refusal(sealed.keep(person, Section::Health, &help("無"), 2).await), "record/not-serving");
}

#[tokio::test]
async fn a_ciphertext_put_elsewhere_does_not_open() {
    let sealed = Sealed::new("swapped").await;
    let (one, two) = (sealed.person("A123456789").await, sealed.person("B120863158").await);
    for (person, address) in [(one, "甲地"), (two, "乙地")] {
        sealed.keep(person, Section::Contact, &contact(address), 0).await.unwrap();
    }
    sealed.keep(one, Section::Family, &row(&[("relation", "配偶"), ("name", "王大明")]), 0).await.unwrap();
    let refused = async |person, section| {
        let error = sealed.open(person, section).await.unwrap_err();
        assert!(matches!(error, PersonnelError::Vault(VaultError::NotOpened)), "{error:?}");
    };
    let moved = "UPDATE personnel.section a SET sealed = b.sealed FROM personnel.section b \
         WHERE a.person = b.person AND a.kind = 'contact' AND b.kind = 'family'";
    assert_eq!(sealed.run(moved).await, 1);
    refused(one, Section::Contact).await;
    let keys =
        "UPDATE personnel.person_key a SET wrapped = b.wrapped FROM personnel.person_key b WHERE a.person <> b.person";
    assert_eq!(sealed.run(keys).await, 2);
    refused(two, Section::Contact).await;
}

#[tokio::test]
async fn the_ring_turns_and_everything_still_opens() {
    let sealed = Sealed::new("rotated").await;
    let db = &sealed.world.test.db;
    let people = ["A123456789", "B120863158", "A800000014"];
    for id in people {
        sealed.keep(sealed.person(id).await, Section::Contact, &contact(id), 0).await.unwrap();
    }
    let rewrap = async || personnel::rewrap_keys(db, &sealed.ring, &sealed.world.random).await.unwrap();
    assert_eq!(rewrap().await.keys, 0);
    sealed.ring.rotate(&sealed.world.random).unwrap();
    // One is being worked on by another run: it is left to that run, and said so.
    let mut held = db.begin().await.unwrap();
    db::query("SELECT FROM personnel.person_key WHERE person = $1 FOR UPDATE")
        .bind(sealed.person("A123456789").await.0)
        .execute(&mut *held)
        .await
        .unwrap();
    let first = rewrap().await;
    assert_eq!((first.keys, first.left), (2, vec![(1, 1)]));
    held.rollback().await.unwrap();
    let second = rewrap().await;
    assert_eq!((second.keys, second.left), (1, vec![]));
    assert_eq!(rewrap().await.keys, 0, "again does nothing");
    std::fs::remove_file(sealed.folder.join("1.key")).unwrap();
    let ring = FileRing::open(&sealed.folder, &sealed.world.random).unwrap();
    for id in people {
        let person = sealed.person(id).await;
        let open = personnel::open_section(db, &ring, &agency(), person, Section::Contact).await.unwrap().unwrap();
        assert_eq!(open.rows[0]["household_address"], id);
    }
}

#[tokio::test]
async fn a_destroyed_key_takes_everything_with_it() {
    let sealed = Sealed::new("erased").await;
    let person = sealed.person("A123456789").await;
    sealed.keep(person, Section::Contact, &contact(SECRET), 0).await.unwrap();
    let erase = async || {
        let mut tx = sealed.world.test.db.begin().await.unwrap();
        let done = personnel::erase_sections(&mut tx, &agency(), person, sealed.world.now).await.unwrap();
        tx.commit().await.unwrap();
        done
    };
    assert!(erase().await && !erase().await);
    assert_eq!(sealed.open(person, Section::Contact).await.unwrap(), None);
    assert_eq!(sealed.run("SELECT FROM personnel.section").await, 0);
    assert_eq!(sealed.keep(person, Section::Contact, &contact(AGENCY), 0).await.unwrap(), Kept::As(1));
}
