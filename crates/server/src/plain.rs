//! What plain HTTP is answered beside a server that speaks TLS: an ACME server's question, and to everybody else the
//! way to HTTPS. Nothing else is there, so nothing secret can be asked for in the clear.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use tls::Certificates;

use crate::origin::Origin;

/// Leads to `origin`, whatever host was asked for.
pub fn router(certificates: Certificates, origin: Origin) -> Router {
    Router::new().fallback(move |request: Request| {
        let answer = answer(&request, &certificates, &origin);
        async move { answer }
    })
}

fn answer(request: &Request, certificates: &Certificates, origin: &Origin) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let asks = *request.method() == Method::GET;
    if let Some(proof) = certificates
        .challenges()
        .http(request.uri().path())
        .filter(|_| asks)
    {
        return (headers, proof).into_response();
    }
    // A path begins with a slash, so the host stays ours; `OPTIONS *` has none.
    let path = request.uri().path_and_query().map(|path| path.as_str());
    let path = path.filter(|path| path.starts_with('/')).unwrap_or("/");
    match HeaderValue::from_str(&format!("{origin}{path}")) {
        Ok(to) => {
            // What was meant to be posted should not come in the clear a second time.
            let to = [
                (header::LOCATION, to),
                (header::CONNECTION, HeaderValue::from_static("close")),
            ];
            (StatusCode::PERMANENT_REDIRECT, headers, to).into_response()
        }
        Err(_) => (StatusCode::BAD_REQUEST, headers).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tls::Source;

    use super::*;

    #[test]
    fn everybody_is_led_to_our_own_name() {
        let certificates = Certificates::new(Source::Acme);
        let origin: Origin = "https://chat.example.org".parse().unwrap();
        for (asked, to) in [
            ("/rooms/1?a=b", "https://chat.example.org/rooms/1?a=b"),
            (
                "//evil.example/x",
                "https://chat.example.org//evil.example/x",
            ),
            ("http://evil.example/x", "https://chat.example.org/x"),
            (
                "/.well-known/acme-challenge/none",
                "https://chat.example.org/.well-known/acme-challenge/none",
            ),
        ] {
            let request = Request::get(asked)
                .header("host", "evil.example")
                .body(Body::empty());
            let answer = answer(&request.unwrap(), &certificates, &origin);
            assert_eq!(answer.status(), 308);
            assert_eq!(answer.headers()["location"], to);
        }
    }
}
