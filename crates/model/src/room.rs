//! Rooms and their members.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{RoomId, UserId};
use crate::text::{RoomName, Topic};
use crate::text_enum;
use crate::time::{Timestamp, Ts};

text_enum! {
    /// What a room is.
    RoomKind {
        /// Anyone may find, read and join it.
        Public = "public",
        /// Only members know of it.
        Private = "private",
        /// A fixed set of 1–10 people.
        Direct = "direct",
    }
}

text_enum! {
    /// How much a new member sees of what was said before.
    History {
        /// Everything.
        All = "all",
        /// What was said since they joined.
        SinceJoin = "since_join",
    }
}

text_enum! {
    /// Who of a room may do something.
    RoomPolicy {
        /// Every member.
        Members = "members",
        /// The room's owners.
        Owners = "owners",
    }
}

text_enum! {
    /// A member's role in a room, the strongest last.
    RoomRole {
        /// The usual one.
        Member = "member",
        /// Manages the room.
        Owner = "owner",
    }
}

/// A room as everyone who may see it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Room {
    /// The id.
    pub id: RoomId,
    /// Public, private or direct.
    pub kind: RoomKind,
    /// The name; a direct room has none.
    #[schema(required)]
    pub name: Option<RoomName>,
    /// What it is about.
    pub topic: Topic,
    /// How much new members see.
    pub history: History,
    /// Who may post.
    pub who_posts: RoomPolicy,
    /// Who may add people.
    pub who_invites: RoomPolicy,
    /// The people of a direct room; empty for others.
    pub users: Vec<UserId>,
    /// How many members it has.
    pub members: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when nothing can be written, if so.
    #[schema(required)]
    pub archived_at: Option<Timestamp>,
    /// After how many days messages are removed for good; null: as the workspace says.
    #[schema(required)]
    pub retention_days: Option<i64>,
}

/// A room as one person sees it: what everyone sees, and where they stand in it if they are a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomView {
    /// What everyone sees.
    #[serde(flatten)]
    pub room: Room,
    /// The last event's number in the room's stream.
    pub head: u64,
    /// The place of its last message.
    pub last_ts: Ts,
    /// The caller's own part; there if they are a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub role: Option<RoomRole>,
    /// When the caller joined; there if they are a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub joined_at: Option<Timestamp>,
    /// The place up to which the caller has read; there if they are a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub read_ts: Option<Ts>,
    /// Messages after it that count, at most 1,000; there if they are a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unread: Option<i64>,
    /// Of these, the ones that mention the caller, at most 1,000; there if they are a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub mentions: Option<i64>,
}

/// A user in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The user.
    pub user: UserId,
    /// Their role in the room.
    pub role: RoomRole,
}

/// How far a user has read a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadPosition {
    /// The place up to which the user has read.
    pub read_ts: Ts,
    /// Messages after it that count, at most 1,000.
    pub unread: i64,
    /// Of these, the ones that mention the user, at most 1,000.
    pub mentions: i64,
}
