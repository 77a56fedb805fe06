//! `renshi keep keys|card|office`: what the operator does before people can work.

use crate::Failure;
use crate::args::{Keep, KeepAct, Storage};
use crate::assemble::{Running, Setting, assemble, data_folder, enrol};
use access::{Office, Role};
use kernel::AgencyCode;
use personnel::Person;
use std::path::Path;
use std::process::ExitCode;

/// Does what the operator asks.
///
/// # Errors
/// When a person, agency or role is unknown, or storage fails.
pub async fn run(keep: Keep) -> Result<ExitCode, Failure> {
    match keep.act {
        KeepAct::Keys { storage, agency } => {
            let running = open(storage).await?;
            let code = AgencyCode::parse(&agency).map_err(|fault| fault.text().to_string())?;
            let found = org::agency(&running.app.db, code).await?.ok_or("the agency is not in the agency list")?;
            enrol(&running, code, &found.name).await?;
            web::pass(&running.app).await?;
            println!("the keys of {} are kept and in the register", found.name);
            running.stop().await;
        }
        KeepAct::Card { storage, national_id, certificate: file } => {
            let running = open(storage).await?;
            let holder = person(&running, &national_id).await?;
            let subject = seal::subject_of(&certificate(&file)?)?;
            let mut tx = running.app.db.begin().await?;
            let now = running.app.now();
            let new = access::register_card(&mut tx, &subject.fingerprint, holder.id, &holder.name, now).await?;
            tx.commit().await?;
            println!("{}", if new { "the card is registered" } else { "the card was registered before" });
            running.stop().await;
        }
        KeepAct::Office { storage, national_id, role, agency } => {
            let running = open(storage).await?;
            let holder = person(&running, &national_id).await?;
            let role = Role::parse(&role).ok_or("the role is officer, secretary, head or operator")?;
            let agency = AgencyCode::parse(&agency).map_err(|fault| fault.text().to_string())?;
            let mut tx = running.app.db.begin().await?;
            let (today, now) = (running.app.today(), running.app.now());
            let new = access::grant_office(&mut tx, holder.id, &Office { role, agency }, today, now).await?;
            tx.commit().await?;
            println!("{}", if new { "the office is given from today on" } else { "the person held it before" });
            running.stop().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(storage: Storage) -> Result<Running, Failure> {
    let setting = Setting {
        data: data_folder(storage.data, "renshi"),
        database: storage.database,
        public: "http://127.0.0.1:8640".to_owned(),
        card_ca: None,
        demo: false,
        sample_file: None,
    };
    assemble(setting).await
}

async fn person(running: &Running, national_id: &str) -> Result<Person, Failure> {
    let found = personnel::person_by_national_id(&running.app.db, national_id).await?;
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
