//! `renshi keep keys`: an authority's keys in files, replaced as planned and in an emergency.

use crate::county::{self, AGENCY};
use crate::program::{renshi, text};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use time::macros::datetime;

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_replaced_as_planned_and_in_an_emergency_and_files_open_to_others_are_refused() {
    let at = datetime!(2026-01-02 02:00 UTC);
    let test = county::database(at).await;
    let data = std::env::temp_dir().join(format!("renshi-keys-{}", std::process::id()));
    let _ = fs::remove_dir_all(&data);
    let folder = data.join("keys/agencies");
    let run = |verb: &[&str], more: &[&str]| {
        let storage = ["--data", data.to_str().unwrap(), "--database", &test.url];
        let output = renshi().args(verb).args(storage).args(more).output().unwrap();
        (output.status.code(), text(&output))
    };
    let keys =
        |more: &[&str]| run(&["keep", "keys", AGENCY], &[&["--public", "https://orders.example"][..], more].concat());
    let files = || {
        let names = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };

    let (code, said) = keys(&["--rotate"]);
    assert!(code == Some(1) && said.contains("no keys in the register"), "{said}");
    let (code, said) = keys(&[]);
    assert_eq!(code, Some(0), "{said}");
    let first = fs::read(folder.join("376480000A.pem")).unwrap();

    let (code, said) = keys(&["--rotate"]);
    assert!(code == Some(0) && said.contains("key statement 2 from now on; 1 endorsed it"), "{said}");
    assert_eq!(files(), ["376480000A.1.pem", "376480000A.pem"]);
    assert_eq!(fs::read(folder.join("376480000A.1.pem")).unwrap(), first);

    let (code, said) = keys(&["--revoke-from", "2026-01-02T10:00:00+08:00"]);
    assert!(code == Some(2) && said.contains("--reason"), "{said}");
    let (code, said) = keys(&["--revoke-from", "2026-01-02T10:00:00+08:00", "--reason", " "]);
    assert!(code == Some(1) && said.contains("--reason takes 1 to 500"), "{said}");
    let (code, said) = keys(&["--revoke-from", "9000-01-02T10:00:00+08:00", "--reason", "遺失"]);
    assert!(code == Some(1) && said.contains("a moment that is past"), "{said}");
    let (code, said) = keys(&["--revoke-from", "2026-01-02T10:00:00+08:00", "--reason", "遺失"]);
    assert!(
        code == Some(0) && said.contains("key statement 3 from now on; 2 is revoked, and with it 0 orders"),
        "{said}"
    );
    assert_eq!(files(), ["376480000A.1.pem", "376480000A.2.pem", "376480000A.pem"]);

    // A command that was cut off after the register was told, and before the files were moved.
    fs::rename(folder.join("376480000A.pem"), folder.join("376480000A.next.pem")).unwrap();
    fs::rename(folder.join("376480000A.2.pem"), folder.join("376480000A.pem")).unwrap();
    let (code, said) = keys(&[]);
    assert!(code == Some(1) && said.contains("is of other keys than those kept here"), "{said}");
    let (code, said) = keys(&["--rotate"]);
    assert!(code == Some(0) && said.contains("what was begun is finished"), "{said}");
    assert_eq!(files(), ["376480000A.1.pem", "376480000A.2.pem", "376480000A.pem"]);
    let (code, said) = run(&["register", "fsck"], &[]);
    assert_eq!(code, Some(0), "{said}");

    for file in ["agencies/376480000A.1.pem", "log.key", "authority.pem"] {
        let path = data.join("keys").join(file);
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let (code, said) = keys(&[]);
        assert!(code == Some(1) && said.contains("is open to others (mode 640)"), "{file}: {said}");
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(keys(&[]).0, Some(0));
    fs::remove_dir_all(&data).unwrap();
}
