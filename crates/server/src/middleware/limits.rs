//! Bounds on time, and what is done about answers that are large or never come.

use std::any::Any;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header;
use model::code::Code;
use tower_http::catch_panic::{CatchPanicLayer, ResponseForPanic};
use tower_http::compression::{CompressionLayer, Predicate};

use crate::problem::Problem;

/// How long a handler may take, its reading of the body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Below this, compressing costs more than it saves.
const COMPRESS_FROM: u64 = 1024;

/// Marks an answer that must not be compressed: it holds a secret beside what an attacker may have chosen (BREACH).
#[derive(Clone, Copy, Debug)]
pub struct Secret;

/// Answers 503 in the place of a handler that takes too long; dropping it undoes nothing that is committed.
pub async fn timeout(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::Timeout)
            .with_retry_after(Duration::from_secs(5))
            .into_response(),
    }
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
    fn should_compress<B: axum::body::HttpBody>(&self, response: &http::Response<B>) -> bool {
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
