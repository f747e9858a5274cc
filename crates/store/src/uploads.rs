//! Files that come in pieces.

use std::time::Duration;

use model::id::{FileId, UploadId, UserId};
use model::time::Timestamp;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::Row;

/// An upload, but for how much of it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The id.
    pub id: UploadId,
    /// Who uploads.
    pub owner: UserId,
    /// The file's name.
    pub name: String,
    /// The file's size.
    pub size: i64,
    /// The file, once it is made.
    pub file: Option<FileId>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

fn upload(row: &Row<'_>) -> Result<Upload> {
    Ok(Upload {
        id: row.get(0)?,
        owner: row.get(1)?,
        name: row.get(2)?,
        size: row.get(3)?,
        file: row.get(4)?,
        expires_at: row.get(5)?,
    })
}

/// Begins an upload that ends by itself after `life`.
pub async fn insert(
    tx: &mut Tx,
    owner: UserId,
    name: &str,
    size: i64,
    life: Duration,
) -> Result<Upload> {
    let now = tx.now();
    let upload = Upload {
        id: UploadId::new(now),
        owner,
        name: name.to_owned(),
        size,
        file: None,
        expires_at: now.plus(life),
    };
    tx.execute(
        "INSERT INTO uploads (id, owner, name, size, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![upload.id, owner, name, size, now, upload.expires_at],
    )
    .await?;
    Ok(upload)
}

/// An upload of `owner` that hasn't ended.
pub async fn get(tx: &mut Tx, id: UploadId, owner: UserId) -> Result<Option<Upload>> {
    let now = tx.now();
    tx.find(
        "SELECT id, owner, name, size, file, expires_at FROM uploads WHERE id = $1 AND owner = $2 AND expires_at > $3",
        params![id, owner, now],
        upload,
    )
    .await
}

/// How many uploads of `owner` aren't done.
pub async fn open(tx: &mut Tx, owner: UserId) -> Result<i64> {
    let now = tx.now();
    tx.one(
        "SELECT COUNT(*) FROM uploads WHERE owner = $1 AND file IS NULL AND expires_at > $2",
        params![owner, now],
        |row| row.get(0),
    )
    .await
}

/// Notes the file that became of an upload; false if the upload is gone or has one.
pub async fn finish(tx: &mut Tx, id: UploadId, file: FileId) -> Result<bool> {
    let finished = tx
        .execute(
            "UPDATE uploads SET file = $2 WHERE id = $1 AND file IS NULL",
            params![id, file],
        )
        .await?;
    Ok(finished == 1)
}

/// Ends an upload; a file that became of it stays.
pub async fn remove(tx: &mut Tx, id: UploadId, owner: UserId) -> Result<bool> {
    let removed = tx
        .execute(
            "DELETE FROM uploads WHERE id = $1 AND owner = $2",
            params![id, owner],
        )
        .await?;
    Ok(removed == 1)
}

/// Ends uploads whose time is over, at most `limit`; answers which.
pub async fn remove_expired(tx: &mut Tx, limit: i64) -> Result<Vec<UploadId>> {
    let now = tx.now();
    tx.query(
        "DELETE FROM uploads WHERE id IN
             (SELECT id FROM uploads WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING id",
        params![now, limit],
        |row| row.get(0),
    )
    .await
}
