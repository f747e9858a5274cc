//! Invitations.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chat::Caller;
use chat::invitations::{InvitationLink, NewInvitation};
use http::StatusCode;
use model::id::InvitationId;
use model::user::Invitation;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rooms::page;
use crate::extract::{Client, Json, Path, Query};
use crate::middleware::limits::Secret;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_invitations, create_invitation))
        .routes(routes!(revoke_invitation))
}

problems! {
    /// What inviting adds.
    InviteProblems: RegistrationClosed, TooMany
}

/// List invitations
///
/// Those that work, the newest first: one's own, or all for administrators.
#[utoipa::path(
    get, path = "/invitations", tag = "people", params(PageQuery),
    responses((status = 200, description = "A page of invitations", body = Page<Invitation>))
)]
async fn list_invitations(
    caller: Caller,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    State(state): State<AppState>,
) -> Result<Json<Page<Invitation>>, Problem> {
    let before = cursor
        .map(|cursor| cursor.decode(|place| place.parse().ok()))
        .transpose()?;
    let list = state.chat.invitations(caller, before, limit.get()).await?;
    Ok(Json(page(list, InvitationId::to_string)))
}

/// Invite people
///
/// The link in the answer is not shown again.
#[utoipa::path(
    post, path = "/invitations", tag = "people", request_body = NewInvitation,
    responses((status = 201, description = "The invitation with its link", body = InvitationLink), InviteProblems)
)]
async fn create_invitation(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<NewInvitation>,
) -> Result<Response, Problem> {
    let link = state
        .chat
        .create_invitation(caller, input, client.into())
        .await?;
    let mut response = (StatusCode::CREATED, Json(link)).into_response();
    response.extensions_mut().insert(Secret);
    Ok(response)
}

/// Revoke an invitation
///
/// One's own, or anybody's for administrators.
#[utoipa::path(
    delete, path = "/invitations/{id}", tag = "people",
    params(("id" = InvitationId, Path, description = "The invitation")),
    responses((status = 204, description = "The link works no more"))
)]
async fn revoke_invitation(
    caller: Caller,
    Path(invitation): Path<InvitationId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    state
        .chat
        .revoke_invitation(caller, invitation, client.into())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
