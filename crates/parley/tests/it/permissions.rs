//! Who may do what: every call and every operation, by everybody, compared with one table.
//!
//! The list of calls and operations comes from the served document, so that a new one without a row fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::app::{PASSWORD, account, client_id};
use testkit::client::Method;
use testkit::{App, Gateway, Person, Request};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

use crate::support::{setup, stream};

/// The people of the table, in the order of its columns.
const WHO: [&str; 5] = [
    "the workspace's owner",
    "the room's owner",
    "a member",
    "a stranger to the room",
    "somebody signed out",
];

/// An id of nothing.
const NOTHING: &str = "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77";

/// What stands before one cell of the table: rooms of ana's with bo in them, made for this cell alone.
struct Scene {
    people: [Person; 5],
    /// In none of the rooms.
    dora: String,
    room: String,
    /// A message of bo's in the room.
    message: String,
    /// An invitation of ana's.
    invitation: String,
}

/// What the room of a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    Nothing,
    Invitation,
    Private,
    Public,
    Archived,
    Direct,
}

/// A line of the table: a call with what each of [`WHO`] is answered.
struct Row {
    call: &'static str,
    room: In,
    case: &'static str,
    expected: [u16; 5],
    request: fn(&Scene, &Person) -> Request,
}

const fn row(
    call: &'static str,
    room: In,
    case: &'static str,
    expected: [u16; 5],
    request: fn(&Scene, &Person) -> Request,
) -> Row {
    Row {
        call,
        room,
        case,
        expected,
        request,
    }
}

impl Scene {
    fn of_room(&self, rest: &str) -> String {
        format!("rooms/{}{rest}", self.room)
    }

    fn member(&self, who: &str) -> String {
        self.of_room(&format!("/members/{who}"))
    }

    fn message(&self) -> String {
        format!("messages/{}", self.message)
    }

    fn bo(&self) -> &str {
        &self.people[2].id
    }

    fn ana(&self) -> &str {
        &self.people[1].id
    }
}

/// Everybody may.
const ALL: [u16; 5] = [200; 5];
/// Everybody signed in may.
const SIGNED_IN: [u16; 5] = [200, 200, 200, 200, 401];
/// Members may; for others it isn't there.
const MEMBERS: [u16; 5] = [404, 200, 200, 404, 401];

fn table() -> Vec<Row> {
    use In::{Archived, Direct, Invitation, Nothing, Private, Public};
    vec![
        row("GET /healthz", Nothing, "", ALL, |_, who| {
            who.get("/healthz")
        }),
        row("GET /readyz", Nothing, "", ALL, |_, who| who.get("/readyz")),
        row(
            "GET /metrics",
            Nothing,
            "",
            [200, 403, 403, 403, 401],
            |_, who| who.get("/metrics"),
        ),
        row("GET /api/v1/setup", Nothing, "", ALL, |_, who| {
            who.get("setup")
        }),
        row(
            "POST /api/v1/setup",
            Nothing,
            "a second time",
            [409; 5],
            |_, who| {
                let mut body = account("eve");
                body["token"] = json!("x");
                body["workspace"] = json!("Eve's");
                body["join_policy"] = json!("open");
                who.post("setup", body)
            },
        ),
        row(
            "POST /api/v1/auth/register",
            Nothing,
            "a taken name",
            [422; 5],
            |_, who| who.post("auth/register", account("ana")),
        ),
        row(
            "POST /api/v1/auth/confirm",
            Nothing,
            "a wrong link",
            [403; 5],
            |_, who| who.post("auth/confirm", json!({"token": "x"})),
        ),
        row("POST /api/v1/auth/login", Nothing, "", ALL, |_, who| {
            who.post("auth/login", json!({"login": "dora", "password": PASSWORD}))
        }),
        row(
            "POST /api/v1/auth/login",
            Nothing,
            "a wrong password",
            [401; 5],
            |_, who| {
                who.post(
                    "auth/login",
                    json!({"login": "ana", "password": "not the password"}),
                )
            },
        ),
        row(
            "POST /api/v1/auth/forgot-password",
            Nothing,
            "",
            [202; 5],
            |_, who| {
                who.post(
                    "auth/forgot-password",
                    json!({"email": "nobody@example.org"}),
                )
            },
        ),
        row(
            "POST /api/v1/auth/reset-password",
            Nothing,
            "a wrong link",
            [403; 5],
            |_, who| {
                who.post(
                    "auth/reset-password",
                    json!({"token": "x", "password": PASSWORD}),
                )
            },
        ),
        row(
            "POST /api/v1/auth/invite",
            Nothing,
            "a wrong link",
            [403; 5],
            |_, who| who.post("auth/invite", json!({"token": "x"})),
        ),
        row("GET /api/v1/me", Nothing, "", SIGNED_IN, |_, who| {
            who.get("me")
        }),
        row("PATCH /api/v1/me", Nothing, "", SIGNED_IN, |_, who| {
            who.patch("me", json!({}))
        }),
        row(
            "POST /api/v1/me/password",
            Nothing,
            "a wrong password",
            [422, 422, 422, 422, 401],
            |_, who| {
                who.post(
                    "me/password",
                    json!({"current": "x", "password": "seven pears in a bowl"}),
                )
            },
        ),
        row(
            "GET /api/v1/me/sessions",
            Nothing,
            "",
            SIGNED_IN,
            |_, who| who.get("me/sessions"),
        ),
        row(
            "DELETE /api/v1/me/sessions/{id}",
            Nothing,
            "one that isn't theirs",
            [404, 404, 404, 404, 401],
            |_, who| who.delete(&format!("me/sessions/{NOTHING}")),
        ),
        row("GET /api/v1/workspace", Nothing, "", SIGNED_IN, |_, who| {
            who.get("workspace")
        }),
        row(
            "PATCH /api/v1/workspace",
            Nothing,
            "",
            [200, 403, 403, 403, 401],
            |_, who| who.patch("workspace", json!({})),
        ),
        row("GET /api/v1/users", Nothing, "", SIGNED_IN, |_, who| {
            who.get("users")
        }),
        row(
            "GET /api/v1/users/{id}",
            Nothing,
            "",
            SIGNED_IN,
            |scene, who| who.get(&format!("users/{}", scene.dora)),
        ),
        row(
            "GET /api/v1/users/{id}",
            Nothing,
            "nobody",
            [404, 404, 404, 404, 401],
            |_, who| who.get(&format!("users/{NOTHING}")),
        ),
        row(
            "GET /api/v1/invitations",
            Nothing,
            "",
            SIGNED_IN,
            |_, who| who.get("invitations"),
        ),
        row(
            "POST /api/v1/invitations",
            Nothing,
            "",
            [201, 201, 201, 201, 401],
            |_, who| who.post("invitations", json!({})),
        ),
        row(
            "DELETE /api/v1/invitations/{id}",
            Invitation,
            "ana's",
            [204, 204, 404, 404, 401],
            |scene, who| who.delete(&format!("invitations/{}", scene.invitation)),
        ),
        row("GET /api/v1/rooms", Nothing, "", SIGNED_IN, |_, who| {
            who.get("rooms")
        }),
        row(
            "GET /api/v1/rooms",
            Nothing,
            "the directory",
            SIGNED_IN,
            |_, who| who.get("rooms?scope=public"),
        ),
        row(
            "POST /api/v1/rooms",
            Nothing,
            "public",
            [201, 201, 201, 201, 401],
            |_, who| who.post("rooms", json!({"kind": "public", "name": "new"})),
        ),
        row(
            "POST /api/v1/rooms",
            Nothing,
            "private",
            [201, 201, 201, 201, 401],
            |_, who| who.post("rooms", json!({"kind": "private", "name": "new"})),
        ),
        row(
            "POST /api/v1/directs",
            Nothing,
            "",
            [201, 201, 201, 201, 401],
            |scene, who| who.post("directs", json!({"users": [scene.dora]})),
        ),
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
        ),
        row(
            "PATCH /api/v1/rooms/{id}",
            Public,
            "the topic",
            [200, 200, 200, 403, 401],
            |scene, who| who.patch(&scene.of_room(""), json!({"topic": "new"})),
        ),
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
        ),
        row(
            "PUT /api/v1/rooms/{id}/members/{user_id}",
            Public,
            "somebody new",
            [200, 200, 200, 403, 401],
            |scene, who| who.put(&scene.member(&scene.dora), json!({})),
        ),
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
        ),
        row(
            "DELETE /api/v1/rooms/{id}/members/{user_id}",
            Public,
            "the member",
            [204, 204, 204, 403, 401],
            |scene, who| who.delete(&scene.member(scene.bo())),
        ),
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
        ),
        row(
            "PATCH /api/v1/messages/{id}",
            Public,
            "bo's",
            [403, 403, 200, 403, 401],
            edit,
        ),
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
        ),
        row(
            "DELETE /api/v1/messages/{id}",
            Public,
            "bo's",
            [204, 204, 204, 403, 401],
            |scene, who| who.delete(&scene.message()),
        ),
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
        row(
            "GET /api/v1/gateway",
            Nothing,
            "without a handshake",
            [426, 426, 426, 426, 401],
            |_, who| who.get("gateway"),
        ),
        // Last: it ends the sessions of the table's people.
        row(
            "POST /api/v1/auth/logout",
            Nothing,
            "",
            [204, 204, 204, 204, 401],
            |_, who| who.request(Method::POST, "auth/logout"),
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

/// The people of the table, with dora.
async fn people(app: &App) -> ([Person; 5], Person) {
    let olga = app.setup().await;
    let (ana, bo, cy) = (
        app.person("ana").await,
        app.person("bo").await,
        app.person("cy").await,
    );
    ([olga, ana, bo, cy, app.anyone()], app.person("dora").await)
}

async fn scene(people: &[Person; 5], dora: &Person, room: In) -> Scene {
    let [_, ana, bo, ..] = people;
    let invitation = match room {
        In::Invitation => ana.post("invitations", json!({})).await.is(201)["id"].clone(),
        _ => Value::Null,
    };
    let made = match room {
        In::Nothing | In::Invitation => String::new(),
        In::Private | In::Archived => ana.private("private", &[bo]).await,
        In::Public => {
            let room = ana.public("public").await;
            bo.join(&room).await;
            room
        }
        In::Direct => ana.direct(&[bo]).await,
    };
    let message = match room {
        In::Nothing | In::Invitation => Value::Null,
        _ => bo.say(&made, "words").await["id"].clone(),
    };
    if room == In::Archived {
        ana.delete(&format!("rooms/{made}")).await.is(204);
    }
    let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
    Scene {
        people: people.clone(),
        dora: dora.id.clone(),
        room: made,
        message: text(message),
        invitation: text(invitation),
    }
}

/// What an operation came to: `ok`, `gone`, or a problem's code.
async fn outcome(gateway: &Gateway, op: &str, d: Value) -> String {
    let answer = gateway.op(op, d).await;
    match answer["t"].as_str().unwrap() {
        "ok" if answer["d"]["gone"]
            .as_array()
            .is_some_and(|gone| !gone.is_empty()) =>
        {
            "gone".to_owned()
        }
        "ok" => "ok".to_owned(),
        _ => answer["d"]["code"].as_str().unwrap().to_owned(),
    }
}

/// An operation, where, its content, and what each of the four who can connect is answered.
type OpRow = (&'static str, In, fn(&Scene) -> Value, [&'static str; 4]);

fn operations() -> Vec<OpRow> {
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

testkit::on_both_databases! {
    async fn every_call_is_answered_as_the_table_says(db: Database) {
        let app = setup(db).start().await;
        let (people, dora) = people(&app).await;
        let mut wrong = Vec::new();
        let mut rows = BTreeSet::new();
        for row in table() {
            rows.insert(row.call.to_owned());
            for (column, expected) in row.expected.into_iter().enumerate() {
                let scene = scene(&people, &dora, row.room).await;
                let answer = (row.request)(&scene, &scene.people[column]).await;
                if answer.status != expected {
                    wrong.push(format!(
                        "{} ({:?}, {}) by {}: expected {expected}: {answer:?}",
                        row.call, row.room, row.case, WHO[column]
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let calls = app.contract().await.calls();
        assert_eq!(rows, calls, "the table and the document list different calls");
    }

    async fn every_operation_is_answered_as_the_table_says(db: Database) {
        let app = setup(db).start().await;
        let (people, dora) = people(&app).await;
        let mut wrong = Vec::new();
        let mut ops = BTreeSet::new();
        for (op, room, content, expected) in operations() {
            ops.insert(op.to_owned());
            for (column, expected) in expected.into_iter().enumerate() {
                let scene = scene(&people, &dora, room).await;
                let gateway = match op {
                    "sync" => scene.people[column].gateway().await,
                    _ => scene.people[column].live().await,
                };
                let found = outcome(&gateway, op, content(&scene)).await;
                if found != expected {
                    let who = WHO[column];
                    wrong.push(format!("{op} ({room:?}) by {who}: expected {expected}: {found}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(ops, app.contract().await.operations(), "the table and the document list different operations");
        // Nobody who is signed out comes as far as an operation.
        let stream = TcpStream::connect(app.address()).await.unwrap();
        let refused = Gateway::over(&app, stream, &[]).await;
        assert!(matches!(refused, Err(Error::Http(refusal)) if refusal.status() == 401));
    }
}
