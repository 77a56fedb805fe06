//! Putting the parts together: storage, keys, fonts, pages.

use crate::Failure;
use crate::chance::{SystemClock, SystemRandom};
use crate::in_token;
use access::{Authorities, Family, Revocation};
use anchor::Anchors;
use db::{Cluster, Db, Durability};
use kernel::{AgencyCode, Clock, Random, Text};
use pdf::{FontSources, Press};
use register::log::NewIssuer;
use register::witness::Witnessing;
use seal::{Authority, CardAuthority, CardRules, CertificateRequest};
use std::net::IpAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tlog::note::LogKey;
use web::{App, CardBox, KeptTree, KeyRing, Parts, write_secret};
use webkit::{AssetIndex, Link, Site};

/// What is being put together.
pub struct Setting {
    /// Data folder.
    pub data: PathBuf,
    /// Address of a database; the private cluster if none.
    pub database: Option<String>,
    /// Address as people know it.
    pub public: String,
    /// Addresses of our own proxies.
    pub proxies: Vec<IpAddr>,
    /// Most forms one address may send in a minute; 0 is no limit.
    pub posts_per_minute: u32,
    /// The policy of the log (C2SP tlog-policy) to put in force; the one in the database if none.
    pub policy: Option<String>,
    /// The file that describes the government portal.
    pub portal: Option<PathBuf>,
    /// The file that says where checkpoints are anchored; pages in the data folder if none.
    pub anchors: Option<PathBuf>,
    /// Certificate (DER) of the CA whose cards may approve for an authority that is enrolled now; the platform's own if none.
    pub card_ca: Option<Vec<u8>>,
    /// Address of the card component on people's machines.
    pub card_component: Option<String>,
    /// Whose cards sign in and approve; those of the platform's own authority if empty.
    pub families: Vec<Family>,
    /// Whether everything is invented.
    pub demo: bool,
    /// An award file to try the upload with.
    pub sample_file: Option<Vec<u8>>,
}

/// The parts, running.
pub struct Running {
    /// What the pages and operations use.
    pub app: App,
    /// The platform's own certificate authority.
    pub authority: Authority,
    /// The private cluster; it stops when this is dropped.
    cluster: Option<Cluster>,
}

impl Running {
    /// Closes what is open, the database last.
    pub async fn stop(self) {
        self.app.db.close().await;
        drop(self.cluster);
    }
}

/// Every module's tables, in the order in which they may refer to one another.
pub const MIGRATIONS: &[&[db::Migration]] = &[
    register::MIGRATIONS,
    anchor::MIGRATIONS,
    access::MIGRATIONS,
    readlog::MIGRATIONS,
    org::MIGRATIONS,
    orders::MIGRATIONS,
    personnel::MIGRATIONS,
];

/// Starts storage and brings everything up to date.
///
/// # Errors
/// Whatever is missing or damaged, in a sentence.
pub async fn assemble(setting: Setting) -> Result<Running, Failure> {
    let (cluster, db) = storage(&setting).await?;
    db.migrate(MIGRATIONS).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let keys = setting.data.join("keys");
    let authority = authority(&keys, clock.as_ref(), random.as_ref(), setting.demo)?;
    let log_key = log_key(&db, &keys, &setting.public, clock.as_ref(), random.as_ref()).await?;
    let card_ca = setting.card_ca.unwrap_or_else(|| authority.certificate().to_vec());
    let families = match setting.families {
        none if none.is_empty() => vec![own_family(&authority)?],
        families => families,
    };
    let portal = setting.portal.as_deref().map(|file| crate::portal::portal(file, &setting.public)).transpose()?;
    let passkeys = access::Passkeys::new(&setting.public, &web::service_name().zh);
    let anchors = match &setting.anchors {
        Some(file) => Anchors::read(file, &random)?,
        None => Anchors::in_folder(setting.data.join("anchors")),
    };
    let parts = Parts {
        site: Arc::new(site(setting.demo, Arc::clone(&clock), Arc::clone(&random))),
        clock,
        random,
        press: Press::new(&FontSources::system())?,
        ring: Arc::new(ring(&keys, &SystemRandom)?),
        keys: key_ring(&keys)?,
        witnessing: witnessing(&db, setting.policy.as_deref()).await?,
        db,
        log_keys: web::LogKeys::new(log_key, move |origin| {
            crate::log_key::read(&crate::log_key::file(&keys, origin), origin, false).ok()
        }),
        authorities: Authorities::new(families)?,
        card_ca: tlog::hash::sha256(&card_ca),
        card_component: setting.card_component,
        cards: setting.demo.then(|| CardBox::new(setting.data.join("cards"))),
        public: setting.public,
        proxies: setting.proxies.into(),
        posts_per_minute: setting.posts_per_minute,
        portal,
        passkeys,
        outbox: setting.data.join("mail"),
        sample_file: setting.sample_file,
        anchors,
        tree: KeptTree::default(),
    };
    let app = App::new(parts);
    app.refresh_tree().await?;
    Ok(Running { app, authority, cluster })
}

/// The authorities' key files, none of them open to others.
fn key_ring(keys: &Path) -> Result<KeyRing, Failure> {
    let ring = KeyRing::new(keys.join("agencies"), in_token::open);
    ring.check()?;
    Ok(ring)
}

/// The cards of the platform's own authority, which ends them in its own tables and publishes no list.
fn own_family(authority: &Authority) -> Result<Family, Failure> {
    let root = vec![authority.certificate().to_vec()];
    let authority = CardAuthority::new("Renshi", root, Vec::new(), &CardRules::default())?;
    Ok(Family { authority, revocation: Revocation::Off })
}

async fn storage(setting: &Setting) -> Result<(Option<Cluster>, Db), Failure> {
    // Others neither read nor list it; the database's own user may be let through by its group.
    std::fs::DirBuilder::new().recursive(true).mode(0o750).create(&setting.data)?;
    match &setting.database {
        Some(url) => Ok((None, Db::connect(url).await?)),
        None => {
            let cluster = Cluster::start(&setting.data, Durability::Full)?;
            let db = Db::connect(&cluster.url()).await?;
            Ok((Some(cluster), db))
        }
    }
}

/// The ring that wraps people's keys; its first key is made at first start.
///
/// # Errors
/// When the folder cannot be read or written, or a key file is damaged or open to others.
pub fn ring(keys: &Path, random: &dyn Random) -> Result<vault::FileRing, Failure> {
    Ok(vault::FileRing::open(keys.join("ring"), random)?)
}

/// Opens storage only, for verbs that need no keys or pages.
///
/// # Errors
/// When the database cannot be started or reached.
pub async fn open_storage(storage: &crate::args::Storage) -> Result<(Option<Cluster>, Db), Failure> {
    let data = data_folder(storage.data.clone(), "renshi");
    let (cluster, db) = match &storage.database {
        Some(url) => (None, Db::connect(url).await?),
        None => {
            let cluster = Cluster::start(&data, Durability::Full)?;
            let db = Db::connect(&cluster.url()).await?;
            (Some(cluster), db)
        }
    };
    db.migrate(MIGRATIONS).await?;
    Ok((cluster, db))
}

/// The data folder named, or the usual place of this system for the user.
#[must_use]
pub fn data_folder(named: Option<PathBuf>, name: &str) -> PathBuf {
    let usual = || {
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        // Root's home is closed to the user PostgreSQL runs as.
        let is_root = home == Path::new("/root") || home.as_os_str().is_empty();
        if is_root { PathBuf::from("/var/lib") } else { home.join(".local/share") }
    };
    named.unwrap_or_else(|| usual().join(name))
}

fn site(demo: bool, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Site {
    Site {
        name: web::service_name(),
        owner: if demo {
            Text::new("示範資料：人員與案件均為虛構", "Demonstration: people and cases are invented")
        } else {
            Text::new("人事服務平臺", "Renshi Personnel Platform")
        },
        footer: vec![
            Link::new("/help", Text::new("說明與無障礙聲明", "Help and accessibility")),
            Link::new("/register", Text::new("公開登錄簿", "Public register")),
            Link::new("/law", Text::new("法規與計算規則", "Law and rules")),
            Link::new("/verify", Text::new("查驗令之真偽", "Verify an order")),
        ],
        demo,
        assets: AssetIndex::of::<web::Assets>(),
        clock,
        random,
    }
}

/// The platform's own authority in this data folder.
///
/// # Errors
/// When the folder has none yet, or its key file is damaged.
pub fn authority_of(data: &Path) -> Result<Authority, Failure> {
    let path = data.join("keys").join("authority.pem");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    Ok(Authority::from_pem(&text)?)
}

/// The platform's own authority, made at first start: it issues the authorities' document certificates and, in a demonstration, cards.
fn authority(keys: &Path, clock: &dyn Clock, random: &dyn Random, demo: bool) -> Result<Authority, Failure> {
    let path = keys.join("authority.pem");
    if path.exists() {
        return Ok(Authority::from_pem(&web::read_secret(&path)?)?);
    }
    let name = if demo { "Renshi 示範憑證中心" } else { "Renshi 憑證中心" };
    let authority = Authority::create(random, name, clock.now())?;
    match write_secret(&path, &authority.to_pem()) {
        Ok(()) => Ok(authority),
        // Another instance on the same folder was faster; its authority counts.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Ok(Authority::from_pem(&std::fs::read_to_string(&path)?)?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The key of the log in this database; the log is begun if there is none. A log begun under another key is refused.
async fn log_key(
    db: &Db,
    keys: &Path,
    public: &str,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<LogKey, Failure> {
    let mut tx = db.begin().await?;
    let (origin, begin) = match register::log::head(&mut tx).await {
        Ok(head) => (head.checkpoint.origin, false),
        Err(register::Fault::NoLog) if public.is_empty() => {
            return Err(
                "the register has not begun; give --public, the address that will be printed in QR codes".into()
            );
        }
        Err(register::Fault::NoLog) => (origin(public, clock), true),
        Err(fault) => return Err(fault.into()),
    };
    let path = crate::log_key::file(keys, &origin);
    crate::log_key::make(&path, random)?;
    let key = crate::log_key::read(&path, &origin, begin)?;
    register::log::create(&mut tx, &key).await?;
    tx.commit().await?;
    Ok(key)
}

/// The key of the log `origin` in a data folder.
///
/// # Errors
/// When there is none.
pub fn log_key_of(data: &Path, origin: &str) -> Result<LogKey, Failure> {
    crate::log_key::read(&crate::log_key::file(&data.join("keys"), origin), origin, false)
}

/// The log's key in a data folder, which must be there, for a log that is brought back: `origin` is begun anew in a database that has
/// none.
///
/// # Errors
/// When there is no key, or the database has another log.
pub async fn kept_log_key(db: &Db, data: &Path, origin: &str) -> Result<LogKey, Failure> {
    let key = log_key_of(data, origin)?;
    let mut tx = db.begin().await?;
    register::log::create(&mut tx, &key).await?;
    tx.commit().await?;
    Ok(key)
}

/// Who asks the witnesses of the policy, which is put in force first.
async fn witnessing(db: &Db, policy: Option<&str>) -> Result<Witnessing, Failure> {
    if let Some(policy) = policy {
        let mut tx = db.begin().await?;
        register::witness::adopt(&mut tx, policy).await?;
        tx.commit().await?;
    }
    Ok(Witnessing::of(db).await?)
}

/// `orders.<host>/<year>`.
fn origin(public: &str, clock: &dyn Clock) -> String {
    let host = public.split("://").nth(1).unwrap_or(public).trim_end_matches('/').replace(':', "-");
    format!("orders.{host}/{}", kernel::office_date(clock.now()).year())
}

/// Makes an authority's keys, keeps them, and enters the key statement in the register; whatever of it was done before is not done again,
/// so a run that was cut off is finished by the next.
///
/// # Errors
/// When a key cannot be kept or the register cannot be written.
pub async fn enrol(
    running: &Running,
    agency: AgencyCode,
    name: &str,
    places: Option<&in_token::Places>,
) -> Result<(), Failure> {
    let app = &running.app;
    if !app.keys.has(agency) {
        app.keys.keep(agency, &new_keys(running, agency, name, places)?)?;
    }
    let keys = app.keys.keys(agency)?;
    if places.is_some_and(|places| keys.addresses() != Some([&places.seal, &places.document])) {
        return Err(format!("{agency} has other keys here; `--rotate` replaces them by those in the token").into());
    }
    let mut tx = app.db.begin().await?;
    let known = register::log::issuer_of(&mut tx, agency.as_str()).await?;
    match known {
        Some(issuer) if issuer.statement.seal_key == keys.seal_key() => return Ok(()),
        Some(issuer) => {
            return Err(format!(
                "key statement {} of {agency} is of other keys than those kept here; see `renshi keep keys --rotate` and `--revoke-from`",
                issuer.statement.issuer
            )
            .into());
        }
        None => {}
    }
    hold_fast(app, &mut tx).await?;
    let new = new_issuer(app, agency, name, &keys);
    let issuer = register::log::add_issuer(&mut tx, new, |bytes| keys.sign(bytes).ok()).await?;
    let payload = serde_json::json!({ "issuer": issuer.statement.issuer });
    db::event(&mut tx, app.now(), "AuthorityEnrolled", agency.as_str(), &payload).await?;
    tx.commit().await?;
    Ok(())
}

/// What the register was before a key event is held fast outside: a stolen key cannot pretend to have been there earlier.
///
/// # Errors
/// When the database cannot be written.
pub async fn hold_fast(app: &App, tx: &mut db::Tx) -> Result<(), Failure> {
    let head = web::head_of(register::log::head(tx).await?);
    anchor::due(tx, &head, anchor::Reason::Key, app.now()).await?;
    Ok(())
}

/// Fresh keys of an authority: in files, or where the operator wishes.
///
/// # Errors
/// When a token is away or cannot make a key, or no place is named and the present keys are in a token.
pub fn new_keys(
    running: &Running,
    agency: AgencyCode,
    name: &str,
    places: Option<&in_token::Places>,
) -> Result<seal::AgencyKeys, Failure> {
    let (app, authority) = (&running.app, &running.authority);
    let request = CertificateRequest { name, serial_number: agency.as_str(), organization: "" };
    match places {
        Some(places) => places.keys(authority, &request, app.random.as_ref(), app.clock.as_ref()),
        // Whoever chose a token is not put back into a file by forgetting two options.
        None if app.keys.has(agency) && app.keys.keys(agency)?.addresses().is_some() => {
            Err("the present keys are in a token; name the places of new ones with `--seal-key` and `--document-key`"
                .into())
        }
        None => Ok(seal::AgencyKeys::create(app.random.as_ref(), authority, &request, app.now())?),
    }
}

/// What the register is told of these keys.
pub fn new_issuer(app: &App, agency: AgencyCode, name: &str, keys: &seal::AgencyKeys) -> NewIssuer {
    let mut id = [0; 16];
    app.random.fill(&mut id);
    NewIssuer {
        agency: agency.to_string(),
        card_ca: app.card_ca,
        document_certificate: keys.document_certificate().to_vec(),
        name: name.to_owned(),
        seal_key: keys.seal_key(),
        id,
    }
}
