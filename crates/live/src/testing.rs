//! Ids for tests.

use model::id::{RoomId, UserId};
use model::stream::StreamId;

/// The same user for the same number.
pub(crate) fn user(number: u32) -> UserId {
    uuid(number).parse().unwrap()
}

/// The same room's stream for the same number.
pub(crate) fn room(number: u32) -> StreamId {
    StreamId::Room(uuid(number).parse::<RoomId>().unwrap())
}

fn uuid(number: u32) -> String {
    format!("00000000-0000-7000-8000-{number:012x}")
}
