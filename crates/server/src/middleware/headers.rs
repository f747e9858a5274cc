//! The headers that every answer carries, and those for other sites that may call.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::observe::REQUEST_ID;
use crate::origin::Origin;
use crate::routes::uploads;
use crate::state::Settings;

/// The same for every answer, whatever its route.
const FIXED: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
         microphone=(), payment=(), usb=()",
    ),
];

/// Where a browser finds what `report-to` names.
const REPORTING_ENDPOINTS: HeaderName = HeaderName::from_static("reporting-endpoints");

/// The headers of one server.
#[derive(Clone)]
pub struct Table(Arc<[(HeaderName, HeaderValue)]>);

impl Table {
    /// The headers under these settings.
    pub fn new(settings: &Settings) -> Self {
        let fixed = FIXED.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        let policy = HeaderValue::from_str(&content_security_policy(settings))
            .unwrap_or(HeaderValue::from_static("default-src 'none'"));
        let mut table: Vec<_> = fixed.collect();
        if settings.https {
            let value = HeaderValue::from_static("csp=\"/api/v1/csp-reports\"");
            table.push((REPORTING_ENDPOINTS, value));
        }
        table.push((header::CONTENT_SECURITY_POLICY, policy));
        if settings.https {
            let value = HeaderValue::from_static("max-age=63072000");
            table.push((header::STRICT_TRANSPORT_SECURITY, value));
        }
        Self(table.into())
    }
}

/// Nothing but our own files; no script or style inside of a page; no frames.
fn content_security_policy(settings: &Settings) -> String {
    let gateway = match &settings.gateway_url {
        Some(origin) => format!(" {origin} {}", origin.websocket()),
        None => String::new(),
    };
    // Older Safari doesn't count the WebSocket of the same host as 'self'.
    let own = settings
        .public_url
        .as_ref()
        .map(|origin| format!(" {}", origin.websocket()));
    let own = own.unwrap_or_default();
    // A browser that knows `report-to` ignores the older `report-uri`, but reports over HTTPS only.
    let report_to = match settings.https {
        true => "; report-to csp",
        false => "",
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; \
         connect-src 'self'{own}{gateway}; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'self'; report-uri /api/v1/csp-reports{report_to}"
    )
}

/// Adds the table to an answer, and keeps it out of every cache unless it says otherwise.
pub async fn add(State(table): State<Table>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in table.0.iter() {
        // A file has a policy of its own, which is stricter.
        headers.entry(name).or_insert_with(|| value.clone());
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Lets pages of the configured origins call, with credentials; nobody else is answered with a CORS header.
pub fn cors(origins: &[Origin]) -> CorsLayer {
    let origins = origins
        .iter()
        .filter_map(|origin| HeaderValue::from_str(&origin.to_string()).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::RANGE,
            header::IF_RANGE,
            header::IF_NONE_MATCH,
            HeaderName::from_static(uploads::OFFSET),
        ])
        .expose_headers([REQUEST_ID, header::RETRY_AFTER])
        .max_age(Duration::from_secs(600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_lets_the_page_reach_the_gateway_and_nothing_unsafe() {
        let settings = Settings {
            gateway_url: Some("wss://gw.example.org".parse().unwrap()),
            ..Settings::default()
        };
        let policy = content_security_policy(&settings);
        assert!(policy.contains("connect-src 'self' https://gw.example.org wss://gw.example.org;"));
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert!(policy.ends_with("; report-uri /api/v1/csp-reports"));
        let settings = Settings {
            public_url: Some("https://chat.example.org".parse().unwrap()),
            https: true,
            ..settings
        };
        assert!(content_security_policy(&settings).ends_with("; report-to csp"));
    }
}
