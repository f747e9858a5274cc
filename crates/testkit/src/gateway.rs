//! A client of the gateway: sends operations, keeps every frame, and fails the test over one that isn't described.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Notify, watch};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::Response;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::app::App;
use crate::client::Person;
use crate::wait::PATIENCE;

type Socket = WebSocketStream<TcpStream>;

/// What a connection that ended without a close frame is said to have ended with.
pub const ABNORMAL: u16 = 1006;

/// A frame with the time at which it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// When.
    pub at: Instant,
    /// What.
    pub frame: Value,
}

/// A connection to the gateway. Everything that comes is kept from the first frame on.
#[derive(Debug)]
pub struct Gateway {
    sink: tokio::sync::Mutex<SplitSink<Socket, Message>>,
    heard: Arc<Heard>,
    /// Where [`Gateway::until`] goes on.
    place: AtomicUsize,
    next_id: AtomicU64,
    reading: watch::Sender<bool>,
    /// The content of the first frame.
    pub hello: Value,
}

#[derive(Debug, Default)]
struct Heard {
    frames: Mutex<Vec<Received>>,
    closed: Mutex<Option<(u16, String)>>,
    /// Why a frame was not one, to fail the test in its own thread.
    wrong: Mutex<Option<String>>,
    changed: Notify,
}

impl Gateway {
    /// Connects with a Bearer header through `address`, the server's or a proxy's, and waits for hello.
    pub async fn connect(person: &Person, address: &str) -> Self {
        match Self::try_connect(person, address).await {
            Ok(gateway) => gateway,
            Err(error) => panic!("the gateway: {error}"),
        }
    }

    /// The same, for a server that may be away; an error is one of the connection or the handshake.
    pub async fn try_connect(person: &Person, address: &str) -> Result<Self, Error> {
        let bearer = format!("Bearer {}", person.token.clone().unwrap_or_default());
        let headers = [("authorization", bearer.as_str())];
        let stream = TcpStream::connect(address).await.map_err(Error::Io)?;
        Self::over(person.app(), stream, &headers).await
    }

    /// The same with so small a window that a client which doesn't read is soon felt.
    pub async fn connect_narrow(person: &Person) -> Self {
        let bearer = format!("Bearer {}", person.token.clone().unwrap_or_default());
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let address = person.app().address().parse().unwrap();
        let stream = socket.connect(address).await.unwrap();
        Self::over(person.app(), stream, &[("authorization", &bearer)])
            .await
            .expect("a handshake")
    }

    /// A handshake with these headers; a refusal is checked against the document and given back.
    pub async fn over(
        app: &App,
        stream: TcpStream,
        headers: &[(&str, &str)],
    ) -> Result<Self, Error> {
        let url = format!("ws://{}/api/v1/gateway", app.address());
        let mut request = url.into_client_request()?;
        let all = headers
            .iter()
            .chain(&[("sec-websocket-protocol", "parley.v1")]);
        for (name, value) in all {
            let name = name.parse::<reqwest::header::HeaderName>().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        // Without small writes being held back, latencies are those of the server.
        stream.set_nodelay(true).map_err(Error::Io)?;
        let shake = tokio_tungstenite::client_async(request, stream);
        let shaken = tokio::time::timeout(PATIENCE, shake).await;
        let Ok(shaken) = shaken else {
            return Err(Error::Io(std::io::ErrorKind::TimedOut.into()));
        };
        let (socket, response) = match shaken {
            Ok(shaken) => shaken,
            Err(Error::Http(refusal)) => {
                check_refusal(app, &refusal).await;
                return Err(Error::Http(refusal));
            }
            Err(error) => return Err(error),
        };
        assert_eq!(response.headers()["sec-websocket-protocol"], "parley.v1");
        let (sink, stream) = socket.split();
        let heard = Arc::<Heard>::default();
        let (reading, may_read) = watch::channel(true);
        tokio::spawn(read(app.clone(), stream, Arc::clone(&heard), may_read));
        let mut gateway = Self {
            sink: tokio::sync::Mutex::new(sink),
            heard,
            place: AtomicUsize::new(0),
            next_id: AtomicU64::new(1),
            reading,
            hello: Value::Null,
        };
        let first = gateway.next_or_end().await;
        match first {
            Some(first) => {
                assert_eq!(first["t"], "hello", "the first frame is hello: {first}");
                gateway.hello = first["d"].clone();
                Ok(gateway)
            }
            None => Err(Error::ConnectionClosed),
        }
    }

    /// The head that hello named for a stream.
    pub fn head(&self, stream: &str) -> u64 {
        let head = &self.hello["heads"][stream];
        head.as_u64()
            .unwrap_or_else(|| panic!("no head of {stream} in {}", self.hello))
    }

    /// Sends `sync` with these cursors; gives the answer's `{reset, gone}`.
    pub async fn sync(&self, cursors: Value) -> Value {
        let answer = self.op("sync", json!({"cursors": cursors})).await;
        assert_eq!(answer["t"], "ok", "{answer}");
        answer["d"].clone()
    }

    /// Sends an operation and waits for its answer, an `ok` or an `error`.
    pub async fn op(&self, op: &str, d: Value) -> Value {
        let id = self.start(op, d).await;
        self.answer(&id).await
    }

    /// The `d` of the `ok` that an operation has to be answered with.
    pub async fn ok(&self, op: &str, d: Value) -> Value {
        let answer = self.op(op, d).await;
        assert_eq!(answer["t"], "ok", "{answer}");
        answer["d"].clone()
    }

    /// The problem that an operation has to be answered with.
    pub async fn error(&self, op: &str, d: Value, code: &str) -> Value {
        let answer = self.op(op, d).await;
        assert_eq!(answer["t"], "error", "{answer}");
        assert_eq!(answer["d"]["code"], code, "{answer}");
        answer["d"].clone()
    }

    /// Sends an operation; gives the id that its answer will carry.
    pub async fn start(&self, op: &str, d: Value) -> String {
        let sent = self.try_start(op, d).await;
        sent.unwrap_or_else(|error| panic!("{op}: {error}"))
    }

    /// The same on a connection that may be gone.
    pub async fn try_start(&self, op: &str, d: Value) -> Result<String, Error> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        let frame = json!({"op": op, "id": id, "d": d});
        self.try_send(Message::text(frame.to_string())).await?;
        Ok(id)
    }

    /// Sends anything.
    pub async fn send(&self, message: Message) {
        self.try_send(message).await.expect("the connection lives");
    }

    async fn try_send(&self, message: Message) -> Result<(), Error> {
        self.sink.lock().await.send(message).await
    }

    /// Waits for the answer to the operation with this id.
    pub async fn answer(&self, id: &str) -> Value {
        let answer = self.try_answer(id).await;
        answer.unwrap_or_else(|| panic!("closed before {id} was answered: {:?}", self.close()))
    }

    /// The same; none if the connection ended before.
    pub async fn try_answer(&self, id: &str) -> Option<Value> {
        let mut from = 0;
        self.find("an answer", |frames| {
            let found = frames[from..]
                .iter()
                .find(|received| received.frame["re"] == id);
            from = frames.len();
            found.map(|received| received.frame.clone())
        })
        .await
    }

    /// The next frame that `wanted` accepts; those before it are passed over for good.
    pub async fn until(&self, what: &str, mut wanted: impl FnMut(&Value) -> bool) -> Value {
        let place = &self.place;
        let found = self
            .find(what, |frames| {
                let from = place.load(Ordering::Relaxed);
                let at = frames[from..]
                    .iter()
                    .position(|received| wanted(&received.frame));
                let next = at.map_or(frames.len(), |at| from + at + 1);
                place.store(next, Ordering::Relaxed);
                at.map(|at| frames[from + at].frame.clone())
            })
            .await;
        found.unwrap_or_else(|| panic!("closed before {what}: {:?}", self.close()))
    }

    async fn next_or_end(&self) -> Option<Value> {
        let place = &self.place;
        self.find("the next frame", |frames| {
            let at = place.load(Ordering::Relaxed);
            let found = frames.get(at)?;
            place.store(at + 1, Ordering::Relaxed);
            Some(found.frame.clone())
        })
        .await
    }

    /// The next durable event of a type.
    pub async fn event(&self, kind: &str) -> Value {
        self.until(kind, |frame| frame["t"] == kind).await
    }

    /// The event with this number, or the first after it, of a stream.
    pub async fn reached(&self, stream: &str, n: u64) {
        let wanted = |received: &Received| {
            received.frame["s"] == stream && received.frame["n"].as_u64().is_some_and(|at| at >= n)
        };
        let found = self
            .find(&format!("{stream} reaches {n}"), |frames| {
                frames.iter().rev().any(wanted).then_some(())
            })
            .await;
        assert!(
            found.is_some(),
            "closed before {stream} reached {n}: {:?}",
            self.close()
        );
    }

    /// Waits until everything that the server had for this connection before now has come.
    pub async fn quiet(&self) {
        self.ok("ping", json!({})).await;
    }

    /// Everything that came so far.
    pub fn received(&self) -> Vec<Received> {
        self.heard.frames.lock().unwrap().clone()
    }

    /// The numbered frames of a stream that came so far, skips included.
    pub fn events(&self, stream: &str) -> Vec<Value> {
        let frames = self.heard.frames.lock().unwrap();
        frames
            .iter()
            .map(|received| &received.frame)
            .filter(|frame| frame["s"] == stream && frame["n"].is_u64())
            .cloned()
            .collect()
    }

    /// The numbers of a stream that came so far.
    pub fn numbers(&self, stream: &str) -> Vec<u64> {
        let events = self.events(stream);
        events
            .iter()
            .map(|frame| frame["n"].as_u64().unwrap())
            .collect()
    }

    /// Whether a frame came that `wanted` accepts.
    pub fn heard(&self, mut wanted: impl FnMut(&Value) -> bool) -> bool {
        let frames = self.heard.frames.lock().unwrap();
        frames.iter().any(|received| wanted(&received.frame))
    }

    /// Reads no more until [`Gateway::resume_reading`]: bytes pile up in the system, then in the server.
    pub fn stop_reading(&self) {
        self.reading.send_replace(false);
    }

    /// Reads again.
    pub fn resume_reading(&self) {
        self.reading.send_replace(true);
    }

    /// How it ended, if it has: the close frame's code and reason, or [`ABNORMAL`].
    pub fn close(&self) -> Option<(u16, String)> {
        self.heard.closed.lock().unwrap().clone()
    }

    /// Waits until the server has closed it; gives the code.
    pub async fn closed(&self) -> u16 {
        self.closed_within(PATIENCE).await
    }

    /// The same with another deadline.
    pub async fn closed_within(&self, patience: Duration) -> u16 {
        let none = self
            .find_within(patience, "the close", |_| None::<()>)
            .await;
        assert!(none.is_none());
        self.close().expect("it is closed").0
    }

    /// Ends it as a client does.
    pub async fn hang_up(&self) {
        // The server may have been faster.
        let _ = self.try_send(Message::Close(None)).await;
        self.closed().await;
    }

    async fn find<T>(&self, what: &str, find: impl FnMut(&[Received]) -> Option<T>) -> Option<T> {
        self.find_within(PATIENCE, what, find).await
    }

    /// Looks at all frames whenever there are new ones; none when the connection has ended.
    async fn find_within<T>(
        &self,
        patience: Duration,
        what: &str,
        mut find: impl FnMut(&[Received]) -> Option<T>,
    ) -> Option<T> {
        let search = async {
            loop {
                let changed = self.heard.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if let Some(wrong) = &*self.heard.wrong.lock().unwrap() {
                    panic!("{wrong}");
                }
                // Whether it ended is read first: what came before the end is then there.
                let ended = self.close().is_some();
                let found = find(&self.heard.frames.lock().unwrap());
                if found.is_some() || ended {
                    return found;
                }
                changed.await;
            }
        };
        match tokio::time::timeout(patience, search).await {
            Ok(found) => found,
            Err(_) => {
                let frames = self.received();
                let tail = &frames[frames.len().saturating_sub(20)..];
                let tail: Vec<_> = tail
                    .iter()
                    .map(|received| received.frame.to_string())
                    .collect();
                panic!(
                    "waited {patience:?} in vain: {what}; the last of {} frames:\n{}",
                    frames.len(),
                    tail.join("\n")
                );
            }
        }
    }
}

/// Keeps what comes until the connection ends.
async fn read(
    app: App,
    mut stream: SplitStream<Socket>,
    heard: Arc<Heard>,
    mut may_read: watch::Receiver<bool>,
) {
    let contract = app.contract().await;
    loop {
        let message = tokio::select! {
            biased;
            allowed = async {
                may_read.wait_for(|may| !*may).await.map(drop)
            } => {
                // An error: the test has dropped the connection.
                if allowed.is_err() || may_read.wait_for(|may| *may).await.is_err() {
                    return;
                }
                continue;
            }
            message = stream.next() => message,
        };
        let close = match message {
            Some(Ok(Message::Text(text))) => {
                let at = Instant::now();
                match serde_json::from_str::<Value>(&text) {
                    Ok(frame) => {
                        let check = std::panic::AssertUnwindSafe(|| contract.check_frame(&frame));
                        if std::panic::catch_unwind(check).is_err() {
                            let wrong = format!("a frame that isn't described: {frame:#}");
                            *heard.wrong.lock().unwrap() = Some(wrong);
                        }
                        heard.frames.lock().unwrap().push(Received { at, frame });
                    }
                    Err(error) => {
                        let wrong = format!("not JSON: {error}: {text}");
                        *heard.wrong.lock().unwrap() = Some(wrong);
                    }
                }
                None
            }
            Some(Ok(Message::Close(Some(frame)))) => {
                Some((frame.code.into(), frame.reason.to_string()))
            }
            Some(Ok(Message::Close(None))) => Some((1005, String::new())),
            Some(Ok(_)) => None,
            Some(Err(error)) => Some((ABNORMAL, error.to_string())),
            None => Some((ABNORMAL, "the end".to_owned())),
        };
        let ended = close.is_some();
        if let Some(close) = close {
            *heard.closed.lock().unwrap() = Some(close);
        }
        heard.changed.notify_waiters();
        if ended {
            // Reading on lets the library finish the closing handshake.
            while let Some(Ok(_)) = stream.next().await {}
            return;
        }
    }
}

async fn check_refusal(app: &App, refusal: &Response<Option<Vec<u8>>>) {
    let kind = refusal.headers().get("content-type");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let length = refusal.headers().get("content-length");
    let length: usize = length
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .unwrap_or_default();
    let body = refusal.body().clone().unwrap_or_default();
    // The library gives what of the body came with the head.
    if body.len() >= length {
        let status = refusal.status().as_u16();
        let contract = app.contract().await;
        contract.check_answer("GET", "/api/v1/gateway", status, kind, &body);
    }
}
