//! Bounds on time and form, and what is done about answers that are large or never come.

use std::any::Any;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderValue, Version, header};
use hyper::body::{Frame, SizeHint};
use model::code::Code;
use tokio::time::{Instant, Sleep};
use tower_http::catch_panic::{CatchPanicLayer, ResponseForPanic};
use tower_http::compression::{CompressionLayer, Predicate};

use crate::problem::Problem;

/// How long a handler may take, its reading of the body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a call may take that takes a file: as long as a slow line needs for a large one.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// The calls that take files.
const TRANSFERS: [&str; 2] = ["/api/v1/files", "/api/v1/uploads/{id}"];

/// How long such a call waits for the next piece.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

/// Below this, compressing costs more than it saves.
const COMPRESS_FROM: u64 = 1024;

/// Marks an answer that must not be compressed: it holds a secret beside what an attacker may have chosen (BREACH).
#[derive(Clone, Copy, Debug)]
pub struct Secret;

/// Answers 503 in the place of a handler that takes too long. Dropping it undoes nothing that is committed, or will be:
/// of a call that may write it isn't known whether it was done.
pub async fn timeout(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let takes_file = path.is_some_and(|path| TRANSFERS.contains(&path.as_str()));
    let (request, bound) = match takes_file {
        true => (
            request.map(|body| Body::new(Paced::new(body, PIECE_TIMEOUT))),
            TRANSFER_TIMEOUT,
        ),
        false => (request, REQUEST_TIMEOUT),
    };
    let late = match request.method().is_safe() {
        true => Code::Timeout,
        false => Code::UnknownOutcome,
    };
    match tokio::time::timeout(bound, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(late)
            .with_retry_after(Duration::from_secs(5))
            .into_response(),
    }
}

/// A body that fails when its next piece doesn't come in time.
struct Paced {
    body: Body,
    patience: Duration,
    deadline: Pin<Box<Sleep>>,
}

impl Paced {
    fn new(body: Body, patience: Duration) -> Self {
        Self {
            body,
            patience,
            deadline: Box::pin(tokio::time::sleep(patience)),
        }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.deadline.as_mut().reset(Instant::now() + this.patience);
            return Poll::Ready(frame);
        }
        ready!(this.deadline.as_mut().poll(context));
        let late = io::Error::from(io::ErrorKind::TimedOut);
        Poll::Ready(Some(Err(axum::Error::new(late))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Refuses what doesn't say clearly what it is: a body in another encoding, that might be a thousand times larger than
/// it looks, and a request that names no host, or two. Behind it `Host` is there, whatever the version of HTTP.
pub async fn clear(mut request: Request, next: Next) -> Response {
    let encodings = request.headers().get_all(header::CONTENT_ENCODING);
    let plain = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if !encodings.iter().all(plain) {
        return Problem::new(Code::UnsupportedMediaType)
            .with_detail("a body is sent as it is, without Content-Encoding")
            .into_response();
    }
    match host(&request) {
        Some(host) => {
            request.headers_mut().insert(header::HOST, host);
            next.run(request).await
        }
        None => Problem::malformed("host", "one host must be named").into_response(),
    }
}

/// The host that a request names: in its target, as HTTP/2 and proxies do, or in its one `Host`.
fn host(request: &Request) -> Option<HeaderValue> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let (first, second) = (named.next(), named.next());
    if second.is_some() {
        return None;
    }
    let host = match (request.uri().authority(), first) {
        (Some(target), Some(first)) if request.version() >= Version::HTTP_2 => {
            // The target counts; who says something else beside it means nothing good.
            let same = first
                .as_bytes()
                .eq_ignore_ascii_case(target.as_str().as_bytes());
            same.then(|| first.clone())?
        }
        (Some(target), _) => HeaderValue::from_str(target.as_str()).ok()?,
        (None, Some(first)) => first.clone(),
        // Before HTTP/1.1 nobody had to name one.
        (None, None) if request.version() < Version::HTTP_11 => {
            HeaderValue::from_static("localhost")
        }
        (None, None) => return None,
    };
    let parsed = Authority::try_from(host.as_bytes()).ok()?;
    let clear = !parsed.host().is_empty() && !parsed.as_str().contains('@');
    clear.then_some(host)
}

/// Compresses JSON; what the web app consists of is compressed already.
pub fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .gzip(true)
        .br(true)
        .compress_when(Compressible)
}

#[derive(Clone, Copy)]
struct Compressible;

impl Predicate for Compressible {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        let large = response
            .body()
            .size_hint()
            .exact()
            .is_some_and(|size| size > COMPRESS_FROM);
        let is_json = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let secret = response.extensions().get::<Secret>().is_some();
        large && is_json && !secret
    }
}

/// Turns a panic in a handler into a problem; the panic itself is in the log.
pub fn catch_panic() -> CatchPanicLayer<Panicked> {
    CatchPanicLayer::custom(Panicked)
}

/// The answer in the place of a handler that panicked.
#[derive(Clone, Copy)]
pub struct Panicked;

impl ResponseForPanic for Panicked {
    type ResponseBody = axum::body::Body;

    fn response_for_panic(
        &mut self,
        panic: Box<dyn Any + Send + 'static>,
    ) -> http::Response<Self::ResponseBody> {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        tracing::error!(panic = text.unwrap_or_default(), "a handler panicked");
        Problem::new(Code::Internal).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::any;
    use http::Method;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn of_a_write_that_takes_too_long_it_is_not_known_whether_it_was_done() {
        let code = async |method: Method| {
            let app = Router::new()
                .route("/slow", any(std::future::pending::<()>))
                .layer(from_fn(timeout));
            let request = Request::builder().method(method).uri("/slow");
            let response = app.oneshot(request.body(Body::empty()).unwrap()).await;
            let response = response.unwrap();
            assert_eq!(response.status(), 503);
            assert!(response.headers().contains_key(header::RETRY_AFTER));
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
            problem["code"].as_str().map(str::to_owned)
        };
        assert_eq!(code(Method::GET).await.as_deref(), Some("timeout"));
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(code(method).await.as_deref(), Some("unknown_outcome"));
        }
    }

    #[tokio::test]
    async fn a_body_whose_next_piece_does_not_come_fails() {
        let patience = Duration::from_millis(50);
        let mut whole = Paced::new(Body::from("abc"), patience);
        assert_eq!(
            whole.frame().await.unwrap().unwrap().into_data().unwrap(),
            "abc"
        );
        assert!(whole.frame().await.is_none());
        let silent = futures_util::stream::pending::<Result<Bytes, io::Error>>();
        let mut silent = Paced::new(Body::from_stream(silent), patience);
        assert!(silent.frame().await.unwrap().is_err());
    }

    fn named(version: Version, target: &str, hosts: &[&str]) -> Option<String> {
        let mut request = axum::http::Request::get(target).version(version);
        for host in hosts {
            request = request.header("host", *host);
        }
        let host = host(&request.body(Body::empty()).unwrap())?;
        Some(host.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_request_names_one_host() {
        let (one, two) = (Version::HTTP_11, Version::HTTP_2);
        assert_eq!(named(one, "/", &["a:1"]).as_deref(), Some("a:1"));
        assert_eq!(named(one, "/", &["[::1]:80"]).as_deref(), Some("[::1]:80"));
        assert_eq!(named(one, "http://b/", &["a"]).as_deref(), Some("b"));
        assert_eq!(named(two, "https://b/", &[]).as_deref(), Some("b"));
        assert_eq!(named(two, "https://b/", &["B"]).as_deref(), Some("B"));
        assert_eq!(named(two, "https://b/", &["a"]), None);
        assert!(named(Version::HTTP_10, "/", &[]).is_some());
        for hosts in [
            &[][..],
            &["a", "a"],
            &["a", "b"],
            &[""],
            &["u@a"],
            &["a/b"],
            &["a b"],
        ] {
            assert_eq!(named(one, "/", hosts), None, "{hosts:?}");
        }
    }
}
