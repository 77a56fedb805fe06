//! `renshi bench`: figures for docs/benchmarks.md. Ratios are taken in one run on one machine.

use crate::Failure;
use crate::args::{Bench, BenchWhat};
use crate::assemble::{Running, Setting, assemble};
use crate::chance::{SystemClock, SystemRandom};
use crate::{journey, out, registry};
use kernel::{AgencyCode, Clock};
use orders::{Issued, field};
use seal::record::{Field, Salts, Scribe};
use seal::{AgencyKeys, Authority, CertificateRequest, Event, Summary};
use std::fmt::Write as _;
use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tlog::leaf::Kind;

/// Awards each invented person receives in the journey bench.
const AWARDS_EACH: usize = 10;
/// Most people: as many as one roster file holds, and more awards for each above that.
const PEOPLE_MOST: usize = 90_000;
/// Rows of one file in the journey bench: one case, one approval.
const ROWS_OF_FILE: usize = 4000;

/// Measures and prints.
///
/// # Errors
/// When storage fails.
pub async fn run(bench: Bench) -> Result<ExitCode, Failure> {
    match bench.what {
        BenchWhat::Seal { orders } => seal_rate(orders)?,
        BenchWhat::Journey { orders } => journey_rate(orders).await?,
        BenchWhat::Register { leaves } => {
            let folder = scratch("register");
            let measured = crate::bench_register::run(&folder, leaves).await;
            let _ = std::fs::remove_dir_all(&folder);
            measured?;
        }
        BenchWhat::Render { pages } => render_rate(pages).await?,
        BenchWhat::Start => start_time().await?,
        BenchWhat::Authority { rounds } => authority(rounds).await?,
        BenchWhat::Readlog { pages } => readlog_share(pages).await?,
        BenchWhat::Pension { rounds } => crate::bench_pension::run(rounds)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

/// So many in a second.
#[expect(clippy::cast_precision_loss, reason = "a rate is printed with three digits")]
pub fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}

fn sample_fields() -> Vec<Field> {
    field::fields(vec![
        (field::DOCUMENT_NUMBER, "人事總處人考字第1150012345號".into()),
        (field::ISSUED_ON, "2026-11-23".into()),
        (field::ISSUING_AGENCY, "行政院人事行政總處".into()),
        (field::ISSUING_AGENCY_CODE, "A58000000A".into()),
        (field::RECIPIENT, "歐陽廷芳".into()),
        (field::NATIONAL_ID, "A123456789".into()),
        (field::SUBJECT, "核定歐陽廷芳君獎勵如下，請查照。".into()),
        (field::SERVING_AGENCY, "行政院人事行政總處".into()),
        (field::SERVING_UNIT, "資訊室".into()),
        (field::TITLE, "科員".into()),
        (field::GRADE, "薦任第七職等".into()),
        (field::REASON, "辦理114年度跨機關人事資料介接案，如期完成，辛勞得力。".into()),
        (field::OUTCOME, "記功一次".into()),
        (field::OUTCOME_CODE, "4010".into()),
        (field::CATEGORY, "A02".into()),
        (field::LEGAL_BASIS, "公務人員平時獎懲標準表第3點第2款".into()),
        (field::REMEDY, "如不服本令，得於收受次日起30日內，繕具復審書經由行政院人事行政總處提起復審。".into()),
        (field::HEAD_TITLE, "人事長".into()),
        (field::HEAD_NAME, "李範例".into()),
    ])
}

fn sample_keys() -> Result<AgencyKeys, Failure> {
    let now = SystemClock.now();
    let authority = Authority::create(&SystemRandom, "Renshi bench", now)?;
    let request =
        CertificateRequest { name: "行政院人事行政總處", serial_number: "A58000000A", organization: "" };
    Ok(AgencyKeys::create(&SystemRandom, &authority, &request, now)?)
}

/// Record, signature and leaf on one core, beside the bare signature.
fn seal_rate(orders: usize) -> Result<(), Failure> {
    let keys = sample_keys()?;
    let fields = sample_fields();
    let started = Instant::now();
    let mut sum = 0_u8;
    for n in 0..orders {
        let message = [n.to_be_bytes(); 12];
        sum ^= keys.sign(&message.as_flattened()[..95])?[0];
    }
    let raw = rate(orders, seconds(started));
    let started = Instant::now();
    let mut scribe = Scribe::default();
    for _ in 0..orders {
        let salts = Salts::draw(&SystemRandom, fields.len());
        let summary = Summary {
            masked_id: "A12345****".into(),
            serving: "行政院人事行政總處 科員".into(),
            ..Summary::of(&fields)
        };
        let sealed = scribe.seal(&fields, &salts, &summary);
        let mut id = [0; 16];
        id.copy_from_slice(&salts.as_bytes()[..16]);
        let event = Event { kind: Kind::Issue, issuer: 1, id, commitment: sealed.commitment, prev: [0; 32] };
        let signed = keys.sign_event(&event)?;
        sum ^= event.leaf(0, signed.auth).hash()[0];
    }
    let sealed = rate(orders, seconds(started));
    println!("{orders} orders of {} fields on one core (check {sum})", fields.len());
    println!("Ed25519 alone  {raw:>9.0} /s");
    println!("sealed orders  {sealed:>9.0} /s   {:.2} of the raw rate", sealed / raw);
    Ok(())
}

fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("renshi-bench-{name}-{}", std::process::id()))
}

async fn bench_platform(data: &Path) -> Result<Running, Failure> {
    let setting = Setting {
        data: data.to_owned(),
        database: None,
        public: "http://127.0.0.1:8640".into(),
        proxies: Vec::new(),
        posts_per_minute: 0,
        policy: None,
        portal: None,
        anchors: None,
        card_ca: None,
        card_component: None,
        families: Vec::new(),
        demo: true,
        sample_file: None,
    };
    assemble(setting).await
}

const AGENCY_LIST: &str = "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\n\
A58000000A,行政院人事行政總處,10051,臺北市中正區濟南路一段2之2號10樓,02-23979298,A58000000A,行政院人事行政總處,,0000000,,2,,,,,,\n";

/// A valid national id for number `n`.
fn national_id(n: usize) -> String {
    let body = format!("A1{n:07}");
    let weights = [8, 7, 6, 5, 4, 3, 2, 1];
    // A is 10: tens weigh 1, units 9.
    let digits = body.bytes().skip(1).map(|byte| u32::from(byte - b'0'));
    let sum: u32 = 1 + digits.zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn people_list(people: usize) -> String {
    let mut list = String::from(
        "身分證號,姓名,性別,出生日期,機關代碼,機關名稱,單位代碼,單位,職稱,官職等,俸點,到職日期,電子郵件\n",
    );
    for n in 0..people {
        let id = national_id(n);
        writeln!(
            list,
            "{id},王小明,1,0700101,A58000000A,行政院人事行政總處,A200,人事室,科員,P07,490,1000101,u{n}@example.gov.tw"
        )
        .expect("text");
    }
    list
}

/// Whom the award files are about; the one more of the list approves.
fn awarded(people: usize) -> std::collections::BTreeSet<String> {
    (0..people).map(national_id).collect()
}

fn award_file(from: usize, to: usize, people: usize) -> String {
    let mut file = personnel::AWARD_HEADINGS.join(",");
    file.push_str("\r\n");
    for n in from..to {
        let id = national_id(n % people);
        writeln!(
            file,
            "{id},王小明,A58000000A,辦理第{n}號跨機關人事資料介接案，如期完成，辛勞得力。,,4010,,A02,BT,公務人員平時獎懲標準表,,3,,2,,1\r"
        )
        .expect("text");
    }
    file
}

/// What the read log adds to a page of people.
async fn authority(rounds: usize) -> Result<(), Failure> {
    let data = scratch("authority");
    let running = bench_platform(&data).await?;
    let (db, today) = (&running.app.db, running.app.today());
    let agencies = crate::bench_authority::agencies();
    crate::import::take_agencies(db, "bench.csv", agencies.as_bytes(), today, false).await?;
    running.app.refresh_tree().await?;
    let people = crate::bench_authority::people(national_id);
    crate::import::people(db, "bench.csv", people.as_bytes()).await?;
    crate::bench_authority::run(&running, rounds).await?;
    running.stop().await;
    std::fs::remove_dir_all(&data)?;
    Ok(())
}

async fn readlog_share(pages: usize) -> Result<(), Failure> {
    let data = scratch("readlog");
    let running = bench_platform(&data).await?;
    crate::import::take_agencies(&running.app.db, "bench.csv", AGENCY_LIST.as_bytes(), running.app.today(), false)
        .await?;
    running.app.refresh_tree().await?;
    crate::import::people(&running.app.db, "bench.csv", people_list(2_000).as_bytes()).await?;
    crate::bench_reads::run(&running, pages).await?;
    running.stop().await;
    std::fs::remove_dir_all(&data)?;
    Ok(())
}

/// Orders through the program, durable, with the sequencer running beside as it does in `renshi serve`.
async fn journey_rate(orders: usize) -> Result<(), Failure> {
    let data = scratch("journey");
    let running = bench_platform(&data).await?;
    let app = running.app.clone();
    let people = orders.div_ceil(AWARDS_EACH).clamp(3, PEOPLE_MOST);
    crate::import::take_agencies(&app.db, "bench.csv", AGENCY_LIST.as_bytes(), app.today(), false).await?;
    crate::import::people(&app.db, "bench.csv", people_list(people + 1).as_bytes()).await?;
    let staffs = journey::appoint(&running, &awarded(people)).await?;
    let agency = AgencyCode::parse("A58000000A").expect("a well-formed code");
    let before = table_bytes(&app.db).await?;
    let sequencer = tokio::spawn(web::work(app.clone()));
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let desk = || files_in_turn(&app, &staffs, &next, orders, people);
    let (one, other) = tokio::try_join!(desk(), desk())?;
    let done = one + other;
    let sealed = seconds(started);
    wait_for_register(&app.db).await?;
    let registered = seconds(started);
    sequencer.abort();
    let folder = data.join("log-export");
    registry::export(&app.db, &folder).await?;
    let log = folder_bytes(&folder)?;
    let database = table_bytes(&app.db).await? - before;
    println!(
        "{done} orders of {agency}, {people} people, files of {ROWS_OF_FILE} rows, each a case, an approval, a transaction"
    );
    println!("sealed          {:>8.0} orders/s ({sealed:.1} s)", rate(done, sealed));
    println!("in the register {:>8.0} orders/s ({registered:.1} s)", rate(done, registered));
    println!("log             {:>8.0} bytes/order", rate(usize::try_from(log)?, rate(done, 1.0)));
    println!("database        {:>8.0} bytes/order", rate(usize::try_from(database)?, rate(done, 1.0)));
    println!("peak memory     {:>8} of the program", peak_memory());
    drop(staffs);
    running.stop().await;
    std::fs::remove_dir_all(&data)?;
    Ok(())
}

/// One desk of two: takes the next file, checks it and brings its case to sealed orders, until
/// there is none left; while one case is approved the next file is checked.
async fn files_in_turn(
    app: &web::App,
    staffs: &journey::Staffs,
    next: &AtomicUsize,
    orders: usize,
    people: usize,
) -> Result<usize, Failure> {
    let mut done = 0;
    loop {
        let from = next.fetch_add(ROWS_OF_FILE, Ordering::Relaxed);
        if from >= orders {
            return Ok(done);
        }
        let to = orders.min(from + ROWS_OF_FILE);
        let file = award_file(from, to, people);
        let check = journey::check_awards(app, staffs, "bench.csv", file.as_bytes()).await?;
        let sealed = journey::approve_all(app, staffs, &check).await?.len();
        if sealed < to - from {
            return Err("rows of the bench were refused".into());
        }
        done += sealed;
    }
}

async fn wait_for_register(db: &db::Db) -> Result<(), Failure> {
    loop {
        let mut tx = db.begin().await?;
        if register::log::waiting(&mut tx).await? == 0 {
            return Ok(());
        }
        drop(tx);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn table_bytes(db: &db::Db) -> Result<i64, Failure> {
    let mut bytes = 0;
    for schema in ["register", "orders", "personnel", "outbox", "access"] {
        bytes += db.schema_bytes(schema).await?;
    }
    Ok(bytes)
}

fn folder_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.metadata()?;
        bytes += if kind.is_dir() { folder_bytes(&entry.path())? } else { kind.len() };
    }
    Ok(bytes)
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

/// Papers of one order on one core, with the bundle inside and the signature.
async fn render_rate(pages: usize) -> Result<(), Failure> {
    let data = scratch("render");
    let running = bench_platform(&data).await?;
    let app = running.app.clone();
    crate::import::take_agencies(&app.db, "bench.csv", AGENCY_LIST.as_bytes(), app.today(), false).await?;
    crate::import::people(&app.db, "bench.csv", people_list(51).as_bytes()).await?;
    let staffs = journey::appoint(&running, &awarded(50)).await?;
    let check = journey::check_awards(&app, &staffs, "bench.csv", award_file(0, 50, 50).as_bytes()).await?;
    let issued: Vec<Issued> = journey::approve_all(&app, &staffs, &check).await?;
    journey::settle(&app).await?;
    let mut bundles = Vec::new();
    for order in &issued {
        bundles.push(orders::bundle(&app.db, order).await?.ok_or("an order is not in the register")?);
    }
    let first = Instant::now();
    let pdf = out::paper(&app, &issued[0], bundles[0].clone()).await?;
    let first = seconds(first);
    let started = Instant::now();
    for n in 0..pages {
        let at = n % issued.len();
        out::paper(&app, &issued[at], bundles[at].clone()).await?;
    }
    let all = seconds(started);
    println!("{pages} papers of {} bytes on one core, 50 different orders, with bundle and signature", pdf.len());
    println!("first page  {:>8.0} ms (fonts are read)", first * 1000.0);
    println!("papers      {:>8.1} /s", rate(pages, all));
    println!("peak memory {:>8}", peak_memory());
    drop(staffs);
    running.stop().await;
    std::fs::remove_dir_all(&data)?;
    Ok(())
}

/// From starting the program to its first answer, with the demonstration data in place.
async fn start_time() -> Result<(), Failure> {
    let data = scratch("start");
    let folder = data.clone();
    let times = tokio::task::spawn_blocking(move || -> Result<Vec<f64>, Failure> {
        let mut times = Vec::new();
        // The first start fills the platform and is not counted.
        for _ in 0..4 {
            times.push(start_once(&folder)?);
        }
        Ok(times)
    });
    let times = times.await??;
    std::fs::remove_dir_all(&data)?;
    let counted: Vec<String> = times[1..].iter().map(|time| format!("{time:.2} s")).collect();
    println!("first start, filling the platform: {:.2} s", times[0]);
    println!("start to first answered request:   {}", counted.join(", "));
    Ok(())
}

fn start_once(data: &Path) -> Result<f64, Failure> {
    let started = Instant::now();
    let mut program = Command::new(std::env::current_exe()?)
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = program.stdout.take().ok_or("the program has no output")?;
    let mut lines = std::io::BufReader::new(stdout).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.split_once("at http://").map(|(_, address)| address.trim().to_owned()));
    let address = address.ok_or("the program did not say where it answers")?;
    // Whatever else it prints must find a reader.
    std::thread::spawn(move || lines.for_each(drop));
    let time = loop {
        if ask(&address).is_ok() {
            break seconds(started);
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    let _ = Command::new("kill").arg(program.id().to_string()).status()?;
    program.wait()?;
    Ok(time)
}

fn ask(address: &str) -> std::io::Result<()> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    if answer.ends_with(b"200") { Ok(()) } else { Err(std::io::Error::other("not answered with 200")) }
}
