//! Where requests come from: origins of pages, and the addresses of clients behind proxies.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::{HeaderMap, Method, header, uri};
use ipnet::IpNet;

/// An origin: scheme, host and, if it isn't the scheme's own, port; lower-case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Scheme,
    authority: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
}

/// A text that is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected http:// or https:// and a host, without a path")]
pub struct InvalidOrigin;

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let (scheme, rest) = match text.split_once("://") {
            Some(("http" | "ws", rest)) => (Scheme::Http, rest),
            Some(("https" | "wss", rest)) => (Scheme::Https, rest),
            _ => return Err(InvalidOrigin),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest).to_ascii_lowercase();
        let parsed: uri::Authority = authority.parse().map_err(|_| InvalidOrigin)?;
        if parsed.host().is_empty() || authority.contains('@') {
            return Err(InvalidOrigin);
        }
        Ok(Self {
            scheme,
            authority: without_default_port(&authority, scheme).to_owned(),
        })
    }
}

fn without_default_port(authority: &str, scheme: Scheme) -> &str {
    let port = match scheme {
        Scheme::Http => ":80",
        Scheme::Https => ":443",
    };
    authority.strip_suffix(port).unwrap_or(authority)
}

impl Origin {
    /// Whether pages of it travel encrypted.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// The host, without the port.
    pub fn host(&self) -> &str {
        let host = self
            .authority
            .rsplit_once(':')
            .filter(|(_, port)| !port.ends_with(']'));
        host.map_or(&self.authority, |(host, _)| host)
    }

    /// The same place as a WebSocket's address: `ws://…` or `wss://…`.
    pub fn websocket(&self) -> String {
        let scheme = if self.is_https() { "wss" } else { "ws" };
        format!("{scheme}://{}", self.authority)
    }

    /// Whether a request's `Host` names this origin.
    fn is_at(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.authority == without_default_port(&host, self.scheme)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https() { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

/// Whether the request's `Origin` is ours: the public address, or without one the request's own `Host`.
pub fn is_ours(headers: &HeaderMap, public: Option<&Origin>) -> bool {
    let Some(origin) = text(headers, header::ORIGIN).and_then(|text| text.parse::<Origin>().ok())
    else {
        return false;
    };
    match public {
        Some(public) => origin == *public,
        None => text(headers, header::HOST).is_some_and(|host| origin.is_at(host)),
    }
}

/// Whether a request that is signed in by cookie may write: browsers say where it comes from.
pub fn may_write_by_cookie(method: &Method, headers: &HeaderMap, public: Option<&Origin>) -> bool {
    if method.is_safe() {
        return true;
    }
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => is_ours(headers, public),
    }
}

/// The client's address: the socket's, or what trusted proxies say.
///
/// Of the addresses in `X-Forwarded-For` the rightmost one that no trusted proxy has is taken: what stands left of it,
/// anyone may have written.
pub fn client_address(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| {
        let address = address.to_canonical();
        trusted.iter().any(|net| net.contains(&address))
    };
    // A unix socket has no address: who may connect to it is as near as a trusted proxy, if there is any.
    let mut client = peer;
    if !peer.map_or(!trusted.is_empty(), is_trusted) {
        return client.map(|address| address.to_canonical());
    }
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect::<Vec<_>>();
    for text in forwarded.into_iter().rev() {
        let Ok(address) = text.trim().parse::<IpAddr>() else {
            break;
        };
        client = Some(address);
        if !is_trusted(address) {
            break;
        }
    }
    client.map(|address| address.to_canonical())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::HeaderName;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn origins_are_compared_without_their_scheme_s_own_port() {
        let origin: Origin = "https://Chat.Example.org:443/".parse().unwrap();
        assert_eq!(origin.to_string(), "https://chat.example.org");
        assert_eq!(origin.websocket(), "wss://chat.example.org");
        assert_eq!("http://[::1]".parse::<Origin>().unwrap().host(), "[::1]");
        assert_eq!(
            "http://[::1]:8080".parse::<Origin>().unwrap().host(),
            "[::1]"
        );
        for bad in [
            "",
            "chat",
            "ftp://a",
            "http://",
            "http://a/b",
            "http://u@a",
            "null",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_write_by_cookie_needs_our_own_page() {
        let public: Origin = "https://chat.example.org".parse().unwrap();
        let may = |pairs: &[_], public| may_write_by_cookie(&Method::POST, &headers(pairs), public);
        assert!(may(&[("sec-fetch-site", "same-origin")], None));
        for site in ["same-site", "cross-site", "none"] {
            let pairs = [
                ("sec-fetch-site", site),
                ("origin", "https://chat.example.org"),
            ];
            assert!(!may(&pairs, Some(&public)), "{site}");
        }
        assert!(may(
            &[("origin", "https://chat.example.org")],
            Some(&public)
        ));
        assert!(!may(&[("origin", "https://evil.example")], Some(&public)));
        assert!(!may(&[("origin", "null")], Some(&public)));
        assert!(!may(&[], Some(&public)));
        assert!(!may(
            &[("origin", "http://a:8080"), ("host", "a:8080")],
            Some(&public)
        ));
        assert!(may(
            &[("origin", "http://a:8080"), ("host", "a:8080")],
            None
        ));
        assert!(!may(
            &[("origin", "http://a:8081"), ("host", "a:8080")],
            None
        ));
        assert!(may_write_by_cookie(&Method::GET, &headers(&[]), None));
    }

    #[test]
    fn only_trusted_proxies_may_say_who_the_client_is() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let client = |peer: &str, forwarded| {
            let headers = headers(&[("x-forwarded-for", forwarded)]);
            let address = client_address(peer.parse().ok(), &headers, &trusted);
            address
                .map(|address| address.to_string())
                .unwrap_or_default()
        };
        assert_eq!(client("192.0.2.1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(client("10.0.0.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(client("::ffff:10.0.0.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(
            client("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.2.2.2"),
            "198.51.100.7"
        );
        assert_eq!(client("10.0.0.1", "203.0.113.9, junk"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "10.0.0.9"), "10.0.0.9");
        assert_eq!(client("", "198.51.100.7"), "198.51.100.7");
    }
}
