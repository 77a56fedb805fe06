//! What the log may say: ids and codes, never a person.

use crate::world::{HERE, Who, World, award_file, code};
use axum::http::StatusCode;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// Names, ids, addresses and reasons of the people in the tests' world.
const PERSONAL: [&str; 14] = [
    "林受獎",
    "張小吏",
    "王承辦",
    "陳首長",
    "趙外人",
    "A223456781",
    "A100000001",
    "A123456789",
    "B199960300",
    "X291590832",
    "civil@example",
    "officer@example",
    "選務工作",
    "災害防救",
];

/// A whole journey with refusals and faults, told as closely as our own code and the libraries ever tell.
#[tokio::test]
async fn personal_data_leaves_no_trace_in_the_log() {
    let kept = Kept::default();
    let told =
        tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
    // Another test of the same program may be first where all run in one process; then its writer has the lines.
    let first = tracing_subscriber::util::SubscriberInitExt::try_init(told.with_writer(kept.clone()).finish()).is_ok();
    let world = World::new().await;
    let file = award_file(&[
        ("A223456781", "林受獎", "辦理選務工作，圓滿完成。", "4010"),
        ("A100000001", "張小吏", "協助災害防救。", "4001"),
    ]);
    let faulty = award_file(&[("A223456789", "林受獎", "辦理選務工作", "9999")]);
    for sent in [&file, &faulty] {
        world.send(Who::Officer, "/awards/upload", ("file", "王承辦.csv", sent.as_bytes()), &[]).await;
    }
    let orders = world.issued(&file).await;
    let person = world.person(Who::Civil);
    for path in [
        "/people?q=林受獎".replace('林', "%E6%9E%97").replace('受', "%E5%8F%97").replace('獎', "%E7%8D%8E"),
        "/people?q=A223456781".to_owned(),
        format!("/awards/new?person={person}"),
        format!("/orders/{}", orders[0].id),
        format!("/orders/{}/order.json", orders[0].id),
        "/mydata".to_owned(),
    ] {
        for who in [Who::Officer, Who::Civil, Who::Stranger, Who::Nobody] {
            world.get(who, &path).await;
        }
    }
    world.post(Who::Officer, "/people", &[("q", "A223456781")]).await;
    world.post(Who::Nobody, "/signin", &[("card", "A223456781"), ("cms", "林受獎")]).await;
    // Faults in pages of every module: their causes go to the log, and the reader gets a number.
    for schema in ["personnel", "orders"] {
        let gone = format!("DROP SCHEMA {schema} CASCADE");
        db::raw_sql(db::AssertSqlSafe(gone)).execute(world.app.db.pool()).await.unwrap();
    }
    for path in ["/people", "/orders", "/paper"] {
        world.get(Who::Officer, path).await.is(StatusCode::INTERNAL_SERVER_ERROR).says("編號");
    }
    world.get(Who::Civil, "/people").await.is(StatusCode::NOT_FOUND);
    // Not even who asks can be found out: a page with a number all the same.
    world.app.db.close().await;
    world.get(Who::Officer, "/work").await.is(StatusCode::INTERNAL_SERVER_ERROR).says("編號");
    if !first {
        return;
    }
    let log = kept.text();
    assert!(
        log.contains("fault") && log.contains("ERROR"),
        "the faults are not in the log: {}",
        log.chars().take(2_000).collect::<String>()
    );
    for word in ["find the session", "not allowed", "ReadPeople"] {
        assert!(log.contains(word), "{word} is not in the log");
    }
    for word in PERSONAL {
        let line = log.lines().find(|line| line.contains(word));
        assert!(line.is_none(), "{word} is in the log: {}", line.unwrap_or(""));
    }
    let secrets = [world.cookie(Who::Officer), world.cookie(Who::Civil)];
    for secret in secrets.iter().filter_map(|cookie| cookie.split_once('=')) {
        assert!(!log.contains(secret.1), "a session token is in the log");
    }
}

/// What came from outside is quoted, so no line of the log is made of it.
#[test]
fn a_line_of_the_log_cannot_be_forged() {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(kept.clone()).finish();
    let cause = format!("no such row\n2026-11-23T02:00:00Z  INFO web: {} signed in\u{1b}[2J", code(HERE));
    tracing::subscriber::with_default(subscriber, || {
        tracing::error!(fault = "7K3M-9Q2T", path = "/a\r\nb", cause = cause.as_str(), "fault");
    });
    let log = kept.text();
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(!log.contains('\u{1b}') && log.contains("\\n2026"), "{log}");
}
