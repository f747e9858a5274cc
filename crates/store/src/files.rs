//! Files: the contents that lie in the storage, what people have of them, and what carries them.

mod contents;

use std::collections::HashMap;

use model::file::{File, RoomFile};
use model::id::{FileId, MessageId, RoomId, UserId};
use model::time::{Timestamp, Ts};
use uuid::Uuid;

pub use contents::{
    Blob, Claim, claim, doom, forget, set_thumbnail, settle, unused, wants_thumbnail,
};

use crate::error::{Error, Result};
use crate::history::Window;
use crate::params;
use crate::tx::Tx;
use crate::value::Row;

/// A content's SHA-256, under which it lies in the storage.
pub type Hash = [u8; 32];

/// The files of messages.
pub(crate) type Attachments = HashMap<MessageId, Vec<File>>;

/// A file's columns, in the order of [`file`], of the tables `f` and `b`.
macro_rules! file_columns {
    () => {
        "f.id, f.name, b.type, f.size, b.width, b.height, b.placeholder, b.thumbnail, f.created_at"
    };
}

/// How many columns [`file`] reads.
const COLUMNS: usize = 9;

/// A file from columns `at…`.
fn file(row: &Row<'_>, at: usize) -> Result<File> {
    Ok(File {
        id: row.get(at)?,
        name: row.get(at + 1)?,
        kind: row.get(at + 2)?,
        size: row.get(at + 3)?,
        width: row.get(at + 4)?,
        height: row.get(at + 5)?,
        placeholder: row.get(at + 6)?,
        thumbnail: row.get::<Option<Vec<u8>>>(at + 7)?.is_some(),
        created_at: row.get(at + 8)?,
    })
}

fn hash(row: &Row<'_>, index: usize) -> Result<Hash> {
    row.get::<Vec<u8>>(index)?
        .try_into()
        .map_err(|_| Error::Corrupt("a hash has not 32 bytes".to_owned()))
}

fn some_hash(row: &Row<'_>, index: usize) -> Result<Option<Hash>> {
    row.get::<Option<Vec<u8>>>(index)?
        .map(|bytes| {
            bytes
                .try_into()
                .map_err(|_| Error::Corrupt("a hash has not 32 bytes".to_owned()))
        })
        .transpose()
}

/// What the workspace lets people keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file.
    pub max_file_bytes: i64,
    /// Bytes of all contents together, if that is limited.
    pub storage_quota_bytes: Option<i64>,
    /// Bytes of one person's files, if that is limited.
    pub user_quota_bytes: Option<i64>,
    /// The types that are taken, such as `image/*`; empty for every type.
    pub file_types: Vec<String>,
}

/// What the workspace lets people keep.
pub async fn limits(tx: &mut Tx) -> Result<Limits> {
    tx.one(
        "SELECT max_file_bytes, storage_quota_bytes, user_quota_bytes, file_types FROM workspace",
        &[],
        |row| {
            let types: String = row.get(3)?;
            Ok(Limits {
                max_file_bytes: row.get(0)?,
                storage_quota_bytes: row.get(1)?,
                user_quota_bytes: row.get(2)?,
                file_types: types.split_whitespace().map(str::to_owned).collect(),
            })
        },
    )
    .await
}

/// Bytes that somebody has in files and announced in uploads that aren't done.
pub async fn used_by(tx: &mut Tx, owner: UserId) -> Result<i64> {
    tx.one(
        "SELECT CAST((SELECT COALESCE(SUM(size), 0) FROM files WHERE owner = $1)
                   + (SELECT COALESCE(SUM(size), 0) FROM uploads WHERE owner = $1 AND file IS NULL) AS BIGINT)",
        params![owner],
        |row| row.get(0),
    )
    .await
}

/// Bytes of all contents, and how many there are.
pub async fn stored(tx: &mut Tx) -> Result<(i64, i64)> {
    tx.one(
        "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT), COUNT(*) FROM blobs",
        &[],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// Bytes announced in uploads that aren't done.
pub async fn announced(tx: &mut Tx) -> Result<i64> {
    tx.one(
        "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM uploads WHERE file IS NULL",
        &[],
        |row| row.get(0),
    )
    .await
}

/// Makes a file of a settled content; nothing carries it yet. True besides if nobody made a thumbnail of its content.
pub async fn insert(tx: &mut Tx, owner: UserId, name: &str, hash: &Hash) -> Result<(File, bool)> {
    let now = tx.now();
    let id = FileId::new(now);
    tx.execute(
        "INSERT INTO files (id, owner, hash, name, size, free_at, created_at)
         SELECT $1, $2, b.hash, $4, b.size, $5, $5 FROM blobs b WHERE b.hash = $3",
        params![id, owner, hash, name, now],
    )
    .await?;
    let found = get(tx, id).await?;
    let stored = found.ok_or_else(|| Error::Corrupt("a content is not there".to_owned()))?;
    let unmade = stored.thumbnail.is_none();
    Ok((stored.file, unmade))
}

/// A file with what only the server knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What people see.
    pub file: File,
    /// Who uploaded it.
    pub owner: UserId,
    /// Its content.
    pub hash: Hash,
    /// Its thumbnail's content, media type and size.
    pub thumbnail: Option<(Hash, String, i64)>,
    /// The message that carries it.
    pub message: Option<MessageId>,
    /// Whether it is a picture of somebody or of the workspace.
    pub shown: bool,
}

/// A file.
pub async fn get(tx: &mut Tx, id: FileId) -> Result<Option<Stored>> {
    tx.find(
        concat!(
            "SELECT ", file_columns!(), ", f.owner, f.hash, f.message, f.shown, b.thumbnail, t.type, t.size
             FROM files f JOIN blobs b ON b.hash = f.hash LEFT JOIN blobs t ON t.hash = b.thumbnail WHERE f.id = $1"
        ),
        params![id],
        |row| {
            let thumbnail = match some_hash(row, COLUMNS + 4)? {
                Some(hash) => Some((hash, row.get(COLUMNS + 5)?, row.get(COLUMNS + 6)?)),
                None => None,
            };
            Ok(Stored {
                file: file(row, 0)?,
                owner: row.get(COLUMNS)?,
                hash: hash(row, COLUMNS + 1)?,
                thumbnail,
                message: row.get(COLUMNS + 2)?,
                shown: row.get(COLUMNS + 3)?,
            })
        },
    )
    .await
}

/// The room and the place of the undeleted message that carries a file.
pub async fn carrier(tx: &mut Tx, id: FileId) -> Result<Option<(RoomId, Ts)>> {
    tx.find(
        "SELECT m.room, m.ts FROM files f JOIN messages m ON m.id = f.message
         WHERE f.id = $1 AND m.deleted_at IS NULL",
        params![id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// Lets a message carry a file of its author that has no use yet; false if there is no such file.
pub async fn attach(
    tx: &mut Tx,
    id: FileId,
    owner: UserId,
    message: &model::message::Message,
    place: i64,
) -> Result<bool> {
    // Under the lock of the content's row: a thumbnail that is made meanwhile is seen here, or its maker sees the message.
    tx.execute(
        "UPDATE blobs SET claimed_at = $2 WHERE hash = (SELECT f.hash FROM files f WHERE f.id = $1)",
        params![id, message.created_at],
    )
    .await?;
    let attached = tx
        .execute(
            "UPDATE files SET message = $3, room = $4, ts = $5, place = $6
             WHERE id = $1 AND owner = $2 AND message IS NULL AND shown = 0",
            params![id, owner, message.id, message.room, message.ts, place],
        )
        .await?;
    Ok(attached == 1)
}

/// Takes a message's files from it: they have no use from now on.
pub async fn detach(tx: &mut Tx, message: MessageId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE files SET message = NULL, room = NULL, ts = NULL, place = NULL, free_at = $2 WHERE message = $1",
        params![message, now],
    )
    .await?;
    Ok(())
}

/// Shows a file of somebody's that has no use yet as a picture; false if there is no such file.
pub async fn show(tx: &mut Tx, id: FileId, owner: UserId) -> Result<bool> {
    let shown = tx
        .execute(
            "UPDATE files SET shown = 1 WHERE id = $1 AND owner = $2 AND message IS NULL AND shown = 0",
            params![id, owner],
        )
        .await?;
    Ok(shown == 1)
}

/// Ends a file's use as a picture.
pub async fn hide(tx: &mut Tx, id: FileId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE files SET shown = 0, free_at = $2 WHERE id = $1 AND shown = 1",
        params![id, now],
    )
    .await?;
    Ok(())
}

/// The file that is the workspace's icon.
pub async fn icon(tx: &mut Tx) -> Result<Option<FileId>> {
    let icon = tx
        .find("SELECT icon FROM workspace", &[], |row| {
            row.get::<Option<FileId>>(0)
        })
        .await?;
    Ok(icon.flatten())
}

/// A file from the columns message, then its own.
fn attachment(row: &Row<'_>) -> Result<(MessageId, File)> {
    Ok((row.get(0)?, file(row, 1)?))
}

fn grouped(rows: Vec<(MessageId, File)>) -> Attachments {
    let mut attachments = Attachments::new();
    for (message, file) in rows {
        attachments.entry(message).or_default().push(file);
    }
    attachments
}

/// The files of one message.
pub async fn of_message(tx: &mut Tx, message: MessageId) -> Result<Vec<File>> {
    tx.query(
        concat!(
            "SELECT ",
            file_columns!(),
            " FROM files f JOIN blobs b ON b.hash = f.hash WHERE f.message = $1 ORDER BY f.place"
        ),
        params![message],
        |row| file(row, 0),
    )
    .await
}

/// The files of a room's messages from one place to another.
pub(crate) async fn of_stretch(tx: &mut Tx, room: RoomId, from: Ts, to: Ts) -> Result<Attachments> {
    let rows = tx
        .query(
            concat!(
                "SELECT f.message, ", file_columns!(), " FROM files f JOIN blobs b ON b.hash = f.hash
                 WHERE f.room = $1 AND f.ts >= $2 AND f.ts <= $3 AND f.message IS NOT NULL ORDER BY f.ts, f.place"
            ),
            params![room, from, to],
            attachment,
        )
        .await?;
    Ok(grouped(rows))
}

/// The files of the messages that a stretch of a stream tells of.
pub(crate) async fn of_events(
    tx: &mut Tx,
    stream: Uuid,
    after: u64,
    up_to: u64,
) -> Result<Attachments> {
    let rows = tx
        .query(
            concat!(
                "SELECT f.message, ", file_columns!(), " FROM files f JOIN blobs b ON b.hash = f.hash
                 WHERE f.message IN (SELECT e.message FROM events e
                                     WHERE e.stream = $1 AND e.n > $2 AND e.n <= $3 AND e.message IS NOT NULL)
                 ORDER BY f.message, f.place"
            ),
            params![stream, after, up_to],
            attachment,
        )
        .await?;
    Ok(grouped(rows))
}

/// Where a list of a room's files goes on: after this message's place and the file's place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The message's place.
    pub ts: Ts,
    /// The file's place in the message.
    pub place: i64,
}

/// The files of a room's messages, the newest first, after `after`, at most `limit`.
pub async fn of_room(
    tx: &mut Tx,
    window: Window,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(RoomFile, Place)>> {
    let after = after.unwrap_or(Place {
        ts: Ts::from_micros(i64::MAX),
        place: 0,
    });
    // Within a message the files keep their order.
    tx.query(
        concat!(
            "SELECT ",
            file_columns!(),
            ", f.message, f.room, m.author, m.created_at, f.ts, f.place
             FROM files f JOIN blobs b ON b.hash = f.hash JOIN messages m ON m.id = f.message
             WHERE f.room = $1 AND f.message IS NOT NULL AND f.ts > $2 AND f.ts <= $3
               AND (f.ts < $3 OR f.place > $4)
             ORDER BY f.ts DESC, f.place LIMIT $5"
        ),
        params![
            window.room,
            window.visible_after,
            after.ts,
            after.place,
            limit
        ],
        |row| {
            let of = RoomFile {
                file: file(row, 0)?,
                message: row.get(COLUMNS)?,
                room: row.get(COLUMNS + 1)?,
                ts: row.get(COLUMNS + 4)?,
                author: row.get(COLUMNS + 2)?,
                created_at: row.get(COLUMNS + 3)?,
            };
            let place = Place {
                ts: of.ts,
                place: row.get(COLUMNS + 5)?,
            };
            Ok((of, place))
        },
    )
    .await
}

/// The messages that carry a content, with their rooms, at most `limit`, the newest first.
pub async fn carriers(tx: &mut Tx, hash: &Hash, limit: i64) -> Result<Vec<(RoomId, MessageId)>> {
    tx.query(
        "SELECT DISTINCT m.room, m.id, m.ts FROM files f JOIN messages m ON m.id = f.message
         WHERE f.hash = $1 AND m.deleted_at IS NULL ORDER BY m.ts DESC LIMIT $2",
        params![hash, limit],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// Forgets files that have had no use since before `before`, at most `limit`; answers how many.
pub async fn remove_free(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM files WHERE message IS NULL AND shown = 0 AND id IN
             (SELECT id FROM files WHERE message IS NULL AND shown = 0 AND free_at < $1 ORDER BY free_at, id LIMIT $2)",
        params![before, limit],
    )
    .await
}
