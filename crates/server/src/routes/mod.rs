//! The calls of the API, one module a resource: parse, call one use case, present.
//!
//! A new resource is a module with a `router()` like [`health`]'s, merged below; a call that isn't in the OpenAPI document
//! can't be registered.

pub mod directs;
pub mod health;
pub mod members;
pub mod messages;
pub mod reads;
pub mod rooms;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::gateway;
use crate::openapi::Base;
use crate::state::AppState;

/// Every call, with its description.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Base::openapi())
        .merge(health::router())
        .nest("/api/v1", version_1())
}

/// What a process that serves only the gateway has.
pub fn gateway_router() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Base::openapi())
        .merge(health::router())
        .nest("/api/v1", gateway::router())
}

/// The calls under `/api/v1`.
fn version_1() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().merge(gateway::router())
}
