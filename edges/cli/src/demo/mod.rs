//! `renshi demo`: the whole journey on embedded storage, with invented people, never to be confused with production.

mod chain;
mod helper;
mod witnesses;

use self::chain::Chain;
use self::witnesses::Trio;
use crate::Failure;
use crate::args::Demo;
use crate::assemble::{Running, Setting, assemble, data_folder};
use crate::journey::{self, Staffs};
use crate::serve::{answer, listen};
use crate::{import, out};
use access::{Office, Reach, Role};
use kernel::{AgencyCode, Text, office_date};
use orders::Issued;
use personnel::{PeopleQuery, Person, UploadCheck};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use time::macros::date;
use web::Card;

const AGENCIES: &[u8] = include_bytes!("../../../../cases/agencies/orglist.csv");
const PEOPLE: &[u8] = include_bytes!("../../../../cases/samples/people.csv");
const AWARDS: &[u8] = include_bytes!("../../../../cases/samples/awards.csv");
/// The agency whose case is left to be clicked through: 行政院人事行政總處.
const HANDS_ON: &str = "A58000000A";

/// Runs the demonstration.
///
/// # Errors
/// When a file cannot be read or has faults, or storage fails.
pub async fn run(demo: Demo) -> Result<ExitCode, Failure> {
    let data = data_folder(demo.data.clone(), "renshi-demo");
    let files = Files::of(&demo)?;
    if demo.exit {
        return without_browser(&demo, data, &files).await;
    }
    with_browser(&demo, data, &files).await
}

/// The three files, given or built in.
struct Files {
    agencies: (String, Vec<u8>),
    people: (String, Vec<u8>),
    awards: (String, Vec<u8>),
}

impl Files {
    fn of(demo: &Demo) -> Result<Self, Failure> {
        Ok(Self {
            agencies: read(demo.agencies.as_deref(), "orglist.csv", AGENCIES)?,
            people: read(demo.people.as_deref(), "people.csv", PEOPLE)?,
            awards: read(demo.awards.as_deref(), "awards.csv", AWARDS)?,
        })
    }
}

fn read(path: Option<&Path>, name: &str, built_in: &[u8]) -> Result<(String, Vec<u8>), Failure> {
    let Some(path) = path else { return Ok((name.to_owned(), built_in.to_vec())) };
    let bytes = std::fs::read(path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
    Ok((path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(), bytes))
}

fn setting(
    demo: &Demo,
    data: PathBuf,
    public: String,
    policy: Option<String>,
    sample_file: Option<Vec<u8>>,
) -> Setting {
    let card_component = demo.card_component.clone().address();
    Setting {
        data,
        database: None,
        public,
        proxies: Vec::new(),
        posts_per_minute: crate::args::POSTS_PER_MINUTE,
        policy,
        portal: None,
        anchors: demo.anchors.clone(),
        card_ca: None,
        families: Vec::new(),
        card_component,
        demo: true,
        sample_file,
    }
}

/// Agencies and people on file, staff appointed.
async fn populate(running: &Running, files: &Files) -> Result<Staffs, Failure> {
    let db = &running.app.db;
    import::take_agencies(db, &files.agencies.0, &files.agencies.1, date!(2014 - 01 - 01), false).await?;
    let people = import::people(db, &files.people.0, &files.people.1).await?;
    println!("{} people", people.rows);
    let awarded = journey::awarded(&running.app, &files.awards.0, &files.awards.1).await?;
    journey::appoint(running, &awarded).await
}

async fn without_browser(demo: &Demo, data: PathBuf, files: &Files) -> Result<ExitCode, Failure> {
    let running = assemble(setting(demo, data, format!("http://{}", demo.listen), None, None)).await?;
    let result = walk(&running, demo, files).await;
    running.stop().await;
    result
}

async fn walk(running: &Running, demo: &Demo, files: &Files) -> Result<ExitCode, Failure> {
    let app = &running.app;
    if orders::order_ids(&app.db, None, 1).await?.is_empty() {
        let staffs = populate(running, files).await?;
        let check = journey::check_awards(app, &staffs, &files.awards.0, &files.awards.1).await?;
        let refused = check.refused_lines().len();
        if refused > 0 {
            return refuse(&check, refused, demo.out.as_deref());
        }
        journey::consent(app, &check).await?;
        let work = tokio::spawn(web::work(app.clone()));
        let issued = journey::approve_all(app, &staffs, &check).await?;
        work.abort();
        journey::settle(app).await?;
        println!("{} orders sealed and in the register", issued.len());
        if let Some(folder) = &demo.out {
            out::write(app, &issued, folder).await?;
            println!("what each party holds is in {}", folder.display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    Err("the data folder holds a demonstration already; choose another one".into())
}

fn refuse(check: &UploadCheck, refused: usize, folder: Option<&Path>) -> Result<ExitCode, Failure> {
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)?;
        let sheet = personnel::refused_ods(check).map_err(|error| import::words(&error))?;
        std::fs::write(folder.join("refused.ods"), sheet)?;
        println!("the file with the reasons beside the cells is {}", folder.join("refused.ods").display());
    }
    let rows = check.table.rows.len();
    Err(format!("{refused} of {rows} rows are refused; nothing was written").into())
}

async fn with_browser(demo: &Demo, data: PathBuf, files: &Files) -> Result<ExitCode, Failure> {
    let (listener, address) = listen(demo.listen).await?;
    let hands_on = AgencyCode::parse(HANDS_ON).expect("the code is well-formed");
    let (sample, others) = split(&files.awards.1, HANDS_ON)?;
    let witnesses = Trio::prepare(&data).await?;
    let chain = match &demo.local_chain {
        Some(program) => Some(Chain::start(program, &data).await?),
        None => None,
    };
    let mut setting = setting(demo, data, format!("http://{address}"), Some(witnesses.policy()), Some(sample));
    if let Some(chain) = &chain {
        setting.anchors = Some(chain.anchors.clone());
    }
    let running = assemble(setting).await?;
    let witnesses = witnesses.start(&running.app.log_keys.now().vkey().to_string()).await?;
    let sealed = match orders::order_ids(&running.app.db, None, 1).await?.first() {
        Some(id) => orders::order(&running.app.db, *id).await?,
        None => first_start(&running, files, &others).await?,
    };
    let cards = lay_cards(&running, files, hands_on).await?;
    println!("\n示範資料 Demonstration at http://{address}\n");
    for line in cards {
        println!("  {line}");
    }
    if let Some(order) = sealed {
        println!(
            "\n  查驗一份已發布之令 Verify a sealed order: {}",
            orders::address(&running.app.db, &order, &running.app.public).await?
        );
    }
    println!("\n  見證者 Witnesses of the register (two of three are enough):");
    for line in witnesses {
        println!("  {line}");
    }
    if let Some(chain) = chain {
        println!("\n  本機區塊鏈 Local chain, where the register is anchored: {}", chain.line());
    }
    println!("\n  按 Ctrl-C 結束 Ctrl-C stops it.");
    answer(running, listener).await?;
    Ok(ExitCode::SUCCESS)
}

/// Fills an empty platform: every agency's case is sealed but that of the agency left to be clicked through.
async fn first_start(running: &Running, files: &Files, awards: &[u8]) -> Result<Option<Issued>, Failure> {
    let app = &running.app;
    let staffs = populate(running, files).await?;
    let agencies: Vec<AgencyCode> = staffs.keys().copied().collect();
    if !personnel::cases(&app.db, &agencies, &["draft", "in_review", "awaiting_head"]).await?.is_empty() {
        return Err(
            "the data folder holds a demonstration that was cut off while it was filled; remove the folder".into()
        );
    }
    let check = journey::check_awards(app, &staffs, &files.awards.0, awards).await?;
    let refused = check.refused_lines().len();
    if refused > 0 {
        return Err(format!("{refused} rows of the award file are refused").into());
    }
    journey::consent(app, &check).await?;
    let issued = journey::approve_all(app, &staffs, &check).await?;
    journey::settle(app).await?;
    crate::anchors::due(&app.db, false, app.clock.as_ref()).await?;
    println!("{} orders sealed on {}", issued.len(), kernel::roc::long(office_date(app.now())));
    Ok(issued.into_iter().next())
}

/// The rows of one agency, and all others, of a CSV file; the heading stands in both. Agency codes are ASCII in every encoding, and a
/// line break inside a cell cannot stand before the code, so lines can be told apart as bytes.
fn split(file: &[u8], agency: &str) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    if file.starts_with(b"PK") {
        return Err(
            "the demonstration takes the award file apart by agency: please give it as CSV, or use --exit".into()
        );
    }
    let mut lines = file.split_inclusive(|byte| *byte == b'\n');
    let heading = lines.next().unwrap_or_default();
    let (mut one, mut others) = (heading.to_vec(), heading.to_vec());
    for line in lines {
        let is_one = line.windows(agency.len()).any(|window| window == agency.as_bytes());
        if is_one { one.extend_from_slice(line) } else { others.extend_from_slice(line) }
    }
    Ok((one, others))
}

/// Lays the cards of officer, secretary, head, operator and one civil servant of the agency into the box, and says who they are.
async fn lay_cards(running: &Running, files: &Files, agency: AgencyCode) -> Result<Vec<String>, Failure> {
    let app = &running.app;
    let awarded = journey::awarded(app, &files.awards.0, &files.awards.1).await?;
    let staffs = journey::appoint(running, &awarded).await?;
    let Some(staff) = staffs.get(&agency).or_else(|| staffs.values().next()) else { return Ok(Vec::new()) };
    let name = app.agency_name(staff.officer.agency).await?;
    let civil = civil_servant(app, staff).await?;
    let operator = operator(app, staff, &civil).await?;
    let parts = [
        (&staff.officer, Text::new("人事人員", "Personnel officer")),
        (&staff.secretary, Text::new("考績委員會承辦人", "Committee secretary")),
        (&staff.head.0, Text::new("機關首長（核定）", "Head of agency (approves)")),
        (&civil, Text::new("公務人員（受獎人）", "Civil servant (receives an award)")),
        (&operator, Text::new("系統管理者", "Operator")),
    ];
    let mut lines = Vec::new();
    for (person, part) in parts {
        journey::card_of(running, person).await?;
        lines.push(format!("{} {part}（{name}）", person.name));
        if let Some(cards) = &app.cards {
            cards.lay(Card { person: person.id, name: person.name.clone(), part, agency: name.clone() });
        }
    }
    Ok(lines)
}

/// The first person in the sample file who holds no office.
async fn civil_servant(app: &web::App, staff: &journey::Staff) -> Result<Person, Failure> {
    let sample = app.sample_file.clone().unwrap_or_default();
    let table = sheet::read("awards.csv", &sample, &sheet::Limits::default())?;
    let taken = [staff.officer.id, staff.secretary.id, staff.head.0.id];
    for row in &table.rows {
        let id = row.cells.first().map_or("", String::as_str);
        let found = personnel::person_by_national_id(&app.db, id).await?;
        if let Some(person) = found.filter(|person| !taken.contains(&person.id)) {
            return Ok(person);
        }
    }
    Ok(staff.officer.clone())
}

/// Somebody of the staff's agency who does nothing else in the demonstration, with the operator's office.
async fn operator(app: &web::App, staff: &journey::Staff, civil: &Person) -> Result<Person, Failure> {
    let agency = staff.officer.agency;
    let query = PeopleQuery { agencies: &[agency], words: "", limit: 10, offset: 0 };
    let (people, _) = personnel::people(&app.db, query).await?;
    let taken = [staff.officer.id, staff.secretary.id, staff.head.0.id, civil.id];
    let operator = people.into_iter().find(|person| !taken.contains(&person.id)).unwrap_or_else(|| civil.clone());
    let mut tx = app.db.begin().await?;
    let office = Office::own(Role::Operator, Reach::Agency(agency));
    access::grant_office(&mut tx, operator.id, &office, app.today(), app.now()).await?;
    tx.commit().await?;
    Ok(operator)
}
