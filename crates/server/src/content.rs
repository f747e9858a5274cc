//! Contents as HTTP answers them: whole or in part, only if they changed, and in a form in which browsers run nothing.

use std::ops::Range;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chat::files::Readable;
use data_encoding::HEXLOWER;
use files::sniff;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use model::code::Code;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::AppState;

/// Even where a content is opened by itself, nothing in it runs, and nobody frames it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// Kept by the browser itself only, and asked for each time: the right to read may end.
const CACHE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Bytes as they are: how the API's description calls them.
#[derive(ToSchema)]
#[schema(as = Bytes, value_type = String, format = Binary)]
#[allow(dead_code, reason = "described, never built")]
pub struct Octets(Vec<u8>);

/// Whether a content is shown or saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Shown, if its type is harmless.
    Show,
    /// Saved.
    Save,
}

/// Answers with a content, or the part of it that is asked for.
pub async fn answer(
    state: &AppState,
    readable: &Readable,
    how: Use,
    method: &Method,
    asked: &HeaderMap,
) -> Result<Response, Problem> {
    let size = readable.size;
    let tag = format!("\"{}\"", HEXLOWER.encode(&readable.hash));
    let etag = HeaderValue::from_str(&tag).map_err(|_| Problem::new(Code::Internal))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, etag);
    headers.insert(header::CACHE_CONTROL, CACHE);
    let mut held = asked.get_all(header::IF_NONE_MATCH).iter();
    if held.any(|tags| is_among(&tag, tags)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    let head = *method == Method::HEAD;
    let heeded = !is_changed(&tag, asked) && *method == Method::GET;
    let part = match asked_part(asked, size) {
        Asked::Nothing if heeded => return Ok(unsatisfiable(size)),
        Asked::Part(part) if heeded => Some(part),
        _ => None,
    };
    let saved = how == Use::Save || !sniff::is_inline(&readable.kind);
    let kind = sniff::served_as(&readable.kind);
    // Who saves a text keeps its bytes, whatever they mean.
    let charset = match saved {
        true => None,
        false => match state.chat.charset(readable).await {
            // A head needs nothing of what the storage can't give now.
            Err(error) if head => {
                tracing::warn!(%error, "the encoding of a text is not known");
                None
            }
            charset => charset?,
        },
    };
    let kind = match charset {
        Some(charset) => HeaderValue::from_str(&format!("{kind}; charset={charset}")),
        None => HeaderValue::from_str(kind),
    };
    let kind = kind.unwrap_or(HeaderValue::from_static(sniff::BYTES));
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition(saved, &readable.file.name),
    );
    let (status, range) = match part {
        Some(part) => {
            let place = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            if let Ok(place) = HeaderValue::from_str(&place) {
                headers.insert(header::CONTENT_RANGE, place);
            }
            (StatusCode::PARTIAL_CONTENT, part)
        }
        None => (StatusCode::OK, 0..size),
    };
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(range.end - range.start),
    );
    if head {
        return Ok((status, headers).into_response());
    }
    let content = state.chat.open(readable, range).await?;
    Ok((status, headers, Body::from_stream(content)).into_response())
}

/// Whether a list of tags has this one; weak ones count (RFC 9110, 13.1.2).
fn is_among(tag: &str, tags: &HeaderValue) -> bool {
    let tags = tags.as_bytes().trim_ascii();
    tags == b"*"
        || tags
            .split(|byte| *byte == b',')
            .map(<[u8]>::trim_ascii)
            .any(|other| other.strip_prefix(b"W/").unwrap_or(other) == tag.as_bytes())
}

/// Whether a part was asked for of something else than what has this tag (RFC 9110, 13.1.5).
fn is_changed(tag: &str, asked: &HeaderMap) -> bool {
    let mut held = asked.get_all(header::IF_RANGE).iter();
    held.any(|held| held.as_bytes().trim_ascii() != tag.as_bytes())
}

fn unsatisfiable(size: u64) -> Response {
    let mut response = Problem::new(Code::RangeNotSatisfiable).into_response();
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    response
}

/// What a `Range` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Everything: no part is named, or it counts in something that we don't know (RFC 9110, 14.2).
    Whole,
    /// One part, not empty.
    Part(Range<u64>),
    /// Several parts, one outside of the content, or nothing that can be read.
    Nothing,
}

/// What a request asks for of so many bytes; two `Range`s are several parts, like one with a comma.
fn asked_part(headers: &HeaderMap, size: u64) -> Asked {
    let mut ranges = headers.get_all(header::RANGE).iter();
    match (ranges.next(), ranges.next()) {
        (None, _) => Asked::Whole,
        (Some(range), None) => parse_range(range, size),
        (Some(_), Some(_)) => Asked::Nothing,
    }
}

/// What this `Range` asks for of so many bytes.
pub fn parse_range(range: &HeaderValue, size: u64) -> Asked {
    let Some((unit, ranges)) = range.to_str().ok().and_then(|range| range.split_once('=')) else {
        return Asked::Nothing;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Asked::Whole;
    }
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // What is too large for us lies outside of every content.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let part = || {
        // A list may have empty places (RFC 9110, 5.6.1); with a comma left between two parts nothing can be read.
        let range = ranges.trim_matches([',', ' ', '\t']);
        let (first, last) = range.split_once('-')?;
        Some(match (first.trim(), last.trim()) {
            ("", last) => size.saturating_sub(number(last)?)..size,
            (first, "") => number(first)?..size,
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                if last < first {
                    return None;
                }
                first..size.min(last.saturating_add(1))
            }
        })
    };
    match part() {
        Some(part) if !part.is_empty() => Asked::Part(part),
        _ => Asked::Nothing,
    }
}

/// `Content-Disposition` as RFC 6266 wants it: a name that every browser reads, and the real one in RFC 8187's form.
pub fn disposition(saved: bool, name: &str) -> HeaderValue {
    let word = if saved { "attachment" } else { "inline" };
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let mut exact = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            exact.push('%');
            exact.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    let value = format!("{word}; filename=\"{plain}\"; filename*=UTF-8''{exact}");
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str, size: u64) -> Asked {
        parse_range(&HeaderValue::from_str(text).unwrap(), size)
    }

    #[test]
    fn one_range_is_a_part_of_what_is_there() {
        for (text, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-", 0..10),
            ("bytes=3-5", 3..6),
            ("bytes=3-99", 3..10),
            ("bytes=9-99999999999999999999999", 9..10),
            ("bytes=-4", 6..10),
            ("bytes=-40", 0..10),
            ("Bytes = 1-2", 1..3),
            ("bytes=, 1-2 ,,", 1..3),
        ] {
            assert_eq!(range(text, 10), Asked::Part(part), "{text}");
        }
        for text in [
            "bytes=10-",
            "bytes=-0",
            "bytes=5-3",
            "bytes=0-1,3-4",
            "bytes=0-1,30-40",
            "bytes=0-0,-1",
            "bytes=-1,0-",
            "bytes=0,-1",
            "bytes=,",
            "bytes=a-",
            "bytes=-",
            "bytes=",
            "bytes",
            "bytes=+1-2",
        ] {
            assert_eq!(range(text, 10), Asked::Nothing, "{text}");
        }
        assert_eq!(range("bytes=0-", 0), Asked::Nothing);
        for text in ["lines=0-1", "lines=0-1,3-4"] {
            assert_eq!(range(text, 10), Asked::Whole, "{text}");
        }
    }

    #[test]
    fn two_ranges_are_none() {
        let mut headers = HeaderMap::new();
        assert_eq!(asked_part(&headers, 10), Asked::Whole);
        let range = |text| HeaderValue::from_static(text);
        headers.append(header::RANGE, range("bytes=0-1"));
        assert_eq!(asked_part(&headers, 10), Asked::Part(0..2));
        headers.append(header::RANGE, range("bytes=3-4"));
        assert_eq!(asked_part(&headers, 10), Asked::Nothing);
    }

    #[test]
    fn names_stay_inside_of_their_header() {
        let value = |name| disposition(true, name).to_str().unwrap().to_owned();
        assert_eq!(
            value("a \"b\"; c.txt"),
            "attachment; filename=\"a _b_; c.txt\"; filename*=UTF-8''a%20%22b%22%3B%20c.txt"
        );
        assert_eq!(
            value("né\r\nx"),
            "attachment; filename=\"n___x\"; filename*=UTF-8''n%C3%A9%0D%0Ax"
        );
    }

    #[test]
    fn tags_are_found_in_lists() {
        let is_among = |tags: &[u8]| is_among("\"a\"", &HeaderValue::from_bytes(tags).unwrap());
        assert!(is_among(b"\"b\", W/\"a\""));
        assert!(is_among(b"\"\xe9\", \"a\""));
        assert!(is_among(b"*"));
        assert!(!is_among(b"\"ab\""));
        assert!(!is_among(b"\"a\xe9\""));
    }

    #[test]
    fn a_part_is_of_what_is_held_only_by_its_very_tag() {
        let mut asked = HeaderMap::new();
        assert!(!is_changed("\"a\"", &asked));
        for (held, changed) in [
            (&b"\"a\""[..], false),
            (b"W/\"a\"", true),
            (b"\"b\"", true),
            (b"\"\xe9\"", true),
            (b"", true),
        ] {
            let value = HeaderValue::from_bytes(held).unwrap();
            asked.insert(header::IF_RANGE, value);
            assert_eq!(is_changed("\"a\"", &asked), changed, "{asked:?}");
        }
        asked.append(header::IF_RANGE, HeaderValue::from_static("\"a\""));
        assert!(is_changed("\"a\"", &asked));
    }
}
