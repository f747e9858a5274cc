//! The workspace: its set-up and its settings.

use axum::extract::State;
use axum::response::Response;
use chat::Caller;
use chat::admin::{Admin, WorkspaceChange};
use chat::setup::{Setup, SetupState};
use http::StatusCode;
use model::user::Workspace;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{SignedIn, signed_in};
use crate::extract::{Client, Json};
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(read_setup, set_up_workspace))
        .routes(routes!(read_workspace, update_workspace))
}

problems! {
    /// What the set-up adds.
    SetupProblems: BadToken, AlreadySetUp
}

/// Is the set-up needed?
///
/// And what somebody who isn't signed in may know of the workspace.
#[utoipa::path(
    get, path = "/setup", tag = "accounts", security(()),
    responses((status = 200, description = "Whether the workspace has to be set up", body = SetupState))
)]
async fn read_setup(State(state): State<AppState>) -> Result<Json<SetupState>, Problem> {
    Ok(Json(state.chat.setup_state().await?))
}

/// Set the workspace up
///
/// With the secret that the server showed and wrote down at its first start. Makes the first owner, and signs them in.
#[utoipa::path(
    post, path = "/setup", tag = "accounts", security(()), request_body = Setup,
    responses(
        (status = 201, description = "The workspace is set up, and its owner signed in", body = SignedIn),
        SetupProblems
    )
)]
async fn set_up_workspace(
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<Setup>,
) -> Result<Response, Problem> {
    let done = state.chat.set_up(input, client.into()).await?;
    Ok(signed_in(StatusCode::CREATED, done, &state))
}

/// Read the workspace's settings
#[utoipa::path(
    get, path = "/workspace", tag = "accounts",
    responses((status = 200, description = "The settings", body = Workspace))
)]
async fn read_workspace(
    caller: Caller,
    State(state): State<AppState>,
) -> Result<Json<Workspace>, Problem> {
    Ok(Json(state.chat.workspace(caller).await?))
}

/// Change the workspace's settings
///
/// For administrators. What is left out stays as it is.
#[utoipa::path(
    patch, path = "/workspace", tag = "accounts", request_body = WorkspaceChange,
    responses((status = 200, description = "The settings as they are now", body = Workspace))
)]
async fn update_workspace(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
    Json(change): Json<WorkspaceChange>,
) -> Result<Json<Workspace>, Problem> {
    let admin = Admin::caller(caller, &client.into());
    let workspace = state.chat.update_workspace(admin, change).await?;
    Ok(Json(workspace))
}
