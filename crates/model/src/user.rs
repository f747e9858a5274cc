//! People and bots, and the workspace that they share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{Epoch, FileId, InvitationId, RoomId, SessionId, UserId};
use crate::text::{DisplayName, Email, Username, WorkspaceName};
use crate::time::Timestamp;

/// An enum that is stored and sent as a fixed text. (The texts are `tt`: utoipa doesn't see into a `literal`.)
#[macro_export]
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema)]
        pub enum $name {$(
            $(#[$vdoc])*
            #[serde(rename = $text)]
            $variant,
        )*}

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The text that is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::user::UnknownText;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err($crate::user::UnknownText),
                }
            }
        }
    };
}

/// A text that is none of an enum's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the known values")]
pub struct UnknownText;

text_enum! {
    /// What a user is.
    UserKind {
        /// A human being.
        Person = "person",
        /// A program.
        Bot = "bot",
    }
}

text_enum! {
    /// A user's role in the workspace, the strongest last.
    Role {
        /// Sees only rooms they were added to.
        Guest = "guest",
        /// The usual one.
        Member = "member",
        /// Manages people, rooms and settings.
        Administrator = "administrator",
        /// May do what administrators may, and make owners.
        Owner = "owner",
    }
}

text_enum! {
    /// Who may register.
    JoinPolicy {
        /// Anyone who reaches the server.
        Open = "open",
        /// People with an invitation.
        Invite = "invite",
        /// People with an e-mail address of an allowed domain, once they confirm it.
        Domain = "domain",
        /// Nobody.
        Closed = "closed",
    }
}

text_enum! {
    /// What others see of a person's attention; never stored.
    PresenceStatus {
        /// At a device that is in use.
        Active = "active",
        /// Signed in, not in use.
        Away = "away",
        /// Doesn't want to be disturbed.
        Dnd = "dnd",
        /// No device is connected.
        Offline = "offline",
    }
}

/// A user as everyone may see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// Person or bot.
    pub kind: UserKind,
    /// The unique name.
    pub username: Username,
    /// The name that people see.
    pub display_name: DisplayName,
    /// The role in the workspace.
    pub role: Role,
    /// The IANA name of the time zone, if the user gave one.
    #[schema(required)]
    pub time_zone: Option<String>,
    /// The file that is their picture, if they have one.
    #[serde(default)]
    #[schema(required)]
    pub avatar: Option<FileId>,
    /// When they came.
    pub created_at: Timestamp,
    /// Since when they can't sign in, if so.
    #[schema(required)]
    pub deactivated_at: Option<Timestamp>,
}

/// The caller's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// What others see.
    #[serde(flatten)]
    pub user: User,
    /// The e-mail address.
    pub email: Email,
    /// The session that asks.
    pub session: SessionId,
}

/// One signed-in device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The id.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// What the device called itself (`User-Agent`), shortened.
    pub device: String,
    /// The address it was last seen at.
    pub address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// What clients need to know of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Workspace {
    /// Its name.
    pub name: WorkspaceName,
    /// Who may register.
    pub join_policy: JoinPolicy,
    /// E-mail domains whose owners may register, for [`JoinPolicy::Domain`].
    pub mail_domains: Vec<String>,
    /// Its picture, if it has one.
    #[schema(required)]
    pub icon: Option<FileId>,
    /// Its colour, as in `#1b6e53`; null: the usual one.
    #[schema(required)]
    pub accent: Option<String>,
    /// The public room that everyone new joins, if there is one.
    #[schema(required)]
    pub default_room: Option<RoomId>,
    /// After how many days messages are removed for good, where a room doesn't say; null: never.
    #[schema(required)]
    pub retention_days: Option<i64>,
    /// Bytes of the largest file.
    pub max_file_bytes: i64,
    /// Bytes of all files together, if that is limited.
    #[schema(required)]
    pub storage_quota_bytes: Option<i64>,
    /// Bytes of one person's files, if that is limited.
    #[schema(required)]
    pub user_quota_bytes: Option<i64>,
    /// Types of files that are taken, such as `image/*`; empty: all.
    pub file_types: Vec<String>,
    /// The life of the database; a client that meets another drops its cache.
    pub epoch: Epoch,
}

/// A link by which people may register. The link itself is shown once, to its maker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The id.
    pub id: InvitationId,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// How many people may use it, if that is limited.
    #[schema(required)]
    pub max_uses: Option<i64>,
    /// How many have.
    pub uses: i64,
    /// What they become: `member` or `guest`.
    pub role: Role,
    /// The rooms that they join.
    pub rooms: Vec<RoomId>,
}
