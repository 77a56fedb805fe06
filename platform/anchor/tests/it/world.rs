//! A database, a clock that is set, and a checkpoint.

use anchor::{Anchors, Head, Reason, Row, Sink};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::Clock;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::TestDb;
use time::OffsetDateTime;

/// A clock that moves when it is told to. It starts at the real time, because chains and time-stamping authorities go by that.
pub(crate) struct Hands(Mutex<OffsetDateTime>);

impl Clock for Hands {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap()
    }
}

/// A folder of a test's own.
pub(crate) fn folder(what: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("renshi-anchor-{what}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The time the file system keeps.
fn real_now() -> OffsetDateTime {
    static SERIAL: AtomicI64 = AtomicI64::new(0);
    let file = std::env::temp_dir().join(format!(
        "renshi-anchor-now-{}-{}",
        std::process::id(),
        SERIAL.fetch_add(1, Ordering::Relaxed)
    ));
    std::fs::write(&file, "").unwrap();
    let now = std::fs::metadata(&file).unwrap().modified().unwrap();
    std::fs::remove_file(&file).unwrap();
    now.into()
}

pub(crate) fn head(size: u64) -> Head {
    let root = [u8::try_from(size % 251).unwrap(); 32];
    let origin = "orders.example/2026".to_owned();
    let checkpoint = format!("{origin}\n{size}\n{}\n\n\u{2014} {origin} c2lnbmF0dXJl\n", STANDARD.encode(root));
    Head { origin, size, root, checkpoint }
}

pub(crate) struct World {
    pub(crate) test: TestDb,
    pub(crate) hands: Arc<Hands>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) anchors: Anchors,
}

impl World {
    pub(crate) async fn new(sinks: Vec<Arc<dyn Sink>>) -> Self {
        let test = testkit::database(&[anchor::MIGRATIONS]).await;
        let hands = Arc::new(Hands(Mutex::new(real_now())));
        let clock: Arc<dyn Clock> = hands.clone();
        Self { test, hands, clock, anchors: Anchors { every_hours: 24, sinks } }
    }

    pub(crate) fn wait(&self, time: Duration) {
        *self.hands.0.lock().unwrap() += time;
    }

    pub(crate) fn set(&self, time: OffsetDateTime) {
        *self.hands.0.lock().unwrap() = time;
    }

    pub(crate) fn hands_now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Makes a checkpoint due by hand.
    pub(crate) async fn due(&self, head: &Head) -> bool {
        let mut tx = self.test.db.begin().await.unwrap();
        let new = anchor::due(&mut tx, head, Reason::Hand, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        new
    }

    /// One pass of the worker, a minute after the one before: nothing is left waiting for its next look, except after faults.
    pub(crate) async fn pass(&self) {
        anchor::pass(&self.test.db, &self.anchors, None, &self.clock).await.unwrap();
        self.wait(Duration::from_secs(60));
    }

    /// Every anchor, the newest first.
    pub(crate) async fn rows(&self) -> Vec<Row> {
        anchor::list(&mut self.test.db.begin().await.unwrap(), 100).await.unwrap()
    }

    pub(crate) async fn row(&self) -> Row {
        self.rows().await.remove(0)
    }

    /// The published file of an anchor.
    pub(crate) async fn published(&self, path: &str) -> Option<Vec<u8>> {
        let mut tx = self.test.db.begin().await.unwrap();
        anchor::resource(&mut tx, path).await.unwrap().map(|file| file.bytes)
    }
}

pub(crate) fn client(url: &str, timeout: Duration) -> fetch::Client {
    let hosts = vec![fetch::host_of(url).unwrap()];
    fetch::Client::new(fetch::Setting { hosts, timeout, plain: true, ..fetch::Setting::default() }).unwrap()
}
