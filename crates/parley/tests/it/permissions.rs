//! Who may do what: every call and every operation, by everybody, compared with one table.
//!
//! The list of calls and operations comes from the served document, so that a new one without a row fails.

mod calls;
mod operations;
mod room_calls;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::{App, Gateway, Person, Request};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

use self::calls::calls;
use self::operations::operations;
use self::room_calls::room_calls;
use crate::support::setup;

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

testkit::on_both_databases! {
    async fn every_call_is_answered_as_the_table_says(db: Database) {
        let app = setup(db).start().await;
        let (people, dora) = people(&app).await;
        let mut wrong = Vec::new();
        let mut rows = BTreeSet::new();
        // Signing out stands last among the calls.
        for row in room_calls().into_iter().chain(calls()) {
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
