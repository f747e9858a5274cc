//! One's own personal access tokens.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chat::Caller;
use chat::access_tokens::{NewToken, TokenSecret};
use http::StatusCode;
use model::id::TokenId;
use model::token::Token;
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
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(revoke_token))
}

problems! {
    /// What making a token adds.
    NewTokenProblems: TooMany
}

/// List one's own tokens
///
/// The newest first.
#[utoipa::path(
    get, path = "/me/tokens", tag = "accounts", params(PageQuery),
    responses((status = 200, description = "A page of tokens", body = Page<Token>))
)]
async fn list_tokens(
    caller: Caller,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    State(state): State<AppState>,
) -> Result<Json<Page<Token>>, Problem> {
    let before = cursor
        .map(|cursor| cursor.decode(|place| place.parse().ok()))
        .transpose()?;
    let list = state.chat.tokens(caller, before, limit.get()).await?;
    Ok(Json(page(list, TokenId::to_string)))
}

/// Make a token
///
/// For a program that acts for one. The secret in the answer is not shown again.
#[utoipa::path(
    post, path = "/me/tokens", tag = "accounts", request_body = NewToken,
    responses((status = 201, description = "The token with its secret", body = TokenSecret), NewTokenProblems)
)]
async fn create_token(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<NewToken>,
) -> Result<Response, Problem> {
    let made = state
        .chat
        .create_token(caller, input, client.into())
        .await?;
    let mut response = (StatusCode::CREATED, Json(made)).into_response();
    response.extensions_mut().insert(Secret);
    Ok(response)
}

/// Revoke a token
///
/// Its connections end with it.
#[utoipa::path(
    delete, path = "/me/tokens/{id}", tag = "accounts",
    params(("id" = TokenId, Path, description = "The token")),
    responses((status = 204, description = "The token works no more"))
)]
async fn revoke_token(
    caller: Caller,
    Path(token): Path<TokenId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    state
        .chat
        .revoke_token(caller, token, client.into())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
