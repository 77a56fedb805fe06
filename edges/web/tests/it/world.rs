//! A small world: two agencies, the people who work there with their cards, and the site.

use access::{Office, Reach, Role};
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use kernel::{AgencyCode, Clock, OrderId, PersonId, Random, SeededRandom, Text, office_date};
use orders::{Issued, Letterhead, Numbering};
use personnel::Approval;
use register::log::NewIssuer;
use seal::authority::{Authority, CardSubject, CertificateRequest};
use seal::keys::AgencyKeys;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use testkit::TestDb;
use time::OffsetDateTime;
use time::macros::{date, datetime};
use tlog::note::LogKey;
use tower::ServiceExt;
use web::{App, Card, CardBox, KeptTree, KeyRing, Parts};
use webkit::{AssetIndex, Link, Site};

/// A Monday morning in Taipei.
pub const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);
/// Most forms of one address in a minute.
pub const POSTS_PER_MINUTE: u32 = 100;
/// The agency in which the tests work, and another one.
pub const HERE: &str = "376480000A";
pub const THERE: &str = "A09000000E";

pub const AGENCIES: &str = "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\r\n\
    A00000000A,行政院,100,臺北市忠孝東路一段一號,02-33566500,A00000000A,行政院,,0000000,,1,,,,,,\r\n\
    A09000000E,教育部,100,臺北市中山南路5號,02-77366666,A00000000A,行政院,,0000000,,2,,,,,,\r\n\
    376480000A,南投縣政府,540,南投市中興路660號,049-2222106,376480000A,南投縣政府,,0000000,,2,,,,,,\r\n\
    376480300A,南投縣政府舊局,540,南投市中興路1號,049-2222107,376480000A,南投縣政府,,0000000,1010101,3,是,376480000A,南投縣政府,1010101,,\r\n";

const PEOPLE: &str = "身分證號,姓名,性別,出生日期,機關代碼,機關名稱,單位代碼,單位,職稱,官職等,俸點,到職日期,電子郵件\r\n\
    A123456789,王承辦,1,0660101,376480000A,南投縣政府,A400,人事處,科員,P05,370,0990101,officer@example.gov.tw\r\n\
    A123456770,李秘書,2,0660102,376480000A,南投縣政府,A400,人事處,專員,P07,460,0990101,secretary@example.gov.tw\r\n\
    B199960300,陳首長,1,0510705,376480000A,南投縣政府,A100,縣長室,縣長,P14,800,0861010,head@example.gov.tw\r\n\
    X291590832,黃系統,2,0870703,A09000000E,教育部,A400,資訊司,科員,P07,460,1090914,operator@example.gov.tw\r\n\
    A223456781,林受獎,2,0700303,376480000A,南投縣政府,B100,民政處,科員,P05,385,1000101,civil@example.gov.tw\r\n\
    A100000001,張小吏,1,0720404,376480000A,南投縣政府,B100,民政處,辦事員,P03,280,1010101,\r\n\
    A200000003,趙外人,2,0730505,A09000000E,教育部,B200,秘書處,專員,P07,460,1020101,other@example.gov.tw\r\n\
    A100000109,錢資安,1,0740606,A00000000A,行政院,B200,資訊處,專員,P07,460,1030101,\r\n\
    A100000207,孫分析,1,0750707,A00000000A,行政院,B200,資訊處,專員,P07,460,1030101,\r\n\
    A200000307,周稽核,2,0760808,A00000000A,行政院,B200,資訊處,專員,P07,460,1030101,\r\n\
    A200000405,吳介接,2,0770909,A00000000A,行政院,B200,資訊處,專員,P07,460,1030101,\r\n";

/// Who the tests sign in as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Officer,
    Secretary,
    Head,
    Operator,
    Security,
    Analyst,
    Auditor,
    Partner,
    Civil,
    /// An officer of the other agency.
    Stranger,
    Nobody,
}

impl Who {
    /// National id and office.
    fn part(self) -> Option<(&'static str, Option<(Role, &'static str)>)> {
        Some(match self {
            Self::Officer => ("A123456789", Some((Role::Officer, HERE))),
            Self::Secretary => ("A123456770", Some((Role::Secretary, HERE))),
            Self::Head => ("B199960300", Some((Role::Head, HERE))),
            Self::Operator => ("X291590832", Some((Role::Operator, THERE))),
            Self::Security => ("A100000109", Some((Role::Security, HERE))),
            Self::Analyst => ("A100000207", Some((Role::Analyst, HERE))),
            Self::Auditor => ("A200000307", Some((Role::Auditor, HERE))),
            Self::Partner => ("A200000405", Some((Role::Partner, HERE))),
            Self::Civil => ("A223456781", None),
            Self::Stranger => ("A200000003", Some((Role::Officer, THERE))),
            Self::Nobody => return None,
        })
    }

    /// Everybody, whoever did not sign in last.
    pub fn everybody() -> impl Iterator<Item = Self> {
        Self::SIGNED_IN.into_iter().chain([Self::Nobody])
    }

    const SIGNED_IN: [Self; 10] = [
        Self::Officer,
        Self::Secretary,
        Self::Head,
        Self::Operator,
        Self::Security,
        Self::Analyst,
        Self::Auditor,
        Self::Partner,
        Self::Civil,
        Self::Stranger,
    ];
}

/// The site with its database, and the sessions of everybody.
pub struct World {
    pub app: App,
    pub keys: AgencyKeys,
    pub authority: Authority,
    site: axum::Router,
    people: Vec<(Who, PersonId, [u8; 32], String)>,
    folder: PathBuf,
    clock: Arc<TestClock>,
    db: TestDb,
}

/// A clock that tests can set.
struct TestClock(Mutex<OffsetDateTime>);

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap()
    }
}

/// What the site answered.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub location: String,
    pub kind: String,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The whole answer.
    pub async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let header = |name| parts.headers.get(name).map_or("", |v| v.to_str().unwrap_or("")).to_owned();
        let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        let (location, kind) = (header(LOCATION), header(CONTENT_TYPE));
        Self { status: parts.status, location, kind, headers: parts.headers, bytes }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Fails with the page if it is not this status.
    #[track_caller]
    pub fn is(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Fails with the page if it does not say this.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.text().contains(words), "\"{words}\" is missing in {}", self.text());
        self
    }
}

/// The fonts are looked for once for all tests.
static PRESS: LazyLock<pdf::Press> =
    LazyLock::new(|| pdf::Press::new(&pdf::FontSources::system()).expect("fonts are installed"));

impl World {
    pub async fn new() -> Self {
        Self::with(None).await
    }

    /// A world with a government portal that may vouch for people.
    pub async fn with(portal: Option<access::Portal>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let test = testkit::database(&[
            register::MIGRATIONS,
            anchor::MIGRATIONS,
            access::MIGRATIONS,
            readlog::MIGRATIONS,
            org::MIGRATIONS,
            personnel::MIGRATIONS,
            orders::MIGRATIONS,
        ])
        .await;
        let folder = std::env::temp_dir().join(format!(
            "renshi-web-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        let random = SeededRandom::new(20_261_123);
        let authority = Authority::create(&random, "測試憑證管理中心", NOW).unwrap();
        import(&test.db).await;
        let cards = CardBox::new(folder.join("cards"));
        let holders = issue_cards(&test.db, &random, &authority, &cards).await;
        let log_key = LogKey::from_seed("orders.test/2026", &[7; 32]).unwrap();
        let keys = issuer(&test.db, &random, &authority, &log_key).await;
        let ring = KeyRing::new(folder.join("keys"), crate::away::open);
        ring.keep(code(HERE), &keys).unwrap();
        let clock = Arc::new(TestClock(Mutex::new(NOW)));
        let (set, now) = ((ring, log_key, portal), Arc::clone(&clock) as Arc<dyn Clock>);
        let app = app(&test, &folder, cards, set, &authority, now);
        let site = web::router(app.clone());
        let mut world = Self { app, keys, authority, site, people: Vec::new(), folder, clock, db: test };
        for (who, person, card) in holders {
            let reply = world.ask(form_request("/signin", "", &[("card", &person.to_string())])).await;
            assert_eq!(reply.0, StatusCode::SEE_OTHER, "{who:?} cannot sign in");
            world.people.push((who, person, card, reply.1));
        }
        world
    }

    /// A copy of the database as it is now: a backup. Every connection to the database is ended for it and made anew.
    pub async fn backup(&self) -> db::Db {
        let (url, name) = (&self.db.url, format!("{}_copy", self.name()));
        let admin = db::Db::connect(&url.replacen(&format!("/{}?", self.name()), "/renshi?", 1)).await.unwrap();
        let quiet = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", self.name());
        db::query(db::AssertSqlSafe(quiet)).execute(admin.pool()).await.unwrap();
        let copy = format!("CREATE DATABASE {name} TEMPLATE {}", self.name());
        db::query(db::AssertSqlSafe(copy)).execute(admin.pool()).await.unwrap();
        admin.close().await;
        db::Db::connect(&url.replacen(&format!("/{}?", self.name()), &format!("/{name}?"), 1)).await.unwrap()
    }

    fn name(&self) -> &str {
        let path = self.db.url.split('?').next().unwrap();
        path.rsplit('/').next().unwrap()
    }

    /// It is now this time.
    pub fn set_clock(&self, now: OffsetDateTime) {
        *self.clock.0.lock().unwrap() = now;
    }

    /// Signs somebody in anew, as after a night.
    pub async fn sign_in_again(&mut self, who: Who) {
        let card = self.person(who).to_string();
        let (status, cookie) = self.ask(form_request("/signin", "", &[("card", &card)])).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{who:?} cannot sign in");
        self.people.iter_mut().find(|found| found.0 == who).unwrap().3 = cookie;
    }

    /// The person behind a part.
    pub fn person(&self, who: Who) -> PersonId {
        self.found(who).1
    }

    /// The person's software card is no longer in the box, as where cards are real.
    pub fn lose_card(&self, who: Who) {
        std::fs::remove_file(self.folder.join("cards").join(format!("{}.pem", self.person(who)))).unwrap();
    }

    fn found(&self, who: Who) -> &(Who, PersonId, [u8; 32], String) {
        self.people.iter().find(|found| found.0 == who).expect("everybody but nobody has a card")
    }

    pub fn cookie(&self, who: Who) -> String {
        if who == Who::Nobody { String::new() } else { self.found(who).3.clone() }
    }

    /// Status and session cookie of a request.
    async fn ask(&self, request: Request<Body>) -> (StatusCode, String) {
        let response = self.reach(request).await;
        let cookie = response.headers().get(SET_COOKIE).map(|value| value.to_str().unwrap().to_owned());
        let cookie = cookie.unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
        (response.status(), cookie)
    }

    /// Asks as a browser does that found the site under its name; a request that names its host itself is left alone.
    pub async fn reach(&self, mut request: Request<Body>) -> axum::response::Response {
        request.headers_mut().entry(HOST).or_insert_with(|| HeaderValue::from_static("localhost:8080"));
        self.site.clone().oneshot(request).await.unwrap()
    }

    /// What the site answers to a request made by hand.
    pub async fn answer(&self, request: Request<Body>) -> Reply {
        Reply::of(self.reach(request).await).await
    }

    pub async fn get(&self, who: Who, path: &str) -> Reply {
        let request = Request::get(path).header(COOKIE, self.cookie(who)).body(Body::empty()).unwrap();
        self.answer(request).await
    }

    /// A request without a body, by any method.
    pub async fn request(&self, who: Who, method: Method, path: &str) -> Reply {
        let request = Request::builder().method(method).uri(path).header(COOKIE, self.cookie(who));
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, who: Who, path: &str, pairs: &[(&str, &str)]) -> Reply {
        self.answer(form_request(path, &self.cookie(who), pairs)).await
    }

    /// Sends a file with further fields, as a form with a file does.
    pub async fn send(
        &self,
        who: Who,
        path: &str,
        (field, name, bytes): (&str, &str, &[u8]),
        more: &[(&str, &str)],
    ) -> Reply {
        let mut body = Vec::new();
        for (name, value) in more {
            body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(b"\r\n--cut--\r\n");
        let request = Request::post(path)
            .header(COOKIE, self.cookie(who))
            .header(CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .body(Body::from(body))
            .unwrap();
        self.answer(request).await
    }

    /// Takes in an award file for the officer; the case is a draft.
    pub async fn draft(&self, file: &str) -> kernel::CaseId {
        let scope = BTreeSet::from([code(HERE)]);
        let today = office_date(NOW);
        let check = personnel::check_file(&self.app.db, &scope, "awards.csv", file.as_bytes(), today).await.unwrap();
        assert!(check.findings.iter().all(|finding| finding.warning), "{:?}", check.findings);
        let officer = self.person(Who::Officer);
        personnel::take_file(&self.app.db, officer, &check, false, NOW).await.unwrap().cases[0]
    }

    /// The same, brought to the head over the committee.
    pub async fn awaiting_head(&self, file: &str) -> personnel::AwardCase {
        let case = self.draft(file).await;
        let case = personnel::submit(&self.app.db, (case, 1), NOW).await.unwrap();
        personnel::record_agreement(&self.app.db, (case.id, case.version), office_date(NOW), NOW).await.unwrap()
    }

    /// The same, approved, in the register and delivered.
    pub async fn issued(&self, file: &str) -> Vec<Issued> {
        let case = self.awaiting_head(file).await;
        let orders = self.approve(&case).await;
        while web::pass(&self.app).await.unwrap() {}
        orders
    }

    /// The order is revoked, in the register and delivered; the new order.
    pub async fn revoke(&self, old: &Issued, reason: &str) -> Issued {
        let app = &self.app;
        let change = personnel::NewChange {
            order: old.id,
            amendment: orders::Amendment::Revoke,
            reason: reason.to_owned(),
            known_on: Some(office_date(NOW)),
            effective_on: None,
            corrected: None,
        };
        let scope = BTreeSet::from([code(HERE)]);
        let drafted = personnel::draft_change(&app.db, self.person(Who::Officer), &scope, &change, NOW).await.unwrap();
        let personnel::Typed::Kept(case) = drafted else { panic!("{drafted:?}") };
        let case = personnel::submit(&app.db, (case, 1), NOW).await.unwrap();
        let seen = (case.id, case.version);
        let case = personnel::record_agreement(&app.db, seen, office_date(NOW), NOW).await.unwrap();
        let new = self.approve(&case).await.remove(0);
        while web::pass(app).await.unwrap() {}
        new
    }

    /// The head's card approves.
    pub async fn approve(&self, case: &personnel::AwardCase) -> Vec<Issued> {
        let app = &self.app;
        let seen = (case.id, case.version);
        let (_, head, card, _) = self.found(Who::Head);
        let prepared =
            personnel::prepare_approval(&app.db, app.random.as_ref(), seen, &(*head).into(), NOW).await.unwrap();
        let cms = app.cards.as_ref().unwrap().sign(*head, &prepared.statement, NOW).unwrap();
        let approval = Approval {
            seen,
            numbering: Numbering::OneEach,
            approver: ((*head).into(), *card),
            cms: &cms,
            keys: &self.keys,
            now: NOW,
        };
        personnel::approve(&app.db, &approval).await.unwrap()
    }

    /// The register has the order.
    pub async fn standing(&self, id: OrderId) -> orders::Standing {
        orders::standing(&self.app.db, id).await.unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An award file of these rows: national id, name, reason, result code.
pub fn award_file(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut file = personnel::AWARD_HEADINGS.join(",") + "\r\n";
    for (id, name, reason, outcome) in rows {
        file += &format!("{id},{name},{HERE},{reason},,{outcome},,A02,BT,公務人員平時獎懲標準表,,3,,2,,1\r\n");
    }
    file
}

/// One award to the civil servant of the tests.
pub fn one_award() -> String {
    award_file(&[("A223456781", "林受獎", "辦理選務工作，圓滿完成。", "4010")])
}

pub fn code(text: &str) -> AgencyCode {
    AgencyCode::parse(text).unwrap()
}

pub fn form_request(path: &str, cookie: &str, pairs: &[(&str, &str)]) -> Request<Body> {
    let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    Request::post(path)
        .header(COOKIE, cookie)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.join("&")))
        .unwrap()
}

async fn import(db: &db::Db) {
    let upload =
        org::Upload { file_name: "orglist.csv", bytes: AGENCIES.as_bytes(), published_on: date!(2026 - 01 - 01) };
    let confirmation =
        org::Confirmation { by: "系統管理者", at: NOW, base: org::Base::Empty, accept_missing: false };
    org::import(db, upload, confirmation).await.unwrap();
    let imported = personnel::import_people(db, None, "people.csv", PEOPLE.as_bytes(), NOW).await.unwrap();
    assert!(imported.is_taken(), "{:?}", imported.findings);
}

async fn issue_cards(
    db: &db::Db,
    random: &dyn Random,
    authority: &Authority,
    cards: &CardBox,
) -> Vec<(Who, PersonId, [u8; 32])> {
    let mut holders = Vec::new();
    let mut tx = db.begin().await.unwrap();
    for (at, who) in Who::SIGNED_IN.into_iter().enumerate() {
        let (id, office) = who.part().unwrap();
        let person = personnel::person_by_national_id(db, id).await.unwrap().unwrap();
        let serial = format!("TEST{at:04}");
        let subject = CardSubject { name: &person.name, serial_number: &serial, organization: "" };
        let card = authority.issue_card(random, &subject, NOW).unwrap();
        let fingerprint = tlog::hash::sha256(card.certificate());
        access::register_card(&mut tx, &fingerprint, person.id, &person.name, Some(&person.agency), NOW).await.unwrap();
        if let Some((role, agency)) = office {
            let office = Office::own(role, Reach::Agency(code(agency)));
            access::grant_office(&mut tx, person.id, &office, date!(2026 - 01 - 01), NOW).await.unwrap();
        }
        let part = Text::new("測試", "Test");
        cards.keep(person.id, &card).unwrap();
        cards.lay(Card { person: person.id, name: person.name, part, agency: String::new() });
        holders.push((who, person.id, fingerprint));
    }
    tx.commit().await.unwrap();
    holders
}

async fn issuer(db: &db::Db, random: &dyn Random, authority: &Authority, log_key: &LogKey) -> AgencyKeys {
    let name = "南投縣政府";
    let request = CertificateRequest { name, serial_number: HERE, organization: "" };
    let keys = AgencyKeys::create(random, authority, &request, NOW).unwrap();
    let mut tx = db.begin().await.unwrap();
    register::log::create(&mut tx, log_key).await.unwrap();
    let (card_ca, id) = (authority.fingerprint(), [9; 16]);
    let new = NewIssuer {
        agency: HERE.to_owned(),
        card_ca,
        document_certificate: keys.document_certificate().to_vec(),
        name: name.to_owned(),
        seal_key: keys.seal_key(),
        id,
    };
    // The first authority of a log is its number 1.
    let signature = keys.sign_statement(&keys.statement(1, HERE, name, card_ca), id).unwrap().1.signature;
    register::log::add_issuer(&mut tx, new, |_| Some(signature)).await.unwrap();
    let head = Letterhead {
        agency: code(HERE),
        name: name.to_owned(),
        word: "府人考".to_owned(),
        address: "540206 南投市中興路660號".to_owned(),
        contact: "王承辦　049-2222106".to_owned(),
        head_title: "縣長".to_owned(),
        head_name: "陳首長".to_owned(),
        copies_to: "本府人事處".to_owned(),
        objection_days: None,
    };
    orders::keep_letterhead(&mut tx, &head, NOW).await.unwrap();
    tx.commit().await.unwrap();
    keys
}

fn authorities(ca: &Authority) -> access::Authorities {
    let root = vec![ca.certificate().to_vec()];
    let authority = seal::CardAuthority::new("測試", root, Vec::new(), &seal::CardRules::default()).unwrap();
    access::Authorities::new(vec![access::Family { authority, revocation: access::Revocation::Off }]).unwrap()
}

fn app(
    test: &TestDb,
    folder: &std::path::Path,
    cards: CardBox,
    (keys, log_key, portal): (KeyRing, LogKey, Option<access::Portal>),
    ca: &Authority,
    clock: Arc<dyn Clock>,
) -> App {
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(42));
    let site = Site {
        name: web::service_name(),
        owner: Text::new("測試機關", "Test agency"),
        footer: vec![Link::new("/verify", Text::new("查驗", "Verify"))],
        demo: true,
        assets: AssetIndex::of::<web::Assets>(),
        clock: Arc::clone(&clock),
        random: Arc::clone(&random),
    };
    App::new(Parts {
        db: test.db.clone(),
        clock,
        random,
        site: Arc::new(site),
        press: PRESS.clone(),
        ring: Arc::new(vault::FileRing::open(folder.join("ring"), &SeededRandom::new(7)).unwrap()),
        keys,
        witnessing: register::witness::Witnessing::new(tlog::policy::Policy::of(log_key.vkey().clone())).unwrap(),
        log_keys: web::LogKeys::new(log_key, |origin| LogKey::from_seed(origin, &[8; 32]).ok()),
        authorities: authorities(ca),
        card_ca: ca.fingerprint(),
        card_component: Some("http://127.0.0.1:61161".into()),
        cards: Some(cards),
        public: "http://localhost:8080".to_owned(),
        proxies: Arc::new([]),
        posts_per_minute: POSTS_PER_MINUTE,
        portal,
        passkeys: access::Passkeys::new("http://localhost:8080", "人事"),
        outbox: folder.join("mail"),
        sample_file: Some(one_award().into_bytes()),
        anchors: anchor::Anchors::in_folder(folder.join("anchors")),
        tree: KeptTree::default(),
    })
}
