//! For those who run the server: whether it lives, whether it can work, and what it counted.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chat::Caller;
use http::{HeaderValue, header};
use model::code::Code;
use model::stream::StreamId;
use serde::Serialize;
use store::{Tx, streams};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Json;
use crate::problem::Problem;
use crate::state::AppState;
use crate::{metrics, problems};

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(read_metrics))
}

/// That a server is as it should be.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`; a server that isn't answers with a problem.
    #[schema(example = "ok")]
    pub status: &'static str,
}

const OK: Json<Health> = Json(Health { status: "ok" });

problems! {
    /// The database doesn't answer.
    NotReady: Unavailable
}

/// Is it alive?
///
/// Answers as long as the process does; asks nothing of the database.
#[utoipa::path(
    get, path = "/healthz", tag = "operations", security(()),
    responses((status = 200, description = "The process is alive", body = Health))
)]
async fn healthz() -> Json<Health> {
    OK
}

/// Can it work?
///
/// Asks the database, so that a balancer sends requests elsewhere while it doesn't answer.
#[utoipa::path(
    get, path = "/readyz", tag = "operations", security(()),
    responses((status = 200, description = "The database answers", body = Health), NotReady)
)]
async fn readyz(State(state): State<AppState>) -> Result<Json<Health>, Problem> {
    let workspace = async |tx: &mut Tx| streams::head(tx, StreamId::Workspace).await;
    match state.chat.store().read(workspace).await {
        Ok(_) => Ok(OK),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Err(Code::Unavailable.into())
        }
    }
}

/// What it counted
///
/// In the text format of Prometheus, for an administrator; without sign-in on the address of `PARLEY_ADMIN_LISTEN`, if
/// that is set, and then only there.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses(
        (status = 200, description = "The counters", body = String, content_type = "application/openmetrics-text")
    )
)]
async fn read_metrics(caller: Caller, State(state): State<AppState>) -> Result<Response, Problem> {
    if state.settings.metrics_elsewhere {
        return Err(Code::NotFound.into());
    }
    caller.may_read_figures()?;
    Ok(metrics_text(&state))
}

/// The counters, for a listener that only those who run the server reach.
pub async fn open_metrics(State(state): State<AppState>) -> Response {
    metrics_text(&state)
}

fn metrics_text(state: &AppState) -> Response {
    let kind = HeaderValue::from_static(metrics::MEDIA_TYPE);
    ([(header::CONTENT_TYPE, kind)], state.metrics.encode()).into_response()
}
