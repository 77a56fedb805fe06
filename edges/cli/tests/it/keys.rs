//! `renshi keep keys`: an authority's keys in files, replaced as planned and in an emergency.

use crate::program::{renshi, text};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use time::macros::{date, datetime};

const AGENCY: &str = "376480000A";
pub const AGENCIES: &str = "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\r\n\
    376480000A,南投縣政府,540,南投市中興路660號,049-2222106,376480000A,南投縣政府,,0000000,,2,,,,,,\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_replaced_as_planned_and_in_an_emergency_and_files_open_to_others_are_refused() {
    let test = testkit::database(&[
        register::MIGRATIONS,
        access::MIGRATIONS,
        readlog::MIGRATIONS,
        org::MIGRATIONS,
        personnel::MIGRATIONS,
        orders::MIGRATIONS,
    ])
    .await;
    let at = datetime!(2026-01-02 02:00 UTC);
    let upload =
        org::Upload { file_name: "orglist.csv", bytes: AGENCIES.as_bytes(), published_on: date!(2026 - 01 - 01) };
    let confirmation = org::Confirmation { by: "測試", at, base: org::Base::Empty, accept_missing: false };
    org::import(&test.db, upload, confirmation).await.unwrap();
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
