//! Streams in the database: heads, the log, replay and how long the log is kept.

use std::collections::HashMap;

use model::event::{Event, encode_frame, encode_skip};
use model::id::{MessageId, RoomId, UserId};
use model::stream::{Cut, StreamId};
use model::time::{Timestamp, Ts};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::messages;
use crate::params;
use crate::tx::{Committed, Head, Tx};
use crate::value::{Row, Value};

/// How much of the log is kept: what exceeds both goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogKeep {
    /// Events per stream.
    pub events: u64,
    /// Age of an event.
    pub age: std::time::Duration,
}

impl Default for LogKeep {
    fn default() -> Self {
        Self {
            events: 10_000,
            age: std::time::Duration::from_secs(30 * 24 * 3600),
        }
    }
}

/// Events that one pass of pruning may remove from one stream, so that no write waits long for it.
const PRUNE_STEP: i64 = 2_000;

/// What `cut` holds for [`Cut::NonMembers`]; otherwise it is a user's id.
const NON_MEMBERS: &str = "non_members";

/// A stream's row: its id and its kind. The workspace's has the nil id.
pub(crate) fn key(stream: StreamId) -> (Uuid, &'static str) {
    match stream {
        StreamId::Workspace => (Uuid::nil(), "workspace"),
        StreamId::Room(id) => (id.uuid(), "room"),
        StreamId::User(id) => (id.uuid(), "user"),
    }
}

pub(crate) fn stream_of(id: Uuid, kind: &str) -> Result<StreamId> {
    match kind {
        "workspace" => Ok(StreamId::Workspace),
        "room" => Ok(StreamId::Room(RoomId::from_uuid(id))),
        "user" => Ok(StreamId::User(UserId::from_uuid(id))),
        other => Err(Error::Corrupt(format!("a stream of kind '{other}'"))),
    }
}

/// Where a stream stands in this snapshot; none if it isn't there.
pub async fn head(tx: &mut Tx, stream: StreamId) -> Result<Option<Head>> {
    let (id, kind) = key(stream);
    tx.find(
        "SELECT head, last_ts FROM streams WHERE id = $1 AND kind = $2",
        params![id, kind],
        |row| {
            Ok(Head {
                n: row.get(0)?,
                last_ts: row.get(1)?,
            })
        },
    )
    .await
}

/// Streams whose heads one statement asks for: a list of parameters is what both databases read.
const HEADS_AT_ONCE: usize = 20;

/// Where each of `wanted` stands in this snapshot; a stream that isn't there stands at 0.
pub async fn heads(tx: &mut Tx, wanted: &[StreamId]) -> Result<Vec<(StreamId, u64)>> {
    let mut found: HashMap<Uuid, u64> = HashMap::with_capacity(wanted.len());
    for some in wanted.chunks(HEADS_AT_ONCE) {
        // What the last chunk lacks is asked for as the first of it again.
        let ids: Vec<Value<'_>> = (0..HEADS_AT_ONCE)
            .map(|index| Value::from(key(*some.get(index).unwrap_or(&some[0])).0))
            .collect();
        let rows = tx
            .query(
                "SELECT id, head FROM streams WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                 $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
                &ids,
                |row| Ok((row.get::<Uuid>(0)?, row.get::<u64>(1)?)),
            )
            .await?;
        found.extend(rows);
    }
    let head = |stream: &StreamId| found.get(&key(*stream).0).copied().unwrap_or(0);
    Ok(wanted
        .iter()
        .map(|stream| (*stream, head(stream)))
        .collect())
}

/// The streams that changed since `since`, with their heads.
pub async fn changed_since(
    tx: &mut Tx,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<(StreamId, u64)>> {
    tx.query(
        "SELECT id, kind, head FROM streams WHERE changed_at >= $1 ORDER BY changed_at DESC LIMIT $2",
        params![since, limit],
        |row| {
            let kind: String = row.get(1)?;
            Ok((stream_of(row.get(0)?, &kind)?, row.get(2)?))
        },
    )
    .await
}

/// The heads of everything that a user follows: the workspace, their own stream, their rooms.
pub async fn heads_of(tx: &mut Tx, user: UserId) -> Result<Vec<(StreamId, u64)>> {
    tx.query(
        "SELECT s.id, s.kind, s.head FROM streams s JOIN members m ON m.room = s.id WHERE m.user_id = $1
         UNION ALL
         SELECT s.id, s.kind, s.head FROM streams s WHERE s.id = $1 OR s.id = $2",
        params![user, Uuid::nil()],
        |row| {
            let kind: String = row.get(1)?;
            Ok((stream_of(row.get(0)?, &kind)?, row.get(2)?))
        },
    )
    .await
}

pub(crate) async fn insert_event(
    tx: &mut Tx,
    stream: StreamId,
    n: u64,
    event: &Event,
    data: &str,
    cut: Option<Cut>,
) -> Result<()> {
    // No bodies in the log: a message's event keeps its id, and is rendered from the message's row.
    let (message, data): (Option<MessageId>, Option<&str>) = match event {
        Event::MessageCreated(message)
        | Event::MessageUpdated(message)
        | Event::MessageDeleted(message) => (Some(message.id), None),
        _ => (None, Some(data)),
    };
    let cut = cut.map(|cut| match cut {
        Cut::User(user) => user.to_string(),
        Cut::NonMembers => NON_MEMBERS.to_owned(),
    });
    let now = tx.now();
    tx.execute(
        "INSERT INTO events (stream, n, type, message, data, cut, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![key(stream).0, n, event.kind(), message, data, cut, now],
    )
    .await?;
    Ok(())
}

fn cut_of(text: Option<String>) -> Result<Option<Cut>> {
    match text.as_deref() {
        None => Ok(None),
        Some(NON_MEMBERS) => Ok(Some(Cut::NonMembers)),
        Some(user) => user
            .parse()
            .map(|user| Some(Cut::User(user)))
            .map_err(|_| Error::Corrupt("events.cut".to_owned())),
    }
}

/// What a stream's log says of a stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The events in order, without gaps; at most as many as were asked for.
    Events(Vec<Committed>),
    /// The log begins after the cursor: the reader has to start afresh.
    Pruned,
}

/// The events of `stream` after `after` up to and including `up_to`, at most `limit` of them, rendered from what they
/// tell of as it is now. Numbers that the log lost in the middle travel as `skip`.
pub async fn replay(
    tx: &mut Tx,
    stream: StreamId,
    after: u64,
    up_to: u64,
    limit: u64,
) -> Result<Replay> {
    let id = key(stream).0;
    let kept: Option<(u64, u64)> = tx
        .find(
            "SELECT first_kept, head FROM streams WHERE id = $1",
            params![id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    let (first_kept, head) = kept.ok_or(Error::NoStream(stream))?;
    if after.saturating_add(1) < first_kept {
        return Ok(Replay::Pruned);
    }
    // A number beyond the head is none that the log lost.
    let up_to = up_to.min(head).min(after.saturating_add(limit));
    let hanging = messages::hanging_on_events(tx, id, after, up_to).await?;
    let rows = tx
        .query(
            "SELECT e.n, e.type, e.data, e.cut, m.id, m.room, m.ts, m.n, m.kind, m.author, m.body, m.thread,
                    m.reply_count, m.system, m.client_id, m.created_at, m.edited_at, m.deleted_at
             FROM events e LEFT JOIN messages m ON m.id = e.message
             WHERE e.stream = $1 AND e.n > $2 AND e.n <= $3 ORDER BY e.n",
            params![id, after, up_to],
            |row| logged(row, stream, &hanging),
        )
        .await?;
    let mut events = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter().peekable();
    for n in after + 1..=up_to {
        match rows.next_if(|event: &Committed| event.n == n) {
            Some(event) => events.push(event),
            None => events.push(Committed {
                stream,
                n,
                cut: None,
                frame: encode_skip(stream, n),
            }),
        }
    }
    Ok(Replay::Events(events))
}

fn logged(row: &Row<'_>, stream: StreamId, hanging: &messages::Hanging) -> Result<Committed> {
    let n: u64 = row.get(0)?;
    let kind: String = row.get(1)?;
    let data: Option<String> = row.get(2)?;
    let cut = cut_of(row.get(3)?)?;
    let message: Option<MessageId> = row.get(4)?;
    let frame = match (data, message) {
        (Some(data), _) => encode_frame(&kind, stream, n, &data),
        (None, Some(_)) => {
            let message = messages::from_row(row, 4, hanging)?;
            let data = serde_json::to_string(&message)
                .map_err(|error| Error::Corrupt(error.to_string()))?;
            encode_frame(&kind, stream, n, &data)
        }
        (None, None) => encode_skip(stream, n),
    };
    Ok(Committed {
        stream,
        n,
        cut,
        frame,
    })
}

/// Removes what exceeds `keep` from the log of the streams that have too much; answers how many events went.
/// Call again while it answers more than zero.
pub async fn prune(tx: &mut Tx, keep: LogKeep) -> Result<u64> {
    let oldest = tx.now().minus(keep.age);
    let streams: Vec<(Uuid, i64)> = tx
        .query(
            "SELECT s.id, s.first_kept FROM streams s
             WHERE s.head - s.first_kept + 1 > $1
               AND EXISTS (SELECT 1 FROM events e WHERE e.stream = s.id AND e.n = s.first_kept AND e.created_at < $2)
             ORDER BY s.id LIMIT 20",
            params![keep.events, oldest],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    let mut removed = 0;
    for (id, first) in streams {
        // The first event that has to stay: young enough, or among the newest.
        let stay: i64 = tx
            .one(
                "SELECT COALESCE(MIN(e.n), $4) FROM events e, streams s
                 WHERE s.id = $1 AND e.stream = $1 AND e.n >= $2 AND e.n < $4
                   AND (e.created_at >= $5 OR e.n > s.head - $3)",
                params![id, first, keep.events, first + PRUNE_STEP, oldest],
                |row| row.get(0),
            )
            .await?;
        tx.execute(
            "UPDATE streams SET first_kept = $2 WHERE id = $1",
            params![id, stay],
        )
        .await?;
        removed += tx
            .execute(
                "DELETE FROM events WHERE stream = $1 AND n < $2",
                params![id, stay],
            )
            .await?;
    }
    Ok(removed)
}

/// The place of a room's last message.
pub async fn last_ts(tx: &mut Tx, room: RoomId) -> Result<Ts> {
    Ok(head(tx, StreamId::Room(room))
        .await?
        .map_or(Ts::START, |head| head.last_ts))
}
