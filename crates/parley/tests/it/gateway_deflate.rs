//! `permessage-deflate`, byte by byte: without context takeover, so that each message stands alone.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use serde_json::{Value, json};
use testkit::Person;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::support::World;

/// The bytes that end a flushed block; they don't travel (RFC 7692, 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

const FIN: u8 = 0x80;
const COMPRESSED: u8 = 0x40;
const TEXT: u8 = 1;

/// A client of our own that knows nothing but the RFCs.
struct Raw {
    socket: BufReader<TcpStream>,
    /// What the server agreed to, lower-case.
    extensions: String,
}

/// A message, with whether it came compressed and how long it was on the wire.
struct Came {
    frame: Value,
    compressed: bool,
    bytes: usize,
}

impl Raw {
    async fn connect(person: &Person, offer: &str) -> Self {
        let address = person.app().address();
        let token = person.token.as_deref().unwrap();
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "GET /api/v1/gateway HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: parley.v1\r\n\
             Sec-WebSocket-Extensions: {offer}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut socket = BufReader::new(stream);
        let mut answer = String::new();
        while !answer.ends_with("\r\n\r\n") {
            assert!(socket.read_line(&mut answer).await.unwrap() > 0, "{answer}");
        }
        let answer = answer.to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 101"), "{answer}");
        // The RFC's own example of key and answer.
        assert!(answer.contains("s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer}");
        let extensions = answer
            .lines()
            .find_map(|line| line.strip_prefix("sec-websocket-extensions:"));
        Self {
            extensions: extensions.unwrap_or_default().trim().to_owned(),
            socket,
        }
    }

    async fn send(&mut self, frame: &Value, compressed: bool) {
        let text = frame.to_string().into_bytes();
        let mut payload = if compressed { deflate(&text) } else { text };
        let mask = [7, 1, 3, 9];
        for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= key;
        }
        let flags = FIN | TEXT | if compressed { COMPRESSED } else { 0 };
        // The shortest way to say a length is the only one allowed.
        let mut bytes = match u16::try_from(payload.len()).unwrap() {
            short @ ..126 => vec![flags, 0x80 | short.to_be_bytes()[1]],
            long => [&[flags, 0x80 | 126], &long.to_be_bytes()[..]].concat(),
        };
        bytes.extend(mask);
        bytes.extend(payload);
        self.socket.write_all(&bytes).await.unwrap();
    }

    async fn next(&mut self) -> Came {
        let mut head = [0; 2];
        self.socket.read_exact(&mut head).await.unwrap();
        assert_eq!(head[0] & !COMPRESSED, FIN | TEXT, "a whole text frame");
        let length = match head[1] {
            126 => usize::from(self.socket.read_u16().await.unwrap()),
            127 => usize::try_from(self.socket.read_u64().await.unwrap()).unwrap(),
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        self.socket.read_exact(&mut payload).await.unwrap();
        let compressed = head[0] & COMPRESSED != 0;
        let text = if compressed {
            inflate(payload)
        } else {
            payload
        };
        Came {
            frame: serde_json::from_slice(&text).unwrap(),
            compressed,
            bytes: length,
        }
    }

    /// The next frame of this type.
    async fn until(&mut self, kind: &str) -> Came {
        loop {
            let came = self.next().await;
            if came.frame["t"] == kind {
                return came;
            }
        }
    }
}

fn deflate(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut state = Compress::new(Compression::default(), false);
    state
        .compress_vec(text, &mut out, FlushCompress::Sync)
        .unwrap();
    assert!(out.ends_with(&TAIL));
    out.truncate(out.len() - TAIL.len());
    out
}

/// With a state of its own: nothing of an earlier message is needed.
fn inflate(mut payload: Vec<u8>) -> Vec<u8> {
    payload.extend(TAIL);
    let mut out = Vec::with_capacity(1 << 20);
    let mut state = Decompress::new(false);
    state
        .decompress_vec(&payload, &mut out, FlushDecompress::Sync)
        .unwrap();
    out
}

testkit::on_both_databases! {
    async fn large_messages_travel_compressed_and_each_stands_alone(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let mut raw = Raw::connect(&ana, "permessage-deflate; client_max_window_bits").await;
        for part in ["permessage-deflate", "server_no_context_takeover", "client_no_context_takeover"] {
            assert!(raw.extensions.contains(part), "{}", raw.extensions);
        }
        assert_eq!(raw.next().await.frame["t"], "hello");
        raw.send(&json!({"op": "sync", "id": "1", "d": {}}), true).await;
        raw.until("ok").await;
        let body = "the same words again and again ".repeat(200);
        for k in 0..3 {
            let send = json!({"op": "send", "id": "2", "d": {"room": room, "body": body, "client_id": format!("{k}")}});
            // Compressed or not: a client may choose for each.
            raw.send(&send, k != 1).await;
            let came = raw.until("message.created").await;
            assert_eq!(came.frame["d"]["body"], body.as_str());
            assert!(came.compressed && came.bytes < body.len() / 4, "{} bytes", came.bytes);
        }
        raw.send(&json!({"op": "ping", "id": "3"}), true).await;
        while raw.until("ok").await.frame["re"] != "3" {}
    }

    async fn what_was_not_offered_is_not_used(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let mut raw = Raw::connect(&ana, "x-unknown").await;
        assert_eq!(raw.extensions, "");
        raw.send(&json!({"op": "sync", "id": "1", "d": {}}), false).await;
        raw.until("ok").await;
        ana.say(&room, &"plain words ".repeat(500)).await;
        assert!(!raw.until("message.created").await.compressed);
    }
}
