//! People, their devices and their tokens.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chat::Caller;
use chat::admin::{MadeUser, NewAccount, ResetLink, UserChange};
use http::StatusCode;
use model::administration::AdminUser;
use model::id::{SessionId, TokenId, UserId};
use model::token::Token;
use model::user::{Role, Session};
use serde::Deserialize;
use store::users::Place;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin;
use crate::extract::{Client, Json, Path, Query};
use crate::middleware::limits::Secret;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::problems;
use crate::routes::rooms::page;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(admin_list_users, admin_create_user))
        .routes(routes!(admin_read_user, admin_update_user))
        .routes(routes!(admin_deactivate_user))
        .routes(routes!(admin_reactivate_user))
        .routes(routes!(admin_make_reset_link))
        .routes(routes!(admin_list_sessions, admin_end_sessions))
        .routes(routes!(admin_end_session))
        .routes(routes!(admin_list_tokens, admin_revoke_tokens))
        .routes(routes!(admin_revoke_token))
}

/// Whether somebody can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// They can.
    Active,
    /// They can't any more.
    Deactivated,
}

/// Which people to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AdminUsersQuery {
    /// Part of the display name, user name or e-mail address, in any case.
    #[serde(default)]
    query: String,
    /// Only those with this role.
    role: Option<Role>,
    /// Only those who can sign in, or who can't.
    #[param(inline)]
    state: Option<UserState>,
}

problems! {
    /// What changing people adds.
    PeopleProblems: LastOwner, SessionNeeded, PasswordNeeded
}

problems! {
    /// What keeps a link to a new password from being made.
    LinkProblems: SessionNeeded, PasswordNeeded
}

problems! {
    /// What a token may not do: to whom it belongs to, or to owners.
    TokenProblems: SessionNeeded
}

/// List people, for administrators
///
/// In the order of their names, with address, devices, tokens and what their files take.
#[utoipa::path(
    get, path = "/admin/users", tag = "administration", params(AdminUsersQuery, PageQuery),
    responses((status = 200, description = "A page of people", body = Page<AdminUser>))
)]
async fn admin_list_users(
    caller: Caller,
    Query(query): Query<AdminUsersQuery>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<Page<AdminUser>>, Problem> {
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
    let query = chat::admin::UsersQuery {
        query: query.query,
        role: query.role,
        active: query.state.map(|state| state == UserState::Active),
    };
    let admin = admin(caller, client);
    let list = state
        .chat
        .admin_users(admin, query, after, limit.get())
        .await?;
    let place = |place: &Place| format!("{} {}", place.id, place.folded_name);
    Ok(Json(page(list, place)))
}

/// Make an account
///
/// Without a password the answer has a link by which its owner sets one; it is not shown again.
#[utoipa::path(
    post, path = "/admin/users", tag = "administration", request_body = NewAccount,
    responses((status = 201, description = "The account", body = MadeUser), TokenProblems)
)]
async fn admin_create_user(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<NewAccount>,
) -> Result<Response, Problem> {
    let admin = admin(caller, client);
    let made = state.chat.admin_create_user(admin, input).await?;
    Ok(secret(StatusCode::CREATED, made))
}

/// Read a user, for administrators
#[utoipa::path(
    get, path = "/admin/users/{id}", tag = "administration",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The user", body = AdminUser))
)]
async fn admin_read_user(
    caller: Caller,
    Path(user): Path<UserId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<AdminUser>, Problem> {
    let admin = admin(caller, client);
    Ok(Json(state.chat.admin_user(admin, user).await?))
}

/// Change a user
///
/// What is left out stays. Only owners make and unmake owners and administrators. Who rises to another role, or becomes a
/// guest, is signed out everywhere, and their tokens and links to new passwords end, so that nobody who was in the account
/// before comes along; who rises to administrator or owner is told by mail. An address that is replaced gets a mail which
/// says by whom, not with what.
#[utoipa::path(
    patch, path = "/admin/users/{id}", tag = "administration",
    params(("id" = UserId, Path, description = "The user")), request_body = UserChange,
    responses((status = 200, description = "The user as they are now", body = AdminUser), PeopleProblems)
)]
async fn admin_update_user(
    caller: Caller,
    Path(user): Path<UserId>,
    client: Client,
    State(state): State<AppState>,
    Json(change): Json<UserChange>,
) -> Result<Json<AdminUser>, Problem> {
    let admin = admin(caller, client);
    let user = state.chat.admin_update_user(admin, user, change).await?;
    Ok(Json(user))
}

/// Deactivate a user
///
/// They can't sign in any more; their sessions, tokens, connections, invitations and links end. What they said stays.
#[utoipa::path(
    post, path = "/admin/users/{id}/deactivate", tag = "administration",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The user as they are now", body = AdminUser), PeopleProblems)
)]
async fn admin_deactivate_user(
    caller: Caller,
    Path(user): Path<UserId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<AdminUser>, Problem> {
    let admin = admin(caller, client);
    Ok(Json(state.chat.admin_deactivate(admin, user).await?))
}

/// Reactivate a user
///
/// They can sign in again with their password.
#[utoipa::path(
    post, path = "/admin/users/{id}/reactivate", tag = "administration",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The user as they are now", body = AdminUser), TokenProblems)
)]
async fn admin_reactivate_user(
    caller: Caller,
    Path(user): Path<UserId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<AdminUser>, Problem> {
    let admin = admin(caller, client);
    Ok(Json(state.chat.admin_reactivate(admin, user).await?))
}

/// Make a link to a new password
///
/// It works once, for an hour, and is not shown again. One's own password is changed with the one that was.
#[utoipa::path(
    post, path = "/admin/users/{id}/reset-link", tag = "administration",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 201, description = "The link", body = ResetLink), LinkProblems)
)]
async fn admin_make_reset_link(
    caller: Caller,
    Path(user): Path<UserId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let admin = admin(caller, client);
    let link = state.chat.admin_reset_link(admin, user).await?;
    Ok(secret(StatusCode::CREATED, link))
}

/// List a user's devices
///
/// The one used last first; never more than a page of them.
#[utoipa::path(
    get, path = "/admin/users/{id}/sessions", tag = "administration",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The devices where they are signed in", body = Page<Session>), TokenProblems)
)]
async fn admin_list_sessions(
    caller: Caller,
    Path(user): Path<UserId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<Page<Session>>, Problem> {
    let admin = admin(caller, client);
    Ok(Json(Page {
        items: state.chat.admin_sessions(admin, user).await?,
        next_cursor: None,
        heads: BTreeMap::new(),
    }))
}

/// Sign a user out everywhere
///
/// Ends their sessions and the connections of these; tokens stay.
#[utoipa::path(
    delete, path = "/admin/users/{id}/sessions", tag = "administration",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 204, description = "The sessions are over"), TokenProblems)
)]
async fn admin_end_sessions(
    caller: Caller,
    Path(user): Path<UserId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let admin = admin(caller, client);
    state.chat.admin_end_sessions(admin, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign a user's device out
#[utoipa::path(
    delete, path = "/admin/users/{id}/sessions/{session_id}", tag = "administration",
    params(
        ("id" = UserId, Path, description = "The user"),
        ("session_id" = SessionId, Path, description = "The session"),
    ),
    responses((status = 204, description = "The session is over"), TokenProblems)
)]
async fn admin_end_session(
    caller: Caller,
    Path((user, session)): Path<(UserId, SessionId)>,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let admin = admin(caller, client);
    state.chat.admin_end_session(admin, user, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List a user's tokens
///
/// The newest first.
#[utoipa::path(
    get, path = "/admin/users/{id}/tokens", tag = "administration",
    params(("id" = UserId, Path, description = "The user"), PageQuery),
    responses((status = 200, description = "A page of tokens", body = Page<Token>), TokenProblems)
)]
async fn admin_list_tokens(
    caller: Caller,
    Path(user): Path<UserId>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<Page<Token>>, Problem> {
    let before = cursor
        .map(|cursor| cursor.decode(|place| place.parse().ok()))
        .transpose()?;
    let admin = admin(caller, client);
    let list = state
        .chat
        .admin_tokens(admin, user, before, limit.get())
        .await?;
    Ok(Json(page(list, TokenId::to_string)))
}

/// Revoke all tokens of a user
///
/// Their connections end with them.
#[utoipa::path(
    delete, path = "/admin/users/{id}/tokens", tag = "administration",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 204, description = "The tokens work no more"), TokenProblems)
)]
async fn admin_revoke_tokens(
    caller: Caller,
    Path(user): Path<UserId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let admin = admin(caller, client);
    state.chat.admin_revoke_tokens(admin, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Revoke a user's token
///
/// Its connections end with it.
#[utoipa::path(
    delete, path = "/admin/users/{id}/tokens/{token_id}", tag = "administration",
    params(
        ("id" = UserId, Path, description = "The user"),
        ("token_id" = TokenId, Path, description = "The token"),
    ),
    responses((status = 204, description = "The token works no more"), TokenProblems)
)]
async fn admin_revoke_token(
    caller: Caller,
    Path((user, token)): Path<(UserId, TokenId)>,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let admin = admin(caller, client);
    state.chat.admin_revoke_token(admin, user, token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An answer with something that is shown once.
fn secret(status: StatusCode, body: impl serde::Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.extensions_mut().insert(Secret);
    response
}
