//! What a gateway connection may follow, and what it missed. Rights are checked in the snapshot that is read.

use std::collections::{HashMap, HashSet};

use model::code::Code;
use model::event::encode_skip;
use model::id::{Epoch, RoomId};
use model::permission::{RoomAct, in_room};
use model::room::History;
use model::stream::StreamId;
use model::time::Timestamp;
use model::user::Role;
use store::rooms::{self, Access};
use store::streams::{self, Replay};
use store::workspace;

use crate::sessions::living;
use crate::{Caller, Chat, Error, Result};

/// Streams for which asking for their rooms alone is cheaper than one query for all memberships.
const FEW: usize = 20;

/// What a connection is told first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The life of the database.
    pub epoch: Epoch,
    /// Where each of the caller's streams stands.
    pub heads: Vec<(StreamId, u64)>,
    /// When the caller's session or token ends by itself; none if it never does.
    pub ends_at: Option<Timestamp>,
}

/// In what capacity somebody may follow a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// A member of the room, the owner of the stream, anyone signed in for the workspace.
    Member,
    /// Only as long as the room is public.
    Watch,
}

/// Which events are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The last number that the client had at first.
    pub cursor: u64,
    /// The last number that it has by now.
    pub after: u64,
    /// The last number that it lacks.
    pub up_to: u64,
    /// How many to read at most.
    pub limit: u64,
}

/// What a connection missed of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// What the log says.
    Missed(Replay),
    /// The caller may not read it.
    Gone,
}

impl Chat {
    /// What a connection is told first: one snapshot, one query for all heads.
    pub async fn hello(&self, caller: Caller) -> Result<Hello> {
        self.store()
            .read(async move |tx| {
                let ends_at = living(tx, caller).await?.ends_at;
                let epoch = workspace::get(tx).await?.workspace.epoch;
                let heads = streams::heads_of(tx, caller.user).await?;
                Ok(Hello {
                    epoch,
                    heads,
                    ends_at,
                })
            })
            .await
    }

    /// Which of `wanted` the caller may follow, as of one snapshot; an ended session is refused, and one whose user
    /// became a guest, or is one no more, has to come back: as who they are now they see other events.
    pub async fn rights(
        &self,
        caller: Caller,
        wanted: Vec<StreamId>,
    ) -> Result<HashMap<StreamId, Right>> {
        self.store()
            .read(async move |tx| {
                let role = living(tx, caller).await?.role;
                if (role == Role::Guest) != (caller.role == Role::Guest) {
                    return Err(Error::Refused(Code::Forbidden));
                }
                // A whole sync asks once for all memberships; what is left are rooms that somebody only names.
                let own: HashSet<StreamId> = if wanted.len() > FEW {
                    let heads = streams::heads_of(tx, caller.user).await?;
                    heads.into_iter().map(|(stream, _)| stream).collect()
                } else {
                    HashSet::from([StreamId::Workspace, StreamId::User(caller.user)])
                };
                let others = wanted.iter().filter_map(|stream| match stream {
                    StreamId::Room(room) if !own.contains(stream) => Some(*room),
                    _ => None,
                });
                let others: Vec<RoomId> = others.collect();
                let access = rooms::accesses(tx, &others, caller.user).await?;
                let right = |stream| match stream {
                    _ if own.contains(&stream) => Some(Right::Member),
                    StreamId::Room(room) => access.get(&room).and_then(right_in),
                    StreamId::Workspace | StreamId::User(_) => None,
                };
                let rights = wanted
                    .into_iter()
                    .filter_map(|stream| Some((stream, right(stream)?)));
                Ok(rights.collect())
            })
            .await
    }

    /// The events of a stretch of a stream, if the caller may read it.
    pub async fn catch_up(
        &self,
        caller: Caller,
        stream: StreamId,
        stretch: Stretch,
    ) -> Result<CatchUp> {
        self.store()
            .read(async move |tx| {
                // A session that ended meanwhile hears nothing more.
                living(tx, caller).await?;
                let from = match stream {
                    StreamId::Workspace => Some(Reach::Start),
                    StreamId::User(user) => (user == caller.user).then_some(Reach::Start),
                    StreamId::Room(room) => {
                        let access = rooms::access(tx, room, caller.user).await?;
                        access.as_ref().and_then(may_read)
                    }
                };
                let Some(from) = from else {
                    return Ok(CatchUp::Gone);
                };
                if !from.allows(stretch.cursor) {
                    return Ok(CatchUp::Missed(Replay::Pruned));
                }
                let Stretch {
                    after,
                    up_to,
                    limit,
                    ..
                } = stretch;
                let mut missed = streams::replay(tx, stream, after, up_to, limit).await?;
                if let Replay::Events(events) = &mut missed
                    && caller.role == Role::Guest
                {
                    for event in events.iter_mut().filter(|event| !event.for_guests) {
                        event.frame = encode_skip(stream, event.n);
                    }
                }
                Ok(CatchUp::Missed(missed))
            })
            .await
    }

    /// Whether the caller may tell a room that they are typing.
    pub async fn may_type(&self, caller: Caller, room: RoomId) -> Result<()> {
        self.store()
            .read(async move |tx| {
                living(tx, caller).await?;
                let access = rooms::access(tx, room, caller.user)
                    .await?
                    .ok_or(Error::NotFound)?;
                Ok(in_room(access.actor(), access.room, RoomAct::Post)?)
            })
            .await
    }
}

/// From which cursors a stream may be caught up.
enum Reach {
    /// From any.
    Start,
    /// From the membership's first event on, or from nothing: a cursor between the two is from before they left.
    JoinedOrNothing(u64),
    /// From the membership's first event on: the room shows nothing older.
    Joined(u64),
}

impl Reach {
    fn allows(&self, cursor: u64) -> bool {
        match self {
            Self::Start => true,
            Self::JoinedOrNothing(joined) => cursor == 0 || cursor >= *joined,
            Self::Joined(joined) => cursor >= *joined,
        }
    }
}

/// In what capacity somebody with this access may follow a room's stream.
fn right_in(access: &Access) -> Option<Right> {
    match access.member {
        Some(_) => Some(Right::Member),
        None => may_read(access).map(|_| Right::Watch),
    }
}

/// From where on somebody with this access may read a room's stream; none if not at all.
fn may_read(access: &Access) -> Option<Reach> {
    in_room(access.actor(), access.room, RoomAct::Read).ok()?;
    match (access.history, access.member) {
        (History::All, None) => Some(Reach::Start),
        (History::All, Some(member)) => Some(Reach::JoinedOrNothing(member.joined_n)),
        (History::SinceJoin, Some(member)) => Some(Reach::Joined(member.joined_n)),
        // Outsiders of a room with a hidden past see none of it.
        (History::SinceJoin, None) => None,
    }
}
