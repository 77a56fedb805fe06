//! `renshi keep keys|card|trial-card|ring|office|erasure|answer-days|agent-principals`: what the operator does before people can work.

use crate::Failure;
use crate::args::{Keep, KeepAct, Storage};
use crate::assemble::{Setting, assemble, data_folder, enrol, open_storage};
use crate::card_verb;
use crate::chance::{SystemClock, SystemRandom};
use crate::in_token::Places;
use crate::rotate;
use access::{Office, OfficeError, Reach, Role};
use db::Db;
use kernel::{AgencyCode, Clock, office_date};
use personnel::Person;
use readlog::{Purpose, Read, Reader, Via};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vault::KeyWrap as _;

/// Does what the operator asks.
///
/// # Errors
/// When a person, agency or role is unknown, or storage fails.
pub async fn run(keep: Keep) -> Result<ExitCode, Failure> {
    match keep.act {
        KeepAct::Keys { storage, agency, public, card_ca, rotate, revoke_from, reason, places } => {
            let why = rotate::Why::read(revoke_from.as_deref(), reason, SystemClock.now())?;
            let ends = (rotate || revoke_from.is_some()).then_some(why);
            println!("{}", keys(storage, &agency, public, card_ca, (ends, places.named())).await?);
        }
        KeepAct::Card { storage, national_id, certificate: file, end } => {
            let (_cluster, db) = open_storage(&storage).await?;
            println!("{}", card(&db, &national_id, &file, end).await?);
        }
        KeepAct::TrialCard { data, module, token, pin_file, name, number, rsa, certificate } => {
            let wish = card_verb::TrialCard { module, token, pin_file, name, number, rsa, certificate };
            card_verb::trial_card(&data_folder(data, "renshi"), &wish)?;
            println!("the card is made; its certificate is in `{}`", wish.certificate.display());
        }
        KeepAct::Machine { storage, certificate: file, name, agency, with_subordinates, days, end } => {
            let (_cluster, db) = open_storage(&storage).await?;
            let new = (name.unwrap_or_default(), agency.unwrap_or_default(), with_subordinates, days);
            println!("{}", machine(&db, &file, new, end).await?);
        }
        KeepAct::Ring { storage, rotate } => println!("{}", ring(&storage, rotate).await?),
        KeepAct::Office { storage, national_id, role, agency, end, emergency } => {
            let (_cluster, db) = open_storage(&storage).await?;
            let role = Role::parse(&role)
                .filter(|role| *role != Role::Partner)
                .ok_or("the role is officer, secretary, head, security, analyst, auditor or operator")?;
            let office = Office::own(role, Reach::Agency(code(&agency)?));
            let said = match end {
                true => end_office(&db, &national_id, &office).await?,
                false => give_office(&db, &national_id, &office, emergency.as_deref()).await?,
            };
            println!("{said}");
        }
        KeepAct::AgentPrincipals { storage, number } => {
            let (_cluster, db) = open_storage(&storage).await?;
            if !access::allow_principals(&db, number).await? {
                return Err(format!("the number is from 1 to {}", access::PRINCIPALS_MAX).into());
            }
            println!("a service agent may act for at most {number} people");
        }
        KeepAct::Erasure(keep) => {
            let (_cluster, db) = open_storage(&keep.storage).await?;
            println!("{}", crate::erasing::keep(&db, keep.switch, keep.backup_days).await?);
        }
        KeepAct::AnswerDays { storage, days } => {
            let (_cluster, db) = open_storage(&storage).await?;
            readlog::promise_answer_days(&db, days).await?;
            println!("questions asked from now on are to be answered within {days} working days");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn code(agency: &str) -> Result<AgencyCode, Failure> {
    AgencyCode::parse(agency).map_err(|fault| fault.text().to_string().into())
}

async fn keys(
    storage: Storage,
    agency: &str,
    public: Option<String>,
    card_ca: Option<PathBuf>,
    (ends, places): (Option<rotate::Why>, Option<Places>),
) -> Result<String, Failure> {
    let setting = Setting {
        data: data_folder(storage.data, "renshi"),
        database: storage.database,
        public: public.unwrap_or_default(),
        proxies: Vec::new(),
        posts_per_minute: 0,
        policy: None,
        portal: None,
        anchors: None,
        card_ca: card_ca.as_deref().map(certificate).transpose()?,
        card_component: None,
        families: Vec::new(),
        demo: false,
        sample_file: None,
    };
    let running = assemble(setting).await?;
    let found = org::agency(&running.app.db, code(agency)?).await?.ok_or("the agency is not in the agency list")?;
    let said = match ends {
        None => {
            enrol(&running, found.code, &found.name, places.as_ref()).await?;
            web::pass(&running.app).await?;
            format!("the keys of {} are kept and in the register", found.name)
        }
        Some(why) => rotate::rotate(&running, found.code, &found.name, &why, places.as_ref()).await?,
    };
    running.stop().await;
    Ok(said)
}

/// Turns the ring: whatever is done before a crash is done, and the command may be given again.
async fn ring(storage: &Storage, rotate: bool) -> Result<String, Failure> {
    let (_cluster, db) = open_storage(storage).await?;
    let ring = crate::assemble::ring(&data_folder(storage.data.clone(), "renshi").join("keys"), &SystemRandom)?;
    if rotate {
        println!("key {} was added to the ring", ring.rotate(&SystemRandom)?);
    }
    let done = personnel::rewrap_keys(&db, &ring, &SystemRandom).await?;
    let mut said = format!("{} keys are now under key {} of the ring", done.keys, ring.current()?);
    if done.left.is_empty() {
        said.push_str("; older keys wrap nothing any more");
    }
    for (number, count) in done.left {
        said.push_str(&format!("; another run still has {count} under key {number}"));
    }
    Ok(said)
}

async fn card(db: &Db, national_id: &str, file: &Path, end: bool) -> Result<&'static str, Failure> {
    let holder = person(db, national_id).await?;
    let subject = seal::subject_of(&certificate(file)?)?;
    let now = SystemClock.now();
    let mut tx = db.begin().await?;
    let done = if end {
        access::end_card(&mut tx, &subject.fingerprint, now).await?
    } else {
        access::register_card(&mut tx, &subject.fingerprint, holder.id, &holder.name, Some(&holder.agency), now).await?
    };
    tx.commit().await?;
    Ok(match (end, done) {
        (false, true) => "the card is registered",
        (false, false) => "the card was registered before",
        (true, true) => "the card is ended",
        (true, false) => "there is no such card, or it was ended before",
    })
}

async fn machine(
    db: &Db,
    file: &Path,
    (name, agency, below, days): (String, String, bool, u16),
    end: bool,
) -> Result<&'static str, Failure> {
    let fingerprint = tlog::hash::sha256(&certificate(file)?);
    let now = SystemClock.now();
    let today = office_date(now);
    let mut tx = db.begin().await?;
    let done = if end {
        access::end_machine(&mut tx, &fingerprint, now).await?
    } else {
        let agency = code(&agency)?;
        let reach = if below { Reach::Subtree(agency) } else { Reach::Agency(agency) };
        let until_on = Some(today + time::Duration::days(days.max(1).into()));
        let new = access::NewMachine { fingerprint, name, reach, from_on: today, until_on };
        access::register_machine(&mut tx, &new, now).await?
    };
    tx.commit().await?;
    Ok(match (end, done) {
        (false, true) => "the machine is registered",
        (false, false) => "the machine was registered before",
        (true, true) => "the machine is ended",
        (true, false) => "there is no such machine, or it was ended before",
    })
}

async fn give_office(
    db: &Db,
    national_id: &str,
    office: &Office,
    emergency: Option<&str>,
) -> Result<&'static str, Failure> {
    let holder = person(db, national_id).await?;
    let now = SystemClock.now();
    let mut tx = db.begin().await?;
    let to = (holder.id, holder.name.as_str());
    let new = match access::grant_alone(&mut tx, to, office, emergency, (office_date(now), now)).await {
        Ok(new) => new,
        Err(OfficeError::Refused(no)) => return Err(no.text.to_string().into()),
        Err(fault) => return Err(fault.into()),
    };
    if let Some(reason) = emergency.filter(|_| new) {
        tell_holder(db, &holder, office, reason).await?;
    }
    tx.commit().await?;
    Ok(match new {
        true => "the office is given from today on",
        false => "the person held it before",
    })
}

/// What was done about a person alone is among what the person is shown.
async fn tell_holder(db: &Db, holder: &Person, office: &Office, reason: &str) -> Result<(), Failure> {
    let words = format!("緊急授予「{}」職權：{}", office.role.label().zh, reason.trim());
    let (reader, purpose) = (Reader::system("系統管理者"), Purpose::new("emergency_office", words));
    let read = Read {
        at: SystemClock.now(),
        reader: &reader,
        subjects: &[holder.id],
        purpose: &purpose,
        fields: &["姓名", "角色", "機關"],
        via: Via::Command("renshi keep office"),
        request: "",
    };
    readlog::record(db, &SystemRandom, &read).await?;
    Ok(())
}

async fn end_office(db: &Db, national_id: &str, office: &Office) -> Result<&'static str, Failure> {
    let holder = person(db, national_id).await?;
    let now = SystemClock.now();
    let mut tx = db.begin().await?;
    let ended = access::end_office(&mut tx, holder.id, office, office_date(now), now).await?;
    tx.commit().await?;
    Ok(match ended {
        true => "the office is ended today",
        false => "the person does not hold it",
    })
}

async fn person(db: &Db, national_id: &str) -> Result<Person, Failure> {
    let found = personnel::person_by_national_id(db, national_id).await?;
    found.ok_or_else(|| "nobody with this national id is on file".into())
}

/// A certificate file, PEM or DER, as DER.
///
/// # Errors
/// When the file cannot be read or is no certificate.
pub fn certificate(path: &Path) -> Result<Vec<u8>, Failure> {
    use base64::Engine as _;
    let bytes = std::fs::read(path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
    if !bytes.starts_with(b"-----BEGIN") {
        return Ok(bytes);
    }
    let text = String::from_utf8(bytes)?;
    let body: String = text
        .lines()
        .skip_while(|line| !line.contains("BEGIN CERTIFICATE"))
        .skip(1)
        .take_while(|line| !line.contains("END CERTIFICATE"))
        .collect();
    Ok(base64::engine::general_purpose::STANDARD.decode(body)?)
}
