use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::{Request, Response};
use hyper::body::Incoming as Body;
use hyper::service::service_fn;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode as TheirCode};

use super::*;
use crate::frame::Frame;

mod closing;

const BOTH: [Negotiated; 2] = [Negotiated { deflate: false }, Negotiated { deflate: true }];

/// A frame as a client sends it.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        len @ 0..=125 => bytes.push(0x80 | len as u8),
        len @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend((len as u16).to_be_bytes());
        }
        len => {
            bytes.push(0x80 | 127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    let mask = [0x37, 0xfa, 0x21, 0x3d];
    bytes.extend(mask);
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(b, m)| b ^ m));
    bytes
}

/// Everything that comes out, up to the first error, when fed in pieces.
fn decode<'a>(
    negotiated: Negotiated,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Incoming>, Option<Violation>) {
    let mut decoder = Decoder::new(negotiated);
    let mut out = Vec::new();
    for mut piece in pieces {
        loop {
            match decoder.feed(&mut piece) {
                Ok(Some(incoming)) => out.push(incoming),
                Ok(None) => break,
                Err(violation) => return (out, Some(violation)),
            }
            assert!(decoder.buffered() <= 2 * MESSAGE_MAX);
        }
        assert!(piece.is_empty());
    }
    (out, None)
}

fn whole(bytes: &[u8]) -> (Vec<Incoming>, Option<Violation>) {
    decode(Negotiated { deflate: true }, [bytes])
}

fn text(text: &str) -> Incoming {
    Incoming::Text(text.to_owned())
}

/// One or more frames of a client, mostly well-formed.
fn client_frames() -> impl Strategy<Value = Vec<u8>> {
    let payload = || prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        8 => (".{0,300}", any::<bool>(), 0_usize..4).prop_map(|(text, deflated, cuts)| {
            let (rsv1, bytes) = if deflated {
                (0x40, deflate::deflate(text.as_bytes()).unwrap())
            } else {
                (0, text.into_bytes())
            };
            let size = bytes.len() / (cuts + 1) + 1;
            let mut parts: Vec<_> = bytes.chunks(size).collect();
            if parts.is_empty() {
                parts.push(&[]);
            }
            let last = parts.len() - 1;
            let mut frames = Vec::new();
            for (at, part) in parts.into_iter().enumerate() {
                let fin = if at == last { 0x80 } else { 0 };
                let first = if at == 0 { rsv1 | 0x01 } else { 0 };
                frames.extend(masked(fin | first, part));
                frames.extend(masked(0x89, b"between"));
            }
            frames
        }),
        1 => Just(masked(0x8A, b"pong")),
        1 => Just(masked(0x88, &1000_u16.to_be_bytes())),
        1 => (any::<u8>(), payload()).prop_map(|(first, payload)| masked(first, &payload)),
        1 => payload(),
    ]
}

proptest! {
    #[test]
    fn every_split_reads_like_the_whole(
        frames in prop::collection::vec(client_frames(), 0..6),
        splits in prop::collection::vec(1_usize..40, 1..12),
        deflate in any::<bool>(),
    ) {
        let negotiated = Negotiated { deflate };
        let bytes = frames.concat();
        let mut pieces = Vec::new();
        let (mut rest, mut sizes) = (bytes.as_slice(), splits.iter().cycle());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(decode(negotiated, pieces), decode(negotiated, [bytes.as_slice()]));
    }

    #[test]
    fn noise_never_panics_and_never_grows_beyond_its_own_size(
        noise in prop::collection::vec(any::<u8>(), 0..4_000),
        deflate in any::<bool>(),
    ) {
        let mut decoder = Decoder::new(Negotiated { deflate });
        let mut input = noise.as_slice();
        while let Ok(Some(_)) = decoder.feed(&mut input) {}
        prop_assert!(decoder.buffered() <= 2 * noise.len() + 64);
    }
}

#[test]
fn messages_are_unmasked_joined_and_inflated() {
    let small = deflate::deflate(b"{\"op\":\"ping\"}").unwrap();
    let (first, second) = small.split_at(4);
    let bytes = [
        masked(0x81, "grüß".as_bytes()),
        masked(0x01, b"a"),
        masked(0x89, b"now"),
        masked(0x00, b""),
        masked(0x80, b"b"),
        masked(0x41, first),
        masked(0x80, second),
        masked(0x81, &[b'x'; 70_000]),
        masked(0x88, b"\x03\xe9gone"),
        masked(0x81, b"after the close"),
    ]
    .concat();
    let (incoming, violation) = whole(&bytes);
    let expected = [
        text("grüß"),
        Incoming::Ping(b"now".to_vec()),
        text("ab"),
        text("{\"op\":\"ping\"}"),
        text(&"x".repeat(70_000)),
        Incoming::Close(CloseCode::received(1001)),
    ];
    assert_eq!((incoming.as_slice(), violation), (&expected[..], None));
}

#[test]
fn each_breach_is_named() {
    let protocol = [
        vec![0x81, 0x05],
        masked(0x91, b""),
        masked(0xA1, b""),
        masked(0xC9, b""),
        masked(0x09, b""),
        masked(0x83, b""),
        masked(0x8B, b""),
        masked(0x80, b""),
        [masked(0x01, b""), masked(0x81, b"")].concat(),
        [masked(0x41, b""), masked(0xC0, b"")].concat(),
        vec![0x89, 0x80 | 126],
        vec![0x81, 0x80 | 126, 0, 125, 0, 0, 0, 0],
        vec![0x81, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0],
        vec![0x81, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        masked(0x88, b"\x03"),
        masked(0x88, &999_u16.to_be_bytes()),
        masked(0x88, &1005_u16.to_be_bytes()),
        masked(0x88, &2999_u16.to_be_bytes()),
        masked(0x88, &5000_u16.to_be_bytes()),
    ];
    for bytes in protocol {
        let (_, violation) = whole(&bytes);
        assert_eq!(
            violation.map(Violation::close_code),
            Some(CloseCode::PROTOCOL),
            "{bytes:02x?}"
        );
    }
    let invalid = [
        masked(0x81, b"\xff"),
        masked(0xC1, b"\xff\xff"),
        masked(0x88, b"\x03\xe8\xff"),
    ];
    for bytes in invalid {
        assert_eq!(whole(&bytes).1, Some(Violation::Invalid), "{bytes:02x?}");
    }
    assert_eq!(whole(&masked(0x82, b"")).1, Some(Violation::Binary));
    let marked = masked(0xC1, &deflate::deflate(b"x").unwrap());
    let (_, violation) = decode(Negotiated { deflate: false }, [marked.as_slice()]);
    assert_eq!(
        violation,
        Some(Violation::Protocol("a reserved bit is set"))
    );
}

#[test]
fn a_message_is_bounded_as_sent_in_fragments_and_inflated() {
    let exactly = vec![b'x'; MESSAGE_MAX];
    assert_eq!(whole(&masked(0x81, &exactly)).1, None);
    let small = deflate::deflate(&exactly).unwrap();
    assert_eq!(whole(&masked(0xC1, &small)).1, None);

    let more = vec![b'x'; MESSAGE_MAX + 1];
    assert_eq!(whole(&masked(0x81, &more)[..14]).1, Some(Violation::TooBig));
    let half = &more[..MESSAGE_MAX / 2 + 1];
    let fragments = [masked(0x01, half), masked(0x80, half)].concat();
    assert_eq!(whole(&fragments).1, Some(Violation::TooBig));
    let bomb = masked(0xC1, &deflate::deflate(&vec![b'x'; 64 << 20]).unwrap());
    assert_eq!(whole(&bomb).1, Some(Violation::TooBig));
}

#[test]
fn an_announced_length_costs_nothing_and_rest_keeps_nothing() {
    for negotiated in BOTH {
        let mut decoder = Decoder::new(negotiated);
        let mut header = &masked(0x81, &vec![0; MESSAGE_MAX])[..14];
        assert_eq!(decoder.feed(&mut header), Ok(None));
        assert_eq!(decoder.buffered(), 0);

        let mut decoder = Decoder::new(negotiated);
        for bytes in [masked(0x81, &[b'x'; 9_000]), masked(0x89, b"ping")] {
            let mut input = bytes.as_slice();
            assert!(decoder.feed(&mut input).unwrap().is_some());
            assert_eq!(decoder.buffered(), 0);
        }
    }
}

#[tokio::test]
async fn a_reader_that_is_dropped_while_waiting_loses_nothing() {
    let (ours, mut theirs) = tokio::io::duplex(64);
    let mut reader = Reader::new(ours, Negotiated::default());
    let bytes = [
        masked(0x81, b"one"),
        masked(0x81, b"two"),
        masked(0x89, b""),
    ]
    .concat();
    let (first, second) = bytes.split_at(5);
    theirs.write_all(first).await.unwrap();
    tokio::select! {
        biased;
        _ = reader.next() => panic!("not whole yet"),
        () = std::future::ready(()) => {}
    }
    theirs.write_all(second).await.unwrap();
    assert_eq!(reader.next().await.unwrap(), Some(text("one")));
    assert_eq!(reader.next().await.unwrap(), Some(text("two")));
    assert_eq!(
        reader.next().await.unwrap(),
        Some(Incoming::Ping(Vec::new()))
    );
    drop(theirs);
    assert_eq!(reader.next().await.unwrap(), None);
}

/// A socket that takes so many bytes a write and counts writes.
struct Narrow {
    width: usize,
    writes: usize,
    bytes: Vec<u8>,
}

impl AsyncWrite for Narrow {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writes += 1;
        let (before, width) = (self.bytes.len(), self.width);
        let bytes = slices.iter().flat_map(|slice| slice.iter());
        self.bytes.extend(bytes.take(width));
        Poll::Ready(Ok(self.bytes.len() - before))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_batch_is_one_write_and_any_width_writes_the_same_bytes() {
    let frames: Vec<_> = (0..60)
        .map(|i| Frame::text(format!("frame {i} {}", "words ".repeat(i))).with_deflated())
        .collect();
    for negotiated in BOTH {
        let expected: Vec<u8> = frames
            .iter()
            .flat_map(|frame| frame.bytes(negotiated.deflate).to_vec())
            .collect();
        for width in [1, 7, 100, usize::MAX] {
            let mut narrow = Narrow {
                width,
                writes: 0,
                bytes: Vec::new(),
            };
            let mut writer = Writer::new(&mut narrow, negotiated);
            writer.extend(frames.iter().cloned());
            assert!(!writer.is_idle());
            writer.flush().await.unwrap();
            assert!(writer.is_idle());
            assert!(narrow.bytes == expected, "width {width}");
            if width == usize::MAX {
                assert_eq!(narrow.writes, 1);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_does_not_drain_is_given_up_and_one_that_drains_slowly_is_not() {
    let (ours, mut theirs) = tokio::io::duplex(1_000);
    let mut writer = Writer::new(ours, Negotiated::default()).with_stall(Duration::from_secs(10));
    writer.push(Frame::text("x".repeat(10_000)));
    let reading = tokio::spawn(async move {
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_secs(9)).await;
            theirs.read_exact(&mut [0; 1_000]).await.unwrap();
        }
        theirs
    });
    let start = tokio::time::Instant::now();
    let error = writer.flush().await.unwrap_err();
    assert!(matches!(error, WriteError::Stalled));
    assert_eq!(start.elapsed().as_secs(), 5 * 9 + 10);
    drop(reading.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_a_stall_runs_on_while_the_task_does_other_things() {
    let (ours, _theirs) = tokio::io::duplex(10);
    let mut writer = Writer::new(ours, Negotiated::default());
    writer.push(Frame::text("x".repeat(100)));
    let start = tokio::time::Instant::now();
    let outcome = loop {
        tokio::select! {
            outcome = writer.flush() => break outcome,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    };
    assert!(matches!(outcome, Err(WriteError::Stalled)));
    assert_eq!(start.elapsed().as_secs(), STALL.as_secs());
}

/// A server that answers each text with itself, twice, and closes when told.
async fn echo() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(|request: Request<Body>| async move {
                let (mut parts, _) = request.into_parts();
                let upgrade = parts.extensions.remove().unwrap();
                let accepted = match handshake::accept(&parts) {
                    Ok(accepted) => accepted,
                    Err(refusal) => {
                        let mut response = Response::new(refusal.to_string());
                        *response.status_mut() = refusal.status();
                        *response.headers_mut() = refusal.headers();
                        return Ok(response);
                    }
                };
                tokio::spawn(serve(upgrade, accepted.negotiated));
                let mut response = Response::new(String::new());
                *response.status_mut() = http::StatusCode::SWITCHING_PROTOCOLS;
                *response.headers_mut() = accepted.headers;
                Ok::<_, std::convert::Infallible>(response)
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .with_upgrades(),
            );
        }
    });
    address
}

async fn serve(upgrade: hyper::upgrade::OnUpgrade, negotiated: Negotiated) {
    let (mut reader, mut writer) = upgraded(upgrade, negotiated).await.unwrap();
    loop {
        let incoming = tokio::select! {
            incoming = reader.next() => incoming,
            flushed = writer.flush(), if !writer.is_idle() => {
                flushed.unwrap();
                continue;
            }
        };
        match incoming {
            Ok(Some(Incoming::Text(text))) => {
                let frame = Frame::text(text).with_deflated();
                writer.extend([frame.clone(), frame]);
            }
            Ok(Some(Incoming::Ping(payload))) => writer.push(Frame::pong(&payload)),
            Ok(Some(Incoming::Pong)) => {}
            Ok(Some(Incoming::Close(_)) | None) => {
                return writer.close(CloseCode::NORMAL, "bye").await;
            }
            Err(ReadError::Violation(violation)) => {
                let code = violation.close_code();
                return writer.close(code, &violation.to_string()).await;
            }
            Err(ReadError::Io(_)) => return,
        }
    }
}

async fn peer() -> tokio_tungstenite::WebSocketStream<TcpStream> {
    let address = echo().await;
    let mut request = format!("ws://{address}/").into_client_request().unwrap();
    let protocol = "parley.v1".parse().unwrap();
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let stream = TcpStream::connect(address).await.unwrap();
    let (socket, response) = tokio_tungstenite::client_async(request, stream)
        .await
        .unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "parley.v1");
    socket
}

#[tokio::test]
async fn a_foreign_peer_talks_with_us() {
    let mut peer = peer().await;
    for size in [0, 1, 125, 126, 5_000, 65_535, 65_536, MESSAGE_MAX] {
        let message = Message::text("é".repeat(size / 2));
        peer.send(message.clone()).await.unwrap();
        assert_eq!(peer.next().await.unwrap().unwrap(), message);
        assert_eq!(peer.next().await.unwrap().unwrap(), message);
    }
    peer.send(Message::Ping("are you there".into()))
        .await
        .unwrap();
    assert_eq!(
        peer.next().await.unwrap().unwrap(),
        Message::Pong("are you there".into())
    );
    peer.close(None).await.unwrap();
    let Message::Close(Some(close)) = peer.next().await.unwrap().unwrap() else {
        panic!("a close frame was expected");
    };
    assert_eq!(
        (close.code, close.reason.as_str()),
        (TheirCode::Normal, "bye")
    );
    assert!(peer.next().await.is_none());
}

#[tokio::test]
async fn a_foreign_peer_hears_why_it_is_cut_off() {
    for (message, code) in [
        (Message::binary(vec![1]), TheirCode::Library(4002)),
        (Message::text("x".repeat(MESSAGE_MAX + 1)), TheirCode::Size),
    ] {
        let mut peer = peer().await;
        // A long message may be cut off before it was sent whole.
        let _ = peer.send(message).await;
        if let Some(Ok(Message::Close(Some(close)))) = peer.next().await {
            assert_eq!(close.code, code);
        }
    }
}

/// What a browser would do: offer deflate over a raw socket, send and receive RSV1 frames.
#[tokio::test]
async fn deflate_is_spoken_once_it_is_negotiated() {
    let mut stream = TcpStream::connect(echo().await).await.unwrap();
    let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    assert!(head.contains("permessage-deflate; server_no_context_takeover"));

    let said = "what was said ".repeat(100);
    let small = deflate::deflate(said.as_bytes()).unwrap();
    stream.write_all(&masked(0xC1, &small)).await.unwrap();
    let expected = Frame::text(&said).with_deflated();
    for _ in 0..2 {
        let mut frame = vec![0; expected.bytes(true).len()];
        stream.read_exact(&mut frame).await.unwrap();
        assert_eq!(frame[0], 0xC1);
        assert_eq!(
            deflate::inflate(&frame[2..], 10_000).unwrap(),
            said.as_bytes()
        );
    }
}

/// Reading must leave room for the other futures of the same task.
#[tokio::test]
async fn reading_a_long_message_uses_a_small_buffer() {
    struct Probe(usize);
    impl tokio::io::AsyncRead for Probe {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            self.0 = self.0.max(buffer.remaining());
            Poll::Ready(Ok(()))
        }
    }
    let mut reader = Reader::new(Probe(0), Negotiated::default());
    assert_eq!(reader.next().await.unwrap(), None);
    assert!(size_of_val(&reader) < 256);
}
