//! Files: uploaded at once, read, listed.

use axum::extract::{Request, State};
use axum::response::Response;
use chat::Caller;
use chat::files::Preview;
use http::{HeaderMap, Method, StatusCode};
use model::file::{File, RoomFile};
use model::id::{FileId, RoomId};
use model::time::Ts;
use serde::Deserialize;
use store::files::Place;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rooms::page;
use crate::content::{Octets, Use, answer};
use crate::extract::{Incoming, Json, Path, Query};
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::problems;
use crate::state::AppState;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(upload_file))
        .routes(routes!(read_file))
        .routes(routes!(read_thumbnail))
        .routes(routes!(preview_file))
        .routes(routes!(list_room_files))
        .routes(routes!(read_icon))
}

problems! {
    /// Why a file is not taken.
    pub UploadProblems: FileTooLarge, QuotaExceeded, FileType, TooMany
}

problems! {
    /// Why a part of a file is not there.
    RangeProblems: RangeNotSatisfiable
}

/// What a file is called.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NameQuery {
    /// Its name; a form brings its own. What a name mustn't have is left out.
    name: Option<String>,
}

/// A file in a form.
#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never built")]
pub struct FileForm {
    /// The file; of several, the first.
    file: Octets,
}

/// What is to be done with a file.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UseQuery {
    /// 1: to be saved, whatever it is.
    #[param(maximum = 1)]
    download: Option<u8>,
}

/// Upload a file
///
/// The body is the file, or a form whose first file it is. Until a message carries it, it is its uploader's alone, and
/// after a day without use it is forgotten. What it is, its content says. Photographs lose what they tell about their
/// place.
#[utoipa::path(
    post, path = "/files", tag = "files", params(NameQuery),
    request_body(
        description = "The file",
        content((Octets = "application/octet-stream"), (FileForm = "multipart/form-data"))
    ),
    responses((status = 201, description = "The file", body = File), UploadProblems)
)]
async fn upload_file(
    caller: Caller,
    Query(query): Query<NameQuery>,
    State(state): State<AppState>,
    request: Request,
) -> Result<(StatusCode, Json<File>), Problem> {
    let incoming = Incoming::of(request).await?;
    let name = incoming.name.or(query.name);
    let name = name.ok_or_else(|| Problem::malformed("name", "is missing"))?;
    let file = state
        .chat
        .upload(caller, &name, incoming.length, incoming.body)
        .await?;
    Ok((StatusCode::CREATED, Json(file)))
}

/// Read a file
///
/// One's own, one that a message carries which one may read, or somebody's picture. It comes with its sniffed type; what
/// a browser could run is only bytes, to be saved. One `Range` in bytes is understood, of the end too; several are
/// refused.
#[utoipa::path(
    get, path = "/files/{id}", tag = "files",
    params(("id" = FileId, Path, description = "The file"), UseQuery),
    responses(
        (status = 200, description = "The file", body = Octets, content_type = "*/*"),
        (status = 206, description = "The part that was asked for", body = Octets, content_type = "*/*"),
        (status = 304, description = "What the client has is what it is"),
        RangeProblems
    )
)]
async fn read_file(
    caller: Caller,
    Path(file): Path<FileId>,
    Query(query): Query<UseQuery>,
    State(state): State<AppState>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let how = match query.download {
        Some(1) => Use::Save,
        _ => Use::Show,
    };
    let readable = state.chat.file(caller, file).await?;
    answer(&state, &readable, how, &method, &headers).await
}

/// Read the thumbnail of an image
///
/// A JPEG or WebP of at most 720 pixels a side. It is there a moment after the upload.
#[utoipa::path(
    get, path = "/files/{id}/thumbnail", tag = "files", params(("id" = FileId, Path, description = "The file")),
    responses(
        (status = 200, description = "The thumbnail", body = Octets, content_type = "*/*"),
        (status = 206, description = "The part that was asked for", body = Octets, content_type = "*/*"),
        (status = 304, description = "What the client has is what it is"),
        RangeProblems
    )
)]
async fn read_thumbnail(
    caller: Caller,
    Path(file): Path<FileId>,
    State(state): State<AppState>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let readable = state.chat.thumbnail(caller, file).await?;
    answer(&state, &readable, Use::Show, &method, &headers).await
}

/// Read the beginning of a text
///
/// Of a file that is no text there is none. Whatever encoding the file has, the answer is UTF-8.
#[utoipa::path(
    get, path = "/files/{id}/preview", tag = "files", params(("id" = FileId, Path, description = "The file")),
    responses((status = 200, description = "The first 64 KiB", body = Preview))
)]
async fn preview_file(
    caller: Caller,
    Path(file): Path<FileId>,
    State(state): State<AppState>,
) -> Result<Json<Preview>, Problem> {
    Ok(Json(state.chat.preview(caller, file).await?))
}

/// List a room's files
///
/// The newest message's first; those of one message in their order.
#[utoipa::path(
    get, path = "/rooms/{id}/files", tag = "files",
    params(("id" = RoomId, Path, description = "The room"), PageQuery),
    responses((status = 200, description = "A page of files", body = Page<RoomFile>))
)]
async fn list_room_files(
    caller: Caller,
    Path(room): Path<RoomId>,
    Query(PageQuery { limit, cursor }): Query<PageQuery>,
    State(state): State<AppState>,
) -> Result<Json<Page<RoomFile>>, Problem> {
    let after = cursor
        .map(|cursor| {
            cursor.decode(|place| {
                let (ts, place) = place.split_once(' ')?;
                Some(Place {
                    ts: Ts::from_micros(ts.parse().ok()?),
                    place: place.parse().ok()?,
                })
            })
        })
        .transpose()?;
    let list = state
        .chat
        .room_files(caller, room, after, limit.get())
        .await?;
    let place = |place: &Place| format!("{} {}", place.ts.micros(), place.place);
    Ok(Json(page(list, place)))
}

/// Read the workspace's icon
///
/// For everyone, signed in or not.
#[utoipa::path(
    get, path = "/workspace/icon", tag = "files", security(()),
    responses(
        (status = 200, description = "The image", body = Octets, content_type = "*/*"),
        (status = 206, description = "The part that was asked for", body = Octets, content_type = "*/*"),
        (status = 304, description = "What the client has is what it is"),
        IconProblems
    )
)]
async fn read_icon(
    State(state): State<AppState>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let readable = state.chat.workspace_icon().await?;
    answer(&state, &readable, Use::Show, &method, &headers).await
}

problems! {
    /// Why there is no icon.
    IconProblems: NotFound, RangeNotSatisfiable
}
