//! The mail server.

use axum::extract::State;
use chat::Caller;
use chat::admin::{MailSetup, NewMailServer, TestMail, TestedMail};
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin;
use crate::extract::{Client, Json};
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(admin_read_mail, admin_set_mail, admin_remove_mail))
        .routes(routes!(admin_test_mail))
}

problems! {
    /// What setting the server adds.
    SetProblems: SetByEnvironment
}

problems! {
    /// What trying it adds.
    TestProblems: MailFailed
}

/// Read how mails are sent
///
/// Never the password.
#[utoipa::path(
    get, path = "/admin/mail", tag = "administration",
    responses((status = 200, description = "How mails are sent", body = MailSetup))
)]
async fn admin_read_mail(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<MailSetup>, Problem> {
    Ok(Json(state.chat.admin_mail(admin(caller, client)).await?))
}

/// Set the mail server
///
/// By owners only, as mails carry links to new passwords. Its address, with the password in it, is kept sealed and not
/// shown again. Not where `PARLEY_SMTP_URL` is set.
#[utoipa::path(
    put, path = "/admin/mail", tag = "administration", request_body = NewMailServer,
    responses((status = 200, description = "How mails are sent now", body = MailSetup), SetProblems)
)]
async fn admin_set_mail(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
    Json(input): Json<NewMailServer>,
) -> Result<Json<MailSetup>, Problem> {
    let admin = admin(caller, client);
    Ok(Json(state.chat.admin_set_mail(admin, input).await?))
}

/// Take the mail server away
///
/// By owners only. Mails become files in the data folder again.
#[utoipa::path(
    delete, path = "/admin/mail", tag = "administration",
    responses((status = 204, description = "None is set"), SetProblems)
)]
async fn admin_remove_mail(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let admin = admin(caller, client);
    state.chat.admin_remove_mail(admin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Try the mail server
///
/// Sends a mail and waits for what the server says to it.
#[utoipa::path(
    post, path = "/admin/mail/test", tag = "administration", request_body = TestMail,
    responses((status = 200, description = "The server took the mail", body = TestedMail), TestProblems)
)]
async fn admin_test_mail(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
    input: Option<Json<TestMail>>,
) -> Result<Json<TestedMail>, Problem> {
    let admin = admin(caller, client);
    let Json(input) = input.unwrap_or(Json(TestMail::default()));
    Ok(Json(state.chat.admin_test_mail(admin, input).await?))
}
