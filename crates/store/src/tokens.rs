//! Personal access tokens.

use model::event::{Event, RevokeReason, SessionRevoked};
use model::id::{SessionId, TokenId, UserId};
use model::stream::StreamId;
use model::time::Timestamp;
use model::token::{Scopes, Token};
use model::user::Role;
use uuid::Uuid;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::Row;
use crate::workspace::Hash;

/// Who a token belongs to, and what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The token.
    pub token: TokenId,
    /// Its owner.
    pub user: UserId,
    /// Their role in the workspace.
    pub role: Role,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// The columns of a token, in the order that [`token`] reads.
macro_rules! columns {
    () => {
        "id, name, scopes, created_at, expires_at, last_used_at, hint"
    };
}

fn token(row: &Row<'_>) -> Result<Token> {
    Ok(Token {
        id: row.get(0)?,
        name: row.get(1)?,
        scopes: row.parse::<Scopes>(2)?.iter().collect(),
        created_at: row.get(3)?,
        expires_at: row.get(4)?,
        last_used_at: row.get(5)?,
        hint: row.get(6)?,
    })
}

/// Makes a token.
pub async fn insert(tx: &mut Tx, user: UserId, new: &Token, hash: &Hash) -> Result<()> {
    let scopes: Scopes = new.scopes.iter().copied().collect();
    tx.execute(
        "INSERT INTO tokens (id, user_id, token_hash, name, scopes, hint, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            new.id,
            user,
            hash,
            &new.name,
            scopes.to_text(),
            &new.hint,
            new.created_at,
            new.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Who calls with the secret of this hash, if it works.
pub async fn find_by_hash(tx: &mut Tx, hash: &Hash) -> Result<Option<Bearer>> {
    let now = tx.now();
    tx.find(
        "SELECT t.id, t.user_id, u.role, t.scopes, t.last_used_at FROM tokens t JOIN users u ON u.id = t.user_id
         WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2) AND u.deactivated_at IS NULL",
        params![hash, now],
        |row| {
            Ok(Bearer {
                token: row.get(0)?,
                user: row.get(1)?,
                role: row.parse(2)?,
                scopes: row.parse(3)?,
                last_used_at: row.get(4)?,
            })
        },
    )
    .await
}

/// When a token ends by itself, if it does, and its user's role, if it works.
pub async fn living(tx: &mut Tx, id: TokenId) -> Result<Option<(Option<Timestamp>, Role)>> {
    let now = tx.now();
    tx.find(
        "SELECT t.expires_at, u.role FROM tokens t JOIN users u ON u.id = t.user_id
         WHERE t.id = $1 AND (t.expires_at IS NULL OR t.expires_at > $2) AND u.deactivated_at IS NULL",
        params![id, now],
        |row| Ok((row.get(0)?, row.parse(1)?)),
    )
    .await
}

/// Notes that a token was used, if the last note is older than `before`.
pub async fn touch(tx: &mut Tx, id: TokenId, before: Timestamp) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)",
        params![id, now, before],
    )
    .await?;
    Ok(())
}

/// A user's tokens, the newest first: those before `before`, at most `limit`.
pub async fn page(
    tx: &mut Tx,
    user: UserId,
    before: Option<TokenId>,
    limit: i64,
) -> Result<Vec<Token>> {
    let before = before.map_or(Uuid::max(), TokenId::uuid);
    tx.query(
        concat!(
            "SELECT ",
            columns!(),
            " FROM tokens WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        params![user, before, limit],
        token,
    )
    .await
}

/// A token of a user's, if there is one.
pub async fn get(tx: &mut Tx, user: UserId, id: TokenId) -> Result<Option<Token>> {
    tx.find(
        concat!(
            "SELECT ",
            columns!(),
            " FROM tokens WHERE id = $1 AND user_id = $2"
        ),
        params![id, user],
        token,
    )
    .await
}

/// Whose token it is, if it is there.
pub async fn owner(tx: &mut Tx, id: TokenId) -> Result<Option<UserId>> {
    tx.find(
        "SELECT user_id FROM tokens WHERE id = $1",
        params![id],
        |row| row.get(0),
    )
    .await
}

/// How many tokens a user has.
pub async fn count_of(tx: &mut Tx, user: UserId) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) FROM tokens WHERE user_id = $1",
        params![user],
        |row| row.get(0),
    )
    .await
}

/// Ends a token of a user's and, through their stream, its connections, which hear why; whether there was one.
pub async fn revoke(tx: &mut Tx, user: UserId, id: TokenId, reason: RevokeReason) -> Result<bool> {
    let ended = tx
        .execute(
            "DELETE FROM tokens WHERE id = $1 AND user_id = $2",
            params![id, user],
        )
        .await?;
    if ended == 0 {
        return Ok(false);
    }
    // Connections know a token as they know a session: by its id.
    let session = SessionId::from_uuid(id.uuid());
    let event = Event::SessionRevoked(SessionRevoked { session, reason });
    tx.append(StreamId::User(user), &event, None).await?;
    Ok(true)
}

/// Ends all tokens of a user's; answers how many.
pub async fn revoke_all(tx: &mut Tx, user: UserId, reason: RevokeReason) -> Result<usize> {
    let ids: Vec<TokenId> = tx
        .query(
            "SELECT id FROM tokens WHERE user_id = $1 ORDER BY id",
            params![user],
            |row| row.get(0),
        )
        .await?;
    for id in &ids {
        revoke(tx, user, *id, reason).await?;
    }
    Ok(ids.len())
}

/// Removes up to `limit` tokens that ended by themselves, and with them their connections; answers how many.
pub async fn remove_expired(tx: &mut Tx, limit: i64) -> Result<usize> {
    let now = tx.now();
    let expired: Vec<(UserId, TokenId)> = tx
        .query(
            "SELECT user_id, id FROM tokens WHERE expires_at IS NOT NULL AND expires_at <= $1
             ORDER BY expires_at LIMIT $2",
            params![now, limit],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    tx.lock(expired.iter().map(|(user, _)| StreamId::User(*user)))?;
    for (user, id) in &expired {
        revoke(tx, *user, *id, RevokeReason::Expired).await?;
    }
    Ok(expired.len())
}
