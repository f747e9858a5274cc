//! The audit.

use std::pin::Pin;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chat::admin::{AuditQuery, Exported};
use chat::{Caller, Chat};
use futures_util::stream;
use http::{HeaderValue, header};
use model::administration::{AuditCheck, AuditEntry};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::admin;
use crate::extract::{Client, Json, Query};
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::problems;
use crate::routes::rooms::page;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(admin_read_audit))
        .routes(routes!(admin_export_audit))
        .routes(routes!(admin_verify_audit))
}

/// Which acts are wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ActsQuery {
    /// Whose: a user's id, or `server` for who runs the server.
    #[serde(default)]
    actor: String,
    /// What, such as `user.role_changed`; `user.` is all that begins with it.
    #[serde(default)]
    action: String,
    /// To whom or what: an id, or a word.
    #[serde(default)]
    subject: String,
    /// From this date or time on.
    #[serde(default)]
    after: String,
    /// Before this date or time.
    #[serde(default)]
    before: String,
}

impl From<ActsQuery> for AuditQuery {
    fn from(query: ActsQuery) -> Self {
        Self {
            actor: query.actor,
            action: query.action,
            subject: query.subject,
            after: query.after,
            before: query.before,
        }
    }
}

/// How an export is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// One JSON object a line.
    #[default]
    Jsonl,
    /// A table for spreadsheets.
    Csv,
}

/// How to export.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// The format.
    #[serde(default)]
    #[param(inline)]
    format: ExportFormat,
}

problems! {
    /// A filter that names nothing there can be.
    FilterProblems: Invalid
}

/// Read the audit
///
/// Acts that concern security and administration, the newest first.
#[utoipa::path(
    get, path = "/admin/audit", tag = "administration", params(ActsQuery, PageQuery),
    responses((status = 200, description = "A page of acts", body = Page<AuditEntry>), FilterProblems)
)]
async fn admin_read_audit(
    caller: Caller,
    Query(query): Query<ActsQuery>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<Page<AuditEntry>>, Problem> {
    let below = cursor
        .map(|cursor| cursor.decode(|place| place.parse::<i64>().ok()))
        .transpose()?;
    let admin = admin(caller, client);
    let list = state
        .chat
        .admin_audit(admin, query.into(), below, limit.get())
        .await?;
    Ok(Json(page(list, i64::to_string)))
}

/// Export the audit
///
/// All acts that the filter wants, the newest first, in one file. The export is an act itself.
#[utoipa::path(
    get, path = "/admin/audit/export", tag = "administration", params(ActsQuery, ExportQuery),
    responses(
        (status = 200, description = "The acts", content(
            (String = "application/jsonl"),
            (String = "text/csv"),
        )),
        FilterProblems
    )
)]
async fn admin_export_audit(
    caller: Caller,
    Query(query): Query<ActsQuery>,
    Query(ExportQuery { format }): Query<ExportQuery>,
    client: Client,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let (name, kind, disposition) = match format {
        ExportFormat::Jsonl => (
            "jsonl",
            "application/jsonl",
            "attachment; filename=\"audit.jsonl\"",
        ),
        ExportFormat::Csv => (
            "csv",
            "text/csv; charset=utf-8",
            "attachment; filename=\"audit.csv\"",
        ),
    };
    let admin = admin(caller, client);
    let export = state
        .chat
        .admin_export_audit(admin, query.into(), name)
        .await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static(disposition),
        ),
    ];
    let pages = Pages {
        chat: state.chat.clone(),
        export,
        format,
        begun: false,
    };
    Ok((headers, Body::from_stream(pages.into_stream())).into_response())
}

/// Check the audit
///
/// Whether every act is as it was written: none changed, missing or put in.
#[utoipa::path(
    get, path = "/admin/audit/verify", tag = "administration",
    responses((status = 200, description = "What the check found", body = AuditCheck))
)]
async fn admin_verify_audit(
    caller: Caller,
    client: Client,
    State(state): State<AppState>,
) -> Result<Json<AuditCheck>, Problem> {
    let admin = admin(caller, client);
    Ok(Json(state.chat.admin_verify_audit(admin).await?))
}

/// An export on its way, a page at a time, as fast as the reader takes it.
struct Pages {
    chat: Chat,
    export: Exported,
    format: ExportFormat,
    begun: bool,
}

type Chunks = Pin<Box<dyn futures_util::Stream<Item = Result<Bytes, chat::Error>> + Send>>;

impl Pages {
    fn into_stream(self) -> Chunks {
        Box::pin(stream::try_unfold(self, |mut pages| async move {
            let entries = pages.chat.exported(&mut pages.export).await?;
            let head = match (pages.format, pages.begun) {
                (ExportFormat::Csv, false) => chat::export::CSV_HEAD,
                _ => "",
            };
            pages.begun = true;
            if entries.is_empty() && head.is_empty() {
                return Ok(None);
            }
            let mut text = head.to_owned();
            for entry in &entries {
                text.push_str(&match pages.format {
                    ExportFormat::Jsonl => chat::export::json_line(entry),
                    ExportFormat::Csv => chat::export::csv_line(entry),
                });
            }
            Ok(Some((Bytes::from(text), pages)))
        }))
    }
}
