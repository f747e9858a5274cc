//! What a connection looks for in the frames that it passes on.

use model::event::RoomJoined;
use model::id::{SessionId, UserId};
use model::room::Member;
use serde::Deserialize;

/// Our own frames name their type and their stream first.
pub(super) fn is_of_own_stream(frame: &[u8]) -> bool {
    const STREAM: &[u8] = br#","s":"user:"#;
    frame[..frame.len().min(64)]
        .windows(STREAM.len())
        .any(|part| part == STREAM)
}

/// An event that the session acts on; of the own stream unless it says otherwise.
pub(super) enum Signal {
    Joined(RoomJoined),
    /// A session of the person ended; why is for the client.
    Revoked(SessionId),
    /// The person left a room.
    Left,
    /// This member left one of the person's rooms.
    MemberLeft(UserId),
}

impl Signal {
    /// Our own frames name their type first, so a look at the first bytes suffices for all others. Who left is read for a
    /// `guest` only: to the others it changes nothing.
    pub(super) fn of(frame: &[u8], guest: bool) -> Option<Self> {
        #[derive(Deserialize)]
        struct Content<T> {
            d: T,
        }
        // Only this: a reason that a newer server wrote must not let the connection live.
        #[derive(Deserialize)]
        struct Revoked {
            session: SessionId,
        }
        if frame.starts_with(br#"{"t":"room.joined""#) {
            let content: Content<RoomJoined> = serde_json::from_slice(frame).ok()?;
            Some(Self::Joined(content.d))
        } else if frame.starts_with(br#"{"t":"session.revoked""#) {
            let content: Content<Revoked> = serde_json::from_slice(frame).ok()?;
            Some(Self::Revoked(content.d.session))
        } else if frame.starts_with(br#"{"t":"room.left""#) {
            Some(Self::Left)
        } else if guest && frame.starts_with(br#"{"t":"member.left""#) {
            let content: Content<Member> = serde_json::from_slice(frame).ok()?;
            Some(Self::MemberLeft(content.d.user))
        } else {
            None
        }
    }
}
