//! Uploads in pieces: what came is kept, through cuts and kills.

use serde_json::{Value, json};
use testkit::client::Method;
use testkit::proxy::Mode;
use testkit::{Person, Proxy, Request, wait};

use super::path;
use crate::support::{Dice, World};

/// Begins an upload; gives its path.
pub(super) async fn begin(by: &Person, name: &str, size: usize) -> String {
    let begun = by
        .post("uploads", json!({"name": name, "size": size}))
        .await
        .is(201);
    assert_eq!(
        (&begun["offset"], &begun["file"]),
        (&json!(0), &Value::Null)
    );
    format!("uploads/{}", begun["id"].as_str().unwrap())
}

/// The request that sends a piece.
pub(super) fn piece(by: &Person, upload: &str, offset: usize, bytes: &[u8]) -> Request {
    by.request(Method::PATCH, upload)
        .header("upload-offset", &offset.to_string())
        .body("application/octet-stream", bytes)
}

/// Where an upload stands.
pub(super) async fn offset(by: &Person, upload: &str) -> usize {
    let stands = by.get(upload).await.is(200);
    usize::try_from(stands["offset"].as_u64().unwrap()).unwrap()
}

/// Bytes that look random and are the same each time.
pub(super) fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let words = std::iter::repeat_with(|| dice.roll(u64::MAX).to_le_bytes());
    words.take(size.div_ceil(8)).flatten().take(size).collect()
}

testkit::on_both_databases! {
    async fn a_piece_goes_on_where_the_one_before_ended(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let bytes = noise(1, 300_000);
        let upload = begin(&ana, "n.bin", bytes.len()).await;
        for path in [&upload[..], "uploads/x"] {
            bo.get(path).await.problem(404, "not_found");
            piece(&bo, path, 0, b"x").await.problem(404, "not_found");
            bo.delete(path).await.problem(404, "not_found");
        }
        ana.request(Method::PATCH, &upload).body("text/plain", "x").await.malformed("Upload-Offset");
        piece(&ana, &upload, 0, &bytes[..100_000]).await.is(200);
        let elsewhere = piece(&ana, &upload, 0, &bytes[..100_000]).await.problem(409, "offset_mismatch");
        assert!(elsewhere["detail"].as_str().unwrap().ends_with("100000"), "{elsewhere}");
        piece(&ana, &upload, 100_000, &[&bytes[100_000..], b"x"].concat()).await.problem(413, "file_too_large");
        let at = offset(&ana, &upload).await;
        let done = piece(&ana, &upload, at, &bytes[at..]).await.is(200);
        assert_eq!((&done["offset"], &done["file"]["name"]), (&json!(300_000), &json!("n.bin")));
        assert_eq!(ana.get(&upload).await.is(200), done);
        assert_eq!(piece(&ana, &upload, 300_000, b"").await.is(200), done);
        ana.get(&path(&done["file"])).await.is_bytes(200, &bytes);
        ana.delete(&upload).await.is(204);
        ana.get(&upload).await.problem(404, "not_found");
        ana.get(&path(&done["file"])).await.is_bytes(200, &bytes);
        ana.post("uploads", json!({"name": "x", "size": -1})).await.invalid("size", "bad_format");
        let empty = begin(&ana, "empty", 0).await;
        assert_eq!(piece(&ana, &empty, 0, b"").await.is(200)["file"]["size"], 0);
    }

    async fn what_came_before_a_cut_or_a_kill_is_kept(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let bytes = noise(2, 3_000_000);
        let upload = begin(&ana, "n.bin", bytes.len()).await;
        let proxy = Proxy::before(&app.address()).await;
        let sending = send_slowly(&ana, &upload, 0, bytes[..2_000_000].to_vec(), proxy.address());
        let came = wait::until("some of it is there", async || {
            let at = offset(&ana, &upload).await;
            (at > 500_000).then_some(at)
        })
        .await;
        proxy.set(Mode::Cut);
        assert!(sending.await.unwrap().is_err());
        // What had come stays; a little more may have been on its way.
        let at = wait::until("the end of the cut connection is noticed", async || {
            let at = offset(&ana, &upload).await;
            let next = piece(&ana, &upload, at, &bytes[at..at + 1000]).await;
            (next.status == 200).then_some(at + 1000)
        })
        .await;
        assert!(at > came && at <= 2_001_000, "{at}");
        let sending = send_slowly(&ana, &upload, at, bytes[at..].to_vec(), app.address());
        let came = wait::until("more of it is there", async || {
            let now = offset(&ana, &upload).await;
            (now > at + 300_000).then_some(now)
        })
        .await;
        app.kill();
        assert!(sending.await.unwrap().is_err());
        app.restart().await;
        let at = offset(&ana, &upload).await;
        assert!(at >= came, "{at} of {came}");
        let done = piece(&ana, &upload, at, &bytes[at..]).await.is(200);
        ana.get(&path(&done["file"])).await.is_bytes(200, &bytes);
    }
}

/// Sends a piece bit by bit, so that there is time to cut it.
fn send_slowly(
    by: &Person,
    upload: &str,
    offset: usize,
    bytes: Vec<u8>,
    address: String,
) -> tokio::task::JoinHandle<std::io::Result<()>> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let head = format!(
        "PATCH /api/v1/{upload} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\nupload-offset: {offset}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        by.token.as_deref().unwrap(),
        bytes.len()
    );
    tokio::spawn(async move {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        stream.write_all(head.as_bytes()).await?;
        for part in bytes.chunks(10_000) {
            stream.write_all(part).await?;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        match answer.starts_with(b"HTTP/1.1 200") {
            true => Ok(()),
            false => Err(std::io::ErrorKind::ConnectionReset.into()),
        }
    })
}
