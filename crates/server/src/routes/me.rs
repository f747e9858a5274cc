//! One's own account and devices.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chat::Caller;
use chat::accounts::{MeChange, PasswordChange};
use http::StatusCode;
use model::id::SessionId;
use model::stream::StreamId;
use model::user::{Me, Session};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::forgotten;
use crate::extract::{Client, Json, Path};
use crate::page::Page;
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(read_me, update_me))
        .routes(routes!(change_password))
        .routes(routes!(list_sessions))
        .routes(routes!(revoke_session))
}

/// Read one's own account
#[utoipa::path(
    get, path = "/me", tag = "accounts",
    responses((status = 200, description = "The account", body = Me))
)]
async fn read_me(caller: Caller, State(state): State<AppState>) -> Result<Json<Me>, Problem> {
    Ok(Json(state.chat.me(caller).await?))
}

problems! {
    /// What a token may not change.
    MeProblems: SessionNeeded
}

/// Change one's own account
///
/// What is left out stays as it is. A new e-mail address needs the password, and no token may give one.
#[utoipa::path(
    patch, path = "/me", tag = "accounts", request_body = MeChange,
    responses((status = 200, description = "The account as it is now", body = Me), MeProblems)
)]
async fn update_me(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
    Json(change): Json<MeChange>,
) -> Result<Json<Me>, Problem> {
    Ok(Json(
        state.chat.update_me(caller, change, client.into()).await?,
    ))
}

/// Change one's own password
///
/// All other sessions end.
#[utoipa::path(
    post, path = "/me/password", tag = "accounts", request_body = PasswordChange,
    responses((status = 204, description = "The password is changed"))
)]
async fn change_password(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    state
        .chat
        .change_password(caller, input, client.into())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List one's own devices
///
/// The one used last first. There are never more than one page of them.
#[utoipa::path(
    get, path = "/me/sessions", tag = "accounts",
    responses((status = 200, description = "The devices that are signed in", body = Page<Session>))
)]
async fn list_sessions(
    caller: Caller,
    State(state): State<AppState>,
) -> Result<Json<Page<Session>>, Problem> {
    let (items, head) = state.chat.sessions(caller).await?;
    Ok(Json(Page {
        items,
        next_cursor: None,
        heads: BTreeMap::from([(StreamId::User(caller.user), head)]),
    }))
}

/// Sign a device out
///
/// Ends one of one's own sessions, and with it its connections.
#[utoipa::path(
    delete, path = "/me/sessions/{id}", tag = "accounts",
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "The session is over"))
)]
async fn revoke_session(
    caller: Caller,
    Path(session): Path<SessionId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    state
        .chat
        .revoke_session(caller, session, client.into())
        .await?;
    if session == caller.session() {
        return Ok(forgotten(&state));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
