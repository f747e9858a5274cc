//! Requests that two readers may understand differently, and bodies that are larger than they look.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::json;
use testkit::app::PASSWORD;
use testkit::client::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{raw, server, statuses};

/// Asks for something that must not be asked for.
const HIDDEN: &str = "GET /api/v1/me HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";

#[tokio::test]
async fn a_request_that_two_readers_understand_differently_is_refused_whole() {
    let app = server().await;
    let chunked = format!("0\r\n\r\n{HIDDEN}");
    for (fields, body) in [
        (
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            chunked.as_str(),
        ),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5", &chunked),
        ("Content-Length: 0\r\nContent-Length: 44", HIDDEN),
        ("Content-Length: 44\r\nContent-Length: 44", HIDDEN),
        ("Content-Length: 0, 44", HIDDEN),
        ("Content-Length: +0", HIDDEN),
        ("Content-Length : 0", HIDDEN),
        ("Content-Length:\r\n 0", HIDDEN),
        ("X: y\r\n Content-Length: 44", HIDDEN),
        ("X: y\nContent-Length: 44", HIDDEN),
        ("X: y\rContent-Length: 44", HIDDEN),
        ("Transfer-Encoding: xchunked", &chunked),
        ("Transfer-Encoding: chunked, identity", &chunked),
        ("Transfer-Encoding: identity, chunked", &chunked),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            &chunked,
        ),
        ("Transfer-Encoding:\u{b}chunked", &chunked),
        ("Transfer-Encoding: chunked", &format!("0\n\n{HIDDEN}")),
        (
            "Transfer-Encoding: chunked",
            &format!("0x0\r\n\r\n{HIDDEN}"),
        ),
        (
            "Transfer-Encoding: chunked",
            &format!("1;a\nb\r\nx\r\n0\r\n\r\n{HIDDEN}"),
        ),
    ] {
        let request =
            format!("POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}");
        let answers = raw(&app, &request).await;
        // One answer at most, and it is no to the whole; what is hidden is never asked.
        let statuses = statuses(&answers);
        let refused = match statuses[..] {
            [] | [400] => true,
            // Until its body turns out to be none, a request may have been answered for what it is.
            [first] => first >= 400,
            _ => false,
        };
        assert!(refused, "{fields:?}: {answers}");
        assert!(
            !answers.contains("unauthenticated"),
            "{fields:?}: {answers}"
        );
    }
    for head in [
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n",
        "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHo\u{0}st: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answers = raw(&app, head).await;
        assert!(
            matches!(statuses(&answers)[..], [] | [400] | [505]),
            "{head:?}: {answers}"
        );
    }
    // The same without tricks is two requests with two answers.
    let two = format!(
        "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n{}",
        HIDDEN.replace("X: y", "Connection: close")
    );
    assert_eq!(statuses(&raw(&app, &two).await), [200, 401]);
}

#[tokio::test]
async fn a_request_names_one_host() {
    let app = server().await;
    for hosts in [
        "X: y",
        "Host: a\r\nHost: b",
        "Host: a\r\nHost: a",
        "Host:",
        "Host: u@a",
        "Host: a/b",
        "Host: a b",
    ] {
        let request = format!("GET /healthz HTTP/1.1\r\n{hosts}\r\nConnection: close\r\n\r\n");
        let answers = raw(&app, &request).await;
        assert_eq!(statuses(&answers), [400], "{hosts}: {answers}");
    }
    let request = "GET http://a/healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert_eq!(statuses(&raw(&app, request).await), [200]);
}

#[tokio::test]
async fn heads_are_bounded_in_size_and_number() {
    let app = server().await;
    let many = "X: y\r\n".repeat(200);
    let long = format!("X: {}\r\n", "y".repeat(64 * 1024));
    let path = format!("/{}", "a".repeat(70_000));
    for (path, fields) in [
        ("/healthz", many.as_str()),
        ("/healthz", &long),
        (&path, ""),
    ] {
        let answers = raw(
            &app,
            &format!("GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n"),
        )
        .await;
        assert!(
            matches!(statuses(&answers)[..], [] | [400 | 414 | 431]),
            "{answers}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_without_being_held() {
    let app = server().await;
    app.setup().await;
    let before = app.resident_bytes();
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close";
    // What is announced isn't even waited for.
    for length in ["524289", "999999999999", "18446744073709551615"] {
        let answers = raw(
            &app,
            &format!("{head}\r\nContent-Length: {length}\r\n\r\n{{"),
        )
        .await;
        assert!(
            matches!(statuses(&answers)[..], [413 | 400 | 431]),
            "{length}: {answers}"
        );
    }
    // What isn't announced ends where the bound is.
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let mut request = format!("{head}\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let mut sent = 0_u64;
    while stream.write_all(request.as_bytes()).await.is_ok() {
        request.clone_from(&chunk);
        sent += chunk.len() as u64;
        assert!(sent < 64 << 20, "nothing stops it");
    }
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut answer));
    if read.await.is_ok_and(|read| read.is_ok()) {
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    }
    let grown = app.resident_bytes().saturating_sub(before);
    assert!(grown < 24 << 20, "{grown}");
}

#[tokio::test]
async fn a_compressed_body_is_refused_before_it_is_looked_into() {
    let app = server().await;
    app.setup().await;
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        packed.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let bomb = packed.finish().unwrap();
    let before = app.resident_bytes();
    for encoding in ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x-unknown"] {
        let request = app
            .request(Method::POST, "auth/login")
            .body("application/json", bomb.clone());
        request
            .header("content-encoding", encoding)
            .await
            .problem(415, "unsupported_media_type");
    }
    assert!(app.resident_bytes().saturating_sub(before) < 16 << 20);
    let plain = app
        .anyone()
        .post("auth/login", json!({"login": "olga", "password": PASSWORD}));
    plain.header("content-encoding", "identity").await.is(200);
}

#[tokio::test]
async fn json_that_is_deep_or_odd_is_malformed() {
    let app = server().await;
    let olga = app.setup().await;
    let deep = |open: &str, close: &str, depth| {
        format!(
            "{{\"display_name\": {}1{}}}",
            open.repeat(depth),
            close.repeat(depth)
        )
    };
    for body in [
        deep("[", "]", 200),
        deep("[", "]", 100_000),
        deep("{\"a\":", "}", 50_000),
        "[".repeat(200_000),
        "{\"a\":".repeat(50_000),
        "{\"display_name\": \"\\ud800\"}".to_owned(),
        "{\"display_name\": 1e999999}".to_owned(),
        "{} {}".to_owned(),
    ] {
        let answer = olga
            .request(Method::PATCH, "me")
            .body("application/json", body)
            .await;
        answer.problem(400, "malformed");
    }
    // What nobody reads may be as deep as it likes; nobody climbs down.
    let unread = format!("{{\"x\": {}1{}}}", "[".repeat(90_000), "]".repeat(90_000));
    olga.request(Method::PATCH, "me")
        .body("application/json", unread)
        .await
        .is(200);
    let number = format!(
        "{{\"display_name\": \"O\", \"x\": {}}}",
        "9".repeat(400_000)
    );
    let answer = olga
        .request(Method::PATCH, "me")
        .body("application/json", number)
        .await;
    assert!(matches!(answer.status, 200 | 400), "{answer:?}");
    olga.get("me").await.is(200);
}

#[tokio::test]
async fn a_frame_that_unpacks_without_end_ends_the_connection() {
    let app = server().await;
    let olga = app.setup().await;
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    let handshake = format!(
        "GET /api/v1/gateway HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         Sec-WebSocket-Protocol: parley.v1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
        app.address(),
        olga.token.as_deref().unwrap(),
    );
    stream.write_all(handshake.as_bytes()).await.unwrap();
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    for _ in 0..256 {
        packed.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let bomb = packed.finish().unwrap();
    let before = app.resident_bytes();
    // A text frame, compressed, masked with zeros.
    let mut frame = vec![0xC1, 0xFF];
    frame.extend((bomb.len() as u64).to_be_bytes());
    frame.extend([0; 4]);
    frame.extend(bomb);
    // It may be hung up on before all of it is there.
    let _ = stream.write_all(&frame).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer));
    let _ = read.await.expect("the connection ends");
    assert!(
        answer.starts_with(b"HTTP/1.1 101"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    assert!(app.resident_bytes().saturating_sub(before) < 16 << 20);
    olga.get("me").await.is(200);
}
