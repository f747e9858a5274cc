//! The edge: HTTP and the gateway.
//!
//! # How to add a call
//! 1. A handler in `routes/<resource>.rs`, under `#[utoipa::path]` with one tag, a summary (the doc comment's first
//!    line) and its answers. It takes, in this order: the [`chat::Caller`] (401), [`extract::Path`] (404),
//!    [`extract::Query`] (400), [`extract::Json`] (413, 415, 400); it calls one use case and presents the result.
//! 2. Problems that not every call of its kind has are declared with [`problems!`]; the others are added by
//!    [`openapi`]. A call for people who are not signed in says `security(())`.
//! 3. `routes!(handler)` in the module's `router()`, which `routes/mod.rs` merges.
//!
//! # The order of the checks
//! Route 404, sign-in 401, syntax 400, may the caller see it 404, validity 422, may the caller do it 403. The first
//! three are the extractors', the others the use case's: so a handler gives a use case what was typed, not parsed.

pub mod auth;
pub mod collect;
pub mod content;
pub mod delivery;
mod docs;
pub mod extract;
pub mod frames;
pub mod gateway;
pub mod metrics;
pub mod middleware;
pub mod openapi;
pub mod origin;
pub mod page;
pub mod plain;
pub mod problem;
pub mod routes;
pub mod scopes;
pub mod series;
pub mod serve;
pub mod state;
pub mod throttle;
mod web;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use model::code::Code;

use crate::problem::Problem;
use crate::state::AppState;

/// Everything that a process of the settings' role answers.
pub fn router(state: &AppState) -> Router {
    let (routes, document) = routes::router(state.settings.role).split_for_parts();
    let router = routes
        .merge(docs::router(&openapi::finish(document)))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(fallback)
        .with_state(state.clone());
    middleware::wrap(router, state)
}

/// What the listener for those who run the server answers.
pub fn admin_router(state: &AppState) -> Router {
    Router::new()
        .route("/metrics", get(routes::health::open_metrics))
        .with_state(state.clone())
}

async fn method_not_allowed() -> Problem {
    Code::MethodNotAllowed.into()
}

/// Under `/api` what isn't there isn't there; every other path belongs to the web app.
async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Problem::new(Code::NotFound).into_response();
    }
    web::serve(request.method(), path, request.headers())
}
