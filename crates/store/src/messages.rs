//! Messages, their versions and their mentions.

use std::collections::HashMap;

use model::id::MessageId;
use model::message::{Mention, Message};
use model::text::ClientId;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::params;
use crate::tx::Tx;
use crate::value::Row;

/// Who is meant in which message.
pub(crate) type Mentions = HashMap<MessageId, Vec<Mention>>;

/// A message from columns `at…`: id, room, ts, n, kind, author, body, thread, reply_count, system, client_id,
/// created_at, edited_at, deleted_at.
pub(crate) fn from_row(row: &Row<'_>, at: usize, mentions: &Mentions) -> Result<Message> {
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
        attachments: Vec::new(),
        reactions: Vec::new(),
        mentions: mentions.get(&id).cloned().unwrap_or_default(),
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

/// The mentions of the messages that a stretch of a stream tells of.
pub(crate) async fn mentions_of_events(
    tx: &mut Tx,
    stream: Uuid,
    after: u64,
    up_to: u64,
) -> Result<Mentions> {
    let rows = tx
        .query(
            "SELECT DISTINCT x.message, x.start, x.len, x.user_id FROM events e JOIN mentions x ON x.message = e.message
             WHERE e.stream = $1 AND e.n > $2 AND e.n <= $3 ORDER BY x.message, x.start",
            params![stream, after, up_to],
            mention,
        )
        .await?;
    Ok(grouped(rows))
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
