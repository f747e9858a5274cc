//! A connection's answers on their way out: how many are open, and whether the other end takes them.
//!
//! An answer that nobody takes keeps its memory for nothing. Over HTTP/2 a client can let one lie for ever while the
//! connection lives, so what is taken is counted here, piece by piece, as it leaves for the socket.

use std::collections::{BTreeMap, btree_map};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::{Buf, Bytes};
use hyper::body::{Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::Instant;

/// How much of an answer has to be taken in [`STALL`]: far less than the slowest line brings.
const STEP: usize = 16 * 1024;

/// How long an answer may wait for the other end to take that much.
pub(super) const STALL: Duration = Duration::from_secs(120);

/// The requests of a connection that aren't answered to the end yet.
pub(super) struct Answers {
    open: Arc<Open>,
    seen: watch::Receiver<Waits>,
}

type Open = watch::Sender<Waits>;

#[derive(Default)]
struct Waits {
    last: u64,
    open: BTreeMap<u64, Wait>,
}

/// How the other end takes an answer.
#[derive(Default)]
struct Wait {
    /// Since when it has taken less than a step; none while there is nothing to take.
    since: Option<Instant>,
    taken: usize,
}

/// Begins to count; where it is dropped, the request is answered or given up.
pub(super) struct Counter(Arc<Open>);

impl Answers {
    pub(super) fn new() -> Self {
        let (open, seen) = watch::channel(Waits::default());
        let open = Arc::new(open);
        Self { open, seen }
    }

    /// For those who take requests in.
    pub(super) fn counter(&self) -> Counter {
        Counter(Arc::clone(&self.open))
    }

    /// Another handle, to wait for something else meanwhile.
    pub(super) fn another(&self) -> Self {
        Self {
            open: Arc::clone(&self.open),
            seen: self.seen.clone(),
        }
    }

    /// Waits until nothing is open, and nothing was for so long.
    pub(super) async fn gone_quiet(&mut self, long: Duration) {
        loop {
            while !self.seen.borrow_and_update().open.is_empty() {
                self.changed().await;
            }
            if tokio::time::timeout(long, self.changed()).await.is_err() {
                return;
            }
        }
    }

    /// Waits until one answer isn't taken.
    pub(super) async fn one_stalls(&mut self) {
        self.until_due(|waits, now| waits.map(|wait| wait.due(now)).min())
            .await;
    }

    /// Waits until there are answers and none of them is taken.
    pub(super) async fn all_stall(&mut self) {
        self.until_due(|waits, now| waits.map(|wait| wait.due(now)).max())
            .await;
    }

    async fn until_due(
        &mut self,
        due: impl Fn(btree_map::Values<'_, u64, Wait>, Instant) -> Option<Instant>,
    ) {
        loop {
            let now = Instant::now();
            let at = due(self.seen.borrow_and_update().open.values(), now);
            match at {
                Some(at) if at <= now => return,
                Some(at) => tokio::select! {
                    () = tokio::time::sleep_until(at) => {}
                    () = self.changed() => {}
                },
                None => self.changed().await,
            }
        }
    }

    async fn changed(&mut self) {
        // The sender lives as long as we hold it.
        let _ = self.seen.changed().await;
    }
}

impl Wait {
    /// When it will have stalled, as far as it can be said now.
    fn due(&self, now: Instant) -> Instant {
        self.since.unwrap_or(now) + STALL
    }
}

impl Counter {
    /// A request has come.
    pub(super) fn request(&self) -> Counted {
        let mut number = 0;
        self.0.send_modify(|waits| {
            waits.last += 1;
            number = waits.last;
            waits.open.insert(number, Wait::default());
        });
        Counted {
            open: Arc::clone(&self.0),
            number,
        }
    }
}

/// A request that isn't answered to the end yet.
pub(super) struct Counted {
    open: Arc<Open>,
    number: u64,
}

impl Counted {
    /// Its answer, which counts until the last of it has left.
    pub(super) fn answer(self, body: Body) -> Answer {
        self.there_is_something();
        Answer {
            body,
            counted: Arc::new(self),
        }
    }

    fn there_is_something(&self) {
        self.update(|wait| {
            wait.since.get_or_insert_with(Instant::now);
        });
    }

    fn there_is_nothing(&self) {
        self.update(|wait| *wait = Wait::default());
    }

    fn took(&self, bytes: usize) {
        self.update(|wait| {
            wait.taken += bytes;
            if wait.taken >= STEP && wait.since.is_some() {
                wait.since = Some(Instant::now());
                wait.taken = 0;
            }
        });
    }

    /// Nobody is woken: who waits for a time looks again when it has come.
    fn update(&self, change: impl FnOnce(&mut Wait)) {
        self.open.send_if_modified(|waits| {
            waits.open.get_mut(&self.number).map(change);
            false
        });
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.open.send_modify(|waits| {
            waits.open.remove(&self.number);
        });
    }
}

/// An answer's body.
pub(super) struct Answer {
    body: Body,
    counted: Arc<Counted>,
}

impl HttpBody for Answer {
    type Data = Piece;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Piece>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_pending() {
            self.counted.there_is_nothing();
        } else {
            self.counted.there_is_something();
        }
        let piece = |bytes| Piece {
            bytes,
            counted: Arc::clone(&self.counted),
        };
        polled.map_ok(|frame| frame.map_data(piece))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A piece of an answer, held by the protocol until it has left.
pub(super) struct Piece {
    bytes: Bytes,
    counted: Arc<Counted>,
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.counted.took(count);
        self.bytes.advance(count);
    }

    fn copy_to_bytes(&mut self, count: usize) -> Bytes {
        self.counted.took(count);
        self.bytes.copy_to_bytes(count)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use h2::RecvStream;
    use h2::client::SendRequest;
    use http::Request;
    use prometheus_client::metrics::gauge::Gauge;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::sync::Semaphore;
    use tokio::task::JoinHandle;

    use super::super::http::{Guest, version_1, version_2};
    use super::super::waiting::Waiting;
    use super::super::{Drain, GRACE, Peer, Slot};
    use super::*;

    const LONG: usize = 200 * 1024;

    /// Somebody who may ask for `LONG` bytes, and the drain that must not begin.
    async fn guest() -> (Guest, Drain) {
        let (drain, waiting) = (Drain::default(), Waiting::new(10, GRACE));
        let slots = Arc::new(Semaphore::new(1));
        let slot = Slot {
            open: Gauge::default(),
            _permit: slots.acquire_owned().await.unwrap(),
        };
        let guest = Guest {
            peer: Peer {
                address: None,
                _slot: Arc::new(slot),
            },
            router: Router::new().route("/", get(|| async { "x".repeat(LONG) })),
            end: drain.enter(),
            place: waiting.enter().await,
        };
        (guest, drain)
    }

    struct Connected {
        requests: SendRequest<Bytes>,
        served: JoinHandle<()>,
        _drain: Drain,
    }

    /// A client that takes `window` bytes of an answer before it says that it takes more.
    async fn connect(window: u32) -> Connected {
        let (client, server) = duplex(64 * 1024);
        let (guest, _drain) = guest().await;
        let served = tokio::spawn(version_2(server, guest));
        let handshake = h2::client::Builder::new()
            .initial_window_size(window)
            .handshake::<DuplexStream, Bytes>(client);
        let (requests, connection) = handshake.await.unwrap();
        tokio::spawn(connection);
        Connected {
            requests,
            served,
            _drain,
        }
    }

    impl Connected {
        async fn ask(&mut self) -> RecvStream {
            let mut requests = self.requests.clone().ready().await.unwrap();
            let request = Request::get("http://a/").body(()).unwrap();
            let (answer, _) = requests.send_request(request, true).unwrap();
            answer.await.unwrap().into_body()
        }
    }

    /// Takes an answer to its end, with a pause after each piece.
    async fn take_slowly(mut body: RecvStream, pause: Duration) -> usize {
        let mut taken = 0;
        while let Some(piece) = body.data().await {
            let length = piece.unwrap().len();
            taken += length;
            tokio::time::sleep(pause).await;
            body.flow_control().release_capacity(length).unwrap();
        }
        taken
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_not_taken_ends_its_connection() {
        // Nothing is taken; what was handed on at once with its first byte isn't, either.
        for window in [0, 1, 1_000] {
            let start = Instant::now();
            let mut connected = connect(window).await;
            let _body = connected.ask().await;
            connected.served.await.unwrap();
            let after = start.elapsed();
            assert!(
                after >= STALL && after < STALL + STALL / 2,
                "{window}: {after:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn over_http_1_too() {
        let start = Instant::now();
        let (mut client, server) = duplex(1024);
        let (guest, _drain) = guest().await;
        let served = tokio::spawn(version_1(server, guest));
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        served.await.unwrap();
        assert!(start.elapsed() >= STALL);
        let mut sent = Vec::new();
        client.read_to_end(&mut sent).await.unwrap();
        assert!(sent.len() < LONG);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_an_answer_slowly_gets_all_of_it() {
        let start = Instant::now();
        let mut connected = connect(u32::try_from(STEP).unwrap()).await;
        let body = connected.ask().await;
        assert_eq!(take_slowly(body, STALL / 8).await, LONG);
        assert!(start.elapsed() > STALL);
        assert!(!connected.served.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_taken_beside_what_is_not_comes_to_its_end() {
        let start = Instant::now();
        let mut connected = connect(u32::try_from(STEP).unwrap()).await;
        let _stalled = connected.ask().await;
        let body = connected.ask().await;
        assert_eq!(take_slowly(body, STALL / 4).await, LONG);
        assert!(start.elapsed() > STALL * 2);
        connected.served.await.unwrap();
    }
}
