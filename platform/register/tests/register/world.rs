//! A small world: a log with one authority, and orders to put into it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use db::{Db, Tx};
use kernel::FixedClock;
use register::{
    log::{self, NewIssuer, Staged},
    sequence::{Sequenced, sequence},
};
use std::path::{Path, PathBuf};
use testkit::TestDb;
use time::{OffsetDateTime, macros::datetime};
use tlog::{
    hash::{Hash, ZERO},
    leaf::{Id, Kind, auth, signed_bytes},
    note::LogKey,
};

pub(crate) const ORIGIN: &str = "orders.example/2026";
pub(crate) const START: OffsetDateTime = datetime!(2026-03-02 09:00 +8);

/// An id that no other number gives.
pub(crate) fn id(number: u64) -> Id {
    let mut id = [0xee; 16];
    id[..8].copy_from_slice(&tlog::hash::sha256(&number.to_be_bytes())[..8]);
    id[8..].copy_from_slice(&number.to_be_bytes());
    id
}

/// The authority's seal key.
pub(crate) fn seal_key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[42; 32]).unwrap()
}

/// An event signed by the authority.
pub(crate) fn signed(kind: Kind, id: Id, commitment: Hash, prev: Hash) -> Staged {
    let pair = seal_key();
    let signature = pair.sign(&signed_bytes(kind, 1, &id, &commitment, &prev)).as_ref().try_into().unwrap();
    let auth = auth(&signature, pair.public_key().as_ref().try_into().unwrap());
    Staged { kind, issuer: 1, id, commitment, prev, auth }
}

/// An order that nobody can tell from another.
pub(crate) fn order(number: u64) -> Staged {
    signed(Kind::Issue, id(number), tlog::hash::sha256(&[&number.to_be_bytes()[..], b"content"].concat()), ZERO)
}

/// Orders whose authority is not looked at: for counting many.
pub(crate) fn plain_orders(from: u64, to: u64) -> Vec<Staged> {
    (from..to)
        .map(|n| Staged {
            kind: Kind::Issue,
            issuer: 1,
            id: id(n),
            commitment: id(n).repeat(2).try_into().unwrap(),
            prev: ZERO,
            auth: [3; 32],
        })
        .collect()
}

/// A database with a log and one authority whose key event is staged.
pub(crate) struct World {
    pub test: TestDb,
    pub key: LogKey,
}

impl World {
    pub(crate) async fn new() -> Self {
        let test = testkit::database(&[register::MIGRATIONS]).await;
        let key = LogKey::from_seed(ORIGIN, &[7; 32]).unwrap();
        let mut tx = test.db.begin().await.unwrap();
        assert!(log::create(&mut tx, &key).await.unwrap());
        add_issuer(&mut tx).await;
        tx.commit().await.unwrap();
        Self { test, key }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.test.db
    }

    pub(crate) async fn stage(&self, staged: &[Staged]) {
        let mut tx = self.db().begin().await.unwrap();
        log::stage(&mut tx, staged).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn sequence_at(&self, at: OffsetDateTime) -> Sequenced {
        sequence(self.db(), &FixedClock(at), &self.key, 4096).await.unwrap()
    }

    pub(crate) async fn sequence(&self) -> Sequenced {
        self.sequence_at(START).await
    }

    /// Leaf hash of the newest event on an order.
    pub(crate) async fn newest(&self, id: &Id) -> Hash {
        let mut tx = self.db().begin().await.unwrap();
        let events = log::events(&mut tx, id).await.unwrap();
        events.last().unwrap().entry.unwrap().leaf.hash()
    }

    /// A log with 300 orders of which three are corrected, and another authority.
    pub(crate) async fn lived_in() -> Self {
        let world = Self::new().await;
        world.stage(&(0..300).map(order).collect::<Vec<_>>()).await;
        world.sequence().await;
        for (number, kind) in [(5, Kind::Supersede), (17, Kind::Revoke), (255, Kind::Repeal)] {
            let event = signed(kind, id(number), [9; 32], world.newest(&id(number)).await);
            world.stage(&[event, order(1000 + number)]).await;
            world.sequence().await;
        }
        world
    }
}

pub(crate) async fn add_issuer(tx: &mut Tx) -> u16 {
    let pair = seal_key();
    let new = NewIssuer {
        agency: "376480000A".to_owned(),
        card_ca: [1; 32],
        document_certificate: vec![0x30, 0x03, 0x02, 0x01, 0x05],
        name: "範例縣政府".to_owned(),
        seal_key: pair.public_key().as_ref().try_into().unwrap(),
        id: id(u64::MAX),
    };
    log::add_issuer(tx, new, |bytes| pair.sign(bytes).as_ref().try_into().ok()).await.unwrap().statement.issuer
}

/// A file of this crate.
pub(crate) fn crate_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A folder of its own that goes away.
pub(crate) struct Folder(pub PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("renshi-register-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
