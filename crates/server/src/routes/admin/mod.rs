//! Administration: for owners and administrators, and their tokens with `admin:read` or `admin:write`.

pub mod audit;
pub mod health;
pub mod jobs;
pub mod mail;
pub mod rooms;
pub mod users;

use chat::Caller;
use chat::admin::Admin;
use utoipa_axum::router::OpenApiRouter;

use crate::extract::Client;
use crate::state::AppState;

/// The calls of these modules.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .merge(users::router())
        .merge(rooms::router())
        .merge(audit::router())
        .merge(jobs::router())
        .merge(health::router())
        .merge(mail::router())
}

/// Who administers by a request.
pub(super) fn admin(caller: Caller, client: Client) -> Admin {
    Admin::caller(caller, &client.into())
}
