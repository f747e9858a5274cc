//! The calls of the API, one module a resource: parse, call one use case, present.
//!
//! A new resource is a module with a `router()` like [`health`]'s, merged below; a call that isn't in the OpenAPI document
//! can't be registered.

pub mod admin;
pub mod auth;
pub mod csp_reports;
pub mod directs;
pub mod files;
pub mod health;
pub mod invitations;
pub mod me;
pub mod members;
pub mod messages;
pub mod reads;
pub mod rooms;
pub mod setup;
pub mod tokens;
pub mod uploads;
pub mod users;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::gateway;
use crate::openapi::Base;
use crate::state::{AppState, Role};

/// The calls of a process with this role, with their description.
pub fn router(role: Role) -> OpenApiRouter<AppState> {
    let version_1 = match role {
        Role::All => resources().merge(gateway::router()),
        Role::Web => resources(),
        Role::Gateway => gateway::router(),
    };
    OpenApiRouter::with_openapi(Base::openapi())
        .merge(health::router())
        .nest("/api/v1", version_1)
}

/// The calls under `/api/v1`, but for the gateway.
fn resources() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .merge(setup::router())
        .merge(auth::router())
        .merge(me::router())
        .merge(tokens::router())
        .merge(admin::router())
        .merge(users::router())
        .merge(invitations::router())
        .merge(rooms::router())
        .merge(members::router())
        .merge(directs::router())
        .merge(messages::router())
        .merge(reads::router())
        .merge(files::router())
        .merge(uploads::router())
        .merge(csp_reports::router())
}
