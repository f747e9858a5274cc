//! Links by which people may register.

use model::id::{InvitationId, RoomId, UserId};
use model::user::Invitation;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::{Row, Value};
use crate::workspace::Hash;

fn invitation(row: &Row<'_>) -> Result<Invitation> {
    Ok(Invitation {
        id: row.get(0)?,
        created_by: row.get(1)?,
        created_at: row.get(2)?,
        expires_at: row.get(3)?,
        max_uses: row.get(4)?,
        uses: row.get(5)?,
        role: row.parse(6)?,
        rooms: Vec::new(),
    })
}

/// Makes an invitation.
pub async fn insert(tx: &mut Tx, new: &Invitation, hash: &Hash) -> Result<()> {
    tx.execute(
        "INSERT INTO invitations (id, token_hash, created_by, created_at, expires_at, max_uses, uses, role)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
        params![
            new.id,
            hash,
            new.created_by,
            new.created_at,
            new.expires_at,
            new.max_uses,
            new.role.as_str()
        ],
    )
    .await?;
    for room in &new.rooms {
        tx.execute(
            "INSERT INTO invitation_rooms (invitation, room) VALUES ($1, $2)",
            params![new.id, *room],
        )
        .await?;
    }
    Ok(())
}

/// Invitations that one statement names.
const AT_ONCE: usize = 10;

/// Gives invitations their rooms.
async fn fill_rooms(tx: &mut Tx, invitations: &mut [Invitation]) -> Result<()> {
    for some in invitations.chunks_mut(AT_ONCE) {
        // What the last statement lacks is named as its first again.
        let ids: Vec<Value<'_>> = (0..AT_ONCE)
            .map(|index| Value::from(some.get(index).unwrap_or(&some[0]).id))
            .collect();
        let rooms: Vec<(InvitationId, RoomId)> = tx
            .query(
                "SELECT invitation, room FROM invitation_rooms
                 WHERE invitation IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ORDER BY room",
                &ids,
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .await?;
        for invitation in some {
            let own = rooms.iter().filter(|(of, _)| *of == invitation.id);
            invitation.rooms = own.map(|(_, room)| *room).collect();
        }
    }
    Ok(())
}

/// The same for one that may not be there.
async fn with_rooms(tx: &mut Tx, mut found: Option<Invitation>) -> Result<Option<Invitation>> {
    fill_rooms(tx, found.as_mut_slice()).await?;
    Ok(found)
}

/// The invitation whose link it is, if it works.
pub async fn find_by_token(tx: &mut Tx, hash: &Hash) -> Result<Option<Invitation>> {
    let now = tx.now();
    let found = tx.find(
        "SELECT id, created_by, created_at, expires_at, max_uses, uses, role FROM invitations
         WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND (max_uses IS NULL OR uses < max_uses)",
        params![hash, now],
        invitation,
    )
    .await?;
    with_rooms(tx, found).await
}

/// Uses an invitation once more, if it works.
pub async fn use_once(tx: &mut Tx, hash: &Hash) -> Result<Option<Invitation>> {
    let now = tx.now();
    let found = tx.find(
        "UPDATE invitations SET uses = uses + 1
         WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND (max_uses IS NULL OR uses < max_uses)
         RETURNING id, created_by, created_at, expires_at, max_uses, uses, role",
        params![hash, now],
        invitation,
    )
    .await?;
    with_rooms(tx, found).await
}

/// An invitation that was not revoked.
pub async fn get(tx: &mut Tx, id: InvitationId) -> Result<Option<Invitation>> {
    let found = tx
        .find(
            "SELECT id, created_by, created_at, expires_at, max_uses, uses, role FROM invitations
         WHERE id = $1 AND revoked_at IS NULL",
            params![id],
            invitation,
        )
        .await?;
    with_rooms(tx, found).await
}

/// Invitations that work, of one maker or of all, the newest first: those before `before`, at most `limit`.
pub async fn page(
    tx: &mut Tx,
    maker: Option<UserId>,
    before: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<Invitation>> {
    let now = tx.now();
    let before = before.map_or(uuid::Uuid::max(), InvitationId::uuid);
    let mut page = tx
        .query(
            "SELECT id, created_by, created_at, expires_at, max_uses, uses, role FROM invitations
         WHERE id < $1 AND ($2 = 0 OR created_by = $3) AND revoked_at IS NULL AND expires_at > $4
           AND (max_uses IS NULL OR uses < max_uses)
         ORDER BY id DESC LIMIT $5",
            params![before, maker.is_some(), maker, now, limit],
            invitation,
        )
        .await?;
    fill_rooms(tx, &mut page).await?;
    Ok(page)
}

/// How many of a maker's invitations work.
pub async fn count_of(tx: &mut Tx, maker: UserId) -> Result<i64> {
    let now = tx.now();
    tx.one(
        "SELECT COUNT(*) FROM invitations
         WHERE created_by = $1 AND revoked_at IS NULL AND expires_at > $2 AND (max_uses IS NULL OR uses < max_uses)",
        params![maker, now],
        |row| row.get(0),
    )
    .await
}

/// Ends all invitations of a maker's.
pub async fn revoke_all(tx: &mut Tx, maker: UserId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE invitations SET revoked_at = $2 WHERE created_by = $1 AND revoked_at IS NULL",
        params![maker, now],
    )
    .await?;
    Ok(())
}

/// Ends an invitation.
pub async fn revoke(tx: &mut Tx, id: InvitationId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE invitations SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
        params![id, now],
    )
    .await?;
    Ok(())
}
