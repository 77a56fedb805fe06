//! Keys in a token (SoftHSM): the log's, and those of an authority.

use crate::county::{AGENCIES, AGENCY};
use crate::program::{Folder, Server, renshi, text};
use db::{Cluster, Durability};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use testkit::SoftHsm;
use tlog::checkpoint::Checkpoint;
use tlog::note::Vkey;

const PIN: &str = "123456";
const ORIGIN: &str = "https://orders.example";

/// Writes a file that only its owner reads.
fn secret(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

/// An installation whose log signs with a key in the token `register`.
struct World<'a> {
    hsm: &'a SoftHsm,
    data: Folder,
    url: String,
    _cluster: Cluster,
    _store: Folder,
}

impl<'a> World<'a> {
    fn new(hsm: &'a SoftHsm) -> Self {
        hsm.token("register", PIN);
        let (store, data) = (Folder::new("token-store"), Folder::new("token-data"));
        let cluster = Cluster::start(&store.0, Durability::Disposable).unwrap();
        let world = Self { hsm, data, url: cluster.url(), _cluster: cluster, _store: store };
        secret(&world.pin(), PIN);
        secret(&world.data.0.join("keys/log.key"), &format!("{}\n", world.address("%01", "")));
        let list = world.data.file("list.csv", AGENCIES);
        let (code, said) = world.run(&["import"], &["agencies", list.to_str().unwrap(), "--published", "2026-01-01"]);
        assert_eq!(code, Some(0), "{said}");
        world
    }

    fn pin(&self) -> PathBuf {
        self.data.0.join("pin")
    }

    fn address(&self, id: &str, more: &str) -> String {
        let (module, pin) = (self.hsm.module().display(), self.pin());
        format!("pkcs11:token=register;id={id}?module-path={module}&pin-source=file:{}{more}", pin.display())
    }

    fn run(&self, verb: &[&str], more: &[&str]) -> (Option<i32>, String) {
        let storage = ["--data", self.data.0.to_str().unwrap(), "--database", &self.url];
        let output = renshi().args(verb).args(storage).args(more).output().unwrap();
        (output.status.code(), text(&output))
    }

    fn keys(&self, more: &[&str]) -> (Option<i32>, String) {
        self.run(&["keep", "keys", AGENCY], &[&["--public", ORIGIN][..], more].concat())
    }

    /// The newest checkpoint as it is published, checked with the key that the policy names.
    fn checkpoint(&self, name: &str) -> Checkpoint {
        let out = self.data.0.join(name);
        let (code, said) = self.run(&["register", "export"], &[out.to_str().unwrap()]);
        assert_eq!(code, Some(0), "{said}");
        let policy = fs::read_to_string(out.join("policy.txt")).unwrap();
        let vkey: Vkey = policy.lines().find_map(|line| line.strip_prefix("log ")).unwrap().parse().unwrap();
        Checkpoint::open(&fs::read_to_string(out.join("checkpoint")).unwrap(), &vkey).unwrap()
    }

    fn away(&self, away: bool) {
        let places = [self.hsm.folder.join("tokens"), self.hsm.folder.join("taken-out")];
        let [from, to] = if away { places } else { [places[1].clone(), places[0].clone()] };
        fs::rename(from, to).unwrap();
    }
}

#[test]
fn a_log_signs_with_a_key_in_a_token_and_goes_on_when_the_token_is_back() {
    SoftHsm::with("token_keys::a_log_signs_with_a_key_in_a_token_and_goes_on_when_the_token_is_back", |hsm| {
        let world = World::new(hsm);
        let (code, said) = world.keys(&[]);
        assert_eq!(code, Some(0), "{said}");
        let first = world.checkpoint("first");
        assert!(first.size >= 1 && first.origin.starts_with("orders.orders.example/"), "{first:?}");
        let log = world.data.0.join("first");
        let script = crate::program::root().join("tests/third-verifier/verify.py");
        let third = std::process::Command::new("python3").arg("-B").arg(script).arg("log").arg(&log).output().unwrap();
        assert!(third.status.success(), "{}", text(&third));

        // Taken out while the program runs: what is staged waits.
        let storage = ["--data", world.data.0.to_str().unwrap(), "--database", &world.url];
        let server = Server::start(renshi().args(["serve", "--listen", "127.0.0.1:0"]).args(storage));
        world.away(true);
        let (code, said) = world.keys(&["--rotate"]);
        assert!(code == Some(1) && said.contains("the log's key, named in"), "{said}");
        stage_digest(&world);
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(server.get("/register").as_deref(), Some("200"), "pages are answered meanwhile");
        assert_eq!(world.checkpoint("meanwhile"), first, "nothing was signed");
        world.away(false);
        let until = Instant::now() + Duration::from_secs(30);
        while world.checkpoint("after") == first {
            assert!(Instant::now() < until, "signing goes on by itself");
            std::thread::sleep(Duration::from_millis(250));
        }
        drop(server);
        // The digest is of a day that no read log has; beside that nothing is wrong.
        let (_, said) = world.run(&["register", "fsck"], &[]);
        assert!(said.contains("3 leaves, 0 on their way") && said.contains("1 problems"), "{said}");
        assert!(said.contains("leaf 2 is the digest of no day on file"), "{said}");

        let key = world.data.0.join("keys/log.key");
        for (text, told) in [
            (world.address("%02", ""), "has no key of this id"),
            (world.address("%01", "&pin-value=123456"), "a PIN may not stand in an address"),
            ("pkcs11:token=register".to_owned(), "not the address of a key"),
        ] {
            secret(&key, &text);
            let (code, said) = world.keys(&[]);
            assert!(code == Some(1) && said.contains(told), "{said}");
        }
        secret(&key, &world.address("%01", ""));
        fs::set_permissions(world.pin(), Permissions::from_mode(0o644)).unwrap();
        let (code, said) = world.keys(&[]);
        assert!(code == Some(1) && said.contains("open to others"), "{said}");
        secret(&world.pin(), "654321");
        let (code, said) = world.keys(&[]);
        assert!(code == Some(1) && said.contains("the PIN is wrong"), "{said}");
        secret(&world.pin(), PIN);
        assert_eq!(world.keys(&[]).0, Some(0));
    });
}

#[test]
fn an_authority_signs_with_keys_in_a_token_and_replaces_them_there() {
    SoftHsm::with("token_keys::an_authority_signs_with_keys_in_a_token_and_replaces_them_there", |hsm| {
        let world = World::new(hsm);
        let places = |seal: &str, document: &str| {
            ["--seal-key".to_owned(), world.address(seal, ""), "--document-key".to_owned(), world.address(document, "")]
        };
        let keys = |places: &[String], more: &[&str]| {
            let places: Vec<&str> = places.iter().map(String::as_str).collect();
            world.keys(&[&places[..], more].concat())
        };
        let first = places("%11", "%12");
        let (code, said) = keys(&first[..2], &[]);
        assert!(code == Some(2) && said.contains("--document-key"), "{said}");
        let (code, said) = keys(&places("%01", "%12"), &["--rotate"]);
        assert!(code == Some(1) && said.contains("has no keys in the register"), "{said}");
        let (code, said) = keys(&first, &[]);
        assert_eq!(code, Some(0), "{said}");
        let file = world.data.0.join(format!("keys/agencies/{AGENCY}.pem"));
        let kept = fs::read_to_string(&file).unwrap();
        assert!(kept.starts_with("pkcs11:") && !kept.contains("PRIVATE KEY"), "{kept}");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(keys(&first, &[]).0, Some(0), "said again, it is done already");
        let (code, said) = keys(&places("%13", "%14"), &[]);
        assert!(code == Some(1) && said.contains("has other keys here"), "{said}");

        let (code, said) = keys(&first, &["--rotate"]);
        assert!(code == Some(1) && said.contains("present keys at these addresses"), "{said}");
        world.away(true);
        let (code, said) = keys(&places("%13", "%14"), &["--rotate"]);
        assert_eq!(code, Some(1), "{said}");
        world.away(false);
        assert_eq!(fs::read_to_string(&file).unwrap(), kept, "nothing was changed meanwhile");
        let (code, said) = keys(&places("%13", "%14"), &["--rotate"]);
        assert!(code == Some(0) && said.contains("endorsed it"), "{said}");
        let (code, said) = world.keys(&["--rotate"]);
        assert!(code == Some(1) && said.contains("name the places"), "{said}");
        assert!(!fs::read_to_string(&file).unwrap().contains("PRIVATE KEY"));

        world.checkpoint("turned");
        let script = crate::program::root().join("tests/third-verifier/verify.py");
        let log = world.data.0.join("turned");
        let third = std::process::Command::new("python3").arg("-B").arg(script).arg("log").arg(&log).output().unwrap();
        assert!(third.status.success(), "{}", text(&third));
    });
}

/// Puts the digest of a day on its way into the register.
fn stage_digest(world: &World<'_>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = db::Db::connect(&world.url).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        register::log::stage_digest(&mut tx, [6; 32]).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
    });
}
