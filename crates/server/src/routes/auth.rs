//! Registering, signing in and out, and new passwords.

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse, Response};
use chat::Caller;
use chat::accounts::{Confirmation, PasswordReset, Register, Registered};
use chat::invitations::Invited;
use chat::sessions::{Login, SignIn};
use http::{StatusCode, header};
use model::user::Me;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{no_session_cookie, session_cookie};
use crate::extract::{Client, Json};
use crate::middleware::limits::Secret;
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(register_user))
        .routes(routes!(confirm_registration))
        .routes(routes!(create_session))
        .routes(routes!(end_session))
        .routes(routes!(request_password_reset))
        .routes(routes!(reset_password))
        .routes(routes!(read_invitation_link))
}

/// Somebody who just signed in. The same secret is in the answer's cookie.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// The user.
    pub user: Me,
    /// The new session's secret, for programs: `Authorization: Bearer …`.
    #[schema(example = "pses_…")]
    pub token: String,
}

/// The secret of a link.
#[derive(Deserialize, ToSchema)]
pub struct LinkToken {
    /// What stands behind `#token=` in the link.
    pub token: String,
}

/// Who forgot their password.
#[derive(Deserialize, ToSchema)]
pub struct ForgottenPassword {
    /// The e-mail address of the account.
    #[schema(example = "ana@example.org")]
    pub email: String,
}

problems! {
    /// What registering adds.
    RegisterProblems: RegistrationClosed, InvitationNeeded, BadToken
}

problems! {
    /// What confirming a registration adds.
    ConfirmProblems: RegistrationClosed, BadToken
}

problems! {
    /// What signing in adds.
    LoginProblems: BadCredentials, Deactivated
}

problems! {
    /// What following a link adds.
    LinkProblems: BadToken
}

/// The answer to somebody who just signed in: the cookie for browsers, the secret for programs.
pub(super) fn signed_in(status: StatusCode, done: SignIn, state: &AppState) -> Response {
    let cookie = session_cookie(done.token.expose(), state);
    let body = Json(SignedIn {
        user: done.user,
        token: done.token.expose().to_owned(),
    });
    let mut response =
        (status, AppendHeaders([(header::SET_COOKIE, cookie)]), body).into_response();
    response.extensions_mut().insert(Secret);
    response
}

/// Register
///
/// As the workspace's join policy allows: at once, or by a link that is mailed to the address.
#[utoipa::path(
    post, path = "/auth/register", tag = "accounts", security(()), request_body = Register,
    responses(
        (status = 201, description = "The account is there, and signed in", body = SignedIn),
        (status = 202, description = "A link was mailed that ends the registration"),
        RegisterProblems
    )
)]
async fn register_user(
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<Register>,
) -> Result<Response, Problem> {
    match state.chat.register(input, client.into()).await? {
        Registered::SignedIn(done) => Ok(signed_in(StatusCode::CREATED, *done, &state)),
        Registered::Mailed => Ok(StatusCode::ACCEPTED.into_response()),
    }
}

/// Confirm a registration
///
/// By the link that was mailed, with a password of one's own. It works once, for a day.
#[utoipa::path(
    post, path = "/auth/confirm", tag = "accounts", security(()), request_body = Confirmation,
    responses(
        (status = 201, description = "The account is there, and signed in", body = SignedIn),
        ConfirmProblems
    )
)]
async fn confirm_registration(
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<Confirmation>,
) -> Result<Response, Problem> {
    let done = state
        .chat
        .confirm_registration(input, client.into())
        .await?;
    Ok(signed_in(StatusCode::CREATED, done, &state))
}

/// Sign in
///
/// With the user name or the e-mail address. A refusal doesn't say what was wrong.
#[utoipa::path(
    post, path = "/auth/login", tag = "accounts", security(()), request_body = Login,
    responses((status = 200, description = "Signed in", body = SignedIn), LoginProblems)
)]
async fn create_session(
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<Login>,
) -> Result<Response, Problem> {
    let done = state.chat.log_in(input, client.into()).await?;
    Ok(signed_in(StatusCode::OK, done, &state))
}

/// Sign out
///
/// Ends this session, and with it its connections.
#[utoipa::path(
    post, path = "/auth/logout", tag = "accounts",
    responses((status = 204, description = "The session is over"))
)]
async fn end_session(caller: Caller, State(state): State<AppState>) -> Result<Response, Problem> {
    state.chat.log_out(caller).await?;
    Ok(forgotten(&state))
}

/// The answer whose cookie makes a browser forget its session.
pub(super) fn forgotten(state: &AppState) -> Response {
    let cookie = AppendHeaders([(header::SET_COOKIE, no_session_cookie(state))]);
    (StatusCode::NO_CONTENT, cookie).into_response()
}

/// Ask for a new password
///
/// Mails a link if somebody has this address. The answer is the same if nobody has.
#[utoipa::path(
    post, path = "/auth/forgot-password", tag = "accounts", security(()), request_body = ForgottenPassword,
    responses((status = 202, description = "A link is mailed if somebody has this address"))
)]
async fn request_password_reset(
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<ForgottenPassword>,
) -> Result<StatusCode, Problem> {
    state
        .chat
        .forgot_password(&input.email, client.into())
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// Set a new password by a link
///
/// The link works once, for an hour. All sessions end.
#[utoipa::path(
    post, path = "/auth/reset-password", tag = "accounts", security(()), request_body = PasswordReset,
    responses((status = 204, description = "The password is set"), LinkProblems)
)]
async fn reset_password(
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<PasswordReset>,
) -> Result<StatusCode, Problem> {
    state.chat.reset_password(input, client.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at an invitation
///
/// What its link is to, before registering with it.
#[utoipa::path(
    post, path = "/auth/invite", tag = "accounts", security(()), request_body = LinkToken,
    responses((status = 200, description = "Who invites whereto", body = Invited), LinkProblems)
)]
async fn read_invitation_link(
    State(state): State<AppState>,
    Json(link): Json<LinkToken>,
) -> Result<Json<Invited>, Problem> {
    Ok(Json(state.chat.invited(&link.token).await?))
}
