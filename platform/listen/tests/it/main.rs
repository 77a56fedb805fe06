//! Connections of good and of bad peers, over real sockets.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use axum::{Router, extract::ConnectInfo, routing::get};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

const PATIENCE: Duration = Duration::from_millis(600);
/// Longer than anything takes here.
const LONG: Duration = Duration::from_secs(20);

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn serve() -> Served {
    let router = Router::new()
        .route("/", get(|peer: ConnectInfo<SocketAddr>| async move { peer.0.port().to_string() }))
        .route("/slow", get(|| async { sleep(PATIENCE * 3).await }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(listen::answer(listener, router, PATIENCE, async {
        let _ = stopped.await;
    }));
    Served { address, stop, task }
}

/// Sends and reads until the other side closes.
async fn until_closed(address: SocketAddr, sent: &[u8]) -> (String, Duration) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let started = Instant::now();
    socket.write_all(sent).await.unwrap();
    let mut read = Vec::new();
    let _ = timeout(LONG, socket.read_to_end(&mut read)).await.expect("it is closed");
    (String::from_utf8(read).unwrap(), started.elapsed())
}

async fn read_until(socket: &mut TcpStream, end: &str) {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).ends_with(end) {
        read.push(timeout(LONG, socket.read_u8()).await.unwrap().unwrap());
    }
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    let served = serve().await;
    for sent in ["", "P", "GET / HTTP/1.1\r\nhost: x\r\n", "GET / HTTP/1.1\r\nhost: x\r\nmore: and mo"] {
        let (answer, took) = until_closed(served.address, sent.as_bytes()).await;
        assert!(!answer.contains(" 200 "), "{answer}");
        assert!(took >= PATIENCE, "{took:?}");
    }
    // One that has been answered and says nothing more.
    let (answer, took) = until_closed(served.address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && took >= PATIENCE, "{answer} {took:?}");
}

#[tokio::test]
async fn a_head_that_drips_is_not_waited_for_either() {
    let served = serve().await;
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    let started = Instant::now();
    socket.write_all(b"GET / HTTP/1.1\r\nx: ").await.unwrap();
    while socket.write_all(b"y").await.is_ok() {
        sleep(PATIENCE / 10).await;
        assert!(started.elapsed() < LONG, "it is closed");
    }
}

#[tokio::test]
async fn the_well_behaved_go_on_beside_many_who_are_silent() {
    let served = serve().await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        let mut socket = TcpStream::connect(served.address).await.unwrap();
        socket.write_all(b"G").await.unwrap();
        silent.push(socket);
    }
    // One connection for longer than the patience, each request in pieces.
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    let port = socket.local_addr().unwrap().port().to_string();
    for _ in 0..6 {
        for piece in ["GET / HTTP/1.1\r\n", "host: x\r\n", "\r\n"] {
            socket.write_all(piece.as_bytes()).await.unwrap();
            sleep(PATIENCE / 10).await;
        }
        read_until(&mut socket, &format!("\r\n\r\n{port}")).await;
    }
    // An answer that takes its time is waited for.
    let (answer, _) = until_closed(served.address, b"GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test]
async fn what_is_under_way_is_finished_and_nobody_new_is_let_in() {
    let served = serve().await;
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    socket.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    sleep(PATIENCE / 4).await;
    let silent = TcpStream::connect(served.address).await.unwrap();
    served.stop.send(()).unwrap();
    let mut read = String::new();
    timeout(LONG, socket.read_to_string(&mut read)).await.unwrap().unwrap();
    assert!(read.starts_with("HTTP/1.1 200 OK"), "{read}");
    timeout(LONG, served.task).await.expect("the silent one holds nothing up").unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
    drop(silent);
}
