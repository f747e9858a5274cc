//! Streams: append-only, gapless sequences of events, and who is cut from one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::id::{InvalidId, RoomId, UserId};

/// The name of a stream: `workspace`, `room:<id>` or `user:<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// What everyone signed in may see: users, public rooms, settings.
    Workspace,
    /// What happens in one room.
    Room(RoomId),
    /// What concerns one person.
    User(UserId),
}

impl utoipa::PartialSchema for StreamId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        String::schema()
    }
}

impl utoipa::ToSchema for StreamId {}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workspace => f.write_str("workspace"),
            Self::Room(id) => write!(f, "room:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

impl FromStr for StreamId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.split_once(':') {
            None if text == "workspace" => Ok(Self::Workspace),
            Some(("room", id)) => id.parse().map(Self::Room),
            Some(("user", id)) => id.parse().map(Self::User),
            _ => Err(InvalidId),
        }
    }
}

impl Serialize for StreamId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StreamId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Whom an event ends the subscriptions of, in its stream, before the next event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// One person: removed from a room.
    User(UserId),
    /// Everyone who only watches: the room is no longer public.
    NonMembers,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_streams_read_back() {
        for name in [
            "workspace",
            "room:0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77",
            "user:0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77",
        ] {
            assert_eq!(name.parse::<StreamId>().unwrap().to_string(), name);
        }
        for name in [
            "",
            "room",
            "room:",
            "room:1",
            "Workspace",
            "team:0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77",
        ] {
            assert!(name.parse::<StreamId>().is_err(), "{name}");
        }
    }
}
