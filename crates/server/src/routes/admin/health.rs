//! How the server fares.

use std::sync::atomic::Ordering;

use axum::extract::State;
use chat::Caller;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin;
use crate::extract::{Client, Json, Query};
use crate::problem::Problem;
use crate::series::{HealthSeries, KEPT, memory_bytes};
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(admin_read_health))
        .routes(routes!(admin_read_series))
}

/// How the server fares.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServerHealth {
    /// The server's version.
    pub version: String,
    /// When it was started.
    pub started_at: Timestamp,
    /// How long ago, in seconds.
    pub uptime_s: u64,
    /// The database.
    pub database: DatabaseHealth,
    /// What people uploaded.
    pub files: FilesHealth,
    /// What waits to be done.
    pub queues: QueuesHealth,
    /// Open gateway connections.
    pub connections: u64,
    /// People with a device that is connected.
    pub users_online: u64,
    /// Streams that somebody hears.
    pub streams: u64,
    /// What the process holds of the machine's memory.
    pub memory_bytes: u64,
    /// Requests that failed through a fault of ours.
    pub errors: ErrorsHealth,
    /// The mail server.
    pub mail: MailHealth,
    /// The certificate, if the server speaks TLS itself.
    #[schema(required)]
    pub tls: Option<TlsHealth>,
    /// The last backup, if one was made.
    #[schema(required)]
    pub backup: Option<BackupHealth>,
}

/// The database.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DatabaseHealth {
    /// `sqlite` or `postgresql`.
    pub kind: String,
    /// Its version.
    pub version: String,
    /// Its size.
    pub bytes: i64,
}

/// What people uploaded.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FilesHealth {
    /// `disk` or `s3`.
    pub kind: String,
    /// What all contents take.
    pub bytes: i64,
    /// How many there are.
    pub count: i64,
}

/// What waits to be done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueuesHealth {
    /// Writes that wait.
    pub writer: u64,
    /// Jobs that wait or run.
    pub jobs_waiting: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
    /// For how many seconds the job that waits the longest is due.
    pub oldest_job_s: u64,
}

/// Requests that failed through a fault of ours.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorsHealth {
    /// In the last hour.
    pub last_hour: u64,
    /// In the last day.
    pub last_day: u64,
}

/// The mail server.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MailHealth {
    /// Whether one is set, and took the last mail.
    pub ok: bool,
    /// Why it didn't, if it didn't.
    #[schema(required)]
    pub last_error: Option<String>,
}

/// The certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TlsHealth {
    /// `files` or `acme`.
    pub source: String,
    /// The names that it is for; empty while there is none.
    pub names: Vec<String>,
    /// When it ends.
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
    /// Why the last try to get another one failed, if it did.
    #[schema(required)]
    pub last_error: Option<String>,
}

/// The last backup.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BackupHealth {
    /// When it was made.
    pub last_at: Timestamp,
}

/// Which minutes.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MinutesQuery {
    /// How many of the last: 1 to 1440; more gives 1440.
    #[serde(default = "hour")]
    #[param(minimum = 1, default = 60)]
    minutes: u32,
}

fn hour() -> u32 {
    60
}

/// How is the server?
///
/// Its versions, its database and files, what waits, who is connected, and what failed.
#[utoipa::path(
    get, path = "/admin/health", tag = "administration",
    responses((status = 200, description = "How it fares", body = ServerHealth))
)]
async fn admin_read_health(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<ServerHealth>, Problem> {
    let facts = state.chat.admin_facts(admin(caller, client)).await?;
    let now = state.chat.clock().now();
    let seconds = |since: Timestamp| now.since(since).as_secs();
    let series = &state.metrics.series;
    let waiting = &state.chat.store().stats().waiting;
    let connections = state.metrics.gateway.connections.get();
    Ok(Json(ServerHealth {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: state.started_at,
        uptime_s: seconds(state.started_at),
        database: DatabaseHealth {
            kind: facts.database_kind.to_owned(),
            version: facts.database_version,
            bytes: facts.database_bytes,
        },
        files: FilesHealth {
            kind: facts.files_kind.to_owned(),
            bytes: facts.files_bytes,
            count: facts.files_count,
        },
        queues: QueuesHealth {
            writer: waiting.load(Ordering::Relaxed),
            jobs_waiting: facts.jobs_waiting,
            jobs_dead: facts.jobs_dead,
            oldest_job_s: facts.oldest_job.map_or(0, seconds),
        },
        connections: u64::try_from(connections).unwrap_or(0),
        users_online: state.presence.online() as u64,
        streams: state.hub.streams() as u64,
        memory_bytes: memory_bytes(),
        errors: ErrorsHealth {
            last_hour: series.errors(60),
            last_day: series.errors(KEPT),
        },
        mail: MailHealth {
            ok: facts.mail_is_set && facts.mail_error.is_none(),
            last_error: facts.mail_error,
        },
        tls: state.tls.as_ref().map(|certificates| {
            let known = certificates.state();
            TlsHealth {
                source: match known.source {
                    tls::Source::Files => "files".to_owned(),
                    tls::Source::Acme => "acme".to_owned(),
                },
                names: known.names,
                expires_at: known.not_after,
                last_error: known.last_error,
            }
        }),
        backup: facts.backup_at.map(|last_at| BackupHealth { last_at }),
    }))
}

/// How was the server?
///
/// One value a minute of this process, for at most a day; kept in memory only.
#[utoipa::path(
    get, path = "/admin/health/series", tag = "administration", params(MinutesQuery),
    responses((status = 200, description = "How it fared", body = HealthSeries))
)]
async fn admin_read_series(
    caller: Caller,
    Query(MinutesQuery { minutes }): Query<MinutesQuery>,
    State(state): State<AppState>,
) -> Result<Json<HealthSeries>, Problem> {
    caller.may_read_figures()?;
    if minutes == 0 {
        return Err(Problem::malformed("minutes", "must be at least 1"));
    }
    let minutes = usize::try_from(minutes).unwrap_or(KEPT).min(KEPT);
    let now = state.chat.clock().now();
    Ok(Json(state.metrics.series.read(minutes, now)))
}
