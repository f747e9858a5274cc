//! Links by which people set a new password.

use std::time::Duration;

use model::id::UserId;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::workspace::Hash;

/// How long a link works.
pub const LIFETIME: Duration = Duration::from_secs(3600);

/// Makes a link.
pub async fn insert(tx: &mut Tx, hash: &Hash, user: UserId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        params![hash, user, now, now.plus(LIFETIME)],
    )
    .await?;
    Ok(())
}

/// Whose link it is, if it works.
pub async fn find(tx: &mut Tx, hash: &Hash) -> Result<Option<UserId>> {
    let now = tx.now();
    tx.find(
        "SELECT r.user_id FROM password_resets r JOIN users u ON u.id = r.user_id
         WHERE r.token_hash = $1 AND r.expires_at > $2 AND u.deactivated_at IS NULL",
        params![hash, now],
        |row| row.get(0),
    )
    .await
}

/// Ends all links of a user.
pub async fn remove_of(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.execute(
        "DELETE FROM password_resets WHERE user_id = $1",
        params![user],
    )
    .await?;
    Ok(())
}

/// Removes links that no longer work.
pub async fn remove_expired(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "DELETE FROM password_resets WHERE expires_at <= $1",
        params![now],
    )
    .await?;
    Ok(())
}
