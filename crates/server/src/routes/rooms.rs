//! Rooms.

use std::collections::BTreeMap;

use axum::extract::State;
use chat::Caller;
use chat::list::Listing;
use chat::rooms::{NewRoom, RoomChange};
use http::StatusCode;
use model::id::RoomId;
use model::room::RoomView;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Json, Path, Query};
use crate::page::{Cursor, Page, PageQuery};
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_rooms, create_room))
        .routes(routes!(read_room, update_room, archive_room))
}

/// Which rooms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The caller's own.
    #[default]
    Mine,
    /// All public ones that are not archived.
    Public,
}

/// Which rooms to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RoomsQuery {
    /// The caller's own rooms, or the directory of public ones.
    #[serde(default)]
    #[param(inline)]
    scope: Scope,
    /// Part of the name, for the directory.
    #[serde(default)]
    query: String,
}

problems! {
    /// What changing a room adds.
    ChangeProblems: RoomArchived, DirectRoom
}

/// A page of a list of a use case.
pub(super) fn page<T, P>(list: Listing<T, P>, place: impl Fn(&P) -> String) -> Page<T> {
    Page {
        items: list.items,
        next_cursor: list.next.map(|next| Cursor::encode(&place(&next))),
        heads: BTreeMap::from_iter(list.heads),
    }
}

/// List rooms
///
/// The caller's rooms with how far they have read them, or the directory of public rooms, in order of name.
#[utoipa::path(
    get, path = "/rooms", tag = "rooms", params(RoomsQuery, PageQuery),
    responses((status = 200, description = "A page of rooms", body = Page<RoomView>))
)]
async fn list_rooms(
    caller: Caller,
    Query(query): Query<RoomsQuery>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    State(state): State<AppState>,
) -> Result<Json<Page<RoomView>>, Problem> {
    let limit = limit.get();
    if query.scope == Scope::Mine {
        let after = cursor
            .map(|cursor| cursor.decode(|place| place.parse().ok()))
            .transpose()?;
        let list = state.chat.my_rooms(caller, after, limit).await?;
        return Ok(Json(page(list, RoomId::to_string)));
    }
    let after = cursor
        .map(|cursor| {
            cursor.decode(|place| {
                let (id, name) = place.split_once(' ').filter(|_| !place.contains('\0'))?;
                Some((name.to_owned(), id.parse().ok()?))
            })
        })
        .transpose()?;
    let list = state
        .chat
        .room_directory(caller, query.query, after, limit)
        .await?;
    Ok(Json(page(list, |(name, id)| format!("{id} {name}"))))
}

/// Make a room
///
/// Public or private. The maker is its owner.
#[utoipa::path(
    post, path = "/rooms", tag = "rooms", request_body = NewRoom,
    responses((status = 201, description = "The new room", body = RoomView))
)]
async fn create_room(
    caller: Caller,
    State(state): State<AppState>,
    Json(input): Json<NewRoom>,
) -> Result<(StatusCode, Json<RoomView>), Problem> {
    let room = state.chat.create_room(caller, input).await?;
    Ok((StatusCode::CREATED, Json(room)))
}

/// Read a room
#[utoipa::path(
    get, path = "/rooms/{id}", tag = "rooms", params(("id" = RoomId, Path, description = "The room")),
    responses((status = 200, description = "The room", body = RoomView))
)]
async fn read_room(
    caller: Caller,
    Path(room): Path<RoomId>,
    State(state): State<AppState>,
) -> Result<Json<RoomView>, Problem> {
    Ok(Json(state.chat.room(caller, room).await?))
}

/// Change a room
///
/// What is left out stays as it is.
#[utoipa::path(
    patch, path = "/rooms/{id}", tag = "rooms", params(("id" = RoomId, Path, description = "The room")),
    request_body = RoomChange,
    responses((status = 200, description = "The room as it is now", body = RoomView), ChangeProblems)
)]
async fn update_room(
    caller: Caller,
    Path(room): Path<RoomId>,
    State(state): State<AppState>,
    Json(change): Json<RoomChange>,
) -> Result<Json<RoomView>, Problem> {
    Ok(Json(state.chat.update_room(caller, room, change).await?))
}

/// Archive a room
///
/// Nothing can be written to it any more; its history stays.
#[utoipa::path(
    delete, path = "/rooms/{id}", tag = "rooms", params(("id" = RoomId, Path, description = "The room")),
    responses((status = 204, description = "The room is archived"), ChangeProblems)
)]
async fn archive_room(
    caller: Caller,
    Path(room): Path<RoomId>,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    state.chat.archive_room(caller, room).await?;
    Ok(StatusCode::NO_CONTENT)
}
