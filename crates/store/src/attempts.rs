//! Tries counted in windows of time, shared by all nodes.

use std::time::Duration;

use model::time::Timestamp;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;

/// How often something was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Tries in the running window, the last included.
    pub tries: i64,
    /// When the window began.
    pub since: Timestamp,
}

/// Counts a try of `key`; a window that is over begins anew, and so does one that a wrong clock put into the future.
pub async fn count(tx: &mut Tx, key: &str, window: Duration) -> Result<Count> {
    let now = tx.now();
    tx.one(
        "INSERT INTO attempts (key, window_start, tries) VALUES ($1, $2, 1)
         ON CONFLICT (key) DO UPDATE SET
             tries = CASE WHEN attempts.window_start > $3 AND attempts.window_start <= $4
                          THEN attempts.tries + 1 ELSE 1 END,
             window_start = CASE WHEN attempts.window_start > $3 AND attempts.window_start <= $4
                                 THEN attempts.window_start ELSE $2 END
         RETURNING tries, window_start",
        // Nodes' clocks differ a little: a window may have begun a moment from now.
        params![key, now, now.minus(window), now.plus(window)],
        |row| {
            Ok(Count {
                tries: row.get(0)?,
                since: row.get(1)?,
            })
        },
    )
    .await
}

/// Takes one try back: it turned out well.
pub async fn take_back(tx: &mut Tx, key: &str) -> Result<()> {
    tx.execute(
        "UPDATE attempts SET tries = tries - 1 WHERE key = $1 AND tries > 0",
        params![key],
    )
    .await?;
    Ok(())
}

/// Forgets the tries of `key`.
pub async fn forget(tx: &mut Tx, key: &str) -> Result<()> {
    tx.execute("DELETE FROM attempts WHERE key = $1", params![key])
        .await?;
    Ok(())
}

/// Forgets windows that began before `before`.
pub async fn remove_older(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.execute(
        "DELETE FROM attempts WHERE window_start < $1",
        params![before],
    )
    .await?;
    Ok(())
}
