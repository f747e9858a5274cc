//! The opening handshake: what a client asks for, what we answer, why we refuse.

use aws_lc_rs::digest;
use data_encoding::BASE64;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request};

/// The one subprotocol spoken here.
pub const SUBPROTOCOL: &str = "parley.v1";

/// What RFC 6455 mixes into the key.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const DEFLATE: &str = "permessage-deflate";

/// What both sides agreed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Negotiated {
    /// `permessage-deflate`, without context takeover on either side.
    pub deflate: bool,
}

/// A handshake to be answered with 101 and these headers.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The answer's headers, complete.
    pub headers: HeaderMap,
    /// What to give to [`split`](super::split).
    pub negotiated: Negotiated,
}

/// Why a handshake is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only GET upgrades.
    #[error("a WebSocket handshake is a GET request")]
    Method,
    /// No `Connection: Upgrade` with `Upgrade: websocket`.
    #[error("the request does not ask for an upgrade to websocket")]
    NotAnUpgrade,
    /// Another version than 13.
    #[error("Sec-WebSocket-Version must be 13")]
    Version,
    /// The key is missing or isn't 16 bytes of base64.
    #[error("Sec-WebSocket-Key must be 16 bytes in base64")]
    Key,
    /// Protocols were offered, ours not among them.
    #[error("none of the offered subprotocols is parley.v1")]
    Protocol,
}

impl Refusal {
    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAnUpgrade | Self::Version => StatusCode::UPGRADE_REQUIRED,
            Self::Key | Self::Protocol => StatusCode::BAD_REQUEST,
        }
    }

    /// Headers that go with the answer: what the client should have sent.
    pub fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self {
            Self::Method => {
                headers.insert(header::ALLOW, HeaderValue::from_static("GET"));
            }
            Self::NotAnUpgrade | Self::Version => {
                put(&mut headers, header::UPGRADE, "websocket");
                put(&mut headers, header::CONNECTION, "Upgrade");
                put(&mut headers, header::SEC_WEBSOCKET_VERSION, "13");
            }
            Self::Key | Self::Protocol => {}
        }
        headers
    }
}

/// Checks a request and makes the headers of the 101 that accepts it.
pub fn accept(request: &request::Parts) -> Result<Accepted, Refusal> {
    let asked = &request.headers;
    if request.method != Method::GET {
        return Err(Refusal::Method);
    }
    if !list(asked, header::CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade"))
        || !list(asked, header::UPGRADE).any(|token| token.eq_ignore_ascii_case("websocket"))
    {
        return Err(Refusal::NotAnUpgrade);
    }
    if only(asked, header::SEC_WEBSOCKET_VERSION) != Some(b"13") {
        return Err(Refusal::Version);
    }
    let key = only(asked, header::SEC_WEBSOCKET_KEY).ok_or(Refusal::Key)?;
    let answer = answer_to(key).ok_or(Refusal::Key)?;

    let mut headers = HeaderMap::new();
    put(&mut headers, header::UPGRADE, "websocket");
    put(&mut headers, header::CONNECTION, "Upgrade");
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, answer);
    if asked.contains_key(header::SEC_WEBSOCKET_PROTOCOL) {
        if !list(asked, header::SEC_WEBSOCKET_PROTOCOL).any(|offer| offer == SUBPROTOCOL) {
            return Err(Refusal::Protocol);
        }
        put(&mut headers, header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
    }
    let extension = list(asked, header::SEC_WEBSOCKET_EXTENSIONS).find_map(deflate_answer);
    if let Some(extension) = extension {
        put(&mut headers, header::SEC_WEBSOCKET_EXTENSIONS, extension);
    }
    Ok(Accepted {
        headers,
        negotiated: Negotiated {
            deflate: extension.is_some(),
        },
    })
}

/// `Sec-WebSocket-Accept` for a key, if it is one.
fn answer_to(key: &[u8]) -> Option<HeaderValue> {
    if BASE64.decode(key).ok()?.len() != 16 {
        return None;
    }
    let mut hash = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    hash.update(key);
    hash.update(GUID);
    HeaderValue::from_str(&BASE64.encode(hash.finish().as_ref())).ok()
}

/// Our answer to one offered extension; `None` declines it (RFC 7692, 5.1 and 7.1).
fn deflate_answer(offer: &str) -> Option<&'static str> {
    let mut parts = offer.split(';').map(str::trim);
    if parts.next()? != DEFLATE {
        return None;
    }
    let (mut seen, mut server_bits) = (Vec::new(), false);
    for part in parts {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name.trim_end(), Some(unquoted(value.trim_start()))),
            None => (part, None),
        };
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        match (name, value) {
            ("server_no_context_takeover" | "client_no_context_takeover", None) => {}
            // Ours to allow or not; the inflater takes the largest window in any case.
            ("client_max_window_bits", None) => {}
            ("client_max_window_bits", Some(value)) => {
                window_bits(value)?;
            }
            // A smaller window would need a copy of each frame for this socket alone.
            ("server_max_window_bits", Some(value)) if window_bits(value)? == 15 => {
                server_bits = true;
            }
            _ => return None,
        }
    }
    Some(if server_bits {
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15"
    } else {
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    })
}

/// 8 to 15, without leading zeros.
fn window_bits(value: &str) -> Option<u8> {
    if value.starts_with('0') || !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    value.parse().ok().filter(|bits| (8..=15).contains(bits))
}

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
}

/// The items of a comma-separated header, over all its lines.
fn list(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// A header that may be there once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&[u8]> {
    let mut values = headers.get_all(name).into_iter();
    let first = values.next()?;
    values.next().is_none().then(|| first.as_bytes())
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(extra: &[(&str, &str)]) -> request::Parts {
        let mut builder = http::Request::get("/api/v1/gateway")
            .header("connection", "keep-alive, Upgrade")
            .header("upgrade", "WebSocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (name, value) in extra {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    fn without(name: &str) -> request::Parts {
        let mut parts = request(&[]);
        parts.headers.remove(name);
        parts
    }

    fn extension(offers: &[&str]) -> Option<String> {
        let headers: Vec<_> = offers
            .iter()
            .map(|offer| ("sec-websocket-extensions", *offer))
            .collect();
        let accepted = accept(&request(&headers)).unwrap();
        let answer = accepted.headers.get("sec-websocket-extensions");
        assert_eq!(accepted.negotiated.deflate, answer.is_some());
        answer.map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_example_of_the_rfc_is_answered() {
        let accepted = accept(&request(&[])).unwrap();
        assert_eq!(
            accepted.headers["sec-websocket-accept"],
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
        assert!(!accepted.headers.contains_key("sec-websocket-protocol"));
        assert!(!accepted.negotiated.deflate);
    }

    #[test]
    fn our_protocol_is_picked_from_an_offer_and_must_be_in_it() {
        let offer = [("sec-websocket-protocol", "chat, parley.v1")];
        let accepted = accept(&request(&offer)).unwrap();
        assert_eq!(accepted.headers["sec-websocket-protocol"], "parley.v1");
        let other = [("sec-websocket-protocol", "parley.v2")];
        assert_eq!(accept(&request(&other)).unwrap_err(), Refusal::Protocol);
    }

    #[test]
    fn each_refusal_says_what_is_wrong() {
        let mut post = request(&[]);
        post.method = Method::POST;
        assert_eq!(accept(&post).unwrap_err(), Refusal::Method);
        for missing in ["connection", "upgrade"] {
            assert_eq!(
                accept(&without(missing)).unwrap_err(),
                Refusal::NotAnUpgrade
            );
        }
        let refusal = accept(&without("sec-websocket-version")).unwrap_err();
        assert_eq!(refusal, Refusal::Version);
        assert_eq!(refusal.status(), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(refusal.headers()["sec-websocket-version"], "13");
        assert_eq!(
            accept(&without("sec-websocket-key")).unwrap_err(),
            Refusal::Key
        );
        for key in [
            "",
            "c2hvcnQ=",
            "not base64 at all!!",
            "AAAAAAAAAAAAAAAAAAAAAAA=",
        ] {
            let mut parts = request(&[]);
            parts
                .headers
                .insert("sec-websocket-key", key.parse().unwrap());
            assert_eq!(accept(&parts).unwrap_err(), Refusal::Key, "{key}");
        }
        let twice = [("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")];
        assert_eq!(accept(&request(&twice)).unwrap_err(), Refusal::Key);
    }

    #[test]
    fn deflate_is_agreed_without_context_takeover() {
        let plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        for offer in [
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate;client_max_window_bits=\"10\";client_no_context_takeover",
            "x-webkit-deflate-frame, permessage-deflate; server_no_context_takeover",
        ] {
            assert_eq!(extension(&[offer]).as_deref(), Some(plain), "{offer}");
        }
    }

    #[test]
    fn an_offer_we_cannot_keep_is_declined_and_the_next_one_tried() {
        for offer in [
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; server_max_window_bits=16",
            "permessage-deflate; client_max_window_bits=07",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; client_max_window_bits; client_max_window_bits",
            "permessage-deflate; mystery",
            "permessage-bzip2",
        ] {
            assert_eq!(extension(&[offer]), None, "{offer}");
            let fallback = format!("{offer}, permessage-deflate");
            assert!(extension(&[&fallback]).is_some(), "{fallback}");
            assert!(extension(&[offer, "permessage-deflate"]).is_some());
        }
        let answer = extension(&["permessage-deflate; server_max_window_bits=15"]).unwrap();
        assert!(answer.ends_with("server_max_window_bits=15"));
    }
}
