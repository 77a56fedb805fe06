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
