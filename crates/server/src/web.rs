//! The web app, as its build left it: embedded, compressed beforehand, cached for good where the name says what's inside.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use http::{HeaderMap, HeaderValue, Method, header};
use model::code::Code;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Problem;

/// The build's output. In debug builds it is read from the folder at each request.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const PAGE: &str = "index.html";

/// File names in here change with their content.
const IMMUTABLE: &str = "assets/";

/// What is shown where the app should be, if the binary was built without it.
const NO_APP: &str = "This server was built without its web app. The API works; see /api/docs.\n";

/// Answers a path that belongs to the app: its file, or the app's page if the path names a screen.
pub(crate) fn serve(method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
        return (allow, Problem::new(Code::MethodNotAllowed)).into_response();
    }
    let name = path.trim_start_matches('/');
    let is_file = name.split('/').any(|segment| segment.starts_with('.'))
        || name
            .rsplit('/')
            .next()
            .is_some_and(|last| last.contains('.'));
    let name = if is_file { name } else { PAGE };
    // The compressed forms are answers to a header, not files of their own.
    let file = match name.rsplit('.').next() {
        Some("br" | "gz") => None,
        _ => Encoded::best(name, headers),
    };
    match file {
        Some(file) => respond(name, &file, headers),
        None if is_file => Problem::new(Code::NotFound).into_response(),
        None => (http::StatusCode::NOT_FOUND, NO_APP).into_response(),
    }
}

/// A file in the form that the client takes.
struct Encoded {
    file: EmbeddedFile,
    encoding: Option<&'static str>,
}

impl Encoded {
    fn best(name: &str, headers: &HeaderMap) -> Option<Self> {
        let accepted = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok());
        let accepted = accepted.unwrap_or_default();
        [("br", ".br"), ("gzip", ".gz")]
            .into_iter()
            .filter(|(encoding, _)| accepts(accepted, encoding))
            .find_map(|(encoding, suffix)| {
                let file = Dist::get(&format!("{name}{suffix}"))?;
                Some(Self {
                    file,
                    encoding: Some(encoding),
                })
            })
            .or_else(|| {
                Some(Self {
                    file: Dist::get(name)?,
                    encoding: None,
                })
            })
    }
}

/// Whether `Accept-Encoding` names an encoding without refusing it.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|part| {
            let weight = part
                .strip_prefix("q=")
                .and_then(|weight| weight.parse::<f32>().ok());
            weight.is_some_and(|weight| weight <= 0.0)
        });
        named && !refused
    })
}

fn respond(name: &str, encoded: &Encoded, asked: &HeaderMap) -> Response {
    // Of the form's own bytes, so two forms of a file never share a tag.
    let tag = format!(
        "\"{}\"",
        HEXLOWER.encode(&encoded.file.metadata.sha256_hash()[..12])
    );
    let mut headers = HeaderMap::new();
    let cache = match name.starts_with(IMMUTABLE) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if matches(asked, &tag) {
        return (http::StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(name)),
    );
    if let Some(encoding) = encoded.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let body = match &encoded.file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::copy_from_slice(bytes),
    };
    (headers, body).into_response()
}

/// Whether the client says that it has this very form.
pub(crate) fn matches(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|offer| offer.trim().trim_start_matches("W/"))
        .any(|offer| offer == tag || offer == "*")
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str, pairs: &[(header::HeaderName, &'static str)]) -> Response {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        serve(&Method::GET, path, &headers.collect())
    }

    #[test]
    fn an_encoding_with_weight_zero_is_refused() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn what_looks_like_a_file_is_never_answered_with_the_page() {
        for path in [
            "/assets/none.js",
            "/none.png",
            "/.well-known/thing",
            "/index.html.br",
            "/../Cargo.toml",
        ] {
            assert_eq!(get(path, &[]).status(), 404, "{path}");
        }
        assert_eq!(serve(&Method::POST, "/", &HeaderMap::new()).status(), 405);
    }

    #[test]
    fn the_app_s_page_answers_every_screen_and_is_asked_for_again() {
        // Without a build of the client there is nothing to look at.
        if Dist::get(PAGE).is_none() {
            assert_eq!(get("/", &[]).status(), 404);
            return;
        }
        for path in ["/", "/rooms/0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77", "/setup"] {
            let response = get(path, &[]);
            assert_eq!(response.headers()["cache-control"], "no-cache");
            assert_eq!(
                response.headers()["content-type"],
                "text/html; charset=utf-8"
            );
        }
        let plain = get("/", &[]).headers()["etag"].clone();
        let small = get("/", &[(header::ACCEPT_ENCODING, "gzip, br")]);
        assert_eq!(small.headers()["content-encoding"], "br");
        assert_ne!(small.headers()["etag"], plain);
        let mut asked = HeaderMap::new();
        asked.insert(header::IF_NONE_MATCH, plain);
        assert_eq!(serve(&Method::GET, "/", &asked).status(), 304);
    }
}
