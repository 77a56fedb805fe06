//! Pages, platforms asked by HTTP, and when a checkpoint is due.

use crate::world::{World, client, folder, head};
use anchor::{Anchors, Confirmation, FileSink, HttpSetting, HttpSink, Sink, State, Trust, due_by_time};
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_page_says_everything_that_is_compared() {
    let pages = folder("pages");
    let world = World::new(vec![Arc::new(FileSink::new("pages".into(), pages.clone()))]).await;
    world.due(&head(300)).await;
    world.pass().await;
    let text = std::fs::read_to_string(pages.join("orders.example_2026-300.txt")).unwrap();
    for part in ["orders.example/2026", "300", "3131 3131 3131", "中華民國"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let check: String = head(300).check_hash().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(text.replace([' ', '\n'], "").contains(&check), "{check} in {text}");
    let row = world.row().await;
    let file = world.published(&format!("anchors/{}.json", row.no)).await.unwrap();
    assert_eq!(anchor::check(&file, &Trust::default()).unwrap().head, head(300));
    // A page that was lost before it was seen to stand is written again.
    std::fs::remove_dir_all(&pages).unwrap();
    world.due(&head(301)).await;
    world.pass().await;
    assert!(pages.join("orders.example_2026-301.txt").exists());
    std::fs::remove_dir_all(pages).unwrap();
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told_and_tried_again() {
    let pages = folder("barred");
    std::fs::write(pages.join("file"), "").unwrap();
    let world = World::new(vec![Arc::new(FileSink::new("pages".into(), pages.join("file")))]).await;
    world.due(&head(300)).await;
    world.pass().await;
    assert!(world.row().await.fault.unwrap().contains("cannot be written"));
    std::fs::remove_file(pages.join("file")).unwrap();
    world.pass().await;
    assert_eq!(world.row().await.state, State::Confirmed);
    std::fs::remove_dir_all(pages).unwrap();
}

/// What a platform was asked.
type Asked = Arc<Mutex<Vec<(HeaderMap, Value)>>>;

async fn take(Shared(asked): Shared<Asked>, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
    asked.lock().unwrap().push((headers, body));
    Json(json!({ "data": { "txHash": "0xabc" } }))
}

async fn state(Shared(asked): Shared<Asked>, Path(reference): Path<String>) -> Json<Value> {
    assert_eq!(reference, "0xabc");
    let state = if asked.lock().unwrap().len() > 1 { "confirmed" } else { "pending" };
    Json(json!({ "state": state }))
}

#[tokio::test]
async fn a_platform_is_sent_each_checkpoint_under_its_own_key_and_its_receipt_is_kept() {
    let asked = Asked::default();
    let router = Router::new().route("/anchors", post(take)).route("/anchors/{reference}", get(state));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/anchors", listener.local_addr().unwrap());
    let router = router.with_state(Arc::clone(&asked));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let confirmation =
        Confirmation { url: format!("{url}/{{reference}}"), pointer: "/state".into(), value: "confirmed".into() };
    let setting = HttpSetting {
        name: "platform".into(),
        url: url.clone(),
        authorization: Some("Bearer not-a-real-secret".into()),
        reference: Some("/data/txHash".into()),
        confirmation: Some(confirmation),
    };
    let sink: Arc<dyn Sink> = Arc::new(HttpSink::new(setting, client(&url, Duration::from_secs(2))));
    let world = World::new(vec![sink]).await;
    world.due(&head(300)).await;
    world.pass().await;
    assert_eq!(world.row().await.state, State::Sent, "the platform says it is pending");
    asked.lock().unwrap().push((HeaderMap::new(), Value::Null));
    world.pass().await;
    let row = world.row().await;
    assert_eq!(row.state, State::Confirmed);
    assert!(row.place.unwrap().ends_with("0xabc"));
    let (headers, body) = asked.lock().unwrap().remove(0);
    let key: String = head(300).check_hash().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(headers["idempotency-key"], key.as_str());
    assert_eq!(headers["authorization"], "Bearer not-a-real-secret");
    assert_eq!((&body["size"], &body["origin"]), (&json!(300), &json!("orders.example/2026")));
    let file = world.published(&format!("anchors/{}.json", row.no)).await.unwrap();
    assert_eq!(anchor::check(&file, &Trust::default()).unwrap().head, head(300));
    assert!(!String::from_utf8(file).unwrap().contains("not-a-real-secret"));
}

#[tokio::test]
async fn a_log_that_grew_is_due_once_a_day_and_one_that_did_not_is_not() {
    let world = World::new(Vec::new()).await;
    let due = async |size: u64| {
        let mut tx = world.test.db.begin().await.unwrap();
        let due = due_by_time(&mut tx, &head(size), 24, world.hands_now()).await.unwrap();
        tx.commit().await.unwrap();
        due
    };
    assert!(!due(0).await, "an empty log");
    assert!(due(10).await, "the first");
    assert!(!due(20).await, "the same day");
    world.wait(Duration::from_secs(24 * 3600));
    assert!(!due(10).await, "nothing new");
    assert!(due(20).await);
    assert!(!due(30).await);
}

#[tokio::test]
async fn a_sink_that_is_new_begins_with_the_newest_checkpoint() {
    let pages = folder("new");
    let mut world = World::new(vec![Arc::new(FileSink::new("first".into(), pages.join("first")))]).await;
    for size in [1, 2, 3] {
        world.due(&head(size)).await;
        world.pass().await;
    }
    world.anchors.sinks.push(Arc::new(FileSink::new("second".into(), pages.join("second"))));
    world.pass().await;
    world.due(&head(4)).await;
    world.pass().await;
    let of = |name: &str| std::fs::read_dir(pages.join(name)).unwrap().count();
    assert_eq!((of("first"), of("second")), (4, 2));
    let covering = anchor::covering(&mut world.test.db.begin().await.unwrap(), "orders.example/2026", 1).await.unwrap();
    let sizes: Vec<_> = covering.iter().map(|covering| (covering.sink.as_str(), covering.size)).collect();
    assert_eq!(sizes, [("first", 2), ("second", 3)], "of each the first whose tree holds the leaf");
    std::fs::remove_dir_all(pages).unwrap();
}

#[tokio::test]
async fn a_clock_that_once_ran_ahead_stops_no_anchor() {
    let pages = folder("ahead");
    let mut world = World::new(vec![Arc::new(FileSink::new("pages".into(), pages.clone()))]).await;
    let by_time = async |world: &World, size: u64, at| {
        let mut tx = world.test.db.begin().await.unwrap();
        let due = anchor::due_by_time(&mut tx, &head(size), 24, at).await.unwrap();
        tx.commit().await.unwrap();
        due
    };
    let right = world.hands_now();
    world.wait(Duration::from_secs(365 * 86_400));
    assert!(by_time(&world, 100, world.hands_now()).await);
    // The page cannot be written now, so it waits for its next try.
    let file = folder("ahead-file").join("no-folder");
    std::fs::write(&file, "").unwrap();
    let good = std::mem::replace(
        &mut world.anchors,
        Anchors { every_hours: 24, sinks: vec![Arc::new(FileSink::new("pages".into(), file))] },
    );
    world.pass().await;
    assert!(world.row().await.fault.is_some());
    world.anchors = good;

    world.set(right);
    world.pass().await;
    assert_eq!(world.row().await.state, State::Confirmed, "{:?}", world.row().await);
    assert!(by_time(&world, 200, right).await, "the next day is not a year away");
    assert!(!by_time(&world, 300, right).await);
    world.pass().await;
    assert_eq!(world.row().await.state, State::Confirmed);
    std::fs::remove_dir_all(pages).unwrap();
}
