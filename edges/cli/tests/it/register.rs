//! `renshi register pad`, `refusal` and `publish`: what is done, and what is not because it would make a second register.

use crate::county::{AGENCIES, AGENCY};
use crate::program::{Folder, Server, renshi, text};
use db::{Cluster, Db, Durability};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// An installation with one authority in its register, on a database of its own.
struct Installation {
    data: Folder,
    url: String,
    _cluster: Cluster,
    _store: Folder,
}

impl Installation {
    /// `key` is the folder with the key of the log, if it is to go on with one.
    fn new(name: &str, key: Option<&Path>) -> Self {
        let (store, data) = (Folder::new(&format!("{name}-store")), Folder::new(&format!("{name}-data")));
        let cluster = Cluster::start(&store.0, Durability::Disposable).unwrap();
        let here = Self { url: cluster.url(), data, _cluster: cluster, _store: store };
        if let Some(key) = key {
            let status = Command::new("cp").arg("-rp").arg(key).arg(&here.data.0).status().unwrap();
            assert!(status.success());
        }
        let list = here.data.file("list.csv", AGENCIES);
        here.done(&["import"], &["agencies", list.to_str().unwrap(), "--published", "2026-01-01"]);
        here.done(&["keep", "keys", AGENCY], &["--public", "https://orders.example"]);
        here
    }

    fn keys(&self) -> PathBuf {
        self.data.0.join("keys")
    }

    fn command(&self, verb: &[&str], more: &[&str]) -> Command {
        let mut command = renshi();
        command.args(verb).arg("--data").arg(&self.data.0).args(["--database", &self.url]).args(more);
        command
    }

    fn run(&self, verb: &[&str], more: &[&str]) -> (Option<i32>, String) {
        let output = self.command(verb, more).output().unwrap();
        (output.status.code(), text(&output))
    }

    fn done(&self, verb: &[&str], more: &[&str]) -> String {
        let (code, said) = self.run(verb, more);
        assert_eq!(code, Some(0), "{said}");
        said
    }

    fn register(&self, act: &str, more: &[&str]) -> (Option<i32>, String) {
        self.run(&["register", act], more)
    }

    /// Does something in the database, past the program.
    fn with<T>(&self, act: impl AsyncFnOnce(&Db) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let db = Db::connect(&self.url).await.unwrap();
            let done = act(&db).await;
            db.close().await;
            done
        })
    }

    fn size(&self) -> u64 {
        self.with(async |db| register::log::head(&mut db.begin().await.unwrap()).await.unwrap().checkpoint.size)
    }

    /// Somebody outside knew more of the register, as the program stores it.
    fn refuse(&self) {
        self.with(async |db| {
            let refusal =
                "INSERT INTO register.refusal (at, zh, en) VALUES (1767312000, '較舊', 'it is an older copy')";
            db::query(refusal).execute(db.pool()).await.unwrap();
        });
    }

    fn policy(&self, text: &str) {
        self.with(async |db| {
            let mut tx = db.begin().await.unwrap();
            register::witness::adopt(&mut tx, text).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
}

/// A witness at an address where nobody is.
fn away() -> String {
    let key =
        tlog::cosignature::Cosigner::from_seed("away.example", tlog::cosignature::Algorithm::CosignatureV1, &[5; 32]);
    format!("witness away {} http://127.0.0.1:9\nquorum away\n", key.unwrap().vkey())
}

#[test]
fn padding_is_done_once_and_not_while_nothing_may_be_signed() {
    let here = Installation::new("pad", None);
    let before = here.size();
    here.refuse();
    let (code, said) = here.register("pad", &[]);
    assert!(code == Some(1) && said.contains("it is an older copy"), "{said}");
    assert_eq!(here.size(), before, "nothing was signed");
    let (code, said) = here.register("refusal", &[]);
    assert!(code == Some(1) && said.contains("it is an older copy") && said.contains("--lift REASON"), "{said}");

    // As long as there is a witness that can be asked, it is its word that counts.
    here.policy(&away());
    let (code, said) = here.register("refusal", &[]);
    assert!(code == Some(1) && !said.contains("--lift"), "{said}");
    let (code, said) = here.register("refusal", &["--lift", "見證者已停止運作"]);
    assert!(code == Some(1) && said.contains("the policy has witnesses that can be asked"), "{said}");
    here.policy("quorum none\n");
    let (code, said) = here.register("refusal", &["--lift", " "]);
    assert!(code == Some(1) && said.contains("give the reason"), "{said}");
    let (code, said) = here.register("refusal", &["--lift", "見證者已停止運作"]);
    assert!(code == Some(0) && said.contains("not refused") && said.contains("見證者已停止運作"), "{said}");
    assert!(here.done(&["register", "refusal"], &[]).contains("2026-01-02: it is an older copy"));

    let said = here.done(&["register", "pad"], &[]);
    assert!(said.contains(&format!("{before} leaves before, 256 now")), "{said}");
    let said = here.done(&["register", "pad"], &[]);
    assert!(said.contains("256 leaves") && said.contains("there is nothing to do"), "{said}");
    assert_eq!(here.size(), 256);
    assert!(here.done(&["register", "fsck"], &[]).contains(" 0 problems"));
}

#[test]
fn a_program_behind_its_published_register_signs_nothing() {
    let lost = Installation::new("ahead", None);
    let public = lost.data.0.join("public");
    lost.done(&["register", "pad"], &[]);
    lost.done(&["register", "publish"], &["--publish", public.to_str().unwrap()]);
    let checkpoint = fs::read(public.join("checkpoint")).unwrap();

    // The same key, and a database that does not know what was signed with it.
    let older = Installation::new("behind", Some(&lost.keys()));
    let size = older.size();
    let place = ["--publish", public.to_str().unwrap()];
    let told = |said: &str| said.contains("does not agree with this database (Ahead(256))") && said.contains("rebuild");
    let (code, said) = older.register("publish", &place);
    assert!(code == Some(1) && told(&said), "{said}");
    stage(&older);
    let (code, said) = older.run(&["serve", "--listen", "127.0.0.1:0"], &place);
    assert!(code == Some(1) && told(&said), "{said}");
    assert_eq!(older.size(), size, "what waited was not signed");
    assert_eq!(fs::read(public.join("checkpoint")).unwrap(), checkpoint, "what is published stays");

    // One that finds out while it runs stops.
    let fresh = older.data.0.join("fresh");
    let mut server = Server::start(
        &mut older.command(&["serve", "--listen", "127.0.0.1:0"], &["--publish", fresh.to_str().unwrap()]),
    );
    wait("it publishes", || fresh.join("checkpoint").exists());
    fs::write(fresh.join("checkpoint"), &checkpoint).unwrap();
    wait("it stops", || server.child.try_wait().unwrap().is_some());
    assert_eq!(server.child.wait().unwrap().code(), Some(1));
    assert_eq!(fs::read(fresh.join("checkpoint")).unwrap(), checkpoint);
}

/// The published log is of a day long ago: whoever asks is told, and who knows it may say that it does not matter.
#[test]
fn a_monitor_tells_a_log_in_which_nothing_is_new() {
    let (log, copy) = (crate::program::root().join("cases/seal/log"), Folder::new("monitor-copy"));
    let monitor = |more: &[&str]| {
        let mut command = renshi();
        command
            .arg("monitor")
            .arg("--log")
            .arg(&log)
            .arg("--policy")
            .arg(log.join("policy.txt"))
            .arg("--copy")
            .arg(&copy.0);
        let output = command.args(more).output().unwrap();
        (output.status.code(), text(&output))
    };
    let told = "the log shows nothing new since 2026-03-02";
    let (code, said) = monitor(&[]);
    assert!(code == Some(1) && said.contains(told), "{said}");
    let (code, said) = monitor(&["--json"]);
    assert!(code == Some(1) && said.contains(told), "{said}");
    let (_, said) = monitor(&["--silent-after", "0"]);
    assert!(!said.contains(told), "{said}");
}

fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Puts the digest of a day on its way into the register.
fn stage(here: &Installation) {
    here.with(async |db| {
        let mut tx = db.begin().await.unwrap();
        register::log::stage_digest(&mut tx, [6; 32]).await.unwrap();
        tx.commit().await.unwrap();
    });
}
