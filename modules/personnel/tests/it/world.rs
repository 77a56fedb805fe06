//! A small world: two agencies, a few people, keys, a card.

use kernel::{AgencyCode, CaseId, FixedClock, PersonId, SeededRandom, office_date};
use orders::{Issued, Letterhead, Numbering};
use personnel::{Approval, Person, PersonnelError, UploadCheck};
use register::log::NewIssuer;
use seal::{AgencyKeys, Authority, CertificateRequest, SoftCard};
use std::collections::BTreeSet;
use testkit::TestDb;
use time::macros::datetime;
use time::{Date, Duration, OffsetDateTime};
use tlog::note::LogKey;

pub const AGENCY: &str = "A58000000A";
pub const OTHER: &str = "602000000A";
const AGENCIES: &str = "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱
A58000000A,行政院人事行政總處,10051,臺北市,02-23979298,A58000000A,行政院人事行政總處,,0000000,,2,,,,,,
602000000A,銓敘部,116,臺北市,02-82366666,602000000A,銓敘部,,0000000,,2,,,,,,
323000000A,行政院人事行政局,10051,臺北市,,A58000000A,行政院人事行政總處,,0000000,1010206,2,是,A58000000A,行政院人事行政總處,1010206,,
";
const PEOPLE: &str = "職稱,身分證號,姓名,性別,出生日期,機關代碼,官職等,電子郵件,單位
科長,A123456789,王小明,1,0700101,A58000000A,P09,a@example.gov.tw,人事室
科員,B120863158,潘堃,1,0710101,A58000000A,P07,b@example.gov.tw,資訊室
科員,A800000014,Lowking Nowbucyang,1,0720101,A58000000A,P06,,資訊室
專員,F131104093,拉娃．谷木,1,0730101,602000000A,P08,d@example.gov.tw,秘書室
人事長,B199960300,李範例,1,0510705,A58000000A,P14,,首長室
";

pub struct World {
    pub test: TestDb,
    pub random: SeededRandom,
    pub now: OffsetDateTime,
    pub log_key: LogKey,
    pub authority: Authority,
    pub keys: AgencyKeys,
    pub card: SoftCard,
}

impl World {
    pub async fn new() -> Self {
        let sets = [register::MIGRATIONS, org::MIGRATIONS, orders::MIGRATIONS, personnel::MIGRATIONS];
        let test = testkit::database(&sets).await;
        let now = datetime!(2026-11-23 02:00 UTC);
        let random = SeededRandom::new(11);
        let authority = Authority::create(&random, "測試憑證中心", now - Duration::days(1)).unwrap();
        let request =
            CertificateRequest { name: "行政院人事行政總處", serial_number: AGENCY, organization: "" };
        let keys = AgencyKeys::create(&random, &authority, &request, now - Duration::days(1)).unwrap();
        let request = CertificateRequest { name: "李範例", serial_number: "1", organization: "" };
        let card = authority.issue_card(&random, &request, now - Duration::days(1)).unwrap();
        let log_key = LogKey::from_seed("orders.test.example/2026", &[9; 32]).unwrap();
        let world = Self { test, random, now, log_key, authority, keys, card };
        world.fill().await;
        world
    }

    async fn fill(&self) {
        let db = &self.test.db;
        let published_on = time::macros::date!(2026 - 01 - 01);
        let upload = org::Upload { file_name: "a.csv", bytes: AGENCIES.as_bytes(), published_on };
        let confirmation =
            org::Confirmation { by: "test", at: self.now, base: org::Base::Newest, accept_missing: false };
        org::import(db, upload, confirmation).await.unwrap();
        let people = personnel::import_people(db, None, "p.csv", PEOPLE.as_bytes(), self.now).await.unwrap();
        assert!(people.is_taken(), "{:?}", people.findings);
        let mut tx = db.begin().await.unwrap();
        register::log::create(&mut tx, &self.log_key).await.unwrap();
        let new = NewIssuer {
            agency: AGENCY.into(),
            card_ca: self.authority.fingerprint(),
            document_certificate: self.keys.document_certificate().to_vec(),
            name: "行政院人事行政總處".into(),
            seal_key: self.keys.seal_key(),
            id: [1; 16],
        };
        register::log::add_issuer(&mut tx, new, |bytes| self.keys.sign(bytes).ok()).await.unwrap();
        orders::keep_letterhead(&mut tx, &letterhead(), self.now).await.unwrap();
        tx.commit().await.unwrap();
        self.sequence().await;
    }

    pub async fn sequence(&self) {
        let clock = FixedClock(self.now);
        while register::sequence::sequence(&self.test.db, &clock, &self.log_key, 1000).await.unwrap().more {}
    }

    pub fn today(&self) -> Date {
        office_date(self.now)
    }

    pub fn scope(&self) -> BTreeSet<AgencyCode> {
        BTreeSet::from([agency()])
    }

    pub async fn person(&self, id: &str) -> Person {
        personnel::person_by_national_id(&self.test.db, id).await.unwrap().unwrap()
    }

    pub async fn officer(&self) -> PersonId {
        self.person("A123456789").await.id
    }

    pub async fn check(&self, rows: &str) -> UploadCheck {
        let file = format!("{}\n{rows}", personnel::AWARD_HEADINGS.join(","));
        personnel::check_file(&self.test.db, &self.scope(), "awards.csv", file.as_bytes(), self.today()).await.unwrap()
    }

    /// Rows that must be good, as one case.
    pub async fn case(&self, rows: &str) -> CaseId {
        let check = self.check(rows).await;
        assert_eq!(check.findings, [], "{rows}");
        let taken = personnel::take_file(&self.test.db, self.officer().await, &check, false, self.now).await.unwrap();
        assert_eq!(taken.cases.len(), 1);
        taken.cases[0]
    }

    /// Who approves.
    pub async fn head(&self) -> PersonId {
        self.person("B199960300").await.id
    }

    /// People as a list says, over what is on file.
    pub async fn people(&self, rows: &str) {
        let heading = PEOPLE.lines().next().unwrap();
        let list = format!("{heading}\n{rows}");
        let people = personnel::import_people(&self.test.db, None, "p.csv", list.as_bytes(), self.now).await.unwrap();
        assert!(people.is_taken(), "{:?}", people.findings);
    }

    /// Somebody leaves an agency today.
    pub async fn leaves(&self, id: &str, agency: AgencyCode) {
        let person = self.person(id).await.id;
        let mut tx = self.test.db.begin().await.unwrap();
        personnel::leave(&mut tx, &agency, person, self.today(), self.now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A case that the committee agreed to, with its version.
    pub async fn awaiting(&self, rows: &str) -> (CaseId, i32) {
        let id = self.case(rows).await;
        let case = personnel::submit(&self.test.db, (id, 1), self.now).await.unwrap();
        let case =
            personnel::record_agreement(&self.test.db, (id, case.version), self.today(), self.now).await.unwrap();
        (id, case.version)
    }

    pub async fn sign(&self, seen: (CaseId, i32), card: &SoftCard) -> Result<Vec<u8>, PersonnelError> {
        let prepared =
            personnel::prepare_approval(&self.test.db, &self.random, seen, &self.head().await.into(), self.now).await?;
        Ok(card.sign(&prepared.statement, true, self.now))
    }

    pub async fn approve_with(
        &self,
        seen: (CaseId, i32),
        cms: &[u8],
        numbering: Numbering,
    ) -> Result<Vec<Issued>, PersonnelError> {
        let fingerprint = seal::subject_of(self.card.certificate()).unwrap().fingerprint;
        let approval = Approval {
            seen,
            numbering,
            approver: (self.head().await.into(), fingerprint),
            cms,
            keys: &self.keys,
            now: self.now,
        };
        personnel::approve(&self.test.db, &approval).await
    }

    pub async fn approve(&self, seen: (CaseId, i32)) -> Result<Vec<Issued>, PersonnelError> {
        let cms = self.sign(seen, &self.card).await?;
        self.approve_with(seen, &cms, Numbering::OneEach).await
    }

    /// Sealed orders in the register, from rows.
    pub async fn issued(&self, rows: &str) -> Vec<Issued> {
        let seen = self.awaiting(rows).await;
        let issued = self.approve(seen).await.unwrap();
        self.sequence().await;
        issued
    }
}

pub fn agency() -> AgencyCode {
    AgencyCode::parse(AGENCY).unwrap()
}

fn letterhead() -> Letterhead {
    Letterhead {
        agency: agency(),
        name: "行政院人事行政總處".into(),
        word: "總處人考".into(),
        address: "臺北市".into(),
        contact: "人事室".into(),
        head_title: "人事長".into(),
        head_name: "李範例".into(),
        copies_to: String::new(),
        objection_days: None,
    }
}

/// A good row about 王小明 with this reason and outcome.
pub fn row(reason: &str, outcome: &str) -> String {
    format!("A123456789,王小明,{AGENCY},{reason},,{outcome},,A02,BT,公務人員平時獎懲標準表,,3,,2,,1\n")
}

/// A good row about 潘堃.
pub fn second_row(reason: &str) -> String {
    format!("B120863158,潘堃,{AGENCY},{reason},,4001,,A02,BT,公務人員平時獎懲標準表,,3,,2,,1\n")
}

/// The code of the refusal an operation answered.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, PersonnelError>) -> &'static str {
    match result {
        Err(PersonnelError::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

/// Runs futures side by side on this task.
pub async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut done = true;
        for (future, result) in &mut waiting {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *result = Some(value),
                    std::task::Poll::Pending => done = false,
                }
            }
        }
        if done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, result)| result).collect()
}
