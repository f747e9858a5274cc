//! Who is a member of which room.

use model::id::{RoomId, UserId};
use model::room::{Member, RoomRole};
use model::time::Ts;
use model::user::Role;
use uuid::Uuid;

use crate::error::Result;
use crate::params;
use crate::rooms::Membership;
use crate::tx::Tx;
use crate::value::Value;

/// Makes `user` a member; `false`: they are one already.
pub async fn insert(
    tx: &mut Tx,
    room: RoomId,
    user: UserId,
    membership: Membership,
) -> Result<bool> {
    let now = tx.now();
    let made = tx
        .execute(
            "INSERT INTO members (room, user_id, role, joined_at, joined_ts, joined_n) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (room, user_id) DO NOTHING",
            params![
                room,
                user,
                membership.role.as_str(),
                now,
                membership.joined_ts,
                membership.joined_n
            ],
        )
        .await?;
    if made > 0 {
        tx.execute(
            "UPDATE rooms SET members = members + 1 WHERE id = $1",
            params![room],
        )
        .await?;
    }
    Ok(made > 0)
}

/// People that one statement names: a list of parameters is what both databases read.
const PEOPLE_AT_ONCE: usize = 20;

/// Parameters that name people: what the last statement lacks is named as its first again.
fn named<'a>(some: &[UserId]) -> impl Iterator<Item = Value<'a>> {
    (0..PEOPLE_AT_ONCE).map(|index| Value::from(*some.get(index).unwrap_or(&some[0])))
}

/// Makes `users` the first members of a room that has just been made; `owner` owns it.
pub async fn insert_first(
    tx: &mut Tx,
    room: RoomId,
    owner: Option<UserId>,
    users: &[UserId],
) -> Result<()> {
    let (now, mut made) = (tx.now(), 0);
    for some in users.chunks(PEOPLE_AT_ONCE) {
        let mut values: Vec<Value<'_>> = vec![room.into(), owner.into(), now.into()];
        values.extend(named(some));
        made += tx
            .execute(
                "INSERT INTO members (room, user_id, role, joined_at, joined_ts, joined_n)
                 SELECT r.id, u.id, CASE WHEN u.id = $2 THEN 'owner' ELSE 'member' END, CAST($3 AS BIGINT), 0, 0
                 FROM rooms r, users u WHERE r.id = $1 AND u.id IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                 $15, $16, $17, $18, $19, $20, $21, $22, $23)",
                &values,
            )
            .await?;
    }
    tx.execute(
        "UPDATE rooms SET members = $2 WHERE id = $1",
        params![room, made],
    )
    .await?;
    Ok(())
}

/// Ends a membership, and forgets how far they had read.
pub async fn remove(tx: &mut Tx, room: RoomId, user: UserId) -> Result<bool> {
    let removed = tx
        .execute(
            "DELETE FROM members WHERE room = $1 AND user_id = $2",
            params![room, user],
        )
        .await?;
    if removed > 0 {
        tx.execute(
            "UPDATE rooms SET members = members - 1 WHERE id = $1",
            params![room],
        )
        .await?;
        tx.execute(
            "DELETE FROM reads WHERE room = $1 AND user_id = $2",
            params![room, user],
        )
        .await?;
    }
    Ok(removed > 0)
}

/// Gives a member another role.
pub async fn set_role(tx: &mut Tx, room: RoomId, user: UserId, role: RoomRole) -> Result<()> {
    tx.execute(
        "UPDATE members SET role = $3 WHERE room = $1 AND user_id = $2",
        params![room, user, role.as_str()],
    )
    .await?;
    Ok(())
}

/// The role of `user` in `room`, if they are a member.
pub async fn role(tx: &mut Tx, room: RoomId, user: UserId) -> Result<Option<RoomRole>> {
    tx.find(
        "SELECT role FROM members WHERE room = $1 AND user_id = $2",
        params![room, user],
        |row| row.parse(0),
    )
    .await
}

/// Whether somebody other than `user` owns `room` and can still sign in.
pub async fn another_owner(tx: &mut Tx, room: RoomId, user: UserId) -> Result<bool> {
    let owner = tx
        .find(
            "SELECT m.user_id FROM members m JOIN users u ON u.id = m.user_id
             WHERE m.room = $1 AND m.user_id <> $2 AND m.role = 'owner' AND u.deactivated_at IS NULL LIMIT 1",
            params![room, user],
            |row| row.get::<UserId>(0),
        )
        .await?;
    Ok(owner.is_some())
}

/// Whether somebody became a member of `room` after the message at `ts` was written.
pub async fn joined_after(tx: &mut Tx, room: RoomId, ts: Ts) -> Result<bool> {
    let later = tx
        .find(
            "SELECT user_id FROM members WHERE room = $1 AND joined_ts >= $2 LIMIT 1",
            params![room, ts],
            |row| row.get::<UserId>(0),
        )
        .await?;
    Ok(later.is_some())
}

/// The members of `room` in order of id after `after`.
pub async fn page(
    tx: &mut Tx,
    room: RoomId,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<Member>> {
    let after = after.map_or(Uuid::nil(), UserId::uuid);
    tx.query(
        "SELECT user_id, role FROM members WHERE room = $1 AND user_id > $2 ORDER BY user_id LIMIT $3",
        params![room, after, i64::from(limit)],
        |row| {
            Ok(Member {
                user: row.get(0)?,
                role: row.parse(1)?,
            })
        },
    )
    .await
}

/// The role of `user` in the workspace; none if they aren't there or are deactivated.
pub async fn workspace_role(tx: &mut Tx, user: UserId) -> Result<Option<Role>> {
    tx.find(
        "SELECT role FROM users WHERE id = $1 AND deactivated_at IS NULL",
        params![user],
        |row| row.parse(0),
    )
    .await
}

/// Whether all of `users`, each named once, are there and not deactivated.
pub async fn all_active(tx: &mut Tx, users: &[UserId]) -> Result<bool> {
    let mut active = 0;
    for some in users.chunks(PEOPLE_AT_ONCE) {
        let values: Vec<Value<'_>> = named(some).collect();
        active += tx
            .one(
                "SELECT COUNT(*) FROM users WHERE deactivated_at IS NULL AND id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9,
                 $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
                &values,
                |row| row.get::<u64>(0),
            )
            .await?;
    }
    Ok(active == users.len() as u64)
}

/// How many rooms whoever of `users` has the most is a member of.
pub async fn most_rooms_of(tx: &mut Tx, users: &[UserId]) -> Result<i64> {
    let mut most = 0;
    for some in users.chunks(PEOPLE_AT_ONCE) {
        let values: Vec<Value<'_>> = named(some).collect();
        let here: i64 = tx
            .one(
                "SELECT COALESCE(MAX(c.rooms), 0) FROM (SELECT COUNT(*) AS rooms FROM members
                 WHERE user_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $20) GROUP BY user_id) AS c",
                &values,
                |row| row.get(0),
            )
            .await?;
        most = most.max(here);
    }
    Ok(most)
}
