//! Files that come in pieces, and survive cuts of the connection and restarts of the server.

use axum::extract::{Request, State};
use chat::Caller;
use chat::files::NewUpload;
use http::{HeaderMap, StatusCode};
use model::file::Upload;
use model::id::UploadId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::files::UploadProblems;
use crate::content::Octets;
use crate::extract::{Json, Path, incoming};
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The header that says where a piece begins.
pub const OFFSET: &str = "upload-offset";

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(begin_upload))
        .routes(routes!(read_upload, continue_upload, drop_upload))
}

problems! {
    /// Why a piece is not taken.
    PieceProblems: OffsetMismatch, FileTooLarge, QuotaExceeded, FileType, TooMany
}

/// Begin an upload in pieces
///
/// It ends by itself after a day. At most 20 may be begun and not done.
#[utoipa::path(
    post, path = "/uploads", tag = "files", request_body = NewUpload,
    responses((status = 201, description = "The upload", body = Upload), UploadProblems)
)]
async fn begin_upload(
    caller: Caller,
    State(state): State<AppState>,
    Json(input): Json<NewUpload>,
) -> Result<(StatusCode, Json<Upload>), Problem> {
    let upload = state.chat.begin_upload(caller, input).await?;
    Ok((StatusCode::CREATED, Json(upload)))
}

/// Read where an upload stands
#[utoipa::path(
    get, path = "/uploads/{id}", tag = "files", params(("id" = UploadId, Path, description = "The upload")),
    responses((status = 200, description = "The upload, with its file once it is done", body = Upload))
)]
async fn read_upload(
    caller: Caller,
    Path(upload): Path<UploadId>,
    State(state): State<AppState>,
) -> Result<Json<Upload>, Problem> {
    Ok(Json(state.chat.read_upload(caller, upload).await?))
}

/// Send a piece
///
/// Of any length, from where the upload stands. What came before the connection broke is kept. With the last byte the
/// upload becomes a file; an empty piece there gives the same answer again.
#[utoipa::path(
    patch, path = "/uploads/{id}", tag = "files",
    params(
        ("id" = UploadId, Path, description = "The upload"),
        ("Upload-Offset" = i64, Header, description = "Where the piece begins", minimum = 0)
    ),
    request_body(description = "The piece", content = Octets, content_type = "application/octet-stream"),
    responses((status = 200, description = "The upload as it stands now", body = Upload), PieceProblems)
)]
async fn continue_upload(
    caller: Caller,
    Path(upload): Path<UploadId>,
    State(state): State<AppState>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Upload>, Problem> {
    let offset = headers.get(OFFSET);
    let offset = offset.ok_or_else(|| Problem::malformed("Upload-Offset", "is missing"))?;
    let offset = offset.to_str().ok().and_then(|text| text.parse().ok());
    let offset = offset.ok_or_else(|| Problem::malformed("Upload-Offset", "not a number"))?;
    let body = incoming(request.into_body());
    let upload = state
        .chat
        .continue_upload(caller, upload, offset, body)
        .await?;
    Ok(Json(upload))
}

/// Give an upload up
///
/// A file that became of it stays.
#[utoipa::path(
    delete, path = "/uploads/{id}", tag = "files", params(("id" = UploadId, Path, description = "The upload")),
    responses((status = 204, description = "The upload is gone"))
)]
async fn drop_upload(
    caller: Caller,
    Path(upload): Path<UploadId>,
    State(state): State<AppState>,
) -> Result<StatusCode, Problem> {
    state.chat.drop_upload(caller, upload).await?;
    Ok(StatusCode::NO_CONTENT)
}
