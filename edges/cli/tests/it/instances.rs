//! Two instances on one PostgreSQL.

use crate::program::{Folder, Server, renshi};
use db::{Cluster, Durability};
use std::process::Command;

fn serve(database: &str, data: &Folder) -> Command {
    let mut command = renshi();
    command.args(["serve", "--listen", "127.0.0.1:0", "--database", database, "--data"]).arg(&data.0);
    command
}

#[test]
fn two_instances_start_at_once_share_the_register_and_one_goes_on_alone() {
    let (store, data) = (Folder::new("store"), Folder::new("shared"));
    let cluster = Cluster::start(&store.0, Durability::Disposable).unwrap();
    let url = cluster.url();
    let (mut one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| Server::start(&mut serve(&url, &data)));
        let two = scope.spawn(|| Server::start(&mut serve(&url, &data)));
        (one.join().unwrap(), two.join().unwrap())
    });
    for path in ["/", "/log/checkpoint", "/log/policy.txt"] {
        assert_eq!((one.get(path).as_deref(), two.get(path).as_deref()), (Some("200"), Some("200")), "{path}");
    }
    one.kill();
    assert_eq!(one.get("/"), None);
    assert_eq!(two.get("/log/checkpoint").as_deref(), Some("200"));
}

#[test]
fn a_data_folder_in_use_is_refused_in_plain_words() {
    let data = Folder::new("in-use");
    let _first = Server::start(renshi().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data.0));
    let second = renshi().args(["register", "fsck", "--data"]).arg(&data.0).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(crate::program::text(&second).contains("is in use by another program"));
}
