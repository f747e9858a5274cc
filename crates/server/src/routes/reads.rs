//! Read positions.

use axum::extract::State;
use chat::Caller;
use chat::reads::ReadMove;
use model::id::RoomId;
use model::room::ReadPosition;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(mark_read))
}

/// Move the read position
///
/// Never backwards unless `unread` is true, and never beyond the last message.
#[utoipa::path(
    put, path = "/rooms/{id}/read", tag = "rooms",
    params(("id" = RoomId, Path, description = "The room")), request_body = ReadMove,
    responses((status = 200, description = "The position now in force", body = ReadPosition))
)]
async fn mark_read(
    caller: Caller,
    Path(room): Path<RoomId>,
    State(state): State<AppState>,
    Json(input): Json<ReadMove>,
) -> Result<Json<ReadPosition>, Problem> {
    Ok(Json(state.chat.mark_read(caller, room, input).await?))
}
