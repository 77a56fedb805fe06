//! What the doctor looks at, gathered without deciding anything.

use super::certificate::{Found, read_certificate};
use super::files::{FileFact, files_under, one_file};
use crate::Failure;
use crate::args::{Doctor, Machines};
use crate::assemble::{MIGRATIONS, data_folder};
use crate::chance::SystemClock;
use db::{Cluster, Db, Durability, Standing};
use kernel::{Clock, Text};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// Everything the checks know.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The clock of this machine.
    pub now: OffsetDateTime,
    /// The user we run as.
    pub uid: u32,
    /// Most bytes of a memory image after a crash, as the system writes it (`0`, `unlimited`).
    pub core_limit: String,
    /// What is told in the log.
    pub log_filter: String,
    /// Whether a password stood among the arguments.
    pub password_in_arguments: bool,
    /// The data folder.
    pub data: FileFact,
    /// Key files: below `keys/` and of a key ring.
    pub keys: Vec<FileFact>,
    /// Keys of the ring that wraps data keys.
    pub ring: Vec<FileFact>,
    /// Software cards.
    pub soft_cards: Vec<FileFact>,
    /// The folder of outgoing mail and what lies in it.
    pub mail: Vec<FileFact>,
    /// When the last backup ended, as the file `last-backup` says.
    pub last_backup: Option<OffsetDateTime>,
    /// Bytes free and in all where the data folder is.
    pub space: Option<(u64, u64)>,
    /// What keeps papers from being printed.
    pub fonts: Option<String>,
    /// Address as people know it.
    pub public: String,
    /// Where the program listens.
    pub listen: SocketAddr,
    /// Whether a database address was given, and what it says about TLS.
    pub database: Option<String>,
    /// How the database stands.
    pub standing: Standing,
    /// Why the register signs nothing, if so.
    pub refusal: Option<Text>,
    /// The year that the running shard of the register is named after, once the register is begun.
    pub register_year: Option<u16>,
    /// Seconds the database's clock is ahead of ours.
    pub ahead_seconds: i64,
    /// Whether the cards that count are those of the platform's own authority.
    pub own_card_authority: bool,
    /// Whether the platform's own authority is that of a demonstration.
    pub demo_authority: bool,
    /// Whether anything is configured that says which cards were revoked.
    pub revocation: bool,
    /// Authorities whose cards carry nothing that says whose they are, by name.
    pub cards_without_fragment: Vec<String>,
    /// Whether partners' machines are listened to without a list of revoked certificates.
    pub unrevoked_machines: bool,
    /// Certificates in use.
    pub certificates: Vec<Found>,
}

/// Looks at everything.
///
/// # Errors
/// When the data folder or the database cannot be looked at.
pub async fn gather(doctor: &Doctor) -> Result<Facts, Failure> {
    let serve = &doctor.serve;
    let data = data_folder(serve.storage.data.clone(), "renshi");
    let folder = one_file(&data).map_err(|error| format!("the data folder `{}`: {error}", data.display()))?;
    let (cluster, db) = database(&data, serve.storage.database.as_deref()).await?;
    let asked_at = SystemClock.now();
    let standing = db.standing(MIGRATIONS).await?;
    let ahead_seconds = (standing.now - asked_at).whole_seconds();
    // A database that lacks a step has no such table yet.
    let (refusal, register_year) = if standing.pending.is_empty() { register(&db).await? } else { (None, None) };
    db.close().await;
    drop(cluster);
    let folder_of_ring = data.join("keys/ring");
    let all = files_under(&data.join("keys"))?;
    let (ring, mut keys): (Vec<_>, Vec<_>) = all.into_iter().partition(|file| file.path.starts_with(&folder_of_ring));
    // Secrets that are kept elsewhere: the key of the partners' listener, the portal's secret.
    for path in serve.machines.machine_key.iter().chain(&serve.portal) {
        keys.push(one_file(path).map_err(|error| format!("`{}`: {error}", path.display()))?);
    }
    let own = authority(&data);
    let families = crate::cards::families(&serve.card_ca)?;
    let asks = |family: &access::Family| matches!(family.revocation, access::Revocation::From(_));
    let bare = families.iter().filter(|family| !family.authority.asks_fragment());
    Ok(Facts {
        now: SystemClock.now(),
        uid: own_uid(),
        core_limit: core_limit(&std::fs::read_to_string("/proc/self/limits").unwrap_or_default()),
        log_filter: std::env::var("RENSHI_LOG").unwrap_or_default(),
        password_in_arguments: std::env::args().any(|word| has_password(&word)),
        keys,
        ring,
        soft_cards: files_under(&data.join("cards"))?.into_iter().filter(|file| file.ends_with(".pem")).collect(),
        mail: [one_file(&data.join("mail")).ok()]
            .into_iter()
            .flatten()
            .chain(files_under(&data.join("mail"))?)
            .collect(),
        last_backup: one_file(&data.join("last-backup")).ok().map(|file| file.changed_at),
        space: space(&data),
        fonts: pdf::Press::new(&pdf::FontSources::system()).err().map(|fault| fault.to_string()),
        public: serve.public.clone(),
        listen: serve.listen,
        database: serve.storage.database.clone(),
        standing,
        refusal,
        register_year,
        ahead_seconds,
        own_card_authority: families.is_empty(),
        demo_authority: own.as_ref().is_some_and(|found| found.name.contains("示範")),
        revocation: !families.is_empty() && families.iter().all(asks),
        cards_without_fragment: bare.map(|family| family.authority.name().to_owned()).collect(),
        unrevoked_machines: serve.machines.machines.is_some() && serve.machines.machine_crl.is_none(),
        certificates: certificates(&data, &families, &serve.machines, own)?,
        data: folder,
    })
}

/// The database as the program would find it; a private one that is not running is started for the look, one that is not there is not made.
async fn database(data: &Path, url: Option<&str>) -> Result<(Option<Cluster>, Db), Failure> {
    if let Some(url) = url {
        return Ok((None, Db::connect(url).await?));
    }
    if !Cluster::exists(data) {
        return Err(format!("there is no database in `{}` yet; start `renshi serve` once", data.display()).into());
    }
    match Cluster::running_url(data) {
        Some(url) => Ok((None, Db::connect(&url).await?)),
        None => {
            let cluster = Cluster::start(data, Durability::Full)?;
            let db = Db::connect(&cluster.url()).await?;
            Ok((Some(cluster), db))
        }
    }
}

/// Why nothing is signed, if so, and the year of the running shard.
async fn register(db: &Db) -> Result<(Option<Text>, Option<u16>), Failure> {
    let mut tx = db.begin().await?;
    let refusal = register::witness::refusal(&mut tx).await?;
    let year = match register::log::head(&mut tx).await {
        Ok(head) => tlog::checkpoint::year_number(head.vkey.name()),
        Err(register::Fault::NoLog) => None,
        Err(fault) => return Err(fault.into()),
    };
    Ok((refusal.map(|refusal| Text::new(refusal.zh, refusal.en)), year))
}

fn authority(data: &Path) -> Option<Found> {
    let text = std::fs::read_to_string(data.join("keys/authority.pem")).ok()?;
    let authority = seal::Authority::from_pem(&text).ok()?;
    read_certificate("平臺憑證中心 the platform's own authority", authority.certificate())
}

fn certificates(
    data: &Path,
    families: &[access::Family],
    machines: &Machines,
    own: Option<Found>,
) -> Result<Vec<Found>, Failure> {
    let mut found: Vec<Found> = own.into_iter().collect();
    for (name, path) in [
        ("介接系統接聽憑證 the partners' listener", &machines.machine_cert),
        ("介接系統憑證中心 the machines' authority", &machines.machine_ca),
    ] {
        let Some(path) = path else { continue };
        found.extend(read_certificate(name, &crate::keep::certificate(path)?));
    }
    for family in families {
        let name = format!("卡片憑證中心 card authority {}", family.authority.name());
        found.extend(family.authority.certificates().filter_map(|der| read_certificate(&name, der)));
    }
    for file in files_under(&data.join("keys/agencies"))? {
        let keys = std::fs::read_to_string(&file.path)
            .ok()
            .and_then(|text| seal::AgencyKeys::from_text(&text, crate::in_token::open).ok());
        let name = format!("公文憑證 document certificate {}", file.name());
        found.extend(keys.and_then(|keys| read_certificate(&name, keys.document_certificate())));
    }
    Ok(found)
}

fn own_uid() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    // Effective, the second of four.
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|uid| uid.parse().ok()).unwrap_or(0)
}

/// The soft limit out of `/proc/self/limits`.
pub fn core_limit(limits: &str) -> String {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size"));
    line.and_then(|line| line.split_whitespace().next()).unwrap_or("").to_owned()
}

/// Whether a word is an address with a password in it.
pub fn has_password(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let user = rest.split(['/', '?']).next().and_then(|place| place.rsplit_once('@')).map_or("", |(user, _)| user);
    user.contains(':') || rest.contains("?password=") || rest.contains("&password=")
}

fn space(data: &Path) -> Option<(u64, u64)> {
    let answer = std::process::Command::new("df").arg("-Pk").arg(data).env("LC_ALL", "C").output().ok()?;
    space_of(&String::from_utf8_lossy(&answer.stdout))
}

/// Free and total bytes out of what `df -Pk` says.
pub fn space_of(answer: &str) -> Option<(u64, u64)> {
    let words: Vec<&str> = answer.lines().last()?.split_whitespace().collect();
    let kilobytes = |at: usize| words.get(at)?.parse::<u64>().ok()?.checked_mul(1024);
    Some((kilobytes(3)?, kilobytes(1)?))
}

/// A path for messages: from the data folder on.
pub fn shown(path: &Path, data: &Path) -> String {
    path.strip_prefix(data).map_or_else(|_| path.to_owned(), PathBuf::from).display().to_string()
}
