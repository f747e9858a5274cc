//! Who is in a room.

use axum::extract::State;
use chat::Caller;
use chat::members::MemberChange;
use http::StatusCode;
use model::id::{RoomId, UserId};
use model::room::Member;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rooms::page;
use crate::extract::{Json, Path, Query};
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_members))
        .routes(routes!(put_member, remove_member))
}

problems! {
    /// What changing who is in a room adds.
    MemberProblems: RoomArchived, DirectRoom, LastOwner
}

problems! {
    /// What joining adds to that.
    JoinProblems: RoomArchived, DirectRoom, LastOwner, TooMany
}

/// List a room's members
#[utoipa::path(
    get, path = "/rooms/{id}/members", tag = "rooms",
    params(("id" = RoomId, Path, description = "The room"), PageQuery),
    responses((status = 200, description = "A page of members", body = Page<Member>))
)]
async fn list_members(
    caller: Caller,
    Path(room): Path<RoomId>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    State(state): State<AppState>,
) -> Result<Json<Page<Member>>, Problem> {
    let after = cursor
        .map(|cursor| cursor.decode(|place| place.parse().ok()))
        .transpose()?;
    let list = state
        .chat
        .room_members(caller, room, after, limit.get())
        .await?;
    Ok(Json(page(list, UserId::to_string)))
}

/// Join, add somebody, or change a role
///
/// With one's own id it joins; with another's it adds them. A member who is there keeps their role unless one is given.
#[utoipa::path(
    put, path = "/rooms/{id}/members/{user_id}", tag = "rooms",
    params(("id" = RoomId, Path, description = "The room"), ("user_id" = UserId, Path, description = "Who")),
    request_body = Option<MemberChange>,
    responses((status = 200, description = "The member", body = Member), JoinProblems)
)]
async fn put_member(
    caller: Caller,
    Path((room, user)): Path<(RoomId, UserId)>,
    State(state): State<AppState>,
    input: Option<Json<MemberChange>>,
) -> Result<Json<Member>, Problem> {
    let input = input.map(|Json(input)| input).unwrap_or_default();
    Ok(Json(
        state.chat.put_member(caller, room, user, input).await?,
    ))
}

/// Leave, or remove somebody
#[utoipa::path(
    delete, path = "/rooms/{id}/members/{user_id}", tag = "rooms",
    params(("id" = RoomId, Path, description = "The room"), ("user_id" = UserId, Path, description = "Who")),
    responses((status = 204, description = "They are no member any more"), MemberProblems)
)]
async fn remove_member(
    caller: Caller,
    Path((room, user)): Path<(RoomId, UserId)>,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    state.chat.remove_member(caller, room, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
