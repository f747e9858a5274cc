//! The operations of the gateway.

use serde_json::{Value, json};
use testkit::app::client_id;

use super::{In, Scene};
use crate::support::stream;

/// An operation, where, its content, and what each of the first four, who can connect, is answered.
pub(super) type OpRow = (&'static str, In, fn(&Scene) -> Value, [&'static str; 4]);

/// What an administrator, a guest in the room, and a token of the workspace's owner without `write` are answered.
pub(super) fn of_others(op: &str, [owner, _, member, _]: [&'static str; 4]) -> [&'static str; 3] {
    let writes = ["send", "read", "typing", "presence"].contains(&op);
    [owner, member, if writes { "scope_missing" } else { owner }]
}

pub(super) fn operations() -> Vec<OpRow> {
    use In::{Archived, Nothing, Private, Public};
    const OK: [&str; 4] = ["ok"; 4];
    const MEMBERS: [&str; 4] = ["not_found", "ok", "ok", "not_found"];
    let send =
        |scene: &Scene| json!({"room": scene.room, "body": "hello", "client_id": client_id()});
    let of_room = |scene: &Scene| json!({"room": scene.room});
    let read = |scene: &Scene| json!({"room": scene.room, "ts": 1});
    let of_stream = |scene: &Scene| json!({"stream": stream(&scene.room)});
    let cursor = |scene: &Scene| json!({"cursors": { stream(&scene.room): 0 }});
    vec![
        ("sync", Private, cursor, ["gone", "ok", "ok", "gone"]),
        ("sync", Public, cursor, OK),
        ("send", Private, send, MEMBERS),
        ("send", Public, send, ["forbidden", "ok", "ok", "forbidden"]),
        (
            "send",
            Archived,
            send,
            ["not_found", "room_archived", "room_archived", "not_found"],
        ),
        ("typing", Private, of_room, MEMBERS),
        (
            "typing",
            Public,
            of_room,
            ["forbidden", "ok", "ok", "forbidden"],
        ),
        ("read", Private, read, MEMBERS),
        ("read", Public, read, ["forbidden", "ok", "ok", "forbidden"]),
        ("watch", Private, of_stream, MEMBERS),
        ("watch", Public, of_stream, OK),
        ("unwatch", Private, of_stream, OK),
        ("presence", Nothing, |_| json!({"status": "away"}), OK),
        (
            "presence.watch",
            Nothing,
            |scene| json!({"users": [scene.dora]}),
            OK,
        ),
        ("ping", Nothing, |_| json!({}), OK),
    ]
}
