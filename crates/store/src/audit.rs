//! The audit: who did what to whom, written in the transaction of the act.

use model::id::{AuditId, UserId};
use model::time::Timestamp;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who; none for who runs the server, or the server itself.
    pub actor: Option<UserId>,
    /// What.
    pub action: String,
    /// To whom or what, by id.
    pub subject: String,
    /// More of it, as JSON.
    pub data: String,
    /// From which address.
    pub address: String,
}

/// Writes an act down; its time is the transaction's.
pub async fn insert(
    tx: &mut Tx,
    actor: Option<UserId>,
    action: &str,
    subject: &str,
    data: &str,
    address: &str,
) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO audit (id, at, actor, action, subject, data, address) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![AuditId::new(now), now, actor, action, subject, data, address],
    )
    .await?;
    Ok(())
}

/// The acts since `since`, oldest first, at most `limit`.
pub async fn since(tx: &mut Tx, since: Timestamp, limit: i64) -> Result<Vec<Entry>> {
    tx.query(
        "SELECT at, actor, action, subject, data, address FROM audit WHERE at >= $1 ORDER BY at, id LIMIT $2",
        params![since, limit],
        |row| {
            Ok(Entry {
                at: row.get(0)?,
                actor: row.get(1)?,
                action: row.get(2)?,
                subject: row.get(3)?,
                data: row.get(4)?,
                address: row.get(5)?,
            })
        },
    )
    .await
}
