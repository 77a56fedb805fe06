//! The same over HTTP, with its limits.

use crate::world::{Folder, Log, open, origin_hash};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;
use witness::{Limits, router};

async fn ask(router: &axum::Router, method: &str, path: &str, body: Vec<u8>) -> (StatusCode, String, Vec<u8>) {
    let request = Request::builder().method(method).uri(path).body(Body::from(body)).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let media = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
    (response.status(), media.unwrap_or_default(), to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec())
}

#[tokio::test]
async fn the_addresses_and_media_types_are_those_of_the_specification() {
    let (folder, log) = (Folder::begun(), Log::new());
    let router = router(Arc::new(open(&folder)), Limits::default());
    let newest = format!("/{}/checkpoint", origin_hash());
    assert_eq!(ask(&router, "GET", &newest, vec![]).await.0, StatusCode::NOT_FOUND);
    let (status, media, body) = ask(&router, "POST", "/add-checkpoint", log.body(0, 5)).await;
    assert_eq!((status, media.as_str()), (StatusCode::OK, "text/plain; charset=utf-8"));
    let (status, _, note) = ask(&router, "GET", &newest, vec![]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(String::from_utf8(note).unwrap(), format!("{}{}", log.note(5), String::from_utf8(body).unwrap()));
    let (status, media, body) = ask(&router, "POST", "/add-checkpoint", log.body(0, 9)).await;
    assert_eq!((status, media.as_str(), &body[..]), (StatusCode::CONFLICT, "text/x.tlog.size", &b"5\n"[..]));
    assert_eq!(ask(&router, "GET", "/add-checkpoint", vec![]).await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(ask(&router, "POST", "/add-checkpoint", vec![b'x'; 100_000]).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(ask(&router, "GET", "/elsewhere", vec![]).await.0, StatusCode::NOT_FOUND);
    let text = String::from_utf8(ask(&router, "GET", "/", vec![]).await.2).unwrap();
    assert!(text.contains("witness archives.example/w1+") && text.contains("orders.example/2026: 5 entries"), "{text}");
}

#[tokio::test]
async fn many_at_once_leave_one_line_of_checkpoints() {
    let (folder, log) = (Folder::begun(), Log::new());
    let router = router(Arc::new(open(&folder)), Limits::default());
    assert_eq!(ask(&router, "POST", "/add-checkpoint", log.body(0, 5)).await.0, StatusCode::OK);
    let fork = Log::fork(5);
    let bodies: Vec<Vec<u8>> =
        (6..16).map(|size| log.body(5, size)).chain((6..16).map(|size| fork.body(5, size))).collect();
    let mut asked = tokio::task::JoinSet::new();
    for body in bodies {
        let router = router.clone();
        asked.spawn(async move { ask(&router, "POST", "/add-checkpoint", body).await.0 });
    }
    let answers = asked.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::CONFLICT).count(), 19);
}

#[tokio::test]
async fn over_a_socket_one_address_is_counted_and_a_slow_body_is_not_waited_for() {
    let folder = Folder::begun();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let limits = Limits { per_minute: 3, timeout: Duration::from_millis(300) };
    let served = tokio::spawn(witness::serve(Arc::new(open(&folder)), limits, listener, async {
        let _ = stopped.await;
    }));
    let setting = fetch::Setting { hosts: vec![host.clone()], plain: true, ..fetch::Setting::default() };
    let client = fetch::Client::new(setting).unwrap();
    let slow = {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut socket = tokio::net::TcpStream::connect(&host).await.unwrap();
        socket.write_all(b"POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: 50\r\n\r\nold").await.unwrap();
        let mut answer = [0; 64];
        let read = tokio::time::timeout(Duration::from_secs(5), socket.read(&mut answer)).await.unwrap().unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    };
    assert!(slow.starts_with("HTTP/1.1 408"), "{slow}");
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(client.get_any(&format!("http://{host}/"), &[]).await.unwrap().status);
    }
    assert_eq!(statuses, [200, 200, 429]);
    drop(client);
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), served).await.unwrap().unwrap().unwrap();
}

/// Whoever connects and says one byte is let go; a log that asks meanwhile is answered.
#[tokio::test]
async fn over_a_socket_who_is_silent_is_let_go() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (folder, log) = (Folder::begun(), Log::new());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let limits = Limits { timeout: Duration::from_millis(800), ..Limits::default() };
    tokio::spawn(witness::serve(Arc::new(open(&folder)), limits, listener, std::future::pending()));
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut socket = tokio::net::TcpStream::connect(&host).await.unwrap();
        socket.write_all(b"P").await.unwrap();
        silent.push(socket);
    }
    let setting = fetch::Setting { hosts: vec![host.clone()], plain: true, ..fetch::Setting::default() };
    let client = fetch::Client::new(setting).unwrap();
    for size in [5, 9] {
        let body = log.body(if size == 5 { 0 } else { 5 }, size);
        let answer = client.post_any(&format!("http://{host}/add-checkpoint"), "text/plain", body).await.unwrap();
        assert_eq!(answer.status, 200);
    }
    for mut socket in silent {
        let mut rest = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut rest)).await;
        let _ = read.expect("the connection is closed");
        assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    }
}
