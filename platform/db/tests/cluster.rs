//! The private cluster, end to end.

use db::{Cluster, ClusterError, CopyRows, Db, Durability, Migration, query_scalar};

const SETS: &[Migration] =
    &[Migration { module: "t", name: "create_t", sql: "CREATE TABLE t (a text, b bytea, c int)" }];

fn folder(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("renshi-db-test-{name}-{}", std::process::id()))
}

#[tokio::test]
async fn starts_stops_and_keeps_its_data() {
    let data = folder("keep");
    {
        let cluster = Cluster::start(&data, Durability::Disposable).unwrap();
        let db = Db::connect(&cluster.url()).await.unwrap();
        db.migrate(&[SETS]).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let mut rows = CopyRows::new();
        rows.text("a\tb\\\n令").bytes(&[0, 255]).plain(7).end();
        rows.null().null().null().end();
        assert_eq!(rows.send(&mut tx, "COPY t (a, b, c) FROM STDIN").await.unwrap(), 2);
        tx.commit().await.unwrap();
        let again = Cluster::start(&data, Durability::Disposable);
        assert!(matches!(again, Err(ClusterError::InUse(_))));
    }
    let cluster = Cluster::start(&data, Durability::Disposable).unwrap();
    let db = Db::connect(&cluster.url()).await.unwrap();
    db.migrate(&[SETS]).await.unwrap();
    let kept: String =
        query_scalar("SELECT a FROM t WHERE c = 7 AND b = '\\x00ff'").fetch_one(db.pool()).await.unwrap();
    assert_eq!(kept, "a\tb\\\n令");
    drop(cluster);
    std::fs::remove_dir_all(data).unwrap();
}

#[tokio::test]
async fn an_edited_migration_is_refused() {
    const EDITED: &[Migration] = &[Migration { module: "t", name: "create_t", sql: "CREATE TABLE t (a text)" }];
    let data = folder("edited");
    let cluster = Cluster::start(&data, Durability::Disposable).unwrap();
    let db = Db::connect(&cluster.url()).await.unwrap();
    db.migrate(&[SETS]).await.unwrap();
    let error = db.migrate(&[EDITED]).await.unwrap_err();
    assert!(error.to_string().contains("`t/create_t` was changed"), "{error}");
    drop(cluster);
    std::fs::remove_dir_all(data).unwrap();
}

#[tokio::test]
async fn how_the_database_stands_is_told_without_changing_it() {
    const NEXT: &[Migration] = &[Migration { module: "t", name: "create_u", sql: "CREATE TABLE u (a text)" }];
    let data = folder("standing");
    assert!(!Cluster::exists(&data) && Cluster::running_url(&data).is_none());
    let cluster = Cluster::start(&data, Durability::Disposable).unwrap();
    let db = Db::connect(&Cluster::running_url(&data).unwrap()).await.unwrap();
    assert!(Cluster::exists(&data));
    let empty = db.standing(&[SETS]).await.unwrap();
    assert!(empty.pending.contains(&"t/create_t".to_owned()) && empty.unknown.is_empty());
    db.migrate(&[SETS]).await.unwrap();
    assert_eq!(db.standing(&[SETS]).await.unwrap().pending, Vec::<String>::new());
    let other = db.standing(&[NEXT]).await.unwrap();
    assert_eq!((other.pending, other.unknown), (vec!["t/create_u".to_owned()], vec!["t/create_t".to_owned()]));
    // The private cluster: one role that may do everything, a socket, nobody on the network.
    assert!(other.superuser && !other.over_network && !other.encrypted);
    assert_eq!(other.trusts_network, Some(false));
    drop(cluster);
    assert!(Cluster::running_url(&data).is_none());
    std::fs::remove_dir_all(data).unwrap();
}
