//! How far people have read.

use model::code::{Code, FieldError};
use model::event::{Event, ReadUpdated};
use model::id::RoomId;
use model::permission::RoomAct;
use model::room::ReadPosition;
use model::stream::StreamId;
use model::time::Ts;
use serde::Deserialize;
use store::{Tx, messages, reads};
use utoipa::ToSchema;

use crate::rooms::{access, may};
use crate::{Caller, Chat, Result};

/// Where a read position is to move.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub struct ReadMove {
    /// The place of the last message that was read.
    pub ts: Ts,
    /// Whether it may move backwards: "mark as unread".
    #[serde(default)]
    pub unread: bool,
}

impl Chat {
    /// Moves the caller's read position in a room. It is queued when this returns; the future answers with the position
    /// then in force, which is never beyond the last message.
    pub fn mark_read(
        &self,
        caller: Caller,
        room: RoomId,
        input: ReadMove,
    ) -> impl Future<Output = Result<ReadPosition>> + Send + use<> {
        let own = StreamId::User(caller.user);
        let job = async move |tx: &mut Tx| {
            let access = access(tx, room, caller.user).await?;
            if input.ts < Ts::START {
                return Err(FieldError::new("ts", Code::BadFormat, "must not be negative").into());
            }
            may(&access, RoomAct::MarkRead)?;
            // The lock of their own stream orders the moves of one person.
            tx.head(own).await?;
            let now = reads::position(tx, room, caller.user).await?;
            // Neither beyond the last message nor into a past that they don't see.
            let wanted = input
                .ts
                .min(messages::newest(tx, room).await?)
                .max(access.visible_after());
            if wanted == now.read_ts || (wanted < now.read_ts && !input.unread) {
                return Ok(now);
            }
            reads::set(tx, room, caller.user, wanted).await?;
            let moved = reads::after(tx, room, caller.user, wanted).await?;
            let updated = ReadUpdated {
                room,
                read_ts: moved.read_ts,
                unread: moved.unread,
                mentions: moved.mentions,
            };
            tx.append(own, &Event::ReadUpdated(updated), None).await?;
            Ok(moved)
        };
        self.write_as(caller, &[own], job)
    }
}
