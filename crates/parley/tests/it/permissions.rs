//! Who may do what: every call and every operation, by everybody, compared with one table.
//!
//! The list of calls and operations comes from the served document, so that a new one without a row fails.

mod admin_calls;
mod calls;
mod file_calls;
mod operations;
mod room_calls;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testkit::app::{account, client_id};
use testkit::client::Method;
use testkit::{App, Gateway, Person, Request};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

use self::admin_calls::admin_calls;
use self::calls::calls;
use self::file_calls::file_calls;
use self::operations::{of_others, operations};
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

/// The others, whose answers mostly follow from those of the first.
const OTHERS: [&str; 4] = [
    "an administrator",
    "a guest in the room",
    "somebody deactivated",
    "a token of the workspace's owner without the scope",
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
    /// The file that it carries.
    file: String,
    /// An upload that bo has begun.
    upload: String,
    /// An invitation of ana's.
    invitation: String,
    /// Somebody who was made for this cell.
    somebody: String,
}

/// What the room of a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    Nothing,
    Invitation,
    Somebody,
    Upload,
    Private,
    Public,
    Archived,
    Direct,
}

/// A line of the table: a call with what each of [`WHO`] is answered, and those of [`OTHERS`] whose answer doesn't
/// follow from it.
struct Row {
    call: &'static str,
    room: In,
    case: &'static str,
    expected: [u16; 5],
    administrator: Option<u16>,
    guest: Option<u16>,
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
        administrator: None,
        guest: None,
        request,
    }
}

impl Row {
    /// An administrator who isn't an owner is answered otherwise than one.
    const fn by_administrator(mut self, status: u16) -> Self {
        self.administrator = Some(status);
        self
    }

    /// A guest in the room is answered otherwise than a member.
    const fn by_guest(mut self, status: u16) -> Self {
        self.guest = Some(status);
        self
    }

    /// What each of [`OTHERS`] is answered; `signed_in`: whether the call is for people who are signed in only.
    fn expected_of_others(&self, signed_in: bool) -> [u16; 4] {
        let [owner, _, member, _, signed_out] = self.expected;
        let guest = match self.room {
            In::Direct | In::Upload => 404,
            _ => member,
        };
        [
            self.administrator.unwrap_or(owner),
            self.guest.unwrap_or(guest),
            signed_out,
            if signed_in { 403 } else { signed_out },
        ]
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

    fn file(&self, rest: &str) -> String {
        format!("files/{}{rest}", self.file)
    }

    fn upload(&self) -> String {
        format!("uploads/{}", self.upload)
    }

    fn bo(&self) -> &str {
        &self.people[2].id
    }

    fn ana(&self) -> &str {
        &self.people[1].id
    }
}

/// Those of [`OTHERS`] who are people, and olga's tokens, each of which lacks one scope.
struct Others {
    administrator: Person,
    guest: Person,
    deactivated: Person,
    tokens: BTreeMap<String, Person>,
}

impl Others {
    async fn new(app: &App, olga: &Person) -> Self {
        let (adam, deactivated) = (app.person("adam").await, app.person("dee").await);
        let administrator = olga.promote(&adam, "administrator").await;
        // A guest from the start is in no room that everyone new joins.
        let mut new = account("gus");
        new["role"] = json!("guest");
        olga.post("admin/users", new).await.is(201);
        let guest = app.login("gus").await;
        let path = format!("admin/users/{}/deactivate", deactivated.id);
        olga.post(&path, json!({})).await.is(200);
        let all = ["read", "write", "admin:read", "admin:write"];
        let mut tokens = BTreeMap::new();
        for lacking in all.into_iter().chain(["session"]) {
            let scopes: Vec<_> = all.into_iter().filter(|scope| *scope != lacking).collect();
            let new = json!({"name": format!("no {lacking}"), "scopes": scopes});
            let made = olga.post("me/tokens", new).await.is(201);
            let person = json!({"user": olga.user, "token": made["secret"]});
            tokens.insert(lacking.to_owned(), Person::signed_in(app, &person));
        }
        Self {
            administrator,
            guest,
            deactivated,
            tokens,
        }
    }

    /// In the order of [`OTHERS`], for a call for which a token needs `scope`.
    fn of(&self, scope: Option<&str>) -> [&Person; 4] {
        let token = &self.tokens[scope.unwrap_or("session")];
        [&self.administrator, &self.guest, &self.deactivated, token]
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

async fn scene(people: &[Person; 5], guest: &Person, dora: &Person, room: In) -> Scene {
    let [olga, ana, bo, ..] = people;
    let invitation = match room {
        In::Invitation => ana.post("invitations", json!({})).await.is(201)["id"].clone(),
        _ => Value::Null,
    };
    let somebody = match room {
        In::Somebody => {
            let name = format!("s{}", &client_id()[..8]);
            let new = json!({"username": name, "email": format!("{name}@example.org")});
            olga.post("admin/users", new).await.is(201)["id"].clone()
        }
        _ => Value::Null,
    };
    let upload = match room {
        In::Upload => {
            let new = json!({"name": "a", "size": 2});
            bo.post("uploads", new).await.is(201)["id"].clone()
        }
        _ => Value::Null,
    };
    let made = match room {
        In::Nothing | In::Invitation | In::Somebody | In::Upload => String::new(),
        In::Private | In::Archived => ana.private("private", &[bo]).await,
        In::Public => {
            let room = ana.public("public").await;
            bo.join(&room).await;
            room
        }
        In::Direct => ana.direct(&[bo]).await,
    };
    if let In::Private | In::Public | In::Archived = room {
        ana.add(&made, guest).await;
    }
    let (message, file) = match room {
        In::Nothing | In::Invitation | In::Somebody | In::Upload => (Value::Null, Value::Null),
        _ => carried(bo, &made).await,
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
        file: text(file),
        upload: text(upload),
        invitation: text(invitation),
        somebody: text(somebody),
    }
}

/// A new message in a room, and the file that it carries.
async fn carried(by: &Person, room: &str) -> (Value, Value) {
    let file = by
        .request(Method::POST, "files?name=a.txt")
        .body("text/plain", "a")
        .await
        .is(201)["id"]
        .clone();
    let body = json!({"body": "words", "client_id": client_id(), "attachments": [file]});
    let posted = by.post(&format!("rooms/{room}/messages"), body).await;
    (posted.is(201)["id"].clone(), file)
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
        let others = Others::new(&app, &people[0]).await;
        let mut wrong = Vec::new();
        let mut rows = BTreeSet::new();
        // Signing out stands last among the calls.
        let all = room_calls().into_iter().chain(file_calls()).chain(admin_calls()).chain(calls());
        for row in all {
            rows.insert(row.call.to_owned());
            let scope = app.contract().await.scope_of(row.call);
            let who = people.iter().chain(others.of(scope));
            let expected = row.expected.into_iter().chain(row.expected_of_others(scope.is_some()));
            let names = WHO.iter().chain(&OTHERS);
            for ((who, name), expected) in who.zip(names).zip(expected) {
                let scene = scene(&people, &others.guest, &dora, row.room).await;
                let answer = (row.request)(&scene, who).await;
                if row.room == In::Upload {
                    // Nobody has room for very many that aren't done.
                    drop(people[2].delete(&scene.upload()).await);
                }
                if answer.status != expected {
                    wrong.push(format!(
                        "{} ({:?}, {}) by {name}: expected {expected}: {answer:?}",
                        row.call, row.room, row.case
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
        let others = Others::new(&app, &people[0]).await;
        let who = people[..4].iter().chain([&others.administrator, &others.guest, &others.tokens["write"]]);
        let names = WHO[..4].iter().chain([&OTHERS[0], &OTHERS[1], &OTHERS[3]]);
        let who: Vec<_> = who.zip(names).collect();
        let mut wrong = Vec::new();
        let mut ops = BTreeSet::new();
        for (op, room, content, expected) in operations() {
            ops.insert(op.to_owned());
            let expected = expected.into_iter().chain(of_others(op, expected));
            for ((who, name), expected) in who.iter().zip(expected) {
                let scene = scene(&people, &others.guest, &dora, room).await;
                let gateway = match op {
                    "sync" => who.gateway().await,
                    _ => who.live().await,
                };
                let found = outcome(&gateway, op, content(&scene)).await;
                if found != expected {
                    wrong.push(format!("{op} ({room:?}) by {name}: expected {expected}: {found}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(ops, app.contract().await.operations(), "the table and the document list different operations");
        // Nobody who is signed out or deactivated comes as far as an operation, nor does a token that may not read.
        let stream = TcpStream::connect(app.address()).await.unwrap();
        let signed_out = Gateway::over(&app, stream, &[]).await;
        let deactivated = Gateway::try_connect(&others.deactivated, &app.address()).await;
        let blind = Gateway::try_connect(&others.tokens["read"], &app.address()).await;
        for (refused, status) in [(signed_out, 401), (deactivated, 401), (blind, 403)] {
            assert!(matches!(refused, Err(Error::Http(refusal)) if refusal.status() == status));
        }
    }
}
