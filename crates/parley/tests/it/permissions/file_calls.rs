//! The calls about files: bo's, which a message of his in the room carries, or which he has begun to upload.

use serde_json::json;
use testkit::client::Method;
use testkit::{Person, Request};

use super::In::{Archived, Nothing, Private, Public, Upload};
use super::{MEMBERS, Row, SIGNED_IN, Scene, row};

/// Only bo may.
const BO: [u16; 5] = [404, 404, 200, 404, 401];

pub(super) fn file_calls() -> Vec<Row> {
    let mut rows = vec![
        row(
            "POST /api/v1/files",
            Nothing,
            "",
            [201, 201, 201, 201, 401],
            |_, who| {
                who.request(Method::POST, "files?name=a")
                    .body("text/plain", "a")
            },
        ),
        row(
            "POST /api/v1/uploads",
            Nothing,
            "",
            [201, 201, 201, 201, 401],
            |_, who| who.post("uploads", json!({"name": "a", "size": 1})),
        ),
        row(
            "GET /api/v1/uploads/{id}",
            Upload,
            "bo's",
            BO,
            |scene, who| who.get(&scene.upload()),
        ),
        row(
            "PATCH /api/v1/uploads/{id}",
            Upload,
            "bo's",
            BO,
            |scene, who| {
                who.request(Method::PATCH, &scene.upload())
                    .header("upload-offset", "0")
                    .body("text/plain", "a")
            },
        ),
        row(
            "DELETE /api/v1/uploads/{id}",
            Upload,
            "bo's",
            [404, 404, 204, 404, 401],
            |scene, who| who.delete(&scene.upload()),
        ),
        row(
            "GET /api/v1/workspace/icon",
            Nothing,
            "there is none",
            [404; 5],
            |_, who| who.get("workspace/icon"),
        ),
    ];
    for (room, expected) in [(Private, MEMBERS), (Public, SIGNED_IN), (Archived, MEMBERS)] {
        rows.extend([
            row(
                "GET /api/v1/files/{id}",
                room,
                "bo's",
                expected,
                |scene, who| who.get(&scene.file("")),
            ),
            row(
                "GET /api/v1/files/{id}/preview",
                room,
                "bo's",
                expected,
                |scene, who| who.get(&scene.file("/preview")),
            ),
            row(
                "GET /api/v1/rooms/{id}/files",
                room,
                "",
                expected,
                |scene, who| who.get(&scene.of_room("/files")),
            ),
        ]);
    }
    rows.push(row(
        "GET /api/v1/files/{id}/thumbnail",
        Private,
        "of no image",
        [404, 404, 404, 404, 401],
        thumbnail,
    ));
    rows
}

fn thumbnail(scene: &Scene, who: &Person) -> Request {
    who.get(&scene.file("/thumbnail"))
}
