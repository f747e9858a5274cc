//! What handlers take from a request. Their order in a handler's signature is the order of the checks that the API
//! promises: the caller (401), ids in the path (404), the query (400), then the JSON body (413, 415, 400).

mod client;
mod incoming;
mod json;
mod path;
mod query;

pub use client::Client;
pub use incoming::{Incoming, incoming};
pub use json::{BODY_LIMIT, Json};
pub use path::{FromSegment, Path};
pub use query::Query;

use crate::problem::Problem;

/// The problem of an input that serde could not read; `path` is where it was, as far as it is known.
fn unreadable(path: &serde_path_to_error::Path, error: &str) -> Problem {
    let mut field = path.to_string();
    if field == "." || field.contains('?') {
        field.clear();
    }
    // Serde names a missing or doubled field in its text only.
    for (start, what) in [
        ("missing field `", "is missing"),
        ("duplicate field `", "is there twice"),
    ] {
        if let Some(name) = error
            .strip_prefix(start)
            .and_then(|rest| rest.split('`').next())
        {
            let field = if field.is_empty() {
                name.to_owned()
            } else {
                format!("{field}.{name}")
            };
            return Problem::malformed(&field, what);
        }
    }
    // The position counts from where serde started, which says little; the field says more.
    let detail = error.split(" at line ").next().unwrap_or(error);
    Problem::malformed(&field, detail)
}
