//! Typed ids: every entity has its own UUIDv7 newtype (RFC 9562 §5.7).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp as UuidTime, Uuid};

use crate::time::Timestamp;

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: a UUID in its hyphenated form is expected")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid", example = "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77")]
        pub struct $name(Uuid);

        impl $name {
            /// A new id whose time part is `now`.
            pub fn new(now: Timestamp) -> Self {
                Self(uuid_v7(now))
            }

            /// The id that a stored UUID stands for.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The 16 bytes that the database stores.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                // Only the 36-character form is an id on the wire.
                if text.len() != 36 {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )*};
}

ids! {
    /// A person or a bot.
    UserId;
    /// A room: public, private or direct.
    RoomId;
    /// A message in a room.
    MessageId;
    /// One signed-in device of a user.
    SessionId;
    /// A link by which people may register.
    InvitationId;
    /// A personal access token.
    TokenId;
    /// A file.
    FileId;
    /// A file on its way, in pieces.
    UploadId;
    /// A piece of work that follows from an event.
    JobId;
    /// A registration that waits for the confirmation of its e-mail address.
    RegistrationId;
    /// A row of the audit.
    AuditId;
    /// One request, in its answer and in the log.
    RequestId;
    /// The life of a database: renewed when its history may have been rewound.
    Epoch;
}

fn uuid_v7(now: Timestamp) -> Uuid {
    let micros = now.micros().max(0).unsigned_abs();
    let nanos = u32::try_from(micros % 1_000_000).unwrap_or(0) * 1000;
    Uuid::new_v7(UuidTime::from_unix(NoContext, micros / 1_000_000, nanos))
}
