//! Messages, their versions and their mentions.

use std::collections::HashMap;

use model::id::{MessageId, RoomId, UserId};
use model::message::{Mention, Message, MessageKind};
use model::stream::StreamId;
use model::text::ClientId;
use model::time::Ts;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::files;
use crate::params;
use crate::rooms::Access;
use crate::tx::Tx;
use crate::value::{Row, Value};

/// Who is meant in which message.
type Mentions = HashMap<MessageId, Vec<Mention>>;

/// What hangs on messages, read for a stretch of them at once.
#[derive(Default)]
pub(crate) struct Hanging {
    mentions: Mentions,
    attachments: files::Attachments,
}

/// How many columns [`from_row`] reads.
const COLUMNS: usize = 14;

/// A message from columns `at…`: id, room, ts, n, kind, author, body, thread, reply_count, system, client_id,
/// created_at, edited_at, deleted_at.
pub(crate) fn from_row(row: &Row<'_>, at: usize, hanging: &Hanging) -> Result<Message> {
    let id = row.get(at)?;
    let system: Option<String> = row.get(at + 9)?;
    let client_id: Option<String> = row.get(at + 10)?;
    Ok(Message {
        id,
        room: row.get(at + 1)?,
        ts: row.get(at + 2)?,
        n: row.get(at + 3)?,
        kind: row.parse(at + 4)?,
        author: row.get(at + 5)?,
        body: row.get(at + 6)?,
        thread: row.get(at + 7)?,
        reply_count: row.get(at + 8)?,
        attachments: hanging.attachments.get(&id).cloned().unwrap_or_default(),
        reactions: Vec::new(),
        mentions: hanging.mentions.get(&id).cloned().unwrap_or_default(),
        previews: Vec::new(),
        system: system
            .map(|text| {
                serde_json::from_str(&text)
                    .map_err(|error| Error::Corrupt(format!("messages.system: {error}")))
            })
            .transpose()?,
        client_id: client_id.map(ClientId::from_stored),
        created_at: row.get(at + 11)?,
        edited_at: row.get(at + 12)?,
        deleted_at: row.get(at + 13)?,
    })
}

/// What hangs on the messages that a stretch of a stream tells of.
pub(crate) async fn hanging_on_events(
    tx: &mut Tx,
    stream: Uuid,
    after: u64,
    up_to: u64,
) -> Result<Hanging> {
    let rows = tx
        .query(
            "SELECT DISTINCT x.message, x.start, x.len, x.user_id FROM events e JOIN mentions x ON x.message = e.message
             WHERE e.stream = $1 AND e.n > $2 AND e.n <= $3 ORDER BY x.message, x.start",
            params![stream, after, up_to],
            mention,
        )
        .await?;
    Ok(Hanging {
        mentions: grouped(rows),
        attachments: files::of_events(tx, stream, after, up_to).await?,
    })
}

/// A mention from the columns message, start, len, user_id.
fn mention(row: &Row<'_>) -> Result<(MessageId, Mention)> {
    let number = |index| -> Result<u32> {
        u32::try_from(row.get::<i64>(index)?)
            .map_err(|_| Error::Corrupt("mentions: a place out of range".to_owned()))
    };
    Ok((
        row.get(0)?,
        Mention {
            user: row.get(3)?,
            start: number(1)?,
            len: number(2)?,
        },
    ))
}

fn grouped(rows: Vec<(MessageId, Mention)>) -> Mentions {
    let mut mentions = Mentions::new();
    for (message, mention) in rows {
        mentions.entry(message).or_default().push(mention);
    }
    mentions
}

/// A message's columns, in the order of [`from_row`], of the table `m`.
macro_rules! message_columns {
    () => {
        "m.id, m.room, m.ts, m.n, m.kind, m.author, m.body, m.thread, m.reply_count, m.system, m.client_id,
         m.created_at, m.edited_at, m.deleted_at"
    };
}
pub(crate) use message_columns;

/// What posting needs to know, read in one statement.
#[derive(Clone, Debug)]
pub struct Posting {
    /// What decides whether the author may.
    pub access: Access,
    /// The message that the author posted in this room with this `client_id` before, as it is now.
    pub first: Option<Message>,
}

/// What posting in `room` with `client_id` needs to know; none if the room or the author isn't there.
pub async fn posting(
    tx: &mut Tx,
    room: RoomId,
    author: UserId,
    client_id: Option<&ClientId>,
) -> Result<Option<Posting>> {
    let found = tx
        .find(
            concat!(
                "SELECT ", message_columns!(), ", u.role, r.kind, r.archived_at, r.who_posts, r.who_invites, r.history,
                        b.role, b.joined_ts, b.joined_n
                 FROM rooms r JOIN users u ON u.id = $2 LEFT JOIN members b ON b.room = r.id AND b.user_id = u.id
                 LEFT JOIN messages m ON m.room = $1 AND m.author = $2 AND m.client_id = $3 AND m.client_id IS NOT NULL
                 WHERE r.id = $1 AND u.deactivated_at IS NULL"
            ),
            params![room, author, client_id.map(ClientId::as_str)],
            |row| {
                let known: Option<MessageId> = row.get(0)?;
                Ok(Posting {
                    access: Access::from_row(row, COLUMNS)?,
                    first: match known {
                        Some(_) => Some(from_row(row, 0, &Hanging::default())?),
                        None => None,
                    },
                })
            },
        )
        .await?;
    let Some(mut posting) = found else {
        return Ok(None);
    };
    if let Some(first) = &mut posting.first {
        fill(tx, std::slice::from_mut(first)).await?;
    }
    Ok(Some(posting))
}

/// Keeps a new message with its mentions. It counts as unread unless it is a system message.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<()> {
    let system = match &message.system {
        Some(system) => {
            Some(serde_json::to_string(system).map_err(|error| Error::Corrupt(error.to_string()))?)
        }
        None => None,
    };
    tx.execute(
        "INSERT INTO messages (id, room, ts, n, kind, author, body, thread, also_to_room, reply_count, system, client_id,
                               counts, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 0, 0, $8, $9, $10, $11)",
        params![
            message.id,
            message.room,
            message.ts,
            message.n,
            message.kind.as_str(),
            message.author,
            &message.body,
            system,
            message.client_id.as_ref().map(ClientId::as_str),
            message.kind == MessageKind::Message,
            message.created_at
        ],
    )
    .await?;
    tx.count_message(StreamId::Room(message.room)).await?;
    insert_mentions(tx, message).await
}

async fn insert_mentions(tx: &mut Tx, message: &Message) -> Result<()> {
    for mention in &message.mentions {
        tx.execute(
            "INSERT INTO mentions (message, start, len, user_id, room, ts) VALUES ($1, $2, $3, $4, $5, $6)",
            params![
                message.id,
                i64::from(mention.start),
                i64::from(mention.len),
                mention.user,
                message.room,
                message.ts
            ],
        )
        .await?;
    }
    Ok(())
}

/// The room of a message.
pub async fn room_of(tx: &mut Tx, id: MessageId) -> Result<Option<RoomId>> {
    tx.find(
        "SELECT room FROM messages WHERE id = $1",
        params![id],
        |row| row.get(0),
    )
    .await
}

/// A message as it is now.
pub async fn get(tx: &mut Tx, id: MessageId) -> Result<Option<Message>> {
    let found = tx
        .find(
            concat!(
                "SELECT ",
                message_columns!(),
                " FROM messages m WHERE m.id = $1"
            ),
            params![id],
            |row| from_row(row, 0, &Hanging::default()),
        )
        .await?;
    let Some(mut message) = found else {
        return Ok(None);
    };
    fill(tx, std::slice::from_mut(&mut message)).await?;
    Ok(Some(message))
}

/// Gives a message the words, mentions and `edited_at` that `message` has; the words before are kept as a version.
pub async fn edit(tx: &mut Tx, message: &Message) -> Result<()> {
    tx.execute(
        "INSERT INTO message_versions (message, version, body, written_at)
         SELECT m.id, (SELECT COALESCE(MAX(v.version), 0) + 1 FROM message_versions v WHERE v.message = m.id), m.body,
                COALESCE(m.edited_at, m.created_at)
         FROM messages m WHERE m.id = $1",
        params![message.id],
    )
    .await?;
    tx.execute(
        "UPDATE messages SET body = $2, edited_at = $3 WHERE id = $1",
        params![message.id, &message.body, message.edited_at],
    )
    .await?;
    tx.execute(
        "DELETE FROM mentions WHERE message = $1",
        params![message.id],
    )
    .await?;
    insert_mentions(tx, message).await
}

/// Clears a message's words, versions and mentions and takes its files from it; its trace stays.
pub async fn delete(tx: &mut Tx, id: MessageId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "DELETE FROM message_versions WHERE message = $1",
        params![id],
    )
    .await?;
    tx.execute("DELETE FROM mentions WHERE message = $1", params![id])
        .await?;
    files::detach(tx, id).await?;
    tx.execute(
        "UPDATE messages SET body = '', counts = 0, deleted_at = $2 WHERE id = $1",
        params![id, now],
    )
    .await?;
    Ok(())
}

/// The place of the newest message of a room, those of this transaction included.
pub async fn newest(tx: &mut Tx, room: RoomId) -> Result<Ts> {
    let newest = tx
        .find(
            "SELECT ts FROM messages WHERE room = $1 ORDER BY ts DESC LIMIT 1",
            params![room],
            |row| row.get(0),
        )
        .await?;
    Ok(newest.unwrap_or(Ts::START))
}

/// Gives messages of one room, in order of place, what hangs on them.
pub(crate) async fn fill(tx: &mut Tx, messages: &mut [Message]) -> Result<()> {
    let (Some(first), Some(last)) = (messages.first(), messages.last()) else {
        return Ok(());
    };
    let (room, from, to) = (first.room, first.ts, last.ts);
    let rows = tx
        .query(
            "SELECT message, start, len, user_id FROM mentions WHERE room = $1 AND ts >= $2 AND ts <= $3
             ORDER BY message, start",
            params![room, from, to],
            mention,
        )
        .await?;
    let mut mentions = grouped(rows);
    let mut attachments = files::of_stretch(tx, room, from, to).await?;
    for message in messages {
        message.mentions = mentions.remove(&message.id).unwrap_or_default();
        message.attachments = attachments.remove(&message.id).unwrap_or_default();
    }
    Ok(())
}

/// Names that one statement looks up.
const NAMES: usize = 10;

/// Who bears these user names; names that nobody bears are left out.
pub async fn users_named(tx: &mut Tx, names: &[&str]) -> Result<HashMap<String, UserId>> {
    let mut users = HashMap::new();
    for chunk in names.chunks(NAMES) {
        let mut slots: [Value<'_>; NAMES] = std::array::from_fn(|_| Value::Null);
        for (slot, name) in slots.iter_mut().zip(chunk) {
            *slot = Value::from(*name);
        }
        let found = tx
            .query(
                "SELECT username, id FROM users WHERE username IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &slots,
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .await?;
        users.extend(found);
    }
    Ok(users)
}
