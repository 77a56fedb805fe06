//! A log with one authority, for monitors to look at.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use db::Db;
use kernel::FixedClock;
use register::{
    issuer::{Ending, replace_issuer},
    log::{self, NewIssuer, Staged},
    sequence::sequence,
};
use std::{
    ops::Range,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use testkit::TestDb;
use time::{OffsetDateTime, macros::datetime};
use tlog::{
    hash::{Hash, ZERO},
    leaf::{Id, Kind, auth, signed_bytes},
    note::LogKey,
};

pub(crate) const ORIGIN: &str = "orders.example/2026";
pub(crate) const START: OffsetDateTime = datetime!(2026-03-02 09:00 +8);
pub(crate) const AGENCY: &str = "376480000A";

pub(crate) fn id(number: u64) -> Id {
    u128::from(number + 1).to_be_bytes()
}

fn signed(kind: Kind, id: Id, commitment: Hash, prev: Hash) -> Staged {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[42; 32]).unwrap();
    let signature = pair.sign(&signed_bytes(kind, 1, &id, &commitment, &prev)).as_ref().try_into().unwrap();
    let auth = auth(&signature, pair.public_key().as_ref().try_into().unwrap());
    Staged { kind, issuer: 1, id, commitment, prev, auth }
}

/// What an authority says of its keys.
fn authority(pair: &Ed25519KeyPair, number: u64) -> NewIssuer {
    NewIssuer {
        agency: AGENCY.to_owned(),
        card_ca: [1; 32],
        document_certificate: vec![0x30, 0x03, 0x02, 0x01, 0x05],
        name: "範例縣政府".to_owned(),
        seal_key: pair.public_key().as_ref().try_into().unwrap(),
        id: id(number),
    }
}

/// The old seal key's word for the new one.
pub(crate) fn endorse(bytes: &[u8]) -> [u8; 64] {
    Ed25519KeyPair::from_seed_unchecked(&[42; 32]).unwrap().sign(bytes).as_ref().try_into().unwrap()
}

pub(crate) struct World {
    test: TestDb,
    pub(crate) key: LogKey,
}

impl World {
    pub(crate) async fn of(orders: u64) -> Self {
        Self::with_seed(7, orders).await
    }

    pub(crate) async fn with_seed(seed: u8, orders: u64) -> Self {
        let test = testkit::database(&[register::MIGRATIONS]).await;
        let key = LogKey::from_seed(ORIGIN, &[seed; 32]).unwrap();
        let pair = Ed25519KeyPair::from_seed_unchecked(&[42; 32]).unwrap();
        let mut tx = test.db.begin().await.unwrap();
        log::create(&mut tx, &key).await.unwrap();
        log::add_issuer(&mut tx, authority(&pair, 1_000_000), |bytes| pair.sign(bytes).as_ref().try_into().ok())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let world = Self { test, key };
        world.sequence().await;
        if orders > 0 {
            world.issue(0..orders).await;
        }
        world
    }

    pub(crate) fn db(&self) -> &Db {
        &self.test.db
    }

    pub(crate) async fn size(&self) -> u64 {
        let mut tx = self.db().begin().await.unwrap();
        log::head(&mut tx).await.unwrap().checkpoint.size
    }

    async fn sequence(&self) {
        self.sequence_after(Duration::ZERO).await;
    }

    pub(crate) async fn sequence_after(&self, later: Duration) {
        sequence(self.db(), &FixedClock(START + later), &self.key, 4096).await.unwrap();
    }

    async fn stage(&self, staged: &[Staged]) {
        let mut tx = self.db().begin().await.unwrap();
        log::stage(&mut tx, staged).await.unwrap();
        tx.commit().await.unwrap();
        self.sequence().await;
    }

    pub(crate) async fn issue(&self, numbers: Range<u64>) {
        let orders: Vec<Staged> = numbers.map(|number| signed(Kind::Issue, id(number), [5; 32], ZERO)).collect();
        self.stage(&orders).await;
    }

    /// Replaces the keys of the authority by those of another seed.
    pub(crate) async fn replace_keys(&self, ending: Ending<'_>) {
        let mut tx = self.db().begin().await.unwrap();
        let pair = Ed25519KeyPair::from_seed_unchecked(&[43; 32]).unwrap();
        let sign = |bytes: &[u8]| pair.sign(bytes).as_ref().try_into().ok();
        replace_issuer(&mut tx, authority(&pair, 2_000_000), ending, sign).await.unwrap();
        tx.commit().await.unwrap();
        self.sequence().await;
    }

    /// Somebody lets the log take a second first key statement of the agency.
    pub(crate) async fn add_keys_beside(&self) {
        let mut tx = self.db().begin().await.unwrap();
        let pair = Ed25519KeyPair::from_seed_unchecked(&[44; 32]).unwrap();
        let sign = |bytes: &[u8]| pair.sign(bytes).as_ref().try_into().ok();
        log::add_issuer(&mut tx, authority(&pair, 3_000_000), sign).await.unwrap();
        tx.commit().await.unwrap();
        self.sequence().await;
    }

    pub(crate) async fn correct(&self, number: u64, kind: Kind) {
        let mut tx = self.db().begin().await.unwrap();
        let events = log::events(&mut tx, &id(number)).await.unwrap();
        tx.commit().await.unwrap();
        let prev = events.last().unwrap().entry.unwrap().leaf.hash();
        self.stage(&[signed(kind, id(number), [9; 32], prev)]).await;
    }
}

/// A folder of its own that goes away.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("renshi-monitor-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
