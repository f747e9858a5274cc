//! Messages and what hangs on them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::file::File;
use crate::id::{MessageId, RoomId, UserId};
use crate::text::ClientId;
use crate::text_enum;
use crate::time::{Timestamp, Ts};

text_enum! {
    /// What a message is.
    MessageKind {
        /// Somebody's words.
        Message = "message",
        /// What happened, worded by the client's catalogue.
        System = "system",
    }
}

text_enum! {
    /// What a system message tells.
    SystemType {
        /// The room was made.
        RoomCreated = "room_created",
        /// Somebody joined by themselves.
        Joined = "joined",
        /// Somebody was added.
        Added = "added",
        /// Somebody left by themselves.
        Left = "left",
        /// Somebody was removed.
        Removed = "removed",
        /// The room has another name.
        Renamed = "renamed",
        /// The room has another topic.
        TopicChanged = "topic_changed",
        /// The room was archived.
        Archived = "archived",
    }
}

/// The content of a system message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct System {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: SystemType,
    /// Who did it.
    pub actor: UserId,
    /// Whom it concerns.
    pub users: Vec<UserId>,
    /// Texts that belong to it, such as a new name.
    pub values: Vec<String>,
}

/// A mention in a message's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mention {
    /// Who is meant.
    pub user: UserId,
    /// Where it starts in the text, in characters.
    pub start: u32,
    /// How long it is, in characters, with the `@`.
    pub len: u32,
}

/// One emoji on a message, with who set it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who set it, the first ones.
    pub users: Vec<UserId>,
    /// How many set it.
    pub count: i64,
}

/// A page that a message links to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// The id.
    pub id: MessageId,
    /// Its room.
    pub room: RoomId,
    /// Its place in the room.
    pub ts: Ts,
    /// The number of the event that created it; never changes.
    pub n: u64,
    /// Words or a happening.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: UserId,
    /// Markdown as written; empty when deleted and for system messages.
    pub body: String,
    /// The root of its thread, if it is a reply.
    #[schema(required)]
    pub thread: Option<MessageId>,
    /// How many replies it has as a root.
    pub reply_count: i64,
    /// Files.
    pub attachments: Vec<File>,
    /// Reactions, the oldest first.
    pub reactions: Vec<Reaction>,
    /// Who is meant, in order of place.
    pub mentions: Vec<Mention>,
    /// Pages it links to.
    pub previews: Vec<Preview>,
    /// What happened, for a system message.
    #[schema(required)]
    pub system: Option<System>,
    /// The id that its author's client gave it.
    #[schema(required)]
    pub client_id: Option<ClientId>,
    /// When it was written, by the wall clock.
    pub created_at: Timestamp,
    /// When it was last edited, if so.
    #[schema(required)]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted, if so.
    #[schema(required)]
    pub deleted_at: Option<Timestamp>,
}
