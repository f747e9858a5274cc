//! Connections that take their time: they end, and nobody waits for them.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::server;

/// How long the edge waits for a head, or for a body; with room for a slow machine.
const BOUND: Duration = Duration::from_secs(45);

/// Sends the beginning, then a piece each second; gives what was answered and how long it took.
async fn drip(address: String, begin: &'static str, piece: &'static str) -> (String, Duration) {
    let began = Instant::now();
    let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
    write.write_all(begin.as_bytes()).await.unwrap();
    let dripping = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if piece.is_empty() || write.write_all(piece.as_bytes()).await.is_err() {
                return write;
            }
        }
    });
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(BOUND, read.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "{begin:?} is waited for for ever");
    dripping.abort();
    (
        String::from_utf8_lossy(&answer).into_owned(),
        began.elapsed(),
    )
}

#[tokio::test]
async fn heads_and_bodies_that_trickle_in_end_and_stop_nobody() {
    let app = server().await;
    let olga = app.setup().await;
    let body = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{";
    let slow = [
        ("", ""),
        ("GET / HTTP/1.1\r\n", "X: y\r\n"),
        ("GET / HT", ""),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        (body, " "),
        (body, ""),
    ];
    let mut all = Vec::new();
    for (begin, piece) in slow {
        for _ in 0..40 {
            all.push(tokio::spawn(drip(app.address(), begin, piece)));
        }
    }
    // While they take their time, others don't.
    for _ in 0..20 {
        let began = Instant::now();
        olga.get("me").await.is(200);
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
    }
    for one in all {
        let (answer, took) = one.await.unwrap();
        assert!(took < BOUND, "{answer}");
    }
}
