//! How far people have read, and what is left for them.

use model::id::{RoomId, UserId};
use model::room::ReadPosition;
use model::time::Ts;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;

/// Moves the read position, forward or back.
pub async fn set(tx: &mut Tx, room: RoomId, user: UserId, ts: Ts) -> Result<()> {
    tx.execute(
        "INSERT INTO reads (room, user_id, read_ts) VALUES ($1, $2, $3)
         ON CONFLICT (room, user_id) DO UPDATE SET read_ts = excluded.read_ts",
        params![room, user, ts],
    )
    .await?;
    Ok(())
}

/// Sets the read position of all members of a room that has just been made.
pub async fn set_first(tx: &mut Tx, room: RoomId, ts: Ts) -> Result<()> {
    tx.execute(
        "INSERT INTO reads (room, user_id, read_ts)
         SELECT room, user_id, CAST($2 AS BIGINT) FROM members WHERE room = $1",
        params![room, ts],
    )
    .await?;
    Ok(())
}

/// Where `user` stands in `room`, and what counts after that.
pub async fn position(tx: &mut Tx, room: RoomId, user: UserId) -> Result<ReadPosition> {
    let read_ts = tx
        .find(
            "SELECT read_ts FROM reads WHERE room = $1 AND user_id = $2",
            params![room, user],
            |row| row.get(0),
        )
        .await?
        .unwrap_or(Ts::START);
    after(tx, room, user, read_ts).await
}

/// What counts for `user` in `room` after `read_ts`.
pub async fn after(tx: &mut Tx, room: RoomId, user: UserId, read_ts: Ts) -> Result<ReadPosition> {
    tx.one(
        "SELECT
            (SELECT COUNT(*) FROM (SELECT 1 FROM messages WHERE room = $1 AND ts > $3 AND counts = 1 AND author <> $2
                                   LIMIT 1000) AS c),
            (SELECT COUNT(*) FROM (SELECT DISTINCT x.message FROM mentions x JOIN messages m ON m.id = x.message
                                   WHERE x.user_id = $2 AND x.room = $1 AND x.ts > $3 AND m.counts = 1 AND m.author <> $2
                                   LIMIT 1000) AS c)",
        params![room, user, read_ts],
        |row| {
            Ok(ReadPosition {
                read_ts,
                unread: row.get(0)?,
                mentions: row.get(1)?,
            })
        },
    )
    .await
}
