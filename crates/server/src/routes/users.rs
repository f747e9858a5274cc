//! People and bots.

use axum::extract::State;
use chat::Caller;
use model::id::UserId;
use model::user::User;
use serde::Deserialize;
use store::users::Place;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rooms::page;
use crate::extract::{Json, Path, Query};
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_users))
        .routes(routes!(read_user))
}

/// Which people to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// Part of the display or user name, in any case.
    #[serde(default)]
    query: String,
}

/// List people
///
/// In the order of their names; bots and people who left are marked. A guest sees those they share a room with.
#[utoipa::path(
    get, path = "/users", tag = "people", params(UsersQuery, PageQuery),
    responses((status = 200, description = "A page of people", body = Page<User>))
)]
async fn list_users(
    caller: Caller,
    Query(query): Query<UsersQuery>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    State(state): State<AppState>,
) -> Result<Json<Page<User>>, Problem> {
    let after = cursor
        .map(|cursor| {
            cursor.decode(|place| {
                let (id, name) = place.split_once(' ')?;
                Some(Place {
                    folded_name: name.replace('\0', ""),
                    id: id.parse().ok()?,
                })
            })
        })
        .transpose()?;
    let list = state
        .chat
        .users(caller, &query.query, after, limit.get())
        .await?;
    let place = |place: &Place| format!("{} {}", place.id, place.folded_name);
    Ok(Json(page(list, place)))
}

/// Read a user
#[utoipa::path(
    get, path = "/users/{id}", tag = "people", params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The user", body = User))
)]
async fn read_user(
    caller: Caller,
    Path(user): Path<UserId>,
    State(state): State<AppState>,
) -> Result<Json<User>, Problem> {
    Ok(Json(state.chat.user(caller, user).await?))
}
