//! The calls about one room, its members and its messages.

use serde_json::json;
use testkit::app::client_id;
use testkit::{Person, Request};

use super::In::{Archived, Direct, Private, Public};
use super::{MEMBERS, NOTHING, Row, SIGNED_IN, Scene, row};

pub(super) fn room_calls() -> Vec<Row> {
    vec![
        row(
            "GET /api/v1/rooms/{id}",
            Private,
            "",
            MEMBERS,
            |scene, who| who.get(&scene.of_room("")),
        ),
        row(
            "GET /api/v1/rooms/{id}",
            Public,
            "",
            SIGNED_IN,
            |scene, who| who.get(&scene.of_room("")),
        ),
        row(
            "GET /api/v1/rooms/{id}",
            Direct,
            "",
            MEMBERS,
            |scene, who| who.get(&scene.of_room("")),
        ),
        row(
            "PATCH /api/v1/rooms/{id}",
            Private,
            "the topic",
            MEMBERS,
            |scene, who| who.patch(&scene.of_room(""), json!({"topic": "new"})),
        )
        .by_guest(403),
        row(
            "PATCH /api/v1/rooms/{id}",
            Public,
            "the topic",
            [200, 200, 200, 403, 401],
            |scene, who| who.patch(&scene.of_room(""), json!({"topic": "new"})),
        )
        .by_guest(403),
        row(
            "PATCH /api/v1/rooms/{id}",
            Private,
            "the name",
            [404, 200, 403, 404, 401],
            |scene, who| who.patch(&scene.of_room(""), json!({"name": "new"})),
        ),
        row(
            "PATCH /api/v1/rooms/{id}",
            Public,
            "the name",
            [200, 200, 403, 403, 401],
            |scene, who| who.patch(&scene.of_room(""), json!({"name": "new"})),
        ),
        row(
            "PATCH /api/v1/rooms/{id}",
            Direct,
            "the name",
            [404, 403, 403, 404, 401],
            |scene, who| who.patch(&scene.of_room(""), json!({"name": "new"})),
        ),
        row(
            "DELETE /api/v1/rooms/{id}",
            Private,
            "",
            [404, 204, 403, 404, 401],
            |scene, who| who.delete(&scene.of_room("")),
        ),
        row(
            "DELETE /api/v1/rooms/{id}",
            Public,
            "",
            [204, 204, 403, 403, 401],
            |scene, who| who.delete(&scene.of_room("")),
        ),
        row(
            "GET /api/v1/rooms/{id}/members",
            Private,
            "",
            MEMBERS,
            |scene, who| who.get(&scene.of_room("/members")),
        ),
        row(
            "GET /api/v1/rooms/{id}/members",
            Public,
            "",
            SIGNED_IN,
            |scene, who| who.get(&scene.of_room("/members")),
        ),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Private,
            "themselves",
            MEMBERS,
            |scene, who| {
                who.put(
                    &scene.member(if who.id.is_empty() { NOTHING } else { &who.id }),
                    json!({}),
                )
            },
        ),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Public,
            "themselves",
            SIGNED_IN,
            |scene, who| {
                who.put(
                    &scene.member(if who.id.is_empty() { NOTHING } else { &who.id }),
                    json!({}),
                )
            },
        ),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Private,
            "somebody new",
            MEMBERS,
            |scene, who| who.put(&scene.member(&scene.dora), json!({})),
        )
        .by_guest(403),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Public,
            "somebody new",
            [200, 200, 200, 403, 401],
            |scene, who| who.put(&scene.member(&scene.dora), json!({})),
        )
        .by_guest(403),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Archived,
            "somebody new",
            [404, 403, 403, 404, 401],
            |scene, who| who.put(&scene.member(&scene.dora), json!({})),
        ),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Direct,
            "somebody new",
            [404, 403, 403, 404, 401],
            |scene, who| who.put(&scene.member(&scene.dora), json!({})),
        ),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Private,
            "a role",
            [404, 200, 403, 404, 401],
            |scene, who| who.put(&scene.member(scene.bo()), json!({"role": "owner"})),
        ),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Public,
            "a role",
            [200, 200, 403, 403, 401],
            |scene, who| who.put(&scene.member(scene.bo()), json!({"role": "owner"})),
        ),
        row(
            "DELETE /api/v1/rooms/{id}/members/{user_id}",
            Private,
            "the member",
            [404, 204, 204, 404, 401],
            |scene, who| who.delete(&scene.member(scene.bo())),
        )
        .by_guest(403),
        row(
            "DELETE /api/v1/rooms/{id}/members/{user_id}",
            Public,
            "the member",
            [204, 204, 204, 403, 401],
            |scene, who| who.delete(&scene.member(scene.bo())),
        )
        .by_guest(403),
        row(
            "DELETE /api/v1/rooms/{id}/members/{user_id}",
            Private,
            "the last owner",
            [404, 403, 403, 404, 401],
            |scene, who| who.delete(&scene.member(scene.ana())),
        ),
        row(
            "DELETE /api/v1/rooms/{id}/members/{user_id}",
            Direct,
            "the member",
            [404, 403, 403, 404, 401],
            |scene, who| who.delete(&scene.member(scene.bo())),
        ),
        row(
            "GET /api/v1/rooms/{id}/messages",
            Private,
            "",
            MEMBERS,
            |scene, who| who.get(&scene.of_room("/messages")),
        ),
        row(
            "GET /api/v1/rooms/{id}/messages",
            Public,
            "",
            SIGNED_IN,
            |scene, who| who.get(&scene.of_room("/messages")),
        ),
        row(
            "GET /api/v1/rooms/{id}/messages",
            Archived,
            "",
            MEMBERS,
            |scene, who| who.get(&scene.of_room("/messages")),
        ),
        row(
            "GET /api/v1/rooms/{id}/messages",
            Direct,
            "",
            MEMBERS,
            |scene, who| who.get(&scene.of_room("/messages")),
        ),
        row(
            "POST /api/v1/rooms/{id}/messages",
            Private,
            "",
            [404, 201, 201, 404, 401],
            post,
        ),
        row(
            "POST /api/v1/rooms/{id}/messages",
            Public,
            "",
            [403, 201, 201, 403, 401],
            post,
        ),
        row(
            "POST /api/v1/rooms/{id}/messages",
            Archived,
            "",
            [404, 403, 403, 404, 401],
            post,
        ),
        row(
            "POST /api/v1/rooms/{id}/messages",
            Direct,
            "",
            [404, 201, 201, 404, 401],
            post,
        ),
        row(
            "PATCH /api/v1/messages/{id}",
            Private,
            "bo's",
            [404, 403, 200, 404, 401],
            edit,
        )
        .by_guest(403),
        row(
            "PATCH /api/v1/messages/{id}",
            Public,
            "bo's",
            [403, 403, 200, 403, 401],
            edit,
        )
        .by_guest(403),
        row(
            "PATCH /api/v1/messages/{id}",
            Archived,
            "bo's",
            [404, 403, 403, 404, 401],
            edit,
        ),
        row(
            "PATCH /api/v1/messages/{id}",
            Direct,
            "bo's",
            [404, 403, 200, 404, 401],
            edit,
        ),
        row(
            "DELETE /api/v1/messages/{id}",
            Private,
            "bo's",
            [404, 204, 204, 404, 401],
            |scene, who| who.delete(&scene.message()),
        )
        .by_guest(403),
        row(
            "DELETE /api/v1/messages/{id}",
            Public,
            "bo's",
            [204, 204, 204, 403, 401],
            |scene, who| who.delete(&scene.message()),
        )
        .by_guest(403),
        row(
            "DELETE /api/v1/messages/{id}",
            Direct,
            "bo's",
            [404, 403, 204, 404, 401],
            |scene, who| who.delete(&scene.message()),
        ),
        row(
            "PUT /api/v1/rooms/{id}/read",
            Private,
            "",
            MEMBERS,
            |scene, who| who.put(&scene.of_room("/read"), json!({"ts": 1})),
        ),
        row(
            "PUT /api/v1/rooms/{id}/read",
            Public,
            "",
            [403, 200, 200, 403, 401],
            |scene, who| who.put(&scene.of_room("/read"), json!({"ts": 1})),
        ),
    ]
}

fn post(scene: &Scene, who: &Person) -> Request {
    let body = json!({"body": "hello", "client_id": client_id()});
    who.post(&scene.of_room("/messages"), body)
}

fn edit(scene: &Scene, who: &Person) -> Request {
    who.patch(&scene.message(), json!({"body": "other words"}))
}
