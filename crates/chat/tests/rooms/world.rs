//! A workspace with people, and what its store published.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chat::mail::Mailer;
use chat::messages::{NewMessage, Posted};
use chat::rooms::NewRoom;
use chat::sealing::Sealer;
use chat::{Caller, Chat, Credential, Result, Settings};
use files::staging::Staging;
use files::storage::Storage;
use model::event::Event;
use model::id::RoomId;
use model::message::Message;
use model::stream::StreamId;
use model::text::{DisplayName, Username};
use model::time::Clock;
use model::user::{Role, UserKind};
use parking_lot::Mutex;
use store::sessions::NewSession;
use store::streams::LogKeep;
use store::users::NewUser;
use store::{Committed, Notice, Options, Store, Tx, sessions, users, workspace};
use tempfile::TempDir;
use testkit::{Database, children};

pub(crate) struct World {
    pub(crate) chat: Chat,
    pub(crate) published: Arc<Mutex<Vec<Committed>>>,
    /// Where files are kept.
    pub(crate) folder: TempDir,
    next: AtomicU64,
}

impl World {
    pub(crate) async fn new(db: &Database) -> Self {
        Self::at(db, Clock::system()).await
    }

    pub(crate) async fn at(db: &Database, clock: Clock) -> Self {
        let database = match (db.path(), db.url()) {
            (Some(path), _) => store::Database::Sqlite(path),
            (None, Some(url)) => store::Database::Postgres(url.to_owned()),
            (None, None) => unreachable!(),
        };
        let published = Arc::new(Mutex::new(Vec::new()));
        let sink = published.clone();
        let store = Store::open(Options {
            database,
            clock,
            on_commit: Arc::new(move |notice| match notice {
                Notice::Committed(events) => sink.lock().extend(events),
                Notice::Uncertain(streams) => panic!("an outcome is unknown: {streams:?}"),
            }),
        })
        .await
        .unwrap();
        store
            .write(&[StreamId::Workspace], async |tx: &mut Tx| {
                workspace::ensure(tx).await
            })
            .await
            .unwrap();
        let folder = children::folder();
        let settings = Settings {
            public_url: "http://127.0.0.1".to_owned(),
            rate_limits: false,
            // Nothing here sends mail.
            mailer: Mailer::folder(PathBuf::from("mail"), "Parley <parley@localhost>").unwrap(),
            mail_server_is_set: false,
            sealer: Sealer::new(&[7; 32]).unwrap(),
            log_keep: LogKeep::default(),
            storage: Storage::Disk(folder.path().join("files")),
            staging: Staging::at(folder.path().join("uploads")),
        };
        Self {
            chat: Chat::new(store, settings),
            published,
            folder,
            next: AtomicU64::new(0),
        }
    }

    pub(crate) async fn person(&self, name: &str) -> Caller {
        self.with_role(name, Role::Member).await
    }

    pub(crate) async fn with_role(&self, name: &str, role: Role) -> Caller {
        let new = NewUser {
            kind: UserKind::Person,
            username: Username::parse(name).unwrap(),
            display_name: DisplayName::parse(name).unwrap(),
            email: None,
            password_hash: None,
            role,
        };
        let job = async move |tx: &mut Tx| {
            let user = users::insert(tx, &new).await?.id;
            let mut hash = [0; 32];
            hash[..16].copy_from_slice(user.uuid().as_bytes());
            let device = NewSession {
                user,
                token_hash: &hash,
                device: "a test",
                address: "",
            };
            Ok::<_, store::Error>((user, sessions::insert(tx, device).await?))
        };
        let made = self.chat.store().write(&[StreamId::Workspace], job);
        let (user, session) = made.await.unwrap();
        Caller {
            user,
            credential: Credential::Session(session),
            role,
        }
    }

    pub(crate) async fn room(&self, by: Caller, kind: &str, members: &[Caller]) -> RoomId {
        let room = NewRoom {
            kind: kind.to_owned(),
            name: "Plans".to_owned(),
            topic: None,
            members: members
                .iter()
                .map(|member| member.user.to_string())
                .collect(),
        };
        self.chat.create_room(by, room).await.unwrap().room.id
    }

    pub(crate) fn words(&self, body: &str) -> NewMessage {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        NewMessage {
            body: body.to_owned(),
            client_id: format!("c{id}"),
            thread: None,
            also_to_room: None,
            attachments: Vec::new(),
        }
    }

    pub(crate) async fn try_say(&self, by: Caller, room: RoomId, body: &str) -> Result<Posted> {
        self.chat.post(by, room, self.words(body)).await
    }

    pub(crate) async fn say(&self, by: Caller, room: RoomId, body: &str) -> Message {
        self.try_say(by, room, body).await.unwrap().message
    }

    /// What was published on a stream, in order.
    pub(crate) fn told(&self, stream: StreamId) -> Vec<(u64, Event, Committed)> {
        let published = self.published.lock();
        let on_stream = published.iter().filter(|event| event.stream == stream);
        on_stream
            .map(|event| {
                let frame: serde_json::Value = serde_json::from_str(&event.frame).unwrap();
                let kind = frame["t"].as_str().unwrap();
                let parsed = Event::from_parts(kind, &frame["d"].to_string()).unwrap();
                (event.n, parsed, event.clone())
            })
            .collect()
    }

    /// The types of what was published on a stream, in order.
    pub(crate) fn kinds(&self, stream: StreamId) -> Vec<&'static str> {
        self.told(stream)
            .iter()
            .map(|(_, event, _)| event.kind())
            .collect()
    }
}

/// The HTTP code that a refusal becomes.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result.expect_err("a refusal") {
        chat::Error::NotFound => "not_found",
        chat::Error::Refused(code) | chat::Error::RefusedBecause(code, _) => code.as_str(),
        chat::Error::Invalid(errors) => errors[0].code.as_str(),
        other => panic!("{other}"),
    }
}
