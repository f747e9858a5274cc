//! What only administrators look at: rooms by size, the database itself, and when something last happened. The size and
//! version of the database are asked in each database's own words.

use model::administration::AdminRoom;
use model::id::RoomId;
use model::room::RoomKind;
use model::text::{RoomName, Topic, fold};
use model::time::Timestamp;

use crate::dialect::Dialect;
use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::users::containing;
use crate::value::Row;

/// Which rooms administrators want to see; direct ones are nobody's but their people's.
#[derive(Clone, Debug, Default)]
pub struct RoomFilter {
    /// Rooms whose name contains this; all if empty.
    pub query: String,
    /// Only public ones, or only private ones.
    pub kind: Option<RoomKind>,
    /// Only archived ones, or only those that aren't.
    pub archived: Option<bool>,
}

/// Where a list of rooms goes on: after this folded name and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPlace {
    /// The folded name of the last room.
    pub folded_name: String,
    /// Its id.
    pub id: RoomId,
}

/// The place of a room in a list.
pub fn room_place(room: &AdminRoom) -> RoomPlace {
    RoomPlace {
        folded_name: fold(room.name.as_ref().map_or("", RoomName::as_str)),
        id: room.id,
    }
}

/// The columns of a room, in the order that [`room`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.kind, r.name, r.topic, r.members, s.messages, r.created_at, r.archived_at,
                    r.retention_days, s.last_ts
             FROM rooms r JOIN streams s ON s.id = r.id ",
            $rest
        )
    };
}

fn room(row: &Row<'_>) -> Result<AdminRoom> {
    let name: Option<String> = row.get(2)?;
    Ok(AdminRoom {
        id: row.get(0)?,
        kind: row.parse(1)?,
        name: name.map(RoomName::from_stored),
        topic: Topic::from_stored(row.get(3)?),
        members: row.get(4)?,
        messages: row.get(5)?,
        created_at: row.get(6)?,
        archived_at: row.get(7)?,
        retention_days: row.get(8)?,
        last_ts: row.get(9)?,
    })
}

/// Public and private rooms in the order of their names, after `after`, at most `limit`.
pub async fn rooms(
    tx: &mut Tx,
    filter: &RoomFilter,
    after: Option<&RoomPlace>,
    limit: i64,
) -> Result<Vec<AdminRoom>> {
    let pattern = containing(&fold(filter.query.trim()));
    let place = after.map_or("", |place| place.folded_name.as_str());
    let id = after.map_or(RoomId::from_uuid(uuid::Uuid::nil()), |place| place.id);
    tx.query(
        select!(
            "WHERE r.kind <> 'direct' AND (r.folded_name, r.id) > ($1, $2) AND r.folded_name LIKE $3 ESCAPE '!'
               AND ($4 = '' OR r.kind = $4) AND ($5 = 2 OR $5 = CASE WHEN r.archived_at IS NULL THEN 0 ELSE 1 END)
             ORDER BY r.folded_name, r.id LIMIT $6"
        ),
        params![
            place,
            id,
            pattern,
            filter.kind.map_or("", RoomKind::as_str),
            filter.archived.map_or(2, i64::from),
            limit
        ],
        room,
    )
    .await
}

/// A public or private room, if there is one.
pub async fn room_of(tx: &mut Tx, id: RoomId) -> Result<Option<AdminRoom>> {
    tx.find(
        select!("WHERE r.id = $1 AND r.kind <> 'direct'"),
        params![id],
        room,
    )
    .await
}

/// The database's kind, version and size in bytes.
pub async fn database(tx: &mut Tx) -> Result<(&'static str, String, i64)> {
    let (kind, version, bytes) = match tx.dialect() {
        Dialect::Sqlite => (
            "sqlite",
            "SELECT sqlite_version()",
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        ),
        Dialect::Postgres => (
            "postgresql",
            "SELECT current_setting('server_version')",
            "SELECT pg_database_size(current_database())",
        ),
    };
    let version = tx.one(version, &[], |row| row.get(0)).await?;
    let bytes = tx.one(bytes, &[], |row| row.get(0)).await?;
    Ok((kind, version, bytes))
}

/// Something whose last time administrators look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A mail was handed to the mail server.
    MailSent,
    /// A mail could not be sent; the note says why.
    MailFailed,
    /// A backup was made.
    Backup,
}

impl Mark {
    const fn name(self) -> &'static str {
        match self {
            Self::MailSent => "mail_sent",
            Self::MailFailed => "mail_failed",
            Self::Backup => "backup",
        }
    }
}

/// Notes that it happened now.
pub async fn set_mark(tx: &mut Tx, mark: Mark, note: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO marks (name, at, note) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET at = excluded.at, note = excluded.note",
        params![mark.name(), now, note],
    )
    .await?;
    Ok(())
}

/// When it last happened, with the note.
pub async fn mark(tx: &mut Tx, mark: Mark) -> Result<Option<(Timestamp, String)>> {
    tx.find(
        "SELECT at, note FROM marks WHERE name = $1",
        params![mark.name()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// The mail server that an administrator set, sealed, and the sender.
pub async fn mail(tx: &mut Tx) -> Result<Option<(Vec<u8>, String, Timestamp)>> {
    tx.find(
        "SELECT sealed, sender, changed_at FROM mail WHERE id = 1",
        &[],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
    .await
}

/// Sets the mail server.
pub async fn set_mail(tx: &mut Tx, sealed: &[u8], sender: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO mail (id, sealed, sender, changed_at) VALUES (1, $1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, sender = excluded.sender,
                                        changed_at = excluded.changed_at",
        params![sealed, sender, now],
    )
    .await?;
    Ok(())
}

/// Takes the mail server away; whether there was one.
pub async fn remove_mail(tx: &mut Tx) -> Result<bool> {
    Ok(tx.execute("DELETE FROM mail", &[]).await? > 0)
}
