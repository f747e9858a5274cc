//! TLS in the binary: certificates from files, HTTP/2, the listener that leads to HTTPS, and what may not hold it up.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use http::Request;
use serde_json::{Value, json};
use testkit::children::Signal;
use testkit::{app, wait};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::tls_support::{
    PATIENCE, Server, Vouched, exchange, get, get_2, secure, secure_2, shake, trusting, whole,
};

/// A call with a JSON body, after which the connection ends.
fn post(path: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Sets a server up; gives the whole answer.
async fn set_up(server: &Server, pem: &str) -> String {
    let token = std::fs::read_to_string(server.data().join("setup-token")).unwrap();
    let mut body = app::account("olga");
    body["token"] = json!(token.trim());
    body["workspace"] = json!("Test");
    body["join_policy"] = json!("open");
    exchange(secure(server, pem).await, &post("/api/v1/setup", &body)).await
}

#[tokio::test]
async fn the_server_speaks_tls_with_both_versions_of_http() {
    let (server, vouched) = Server::with_files(&[]).await;
    server
        .says(&format!("https://127.0.0.1:{}", server.port()))
        .await;
    let pem = &vouched.certificate;
    let answer = exchange(secure(&server, pem).await, &get("/healthz")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age="),
        "{answer}"
    );

    let mut requests = secure_2(&server, pem).await;
    let (status, headers, body) = get_2(&mut requests, "/healthz").await;
    assert_eq!((status, &body[..]), (200, &br#"{"status":"ok"}"#[..]));
    assert!(headers.contains_key("strict-transport-security"));
    // Many at once on one connection.
    let many: Vec<_> = (0..50)
        .map(|_| {
            let mut requests = requests.clone();
            tokio::spawn(async move { get_2(&mut requests, "/").await.0 })
        })
        .collect();
    for one in many {
        assert_eq!(one.await.unwrap(), 200);
    }
    // Who offers no protocol gets HTTP/1.1; who offers only another one gets nothing.
    let stream = shake(&server.address(), "localhost", trusting(pem, &[]))
        .await
        .unwrap();
    assert!(
        exchange(stream, &get("/healthz"))
            .await
            .starts_with("HTTP/1.1 200")
    );
    assert!(
        shake(&server.address(), "localhost", trusting(pem, &[b"ftp"]))
            .await
            .is_err()
    );
    server.stop().await;
}

#[tokio::test]
async fn over_tls_the_cookie_is_secure_and_the_gateway_opens() {
    let (server, vouched) = Server::with_files(&[]).await;
    let pem = &vouched.certificate;
    let answer = set_up(&server, pem).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let cookie = answer
        .lines()
        .find(|line| line.starts_with("set-cookie: "))
        .unwrap();
    for part in ["; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie["set-cookie: ".len()..].split(';').next().unwrap();

    // A page of ours, by its cookie; over HTTP/1.1, as browsers do.
    let origin = format!("https://localhost:{}", server.port());
    for (origin, opens) in [(origin.as_str(), true), ("https://evil.example", false)] {
        let url = format!("wss://localhost:{}/api/v1/gateway", server.port());
        let mut request = url.into_client_request().unwrap();
        for (name, value) in [
            ("cookie", cookie),
            ("origin", origin),
            ("sec-websocket-protocol", "parley.v1"),
        ] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let shaken = tokio_tungstenite::client_async(request, secure(&server, pem).await).await;
        match shaken {
            Ok((mut socket, _)) => {
                let hello = socket.next().await.unwrap().unwrap().into_text().unwrap();
                assert!(
                    opens && hello.contains(r#""t":"hello""#),
                    "{origin}: {hello}"
                );
            }
            Err(error) => assert!(
                !opens && error.to_string().contains("403"),
                "{origin}: {error}"
            ),
        }
    }
    // Over HTTP/2 there is no upgrade; who asks is told which way it goes.
    let (status, ..) = get_2(&mut secure_2(&server, pem).await, "/api/v1/gateway").await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn a_renewed_certificate_is_served_without_a_restart() {
    let (server, first) = Server::with_files(&[]).await;
    let second = Vouched::new(&["localhost"]);
    second.write(server.folder.path());
    server.says("the TLS certificate was read again").await;
    let config = || trusting(&second.certificate, &[]);
    shake(&server.address(), "localhost", config())
        .await
        .unwrap();
    let old = trusting(&first.certificate, &[]);
    assert!(shake(&server.address(), "localhost", old).await.is_err());

    // Of what can't be used nothing is served, and it is said why.
    std::fs::write(server.folder.path().join("key.pem"), &first.key).unwrap();
    server
        .says("the private key does not belong to the certificate")
        .await;
    shake(&server.address(), "localhost", config())
        .await
        .unwrap();
    // A hangup doesn't wait, and doesn't end it.
    let third = Vouched::new(&["localhost"]);
    third.write(server.folder.path());
    server.signal(Signal::HUP);
    wait::until("the third certificate is served", async || {
        let config = trusting(&third.certificate, &[]);
        shake(&server.address(), "localhost", config).await.ok()
    })
    .await;
    assert!(!server.log().contains("PRIVATE KEY"));
    server.stop().await;
}

#[test]
fn a_key_of_another_certificate_stops_the_start() {
    let server = Server::new();
    let folder = server.folder.path();
    Vouched::new(&["localhost"]).write(folder);
    std::fs::write(folder.join("key.pem"), Vouched::new(&["localhost"]).key).unwrap();
    let start = |key: &str| {
        let env = [("PARLEY_TLS_CERT", "cert.pem"), ("PARLEY_TLS_KEY", key)];
        let mut command = server.command(env!("CARGO_BIN_EXE_parley"), &env);
        let done = command.arg("serve").output().unwrap();
        assert!(!done.status.success());
        String::from_utf8_lossy(&done.stderr).into_owned()
    };
    let said = start("key.pem");
    assert!(
        said.contains("PARLEY_TLS_CERT and PARLEY_TLS_KEY"),
        "{said}"
    );
    assert!(
        said.contains("the private key does not belong to the certificate"),
        "{said}"
    );
    let said = start("none.pem");
    assert!(said.contains("none.pem: No such file"), "{said}");
    // Nothing was made on the way.
    assert!(!server.data().join("parley.db").exists());
}

#[tokio::test]
async fn versions_before_tls_1_2_are_refused() {
    let (server, vouched) = Server::with_files(&[]).await;
    // What a client says that knows nothing newer than TLS 1.0 (1) or 1.1 (2).
    for minor in [1, 2] {
        let mut hello = vec![3, minor];
        hello.extend([7; 32]);
        hello.extend([0, 0, 6, 0xc0, 0x13, 0xc0, 0x14, 0, 0x2f, 1, 0]);
        // How it can be signed and on which curves, so that the version is all that is wrong.
        hello.extend([0, 16, 0, 13, 0, 4, 0, 2, 4, 3, 0, 10, 0, 4, 0, 2, 0, 23]);
        let length = u8::try_from(hello.len()).unwrap();
        let mut record = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
        record.extend(hello);
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(&record).await.unwrap();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer))
            .await
            .unwrap();
        // An alert, fatal: the version isn't supported.
        assert_eq!(answer, [21, 3, 3, 0, 2, 2, 70], "{answer:?}");
    }
    let mut config = trusting(&vouched.certificate, &[]);
    config.enable_early_data = true;
    let stream = shake(&server.address(), "localhost", config).await.unwrap();
    assert!(
        exchange(stream, &get("/healthz"))
            .await
            .starts_with("HTTP/1.1 200")
    );
}

#[tokio::test]
async fn plain_http_is_led_to_the_public_address_and_nowhere_else() {
    let server = Server::new();
    let vouched = Vouched::new(&["localhost"]);
    vouched.write(server.folder.path());
    let listen = server.http_address();
    server
        .start(&[
            ("PARLEY_TLS_CERT", "cert.pem"),
            ("PARLEY_TLS_KEY", "key.pem"),
            ("PARLEY_HTTP_LISTEN", &listen),
            ("PARLEY_PUBLIC_URL", "https://chat.example.org"),
        ])
        .await;
    server
        .says("the TLS certificate is not for PARLEY_PUBLIC_URL")
        .await;
    for (request, to) in [
        (
            "GET /rooms/1?a=b HTTP/1.1\r\nHost: evil.example",
            "https://chat.example.org/rooms/1?a=b",
        ),
        (
            "GET //evil.example/ HTTP/1.1\r\nHost: chat.example.org",
            "https://chat.example.org//evil.example/",
        ),
        (
            "GET http://evil.example/x HTTP/1.1\r\nHost: evil.example",
            "https://chat.example.org/x",
        ),
        (
            "GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: a",
            "https://chat.example.org/%0d%0aSet-Cookie:%20a=b",
        ),
        (
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
            "https://chat.example.org/api/v1/auth/login",
        ),
    ] {
        let request = match request.starts_with("GET") {
            true => format!("{request}\r\nConnection: close\r\n\r\n"),
            false => request.to_owned(),
        };
        let answer = server.plain(&listen, &request).await;
        assert!(answer.starts_with("HTTP/1.1 308"), "{answer}");
        assert!(answer.contains(&format!("location: {to}\r\n")), "{answer}");
        assert!(!answer.contains("evil.example/\r\nset-cookie"), "{answer}");
    }
    // What is behind it answers over TLS only.
    for path in ["/api/v1/setup", "/metrics", "/healthz"] {
        let answer = server.plain(&listen, &get(path)).await;
        assert!(answer.starts_with("HTTP/1.1 308"), "{path}: {answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn who_speaks_http_to_the_tls_port_is_told_so() {
    let (server, vouched) = Server::with_files(&[]).await;
    let answer = server.plain(&server.address(), &get("/")).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(
        answer.ends_with("This port speaks TLS: write https:// before the address\n"),
        "{answer}"
    );
    // What is neither is hung up on.
    for noise in ["\0\0\0\0", "\u{16}\u{3}\u{1}junk", "ssh-2.0"] {
        let answer = server.plain(&server.address(), noise).await;
        assert!(!answer.contains("HTTP"), "{answer}");
    }
    exchange(secure(&server, &vouched.certificate).await, &get("/")).await;
}

#[tokio::test]
async fn half_open_handshakes_and_silent_connections_do_not_stop_others() {
    let server = Server::new();
    let vouched = Vouched::new(&["localhost"]);
    vouched.write(server.folder.path());
    let env = [
        ("PARLEY_TLS_CERT", "cert.pem"),
        ("PARLEY_TLS_KEY", "key.pem"),
    ];
    // Few descriptors, so that few connections are all there can be.
    let mut command = server.command("/bin/sh", &env);
    let program = env!("CARGO_BIN_EXE_parley");
    command.args(["-c", &format!("ulimit -n 200 && exec {program} serve")]);
    server.run(command).await;
    let mut held = Vec::new();
    for n in 0..120 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        // Some say nothing, some begin a handshake and don't go on.
        if n % 2 == 0 {
            stream.write_all(&[22, 3, 1, 2, 0, 1, 0, 1]).await.unwrap();
        }
        held.push(stream);
    }
    let began = std::time::Instant::now();
    let answer = exchange(
        secure(&server, &vouched.certificate).await,
        &get("/healthz"),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // Long before the others have run out of time by themselves.
    assert!(
        began.elapsed() < Duration::from_secs(9),
        "{:?}",
        began.elapsed()
    );
    drop(held);
    server.stop().await;
}

#[tokio::test]
async fn a_request_over_http_2_that_runs_when_the_server_ends_is_answered() {
    let (server, vouched) = Server::with_files(&[]).await;
    let mut requests = secure_2(&server, &vouched.certificate).await;
    let request = Request::post("https://localhost/api/v1/auth/login")
        .header("content-type", "application/json")
        .body(())
        .unwrap();
    let (answer, mut body) = requests.send_request(request, false).unwrap();
    body.send_data(Bytes::from_static(b"{\"login\": \"ana\","), false)
        .unwrap();
    // Answered on the same connection: so the first request is there.
    get_2(&mut requests, "/healthz").await;
    server.signal(Signal::TERM);
    server.says("going down").await;
    body.send_data(Bytes::from_static(b" \"password\": \"wrong\"}"), true)
        .unwrap();
    let (status, ..) = whole(answer).await;
    assert!(matches!(status, 401 | 403), "{status}");
    // Nothing new begins.
    let refused = async {
        let mut ready = requests.ready().await?;
        let request = Request::get("https://localhost/healthz").body(()).unwrap();
        ready.send_request(request, true)?.0.await
    };
    assert!(refused.await.is_err());
    server.ends().await;
}

#[tokio::test]
async fn requests_taken_back_at_once_end_the_connection() {
    let (server, vouched) = Server::with_files(&[]).await;
    let requests = secure_2(&server, &vouched.certificate).await;
    let mut sent = 0;
    let error = loop {
        assert!(sent < 20_000, "nothing stops it");
        let mut ready = match requests.clone().ready().await {
            Ok(ready) => ready,
            Err(error) => break error,
        };
        let request = Request::get("https://localhost/api/v1/me")
            .body(())
            .unwrap();
        match ready.send_request(request, true) {
            Ok((answer, mut stream)) => {
                stream.send_reset(h2::Reason::CANCEL);
                drop(answer);
            }
            Err(error) => break error,
        }
        sent += 1;
        tokio::task::yield_now().await;
    };
    let told = error.is_go_away() && error.reason() == Some(h2::Reason::ENHANCE_YOUR_CALM);
    assert!(told || error.is_io(), "after {sent}: {error:?}");
    // Others are served as before.
    let mut others = secure_2(&server, &vouched.certificate).await;
    assert_eq!(get_2(&mut others, "/healthz").await.0, 200);
}

#[tokio::test]
async fn a_head_without_end_ends_the_connection_and_costs_no_memory() {
    let (server, vouched) = Server::with_files(&[]).await;
    let config = || trusting(&vouched.certificate, &[b"h2"]);
    let before = server.resident_bytes();
    let mut stream = shake(&server.address(), "localhost", config())
        .await
        .unwrap();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    // Settings; then a head, open, and continuations for ever: each a literal field of 8 kB.
    stream
        .write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0])
        .await
        .unwrap();
    stream
        .write_all(&[0, 0, 1, 1, 0, 0, 0, 0, 1, 0x82])
        .await
        .unwrap();
    let mut field = vec![0, 1, b'x', 0x7f, 0x81, 0x3f];
    field.extend([b'y'; 8192]);
    let length = u32::try_from(field.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([9, 0, 0, 0, 0, 1]);
    frame.extend(&field);
    let flood = async {
        let mut sent = 0_usize;
        while stream.write_all(&frame).await.is_ok() && stream.flush().await.is_ok() {
            sent += frame.len();
            assert!(sent < 256 * 1024 * 1024, "nothing stops it");
        }
        sent
    };
    tokio::time::timeout(PATIENCE, flood).await.unwrap();
    let grown = server.resident_bytes().saturating_sub(before);
    assert!(grown < 16 * 1024 * 1024, "{grown}");

    // A head that has an end, but is too large, is refused alone.
    let requests = secure_2(&server, &vouched.certificate).await;
    let large = "x".repeat(48 * 1024);
    let request = Request::get("https://localhost/healthz").header("x-large", large);
    let mut ready = requests.clone().ready().await.unwrap();
    let (answer, _) = ready.send_request(request.body(()).unwrap(), true).unwrap();
    match answer.await {
        Ok(answer) => assert_eq!(answer.status(), 431),
        Err(error) => assert!(error.is_reset() || error.is_go_away(), "{error:?}"),
    }
    assert_eq!(
        get_2(
            &mut secure_2(&server, &vouched.certificate).await,
            "/healthz"
        )
        .await
        .0,
        200
    );
}

#[tokio::test]
async fn a_request_over_http_2_names_one_host() {
    let (server, vouched) = Server::with_files(&[]).await;
    let requests = secure_2(&server, &vouched.certificate).await;
    let request = Request::get("https://localhost/healthz").header("host", "evil.example");
    let mut ready = requests.ready().await.unwrap();
    let (answer, _) = ready.send_request(request.body(()).unwrap(), true).unwrap();
    assert_eq!(whole(answer).await.0, 400);
}
