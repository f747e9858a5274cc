//! The API's document and a page that renders it, without any other host.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use data_encoding::HEXLOWER;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use utoipa::openapi::OpenApi;

use crate::state::AppState;
use crate::web;

const HTML: &str = include_str!("../assets/docs.html");
const CSS: &str = include_str!("../assets/docs.css");
const JS: &str = include_str!("../assets/docs.js");

/// The document and its page.
pub(crate) fn router(document: &OpenApi) -> Router<AppState> {
    // The document is made of strings and numbers only: it can be written.
    let document = serde_json::to_vec(document).unwrap_or_default();
    Router::new()
        .route("/api/openapi.json", file("application/json", document))
        .route("/api/docs", file("text/html; charset=utf-8", HTML))
        .route("/api/docs.css", file("text/css; charset=utf-8", CSS))
        .route("/api/docs.js", file("text/javascript; charset=utf-8", JS))
}

fn file(kind: &'static str, body: impl Into<Bytes>) -> axum::routing::MethodRouter<AppState> {
    let body = body.into();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
    let tag = format!("\"{}\"", HEXLOWER.encode(&hash.as_ref()[..12]));
    get(async move |headers: HeaderMap| answer(kind, &tag, &body, &headers))
}

fn answer(kind: &'static str, tag: &str, body: &Bytes, asked: &HeaderMap) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    if web::matches(asked, tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    (headers, body.clone()).into_response()
}
