//! The journey as the program walks it without a browser: a file becomes cases, cases become sealed and delivered orders.

use crate::Failure;
use crate::assemble::{Running, enrol};
use crate::import::{print_findings, words};
use access::{Office, Reach, Role};
use kernel::{AgencyCode, CaseId, NationalId};
use orders::{Issued, Letterhead, Numbering};
use personnel::{Approval, PeopleQuery, Person, UploadCheck};
use seal::{CertificateRequest, SoftCard};
use std::collections::{BTreeMap, BTreeSet};
use web::App;

/// The people who work a case at one agency.
pub struct Staff {
    /// 人事人員.
    pub officer: Person,
    /// 考績委員會承辦人.
    pub secretary: Person,
    /// Who approves, with the card.
    pub head: (Person, SoftCard),
}

/// The staff of each agency that has people on file.
pub type Staffs = BTreeMap<AgencyCode, Staff>;

/// Most people looked at to find the staff of an agency.
const PEOPLE_LOOKED_AT: u32 = 100_000;

/// Gives every agency with people an officer, a secretary and a head with a software card, a letterhead, and keys.
///
/// # Errors
/// When storage fails.
pub async fn appoint(running: &Running, awarded: &BTreeSet<String>) -> Result<Staffs, Failure> {
    let app = &running.app;
    let mut staffs = Staffs::new();
    for agency in personnel::agencies_with_people(&app.db).await? {
        let found = org::agency(&app.db, agency).await?.ok_or("people serve at an agency that is not in the list")?;
        let [officer, secretary, head] = choose(app, agency, awarded).await?;
        keep_letterhead(app, &found, &head).await?;
        let card = card_of(running, &head).await?;
        for (person, role) in [(&officer, Role::Officer), (&secretary, Role::Secretary), (&head, Role::Head)] {
            let mut tx = app.db.begin().await?;
            let office = Office::own(role, Reach::Agency(agency));
            access::grant_office(&mut tx, person.id, &office, app.today(), app.now()).await?;
            tx.commit().await?;
        }
        enrol(running, agency, &found.name, None).await?;
        staffs.insert(agency, Staff { officer, secretary, head: (head, card) });
    }
    Ok(staffs)
}

/// Officer and secretary from the personnel office where there is one. Who approves is the highest by grade of those who receive no
/// award themselves (行政程序法 §32).
async fn choose(app: &App, agency: AgencyCode, awarded: &BTreeSet<String>) -> Result<[Person; 3], Failure> {
    let query = PeopleQuery { agencies: &[agency], words: "", limit: PEOPLE_LOOKED_AT, offset: 0 };
    let (mut people, _) = personnel::people(&app.db, query).await?;
    people.sort_by_key(|person| (!awarded.contains(person.national_id.as_str()), person.grade.clone(), person.id));
    let head = people.pop().ok_or("an agency has no people")?;
    people.sort_by_key(|person| (person.unit != "人事室", person.id));
    let mut others = people.into_iter();
    // In a small agency one person holds several offices.
    let officer = others.next().unwrap_or_else(|| head.clone());
    let secretary = others.next().unwrap_or_else(|| officer.clone());
    Ok([officer, secretary, head])
}

/// Two letters of the agency's short name and what the office does; where another agency has them, more letters.
async fn keep_letterhead(app: &App, agency: &org::Agency, head: &Person) -> Result<(), Failure> {
    if orders::letterhead(&app.db, &agency.code).await?.is_some() {
        return Ok(());
    }
    let short = org::short_names(&agency.name, "行政院").into_iter().next().unwrap_or_else(|| agency.name.clone());
    let letters: Vec<char> = short.chars().filter(|c| c.is_alphanumeric()).collect();
    for length in 2..=letters.len().max(2) {
        let word: String = letters.iter().take(length).chain(&['人', '考']).collect();
        let mut tx = app.db.begin().await?;
        match orders::keep_letterhead(&mut tx, &letterhead(agency, head, word), app.now()).await {
            Err(orders::OrdersError::Refused(refusal)) if refusal.code == "orders/word-taken" => {}
            kept => {
                kept?;
                tx.commit().await?;
                return Ok(());
            }
        }
    }
    Err(format!("no document word is free for {}", agency.name).into())
}

/// The software card of a person: the one kept, or a new one, registered as at the personnel office.
///
/// # Errors
/// When the certificate cannot be made or storage fails.
pub async fn card_of(running: &Running, person: &Person) -> Result<SoftCard, Failure> {
    let app = &running.app;
    let cards = app.cards.as_ref().ok_or("only a demonstration has software cards")?;
    let card = match cards.card(person.id) {
        Some(card) => card,
        None => {
            let number = format!("DEMO{:012}", person.id.0);
            let request = CertificateRequest { name: &person.name, serial_number: &number, organization: "" };
            let card = running.authority.issue_card(app.random.as_ref(), &request, app.now())?;
            cards.keep(person.id, &card)?;
            card
        }
    };
    // Registering again does nothing; a run that was cut off before it is finished here.
    let subject = seal::subject_of(card.certificate())?;
    let mut tx = app.db.begin().await?;
    let (agency, now) = (Some(&person.agency), app.now());
    access::register_card(&mut tx, &subject.fingerprint, person.id, &person.name, agency, now).await?;
    tx.commit().await?;
    Ok(card)
}

fn letterhead(agency: &org::Agency, head: &Person, word: String) -> Letterhead {
    Letterhead {
        agency: agency.code,
        name: agency.name.clone(),
        word,
        address: agency.address.clone(),
        contact: format!("人事室　電話：{}", agency.phone),
        head_title: head_title(&agency.name).to_owned(),
        head_name: head.name.clone(),
        copies_to: String::from("人事室"),
        objection_days: None,
    }
}

/// The title of the head, from the kind of agency.
fn head_title(agency: &str) -> &'static str {
    let titles = [
        ("縣政府", "縣長"),
        ("市政府", "市長"),
        ("鎮公所", "鎮長"),
        ("鄉公所", "鄉長"),
        ("區公所", "區長"),
        ("總處", "人事長"),
        ("部", "部長"),
    ];
    titles.into_iter().find(|(ending, _)| agency.ends_with(ending)).map_or("首長", |(_, title)| title)
}

/// Lets some of the people agree to electronic delivery, so that both ways of delivery are seen: two of three, by the order of the file.
///
/// # Errors
/// When storage fails.
pub async fn consent(app: &App, check: &UploadCheck) -> Result<(), Failure> {
    let mut tx = app.db.begin().await?;
    for (at, row) in check.checked.iter().enumerate() {
        if at % 3 != 2 {
            orders::give_consent(&mut tx, row.person, orders::Family::Award, true, app.now()).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The national ids in an award file: none of these people approves it.
///
/// # Errors
/// When the file cannot be read.
pub async fn awarded(app: &App, name: &str, bytes: &[u8]) -> Result<BTreeSet<String>, Failure> {
    let scope: BTreeSet<AgencyCode> = personnel::agencies_with_people(&app.db).await?.into_iter().collect();
    let check =
        personnel::check_file(&app.db, &scope, name, bytes, app.today()).await.map_err(|error| words(&error))?;
    let cells = check.table.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.trim());
    Ok(cells.filter(|cell| NationalId::parse(cell).is_ok()).map(str::to_owned).collect())
}

/// Reads and checks an award file for all agencies with staff.
///
/// # Errors
/// When the file cannot be read.
pub async fn check_awards(app: &App, staffs: &Staffs, name: &str, bytes: &[u8]) -> Result<UploadCheck, Failure> {
    let scope: BTreeSet<AgencyCode> = staffs.keys().copied().collect();
    let check =
        personnel::check_file(&app.db, &scope, name, bytes, app.today()).await.map_err(|error| words(&error))?;
    print_findings(&check.findings);
    Ok(check)
}

/// Takes a checked file in and brings every case of it to sealed orders: committee, head, card.
///
/// # Errors
/// When a step is refused or storage fails.
pub async fn approve_all(app: &App, staffs: &Staffs, check: &UploadCheck) -> Result<Vec<Issued>, Failure> {
    let officer = staffs.values().next().ok_or("there is no agency with staff")?.officer.id;
    let taken = personnel::take_file(&app.db, officer, check, false, app.now()).await.map_err(|e| words(&e))?;
    let mut issued = Vec::with_capacity(taken.rows);
    for case in taken.cases {
        let orders = approve_case(app, staffs, case).await?;
        tracing::info!(%case, orders = orders.len(), "case approved");
        issued.extend(orders);
    }
    Ok(issued)
}

/// Brings one case from draft to sealed orders.
///
/// # Errors
/// When a step is refused or storage fails.
pub async fn approve_case(app: &App, staffs: &Staffs, id: CaseId) -> Result<Vec<Issued>, Failure> {
    let agencies: Vec<AgencyCode> = staffs.keys().copied().collect();
    let file = personnel::case_file(&app.db, &agencies, id).await?.ok_or("the case is gone")?;
    let staff = &staffs[&file.case.agency];
    let seen = (id, file.case.version);
    let case = personnel::submit(&app.db, seen, app.now()).await.map_err(|e| words(&e))?;
    let case = personnel::record_agreement(&app.db, (id, case.version), app.today(), app.now())
        .await
        .map_err(|e| words(&e))?;
    sign_and_approve(app, staff, (id, case.version)).await
}

/// The head signs a case that awaits approval.
///
/// # Errors
/// When a step is refused or storage fails.
pub async fn sign_and_approve(app: &App, staff: &Staff, seen: (CaseId, i32)) -> Result<Vec<Issued>, Failure> {
    let (head, card) = &staff.head;
    let prepared = personnel::prepare_approval(&app.db, app.random.as_ref(), seen, &head.id.into(), app.now())
        .await
        .map_err(|e| words(&e))?;
    let cms = card.sign(&prepared.statement, true, app.now());
    let keys = app.keys.keys(head.agency)?;
    let approval = Approval {
        seen,
        numbering: Numbering::OneEach,
        approver: (head.id.into(), seal::subject_of(card.certificate())?.fingerprint),
        cms: &cms,
        keys: &keys,
        now: app.now(),
    };
    personnel::approve(&app.db, &approval).await.map_err(|e| words(&e))
}

/// Does the background work until nothing is left: leaves sequenced, orders delivered, mail written.
///
/// # Errors
/// When storage fails.
pub async fn settle(app: &App) -> Result<(), Failure> {
    loop {
        while web::pass(app).await? {}
        // What is not witnessed is not delivered.
        if app.witnessing.round(&app.db, app.clock.as_ref()).await?.asked == 0 {
            return Ok(());
        }
    }
}
