//! Messages.

use axum::extract::State;
use chat::Caller;
use chat::messages::{History, MessageChange, NewMessage};
use http::StatusCode;
use model::id::{MessageId, RoomId};
use model::message::Message;
use model::time::Ts;
use serde::Deserialize;
use store::history::Bound;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Json, Path, Query};
use crate::page::Limit;
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(read_history, post_message))
        .routes(routes!(edit_message, delete_message))
}

/// Which replies a history shows.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Threads {
    /// Also those that are only in threads.
    All,
}

/// Which stretch of a history; at most one of the bounds.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Messages before this place.
    before: Option<Ts>,
    /// Messages after this place; 0 is the start.
    after: Option<Ts>,
    /// Messages on both sides of this place, with the one at it.
    around: Option<Ts>,
    /// How many; more than 200 gives 200. A page of long messages ends before that, with a mebibyte of text:
    /// `has_before` and `has_after` say whether there is more.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, default = 50)]
    limit: Limit,
    /// `all`: also replies that are only in threads.
    #[param(inline)]
    threads: Option<Threads>,
}

impl HistoryQuery {
    fn bound(&self) -> Result<Bound, Problem> {
        match (self.before, self.after, self.around) {
            (None, None, None) => Ok(Bound::Newest),
            (Some(ts), None, None) => Ok(Bound::Before(ts)),
            (None, Some(ts), None) => Ok(Bound::After(ts)),
            (None, None, Some(ts)) => Ok(Bound::Around(ts)),
            (None, ..) => Err(Problem::malformed("around", "only one bound at a time")),
            (Some(_), ..) => Err(Problem::malformed("before", "only one bound at a time")),
        }
    }
}

problems! {
    /// What writing words adds.
    WriteProblems: RoomArchived
}

/// Read a room's history
///
/// In order of place (`ts`). Without a bound it is the newest page.
#[utoipa::path(
    get, path = "/rooms/{id}/messages", tag = "messages",
    params(("id" = RoomId, Path, description = "The room"), HistoryQuery),
    responses((status = 200, description = "A page of messages", body = History))
)]
async fn read_history(
    caller: Caller,
    Path(room): Path<RoomId>,
    Query(query): Query<HistoryQuery>,
    State(state): State<AppState>,
) -> Result<Json<History>, Problem> {
    let bound = query.bound()?;
    let all = query.threads.is_some();
    let limit = query.limit.get();
    Ok(Json(
        state.chat.history(caller, room, bound, all, limit).await?,
    ))
}

/// Post a message
///
/// The same `client_id` again answers with the first message, as it is now.
#[utoipa::path(
    post, path = "/rooms/{id}/messages", tag = "messages",
    params(("id" = RoomId, Path, description = "The room")), request_body = NewMessage,
    responses(
        (status = 200, description = "The message that was posted before with this `client_id`", body = Message),
        (status = 201, description = "The new message", body = Message),
        WriteProblems
    )
)]
async fn post_message(
    caller: Caller,
    Path(room): Path<RoomId>,
    State(state): State<AppState>,
    Json(input): Json<NewMessage>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let posted = state.chat.post(caller, room, input).await?;
    let status = if posted.repeated {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(posted.message)))
}

/// Edit a message
///
/// One's own only.
#[utoipa::path(
    patch, path = "/messages/{id}", tag = "messages",
    params(("id" = MessageId, Path, description = "The message")), request_body = MessageChange,
    responses((status = 200, description = "The message as it is now", body = Message), WriteProblems)
)]
async fn edit_message(
    caller: Caller,
    Path(message): Path<MessageId>,
    State(state): State<AppState>,
    Json(change): Json<MessageChange>,
) -> Result<Json<Message>, Problem> {
    Ok(Json(
        state.chat.edit_message(caller, message, change).await?,
    ))
}

/// Delete a message
///
/// One's own, or another's as a moderator. Its words go for good, its trace stays.
#[utoipa::path(
    delete, path = "/messages/{id}", tag = "messages",
    params(("id" = MessageId, Path, description = "The message")),
    responses((status = 204, description = "The message is deleted"))
)]
async fn delete_message(
    caller: Caller,
    Path(message): Path<MessageId>,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    state.chat.delete_message(caller, message).await?;
    Ok(StatusCode::NO_CONTENT)
}
