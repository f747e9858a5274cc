//! Direct rooms.

use axum::extract::State;
use chat::Caller;
use http::StatusCode;
use model::id::UserId;
use model::room::RoomView;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Json;
use crate::problem::Problem;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(start_direct))
}

/// With whom to talk.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewDirect {
    /// The others; with the caller at most 10 people.
    #[schema(value_type = Vec<UserId>)]
    users: Vec<String>,
}

/// Find or make a direct room
///
/// There is one direct room for each set of people.
#[utoipa::path(
    post, path = "/directs", tag = "rooms", request_body = NewDirect,
    responses(
        (status = 200, description = "The room that these people have", body = RoomView),
        (status = 201, description = "Their new room", body = RoomView),
    )
)]
async fn start_direct(
    caller: Caller,
    State(state): State<AppState>,
    Json(input): Json<NewDirect>,
) -> Result<(StatusCode, Json<RoomView>), Problem> {
    let (room, made) = state.chat.start_direct(caller, input.users).await?;
    let status = if made {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(room)))
}
