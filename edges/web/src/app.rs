//! What every handler has at hand.

use crate::{CardBox, KeyRing, LogKeys};
use access::{Authorities, Passkeys, Portal, Tree};
use axum::extract::FromRef;
use db::Db;
use kernel::{AgencyCode, Clock, Random, Text, office_date};
use pdf::Press;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use time::{Date, OffsetDateTime};
use webkit::Site;

/// The parts a program puts together at start.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Arc<dyn Random>,
    /// What is the same on all pages.
    pub site: Arc<Site>,
    /// Fonts and typesetting.
    pub press: Press,
    /// What wraps the keys of people's sealed data.
    pub ring: Arc<dyn vault::KeyWrap>,
    /// The authorities' keys.
    pub keys: KeyRing,
    /// The key of the register's running shard, and where that of the next is found.
    pub log_keys: LogKeys,
    /// Who asks the witnesses of the log.
    pub witnessing: register::witness::Witnessing,
    /// The authorities whose cards sign in and approve.
    pub authorities: Authorities,
    /// SHA-256 of the certificate of the CA whose cards may approve for an authority that is enrolled now.
    pub card_ca: [u8; 32],
    /// Address of the card component on people's own machines, `http://127.0.0.1:61161`; none to offer no component.
    pub card_component: Option<String>,
    /// Software cards, in a demonstration only.
    pub cards: Option<CardBox>,
    /// Address of the platform as printed in QR codes, such as `https://orders.example.gov.tw`.
    pub public: String,
    /// An existing government portal that may vouch for people.
    pub portal: Option<Portal>,
    /// Passkeys, where browsers know them.
    pub passkeys: Option<Passkeys>,
    /// Addresses of our own proxies: what they say about whom they pass on is believed.
    pub proxies: Arc<[IpAddr]>,
    /// Most forms one address may send in a minute, counted by each instance; 0 is no limit.
    pub posts_per_minute: u32,
    /// Folder in which notice mail is put.
    pub outbox: PathBuf,
    /// An award file to try the upload with, in a demonstration only.
    pub sample_file: Option<Vec<u8>>,
    /// Where checkpoints of the register are held fast outside.
    pub anchors: anchor::Anchors,
    /// The agencies and what is above each, as decisions need them.
    pub tree: KeptTree,
}

/// The agencies as decisions need them, replaced when the list changes ([`App::refresh_tree`]).
#[derive(Debug, Default)]
pub struct KeptTree(RwLock<Arc<Tree>>);

/// [`Parts`], shared by all requests. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

impl App {
    /// Shares the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Today in Taipei.
    #[must_use]
    pub fn today(&self) -> Date {
        office_date(self.now())
    }

    /// The agencies and what is above each, as read last.
    #[must_use]
    pub fn tree(&self) -> Arc<Tree> {
        Arc::clone(&self.tree.0.read().expect("nothing panics while it is held"))
    }

    /// Reads the agencies anew: at start, after a new edition of the list, and now and then, because another instance may have taken one in.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub async fn refresh_tree(&self) -> Result<(), org::Error> {
        let tree = Tree::new(org::superiors(&self.db).await?);
        *self.tree.0.write().expect("nothing panics while it is held") = Arc::new(tree);
        Ok(())
    }

    /// The words written across each paper.
    #[must_use]
    pub fn watermark(&self) -> &'static str {
        if self.site.demo { "示範資料" } else { "人事行政" }
    }

    /// The line above a paper that is not to be taken for a real one.
    #[must_use]
    pub fn banner(&self) -> &'static str {
        if self.site.demo { "示範資料　非正式公文，不生任何法律效力" } else { "" }
    }

    /// The name of an agency as the list has it; its code if it is not in the list.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub async fn agency_name(&self, code: AgencyCode) -> Result<String, org::Error> {
        Ok(org::agency(&self.db, code).await?.map_or_else(|| code.to_string(), |agency| agency.name))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<App> for Arc<Site> {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.site)
    }
}

/// The name of the service, as the header shows it.
#[must_use]
pub fn service_name() -> Text {
    Text::new("人事服務平臺", "Renshi Personnel Platform")
}
