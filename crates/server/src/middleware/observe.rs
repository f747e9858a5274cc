//! One id, one log line and one count for every request.

use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use model::id::RequestId;
use tracing::Instrument;

use crate::auth::Known;
use crate::extract::Client;
use crate::state::AppState;

/// The header that answers with the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The call that posts a message; nothing else under this pattern answers 201.
const POSTING: &str = "/api/v1/rooms/{id}/messages";

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The id of the request that this task serves, if it serves one.
pub fn current_request_id() -> Option<String> {
    CURRENT.try_with(RequestId::to_string).ok()
}

/// Gives the request an id of ours, whatever it brought, and writes its line when it is answered.
///
/// The line names the route's pattern, never the path or the query: those may carry what nobody should read.
pub async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::new(state.chat.clock().now());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)", MatchedPath::as_str)
        .to_owned();
    let known = Known::default();
    let (mut parts, body) = request.into_parts();
    let address = Client::of(&parts, &state).address_text();
    parts.extensions.insert(known.clone());
    let request = Request::from_parts(parts, body);

    let span = tracing::info_span!("request", %id);
    let response = CURRENT
        .scope(id, next.run(request))
        .instrument(span.clone())
        .await;

    let took = started.elapsed();
    let status = response.status().as_u16();
    state.metrics.http.observe(&method, &route, status, took);
    state.metrics.series.request(status, took);
    if status == 201 && route == POSTING {
        state.metrics.series.messages(1);
    }
    // Probes ask all day long; what they ask is of interest to nobody.
    if matches!(route.as_str(), "/healthz" | "/readyz" | "/metrics") && status < 400 {
        return with_id(response, &id);
    }
    span.in_scope(|| {
        tracing::info!(
            %method,
            route,
            status,
            duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            bytes = response.body().size_hint().exact(),
            user = known.0.get().map(tracing::field::display),
            address,
            "answered"
        );
    });
    with_id(response, &id)
}

fn with_id(mut response: Response, id: &RequestId) -> Response {
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
