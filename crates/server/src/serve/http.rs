//! One connection's HTTP, of either version, to its end.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite};
use tower::ServiceExt;

use super::answers::Answers;
use super::heads::Strict;
use super::waiting::Place;
use super::{Draining, Peer};

/// How long a client may take to send a request's head, and how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest head of a request.
const HEAD_BYTES: usize = 32 * 1024;

/// The most header fields of a request.
const HEADERS: usize = 100;

/// Requests that one HTTP/2 connection may have open at once.
const STREAMS: u32 = 100;

/// Requests that a client may take back before we have looked at them; with more it is sent away.
const RESETS: usize = 20;

/// Streams that we had to end for the client's mistakes; with more it is sent away.
const MISTAKES: usize = 100;

/// What a client may send of one body, and of all on a connection, before we have read it.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;

/// What we hold of an answer that the client doesn't take.
const SEND_BUFFER: usize = 64 * 1024;

/// How often an HTTP/2 client is asked whether it is still there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(30);
const PONG: Duration = Duration::from_secs(20);

/// How long an HTTP/2 connection without requests is kept: long enough for a browser that comes back.
const IDLE: Duration = Duration::from_secs(120);

/// How long a client may take to go when it was told to and nothing is open any more.
const LEAVE: Duration = Duration::from_secs(5);

/// How long a client that was told to go has for what it still takes: as long as a slow line needs for a large file.
const FINISH: Duration = Duration::from_secs(60 * 60);

/// How much of a body that nobody wants is read all the same, and for how long: who is still sending it would otherwise
/// find the connection gone, and never read why.
const UNWANTED: usize = 1024 * 1024;
const UNWANTED_TIME: Duration = Duration::from_secs(5);

/// What a connection is served with.
pub(super) struct Guest {
    pub(super) peer: Peer,
    pub(super) router: Router,
    pub(super) end: Draining,
    pub(super) place: Place,
}

/// Serves HTTP/1.1, and hands the connection over if it is upgraded.
pub(super) async fn version_1<S>(stream: S, guest: Guest)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (give_way, mut end) = (guest.place.give_way(), guest.end);
    let first = Mutex::new(Some(guest.place));
    let mut answers = Answers::new();
    let counter = answers.counter();
    let upgraded = Arc::new(AtomicBool::new(false));
    let stream = Strict::new(stream, Arc::clone(&upgraded));
    let service = service_fn(move |mut request: Request<Incoming>| {
        drop(first.lock().take());
        request.extensions_mut().insert(guest.peer.clone());
        let counted = counter.request();
        let request = request.map(|body| Body::new(Asked(Some(body))));
        let answer = guest.router.clone().oneshot(request);
        let upgraded = Arc::clone(&upgraded);
        async move {
            let answer: Response<Body> = answer.await?;
            if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                upgraded.store(true, Ordering::Relaxed);
            }
            Ok::<_, Infallible>(answer.map(|body| counted.answer(body)))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_header_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = give_way.notified() => return,
        () = answers.one_stalls() => return,
        () = end.begun() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = &mut connection => ended,
                () = give_way.notified() => return,
                () = answers.one_stalls() => return,
            }
        }
    };
    tell(ended);
}

/// Serves HTTP/2.
pub(super) async fn version_2<S>(stream: S, guest: Guest)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (give_way, mut end) = (guest.place.give_way(), guest.end);
    let first = Mutex::new(Some(guest.place));
    let mut answers = Answers::new();
    let counter = answers.counter();
    let service = service_fn(move |mut request: Request<Incoming>| {
        drop(first.lock().take());
        let counted = counter.request();
        request.extensions_mut().insert(guest.peer.clone());
        let answer = guest.router.clone().oneshot(request.map(Body::new));
        async move {
            let answer: Response<Body> = answer.await?;
            Ok::<_, Infallible>(answer.map(|body| counted.answer(body)))
        }
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES as u32)
        .max_pending_accept_reset_streams(RESETS)
        .max_local_error_reset_streams(MISTAKES)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PONG)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => Some(ended),
        () = give_way.notified() => return,
        () = end.begun() => None,
        () = quiet_or_stalled(&mut answers) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            // What is open is finished; nothing new begins.
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = &mut connection => ended,
                () = left_alone(&mut answers) => return,
            }
        }
    };
    tell(ended);
}

fn tell(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        // A client that goes away or talks nonsense is nobody's fault here.
        tracing::debug!(%error, "a connection ended badly");
    }
}

/// Waits until nothing was open for long, or an answer isn't taken.
async fn quiet_or_stalled(answers: &mut Answers) {
    let mut others = answers.another();
    tokio::select! {
        () = answers.gone_quiet(IDLE) => {}
        () = others.one_stalls() => {}
    }
}

/// Waits until a connection that was told to go has nothing open any more, or nothing that is taken.
async fn left_alone(answers: &mut Answers) {
    let mut others = answers.another();
    tokio::select! {
        () = answers.gone_quiet(LEAVE) => {}
        () = others.all_stall() => {}
        () = tokio::time::sleep(FINISH) => {}
    }
}

/// A request's body; what its reader leaves is read and forgotten, within bounds.
struct Asked(Option<Incoming>);

impl HttpBody for Asked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.0 {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let Some(body) = self.0.take().filter(|body| !body.is_end_stream()) else {
            return;
        };
        // While the server goes down there may be nobody to read it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(tokio::time::timeout(UNWANTED_TIME, forget(body)));
        }
    }
}

async fn forget(mut body: Incoming) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > UNWANTED {
            return;
        }
    }
}
