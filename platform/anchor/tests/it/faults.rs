//! Nodes that are away, of another chain, silent, garrulous or false; programs that stop between two steps.

use crate::anvil::{Anvil, CHAIN};
use crate::chain::{setting, settle, sink};
use crate::world::{World, client, folder, head};
use anchor::evm::EvmSetting;
use anchor::{Anchors, FileSink, State};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// What stands between us and the node makes of an answer.
type Falsify = Arc<dyn Fn(&str, Value) -> Told + Send + Sync>;

/// What is told in place of an answer.
type Tell = fn(Value) -> Told;

enum Told {
    Answer(Value),
    Huge,
    Silence,
    Broken,
}

#[derive(Clone)]
struct Between {
    node: String,
    client: fetch::Client,
    falsify: Falsify,
}

/// Starts something that passes questions on to the node and falsifies the answers. Its address.
async fn between(node: &Anvil, falsify: Falsify) -> String {
    let client = client(&node.url, Duration::from_secs(10));
    let state = Between { node: node.url.clone(), client, falsify };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", post(pass_on)).with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

async fn pass_on(Shared(between): Shared<Between>, body: Bytes) -> Response {
    let question: Value = serde_json::from_slice(&body).unwrap();
    let reply = between.client.post(&between.node, "application/json", &[], body.to_vec()).await.unwrap();
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    match (between.falsify)(question["method"].as_str().unwrap(), answer) {
        Told::Answer(answer) => answer.to_string().into_response(),
        Told::Huge => Body::from(vec![b' '; 4 * 1024 * 1024]).into_response(),
        Told::Silence => std::future::pending().await,
        Told::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "<html>oops</html>").into_response(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_of_another_chain_is_sent_nothing() {
    let wrong = Anvil::start(9, 0, &[]);
    let world = World::new(vec![sink(setting(), &[&wrong.url])]).await;
    world.due(&head(300)).await;
    world.pass().await;
    let row = world.row().await;
    assert_eq!(row.state, State::Due);
    assert!(row.fault.unwrap().contains("says it is of chain 9 and not 1337"));
    assert_eq!(wrong.count().await, 0);
    // The second node in the list is of the chain; the first one is passed over.
    let right = Anvil::start(CHAIN, 0, &[]);
    let world = World::new(vec![sink(setting(), &[&wrong.url, &right.url])]).await;
    world.due(&head(300)).await;
    settle(&world, &right).await;
    assert_eq!((wrong.count().await, right.count().await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_away_for_a_day_is_caught_up_with_and_keeps_nothing_else_waiting() {
    // A port below those that are given out to whoever asks for a free one, and a chain that no other test has: while the node is away,
    // nobody else's may answer in its place.
    let port = (0..50).map(|n| 21_000 + ((std::process::id() + n * 97) % 10_000) as u16);
    let port = port.into_iter().find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap();
    let (url, setting) = (format!("http://127.0.0.1:{port}"), EvmSetting { chain_id: 4242, ..setting() });
    let pages = folder("away");
    let world = World::new(vec![sink(setting, &[&url]), Arc::new(FileSink::new("pages".into(), pages.clone()))]).await;
    for size in [100, 200, 300] {
        world.due(&head(size)).await;
        for _ in 0..4 {
            world.pass().await;
        }
        world.wait(Duration::from_secs(8 * 3600));
    }
    let rows = world.rows().await;
    let (chain, file): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.sink == "chain");
    assert!(file.iter().all(|row| row.state == State::Confirmed), "{file:?}");
    assert!(chain.iter().all(|row| row.state == State::Due), "{chain:?}");
    assert!(chain.iter().any(|row| row.fault.as_deref().is_some_and(|fault| fault.contains("did not answer"))));

    let node = Anvil::start(4242, port, &[]);
    world.wait(Duration::from_secs(600));
    for _ in 0..12 {
        world.pass().await;
        node.mine(1).await;
    }
    let rows = world.rows().await;
    assert!(rows.iter().all(|row| row.state == State::Confirmed), "{rows:?}");
    assert_eq!(node.count().await, 3, "one for each checkpoint");
    std::fs::remove_dir_all(pages).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_on_the_way_back_makes_no_second_transaction() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let lost = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&lost);
    let url = between(
        &node,
        Arc::new(move |method, answer| {
            // The node took it, and we do not hear of it.
            let first = method == "eth_sendRawTransaction" && seen.fetch_add(1, Ordering::SeqCst) < 2;
            if first { Told::Broken } else { Told::Answer(answer) }
        }),
    )
    .await;
    let world = World::new(vec![sink(setting(), &[&url])]).await;
    world.due(&head(300)).await;
    world.pass().await;
    assert_eq!(world.row().await.state, State::Prepared);
    settle(&world, &node).await;
    assert!(lost.load(Ordering::SeqCst) >= 2);
    assert_eq!(node.count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_stopped_goes_on_where_it_was() {
    let node = Anvil::start(CHAIN, 0, &["--no-mining"]);
    let mut world = World::new(vec![sink(setting(), &[&node.url])]).await;
    world.due(&head(300)).await;
    world.pass().await;
    // Another program, with nothing but what is stored; the node has forgotten what it had.
    node.ask("anvil_dropAllTransactions", json!([])).await;
    world.anchors = Anchors { every_hours: 24, sinks: vec![sink(setting(), &[&node.url])] };
    settle(&world, &node).await;
    assert_eq!(node.count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_at_once_send_one_transaction() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let world = World::new(vec![sink(setting(), &[&node.url])]).await;
    world.due(&head(300)).await;
    let pass = || anchor::pass(&world.test.db, &world.anchors, None, &world.clock);
    for _ in 0..4 {
        let (a, b, c) = tokio::join!(pass(), pass(), pass());
        a.and(b).and(c).unwrap();
        world.wait(Duration::from_secs(5));
        node.mine(1).await;
    }
    assert_eq!(world.row().await.state, State::Confirmed);
    assert_eq!(node.count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn huge_silent_and_senseless_answers_end_the_turn_and_nothing_more() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let cases: [(Tell, &str); 4] = [
        (|_| Told::Huge, "more than 1048576 bytes"),
        (|_| Told::Silence, "did not answer"),
        (|_| Told::Broken, "status 500"),
        (|_| Told::Answer(json!({ "id": 1, "result": "0xzz" })), "cannot be read"),
    ];
    for (tell, expected) in cases {
        let url = between(&node, Arc::new(move |_, answer| tell(answer))).await;
        let world = World::new(vec![sink(setting(), &[&url])]).await;
        world.due(&head(300)).await;
        world.pass().await;
        let fault = world.row().await.fault.unwrap();
        assert!(fault.contains(expected), "{fault}");
        assert!(fault.len() <= 1200);
    }
    assert_eq!(node.count().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_does_not_prove_itself_is_not_believed() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let lies: [fn(&str, &mut Value); 3] = [
        // A block that never was, told consistently.
        |_, answer| replace(answer, "hash blockHash", &format!("0x{}", "ab".repeat(32))),
        |method, answer| {
            if method == "eth_getBlockByNumber" {
                replace(answer, "stateRoot", &format!("0x{}", "cd".repeat(32)));
            }
        },
        |method, answer| {
            if method == "eth_getBlockByNumber" && answer["result"]["transactions"].is_array() {
                answer["result"]["transactions"] = json!([]);
            }
        },
    ];
    for lie in lies {
        let lying = Arc::new(AtomicBool::new(true));
        let still = Arc::clone(&lying);
        let url = between(
            &node,
            Arc::new(move |method, mut answer| {
                if still.load(Ordering::SeqCst) && method.starts_with("eth_get") {
                    lie(method, &mut answer);
                }
                Told::Answer(answer)
            }),
        )
        .await;
        let world = World::new(vec![sink(setting(), &[&url])]).await;
        world.due(&head(300)).await;
        for _ in 0..5 {
            world.pass().await;
            node.mine(1).await;
        }
        let row = world.row().await;
        assert_eq!(row.state, State::Sent);
        assert!(row.fault.is_some_and(|fault| fault.contains("block")));
        lying.store(false, Ordering::SeqCst);
        world.wait(Duration::from_secs(3600));
        settle(&world, &node).await;
    }
}

fn replace(answer: &mut Value, names: &str, with: &str) {
    for name in names.split(' ') {
        if let Some(value) = answer.pointer_mut(&format!("/result/{name}")) {
            *value = with.into();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_nodes_must_agree_one_that_stands_apart_is_not_enough() {
    let (node, apart) = (Anvil::start(CHAIN, 0, &[]), Anvil::start(CHAIN, 0, &[]));
    let world = World::new(vec![sink(EvmSetting { agree: 2, ..setting() }, &[&node.url, &apart.url])]).await;
    world.due(&head(300)).await;
    for _ in 0..5 {
        world.pass().await;
        node.mine(1).await;
        apart.mine(1).await;
    }
    let row = world.row().await;
    assert_eq!(row.state, State::Sent);
    assert!(row.fault.unwrap().contains("do not agree on block"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_node_that_has_lost_a_transaction_makes_no_second_anchor() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let forgetful = Arc::new(AtomicBool::new(true));
    let still = Arc::clone(&forgetful);
    let url = between(
        &node,
        Arc::new(move |method, mut answer| {
            // No receipt: pruned, or a lie. The nonce it tells is true.
            if method == "eth_getTransactionReceipt" && still.load(Ordering::SeqCst) {
                answer["result"] = Value::Null;
            }
            Told::Answer(answer)
        }),
    )
    .await;
    let world = World::new(vec![sink(EvmSetting { agree: 2, ..setting() }, &[&url, &node.url])]).await;
    world.due(&head(300)).await;
    for _ in 0..8 {
        world.pass().await;
        node.mine(2).await;
    }
    let row = world.row().await;
    assert_eq!((row.state, node.count().await), (State::Sent, 1), "{row:?}");
    assert!(row.fault.unwrap().contains("do not agree that its nonce"));
    forgetful.store(false, Ordering::SeqCst);
    world.wait(Duration::from_secs(3600));
    settle(&world, &node).await;
    assert_eq!(node.count().await, 1);

    // Nor does one that names another block later on.
    let apart = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&apart);
    let url = between(
        &node,
        Arc::new(move |method, mut answer| {
            if method == "eth_getBlockByNumber" && now.load(Ordering::SeqCst) {
                replace(&mut answer, "hash", &format!("0x{}", "ab".repeat(32)));
            }
            Told::Answer(answer)
        }),
    )
    .await;
    let world = World::new(vec![sink(EvmSetting { agree: 2, ..setting() }, &[&url, &node.url])]).await;
    world.due(&head(301)).await;
    settle(&world, &node).await;
    apart.store(true, Ordering::SeqCst);
    world.wait(Duration::from_secs(2 * 3600));
    world.pass().await;
    assert_eq!(world.row().await.state, State::Confirmed, "one of two is not enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_away_is_passed_over_where_others_agree() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let broken = between(
        &node,
        Arc::new(|method, answer| if method == "eth_getBlockByNumber" { Told::Broken } else { Told::Answer(answer) }),
    )
    .await;
    let third = between(&node, Arc::new(|_, answer| Told::Answer(answer))).await;
    let world = World::new(vec![sink(EvmSetting { agree: 2, ..setting() }, &[&node.url, &broken, &third])]).await;
    world.due(&head(300)).await;
    settle(&world, &node).await;
}
