//! Durable events: what happened, in the words of the gateway.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{MessageId, RoomId, SessionId, UserId};
use crate::message::Message;
use crate::room::{Member, Room};
use crate::stream::StreamId;
use crate::text_enum;
use crate::time::Ts;
use crate::user::{User, Workspace};

/// A reaction that was set or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReactionChange {
    /// The message.
    pub message: MessageId,
    /// Who did it.
    pub user: UserId,
    /// The emoji.
    pub emoji: String,
}

/// A room that the person is now a member of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomJoined {
    /// The room.
    pub room: RoomId,
    /// The number after which its live events follow.
    pub head: u64,
}

/// A room that the person is no longer a member of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomLeft {
    /// The room.
    pub room: RoomId,
}

/// Messages of the room that are gone for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomTrimmed {
    /// The place before which there are none any more.
    pub before_ts: Ts,
}

/// How far the person has read a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadUpdated {
    /// The room.
    pub room: RoomId,
    /// The place up to which they have read.
    pub read_ts: Ts,
    /// Messages after it that count, at most 1,000.
    pub unread: i64,
    /// Of these, the ones that mention them, at most 1,000.
    pub mentions: i64,
}

text_enum! {
    /// Why a session or a token ended.
    RevokeReason {
        /// The person signed out, on the device itself or from another one.
        SignedOut = "signed_out",
        /// The person revoked the token.
        Revoked = "revoked",
        /// An administrator ended it.
        Administrator = "administrator",
        /// The person's password was changed or reset.
        Password = "password",
        /// The person's role was changed.
        Role = "role",
        /// The account was deactivated.
        Deactivated = "deactivated",
        /// Its time was over.
        Expired = "expired",
        /// A newer session took its place.
        Replaced = "replaced",
    }
}

/// A session or a token that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionRevoked {
    /// The session, or the token by its id.
    pub session: SessionId,
    /// Why it ended; absent in events from before reasons were written down.
    #[schema(required = false)]
    pub reason: RevokeReason,
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($data:ty) = $text:tt,)*) => {
        /// A durable event with its whole content.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(tag = "t", content = "d")]
        pub enum Event {$(
            $(#[$doc])*
            #[serde(rename = $text)]
            $variant($data),
        )*}

        impl Event {
            /// The type, as it travels and as the log keeps it.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $text,)* }
            }

            /// The types there are.
            pub const KINDS: &'static [&'static str] = &[$($text,)*];

            /// The content as JSON.
            pub fn data(&self) -> Result<String, serde_json::Error> {
                match self { $(Self::$variant(data) => serde_json::to_string(data),)* }
            }

            /// The event of type `kind` with the content `data`.
            pub fn from_parts(kind: &str, data: &str) -> Result<Self, serde_json::Error> {
                match kind {
                    $($text => serde_json::from_str(data).map(Self::$variant),)*
                    other => Err(serde::de::Error::custom(format!("unknown event type {other}"))),
                }
            }
        }
    };
}

events! {
    /// A message was posted.
    MessageCreated(Message) = "message.created",
    /// A message was edited.
    MessageUpdated(Message) = "message.updated",
    /// A message was deleted.
    MessageDeleted(Message) = "message.deleted",
    /// A reaction was set.
    ReactionAdded(ReactionChange) = "reaction.added",
    /// A reaction was taken back.
    ReactionRemoved(ReactionChange) = "reaction.removed",
    /// Somebody is a member now.
    MemberJoined(Member) = "member.joined",
    /// Somebody is no member any more; the role is the one they had.
    MemberLeft(Member) = "member.left",
    /// A member's role changed.
    MemberUpdated(Member) = "member.updated",
    /// The room's settings changed.
    RoomUpdated(Room) = "room.updated",
    /// The room was archived.
    RoomArchived(Room) = "room.archived",
    /// Old messages of the room were removed for good.
    RoomTrimmed(RoomTrimmed) = "room.trimmed",
    /// The person is a member of a room now.
    RoomJoined(RoomJoined) = "room.joined",
    /// The person is no member of a room any more.
    RoomLeft(RoomLeft) = "room.left",
    /// The person's read position in a room moved.
    ReadUpdated(ReadUpdated) = "read.updated",
    /// A session or a token of the person ended.
    SessionRevoked(SessionRevoked) = "session.revoked",
    /// Somebody new is here.
    UserCreated(User) = "user.created",
    /// Somebody's account changed.
    UserUpdated(User) = "user.updated",
    /// There is a new public room.
    RoomCreated(Room) = "room.created",
    /// The workspace's settings changed.
    SettingsUpdated(Workspace) = "settings.updated",
}

/// Whether guests see events of this type in this stream: of the workspace only what it looks like, not who is there
/// and which rooms it has.
pub fn is_for_guests(stream: StreamId, kind: &str) -> bool {
    stream != StreamId::Workspace || matches!(kind, "settings.updated" | "emoji.updated")
}

/// The frame of a durable event, as it travels: `{"t":…,"s":…,"n":…,"d":…}`, from content that is JSON already.
pub fn encode_frame(kind: &str, stream: StreamId, n: u64, data: &str) -> String {
    format!(r#"{{"t":"{kind}","s":"{stream}","n":{n},"d":{data}}}"#)
}

/// The frame that stands for a number that the log no longer holds or the reader mustn't see.
pub fn encode_skip(stream: StreamId, n: u64) -> String {
    format!(r#"{{"t":"skip","s":"{stream}","n":{n}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_back_from_what_the_log_keeps() {
        let room: RoomId = "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77".parse().unwrap();
        let event = Event::RoomJoined(RoomJoined { room, head: 7 });
        let data = event.data().unwrap();
        assert_eq!(Event::from_parts(event.kind(), &data).unwrap(), event);
        let frame = encode_frame(event.kind(), StreamId::Workspace, 3, &data);
        let frame: serde_json::Value = serde_json::from_str(&frame).unwrap();
        assert_eq!(frame["t"], "room.joined");
        assert_eq!(frame["n"], 3);
        assert_eq!(frame["d"]["head"], 7);
    }
}
