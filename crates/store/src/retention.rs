//! Removing messages for good that are older than their room keeps them.

use std::time::Duration;

use model::event::{Event, RoomTrimmed};
use model::id::RoomId;
use model::stream::StreamId;
use model::time::Ts;
use uuid::Uuid;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Rooms that keep messages for some days only, by themselves or by the workspace's word, in order of id after `after`.
pub async fn rooms(tx: &mut Tx, after: Option<RoomId>, limit: i64) -> Result<Vec<RoomId>> {
    let after = after.map_or(Uuid::nil(), RoomId::uuid);
    tx.query(
        "SELECT r.id FROM rooms r CROSS JOIN workspace w
         WHERE r.id > $1 AND (r.retention_days IS NOT NULL OR w.retention_days IS NOT NULL OR r.trimming_ts IS NOT NULL)
         ORDER BY r.id LIMIT $2",
        params![after, limit],
        |row| row.get(0),
    )
    .await
}

/// Gives the room its own number of days, or leaves it to the workspace.
pub async fn set_days(tx: &mut Tx, room: RoomId, days: Option<i64>) -> Result<()> {
    tx.execute(
        "UPDATE rooms SET retention_days = $2 WHERE id = $1",
        params![room, days],
    )
    .await?;
    Ok(())
}

/// Removes up to `limit` of the messages that are older than their room keeps them, with their versions and mentions,
/// and frees their files; answers whether there may be more. Once nothing is left, the room's stream is told, once for
/// the whole run: call it again, under the lock of the stream, while it answers true. A run that broke off is told of by
/// the next one.
pub async fn trim(tx: &mut Tx, room: RoomId, limit: i64) -> Result<bool> {
    let days = tx
        .find(
            "SELECT COALESCE(r.retention_days, w.retention_days) FROM rooms r CROSS JOIN workspace w WHERE r.id = $1",
            params![room],
            |row| row.get::<Option<i64>>(0),
        )
        .await?;
    let cutoff = match days.flatten() {
        Some(days) => {
            let days = u32::try_from(days).unwrap_or(u32::MAX);
            Ts::from_micros(tx.now().minus(DAY.saturating_mul(days)).micros())
        }
        None => Ts::START,
    };
    let last: Option<Ts> = tx
        .one(
            "SELECT MAX(ts) FROM (SELECT ts FROM messages WHERE room = $1 AND ts < $2 ORDER BY ts LIMIT $3) AS oldest",
            params![room, cutoff, limit],
            |row| row.get(0),
        )
        .await?;
    let Some(last) = last else {
        tell(tx, room).await?;
        return Ok(false);
    };
    remove(tx, room, last).await?;
    tx.execute(
        "UPDATE rooms SET trimming_ts = $2 WHERE id = $1",
        params![room, last.micros() + 1],
    )
    .await?;
    Ok(true)
}

/// Removes a room's messages up to `last` with all that hangs on them.
async fn remove(tx: &mut Tx, room: RoomId, last: Ts) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "DELETE FROM message_versions WHERE message IN (SELECT id FROM messages WHERE room = $1 AND ts <= $2)",
        params![room, last],
    )
    .await?;
    tx.execute(
        "DELETE FROM mentions WHERE room = $1 AND ts <= $2",
        params![room, last],
    )
    .await?;
    tx.execute(
        "UPDATE files SET message = NULL, room = NULL, ts = NULL, place = NULL, free_at = $3
         WHERE room = $1 AND ts <= $2 AND message IS NOT NULL",
        params![room, last, now],
    )
    .await?;
    let removed = tx
        .execute(
            "DELETE FROM messages WHERE room = $1 AND ts <= $2",
            params![room, last],
        )
        .await?;
    tx.execute(
        "UPDATE streams SET messages = messages - $2 WHERE id = $1",
        params![room, removed],
    )
    .await?;
    Ok(())
}

/// Tells the room's stream what is gone, if something is that it wasn't told of.
async fn tell(tx: &mut Tx, room: RoomId) -> Result<()> {
    let untold = tx
        .find(
            "SELECT trimming_ts FROM rooms WHERE id = $1 AND trimming_ts IS NOT NULL",
            params![room],
            |row| row.get::<Ts>(0),
        )
        .await?;
    let Some(before_ts) = untold else {
        return Ok(());
    };
    tx.execute(
        "UPDATE rooms SET trimming_ts = NULL WHERE id = $1",
        params![room],
    )
    .await?;
    let event = Event::RoomTrimmed(RoomTrimmed { before_ts });
    tx.append(StreamId::Room(room), &event, None).await?;
    Ok(())
}
