//! What travels over the gateway, as types: the payloads of operations, of their answers and of what isn't an event.
//! Events themselves are [`model::event::Event`].

use std::collections::BTreeMap;

use model::event::Event;
use model::id::{Epoch, SessionId, UserId};
use model::message::Message;
use model::room::ReadPosition;
use model::stream::StreamId;
use model::time::Ts;
use model::user::PresenceStatus;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::ProblemDocument;

/// What the server says first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Hello {
    /// Who is signed in.
    pub user: UserId,
    /// By which session.
    pub session: SessionId,
    /// The life of the database; with another one a client drops its cache.
    pub epoch: Epoch,
    /// The server's version.
    pub version: String,
    /// How long a connection may be quiet before it is pinged.
    pub heartbeat_ms: u64,
    /// The last event's number of each of the caller's streams.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub heads: BTreeMap<StreamId, u64>,
}

/// `sync`: what the client has already.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Sync {
    /// The epoch that the cursors belong to.
    pub epoch: Option<Epoch>,
    /// The last number that it has of each stream; a stream left out goes on from hello's head.
    #[serde(default)]
    pub cursors: BTreeMap<String, u64>,
}

/// The answer to `sync`, when every stream has caught up.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Synced {
    /// Streams to load afresh, each with the number after which its live events follow.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub reset: BTreeMap<StreamId, u64>,
    /// Streams that may not be read, are unknown or malformed.
    pub gone: Vec<String>,
}

/// `watch`, `unwatch`: a stream of a public room that one is no member of.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Watch {
    /// The stream.
    pub stream: String,
}

/// The answer to `watch`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Watching {
    /// The number after which the stream's live events follow.
    pub head: u64,
}

/// `send`: post a message. The answer is the message.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Send {
    /// The room.
    pub room: String,
    /// Markdown.
    pub body: String,
    /// The client's id for it, so that sending again is safe.
    pub client_id: String,
    /// The root to reply to.
    #[serde(default)]
    pub thread: Option<String>,
    /// Ids of files.
    #[serde(default)]
    pub attachments: Vec<String>,
}

/// `typing`: the caller is writing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Typing {
    /// The room.
    pub room: String,
}

/// Somebody is writing in the stream's room.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct TypingBy {
    /// Who.
    pub user: UserId,
}

/// `read`: the caller has read a room up to here.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Read {
    /// The room.
    pub room: String,
    /// The place of the last message that was read.
    pub ts: Ts,
}

/// `presence`: how this device is used.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Presence {
    /// The status.
    pub status: PresenceStatus,
}

/// `presence.watch`: whose presence this connection wants to know, instead of those before. A guest is told of those they
/// share a room with.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct PresenceWatch {
    /// At most 200 users.
    #[schema(max_items = 200)]
    pub users: Vec<String>,
}

/// Somebody's presence changed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct PresenceChange {
    /// Who.
    pub user: UserId,
    /// What it is now.
    pub status: PresenceStatus,
}

/// The server goes down: connect again, not at once.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Reconnect {
    /// How long to wait.
    pub after_ms: u64,
}

/// An operation as a client sends it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "op", content = "d")]
pub enum Operation {
    /// Catch up and go live.
    #[serde(rename = "sync")]
    Sync(Sync),
    /// Post a message.
    #[serde(rename = "send")]
    Send(Send),
    /// Tell that one is writing.
    #[serde(rename = "typing")]
    Typing(Typing),
    /// Move the read position.
    #[serde(rename = "read")]
    Read(Read),
    /// Tell how the device is used.
    #[serde(rename = "presence")]
    Presence(Presence),
    /// Ask for the presence of people.
    #[serde(rename = "presence.watch")]
    PresenceWatch(PresenceWatch),
    /// Follow a public room.
    #[serde(rename = "watch")]
    Watch(Watch),
    /// Follow it no longer.
    #[serde(rename = "unwatch")]
    Unwatch(Watch),
    /// Nothing; the answer shows that the connection lives.
    #[serde(rename = "ping")]
    Ping,
}

/// A frame as the server sends it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ServerFrame {
    /// Something durable happened.
    Event(Box<EventFrame>),
    /// What is not an event of a stream.
    Other(OtherFrame),
}

/// A durable event in its stream.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EventFrame {
    /// The stream.
    pub s: StreamId,
    /// Its number there.
    pub n: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// A number that the log no longer holds, or that the reader mustn't see.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Numbered {
    /// The stream.
    pub s: StreamId,
    /// The number.
    pub n: u64,
}

/// What an operation did, by its name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Done {
    /// Of `sync`.
    Synced(Synced),
    /// Of `send`.
    Sent(Box<Message>),
    /// Of `read`.
    Read(ReadPosition),
    /// Of `watch`.
    Watching(Watching),
    /// Of everything else.
    Nothing(Nothing),
}

/// `{}`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A frame that is not an event of a stream.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t")]
pub enum OtherFrame {
    /// The first frame.
    #[serde(rename = "hello")]
    Hello {
        /// Its content.
        d: Hello,
    },
    /// A number without an event.
    #[serde(rename = "skip")]
    Skip(Numbered),
    /// An operation was done.
    #[serde(rename = "ok")]
    Ok {
        /// The operation's id.
        re: String,
        /// What it did.
        d: Done,
    },
    /// An operation was not done, or, without `re`, something else is wrong.
    #[serde(rename = "error")]
    Error {
        /// The operation's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        re: Option<String>,
        /// Why.
        d: ProblemDocument,
    },
    /// Somebody is writing.
    #[serde(rename = "typing")]
    Typing {
        /// The room's stream.
        s: StreamId,
        /// Who.
        d: TypingBy,
    },
    /// Presence of watched people changed.
    #[serde(rename = "presence")]
    Presence {
        /// Who, and to what.
        d: Vec<PresenceChange>,
    },
    /// The server goes down.
    #[serde(rename = "reconnect")]
    Reconnect {
        /// When to come back.
        d: Reconnect,
    },
}
