//! `renshi keep erasure` and `renshi register erasures|erase-again`.

use crate::program::{Folder, renshi, text};
use db::{Cluster, Db, Durability};
use kernel::OrderId;
use tlog::erasure::Erasure;
use tlog::leaf::Kind;

/// A verb on the data of a folder.
fn run(folder: &Folder, verb: &[&str], more: &[&str]) -> (Option<i32>, String) {
    let output = renshi().args(verb).arg("--data").arg(folder.0.join("data")).args(more).output().unwrap();
    (output.status.code(), text(&output))
}

/// What a backup from before the erasure brings back: the register, rebuilt from a copy, says that an order was erased, and it is here.
fn erased_in_the_register(folder: &Folder) -> OrderId {
    let cluster = Cluster::start(&folder.0.join("data"), Durability::Full).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let order = runtime.block_on(async {
        let db = Db::connect(&cluster.url()).await.unwrap();
        let agency = "300000001A";
        let (order, _) = orders::own_list(&db, &agency.parse().unwrap()).await.unwrap()[0];
        let mut tx = db.begin().await.unwrap();
        let erasure = Erasure {
            agency: agency.to_owned(),
            backups_until: "2027-04-30".to_owned(),
            basis: "個人資料保護法第11條第3項".to_owned(),
            erased_on: "2026-11-23".to_owned(),
            id: order.0,
        };
        let issue = register::log::locate(&mut tx, &[order.0]).await.unwrap()[0].unwrap();
        let staged = register::log::Staged {
            kind: Kind::Erasure,
            issuer: issue.leaf.issuer,
            id: order.0,
            commitment: erasure.commitment(),
            prev: issue.leaf.hash(),
            auth: [3; 32],
        };
        register::erasure::stage(&mut tx, staged, &erasure).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        order
    });
    drop(cluster);
    order
}

#[test]
fn erasure_is_off_until_turned_on_and_what_a_backup_brought_back_is_destroyed_again() {
    let folder = Folder::new("erasure");
    crate::faults::write_files(&folder);
    let demo = crate::faults::demo(&folder).output().unwrap();
    assert!(demo.status.success(), "{}", text(&demo));

    let (code, said) = run(&folder, &["keep", "erasure"], &[]);
    assert!(code == Some(0) && said.contains("erasure is off"), "{said}");
    let (code, said) = run(&folder, &["keep", "erasure", "on"], &[]);
    assert!(code == Some(1) && !said.contains("erasure is on"), "nobody said how long backups are kept: {said}");
    let (code, said) = run(&folder, &["keep", "erasure", "on"], &["--backup-days", "30"]);
    assert!(code == Some(0) && said.contains("erasure is on") && said.contains("for 30 days"), "{said}");
    let (code, said) = run(&folder, &["keep", "erasure"], &[]);
    assert!(code == Some(0) && said.contains("erasure is on"), "it stays: {said}");
    let (code, said) = run(&folder, &["keep", "erasure", "off"], &[]);
    assert!(code == Some(0) && said.contains("erasure is off"), "{said}");
    let (code, said) = run(&folder, &["register", "erasures"], &[]);
    assert!(code == Some(0) && said.contains("0 erasures are still in backups"), "{said}");
    let (code, said) = run(&folder, &["register", "erase-again"], &[]);
    assert!(code == Some(0) && said.contains("0 orders were destroyed again"), "{said}");

    let order = erased_in_the_register(&folder);
    let (_, said) = run(&folder, &["register", "erase-again"], &[]);
    assert!(said.contains("0 orders were destroyed again"), "what is on its way is not in the register yet: {said}");
    let (code, said) = run(&folder, &["register", "pad"], &[]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&folder, &["register", "erase-again"], &[]);
    assert!(code == Some(0) && said.contains(&format!("{order}\n1 orders were destroyed again")), "{said}");
    let (code, said) = run(&folder, &["register", "erase-again"], &[]);
    assert!(code == Some(0) && said.contains("0 orders were destroyed again"), "once is enough: {said}");
}
