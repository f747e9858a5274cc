//! Streams in the database: heads, the log, replay and how long the log is kept.

use std::collections::HashMap;

use model::event::{Event, encode_frame, encode_skip, is_for_guests};
use model::id::{MessageId, RoomId, UserId};
use model::stream::{Cut, StreamId};
use model::time::{Timestamp, Ts};
use uuid::Uuid;

use crate::dialect::Connection;
use crate::error::{Error, Result};
use crate::history::PAGE_BYTES;
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

/// Events that one write may prune, so that no other write waits long for it.
const PRUNE_STEP: i64 = 1_000;

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
    let found: HashMap<StreamId, Head> = known_heads(tx, wanted).await?.into_iter().collect();
    let head = |stream: &StreamId| found.get(stream).map_or(0, |head| head.n);
    Ok(wanted
        .iter()
        .map(|stream| (*stream, head(stream)))
        .collect())
}

/// Where those of `wanted` stand of which that is settled: a commit that is still being made (it waits for a standby, or
/// for the server to notice that nobody asks any more) holds its streams' locks. Asked in a write; waits for nobody.
pub async fn settled(tx: &mut Tx, wanted: &[StreamId]) -> Result<Vec<(StreamId, u64)>> {
    let ids: Vec<Uuid> = wanted.iter().map(|stream| key(*stream).0).collect();
    let unlocked = match tx.connection() {
        Connection::Sqlite(_) => ids,
        Connection::Postgres(connection) => connection.unlocked(&ids).await?,
    };
    // Read under the locks. What isn't there was never committed, and nobody hears it yet.
    let known: HashMap<StreamId, Head> = known_heads(tx, wanted).await?.into_iter().collect();
    Ok(wanted
        .iter()
        .filter_map(|stream| match known.get(stream) {
            Some(head) if unlocked.contains(&key(*stream).0) => Some((*stream, head.n)),
            Some(_) => None,
            None => Some((*stream, 0)),
        })
        .collect())
}

/// Where those of `wanted` stand that are there.
pub(crate) async fn known_heads(tx: &mut Tx, wanted: &[StreamId]) -> Result<Vec<(StreamId, Head)>> {
    let mut found = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(HEADS_AT_ONCE) {
        // What the last chunk lacks is asked for as the first of it again.
        let ids: Vec<Value<'_>> = (0..HEADS_AT_ONCE)
            .map(|index| Value::from(key(*some.get(index).unwrap_or(&some[0])).0))
            .collect();
        let rows = tx
            .query(
                "SELECT id, kind, head, last_ts FROM streams WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                 $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
                &ids,
                |row| {
                    let kind: String = row.get(1)?;
                    let head = Head {
                        n: row.get(2)?,
                        last_ts: row.get(3)?,
                    };
                    Ok((stream_of(row.get(0)?, &kind)?, head))
                },
            )
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Where a group leaves a stream.
pub(crate) struct Moved {
    pub(crate) stream: StreamId,
    pub(crate) head: Head,
    /// How many messages it made there.
    pub(crate) messages: u64,
}

/// Heads that one statement moves.
const MOVES_AT_ONCE: usize = 20;

const MOVE_HEADS: &str = "UPDATE streams SET changed_at = $1,
     head = CASE id WHEN $2 THEN $3 WHEN $6 THEN $7 WHEN $10 THEN $11 WHEN $14 THEN $15 WHEN $18 THEN $19
        WHEN $22 THEN $23 WHEN $26 THEN $27 WHEN $30 THEN $31 WHEN $34 THEN $35 WHEN $38 THEN $39 WHEN $42 THEN $43
        WHEN $46 THEN $47 WHEN $50 THEN $51 WHEN $54 THEN $55 WHEN $58 THEN $59 WHEN $62 THEN $63 WHEN $66 THEN $67
        WHEN $70 THEN $71 WHEN $74 THEN $75 WHEN $78 THEN $79 ELSE head END,
     last_ts = CASE id WHEN $2 THEN $4 WHEN $6 THEN $8 WHEN $10 THEN $12 WHEN $14 THEN $16 WHEN $18 THEN $20
        WHEN $22 THEN $24 WHEN $26 THEN $28 WHEN $30 THEN $32 WHEN $34 THEN $36 WHEN $38 THEN $40 WHEN $42 THEN $44
        WHEN $46 THEN $48 WHEN $50 THEN $52 WHEN $54 THEN $56 WHEN $58 THEN $60 WHEN $62 THEN $64 WHEN $66 THEN $68
        WHEN $70 THEN $72 WHEN $74 THEN $76 WHEN $78 THEN $80 ELSE last_ts END,
     messages = messages + CASE id WHEN $2 THEN $5 WHEN $6 THEN $9 WHEN $10 THEN $13 WHEN $14 THEN $17 WHEN $18 THEN $21
        WHEN $22 THEN $25 WHEN $26 THEN $29 WHEN $30 THEN $33 WHEN $34 THEN $37 WHEN $38 THEN $41 WHEN $42 THEN $45
        WHEN $46 THEN $49 WHEN $50 THEN $53 WHEN $54 THEN $57 WHEN $58 THEN $61 WHEN $62 THEN $65 WHEN $66 THEN $69
        WHEN $70 THEN $73 WHEN $74 THEN $77 WHEN $78 THEN $81 ELSE 0 END
     WHERE id IN ($2, $6, $10, $14, $18, $22, $26, $30, $34, $38, $42, $46, $50, $54, $58, $62, $66, $70, $74, $78)";

/// Writes heads back that a group moved.
pub(crate) async fn move_heads(tx: &mut Tx, moved: &[Moved]) -> Result<()> {
    let now = tx.now();
    for some in moved.chunks(MOVES_AT_ONCE) {
        // Most groups move one.
        if let [one] = some {
            tx.execute(
                "UPDATE streams SET head = $2, last_ts = $3, messages = messages + $4, changed_at = $5 WHERE id = $1",
                params![key(one.stream).0, one.head.n, one.head.last_ts, one.messages, now],
            )
            .await?;
            continue;
        }
        let mut values: Vec<Value<'_>> = vec![now.into()];
        for index in 0..MOVES_AT_ONCE {
            // What the last chunk lacks is the first of it again.
            let one = some.get(index).unwrap_or(&some[0]);
            values.extend([
                key(one.stream).0.into(),
                one.head.n.into(),
                one.head.last_ts.into(),
                one.messages.into(),
            ]);
        }
        tx.execute(MOVE_HEADS, &values).await?;
    }
    Ok(())
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

/// Events that one statement inserts.
const EVENTS_AT_ONCE: usize = 20;

const INSERT_EVENTS: &str = "INSERT INTO events (created_at, stream, n, type, message, data) VALUES
     ($1, $2, $3, $4, $5, $6), ($1, $7, $8, $9, $10, $11), ($1, $12, $13, $14, $15, $16), ($1, $17, $18, $19, $20, $21),
     ($1, $22, $23, $24, $25, $26), ($1, $27, $28, $29, $30, $31), ($1, $32, $33, $34, $35, $36), ($1, $37, $38, $39, $40, $41),
     ($1, $42, $43, $44, $45, $46), ($1, $47, $48, $49, $50, $51), ($1, $52, $53, $54, $55, $56), ($1, $57, $58, $59, $60, $61),
     ($1, $62, $63, $64, $65, $66), ($1, $67, $68, $69, $70, $71), ($1, $72, $73, $74, $75, $76), ($1, $77, $78, $79, $80, $81),
     ($1, $82, $83, $84, $85, $86), ($1, $87, $88, $89, $90, $91), ($1, $92, $93, $94, $95, $96), ($1, $97, $98, $99, $100, $101)";

/// Inserts events that cut nobody: each with its stream, its number and its data.
pub(crate) async fn insert_events(
    tx: &mut Tx,
    events: &[(StreamId, u64, Event, String)],
) -> Result<()> {
    let now = tx.now();
    let (chunks, rest) = events.as_chunks::<EVENTS_AT_ONCE>();
    for chunk in chunks {
        let mut values: Vec<Value<'_>> = vec![now.into()];
        for (stream, n, event, data) in chunk {
            let (message, data) = kept(event, data);
            values.extend([
                key(*stream).0.into(),
                (*n).into(),
                event.kind().into(),
                message.into(),
                data.into(),
            ]);
        }
        tx.execute(INSERT_EVENTS, &values).await?;
    }
    for (stream, n, event, data) in rest {
        insert_event(tx, *stream, *n, event, data, None).await?;
    }
    Ok(())
}

/// What the log keeps of an event. No bodies in the log: a message's event keeps its id, and is rendered from the
/// message's row.
fn kept<'a>(event: &Event, data: &'a str) -> (Option<MessageId>, Option<&'a str>) {
    match event {
        Event::MessageCreated(message)
        | Event::MessageUpdated(message)
        | Event::MessageDeleted(message) => (Some(message.id), None),
        _ => (None, Some(data)),
    }
}

pub(crate) async fn insert_event(
    tx: &mut Tx,
    stream: StreamId,
    n: u64,
    event: &Event,
    data: &str,
    cut: Option<Cut>,
) -> Result<()> {
    let (message, data) = kept(event, data);
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
    /// The events in order, without gaps; at most as many as were asked for, and no more once they are a mebibyte long.
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
    let up_to = up_to.min(after.saturating_add(limit));
    let kept: Option<(u64, u64, Option<i64>)> = tx
        .find(
            "SELECT s.first_kept, s.head,
                    (SELECT MIN(l.n) FROM
                         (SELECT e.n, SUM(COALESCE(OCTET_LENGTH(m.body), OCTET_LENGTH(e.data), 0))
                                      OVER (ORDER BY e.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes
                          FROM events e LEFT JOIN messages m ON m.id = e.message
                          WHERE e.stream = $1 AND e.n > $2 AND e.n <= $3) l
                     WHERE l.bytes >= $4)
             FROM streams s WHERE s.id = $1",
            params![id, after, up_to, PAGE_BYTES],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .await?;
    let (first_kept, head, too_long) = kept.ok_or(Error::NoStream(stream))?;
    if after.saturating_add(1) < first_kept {
        return Ok(Replay::Pruned);
    }
    // A number beyond the head is none that the log lost.
    let fits = too_long.and_then(|n| u64::try_from(n - 1).ok());
    let up_to = up_to.min(head).min(fits.unwrap_or(head));
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
                for_guests: true,
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
        for_guests: is_for_guests(stream, &kind),
        frame,
    })
}

/// Streams whose log exceeds `keep`, in order of id after `after`, at most `limit` of them.
pub async fn prunable(
    tx: &mut Tx,
    keep: LogKeep,
    after: Option<StreamId>,
    limit: i64,
) -> Result<Vec<StreamId>> {
    let oldest = tx.now().minus(keep.age);
    let id = after.map_or(Uuid::nil(), |after| key(after).0);
    tx.query(
        "SELECT s.id, s.kind FROM streams s
         WHERE s.head - s.first_kept + 1 > $1 AND ($3 = 0 OR s.id > $4)
           AND EXISTS (SELECT 1 FROM events e WHERE e.stream = s.id AND e.n = s.first_kept AND e.created_at < $2)
         ORDER BY s.id LIMIT $5",
        params![keep.events, oldest, after.is_some(), id, limit],
        |row| {
            let kind: String = row.get(1)?;
            stream_of(row.get(0)?, &kind)
        },
    )
    .await
}

/// Removes some of what exceeds `keep` from a stream's log; answers how many numbers went. Call again, in a write of
/// its own, while it answers more than zero.
pub async fn prune(tx: &mut Tx, stream: StreamId, keep: LogKeep) -> Result<i64> {
    let oldest = tx.now().minus(keep.age);
    // Numbers are taken in memory: this is where the group found the head.
    let head = i64::try_from(tx.head(stream).await?.n).unwrap_or(i64::MAX);
    let id = key(stream).0;
    let first: i64 = tx
        .one(
            "SELECT first_kept FROM streams WHERE id = $1",
            params![id],
            |row| row.get(0),
        )
        .await?;
    let surplus = head - i64::try_from(keep.events).unwrap_or(i64::MAX) + 1 - first;
    if surplus <= 0 {
        return Ok(0);
    }
    let up_to = first + surplus.min(PRUNE_STEP);
    // The first event that has to stay: it is young enough, or among the newest.
    let stay: i64 = tx
        .one(
            "SELECT COALESCE(MIN(n), $3) FROM events WHERE stream = $1 AND n >= $2 AND n < $3 AND created_at >= $4",
            params![id, first, up_to, oldest],
            |row| row.get(0),
        )
        .await?;
    if stay == first {
        return Ok(0);
    }
    tx.execute(
        "UPDATE streams SET first_kept = $2 WHERE id = $1",
        params![id, stay],
    )
    .await?;
    tx.execute(
        "DELETE FROM events WHERE stream = $1 AND n < $2",
        params![id, stay],
    )
    .await?;
    Ok(stay - first)
}

/// The place of a room's last message.
pub async fn last_ts(tx: &mut Tx, room: RoomId) -> Result<Ts> {
    Ok(head(tx, StreamId::Room(room))
        .await?
        .map_or(Ts::START, |head| head.last_ts))
}
