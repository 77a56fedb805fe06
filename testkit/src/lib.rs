//! What tests share: a database of their own, and tokens of their own.
//!
//! `./dev test` starts one throw-away cluster for the whole run and names it in `RENSHI_TEST_DATABASE`; a test started alone makes
//! a cluster for itself. Either way each test gets an empty database and nothing of it remains.

mod s3;
mod softhsm;

pub use s3::S3;
pub use softhsm::SoftHsm;

pub mod pki;

use db::{Cluster, Db, Durability, Migration};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicU32, Ordering};

/// A database that belongs to one test.
#[derive(Debug)]
pub struct TestDb {
    /// The handle to hand to the code under test.
    pub db: Db,
    /// The address, for tests that start further programs.
    pub url: String,
    cluster: Option<(Cluster, std::path::PathBuf)>,
}

/// Makes a database and brings it up to date with `sets`.
///
/// # Panics
/// When PostgreSQL cannot be started or refuses: a test cannot go on without it.
pub async fn database(sets: &[&[Migration]]) -> TestDb {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Process numbers come round again while a cluster stands.
    let drawn = RandomState::new().build_hasher().finish();
    let name = format!("t{}_{}_{drawn:x}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let (base, cluster) = match std::env::var("RENSHI_TEST_DATABASE") {
        Ok(url) => (url, None),
        Err(_) => {
            let folder = std::env::temp_dir().join(format!("renshi-test-{name}"));
            let cluster = Cluster::start(&folder, Durability::Disposable).expect("a private cluster for the test");
            (cluster.url(), Some((cluster, folder)))
        }
    };
    let admin = Db::connect(&base).await.expect("the test cluster answers");
    db::query(db::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(admin.pool())
        .await
        .expect("a database for the test");
    admin.close().await;
    let url = base.replacen("/renshi?", &format!("/{name}?"), 1);
    let db = Db::connect(&url).await.expect("the new database answers");
    db.migrate(sets).await.expect("migrations from empty");
    TestDb { db, url, cluster }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some((cluster, folder)) = self.cluster.take() {
            drop(cluster);
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
