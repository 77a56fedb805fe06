//! Machines over mutual TLS, against a real listener and database.

#![allow(clippy::unwrap_used, reason = "a helper of a test that cannot go on has failed")]

mod pension;

use access::{NewMachine, Reach, Tree};
use api::{Api, MachineFiles, MachineListener};
use kernel::{AgencyCode, FixedClock, NationalId, PersonId, SeededRandom};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use testkit::TestDb;
use time::macros::{date, datetime};
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);
const HERE: &str = "376480000A";
const THERE: &str = "A09000000E";
const AGENCIES: &str = "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\r\n\
    A09000000E,教育部,100,臺北市中山南路5號,02-77366666,A09000000E,教育部,,0000000,,2,,,,,,\r\n\
    376480000A,南投縣政府,540,南投市中興路660號,049-2222106,376480000A,南投縣政府,,0000000,,2,,,,,,\r\n";
const PEOPLE: &str = "身分證號,姓名,性別,出生日期,機關代碼,機關名稱,單位代碼,單位,職稱,官職等,俸點,到職日期,電子郵件\r\n\
    A123456789,王承辦,1,0660101,376480000A,南投縣政府,A400,人事處,科員,P05,370,0990101,\r\n\
    A200000003,趙外人,2,0730505,A09000000E,教育部,B200,秘書處,專員,P07,460,1020101,\r\n";

struct World {
    test: TestDb,
    folder: PathBuf,
    address: String,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An authority, the server's certificate, a partner's and a stranger's of the same authority, and one of another authority.
fn certificates(folder: &Path) -> [u8; 32] {
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    };
    let (ours, other) = (authority("ours"), authority("other"));
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    write("ca.pem", ours.pem());
    let mut fingerprint = [0; 32];
    for (name, issuer, usage) in [
        ("server", &ours, ExtendedKeyUsagePurpose::ServerAuth),
        ("partner", &ours, ExtendedKeyUsagePurpose::ClientAuth),
        ("stranger", &ours, ExtendedKeyUsagePurpose::ClientAuth),
        ("foreign", &other, ExtendedKeyUsagePurpose::ClientAuth),
        ("wrong-usage", &ours, ExtendedKeyUsagePurpose::ServerAuth),
    ] {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, issuer).unwrap();
        write(&format!("{name}.pem"), certificate.pem());
        write(&format!("{name}.key"), key.serialize_pem());
        if name == "partner" {
            fingerprint = tlog::hash::sha256(certificate.der());
        }
    }
    fingerprint
}

impl World {
    async fn new(name: &str) -> Self {
        let test = testkit::database(&[
            register::MIGRATIONS,
            access::MIGRATIONS,
            readlog::MIGRATIONS,
            org::MIGRATIONS,
            orders::MIGRATIONS,
            personnel::MIGRATIONS,
        ])
        .await;
        let folder = std::env::temp_dir().join(format!("renshi-api-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let fingerprint = certificates(&folder);
        let upload =
            org::Upload { file_name: "orglist.csv", bytes: AGENCIES.as_bytes(), published_on: date!(2026 - 01 - 01) };
        let confirmation = org::Confirmation { by: "測試", at: NOW, base: org::Base::Empty, accept_missing: false };
        org::import(&test.db, upload, confirmation).await.unwrap();
        personnel::import_people(&test.db, None, "people.csv", PEOPLE.as_bytes(), NOW).await.unwrap();
        let mut tx = test.db.begin().await.unwrap();
        let reach = Reach::Agency(AgencyCode::parse(HERE).unwrap());
        let (from_on, until_on) = (date!(2026 - 01 - 01), Some(date!(2027 - 01 - 01)));
        let machine = NewMachine { fingerprint, name: "退撫基金介接系統".into(), reach, from_on, until_on };
        assert!(access::register_machine(&mut tx, &machine, NOW).await.unwrap());
        assert!(!access::register_machine(&mut tx, &machine, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let files = MachineFiles {
            certificate: folder.join("server.pem"),
            key: folder.join("server.key"),
            authorities: folder.join("ca.pem"),
            revocations: None,
        };
        let listener = MachineListener::bind("127.0.0.1:0".parse().unwrap(), &files).await.unwrap();
        let address = format!("https://localhost:{}", listener.address().port());
        let tree = Arc::new(Tree::new(org::superiors(&test.db).await.unwrap()));
        let api = Api {
            db: test.db.clone(),
            clock: Arc::new(FixedClock(NOW)),
            random: Arc::new(SeededRandom::new(5)),
            tree: Arc::new(move || Arc::clone(&tree)),
        };
        tokio::spawn(api::serve(api, listener, std::future::pending()));
        Self { test, folder, address }
    }

    /// Status and body as another program sees them: curl with a client certificate.
    async fn ask(&self, machine: Option<&str>, path: &str, purpose: Option<&str>) -> (String, String) {
        let headers: Vec<String> = purpose.map(|purpose| format!("X-Purpose: {purpose}")).into_iter().collect();
        self.send(machine, path, &headers, None).await
    }

    /// The same with a body, which is posted.
    async fn send(
        &self,
        machine: Option<&str>,
        path: &str,
        headers: &[String],
        body: Option<String>,
    ) -> (String, String) {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--max-time", "20", "--write-out", "\n%{http_code}", "--cacert"])
            .arg(self.folder.join("ca.pem"));
        if let Some(name) = machine {
            curl.arg("--cert").arg(self.folder.join(format!("{name}.pem")));
            curl.arg("--key").arg(self.folder.join(format!("{name}.key")));
        }
        for header in headers {
            curl.args(["--header", header]);
        }
        let file = self.folder.join("body.json");
        if let Some(body) = body {
            std::fs::write(&file, body).unwrap();
            curl.args(["--header", "Content-Type: application/json", "--data-binary"])
                .arg(format!("@{}", file.display()));
        }
        curl.arg(format!("{}{path}", self.address));
        let output = tokio::task::spawn_blocking(move || curl.output().unwrap()).await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        (status.to_owned(), body.to_owned())
    }
}

#[tokio::test]
async fn a_registered_machine_gets_the_least_of_its_reach_and_the_person_sees_it() {
    let world = World::new("partner").await;
    let (status, body) = world.ask(Some("partner"), "/api/v1/me", None).await;
    assert_eq!(status, "200", "{body}");
    assert!(body.contains("退撫基金介接系統") && body.contains(HERE), "{body}");
    let path = format!("/api/v1/people?agency={HERE}");
    assert_eq!(world.ask(Some("partner"), &path, None).await.0, "400", "nothing without a purpose");
    let (status, body) = world.ask(Some("partner"), &path, Some("查驗在職")).await;
    assert_eq!(status, "200", "{body}");
    assert!(body.contains("王承辦") && body.contains("科員") && !body.contains("A123456789"), "{body}");
    let id = NationalId::parse("A123456789").unwrap();
    let person = personnel::person_by_national_id(&world.test.db, id.as_str()).await.unwrap().unwrap().id;
    let reads: i64 = db::query_scalar(
        "SELECT count(*) FROM readlog.entry WHERE subjects @> ARRAY[$1::bigint] AND purpose_words = '查驗在職' AND reader_kind = 5",
    )
    .bind(person.0)
    .fetch_one(world.test.db.pool())
    .await
    .unwrap();
    assert_eq!(reads, 1);
    assert_ne!(person, PersonId(0));
}

#[tokio::test]
async fn what_is_beyond_its_reach_does_not_exist() {
    let world = World::new("beyond").await;
    let unknown = world.ask(Some("partner"), "/api/v1/people?agency=A99999999Z", Some("查驗")).await;
    let forbidden = world.ask(Some("partner"), &format!("/api/v1/people?agency={THERE}"), Some("查驗")).await;
    assert_eq!(unknown, forbidden);
    assert_eq!(forbidden.0, "404");
    for path in ["/api/v1/nothing", "/", "/people", "/api/v1/orders/zz/state"] {
        assert_eq!(world.ask(Some("partner"), path, Some("查驗")).await.0, "404", "{path}");
    }
}

#[tokio::test]
async fn a_machine_that_is_not_registered_or_not_certified_gets_nothing() {
    let world = World::new("strangers").await;
    assert_eq!(world.ask(Some("stranger"), "/api/v1/me", None).await.0, "404");
    for machine in [None, Some("foreign"), Some("wrong-usage")] {
        assert_eq!(world.ask(machine, "/api/v1/me", None).await.0, "000", "{machine:?}: no connection");
    }
    let certificate = std::fs::read_to_string(world.folder.join("partner.pem")).unwrap();
    assert!(certificate.contains("BEGIN CERTIFICATE"));
    let fingerprint: Vec<u8> =
        db::query_scalar("SELECT fingerprint FROM access.machine").fetch_one(world.test.db.pool()).await.unwrap();
    let mut tx = world.test.db.begin().await.unwrap();
    let fingerprint: [u8; 32] = fingerprint.try_into().unwrap();
    assert!(access::end_machine(&mut tx, &fingerprint, NOW + Duration::hours(1)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(world.ask(Some("partner"), "/api/v1/me", None).await.0, "404", "an ended machine");
}

#[test]
fn the_description_has_every_address() {
    let described: serde_json::Value = serde_json::from_str(include_str!("../../src/openapi.json")).unwrap();
    let described: Vec<&str> = described["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let served: Vec<&str> = api::routes().iter().map(|route| route.path).collect();
    assert!(
        served.iter().all(|path| described.contains(path)) && described.len() == served.len(),
        "{described:?} {served:?}"
    );
}
