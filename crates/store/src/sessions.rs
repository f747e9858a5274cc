//! Sessions: signed-in devices.

use std::time::Duration;

use model::event::{Event, RevokeReason, SessionRevoked};
use model::id::{SessionId, UserId};
use model::stream::StreamId;
use model::time::Timestamp;
use model::user::{Role, Session};

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::workspace::Hash;

/// How long a session lives after it was last used.
pub const LIFETIME: Duration = Duration::from_secs(90 * 24 * 3600);

/// How many sessions a user has at most; a new one ends the one that was used least lately.
pub const MOST: i64 = 100;

/// A new session.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    /// Whose it is.
    pub user: UserId,
    /// The token's hash.
    pub token_hash: &'a Hash,
    /// What the device calls itself.
    pub device: &'a str,
    /// Its address.
    pub address: &'a str,
}

/// Who a token belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session: SessionId,
    /// The user.
    pub user: UserId,
    /// Their role in the workspace.
    pub role: Role,
    /// When the session was last used, to the minute.
    pub last_seen_at: Timestamp,
}

/// Makes a session.
pub async fn insert(tx: &mut Tx, new: NewSession<'_>) -> Result<SessionId> {
    let now = tx.now();
    let id = SessionId::new(now);
    tx.execute(
        "INSERT INTO sessions (id, user_id, token_hash, device, address, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        params![
            id,
            new.user,
            new.token_hash,
            new.device,
            new.address,
            now,
            now.plus(LIFETIME)
        ],
    )
    .await?;
    let surplus: Vec<SessionId> = tx
        .query(
            "SELECT id FROM sessions WHERE user_id = $1 ORDER BY last_seen_at DESC, id DESC LIMIT 20 OFFSET $2",
            params![new.user, MOST],
            |row| row.get(0),
        )
        .await?;
    for session in surplus {
        revoke(tx, new.user, session, RevokeReason::Replaced).await?;
    }
    Ok(id)
}

/// Whose token has this hash, if its session lives and its user may sign in.
pub async fn find_by_token(tx: &mut Tx, hash: &Hash) -> Result<Option<SignedIn>> {
    let now = tx.now();
    tx.find(
        "SELECT s.id, s.user_id, u.role, s.last_seen_at FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.deactivated_at IS NULL",
        params![hash, now],
        |row| {
            Ok(SignedIn {
                session: row.get(0)?,
                user: row.get(1)?,
                role: row.parse(2)?,
                last_seen_at: row.get(3)?,
            })
        },
    )
    .await
}

/// When a session ends by itself and its user's role, if it lives and they may sign in.
pub async fn living(tx: &mut Tx, id: SessionId) -> Result<Option<(Timestamp, Role)>> {
    let now = tx.now();
    tx.find(
        "SELECT s.expires_at, u.role FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.id = $1 AND s.expires_at > $2 AND u.deactivated_at IS NULL",
        params![id, now],
        |row| Ok((row.get(0)?, row.parse(1)?)),
    )
    .await
}

/// Notes that a session was used, if the last note is older than `before`, and lets it live on.
pub async fn touch(tx: &mut Tx, id: SessionId, before: Timestamp, address: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE sessions SET last_seen_at = $2, expires_at = $3, address = $4 WHERE id = $1 AND last_seen_at <= $5",
        params![id, now, now.plus(LIFETIME), address, before],
    )
    .await?;
    Ok(())
}

/// A user's sessions, the one used last first.
pub async fn list(tx: &mut Tx, user: UserId, current: SessionId) -> Result<Vec<Session>> {
    let now = tx.now();
    tx.query(
        "SELECT id, device, address, created_at, last_seen_at, expires_at FROM sessions
         WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, id DESC LIMIT $3",
        params![user, now, MOST],
        |row| {
            let id = row.get(0)?;
            Ok(Session {
                id,
                current: id == current,
                device: row.get(1)?,
                address: row.get(2)?,
                created_at: row.get(3)?,
                last_seen_at: row.get(4)?,
                expires_at: row.get(5)?,
            })
        },
    )
    .await
}

/// Ends a session of a user, and tells them why; whether there was one.
pub async fn revoke(
    tx: &mut Tx,
    user: UserId,
    session: SessionId,
    reason: RevokeReason,
) -> Result<bool> {
    let ended = tx
        .execute(
            "DELETE FROM sessions WHERE id = $1 AND user_id = $2",
            params![session, user],
        )
        .await?;
    if ended == 0 {
        return Ok(false);
    }
    let event = Event::SessionRevoked(SessionRevoked { session, reason });
    tx.append(StreamId::User(user), &event, None).await?;
    Ok(true)
}

/// Ends a user's sessions but one, and tells them why; answers how many ended.
pub async fn revoke_all(
    tx: &mut Tx,
    user: UserId,
    but: Option<SessionId>,
    reason: RevokeReason,
) -> Result<usize> {
    let mut ids: Vec<SessionId> = tx
        .query(
            "SELECT id FROM sessions WHERE user_id = $1 ORDER BY id",
            params![user],
            |row| row.get(0),
        )
        .await?;
    ids.retain(|id| Some(*id) != but);
    for id in &ids {
        revoke(tx, user, *id, reason).await?;
    }
    Ok(ids.len())
}

/// Removes up to `limit` sessions that ended by themselves, and tells their users; answers how many.
pub async fn remove_expired(tx: &mut Tx, limit: i64) -> Result<usize> {
    let now = tx.now();
    let expired: Vec<(UserId, SessionId)> = tx
        .query(
            "SELECT user_id, id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2",
            params![now, limit],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    tx.lock(expired.iter().map(|(user, _)| StreamId::User(*user)))?;
    for (user, session) in &expired {
        revoke(tx, *user, *session, RevokeReason::Expired).await?;
    }
    Ok(expired.len())
}
