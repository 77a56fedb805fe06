//! The file of settings: what it accepts, and what it says of what it does not.

use crate::world::folder;
use anchor::{Anchors, Kind};
use kernel::{Random, SeededRandom};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use testkit::pki::Pki;

const EVM: &str = "[[evm]]\nname = \"chain\"\nchain = \"Test\"\nchain_id = 1337\nnodes = [\"http://127.0.0.1:8545\"]\n\
    key_file = \"key\"\ntransaction = \"legacy\"\nfinality = 12\ngas_price_max_gwei = 50\n";

fn written(text: &str) -> (PathBuf, PathBuf) {
    let folder = folder("config");
    let file = folder.join("anchors.toml");
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.join("key"), crate::anvil::KEY).unwrap();
    std::fs::write(folder.join("token"), "Bearer not-a-real-secret").unwrap();
    for secret in ["key", "token"] {
        std::fs::set_permissions(folder.join(secret), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    (folder, file)
}

fn read(file: &Path) -> Result<Anchors, String> {
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(1));
    Anchors::read(file, &random).map_err(|fault| fault.to_string())
}

#[test]
fn a_file_with_every_kind_is_followed() {
    let pki = Pki::new();
    let text = format!(
        "every_hours = 6\n[[file]]\nname = \"gazette\"\nfolder = \"pages\"\n\
         [[http]]\nname = \"platform\"\nurl = \"https://anchor.example.org/v1\"\nauthorization_file = \"token\"\n\
         reference = \"/id\"\nconfirm_url = \"https://anchor.example.org/v1/{{reference}}\"\nconfirm_pointer = \"/state\"\n\
         confirm_value = \"done\"\n\
         [[rfc3161]]\nname = \"stamp\"\nauthority = \"TSA\"\nurl = \"http://tsa.example.org\"\npolicy = \"1.2.3\"\n\
         stamp_roots = [\"{}/root.pem\"]\n{EVM}",
        pki.path().display()
    );
    let (folder, file) = written(&text);
    let anchors = read(&file).unwrap();
    assert_eq!(anchors.every_hours, 6);
    let kinds: Vec<Kind> = anchors.sinks.iter().map(|sink| sink.kind()).collect();
    assert_eq!(kinds, Kind::ALL);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_cannot_be_followed_is_named() {
    let twice = format!("{EVM}{}", EVM.replace("\"chain\"", "\"other\""));
    let cases = [
        ("every_hours = 0\n".to_owned(), "every_hours must be 1 to 168"),
        ("[[file]]\nname = \"a\"\nfolder = \"p\"\ncolour = 1\n".to_owned(), "unknown field `colour`"),
        ("[[file]]\nname = \"A b\"\nfolder = \"p\"\n".to_owned(), "small letters"),
        ("[[file]]\nname = \"a\"\nfolder = \"p\"\n[[file]]\nname = \"a\"\nfolder = \"q\"\n".to_owned(), "used twice"),
        (twice, "the same key on the same chain"),
        (EVM.replace("finality = 12", "finality = 0"), "finality is"),
        (EVM.replace("finality = 12", "finality = \"latest\""), "finality is"),
        (EVM.replace("key_file = \"key\"", "key_file = \"anchors.toml\""), "mode to 0600"),
        (EVM.replace("key_file = \"key\"", "key_file = \"token\""), "64 hexadecimal digits"),
        (format!("{EVM}agree = 2\n"), "agree is 1 to the number of nodes"),
        (format!("{EVM}gas_price_gwei = 51\n"), "above gas_price_max_gwei"),
        (format!("{EVM}contract = \"0x12\"\n"), "contract is no address"),
        (
            "[[http]]\nname = \"p\"\nurl = \"http://a.example\"\nauthorization_file = \"token\"\n".to_owned(),
            "begins with https://",
        ),
        (
            "[[rfc3161]]\nname = \"s\"\nauthority = \"T\"\nurl = \"http://a.example\"\nstamp_roots = []\n".to_owned(),
            "names no certificate",
        ),
    ];
    for (text, expected) in cases {
        let (folder, file) = written(&text);
        let said = read(&file).err().unwrap_or_else(|| panic!("accepted: {text}"));
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("not-a-real-secret"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
