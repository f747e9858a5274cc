//! Rooms.

use axum::extract::State;
use chat::Caller;
use chat::admin::AdminRoomChange;
use model::administration::AdminRoom;
use model::id::RoomId;
use model::room::RoomKind;
use serde::Deserialize;
use store::administration::RoomPlace;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin;
use crate::extract::{Client, Json, Path, Query};
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::problems;
use crate::routes::rooms::page;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(admin_list_rooms))
        .routes(routes!(admin_update_room, admin_archive_room))
        .routes(routes!(admin_unarchive_room))
}

/// Which kind of rooms; direct ones are nobody's but their people's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListedKind {
    /// Public ones.
    Public,
    /// Private ones.
    Private,
}

/// Whether a room can be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomState {
    /// It can.
    Active,
    /// It can't any more.
    Archived,
}

/// Which rooms to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AdminRoomsQuery {
    /// Part of the name, in any case.
    #[serde(default)]
    query: String,
    /// Only public ones, or only private ones.
    #[param(inline)]
    kind: Option<ListedKind>,
    /// Only those that can be written to, or only archived ones.
    #[param(inline)]
    state: Option<RoomState>,
}

problems! {
    /// What changing a room adds.
    RoomProblems: RoomArchived
}

/// List rooms, for administrators
///
/// Public and private ones in the order of their names, with their size, without what is said in them.
#[utoipa::path(
    get, path = "/admin/rooms", tag = "administration", params(AdminRoomsQuery, PageQuery),
    responses((status = 200, description = "A page of rooms", body = Page<AdminRoom>))
)]
async fn admin_list_rooms(
    caller: Caller,
    Query(query): Query<AdminRoomsQuery>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<Page<AdminRoom>>, Problem> {
    let after = cursor
        .map(|cursor| {
            cursor.decode(|place| {
                let (id, name) = place.split_once(' ')?;
                Some(RoomPlace {
                    folded_name: name.replace('\0', ""),
                    id: id.parse().ok()?,
                })
            })
        })
        .transpose()?;
    let query = chat::admin::RoomsQuery {
        query: query.query,
        kind: query.kind.map(|kind| match kind {
            ListedKind::Public => RoomKind::Public,
            ListedKind::Private => RoomKind::Private,
        }),
        archived: query.state.map(|state| state == RoomState::Archived),
    };
    let admin = admin(caller, client);
    let list = state
        .chat
        .admin_rooms(admin, query, after, limit.get())
        .await?;
    let place = |place: &RoomPlace| format!("{} {}", place.id, place.folded_name);
    Ok(Json(page(list, place)))
}

/// Change a room, for administrators
///
/// How long it keeps messages, its name and its topic; private rooms too.
#[utoipa::path(
    patch, path = "/admin/rooms/{id}", tag = "administration",
    params(("id" = RoomId, Path, description = "The room")), request_body = AdminRoomChange,
    responses((status = 200, description = "The room as it is now", body = AdminRoom), RoomProblems)
)]
async fn admin_update_room(
    caller: Caller,
    Path(room): Path<RoomId>,
    client: Client,
    State(state): State<AppState>,
    Json(change): Json<AdminRoomChange>,
) -> Result<Json<AdminRoom>, Problem> {
    let admin = admin(caller, client);
    let room = state.chat.admin_update_room(admin, room, change).await?;
    Ok(Json(room))
}

/// Archive a room, for administrators
///
/// Nothing can be written to it any more; its history stays.
#[utoipa::path(
    delete, path = "/admin/rooms/{id}", tag = "administration",
    params(("id" = RoomId, Path, description = "The room")),
    responses((status = 200, description = "The room as it is now", body = AdminRoom))
)]
async fn admin_archive_room(
    caller: Caller,
    Path(room): Path<RoomId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<AdminRoom>, Problem> {
    let admin = admin(caller, client);
    Ok(Json(state.chat.admin_archive_room(admin, room).await?))
}

/// Open an archived room again
#[utoipa::path(
    post, path = "/admin/rooms/{id}/unarchive", tag = "administration",
    params(("id" = RoomId, Path, description = "The room")),
    responses((status = 200, description = "The room as it is now", body = AdminRoom))
)]
async fn admin_unarchive_room(
    caller: Caller,
    Path(room): Path<RoomId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<AdminRoom>, Problem> {
    let admin = admin(caller, client);
    Ok(Json(state.chat.admin_unarchive_room(admin, room).await?))
}
