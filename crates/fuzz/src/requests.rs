//! What stands in the head of a request, and the operations of the gateway.

use std::net::IpAddr;

use http::{HeaderName, HeaderValue, Method, Request};
use ipnet::IpNet;
use live::socket::handshake;
use server::auth::Credential;
use server::gateway::is_operation;
use server::origin::{Origin, client_address, may_write_by_cookie};

/// A request whose headers are the lines of `data`: `name: value`.
fn request(data: &[u8]) -> Request<()> {
    let mut request = Request::new(());
    for line in data.split(|byte| *byte == b'\n').take(64) {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts.next().map(HeaderName::from_bytes);
        let value = parts.next().map(HeaderValue::from_bytes);
        if let (Some(Ok(name)), Some(Ok(value))) = (name, value) {
            request.headers_mut().append(name, value);
        }
    }
    request
}

/// Who calls, from where, and whether they may.
pub(crate) fn headers(data: &[u8]) {
    let request = request(data);
    let headers = request.headers();
    if let Some(credential) = Credential::of(headers) {
        assert!(credential.token().len() <= data.len());
    }
    let trusted: Vec<IpNet> = ["10.0.0.0/8", "::1/128"]
        .iter()
        .filter_map(|net| net.parse().ok())
        .collect();
    let near: Option<IpAddr> = "10.0.0.1".parse().ok();
    let far: Option<IpAddr> = "192.0.2.1".parse().ok();
    assert_eq!(client_address(far, headers, &trusted), far);
    client_address(near, headers, &trusted);
    client_address(None, headers, &trusted);
    let public: Option<Origin> = "https://chat.example.org".parse().ok();
    let strict = may_write_by_cookie(&Method::POST, headers, public.as_ref());
    let says_ours = |name: &str, value: &str| {
        headers
            .get(name)
            .is_some_and(|found| found.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
    };
    let proven = says_ours("sec-fetch-site", "same-origin") || headers.contains_key("origin");
    assert!(!strict || proven, "a write without proof of its origin");
    may_write_by_cookie(&Method::POST, headers, None);
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(origin) = text.parse::<Origin>()
    {
        // What an origin says of itself is one again, the same.
        assert_eq!(origin.to_string().parse::<Origin>().ok(), Some(origin));
    }
}

/// The handshake of the gateway.
pub(crate) fn handshake(data: &[u8]) {
    let (parts, ()) = request(data).into_parts();
    match handshake::accept(&parts) {
        Ok(accepted) => drop(accepted),
        Err(refusal) => {
            assert!(refusal.status().is_client_error());
            refusal.headers();
        }
    }
}

/// The JSON of an operation.
pub(crate) fn operations(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if is_operation(text) {
        assert!(
            text.trim_start().starts_with('{'),
            "only objects are operations"
        );
    }
}
