//! A body that is a file, or a form that has one: streamed, never held.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::Request;
use futures_util::StreamExt;
use http::header;
use multer::Multipart;

use crate::problem::Problem;

/// What of a form may stand before its file.
const PREAMBLE: usize = 64 * 1024;

/// A file on its way in.
pub struct Incoming {
    /// Its name, as a form says it.
    pub name: Option<String>,
    /// Its length, if it is known before.
    pub length: Option<u64>,
    /// Its content.
    pub body: chat::files::Incoming,
}

/// A body as the use cases take it.
pub fn incoming(body: Body) -> chat::files::Incoming {
    let pieces = body.into_data_stream();
    pieces.map(|piece| piece.map_err(io::Error::other)).boxed()
}

impl Incoming {
    /// The file of a request: its body, or the first file of its form.
    pub async fn of(request: Request) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let form = kind
            .get(..19)
            .is_some_and(|start| start.eq_ignore_ascii_case("multipart/form-data"));
        if form {
            let boundary = multer::parse_boundary(kind)
                .map_err(|_| Problem::malformed("", "the form says no boundary"))?;
            return first_file(request.into_body(), boundary).await;
        }
        let length = request.headers().get(header::CONTENT_LENGTH);
        Ok(Self {
            name: None,
            length: length.and_then(|length| length.to_str().ok()?.parse().ok()),
            body: incoming(request.into_body()),
        })
    }
}

async fn first_file(body: Body, boundary: String) -> Result<Incoming, Problem> {
    let found = Arc::new(AtomicBool::new(false));
    let (seen, mut before) = (Arc::clone(&found), 0);
    // Until the file begins, the form is held in memory.
    let pieces = body.into_data_stream().map(move |piece| {
        let piece = piece.map_err(io::Error::other)?;
        before += piece.len();
        if before - piece.len() > PREAMBLE && !seen.load(Ordering::Relaxed) {
            return Err(io::Error::other("too much stands before the file"));
        }
        Ok(piece)
    });
    let mut form = Multipart::new(pieces, boundary);
    loop {
        let field = form.next_field().await;
        let field = field.map_err(|_| Problem::malformed("", "not a form that can be read"))?;
        let Some(field) = field else {
            return Err(Problem::malformed("file", "the form has no file"));
        };
        let Some(name) = field.file_name() else {
            continue;
        };
        found.store(true, Ordering::Relaxed);
        return Ok(Incoming {
            name: Some(name.to_owned()),
            length: None,
            body: field.map(|piece| piece.map_err(io::Error::other)).boxed(),
        });
    }
}
