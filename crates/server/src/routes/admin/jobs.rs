//! Work that follows from something, and above all what was given up.

use axum::extract::State;
use chat::Caller;
use http::StatusCode;
use model::administration::Job;
use model::id::JobId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin;
use crate::extract::{Client, Json, Path, Query};
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::routes::rooms::page;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(admin_list_jobs))
        .routes(routes!(admin_remove_job))
        .routes(routes!(admin_retry_job))
}

/// What has become of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It failed too often and was given up.
    #[default]
    Dead,
    /// It waits, or runs.
    Waiting,
}

/// Which jobs to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// Those that were given up, or those that wait.
    #[serde(default)]
    #[param(inline)]
    state: JobState,
}

/// List jobs
///
/// The newest first.
#[utoipa::path(
    get, path = "/admin/jobs", tag = "administration", params(JobsQuery, PageQuery),
    responses((status = 200, description = "A page of jobs", body = Page<Job>))
)]
async fn admin_list_jobs(
    caller: Caller,
    Query(query): Query<JobsQuery>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<Page<Job>>, Problem> {
    let before = cursor
        .map(|cursor| cursor.decode(|place| place.parse().ok()))
        .transpose()?;
    let admin = admin(caller, client);
    let dead = query.state == JobState::Dead;
    let list = state
        .chat
        .admin_jobs(admin, dead, before, limit.get())
        .await?;
    Ok(Json(page(list, JobId::to_string)))
}

/// Try a job again
///
/// One that was given up.
#[utoipa::path(
    post, path = "/admin/jobs/{id}/retry", tag = "administration",
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 204, description = "It is due"))
)]
async fn admin_retry_job(
    caller: Caller,
    Path(job): Path<JobId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let admin = admin(caller, client);
    state.chat.admin_retry_job(admin, job).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a job
///
/// One that was given up.
#[utoipa::path(
    delete, path = "/admin/jobs/{id}", tag = "administration",
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 204, description = "It is gone"))
)]
async fn admin_remove_job(
    caller: Caller,
    Path(job): Path<JobId>,
    client: Client,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    let admin = admin(caller, client);
    state.chat.admin_remove_job(admin, job).await?;
    Ok(StatusCode::NO_CONTENT)
}
