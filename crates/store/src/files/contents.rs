//! Contents: claimed before their bytes are put, marked before they are removed.

use std::time::Duration;

use model::time::Timestamp;

use super::{Hash, hash};
use crate::error::Result;
use crate::params;
use crate::tx::Tx;

/// What is known of a content from looking at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its SHA-256.
    pub hash: Hash,
    /// Its size in bytes.
    pub size: i64,
    /// Its media type.
    pub kind: String,
    /// Width and height in pixels as it is to be shown, if it is an image.
    pub extent: Option<(i64, i64)>,
}

/// What came of claiming a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Its bytes are there.
    Stored,
    /// Its bytes have to be put.
    Missing,
    /// Somebody is removing its bytes: try again in a moment.
    Removing,
}

/// Claims a content before its bytes are put: until it is used, or its time is over, nobody removes it.
pub async fn claim(tx: &mut Tx, blob: &Blob) -> Result<Claim> {
    let now = tx.now();
    let claimed = tx
        .find(
            "INSERT INTO blobs (hash, size, type, width, height, claimed_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (hash) DO UPDATE SET claimed_at = $6,
                 stored_at = CASE WHEN blobs.removing_until IS NULL THEN blobs.stored_at END, removing_until = NULL
             WHERE blobs.removing_until IS NULL OR blobs.removing_until < $6
             RETURNING stored_at",
            params![
                &blob.hash,
                blob.size,
                &blob.kind,
                blob.extent.map(|(width, _)| width),
                blob.extent.map(|(_, height)| height),
                now
            ],
            |row| row.get::<Option<Timestamp>>(0),
        )
        .await?;
    Ok(match claimed {
        None => Claim::Removing,
        Some(None) => Claim::Missing,
        Some(Some(_)) => Claim::Stored,
    })
}

/// Notes that a claimed content's bytes are there; false if the claim didn't last: then it begins anew.
pub async fn settle(tx: &mut Tx, hash: &Hash) -> Result<bool> {
    let now = tx.now();
    let settled = tx
        .execute(
            "UPDATE blobs SET stored_at = COALESCE(stored_at, $2), claimed_at = $2
             WHERE hash = $1 AND removing_until IS NULL",
            params![hash, now],
        )
        .await?;
    Ok(settled == 1)
}

/// What a thumbnail is made of: the content's media type and size; none if it is gone or has one already.
pub async fn wants_thumbnail(tx: &mut Tx, hash: &Hash) -> Result<Option<(String, i64)>> {
    tx.find(
        "SELECT type, size FROM blobs
         WHERE hash = $1 AND thumbnail IS NULL AND stored_at IS NOT NULL AND removing_until IS NULL",
        params![hash],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// Gives a content its thumbnail, which is settled, and its placeholder; false if it is gone or has one.
pub async fn set_thumbnail(
    tx: &mut Tx,
    of: &Hash,
    thumbnail: &Hash,
    placeholder: &str,
) -> Result<bool> {
    let set = tx
        .execute(
            "UPDATE blobs SET thumbnail = $2, placeholder = $3
             WHERE hash = $1 AND thumbnail IS NULL AND removing_until IS NULL",
            params![of, thumbnail, placeholder],
        )
        .await?;
    Ok(set == 1)
}

/// Contents that no file has and nobody claimed since `before`, at most `limit`. All others are looked through to find
/// them, so this is asked outside of a write.
pub async fn unused(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<Vec<Hash>> {
    let now = tx.now();
    tx.query(
        "SELECT c.hash FROM blobs c
         WHERE c.claimed_at < $1 AND (c.removing_until IS NULL OR c.removing_until < $2)
           AND NOT EXISTS (SELECT 1 FROM files f WHERE f.hash = c.hash)
           AND NOT EXISTS (SELECT 1 FROM blobs o WHERE o.thumbnail = c.hash)
         ORDER BY c.claimed_at LIMIT $3",
        params![before, now, limit],
        |row| hash(row, 0),
    )
    .await
}

/// Marks a content as being removed for as long as `lease`, if still no file has it and nobody claimed it since
/// `before`. Its bytes may be removed within the lease, and [`forget`] ends it.
pub async fn doom(tx: &mut Tx, hash: &Hash, before: Timestamp, lease: Duration) -> Result<bool> {
    let now = tx.now();
    let doomed = tx
        .execute(
            "UPDATE blobs SET removing_until = $3
             WHERE hash = $1 AND claimed_at < $2 AND (removing_until IS NULL OR removing_until < $4)
               AND NOT EXISTS (SELECT 1 FROM files f WHERE f.hash = blobs.hash)
               AND NOT EXISTS (SELECT 1 FROM blobs o WHERE o.thumbnail = blobs.hash)",
            params![hash, before, now.plus(lease), now],
        )
        .await?;
    Ok(doomed == 1)
}

/// Forgets a content whose bytes were removed within the lease.
pub async fn forget(tx: &mut Tx, hash: &Hash) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "DELETE FROM blobs WHERE hash = $1 AND removing_until >= $2",
        params![hash, now],
    )
    .await?;
    Ok(())
}
